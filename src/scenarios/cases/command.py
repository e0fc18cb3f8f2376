"""The cases at the command line: `score --cases`, `fit --cases`, `cases`."""

from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from scenarios.cli.boundary import command, put_made, say
from scenarios.cli.options import Engine, FormatOption, Shown
from scenarios.cli.work import announce_compiling, bar
from scenarios.errors import RequestRefused
from scenarios.report.answer import Format, records, rows_text

if TYPE_CHECKING:
    from scenarios.cases.ask import ScoredCases

MOST_SEED = 2**32 - 1


class Training(StrEnum):
    """Which rows a fit of the cases has seen."""

    CALIBRATION = "calibration"
    ALL = "all"


CaseArgument = Annotated[str | None, typer.Argument(metavar="ID", help="One case, such as SYR15R.")]
FindOption = Annotated[str | None, typer.Option("--find", metavar="WORD", help="Cases with this word anywhere.")]


class By(StrEnum):
    """Whose chances of the rows are scored."""

    REFERENCE = "reference"
    SIMULATION = "simulation"


class RowsPlayed(NamedTuple):
    """How rows are played by the simulation."""

    replications: int
    seed: int

    def record(self, played: str) -> dict[str, Any]:
        """The same for the manifest, with the hash of what was played."""
        from scenarios.engine.compiler import rulebook_hash

        return {"by": By.SIMULATION.value, **self._asdict(), "rulebook": rulebook_hash(), "played": played}


def score_rows(file: str, training: Training, play: RowsPlayed | None, shown: Shown) -> None:
    """Forecasts and scores the rows of a file, by the simulation if it is said how, keeps the answer, and prints it."""
    from scenarios.cases.ask import score_cases
    from scenarios.cases.library import shipped_manifest
    from scenarios.cases.rows import read_cases
    from scenarios.cases.words import scored_answer
    from scenarios.store.answers import answer_folder, keep_answer
    from scenarios.store.aside import check_writable

    read_cases(file)  # a faulty file is refused before a folder is made
    check_writable(shown.out)
    scored = score_cases(file, training.value) if play is None else score_played(file, training, play, shown)
    asked: dict[str, Any] = {"analysis": "score", "scenario_name": "cases", "training": training.value}
    asked |= {"file_hash": sha256(Path(file).read_bytes()).hexdigest(), "fit": shipped_manifest(training.value)}
    asked |= {} if play is None else play.record(scored.played)
    folder, tables = answer_folder(shown.out, "score", asked), scored.tables
    keep_answer(folder, "score", {**asked, "notes": list(scored.notes), "tables": list(tables)}, tables)
    title = "Reference class" if play is None else f"Simulation, {play.replications} runs a row, seed {play.seed}"
    shown.show(scored_answer(scored, f"{title}: {Path(file).name}", folder, asked))


def score_played(file: str, training: Training, play: RowsPlayed, shown: Shown) -> "ScoredCases":
    """Plays and scores the rows of a file under a progress bar."""
    from scenarios.cases.simulated import score_cases_by_simulation

    announce_compiling(Engine.BATCH, shown.is_quiet)
    with bar("rows", shown.is_quiet) as progress:
        return score_cases_by_simulation(file, play.replications, play.seed, training.value, progress=progress)


def fit_cases(training: Training, seed: int, shown: Shown) -> None:
    """Fits the reference class anew and says where the draws went."""
    from scenarios.cases.library import learnt_numbers, refit, write_refit
    from scenarios.store.aside import check_writable

    if not 0 <= seed <= MOST_SEED:
        raise RequestRefused(f"--seed {seed}: must lie in 0 to {MOST_SEED}.")
    check_writable(shown.out)
    made = refit(training.value, seed)
    folder = write_refit(shown.out / "cases" / f"fit-{training.value}-{seed}", training.value, made)
    heading = f"Eight numbers fitted on {made.manifest['rows']} cases (seed {seed}, {made.manifest['draws']} draws)"
    put_made(rows_text(records(learnt_numbers(made.fit)), shown.form, heading))
    say(f"Results: {folder}", shown.is_quiet)


@command
def cases(*, case: CaseArgument = None, find: FindOption = None, form: FormatOption = Format.TABLE) -> None:
    """Lists the cases of the reference class, or shows one.

    One case comes with its window, its pressure, every code with the coder's reason, its outcome and its sources.
    """
    from scenarios.cases.library import coded_row, coded_rows, says
    from scenarios.cases.words import LISTED, case_rows

    if case is not None and find is not None:
        raise RequestRefused("ID and --find both choose cases. Leave one of the two out.")
    if case is not None:
        row = coded_row(case)
        put_made(rows_text(case_rows(row), form, row["case_id"]))
        return
    found = [{name: row[name] for name in LISTED} for row in coded_rows() if find is None or says(row, find)]
    if not found:
        raise RequestRefused(f"--find {find!r}: no case says so. `scenarios cases` lists all {len(coded_rows())}.")
    put_made(rows_text(found, form, f"{len(found)} of {len(coded_rows())} cases"))
