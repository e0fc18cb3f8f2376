"""Which options do commands share? Each is declared once."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenarios.errors import RequestRefused
from scenarios.report.formats import Format

if TYPE_CHECKING:
    from scenarios.scenario.scenario import Scenario

SECONDS_A_RUN = 0.00025  # on one core
BYTES_A_RUN = 75  # on the disk
BYTES_A_FULL_RUN = 3000  # of the first runs, which are kept with their numbers and events
FULL_RUNS = 100_000
MOST_RUNS = 100_000_000
LARGEST_SEED = 2**63 - 1


class Engine(StrEnum):
    """Who reads the rule book."""

    BATCH = "batch"
    AGENTS = "agents"


NameArgument = Annotated[str, typer.Argument(metavar="NAME-or-FILE", help="A library scenario, or a scenario file.")]
FormatOption = Annotated[Format, typer.Option("--format", help="Form of what goes to stdout.")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="Nothing on stderr but errors.")]
OutOption = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder of all results.")]
SettingsOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Pins a number or a switch; repeatable."),
]
OverlaysOption = Annotated[
    list[str] | None,
    typer.Option("--overlay", metavar="FILE", help="File of changed lines; repeatable."),
]
FixedOption = Annotated[bool, typer.Option("--fixed", help="Every number at its central value.")]
PriorOption = Annotated[bool, typer.Option("--prior", help="The raw ranges, whatever history has taught.")]
ReplicationsOption = Annotated[
    int,
    typer.Option("--replications", "--runs", metavar="N", help="Runs (of each point)."),
]
PointsOption = Annotated[
    int | None,
    typer.Option("--points", metavar="P", help="Draws of the uncertain numbers; without it one a run."),
]
SeedOption = Annotated[int, typer.Option("--seed", metavar="S", help="Base seed.")]
EngineOption = Annotated[Engine, typer.Option("--engine", help="Fast or readable; both give the same bits.")]
JobsOption = Annotated[int, typer.Option("--jobs", metavar="N", help="Threads; 0 = all.")]

ExecutorOption = Annotated[
    str | None,
    typer.Option("--executor", metavar="WHERE", help="processes:N or dask:ADDRESS instead of threads; the same bits."),
]


def assembled(
    name: str, overlays: list[str] | None, settings: list[str] | None, is_fixed: bool, is_prior: bool = False
) -> "Scenario":
    """The scenario that the options describe: the file, overlays in order, then settings, then fixed or prior."""
    from scenarios.scenario.load import load
    from scenarios.scenario.overlay import fixed, prior

    scenario = changed(load(name, overlays=tuple(overlays or ())), None, settings)
    scenario = prior(scenario) if is_prior else scenario
    return fixed(scenario) if is_fixed else scenario


def changed(scenario: "Scenario", overlays: list[str] | None, settings: list[str] | None) -> "Scenario":
    """A scenario with overlays in order, then settings."""
    from scenarios.scenario.overlay import with_overlay, with_values
    from scenarios.scenario.settings import parse_setting

    for file in overlays or ():
        scenario = with_overlay(scenario, file)
    return with_values(scenario, dict(parse_setting(setting) for setting in settings)) if settings else scenario


def check_request(replications: int, points: int | None, seed: int, jobs: int) -> None:
    """Refuses a number of runs, a seed or a number of threads that makes no sense.

    Raises
    ------
    RequestRefused
        With the cost of the request, if it is the cost that speaks against it.
    """
    for option, number in (("--replications", replications), ("--points", 1 if points is None else points)):
        if number < 1:
            raise RequestRefused(f"{option} {number}: must be at least 1. The default is 10000 runs, without points.")
    if jobs < 0:
        raise RequestRefused(f"--jobs {jobs}: must be 0 (all threads) or more.")
    if not 0 <= seed <= LARGEST_SEED:
        raise RequestRefused(f"--seed {seed}: must lie in 0 to {LARGEST_SEED}.")
    runs = replications * (points or 1)
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
    return f"about {time_of(n_scenarios * runs)} on one core and {size(n_scenarios * room(runs))} on the disk"


def time_of(runs: int) -> str:
    """Time that a number of runs will take on one core, in words."""
    return duration(runs * SECONDS_A_RUN)


def room(runs: int) -> float:
    """Room that a number of runs will take on the disk [bytes].

    Examples
    --------
    >>> size(room(1_000_000))
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


def size(count: float) -> str:
    """An amount of memory or disk in the largest unit that fits.

    Examples
    --------
    >>> size(2e15)
    '2,000.0 TB'
    """
    for unit, length in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if count >= length:
            return f"{count / length:,.1f} {unit}"
    return f"{count:,.0f} bytes"
