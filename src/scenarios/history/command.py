"""Calibration: the model held against history, and the sample of numbers that it leaves."""

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenarios.cases.command import Training, fit_cases
from scenarios.cli.boundary import command, put_made, say
from scenarios.cli.options import SeedOption, Shown
from scenarios.cli.work import duration
from scenarios.errors import RequestRefused
from scenarios.report.answer import rows_text

if TYPE_CHECKING:
    from pandas import DataFrame

    from scenarios.history.fit import FittedPosterior, Screening

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
    from scenarios.history.fit import FitSizes, fit_history, manifest_of_fit, predicted

    said = asdict(asked)
    check_sizes(said)
    check_place(shown.out / "fit", library, seed)
    sizes = FitSizes(**said)
    few, many = sizes.judged()
    guess = SECONDS_A_POINT * (sizes.replications * few + sizes.fine_replications * many) / 2
    say(f"About {duration(guess)} on two cores.", shown.is_quiet)
    screening, posterior = fit_history(sizes, seed, None if shown.is_quiet else say)
    patterns = both_patterns(predicted(None, CHECK_RUNS, seed + 1), predicted(posterior, CHECK_RUNS, seed + 1))
    settings = {"command": command_line(said, seed), "seed": seed, **said, "fine_replications": sizes.fine_replications}
    manifest = manifest_of_fit(screening, posterior, settings)
    folder = write_fit(shown.out / "fit", screening, posterior, patterns, manifest, library)
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
    from scenarios.store.aside import check_writable

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


def both_patterns(before: "DataFrame", after: "DataFrame") -> "DataFrame":
    """The patterns under the raw ranges and under the sample, side by side."""
    columns = ["simulated", "low", "high", "holds"]
    sides = before[columns].add_prefix("prior_"), after[columns].add_prefix("posterior_")
    return before[["id", "what", "observed", "required"]].join(list(sides))


def write_fit(
    folder: Path,
    screening: "Screening",
    posterior: "FittedPosterior",
    patterns: "DataFrame",
    manifest: dict[str, Any],
    library: str | None,
) -> Path:
    """Writes a fit: sample, manifest, screening, identification, patterns, figure."""
    from scenarios.engine.compiler import rulebook_hash
    from scenarios.history.ensembles import HISTORY
    from scenarios.history.figure import draw_fitted
    from scenarios.history.fit import TAUGHT, identification, scenarios_of_history
    from scenarios.scenario.posterior import FOLDER, write_posterior

    folder.mkdir(parents=True, exist_ok=True)
    history = scenarios_of_history((HISTORY,))[HISTORY]
    record = manifest | {"rulebook_hash": rulebook_hash()}
    write_posterior(folder, "posterior", posterior.paths, posterior.rows, history, record)
    table = identification(posterior, history)
    if library:
        # what history does not tell keeps its range: scenarios draw the rest from the sample, row by row
        kept = [posterior.paths.index(path) for path in table.loc[table["verdict"] == TAUGHT, "path"]]
        write_posterior(FOLDER, library, [posterior.paths[i] for i in kept], posterior.rows[:, kept], history, record)
    for name, rows in (("screening", screening.table), ("identification", table), ("patterns", patterns)):
        rows.to_csv(folder / f"{name}.csv", index=False, float_format="%.4g")
    draw_fitted(folder, posterior.fit.cube, table)
    return folder
