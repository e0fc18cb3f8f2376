"""What does one channel of one patron do in the readable engine? Chooses, is asked, reviews, delivers."""

from typing import TYPE_CHECKING

from scenarios.engine import notes
from scenarios.engine import records as book
from scenarios.rulebook.arithmetic import happens
from scenarios.rulebook.asking import client_asks
from scenarios.rulebook.choice import chances_of, share_of
from scenarios.rulebook.conditions import Chooser, Pair, Review, Terms
from scenarios.rulebook.delivering import before_the_purse, delivery_turn
from scenarios.rulebook.delivery import is_stopped, nearest_level
from scenarios.rulebook.held import chance_of, number_within, number_within_both
from scenarios.rulebook.notice import sent_home
from scenarios.rulebook.opening import lag_pace, opening_pair, with_number
from scenarios.rulebook.reasons import in_force, unasked
from scenarios.rulebook.reviewing import after_review, chooser_of, one_rung_higher, review, support_worth
from scenarios.rulebook.traits import ChannelTraits, PairTraits
from scenarios.rulebook.utility import terms_of
from scenarios.vocabulary import DecisionRule, Use

if TYPE_CHECKING:
    from scenarios.engine.agents import PatronageModel
    from scenarios.engine.agents_patron import PatronAgent


class Channel:
    """One channel of one patron: its numbers, its condition and what its level was chosen on."""

    def __init__(self, patron: "PatronAgent", spot: int, traits: ChannelTraits, reach: PairTraits, key: int) -> None:
        world = patron.model
        self.patron, self.spot, self.traits, self.reach, self.key = patron, spot, traits, reach, key
        self.feasible = nearest_level(reach.feasible)
        self.lag_share = lag_pace(traits, world.plan.dt)
        _, u_wait, _, _ = world.chance(key, Use.OPENING_LUCK)
        self.pair: Pair = opening_pair(world.general, traits, reach, u_wait)
        self.reference = self.last_level = self.pair.level
        self.reason = -1.0
        self.opening: Terms
        self.chosen: Terms

    @property
    def world(self) -> "PatronageModel":
        """The run that it belongs to."""
        return self.patron.model

    def need(self) -> float:
        """The client's need of the patron on this channel at this step [factor]."""
        plan = self.world.plan
        row = self.world.now * plan.n_patrons + self.patron.spot
        return float(plan.needs[row * plan.n_channels + self.spot])

    def others(self) -> float:
        """Mean of the other patrons' levels as of the last step, over 3."""
        n = self.world.plan.n_patrons - 1
        return share_of(self.world.totals[self.spot] - self.pair.level) / n if n > 0 else 0.0

    def terms(self, is_higher: bool = False) -> Terms:
        """The terms as things stand, or as they would one rung higher."""
        world, coercer = self.world, self.world.coercer.condition
        return terms_of(
            world.general,
            self.traits,
            self.patron.traits,
            self.reach,
            self.patron.inputs(),
            self.need(),
            one_rung_higher(coercer) if is_higher else coercer,
            world.client.condition,
            self.patron.condition,
            self.pair,
            self.others(),
        )

    def terms_in_force(self) -> tuple[Terms, Terms]:
        """The terms after the scenario's switches: now, and one rung higher."""
        switches = self.world.plan.switches
        now = in_force(self.terms(), self.opening, switches)
        if self.world.decision_rule != DecisionRule.STRATEGIC_QUANTAL:
            return now, now
        return now, in_force(self.terms(is_higher=True), self.opening, switches)

    def chooser(self) -> Chooser:
        """What the decision rule needs to know of the patron here."""
        world = self.world
        return chooser_of(
            world.decision_rule,
            world.general,
            world.coercer.traits,
            self.traits,
            self.patron.traits,
            self.feasible,
            self.pair.level,
            self.others(),
        )

    def open_choice(self) -> float:
        """Draws the held number given the opening level; returns the chance that this level had [probability]."""
        self.opening = self.terms()
        now, above = self.terms_in_force()
        self.chosen = unasked(now)
        u, _, _, _ = self.world.chance(self.key, Use.OPENING_LUCK)
        chances, level = chances_of(unasked(now), unasked(above), self.chooser()), self.pair.level
        if self.pair.request.force > 0.0:
            number = number_within_both(chances, chances_of(now, above, self.chooser()), level, u)
        else:
            number = number_within(chances, level, u)
        self.pair = with_number(self.pair, number)
        return chance_of(chances, level)

    def hear_request(self) -> float:
        """The client asks for more if it may hope; returns the number of requests."""
        world, before = self.world, self.pair
        patron, client, t = self.patron.condition, world.client.condition, world.time_years
        self.pair = client_asks(world.general, self.traits, self.reach, self.need(), client, patron, before, t)
        return notes.note_request(*self.where(), before, self.pair, world.coercer.condition.rung)

    def worth_to_forbid(self) -> float:
        """Worth of the support here that a deal would forbid [utility]."""
        now = in_force(self.terms(), self.opening, self.world.plan.switches)
        return support_worth(now, self.traits.provocation, self.pair.level)

    def close(self) -> None:
        """Ends for good: the client has expelled the patron."""
        if self.pair.level > 0.0:
            self.reason = book.WAS_EXPELLED
            self.patron.moved += 1.0
        self.pair = sent_home(self.pair, self.world.time_years)

    def review(self) -> bool:
        """Moves at most one level towards the target; returns whether it has arrived there."""
        world, before = self.world, self.pair
        now, above = self.terms_in_force()
        u_number, u_wait = 0.0, 1.0
        if before.luck.redraw_at <= world.time_years:
            u_number, u_wait, _, _ = world.chance(self.key, Use.LUCK)
        leader, t = self.patron.condition.leader, world.time_years
        decided = review(
            world.general, self.chooser(), leader, before.luck, now, above, self.chosen, t, u_number, u_wait
        )
        if decided.level != before.level:
            self.move(decided, now)
        self.pair = after_review(before, decided, world.time_years)
        return bool(decided.level == decided.target)

    def move(self, decided: Review, now: Terms) -> None:
        """Writes a change of level down, with its reason."""
        rung, tolerance = self.world.coercer.condition.rung, self.patron.traits.risk_tolerance
        notes.note_level(*self.where(), self.pair.level, decided.level, rung, decided.reason, now, tolerance)
        self.reason = decided.reason
        if decided.level == decided.target:
            self.chosen = now
        self.patron.moved += self.traits.material

    def bill(self) -> float:
        """What this step would cost if money were no object [USD bn]."""
        world = self.world
        ships, elusive = world.coercer.condition.interdiction, world.general.elusive
        arriving = before_the_purse(self.traits, self.pair, ships, elusive, self.lag_share)
        return self.reach.cost * share_of(arriving) * world.plan.dt

    def deliver(self, paid: float) -> Pair:
        """Sends what ships and a purse that pays a share of the bill let through; returns how it stood before."""
        world, before = self.world, self.pair
        ships, elusive = world.coercer.condition.interdiction, world.general.elusive
        free = paid if self.reach.cost > 0.0 else 1.0
        threat, t = self.patron.condition.threat.height, world.time_years
        self.pair = delivery_turn(self.traits, threat, before, ships, elusive, self.lag_share, free, world.pace, t)
        if is_stopped(self.pair.sent, ships, self.traits.interdictable, elusive * before.shielded):
            world.note_stopped()
        return before

    def report(self, before: Pair) -> None:
        """Writes down what happened in this step: requests settled, acts, levels."""
        world, after = self.world, self.pair
        rung, plan = world.coercer.condition.rung, world.plan
        notes.note_settled(*self.where(), before, after, rung)
        if self.traits.acts > 0.5 and after.level > 0.0:
            u, _, _, _ = world.chance(self.key, Use.ACT)
            if happens(notes.act_rate(after.level) * plan.dt, u):
                actor, spot = float(self.patron.spot), float(self.spot)
                notes.note(*self.where()[:3], actor, notes.ACT, spot, after.level, after.level, rung, -1.0)
        p = self.patron.spot
        book.recount_channel(plan, world.records, world.now, p, self.spot, before, self.last_level, after)
        self.last_level = after.level

    def where(self) -> tuple[book.Records, int, int, int, int]:
        """Where an event of this channel is written, and what it is called there."""
        return self.world.records, self.world.run_no, self.world.now, self.patron.spot, self.spot
