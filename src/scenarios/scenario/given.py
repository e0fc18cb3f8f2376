"""Can the numbers given for each point be played? A table of them, judged row by row as settings are."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import RequestRefused, ScenarioError, UnknownName
from scenarios.scenario.arrays import NOTHING_GIVEN, WHOLE_UNITS, Floats, Given
from scenarios.scenario.check_numbers import as_real, is_real
from scenarios.scenario.check_sheets import WEIGHT_TOLERANCE, total_of
from scenarios.scenario.dated import near_paths, number_at
from scenarios.scenario.overlay import believed, pairs_named, weight_paths
from scenarios.scenario.scenario import Scenario

MOST_FAULTS = 20  # rows that are told of


def given_of(scenario: Scenario, numbers: Any) -> Given:
    """A table of numbers for each point, if a scenario with the numbers of each row could be played.

    Parameters
    ----------
    numbers : DataFrame or None
        One row a point, one column a dotted path.

    Raises
    ------
    RequestRefused, UnknownName
        If it is no such table.
    ScenarioError
        With the first faulty rows, each as `believed` tells it.

    Examples
    --------
    >>> import pandas as pd
    >>> from scenarios import load
    >>> given_of(load("toy"), pd.DataFrame({"client.hold": [0.3, 0.5]})).rows.tolist()
    [[0.3], [0.5]]
    """
    if numbers is None:
        return NOTHING_GIVEN
    paths = columns_of(scenario, numbers)
    rows = np.column_stack([reals(numbers[path]) for path in paths]) if paths else np.zeros((len(numbers), 0))
    faults: list[str] = []
    for row in np.flatnonzero(is_faulty(scenario, dict(zip(paths, rows.T, strict=True)), len(rows)))[:MOST_FAULTS]:
        try:
            believed(scenario, dict(zip(paths, numbers.iloc[row], strict=True)), f"numbers: row {row}")
        except ScenarioError as error:
            faults += error.faults
    if faults:
        raise ScenarioError(faults)
    return Given(paths, rows)


def columns_of(scenario: Scenario, numbers: Any) -> tuple[str, ...]:
    """The columns of a table, if each is a number of the scenario."""
    if not hasattr(numbers, "iloc") or not hasattr(numbers, "columns"):
        raise RequestRefused(f"numbers: a {type(numbers).__name__} is no table; must be a DataFrame, a row a point.")
    for path in numbers.columns:
        if path not in scenario.numbers:
            raise UnknownName("number", str(path), near_paths(str(path), list(scenario.numbers)))
    if not numbers.columns.is_unique:
        twice = numbers.columns[numbers.columns.duplicated()][0]
        raise RequestRefused(f"numbers: column {twice} stands there twice; must stand there once. Drop one of the two.")
    return tuple(numbers.columns)


def reals(column: Any) -> Floats:
    """A column as floats; NaN where there is no finite number."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "fiu":
        return np.asarray(column, dtype=np.float64)
    found = [as_real(value) for value in column]
    return np.array([value if is_real(value) else np.nan for value in found], dtype=np.float64)


def is_faulty(scenario: Scenario, columns: dict[str, Floats], n: int) -> NDArray[np.bool_]:
    """Which rows hold a value outside its domain, or values that do not fit each other, shape (rows,)."""

    def at(path: str) -> Any:
        return columns.get(path, scenario.numbers[path].value)

    faulty = np.zeros(n, dtype=bool)
    for path, column in columns.items():
        number = number_at(path)
        faulty |= ~((column >= number.low) & (column <= number.high))
        if number.unit in WHOLE_UNITS:
            faulty |= column != np.floor(column)
    weights = weight_paths(scenario)
    if not columns.keys().isdisjoint(weights):
        faulty |= abs(total_of(map(at, weights)) - 1) > WEIGHT_TOLERANCE
    for pair in pairs_named(columns):
        faulty |= at(f"{pair}.opening") > at(f"{pair}.feasible")
    return faulty
