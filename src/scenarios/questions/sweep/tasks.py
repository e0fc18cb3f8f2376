"""How do the parts of a sweep come to disk? As they are played; one that fails is written down, the rest goes on."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from scenarios.errors import EngineError, StoreError
from scenarios.questions.sweep.design import Design
from scenarios.runs.executors import broken
from scenarios.runs.job import Play
from scenarios.runs.points import Task, played_points
from scenarios.scenario.scenario import Scenario
from scenarios.store.sweeps import SweepFolder

PARTS_AHEAD = 32  # under way at once


@dataclass(frozen=True)
class Tasks:
    """The parts of a sweep as tasks."""

    base: Scenario
    design: Design
    play: Play
    keep_runs: bool
    part_points: int
    of: tuple[str, ...] = ()

    def task(self, part: int) -> Task:
        """The points of one part; what cannot be sent elsewhere stays here."""
        first, last = self.span(part)
        alone = self.play._replace(jobs=1, progress=None, executor=None)
        return Task(self.base, self.design.paths, self.design.rows[first:last], first, alone, self.keep_runs, self.of)

    def span(self, part: int) -> tuple[int, int]:
        """The first point of a part and the one after the last."""
        first = part * self.part_points
        return first, min(first + self.part_points, len(self.design.rows))


@contextmanager
def finished_kept() -> Iterator[None]:
    """Says that what was finished is kept, where the disk or the executor takes no more."""
    kept = "Finished parts are kept: go on with --resume."
    try:
        yield
    except StoreError as fault:
        raise StoreError(f"{fault} {kept}") from fault
    except BrokenExecutor as fault:
        raise EngineError(f"{broken(fault)} {kept}") from fault


@finished_kept()
def play_task(store: SweepFolder, tasks: Tasks, parts: list[int], pool: Executor) -> None:
    """Plays parts and keeps each as it comes; what fails is written down and the rest goes on."""
    waiting: dict[Future[Any], int] = {}
    todo, done = iter(parts), 0
    total = sum(last - first for first, last in map(tasks.span, parts))
    try:
        while submit_next(waiting, todo, tasks, pool):
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                part = waiting.pop(future)
                settle(store, tasks, part, future)
                first, last = tasks.span(part)
                done += last - first
                if tasks.play.progress is not None:
                    tasks.play.progress(done, total)
    except KeyboardInterrupt:
        # what is being played is nearly there: it is waited for and kept
        begun = {future: part for future, part in waiting.items() if not future.cancel()}
        with suppress(BrokenExecutor):  # it reached the workers too
            for future in wait(begun).done:
                settle(store, tasks, begun[future], future)
        raise
    finally:
        for future in waiting:
            future.cancel()


def submit_next(waiting: dict[Future[Any], int], todo: Iterator[int], tasks: Tasks, pool: Executor) -> bool:
    """Sends more parts to be played, not too many at once; whether any are under way."""
    while len(waiting) < PARTS_AHEAD and (part := next(todo, None)) is not None:
        waiting[pool.submit(played_points, tasks.task(part))] = part
    return bool(waiting)


def settle(store: SweepFolder, tasks: Tasks, part: int, future: Future[Any]) -> None:
    """Keeps a part that was played, or writes down that it failed."""
    try:
        tables = future.result()
    except BrokenExecutor:
        raise
    except Exception as fault:  # a part of a sweep is a boundary: whatever went wrong in it, the rest goes on
        first, last = tasks.span(part)
        store.keep_failure(part, first, last - 1, fault)
        return
    store.keep(part, tables)
