"""What did every run do in every step? Runs in full, a chunk at a time, reduced as they come.

For history, where a pattern is read off whole courses: keeping them all would take a megabyte a run.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.engine.records import EVENT_WIDTH, PATH_CHANNEL_WIDTH, PATH_WIDTH, Records, path_width
from scenarios.recorded import PathChannel, PathRow, PatronRow, columns
from scenarios.results import in_file, rows_of_patrons
from scenarios.runs.job import Job, Play, checked_size, job_of, records_of
from scenarios.runs.play import workers
from scenarios.scenario.overlay import given_of
from scenarios.scenario.scenario import Scenario

BYTES = 64_000_000  # of courses in one chunk
Floats = NDArray[np.float64]


class Courses(NamedTuple):
    """Some runs in full; NaN from the client's end on. Patrons and channels in the order of the scenario."""

    first: int  # number of the first run
    # shape (runs, steps + 1)
    rung: Floats
    hold: Floats
    solvency: Floats
    # shape (runs, steps + 1, patrons)
    support: Floats
    delivered_support: Floats
    # shape (runs, steps + 1, patrons, channels)
    intended: Floats
    delivered: Floats
    shielded: Floats
    # shape (runs, patrons)
    opening_chance: Floats  # share of the held numbers that agree with the posture at the opening, over chosen channels
    step_back_at: Floats  # step at which a step-back that lasts begins, -1 for never
    # shape (events, columns of `EventRow`)
    events: Floats  # the actor of a patron is its place in the order of the keys


def courses_of(job: Job, records: Records, first: int) -> Courses:
    """The courses in the records of a chunk."""
    scenario = job.scenario
    cube = records.paths.reshape(-1, scenario.steps + 1, len(scenario.patrons), path_width(job.plan))
    cube = cube[:, :, in_file(scenario, "patrons")]
    step, channels = columns(PathRow, cube), cube[..., PATH_WIDTH:].reshape(*cube.shape[:-1], -1, PATH_CHANNEL_WIDTH)
    pairs = columns(PathChannel, channels[..., in_file(scenario, "channels"), :])
    rows = columns(PatronRow, rows_of_patrons(scenario, records.patrons))
    return Courses(
        first=first,
        rung=step.rung[:, :, 0],
        hold=step.hold[:, :, 0],
        solvency=step.solvency[:, :, 0],
        support=step.support,
        delivered_support=step.delivered,
        intended=pairs.level,
        delivered=pairs.delivered,
        shielded=pairs.shielded,
        opening_chance=rows.opening_chance,
        step_back_at=rows.step_back_at,
        events=records.events.reshape(-1, EVENT_WIDTH),
    )


def reduced(
    scenario: Scenario,
    reduce: Callable[[Courses], Any],
    play: Play,
    numbers: pd.DataFrame | None = None,
    with_events: bool = False,
) -> list[Any]:
    """Plays runs in full, and what `reduce` makes of each chunk of whole points, in the order of the runs.

    Examples
    --------
    >>> from scenarios import load
    >>> chunks = reduced(load("toy"), lambda c: c.hold[:, 0], Play(20, engine="agents"))
    >>> sum(len(chunk) for chunk in chunks)
    20
    """
    points = None if numbers is None else len(numbers)
    runs = checked_size(play.replications, points)
    given = given_of(scenario, numbers)
    job = job_of(scenario, play, points, given)._replace(in_full=runs)
    size = runs_at_once(job)

    def chunk(first: int) -> Any:
        return reduce(courses_of(job, records_of(job, first, min(first + size, runs), with_events), first))

    with workers(play) as pool:
        return list(pool.map(chunk, range(0, runs, size)))


def runs_at_once(job: Job) -> int:
    """How many runs a chunk may hold in full: whole points, one at least."""
    plan, per_point = job.plan, job.per_point
    fit = max(1, BYTES // (8 * (plan.shape.steps + 1) * plan.shape.n_patrons * path_width(plan)))
    return max(per_point, fit // per_point * per_point)
