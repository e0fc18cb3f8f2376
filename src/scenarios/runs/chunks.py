"""How is a simulation cut into pieces of work that any executor can play? Into chunks, in the order of the runs."""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

import numpy as np

from scenarios.engine.compiler import is_interpreted
from scenarios.engine.records import EVENT_WIDTH, RUN_WIDTH, Records, empty_records
from scenarios.runs.executors import steadied
from scenarios.scenario.arrays import Plan
from scenarios.scenario.scenario import Scenario

CHUNK = 500  # runs; small enough for a smooth bar and for little to be lost, large enough to be worth a task
CHUNK_OF_AGENTS = 20
RUNS_WITH_EVENTS = 100_000
RUNS_IN_FULL = 200
EVENTS_A_RUN = 48  # a first guess; a chunk with more is played again
Progress = Callable[[int, int], None]
Played = TypeVar("Played")
Player = Callable[[Records, int, int], None]


class Job(NamedTuple):
    """What is played; plain enough to be sent to another process or machine.

    Attributes
    ----------
    engine : str
    scenario : Scenario
    plan : Plan
    seed, per_point : int
        Base seed, and runs in each draw of the uncertain numbers.
    in_full : int
        How many of the first runs are kept in full.
    """

    engine: str
    scenario: Scenario
    plan: Plan
    seed: int
    per_point: int
    in_full: int = RUNS_IN_FULL


def agents_player(job: Job) -> Player:
    """Plays chunks on the readable engine."""
    from scenarios.engine.agents import play_chunk

    def play(records: Records, first: int, last: int) -> None:
        play_chunk(job.scenario, job.plan, records, job.seed, first, last, job.per_point, job.in_full)

    return play


def batch_player(job: Job) -> Player:
    """Plays chunks on the fast engine."""
    from scenarios.engine.batch import machine_loop
    from scenarios.engine.world import new_desk

    loop = machine_loop()

    def play(records: Records, first: int, last: int) -> None:
        # interpreted, numpy's integers warn where machine integers wrap as they should
        with np.errstate(over="ignore") if is_interpreted() else np.errstate():
            loop(job.plan, new_desk(job.plan), records, job.seed, first, last, job.per_point, job.in_full)

    return play


PLAYERS = {"batch": batch_player, "agents": agents_player}


def played_chunk(job: Job, first: int, last: int) -> Records:
    """One chunk of runs; played again if its events did not fit."""
    if first >= RUNS_WITH_EVENTS:
        return without_events(job, first, last)
    play = PLAYERS[job.engine](job)
    sample = max(0, min(job.in_full, last) - first)
    runs = last - first
    records = empty_records(job.plan, runs, runs * EVENTS_A_RUN, sample)
    play(records, first, last)
    n = int(records.n_events[0])
    if n * EVENT_WIDTH > len(records.events):
        records = empty_records(job.plan, runs, n, sample)
        play(records, first, last)
    # single precision holds every run, step and level exactly, and halves the largest table
    return records._replace(events=records.events[: n * EVENT_WIDTH].astype(np.float32))


def without_events(job: Job, first: int, last: int) -> Records:
    """One chunk of runs whose events are not kept."""
    sample = max(0, min(job.in_full, last) - first)
    records = empty_records(job.plan, last - first, 0, sample)
    PLAYERS[job.engine](job)(records, first, last)
    records.n_events[0] = 0
    return records


def counted(total: Records | None, part: Records) -> Records:
    """The counts of levels and bins of all chunks so far; a chunk's own take a megabyte, so they are not kept."""
    if total is None:
        return part
    total.levels[:] += part.levels
    total.support[:] += part.support
    return total


@contextmanager
def workers(executor: Executor | None, engine: str, jobs: int) -> Iterator[Executor]:
    """The caller's executor, which stays open, or threads of our own: one for the readable engine."""
    if executor is not None:
        yield steadied(executor)
        return
    with ThreadPoolExecutor(1 if engine == "agents" else (jobs or os.cpu_count() or 1)) as pool:
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


def collected(
    waiting: "deque[Future[Records]]", progress: Callable[[int], None] | None = None
) -> tuple[list[Records], bool]:
    """All chunks in the order of the runs, and whether Ctrl-C cut them short.

    Parameters
    ----------
    waiting : deque of Future
        As `submitted` returns them; emptied.
    progress : callable or None
        Called with the number of runs of each chunk.

    Notes
    -----
    The first chunk carries the counts of all. After Ctrl-C, only the chunks before the first unfinished one are kept,
    so that the runs have no gap.
    """
    nothing = np.zeros(0, dtype=np.int64)
    parts: list[Records] = []
    total: Records | None = None
    is_cut = False
    while waiting and not (is_cut and not waiting[0].done()):
        try:
            part = waiting[0].result()
            waiting.popleft()
            total = counted(total, part)
            parts.append(part if part is total else part._replace(levels=nothing, support=nothing))
            if progress is not None and not is_cut:
                progress(len(part.runs) // RUN_WIDTH)
        except KeyboardInterrupt:
            if is_cut:  # it reached the worker too
                break
            is_cut = True
            cancelled(waiting)
            while waiting and waiting[-1].cancelled():
                waiting.pop()
    return parts, is_cut
