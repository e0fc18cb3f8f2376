"""What does a run hold while it is played? One world: what is fixed in it, its memory, and where it is written down."""

from typing import Any, NamedTuple

import numpy as np

from scenarios.draws import draw
from scenarios.engine.records import Records
from scenarios.engine.sheets import (
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
    pick_inputs,
    pick_pair,
    pick_patron,
    pick_patron_inputs,
    pick_patron_traits,
    pick_pressure,
    pick_reach,
    pick_terms,
    pick_track,
    put_pair,
)
from scenarios.outcomes import Track
from scenarios.rulebook.choice import share_of
from scenarios.rulebook.coercer import mode_in_force
from scenarios.rulebook.conditions import (
    Backing,
    Block,
    Client,
    Coercer,
    Frame,
    Inputs,
    Link,
    Moment,
    News,
    Pair,
    Patron,
    PatronInputs,
    Terms,
)
from scenarios.rulebook.rule import rule
from scenarios.rulebook.traits import ChannelTraits, PairTraits, PatronTraits, Pressure
from scenarios.scenario.arrays import Plan

FOLLOWED, BLUFFED, MET, LAPSED, MOVES, STOPPED = range(6)
N_NEWS = 6
Floats = Any  # ndarray of float64 where compiled, a list where interpreted: Python's own numbers are quicker there


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
    frame: Frame


def new_desk(plan: Plan) -> Desk:
    """Working memory for a plan."""
    p, c = plan.shape.n_patrons, plan.shape.n_channels
    sizes = Desk(
        numbers=len(plan.central),
        patrons=p * PATRON_WIDTH,
        pairs=p * c * PAIR_WIDTH,
        reference=p * c,
        levels=p * c,
        opening=p * c * TERMS_WIDTH,
        chosen=p * c * TERMS_WIDTH,
        reasons=p * c,
        tracks=p * TRACK_WIDTH,
        lags=c,
        calm=p,
        totals=c,
        totals_now=c,
        moved=p,
        plausible=p,
        news=N_NEWS,
        news_now=N_NEWS,
    )
    return Desk(*[np.zeros(size) for size in sizes])


@rule
def address_of(plan: Plan, seed: int, number: int, first: int, per_point: int, sample: int) -> Address:
    """The address of run `number` in records that begin with run `first`.

    Notes
    -----
    Where numbers are given, the points are matched: run r of each has the luck and the other numbers of run r.
    """
    is_given = len(plan.given.spot) > 0
    group, matched = number // per_point, number % per_point
    row = number - first
    return Address(
        seed=seed,
        number=number,
        run=matched if is_given else number,
        point=matched if is_given else group,
        given=group,
        row=row,
        kept=row if number < sample else -1,
    )


# -- what is read ------------------------------------------------------------------------------------------------------


@rule
def luck(world: World, step: int, key: int, use: int) -> Block:
    """Four numbers of luck for an actor, or a channel of one, in a step."""
    return draw(world.address.seed, world.address.run, step, key, use)


@rule
def inputs_at(world: World, step: int) -> Inputs:
    """The scenario's paths in a step."""
    return pick_inputs(world.plan.paths.inputs, step * INPUTS_WIDTH)


@rule
def patron_inputs(world: World, step: int, p: int) -> PatronInputs:
    """The scenario's paths in a step for one patron."""
    return pick_patron_inputs(
        world.plan.paths.patron_inputs, (step * world.plan.shape.n_patrons + p) * PATRON_INPUTS_WIDTH
    )


@rule
def pressure_at(world: World, rung: float) -> Pressure:
    """What goes with a rung."""
    return pick_pressure(world.desk.numbers, world.plan.places.ladder + int(rung) * PRESSURE_WIDTH)


@rule
def channel_at(world: World, c: int) -> ChannelTraits:
    """The numbers of a channel."""
    return pick_channel(world.desk.numbers, world.plan.places.channels + c * CHANNEL_WIDTH)


@rule
def traits_of(world: World, p: int) -> PatronTraits:
    """The numbers of a patron."""
    return pick_patron_traits(world.desk.numbers, world.plan.places.patrons + p * PATRON_TRAITS_WIDTH)


@rule
def spot(world: World, p: int, c: int) -> int:
    """Place of a patron's channel among all pairs."""
    return p * world.plan.shape.n_channels + c


@rule
def reach_at(world: World, p: int, c: int) -> PairTraits:
    """The numbers of a patron's channel."""
    return pick_reach(world.desk.numbers, world.plan.places.pairs + spot(world, p, c) * PAIR_TRAITS_WIDTH)


@rule
def pair_at(world: World, p: int, c: int) -> Pair:
    """The condition of a patron's channel."""
    return pick_pair(world.desk.pairs, spot(world, p, c) * PAIR_WIDTH)


@rule
def patron_at(world: World, p: int) -> Patron:
    """The condition of a patron as of its last turn."""
    return pick_patron(world.desk.patrons, p * PATRON_WIDTH)


@rule
def track_at(world: World, p: int) -> Track:
    """What has become of a patron's posture."""
    return pick_track(world.desk.tracks, p * TRACK_WIDTH)


@rule
def terms_at(rows: Floats, world: World, p: int, c: int) -> Terms:
    """The terms of a patron's channel among those of all."""
    return pick_terms(rows, spot(world, p, c) * TERMS_WIDTH)


@rule
def key_at(world: World, p: int, c: int) -> int:
    """By which the luck of a patron's channel is addressed."""
    return world.plan.keys.pairs[spot(world, p, c)]


@rule
def link_at(world: World, step: int, p: int, c: int) -> Link:
    """A patron's channel as it stands, the other patrons as of the last step."""
    plan, pair, i = world.plan, pair_at(world, p, c), spot(world, p, c)
    return Link(
        channel=channel_at(world, c),
        reach=reach_at(world, p, c),
        pair=pair,
        need=plan.paths.needs[step * plan.shape.n_patrons * plan.shape.n_channels + i],
        company=company(world, c, pair.level),
    )


@rule
def company(world: World, c: int, own: float) -> float:
    """Mean of the other patrons' levels on a channel as of the last step, over 3."""
    others = world.plan.shape.n_patrons - 1
    return share_of(world.desk.totals[c] - own) / others if others > 0 else 0.0


@rule
def moment_of(world: World, step: int, coercer: Coercer, client: Client, is_new_high: bool) -> Moment:
    """What the patrons see of a step in which the client holds."""
    news = world.desk.news
    return Moment(
        step=step,
        t=step * world.plan.shape.dt,
        mode=mode_in_force(world.plan.shape.mode, inputs_at(world, step).rung),
        coercer=coercer,
        client=client,
        pressure=pressure_at(world, coercer.rung),
        news=News(followed=news[FOLLOWED], bluffed=news[BLUFFED], met=news[MET], lapsed=news[LAPSED]),
        is_new_high=is_new_high,
    )


@rule
def no_backing() -> Backing:
    """What is seen of patrons before any has been looked at."""
    return Backing(visible=0.0, clash=0.0, hold=0.0, trade=0.0, money=0.0)


# -- what is written ---------------------------------------------------------------------------------------------------


@rule
def put_pair_at(world: World, p: int, c: int, pair: Pair) -> None:
    """Writes the condition of a patron's channel."""
    put_pair(world.desk.pairs, spot(world, p, c) * PAIR_WIDTH, pair)


@rule
def turn_the_page(world: World) -> None:
    """What was now becomes the last step."""
    desk = world.desk
    for c in range(world.plan.shape.n_channels):
        desk.totals[c] = desk.totals_now[c]
        desk.totals_now[c] = 0.0
    for i in range(N_NEWS):
        desk.news[i] = desk.news_now[i]
        desk.news_now[i] = 0.0
