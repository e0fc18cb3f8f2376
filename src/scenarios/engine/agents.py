"""The readable engine: a Mesa model whose agents take the steps of `steps`, one after the other, as plain Python.

Mesa's own random generator decides nothing, and agents act in a fixed order: patrons see coercer and client as of this
step and each other as of the last. An agent owns no second truth: what it shows is read from the rows of the world.
"""

from typing import Any

import mesa

from scenarios.draws import fresh_seed
from scenarios.engine import sheets
from scenarios.engine.records import Chunk, Records, empty_records
from scenarios.engine.sheets import Address, FixedRow, World, spot
from scenarios.engine.starting import new_world, open_run, opening_moment
from scenarios.engine.steps import State, client_step, coercer_step, finish, patron_step, with_settings
from scenarios.errors import RequestRefused
from scenarios.rulebook.client import HOLDS
from scenarios.rulebook.conditions import Client, Coercer, Pair, Patron, Worth
from scenarios.rulebook.delivery import NO_BACKING
from scenarios.rulebook.posture import Track
from scenarios.scenario.arrays import Plan, as_plan, ordered, relived_by
from scenarios.scenario.load import load
from scenarios.scenario.scenario import Scenario

NAN = float("nan")


class CoercerAgent(mesa.Agent):
    """Presses the client up and down the ladder."""

    name, support, delivered = "coercer", NAN, NAN

    def __init__(self, model: "PatronageModel", condition: Coercer) -> None:
        super().__init__(model)
        self.traits, self.condition = model.world.frame.coercer, condition

    def step(self) -> None:
        """Moves on what it saw last step; forces and ships follow."""
        model = self.model
        self.condition = coercer_step(model.world, self.condition, model.backing, model.now)


class ClientAgent(mesa.Agent):
    """Sells oil, holds on to power, asks for help, and may end."""

    name, support, delivered = "client", NAN, NAN

    def __init__(self, model: "PatronageModel", condition: Client) -> None:
        super().__init__(model)
        self.traits, self.condition, self.is_new_high = model.world.frame.client, condition, False

    def step(self) -> None:
        """Earns, holds on or ends."""
        model, high = self.model, self.condition.high_rung
        self.condition = client_step(model.world, self.condition, model.coercer.condition, model.backing, model.now)
        self.is_new_high = self.condition.high_rung > high


class PatronAgent(mesa.Agent):
    """Backs the client through its channels as long as that is worth it."""

    def __init__(self, model: "PatronageModel", spot: int, name: str) -> None:
        super().__init__(model)
        self.spot, self.name, self.traits = spot, name, sheets.traits_of(model.world, spot)
        self.channels = [Channel(model.world, spot, c) for c in range(model.plan.shape.n_channels)]

    def step(self) -> None:
        """What falls due, what it hears, whether it reviews, what it delivers."""
        self.model.seen = patron_step(self.model.world, self.model.moment, self.model.seen, self.spot)

    @property
    def condition(self) -> Patron:
        """Its condition as of its last turn."""
        return sheets.patron_at(self.model.world, self.spot)

    @property
    def track(self) -> Track:
        """What has become of its posture so far."""
        return sheets.track_at(self.model.world, self.spot)

    @property
    def support(self) -> float:
        """Support index, intended [share]."""
        return self.track.support_end

    @property
    def delivered(self) -> float:
        """Support index, delivered [share]."""
        return self.track.delivered_end


class Channel:
    """One channel of one patron, to be looked at."""

    def __init__(self, world: World, p: int, c: int) -> None:
        self.world, self.patron_spot, self.spot = world, p, c
        self.traits, self.reach = sheets.channel_at(world, c), sheets.reach_at(world, p, c)

    @property
    def pair(self) -> Pair:
        """Its condition."""
        return sheets.pair_at(self.world, self.patron_spot, self.spot)

    @property
    def reason(self) -> float:
        """Reason of the last change of its level [vocabulary.Reason], -1 if there was none."""
        return float(self.world.desk.reasons[spot(self.world, self.patron_spot, self.spot)])

    @property
    def worth(self) -> Worth:
        """What its levels were worth when the posture was chosen."""
        return sheets.worth_in(self.world.desk.home_worth, self.world, self.patron_spot, self.spot)


class PatronageModel(mesa.Model):
    """One run of a scenario as a Mesa model.

    Parameters
    ----------
    scenario : str or Scenario
        Library name, file or loaded scenario.
    rng : int or None
        Base seed; None is fresh luck, whose seed `base_seed` tells.
    run, point : int
        Addresses of this run's luck and of its draw of the uncertain numbers; `point` defaults to `run`.
    plan, records, address : internal
        Given by `simulate`, which plays many runs into one set of records.

    Examples
    --------
    >>> model = PatronageModel("toy", rng=7)
    >>> model.step()
    >>> model.steps
    1
    """

    running: bool

    def __init__(
        self,
        scenario: "str | Scenario" = "venezuela_2025",
        rng: int | None = None,
        run: int = 0,
        point: int | None = None,
        plan: Plan | None = None,
        records: Records | None = None,
        address: Address | None = None,
    ) -> None:
        if rng is not None and rng < 0:
            raise RequestRefused(f"rng is {rng}; allowed are whole numbers from 0, and None.")
        seed = fresh_seed() if rng is None else int(rng)
        super().__init__(rng=seed)
        self.scenario = load(scenario) if isinstance(scenario, str) else scenario
        self.plan = plan if plan is not None else as_plan(self.scenario)
        self.records = records if records is not None else empty_records(self.plan, 1, 10_000, 0)
        drawn = int(run if point is None else point)
        self.address = address or Address(seed, int(run), int(run), drawn, given=0, row=0, kept=-1)
        self.past = relived_by(self.scenario)
        self.world = plain_world(self.plan, self.records, sheets.past_address(self.address, self.past))
        self.now, self.interdicted_at, self.numbers_row, self.moment = 0, -1.0, 0, opening_moment(self.world)
        self.backing = self.seen = open_run(self.world, self.moment)
        self.coercer, self.client = CoercerAgent(self, self.moment.coercer), ClientAgent(self, self.moment.client)
        self.patrons = [PatronAgent(self, p, name) for p, name in enumerate(ordered(self.scenario, "patrons"))]
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "rung": lambda m: m.coercer.condition.rung,
                "hold": lambda m: m.client.condition.hold,
                "solvency": lambda m: m.client.condition.solvency,
            },
            agent_reporters={"actor": "name", "support": "support", "delivered": "delivered"},
        )
        self.datacollector.collect(self)

    @property
    def base_seed(self) -> int:
        """The seed of all chance."""
        return self.address.seed

    @property
    def time_years(self) -> float:
        """Time since the opening [years]."""
        return self.now * self.plan.shape.dt

    @property
    def fate(self) -> float:
        """What has become of the client [vocabulary.Fate]."""
        return self.client.condition.fate

    @property
    def state(self) -> State:
        """Where the run stands."""
        coercer, client = self.coercer.condition, self.client.condition
        return State(self.world, self.numbers_row, coercer, client, self.backing, self.interdicted_at)

    def step(self) -> None:
        """One step: what is set, the coercer, the client, then the patrons, who see each other as of the last step."""
        if not self.running:
            return
        self.now += 1
        self.settle()
        self.coercer.step()
        self.client.step()
        if self.fate == HOLDS:
            self.step_patrons()
        if self.fate != HOLDS or self.now >= self.plan.shape.steps:
            self.running = False
            finish(self.state, self.now)
        self.datacollector.collect(self)

    def settle(self) -> None:
        """What is set for this step comes into force; past what is relived, the luck is the run's own."""
        if self.now == self.past.last + 1:
            self.world = self.world._replace(address=self.address)
        state = with_settings(self.state, self.now)
        self.world, self.numbers_row = state.world, state.row
        self.coercer.condition, self.client.condition = state.coercer, state.client

    def step_patrons(self) -> None:
        """Every patron acts on the same moment; then what was now becomes the last step."""
        coercer, client = self.coercer.condition, self.client.condition
        self.moment = sheets.moment_of(self.world, self.now, coercer, client, self.client.is_new_high)
        self.seen, self.world.desk.stopped[0] = NO_BACKING, 0.0
        for patron in self.patrons:
            patron.step()
        self.backing = self.seen
        sheets.turn_the_page(self.world)
        if self.interdicted_at < 0.0 and self.world.desk.stopped[0] > 0.5:
            self.interdicted_at = float(self.now)


def plain_world(plan: Plan, records: Records, address: Address) -> World:
    """A run in Python's own numbers, which are quicker where nothing is compiled; its fixed sheets are remembered."""
    desk = sheets.new_desk(plan)
    world = new_world(as_lists(plan, FixedRow), as_lists(desk, list), records, address)
    return world._replace(desk=world.desk._replace(numbers=FixedRow(world.desk.numbers)))


def as_lists(sheet: Any, kind: type[list[Any]]) -> Any:
    """A sheet, and the sheets within it, whose arrays are lists of some kind."""
    changed = {}
    for name, part in sheet._asdict().items():
        if hasattr(part, "tolist"):
            changed[name] = kind(part.tolist())
        elif hasattr(part, "_asdict"):
            changed[name] = as_lists(part, kind)
    return sheet._replace(**changed)


def play_chunk(scenario: Scenario, plan: Plan, records: Records, chunk: Chunk) -> None:
    """Plays the runs of a chunk into its records, as the fast engine's function of the same name does."""
    for number in range(chunk.first, chunk.last):
        address = sheets.address_of(plan, chunk, number)
        model = PatronageModel(scenario, chunk.seed, plan=plan, records=records, address=address)
        while model.running:
            model.step()
        forget(model)


def forget(model: mesa.Model) -> None:
    """Lets go of a finished model: Mesa before 3.4.2 keeps every model alive in a register of its own."""
    model.remove_all_agents()
    getattr(mesa.Agent, "_ids", {}).pop(model, None)
