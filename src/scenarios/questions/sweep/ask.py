"""What happens over many values of some numbers? Every point has the same luck, and its outcomes are kept."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any
from weakref import finalize

import pandas as pd

from scenarios.engine.compiler import rulebook_hash
from scenarios.errors import EngineError, RequestRefused, StoreError, UnknownName
from scenarios.legible import Glimpsed
from scenarios.outcomes.outcome import texts_asked
from scenarios.questions.design import Design, as_design, points_from_table
from scenarios.questions.factors import as_axes
from scenarios.runs.job import PLAYERS, Play, Progress, checked_size, seed_of, told
from scenarios.runs.play import broken, workers
from scenarios.runs.points import Task, played_points
from scenarios.scenario.scenario import Scenario
from scenarios.store.answers import origin
from scenarios.store.aside import stoppable
from scenarios.store.manifest import scenario_hash
from scenarios.store.sweeps import SweepFolder
from scenarios.summary import outcome_names

RUNS_A_PART = 5_000  # about a second of work: what a failure can lose, and Ctrl-C waits for
TABLE = "table="
PARTS_AHEAD = 32  # under way at once


@dataclass(frozen=True, repr=False)
class Sweep(Glimpsed):
    """A sweep that was played; its tables are read from disk when they are asked for.

    Attributes
    ----------
    folder : Path
    manifest : dict
        Scenario, design, seed, size and rule book.
    failed : list of dict
        The parts that could not be played: ``first_point``, ``last_point``, ``error``.
    is_complete : bool
        Whether every point was played.
    was_played : bool
        Whether anything was played now; False if all of it was there.
    was_there : bool
        Whether it had been begun before.
    """

    folder: Path
    manifest: dict[str, Any]
    failed: list[dict[str, Any]]
    is_complete: bool
    was_played: bool
    was_there: bool
    _store: SweepFolder = field(repr=False)

    def glimpse(self) -> tuple[str, dict[str, str]]:
        """What was played, over which numbers, and whether it is whole."""
        said = self.manifest
        facts = {
            "varied": ", ".join(self.varied),
            "design": said["design"],
            "state": "complete" if self.is_complete else f"not complete; parts that failed: {len(self.failed)}",
            "folder": str(self.folder),
            "tables": "points, outcomes",
            "figures": ".plot(OUTCOME) over one number, or two over a grid",
        }
        size = f"{said['points']:,} points x {said['replications']:,} runs"
        return f"Sweep of {said['scenario_name']}: {size}, seed {said['seed']}", facts

    @property
    def varied(self) -> list[str]:
        """Paths of what was varied."""
        names = [str(name) for name in next(iter(self.parts("points")), ())]
        return names[1 : names.index(outcome_names(self.scenario)[0])] if names else []

    @property
    def scenario(self) -> Scenario:
        """What was played, before anything was varied."""
        return self._store.scenario()

    def plot(self, outcome: str | None = None, probability: float = 0.5) -> Any:
        """Where an outcome tips, over the one number that was varied, or over two: the first across, the second up.

        Parameters
        ----------
        outcome : str, optional
            Such as ``russia.step_back``; the first that was asked if None.
        probability : float
            Where it tips. [0-1]

        Raises
        ------
        RequestRefused, UnknownName
            If more were varied, two not over a full grid, or there is no such outcome.
        """
        from scenarios.questions.sweep import figure

        if len(self.varied) > 2:
            raise RequestRefused(f"{len(self.varied)} numbers were varied; a figure shows one, or two over a grid.")
        outcome = str(self.outcomes["outcome"].iloc[0]) if outcome is None else outcome
        if outcome not in (known := set(self.outcomes["outcome"])):
            raise UnknownName("outcome", outcome, known)
        table, said = figure.of_sweep(self, outcome), {**self.manifest, **origin(self.scenario)}
        draw: Any = figure.tipping_curve if len(self.varied) == 1 else figure.tipping_map
        return draw(table, *self.varied, outcome, self.scenario, said, probability)

    @property
    def points(self) -> pd.DataFrame:
        """One row a point: the design's columns, each outcome and its Monte Carlo error."""
        return self._store.table("points")

    def parts(self, name: str) -> Iterator[pd.DataFrame]:
        """``points`` or ``outcomes`` part after part, for sweeps that memory does not hold."""
        return self._store.parts(name)

    @property
    def outcomes(self) -> pd.DataFrame:
        """One row a point and outcome: value, se, n."""
        return self._store.table("outcomes")


def sweep(
    base: Scenario,
    vary: Mapping[str, Any] | None = None,
    design: str = "grid",
    points: int | None = None,
    replications: int = 100,
    rng: Any = 1,
    executor: Executor | None = None,
    engine: str = "batch",
    jobs: int = 0,
    out: Path | str | None = None,
    resume: bool = False,
    retry_failed: bool = False,
    keep_runs: bool = False,
    progress: Progress | None = None,
    again: bool = False,
    of: str | Iterable[str] = (),
) -> Sweep:
    """Plays a scenario at many points, each with the same luck.

    Parameters
    ----------
    base : Scenario
    vary : mapping of str to tuple or list
        Dotted path -> ``(low, high)``, ``(low, high, n)`` or a list (range, array, Series) of values, also words:
        ``terms.bargain``: ["on", "frozen"]. What is varied is set, from the first step on or from a date
        (``PATH@DATE``); ``believe:PATH`` has been so all along. Numbers that are not varied are drawn afresh in each
        run, as in `simulate`.
    design : str
        ``grid`` as at the command line, ``zip``, ``lhs``, ``sobol``, ``morris``, or ``table=FILE.csv``.
    points, replications : int
        Points of the design, and runs of each.
    rng : int, SeedSequence or None
        Base seed, of the runs and of the design; None is fresh luck, whose seed the manifest tells. Run r has the same
        luck at every point.
    executor, engine, jobs
        As in `simulate`; the bits are the same everywhere.
    out : Path or str or None
        Folder of all results; None for a temporary one that lasts as long as the sweep that is returned.
    resume : bool
        Goes on with a sweep that was interrupted, or begins it; parts that are not as they were written are played
        again.
    retry_failed : bool
        Plays again the parts that failed.
    keep_runs : bool
        Keeps the tables of the runs as well.
    progress : callable or None
        Called with the number of finished points and of all points.
    again : bool
        Plays everything again, whatever is there.
    of : str or iterable of str
        Questions, as docs/how-to/ask.md has them, that are answered at every point besides the headline outcomes.

    Raises
    ------
    RequestRefused, UnknownName, ScenarioError, StoreError
        If what is asked makes no sense, is another sweep than the one to be resumed, cannot be written, or if what is
        there is not as it was written.
    EngineError
        If the executor breaks; the parts that were finished are kept.

    Examples
    --------
    >>> from scenarios import load, sweep
    >>> found = sweep(load("toy"), {"client.hold": (0.3, 0.6, 2)}, "grid", replications=5, engine="agents")
    >>> found.points["client.hold"].tolist()
    [0.3, 0.6]
    """
    if engine not in PLAYERS:
        raise UnknownName("engine", engine, PLAYERS)
    checked_size(replications, None)
    how = Play(replications, seed_of(rng), engine, jobs, progress, executor)
    chosen = design_of(base, {} if vary is None else dict(vary), design, points, how.seed)
    besides = asked_besides(base, of)
    checked_size(replications, len(chosen.rows))
    place = mkdtemp(prefix="scenarios-") if out is None else out
    store = SweepFolder(place, sweep_asked(base, chosen, how, keep_runs, besides))
    if out is None:
        finalize(store, rmtree, place, ignore_errors=True)
    if again:
        if resume or retry_failed:
            raise RequestRefused(
                "--again (again=True) plays everything again, --resume and --retry-failed play what is missing. "
                "Leave one of them out."
            )
        store.clear()
    parts, was_there = parts_to_play(store, resume, retry_failed), store.is_begun()
    if parts:
        if not was_there:
            store.begin(base, engine, chosen.how)
        alone = how._replace(jobs=1, progress=None, executor=None)  # what cannot be sent elsewhere stays here
        whole = Task(base, chosen.paths, chosen.rows, 0, alone, keep_runs, besides)
        tasks = tasks_of(whole, parts, store.asked["part_points"])
        with stoppable(), told(progress, base.name, " points") as tell, workers(how) as pool:
            play_parts(store, tasks, pool, tell)
    return _as_it_stands(store, bool(parts), was_there)


def _as_it_stands(store: SweepFolder, was_played: bool, was_there: bool) -> Sweep:
    """A sweep with what of it is in its folder."""
    is_complete = len(store.done()) == store.n_parts
    return Sweep(store.folder, store.manifest(), store.failures(), is_complete, was_played, was_there, store)


def kept_sweep(folder: Path) -> Sweep:
    """The sweep in a folder, if it is as it was written."""
    store = SweepFolder.at(folder)
    store.check(is_mended=False)
    return _as_it_stands(store, was_played=False, was_there=True)


def design_of(base: Scenario, vary: Mapping[str, Any], design: str, points: int | None, seed: int) -> Design:
    """The points that a caller means."""
    if design.startswith(TABLE):
        if vary or points is not None:
            raise RequestRefused("--design table: the file says what is varied. Leave out --vary and --points.")
        return points_from_table(base, design.removeprefix(TABLE))
    return as_design(design, as_axes(base, vary), points, seed)


def asked_besides(base: Scenario, of: str | Iterable[str]) -> tuple[str, ...]:
    """What is asked that a sweep does not hold anyway, in its plainest form."""
    texts = [of] if isinstance(of, str) else list(of)
    return tuple(text for text in texts_asked(texts, base) if text not in outcome_names(base)) if texts else ()


def sweep_asked(base: Scenario, design: Design, how: Play, keep_runs: bool, of: tuple[str, ...]) -> dict[str, Any]:
    """All that the numbers of the sweep depend on; the size of a part follows from the size of a point."""
    return {
        "scenario_name": base.name,
        "scenario_hash": scenario_hash(base),
        "seed": int(how.seed),
        "replications": int(how.replications),
        "rulebook_hash": rulebook_hash(),
        "design": design.kind,
        "design_hash": design.hash,
        "points": len(design.rows),
        "part_points": max(1, RUNS_A_PART // how.replications),
        "keeps_runs": keep_runs,
        **({"of": list(of)} if of else {}),
    }


def parts_to_play(store: SweepFolder, resume: bool, retry_failed: bool) -> list[int]:
    """Numbers of the parts that are still to be played."""
    if resume:
        store.check_resumable()
    elif retry_failed and not store.is_begun():
        raise RequestRefused(
            f"{store.folder}: no such sweep was begun, so none of its parts failed. Leave out --retry-failed."
        )
    if store.is_begun():
        store.check(is_mended=resume)
    failed = {failure["part"] for failure in store.failures()}
    missing = set(range(store.n_parts)) - store.done() - failed
    if missing and store.is_begun() and not resume:
        raise RequestRefused(
            f"{store.folder}: this sweep was begun and not finished, {len(missing)} of {store.n_parts} parts are "
            "missing. Go on with --resume (resume=True), or choose another place."
        )
    return sorted(missing | (failed if retry_failed else set()))


def tasks_of(whole: Task, parts: list[int], size: int) -> dict[int, Task]:
    """The points of some parts of a size."""
    return {part: whole._replace(rows=whole.rows[part * size : (part + 1) * size], first=part * size) for part in parts}


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
def play_parts(store: SweepFolder, tasks: dict[int, Task], pool: Executor, tell: Progress | None) -> None:
    """Plays parts and keeps each as it comes; what fails is written down and the rest goes on."""
    waiting: dict[Future[Any], int] = {}
    todo, done, total = iter(tasks), 0, sum(len(task.rows) for task in tasks.values())
    try:
        while submit_next(waiting, todo, tasks, pool):
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                part = waiting.pop(future)
                settle(store, part, tasks[part], future)
                done += len(tasks[part].rows)
                if tell is not None:
                    tell(done, total)
    except KeyboardInterrupt:
        # what is being played is nearly there: it is waited for and kept
        begun = {future: part for future, part in waiting.items() if not future.cancel()}
        with suppress(BrokenExecutor):  # it reached the workers too
            for future in wait(begun).done:
                settle(store, begun[future], tasks[begun[future]], future)
        raise
    finally:
        for future in waiting:
            future.cancel()


def submit_next(waiting: dict[Future[Any], int], todo: Iterator[int], tasks: dict[int, Task], pool: Executor) -> bool:
    """Sends more parts to be played, not too many at once; whether any are under way."""
    while len(waiting) < PARTS_AHEAD and (part := next(todo, None)) is not None:
        waiting[pool.submit(played_points, tasks[part])] = part
    return bool(waiting)


def settle(store: SweepFolder, part: int, task: Task, future: Future[Any]) -> None:
    """Keeps a part that was played, or writes down that it failed."""
    try:
        tables = future.result()
    except BrokenExecutor:
        raise
    except Exception as fault:  # a part of a sweep is a boundary: whatever went wrong in it, the rest goes on
        store.keep_failure(part, task.first, task.first + len(task.rows) - 1, fault)
        return
    store.keep(part, tables)
