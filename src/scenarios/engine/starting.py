"""How is a run opened? Numbers, postures, the luck behind them, and what the run is measured against."""

from typing import Any

from scenarios.draws import draw, key_of
from scenarios.engine import choosing, notes, sheets
from scenarios.engine.records import Records
from scenarios.engine.sheets import Address, Desk, World
from scenarios.rulebook import choice, delivery, layout, opening, reviewing, utility
from scenarios.rulebook.budget import bill_at_opening, budget_now, drain_now, opening_savings
from scenarios.rulebook.client import opening_client
from scenarios.rulebook.coercer import opening_coercer
from scenarios.rulebook.conditions import Backing, Interval, Moment, Opening, Outlook, Patron
from scenarios.rulebook.posture import NO_POSTURE, opening_track, with_channel
from scenarios.rulebook.rule import large_rule
from scenarios.rulebook.traits import PatronTraits
from scenarios.scenario.arrays import Laid, Plan
from scenarios.scenario.priors import drawn
from scenarios.vocabulary import Use

PARAMETER, RULE = int(Use.PARAMETER), int(Use.RULE)
DECISION_KEY = key_of("decision")
JOINT_KEY = key_of("posterior")
BUDGET = PatronTraits._fields.index("support_budget")


@large_rule
def set_numbers(plan: Plan, numbers: Any, kept: Any, address: Any) -> None:
    """Draws the uncertain numbers of a run, and lays what is set of them in rows of their own."""
    seed, point, row, these = address.seed, address.point, address.row, plan.uncertain
    for i in range(len(plan.central)):
        numbers[i] = plan.central[i]
    n = len(these.spot)
    if not layout.within(kept, row * n, n):
        raise IndexError("numbers drawn are kept outside their rows")
    for i in range(n):
        u, _, _, _ = draw(seed, point, 0, int(these.key[i]), PARAMETER)
        value = drawn(these.kind[i], these.low[i], these.middle[i], these.high[i], these.whole[i], u)
        numbers[these.spot[i]] = value
        kept[row * n + i] = value
    if len(plan.joint.spot) > 0:
        u, _, _, _ = draw(seed, point, 0, JOINT_KEY, PARAMETER)
        rows = len(plan.joint.table) // len(plan.joint.spot)
        lay_row(plan.joint, int(u * rows), numbers, kept, row * n)
    if len(plan.given.spot) > 0 and plan.set_in == 0:
        lay_row(plan.given, address.given, numbers, kept, row * n)
    for p in range(plan.shape.n_patrons):
        if plan.budget_column[p] >= 0:
            pay_for_the_posture(plan, numbers, kept, row * n, p)
    lay_settings(plan, numbers, address.given)


def lay_row(laid: Laid, row: int, numbers: Any, kept: Any, at: int) -> None:
    """Lays one row of a table of numbers over those of a run."""
    n = len(laid.spot)
    if not layout.within(laid.table, row * n, n):
        raise IndexError("a row of numbers is read outside its table")
    for j in range(n):
        value = laid.table[row * n + j]
        numbers[laid.spot[j]] = value
        if laid.column[j] >= 0:
            kept[at + laid.column[j]] = value


@large_rule
def pay_for_the_posture(plan: Plan, numbers: Any, kept: Any, at: int, p: int) -> None:
    """A support budget that is drawn is not below the bill of the posture on which the run opens: it was paid for."""
    traits = sheets.pick_patron_traits(numbers, plan.places.patrons + p * sheets.PATRON_TRAITS_WIDTH)
    if traits.peacetime_budget > 0.0:
        return
    spent = 0.0
    for c in range(plan.shape.n_channels):
        channel = sheets.pick_channel(numbers, plan.places.channels + c * sheets.CHANNEL_WIDTH)
        i = p * plan.shape.n_channels + c
        reach = sheets.pick_reach(numbers, plan.places.pairs + i * sheets.PAIR_TRAITS_WIDTH)
        spent += bill_at_opening(channel, reach, opening.opening_level(reach))
    if traits.support_budget < spent:
        numbers[plan.places.patrons + p * sheets.PATRON_TRAITS_WIDTH + BUDGET] = spent
        kept[at + plan.budget_column[p]] = spent


@large_rule
def lay_settings(plan: Plan, numbers: Any, given: int) -> None:
    """Lays what is set: each row of numbers is the one before with what is set on its date."""
    changes, n = plan.changes, len(plan.central)
    for row in range(1, len(changes.steps)):
        for i in range(n):
            numbers[row * n + i] = numbers[(row - 1) * n + i]
        if row == plan.set_in:
            for j in range(len(plan.given.spot)):
                numbers[row * n + plan.given.spot[j]] = plan.given.table[given * len(plan.given.spot) + j]
        for j in range(len(changes.row)):
            if changes.row[j] == row:
                at = row * n + changes.spot[j]
                numbers[at] = changes.value[j] * numbers[at] if changes.is_factor[j] == 1 else changes.value[j]


@large_rule
def rule_of_run(plan: Plan, seed: int, point: int) -> int:
    """The decision rule of a run, drawn by the scenario's weights."""
    u, _, _, _ = draw(seed, point, 0, DECISION_KEY, RULE)
    for i in range(len(plan.rule_reach)):
        if u < plan.rule_reach[i]:
            return i
    return len(plan.rule_reach) - 1


# -- the opening of a run ----------------------------------------------------------------------------------------------


OPENING_LUCK, OPENING_CLOCKS = int(Use.OPENING_LUCK), int(Use.OPENING_CLOCKS)


def new_world(plan: Plan, desk: Desk, records: Records, address: Address) -> World:
    """A run with its numbers drawn and its postures laid, and not yet open."""
    set_numbers(plan, desk.numbers, records.drawn, address)
    nothing = Opening(rung=0.0, threat=0.0, visible=0.0, hold=0.0, supply=0.0)
    decision_rule = rule_of_run(plan, address.seed, address.point)
    world = World(plan, desk, records, address, decision_rule, 0, sheets.frame_at(plan, desk, 0, nothing))
    lay_postures(world)
    return world._replace(frame=world.frame._replace(opening=measured(world)))


@large_rule
def lay_postures(world: World) -> None:
    """Sets every channel at its opening level, all but the held numbers."""
    plan, desk = world.plan, world.desk
    for c in range(plan.shape.n_channels):
        desk.lags[c] = opening.lag_pace(sheets.channel_at(world, c), plan.shape.dt)
    for p in range(plan.shape.n_patrons):
        given = 0.0
        for c in range(plan.shape.n_channels):
            i = sheets.spot(world, p, c)
            _, u_wait, _, _ = sheets.luck(world, 0, sheets.key_at(world, p, c), OPENING_LUCK)
            pair = opening.opening_pair(
                world.frame.model, sheets.channel_at(world, c), sheets.reach_at(world, p, c), u_wait
            )
            sheets.put_pair(world, p, c, pair)
            desk.reference[i] = pair.level
            desk.levels[i] = pair.level
            desk.reasons[i] = -1.0
            given += sheets.channel_at(world, c).material * pair.level
        choosing.lay_bills(world, p)
        desk.drains[p] = drain_now(sheets.traits_of(world, p), sheets.patron_inputs(world, 0, p))
        desk.given[p] = given
        desk.given_now[p] = given
        desk.given_at_opening[p] = given
        desk.plausible[p] = 1.0
        desk.stirred[p] = 0.0
    desk.stopped[0] = 0.0


def backing_at_opening(world: World) -> Backing:
    """What coercer and client see of the opening postures."""
    backing = delivery.NO_BACKING
    for p in range(world.plan.shape.n_patrons):
        weight = sheets.traits_of(world, p).visibility_weight
        for c in range(world.plan.shape.n_channels):
            pair = sheets.pair_at(world, p, c)
            backing = delivery.backed(backing, sheets.channel_at(world, c), weight, pair.level, pair.delivered)
    return backing


@large_rule
def measured(world: World) -> Opening:
    """What the run is measured against: computed from the opening numbers, whatever is set later."""
    moment = opening_moment(world)
    return opening.measured_against(moment.coercer, moment.client, moment.pressure.threat, backing_at_opening(world))


def opening_moment(world: World) -> Moment:
    """Coercer and client as they open."""
    inputs = sheets.inputs_at(world, 0)
    rung = inputs.rung if inputs.rung >= 0.0 else world.frame.coercer.rung
    coercer = opening_coercer(world.frame.coercer, sheets.pressure_at(world, rung), inputs)
    client = opening_client(world.frame.client, coercer, backing_at_opening(world), inputs)
    return sheets.moment_of(world, 0, coercer, client, False)


def open_run(world: World, moment: Moment) -> Backing:
    """Sets the patrons and the luck behind their postures, counts them as step 0, returns what is seen of them."""
    open_patrons(world, moment)
    open_choices(world, moment)
    count_opening(world, moment)
    return backing_at_opening(world)


@large_rule
def open_patrons(world: World, moment: Moment) -> None:
    """Sets every patron at the opening."""
    plan = world.plan
    for p in range(plan.shape.n_patrons):
        traits, inputs = sheets.traits_of(world, p), sheets.patron_inputs(world, 0, p)
        u_crisis, _, _, _ = sheets.luck(world, 0, plan.keys.patrons[p], OPENING_CLOCKS)
        budget = budget_now(traits, traits, inputs, moment.client, 0.0)
        savings = opening_savings(budget, choosing.spent_by(world, drain_now(traits, inputs), p))
        bargain = utility.bargain_now(traits, inputs)
        patron = opening.opening_patron(traits, inputs, budget, bargain, savings, u_crisis, plan.freezes.crisis)
        last = plan.held.n - 1
        rung = sheets.held_number(world, last, sheets.HELD_RUNG) if last >= 0 else -1.0
        sheets.put_patron(world, p, opening.stirred_at_the_opening(patron, moment.coercer, rung))
        world.desk.commitments[p] = choosing.commitment_at_opening(world, p)


def held_outlook(world: World, moment: Moment, patron: Patron, p: int, j: int) -> Outlook:
    """What a patron saw under the j-th condition under which its posture was held."""
    traits, inputs = sheets.traits_of(world, p), sheets.patron_inputs(world, 0, p)
    rung, presence = sheets.held_number(world, j, sheets.HELD_RUNG), sheets.held_number(world, j, sheets.HELD_PRESENCE)
    coercer = moment.coercer._replace(
        rung=rung if rung >= 0.0 else moment.coercer.rung,
        presence=presence if presence >= 0.0 else moment.coercer.presence,
    )
    of_threat = sheets.HELD_THREATS + p
    threat = patron.threat._replace(height=patron.threat.height * sheets.held_number(world, j, of_threat))
    then = patron._replace(threat=threat)
    bargain = utility.bargain_now(traits, inputs)
    bargain *= sheets.held_number(world, j, of_threat + world.plan.shape.n_patrons)
    drain = drain_now(traits, inputs)
    return utility.outlook_of(world.frame.model, traits, coercer, moment.client, then, bargain, drain)


@large_rule
def interval_at_opening(world: World, moment: Moment, patron: Patron, p: int, c: int) -> Interval:
    """The held numbers under which a patron would have kept its level under each dated condition.

    Notes
    -----
    The first condition is the one under which the level was chosen: what the levels were worth then is what all later
    change is measured against.
    """
    desk, n = world.desk, world.plan.held.n
    outlook = held_outlook(world, moment, patron, p, 0) if n > 0 else choosing.outlook_at(world, moment, patron, p)
    reference = choosing.worth_at(world, outlook, 0, p, c)
    sheets.put_worth(desk.home_worth, world, p, c, reference)
    sheets.put_worth(desk.left_worth, world, p, c, reference)
    chooser, switches = choosing.chooser_at(world, desk.commitments[p], p, c), world.plan.switches
    interval = reviewing.interval_of(choice.chances_of(chooser, reference, reference, switches), chooser.now)
    for j in range(1, n):
        worth = choosing.worth_at(world, held_outlook(world, moment, patron, p, j), 0, p, c)
        interval = reviewing.narrowed(
            interval, reviewing.interval_of(choice.chances_of(chooser, worth, reference, switches), chooser.now)
        )
    return interval


@large_rule
def open_choices(world: World, moment: Moment) -> None:
    """Draws every held number given that the posture was held under the dated conditions."""
    desk = world.desk
    for p in range(world.plan.shape.n_patrons):
        patron = sheets.patron_at(world, p)
        for c in range(world.plan.shape.n_channels):
            if choosing.is_chosen(world, p, c):
                interval = interval_at_opening(world, moment, patron, p, c)
                u, _, _, _ = sheets.luck(world, 0, sheets.key_at(world, p, c), OPENING_LUCK)
                desk.plausible[p] *= interval.high - interval.low
                sheets.put_pair(
                    world, p, c, opening.opened_with(sheets.pair_at(world, p, c), reviewing.number_within(interval, u))
                )


@large_rule
def count_opening(world: World, moment: Moment) -> None:
    """Counts the opening postures as step 0."""
    plan, desk = world.plan, world.desk
    for p in range(plan.shape.n_patrons):
        made, posture = 0.0, NO_POSTURE
        for c in range(plan.shape.n_channels):
            channel, pair = sheets.channel_at(world, c), sheets.pair_at(world, p, c)
            posture = with_channel(posture, channel, desk.reference[sheets.spot(world, p, c)], pair, float(c))
            made += 1.0 if pair.request.asked > 0.0 else 0.0
            notes.count_channel(world, 0, p, c, pair.level, pair.delivered, 1)
        sheets.put_track(world, p, opening_track(posture, made))
        notes.count_index(world, 0, p, posture.support, posture.delivered, 1)
        if world.address.kept >= 0:
            notes.keep(world, moment, sheets.patron_at(world, p), posture, p)
