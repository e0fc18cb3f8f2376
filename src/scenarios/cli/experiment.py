"""How does an experiment speak? Its size from the command line, then its question, table, figure and what follows.

An experiment is a file with a question, its constants and one call (`experiments/` of the repository). What all of them
share stands here; docs/how-to/experiments.md says how to write one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from re import sub
from textwrap import fill
from typing import TYPE_CHECKING, Annotated, Any
from zlib import crc32

import pandas as pd
import typer

from scenarios.cli import boundary, options, work
from scenarios.errors import RequestRefused
from scenarios.report.answer import Format, page, section_of
from scenarios.report.wording import Section
from scenarios.scenario.overlay import with_changes
from scenarios.scenario.scenario import Scenario
from scenarios.store.answers import origin
from scenarios.store.aside import check_writable

if TYPE_CHECKING:
    from matplotlib.figure import Figure


QUICK_FOLDER = "quick"  # apart from the real ones, so that a trial never takes the place of an answer
LONGEST_NAME = 100  # of a folder
LINE = 110
FIGURE = "figure"  # name of its file
CONCLUDED = "What you may conclude, in this model and within its Monte Carlo error:"
RunsOption = Annotated[
    int | None, typer.Option("--runs", "--replications", metavar="N", help="Runs instead of its own.")
]
QuickOption = Annotated[bool, typer.Option("--quick", help="A trial of seconds: far too few runs to conclude from.")]
PageOption = Annotated[
    Path | None, typer.Option("--page", metavar="FILE", help="Page of the docs whose tables are to be written.")
]
UNCHANGED = options.ChangesAsked()
Drawing = Callable[[], "Figure"]
Concluding = Callable[[], Sequence[str]]
MARK = "<!-- tables -->\n"
MOST_COLUMNS = 8  # beside the first, on a screen
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Experiment:
    """One experiment as it was asked for.

    Attributes
    ----------
    text : str
        Its docstring: the question, and a table of what it covers.
    runs, seed : int
    folder : Path
        Where its table and figures go.
    is_quick : bool
        Whether it is a trial.
    page : Path or None
        Page of the docs whose tables are to be written.
    changes : Changes
        What is laid over, believed and set in every scenario that is played, before its sides are made.
    opened : list of str
        Scenarios that were opened so far.
    """

    text: str
    runs: int
    seed: int
    folder: Path
    is_quick: bool
    page: Path | None = None
    changes: options.ChangesAsked = UNCHANGED
    opened: list[str] = field(default_factory=list)

    @property
    def question(self) -> str:
        """The first line of its docstring."""
        return self.text.strip().partition("\n")[0]

    def scenario(self, name: str) -> Scenario:
        """A scenario of the library, or of a file, with what the user changes."""
        self.opened.append(name)
        return options.assembled(name, self.changes, False)

    def manifest(self, scenario: Scenario) -> dict[str, Any]:
        """Size, seed, and where the numbers are drawn from, for tables and figures."""
        return {"seed": self.seed, "replications": self.runs, "points": None, "engine": "batch", **origin(scenario)}

    def tell(
        self,
        table: pd.DataFrame,
        shown: "Sequence[Section]",
        said: Sequence[str],
        draw: Drawing | None,
        concludes: Concluding,
    ) -> None:
        """Writes table and figure, and prints the answer with what follows from it."""
        changed = changed_lines(self.changes)
        if changed and not self.opened:
            raise RequestRefused(f"{changed[0]}: no scenario was opened with asked.scenario(NAME).")
        self.folder.mkdir(parents=True, exist_ok=True)
        table.to_csv(self.folder / "table.csv", index=False)
        if draw is not None:
            from scenarios.report import style

            style.write(style.as_shown(draw)(), self.folder, FIGURE)
        trial = ["A trial: far too few runs to conclude anything from."] if self.is_quick else []
        if changed:
            said = [*said, f"Changed before the sides are made: {', '.join(changed)}. Nothing is concluded of it here."]
        if self.page is not None:
            write_tables(self.page, shown, [*said, *trial])
        screen = [block for section in shown for block in blocks_of_page(section)]
        boundary.put_made(page(self.question, screen, [*said, *trial], Format.TABLE))
        if not changed:  # the lines speak of the library's numbers
            lines = [fill(line, LINE, initial_indent="* ", subsequent_indent="  ") for line in concludes()]
            boundary.tell_line("\n".join(["", CONCLUDED, *lines]))
        boundary.tell_line(f"\nTable and figure: {self.folder}")

    def tell_sides(
        self, table: pd.DataFrame, scenario: Scenario, concludes: Callable[[pd.DataFrame], Sequence[str]]
    ) -> None:
        """Tells of several versions of a scenario, side by side."""
        from scenarios.questions.comparison import figure
        from scenarios.report import contrast

        manifest = self.manifest(scenario)
        said = figure.contrast_notes(table, scenario, manifest)
        self.tell(
            table,
            [figure.contrast_section(table, "")],
            said,
            lambda: contrast.contrast(table, contrast.contrast_finding(table), scenario, manifest),
            lambda: concludes(table),
        )

    def compare(
        self,
        base: Scenario | Mapping[str, Scenario],
        versions: "Mapping[str, Mapping[str, Any]]",
        outcomes: Sequence[str],
        concludes: Callable[[pd.DataFrame], Sequence[str]],
    ) -> None:
        """Plays versions of a scenario with the same luck, and tells how each differs from the first."""
        from scenarios.questions.comparison import ask, figure

        worlds = base if isinstance(base, Mapping) else {"": base}
        tables = []
        for where, world in worlds.items():
            sides = [with_changes(world, values) for values in versions.values()]
            compared = ask.compare(*sides, replications=self.runs, rng=self.seed)
            tables.append(figure.sides_of(compared, list(versions), outcomes, world, where))
        names = " and ".join(dict.fromkeys(world.name for world in worlds.values()))
        self.tell_sides(figure.by_outcome(tables), replace(next(iter(worlds.values())), name=names), concludes)


def changed_lines(changes: options.ChangesAsked) -> list[str]:
    """What is laid over, believed and set, as a user writes it.

    Examples
    --------
    >>> changed_lines(options.ChangesAsked(beliefs=["client.hold=0.4"], settings=["terms.bargain=off"]))
    ['--believe client.hold=0.4', '--set terms.bargain=off']
    """
    by_option = {"--overlay": changes.overlays, "--believe": changes.beliefs, "--set": changes.settings}
    return [f"{option} {text}" for option, texts in by_option.items() for text in texts or ()]


def changed_folder(changed: Sequence[str]) -> str:
    """Where the answer with other numbers goes: never over the one without.

    Examples
    --------
    >>> changed_folder(["--believe client.hold=0.4", "--set terms.bargain=off"])
    'believe_client.hold=0.4,terms.bargain=off'
    """
    named = ",".join(text.removeprefix("--set ").removeprefix("--") for text in changed)
    name = sub(r"[^\w.=@,+-]", "_", named)
    return name if len(name) <= LONGEST_NAME else f"{len(changed)} settings {crc32(name.encode()):08x}"


def check_page(page: Path | None, changed: Sequence[str]) -> None:
    """Refuses a page of the docs that has no place for tables, and tables of another world on one that has."""
    if page is None:
        return
    if changed:
        raise RequestRefused(f"--page {page}: beside {changed[0]}. A page of the docs tells of the library's numbers.")
    if not page.is_file() or MARK not in page.read_text("utf-8"):
        raise RequestRefused(f"--page {page}: no such page with the line {MARK.strip()}, below which its tables go.")


def experiment(
    file: str, text: str | None, runs: int, quick: int, takes_settings: bool = True
) -> Callable[[Callable[[Experiment], None]], Callable[..., None]]:
    """Makes a command of a function that asks one question.

    Parameters
    ----------
    file, text : str
        ``__file__`` and ``__doc__`` of the experiment.
    runs, quick : int
        Runs of the real answer, and of a trial.
    takes_settings : bool
        Whether `--set`, `--believe` and `--overlay` make sense: not where what is played is the question.

    Returns
    -------
    callable
        Turns ``main(asked)`` into ``main(arguments)``: the arguments of the command line, those of the program if
        none are given. Ends with the exit codes of every command.
    """

    def as_command(main: Callable[[Experiment], None]) -> Callable[..., None]:
        def play(
            is_quick: QuickOption = False,
            n_runs: RunsOption = None,
            seed: options.SeedOption = 1,
            out: options.OutOption = Path("results"),
            page: PageOption = None,
            settings: options.SettingsOption = None,
            beliefs: options.BeliefsOption = None,
            overlays: options.OverlaysOption = None,
            allow_outside: options.OutsideOption = False,
        ) -> None:
            changes = options.ChangesAsked(overlays, beliefs, settings, allow_outside)
            changed = changed_lines(changes)
            if changed and not takes_settings:
                raise RequestRefused(
                    f"{changed[0]}: what this experiment plays is fixed. Allowed: no --set, --believe or --overlay."
                )
            size = n_runs if n_runs is not None else quick if is_quick else runs
            work.check_request(size, None, seed, 0)
            check_page(page, changed)
            place = out / "experiments" / (QUICK_FOLDER if is_quick else "") / Path(file).stem
            place = place / changed_folder(changed) if changed else place
            check_writable(out)
            work.announce_compiling(options.Engine.BATCH, False)
            main(Experiment(str(text), size, seed, place, is_quick, page, changes))

        app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
        app.command(help=str(text).replace("\n\n", "\n\n\b\n"))(boundary.command(play))
        return app

    return as_command


def sections_of_rows(tables: Mapping[str, Rows]) -> list[Section]:
    """Tables of rows, by heading; those without a row are left out."""
    return [section_of(rows, heading) for heading, rows in tables.items() if rows]


def blocks_of_page(section: Section) -> list[Section]:
    """A wide table as several that fit a screen, each with the first column.

    Examples
    --------
    >>> wide = Section("", ("a", *(f"b{i}" for i in range(9))), (tuple("0123456789"),))
    >>> [block.columns for block in blocks_of_page(wide)]
    [('a', 'b0', 'b1', 'b2', 'b3', 'b4'), ('a', 'b5', 'b6', 'b7', 'b8')]
    """
    others = range(1, len(section.columns))
    n = max(1, -(-len(others) // MOST_COLUMNS))
    size = max(1, -(-len(others) // n))
    parts = [(0, *others[i : i + size]) for i in range(0, max(1, len(others)), size)]
    return [
        Section(
            section.heading,
            tuple(section.columns[i] for i in part),
            tuple(tuple(row[i] for i in part) for row in section.rows),
        )
        for part in parts
    ]


def write_tables(file: Path, shown: Sequence[Section], said: Sequence[str]) -> None:
    """Writes tables into a page of the docs, after its own words."""
    words = file.read_text(encoding="utf-8").split(MARK)[0]
    parts = ["\n".join(said) + "\n"] + [page("", [section], [], Format.MARKDOWN) for section in shown]
    file.write_text(words + MARK + "\n" + "\n".join(parts), encoding="utf-8")
