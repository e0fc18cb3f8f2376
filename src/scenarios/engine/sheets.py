"""What does a run hold while it is played? One world: what is fixed in it, its memory, and where it is written down."""

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

import numpy as np

from scenarios.draws import draw
from scenarios.engine.records import N_LEVELS, Chunk, Records
from scenarios.rulebook import conditions, traits
from scenarios.rulebook.coercer import mode_in_force
from scenarios.rulebook.conditions import Block, Client, Coercer, Frame, Moment, Opening, Pair, Patron, Worth
from scenarios.rulebook.delivery import nearest_level
from scenarios.rulebook.layout import row_access, width
from scenarios.rulebook.opening import pace_of
from scenarios.rulebook.posture import Track
from scenarios.rulebook.rule import large_rule
from scenarios.scenario.arrays import HELD_WIDTH, Plan, Relived

Floats = Any  # ndarray of float64 where compiled, a list where interpreted: Python's own numbers are quicker there


CHANNEL_WIDTH = width(traits.ChannelTraits)
PATRON_TRAITS_WIDTH = width(traits.PatronTraits)
PAIR_TRAITS_WIDTH = width(traits.PairTraits)
PRESSURE_WIDTH = width(traits.Pressure)
INPUTS_WIDTH = width(conditions.Inputs)
PATRON_INPUTS_WIDTH = width(conditions.PatronInputs)
PATRON_WIDTH = width(Patron)
PAIR_WIDTH = width(Pair)
WORTH_WIDTH = width(Worth)
TRACK_WIDTH = width(Track)


class FixedRow(list[float]):
    """Numbers that no longer change, for plain Python: a sheet is built from them once, and then remembered."""

    def __init__(self, numbers: Any) -> None:
        super().__init__(numbers)
        self.sheets: dict[int, Any] = {}


def remembered(pick: Callable[..., Any]) -> Any:
    """Reads a sheet that does not change during a run; the compiler sees what is wrapped."""

    @wraps(pick)
    def read(row: Any, at: int) -> Any:
        if not isinstance(row, FixedRow):
            return pick(row, at)
        if at not in row.sheets:
            row.sheets[at] = pick(row, at)
        return row.sheets[at]

    return read


pick_model, _ = row_access(traits.ModelTraits)
pick_coercer_traits, _ = row_access(traits.CoercerTraits)
pick_client_traits, _ = row_access(traits.ClientTraits)
pick_channel = remembered(row_access(traits.ChannelTraits)[0])
pick_patron_traits = remembered(row_access(traits.PatronTraits)[0])
pick_reach = remembered(row_access(traits.PairTraits)[0])
pick_pressure = remembered(row_access(traits.Pressure)[0])
pick_inputs = remembered(row_access(conditions.Inputs)[0])
pick_patron_inputs = remembered(row_access(conditions.PatronInputs)[0])
pick_patron, write_patron = row_access(Patron)
pick_pair, write_pair = row_access(Pair)
pick_worth, write_worth = row_access(Worth)
pick_track, write_track = row_access(Track)


class Desk(NamedTuple):
    """Working memory of one run at a time; all flat, reused from run to run."""

    numbers: Floats  # the run's numbers, in the order of the plan: a row as opened, and one for each date of a setting
    patrons: Floats  # conditions
    pairs: Floats  # conditions
    reference: Floats  # opening level of each pair
    levels: Floats  # intended level of each pair as of the last step
    home_worth: Floats  # what the levels of each pair were worth when the posture was chosen
    left_worth: Floats  # the same when the level last changed
    reasons: Floats  # of the last change of each pair
    tracks: Floats
    lags: Floats  # share of the way that each channel covers in a step
    bills: Floats  # of each level of each pair, while its patron's war is as at the opening
    drains: Floats  # of each patron's own war, as the run opened
    given: Floats  # levels of each patron on material channels, as of the last step
    given_now: Floats  # the same while this step is played
    given_at_opening: Floats
    commitments: Floats  # pull of each patron's home posture at the opening
    plausible: Floats  # share of the held numbers that agree with each patron's posture
    stirred: Floats  # flag of each patron: its own numbers have just been set
    stopped: Floats  # flag: ships have stopped a delivery in this step


class Address(NamedTuple):
    """Where a run's chance comes from, and where it is written down."""

    seed: int
    number: int  # of the run, by which it is known
    run: int  # of its luck
    point: int  # of its draw of the uncertain numbers
    given: int  # row of the numbers given, if any are
    row: int  # of the records
    kept: int  # row of the paths, -1 if the run is not kept in full


class World(NamedTuple):
    """One run: its plan, memory, records and address, and what is fixed in it."""

    plan: Plan
    desk: Desk
    records: Records
    address: Address
    rule: int  # DecisionRule
    at: int  # where the numbers in force begin
    frame: Frame


def new_desk(plan: Plan) -> Desk:
    """Working memory for a plan."""
    p, c = plan.shape.n_patrons, plan.shape.n_channels
    pairs = p * c
    sizes = Desk(
        numbers=len(plan.central) * len(plan.changes.steps), patrons=p * PATRON_WIDTH, pairs=pairs * PAIR_WIDTH,
        reference=pairs, levels=pairs, home_worth=pairs * WORTH_WIDTH, left_worth=pairs * WORTH_WIDTH, reasons=pairs,
        tracks=p * TRACK_WIDTH, lags=c, bills=pairs * N_LEVELS, drains=p, given=p, given_now=p, given_at_opening=p,
        commitments=p, plausible=p, stirred=p, stopped=1,
    )  # fmt: skip
    return Desk(*[np.zeros(size) for size in sizes])


def address_of(plan: Plan, chunk: Chunk, number: int) -> Address:
    """The address of run `number` in the records of a chunk.

    Notes
    -----
    Where numbers are given, the points are matched: run r of each has the luck and the other numbers of run r.
    """
    is_given = len(plan.given.spot) > 0
    group, matched = number // chunk.per_point, number % chunk.per_point
    row = number - chunk.first
    return Address(
        seed=chunk.seed,
        number=number,
        run=matched if is_given else number,
        point=matched if is_given else group,
        given=group,
        row=row,
        kept=row if number < chunk.in_full else -1,
    )


def past_address(own: Address, past: Relived) -> Address:
    """Where the chance of what a run relives comes from: another run; its own where it relives nothing."""
    if past.last < 1:
        return own
    parent = int(past.parents[own.point % len(past.parents)])
    return own._replace(seed=past.seed, run=parent, point=parent)


# -- what is read ------------------------------------------------------------------------------------------------------


def luck(world: World, step: int, key: int, use: int) -> Block:
    """Four numbers of luck for an actor, or a channel of one, in a step."""
    return draw(world.address.seed, world.address.run, step, key, use)


def key_at(world: World, p: int, c: int) -> int:
    """By which the luck of a patron's channel is addressed."""
    return world.plan.keys.pairs[spot(world, p, c)]


def is_recorded(world: World, step: int) -> bool:
    """Whether a step lies within the horizon; a run is played past it so that late losses can last."""
    return step <= world.plan.shape.steps


def inputs_at(world: World, step: int) -> conditions.Inputs:
    """The scenario's paths at a step."""
    return pick_inputs(world.plan.paths.inputs, step * INPUTS_WIDTH)


def pressure_at(world: World, rung: float) -> traits.Pressure:
    """What goes with a rung."""
    return pick_pressure(world.desk.numbers, world.at + world.plan.places.ladder + int(rung) * PRESSURE_WIDTH)


def traits_of(world: World, p: int) -> traits.PatronTraits:
    """A patron's numbers in force."""
    return pick_patron_traits(world.desk.numbers, world.at + world.plan.places.patrons + p * PATRON_TRAITS_WIDTH)


def opening_traits_of(world: World, p: int) -> traits.PatronTraits:
    """A patron's numbers as the run opened."""
    return pick_patron_traits(world.desk.numbers, world.plan.places.patrons + p * PATRON_TRAITS_WIDTH)


def patron_inputs(world: World, step: int, p: int) -> conditions.PatronInputs:
    """The scenario's paths for a patron at a step."""
    return pick_patron_inputs(
        world.plan.paths.patron_inputs, (step * world.plan.shape.n_patrons + p) * PATRON_INPUTS_WIDTH
    )


def patron_at(world: World, p: int) -> Patron:
    """A patron's condition."""
    return pick_patron(world.desk.patrons, p * PATRON_WIDTH)


def track_at(world: World, p: int) -> Track:
    """What has become of a patron's posture so far."""
    return pick_track(world.desk.tracks, p * TRACK_WIDTH)


def channel_at(world: World, c: int) -> traits.ChannelTraits:
    """A channel's numbers in force."""
    return pick_channel(world.desk.numbers, world.at + world.plan.places.channels + c * CHANNEL_WIDTH)


def spot(world: World, p: int, c: int) -> int:
    """Place of a patron's channel among the pairs."""
    return p * world.plan.shape.n_channels + c


def reach_at(world: World, p: int, c: int) -> traits.PairTraits:
    """A patron's numbers on a channel."""
    return pick_reach(world.desk.numbers, world.at + world.plan.places.pairs + spot(world, p, c) * PAIR_TRAITS_WIDTH)


def pair_at(world: World, p: int, c: int) -> Pair:
    """The condition of a patron's channel."""
    return pick_pair(world.desk.pairs, spot(world, p, c) * PAIR_WIDTH)


def worth_in(rows: Floats, world: World, p: int, c: int) -> Worth:
    """What the levels of a pair are worth by some rows."""
    return pick_worth(rows, spot(world, p, c) * WORTH_WIDTH)


def feasible_at(world: World, p: int, c: int) -> float:
    """The highest level within a patron's reach."""
    return nearest_level(reach_at(world, p, c).feasible)


def need_at(world: World, step: int, p: int, c: int) -> float:
    """The client's need of a patron on a channel, against that of the present [factor]."""
    shape = world.plan.shape
    return world.plan.paths.needs[step * shape.n_patrons * shape.n_channels + spot(world, p, c)]


# -- what is written ---------------------------------------------------------------------------------------------------


def put_patron(world: World, p: int, patron: Patron) -> None:
    """A patron's condition from now on."""
    write_patron(world.desk.patrons, p * PATRON_WIDTH, patron)


def put_track(world: World, p: int, track: Track) -> None:
    """What has become of a patron's posture, now."""
    write_track(world.desk.tracks, p * TRACK_WIDTH, track)


def put_pair(world: World, p: int, c: int, pair: Pair) -> None:
    """The condition of a patron's channel from now on."""
    write_pair(world.desk.pairs, spot(world, p, c) * PAIR_WIDTH, pair)


def put_worth(rows: Floats, world: World, p: int, c: int, worth: Worth) -> None:
    """What the levels of a pair are worth, in some rows."""
    write_worth(rows, spot(world, p, c) * WORTH_WIDTH, worth)


# -- the conditions under which the postures were held -----------------------------------------------------------------


HELD_RUNG, HELD_PRESENCE = 0, 1  # places of what is -1 where it was as at the opening
HELD_THREATS = HELD_WIDTH  # place of the factor on each patron's threat; those on the bargains follow


def held_number(world: World, j: int, place: int) -> float:
    """A number of the j-th condition, at its place there."""
    return world.plan.held.rows[j * (HELD_THREATS + 2 * world.plan.shape.n_patrons) + place]


# -- settings ----------------------------------------------------------------------------------------------------------


def frame_at(plan: Plan, desk: Desk, at: int, opening: Opening) -> Frame:
    """What is fixed under a row of the numbers; what follows from numbers follows anew."""
    model = pick_model(desk.numbers, at)
    coercer = pick_coercer_traits(desk.numbers, at + plan.places.coercer)
    client = pick_client_traits(desk.numbers, at + plan.places.client)
    return Frame(model, coercer, client, pace_of(model, coercer, client, plan.shape.dt), opening)


@large_rule
def differs(numbers: Floats, before: int, after: int, first: int, n: int) -> bool:
    """Whether any of some numbers is another in two rows."""
    found = False
    for i in range(first, first + n):
        found = found or numbers[before + i] != numbers[after + i]
    return found


def moment_of(world: World, step: int, coercer: Coercer, client: Client, is_new_high: bool) -> Moment:
    """What the patrons see of a step in which the client holds."""
    return Moment(
        step=step,
        t=step * world.plan.shape.dt,
        mode=mode_in_force(world.plan.shape.mode, inputs_at(world, step).rung),
        coercer=coercer,
        client=client,
        pressure=pressure_at(world, coercer.rung),
        is_new_high=is_new_high,
    )


def turn_the_page(world: World) -> None:
    """What was now becomes the last step."""
    desk = world.desk
    for p in range(world.plan.shape.n_patrons):
        desk.given[p] = desk.given_now[p]
