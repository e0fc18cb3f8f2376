"""How are runs played? In chunks, which any executor can play, and in blocks of them; `simulate` is the door."""

import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, TypeVar

import pandas as pd

from scenarios.engine.compiler import is_interpreted, rulebook_hash
from scenarios.engine.records import RUN_WIDTH, Records
from scenarios.errors import EngineError, RequestRefused, UserError
from scenarios.results import Results, as_results
from scenarios.runs.job import Job, Play, Progress, checked_size, job_of, played_chunk, seed_of, serve, threads_of, told
from scenarios.scenario.overlay import given_of
from scenarios.scenario.scenario import Scenario

ALLOWED = "Allowed: processes:N, dask:ADDRESS (for instance dask:tcp://10.0.0.1:8786)."
SECONDS_TO_CONNECT = 10
CLOSES_ITS_PIPE = (3, 11, 5)  # the first Python whose broken pool does
Found = TypeVar("Found")


def broken(fault: BrokenExecutor) -> EngineError:
    """What a broken executor is to the user: a worker was killed, or a script without a guard started itself anew."""
    return EngineError(
        f"The executor broke ({fault}). If a script of yours starts its processes, let it do so below "
        "`if __name__ == '__main__':`."
    )


class DaskExecutor(Executor):
    """Work on a Dask cluster; Dask's own executor takes a result for an error if its worker dies just then."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def submit(self, work: Callable[..., Found], /, *args: Any, **kwargs: Any) -> "Future[Found]":
        """Sends work to the cluster."""
        task = self.client.submit(work, *args, pure=False, **kwargs)
        promise: Future[Found] = Future()

        def keep(done: Any) -> None:
            if not promise.set_running_or_notify_cancel():
                return
            try:
                promise.set_result(done.result())
            except BaseException as fault:  # whoever asked must hear of it
                promise.set_exception(fault)

        def take_back(kept: "Future[Found]") -> None:
            if kept.cancelled():
                task.cancel()

        promise.add_done_callback(take_back)
        task.add_done_callback(keep)
        return promise


@contextmanager
def executor_of(words: str | None) -> Iterator[Executor | None]:
    """What ``processes:N`` or ``dask:ADDRESS`` names, open while it is used; None for threads of our own."""
    place = f"--executor {words}"
    kind, _, rest = (words or "").partition(":")
    if words is None:
        yield None
    elif kind == "processes" and rest.isdecimal() and 1 <= int(rest) <= 1024:
        # spawned, not forked: threads of numba and of pyarrow do not survive a fork
        pool = ProcessPoolExecutor(int(rest), mp_context=get_context("spawn"), initializer=serve)
        try:
            yield pool
        finally:
            let_go(pool)
    elif kind == "dask" and rest:
        with dask_client(rest) as client:
            yield DaskExecutor(client)
    else:
        raise RequestRefused(f"{place}: unknown. {ALLOWED}")


def let_go(pool: ProcessPoolExecutor) -> None:
    """Closes a pool of processes, also one that broke."""
    # Before Python 3.11.5 a pool whose process died while work was being sent to it waits for ever: nobody reads the
    # pipe, and nobody closes it (CPython issue 94777). Later Pythons close it, and must not find it closed.
    queue = getattr(pool, "_call_queue", None)
    if sys.version_info < CLOSES_ITS_PIPE and getattr(pool, "_broken", False) and queue is not None:
        getattr(queue, "_reader").close()  # noqa: B009
    pool.shutdown()


@contextmanager
def dask_client(address: str) -> Iterator[Any]:
    """A connection to a Dask cluster whose workers read the same rule book as we do."""
    try:
        import distributed
    except ImportError as fault:
        raise UserError("--executor dask: distributed is not installed. Install scenarios[dask].") from fault
    try:
        client = distributed.Client(address, timeout=SECONDS_TO_CONNECT)
    except (OSError, ValueError) as fault:
        reason = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
        raise UserError(f"dask:{address}: no cluster answers ({reason}). Start one: dask scheduler.") from fault
    with client:
        check_workers(client, address)
        yield client


def check_workers(client: Any, address: str) -> None:
    """Refuses a cluster without workers, or with workers that would give other results."""
    try:
        found = client.run(rulebook_hash)
    except ImportError as fault:
        raise UserError(f"dask:{address}: a worker cannot import scenarios ({fault}). Install it there.") from fault
    if not found:
        raise UserError(f"dask:{address}: the cluster has no workers. Start one: dask worker {address}.")
    others = sorted(worker for worker, hashed in found.items() if hashed != rulebook_hash())
    if others:
        raise UserError(
            f"dask:{address}: the rule book of {', '.join(others)} is not that of this machine ({rulebook_hash()}). "
            "Install the same version of scenarios there."
        )


# -- runs on whatever plays them ---------------------------------------------------------------------------------------


CHUNK = 500  # runs; small enough for a smooth bar and for little to be lost, large enough to be worth a task
CHUNK_OF_AGENTS = 20
BLOCK = 10_000  # runs whose tables are in memory at once when they go to disk
MOST_IN_MEMORY = 2_000_000
Played = TypeVar("Played")


@contextmanager
def workers(play: Play) -> Iterator[Executor]:
    """The caller's executor, which stays open, or threads of our own: one where Python itself plays."""
    if play.executor is not None:
        try:
            # Dask's own gives way to ours
            is_of_dask = type(play.executor).__module__.startswith("distributed.")
            yield DaskExecutor(getattr(play.executor, "_client")) if is_of_dask else play.executor  # noqa: B009
        except BrokenExecutor as fault:
            raise broken(fault) from fault
        return
    is_python = play.engine == "agents" or is_interpreted()
    with ThreadPoolExecutor(1 if is_python else threads_of(play.jobs)) as pool:
        yield pool


def submitted(
    pool: Executor, work: Callable[[Job, int, int], Played], job: Job, first: int, last: int
) -> "deque[Future[Played]]":
    """The chunks from run `first` to before `last` as work under way, in the order of the runs."""
    size = CHUNK if job.engine == "batch" else CHUNK_OF_AGENTS
    return deque(pool.submit(work, job, start, min(start + size, last)) for start in range(first, last, size))


def cancelled(waiting: "deque[Future[Played]]") -> None:
    """Takes back what has not begun, and waits for what has."""
    left = [future for future in waiting if not future.cancel()]
    wait(left)


def without_counts(part: Records, first: Records) -> Records:
    """A chunk whose counts of levels and bins have gone over to the first one."""
    first.levels[:] += part.levels
    first.support[:] += part.support
    return part._replace(levels=part.levels[:0].copy(), support=part.support[:0].copy())


def collected(waiting: "deque[Future[Records]]", count: Callable[[int], None]) -> tuple[list[Records], bool]:
    """All chunks in the order of the runs, the first with the counts of all, and whether Ctrl-C cut them short."""
    parts: list[Records] = []
    is_cut = False
    while waiting and not (is_cut and not waiting[0].done()):
        try:
            part = waiting[0].result()
            waiting.popleft()
            # a chunk's own counts take a megabyte
            parts.append(without_counts(part, parts[0]) if parts else part)
            if not is_cut:
                count(len(part.runs) // RUN_WIDTH)
        except (KeyboardInterrupt, BrokenExecutor) as stop:
            if is_cut:  # it reached the worker too
                break
            if isinstance(stop, BrokenExecutor):
                raise
            is_cut = True
            # only what lies before the first unfinished chunk is kept, so that the runs have no gap
            cancelled(waiting)
            while waiting and waiting[-1].cancelled():
                waiting.pop()
    return parts, is_cut


def counter(progress: Progress | None, total: int) -> Callable[[int], None]:
    """What is told of each further number of finished runs, and tells how many there are."""
    done = 0

    def count(n: int) -> None:
        nonlocal done
        done += n
        if progress is not None:
            progress(done, total)

    return count


def blocks(
    jobs: list[Job],
    runs: int,
    pool: Executor,
    manifest: dict[str, Any],
    progress: Progress | None = None,
    size: int | None = None,
) -> Generator[list[Results]]:
    """Consecutive blocks of the same runs of some jobs, the next played meanwhile; a list of one a job each.

    After Ctrl-C the last list is the shorter, or ends with results that say that they were cut short; there is none if
    no chunk was finished.
    """
    size, count = size or BLOCK, counter(progress, runs * len(jobs))
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
    return [as_results(job.scenario, parts, job.seed, job.per_point, manifest, first)], is_cut


def played_in_turn(worlds: "Iterable[tuple[Scenario, int]]", play: Play, points: int) -> list[Results]:
    """Runs of which each scenario plays the next so many points: the luck and the draws are those of one simulation."""
    runs = checked_size(play.replications, points, MOST_IN_MEMORY)
    found: list[Results] = []
    first, count = 0, counter(play.progress, runs)
    with workers(play) as pool:
        for scenario, n in worlds:
            job, last = job_of(scenario, play, points), first + n * play.replications
            waiting = submitted(pool, played_chunk, job, first, last)
            block, is_cut = block_of(job, first, waiting, play.manifest(points), count)
            if is_cut:
                raise KeyboardInterrupt
            found += block
            first = last
    return found


def simulate(
    scenario: Scenario,
    replications: int = 10_000,
    rng: Any = 1,
    engine: str = "batch",
    points: int | None = None,
    jobs: int = 0,
    progress: Progress | None = None,
    numbers: pd.DataFrame | None = None,
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
        Base seed; the same seed means the same luck in every scenario (matched runs). None is fresh luck, whose seed
        the manifest tells.
    engine : str
        ``batch`` (fast) or ``agents`` (readable); the tables are the same to the bit.
    points : int or None
        Draws of the uncertain numbers; None draws them afresh in each run.
    jobs : int
        Threads of the fast engine; 0 = as many as there are cores.
    progress : callable or None
        Called with the number of finished runs and of all runs; None shows a bar in a notebook, else nothing.
    executor : concurrent.futures.Executor or None
        Where the runs are played instead: a process pool, ``distributed.Client(...).get_executor()``; the bits are the
        same. It is left open.
    numbers : DataFrame or None
        Numbers believed at each point: one row a point, one column a dotted path. Points are matched: run r of each
        has the luck and the other numbers of run r of `simulate(scenario.believed(row), replications)`.

    Returns
    -------
    Results
        If interrupted by Ctrl-C, the runs finished so far, with ``manifest["interrupted"]``.

    Raises
    ------
    RequestRefused, UnknownName
        If size, seed or engine make no sense.

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> results = simulate(load("toy"), replications=20, rng=1, engine="agents")
    >>> len(results.runs)
    20
    """
    with told(progress, scenario.name) as tell:
        return played(scenario, Play(replications, seed_of(rng), engine, jobs, tell, executor), points, numbers)


def played(scenario: Scenario, play: Play, points: int | None = None, numbers: pd.DataFrame | None = None) -> Results:
    """The runs of a scenario with their tables; as `simulate`."""
    points = points if numbers is None else len(numbers)
    runs = checked_size(play.replications, points, MOST_IN_MEMORY)
    job = job_of(scenario, play, points, given_of(scenario, numbers))
    return played_job(job, runs, play, play.manifest(points))


def played_job(job: Job, runs: int, play: Play, manifest: dict[str, Any]) -> Results:
    """The first runs of a job with their tables."""
    with workers(play) as pool:
        for (results,) in blocks([job], runs, pool, manifest, play.progress, size=runs):
            return results
    raise KeyboardInterrupt
