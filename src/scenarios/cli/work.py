"""How is a request played? By `run_to_disk`, with a progress bar on stderr."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.cli.boundary import say
from scenarios.cli.costs import BYTES_BESIDE, cost, room
from scenarios.cli.options import Engine, PlayAsked
from scenarios.errors import RequestRefused

if TYPE_CHECKING:
    from pandas import DataFrame

    from scenarios.runs.job import Play
    from scenarios.scenario.scenario import Scenario

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


def played_to_disk(request: RunRequest, out: Path, name: str, with_control: bool, then: Progress | None = None) -> Path:
    """Runs a request into its result folder, and tells how far they are; an interrupted one keeps whole blocks."""
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
    with bar(name, request.is_quiet) as shown, executor_of(request.executor) as executor:

        def progress(done: int, total: int) -> None:
            shown(done, total)
            if then is not None:
                then(done, total)

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


class Meanwhile:
    """Small plays in the shadow of what one thread must do: tables, files, figures. Each is played once, in turn.

    Parameters
    ----------
    request : RunRequest
    asked : mapping of str to callable
        Name -> what makes its table, told how to play.
    needed : sequence of str
        Modules that will be needed, loaded while the runs are played.
    """

    def __init__(
        self, request: RunRequest, asked: "Mapping[str, Callable[[Play], DataFrame]]", needed: Sequence[str]
    ) -> None:
        from scenarios.runs.job import Play

        play = request.play
        runs, engine = request.replications * (request.points or 1), play.engine.value
        self.play = Play(runs, play.seed, engine, play.jobs, self._go_on)
        self.asked, self.pool, self.is_over = asked, ThreadPoolExecutor(1), False
        self.begun: dict[str, Future[DataFrame]] = {}
        self.needed = list(needed)

    def begin(self, name: str) -> None:
        """Begins one of them if it was asked for and not begun yet."""
        if name in self.asked and name not in self.begun:
            self.begun[name] = self.pool.submit(self.asked[name], self.play)

    def follow(self, done: int, total: int) -> None:
        """Loads what will be needed once runs are under way, and begins all when they are played."""
        while self.needed:
            self.pool.submit(import_module, self.needed.pop())
        if done >= total:
            for name in self.asked:
                self.begin(name)

    def table(self, name: str) -> "DataFrame":
        """One of the tables, waited for."""
        self.begin(name)
        return self.begun[name].result()

    def _go_on(self, _done: int, _total: int) -> None:
        """Ends what is under way where nobody waits for it any more."""
        if self.is_over:
            raise CancelledError

    def close(self) -> None:
        """Takes back what has not begun, and lets go of the rest."""
        self.is_over = True
        self.pool.shutdown(cancel_futures=True)


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
