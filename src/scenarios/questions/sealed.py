"""How is a forecast frozen, so that nobody can mend it once the outcomes are known? With checksums, once."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.errors import RequestRefused, StoreError, Unvouched
from scenarios.legible import UNFIT, looks_like_a_formula
from scenarios.outcomes.outcome import outcome_named
from scenarios.results import Results
from scenarios.scenario.user_table import UserTable, read_table
from scenarios.store.answers import keep_answer, kept_answer, origin, record_file
from scenarios.store.manifest import question_hash, question_of, versions

KIND = TABLE = "forecast"
MOST_QUESTIONS = 10_000


def asked_questions(questions: list[str] | None, file: Path | None) -> dict[str, str]:
    """Id -> question: those of the command line are numbered, those of a file have their own."""
    named = {f"q{place}": text for place, text in enumerate(questions or [], start=1)}
    found = questions_in(file) if file is not None else {}
    if both := [key for key in named if key in found]:
        raise RequestRefused(f"{file}: the id {both[0]!r} is that of a question of the command line. Give it another.")
    if not named and not found:
        raise RequestRefused(
            'Nothing is asked. Write a question, for instance "russia.step_back by 2026-03-01", or --questions FILE.'
        )
    return named | found


def questions_in(file: Path | str) -> dict[str, str]:
    """Id -> question, from a CSV file with the columns id and question."""
    table, name = table_with(file, "id", "question"), Path(file).name
    if len(table.rows) > MOST_QUESTIONS:
        raise RequestRefused(f"{name}: has {len(table.rows):,} questions; at most {MOST_QUESTIONS:,} are allowed.")
    found: dict[str, str] = {}
    for (line, key), (_, question) in zip(column_cells(table, "id"), column_cells(table, "question"), strict=True):
        if not key or not question:
            raise RequestRefused(f"{name}, line {line}: has no {'id' if not key else 'question'}. Give it one.")
        if looks_like_a_formula(key) or UNFIT.search(key):
            raise RequestRefused(f"{name}, line {line}: the id {key!r} is one that programs may work out. Use letters.")
        if key in found:
            raise RequestRefused(f"{name}, line {line}: the id {key!r} stands twice. Ids must differ.")
        found[key] = question
    if not found:
        raise RequestRefused(f"{name}: asks nothing. Below the head, write a line with an id and a question.")
    return found


def table_with(file: Path | str, *columns: str) -> UserTable:
    """The table in a CSV file, which must have some columns."""
    table = read_table(file)
    if missing := [column for column in columns if column not in table.head]:
        lacks = f"has no column {' and no column '.join(missing)}"
        raise RequestRefused(f"{Path(file).name}: {lacks}. Needed: {', '.join(columns)}.")
    return table


def column_cells(table: UserTable, column: str) -> list[tuple[int, str]]:
    """The cells of a column with their lines."""
    spot = table.head.index(column)
    return [(line, row[spot]) for line, row in zip(table.lines, table.rows, strict=True)]


def check_new(folder: Path) -> None:
    """Refuses a place where something is: a forecast is never overwritten."""
    if folder.exists():
        raise RequestRefused(f"{folder}: is there already, and a forecast is never overwritten. Choose another place.")


def freeze(folder: Path, table: pd.DataFrame, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Writes a forecast, whole or not at all; returns its record.

    Parameters
    ----------
    folder : Path
        Where nothing is yet.
    table : DataFrame
        One row a question, with the columns id, question, chance, published and base_rate at least.
    asked : mapping
        What was played, with its hashes, size and seed; plain values.
    """
    check_new(folder)
    record = {**asked, **versions(), "date": datetime.now(UTC).isoformat(timespec="seconds"), "questions": len(table)}
    record |= {"hash": question_hash({**asked, "forecast": table.to_csv(index=False)})}
    keep_answer(folder, KIND, record, {TABLE: table})
    return record


def freeze_chances(
    folder: Path, asked: dict[str, str], table: pd.DataFrame, results: Results, given: str | None
) -> None:
    """Writes chances as a forecast; ids that ask the same have the same row."""
    scenario = results.scenario
    plain = [outcome_named(text, scenario).text for text in asked.values()]
    rows = table.set_index("question", drop=False).loc[plain].assign(id=list(asked))
    record = {**question_of(results.manifest, scenario), **origin(scenario), "given": given}
    freeze(folder, rows[["id", *table.columns]].reset_index(drop=True), record)


def frozen_forecast(folder: Path) -> tuple[dict[str, Any], pd.DataFrame]:
    """The record and the questions of a forecast that is as it was frozen."""
    try:
        kept = kept_answer(folder, KIND) if record_file(folder, KIND).is_file() else None
    except (StoreError, Unvouched) as fault:
        # what was found, without the cure of result folders
        found = str(fault).partition("(")[2].partition(")")[0] or "it cannot be vouched for"
        raise RequestRefused(
            f"{folder}: is not as it was frozen ({found}), so it is no forecast and is not scored."
        ) from fault
    if kept is None or TABLE not in kept[1]:
        raise RequestRefused(f"{folder}: holds no frozen forecast. Make one: scenarios ask NAME ... --freeze DIR.")
    return kept[0], kept[1][TABLE]
