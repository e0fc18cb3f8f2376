"""How does a path over time stand in a file of its own? One row a date: date, value, source, note.

The rows are read here as they stand; `check` judges them, `build` makes the path of them.
"""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path as File
from typing import Any

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
        What kept the file from being read; empty if nothing did.
    """

    file: str
    lines: tuple[int, ...] = ()
    dates: tuple[Any, ...] = ()
    values: tuple[Any, ...] = ()
    sources: tuple[str, ...] = ()
    trouble: str = ""


def day_in(cell: str) -> date | str:
    """The date in a cell, or its text.

    Examples
    --------
    >>> day_in("2025-11-30"), day_in("30 Nov")
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
    """The first file of that name in the folders; none if there is none."""
    return next((folder / name for folder in folders if (folder / name).is_file()), None)


def read_series(name: str, folders: tuple[File, ...]) -> Series:
    """The rows of a series file.

    Parameters
    ----------
    name : str
        As the scenario gives it.
    folders : tuple of Path
        Where to look, in order: beside the scenario file, then the library.
    """
    file = find_series(name, folders)
    if file is None:
        return Series(name, trouble="no such file beside the scenario or in the library. Check its path.")
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return Series(name, trouble="cannot be read as UTF-8 text. Check its rights, and save it as UTF-8.")
    return rows_of(name, text)


def rows_of(name: str, text: str) -> Series:
    """The rows in the text of a series file.

    Examples
    --------
    >>> rows_of("a.csv", "date,value,source,note\\n2025-11-30,8,judgement,\\n").values
    (8.0,)
    """
    reader = csv.reader(text.splitlines())
    head = tuple(cell.strip() for cell in next(reader, []))
    if head != HEAD:
        return Series(name, trouble=f"begins with '{','.join(head)}'. The first line must be {','.join(HEAD)}.")
    rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(row)]
    ragged = [line for line, row in rows if len(row) != len(HEAD)]
    if ragged or not rows:
        fault = f"line {ragged[0]} has not {len(HEAD)} cells; a comma in a text needs quotes" if ragged else "no row"
        return Series(name, trouble=f"{fault}. Every row is date,value,source,note.")
    cells = [row for _, row in rows]
    return Series(
        file=name,
        lines=tuple(line for line, _ in rows),
        dates=tuple(day_in(row[0]) for row in cells),
        values=tuple(value_in(row[1]) for row in cells),
        sources=tuple(row[2] for row in cells),
    )
