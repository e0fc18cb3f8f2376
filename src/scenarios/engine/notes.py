"""How is what happens written down? Events under their names, and the steps of a run that is kept in full."""

from scenarios.engine import records
from scenarios.engine.sheets import World, pair_at, spot
from scenarios.recorded import N_QUARTERS, EventRow, PathChannel, PathRow, Swing
from scenarios.rulebook import delivery, layout
from scenarios.rulebook.conditions import NEVER, Coercer, Moment, Pair, Patron, Terms, Threat
from scenarios.rulebook.posture import N_BINS, Posture, Track, bin_of
from scenarios.rulebook.rule import large_rule
from scenarios.vocabulary import EventKind, Reason

COERCER = -2.0
CLIENT = -1.0
ESCALATION = float(EventKind.ESCALATION)
EASING = float(EventKind.EASING)
ATTEMPT_FAILED = float(EventKind.ATTEMPT_FAILED)
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
CRISIS = float(EventKind.CRISIS)
ACT = float(EventKind.ACT)
CLIENT_END = float(EventKind.CLIENT_END)
DENIED = float(EventKind.DENIED)
WAS_DENIED = float(Reason.DENIED)
NAN = float("nan")
NO_SWING = Swing(NAN, NAN, NAN, NAN, NAN, NAN)
NOWHERE = -1.0  # on no channel, for no reason


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
        swing=NO_SWING,
    )


@large_rule
def put_down(world: World, event: EventRow) -> None:
    """Writes one event, if it fits; counts it in any case."""
    n, events = world.records.n_events[0], world.records.events
    world.records.n_events[0] = n + 1
    if (n + 1) * records.EVENT_WIDTH <= len(events):
        records.put_event(events, n * records.EVENT_WIDTH, event)


@large_rule
def coercer_acts(world: World, step: int, before: Coercer, after: Coercer) -> None:
    """Writes what the coercer did in this step."""
    event = blank(world, step, COERCER, after.rung)
    if after.move != 0.0:
        kind = ESCALATION if after.move > 0.0 else EASING
        put_down(world, event._replace(kind=kind, before=before.rung, after=after.rung))
    if after.attempted > 0.5 and after.captured < 0.5:
        put_down(world, event._replace(kind=ATTEMPT_FAILED, before=before.rung, after=after.rung))
    starts = before.interdiction <= 0.0 and after.interdiction > 0.0
    ends = before.interdiction > 0.0 and after.interdiction <= 0.0
    if starts or ends:
        kind = INTERDICTION if starts else INTERDICTION_ENDS
        put_down(world, event._replace(kind=kind, before=before.interdiction, after=after.interdiction))


def client_ends(world: World, step: int, fate: float, rung: float) -> None:
    """Writes the client's end."""
    put_down(world, blank(world, step, CLIENT, rung)._replace(kind=CLIENT_END, after=fate))


def patron_event(world: World, moment: Moment, kind: float, before: float, after: float, p: int, c: int) -> EventRow:
    """An event of a patron, on a channel or, with -1, on none."""
    event = blank(world, moment.step, float(p), moment.coercer.rung)
    return event._replace(kind=kind, channel=float(c), before=before, after=after)


@large_rule
def of_patron(world: World, moment: Moment, kind: float, before: float, after: float, p: int, c: int) -> None:
    """Writes an event of a patron that has no reason."""
    put_down(world, patron_event(world, moment, kind, before, after, p, c))


@large_rule
def of_threat(world: World, moment: Moment, before: Threat, after: Threat, p: int) -> None:
    """Writes a direct threat, and what became of it on its date."""
    if after.due_at < NEVER and before.due_at >= NEVER:
        of_patron(world, moment, THREAT, before.height, after.height, p, -1)
    if before.due_at < NEVER and after.due_at >= NEVER:
        kind = THREAT_CARRIED_OUT if after.height > before.height else BLUFF
        of_patron(world, moment, kind, before.height, after.height, p, -1)


def swing_of(moved: Terms, commitment: float) -> Swing:
    """How far each term and the commitment moved a choice [utility]."""
    return Swing(
        payment=moved.payment,
        bargain=moved.bargain,
        secondary_sanctions=moved.secondary_sanctions,
        entrapment=moved.entrapment,
        material_cost=moved.material_cost,
        commitment=commitment,
    )


def level_change(world: World, moment: Moment, before: float, after: float, p: int, c: int) -> EventRow:
    """A change of level, whatever brought it."""
    return patron_event(world, moment, LEVEL_UP if after > before else LEVEL_DOWN, before, after, p, c)


@large_rule
def denied(world: World, moment: Moment, posture: Posture, p: int) -> None:
    """Writes that what a patron intends has not arrived for so long that it counts."""
    event = patron_event(world, moment, DENIED, posture.support, posture.delivered, p, -1)
    put_down(world, event._replace(reason=WAS_DENIED))


@large_rule
def arrives(world: World, step: int, before: float, after: float, p: int, c: int) -> None:
    """Writes what arrives on a channel if it is another quarter of a level than a step ago, and if it fits."""
    shape, arrived = world.plan.shape, world.records.deliveries
    quarter, n = records.nearest_quarter(after), world.records.n_deliveries[0]
    if records.nearest_quarter(before) == quarter:
        return
    world.records.n_deliveries[0] = n + 1
    if n < len(arrived):
        moment = world.address.number * (shape.steps + 1) + step
        pair = moment * (shape.n_patrons * shape.n_channels) + spot(world, p, c)
        arrived[n] = pair * N_QUARTERS + quarter


@large_rule
def keep(world: World, moment: Moment, patron: Patron, posture: Posture, p: int) -> None:
    """Keeps one step of a patron in full."""
    paths, at = world.records.paths, records.path_at(world.plan, world.address.kept, moment.step, p)
    row = PathRow(
        rung=moment.coercer.rung,
        hold=moment.client.hold,
        solvency=moment.client.solvency,
        support=posture.support,
        delivered=posture.delivered,
        savings=patron.savings,
        budget=patron.budget,
    )
    records.put_path(paths, at, row)
    for c in range(world.plan.shape.n_channels):
        pair = pair_at(world, p, c)
        channel = PathChannel(level=pair.level, delivered=pair.delivered, shielded=pair.shielded)
        records.put_path_channel(paths, at + records.PATH_WIDTH + c * records.PATH_CHANNEL_WIDTH, channel)


# -- what is counted ---------------------------------------------------------------------------------------------------


def count_channel(world: World, step: int, p: int, c: int, level: float, delivered: float, by: int) -> None:
    """Counts a run in (by = 1) or out (by = -1) of a channel's level from this step on.

    Notes
    -----
    Levels seldom change, so that counting changes and summing over steps in the end is far quicker than counting every
    run in every step.
    """
    levels, at = world.records.levels, (step * world.plan.shape.n_patrons + p) * world.plan.shape.n_channels + c
    at *= 2 * records.N_LEVELS
    if not layout.within(levels, at, 2 * records.N_LEVELS):
        raise IndexError("a level is counted outside the table of levels")
    levels[at + 2 * int(level)] += by
    levels[at + 2 * int(delivery.nearest_level(delivered)) + 1] += by


@large_rule
def recount_channel(world: World, step: int, p: int, c: int, delivered: float, level: float, after: Pair) -> None:
    """Counts a run out of a channel's old level and into the new one, if either has changed in this step."""
    if level == after.level and delivery.nearest_level(delivered) == delivery.nearest_level(after.delivered):
        return
    count_channel(world, step, p, c, level, delivered, -1)
    count_channel(world, step, p, c, after.level, after.delivered, 1)


def count_index(world: World, step: int, p: int, index: float, delivered: float, by: int) -> None:
    """Counts a run in or out of a patron's bins of the support index from this step on."""
    at = (step * world.plan.shape.n_patrons + p) * (2 * N_BINS)
    if not layout.within(world.records.support, at, 2 * N_BINS):
        raise IndexError("a support index is counted outside the table of support")
    world.records.support[at + 2 * bin_of(index)] += by
    world.records.support[at + 2 * bin_of(delivered) + 1] += by


def recount_index(world: World, step: int, p: int, track: Track, posture: Posture) -> None:
    """Counts a run out of its old bins and into the new ones, if either has changed in this step."""
    same = bin_of(track.support_end) == bin_of(posture.support)
    if same and bin_of(track.delivered_end) == bin_of(posture.delivered):
        return
    count_index(world, step, p, track.support_end, track.delivered_end, -1)
    count_index(world, step, p, posture.support, posture.delivered, 1)
