"""What changes from one scenario to another? `compare`: matched differences, each with a verdict."""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import takewhile
from pathlib import Path
from string import ascii_uppercase
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenarios.cli import options
from scenarios.cli.boundary import INTERRUPTED, command, say
from scenarios.cli.work import RunRequest, add_figures, check_request, runs_of, trusted
from scenarios.errors import RequestRefused
from scenarios.questions.comparison.words import Focus, Part, comparison_answer
from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from scenarios.results import Results

MANIFEST = "manifest.json"
FOR_A_SIDE = re.compile(r"([A-Za-z]):(.+)", re.DOTALL)
AS_BESIDE = "that of a result beside it, else"
NamesArgument = Annotated[
    list[str], typer.Argument(metavar="A [B ...]", help="Result folders, library scenarios or scenario files.")
]
SideSettingsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="[SIDE:]PATH[@DATE]=VALUE",
        help="Sets a number from the first step or a date on, or a switch; repeatable. With one scenario it makes B; "
        "B:PATH=VALUE is for B alone.",
    ),
]
SideBeliefsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--believe", metavar="[SIDE:]PATH=VALUE", help="A number has been so all along, for the same sides as --set."
    ),
]
SideOverlaysOption = Annotated[
    list[str] | None,
    typer.Option("--overlay", "--preset", metavar="[SIDE:]FILE", help="Changed lines, for the same sides as --set."),
]
SizeOption = Annotated[
    int | None, typer.Option("--replications", "--runs", metavar="N", help=f"Runs (of each point); {AS_BESIDE} 10000.")
]
LuckOption = Annotated[int | None, typer.Option("--seed", metavar="S", help=f"Base seed; {AS_BESIDE} 1.")]
OnlyOption = Annotated[
    Part | None, typer.Option("--only", help="One table alone; csv has one, the outcomes by default.")
]
OfOption = Annotated[
    list[str] | None,
    typer.Option("--of", metavar="QUESTION", help="Only this, changed or not, in the words of ask. Repeatable."),
]
PatronOption = Annotated[
    list[str] | None, typer.Option("--patron", metavar="NAME", help="Only what becomes of this patron. Repeatable.")
]
AllOption = Annotated[bool, typer.Option("--all", help="Show the rows, too, that did not change.")]
KeptNameOption = Annotated[
    str | None, typer.Option("--name", metavar="NAME", help="Name of the folder that keeps tables and figure.")
]
KIND = "comparison"
KINDS = ("overlays", "beliefs", "settings")  # of changes


@dataclass
class SideAsked:
    """One side: a result folder, or a scenario with its changes."""

    letter: str
    name: str
    changes: options.ChangesAsked
    is_copy: bool  # of the one scenario that was named

    @property
    def is_folder(self) -> bool:
        """Whether the name is that of a result folder."""
        place = Path(self.name)
        return (place / MANIFEST).is_file() or (place.is_dir() and len(place.parts) > 1)


def sides_asked(names: list[str], asked: options.ChangesAsked) -> list[SideAsked]:
    """The sides of a comparison, each with its own changes.

    With one name, the other sides are the same scenario with their changes: changes without a letter are B's, unless
    some have a letter. With several names, changes without a letter are every side's.
    """
    changes = [(kind, *_split(text)) for kind in KINDS for text in getattr(asked, kind) or ()]
    is_one, lettered = len(names) == 1, {letter for _, letter, _ in changes if letter}
    if is_one:
        # a letter beyond the next one is a slip: nobody means 26 sides by z:
        more = takewhile(lettered.__contains__, ascii_uppercase[2:])
        names = names * (2 + len(list(more)) if changes else 1)
    known = [chr(ord("A") + place) for place in range(len(names))]
    sides = [
        SideAsked(letter, name, options.ChangesAsked([], [], [], asked.allow_outside), is_one and letter != "A")
        for letter, name in zip(known, names, strict=True)
    ]
    if len(sides) < 2:
        raise RequestRefused(
            f"Nothing to compare {names[0]} with. Name a second result or scenario, or change a number: "
            f"scenarios compare {names[0]} --set PATH=VALUE."
        )
    for kind, letter, text in changes:
        if letter and letter not in known:
            raise RequestRefused(f"{letter}:{text}: there is no side {letter}. Sides: {', '.join(known)}.")
        for side in sides:
            if letter == side.letter or (not letter and (side.letter != "A" or not is_one or lettered)):
                getattr(side.changes, kind).append(text)
    return sides


def _split(text: str) -> tuple[str, str]:
    """The letter of a side, if there is one, and the change."""
    found = FOR_A_SIDE.fullmatch(text)
    # a drive letter is no side
    if found is None or os.path.lexists(text):
        return "", text
    return found[1].upper(), found[2]


def opened(side: SideAsked, is_fixed: bool, is_prior: bool = False) -> "Results | Scenario":
    """The results in a side's folder, or its scenario."""
    if not side.is_folder:
        return options.assembled(side.name, side.changes, is_fixed, is_prior)
    from scenarios.store.folder import read

    results, changes = read(side.name), [text for kind in reversed(KINDS) for text in getattr(side.changes, kind)]
    changes += [option for option, is_set in (("--fixed", is_fixed), ("--prior", is_prior)) if is_set]
    if not changes:
        return results
    if not side.is_copy or is_fixed or is_prior:
        change = changes[0]
        raise RequestRefused(
            f"{side.letter} is {side.name}, which was run already: {change} cannot change it. "
            "Name the scenario in its place."
        )
    return options.changed(results.scenario, side.changes)


@dataclass(frozen=True)
class ToldOfSide:
    """What is told of a comparison, and where it is kept."""

    only: OnlyOption = None
    of: OfOption = None
    patrons: PatronOption = None
    is_whole: AllOption = False
    name: KeptNameOption = None
    no_figures: options.NoFiguresOption = False

    @property
    def focus(self) -> Focus:
        """Which rows."""
        return Focus(tuple(self.of or ()), tuple(self.patrons or ()), self.is_whole)


@dataclass(frozen=True)
class Sides:
    """What is compared."""

    names: NamesArgument
    settings: SideSettingsOption = None
    beliefs: SideBeliefsOption = None
    overlays: SideOverlaysOption = None
    is_fixed: options.FixedOption = False
    is_prior: options.PriorOption = False
    allow_outside: options.OutsideOption = False

    @property
    def changes(self) -> options.ChangesAsked:
        """What is changed, on whatever side."""
        return options.ChangesAsked(self.overlays, self.beliefs, self.settings, self.allow_outside)

    @property
    def words(self) -> list[str]:
        """The same as it was typed."""
        flags = {"--fixed": self.is_fixed, "--prior": self.is_prior, "--allow-outside": self.allow_outside}
        said = options_of({"--overlay": self.overlays, "--believe": self.beliefs, "--set": self.settings})
        return [*self.names, *said, *(flag for flag, is_set in flags.items() if is_set)]


def options_of(said: Mapping[str, Iterable[Any] | None]) -> list[str]:
    """Options with their values, as they are typed."""
    return [word for option, values in said.items() for value in values or () for word in (option, str(value))]


@dataclass(frozen=True)
class Matched:
    """How the scenarios among the sides are played; as a result beside them, unless said."""

    replications: SizeOption = None
    points: options.PointsOption = None
    seed: LuckOption = None
    engine: options.EngineOption = options.Engine.BATCH
    jobs: options.JobsOption = 0
    is_anew: options.AgainOption = False


def size_words(replications: int, points: int | None, play: options.PlayAsked) -> list[str]:
    """How many runs are played, and with which luck, as it is typed."""
    engine = [] if play.engine is options.Engine.BATCH else [play.engine.value]
    draws = [] if points is None else [points]
    return options_of({"--replications": [replications], "--points": draws, "--seed": [play.seed], "--engine": engine})


@command
def compare(*, sides: Sides, how: Matched, told: ToldOfSide, shown: options.Shown) -> None:
    """Compares results or scenarios, run by run.

    Scenarios are run first, with the same luck. Prints what differs, the matched differences that are more than Monte
    Carlo error, and in which share of the same worlds a patron now stays. Tables and a figure are kept in a folder.

    One number changed: scenarios compare venezuela_2025 --set patrons.russia.war_drain=0.1
    """
    from scenarios.questions.comparison import ask

    check_request(1 if how.replications is None else how.replications, how.points, how.seed or 0, how.jobs)
    asked = sides_asked(sides.names, sides.changes)
    there = [opened(side, sides.is_fixed, sides.is_prior) for side in asked]
    results = [side for side in there if not isinstance(side, Scenario)]
    size, luck, draws = ask.size_beside(results, how.replications, how.seed, how.points)
    check_request(size, draws, luck, how.jobs)
    shown.check_place()
    check_name(told.name)
    scenarios = [side if isinstance(side, Scenario) else side.scenario for side in there]
    of, more = ask.questions_of(told.of or (), scenarios)
    told, play = replace(told, of=of), options.PlayAsked(luck, how.engine, how.jobs, how.is_anew)
    request = partial(RunRequest, replications=size, points=draws, play=play, is_quiet=shown.is_quiet)
    placed = [placed_runs(side, found, request, shown.out) for side, found in zip(asked, there, strict=True)]
    rows = [ask.side_row(side.letter, *found) for side, found in zip(asked, placed, strict=True)]
    tables, scenario = ask.comparison_tables([found for found, _ in placed], more), placed[0][0].scenario
    told.focus.check(tables[Part.OUTCOMES])
    typed = [
        *sides.words,
        *options_of({"--of": of}),
        *([] if len(results) == len(there) else size_words(size, draws, play)),
    ]
    folder = keep_comparison(tables, {"sides": rows, "how": typed}, told, play, shown)
    shown.show(comparison_answer(tables, rows, scenario, told.only, told.focus, folder))


def check_name(name: str | None) -> None:
    """Refuses a name that is none of a folder."""
    if name is not None and re.fullmatch(r"[\w][\w.+-]*", name) is None:
        raise RequestRefused(f"--name {name}: must be letters, digits and . - + _, like peace-2026.")


def keep_comparison(
    tables: "dict[Part, Any]",
    said: dict[str, Any],
    told: ToldOfSide,
    play: options.PlayAsked,
    shown: options.Shown,
) -> Path:
    """Puts tables and figure of a comparison into a folder; a name of the user's is kept for the last of that name."""
    from scenarios.engine.compiler import rulebook_hash
    from scenarios.store import answers, manifest

    outcomes = tables[Part.OUTCOMES]
    scenario, rows = outcomes.sides[0].scenario, [{**row, "folder": Path(row["folder"]).name} for row in said["sides"]]
    # a comparison without --of keeps the folder that it always had; what is asked is also what is drawn
    more = {"of": list(told.of)} if told.of else {}
    asked = answers.asked_of(KIND, scenario, rulebook_hash(), sides=rows, **more)
    folder = answers.answer_folder(shown.out, KIND, asked)
    folder = folder if told.name is None else folder.with_name(f"{KIND}-{told.name}")
    # what the hash names does not change; a name of the user's may stand for another comparison by now
    kept = None if told.name else trusted(lambda: answers.kept_answer(folder, KIND), play, shown.is_quiet)
    if kept is None:
        record = {"date": datetime.now(UTC).isoformat(timespec="seconds"), **manifest.versions(), **asked}
        notes = outcomes.attrs.get("notes", [])
        record |= {"scenario": manifest.scenario_record(scenario), "notes": notes, "how": said["how"]}
        answers.keep_answer(folder, KIND, record, {part.value: table for part, table in tables.items() if len(table)})
    if not told.no_figures:
        add_figures(folder, KIND, {KIND: partial(outcomes.plot, told.of or None)}, unless_there=True)
    return folder


def placed_runs(
    side: SideAsked, found: "Results | Scenario", request: Callable[..., RunRequest], out: Path
) -> "tuple[Results, Path]":
    """The runs of a side with their folder: read, in the folder of results already, or played and put there."""
    from scenarios.store.folder import read

    if not isinstance(found, Scenario):
        return found, Path(side.name)
    asked = request(found)
    folder, date = runs_of(asked, out, side.letter, with_control=False)
    if date is not None:
        say(f"{side.letter}: was run before, read from {folder}.", asked.is_quiet)
    results = read(folder)
    if date is None and results.manifest.get("interrupted"):
        say(f"Interrupted while {side.letter} was run; nothing is compared. Finished runs are kept in {folder}.")
        raise typer.Exit(INTERRUPTED)
    return results, folder
