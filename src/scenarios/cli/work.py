"""How is a request played? By `simulate`, with a progress bar on stderr."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.cli.boundary import say
from scenarios.cli.options import Engine, cost

if TYPE_CHECKING:
    from pandas import DataFrame

    from scenarios.results import Results
    from scenarios.scenario.scenario import Scenario

# Eleven rungs are played; more runs at each would take longer than the scenario itself.
LADDER_RUNS = 2000
WORTH_A_WARNING = 1_000_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Request:
    """What is to be run, and how."""

    scenario: "Scenario"
    replications: int
    points: int | None
    seed: int
    engine: Engine
    jobs: int
    is_quiet: bool

    def question(self) -> dict[str, Any]:
        """All that the numbers of the answer depend on."""
        from scenarios.engines.compiler import rulebook_hash
        from scenarios.store.manifest import question

        return question(self.scenario, self.seed, self.replications, self.points, rulebook_hash())


def play(request: Request, scenario: "Scenario", name: str) -> "Results":
    """Runs one scenario of a request; an interrupted one comes back with the runs that were finished."""
    from scenarios.engines.simulate import simulate

    announce(request, name)
    began = time.perf_counter()
    with bar(name, request.is_quiet) as progress:
        results = simulate(
            scenario,
            replications=request.replications,
            rng=request.seed,
            engine=request.engine.value,
            points=request.points,
            jobs=request.jobs,
            progress=progress,
        )
    results.manifest["duration_s"] = round(time.perf_counter() - began, 3)
    return results


def ladder_of(request: Request, folder: Path) -> "DataFrame":
    """The curve over the rungs, added to the result folder."""
    from scenarios.engines.ladder import ladder_curve
    from scenarios.store.folder import add_table

    replications = min(request.replications, LADDER_RUNS)
    with bar("ladder", request.is_quiet) as progress:
        curve = ladder_curve(request.scenario, replications, request.seed, request.engine.value, request.jobs, progress)
    add_table(folder, "ladder", curve)
    return curve


def announce(request: Request, name: str) -> None:
    """Says what takes time before it does: many runs, the first compilation."""
    runs = request.replications * (request.points or 1)
    if runs >= WORTH_A_WARNING:
        say(f"{runs:,} runs of the {name}: {cost(runs)}.", request.is_quiet)
    announce_compiling(request.engine, request.is_quiet)


def announce_compiling(engine: Engine, is_quiet: bool) -> None:
    """Says that the rule book is compiled, where it will be."""
    from scenarios.engines.compiler import is_compiled, is_interpreted

    if engine is Engine.BATCH and not is_interpreted() and not is_compiled():
        say("Compiling the rule book; this happens once and takes some seconds ...", is_quiet)


@contextmanager
def stage_bars(is_quiet: bool) -> "Iterator[Callable[[str, int, int], None]]":
    """A progress bar on stderr for each stage of an analysis, one after the other."""
    from tqdm import tqdm

    bars: dict[str, Any] = {}

    def progress(stage: str, done: int, total: int) -> None:
        if stage not in bars:
            for bar in bars.values():
                bar.close()
            bars[stage] = tqdm(desc=stage, unit=" runs", total=total, disable=True if is_quiet else None, leave=False)
        bars[stage].update(done - bars[stage].n)

    try:
        yield progress
    finally:
        for bar in bars.values():
            bar.close()


@contextmanager
def bar(name: str, is_quiet: bool, unit: str = " runs") -> Iterator[Progress]:
    """A progress bar on stderr, silent where stderr is no terminal."""
    from tqdm import tqdm

    with tqdm(desc=name, unit=unit, disable=True if is_quiet else None, leave=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield progress
