"""How is a request played, what will it take, and was the same asked before? Then nothing is run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from scenarios.cli.boundary import say
from scenarios.cli.options import Engine, PlayAsked, Shown
from scenarios.errors import RequestRefused, Unvouched
from scenarios.scenario.scenario import Scenario
from scenarios.store import aside

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

    from scenarios.runs.job import Play

WORTH_A_WARNING = 1_000_000
Progress = Callable[[int, int], None]
SECONDS_A_RUN = 0.00025  # on one core
BYTES_A_RUN = 75  # on the disk
BYTES_A_FULL_RUN = 3000  # of the first runs, which are kept with their numbers and events
FULL_RUNS = 100_000
BYTES_BESIDE = 24_000_000  # of the figures, the curve over the rungs, the courses of the first runs
MOST_RUNS = 100_000_000
UNTOLD = 10**30  # whatever is beyond takes as long
LARGEST_SEED = 2**63 - 1
Found = TypeVar("Found")
Answered = tuple[dict[str, Any], dict[str, Any], Path]  # tables, manifest, folder
StageProgress = Callable[[str, int, int], None]
Anew = Callable[[StageProgress], "tuple[Mapping[str, DataFrame], Mapping[str, Any]]"]


@dataclass(frozen=True)
class RunRequest:
    """What is to be run, and how."""

    scenario: Scenario
    replications: int
    points: int | None
    play: PlayAsked
    is_quiet: bool
    executor: str | None = None


def size_for(request: RunRequest, until_se: float) -> RunRequest:
    """The request with the number of runs that brings the errors of the headline below a bound."""
    from scenarios.runs.counting import runs_needed

    if request.points is not None:
        raise RequestRefused("--until-se with --points: runs of a point share its numbers. Leave one of the two out.")
    announce_compiling(request.play.engine, request.is_quiet)
    with under_way("runs needed", request.executor, request.is_quiet) as (progress, executor):
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
    from scenarios.runs.to_disk import run_to_disk

    n_scenarios, runs = 2 if with_control else 1, request.replications * (request.points or 1)
    aside.check_writable(out)
    aside.check_room(out, n_scenarios * room(runs) + BYTES_BESIDE, "the runs, tables and figures")
    if runs >= WORTH_A_WARNING:
        say(f"{runs:,} runs of the {name}: {cost(runs, n_scenarios)}.", request.is_quiet)
    announce_compiling(request.play.engine, request.is_quiet)
    with under_way(name, request.executor, request.is_quiet) as (shown, executor):

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
        from scenarios.runs.job import Play, threads_of

        play = request.play
        runs, engine = request.replications * (request.points or 1), play.engine.value
        self.play = Play(runs, play.seed, engine, threads_of(play.jobs), self._go_on)
        self.asked, self.pool, self.is_over = asked, ThreadPoolExecutor(1), False
        self.begun: dict[str, Future[DataFrame]] = {}
        self.needed = list(needed)

    def begin(self, name: str, spared: int = 0) -> None:
        """Begins one of them if it was asked for and not begun yet, with all threads but some."""
        if name in self.asked and name not in self.begun:
            play = self.play._replace(jobs=max(1, self.play.jobs - spared))
            self.begun[name] = self.pool.submit(self.asked[name], play)

    def follow(self, done: int, total: int) -> None:
        """Loads what will be needed once runs are under way, and begins all when they are played."""
        while self.needed:
            self.pool.submit(import_module, self.needed.pop(0))
        if done >= total:
            for name in self.asked:  # whoever waits for the last of them has work of its own until then
                self.begin(name, spared=int(name != list(self.asked)[-1]))

    def table(self, name: str) -> "DataFrame":
        """One of the tables, waited for."""
        self.begin(name)
        return self.begun[name].result()

    def is_under_way(self, name: str) -> bool:
        """Whether one of them is begun and not done."""
        return name in self.begun and not self.begun[name].done()

    def _go_on(self, _done: int, _total: int) -> None:
        """Ends what is under way where nobody waits for it any more."""
        if self.is_over:
            raise CancelledError

    def close(self) -> None:
        """Takes back what has not begun, and lets go of the rest."""
        self.is_over = True
        self.pool.shutdown(cancel_futures=True)


def announce_compiling(engine: Engine, is_quiet: bool) -> None:
    """Says that the first run must compile the rule book."""
    from scenarios.engine.compiler import cache, is_compiled, is_interpreted, tell_fault

    if engine is not Engine.BATCH or is_interpreted() or is_compiled() or is_quiet:
        return
    if fault := cache().fault:
        tell_fault(fault)
        say("Compiling the rule book; this takes some seconds ...")
    else:
        say("Compiling the rule book; this happens once and takes some seconds ...")


@contextmanager
def stage_bars(is_quiet: bool) -> Iterator[StageProgress]:
    """A progress bar on stderr for each stage of an analysis, one after the other."""
    with ExitStack() as shown:
        bars: dict[str, Progress] = {}

        def progress(stage: str, done: int, total: int) -> None:
            if stage not in bars:
                shown.close()  # the bar of the stage before
                bars[stage] = shown.enter_context(bar(stage, is_quiet))
            bars[stage](done, total)

        yield progress


@contextmanager
def bar(name: str, is_quiet: bool, unit: str = " runs") -> Iterator[Progress]:
    """A progress bar on stderr, silent where stderr is no terminal."""
    from tqdm import tqdm

    with tqdm(desc=name, unit=unit, disable=True if is_quiet else None, leave=False) as shown:

        def progress(done: int, total: int) -> None:
            shown.total = total
            shown.update(done - shown.n)

        yield progress


@contextmanager
def under_way(
    name: str, executor: str | None, is_quiet: bool, unit: str = " runs"
) -> Iterator[tuple[Progress, Executor | None]]:
    """A progress bar, and who plays in the place of threads, if anybody."""
    from scenarios.runs.play import executor_of

    with bar(name, is_quiet, unit) as progress, executor_of(executor) as pool:
        yield progress, pool


def check_request(replications: int, points: int | None, seed: int, jobs: int) -> None:
    """Refuses a number of runs, a seed or a number of threads that makes no sense."""
    for option, number in (("--replications", replications), ("--points", 1 if points is None else points)):
        if number < 1:
            raise RequestRefused(f"{option} {number}: must be at least 1. The default is 10000 runs, without points.")
    if jobs < 0:
        raise RequestRefused(f"--jobs {jobs}: must be 0 (all threads) or more.")
    if not 0 <= seed <= LARGEST_SEED:
        raise RequestRefused(f"--seed {seed}: must lie in 0 to {LARGEST_SEED}.")
    runs = min(replications * (points or 1), UNTOLD)
    if runs > MOST_RUNS:
        raise RequestRefused(
            f"{runs:.4g} runs would take {cost(runs)}, and their control as much again. "
            f"At most {MOST_RUNS:,} are allowed; with them the Monte Carlo error of a probability is at most 0.00005."
        )


def cost(runs: int, n_scenarios: int = 1) -> str:
    """Time and room that a number of runs of each of some scenarios will take, in words.

    Examples
    --------
    >>> cost(1_000_000, 2)
    'about 8.3 minutes on one core and 750.0 MB on the disk'
    """
    return f"about {time_of(n_scenarios * runs)} on one core and {memory_size(n_scenarios * room(runs))} on the disk"


def time_of(runs: int) -> str:
    """Time that a number of runs will take on one core, in words."""
    return duration(runs * SECONDS_A_RUN)


def room(runs: int) -> float:
    """Room that a number of runs will take on the disk [bytes].

    Examples
    --------
    >>> memory_size(room(1_000_000))
    '375.0 MB'
    """
    return runs * BYTES_A_RUN + min(runs, FULL_RUNS) * BYTES_A_FULL_RUN


def duration(seconds: float) -> str:
    """A time in the largest unit that fits.

    Examples
    --------
    >>> duration(2e8)
    '6.3 years'
    """
    for unit, length in (("years", 365.25 * 86400), ("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= length:
            return f"{seconds / length:,.1f} {unit}"
    return f"{seconds:.1f} seconds"


def memory_size(count: float) -> str:
    """An amount of memory or disk in the largest unit that fits.

    Examples
    --------
    >>> memory_size(2e15)
    '2,000.0 TB'
    """
    for unit, length in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if count >= length:
            return f"{count / length:,.1f} {unit}"
    return f"{count:,.0f} bytes"


def trusted(look: "Callable[[], Found | None]", play: PlayAsked, is_quiet: bool) -> "Found | None":
    """What is found of an earlier answer; None if there is none to be trusted, or it is to be played again."""
    if play.is_anew:
        return None
    try:
        return look()
    except Unvouched as fault:
        say_unvouched(fault, is_quiet)
        return None


def say_unvouched(fault: Unvouched, is_quiet: bool) -> None:
    """Says that an answer from before results had checksums is played anew."""
    say(f"{fault.folder}: written before results had checksums; nobody can vouch for it, it is played anew.", is_quiet)


def say_earlier(date: str, is_quiet: bool) -> None:
    """Says that an answer is an old one."""
    say(f"The same question was answered on {date}; this is that answer, nothing was run.", is_quiet)


def runs_of(
    request: RunRequest, out: Path, name: str, with_control: bool, then: Progress | None = None
) -> tuple[Path, str | None]:
    """The folder with the runs of a request, and the date of an earlier answer; None if they are played now."""
    from scenarios.engine.compiler import rulebook_hash
    from scenarios.store import folder, manifest

    play = request.play
    asked = manifest.question(request.scenario, play.seed, request.replications, request.points, rulebook_hash())
    place = trusted(lambda: folder.find(out, asked, with_control), play, request.is_quiet)
    if place is None:
        return played_to_disk(request, out, name, with_control, then), None
    return place, folder.read_manifest(place)["date"]


def ask_once(
    scenario: Scenario, kind: str, choices: dict[str, Any], anew: Anew, cost: str, play: PlayAsked, shown: Shown
) -> Answered:
    """The answer to a question of a kind: the one that is there already, or a new one, which is put there."""
    from scenarios.engine.compiler import rulebook_hash
    from scenarios.store import answers

    # runs that are there have a rule book of their own
    question = answers.asked_of(kind, scenario, **{"rulebook_hash": rulebook_hash(), **choices})
    found = trusted(lambda: answers.find_answer(shown.out, question), play, shown.is_quiet)
    if found is not None:
        folder, manifest, tables = found
        say_earlier(manifest["date"], shown.is_quiet)
        return tables, manifest, folder
    if cost:
        say(cost, shown.is_quiet)
    announce_compiling(play.engine, shown.is_quiet)
    with stage_bars(shown.is_quiet) as progress:
        made, said = anew(progress)
    filled = {name: table for name, table in made.items() if len(table)}
    return filled, dict(said), answers.save_answer(shown.out, scenario, question, filled, said)


def add_figures(
    folder: Path, kind: str, makers: "Mapping[str, Callable[[], Figure]]", unless_there: bool = False
) -> None:
    """Draws figures, by the names of their files, into the folder of an answer; if wished, not the same once more."""
    from scenarios.store.answers import record_file

    record = record_file(folder, kind)
    if unless_there and aside.are_listed(record, [f"figures/{name}.svg" for name in makers]):
        return
    from scenarios.report.style import write

    files = [file for name, make in makers.items() for file in write(make(), folder / "figures", name)]
    aside.add_files(record, files)
