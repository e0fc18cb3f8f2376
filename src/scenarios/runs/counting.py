"""How are runs counted without making tables of them? What a summary must know is read off the records."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.engine.records import PATRON_RECORD_WIDTH, RUN_WIDTH, Records
from scenarios.recorded import PatronRow, RunRow, columns
from scenarios.runs.job import Job, Play, job_of, records_of
from scenarios.runs.play import CHUNK, cancelled, submitted, workers
from scenarios.scenario.arrays import ordered
from scenarios.scenario.scenario import Scenario
from scenarios.summary import outcomes_of_counts
from scenarios.tally import EVENTS, NEVER, Facts, counted, outcomes_of_runs, times_of

MOST_AT_ONCE = 100  # points; each has a count for every patron, event and step
Floats = NDArray[np.float64]


def counted_facts(job: Job, first: int, last: int) -> Facts:
    """Plays a chunk of runs and says what the summary must know of them."""
    return facts_of_records(job, records_of(job._replace(in_full=0), first, last, keep_events=False), first)


def facts_of_all(scenarios: Sequence[Scenario], play: Play) -> Iterator[Facts]:
    """The same runs of some scenarios, counted and not kept: no worker waits for a scenario to end."""
    with workers(play) as pool:
        under_way = [submitted(pool, counted_facts, job_of(each, play), 0, play.replications) for each in scenarios]
        try:
            for place, each in enumerate(under_way):
                yield Facts(*map(np.concatenate, zip(*(part.result() for part in each), strict=True)))
                if play.progress is not None:
                    play.progress((place + 1) * play.replications, len(scenarios) * play.replications)
        finally:
            for waiting in under_way:
                cancelled(waiting)


def facts_of_records(job: Job, records: Records, first: int) -> Facts:
    """What the summary must know of some records; as `scenarios.tally.facts_of` reads it off their tables."""
    scenario = job.scenario
    names, channels = ordered(scenario, "patrons"), ordered(scenario, "channels")
    cube = records.patrons.reshape(-1, len(names), PATRON_RECORD_WIDTH)
    cube = cube[:, [names.index(name) for name in scenario.patrons]].astype(np.int64)
    rows = columns(PatronRow, cube)
    has_stepped = rows.step_back_at >= 0
    in_file = np.array([*(scenario.channels.index(name) for name in channels), NEVER])

    runs = columns(RunRow, records.runs.reshape(-1, RUN_WIDTH).astype(np.int64))

    def of_step_back(column: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.where(has_stepped, column, NEVER)

    return Facts(
        point=(first + np.arange(len(cube))) // job.per_point,
        fate=runs.fate,
        ended_at=np.where(runs.fate > 0, runs.ended_at, NEVER),
        at_risk=rows.at_risk > 0,
        at=np.maximum(np.stack([getattr(rows, f"{event}_at") for event in EVENTS], axis=-1), NEVER),
        channel=in_file[of_step_back(rows.first_channel)],
        rung=of_step_back(rows.rung_at_step_back),
        reason=of_step_back(rows.reason),
    )


def outcomes_of(job: Job, points: int, replications: int) -> Floats:
    """Plays the points of a job and counts their runs, each a draw of its own; shape (points, outcomes, 5)."""
    at_once = max(1, min(MOST_AT_ONCE, CHUNK // replications))
    return np.concatenate(
        [
            outcomes_of_some(job, first, min(first + at_once, points), replications)
            for first in range(0, points, at_once)
        ]
    )


def outcomes_of_some(job: Job, first: int, last: int, replications: int) -> Floats:
    """The same of points `first` to `last` - 1, which are whole in a chunk of runs, or one that takes several."""
    sums: list[NDArray[np.int64]] = []
    for start in range(first * replications, last * replications, CHUNK):
        facts = counted_facts(job, start, min(start + CHUNK, last * replications))
        values, counts, times = (
            of_points(column, last - first) for column in (*outcomes_of_runs(facts), times_of(facts))
        )
        found = [counts.sum(axis=0), values.sum(axis=0), counted(times, job.scenario.steps + 1)]
        sums = [total + part for total, part in zip(sums, found, strict=True)] if sums else found
    return outcomes_of_counts(*sums)


def of_points(column: NDArray[Any], points: int) -> NDArray[Any]:
    """A column over runs as one over runs and points, shape (runs of a point, points, ...)."""
    return np.moveaxis(column.reshape(points, -1, *column.shape[1:]), 1, 0)
