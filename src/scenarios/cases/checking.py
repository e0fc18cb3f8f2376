"""What is wrong with the cells of a file of cases? Every fault at once, with its row and column."""

import math
from collections import Counter
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from typing import NamedTuple

from scenarios.cases.columns import (
    COUNTED_PATH,
    COVARIATES,
    DATED_PATH,
    DAYS,
    END,
    IDS,
    OUTCOME,
    OUTCOMES,
    START,
    STEPPED_BACK,
)
from scenarios.cases.paths import MOST_DAYS, counted_steps, dated_steps, days_between
from scenarios.errors import known_names
from scenarios.scenario.check_numbers import as_real, fault_of, shown
from scenarios.scenario.user_table import UserTable, decimal_hint

MOST_ROWS = 10_000
ALIKE, REASON = 0.85, "_why"  # how like a covariate a misspelt one is; columns of the coder's reasons


class Cells(NamedTuple):
    """The cells of a table as text; `places` says where each row stands, in lines of a file or rows of a table."""

    head: list[str]
    places: list[int]
    rows: list[list[str]]
    unit: str = "line"

    def at(self, row: int, column: str) -> str:
        """The cell of a row in a column, empty if there is no such column."""
        return self.rows[row][self.head.index(column)] if column in self.head else ""

    @property
    def id_column(self) -> str:
        """The column that names the rows; empty if there is none."""
        return next((name for name in IDS if name in self.head), "")


def as_cells(table: UserTable) -> Cells:
    """The cells of a file."""
    return Cells(list(table.head), list(table.lines), [list(row) for row in table.rows])


def faults_of_cells(cells: Cells) -> Iterator[str]:
    """Every fault of a table of cases."""
    yield from faults_of_shape(cells)
    if not cells.rows or not cells.id_column:
        return
    yield from faults_of_ids(cells)
    for row, place in enumerate(cells.places):
        for column, fault in faults_of_row(cells, row):
            yield f"{cells.unit} {place}, column {column}: {fault}"


def faults_of_shape(cells: Cells) -> Iterator[str]:
    """Columns and rows that must be there."""
    if not cells.id_column:
        yield f"columns: none is called {' or '.join(IDS)}. Name the rows in one."
    for column in sorted(set(cells.head) - set(COVARIATES)):
        near = get_close_matches(column, set(COVARIATES) - set(cells.head), n=1, cutoff=ALIKE)
        if near and not column.endswith(REASON):
            yield f"column {column}: not in the codebook. Did you mean {near[0]}?"
    if not has_length(cells):
        yield f"columns: {DAYS} is missing. Give the length of the window, or its {START} and {END}."
    if not has_path(cells):
        yield f"columns: {COUNTED_PATH} is missing. Give it, or {DATED_PATH} and {START}."
    if not cells.rows:
        yield "has a head and no row. Add one line a case."
    if len(cells.rows) > MOST_ROWS:
        yield f"has {len(cells.rows):,} rows, more than {MOST_ROWS:,}. Cut it into several files."


def has_length(cells: Cells) -> bool:
    """Whether there are columns for the length of the windows."""
    return DAYS in cells.head or {START, END} <= set(cells.head)


def has_path(cells: Cells) -> bool:
    """Whether there are columns for the paths of pressure."""
    return COUNTED_PATH in cells.head or {START, DATED_PATH} <= set(cells.head)


def faults_of_ids(cells: Cells) -> Iterator[str]:
    """Names that are missing or stand twice."""
    names = [cells.at(row, cells.id_column) for row in range(len(cells.rows))]
    twice = {name for name, n in Counter(names).items() if n > 1}
    for name, place in zip(names, cells.places, strict=True):
        if not name:
            yield f"{cells.unit} {place}, column {cells.id_column}: blank. Name every row."
        elif name in twice:
            yield f"{cells.unit} {place}, column {cells.id_column}: {shown(name)} stands twice. Name every row once."


def faults_of_row(cells: Cells, row: int) -> Iterator[tuple[str, str]]:
    """Column and fault of each cell at fault in a row."""
    for name, number in COVARIATES.items():
        cell = cells.at(row, name)
        fault = (decimal_hint(cell) or fault_of(number, as_real(cell))) if cell else ""
        if fault:
            yield name, fault
    for name in (START, END, STEPPED_BACK):
        if cells.at(row, name) and day_in(cells.at(row, name)) is None:
            yield name, f"{shown(cells.at(row, name))} must be a date like 2025-08-14."
    outcome = cells.at(row, OUTCOME)
    if outcome and outcome not in OUTCOMES:
        yield OUTCOME, f"unknown outcome. {known_names(outcome[:80], OUTCOMES)}"
    if has_length(cells):
        yield from faults_of_window(cells, row)
    if has_path(cells):
        yield from faults_of_steps(cells, row)


def faults_of_window(cells: Cells, row: int) -> Iterator[tuple[str, str]]:
    """Faults of the length of a window."""
    given, start, end = cells.at(row, DAYS), day_in(cells.at(row, START)), day_in(cells.at(row, END))
    if given:
        days = as_real(given)
        if not isinstance(days, float) or not math.isfinite(days) or not 1 <= days <= MOST_DAYS:
            hint = decimal_hint(given)
            yield DAYS, hint or f"{shown(given)} must be a number of days in [1, {MOST_DAYS}]."
    elif start is None or end is None:
        yield DAYS, f"blank. Give the length of the window, or its {START} and {END}."
    elif not 1 <= days_between(start, end) <= MOST_DAYS:
        yield END, f"{end} lies less than a day or more than a hundred years after {start}."


def faults_of_steps(cells: Cells, row: int) -> Iterator[tuple[str, str]]:
    """Faults of the path of pressure of a row."""
    counted, dated, start = cells.at(row, COUNTED_PATH), cells.at(row, DATED_PATH), day_in(cells.at(row, START))
    column = COUNTED_PATH if counted or not dated else DATED_PATH
    try:
        if counted:
            counted_steps(counted)
        elif not dated:
            yield column, "blank. Write day:rung steps such as 0:3 13:5 26:6."
        elif start is None:
            yield column, f"its dates need a {START}. Give it, or {COUNTED_PATH}."
        else:
            dated_steps(dated, start)
    except ValueError as fault:
        yield column, str(fault)


def day_in(cell: str) -> date | None:
    """The day that a cell says, None if it says none."""
    try:
        return date.fromisoformat(cell) if cell else None
    except ValueError:
        return None
