"""How does a path over time stand in a file of its own? One row a date: date, value, source, note.

The rows are read here as they stand; `check` judges them, `build` makes the path of them.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path as File
from typing import Any

from scenarios.errors import ScenarioError
from scenarios.scenario.user_table import read_table

HEAD = ("date", "value", "source", "note")


@dataclass(frozen=True)
class Series:
    """The rows of a series file.

    Attributes
    ----------
    file : str
        Its name as the scenario gives it.
    lines : tuple of int
        Line of each row in the file.
    dates, values : tuple
        A `date` and a `float` a row; the text of the cell where it is neither.
    sources : tuple of str
    trouble : str
        What kept the file from being read, a line each; empty if nothing did.
    """

    file: str
    lines: tuple[int, ...] = ()
    dates: tuple[Any, ...] = ()
    values: tuple[Any, ...] = ()
    sources: tuple[str, ...] = ()
    trouble: str = ""


def _day_in(cell: str) -> date | str:
    """The date in a cell, or its text.

    Examples
    --------
    >>> _day_in("2025-11-30"), _day_in("30 Nov")
    (datetime.date(2025, 11, 30), '30 Nov')
    """
    try:
        return date.fromisoformat(cell)
    except ValueError:
        return cell


def value_in(cell: str) -> float | str:
    """The number in a cell, or its text.

    Examples
    --------
    >>> value_in("0.94"), value_in("some")
    (0.94, 'some')
    """
    try:
        return float(cell)
    except ValueError:
        return cell


def find_series(name: str, folders: tuple[File, ...]) -> File | None:
    """What is first of that name in the folders; none if there is nothing."""
    try:
        return next((folder / name for folder in folders if (folder / name).exists()), None)
    except OSError:  # a name that no file can have
        return None


def read_series(name: str, file: File | None) -> Series:
    """The rows of a series file, by the name that the scenario gives it and where it was found."""
    if file is None:
        return Series(name, trouble=f"{name}: no such file beside the scenario or in the library. Check its path.")
    try:
        table = read_table(file)
    except ScenarioError as fault:
        return Series(name, trouble="\n".join(fault.faults))
    head = ",".join(HEAD)
    if table.head != HEAD:
        return Series(name, trouble=f"{name}: begins with '{','.join(table.head)}'. The first line must be {head}.")
    if not table.rows:
        return Series(name, trouble=f"{name}: no row. Every row is {head}.")
    dates, values, sources, _ = zip(*table.rows, strict=True)
    return Series(name, table.lines, tuple(map(_day_in, dates)), tuple(map(value_in, values)), sources)
