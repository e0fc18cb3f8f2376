"""The main job: the scenario and its control, run, kept, printed and drawn."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenarios.cli.boundary import INTERRUPTED, command, say
from scenarios.cli.options import Chosen, ExecutorOption, NoFiguresOption, PlayAsked, PointsOption, Shown
from scenarios.cli.work import Meanwhile, RunRequest, check_request, runs_of, say_earlier, size_for
from scenarios.errors import RequestRefused, StoreError
from scenarios.report.answer import Format

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

    from scenarios.questions.headline.sentences import Told
    from scenarios.results import Results
    from scenarios.runs.counting import Known
    from scenarios.runs.job import Play, Progress
    from scenarios.scenario.scenario import Scenario

DEFAULT_RUNS = 10_000
# Eleven rungs and a climb are played; more runs at each would take longer than the scenario itself.
LADDER_RUNS = 1_000
TABLES, DRAWING = ("pandas", "scipy.special"), ("matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg")
SomeReplicationsOption = Annotated[
    int | None,
    typer.Option("--replications", "--runs", metavar="N", help=f"Runs (of each point); {DEFAULT_RUNS} unless said."),
]
NoControlOption = Annotated[bool, typer.Option("--no-control", help="Leave out the runs with the pressure frozen.")]
NoLadderOption = Annotated[bool, typer.Option("--no-ladder", help="Leave out the curve over the rungs.")]
NoWhatIfsOption = Annotated[bool, typer.Option("--no-what-ifs", help="Leave out what would change it.")]
FullOption = Annotated[bool, typer.Option("--full", help="All tables and caveats below the answer.")]
UntilOption = Annotated[
    float | None,
    typer.Option("--until-se", metavar="X", help="As many runs as bring the errors of the headline below X."),
]


@dataclass(frozen=True)
class Size:
    """How many runs."""

    replications: SomeReplicationsOption = None
    points: PointsOption = None
    until_se: UntilOption = None

    @property
    def runs(self) -> int:
        """Runs of each point, or the first guess of a number that errors decide."""
        if self.until_se is not None and self.replications is not None:
            raise RequestRefused(
                "--until-se and --replications both choose the number of runs. Leave one of the two out."
            )
        return DEFAULT_RUNS if self.replications is None else self.replications


@dataclass(frozen=True)
class LeftOut:
    """What of the main job is left out."""

    no_control: NoControlOption = False
    no_ladder: NoLadderOption = False
    no_what_ifs: NoWhatIfsOption = False
    no_figures: NoFiguresOption = False


@command
def run(
    *,
    size: Size,
    chosen: Chosen,
    play: PlayAsked,
    executor: ExecutorOption = None,
    less: LeftOut,
    is_full: FullOption = False,
    shown: Shown,
) -> None:
    """Runs a scenario and its control.

    Prints when patrons step back, why, what would change it and how sure that is, then the chances; writes a result
    folder named by its content: the same question finds its old answer.
    """
    from scenarios.store.aside import check_writable

    check_request(size.runs, size.points, play.seed, play.jobs)
    scenario = chosen.scenario()
    check_writable(shown.out)
    request = RunRequest(scenario, size.runs, size.points, play, shown.is_quiet, executor)
    if size.until_se is not None:
        request = size_for(request, size.until_se)
    is_full = is_full or shown.form in (Format.CSV, Format.JSON)
    needed = TABLES if less.no_figures else TABLES + DRAWING
    with closing(Meanwhile(request, asked_beside(scenario, less), needed)) as beside:
        answer = kept_run(request, shown.out, not less.no_control, beside.follow)
        with kept_and_said(answer.folder):
            pictures = Pictures(answer, request, beside, with_figures=not less.no_figures)
            if not answer.manifest.get("interrupted"):
                pictures.draw_while(lambda: beside.is_under_way("what_ifs"))
            tell(answer, request, beside, is_full, shown)
            pictures.add()


@contextmanager
def kept_and_said(folder: Path) -> Iterator[None]:
    """Whatever ends a command after its runs: they are kept, and it says where."""
    try:
        yield
    except KeyboardInterrupt as stop:
        say(f"Interrupted; the runs are kept in {folder}, the same command makes what is missing.")
        raise typer.Exit(INTERRUPTED) from stop
    except StoreError as fault:
        raise StoreError(f"{fault} The runs are kept in {folder}: the same command makes what is missing.") from fault


def tell(answer: "KeptRun", request: RunRequest, beside: Meanwhile, is_full: bool, shown: Shown) -> None:
    """Prints the answer, with what is played beside the runs."""
    from scenarios.questions.headline.words import run_answer

    told = _told_of(answer, request, beside)._replace(
        patterns=held_patterns(answer, request),
        beside=said_beside(answer, request.scenario, shown.form) if is_full else (),
    )
    shown.show(run_answer(answer.summary, request.scenario, answer.manifest, answer.folder, told, is_full))
    if answer.manifest.get("interrupted"):
        say(
            f"Interrupted; the runs that were finished are kept in {answer.folder}. The same command plays all of them."
        )
        raise typer.Exit(INTERRUPTED)


def asked_beside(scenario: "Scenario", less: LeftOut) -> "dict[str, Callable[[Play], DataFrame]]":
    """What is played beside the runs; rungs that are held in the one are known to the other."""
    known: Known = []

    def what_ifs(play: "Play") -> "DataFrame":
        from scenarios.questions.headline.what_ifs import what_ifs

        return what_ifs(scenario, play, known)

    def ladder(play: "Play") -> "DataFrame":
        from scenarios.runs.counting import ladder_played

        return ladder_played(scenario, play._replace(replications=min(play.replications, LADDER_RUNS)), known)

    with_ladder = not less.no_ladder and scenario.observed is None  # held rungs would be another past
    asked: dict[str, Callable[[Play], DataFrame]] = {"ladder": ladder} if with_ladder else {}
    return asked | ({} if less.no_what_ifs else {"what_ifs": what_ifs})


@dataclass(frozen=True)
class KeptRun:
    """A summary and where it came from."""

    summary: Any  # DataFrame
    manifest: dict[str, Any]
    folder: Path

    @cached_property
    def results(self) -> "Results":
        """The runs, read once."""
        from scenarios.store.folder import read

        return read(self.folder)


def kept_run(request: RunRequest, out: Path, with_control: bool, then: "Progress") -> KeptRun:
    """The answer to a request: the one that is there already, or a new one."""
    from scenarios.store.folder import read_manifest, read_summary

    folder, date = runs_of(request, out, "scenario and control" if with_control else "scenario", with_control, then)
    if date is not None:
        say_earlier(date, request.is_quiet)
    return KeptRun(read_summary(folder), read_manifest(folder), folder)


def _told_of(answer: KeptRun, request: RunRequest, beside: Meanwhile) -> "Told":
    """What the sentences need: chances by date and reasons, what-ifs, cases; from the folder, or asked now."""
    from scenarios.cases.forecast import reference_table
    from scenarios.questions.headline.ask import chances_when, reasons_further
    from scenarios.questions.headline.sentences import Told

    def played() -> "DataFrame":
        say("Playing what-ifs ...", request.is_quiet)
        return beside.table("what_ifs")

    is_played = "what_ifs" in beside.asked and not answer.manifest.get("interrupted")
    return Told(
        when=kept_table(answer.folder, "when", lambda: chances_when(answer.results)),
        further=kept_table(answer.folder, "further", lambda: reasons_further(answer.results)),
        what_ifs=kept_table(answer.folder, "what_ifs", played) if is_played else None,
        cases=reference_table(request.scenario),
    )


def kept_table(folder: Path, name: str, make: "Callable[[], DataFrame]") -> "DataFrame":
    """A table of a result folder, made and put there if it is not there yet."""
    from scenarios.store.folder import add_table, read_kept_table

    found = read_kept_table(folder, name)
    if found is None:
        found = make()
        add_table(folder, name, found)
    return found


def said_beside(answer: KeptRun, scenario: "Scenario", form: Format) -> list[str]:
    """What people must read beside the headline: its spread, idle budgets, the cases; programs read the last."""
    from scenarios.cases.forecast import reference_lines
    from scenarios.questions.headline.spread import idle_budgets, spread_words

    cases = reference_lines(scenario)
    if form not in (Format.TABLE, Format.MARKDOWN):
        return cases
    said = (spread_words(answer.results), *idle_budgets(answer.results.scenario), *cases)
    return [line for line in said if line]


def held_patterns(answer: KeptRun, request: RunRequest) -> "DataFrame | None":
    """The patterns of history that the scenario can speak to, from the folder or played now; None if there are none."""
    from scenarios.history.patterns import held_against_history, part_of

    def played() -> "DataFrame":
        say("Holding the runs against history ...", request.is_quiet)
        return held_against_history(request.scenario, request.replications, request.play.seed, request.play.jobs)

    if not part_of(request.scenario) or answer.manifest.get("interrupted"):
        return None
    return kept_table(answer.folder, "patterns", played)


class Pictures:
    """What a folder does not show yet: the curve over the rungs and the figures, that of the curve last."""

    def __init__(self, answer: KeptRun, request: RunRequest, beside: Meanwhile, with_figures: bool) -> None:
        from scenarios.questions.headline.findings import figure_files
        from scenarios.store.aside import are_listed
        from scenarios.store.folder import CONTROL, MANIFEST, read, read_kept_table

        def curve() -> "DataFrame":
            return kept_table(answer.folder, "ladder", lambda: beside.table("ladder"))

        self.manifest, self.is_quiet, self.curve = answer.folder / MANIFEST, request.is_quiet, curve
        self.with_ladder = "ladder" in beside.asked or read_kept_table(answer.folder, "ladder") is not None
        self.left: dict[str, Callable[[], Figure]] = {}
        self.files: list[Path] = []
        names = [f"figures/{name}" for name in figure_files(self.with_ladder)]
        if with_figures and not are_listed(self.manifest, names):
            from scenarios.questions.headline.figure import figures_of, ladder_figure

            control = read(answer.folder / CONTROL) if answer.manifest.get("control") else None
            self.left = figures_of(answer.results, answer.summary, control)
            self.left |= ladder_figure(curve, answer.results) if self.with_ladder else {}

    def draw_while(self, goes_on: "Callable[[], bool]") -> None:
        """Draws one figure after the other as long as something else is waited for."""
        while self.left and goes_on():
            from scenarios.questions.headline.figure import draw_run

            if not self.files:
                say("Drawing the figures ...", self.is_quiet)
            name = next(iter(self.left))
            self.files += draw_run(self.manifest.parent / "figures", {name: self.left.pop(name)})

    def add(self) -> None:
        """Adds all that is missing to the folder."""
        from scenarios.store.aside import add_files

        self.draw_while(lambda: True)
        if self.files:
            add_files(self.manifest, self.files)
        elif self.with_ladder:
            self.curve()
