"""How does a patron of the fast engine deliver and pay, and how is that counted?"""

from scenarios.draws import draw
from scenarios.engine.desk import LAPSED, MET, STOPPED, Desk
from scenarios.engine.notes import ACT, DENIED, WAS_DENIED, act_rate, note, note_settled
from scenarios.engine.records import (
    Records,
    count_channel,
    count_index,
    keep_channel,
    path_at,
    recount_channel,
    recount_index,
)
from scenarios.engine.sheets import (
    CHANNEL_WIDTH,
    PAIR_TRAITS_WIDTH,
    PAIR_WIDTH,
    TRACK_WIDTH,
    pick_channel,
    pick_pair,
    pick_reach,
    pick_track,
    put_pair,
    put_track,
)
from scenarios.outcomes import Posture, no_posture, tracked, with_channel, with_requests
from scenarios.rulebook.arithmetic import happens
from scenarios.rulebook.budget import affordable_share
from scenarios.rulebook.choice import share_of
from scenarios.rulebook.conditions import Backing, Client, Coercer, Pace, Patron
from scenarios.rulebook.delivering import after_delivery, backed, before_the_purse, delivery_turn
from scenarios.rulebook.delivery import is_stopped
from scenarios.rulebook.rule import large_rule, rule
from scenarios.rulebook.traits import PatronTraits
from scenarios.scenario.arrays import Plan
from scenarios.vocabulary import Use

BY_ACT = int(Use.ACT)


@rule
def bill_of(plan: Plan, desk: Desk, coercer: Coercer, elusive: float, p: int) -> float:
    """What everything that could arrive in this step would cost [USD bn]."""
    bill = 0.0
    for c in range(plan.n_channels):
        i = p * plan.n_channels + c
        channel = pick_channel(desk.numbers, plan.at_channels + c * CHANNEL_WIDTH)
        reach = pick_reach(desk.numbers, plan.at_pairs + i * PAIR_TRAITS_WIDTH)
        arriving = before_the_purse(
            channel, pick_pair(desk.pairs, i * PAIR_WIDTH), coercer.interdiction, elusive, desk.lags[c]
        )
        bill += reach.cost * share_of(arriving) * plan.dt
    return bill


@rule
def deliver(
    plan: Plan,
    desk: Desk,
    records: Records,
    elusive: float,
    traits: PatronTraits,
    coercer: Coercer,
    client: Client,
    patron: Patron,
    pace: Pace,
    backing: Backing,
    seed: int,
    run: int,
    step: int,
    p: int,
    kept: int,
) -> tuple[Patron, Backing, Posture]:
    """The patron sends what it decided, as far as ships and purse let it, and pays."""
    t = step * plan.dt
    paid = affordable_share(patron.purse.money, bill_of(plan, desk, coercer, elusive, p))
    spent, lent, provoking, met, lapsed = 0.0, 0.0, 0.0, 0.0, 0.0
    posture = no_posture()
    for c in range(plan.n_channels):
        i = p * plan.n_channels + c
        channel = pick_channel(desk.numbers, plan.at_channels + c * CHANNEL_WIDTH)
        reach = pick_reach(desk.numbers, plan.at_pairs + i * PAIR_TRAITS_WIDTH)
        pair = pick_pair(desk.pairs, i * PAIR_WIDTH)
        free = paid if reach.cost > 0.0 else 1.0
        after = delivery_turn(
            channel, patron.threat.height, pair, coercer.interdiction, elusive, desk.lags[c], free, pace, t
        )
        cost = reach.cost * share_of(after.delivered) * plan.dt
        spent += cost
        lent += channel.credit * cost
        provoking += channel.provocation * channel.weight * share_of(after.level)
        met += 1.0 if after.request.settled > 0.0 else 0.0
        lapsed += 1.0 if after.request.settled < 0.0 else 0.0
        note_settled(records, run, step, p, c, pair, after, coercer.rung)
        if channel.acts > 0.5 and after.level > 0.0:
            u, _, _, _ = draw(seed, run, step, plan.pair_keys[i], BY_ACT)
            if happens(act_rate(after.level) * plan.dt, u):
                note(records, run, step, float(p), ACT, float(c), after.level, after.level, coercer.rung, -1.0)
        backing = backed(backing, channel, traits.visibility_weight, after.level, after.delivered)
        posture = with_channel(posture, channel, desk.reference[i], after, float(c))
        recount_channel(plan, records, step, p, c, pair, desk.levels[i], after)
        desk.levels[i] = after.level
        desk.totals_now[c] += after.level
        if is_stopped(after.sent, coercer.interdiction, channel.interdictable, elusive * pair.shielded):
            desk.news_now[STOPPED] = 1.0
        if kept >= 0:
            keep_channel(records, path_at(plan, kept, step, p), c, after)
        put_pair(desk.pairs, i * PAIR_WIDTH, after)
    desk.news_now[MET] += met
    desk.news_now[LAPSED] += lapsed
    patron = after_delivery(patron, traits, client.solvency, spent, lent, provoking, met, lapsed, plan.dt)
    return patron, backing, posture


@rule
def take_stock(
    plan: Plan,
    desk: Desk,
    records: Records,
    posture: Posture,
    rung: float,
    made: float,
    met: float,
    run: int,
    step: int,
    p: int,
) -> None:
    """Brings the patron's outcomes up to date."""
    track = pick_track(desk.tracks, p * TRACK_WIDTH)
    recount_index(plan, records, step, p, track, posture)
    reason = desk.reasons[p * plan.n_channels + int(posture.channel)] if posture.channel >= 0.0 else -1.0
    after = tracked(track, posture, float(step), float(plan.persistence), rung, reason)
    after = with_requests(after, made, met)
    if after.denied_at >= 0.0 and track.denied_at < 0.0:
        note(records, run, step, float(p), DENIED, -1.0, posture.support, posture.delivered, rung, WAS_DENIED)
    put_track(desk.tracks, p * TRACK_WIDTH, after)


@large_rule
def leave_counts(plan: Plan, desk: Desk, records: Records, step: int) -> None:
    """A run that ended counts no more from this step on."""
    for p in range(plan.n_patrons):
        track = pick_track(desk.tracks, p * TRACK_WIDTH)
        count_index(plan, records, step, p, track.support_end, track.delivered_end, -1)
        for c in range(plan.n_channels):
            pair = pick_pair(desk.pairs, (p * plan.n_channels + c) * PAIR_WIDTH)
            count_channel(plan, records, step, p, c, pair.level, pair.delivered, -1)
