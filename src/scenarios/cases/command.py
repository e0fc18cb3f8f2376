"""The cases at the command line: `score --cases`, `fit --cases`, `cases`."""

from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from scenarios.cli.boundary import command, put_made, say
from scenarios.cli.options import Engine, FormatOption, Shown
from scenarios.cli.work import announce_compiling, bar
from scenarios.errors import RequestRefused
from scenarios.report.answer import Format, records, rows_text

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
    from scenarios.cases import ask, library, rows, simulated, words
    from scenarios.store import answers

    rows.read_cases(file)  # a faulty file is refused before a folder is made
    shown.check_place()
    if play is None:
        scored = ask.score_cases(file, training.value)
    else:
        announce_compiling(Engine.BATCH, shown.is_quiet)
        with bar("rows", shown.is_quiet) as progress:
            scored = simulated.score_cases_by_simulation(file, *play, training.value, progress=progress)
    asked: dict[str, Any] = {"analysis": "score", "scenario_name": "cases", "training": training.value}
    asked |= {"file_hash": sha256(Path(file).read_bytes()).hexdigest(), "fit": library.shipped_manifest(training.value)}
    asked |= {} if play is None else play.record(scored.played)
    folder, tables = answers.answer_folder(shown.out, "score", asked), scored.tables
    answers.keep_answer(folder, "score", {**asked, "notes": list(scored.notes), "tables": list(tables)}, tables)
    title = "Reference class" if play is None else f"Simulation, {play.replications} runs a row, seed {play.seed}"
    shown.show(words.scored_answer(scored, f"{title}: {Path(file).name}", folder, asked))


def fit_cases(training: Training, seed: int, shown: Shown) -> None:
    """Fits the reference class anew and says where the draws went."""
    from scenarios.cases import library

    if not 0 <= seed <= MOST_SEED:
        raise RequestRefused(f"--seed {seed}: must lie in 0 to {MOST_SEED}.")
    shown.check_place()
    made = library.refit(training.value, seed)
    folder = library.write_refit(shown.out / "cases" / f"fit-{training.value}-{seed}", training.value, made)
    heading = f"Eight numbers fitted on {made.manifest['rows']} cases (seed {seed}, {made.manifest['draws']} draws)"
    put_made(rows_text(records(library.learnt_numbers(made.fit)), shown.form, heading))
    say(f"Results: {folder}", shown.is_quiet)


@command
def cases(*, case: CaseArgument = None, find: FindOption = None, form: FormatOption = Format.TABLE) -> None:
    """Lists the cases of the reference class, or shows one.

    One case comes with its window, its pressure, every code with the coder's reason, its outcome and its sources.
    """
    from scenarios.cases import library, words

    if case is not None and find is not None:
        raise RequestRefused("ID and --find both choose cases. Leave one of the two out.")
    if case is not None:
        row = library.coded_row(case)
        put_made(rows_text(words.case_rows(row), form, row["case_id"]))
        return
    rows = library.coded_rows()
    found = [{name: row[name] for name in words.LISTED} for row in rows if find is None or library.says(row, find)]
    if not found:
        raise RequestRefused(f"--find {find!r}: no case says so. `scenarios cases` lists all {len(rows)}.")
    put_made(rows_text(found, form, f"{len(found)} of {len(rows)} cases"))
