"""How is an event of a run written down, and under what name?"""

from scenarios.engine.records import (
    ACTOR,
    AFTER,
    BEFORE,
    CHANNEL,
    EVENT_WIDTH,
    KIND,
    REASON,
    RUN,
    RUNG,
    STEP,
    Records,
)
from scenarios.rulebook.choice import share_of
from scenarios.rulebook.conditions import Coercer, Pair, Patron, Terms
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


@large_rule
def note(
    records: Records,
    run: int,
    step: int,
    actor: float,
    kind: float,
    channel: float,
    before: float,
    after: float,
    rung: float,
    reason: float,
) -> int:
    """Writes one event without terms; returns where it lies in the row of events, -1 if it did not fit."""
    n = records.n_events[0]
    records.n_events[0] = n + 1
    at = n * EVENT_WIDTH
    if at + EVENT_WIDTH > len(records.events):
        return -1
    events = records.events
    events[at + RUN] = run
    events[at + STEP] = step
    events[at + ACTOR] = actor
    events[at + KIND] = kind
    events[at + CHANNEL] = channel
    events[at + BEFORE] = before
    events[at + AFTER] = after
    events[at + RUNG] = rung
    events[at + REASON] = reason
    for i in range(REASON + 1, EVENT_WIDTH):
        events[at + i] = NAN
    return at


@large_rule
def note_terms(records: Records, at: int, terms: Terms, tolerance: float) -> None:
    """Adds the worth of each term at level 3 to an event [utility]; costs are negative."""
    if at < 0:
        return
    events = records.events
    events[at + 9] = survival_at(terms, 1.0)
    events[at + 10] = terms.payment
    events[at + 11] = terms.prestige
    events[at + 12] = terms.refusal
    events[at + 13] = terms.company
    events[at + 14] = -terms.crisis * benefit_at(terms, 1.0)
    events[at + 15] = -terms.cost
    events[at + 16] = -lottery_cost(terms.bargain_chance, excess(terms.bargain_loss, tolerance), tolerance)
    events[at + 17] = -terms.deal
    events[at + 18] = -lottery_cost(terms.sanction_chance, excess(terms.sanction_loss, tolerance), tolerance)
    events[at + 19] = -lottery_cost(terms.clash_chance, excess(1.0, tolerance), tolerance)
    events[at + 20] = -terms.audience


@rule
def note_coercer(records: Records, run: int, step: int, before: Coercer, after: Coercer) -> None:
    """Writes what the coercer did in this step."""
    if after.move > 0.0:
        note(records, run, step, COERCER, ESCALATION, -1.0, before.rung, after.rung, after.rung, -1.0)
    if after.move < 0.0:
        note(records, run, step, COERCER, EASING, -1.0, before.rung, after.rung, after.rung, -1.0)
    starts = before.interdiction <= 0.0 and after.interdiction > 0.0
    ends = before.interdiction > 0.0 and after.interdiction <= 0.0
    if starts or ends:
        kind = INTERDICTION if starts else INTERDICTION_ENDS
        note(records, run, step, COERCER, kind, -1.0, before.interdiction, after.interdiction, after.rung, -1.0)


@large_rule
def note_due(
    records: Records,
    run: int,
    step: int,
    p: int,
    before: Patron,
    after: Patron,
    rung: float,
    is_carried_out: bool,
    t: float,
) -> None:
    """Writes what fell due for a patron in this step."""
    actor = float(p)
    if before.leader.next_at <= t:
        note(records, run, step, actor, NEW_LEADER, -1.0, before.leader.stake, after.leader.stake, rung, -1.0)
    if before.crisis.next_at <= t:
        note(records, run, step, actor, CRISIS, -1.0, before.crisis.depth, after.crisis.depth, rung, -1.0)
    if before.threat.due_at <= t:
        kind = THREAT_CARRIED_OUT if is_carried_out else BLUFF
        note(records, run, step, actor, kind, -1.0, before.threat.height, after.threat.height, rung, -1.0)
    if before.deal.ends_at <= t:
        note(records, run, step, actor, DEAL_ENDS, -1.0, before.deal.worth, after.deal.worth, rung, -1.0)


@rule
def note_turn(records: Records, run: int, step: int, p: int, before: Patron, after: Patron, rung: float) -> None:
    """Writes what reached a patron in this step: a direct threat, an offer."""
    actor = float(p)
    if after.threat.due_at != before.threat.due_at:
        note(records, run, step, actor, THREAT, -1.0, before.threat.height, after.threat.height, rung, -1.0)
    if after.deal.offer != before.deal.offer:
        note(records, run, step, actor, OFFER, -1.0, before.deal.offer, after.deal.offer, rung, -1.0)


@large_rule
def note_level(
    records: Records,
    run: int,
    step: int,
    p: int,
    c: int,
    before: float,
    after: float,
    rung: float,
    reason: float,
    terms: Terms,
    tolerance: float,
) -> None:
    """Writes a change of level with its reason and the terms in force."""
    kind = LEVEL_UP if after > before else LEVEL_DOWN
    at = note(records, run, step, float(p), kind, float(c), before, after, rung, reason)
    note_terms(records, at, terms, tolerance)


@large_rule
def note_request(
    records: Records, run: int, step: int, p: int, c: int, before: Pair, after: Pair, rung: float
) -> float:
    """Writes a request that was just made; returns 1 if one was."""
    if after.request.asked_by == before.request.asked_by and after.request.force == before.request.force:
        return 0.0
    note(records, run, step, float(p), REQUEST, float(c), before.level, after.request.asked, rung, -1.0)
    return 1.0


@rule
def note_settled(records: Records, run: int, step: int, p: int, c: int, before: Pair, after: Pair, rung: float) -> None:
    """Writes a request that was met or has lapsed in this step."""
    if after.request.settled != 0.0:
        kind = REQUEST_MET if after.request.settled > 0.0 else REQUEST_LAPSED
        note(records, run, step, float(p), kind, float(c), before.request.asked, after.delivered, rung, -1.0)


@rule
def relabel(records: Records, first: int, run: int) -> None:
    """Writes the number of a run into its events from the `first` on, where its luck has another address."""
    last = records.n_events[0]
    for i in range(first, last):
        if (i + 1) * EVENT_WIDTH <= len(records.events):
            records.events[i * EVENT_WIDTH] = run


@rule
def act_rate(level: float) -> float:
    """Acts per year of a channel whose level is a rate of acts: level 3 is one a year."""
    return share_of(level)
