"""How does the fast engine open a run? Patrons, held numbers, and what is seen of the postures."""

from scenarios.draws import draw
from scenarios.engine.desk import Desk, company, terms_now
from scenarios.engine.records import Records, count_channel, count_index, keep_channel, keep_path, path_at
from scenarios.engine.sheets import (
    CHANNEL_WIDTH,
    PAIR_TRAITS_WIDTH,
    PAIR_WIDTH,
    PATRON_INPUTS_WIDTH,
    PATRON_TRAITS_WIDTH,
    PATRON_WIDTH,
    TERMS_WIDTH,
    TRACK_WIDTH,
    pick_channel,
    pick_model,
    pick_pair,
    pick_patron,
    pick_patron_inputs,
    pick_patron_traits,
    pick_reach,
    put_pair,
    put_patron,
    put_terms,
    put_track,
)
from scenarios.outcomes import no_posture, opening_track, with_channel
from scenarios.rulebook.arithmetic import chance
from scenarios.rulebook.choice import chances_of
from scenarios.rulebook.conditions import Backing, Client, Coercer
from scenarios.rulebook.delivering import backed
from scenarios.rulebook.delivery import nearest_level
from scenarios.rulebook.held import chance_of, number_within, number_within_both
from scenarios.rulebook.opening import lag_pace, opening_pair, opening_patron, with_number
from scenarios.rulebook.reasons import in_force, unasked
from scenarios.rulebook.reviewing import chooser_of, one_rung_higher
from scenarios.rulebook.rule import large_rule, rule
from scenarios.rulebook.traits import CoercerTraits, ModelTraits
from scenarios.scenario.arrays import Plan
from scenarios.vocabulary import DecisionRule, Use

OPENING_LUCK, OPENING_CLOCKS = int(Use.OPENING_LUCK), int(Use.OPENING_CLOCKS)
STRATEGIC = int(DecisionRule.STRATEGIC_QUANTAL)


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
            now = in_force(raw, raw, plan.switches) if plan.is_switched == 1 else raw
            put_terms(desk.chosen, i * TERMS_WIDTH, unasked(now))
            above = now
            if decision_rule == STRATEGIC:
                higher = one_rung_higher(coercer)
                above = terms_now(plan, desk, model, traits, inputs, higher, client, patron, 0, p, c)
                above = in_force(above, raw, plan.switches) if plan.is_switched == 1 else above
            channel = pick_channel(desk.numbers, plan.at_channels + c * CHANNEL_WIDTH)
            reach = pick_reach(desk.numbers, plan.at_pairs + i * PAIR_TRAITS_WIDTH)
            pair = pick_pair(desk.pairs, i * PAIR_WIDTH)
            others = company(plan, desk, c, pair.level)
            feasible = nearest_level(reach.feasible)
            chooser = chooser_of(decision_rule, model, coercer_traits, channel, traits, feasible, pair.level, others)
            u, _, _, _ = draw(seed, run, 0, plan.pair_keys[i], OPENING_LUCK)
            chances = chances_of(unasked(now), unasked(above), chooser)
            desk.plausible[p] *= chance_of(chances, pair.level)
            if pair.request.force > 0.0:
                number = number_within_both(chances, chances_of(now, above, chooser), pair.level, u)
            else:
                number = number_within(chances, pair.level, u)
            put_pair(desk.pairs, i * PAIR_WIDTH, with_number(pair, number))


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
