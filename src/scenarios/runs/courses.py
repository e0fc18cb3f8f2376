"""What did every run do in every step? Runs in full, a chunk at a time, reduced as they come.

For history, where a pattern is read off whole courses: keeping them all would take a megabyte a run.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.engine.compiler import is_interpreted
from scenarios.engine.records import (
    EVENT_WIDTH,
    PATH_CHANNEL_WIDTH,
    PATH_WIDTH,
    PATRON_RECORD_WIDTH,
    Records,
    empty_records,
)
from scenarios.recorded import PathChannel, PathRow, PatronRow, columns
from scenarios.runs.chunks import EVENTS_A_RUN, PLAYERS
from scenarios.runs.simulate import checked_size, job_of
from scenarios.scenario.arrays import Plan, ordered
from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

BYTES = 64_000_000  # of courses in one chunk
Floats = NDArray[np.float64]


class Courses(NamedTuple):
    """Some runs in full; NaN from the client's end on. Patrons and channels in the order of the scenario.

    Attributes
    ----------
    first : int
        Number of the first run.
    rung, hold, solvency : ndarray of float64, shape (runs, steps + 1)
    support, delivered_support, purse, price : ndarray of float64, shape (runs, steps + 1, patrons)
    intended, delivered, shielded : ndarray of float64, shape (runs, steps + 1, patrons, channels)
    opening_chance : ndarray of float64, shape (runs, patrons)
        Chance that a run's numbers would choose the posture on which it opens.
    events : ndarray of float64, shape (events, 21)
        Rows of `EventRow`; the actor of a patron is its place in the order of the keys.
    """

    first: int
    rung: Floats
    hold: Floats
    solvency: Floats
    support: Floats
    delivered_support: Floats
    purse: Floats
    price: Floats
    intended: Floats
    delivered: Floats
    shielded: Floats
    opening_chance: Floats
    events: Floats


def courses_of(scenario: Scenario, plan: Plan, records: Records, first: int) -> Courses:
    """The courses in the records of a chunk."""
    width = PATH_WIDTH + PATH_CHANNEL_WIDTH * plan.shape.n_channels
    cube = records.paths.reshape(-1, plan.shape.steps + 1, plan.shape.n_patrons, width)
    names, channels = ordered(scenario, "patrons"), ordered(scenario, "channels")
    order = [names.index(name) for name in scenario.patrons]
    cube = cube[:, :, order]
    step = columns(PathRow, cube)
    spots = [channels.index(name) for name in scenario.channels]
    pairs = columns(
        PathChannel, cube[..., PATH_WIDTH:].reshape(*cube.shape[:-1], -1, PATH_CHANNEL_WIDTH)[..., spots, :]
    )
    rows = columns(PatronRow, records.patrons.reshape(-1, plan.shape.n_patrons, PATRON_RECORD_WIDTH)[:, order])
    n = min(int(records.n_events[0]), len(records.events) // EVENT_WIDTH)
    return Courses(
        first=first,
        rung=step.rung[:, :, 0],
        hold=step.hold[:, :, 0],
        solvency=step.solvency[:, :, 0],
        support=step.support,
        delivered_support=step.delivered,
        purse=step.purse,
        price=step.price,
        intended=pairs.level,
        delivered=pairs.delivered,
        shielded=pairs.shielded,
        opening_chance=rows.opening_chance,
        events=records.events[: n * EVENT_WIDTH].reshape(-1, EVENT_WIDTH),
    )


def reduced(
    scenario: Scenario,
    reduce: Callable[[Courses], Any],
    replications: int,
    rng: Any = 1,
    numbers: "DataFrame | None" = None,
    jobs: int = 0,
    engine: str = "batch",
    is_drawn: bool = False,
) -> list[Any]:
    """Plays runs in full and reduces each chunk of them as it comes.

    Parameters
    ----------
    scenario, replications, rng, numbers, jobs, engine
        As in `simulate`.
    is_drawn : bool
        Whether the numbers given stand for draws, as the rows of a sample do, and are not pinned.
    reduce : callable
        From the courses of a chunk to what is to be kept of them; a chunk ends with the last run of a point.

    Returns
    -------
    list
        What `reduce` made of the chunks, in the order of the runs.

    Examples
    --------
    >>> from scenarios import load
    >>> chunks = reduced(load("toy"), lambda c: c.hold[:, 0], replications=20, engine="agents")
    >>> sum(len(chunk) for chunk in chunks)
    20
    """
    points = None if numbers is None else len(numbers)
    runs = checked_size(replications, points)
    job = job_of(scenario, replications, rng, engine, points, numbers, is_drawn)._replace(in_full=runs)
    plan, per_point, loop = job.plan, job.per_point, PLAYERS[engine](job)
    width = PATH_WIDTH + PATH_CHANNEL_WIDTH * plan.shape.n_channels
    fit = max(1, BYTES // (8 * (plan.shape.steps + 1) * plan.shape.n_patrons * width))
    size = max(per_point, fit // per_point * per_point)

    def chunk(first: int) -> Any:
        last = min(first + size, runs)
        records = empty_records(plan, last - first, (last - first) * EVENTS_A_RUN, last - first)
        loop(records, first, last)
        if int(records.n_events[0]) * EVENT_WIDTH > len(records.events):
            records = empty_records(plan, last - first, int(records.n_events[0]), last - first)
            loop(records, first, last)
        return reduce(courses_of(scenario, plan, records, first))

    threads = 1 if engine == "agents" or is_interpreted() else (jobs or os.cpu_count() or 1)
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(chunk, range(0, runs, size)))
