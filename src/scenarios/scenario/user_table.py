"""How does a table that a user wrote become rows? One reader of CSV files for every command, which guesses nothing.

A row with a cell too many would shift every value behind it, so that each fault is told with its line.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path as File
from typing import NamedTuple

from scenarios.errors import ScenarioError
from scenarios.scenario.user_file import text_of

DECIMAL_COMMA = re.compile(r"([+-]?\d+),(\d+)")
OTHER_SEPARATORS = (";", "\t")
MOST_FAULTS = 20


class UserTable(NamedTuple):
    """The cells of a table, without the blanks around them.

    Attributes
    ----------
    head : tuple of str
        The names of the columns.
    lines : tuple of int
        Line of the file on which each row begins.
    rows : tuple of tuple of str
        As many cells each as there are columns; lines without a word are left out.
    """

    head: tuple[str, ...]
    lines: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


def read_table(file: File | str) -> UserTable:
    """The table in a CSV file.

    Raises
    ------
    ScenarioError
        If there is no such file, it is no text, or with the faults of its lines.
    """
    return table_in(text_of(file), File(file).name)


def table_in(text: str, name: str) -> UserTable:
    """The table in a text.

    Parameters
    ----------
    text : str
    name : str
        What the file is called, for errors.

    Raises
    ------
    ScenarioError
        With the faults of its lines, at most twenty.

    Examples
    --------
    >>> table_in("client.hold, steps\\n\\n0.3, 52\\n", "points.csv").lines
    (3,)
    >>> table_in("client.hold, steps\\n0.3\\n", "points.csv")
    Traceback (most recent call last):
    scenarios.errors.ScenarioError: points.csv, line 2: has 1 cell, must have 2. An empty cell needs its comma too.
    """
    faults: list[str] = []
    rows = _rows_in(text, faults)
    line, head = next(rows, (1, ()))
    if not head and not faults:
        raise ScenarioError([f"{name}: is empty. The first line names the columns."])
    faults += [f"line {line}: {fault}" for fault in _faults_of_head(head)]
    # with a wrong separator every row would be at fault
    found = [] if faults else list(rows)
    faults += [f"line {at}: {_fault_of_size(row, len(head))}" for at, row in found if len(row) != len(head)]
    if faults:
        raise ScenarioError([f"{name}, {fault}" for fault in faults[:MOST_FAULTS]])
    return UserTable(head, tuple(at for at, _ in found), tuple(row for _, row in found))


def _rows_in(text: str, faults: list[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every row that has a word, with the line on which it begins; what ends the reading is added to the faults."""
    reader = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True, strict=True)
    began = 1
    try:
        for row in reader:
            cells = tuple(cell.strip() for cell in row)
            if any(cells):
                yield began, cells
            began = reader.line_num + 1
    except csv.Error as error:
        most = f"{csv.field_size_limit():,}"
        faults.append(
            f"line {began}: cannot be read ({error}). Close every quote, double a quote within quotes, and keep a cell "
            f"below {most} characters."
        )


def _faults_of_head(head: tuple[str, ...]) -> Iterator[str]:
    """Faults of the names of the columns."""
    for sign in OTHER_SEPARATORS:
        if len(head) == 1 and sign in head[0]:
            yield f"the columns are parted by {sign!r}. Part cells by commas, and write 0.1 with a point."
            return
    for place, column in enumerate(head, start=1):
        if not column:
            yield f"column {place} has no name. Name it, or drop the comma that makes it."
    for column, n in Counter(filter(None, head)).items():
        if n > 1:
            yield f"column '{column}' stands {n} times. Name every column once."


def _fault_of_size(row: tuple[str, ...], n: int) -> str:
    """What is wrong with a row of too few or too many cells."""
    cure = "A comma parts cells: write 0.1, not 0,1, and quote a text that has a comma."
    size = f"has {len(row)} cell{'' if len(row) == 1 else 's'}, must have {n}"
    return f"{size}. {cure if len(row) > n else 'An empty cell needs its comma too.'}"


def decimal_hint(cell: object) -> str:
    """What a number with a comma should have been; empty if the cell is none.

    Examples
    --------
    >>> decimal_hint("0,1"), decimal_hint("on")
    ('0,1: did you mean 0.1?', '')
    """
    found = DECIMAL_COMMA.fullmatch(cell) if isinstance(cell, str) else None
    return f"{cell}: did you mean {found[1]}.{found[2]}?" if found else ""
