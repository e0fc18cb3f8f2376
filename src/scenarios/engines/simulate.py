"""The only door to the engines: splits the work, picks the engine, returns Results."""

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.engines.compiler import is_interpreted, rulebook_hash
from scenarios.engines.records import EVENT_WIDTH, Records, empty_records
from scenarios.errors import RequestRefused, UnknownName
from scenarios.results import Results, as_results
from scenarios.scenario.arrays import NOTHING_GIVEN, Given, Plan, as_plan
from scenarios.scenario.check import WHOLE
from scenarios.scenario.dated import near_paths, number_at
from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

CHUNK = 500  # runs; small enough for a smooth bar and for little to be lost, large enough to be worth a task
RUNS_WITH_EVENTS = 100_000
RUNS_IN_FULL = 200
EVENTS_A_RUN = 48  # a first guess; a chunk with more is played again
MOST_RUNS = 2_000_000
Progress = Callable[[int, int], None]
Player = Callable[[Records, int, int], None]


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


def checked_size(replications: int, points: int | None) -> int:
    """Number of runs of a request; refuses what makes no sense."""
    for name, count in (("replications", replications), ("points", 1 if points is None else points)):
        if isinstance(count, bool) or not isinstance(count, (int, np.integer)) or count < 1:
            raise RequestRefused(f"{name} is {count!r}; allowed are whole numbers from 1.")
    runs = int(replications) * int(1 if points is None else points)
    if runs > MOST_RUNS:
        raise RequestRefused(f"{runs:,} runs are more than {MOST_RUNS:,}. Ask for fewer; errors fall with the root.")
    return runs


def agents_player(scenario: Scenario, plan: Plan, seed: int, per_point: int, sample: int) -> Player:
    """Plays chunks on the readable engine."""
    from scenarios.engines.agents import play_chunk

    def play(records: Records, first: int, last: int) -> None:
        play_chunk(scenario, plan, records, seed, first, last, per_point, sample)

    return play


def batch_player(_: Scenario, plan: Plan, seed: int, per_point: int, sample: int) -> Player:
    """Plays chunks on the fast engine."""
    from scenarios.engines.batch import machine_loop, new_desk

    loop = machine_loop()

    def play(records: Records, first: int, last: int) -> None:
        # interpreted, numpy's integers warn where machine integers wrap as they should
        with np.errstate(over="ignore") if is_interpreted() else np.errstate():
            loop(plan, new_desk(plan), records, seed, first, last, per_point, sample)

    return play


PLAYERS = {"batch": batch_player, "agents": agents_player}


def played_chunk(play: Player, plan: Plan, first: int, last: int) -> Records:
    """One chunk of runs; played again if its events did not fit."""
    sample = max(0, min(RUNS_IN_FULL, last) - first)
    runs = last - first
    if first >= RUNS_WITH_EVENTS:
        records = empty_records(plan, runs, 0, sample)
        play(records, first, last)
        records.n_events[0] = 0
        return records
    records = empty_records(plan, runs, runs * EVENTS_A_RUN, sample)
    play(records, first, last)
    n = int(records.n_events[0])
    if n * EVENT_WIDTH > len(records.events):
        records = empty_records(plan, runs, n, sample)
        play(records, first, last)
    # single precision holds every run, step and level exactly, and halves the largest table
    return records._replace(events=records.events[: n * EVENT_WIDTH].astype(np.float32))


def counted(total: Records | None, part: Records) -> Records:
    """The counts of levels and bins of all chunks so far; a chunk's own take a megabyte, so they are not kept."""
    if total is None:
        return part
    total.levels[:] += part.levels
    total.support[:] += part.support
    return total


def given_numbers(scenario: Scenario, numbers: "DataFrame | None") -> Given:
    """A table of numbers for each point, checked against the scenario and the domain of each number.

    Raises
    ------
    UnknownName, RequestRefused
        If a column is no number of the scenario, or a value lies outside its domain.
    """
    if numbers is None:
        return NOTHING_GIVEN
    for path in numbers.columns:
        if path not in scenario.numbers:
            raise UnknownName("number", str(path), near_paths(str(path), list(scenario.numbers)))
        limits, column = number_at(path), numbers[path].to_numpy(dtype=np.float64)
        bad = ~((column >= limits.low) & (column <= limits.high))
        if limits.unit in WHOLE:
            bad |= column != np.floor(column)
        if bad.any():
            where = f"{path}: row {int(np.argmax(bad))}: value {column[bad][0]:g}"
            raise RequestRefused(
                f"{where} lies outside [{limits.low:g}, {limits.high:g}] ({limits.unit}), or is not whole."
            )
    return Given(tuple(numbers.columns), numbers.to_numpy(dtype=np.float64))


def simulate(
    scenario: Scenario,
    replications: int = 10_000,
    rng: Any = 1,
    engine: str = "batch",
    points: int | None = None,
    jobs: int = 0,
    progress: Progress | None = None,
    numbers: "DataFrame | None" = None,
) -> Results:
    """Plays a scenario many times.

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

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> results = simulate(load("toy"), replications=20, rng=1, engine="agents")
    >>> len(results.runs)
    20
    """
    given = given_numbers(scenario, numbers)
    points = points if numbers is None else len(numbers)
    runs, seed = checked_size(replications, points), seed_of(rng)
    if engine not in PLAYERS:
        raise UnknownName("engine", engine, PLAYERS)
    per_point = 1 if points is None else int(replications)
    plan = as_plan(scenario, given)
    play = PLAYERS[engine](scenario, plan, seed, per_point, RUNS_IN_FULL)
    manifest = {
        "seed": seed,
        "replications": int(replications),
        "points": points,
        "engine": engine,
        "rulebook_hash": rulebook_hash(),
    }
    threads = 1 if engine == "agents" else (jobs or os.cpu_count() or 1)
    size = CHUNK if engine == "batch" else 20
    parts, is_cut = played(play, plan, runs, size, threads, progress)
    if is_cut:
        manifest |= {"interrupted": True, "runs_done": sum(len(part.runs) for part in parts) // 6}
    return as_results(scenario, plan, parts, seed, per_point, manifest)


def played(
    play: Player, plan: Plan, runs: int, size: int, threads: int, progress: Progress | None
) -> tuple[list[Records], bool]:
    """All chunks in the order of the runs, and whether Ctrl-C cut them short.

    Notes
    -----
    The first chunk carries the counts of all. After Ctrl-C, only the chunks before the first unfinished one are kept,
    so that the runs have no gap.
    """
    nothing = np.zeros(0, dtype=np.int64)
    parts: list[Records] = []
    total: Records | None = None
    with ThreadPoolExecutor(threads) as pool:
        starts = range(0, runs, size)
        waiting = deque(pool.submit(played_chunk, play, plan, first, min(first + size, runs)) for first in starts)
        is_cut = False
        while waiting and not (is_cut and not waiting[0].done()):
            try:
                part = waiting[0].result()
                waiting.popleft()
                total = counted(total, part)
                parts.append(part if part is total else part._replace(levels=nothing, support=nothing))
                if progress is not None and not is_cut:
                    progress(min(len(parts) * size, runs), runs)
            except KeyboardInterrupt:
                if not parts:
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise
                is_cut = True
                pool.shutdown(wait=True, cancel_futures=True)
                while waiting and waiting[-1].cancelled():
                    waiting.pop()
    return parts, is_cut
