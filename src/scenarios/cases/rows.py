"""What is a row of the cases to the model? Columns of the codebook, its checks, and what stands in for a blank."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.errors import ScenarioError, known_names
from scenarios.scenario.check_numbers import fault_of, shown
from scenarios.scenario.reference_class import COVARIATES as COVARIATES
from scenarios.scenario.reference_class import JUDGED as JUDGED
from scenarios.scenario.user_table import UserTable, as_real, decimal_hint, read_table

IDS = ("case_id", "blind_id")
DAYS, START, END, CRISIS, OUTCOME, STEPPED_BACK = "days", "start", "end", "crisis", "outcome", "first_step_back"
COUNTED_PATH, DATED_PATH = "pressure_path_days_level", "pressure_path"
OUTCOMES = ("stepped up", "held", "stepped back", "abandoned")
SHARES = tuple(outcome.replace(" ", "_") for outcome in OUTCOMES)
UP, HELD, BACK, ABANDONED = range(4)
NOT_GIVEN = -1  # in the place of an outcome
PLACE = {name: place for place, name in enumerate(COVARIATES)}
READ = (*IDS, DAYS, START, END, CRISIS, OUTCOME, STEPPED_BACK, COUNTED_PATH, DATED_PATH, *COVARIATES)
TOP_RUNG = 10
MOST_DAYS = 36_525  # a hundred years
MOST_STEPS = 500
COUNTED = re.compile(r"(\d{1,6}):(\d{1,2})")
DATED = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?:(\d{1,2})(?:\s.*)?", re.DOTALL)
Steps = tuple[tuple[int, int], ...]
MOST_ROWS = 10_000
ALIKE, REASON = 0.85, "_why"  # how like a covariate a misspelt one is; columns of the coder's reasons
MOST_FAULTS = 50
Floats = NDArray[np.float64]
MOST_FILLED = 2_000  # rows that are worked on at once


def counted_steps(text: str) -> Steps:
    """The steps in a text like ``0:3 13:5 26:6``, day from the start and rung; refuses what is none."""
    steps = []
    for word in text.split():
        found = COUNTED.fullmatch(word)
        if not found:
            raise ValueError(f"{word[:40]!r} is no step. Write day:rung steps such as 0:3 13:5 26:6.")
        steps.append((int(found[1]), int(found[2])))
    return _risen(steps)


def dated_steps(text: str, start: date) -> Steps:
    """The steps in a text like ``2020-01-03:6 strike; 2020-02:3 quiet``.

    A month alone stands for its 15th, a year for 1 July; the start of the window, where they lie before it.
    """
    steps = []
    for word in filter(None, map(str.strip, text.split(";"))):
        found = DATED.fullmatch(word)
        if not found:
            raise ValueError(f"{word[:40]!r} is no step. Write date:rung event; ..., such as 2020-01-03:6 strike.")
        day = day_of(*found.groups()[:3])
        is_rough = found[3] is None
        steps.append((max(0, (day - start).days) if is_rough else (day - start).days, int(found[4])))
    return _risen(steps)


def day_of(year: str, month: str | None, day: str | None) -> date:
    """The day that a date stands for, which may lack its day, or month."""
    try:
        return date(int(year), int(month or 7), int(day or (15 if month else 1)))
    except ValueError as error:
        said = "-".join(part for part in (year, month, day) if part)
        raise ValueError(f"{said} is no date ({error}). Write dates like 2025-08-14.") from error


def _risen(steps: list[tuple[int, int]]) -> Steps:
    """Steps whose days rise and whose rungs stand on the ladder; refuses others."""
    if not steps:
        raise ValueError("no step. Write day:rung steps such as 0:3 13:5 26:6.")
    for day, rung in steps:
        if not 0 <= day <= MOST_DAYS:
            raise ValueError(f"day {day} lies outside [0, {MOST_DAYS}], counted from the start of the window.")
        if not 0 <= rung <= TOP_RUNG:
            raise ValueError(f"rung {rung} lies outside [0, {TOP_RUNG}], the codebook's pressure ladder.")
    if len(steps) > MOST_STEPS:
        raise ValueError(f"{len(steps):,} steps are more than {MOST_STEPS}. Leave out those that change little.")
    days = [day for day, _ in steps]
    for before, after in pairwise(days):
        if after <= before:
            raise ValueError(f"day {after} does not come after day {before}. The days of the steps must rise.")
    return tuple(steps)


def days_between(start: date, end: date) -> int:
    """Length of a window.

    Examples
    --------
    >>> days_between(date(2025, 8, 14), date(2025, 11, 30))
    108
    """
    return (end - start) // timedelta(days=1)


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


class Cases(NamedTuple):
    """Rows of the cases.

    Attributes
    ----------
    id_column : str
        ``case_id`` or ``blind_id``.
    ids, crises : tuple of str
        A row without a crisis is one of its own.
    starts : tuple of date or None
    days : ndarray of float64, shape (rows,)
        Length of the window. [days]
    steps : tuple
        Day and rung of each step of pressure, the codebook's ladder.
    covariates : ndarray of float64, shape (rows, 11)
        In the order of `columns.COVARIATES`; NaN is blank.
    outcome : ndarray of int64, shape (rows,)
        Place in `columns.OUTCOMES`; -1 where none is given.
    stepped_back : ndarray of float64, shape (rows,)
        Day of the first step back; NaN where none is given. [days]
    """

    id_column: str
    ids: tuple[str, ...]
    crises: tuple[str, ...]
    starts: tuple[date | None, ...]
    days: Floats
    steps: tuple[Steps, ...]
    covariates: Floats
    outcome: NDArray[np.int64]
    stepped_back: Floats

    def column(self, name: str) -> Floats:
        """One covariate."""
        return self.covariates[:, PLACE[name]]


def size(cases: Cases) -> int:
    """Number of rows."""
    return len(cases.ids)


def taken(cases: Cases, which: NDArray[np.bool_] | NDArray[np.int64]) -> Cases:
    """Some rows, by a mask or by their places."""
    places = np.arange(size(cases))[which]
    return Cases(cases.id_column, *(picked(field, places) for field in cases[1:]))


def picked(field: Any, places: NDArray[np.int64]) -> Any:
    """Some entries of a field of the rows."""
    return tuple(field[i] for i in places) if isinstance(field, tuple) else field[places]


def rows_joined(ones: Cases, others: Cases) -> Cases:
    """The rows of both."""
    return Cases(ones.id_column, *(both(one, other) for one, other in zip(ones[1:], others[1:], strict=True)))


def both(one: Any, other: Any) -> Any:
    """The entries of a field of some rows and of others."""
    return one + other if isinstance(one, tuple) else np.concatenate([one, other])


def read_cases(given: str | Path | pd.DataFrame) -> Cases:
    """The rows in a CSV file or a table, in the columns of the codebook."""
    name, cells = cells_of(given)
    faults = list(faults_of_cells(cells))
    if faults:
        more = [f"{name}: {len(faults) - MOST_FAULTS} faults more."] if len(faults) > MOST_FAULTS else []
        raise ScenarioError([f"{name}, {fault}" for fault in faults[:MOST_FAULTS]] + more)
    return _cases_of(cells)


def cells_of(given: str | Path | pd.DataFrame) -> tuple[str, Cells]:
    """What a file or a table is called, and its cells as text."""
    if isinstance(given, (str, Path)):
        return Path(given).name, as_cells(read_table(given))
    text = given.astype(object).where(given.notna(), "").map(lambda cell: _plain(cell))
    return "table", Cells([str(column) for column in text], list(range(1, len(text) + 1)), text.values.tolist(), "row")


def _plain(cell: object) -> str:
    """A cell of a table as a file would have it."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell.date() if hasattr(cell, "date") and callable(cell.date) else cell).strip()


def _cases_of(cells: Cells) -> Cases:
    """Checked cells as rows of the cases."""
    rows = range(len(cells.rows))
    starts = tuple(day_in(cells.at(row, START)) for row in rows)
    ids = tuple(cells.at(row, cells.id_column) for row in rows)
    codes = [[float(cells.at(row, name) or "nan") for name in COVARIATES] for row in rows]
    found = [OUTCOMES.index(cells.at(row, OUTCOME)) if cells.at(row, OUTCOME) else NOT_GIVEN for row in rows]
    return Cases(
        id_column=cells.id_column,
        ids=ids,
        crises=tuple(cells.at(row, CRISIS) or f"{cells.id_column} {ids[row]}" for row in rows),
        starts=starts,
        days=np.array([length_of(cells, row) for row in rows], float),
        steps=tuple(steps_of(cells, row) for row in rows),
        covariates=np.array(codes, float).reshape(len(rows), len(COVARIATES)),
        outcome=np.array(found, np.int64),
        stepped_back=np.array([first_step_back(cells, row) for row in rows], float),
    )


def length_of(cells: Cells, row: int) -> float:
    """Length of the window of a row: as given, else by its dates. [days]"""
    given, start, end = cells.at(row, DAYS), day_in(cells.at(row, START)), day_in(cells.at(row, END))
    return float(given) if given or start is None or end is None else float(days_between(start, end))


def steps_of(cells: Cells, row: int) -> Steps:
    """Steps of pressure of a row: counted in days, else dated."""
    if cells.at(row, COUNTED_PATH):
        return counted_steps(cells.at(row, COUNTED_PATH))
    start = day_in(cells.at(row, START))
    return () if start is None else dated_steps(cells.at(row, DATED_PATH), start)


def first_step_back(cells: Cells, row: int) -> float:
    """Day of the first step back of a row, NaN where it or the start is not given. [days]"""
    start, then = day_in(cells.at(row, START)), day_in(cells.at(row, STEPPED_BACK))
    return float("nan") if start is None or then is None else float(days_between(start, then))


class Filled(NamedTuple):
    """Rows without a blank; one that had blanks stands once for every donor.

    Attributes
    ----------
    cases : Cases
    owner : ndarray of int64, shape (filled rows,)
        Place of the row that each one fills.
    """

    cases: Cases
    owner: NDArray[np.int64]


def blank_columns(cases: Cases) -> dict[str, int]:
    """Covariates that are blank somewhere, and in how many rows."""
    counts = np.isnan(cases.covariates).sum(0).tolist()
    return {name: count for name, count in zip(COVARIATES, counts, strict=True) if count}


def filled(cases: Cases, donors: Cases) -> Filled:
    """Rows whose blanks are filled with the covariates of each donor, those of one donor together."""
    blank = np.isnan(cases.covariates)
    copies = np.where(blank.any(1), size(donors), 1)
    owner = np.repeat(np.arange(size(cases)), copies)
    donor = np.concatenate([np.arange(n) for n in copies]) if len(copies) else np.zeros(0, np.int64)
    given = cases.covariates[owner]
    whole = np.where(np.isnan(given), donors.covariates[donor], given)
    return Filled(taken(cases, owner)._replace(covariates=whole), owner)


def in_parts(cases: Cases, donors: Cases) -> Iterator[tuple[NDArray[np.int64], Filled]]:
    """The rows in parts that fit into memory when filled: their places, and the part filled."""
    copies = np.where(np.isnan(cases.covariates).any(1), size(donors), 1)
    part = (np.cumsum(copies) - 1) // MOST_FILLED
    for number in np.unique(part):
        places = np.flatnonzero(part == number)
        yield places, filled(taken(cases, places), donors)
