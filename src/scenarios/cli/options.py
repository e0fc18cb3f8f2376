"""Which options do commands share? Each is declared once; those that go together are a group."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from scenarios.cli.boundary import put_made, say
from scenarios.report.answer import Answer, Format, render
from scenarios.scenario.scenario import Scenario
from scenarios.store.aside import check_writable


class Engine(StrEnum):
    """Who reads the rule book."""

    BATCH = "batch"
    AGENTS = "agents"


NameArgument = Annotated[
    str, typer.Argument(metavar="NAME-or-FILE", help="A library scenario, a scenario file, or case:ID.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="Form of what goes to stdout.")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="Nothing on stderr but errors.")]
OutOption = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder of all results.")]
SettingsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH[@DATE]=VALUE",
        help="Sets a number, from the first step or a date on (x1.25: a factor); or a switch. Repeatable.",
    ),
]
BeliefsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--believe",
        metavar="PATH=VALUE",
        help="A number has been so all along: the opening is inferred under it. Repeatable.",
    ),
]
OverlaysOption = Annotated[
    list[str] | None,
    typer.Option("--overlay", "--preset", metavar="FILE", help="File of changed lines, a value alone is enough."),
]
OutsideOption = Annotated[
    bool,
    typer.Option(
        "--allow-outside", help="The files named may build on files outside their folder: trust their author."
    ),
]
FixedOption = Annotated[bool, typer.Option("--fixed", help="Every number at its central value.")]
PriorOption = Annotated[bool, typer.Option("--prior", help="The raw ranges, whatever history has taught.")]
ReplicationsOption = Annotated[int, typer.Option("--replications", "--runs", metavar="N", help="Runs (of each point).")]
PointsOption = Annotated[
    int | None, typer.Option("--points", metavar="P", help="Draws of the uncertain numbers; without it one a run.")
]
SeedOption = Annotated[int, typer.Option("--seed", metavar="S", help="Base seed.")]
EngineOption = Annotated[Engine, typer.Option("--engine", help="Fast or readable; both give the same bits.")]
JobsOption = Annotated[int, typer.Option("--jobs", metavar="N", help="Threads; 0 = all.")]
AgainOption = Annotated[bool, typer.Option("--again", help="Play it again, whatever earlier answer is there.")]
NoFiguresOption = Annotated[bool, typer.Option("--no-figures", help="Draw nothing.")]
OverOption = Annotated[
    list[str] | None,
    typer.Option(
        "--over",
        metavar="PATH",
        help="Number or group, e.g. patrons.china; terms, or choices: PATH=a,b. Repeatable. All with a range if none.",
    ),
]
ExecutorOption = Annotated[
    str | None,
    typer.Option("--executor", metavar="WHERE", help="processes:N or dask:ADDRESS instead of threads; the same bits."),
]


class ChangesAsked(NamedTuple):
    """What is changed in a scenario: lines laid over it, then what is believed, then what is set."""

    overlays: list[str] | None = None
    beliefs: list[str] | None = None
    settings: list[str] | None = None
    allow_outside: bool = False


@dataclass(frozen=True)
class Chosen:
    """Which scenario, and what is changed in it."""

    name: NameArgument
    settings: SettingsOption = None
    beliefs: BeliefsOption = None
    overlays: OverlaysOption = None
    is_fixed: FixedOption = False
    is_prior: PriorOption = False
    allow_outside: OutsideOption = False

    def scenario(self) -> Scenario:
        """The scenario that these options describe."""
        changes = ChangesAsked(self.overlays, self.beliefs, self.settings, self.allow_outside)
        return assembled(self.name, changes, self.is_fixed, self.is_prior)


@dataclass(frozen=True)
class PlayAsked:
    """How runs are played."""

    seed: SeedOption = 1
    engine: EngineOption = Engine.BATCH
    jobs: JobsOption = 0
    is_anew: AgainOption = False

    def how(self, progress: Any) -> dict[str, Any]:
        """The same as the functions of the questions take it."""
        return {"rng": self.seed, "engine": self.engine.value, "jobs": self.jobs, "progress": progress}


@dataclass(frozen=True)
class Shown:
    """Where an answer goes, and how it is printed."""

    out: OutOption = Path("results")
    form: FormatOption = Format.TABLE
    is_quiet: QuietOption = False

    def check_place(self) -> None:
        """Refuses a folder in which nothing can be written, before anything is played."""
        check_writable(self.out)

    def show(self, answer: Answer) -> None:
        """Prints an answer; its folder is named on stderr where programs read the rest."""
        put_made(render(answer, self.form))
        is_named = answer.folder is None or self.form in (Format.TABLE, Format.MARKDOWN)
        say(f"Results: {answer.folder}", self.is_quiet or is_named)


def assembled(name: str, changes: ChangesAsked, is_fixed: bool, is_prior: bool = False) -> Scenario:
    """The scenario that the options describe: the file, overlays in order, beliefs, settings, then fixed or prior."""
    from scenarios.scenario import load, overlay

    loaded = load.load(name, tuple(changes.overlays or ()), changes.allow_outside)
    scenario = changed(loaded, changes._replace(overlays=None))
    scenario = overlay.prior(scenario) if is_prior else scenario
    return overlay.fixed(scenario) if is_fixed else scenario


def changed(scenario: Scenario, changes: ChangesAsked) -> Scenario:
    """A scenario with overlays in order, then beliefs, then settings."""
    from scenarios.scenario import entries, overlay

    for file in changes.overlays or ():
        scenario = overlay.with_overlay(scenario, file, changes.allow_outside)
    if changes.beliefs:
        beliefs = dict(entries.parse_setting(belief, "--believe") for belief in changes.beliefs)
        scenario = overlay.believed(scenario, beliefs)
    settings = dict(map(entries.parse_setting, changes.settings or ()))
    return overlay.with_values(scenario, settings) if settings else scenario
