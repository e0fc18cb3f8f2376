"""What does the fast engine hold in memory while it plays a run? One desk, reused from run to run."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.engine.sheets import (
    CHANNEL_WIDTH,
    PAIR_TRAITS_WIDTH,
    PAIR_WIDTH,
    PATRON_WIDTH,
    TERMS_WIDTH,
    TRACK_WIDTH,
    pick_channel,
    pick_pair,
    pick_reach,
)
from scenarios.rulebook.choice import share_of
from scenarios.rulebook.conditions import Client, Coercer, Patron, PatronInputs, Terms
from scenarios.rulebook.rule import rule
from scenarios.rulebook.traits import ModelTraits, PatronTraits
from scenarios.rulebook.utility import terms_of
from scenarios.scenario.arrays import Plan

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


@rule
def turn_the_page(plan: Plan, desk: Desk) -> None:
    """What was now becomes the last step."""
    for c in range(plan.n_channels):
        desk.totals[c] = desk.totals_now[c]
        desk.totals_now[c] = 0.0
    for i in range(N_NEWS):
        desk.news[i] = desk.news_now[i]
        desk.news_now[i] = 0.0
