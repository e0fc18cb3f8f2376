"""On what is a table printed? Screen, Markdown, CSV or JSON."""

import csv
import io
import json
import math
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from scenarios.report.tables import Section, words
from scenarios.report.wording import NOTHING

if TYPE_CHECKING:
    from pandas import DataFrame
    from rich.table import Table


# Width when the output goes to a file or another program, which has no width of its own.
FILE_WIDTH = 150
READING_WIDTH = 80  # longer lines of running text are hard to read


class Format(StrEnum):
    """What a table is printed as."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"


def rows_text(rows: Iterable[Mapping[str, Any]], form: Format, heading: str = "") -> str:
    """Rows of equal columns as text, for commands that list things."""
    listed = [dict(row) for row in rows]
    if form is Format.JSON:
        return as_json([_without_gaps(row) for row in listed])
    columns = list(listed[0]) if listed else []
    if form is Format.CSV:
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(listed)
        return text.getvalue()
    cells = tuple(tuple(_cell(row[column]) for column in columns) for row in listed)
    # a dotted path is written as it is typed
    section = Section(heading, tuple(column if "." in column else words(column) for column in columns), cells)
    return _markdown("", [section], []) if form is Format.MARKDOWN else _screen("", [section], [])


def section_of(rows: Iterable[Mapping[str, Any]], heading: str) -> Section:
    """Rows of equal columns as a table in words."""
    listed = list(rows)
    columns = list(listed[0]) if listed else []
    cells = tuple(tuple(_cell(row[column]) for column in columns) for row in listed)
    return Section(heading, tuple(words(column) for column in columns), cells)


def page(heading: str, tables: Sequence[Section], said: Sequence[str], form: Format, first: Sequence[str] = ()) -> str:
    """Sentences, tables in words and what is said of them, for the screen or as Markdown."""
    return _markdown(heading, tables, said, first) if form is Format.MARKDOWN else _screen(heading, tables, said, first)


def as_json(said: Any) -> str:
    """What is said as JSON, for other programs."""
    return json.dumps(said, indent=1, ensure_ascii=False, allow_nan=False, default=_jsonable) + "\n"


def records(table: "DataFrame") -> list[dict[str, Any]]:
    """The rows of a table as JSON can hold them; what is missing or without bound is None."""
    return [_without_gaps(row) for row in table.to_dict("records")]


def _screen(title: str, tables: Sequence[Section], said: Sequence[str], first: Sequence[str] = ()) -> str:
    """Tables for a terminal, or for a file where there is no terminal."""
    from rich.console import Console

    text, is_terminal = io.StringIO(), sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if is_terminal else FILE_WIDTH
    console = Console(file=text, width=width, force_terminal=is_terminal, highlight=False)
    if title:
        console.print(title, style="bold", markup=False)
    for sentence in first:
        console.print()
        console.print(sentence, markup=False, width=min(width, READING_WIDTH))
    for section in tables:
        console.print()
        console.print(_grid(section))
    console.print()
    for line in said:
        console.print(line, markup=False, soft_wrap=line.startswith("Results: "))
    return text.getvalue()


def _grid(section: Section) -> "Table":
    """One table for a terminal."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
    table.title = Text(section.heading) if section.heading else None
    for column in section.columns:
        table.add_column(Text(column), overflow="fold")
    for row in _without_repeats(section.rows):
        table.add_row(*(Text(cell) for cell in row))
    return table


def _without_repeats(rows: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Rows whose first cell is left blank where it repeats the one above."""
    shown, before = [], None
    for row in rows:
        shown.append(("" if row[0] == before and len(row) > 2 else row[0], *row[1:]))
        before = row[0]
    return shown


def _markdown(title: str, tables: Sequence[Section], said: Sequence[str], first: Sequence[str] = ()) -> str:
    """Tables for a document."""
    parts = [*([f"## {title}"] if title else []), *first]
    for section in tables:
        parts += [f"### {section.heading}"] if section.heading else []
        parts.append(_piped(section))
    parts += ["\n".join(f"- {line}" for line in said)] if said else []
    return "\n\n".join(parts) + "\n"


def _piped(section: Section) -> str:
    """One table for a document, its columns padded so that its source reads well too."""
    listed = (section.columns, *section.rows)
    rows = [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in listed]
    widths = [max(len(column[0]) + 2, *map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def _cell(value: Any) -> str:
    """A value as it stands in a table."""
    if value is None or value == "":
        return NOTHING
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _without_gaps(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row whose missing or boundless numbers are None, because JSON has no NaN and no infinity."""
    return {
        str(key): None if isinstance(value, float) and not math.isfinite(value) else value for key, value in row.items()
    }


def _jsonable(value: Any) -> Any:
    """A numpy number, a date or a path as JSON can hold it."""
    return value.item() if hasattr(value, "item") else str(value)
