"""What is a row of the cases to the model? Its window, its pressure, its covariates, and what came of it."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.cases.checking import Cells, as_cells, day_in, faults_of_cells
from scenarios.cases.columns import (
    COUNTED_PATH,
    COVARIATES,
    CRISIS,
    DATED_PATH,
    DAYS,
    END,
    NOT_GIVEN,
    OUTCOME,
    OUTCOMES,
    PLACE,
    START,
    STEPPED_BACK,
)
from scenarios.cases.paths import Steps, counted_steps, dated_steps, days_between
from scenarios.errors import ScenarioError
from scenarios.scenario.user_table import read_table

if TYPE_CHECKING:
    from pandas import DataFrame

MOST_FAULTS = 50
Floats = NDArray[np.float64]


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


def read_cases(given: "str | Path | DataFrame") -> Cases:
    """The rows in a CSV file or a table, in the columns of the codebook.

    Parameters
    ----------
    given : str, Path or DataFrame
        With ``case_id`` or ``blind_id``; ``days``, or ``start`` and ``end``; ``pressure_path_days_level``, or
        ``pressure_path`` and ``start``. Other columns may be absent or blank.

    Raises
    ------
    ScenarioError
        With every fault at once, each with its row and column.
    """
    name, cells = cells_of(given)
    faults = list(faults_of_cells(cells))
    if faults:
        more = [f"{name}: {len(faults) - MOST_FAULTS} faults more."] if len(faults) > MOST_FAULTS else []
        raise ScenarioError([f"{name}, {fault}" for fault in faults[:MOST_FAULTS]] + more)
    return _cases_of(cells)


def cells_of(given: "str | Path | DataFrame") -> tuple[str, Cells]:
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
