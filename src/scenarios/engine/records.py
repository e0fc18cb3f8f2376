"""How is a run written down? The records that both engines fill, and nothing but records."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.outcomes import N_BINS, Posture, Track, bin_of
from scenarios.rulebook.budget import shadow_price
from scenarios.rulebook.conditions import Client, Coercer, Pair, Patron
from scenarios.rulebook.delivery import nearest_level
from scenarios.rulebook.rule import large_rule, rule
from scenarios.scenario.arrays import Plan
from scenarios.vocabulary import Reason, Term

WAS_EXPELLED = float(Reason.EXPELLED)
N_LEVELS = 4
RUN, STEP, ACTOR, KIND, CHANNEL, BEFORE, AFTER, RUNG, REASON = range(9)  # columns of an event; its terms follow
EVENT_WIDTH = 9 + len(Term)
RUN_WIDTH = 6
PATRON_RECORD_WIDTH = 19
OPENING_CHANCE = 18  # its place in a row of a patron
PATH_WIDTH = 7
PATH_CHANNEL_WIDTH = 3

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Records(NamedTuple):
    """The tables of a chunk of runs while they are filled; all flat.

    Attributes
    ----------
    runs : ndarray of float64, shape (runs * 6,)
        Fate, its step, highest and last rung, first step of interdiction, decision rule.
    patrons : ndarray of float64, shape (runs * patrons * 19,)
    drawn : ndarray of float64, shape (runs * uncertain,)
    events : ndarray of float64, shape (capacity * 21,)
    n_events : ndarray of int64, shape (1,)
        How many events there were; more than the capacity means that the chunk must be played again.
    levels : ndarray of int64, shape ((steps + 1) * patrons * channels * 4 * 2,)
        Changes from step to step in the count of runs by level, intended and delivered.
    support : ndarray of int64, shape ((steps + 1) * patrons * 101 * 2,)
        The same by bin of the support index.
    paths : ndarray of float64, shape (sample * (steps + 1) * patrons * (7 + 3 channels),)
        A few runs in full; NaN after the client's end.
    """

    runs: Floats
    patrons: Floats
    drawn: Floats
    events: Floats
    n_events: Integers
    levels: Integers
    support: Integers
    paths: Floats


def empty_records(plan: Plan, runs: int, capacity: int, sample: int) -> Records:
    """Records for a chunk of runs, nothing written yet.

    Parameters
    ----------
    runs, capacity, sample : int
        Number of runs, of events that fit, and of runs kept in full.
    """
    steps, patrons, channels = plan.steps + 1, plan.n_patrons, plan.n_channels
    return Records(
        runs=np.zeros(runs * RUN_WIDTH),
        patrons=np.zeros(runs * patrons * PATRON_RECORD_WIDTH),
        drawn=np.zeros(runs * len(plan.spot)),
        events=np.zeros(capacity * EVENT_WIDTH),
        n_events=np.zeros(1, dtype=np.int64),
        levels=np.zeros(steps * patrons * channels * N_LEVELS * 2, dtype=np.int64),
        support=np.zeros(steps * patrons * N_BINS * 2, dtype=np.int64),
        paths=np.full(sample * steps * patrons * (PATH_WIDTH + PATH_CHANNEL_WIDTH * channels), np.nan),
    )


@rule
def level_at(plan: Plan, step: int, p: int, c: int) -> int:
    """Where the counts of a channel's levels lie."""
    return ((step * plan.n_patrons + p) * plan.n_channels + c) * (2 * N_LEVELS)


@rule
def count_channel(
    plan: Plan, records: Records, step: int, p: int, c: int, level: float, delivered: float, by: int
) -> None:
    """Counts a run in (by = 1) or out (by = -1) of a channel's level from this step on.

    Notes
    -----
    Levels seldom change, so that counting changes and summing over steps in the end is far quicker than counting every
    run in every step.
    """
    at = level_at(plan, step, p, c)
    records.levels[at + 2 * int(level)] += by
    records.levels[at + 2 * int(nearest_level(delivered)) + 1] += by


@rule
def recount_channel(
    plan: Plan, records: Records, step: int, p: int, c: int, before: Pair, level: float, after: Pair
) -> None:
    """Counts a run out of a channel's old level and into the new one, if either has changed in this step.

    Parameters
    ----------
    level : float
        Intended level as of the last step.
    """
    if level == after.level and nearest_level(before.delivered) == nearest_level(after.delivered):
        return
    count_channel(plan, records, step, p, c, level, before.delivered, -1)
    count_channel(plan, records, step, p, c, after.level, after.delivered, 1)


@rule
def count_index(plan: Plan, records: Records, step: int, p: int, index: float, delivered: float, by: int) -> None:
    """Counts a run in or out of a patron's bins of the support index from this step on."""
    at = (step * plan.n_patrons + p) * (2 * N_BINS)
    records.support[at + 2 * bin_of(index)] += by
    records.support[at + 2 * bin_of(delivered) + 1] += by


@rule
def recount_index(plan: Plan, records: Records, step: int, p: int, track: Track, posture: Posture) -> None:
    """Counts a run out of its old bins and into the new ones, if either has changed in this step."""
    same = bin_of(track.support_end) == bin_of(posture.support)
    if same and bin_of(track.delivered_end) == bin_of(posture.delivered):
        return
    count_index(plan, records, step, p, track.support_end, track.delivered_end, -1)
    count_index(plan, records, step, p, posture.support, posture.delivered, 1)


@rule
def path_at(plan: Plan, kept: int, step: int, p: int) -> int:
    """Where a step of a patron lies in the row of paths."""
    return ((kept * (plan.steps + 1) + step) * plan.n_patrons + p) * (PATH_WIDTH + PATH_CHANNEL_WIDTH * plan.n_channels)


@large_rule
def keep_path(
    records: Records,
    at: int,
    coercer: Coercer,
    client: Client,
    patron: Patron,
    posture: Posture,
    capacity: float,
    elasticity: float,
) -> None:
    """Keeps one step of a run in full, all but the channels."""
    paths = records.paths
    paths[at] = coercer.rung
    paths[at + 1] = client.hold
    paths[at + 2] = client.solvency
    paths[at + 3] = posture.support
    paths[at + 4] = posture.delivered
    paths[at + 5] = patron.purse.money
    paths[at + 6] = shadow_price(patron.purse.money, capacity, elasticity)


@rule
def keep_channel(records: Records, at: int, c: int, pair: Pair) -> None:
    """Keeps one channel of a step: intended level, delivered quantity, shielded share."""
    spot = at + PATH_WIDTH + PATH_CHANNEL_WIDTH * c
    records.paths[spot] = pair.level
    records.paths[spot + 1] = pair.delivered
    records.paths[spot + 2] = pair.shielded


@rule
def close_run(
    records: Records,
    row: int,
    fate: float,
    step: float,
    high: float,
    rung: float,
    interdicted_at: float,
    rule_no: float,
) -> None:
    """Writes the row of a run that is over."""
    at = row * RUN_WIDTH
    records.runs[at] = fate
    records.runs[at + 1] = step
    records.runs[at + 2] = high
    records.runs[at + 3] = rung
    records.runs[at + 4] = interdicted_at
    records.runs[at + 5] = rule_no


@large_rule
def close_patron(
    plan: Plan, records: Records, row: int, p: int, track: Track, patron: Patron, has_ended: bool, plausible: float
) -> None:
    """Writes the row of a patron of a run that is over."""
    at = (row * plan.n_patrons + p) * PATRON_RECORD_WIDTH
    out = records.patrons
    out[at] = 1.0 if track.reference > 0.0 else 0.0
    out[at + 1] = track.back_at
    out[at + 2] = track.further_at
    out[at + 3] = track.abandonment_at
    out[at + 4] = track.up_at
    out[at + 5] = track.denied_at
    out[at + 6] = 1.0 if track.back_at < 0.0 and track.back_since >= 0.0 and not has_ended else 0.0
    out[at + 7] = track.rung
    out[at + 8] = track.channel
    out[at + 9] = track.reason
    out[at + 10] = 0.0 if track.reason == WAS_EXPELLED else 1.0
    out[at + 11] = track.support_start
    out[at + 12] = track.support_end
    out[at + 13] = track.delivered_end
    out[at + 14] = track.support_min
    out[at + 15] = track.requests
    out[at + 16] = track.requests_met
    out[at + 17] = float(int(patron.deal.first_at / plan.dt + 0.5)) if patron.deal.first_at < 1.0e8 else -1.0
    out[at + OPENING_CHANCE] = plausible
