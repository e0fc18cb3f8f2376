"""The main job: the scenario and its control, run, kept, printed and drawn."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenarios.cli.boundary import INTERRUPTED, command, say
from scenarios.cli.options import Chosen, ExecutorOption, NoFiguresOption, PlayAsked, PointsOption, Shown
from scenarios.cli.work import Meanwhile, RunRequest, check_request, runs_of, say_earlier, size_for
from scenarios.errors import RequestRefused, StoreError
from scenarios.report.answer import Format
from scenarios.store import aside

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

    from scenarios.store.folder import KeptRun

DEFAULT_RUNS = 10_000
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
    from scenarios.questions.headline.what_ifs import played_beside

    check_request(size.runs, size.points, play.seed, play.jobs)
    scenario = chosen.scenario()
    shown.check_place()
    request = RunRequest(scenario, size.runs, size.points, play, shown.is_quiet, executor)
    if size.until_se is not None:
        request = size_for(request, size.until_se)
    asked = played_beside(scenario, not less.no_ladder, not less.no_what_ifs)
    needed = TABLES if less.no_figures else TABLES + DRAWING
    with closing(Meanwhile(request, asked, needed)) as beside:
        answer = kept_run(request, shown.out, not less.no_control, beside)
        with kept_and_said(answer.folder):
            pictures = Pictures(answer, request, beside, with_figures=not less.no_figures)
            if not answer.manifest.get("interrupted"):
                pictures.draw_while(lambda: beside.is_under_way("what_ifs"))
            tell(answer, request, beside, is_full or shown.form in (Format.CSV, Format.JSON), shown)
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


def kept_run(request: RunRequest, out: Path, with_control: bool, beside: Meanwhile) -> "KeptRun":
    """The answer to a request: the one that is there already, or a new one."""
    from scenarios.store.folder import KeptRun

    what = "scenario and control" if with_control else "scenario"
    folder, date = runs_of(request, out, what, with_control, beside.follow)
    if date is not None:
        say_earlier(date, request.is_quiet)
    return KeptRun(folder)


def tell(answer: "KeptRun", request: RunRequest, beside: Meanwhile, is_full: bool, shown: Shown) -> None:
    """Prints the answer, with what is played beside the runs."""
    from scenarios.history.patterns import held_against_history, part_of
    from scenarios.questions.headline import words

    def what_ifs() -> "DataFrame":
        say("Playing what-ifs ...", request.is_quiet)
        return beside.table("what_ifs")

    def patterns() -> "DataFrame":
        say("Holding the runs against history ...", request.is_quiet)
        return held_against_history(scenario, request.replications, request.play.seed, request.play.jobs)

    scenario, is_whole = request.scenario, not answer.manifest.get("interrupted")
    asked = {"what_ifs": what_ifs} if is_whole and "what_ifs" in beside.asked else {}
    asked |= {"patterns": patterns} if is_whole and part_of(scenario) else {}
    told = words.told_of_run(answer, scenario, asked)
    told = told._replace(beside=words.said_beside(answer, scenario, shown.form)) if is_full else told
    shown.show(words.run_answer(answer.summary, scenario, answer.manifest, answer.folder, told, is_full))
    if not is_whole:
        say(
            f"Interrupted; the runs that were finished are kept in {answer.folder}. The same command plays all of them."
        )
        raise typer.Exit(INTERRUPTED)


class Pictures:
    """What a folder does not show yet: the curve over the rungs and the figures, that of the curve last."""

    def __init__(self, answer: "KeptRun", request: RunRequest, beside: Meanwhile, with_figures: bool) -> None:
        from scenarios.questions.headline import findings
        from scenarios.store import folder

        def curve() -> "DataFrame":
            return answer.table("ladder", lambda: beside.table("ladder"))

        self.manifest, self.is_quiet, self.curve = answer.folder / folder.MANIFEST, request.is_quiet, curve
        self.with_ladder = "ladder" in beside.asked or folder.read_kept_table(answer.folder, "ladder") is not None
        self.left: dict[str, Callable[[], Figure]] = {}
        self.files: list[Path] = []
        names = [f"figures/{name}" for name in findings.figure_files(self.with_ladder)]
        if with_figures and not aside.are_listed(self.manifest, names):
            from scenarios.questions.headline import figure

            self.draw = figure.draw_run
            control = folder.read(answer.folder / folder.CONTROL) if answer.manifest.get("control") else None
            self.left = figure.figures_of(answer.results, answer.summary, control)
            self.left |= figure.ladder_figure(curve, answer.results) if self.with_ladder else {}

    def draw_while(self, goes_on: Callable[[], bool]) -> None:
        """Draws one figure after the other as long as something else is waited for."""
        while self.left and goes_on():
            if not self.files:
                say("Drawing the figures ...", self.is_quiet)
            name = next(iter(self.left))
            self.files += self.draw(self.manifest.parent / "figures", {name: self.left.pop(name)})

    def add(self) -> None:
        """Adds all that is missing to the folder."""
        self.draw_while(lambda: True)
        if self.files:
            aside.add_files(self.manifest, self.files)
        elif self.with_ladder:
            self.curve()
