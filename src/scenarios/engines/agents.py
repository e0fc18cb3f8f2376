"""The readable engine: a Mesa model whose agents call the rule book.

Coercer, client and patrons are agents; an agent's condition is a sheet of the rule book, and what it does in a step is
a rule. Mesa's own random generator decides nothing, and agents act in a fixed order: patrons see coercer and client as
of this step and each other as of the last. The fast engine, `scenarios.engines.batch`, plays the same order on arrays;
the two agree to the last bit.
"""

from collections.abc import Callable
from typing import Any

import mesa
import numpy as np

from scenarios.draws import draw
from scenarios.engines import records as book
from scenarios.engines.numbers import rule_of_run, set_numbers
from scenarios.engines.sheets import INPUTS_WIDTH, PATRON_INPUTS_WIDTH, pick_inputs, pick_patron_inputs
from scenarios.outcomes import Track, no_posture, opening_track, tracked, with_channel, with_requests
from scenarios.rulebook.arithmetic import chance, happens
from scenarios.rulebook.asking import client_asks
from scenarios.rulebook.budget import affordable_share, shadow_price
from scenarios.rulebook.choice import chance_of, chances_of, number_within, share_of
from scenarios.rulebook.coercer import mode_in_force
from scenarios.rulebook.delivery import is_stopped, nearest_level
from scenarios.rulebook.notice import as_expelled, has_due, is_a_blow, is_closed_to_the_expelled, is_expelled, sent_home
from scenarios.rulebook.opening import (
    lag_pace,
    opening_client,
    opening_coercer,
    opening_pair,
    opening_patron,
    pace_of,
    with_number,
)
from scenarios.rulebook.parameters import (
    Backing,
    ChannelTraits,
    ClientTraits,
    CoercerTraits,
    ModelTraits,
    News,
    Pair,
    PairTraits,
    Patron,
    PatronInputs,
    PatronTraits,
    Pressure,
    Terms,
)
from scenarios.rulebook.reasons import in_force, unasked
from scenarios.rulebook.turns import (
    ALERTED,
    CALM,
    HOLDS,
    after_delivery,
    after_review,
    after_the_table,
    backed,
    before_the_purse,
    chooser_of,
    client_fate,
    client_turn,
    coercer_moves,
    coercer_turn,
    delivery_turn,
    one_rung_higher,
    patron_due,
    patron_turn,
    review,
    reviews,
    support_worth,
    with_alert,
    with_deal,
)
from scenarios.rulebook.utility import terms_of
from scenarios.scenario.arrays import N_RUNGS, Plan, as_plan, ordered
from scenarios.scenario.load import load
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import DecisionRule, Use

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
        book.note_coercer(world.records, world.run_no, world.now, before, self.condition)


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


class Channel:
    """One channel of one patron: its numbers, its condition and what its level was chosen on."""

    def __init__(self, patron: "PatronAgent", spot: int, traits: ChannelTraits, reach: PairTraits, key: int) -> None:
        world = patron.model
        self.spot, self.traits, self.reach, self.key = spot, traits, reach, key
        self.feasible = nearest_level(reach.feasible)
        self.lag_share = lag_pace(traits, world.plan.dt)
        _, u_wait, _, _ = world.chance(key, Use.OPENING_LUCK)
        self.pair: Pair = opening_pair(world.general, traits, reach, u_wait)
        self.reference = self.last_level = self.pair.level
        self.reason = -1.0
        self.opening: Terms
        self.chosen: Terms


class PatronAgent(mesa.Agent):
    """Backs the client through its channels as long as that is worth it."""

    def __init__(self, model: "PatronageModel", spot: int, name: str, traits: PatronTraits) -> None:
        super().__init__(model)
        self.spot, self.name, self.traits = spot, name, traits
        self.key = int(model.plan.patron_keys[spot])
        u_crisis, u_leader, _, _ = model.chance(self.key, Use.OPENING_CLOCKS)
        no_crisis = model.plan.freezes.crisis
        self.condition: Patron = opening_patron(model.general, traits, self.inputs(), u_crisis, u_leader, no_crisis)
        self.calm = chance(traits.review_rate * model.plan.dt)
        self.channels: list[Channel] = []
        self.moved = 0.0
        self.made = 0.0
        self.plausible = 1.0
        self.track: Track

    def inputs(self) -> PatronInputs:
        """The scenario's paths for this patron at this step."""
        plan = self.model.plan
        at = (self.model.now * plan.n_patrons + self.spot) * PATRON_INPUTS_WIDTH
        return pick_patron_inputs(plan.patron_inputs, at)

    @property
    def support(self) -> float:
        """Support index, intended [share]."""
        return self.track.support_end

    @property
    def delivered(self) -> float:
        """Support index, delivered [share]."""
        return self.track.delivered_end

    def others(self, channel: Channel) -> float:
        """Mean of the other patrons' levels on a channel as of the last step, over 3."""
        n = self.model.plan.n_patrons - 1
        return share_of(self.model.totals[channel.spot] - channel.pair.level) / n if n > 0 else 0.0

    def terms(self, channel: Channel, is_higher: bool = False) -> Terms:
        """The terms of a channel as things stand, or as they would one rung higher."""
        world = self.model
        coercer = world.coercer.condition
        return terms_of(
            world.general,
            channel.traits,
            self.traits,
            channel.reach,
            self.inputs(),
            world.need(self, channel),
            one_rung_higher(coercer) if is_higher else coercer,
            world.client.condition,
            self.condition,
            channel.pair,
            self.others(channel),
        )

    def terms_in_force(self, channel: Channel) -> tuple[Terms, Terms]:
        """The terms after the scenario's switches: now, and one rung higher."""
        world = self.model
        now = in_force(self.terms(channel), channel.opening, world.plan.switches)
        if world.decision_rule != DecisionRule.STRATEGIC_QUANTAL:
            return now, now
        return now, in_force(self.terms(channel, is_higher=True), channel.opening, world.plan.switches)

    def chooser(self, channel: Channel) -> Any:
        """What the decision rule needs to know of this patron on a channel."""
        world = self.model
        return chooser_of(
            world.decision_rule,
            world.general,
            world.coercer.traits,
            channel.traits,
            self.traits,
            channel.feasible,
            channel.pair.level,
            self.others(channel),
        )

    def open_choices(self) -> None:
        """Draws the held numbers given the opening levels; every opening posture was chosen on the opening terms."""
        for channel in self.channels:
            channel.opening = self.terms(channel)
            now, above = (unasked(terms) for terms in self.terms_in_force(channel))
            channel.chosen = now
            u, _, _, _ = self.model.chance(channel.key, Use.OPENING_LUCK)
            chances, level = chances_of(now, above, self.chooser(channel)), channel.pair.level
            self.plausible *= chance_of(chances, level)
            channel.pair = with_number(channel.pair, number_within(chances, level, u))

    def step(self) -> None:
        """What falls due, what it hears, whether it reviews, what it delivers."""
        world = self.model
        u_review, u_offer, u_threat, u_expulsion = world.chance(self.key, Use.PATRON)
        self.meet_what_is_due()
        self.made = self.hear_requests() if world.client.is_new_high else 0.0
        self.take_notice(u_offer, u_threat)
        client = world.client
        rung, dt = world.coercer.condition.rung, world.plan.dt
        if is_expelled(client.traits, client.condition, self.condition, rung, dt, u_expulsion) and self.is_there():
            self.go_home()
        if reviews(self.condition.watch.alert, self.calm, world.pace, u_review):
            if self.condition.deal.offer > 0.0:
                self.settle()
            self.review()
        self.deliver()

    def meet_what_is_due(self) -> None:
        """A new leader, a domestic crisis, the date of a threat, the end of a deal."""
        world, before = self.model, self.condition
        if not has_due(before, world.time_years):
            return
        u_stake, u_prestige, u_bargain, u_leader = world.chance(self.key, Use.LEADER)
        u_depth, u_next, u_threat, _ = world.chance(self.key, Use.CRISIS)
        through = world.coercer.traits.follow_through
        self.condition = patron_due(
            world.general,
            self.traits,
            before,
            through,
            world.time_years,
            u_stake,
            u_prestige,
            u_bargain,
            u_leader,
            u_depth,
            u_next,
            u_threat,
        )
        rung = world.coercer.condition.rung
        where = (world.records, world.run_no, world.now, self.spot)
        book.note_due(*where, before, self.condition, rung, u_threat < through, world.time_years)
        if before.threat.due_at <= world.time_years:
            world.tell("followed" if u_threat < through else "bluffed", 1.0)

    def hear_requests(self) -> float:
        """The client asks for more on the channels where it may hope; returns the number of requests."""
        world, made = self.model, 0.0
        for channel in self.channels:
            before = channel.pair
            channel.pair = client_asks(
                world.general,
                channel.traits,
                channel.reach,
                world.need(self, channel),
                world.client.condition,
                self.condition,
                before,
                world.time_years,
            )
            rung = world.coercer.condition.rung
            made += book.note_request(
                world.records, world.run_no, world.now, self.spot, channel.spot, before, channel.pair, rung
            )
        return made

    def take_notice(self, u_offer: float, u_threat: float) -> None:
        """Earns, learns, hears threats and offers, and perhaps becomes alert."""
        world, before = self.model, self.condition
        self.condition = patron_turn(
            world.mode,
            world.general,
            self.traits,
            world.coercer.traits,
            before,
            self.inputs(),
            world.coercer.condition,
            world.client.condition,
            world.pressure,
            world.news,
            self.made > 0.0 or world.moves - self.moved > 0.0,
            world.plan.freezes,
            world.pace,
            world.time_years,
            u_offer,
            u_threat,
        )
        self.moved = 0.0
        rung = world.coercer.condition.rung
        book.note_turn(world.records, world.run_no, world.now, self.spot, before, self.condition, rung)

    def is_there(self) -> bool:
        """Whether it gives anything that an expulsion would end."""
        return any(is_a_blow(channel.traits, channel.pair) for channel in self.channels)

    def go_home(self) -> None:
        """The client has expelled it: its material channels end at once, all but its trade."""
        world = self.model
        rung, reason = world.coercer.condition.rung, book.WAS_EXPELLED
        actor = float(self.spot)
        book.note(world.records, world.run_no, world.now, actor, book.EXPULSION, -1.0, 0.0, 1.0, rung, reason)
        for channel in self.channels:
            if is_closed_to_the_expelled(channel.traits):
                if channel.pair.level > 0.0:
                    channel.reason = book.WAS_EXPELLED
                    self.moved += 1.0
                channel.pair = sent_home(channel.pair, world.time_years)
        self.condition = as_expelled(self.condition)

    def settle(self) -> None:
        """Weighs an offer of the coercer against the support that it forbids."""
        world, worth = self.model, 0.0
        for channel in self.channels:
            now = in_force(self.terms(channel), channel.opening, world.plan.switches)
            worth += support_worth(now, channel.traits.provocation, channel.pair.level)
        u, _, _, _ = world.chance(self.key, Use.DEAL)
        duration = world.general.deal_duration
        deal = after_the_table(self.condition.deal, self.traits.trust, worth, world.time_years, duration, u)
        if deal.worth > 0.0:
            rung, actor = world.coercer.condition.rung, float(self.spot)
            book.note(world.records, world.run_no, world.now, actor, book.DEAL, -1.0, worth, deal.worth, rung, -1.0)
        self.condition = with_deal(self.condition, deal)

    def review(self) -> None:
        """Looks at every channel and moves each by at most one level towards its target."""
        alert = CALM
        for channel in self.channels:
            is_closed = self.condition.conduct.expelled > 0.5 and is_closed_to_the_expelled(channel.traits)
            if channel.feasible > 0.0 and not is_closed and not self.review_channel(channel):
                alert = ALERTED
        self.condition = with_alert(self.condition, alert)

    def review_channel(self, channel: Channel) -> bool:
        """Moves one channel towards its target; returns whether it has arrived there."""
        world, before = self.model, channel.pair
        now, above = self.terms_in_force(channel)
        u_number, u_wait = 0.0, 1.0
        if before.luck.redraw_at <= world.time_years:
            u_number, u_wait, _, _ = world.chance(channel.key, Use.LUCK)
        decided = review(
            world.general,
            self.chooser(channel),
            self.condition.leader,
            before.luck,
            now,
            above,
            channel.chosen,
            world.time_years,
            u_number,
            u_wait,
        )
        if decided.level != before.level:
            rung, tolerance = world.coercer.condition.rung, self.traits.risk_tolerance
            book.note_level(
                world.records,
                world.run_no,
                world.now,
                self.spot,
                channel.spot,
                before.level,
                decided.level,
                rung,
                decided.reason,
                now,
                tolerance,
            )
            channel.reason = decided.reason
            if decided.level == decided.target:
                channel.chosen = now
            self.moved += channel.traits.material
        channel.pair = after_review(before, decided, world.time_years)
        return bool(decided.level == decided.target)

    def deliver(self) -> None:
        """Sends what it decided, as far as ships and purse let it, pays, and takes stock of its posture."""
        world, dt = self.model, self.model.plan.dt
        interdiction, elusive, bill = world.coercer.condition.interdiction, world.general.elusive, 0.0
        for channel in self.channels:
            arriving = before_the_purse(channel.traits, channel.pair, interdiction, elusive, channel.lag_share)
            bill += channel.reach.cost * share_of(arriving) * dt
        paid = affordable_share(self.condition.purse.money, bill)
        spent, lent, provoking, met, lapsed = 0.0, 0.0, 0.0, 0.0, 0.0
        posture = no_posture()
        for channel in self.channels:
            before, traits = channel.pair, channel.traits
            free = paid if channel.reach.cost > 0.0 else 1.0
            threat = self.condition.threat.height
            after = delivery_turn(
                traits, threat, before, interdiction, elusive, channel.lag_share, free, world.pace, world.time_years
            )
            cost = channel.reach.cost * share_of(after.delivered) * dt
            spent += cost
            lent += traits.credit * cost
            provoking += traits.provocation * traits.weight * share_of(after.level)
            met += 1.0 if after.request.settled > 0.0 else 0.0
            lapsed += 1.0 if after.request.settled < 0.0 else 0.0
            if (
                is_stopped(after.sent, interdiction, traits.interdictable, elusive * before.shielded)
                and world.interdicted_at < 0.0
            ):
                world.interdicted_at = float(world.now)
            channel.pair = after
            self.report(channel, before)
            world.see(self, channel)
            posture = with_channel(posture, traits, channel.reference, after, float(channel.spot))
        world.tell("met", met)
        world.tell("lapsed", lapsed)
        solvency = world.client.condition.solvency
        self.condition = after_delivery(self.condition, self.traits, solvency, spent, lent, provoking, met, lapsed, dt)
        self.take_stock(posture)

    def report(self, channel: Channel, before: Pair) -> None:
        """Writes down what a channel did in this step: requests settled, acts, levels."""
        world, after = self.model, channel.pair
        rung, plan = world.coercer.condition.rung, world.plan
        where = (world.records, world.run_no, world.now, self.spot, channel.spot)
        book.note_settled(*where, before, after, rung)
        if channel.traits.acts > 0.5 and after.level > 0.0:
            u, _, _, _ = world.chance(channel.key, Use.ACT)
            if happens(book.act_rate(after.level) * plan.dt, u):
                actor, spot = float(self.spot), float(channel.spot)
                book.note(*where[:3], actor, book.ACT, spot, after.level, after.level, rung, -1.0)
        book.recount_channel(plan, world.records, world.now, self.spot, channel.spot, before, channel.last_level, after)
        channel.last_level = after.level

    def take_stock(self, posture: Any) -> None:
        """Brings the outcomes up to date."""
        world, before = self.model, self.track
        book.recount_index(world.plan, world.records, world.now, self.spot, before, posture)
        reason = self.channels[int(posture.channel)].reason if posture.channel >= 0.0 else -1.0
        rung, persistence = world.coercer.condition.rung, float(world.plan.persistence)
        track = tracked(before, posture, float(world.now), persistence, rung, reason)
        self.track = with_requests(track, self.made, self.condition.conduct.met)
        if self.track.denied_at >= 0.0 and before.denied_at < 0.0:
            actor, why = float(self.spot), book.WAS_DENIED
            book.note(
                world.records,
                world.run_no,
                world.now,
                actor,
                book.DENIED,
                -1.0,
                posture.support,
                posture.delivered,
                rung,
                why,
            )
        self.keep(posture)

    def keep(self, posture: Any) -> None:
        """Keeps this step in full, if the run is one of the sample."""
        world = self.model
        if world.kept < 0:
            return
        at = book.path_at(world.plan, world.kept, world.now, self.spot)
        for channel in self.channels:
            book.keep_channel(world.records, at, channel.spot, channel.pair)
        book.keep_path(
            world.records,
            at,
            world.coercer.condition,
            world.client.condition,
            self.condition,
            posture,
            self.traits.capacity,
            world.general.price_elasticity,
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

    def need(self, patron: PatronAgent, channel: Channel) -> float:
        """The client's need of a patron on a channel at this step [factor]."""
        plan = self.plan
        return float(plan.needs[(self.now * plan.n_patrons + patron.spot) * plan.n_channels + channel.spot])

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
        book.note(self.records, self.run_no, self.now, book.CLIENT, book.CLIENT_END, -1.0, 0.0, self.fate, rung, -1.0)
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
            book.relabel(records, before, run)


def forget(model: mesa.Model) -> None:
    """Lets go of a finished model: Mesa before 3.4.2 keeps every model alive in a register of its own."""
    model.remove_all_agents()
    getattr(mesa.Agent, "_ids", {}).pop(model, None)
