"""Calibration: the model held against history, and the sample of numbers that it leaves."""

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from scenarios.cases.command import Training, fit_cases
from scenarios.cli.boundary import command, put_made, say
from scenarios.cli.options import SeedOption, Shown
from scenarios.cli.work import duration
from scenarios.errors import RequestRefused
from scenarios.report.answer import rows_text
from scenarios.store.aside import check_writable

LibraryOption = Annotated[
    str | None,
    typer.Option("--library", metavar="NAME", help="Also put it into the library, where scenarios can name it."),
]
FittedCasesOption = Annotated[
    Training | None,
    typer.Option("--cases", help="Fit the reference class on these rows of the cases instead, in seconds."),
]
SECONDS_A_POINT = 0.006  # on one core and for one run of each part
CHECK_RUNS = 800
NAME = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class SampleAsked:
    """How large a sample is drawn, and how."""

    particles: Annotated[int, typer.Option("--particles", metavar="N", help="Size of the sequential sample.")] = 1_400
    generations: Annotated[int, typer.Option("--generations", metavar="G", help="Most generations.")] = 2
    screen: Annotated[int, typer.Option("--screen", metavar="N", help="Points of the prior screened first.")] = 2_000
    replications: Annotated[int, typer.Option("--replications", "--runs", metavar="R", help="Runs of each point.")] = 8
    fine: Annotated[int, typer.Option("--fine", metavar="G", help="Generations after these, with 16 runs a point.")] = 1


@command
def fit(
    *,
    asked: SampleAsked,
    seed: SeedOption = 1,
    library: LibraryOption = None,
    cases: FittedCasesOption = None,
    shown: Shown,
) -> None:
    """Fits the numbers that history can speak to, or with --cases the reference class.

    Plays twenty years, autumn 2025 and Iran in June 2025 for many sets of numbers within their ranges, keeps those that
    reproduce the patterns, and writes the sample, what was learnt of each number, the patterns before and after, and a
    figure.
    """
    if cases is not None:
        fit_cases(cases, seed, shown)
        return
    from scenarios.engine.compiler import rulebook_hash
    from scenarios.history import figure, fit

    said = asdict(asked)
    check_sizes(said)
    check_place(shown.out / "fit", library, seed)
    sizes = fit.FitSizes(**said)
    few, many = sizes.judged()
    guess = SECONDS_A_POINT * (sizes.replications * few + sizes.fine_replications * many) / 2
    say(f"About {duration(guess)} on two cores.", shown.is_quiet)
    screening, posterior = fit.fit_history(sizes, seed, None if shown.is_quiet else say)
    before, after = (fit.predicted(drawn, CHECK_RUNS, seed + 1) for drawn in (None, posterior))
    patterns = fit.both_patterns(before, after)
    settings = {"command": command_line(said, seed), "seed": seed, **said, "fine_replications": sizes.fine_replications}
    record = fit.manifest_of_fit(screening, posterior, settings) | {"rulebook_hash": rulebook_hash()}
    folder = shown.out / "fit"
    taught = fit.write_fit(folder, screening, posterior, patterns, record, library)
    figure.draw_fitted(folder, posterior.fit.cube, taught)
    rows = patterns.to_dict("records")
    put_made(rows_text(rows, shown.form, "Patterns of history, before and after"))  # type: ignore[arg-type]
    say(f"Results: {folder}", shown.is_quiet)


def check_sizes(sizes: dict[str, int]) -> None:
    """Refuses sizes that make no sense."""
    least = {"particles": 20, "generations": 1, "screen": 50, "replications": 2, "fine": 0}
    for name, count in sizes.items():
        if not least[name] <= count <= 1_000_000:
            raise RequestRefused(f"--{name} {count}: must lie in {least[name]} to 1,000,000.")
    if sizes["screen"] < sizes["particles"]:
        raise RequestRefused(
            f"--screen {sizes['screen']}: must be at least --particles {sizes['particles']}, which are taken from it."
        )


def check_place(folder: Path, library: str | None, seed: int) -> None:
    """Refuses a seed out of bounds, and places that could not be written after half an hour."""
    from scenarios.history.fit import MOST_SEED
    from scenarios.scenario.posterior import FOLDER

    if not 0 <= seed <= MOST_SEED:
        raise RequestRefused(f"--seed {seed}: must lie in 0 to {MOST_SEED}.")
    check_writable(folder)
    if library is None:
        return
    if not NAME.fullmatch(library):
        raise RequestRefused(f"--library {library!r}: must be a name of letters, digits, hyphens and underscores.")
    check_writable(FOLDER)


def command_line(sizes: dict[str, int], seed: int) -> str:
    """The command that makes the same sample."""
    return "scenarios fit " + " ".join(f"--{name} {count}" for name, count in sizes.items()) + f" --seed {seed}"
