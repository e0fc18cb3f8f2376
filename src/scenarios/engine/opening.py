"""How is a run opened? Numbers, patrons, held numbers, and what is seen of the postures."""

from scenarios.engine.choosing import raw_terms, view
from scenarios.engine.notes import keep
from scenarios.engine.numbers import rule_of_run, set_numbers
from scenarios.engine.records import Records, count_channel, count_index
from scenarios.engine.sheets import (
    PATRON_WIDTH,
    TERMS_WIDTH,
    TRACK_WIDTH,
    pick_client_traits,
    pick_coercer_traits,
    pick_model,
    put_patron,
    put_terms,
    put_track,
)
from scenarios.engine.world import (
    Address,
    Desk,
    World,
    channel_at,
    inputs_at,
    key_at,
    link_at,
    luck,
    moment_of,
    no_backing,
    pair_at,
    patron_at,
    patron_inputs,
    put_pair_at,
    reach_at,
    spot,
    traits_of,
    turn_the_page,
)
from scenarios.outcomes import no_posture, opening_track, with_channel
from scenarios.rulebook.arithmetic import chance
from scenarios.rulebook.choice import chances_of
from scenarios.rulebook.conditions import Backing, Frame, Moment
from scenarios.rulebook.delivering import backed
from scenarios.rulebook.held import chance_of, number_within, number_within_both
from scenarios.rulebook.opening import (
    lag_pace,
    opening_client,
    opening_coercer,
    opening_pair,
    opening_patron,
    pace_of,
    with_number,
)
from scenarios.rulebook.reasons import unasked
from scenarios.rulebook.rule import large_rule, rule
from scenarios.scenario.arrays import Plan
from scenarios.vocabulary import Use

OPENING_LUCK, OPENING_CLOCKS = int(Use.OPENING_LUCK), int(Use.OPENING_CLOCKS)


@rule
def new_world(plan: Plan, desk: Desk, records: Records, address: Address) -> World:
    """A run with its numbers drawn."""
    set_numbers(plan, desk.numbers, records.drawn, address.seed, address.point, address.given, address.row)
    model = pick_model(desk.numbers, 0)
    coercer = pick_coercer_traits(desk.numbers, plan.places.coercer)
    client = pick_client_traits(desk.numbers, plan.places.client)
    pace = pace_of(model, coercer, client, plan.shape.dt)
    return World(
        plan=plan,
        desk=desk,
        records=records,
        address=address,
        rule=rule_of_run(plan, address.seed, address.point),
        frame=Frame(model=model, coercer=coercer, client=client, pace=pace, freezes=plan.freezes),
    )


@rule
def opening_moment(world: World) -> Moment:
    """Coercer and client as they open."""
    turn_the_page(world)
    turn_the_page(world)
    inputs = inputs_at(world, 0)
    coercer = opening_coercer(world.frame.coercer, inputs)
    client = opening_client(world.frame.client, coercer.rung, coercer.interdiction, inputs)
    return moment_of(world, 0, coercer, client, False)


@rule
def open_run(world: World, moment: Moment) -> Backing:
    """Sets everything at the opening, counts it as step 0, and returns what is seen of it."""
    for c in range(world.plan.shape.n_channels):
        world.desk.lags[c] = lag_pace(channel_at(world, c), world.plan.shape.dt)
        world.desk.totals[c] = 0.0
    for p in range(world.plan.shape.n_patrons):
        open_patron(world, p)
    for p in range(world.plan.shape.n_patrons):
        open_choices(world, moment, p)
    backing = no_backing()
    for p in range(world.plan.shape.n_patrons):
        backing = count_opening(world, moment, backing, p)
    return backing


@large_rule
def open_patron(world: World, p: int) -> None:
    """Sets a patron and its channels at the opening, all but the held numbers."""
    plan, desk, traits = world.plan, world.desk, traits_of(world, p)
    u_crisis, u_leader, _, _ = luck(world, 0, plan.keys.patrons[p], OPENING_CLOCKS)
    inputs, no_crisis = patron_inputs(world, 0, p), plan.freezes.crisis
    patron = opening_patron(world.frame.model, traits, inputs, u_crisis, u_leader, no_crisis)
    put_patron(desk.patrons, p * PATRON_WIDTH, patron)
    desk.calm[p] = chance(traits.review_rate * plan.shape.dt)
    desk.moved[p] = 0.0
    desk.plausible[p] = 1.0
    for c in range(plan.shape.n_channels):
        _, u_wait, _, _ = luck(world, 0, key_at(world, p, c), OPENING_LUCK)
        pair, i = (
            opening_pair(world.frame.model, channel_at(world, c), reach_at(world, p, c), u_wait),
            spot(world, p, c),
        )
        put_pair_at(world, p, c, pair)
        desk.reference[i] = pair.level
        desk.levels[i] = pair.level
        desk.reasons[i] = -1.0
        desk.totals[c] += pair.level


@large_rule
def open_choices(world: World, moment: Moment, p: int) -> None:
    """Draws a patron's held numbers given the opening levels, and remembers the opening terms."""
    desk, patron = world.desk, patron_at(world, p)
    for c in range(world.plan.shape.n_channels):
        at = spot(world, p, c) * TERMS_WIDTH
        put_terms(desk.opening, at, raw_terms(world, moment, patron, link_at(world, 0, p, c), p))
        seen, pair = view(world, moment, patron, p, c), pair_at(world, p, c)
        put_terms(desk.chosen, at, unasked(seen.now))
        u, _, _, _ = luck(world, 0, key_at(world, p, c), OPENING_LUCK)
        chances = chances_of(unasked(seen.now), unasked(seen.above), seen.chooser)
        desk.plausible[p] *= chance_of(chances, pair.level)
        if pair.request.force > 0.0:
            number = number_within_both(chances, chances_of(seen.now, seen.above, seen.chooser), pair.level, u)
        else:
            number = number_within(chances, pair.level, u)
        put_pair_at(world, p, c, with_number(pair, number))


@large_rule
def count_opening(world: World, moment: Moment, backing: Backing, p: int) -> Backing:
    """A patron's opening posture, counted as step 0 and added to what coercer and client see."""
    plan, records, weight = world.plan, world.records, traits_of(world, p).visibility_weight
    made, posture = 0.0, no_posture()
    for c in range(plan.shape.n_channels):
        channel, pair = channel_at(world, c), pair_at(world, p, c)
        backing = backed(backing, channel, weight, pair.level, pair.delivered)
        posture = with_channel(posture, channel, world.desk.reference[spot(world, p, c)], pair, float(c))
        made += 1.0 if pair.request.asked > 0.0 else 0.0
        count_channel(plan, records, 0, p, c, pair.level, pair.delivered, 1)
    put_track(world.desk.tracks, p * TRACK_WIDTH, opening_track(posture, made))
    count_index(plan, records, 0, p, posture.support, posture.delivered, 1)
    keep(world, moment, patron_at(world, p), posture, p)
    return backing
