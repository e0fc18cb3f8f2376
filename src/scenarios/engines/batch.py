"""The fast engine: the order of the turns as a loop over arrays, one run at a time.

It decides nothing: every decision is a rule of the rule book, called here on sheets read from rows. The same order in
the words of agents is `scenarios.engines.agents`; the two agree to the last bit. Working memory comes from outside, so
that a run allocates nothing.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.draws import draw
from scenarios.engines.compiler import compiled, is_interpreted
from scenarios.engines.numbers import rule_of_run, set_numbers
from scenarios.engines.records import (
    ACT,
    CLIENT,
    CLIENT_END,
    DEAL,
    DENIED,
    EXPULSION,
    WAS_DENIED,
    WAS_EXPELLED,
    Records,
    act_rate,
    close_patron,
    close_run,
    count_channel,
    count_index,
    keep_channel,
    keep_path,
    note,
    note_coercer,
    note_due,
    note_level,
    note_request,
    note_settled,
    note_turn,
    path_at,
    recount_channel,
    recount_index,
    relabel,
)
from scenarios.engines.sheets import (
    CHANNEL_WIDTH,
    INPUTS_WIDTH,
    PAIR_TRAITS_WIDTH,
    PAIR_WIDTH,
    PATRON_INPUTS_WIDTH,
    PATRON_TRAITS_WIDTH,
    PATRON_WIDTH,
    PRESSURE_WIDTH,
    TERMS_WIDTH,
    TRACK_WIDTH,
    pick_channel,
    pick_client_traits,
    pick_coercer_traits,
    pick_inputs,
    pick_model,
    pick_pair,
    pick_patron,
    pick_patron_inputs,
    pick_patron_traits,
    pick_pressure,
    pick_reach,
    pick_terms,
    pick_track,
    put_pair,
    put_patron,
    put_terms,
    put_track,
)
from scenarios.outcomes import Posture, no_posture, opening_track, tracked, with_channel, with_requests
from scenarios.rulebook.arithmetic import chance, happens
from scenarios.rulebook.asking import client_asks
from scenarios.rulebook.budget import affordable_share
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
    Client,
    Coercer,
    CoercerTraits,
    ModelTraits,
    News,
    Pace,
    Patron,
    PatronInputs,
    PatronTraits,
    Terms,
)
from scenarios.rulebook.reasons import in_force, unasked
from scenarios.rulebook.rule import large_rule, rule
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
from scenarios.scenario.arrays import Plan
from scenarios.vocabulary import DecisionRule, Use

OPENING_LUCK, OPENING_CLOCKS = int(Use.OPENING_LUCK), int(Use.OPENING_CLOCKS)
BY_COERCER, BY_CLIENT, BY_PATRON = int(Use.COERCER), int(Use.CLIENT), int(Use.PATRON)
LUCK, BY_LEADER, BY_CRISIS, BY_DEAL, BY_ACT = (
    int(Use.LUCK),
    int(Use.LEADER),
    int(Use.CRISIS),
    int(Use.DEAL),
    int(Use.ACT),
)
STRATEGIC = int(DecisionRule.STRATEGIC_QUANTAL)
FOLLOWED, BLUFFED, MET, LAPSED, MOVES, STOPPED = 0, 1, 2, 3, 4, 5
N_NEWS = 6
Floats = NDArray[np.float64]


class Desk(NamedTuple):
    """Working memory of one run at a time; all flat, reused from run to run."""

    numbers: Floats  # the run's numbers, in the order of the plan
    patrons: Floats  # conditions
    pairs: Floats  # conditions
    reference: Floats  # opening level of each pair
    levels: Floats  # intended level of each pair as of the last step
    opening: Floats  # terms at the opening, of each pair
    chosen: Floats  # terms when the level was chosen, of each pair
    reasons: Floats  # of the last change of each pair
    tracks: Floats
    lags: Floats  # share of the way that each channel covers in a step
    calm: Floats  # chance of a review of each patron when nothing happens
    totals: Floats  # levels of all patrons on each channel, as of the last step
    totals_now: Floats  # the same while this step is played
    moved: Floats  # moves of each patron in the last step
    plausible: Floats  # chance of each patron's opening posture
    news: Floats  # of the last step: followed, bluffed, met, lapsed, moves, deliveries stopped
    news_now: Floats


def new_desk(plan: Plan) -> Desk:
    """Working memory for a plan."""
    p, pairs = plan.n_patrons, plan.n_patrons * plan.n_channels
    sizes = [len(plan.central), p * PATRON_WIDTH, pairs * PAIR_WIDTH, pairs, pairs, pairs * TERMS_WIDTH]
    sizes += [
        pairs * TERMS_WIDTH,
        pairs,
        p * TRACK_WIDTH,
        plan.n_channels,
        p,
        plan.n_channels,
        plan.n_channels,
        p,
        p,
        N_NEWS,
        N_NEWS,
    ]
    return Desk(*[np.zeros(size) for size in sizes])


@rule
def terms_now(
    plan: Plan,
    desk: Desk,
    model: ModelTraits,
    traits: PatronTraits,
    inputs: PatronInputs,
    coercer: Coercer,
    client: Client,
    patron: Patron,
    step: int,
    p: int,
    c: int,
) -> Terms:
    """Terms of one channel before the scenario's switches, the other patrons as of the last step."""
    channel = pick_channel(desk.numbers, plan.at_channels + c * CHANNEL_WIDTH)
    i = p * plan.n_channels + c
    reach = pick_reach(desk.numbers, plan.at_pairs + i * PAIR_TRAITS_WIDTH)
    pair = pick_pair(desk.pairs, i * PAIR_WIDTH)
    need = need_now(plan, step, i)
    others = company(plan, desk, c, pair.level)
    return terms_of(model, channel, traits, reach, inputs, need, coercer, client, patron, pair, others)


@rule
def need_now(plan: Plan, step: int, i: int) -> float:
    """The client's need of a patron on a channel [factor]."""
    return plan.needs[step * plan.n_patrons * plan.n_channels + i]


@rule
def company(plan: Plan, desk: Desk, c: int, own: float) -> float:
    """Mean of the other patrons' levels on a channel as of the last step, over 3."""
    others = plan.n_patrons - 1
    return share_of(desk.totals[c] - own) / others if others > 0 else 0.0


@large_rule
def open_patrons(plan: Plan, desk: Desk, model: ModelTraits, seed: int, run: int) -> None:
    """Sets every patron and its channels at the opening, all but the held numbers."""
    for c in range(plan.n_channels):
        channel = pick_channel(desk.numbers, plan.at_channels + c * CHANNEL_WIDTH)
        desk.lags[c] = lag_pace(channel, plan.dt)
        desk.totals[c] = 0.0
    for p in range(plan.n_patrons):
        traits = pick_patron_traits(desk.numbers, plan.at_patrons + p * PATRON_TRAITS_WIDTH)
        inputs = pick_patron_inputs(plan.patron_inputs, p * PATRON_INPUTS_WIDTH)
        u_crisis, u_leader, _, _ = draw(seed, run, 0, plan.patron_keys[p], OPENING_CLOCKS)
        patron = opening_patron(model, traits, inputs, u_crisis, u_leader, plan.freezes.crisis)
        put_patron(desk.patrons, p * PATRON_WIDTH, patron)
        desk.calm[p] = chance(traits.review_rate * plan.dt)
        desk.moved[p] = 0.0
        desk.plausible[p] = 1.0
        for c in range(plan.n_channels):
            i = p * plan.n_channels + c
            channel = pick_channel(desk.numbers, plan.at_channels + c * CHANNEL_WIDTH)
            reach = pick_reach(desk.numbers, plan.at_pairs + i * PAIR_TRAITS_WIDTH)
            _, u_wait, _, _ = draw(seed, run, 0, plan.pair_keys[i], OPENING_LUCK)
            pair = opening_pair(model, channel, reach, u_wait)
            put_pair(desk.pairs, i * PAIR_WIDTH, pair)
            desk.reference[i] = pair.level
            desk.levels[i] = pair.level
            desk.reasons[i] = -1.0
            desk.totals[c] += pair.level


@large_rule
def open_choices(
    plan: Plan,
    desk: Desk,
    model: ModelTraits,
    coercer_traits: CoercerTraits,
    coercer: Coercer,
    client: Client,
    decision_rule: int,
    seed: int,
    run: int,
) -> None:
    """Draws every held number given the opening level, and remembers the opening terms."""
    for p in range(plan.n_patrons):
        traits = pick_patron_traits(desk.numbers, plan.at_patrons + p * PATRON_TRAITS_WIDTH)
        inputs = pick_patron_inputs(plan.patron_inputs, p * PATRON_INPUTS_WIDTH)
        patron = pick_patron(desk.patrons, p * PATRON_WIDTH)
        for c in range(plan.n_channels):
            i = p * plan.n_channels + c
            raw = terms_now(plan, desk, model, traits, inputs, coercer, client, patron, 0, p, c)
            put_terms(desk.opening, i * TERMS_WIDTH, raw)
            now = unasked(in_force(raw, raw, plan.switches) if plan.is_switched == 1 else raw)
            put_terms(desk.chosen, i * TERMS_WIDTH, now)
            above = now
            if decision_rule == STRATEGIC:
                higher = one_rung_higher(coercer)
                above = terms_now(plan, desk, model, traits, inputs, higher, client, patron, 0, p, c)
                above = unasked(in_force(above, raw, plan.switches) if plan.is_switched == 1 else above)
            channel = pick_channel(desk.numbers, plan.at_channels + c * CHANNEL_WIDTH)
            reach = pick_reach(desk.numbers, plan.at_pairs + i * PAIR_TRAITS_WIDTH)
            pair = pick_pair(desk.pairs, i * PAIR_WIDTH)
            others = company(plan, desk, c, pair.level)
            feasible = nearest_level(reach.feasible)
            chooser = chooser_of(decision_rule, model, coercer_traits, channel, traits, feasible, pair.level, others)
            u, _, _, _ = draw(seed, run, 0, plan.pair_keys[i], OPENING_LUCK)
            chances = chances_of(now, above, chooser)
            desk.plausible[p] *= chance_of(chances, pair.level)
            put_pair(desk.pairs, i * PAIR_WIDTH, with_number(pair, number_within(chances, pair.level, u)))


@large_rule
def hear_requests(
    plan: Plan,
    desk: Desk,
    records: Records,
    model: ModelTraits,
    coercer: Coercer,
    client: Client,
    patron: Patron,
    run: int,
    step: int,
    p: int,
) -> float:
    """The client asks a patron for help on each channel; returns the number of requests."""
    made = 0.0
    for c in range(plan.n_channels):
        i = p * plan.n_channels + c
        channel = pick_channel(desk.numbers, plan.at_channels + c * CHANNEL_WIDTH)
        reach = pick_reach(desk.numbers, plan.at_pairs + i * PAIR_TRAITS_WIDTH)
        pair = pick_pair(desk.pairs, i * PAIR_WIDTH)
        asked = client_asks(model, channel, reach, need_now(plan, step, i), client, patron, pair, step * plan.dt)
        made += note_request(records, run, step, p, c, pair, asked, coercer.rung)
        put_pair(desk.pairs, i * PAIR_WIDTH, asked)
    return made


@rule
def is_there(plan: Plan, desk: Desk, p: int) -> bool:
    """Whether a patron gives anything that an expulsion would end."""
    for c in range(plan.n_channels):
        channel = pick_channel(desk.numbers, plan.at_channels + c * CHANNEL_WIDTH)
        if is_a_blow(channel, pick_pair(desk.pairs, (p * plan.n_channels + c) * PAIR_WIDTH)):
            return True
    return False


@large_rule
def send_home(plan: Plan, desk: Desk, records: Records, run: int, step: int, p: int, rung: float) -> None:
    """An expelled patron's material channels end at once, all but its trade."""
    note(records, run, step, float(p), EXPULSION, -1.0, 0.0, 1.0, rung, WAS_EXPELLED)
    for c in range(plan.n_channels):
        i = p * plan.n_channels + c
        channel = pick_channel(desk.numbers, plan.at_channels + c * CHANNEL_WIDTH)
        if is_closed_to_the_expelled(channel):
            pair = pick_pair(desk.pairs, i * PAIR_WIDTH)
            put_pair(desk.pairs, i * PAIR_WIDTH, sent_home(pair, step * plan.dt))
            if pair.level > 0.0:
                desk.reasons[i] = WAS_EXPELLED
                desk.moved[p] += 1.0


@large_rule
def settle(
    plan: Plan,
    desk: Desk,
    records: Records,
    model: ModelTraits,
    traits: PatronTraits,
    inputs: PatronInputs,
    coercer: Coercer,
    client: Client,
    patron: Patron,
    seed: int,
    run: int,
    step: int,
    p: int,
) -> Patron:
    """The patron weighs an offer against the support that it forbids."""
    worth = 0.0
    for c in range(plan.n_channels):
        i = p * plan.n_channels + c
        raw = terms_now(plan, desk, model, traits, inputs, coercer, client, patron, step, p, c)
        now = in_force(raw, pick_terms(desk.opening, i * TERMS_WIDTH), plan.switches) if plan.is_switched == 1 else raw
        channel = pick_channel(desk.numbers, plan.at_channels + c * CHANNEL_WIDTH)
        worth += support_worth(now, channel.provocation, pick_pair(desk.pairs, i * PAIR_WIDTH).level)
    t = step * plan.dt
    u, _, _, _ = draw(seed, run, step, plan.patron_keys[p], BY_DEAL)
    deal = after_the_table(patron.deal, traits.trust, worth, t, model.deal_duration, u)
    if deal.worth > 0.0:
        note(records, run, step, float(p), DEAL, -1.0, worth, deal.worth, coercer.rung, -1.0)
    return with_deal(patron, deal)


@rule
def review_posture(
    plan: Plan,
    desk: Desk,
    records: Records,
    model: ModelTraits,
    coercer_traits: CoercerTraits,
    traits: PatronTraits,
    inputs: PatronInputs,
    coercer: Coercer,
    client: Client,
    patron: Patron,
    decision_rule: int,
    seed: int,
    run: int,
    step: int,
    p: int,
) -> Patron:
    """The patron looks at every channel and moves each by at most one level towards its target."""
    t = step * plan.dt
    alert = CALM
    for c in range(plan.n_channels):
        i = p * plan.n_channels + c
        channel = pick_channel(desk.numbers, plan.at_channels + c * CHANNEL_WIDTH)
        reach = pick_reach(desk.numbers, plan.at_pairs + i * PAIR_TRAITS_WIDTH)
        pair = pick_pair(desk.pairs, i * PAIR_WIDTH)
        feasible = nearest_level(reach.feasible)
        if feasible <= 0.0 or (patron.conduct.expelled > 0.5 and is_closed_to_the_expelled(channel)):
            continue
        now = terms_now(plan, desk, model, traits, inputs, coercer, client, patron, step, p, c)
        opening = pick_terms(desk.opening, i * TERMS_WIDTH)
        now = in_force(now, opening, plan.switches) if plan.is_switched == 1 else now
        above = now
        if decision_rule == STRATEGIC:
            higher = one_rung_higher(coercer)
            above = terms_now(plan, desk, model, traits, inputs, higher, client, patron, step, p, c)
            above = in_force(above, opening, plan.switches) if plan.is_switched == 1 else above
        others = company(plan, desk, c, pair.level)
        chooser = chooser_of(decision_rule, model, coercer_traits, channel, traits, feasible, pair.level, others)
        u_number, u_wait = 0.0, 1.0
        if pair.luck.redraw_at <= t:
            u_number, u_wait, _, _ = draw(seed, run, step, plan.pair_keys[i], LUCK)
        then = pick_terms(desk.chosen, i * TERMS_WIDTH)
        decided = review(model, chooser, patron.leader, pair.luck, now, above, then, t, u_number, u_wait)
        if decided.level != pair.level:
            tolerance = traits.risk_tolerance
            note_level(
                records, run, step, p, c, pair.level, decided.level, coercer.rung, decided.reason, now, tolerance
            )
            if decided.level == decided.target:
                put_terms(desk.chosen, i * TERMS_WIDTH, now)
            desk.reasons[i] = decided.reason
            desk.moved[p] += channel.material
        if decided.level != decided.target:
            alert = ALERTED
        put_pair(desk.pairs, i * PAIR_WIDTH, after_review(pair, decided, t))
    return with_alert(patron, alert)


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


@rule
def patron_step(
    plan: Plan,
    desk: Desk,
    records: Records,
    model: ModelTraits,
    coercer_traits: CoercerTraits,
    coercer: Coercer,
    client: Client,
    is_new_high: bool,
    mode: int,
    pace: Pace,
    backing: Backing,
    decision_rule: int,
    seed: int,
    run: int,
    step: int,
    p: int,
    kept: int,
) -> Backing:
    """One patron's step: what falls due, what it hears, whether it reviews, what it delivers."""
    t = step * plan.dt
    traits = pick_patron_traits(desk.numbers, plan.at_patrons + p * PATRON_TRAITS_WIDTH)
    client_traits = pick_client_traits(desk.numbers, plan.at_client)
    inputs = pick_patron_inputs(plan.patron_inputs, (step * plan.n_patrons + p) * PATRON_INPUTS_WIDTH)
    pressure = pick_pressure(desk.numbers, plan.at_ladder + int(coercer.rung) * PRESSURE_WIDTH)
    patron = pick_patron(desk.patrons, p * PATRON_WIDTH)
    u_review, u_offer, u_threat, u_expulsion = draw(seed, run, step, plan.patron_keys[p], BY_PATRON)
    if has_due(patron, t):
        a, b, c, d = draw(seed, run, step, plan.patron_keys[p], BY_LEADER)
        e, f, g, _ = draw(seed, run, step, plan.patron_keys[p], BY_CRISIS)
        through = coercer_traits.follow_through
        due = patron_due(model, traits, patron, through, t, a, b, c, d, e, f, g)
        note_due(records, run, step, p, patron, due, coercer.rung, g < through, t)
        if patron.threat.due_at <= t:
            desk.news_now[FOLLOWED] += 1.0 if g < through else 0.0
            desk.news_now[BLUFFED] += 0.0 if g < through else 1.0
        patron = due
    made = 0.0
    if is_new_high:
        made = hear_requests(plan, desk, records, model, coercer, client, patron, run, step, p)
    is_called = made > 0.0 or desk.news[MOVES] - desk.moved[p] > 0.0
    news = News(desk.news[FOLLOWED], desk.news[BLUFFED], desk.news[MET], desk.news[LAPSED])
    turned = patron_turn(
        mode,
        model,
        traits,
        coercer_traits,
        patron,
        inputs,
        coercer,
        client,
        pressure,
        news,
        is_called,
        plan.freezes,
        pace,
        t,
        u_offer,
        u_threat,
    )
    note_turn(records, run, step, p, patron, turned, coercer.rung)
    patron = turned
    desk.moved[p] = 0.0
    if is_expelled(client_traits, client, patron, coercer.rung, plan.dt, u_expulsion) and is_there(plan, desk, p):
        send_home(plan, desk, records, run, step, p, coercer.rung)
        patron = as_expelled(patron)
    if reviews(patron.watch.alert, desk.calm[p], pace, u_review):
        if patron.deal.offer > 0.0:
            patron = settle(plan, desk, records, model, traits, inputs, coercer, client, patron, seed, run, step, p)
        patron = review_posture(
            plan,
            desk,
            records,
            model,
            coercer_traits,
            traits,
            inputs,
            coercer,
            client,
            patron,
            decision_rule,
            seed,
            run,
            step,
            p,
        )
    patron, backing, posture = deliver(
        plan, desk, records, model.elusive, traits, coercer, client, patron, pace, backing, seed, run, step, p, kept
    )
    desk.news_now[MOVES] += desk.moved[p]
    put_patron(desk.patrons, p * PATRON_WIDTH, patron)
    take_stock(plan, desk, records, posture, coercer.rung, made, patron.conduct.met, run, step, p)
    if kept >= 0:
        at = path_at(plan, kept, step, p)
        keep_path(records, at, coercer, client, patron, posture, traits.capacity, model.price_elasticity)
    return backing


@rule
def no_backing() -> Backing:
    """What is seen of patrons before any has been looked at."""
    return Backing(0.0, 0.0, 0.0, 0.0, 0.0)


@large_rule
def opening_backing(plan: Plan, desk: Desk, records: Records, coercer: Coercer, client: Client, kept: int) -> Backing:
    """What coercer and client see of the opening postures; they are counted as step 0."""
    model = pick_model(desk.numbers, 0)
    backing = no_backing()
    for p in range(plan.n_patrons):
        traits = pick_patron_traits(desk.numbers, plan.at_patrons + p * PATRON_TRAITS_WIDTH)
        patron = pick_patron(desk.patrons, p * PATRON_WIDTH)
        made, posture = 0.0, no_posture()
        at = path_at(plan, kept, 0, p) if kept >= 0 else 0
        for c in range(plan.n_channels):
            i = p * plan.n_channels + c
            channel = pick_channel(desk.numbers, plan.at_channels + c * CHANNEL_WIDTH)
            pair = pick_pair(desk.pairs, i * PAIR_WIDTH)
            backing = backed(backing, channel, traits.visibility_weight, pair.level, pair.delivered)
            posture = with_channel(posture, channel, desk.reference[i], pair, float(c))
            made += 1.0 if pair.request.asked > 0.0 else 0.0
            count_channel(plan, records, 0, p, c, pair.level, pair.delivered, 1)
            if kept >= 0:
                keep_channel(records, at, c, pair)
        put_track(desk.tracks, p * TRACK_WIDTH, opening_track(posture, made))
        count_index(plan, records, 0, p, posture.support, posture.delivered, 1)
        if kept >= 0:
            keep_path(records, at, coercer, client, patron, posture, traits.capacity, model.price_elasticity)
    return backing


@large_rule
def leave_counts(plan: Plan, desk: Desk, records: Records, step: int) -> None:
    """A run that ended counts no more from this step on."""
    for p in range(plan.n_patrons):
        track = pick_track(desk.tracks, p * TRACK_WIDTH)
        count_index(plan, records, step, p, track.support_end, track.delivered_end, -1)
        for c in range(plan.n_channels):
            pair = pick_pair(desk.pairs, (p * plan.n_channels + c) * PAIR_WIDTH)
            count_channel(plan, records, step, p, c, pair.level, pair.delivered, -1)


@rule
def turn_the_page(plan: Plan, desk: Desk) -> None:
    """What was now becomes the last step."""
    for c in range(plan.n_channels):
        desk.totals[c] = desk.totals_now[c]
        desk.totals_now[c] = 0.0
    for i in range(N_NEWS):
        desk.news[i] = desk.news_now[i]
        desk.news_now[i] = 0.0


@rule
def play(
    plan: Plan, desk: Desk, records: Records, seed: int, point: int, given: int, run: int, row: int, kept: int
) -> None:
    """One run from the opening to the client's end or the horizon.

    Parameters
    ----------
    point, run : int
        Addresses of the draws of numbers and of luck.
    given : int
        Row of the numbers given, if any are.
    row : int
        Row of the records.
    kept : int
        Row of the paths, -1 if the run is not kept in full.
    """
    set_numbers(plan, desk.numbers, records.drawn, seed, point, given, row)
    decision_rule = rule_of_run(plan, seed, point)
    model = pick_model(desk.numbers, 0)
    coercer_traits = pick_coercer_traits(desk.numbers, plan.at_coercer)
    client_traits = pick_client_traits(desk.numbers, plan.at_client)
    pace = pace_of(model, coercer_traits, client_traits, plan.dt)
    inputs = pick_inputs(plan.inputs, 0)
    coercer = opening_coercer(coercer_traits, inputs)
    client = opening_client(client_traits, coercer.rung, coercer.interdiction, inputs)
    turn_the_page(plan, desk)
    turn_the_page(plan, desk)
    open_patrons(plan, desk, model, seed, run)
    open_choices(plan, desk, model, coercer_traits, coercer, client, decision_rule, seed, run)
    backing = opening_backing(plan, desk, records, coercer, client, kept)
    fate, last, interdicted_at = HOLDS, plan.steps, -1.0
    frozen = plan.freezes.pressure
    for step in range(1, plan.steps + 1):
        inputs = pick_inputs(plan.inputs, step * INPUTS_WIDTH)
        u_rise, u_fall, u_start, u_end = draw(seed, run, step, plan.coercer_key, BY_COERCER)
        mode = mode_in_force(plan.mode, inputs.rung)
        rung = coercer_moves(mode, coercer_traits, coercer, backing, inputs, frozen, plan.dt, u_rise, u_fall)
        pressure = pick_pressure(desk.numbers, plan.at_ladder + int(rung) * PRESSURE_WIDTH)
        before = coercer
        coercer = coercer_turn(mode, coercer_traits, before, rung, pressure, inputs, frozen, pace, u_start, u_end)
        note_coercer(records, run, step, before, coercer)
        u_noise, u_removal, u_collapse, u_concession = draw(seed, run, step, plan.client_key, BY_CLIENT)
        high = client.high_rung
        client = client_turn(client_traits, client, coercer, backing, inputs, plan.freezes.solvency, pace, u_noise)
        fate = client_fate(
            client_traits, coercer_traits, client, coercer.rung, plan.dt, u_removal, u_collapse, u_concession
        )
        if fate != HOLDS:
            note(records, run, step, CLIENT, CLIENT_END, -1.0, 0.0, fate, coercer.rung, -1.0)
            leave_counts(plan, desk, records, step)
            last = step
            break
        is_new_high = client.high_rung > high
        backing = no_backing()
        for p in range(plan.n_patrons):
            backing = patron_step(
                plan,
                desk,
                records,
                model,
                coercer_traits,
                coercer,
                client,
                is_new_high,
                mode,
                pace,
                backing,
                decision_rule,
                seed,
                run,
                step,
                p,
                kept,
            )
        turn_the_page(plan, desk)
        if interdicted_at < 0.0 and desk.news[STOPPED] > 0.0:
            interdicted_at = float(step)
    high = client.high_rung
    close_run(records, row, fate, float(last), high, coercer.rung, interdicted_at, float(decision_rule))
    for p in range(plan.n_patrons):
        track = pick_track(desk.tracks, p * TRACK_WIDTH)
        patron = pick_patron(desk.patrons, p * PATRON_WIDTH)
        close_patron(plan, records, row, p, track, patron, fate != HOLDS, desk.plausible[p])


def play_chunk(
    plan: Plan, desk: Desk, records: Records, seed: int, first: int, last: int, per_point: int, sample: int
) -> None:
    """Runs `first` to `last` - 1; the first `sample` runs of all are kept in full.

    Parameters
    ----------
    per_point : int
        Runs in each draw of the uncertain numbers, or in each point for which numbers are given.

    Notes
    -----
    Where numbers are given, the points are matched: run r of each has the luck and the other numbers of run r.
    """
    for run in range(first, last):
        kept = run - first if run < sample else -1
        before = records.n_events[0]
        if len(plan.given_spot) > 0:
            matched = run % per_point
            play(plan, desk, records, seed, matched, run // per_point, matched, run - first, kept)
            relabel(records, before, run)
        else:
            play(plan, desk, records, seed, run // per_point, 0, run, run - first, kept)


def machine_loop() -> Callable[..., Any]:
    """`play_chunk` as machine code, or as it stands if the user wants plain Python."""
    return play_chunk if is_interpreted() else compiled_loop()


@cache
def compiled_loop() -> Callable[..., Any]:
    """`play_chunk` as machine code; compiled at the first call on a machine, or read from the cache."""
    return compiled([play_chunk])[0]
