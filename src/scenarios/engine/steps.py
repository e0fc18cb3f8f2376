"""Who does what in a step, and in which order? Written once: machine code and agents both go through these functions.

Nothing is decided here: every decision is a rule of the rule book, called on sheets read from rows.
"""

from scenarios.engine.choosing import terms_now, view
from scenarios.engine.notes import (
    ACT,
    CLIENT,
    CLIENT_END,
    DEAL,
    DENIED,
    EXPULSION,
    WAS_DENIED,
    blank,
    keep,
    note,
    note_coercer,
    note_due,
    note_level,
    note_request,
    note_settled,
    note_turn,
    worth_of,
)
from scenarios.engine.records import (
    PATRON_RECORD_WIDTH,
    RUN_WIDTH,
    WAS_EXPELLED,
    count_channel,
    count_index,
    patron_row,
    put_patron_row,
    put_run,
    recount_channel,
    recount_index,
)
from scenarios.engine.sheets import (
    PATRON_WIDTH,
    TERMS_WIDTH,
    TRACK_WIDTH,
    put_patron,
    put_terms,
    put_track,
)
from scenarios.engine.world import (
    BLUFFED,
    FOLLOWED,
    LAPSED,
    MET,
    MOVES,
    STOPPED,
    World,
    channel_at,
    inputs_at,
    key_at,
    link_at,
    luck,
    pair_at,
    patron_at,
    patron_inputs,
    pressure_at,
    put_pair_at,
    reach_at,
    spot,
    terms_at,
    track_at,
    traits_of,
)
from scenarios.outcomes import Posture, no_posture, tracked, with_channel, with_requests
from scenarios.recorded import RunRow
from scenarios.rulebook.arithmetic import happens
from scenarios.rulebook.asking import client_asks
from scenarios.rulebook.budget import affordable_share
from scenarios.rulebook.choice import share_of
from scenarios.rulebook.coercer import mode_in_force
from scenarios.rulebook.conditions import Backing, Client, Coercer, Moment, Pair, Patron
from scenarios.rulebook.delivering import after_delivery, backed, before_the_purse, delivery_turn
from scenarios.rulebook.delivery import is_stopped, nearest_level
from scenarios.rulebook.notice import as_expelled, has_due, is_a_blow, is_closed_to_the_expelled, is_expelled, sent_home
from scenarios.rulebook.reviewing import (
    after_review,
    after_the_table,
    review,
    reviews,
    support_worth,
    with_alert,
    with_deal,
)
from scenarios.rulebook.rule import large_rule, rule
from scenarios.rulebook.turns import (
    ALERTED,
    CALM,
    HOLDS,
    client_fate,
    client_turn,
    coercer_moves,
    coercer_turn,
    patron_due,
    patron_turn,
)
from scenarios.vocabulary import Use

BY_COERCER, BY_CLIENT, BY_PATRON = int(Use.COERCER), int(Use.CLIENT), int(Use.PATRON)
BY_LEADER, BY_CRISIS, BY_DEAL = int(Use.LEADER), int(Use.CRISIS), int(Use.DEAL)
BY_ACT, HELD = int(Use.ACT), int(Use.LUCK)


# -- the coercer and the client ----------------------------------------------------------------------------------------


@rule
def coercer_step(world: World, before: Coercer, backing: Backing, step: int) -> Coercer:
    """The coercer moves on what it saw last step; forces and ships follow."""
    inputs = inputs_at(world, step)
    mode = mode_in_force(world.plan.shape.mode, inputs.rung)
    u_rise, u_fall, u_start, u_end = luck(world, step, world.plan.keys.coercer, BY_COERCER)
    rung = coercer_moves(mode, world.frame, before, backing, inputs, u_rise, u_fall)
    pressure = pressure_at(world, rung)
    coercer = coercer_turn(mode, world.frame, before, rung, pressure, inputs, u_start, u_end)
    note_coercer(world, step, before, coercer)
    return coercer


@rule
def client_step(world: World, before: Client, coercer: Coercer, backing: Backing, step: int) -> Client:
    """The client sells oil and holds on, or ends."""
    u_noise, u_removal, u_collapse, u_concession = luck(world, step, world.plan.keys.client, BY_CLIENT)
    client = client_turn(world.frame, before, coercer, backing, inputs_at(world, step), u_noise)
    fate = client_fate(world.frame, client, coercer.rung, u_removal, u_collapse, u_concession)
    if fate != HOLDS:
        note(world.records, blank(world, step, CLIENT, coercer.rung)._replace(kind=CLIENT_END, after=fate))
        leave_counts(world, step)
    return client._replace(fate=fate)


# -- a patron ----------------------------------------------------------------------------------------------------------


@rule
def patron_step(world: World, moment: Moment, backing: Backing, p: int) -> Backing:
    """What falls due, what it hears, whether it reviews, what it delivers; returns what is now seen of all."""
    u_review, u_offer, u_threat, u_expulsion = luck(world, moment.step, world.plan.keys.patrons[p], BY_PATRON)
    patron, rung = patron_at(world, p), moment.coercer.rung
    if has_due(patron, moment.t):
        patron = meet_what_is_due(world, moment, patron, p)
    made = hear_requests(world, moment, patron, p) if moment.is_new_high else 0.0
    patron = take_notice(world, moment, patron, made > 0.0, u_offer, u_threat, p)
    is_unwelcome = is_expelled(world.frame.client, moment.client, patron, rung, world.plan.shape.dt, u_expulsion)
    if is_unwelcome and is_there(world, p):
        send_home(world, moment, p)
        patron = as_expelled(patron)
    if reviews(patron.watch.alert, world.desk.calm[p], world.frame.pace, u_review):
        if patron.deal.offer > 0.0:
            patron = settle(world, moment, patron, p)
        patron = review_posture(world, moment, patron, p)
    patron, backing, posture = deliver(world, moment, patron, backing, p)
    world.desk.news_now[MOVES] += world.desk.moved[p]
    put_patron(world.desk.patrons, p * PATRON_WIDTH, patron)
    take_stock(world, moment, patron, posture, made, p)
    keep(world, moment, patron, posture, p)
    return backing


@rule
def meet_what_is_due(world: World, moment: Moment, patron: Patron, p: int) -> Patron:
    """A new leader, a domestic crisis, the date of a threat, the end of a deal."""
    of_leader = luck(world, moment.step, world.plan.keys.patrons[p], BY_LEADER)
    of_crisis = luck(world, moment.step, world.plan.keys.patrons[p], BY_CRISIS)
    is_carried_out = of_crisis[2] < world.frame.coercer.follow_through
    due = patron_due(world.frame, traits_of(world, p), patron, moment.t, of_leader, of_crisis)
    note_due(world, moment, patron, due, is_carried_out, p)
    if patron.threat.due_at <= moment.t:
        world.desk.news_now[FOLLOWED if is_carried_out else BLUFFED] += 1.0
    return due


@large_rule
def hear_requests(world: World, moment: Moment, patron: Patron, p: int) -> float:
    """The client asks a patron for help on each channel; returns the number of requests."""
    made = 0.0
    for c in range(world.plan.shape.n_channels):
        link = link_at(world, moment.step, p, c)
        asked = client_asks(world.frame.model, link, moment.client, patron, moment.t)
        made += note_request(world, moment, link.pair, asked, p, c)
        put_pair_at(world, p, c, asked)
    return made


@rule
def take_notice(
    world: World, moment: Moment, patron: Patron, is_asked: bool, u_offer: float, u_threat: float, p: int
) -> Patron:
    """Earns, learns, hears threats and offers, and perhaps becomes alert."""
    is_called = is_asked or world.desk.news[MOVES] - world.desk.moved[p] > 0.0
    traits, inputs = traits_of(world, p), patron_inputs(world, moment.step, p)
    turned = patron_turn(world.frame, moment, traits, patron, inputs, is_called, u_offer, u_threat)
    note_turn(world, moment, patron, turned, p)
    world.desk.moved[p] = 0.0
    return turned


@rule
def is_there(world: World, p: int) -> bool:
    """Whether a patron gives anything that an expulsion would end."""
    for c in range(world.plan.shape.n_channels):
        if is_a_blow(channel_at(world, c), pair_at(world, p, c)):
            return True
    return False


@large_rule
def send_home(world: World, moment: Moment, p: int) -> None:
    """An expelled patron's material channels end at once, all but its trade."""
    event = blank(world, moment.step, float(p), moment.coercer.rung)
    note(world.records, event._replace(kind=EXPULSION, after=1.0, reason=WAS_EXPELLED))
    for c in range(world.plan.shape.n_channels):
        if is_closed_to_the_expelled(channel_at(world, c)):
            pair = pair_at(world, p, c)
            put_pair_at(world, p, c, sent_home(pair, moment.t))
            if pair.level > 0.0:
                world.desk.reasons[spot(world, p, c)] = WAS_EXPELLED
                world.desk.moved[p] += 1.0


@large_rule
def settle(world: World, moment: Moment, patron: Patron, p: int) -> Patron:
    """The patron weighs an offer against the support that it forbids."""
    worth = 0.0
    for c in range(world.plan.shape.n_channels):
        link = link_at(world, moment.step, p, c)
        now = terms_now(world, moment, patron, link, p, c)
        worth += support_worth(now, link.channel.provocation, link.pair.level)
    u, _, _, _ = luck(world, moment.step, world.plan.keys.patrons[p], BY_DEAL)
    duration, trust = world.frame.model.deal_duration, traits_of(world, p).trust
    deal = after_the_table(patron.deal, trust, worth, moment.t, duration, u)
    if deal.worth > 0.0:
        event = blank(world, moment.step, float(p), moment.coercer.rung)
        note(world.records, event._replace(kind=DEAL, before=worth, after=deal.worth))
    return with_deal(patron, deal)


@rule
def review_posture(world: World, moment: Moment, patron: Patron, p: int) -> Patron:
    """The patron looks at every channel it could use and moves each by at most one level towards its target."""
    alert = CALM
    for c in range(world.plan.shape.n_channels):
        is_closed = patron.conduct.expelled > 0.5 and is_closed_to_the_expelled(channel_at(world, c))
        is_of_use = nearest_level(reach_at(world, p, c).feasible) > 0.0
        if is_of_use and not is_closed and not review_channel(world, moment, patron, p, c):
            alert = ALERTED
    return with_alert(patron, alert)


@rule
def review_channel(world: World, moment: Moment, patron: Patron, p: int, c: int) -> bool:
    """Reviews one channel; returns whether its level is now at its target."""
    seen, pair, then = view(world, moment, patron, p, c), pair_at(world, p, c), terms_at(world.desk.chosen, world, p, c)
    u_number, u_wait = 0.0, 1.0
    if pair.luck.redraw_at <= moment.t:
        u_number, u_wait, _, _ = luck(world, moment.step, key_at(world, p, c), HELD)
    decided = review(world.frame.model, seen, then, patron.leader, pair.luck, moment.t, u_number, u_wait)
    if decided.level != pair.level:
        note_level(world, moment, pair.level, decided, worth_of(seen.now, seen.chooser.tolerance), p, c)
        if decided.level == decided.target:
            put_terms(world.desk.chosen, spot(world, p, c) * TERMS_WIDTH, seen.now)
        world.desk.reasons[spot(world, p, c)] = decided.reason
        world.desk.moved[p] += channel_at(world, c).material
    put_pair_at(world, p, c, after_review(pair, decided, moment.t))
    return decided.level == decided.target


# -- what it delivers --------------------------------------------------------------------------------------------------


@rule
def bill_of(world: World, moment: Moment, p: int) -> float:
    """What everything that could arrive in this step would cost [USD bn]."""
    bill, ships, elusive = 0.0, moment.coercer.interdiction, world.frame.model.elusive
    for c in range(world.plan.shape.n_channels):
        arriving = before_the_purse(channel_at(world, c), pair_at(world, p, c), ships, elusive, world.desk.lags[c])
        bill += reach_at(world, p, c).cost * share_of(arriving) * world.plan.shape.dt
    return bill


@rule
def deliver(world: World, moment: Moment, patron: Patron, backing: Backing, p: int) -> tuple[Patron, Backing, Posture]:
    """The patron sends what it decided, as far as ships and purse let it, and pays."""
    traits, dt = traits_of(world, p), world.plan.shape.dt
    paid = affordable_share(patron.purse.money, bill_of(world, moment, p))
    spent, lent, provoking, met, lapsed, posture = 0.0, 0.0, 0.0, 0.0, 0.0, no_posture()
    for c in range(world.plan.shape.n_channels):
        channel, reach = channel_at(world, c), reach_at(world, p, c)
        after = send(world, moment, patron.threat.height, paid if reach.cost > 0.0 else 1.0, p, c)
        cost = reach.cost * share_of(after.delivered) * dt
        spent += cost
        lent += channel.credit * cost
        provoking += channel.provocation * channel.weight * share_of(after.level)
        met += 1.0 if after.request.settled > 0.0 else 0.0
        lapsed += 1.0 if after.request.settled < 0.0 else 0.0
        backing = backed(backing, channel, traits.visibility_weight, after.level, after.delivered)
        posture = with_channel(posture, channel, world.desk.reference[spot(world, p, c)], after, float(c))
    world.desk.news_now[MET] += met
    world.desk.news_now[LAPSED] += lapsed
    solvency = moment.client.solvency
    patron = after_delivery(patron, traits, solvency, spent, lent, provoking, met, lapsed, dt)
    return patron, backing, posture


@rule
def send(world: World, moment: Moment, threat: float, paid: float, p: int, c: int) -> Pair:
    """One channel delivers what ships and a purse that pays a share of the bill let through, and is counted.

    Parameters
    ----------
    threat : float
        Height of the coercer's threat to the patron [share].
    """
    desk, i, channel, pair = world.desk, spot(world, p, c), channel_at(world, c), pair_at(world, p, c)
    ships, elusive, pace = moment.coercer.interdiction, world.frame.model.elusive, world.frame.pace
    after = delivery_turn(channel, threat, pair, ships, elusive, desk.lags[c], paid, pace, moment.t)
    put_pair_at(world, p, c, after)
    note_settled(world, moment, pair, after, p, c)
    if channel.acts > 0.5 and after.level > 0.0:
        act(world, moment, after.level, p, c)
    recount_channel(world.plan, world.records, moment.step, p, c, pair, desk.levels[i], after)
    desk.levels[i] = after.level
    desk.totals_now[c] += after.level
    if is_stopped(after.sent, ships, channel.interdictable, elusive * pair.shielded):
        desk.news_now[STOPPED] = 1.0
    return after


@rule
def act(world: World, moment: Moment, level: float, p: int, c: int) -> None:
    """A channel whose level is a rate of acts may bring one; level 3 is one a year."""
    u, _, _, _ = luck(world, moment.step, key_at(world, p, c), BY_ACT)
    if happens(share_of(level) * world.plan.shape.dt, u):
        event = blank(world, moment.step, float(p), moment.coercer.rung)
        note(world.records, event._replace(kind=ACT, channel=float(c), before=level, after=level))


@rule
def take_stock(world: World, moment: Moment, patron: Patron, posture: Posture, made: float, p: int) -> None:
    """Brings the patron's outcomes up to date."""
    plan, step, rung, before = world.plan, moment.step, moment.coercer.rung, track_at(world, p)
    recount_index(plan, world.records, step, p, before, posture)
    reason = world.desk.reasons[spot(world, p, int(posture.channel))] if posture.channel >= 0.0 else -1.0
    track = tracked(before, posture, float(step), float(plan.shape.persistence), rung, reason)
    track = with_requests(track, made, patron.conduct.met)
    if track.denied_at >= 0.0 and before.denied_at < 0.0:
        event = blank(world, step, float(p), rung)._replace(kind=DENIED, reason=WAS_DENIED)
        note(world.records, event._replace(before=posture.support, after=posture.delivered))
    put_track(world.desk.tracks, p * TRACK_WIDTH, track)


# -- the end -----------------------------------------------------------------------------------------------------------


@large_rule
def leave_counts(world: World, step: int) -> None:
    """A run that ended counts no more from this step on."""
    for p in range(world.plan.shape.n_patrons):
        track = track_at(world, p)
        count_index(world.plan, world.records, step, p, track.support_end, track.delivered_end, -1)
        for c in range(world.plan.shape.n_channels):
            pair = pair_at(world, p, c)
            count_channel(world.plan, world.records, step, p, c, pair.level, pair.delivered, -1)


@rule
def close(world: World, step: int, coercer: Coercer, client: Client, interdicted_at: float) -> None:
    """Writes the rows of a run that is over."""
    row = RunRow(
        fate=client.fate,
        ended_at=float(step),
        max_rung=client.high_rung,
        final_rung=coercer.rung,
        interdicted_at=interdicted_at,
        decision_rule=float(world.rule),
    )
    put_run(world.records.runs, world.address.row * RUN_WIDTH, row)
    for p in range(world.plan.shape.n_patrons):
        has_ended, plausible = client.fate != HOLDS, world.desk.plausible[p]
        of_patron = patron_row(track_at(world, p), patron_at(world, p), has_ended, plausible, world.plan.shape.dt)
        at = (world.address.row * world.plan.shape.n_patrons + p) * PATRON_RECORD_WIDTH
        put_patron_row(world.records.patrons, at, of_patron)
