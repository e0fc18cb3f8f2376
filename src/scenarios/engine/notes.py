"""How is what happens written down? Events under their names, and the steps of a run that is kept in full."""

from scenarios.engine.records import (
    EVENT_WIDTH,
    PATH_CHANNEL_WIDTH,
    PATH_WIDTH,
    Records,
    path_at,
    put_event,
    put_path,
    put_path_channel,
)
from scenarios.engine.world import World, pair_at, traits_of
from scenarios.outcomes import Posture
from scenarios.recorded import EventRow, PathChannel, PathRow, Worth
from scenarios.rulebook.budget import shadow_price
from scenarios.rulebook.conditions import Coercer, Moment, Pair, Patron, Review, Terms
from scenarios.rulebook.rule import large_rule, rule
from scenarios.rulebook.utility import benefit_at, excess, lottery_cost, survival_at
from scenarios.vocabulary import EventKind, Reason

COERCER = -2.0
CLIENT = -1.0
ESCALATION = float(EventKind.ESCALATION)
EASING = float(EventKind.EASING)
INTERDICTION = float(EventKind.INTERDICTION)
INTERDICTION_ENDS = float(EventKind.INTERDICTION_ENDS)
THREAT = float(EventKind.THREAT)
THREAT_CARRIED_OUT = float(EventKind.THREAT_CARRIED_OUT)
BLUFF = float(EventKind.BLUFF)
REQUEST = float(EventKind.REQUEST)
REQUEST_MET = float(EventKind.REQUEST_MET)
REQUEST_LAPSED = float(EventKind.REQUEST_LAPSED)
LEVEL_UP = float(EventKind.LEVEL_UP)
LEVEL_DOWN = float(EventKind.LEVEL_DOWN)
OFFER = float(EventKind.OFFER)
DEAL = float(EventKind.DEAL)
DEAL_ENDS = float(EventKind.DEAL_ENDS)
NEW_LEADER = float(EventKind.NEW_LEADER)
CRISIS = float(EventKind.CRISIS)
EXPULSION = float(EventKind.EXPULSION)
ACT = float(EventKind.ACT)
CLIENT_END = float(EventKind.CLIENT_END)
DENIED = float(EventKind.DENIED)
WAS_DENIED = float(Reason.DENIED)
NAN = float("nan")
NO_WORTH = Worth(NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN)
NOWHERE = -1.0  # on no channel, for no reason


@rule
def blank(world: World, step: int, actor: float, rung: float) -> EventRow:
    """An event of an actor in a step, to be filled in."""
    return EventRow(
        run=float(world.address.number),
        step=float(step),
        actor=actor,
        kind=NOWHERE,
        channel=NOWHERE,
        before=0.0,
        after=0.0,
        rung=rung,
        reason=NOWHERE,
        worth=NO_WORTH,
    )


@large_rule
def note(records: Records, event: EventRow) -> None:
    """Writes one event, if it fits; counts it in any case."""
    n = records.n_events[0]
    records.n_events[0] = n + 1
    if (n + 1) * EVENT_WIDTH <= len(records.events):
        put_event(records.events, n * EVENT_WIDTH, event)


@large_rule
def worth_of(terms: Terms, tolerance: float) -> Worth:
    """What each term is worth at level 3 [utility]; costs are negative."""
    return Worth(
        survival=survival_at(terms, 1.0),
        payment=terms.payment,
        prestige=terms.prestige,
        refusal=terms.refusal,
        company=terms.company,
        own_crisis=-terms.crisis * benefit_at(terms, 1.0),
        material_cost=-terms.cost,
        bargain=-lottery_cost(terms.bargain_chance, excess(terms.bargain_loss, tolerance), tolerance),
        deal=-terms.deal,
        secondary_sanctions=-lottery_cost(terms.sanction_chance, excess(terms.sanction_loss, tolerance), tolerance),
        entrapment=-lottery_cost(terms.clash_chance, excess(1.0, tolerance), tolerance),
        backing_down=-terms.audience,
    )


@rule
def note_coercer(world: World, step: int, before: Coercer, after: Coercer) -> None:
    """Writes what the coercer did in this step."""
    event = blank(world, step, COERCER, after.rung)
    if after.move != 0.0:
        kind = ESCALATION if after.move > 0.0 else EASING
        note(world.records, event._replace(kind=kind, before=before.rung, after=after.rung))
    starts = before.interdiction <= 0.0 and after.interdiction > 0.0
    ends = before.interdiction > 0.0 and after.interdiction <= 0.0
    if starts or ends:
        kind = INTERDICTION if starts else INTERDICTION_ENDS
        note(world.records, event._replace(kind=kind, before=before.interdiction, after=after.interdiction))


@large_rule
def note_due(world: World, moment: Moment, before: Patron, after: Patron, is_carried_out: bool, p: int) -> None:
    """Writes what fell due for a patron in this step."""
    event, t = blank(world, moment.step, float(p), moment.coercer.rung), moment.t
    if before.leader.next_at <= t:
        note(world.records, event._replace(kind=NEW_LEADER, before=before.leader.stake, after=after.leader.stake))
    if before.crisis.next_at <= t:
        note(world.records, event._replace(kind=CRISIS, before=before.crisis.depth, after=after.crisis.depth))
    if before.threat.due_at <= t:
        kind = THREAT_CARRIED_OUT if is_carried_out else BLUFF
        note(world.records, event._replace(kind=kind, before=before.threat.height, after=after.threat.height))
    if before.deal.ends_at <= t:
        note(world.records, event._replace(kind=DEAL_ENDS, before=before.deal.worth, after=after.deal.worth))


@rule
def note_turn(world: World, moment: Moment, before: Patron, after: Patron, p: int) -> None:
    """Writes what reached a patron in this step: a direct threat, an offer."""
    event = blank(world, moment.step, float(p), moment.coercer.rung)
    if after.threat.due_at != before.threat.due_at:
        note(world.records, event._replace(kind=THREAT, before=before.threat.height, after=after.threat.height))
    if after.deal.offer != before.deal.offer:
        note(world.records, event._replace(kind=OFFER, before=before.deal.offer, after=after.deal.offer))


@large_rule
def note_level(world: World, moment: Moment, before: float, decided: Review, worth: Worth, p: int, c: int) -> None:
    """Writes a change of level with its reason and what the terms in force are worth."""
    event = blank(world, moment.step, float(p), moment.coercer.rung)
    kind = LEVEL_UP if decided.level > before else LEVEL_DOWN
    event = event._replace(kind=kind, channel=float(c), before=before, after=decided.level)
    note(world.records, event._replace(reason=decided.reason, worth=worth))


@large_rule
def note_request(world: World, moment: Moment, before: Pair, after: Pair, p: int, c: int) -> float:
    """Writes a request that was just made; returns 1 if one was."""
    if after.request.asked_by == before.request.asked_by and after.request.force == before.request.force:
        return 0.0
    event = blank(world, moment.step, float(p), moment.coercer.rung)
    event = event._replace(kind=REQUEST, channel=float(c), before=before.level, after=after.request.asked)
    note(world.records, event)
    return 1.0


@rule
def note_settled(world: World, moment: Moment, before: Pair, after: Pair, p: int, c: int) -> None:
    """Writes a request that was met or has lapsed in this step."""
    if after.request.settled != 0.0:
        kind = REQUEST_MET if after.request.settled > 0.0 else REQUEST_LAPSED
        event = blank(world, moment.step, float(p), moment.coercer.rung)
        event = event._replace(kind=kind, channel=float(c), before=before.request.asked, after=after.delivered)
        note(world.records, event)


@rule
def keep(world: World, moment: Moment, patron: Patron, posture: Posture, p: int) -> None:
    """Keeps one step of a patron in full, if the run is one of the sample."""
    if world.address.kept < 0:
        return
    paths, money = world.records.paths, patron.purse.money
    at = path_at(world.plan, world.address.kept, moment.step, p)
    row = PathRow(
        rung=moment.coercer.rung,
        hold=moment.client.hold,
        solvency=moment.client.solvency,
        support=posture.support,
        delivered=posture.delivered,
        purse=money,
        price=shadow_price(money, traits_of(world, p).capacity, world.frame.model.price_elasticity),
    )
    put_path(paths, at, row)
    for c in range(world.plan.shape.n_channels):
        pair = pair_at(world, p, c)
        channel = PathChannel(level=pair.level, delivered=pair.delivered, shielded=pair.shielded)
        put_path_channel(paths, at + PATH_WIDTH + c * PATH_CHANNEL_WIDTH, channel)
