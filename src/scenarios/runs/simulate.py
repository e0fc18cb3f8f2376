"""The only door to the engines: splits the work, picks the engine, returns Results."""

from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.engine.compiler import rulebook_hash
from scenarios.errors import RequestRefused, UnknownName
from scenarios.results import Results
from scenarios.runs.blocks import blocks
from scenarios.runs.chunks import PLAYERS, Job, Progress, workers
from scenarios.scenario.arrays import as_plan
from scenarios.scenario.given import given_of
from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

MOST_IN_MEMORY = 2_000_000
MOST_RUNS = 100_000_000


def seed_of(rng: Any) -> int:
    """The base seed that a caller means: an int, a SeedSequence, or None for the default.

    Examples
    --------
    >>> seed_of(None), seed_of(7)
    (1, 7)
    """
    if rng is None:
        return 1
    if isinstance(rng, np.random.SeedSequence):
        return int(rng.generate_state(1, np.uint64)[0] >> np.uint64(1))
    if isinstance(rng, (int, np.integer)) and not isinstance(rng, bool) and 0 <= int(rng) < 2**63:
        return int(rng)
    raise RequestRefused(f"rng {rng!r} is no seed. Allowed: an integer from 0 to 2^63 - 1, a SeedSequence, or None.")


def checked_size(replications: int, points: int | None, most: int = MOST_RUNS) -> int:
    """Number of runs of a request; refuses what makes no sense."""
    for name, count in (("replications", replications), ("points", 1 if points is None else points)):
        if isinstance(count, bool) or not isinstance(count, (int, np.integer)) or count < 1:
            raise RequestRefused(f"{name} is {count!r}; allowed are whole numbers from 1.")
    runs = int(replications) * int(1 if points is None else points)
    if runs > most:
        elsewhere = "" if most == MOST_RUNS else " Or use scenarios.run_to_disk, whose memory does not grow with them."
        raise RequestRefused(
            f"{runs:,} runs are more than {most:,}. Errors fall with the root: ask for fewer.{elsewhere}"
        )
    return runs


def job_of(
    scenario: Scenario,
    replications: int,
    rng: Any,
    engine: str,
    points: int | None,
    numbers: "DataFrame | None" = None,
    is_drawn: bool = False,
) -> Job:
    """What an engine needs to play any run of a request; `is_drawn` as in `Given`."""
    if engine not in PLAYERS:
        raise UnknownName("engine", engine, PLAYERS)
    plan = as_plan(scenario, given_of(scenario, numbers)._replace(is_drawn=is_drawn))
    return Job(engine, scenario, plan, seed_of(rng), 1 if points is None else int(replications))


def manifest_of(job: Job, replications: int, points: int | None) -> dict[str, Any]:
    """What is said of a simulation."""
    return {
        "seed": job.seed,
        "replications": int(replications),
        "points": points,
        "engine": job.engine,
        "rulebook_hash": rulebook_hash(),
    }


def simulate(
    scenario: Scenario,
    replications: int = 10_000,
    rng: Any = 1,
    engine: str = "batch",
    points: int | None = None,
    jobs: int = 0,
    progress: Progress | None = None,
    numbers: "DataFrame | None" = None,
    executor: Executor | None = None,
) -> Results:
    """Plays a scenario many times and holds its tables in memory; `run_to_disk` takes more runs.

    Parameters
    ----------
    scenario : Scenario
        From `load`.
    replications : int
        Runs; in each point, if there are points.
    rng : int, SeedSequence or None
        Base seed; the same seed means the same luck in every scenario (matched runs).
    engine : str
        ``batch`` (fast) or ``agents`` (readable); the tables are the same to the bit.
    points : int or None
        Draws of the uncertain numbers; None draws them afresh in each run.
    jobs : int
        Threads of the fast engine; 0 = as many as there are cores.
    progress : callable or None
        Called with the number of finished runs and of all runs.
    executor : concurrent.futures.Executor or None
        Where the runs are played instead: a process pool, ``distributed.Client(...).get_executor()``; the bits are the
        same. It is left open.
    numbers : DataFrame or None
        Numbers given for each point: one row a point, one column a dotted path. Points are matched: run r of each has
        the luck and the other numbers of run r of `simulate(scenario.with_values(row), replications)`.

    Returns
    -------
    Results
        If interrupted by Ctrl-C, the runs finished so far, with ``manifest["interrupted"]``.

    Raises
    ------
    RequestRefused, UnknownName
        If size, seed or engine make no sense.
    ScenarioError
        With the rows of `numbers` that `scenario.with_values` refuses.

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> results = simulate(load("toy"), replications=20, rng=1, engine="agents")
    >>> len(results.runs)
    20
    """
    points = points if numbers is None else len(numbers)
    runs = checked_size(replications, points, MOST_IN_MEMORY)
    job = job_of(scenario, replications, rng, engine, points, numbers)
    manifest = manifest_of(job, replications, points)
    with workers(executor, engine, jobs) as pool:
        for (results,) in blocks([job], runs, pool, manifest, progress, size=runs):
            return results
    raise KeyboardInterrupt
