"""How is a run written down? The records that both engines fill, and nothing but records."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.recorded import QUARTERS, EventRow, PathChannel, PathRow, PatronRow, RunRow
from scenarios.rulebook import arithmetic, layout
from scenarios.rulebook.posture import N_BINS, Track
from scenarios.rulebook.rule import large_rule
from scenarios.scenario.arrays import Plan

N_LEVELS = 4
RUN_WIDTH = layout.width(RunRow)
PATRON_RECORD_WIDTH = layout.width(PatronRow)
EVENT_WIDTH = layout.width(EventRow)
PATH_WIDTH = layout.width(PathRow)
PATH_CHANNEL_WIDTH = layout.width(PathChannel)

_, put_run = layout.row_access(RunRow)
_, put_patron_row = layout.row_access(PatronRow)
pick_event, put_event = layout.row_access(EventRow)
_, put_path = layout.row_access(PathRow)
_, put_path_channel = layout.row_access(PathChannel)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Chunk(NamedTuple):
    """Which runs some records are of, and where their chance comes from."""

    seed: int
    first: int  # run
    last: int  # run that is no more among them
    per_point: int  # runs in each draw of the uncertain numbers, or in each point for which numbers are given
    in_full: int  # the first so many runs of all are kept in full


class Records(NamedTuple):
    """The tables of a chunk of runs while they are filled; all flat, row after row."""

    runs: Floats  # a RunRow each
    patrons: Floats  # of each run, a PatronRow each
    drawn: Floats  # of each run, its uncertain numbers
    events: Floats  # an EventRow each, as far as there is room
    n_events: Integers  # one number: how many there were; if there was no room, the chunk must be played again
    # each time that another quarter of a level arrives on a channel: run, step, pair and quarters in one number, so
    # that a chunk's are small (`results.deliveries_table` reads it)
    deliveries: Integers
    n_deliveries: Integers  # one number, as of the events
    levels: Integers  # of step, patron, channel, level: changes in the count of runs, intended and delivered
    support: Integers  # the same by bin of the support index
    paths: Floats  # of a few runs, each step and patron in full, a PathRow and PathChannels; NaN after the client's end


def empty_records(plan: Plan, runs: int, capacity: int, sample: int) -> Records:
    """Records for a chunk of runs, nothing written yet."""
    steps, patrons, channels = plan.shape.steps + 1, plan.shape.n_patrons, plan.shape.n_channels
    return Records(
        runs=np.zeros(runs * RUN_WIDTH),
        patrons=np.zeros(runs * patrons * PATRON_RECORD_WIDTH),
        drawn=np.zeros(runs * len(plan.uncertain.spot)),
        events=np.zeros(capacity * EVENT_WIDTH),
        n_events=np.zeros(1, dtype=np.int64),
        deliveries=np.zeros(capacity, dtype=np.int64),
        n_deliveries=np.zeros(1, dtype=np.int64),
        levels=np.zeros(steps * patrons * channels * N_LEVELS * 2, dtype=np.int64),
        support=np.zeros(steps * patrons * N_BINS * 2, dtype=np.int64),
        paths=np.full(sample * steps * patrons * path_width(plan), np.nan),
    )


def nearest_quarter(quantity: float) -> int:
    """Quarters of a level nearest to a delivered quantity.

    Examples
    --------
    >>> nearest_quarter(1.1), nearest_quarter(3.0)
    (4, 12)
    """
    return int(QUARTERS * quantity + 0.5)


def path_width(plan: Plan) -> int:
    """Numbers of a step of a patron in the row of paths."""
    return PATH_WIDTH + PATH_CHANNEL_WIDTH * plan.shape.n_channels


def path_at(plan: Plan, kept: int, step: int, p: int) -> int:
    """Where a step of a patron lies in the row of paths."""
    return ((kept * (plan.shape.steps + 1) + step) * plan.shape.n_patrons + p) * path_width(plan)


@large_rule
def patron_row(track: Track, plausible: float) -> PatronRow:
    """What has become of a patron in a run that is over; why, only if it has stepped back."""
    has_stepped = track.back.at >= 0.0
    return PatronRow(
        at_risk=arithmetic.either(track.reference > 0.0, 1.0, 0.0),
        step_back_at=track.back.at,
        step_back_further_at=track.further.at,
        abandonment_at=track.abandonment.at,
        step_up_at=track.up.at,
        denied_at=track.denied.at,
        notch_at=track.notch.at,
        pause_at=track.pause_at,
        rung_at_step_back=arithmetic.either(has_stepped, track.rung, -1.0),
        first_channel=arithmetic.either(has_stepped, track.channel, -1.0),
        reason=arithmetic.either(has_stepped, track.reason, -1.0),
        support_start=track.support_start,
        support_end=track.support_end,
        delivered_end=track.delivered_end,
        support_min=track.support_min,
        requests=track.requests,
        requests_met=track.requests_met,
        opening_chance=plausible,
    )
