"""How does a patron of the fast engine hear the client, settle with the coercer and review its posture?"""

from scenarios.draws import draw
from scenarios.engine.desk import Desk, company, need_now, terms_now
from scenarios.engine.notes import DEAL, EXPULSION, note, note_level, note_request
from scenarios.engine.records import WAS_EXPELLED, Records
from scenarios.engine.sheets import (
    CHANNEL_WIDTH,
    PAIR_TRAITS_WIDTH,
    PAIR_WIDTH,
    TERMS_WIDTH,
    pick_channel,
    pick_pair,
    pick_reach,
    pick_terms,
    put_pair,
    put_terms,
)
from scenarios.rulebook.asking import client_asks
from scenarios.rulebook.conditions import Client, Coercer, Patron, PatronInputs
from scenarios.rulebook.delivery import nearest_level
from scenarios.rulebook.notice import is_a_blow, is_closed_to_the_expelled, sent_home
from scenarios.rulebook.reasons import in_force
from scenarios.rulebook.reviewing import (
    after_review,
    after_the_table,
    chooser_of,
    one_rung_higher,
    review,
    support_worth,
    with_alert,
    with_deal,
)
from scenarios.rulebook.rule import large_rule, rule
from scenarios.rulebook.traits import CoercerTraits, ModelTraits, PatronTraits
from scenarios.rulebook.turns import ALERTED, CALM
from scenarios.scenario.arrays import Plan
from scenarios.vocabulary import DecisionRule, Use

BY_DEAL, LUCK = int(Use.DEAL), int(Use.LUCK)
STRATEGIC = int(DecisionRule.STRATEGIC_QUANTAL)


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
