"""How do the runs of a scenario and of its control come together? Block after block, the next played meanwhile."""

from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Executor, Future
from typing import Any

from scenarios.engine.records import RUN_WIDTH, Records
from scenarios.results import Results, as_results
from scenarios.runs.chunks import Job, Progress, cancelled, collected, played_chunk, submitted

BLOCK = 10_000  # runs whose tables are in memory at once when they go to disk


def blocks(
    jobs: list[Job],
    runs: int,
    pool: Executor,
    manifest: dict[str, Any],
    progress: Progress | None = None,
    size: int | None = None,
) -> Generator[list[Results]]:
    """Consecutive blocks of the same runs of some jobs.

    Parameters
    ----------
    jobs : list of Job
        The scenario and what is matched with it.
    runs, size : int
        Runs of each job, and of each block.
    pool : Executor
    manifest : dict
        What to say of the simulation.
    progress : callable or None
        Called with the number of finished runs and of all runs.

    Yields
    ------
    list of Results
        One for each job. After Ctrl-C the last list is the shorter, or ends with results that say that they were cut
        short; there is none if no chunk was finished.
    """
    done = 0

    def count(n: int) -> None:
        nonlocal done
        done += n
        if progress is not None:
            progress(done, runs * len(jobs))

    size = size or BLOCK
    spans = [(job, first, min(first + size, runs)) for first in range(0, runs, size) for job in jobs]
    ahead = deque([submitted(pool, played_chunk, *spans[0])])
    found: list[Results] = []
    try:
        for place, (job, first, _) in enumerate(spans):
            ahead.extend(submitted(pool, played_chunk, *span) for span in spans[place + 1 : place + 2])
            block, is_cut = block_of(job, first, ahead.popleft(), manifest, count)
            found += block
            if found and (is_cut or len(found) == len(jobs)):
                yield found
                found = []
            if is_cut:
                return
    finally:
        for waiting in ahead:
            cancelled(waiting)


def block_of(
    job: Job, first: int, waiting: "deque[Future[Records]]", manifest: dict[str, Any], count: Callable[[int], None]
) -> tuple[list[Results], bool]:
    """One block as results, none if no chunk of it was finished, and whether Ctrl-C cut it short."""
    parts, is_cut = collected(waiting, count)
    if not parts:
        return [], is_cut
    if is_cut:
        manifest = manifest | {"interrupted": True, "runs_done": sum(len(part.runs) for part in parts) // RUN_WIDTH}
    return [as_results(job.scenario, job.plan, parts, job.seed, job.per_point, manifest, first)], is_cut
