"""What is a row of the cases to the model? Columns of the codebook, its checks, and what stands in for a blank."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
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
from scenarios.scenario.user_table import as_real, decimal_hint, read_table

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
MOST_ROWS = 10_000
ALIKE, REASON = 0.85, "_why"  # how like a covariate a misspelt one is; columns of the coder's reasons
MOST_FAULTS = 50
MOST_FILLED = 2_000  # rows that are worked on at once
Row = Mapping[str, str]  # cells by column
Steps = tuple[tuple[int, int], ...]
Floats = NDArray[np.float64]
Places = NDArray[np.int64]


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


class CellError(ValueError):
    """What no cell of a column can say: ``CellError(column, fault)``."""


class Cells(NamedTuple):
    """The cells of a table as text: row by row, as ``line 3`` of a file or ``row 3`` of a table, and by column."""

    name: str
    head: Sequence[str]
    rows: dict[str, Row]

    @property
    def id_column(self) -> str:
        """The column that names the rows; empty if there is none."""
        return next((name for name in IDS if name in self.head), "")

    @property
    def has_length(self) -> bool:
        """Whether there are columns for the length of the windows."""
        return DAYS in self.head or {START, END} <= set(self.head)

    @property
    def has_path(self) -> bool:
        """Whether there are columns for the paths of pressure."""
        return COUNTED_PATH in self.head or {START, DATED_PATH} <= set(self.head)


def faults_of_cells(cells: Cells) -> Iterator[str]:
    """Every fault of a table of cases."""
    yield from faults_of_shape(cells)
    if not cells.rows or not cells.id_column:
        return
    yield from faults_of_ids(cells)
    readers = [read for read, is_there in ((window_length, cells.has_length), (steps_of, cells.has_path)) if is_there]
    for place, row in cells.rows.items():
        for column, fault in faults_of_row(row, readers):
            yield f"{place}, column {column}: {fault}"


def faults_of_shape(cells: Cells) -> Iterator[str]:
    """Columns and rows that must be there."""
    if not cells.id_column:
        yield f"columns: none is called {' or '.join(IDS)}. Name the rows in one."
    for column in sorted(set(cells.head) - set(COVARIATES)):
        near = get_close_matches(column, set(COVARIATES) - set(cells.head), n=1, cutoff=ALIKE)
        if near and not column.endswith(REASON):
            yield f"column {column}: not in the codebook. Did you mean {near[0]}?"
    if not cells.has_length:
        yield f"columns: {DAYS} is missing. Give the length of the window, or its {START} and {END}."
    if not cells.has_path:
        yield f"columns: {COUNTED_PATH} is missing. Give it, or {DATED_PATH} and {START}."
    if not cells.rows:
        yield "has a head and no row. Add one line a case."
    if len(cells.rows) > MOST_ROWS:
        yield f"has {len(cells.rows):,} rows, more than {MOST_ROWS:,}. Cut it into several files."


def faults_of_ids(cells: Cells) -> Iterator[str]:
    """Names that are missing or stand twice."""
    column = cells.id_column
    counts = Counter(row[column] for row in cells.rows.values())
    for place, row in cells.rows.items():
        if not row[column]:
            yield f"{place}, column {column}: blank. Name every row."
        elif counts[row[column]] > 1:
            yield f"{place}, column {column}: {shown(row[column])} stands twice. Name every row once."


def faults_of_row(row: Row, readers: Iterable[Callable[[Row], object]]) -> Iterator[tuple[str, str]]:
    """Column and fault of each cell at fault in a row."""
    for name, number in COVARIATES.items():
        if row[name] and (fault := decimal_hint(row[name]) or fault_of(number, as_real(row[name]))):
            yield name, fault
    for name in (START, END, STEPPED_BACK):
        if row[name] and day_in(row[name]) is None:
            yield name, f"{shown(row[name])} must be a date like 2025-08-14."
    if row[OUTCOME] and row[OUTCOME] not in OUTCOMES:
        yield OUTCOME, f"unknown outcome. {known_names(row[OUTCOME][:80], OUTCOMES)}"
    for read in readers:
        try:
            read(row)
        except CellError as refused:
            column, said = refused.args
            yield column, said


def window_length(row: Row) -> float:
    """Length of the window of a row: as given, else by its dates. [days]"""
    given, start, end = row[DAYS], day_in(row[START]), day_in(row[END])
    if given:
        days = as_real(given)
        if not isinstance(days, float) or not math.isfinite(days) or not 1 <= days <= MOST_DAYS:
            hint = decimal_hint(given)
            raise CellError(DAYS, hint or f"{shown(given)} must be a number of days in [1, {MOST_DAYS}].")
        return days
    if start is None or end is None:
        raise CellError(DAYS, f"blank. Give the length of the window, or its {START} and {END}.")
    if not 1 <= (end - start).days <= MOST_DAYS:
        raise CellError(END, f"{end} lies less than a day or more than a hundred years after {start}.")
    return float((end - start).days)


def steps_of(row: Row) -> Steps:
    """Steps of pressure of a row: counted in days, else dated."""
    counted, dated, start = row[COUNTED_PATH], row[DATED_PATH], day_in(row[START])
    try:
        if counted:
            return counted_steps(counted)
        if not dated:
            raise ValueError("blank. Write day:rung steps such as 0:3 13:5 26:6.")
        if start is None:
            raise ValueError(f"its dates need a {START}. Give it, or {COUNTED_PATH}.")
        return dated_steps(dated, start)
    except ValueError as fault:
        raise CellError(DATED_PATH if dated and not counted else COUNTED_PATH, str(fault)) from fault


def first_step_back(row: Row) -> float:
    """Day of the first step back of a row, NaN where it or the start is not given. [days]"""
    start, then = day_in(row[START]), day_in(row[STEPPED_BACK])
    return float("nan") if start is None or then is None else float((then - start).days)


def day_in(cell: str) -> date | None:
    """The day that a cell says, None if it says none."""
    try:
        return date.fromisoformat(cell) if cell else None
    except ValueError:
        return None


class Cases(NamedTuple):
    """Rows of the cases."""

    id_column: str  # case_id or blind_id
    ids: tuple[str, ...]
    crises: tuple[str, ...]  # a row without one is one of its own
    starts: tuple[date | None, ...]
    days: Floats  # length of the window [days]
    steps: tuple[Steps, ...]  # day and rung of each step of pressure, the codebook's ladder
    covariates: Floats  # shape (rows, 11), in the order of `COVARIATES`; NaN is blank
    outcome: Places  # place in `OUTCOMES`; -1 where none is given
    stepped_back: Floats  # day of the first step back; NaN where none is given [days]

    def column(self, name: str) -> Floats:
        """One covariate."""
        return self.covariates[:, PLACE[name]]


def size(cases: Cases) -> int:
    """Number of rows."""
    return len(cases.ids)


def taken(cases: Cases, which: NDArray[np.bool_] | Places) -> Cases:
    """Some rows, by a mask or by their places."""
    places = np.arange(size(cases))[which]
    fields: tuple[Any, ...] = cases[1:]
    picked = (tuple(each[i] for i in places) if isinstance(each, tuple) else each[places] for each in fields)
    return Cases._make([cases.id_column, *picked])


def read_cases(given: str | Path | pd.DataFrame) -> Cases:
    """The rows in a CSV file or a table, in the columns of the codebook."""
    cells = cells_of(given)
    faults = list(faults_of_cells(cells))
    if faults:
        more = [f"{cells.name}: {len(faults) - MOST_FAULTS} faults more."] if len(faults) > MOST_FAULTS else []
        raise ScenarioError([f"{cells.name}, {fault}" for fault in faults[:MOST_FAULTS]] + more)
    return _cases_of(cells)


def cells_of(given: str | Path | pd.DataFrame) -> Cells:
    """The cells of a file or a table; what it has no column for is blank."""
    head: Sequence[str]
    rows: Iterable[Sequence[str]]
    if isinstance(given, (str, Path)):
        head, lines, rows = read_table(given)
        name, places = Path(given).name, [f"line {line}" for line in lines]
    else:
        text = given.astype(object).where(given.notna(), "").map(_plain)
        head, rows = [str(column) for column in text], text.values.tolist()
        name, places = "table", [f"row {row}" for row in range(1, len(text) + 1)]
    blank = dict.fromkeys(READ, "")
    # of two columns of one name, which a table may have, the first is read
    filled_in = [blank | dict(zip(reversed(head), reversed(row), strict=True)) for row in rows]
    return Cells(name, head, dict(zip(places, filled_in, strict=True)))


def _plain(cell: object) -> str:
    """A cell of a table as a file would have it."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell.date() if hasattr(cell, "date") and callable(cell.date) else cell).strip()


def _cases_of(cells: Cells) -> Cases:
    """Checked cells as rows of the cases."""
    name, rows = cells.id_column, list(cells.rows.values())
    outcomes = [OUTCOMES.index(row[OUTCOME]) if row[OUTCOME] else NOT_GIVEN for row in rows]
    return Cases(
        id_column=name,
        ids=tuple(row[name] for row in rows),
        crises=tuple(row[CRISIS] or f"{name} {row[name]}" for row in rows),
        starts=tuple(day_in(row[START]) for row in rows),
        days=np.array([window_length(row) for row in rows], float),
        steps=tuple(steps_of(row) for row in rows),
        covariates=np.array([[float(row[column] or "nan") for column in COVARIATES] for row in rows], float),
        outcome=np.array(outcomes, np.int64),
        stepped_back=np.array([first_step_back(row) for row in rows], float),
    )


class Filled(NamedTuple):
    """Rows without a blank; one that had blanks stands once for every donor."""

    cases: Cases
    owner: Places  # of each filled row: the place of the row that it fills

    def mean(self, values: Floats) -> Floats:
        """The mean over those that fill each row, shape (rows, ...)."""
        sums = np.zeros((self.owner.max() + 1, *values.shape[1:]))
        np.add.at(sums, self.owner, values)
        return np.asarray(sums / np.bincount(self.owner)[:, None])


def blanks_named(cases: Cases) -> str:
    """Covariates that are blank somewhere, and in how many rows; empty if none is."""
    counts = zip(COVARIATES, np.isnan(cases.covariates).sum(0).tolist(), strict=True)
    return ", ".join(f"{name} ({count} of {size(cases)} rows)" for name, count in counts if count)


def filled(cases: Cases, donors: Cases) -> Filled:
    """Rows whose blanks are filled with the covariates of each donor, those of one donor together."""
    blank = np.isnan(cases.covariates)
    copies = np.where(blank.any(1), size(donors), 1)
    owner = np.repeat(np.arange(size(cases)), copies)
    donor = np.concatenate([np.arange(n) for n in copies]) if len(copies) else np.zeros(0, np.int64)
    given = cases.covariates[owner]
    whole = np.where(np.isnan(given), donors.covariates[donor], given)
    return Filled(taken(cases, owner)._replace(covariates=whole), owner)


def in_parts(cases: Cases, donors: Cases) -> Iterator[tuple[Places, Filled]]:
    """The rows in parts that fit into memory when filled: their places, and the part filled."""
    copies = np.where(np.isnan(cases.covariates).any(1), size(donors), 1)
    part = (np.cumsum(copies) - 1) // MOST_FILLED
    for number in np.unique(part):
        places = np.flatnonzero(part == number)
        yield places, filled(taken(cases, places), donors)


def put_together(parts: Iterable[tuple[Places, Sequence[Floats]]]) -> list[Floats]:
    """What was found of the rows of each part, one array or several, in the order of the rows."""
    places, found = zip(*parts, strict=True)
    order = np.argsort(np.concatenate(places))
    return [np.concatenate(arrays)[order] for arrays in zip(*found, strict=True)]
