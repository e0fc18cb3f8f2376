"""What does a patron do in the readable engine? The agent that backs the client through its channels."""

from typing import TYPE_CHECKING, Any

import mesa

from scenarios.engine import notes
from scenarios.engine import records as book
from scenarios.engine.agents_channel import Channel
from scenarios.engine.sheets import PATRON_INPUTS_WIDTH, pick_patron_inputs
from scenarios.outcomes import Track, no_posture, tracked, with_channel, with_requests
from scenarios.rulebook.arithmetic import chance
from scenarios.rulebook.budget import affordable_share
from scenarios.rulebook.choice import share_of
from scenarios.rulebook.conditions import Patron, PatronInputs
from scenarios.rulebook.delivering import after_delivery
from scenarios.rulebook.notice import as_expelled, has_due, is_a_blow, is_closed_to_the_expelled, is_expelled
from scenarios.rulebook.opening import opening_patron
from scenarios.rulebook.reviewing import after_the_table, reviews, with_alert, with_deal
from scenarios.rulebook.traits import PatronTraits
from scenarios.rulebook.turns import ALERTED, CALM, patron_due, patron_turn
from scenarios.vocabulary import Use

if TYPE_CHECKING:
    from scenarios.engine.agents import PatronageModel


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

    def open_choices(self) -> None:
        """Draws the held numbers given the opening levels; every opening posture was chosen on the opening terms."""
        for channel in self.channels:
            self.plausible *= channel.open_choice()

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
        notes.note_due(*where, before, self.condition, rung, u_threat < through, world.time_years)
        if before.threat.due_at <= world.time_years:
            world.tell("followed" if u_threat < through else "bluffed", 1.0)

    def hear_requests(self) -> float:
        """The client asks for more on the channels where it may hope; returns the number of requests."""
        return float(sum(channel.hear_request() for channel in self.channels))

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
        notes.note_turn(world.records, world.run_no, world.now, self.spot, before, self.condition, rung)

    def is_there(self) -> bool:
        """Whether it gives anything that an expulsion would end."""
        return any(is_a_blow(channel.traits, channel.pair) for channel in self.channels)

    def go_home(self) -> None:
        """The client has expelled it: its material channels end at once, all but its trade."""
        world = self.model
        rung, reason = world.coercer.condition.rung, book.WAS_EXPELLED
        actor = float(self.spot)
        notes.note(world.records, world.run_no, world.now, actor, notes.EXPULSION, -1.0, 0.0, 1.0, rung, reason)
        for channel in self.channels:
            if is_closed_to_the_expelled(channel.traits):
                channel.close()
        self.condition = as_expelled(self.condition)

    def settle(self) -> None:
        """Weighs an offer of the coercer against the support that it forbids."""
        world, worth = self.model, 0.0
        for channel in self.channels:
            worth += channel.worth_to_forbid()
        u, _, _, _ = world.chance(self.key, Use.DEAL)
        duration = world.general.deal_duration
        deal = after_the_table(self.condition.deal, self.traits.trust, worth, world.time_years, duration, u)
        if deal.worth > 0.0:
            rung, actor = world.coercer.condition.rung, float(self.spot)
            notes.note(world.records, world.run_no, world.now, actor, notes.DEAL, -1.0, worth, deal.worth, rung, -1.0)
        self.condition = with_deal(self.condition, deal)

    def review(self) -> None:
        """Looks at every channel and moves each by at most one level towards its target."""
        alert = CALM
        for channel in self.channels:
            is_closed = self.condition.conduct.expelled > 0.5 and is_closed_to_the_expelled(channel.traits)
            if channel.feasible > 0.0 and not is_closed and not channel.review():
                alert = ALERTED
        self.condition = with_alert(self.condition, alert)

    def deliver(self) -> None:
        """Sends what it decided, as far as ships and purse let it, pays, and takes stock of its posture."""
        world, dt, bill = self.model, self.model.plan.dt, 0.0
        for channel in self.channels:
            bill += channel.bill()
        paid = affordable_share(self.condition.purse.money, bill)
        spent, lent, provoking, met, lapsed = 0.0, 0.0, 0.0, 0.0, 0.0
        posture = no_posture()
        for channel in self.channels:
            before, traits = channel.deliver(paid), channel.traits
            after = channel.pair
            cost = channel.reach.cost * share_of(after.delivered) * dt
            spent += cost
            lent += traits.credit * cost
            provoking += traits.provocation * traits.weight * share_of(after.level)
            met += 1.0 if after.request.settled > 0.0 else 0.0
            lapsed += 1.0 if after.request.settled < 0.0 else 0.0
            channel.report(before)
            world.see(self, channel)
            posture = with_channel(posture, traits, channel.reference, after, float(channel.spot))
        world.tell("met", met)
        world.tell("lapsed", lapsed)
        solvency = world.client.condition.solvency
        self.condition = after_delivery(self.condition, self.traits, solvency, spent, lent, provoking, met, lapsed, dt)
        self.take_stock(posture)

    def take_stock(self, posture: Any) -> None:
        """Brings the outcomes up to date."""
        world, before = self.model, self.track
        book.recount_index(world.plan, world.records, world.now, self.spot, before, posture)
        reason = self.channels[int(posture.channel)].reason if posture.channel >= 0.0 else -1.0
        rung, persistence = world.coercer.condition.rung, float(world.plan.persistence)
        track = tracked(before, posture, float(world.now), persistence, rung, reason)
        self.track = with_requests(track, self.made, self.condition.conduct.met)
        if self.track.denied_at >= 0.0 and before.denied_at < 0.0:
            actor, why = float(self.spot), notes.WAS_DENIED
            notes.note(
                world.records,
                world.run_no,
                world.now,
                actor,
                notes.DENIED,
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
