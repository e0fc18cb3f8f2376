"""Which of the client's requests count? Those whose window has closed, met or not."""

import numpy as np
from numpy.typing import NDArray

from scenarios.recorded import EventRow, columns
from scenarios.runs.courses import Courses
from scenarios.scenario.arrays import ordered
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import EventKind

NEVER_MADE = -1  # a request that was open at the opening
Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


def closed_requests(
    scenario: Scenario, courses: Courses, channel: str, patron: str = "", rung: float = 0.0
) -> tuple[Floats, Floats]:
    """Requests on a channel whose window has closed, met and lapsed, of each run.

    Parameters
    ----------
    patron, rung : str, float
        To which patron, or to all; settled at which rung or higher.

    Notes
    -----
    A request that is met in a window which outlasts the run is left out, as one that lapses there is not seen: else
    only what is met would count where the lag is long. All windows of a run are equally long, so that those of requests
    made since the earliest one that is still open are open too.
    """
    names, n_runs = ordered(scenario, "patrons"), len(courses.rung)
    events = columns(EventRow, courses.events)
    events = columns(EventRow, courses.events[events.channel == ordered(scenario, "channels").index(channel)])
    run, actor, step = (column.astype(np.int64) for column in (events.run, events.actor, events.step))
    run -= courses.first
    pair = run * len(names) + actor
    was_made, was_met, has_lapsed = (
        events.kind == float(kind) for kind in (EventKind.REQUEST, EventKind.REQUEST_MET, EventKind.REQUEST_LAPSED)
    )
    is_settled = was_met | has_lapsed
    made, settled = (last_of_each(pair[which], step[which], n_runs * len(names)) for which in (was_made, is_settled))
    open_since = np.where(made > settled, made, scenario.steps + 1).reshape(n_runs, len(names)).min(axis=1)
    counts = events.rung >= rung
    if patron:
        counts &= actor == names.index(patron)
    counts[was_met] &= made_at(pair, step, was_made, was_met, scenario.steps + 2) < open_since[run[was_met]]
    met, lapsed = (np.bincount(run[which & counts], minlength=n_runs) for which in (was_met, has_lapsed))
    return met.astype(np.float64), lapsed.astype(np.float64)


def last_of_each(key: Whole, step: Whole, n_keys: int) -> Whole:
    """The last step of each key, -1 if it has none."""
    last = np.full(n_keys, -1, dtype=np.int64)
    np.maximum.at(last, key, step)
    return last


def made_at(pair: Whole, step: Whole, was_made: NDArray[np.bool_], was_met: NDArray[np.bool_], span: int) -> Whole:
    """When each request that was met had been made [step]: last by the same patron before it."""
    moments = np.sort(np.append(pair[was_made] * span + step[was_made], NEVER_MADE))
    found = moments[np.searchsorted(moments, pair[was_met] * span + step[was_met], side="right") - 1]
    return np.where(found // span == pair[was_met], found % span, NEVER_MADE)
