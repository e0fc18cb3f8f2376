"""How is a request played? By `run_to_disk`, with a progress bar on stderr."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.cli.boundary import say
from scenarios.cli.costs import BYTES_BESIDE, cost, room
from scenarios.cli.options import Engine, PlayAsked
from scenarios.errors import RequestRefused

if TYPE_CHECKING:
    from pandas import DataFrame

    from scenarios.scenario.scenario import Scenario

# Eleven rungs are played; more runs at each would take longer than the scenario itself.
LADDER_RUNS = 2000
WORTH_A_WARNING = 1_000_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class RunRequest:
    """What is to be run, and how."""

    scenario: "Scenario"
    replications: int
    points: int | None
    play: PlayAsked
    is_quiet: bool
    executor: str | None = None

    def question(self) -> dict[str, Any]:
        """All that the numbers of the answer depend on."""
        from scenarios.engine.compiler import rulebook_hash
        from scenarios.store.manifest import question

        return question(self.scenario, self.play.seed, self.replications, self.points, rulebook_hash())


def size_for(request: RunRequest, until_se: float) -> RunRequest:
    """The request with the number of runs that brings the errors of the headline below a bound."""
    from scenarios.runs.executors import executor_of
    from scenarios.runs.needed import runs_needed

    if request.points is not None:
        raise RequestRefused("--until-se with --points: runs of a point share its numbers. Leave one of the two out.")
    announce_compiling(request.play.engine, request.is_quiet)
    with bar("runs needed", request.is_quiet) as progress, executor_of(request.executor) as executor:
        play = request.play
        needed = runs_needed(request.scenario, until_se, play.seed, play.engine.value, play.jobs, progress, executor)
    say(
        f"{needed.replications:,} runs bring every headline error below {until_se:g}; {needed.outcome} decided "
        f"({needed.se:.2g}).",
        request.is_quiet,
    )
    return replace(request, replications=needed.replications)


def played_to_disk(request: RunRequest, out: Path, name: str, with_control: bool) -> Path:
    """Runs a request into its result folder; an interrupted one keeps the blocks that were finished."""
    from scenarios.runs.executors import executor_of
    from scenarios.runs.to_disk import run_to_disk
    from scenarios.store.aside import check_room, check_writable

    n_scenarios = 2 if with_control else 1
    check_writable(out)
    check_room(
        out,
        n_scenarios * room(request.replications * (request.points or 1)) + BYTES_BESIDE,
        "the runs, tables and figures",
    )
    announce_runs(request, name, n_scenarios)
    with bar(name, request.is_quiet) as progress, executor_of(request.executor) as executor:
        return run_to_disk(
            request.scenario,
            replications=request.replications,
            rng=request.play.seed,
            engine=request.play.engine.value,
            points=request.points,
            jobs=request.play.jobs,
            progress=progress,
            executor=executor,
            with_control=with_control,
            out=out,
            again=True,  # whoever asks has looked for an earlier answer
        )


def ladder_of(request: RunRequest, folder: Path) -> "DataFrame":
    """The curve over the rungs, added to the result folder."""
    from scenarios.runs.ladder import ladder_curve
    from scenarios.store.folder import add_table

    replications, play = min(request.replications, LADDER_RUNS), request.play
    with bar("ladder", request.is_quiet) as progress:
        curve = ladder_curve(request.scenario, replications, play.seed, play.engine.value, play.jobs, progress)
    add_table(folder, "ladder", curve)
    return curve


def announce_runs(request: RunRequest, name: str, n_scenarios: int = 1) -> None:
    """Says what takes time before it does: many runs, the first compilation."""
    runs = request.replications * (request.points or 1)
    if runs >= WORTH_A_WARNING:
        say(f"{runs:,} runs of the {name}: {cost(runs, n_scenarios)}.", request.is_quiet)
    announce_compiling(request.play.engine, request.is_quiet)


def announce_compiling(engine: Engine, is_quiet: bool) -> None:
    """Says that the first run must compile the rule book."""
    from scenarios.engine.cache import tell_fault
    from scenarios.engine.compiler import cache, is_compiled, is_interpreted

    if engine is not Engine.BATCH or is_interpreted() or is_compiled() or is_quiet:
        return
    if fault := cache().fault:
        tell_fault(fault)
        say("Compiling the rule book; this takes some seconds ...")
    else:
        say("Compiling the rule book; this happens once and takes some seconds ...")


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

    with tqdm(desc=name, unit=unit, disable=True if is_quiet else None, leave=False) as shown:

        def progress(done: int, total: int) -> None:
            shown.total = total
            shown.update(done - shown.n)

        yield progress
