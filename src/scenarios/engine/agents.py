"""The readable engine: a Mesa model whose agents call the rule book.

Coercer, client and patrons are agents; an agent's condition is a sheet of the rule book, and what it does in a step is
a rule. Mesa's own random generator decides nothing, and agents act in a fixed order: patrons see coercer and client as
of this step and each other as of the last. The fast engine, `scenarios.engine.batch`, plays the same order on arrays;
the two agree to the last bit.
"""

from collections.abc import Callable
from typing import Any

import mesa
import numpy as np

from scenarios.draws import draw
from scenarios.engine import notes
from scenarios.engine import records as book
from scenarios.engine.agents_channel import Channel
from scenarios.engine.agents_patron import PatronAgent
from scenarios.engine.numbers import rule_of_run, set_numbers
from scenarios.engine.sheets import INPUTS_WIDTH, pick_inputs
from scenarios.outcomes import no_posture, opening_track, with_channel
from scenarios.rulebook.budget import shadow_price
from scenarios.rulebook.coercer import mode_in_force
from scenarios.rulebook.conditions import Backing, News
from scenarios.rulebook.delivering import backed
from scenarios.rulebook.opening import opening_client, opening_coercer, pace_of
from scenarios.rulebook.traits import (
    ChannelTraits,
    ClientTraits,
    CoercerTraits,
    ModelTraits,
    PairTraits,
    PatronTraits,
    Pressure,
)
from scenarios.rulebook.turns import HOLDS, client_fate, client_turn, coercer_moves, coercer_turn
from scenarios.scenario.arrays import N_RUNGS, Plan, as_plan, ordered
from scenarios.scenario.load import load
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import Use

NAN = float("nan")
NOBODY = Backing(0.0, 0.0, 0.0, 0.0, 0.0)


class CoercerAgent(mesa.Agent):
    """Presses the client up and down the ladder."""

    name, support, delivered = "coercer", NAN, NAN

    def __init__(self, model: "PatronageModel", traits: CoercerTraits) -> None:
        super().__init__(model)
        self.traits = traits
        self.condition = opening_coercer(traits, model.inputs())

    def step(self) -> None:
        """Moves on what it saw last step; forces and ships follow."""
        world = self.model
        u_rise, u_fall, u_start, u_end = world.chance(world.plan.coercer_key, Use.COERCER)
        frozen, inputs, before = world.plan.freezes.pressure, world.inputs(), self.condition
        mode, dt = world.mode, world.plan.dt
        rung = coercer_moves(mode, self.traits, before, world.backing, inputs, frozen, dt, u_rise, u_fall)
        pressure = world.ladder[int(rung)]
        self.condition = coercer_turn(
            mode, self.traits, before, rung, pressure, inputs, frozen, world.pace, u_start, u_end
        )
        notes.note_coercer(world.records, world.run_no, world.now, before, self.condition)


class ClientAgent(mesa.Agent):
    """Sells oil, holds on to power, asks for help, and may end."""

    name, support, delivered = "client", NAN, NAN

    def __init__(self, model: "PatronageModel", traits: ClientTraits) -> None:
        super().__init__(model)
        self.traits = traits
        coercer = model.coercer.condition
        self.condition = opening_client(traits, coercer.rung, coercer.interdiction, model.inputs())
        self.is_new_high = False

    def step(self) -> None:
        """Earns, holds on or ends; a new high of pressure makes it ask for help."""
        world = self.model
        u_noise, u_removal, u_collapse, u_concession = world.chance(world.plan.client_key, Use.CLIENT)
        coercer, high = world.coercer.condition, self.condition.high_rung
        frozen = world.plan.freezes.solvency
        self.condition = client_turn(
            self.traits, self.condition, coercer, world.backing, world.inputs(), frozen, world.pace, u_noise
        )
        self.is_new_high = self.condition.high_rung > high
        world.fate = client_fate(
            self.traits,
            world.coercer.traits,
            self.condition,
            coercer.rung,
            world.plan.dt,
            u_removal,
            u_collapse,
            u_concession,
        )


class PatronageModel(mesa.Model):
    """One run of a scenario as a Mesa model.

    Parameters
    ----------
    scenario : str or Scenario
        Library name, file or loaded scenario.
    rng : int or None
        Base seed; None takes 1, the seed of the command line.
    run, point : int
        Addresses of this run's luck and of its draw of the uncertain numbers; `point` defaults to `run`.
    plan, records, row, kept, given : internal
        Given by `simulate`, which plays many runs into one set of records.

    Examples
    --------
    >>> model = PatronageModel("toy", rng=7)
    >>> model.step()
    >>> model.steps
    1
    """

    def __init__(
        self,
        scenario: "str | Scenario" = "venezuela_2025",
        rng: int | None = None,
        run: int = 0,
        point: int | None = None,
        plan: Plan | None = None,
        records: book.Records | None = None,
        row: int = 0,
        kept: int = -1,
        given: int = 0,
    ) -> None:
        super().__init__(rng=1 if rng is None else int(rng))
        self.scenario = load(scenario) if isinstance(scenario, str) else scenario
        self.plan = plan if plan is not None else as_plan(self.scenario)
        self.records = records if records is not None else book.empty_records(self.plan, 1, 10_000, 0)
        self.base_seed, self.run_no, self.row, self.kept = 1 if rng is None else int(rng), int(run), row, kept
        self.point = self.run_no if point is None else int(point)
        self.given = int(given)
        self.now, self.fate, self.interdicted_at = 0, HOLDS, -1.0
        self.backing, self.seen = NOBODY, NOBODY
        self.news, self.moves = News(0.0, 0.0, 0.0, 0.0), 0.0
        self.heard = {"followed": 0.0, "bluffed": 0.0, "met": 0.0, "lapsed": 0.0}
        self.numbers = self.draw_numbers()
        self.decision_rule = rule_of_run(self.plan, self.base_seed, self.point)
        self.open_actors()
        self.open_patrons()
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "rung": lambda m: m.coercer.condition.rung,
                "hold": lambda m: m.client.condition.hold,
                "solvency": lambda m: m.client.condition.solvency,
            },
            agent_reporters={"actor": "name", "support": "support", "delivered": "delivered"},
        )
        self.datacollector.collect(self)

    # -- what the agents ask of the world ------------------------------------------------------------------------------

    @property
    def time_years(self) -> float:
        """Time since the opening [years]."""
        return self.now * self.plan.dt

    @property
    def pressure(self) -> Pressure:
        """What goes with the rung in force."""
        return self.ladder[int(self.coercer.condition.rung)]

    def chance(self, key: int, use: Use) -> tuple[float, float, float, float]:
        """Four numbers of luck for an actor at this step."""
        return draw(self.base_seed, self.run_no, self.now, int(key), int(use))

    def inputs(self) -> Any:
        """The scenario's paths at this step."""
        return pick_inputs(self.plan.inputs, self.now * INPUTS_WIDTH)

    @property
    def mode(self) -> int:
        """How the coercer moves in this step."""
        return mode_in_force(self.plan.mode, self.inputs().rung)

    def note_stopped(self) -> None:
        """Ships have stopped some of a delivery, perhaps for the first time."""
        if self.interdicted_at < 0.0:
            self.interdicted_at = float(self.now)

    def tell(self, what: str, count: float) -> None:
        """News that every patron hears next step."""
        self.heard[what] += count

    def see(self, patron: PatronAgent, channel: Channel) -> None:
        """What coercer and client see of one channel next step."""
        pair = channel.pair
        self.seen = backed(self.seen, channel.traits, patron.traits.visibility_weight, pair.level, pair.delivered)

    # -- the opening ---------------------------------------------------------------------------------------------------

    def draw_numbers(self) -> list[float]:
        """Draws the uncertain numbers of this run."""
        numbers = np.zeros(len(self.plan.central))
        set_numbers(self.plan, numbers, self.records.drawn, self.base_seed, self.point, self.given, self.row)
        return numbers.tolist()

    def sheet(self, kind: Callable[..., Any], at: int) -> Any:
        """A sheet of this run's numbers."""
        return kind(*self.numbers[at : at + len(kind._fields)])  # type: ignore[attr-defined]

    def open_actors(self) -> None:
        """Sets coercer and client at the opening."""
        plan = self.plan
        self.general: ModelTraits = self.sheet(ModelTraits, 0)
        width = len(Pressure._fields)
        self.ladder = [self.sheet(Pressure, plan.at_ladder + rung * width) for rung in range(N_RUNGS)]
        self.coercer = CoercerAgent(self, self.sheet(CoercerTraits, plan.at_coercer))
        self.client = ClientAgent(self, self.sheet(ClientTraits, plan.at_client))
        self.pace = pace_of(self.general, self.coercer.traits, self.client.traits, plan.dt)

    def open_patrons(self) -> None:
        """Sets the patrons and their channels at the opening; they are counted as step 0."""
        plan, names = self.plan, ordered(self.scenario, "patrons")
        channels = [
            self.sheet(ChannelTraits, plan.at_channels + c * len(ChannelTraits._fields)) for c in range(plan.n_channels)
        ]
        self.patrons = [
            PatronAgent(self, p, name, self.sheet(PatronTraits, plan.at_patrons + p * len(PatronTraits._fields)))
            for p, name in enumerate(names)
        ]
        for patron in self.patrons:
            for c, traits in enumerate(channels):
                i = patron.spot * plan.n_channels + c
                reach = self.sheet(PairTraits, plan.at_pairs + i * len(PairTraits._fields))
                patron.channels.append(Channel(patron, c, traits, reach, int(plan.pair_keys[i])))
        self.sum_levels()
        for patron in self.patrons:
            patron.open_choices()
            self.count_opening(patron)
        self.backing = self.seen

    def count_opening(self, patron: PatronAgent) -> None:
        """Counts the opening posture of a patron."""
        posture, requests = no_posture(), 0.0
        for channel in patron.channels:
            pair = channel.pair
            self.see(patron, channel)
            posture = with_channel(posture, channel.traits, channel.reference, pair, float(channel.spot))
            requests += 1.0 if pair.request.asked > 0.0 else 0.0
            book.count_channel(self.plan, self.records, 0, patron.spot, channel.spot, pair.level, pair.delivered, 1)
        patron.track = opening_track(posture, requests)
        book.count_index(self.plan, self.records, 0, patron.spot, posture.support, posture.delivered, 1)
        patron.keep(posture)

    def sum_levels(self) -> None:
        """Levels of all patrons on each channel, as the patrons will see them next step."""
        spots = range(self.plan.n_channels)
        self.totals = [sum(patron.channels[c].pair.level for patron in self.patrons) for c in spots]

    # -- a step --------------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One step: the coercer, the client, then the patrons, who see each other as of the last step."""
        if not self.running:
            return
        self.now += 1
        self.coercer.step()
        self.client.step()
        if self.fate != HOLDS:
            self.end_client()
        else:
            self.seen = NOBODY
            for patron in self.patrons:
                patron.step()
            self.turn_the_page()
        if self.fate != HOLDS or self.now >= self.plan.steps:
            self.close()
        self.datacollector.collect(self)

    def turn_the_page(self) -> None:
        """What was now becomes the last step."""
        self.backing = self.seen
        self.news = News(**self.heard)
        self.heard = dict.fromkeys(self.heard, 0.0)
        self.moves = sum(patron.moved for patron in self.patrons)
        self.sum_levels()

    def end_client(self) -> None:
        """The client is gone: the run counts no more from this step on."""
        rung = self.coercer.condition.rung
        notes.note(
            self.records, self.run_no, self.now, notes.CLIENT, notes.CLIENT_END, -1.0, 0.0, self.fate, rung, -1.0
        )
        for patron in self.patrons:
            track = patron.track
            book.count_index(self.plan, self.records, self.now, patron.spot, track.support_end, track.delivered_end, -1)
            for channel in patron.channels:
                pair = channel.pair
                book.count_channel(
                    self.plan, self.records, self.now, patron.spot, channel.spot, pair.level, pair.delivered, -1
                )

    def close(self) -> None:
        """Writes the rows of a run that is over."""
        self.running = False
        coercer = self.coercer
        book.close_run(
            self.records,
            self.row,
            self.fate,
            float(self.now),
            self.client.condition.high_rung,
            coercer.condition.rung,
            self.interdicted_at,
            float(self.decision_rule),
        )
        for patron in self.patrons:
            has_ended = self.fate != HOLDS
            where = (self.plan, self.records, self.row, patron.spot)
            book.close_patron(*where, patron.track, patron.condition, has_ended, patron.plausible)

    def price(self, patron: PatronAgent) -> float:
        """Shadow price of a patron's budget [index]."""
        money, capacity = patron.condition.purse.money, patron.traits.capacity
        return shadow_price(money, capacity, self.general.price_elasticity)


def play_chunk(
    scenario: Scenario, plan: Plan, records: book.Records, seed: int, first: int, last: int, per_point: int, sample: int
) -> None:
    """Runs `first` to `last` - 1 into the records, as the fast engine's function of the same name does."""
    for run in range(first, last):
        kept = run - first if run < sample else -1
        before, is_given = int(records.n_events[0]), len(plan.given_spot) > 0
        luck, point = (run % per_point, run % per_point) if is_given else (run, run // per_point)
        model = PatronageModel(
            scenario, seed, luck, point, plan=plan, records=records, row=run - first, kept=kept, given=run // per_point
        )
        while model.running:
            model.step()
        forget(model)
        if is_given:
            notes.relabel(records, before, run)


def forget(model: mesa.Model) -> None:
    """Lets go of a finished model: Mesa before 3.4.2 keeps every model alive in a register of its own."""
    model.remove_all_agents()
    getattr(mesa.Agent, "_ids", {}).pop(model, None)
