"""How does a table that a user wrote become rows? One reader for every command, which guesses nothing.

Only files on this machine are read: an address is never fetched, nothing is unpacked, and a pipe or a device is never
waited for. A row with a cell too many would shift every value behind it, so that each fault is told with its line.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from numbers import Real
from pathlib import Path as File
from typing import Any, NamedTuple

from scenarios.errors import ScenarioError

LARGEST = 64_000_000  # a million points of a design; scenarios of the library have 30,000 [bytes]
PACKED_AS = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf", b"PAR1")
TAR = slice(257, 262), b"ustar"  # where a tar archive says that it is one


def text_of(file: File | str) -> str:
    """The text of a file on this machine, without the mark that some editors put before it."""
    try:
        fault = _fault_of_place(file)
        written = b"" if fault else File(file).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        why = getattr(error, "strerror", None) or error
        raise ScenarioError([f"{file}: cannot be read ({why}). Check its path and rights."]) from error
    if written.startswith(PACKED_AS) or written[TAR[0]] == TAR[1]:
        fault = "is compressed, an archive or a workbook. Unpack it, or save it as text (CSV, TOML)"
    if fault:
        raise ScenarioError([f"{file}: {fault}."])
    try:
        return written.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = written.count(b"\n", 0, error.start) + 1
        raise ScenarioError([f"{File(file).name}, line {line}: is not UTF-8. Save the file as UTF-8."]) from error


def _fault_of_place(file: File | str) -> str:
    """Why nothing can be read from a place; empty if it is a file."""
    if "://" in str(file):
        return "is an address, and nothing is fetched. Save it on this machine and name the file"
    if not File(file).exists():
        return "no such file. Check its path"
    if File(file).is_dir():
        return "is a folder. Name a file in it"
    if not File(file).is_file():
        return "is a pipe or a device. Save what it gives as a file, and name that"
    size = File(file).stat().st_size
    return "" if size <= LARGEST else f"has {size:,} bytes; at most {LARGEST:,} are read. Cut it in parts"


# -- a table of CSV ----------------------------------------------------------------------------------------------------


DECIMAL_COMMA = re.compile(r"([+-]?\d+),(\d+)")
OTHER_SEPARATORS = (";", "\t")
MOST_FAULTS = 20


class UserTable(NamedTuple):
    """The cells of a table, without the blanks around them."""

    head: tuple[str, ...]  # names of the columns
    lines: tuple[int, ...]  # line of the file on which each row begins
    rows: tuple[tuple[str, ...], ...]  # as many cells each as columns; lines without a word are left out


def read_table(file: File | str) -> UserTable:
    """The table in a CSV file."""
    return table_in(text_of(file), File(file).name)


def table_in(text: str, name: str) -> UserTable:
    """The table in a text.

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


# -- a path over time in a file of its own: date, value, source, note --------------------------------------------------


HEAD = ("date", "value", "source", "note")


@dataclass(frozen=True)
class Series:
    """The rows of a series file."""

    file: str  # its name as the scenario gives it
    lines: tuple[int, ...] = ()  # line of each row in the file
    dates: tuple[Any, ...] = ()  # the text of the cell where it is no date
    values: tuple[Any, ...] = ()  # the text of the cell where it is no number
    sources: tuple[str, ...] = ()
    trouble: str = ""  # what kept the file from being read, a line each; empty if nothing did


def as_real(value: Any) -> Any:
    """A number, or the number that a text says, as a float; anything else as it is."""
    if not isinstance(value, (Real, str)) or isinstance(value, bool):
        return value
    try:
        return float(value)
    except (ValueError, OverflowError):
        return value


def as_day(value: Any) -> Any:
    """A date from its text, or that of a moment; anything else as it is."""
    if isinstance(value, datetime):
        return value.date()
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


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
    return Series(name, table.lines, tuple(map(as_day, dates)), tuple(map(as_real, values)), sources)
