"""Who does what in a step, and in which order? Written once: machine code and agents both go through these functions.

Nothing is decided here: every decision is a rule of the rule book, called on sheets read from rows.
"""

from typing import NamedTuple

from scenarios.engine import choosing, notes, records, sheets
from scenarios.engine.sheets import Address, World
from scenarios.recorded import RunRow
from scenarios.rulebook import arithmetic, choice, delivery, notice, opening, reasons, reviewing, showing, utility
from scenarios.rulebook.budget import SLACK, budget_now, drain_now, is_short, missed_per_dollar, next_savings
from scenarios.rulebook.client import HOLDS, client_fate, client_turn
from scenarios.rulebook.coercer import may_seize, mode_in_force, next_rung, waning, with_forces
from scenarios.rulebook.conditions import NEVER, Backing, Client, Coercer, Moment, Outlook, Patron, Review, Worth
from scenarios.rulebook.posture import NO_POSTURE, Posture, at_the_end, tracked, with_channel, with_support
from scenarios.rulebook.rule import large_rule
from scenarios.vocabulary import Reason, Switch, Use

BY_COERCER, BY_SHIPS, BY_CLIENT, BY_PATRON = int(Use.COERCER), int(Use.SHIPS), int(Use.CLIENT), int(Use.PATRON)
BY_CRISIS, BY_ACT, BY_SHOWING, LUCK = int(Use.CRISIS), int(Use.ACT), int(Use.SHOWING), int(Use.LUCK)
FOR_WORDS, FOR_BUDGET = float(Reason.WORDS), float(Reason.BUDGET)
ON = float(Switch.ON)
MOST_LEVELS = 16  # that a patron may have to give up at once


# -- the coercer and the client ----------------------------------------------------------------------------------------


def coercer_step(world: World, before: Coercer, backing: Backing, step: int) -> Coercer:
    """The coercer moves on what it saw last step; forces and ships follow."""
    plan, inputs = world.plan, sheets.inputs_at(world, step)
    if step > plan.freezes.pressure:
        return before._replace(move=0.0)
    block, frame = sheets.luck(world, step, plan.keys.coercer, BY_COERCER), world.frame
    mode = mode_in_force(plan.shape.mode, inputs.rung)
    lost = waning(backing.visible, frame.opening.visible)
    moved = next_rung(mode, frame.coercer, before, lost, inputs, plan.shape.dt, block)
    u_seize = 1.0
    if may_seize(moved):
        u_seize, _, _, _ = sheets.luck(world, step, plan.keys.coercer, BY_SHIPS)
    after = with_forces(frame.coercer, moved, sheets.pressure_at(world, moved.rung), inputs, frame.pace, u_seize)
    notes.coercer_acts(world, step, before, after)
    return after


def client_step(world: World, before: Client, coercer: Coercer, backing: Backing, step: int) -> Client:
    """The client sells oil and holds on, or ends."""
    plan = world.plan
    u_end, u_kind, _, _ = sheets.luck(world, step, plan.keys.client, BY_CLIENT)
    inputs, frozen, frame = sheets.inputs_at(world, step), plan.freezes.solvency, world.frame
    client = client_turn(frame, before, coercer, backing, inputs, frozen)
    fate = client_fate(frame.client, client, coercer, plan.shape.dt, u_end, u_kind)
    if fate != HOLDS:
        notes.client_ends(world, step, fate, coercer.rung)
        if sheets.is_recorded(world, step):
            leave_counts(world, step)
    return client._replace(fate=fate)


@large_rule
def set_in_force(world: World, before: World, coercer: Coercer, client: Client) -> tuple[Coercer, Client]:
    """What is set comes into force: conditions are overwritten, and those whose own numbers were set look again."""
    numbers, shape, places = world.desk.numbers, world.plan.shape, world.plan.places
    after = opening.overwritten_coercer(coercer, before.frame.coercer, world.frame.coercer)
    for p in range(shape.n_patrons):
        own = sheets.differs(
            numbers, before.at, world.at, places.patrons + p * sheets.PATRON_TRAITS_WIDTH, sheets.PATRON_TRAITS_WIDTH
        )
        width = shape.n_channels * sheets.PAIR_TRAITS_WIDTH
        own = own or sheets.differs(numbers, before.at, world.at, places.pairs + p * width, width)
        if own or after.rung != coercer.rung:
            world.desk.stirred[p] = 1.0
        patron = sheets.patron_at(world, p)
        threat = opening.overwritten_threat(patron.threat, sheets.traits_of(before, p), sheets.traits_of(world, p))
        sheets.put_patron(world, p, patron._replace(threat=threat))
        for c in range(shape.n_channels):
            pair = opening.overwritten_pair(
                sheets.pair_at(world, p, c), sheets.reach_at(before, p, c), sheets.reach_at(world, p, c)
            )
            sheets.put_pair(world, p, c, pair)
        choosing.lay_bills(world, p)
    for c in range(shape.n_channels):
        world.desk.lags[c] = opening.lag_pace(sheets.channel_at(world, c), shape.dt)
    return after, opening.overwritten_client(client, before.frame.client, world.frame.client)


# -- a patron takes notice ---------------------------------------------------------------------------------------------


def patron_step(world: World, moment: Moment, backing: Backing, p: int) -> Backing:
    """What it hears, what it shows, whether it reviews its posture, what it delivers."""
    u_review, u_threat, u_through, _ = sheets.luck(world, moment.step, world.plan.keys.patrons[p], BY_PATRON)
    patron = hear_threats(world, moment, sheets.patron_at(world, p), u_threat, u_through, p)
    patron = meet_crises(world, moment, patron, p)
    made = hear_requests(world, moment, p) if moment.is_new_high else 0.0
    if world.plan.switches.words == ON:
        show_words(world, moment, p)
    patron, is_broke = take_notice(world, moment, patron, made, p)
    if notice.reviews(patron.watch.alert, world.frame.pace, u_review):
        outlook = choosing.outlook_at(world, moment, patron, p)
        patron = review_posture(world, moment, patron, outlook, p)
        if is_broke:
            give_up(world, moment, outlook, p)
    sheets.put_patron(world, p, patron)
    backing, posture, met = deliver(world, moment, patron, backing, p)
    if moment.step % world.plan.shape.habit_steps == 0:
        grow_used(world, moment, patron, p)
    take_stock(world, moment, patron, posture, made, met, p)
    return backing


def take_notice(world: World, moment: Moment, patron: Patron, made: float, p: int) -> tuple[Patron, bool]:
    """The patron pays, and takes notice of the news of this step; and whether it can no longer pay."""
    traits, inputs, desk = sheets.traits_of(world, p), sheets.patron_inputs(world, moment.step, p), world.desk
    budget = budget_now(traits, sheets.opening_traits_of(world, p), inputs, moment.client, patron.crisis.depth)
    spent = choosing.spent_by(world, drain_now(traits, inputs), p)
    savings = next_savings(patron.savings, budget, spent, world.plan.shape.dt)
    patron, is_broke = patron._replace(budget=budget, savings=savings), is_short(savings, budget, spent)
    is_stirred = is_broke or made > 0.0 or moment.coercer.move != 0.0 or desk.stirred[p] > 0.5
    desk.stirred[p] = 0.0
    return notice.with_notice(patron, utility.bargain_now(traits, inputs), is_stirred), is_broke


def hear_threats(world: World, moment: Moment, patron: Patron, u_threat: float, u_through: float, p: int) -> Patron:
    """The threat to its firms: scripted, named and dated, carried out or not, fading."""
    if moment.step > world.plan.freezes.pressure:
        return patron
    traits, inputs, t = sheets.traits_of(world, p), sheets.patron_inputs(world, moment.step, p), moment.t
    threat = patron.threat
    if inputs.threat >= 0.0:
        threat = notice.scripted_threat(threat, inputs)
    elif threat.due_at <= t:
        threat = notice.settled_threat(threat, traits.threat_weight, u_through < world.frame.coercer.follow_through)
    else:
        standing = notice.standing_threat(traits, moment.pressure, world.frame.opening)
        threat = notice.next_threat(world.frame, traits, threat, standing, moment.coercer.rung, t, u_threat)
    if threat.due_at != patron.threat.due_at:
        notes.of_threat(world, moment, patron.threat, threat, p)
    return patron._replace(threat=threat)


def meet_crises(world: World, moment: Moment, patron: Patron, p: int) -> Patron:
    """A domestic crisis fades, or begins."""
    if patron.crisis.next_at >= NEVER and patron.crisis.depth <= 0.0:
        return patron
    u, v, _, _ = sheets.luck(world, moment.step, world.plan.keys.patrons[p], BY_CRISIS)
    traits, lack, dt = sheets.traits_of(world, p), moment.client.lack, world.plan.shape.dt
    after = notice.with_crisis(patron, traits, lack, dt, moment.t, (u, v))
    if after.crisis.next_at > patron.crisis.next_at:
        notes.of_patron(world, moment, notes.CRISIS, patron.crisis.depth, after.crisis.depth, p, -1)
    return after


@large_rule
def hear_requests(world: World, moment: Moment, p: int) -> float:
    """The client asks a patron for help on each channel; returns the number of requests."""
    made, t = 0.0, moment.t
    for c in range(world.plan.shape.n_channels):
        pair, need = sheets.pair_at(world, p, c), sheets.need_at(world, moment.step, p, c)
        asked = delivery.client_asks(
            world.frame.model, sheets.channel_at(world, c), sheets.reach_at(world, p, c), need, pair, t
        )
        if asked.request.asked_by != pair.request.asked_by:
            notes.of_patron(world, moment, notes.REQUEST, pair.level, asked.request.asked, p, c)
            made += 1.0
        sheets.put_pair(world, p, c, asked)
    return made


@large_rule
def show_words(world: World, moment: Moment, p: int) -> None:
    """Words and shows of force, by rule."""
    for c in range(world.plan.shape.n_channels):
        channel = sheets.channel_at(world, c)
        if channel.material < 0.5 and sheets.feasible_at(world, p, c) >= 1.0:
            level = force_shown(world, moment, p, c) if channel.acts > 0.5 else words_said(world, moment, p, c)
            set_level(world, moment, level, FOR_WORDS, p, c)


def force_shown(world: World, moment: Moment, p: int, c: int) -> float:
    """Level of a show of force; chance is asked only where no fleet is."""
    presence, luck_of = moment.coercer.presence, (0.0, 0.0)
    if not showing.is_fleet_near(presence):
        u, v, _, _ = sheets.luck(world, moment.step, sheets.key_at(world, p, c), BY_SHOWING)
        luck_of = (u, v)
    level, given = sheets.pair_at(world, p, c).level, world.desk.given[p]
    return showing.next_show(world.frame.model, level, given, presence, world.plan.shape.dt, luck_of)


def words_said(world: World, moment: Moment, p: int, c: int) -> float:
    """Level of words; chance is asked only where they could move."""
    pair, coercer = sheets.pair_at(world, p, c), moment.coercer
    raised = showing.chance_of_words(
        world.frame.model, coercer.rung, moment.is_new_high, showing.strikes_begin(coercer)
    )
    if not showing.may_words_move(pair.level, pair.home, raised):
        return pair.level
    u, _, _, _ = sheets.luck(world, moment.step, sheets.key_at(world, p, c), BY_SHOWING)
    return showing.next_words(pair.level, pair.home, raised, world.frame.pace.words_fade, u)


def set_level(world: World, moment: Moment, level: float, reason: float, p: int, c: int) -> None:
    """A level that a rule sets, no choice of levels."""
    pair, i = sheets.pair_at(world, p, c), sheets.spot(world, p, c)
    if level != pair.level:
        notes.put_down(world, notes.level_change(world, moment, pair.level, level, p, c)._replace(reason=reason))
        sheets.put_pair(world, p, c, reviewing.put_at(pair, level, moment.t))
        world.desk.reasons[i] = reason


# -- a patron reviews its posture --------------------------------------------------------------------------------------


def review_posture(world: World, moment: Moment, patron: Patron, outlook: Outlook, p: int) -> Patron:
    """The patron looks at every channel it could use and moves each by at most one level towards its target."""
    alert, commitment = notice.CALM, choosing.commitment_at(world, patron, moment.step, p)
    for c in range(world.plan.shape.n_channels):
        if choosing.is_chosen(world, p, c) and not review_channel(world, moment, outlook, commitment, p, c):
            alert = notice.ALERTED
    return notice.with_alert(patron, alert)


def within_the_budget(world: World, outlook: Outlook, decided: Review, p: int, c: int) -> Review:
    """A decision after the hard cap: no rise beyond the support budget."""
    level = sheets.pair_at(world, p, c).level
    if decided.level <= level:
        return decided
    rest = choosing.spent_by(world, outlook.drain, p) - choosing.bill_at(world, outlook.drain, p, c, level)
    if rest + choosing.bill_at(world, outlook.drain, p, c, decided.level) <= outlook.budget:
        return decided
    return decided._replace(level=level, target=level)


@large_rule
def review_channel(world: World, moment: Moment, outlook: Outlook, commitment: float, p: int, c: int) -> bool:
    """Reviews one channel; returns whether its level is now at its target."""
    desk, t, pair = world.desk, moment.t, sheets.pair_at(world, p, c)
    worth, reference = (
        choosing.worth_at(world, outlook, moment.step, p, c),
        sheets.worth_in(desk.home_worth, world, p, c),
    )
    chances = choice.chances_of(choosing.chooser_at(world, commitment, p, c), worth, reference, world.plan.switches)
    u_number, u_wait = 0.0, 1.0
    if pair.luck.redraw_at <= t:
        u_number, u_wait, _, _ = sheets.luck(world, moment.step, sheets.key_at(world, p, c), LUCK)
    decided = reviewing.review(world.frame.model, chances, pair, t, u_number, u_wait)
    decided = within_the_budget(world, outlook, decided, p, c)
    if decided.level != pair.level:
        note_reasons(world, moment, worth, decided, commitment, p, c)
    sheets.put_pair(world, p, c, reviewing.after_review(pair, decided, t))
    return decided.level == decided.target


@large_rule
def note_reasons(
    world: World, moment: Moment, worth: Worth, decided: Review, commitment: float, p: int, c: int
) -> None:
    """Writes a change of level with its reason: for a return, what moved it since the level was left."""
    desk, pair, i = world.desk, sheets.pair_at(world, p, c), sheets.spot(world, p, c)
    rows = desk.left_worth if reviewing.is_a_return(pair, decided.level) else desk.home_worth
    moved = reasons.swings(worth, sheets.worth_in(rows, world, p, c), pair.level, decided.level, world.plan.switches)
    away = abs(decided.level - pair.home) - abs(pair.level - pair.home)
    loose = reasons.loosened(commitment, desk.commitments[p], world.frame.model.precision, away)
    reason = reasons.reason_of(moved, loose)
    event = notes.level_change(world, moment, pair.level, decided.level, p, c)
    notes.put_down(world, event._replace(reason=reason, swing=notes.swing_of(moved, loose)))
    sheets.put_worth(desk.left_worth, world, p, c, worth)
    desk.reasons[i] = reason


def least_missed(world: World, moment: Moment, outlook: Outlook, p: int) -> int:
    """The channel on which a level is least missed per dollar that it saves, -1 if nothing saves anything."""
    found, least = -1, 1.0e300
    for c in range(world.plan.shape.n_channels):
        level = sheets.pair_at(world, p, c).level
        if sheets.channel_at(world, c).material > 0.5 and level >= 1.0:
            saved = choosing.bill_at(world, outlook.drain, p, c, level)
            saved -= choosing.bill_at(world, outlook.drain, p, c, level - 1.0)
            if saved > 0.0:
                worth = choosing.worth_at(world, outlook, moment.step, p, c)
                above, below = utility.terms_of_level(worth, level), utility.terms_of_level(worth, level - 1.0)
                gain = utility.total(above._replace(material_cost=0.0)) - utility.total(
                    below._replace(material_cost=0.0)
                )
                missed = missed_per_dollar(world.frame.model, gain, saved)
                if missed < least:
                    found, least = c, missed
    return found


@large_rule
def give_up(world: World, moment: Moment, outlook: Outlook, p: int) -> None:
    """A patron that can no longer pay gives up level after level, each time what is least missed."""
    for _ in range(MOST_LEVELS):
        if choosing.spent_by(world, outlook.drain, p) <= outlook.budget * SLACK:
            return
        c = least_missed(world, moment, outlook, p)
        if c < 0:
            return
        set_level(world, moment, sheets.pair_at(world, p, c).level - 1.0, FOR_BUDGET, p, c)


# -- a patron delivers -------------------------------------------------------------------------------------------------


def deliver(world: World, moment: Moment, patron: Patron, backing: Backing, p: int) -> tuple[Backing, Posture, float]:
    """The patron sends what it decided, as far as ships let it; returns what is seen, its posture, requests met."""
    desk, step, ships = world.desk, moment.step, moment.coercer.interdiction
    met, given, posture = 0.0, 0.0, NO_POSTURE
    weight, elusive, t = sheets.traits_of(world, p).visibility_weight, world.frame.model.elusive, moment.t
    for c in range(world.plan.shape.n_channels):
        i, channel, pair = sheets.spot(world, p, c), sheets.channel_at(world, c), sheets.pair_at(world, p, c)
        after = delivery.delivery_turn(world.frame, channel, pair, patron.threat.height, ships, desk.lags[c], t)
        sheets.put_pair(world, p, c, after)
        met += 1.0 if after.request.settled > 0.0 else 0.0
        given += channel.material * after.level
        if after.request.settled != 0.0:
            kind = notes.REQUEST_MET if after.request.settled > 0.0 else notes.REQUEST_LAPSED
            notes.of_patron(world, moment, kind, pair.request.asked, after.delivered, p, c)
        if channel.acts > 0.5 and after.level > 0.0:
            act(world, moment, after.level, p, c)
        backing = delivery.backed(backing, channel, weight, after.level, after.delivered)
        posture = with_channel(posture, channel, desk.reference[i], after, float(c))
        # most channels stand still, and rounding takes longer than a look
        if (after.delivered != pair.delivered or after.level != desk.levels[i]) and sheets.is_recorded(world, step):
            notes.recount_channel(world, step, p, c, pair.delivered, desk.levels[i], after)
            notes.arrives(world, step, pair.delivered, after.delivered, p, c)
        desk.levels[i] = after.level
        if delivery.is_stopped(after.sent, ships, channel.interdictable, elusive * pair.shielded):
            desk.stopped[0] = 1.0
    desk.given_now[p] = given
    return backing, posture, met


def act(world: World, moment: Moment, level: float, p: int, c: int) -> None:
    """A channel whose level is a rate of acts (level 3: one a year) may bring one."""
    u, _, _, _ = sheets.luck(world, moment.step, sheets.key_at(world, p, c), BY_ACT)
    if arithmetic.happens(utility.share_of(level) * world.plan.shape.dt, u):
        notes.of_patron(world, moment, notes.ACT, level, level, p, c)


@large_rule
def grow_used(world: World, moment: Moment, patron: Patron, p: int) -> None:
    """The patron has grown used to some more of its present posture and of the present."""
    share, outlook = world.frame.pace.habit, choosing.outlook_at(world, moment, patron, p)
    for c in range(world.plan.shape.n_channels):
        if choosing.is_chosen(world, p, c):
            pair = sheets.pair_at(world, p, c)
            worth = choosing.worth_at(world, outlook, moment.step, p, c)
            used = utility.habituated(sheets.worth_in(world.desk.home_worth, world, p, c), worth, share)
            sheets.put_worth(world.desk.home_worth, world, p, c, used)
            sheets.put_pair(world, p, c, pair._replace(home=arithmetic.moved(pair.home, pair.level, share)))


def take_stock(world: World, moment: Moment, patron: Patron, posture: Posture, made: float, met: float, p: int) -> None:
    """Brings the patron's outcomes up to date."""
    desk, step, rung = world.desk, moment.step, moment.coercer.rung
    track = sheets.track_at(world, p)
    reason = desk.reasons[sheets.spot(world, p, int(posture.channel))] if posture.channel >= 0.0 else -1.0
    lasts = (float(world.plan.shape.persistence), float(world.plan.shape.notch))
    after = tracked(track, posture, float(step), lasts, rung, reason)
    if after.denied.at >= 0.0 and track.denied.at < 0.0:
        notes.denied(world, moment, posture, p)
    if sheets.is_recorded(world, step):
        notes.recount_index(world, step, p, track, posture)
        after = with_support(after, posture, made, met)
        if world.address.kept >= 0:
            notes.keep(world, moment, patron, posture, p)
    sheets.put_track(world, p, after)


# -- the end -----------------------------------------------------------------------------------------------------------


@large_rule
def leave_counts(world: World, step: int) -> None:
    """A run that ended counts no more from this step on."""
    for p in range(world.plan.shape.n_patrons):
        track = sheets.track_at(world, p)
        notes.count_index(world, step, p, track.support_end, track.delivered_end, -1)
        for c in range(world.plan.shape.n_channels):
            pair = sheets.pair_at(world, p, c)
            notes.count_channel(world, step, p, c, pair.level, pair.delivered, -1)


@large_rule
def close(world: World, step: int, coercer: Coercer, client: Client, interdicted_at: float) -> None:
    """Writes the rows of a run that is over; `step` is the client's end or the horizon."""
    row = RunRow(
        fate=client.fate,
        ended_at=float(step),
        max_rung=client.high_rung,
        final_rung=coercer.rung,
        interdicted_at=interdicted_at,
        decision_rule=float(world.rule),
    )
    records.put_run(world.records.runs, world.address.row * records.RUN_WIDTH, row)


@large_rule
def close_patrons(world: World, step: int, fate: float) -> None:
    """Writes the rows of the patrons of a run that is over; `step` is the last one that was played."""
    shape, has_ended = world.plan.shape, fate != HOLDS
    for p in range(shape.n_patrons):
        least, horizon = float(shape.least), float(shape.steps)
        track = at_the_end(sheets.track_at(world, p), float(step), least, horizon, has_ended)
        at = (world.address.row * shape.n_patrons + p) * records.PATRON_RECORD_WIDTH
        records.put_patron_row(world.records.patrons, at, records.patron_row(track, world.desk.plausible[p]))


# -- a whole run -------------------------------------------------------------------------------------------------------


class State(NamedTuple):
    """Where a run stands between two steps."""

    world: World
    row: int  # of the numbers in force
    coercer: Coercer
    client: Client
    backing: Backing
    interdicted_at: float  # first step with a delivery stopped, -1 if none


def with_settings(state: State, step: int) -> State:
    """The run with what is set for this step in force."""
    world, row, coercer, client = state.world, state.row, state.coercer, state.client
    dates = world.plan.changes.steps
    while row + 1 < len(dates) and dates[row + 1] <= step:
        row += 1
        at, frame = row * len(world.plan.central), world.frame
        after = world._replace(at=at, frame=sheets.frame_at(world.plan, world.desk, at, frame.opening))
        coercer, client = set_in_force(after, world, coercer, client)
        world = after
    return state._replace(world=world, row=row, coercer=coercer, client=client)


def patrons_step(state: State, step: int, is_new_high: bool) -> State:
    """Every patron acts on the same moment; then what was now becomes the last step."""
    world, backing = state.world, delivery.NO_BACKING
    moment = sheets.moment_of(world, step, state.coercer, state.client, is_new_high)
    world.desk.stopped[0] = 0.0
    for p in range(world.plan.shape.n_patrons):
        backing = patron_step(world, moment, backing, p)
    sheets.turn_the_page(world)
    first = state.interdicted_at < 0.0 and world.desk.stopped[0] > 0.5
    return state._replace(backing=backing, interdicted_at=float(step) if first else state.interdicted_at)


def run_step(state: State, step: int) -> State:
    """One step of a whole run: what is set, the coercer, the client, then the patrons if it holds."""
    state = with_settings(state, step)
    high = state.client.high_rung
    coercer = coercer_step(state.world, state.coercer, state.backing, step)
    client = client_step(state.world, state.client, coercer, state.backing, step)
    state = state._replace(coercer=coercer, client=client)
    if client.fate != HOLDS:
        return state
    return patrons_step(state, step, client.high_rung > high)


@large_rule
def played_on(state: State, step: int, last: int) -> tuple[State, int]:
    """A run after the steps that follow `step`, up to `last` or the client's end; and the step that it reached."""
    for later in range(step + 1, last + 1):
        if state.client.fate == HOLDS:
            step, state = later, run_step(state, later)
    return state, step


def relived(state: State, last: int, own: Address) -> tuple[State, int]:
    """A run after what it relives, with luck of its own from then on; and the step that it reached."""
    state, step = played_on(state, 0, min(last, state.world.plan.shape.steps))
    return state._replace(world=state.world._replace(address=own)), step


def finish(state: State, step: int) -> None:
    """Closes a run at its end or horizon; one that holds is played on, so that late losses can last."""
    close(state.world, step, state.coercer, state.client, state.interdicted_at)
    n_events = state.world.records.n_events[0]
    state, last = played_on(state, step, step + state.world.plan.shape.overtime)
    # what lies past the horizon is dropped
    state.world.records.n_events[0] = n_events
    close_patrons(state.world, last, state.client.fate)
