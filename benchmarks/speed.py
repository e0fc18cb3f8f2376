"""How fast is it? Ratios measured in one run; absolute times say more about the machine than about the code.

Run it: python benchmarks/speed.py [SCENARIO]
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any
from unittest.mock import patch

import mesa
import numpy as np

from scenarios import load, simulate, sweep
from scenarios.engine import sheets
from scenarios.engine.agents import PatronageModel, forget
from scenarios.engine.batch import machine_loop
from scenarios.engine.records import Chunk, empty_records
from scenarios.engine.sheets import new_desk
from scenarios.scenario.arrays import as_plan, relived_by
from scenarios.scenario.overlay import fixed

MESA_RUNS = 6
BATCH_RUNS = 3_000
POINTS = 2_000
REPEATS = 3
GROWTH = (10_000, 100_000)  # 1_000_000 takes some minutes more


def chance_of_mesa(world: Any, step: int, key: int, use: int) -> tuple[float, float, float, float]:  # noqa: ARG001
    """Four numbers from Python's generator; the address is ignored."""
    draw = random.random
    return draw(), draw(), draw(), draw()


@contextmanager
def plain_chance() -> Iterator[None]:
    """Chance as a user of Mesa would write it."""
    with patch.object(sheets, "luck", chance_of_mesa):
        yield


def seconds(work: Callable[[], Any]) -> float:
    """Least processor time of a few repeats [s]."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def per_step(work: Callable[[], int]) -> float:
    """Least processor time of a step over repeats of work that says how many it took: runs differ in length [s]."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        steps_taken = work()
        times.append((time.process_time() - start) / steps_taken)
    return min(times)


def plain_mesa(scenario: Any) -> float:
    """Time of a step as a user of Mesa would write it: batch_run, DataCollector, Python's own random numbers [s]."""

    def work() -> int:
        rows = mesa.batch_run(
            PatronageModel,
            {"scenario": scenario, "rng": list(range(1, MESA_RUNS + 1))},
            number_processes=1,
            iterations=1,
            max_steps=scenario.steps,
            data_collection_period=1,
            display_progress=False,
        )
        return sum({row["RunId"]: row["Step"] for row in rows}.values())

    with plain_chance():
        return per_step(work)


def readable(scenario: Any) -> float:
    """Time of a step of the readable engine with counter-based draws [s]."""

    def work() -> int:
        taken = 0
        for run in range(MESA_RUNS):
            model = PatronageModel(scenario, rng=1, run=run)
            while model.running:
                model.step()
                taken += 1
            forget(model)
        return taken

    return per_step(work)


def batch(scenario: Any) -> float:
    """Time of a run of the fast engine on one core [s]."""
    plan, loop = as_plan(scenario), machine_loop()

    def work() -> None:
        records = empty_records(plan, BATCH_RUNS, BATCH_RUNS * 60, 0)
        loop(plan, relived_by(scenario), new_desk(plan), records, Chunk(1, 0, BATCH_RUNS, 1, 0))

    work()
    return seconds(work) / BATCH_RUNS


def points(scenario: Any) -> tuple[float, float]:
    """Time of a point of one run, in a sweep over three numbers and as a draw of `simulate`, one core [s]."""
    vary = {path: (number.low, number.high) for path, number in islice(scenario.uncertain.items(), 3)}
    swept = seconds(lambda: sweep(scenario, vary, points=POINTS, replications=1, jobs=1))
    return swept / POINTS, seconds(lambda: simulate(scenario, 1, points=POINTS, jobs=1)) / POINTS


def shares(scenario: Any, whole: float) -> str:
    """Where the time of a run goes: what is saved without reviews, and without drawing numbers."""
    calm = {f"model.{word}_rate": 0 for word in ("review", "alerted", "threatened")}
    reviews = 1.0 - batch(scenario.with_values(calm)) / whole
    drawing = 1.0 - batch(fixed(scenario)) / whole
    rest = 1.0 - reviews - drawing
    return f"reviews {reviews:.0%}, drawing numbers {drawing:.0%}, turns, delivery and records {rest:.0%}"


def wall(work: Callable[[], Any]) -> float:
    """Least wall time of a few repeats [s]."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def threads(scenario: Any) -> tuple[float, float]:
    """Gain of two threads over one, of the loop alone and of `simulate` with its tables."""
    from concurrent.futures import ThreadPoolExecutor

    plan, loop, runs = as_plan(scenario), machine_loop(), 8_000

    def played(first: int) -> None:
        records = empty_records(plan, 1_000, 60_000, 0)
        loop(plan, relived_by(scenario), new_desk(plan), records, Chunk(1, first, first + 1_000, 1, 0))

    def by(n: int) -> None:
        with ThreadPoolExecutor(n) as pool:
            list(pool.map(played, range(0, runs, 1_000)))

    whole = [wall(lambda n=n: simulate(scenario, runs, 1, jobs=n)) for n in (1, 2)]  # type: ignore[misc]
    return wall(lambda: by(1)) / wall(lambda: by(2)), whole[0] / whole[1]


def growth(name: str, cache: str) -> list[tuple[int, float, float]]:
    """Runs, wall time a run [us] and peak memory [MB] of `run_to_disk` with its control, each in a fresh process."""
    rows = []
    for runs in GROWTH:
        with tempfile.TemporaryDirectory() as out:
            code = (
                "import resource, scenarios as s\n"
                f"s.run_to_disk(s.load({name!r}), {runs}, out={out!r})\n"
                "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
            )
            start = time.perf_counter()
            environment = {**os.environ, "SCENARIOS_CACHE": cache}
            done = subprocess.run([sys.executable, "-c", code], check=True, env=environment, capture_output=True)
            took = time.perf_counter() - start
        rows.append((runs, took / runs / 2 * 1e6, float(done.stdout)))
    return rows


def fresh(code: str, cache: str) -> float:
    """Wall time of a fresh process [s]."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "SCENARIOS_CACHE": cache})
    return time.perf_counter() - start


def main() -> None:
    """Prints every ratio."""
    scenario = load(sys.argv[1] if len(sys.argv) > 1 else "venezuela_2025")
    mean_steps = float(np.mean(simulate(scenario, 2_000, 1).runs["client_outcome_at"].fillna(scenario.steps)))
    fast, plain, read = batch(scenario), plain_mesa(scenario) * mean_steps, readable(scenario) * mean_steps
    size = f"{len(scenario.patrons)} patrons, {len(scenario.channels)} channels"
    print(f"{scenario.name}: {size}, {mean_steps:.0f} steps a run")
    print(
        f"a run of that length: plain Mesa {plain * 1e3:.1f} ms, readable engine {read * 1e3:.1f} ms, "
        f"fast engine {fast * 1e6:.0f} us (target 70 us)"
    )
    print(f"fast engine against plain Mesa under batch_run, one core: {plain / fast:.0f} x (target 300)")
    print(f"where the time of the fast engine goes: {shares(scenario, fast)}")
    swept, drawn = points(scenario)
    print(f"a point of one run in a sweep: {swept * 1e6:.0f} us, {swept / drawn:.1f} x one of simulate (target 2)")
    loop, whole = threads(scenario)
    print(f"two threads against one: {loop:.2f} x the loop, {whole:.2f} x with tables (target 1.8)")
    code = f"import scenarios as s; s.simulate(s.load({scenario.name!r}), 100)"
    with tempfile.TemporaryDirectory() as cache:
        print(f"first result of a fresh process, never compiled: {fresh(code, cache):.1f} s (target 15)")
        print(f"first result of a fresh process, compiled before: {fresh(code, cache):.1f} s (target 2)")
        for runs, us, peak in growth(scenario.name, cache):
            print(f"{runs:>9,} runs and their control to disk: {us:.0f} us a run, peak memory {peak:.0f} MB")
        print(f"import scenarios: {fresh('import scenarios', cache):.2f} s (target 0.5)")
        help_code = "import sys; from scenarios.cli.app import main; sys.argv = ['scenarios', '--help']; main()"
        print(f"scenarios --help: {fresh(help_code, cache):.2f} s (target 0.5)")


if __name__ == "__main__":
    main()
