"""What is an answer, and in which form does it come? Screen, Markdown, CSV or JSON, printed in one place."""

import csv
import io
import json
import math
import re
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.legible import UNFIT, Glimpsed, inert, legible
from scenarios.report.wording import NOTHING, Section, words
from scenarios.store.aside import jsonable

if TYPE_CHECKING:
    from pandas import DataFrame
    from rich.console import Group
    from rich.table import Table

# Width when the output goes to a file or another program, which has no width of its own.
FILE_WIDTH = 150
READING_WIDTH = 80  # longer lines of running text are hard to read
# what would make a tag, a link, or the address of one of a text; a backslash first, lest it takes away the next one
MARKS = re.compile(r"\\|<(?=[A-Za-z/!?])|(?<=\])[(:]")
DOTTED = re.compile(r"[a-z]\w*(?:\.\w+)+")  # a path such as patrons.russia.support_budget
CELL = 12  # letters, with the gap, that a column needs beside paths
AT_FIRST = re.compile(r"^(?=[#>=+*~-])")  # what makes a line another thing than a paragraph


class Format(StrEnum):
    """What a table is printed as."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"


@dataclass(frozen=True, repr=False)
class Answer(Glimpsed):
    """The answer to a question, for people and for programs."""

    title: str
    sections: Sequence[Section]  # tables in words, for screen and Markdown
    notes: Sequence[str]  # lines below them
    tables: "Mapping[str, DataFrame]"  # the numbers: all for JSON, the first for CSV
    manifest: Mapping[str, Any] | None = None  # how it was come by; None where nothing was played for it
    folder: Path | None = None  # where it lies
    facts: Mapping[str, Any] = field(default_factory=dict)  # what is no table, for JSON
    sentences: Sequence[str] = ()  # the answer itself, before the tables

    def glimpse(self) -> tuple[str, dict[str, str]]:
        """Its sentences, and what else it holds."""
        said = {str(place): sentence for place, sentence in enumerate(self.sentences, start=1)}
        tables = {f".tables[{name!r}]": f"{len(table)} rows" for name, table in self.tables.items()}
        kept = {} if self.folder is None else {"kept in": str(self.folder)}
        return f"Answer: {self.title}", said | tables | kept


def render(answer: Answer, form: Format) -> str:
    """An answer as text.

    Examples
    --------
    >>> import pandas as pd
    >>> found = Answer("", [], ["Never."], {"chances": pd.DataFrame({"n": [3]})})
    >>> render(found, Format.CSV)
    'n\\n3\\n'
    """
    if form is Format.CSV:
        return as_csv(next(iter(answer.tables.values())))
    if form is Format.JSON:
        tables = {name: records(table) for name, table in answer.tables.items()}
        if answer.manifest is None and not answer.facts and len(tables) == 1:  # a lone table is its rows
            return as_json(next(iter(tables.values())))
        said: dict[str, Any] = {**answer.facts, **tables, "notes": list(answer.notes)}
        said |= {"sentences": list(answer.sentences)} if answer.sentences else {}
        said |= {"folder": None if answer.folder is None else str(answer.folder)}
        return as_json(said if answer.manifest is None else said | {"manifest": dict(answer.manifest)})
    lines = [*answer.notes, *([] if answer.folder is None else [f"Results: {answer.folder}"])]
    return page(answer.title, answer.sections, lines, form, answer.sentences)


def rows_text(rows: Iterable[Mapping[str, Any]], form: Format, heading: str = "") -> str:
    """Rows of equal columns as text, for commands that list things."""
    listed = [dict(row) for row in rows]
    if form is Format.JSON:
        return as_json([_without_gaps(row) for row in listed])
    columns = list(listed[0]) if listed else []
    if form is Format.CSV:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([inert(cell) for cell in row] for row in (columns, *(row.values() for row in listed)))
        return text.getvalue()
    return page("", [section_of(listed, heading)], [], form)


def section_of(rows: Iterable[Mapping[str, Any]], heading: str) -> Section:
    """Rows of equal columns as a table in words."""
    listed = list(rows)
    columns = list(listed[0]) if listed else []
    cells = tuple(tuple(_cell(row[column]) for column in columns) for row in listed)
    # a dotted path is written as it is typed
    return Section(heading, tuple(column if "." in column else words(column) for column in columns), cells)


def page(heading: str, tables: Sequence[Section], said: Sequence[str], form: Format, first: Sequence[str] = ()) -> str:
    """Sentences, tables in words and what is said of them, for the screen or as Markdown."""
    made = _markdown if form is Format.MARKDOWN else _screen
    return made(heading, tables, said, first)


def as_json(said: Any) -> str:
    """What is said as JSON, for other programs."""
    text = json.dumps(said, indent=1, ensure_ascii=False, allow_nan=False, default=jsonable)
    return UNFIT.sub(lambda found: json.dumps(found[0])[1:-1], text) + "\n"


def as_csv(table: "DataFrame", has_head: bool = True) -> str:
    """A table as CSV for whoever opens it, its texts inert."""
    from pandas.api.types import is_numeric_dtype

    texts = {str(name): table[name].map(inert) for name in table if not is_numeric_dtype(table[name])}
    head = [str(inert(str(name))) for name in table]
    return str(table.assign(**texts).to_csv(index=False, header=head if has_head else False))


def records(table: "DataFrame") -> list[dict[str, Any]]:
    """The rows of a table as JSON can hold them; what is missing or without bound is None."""
    return [_without_gaps(row) for row in table.to_dict("records")]


def _screen(title: str, tables: Sequence[Section], said: Sequence[str], first: Sequence[str]) -> str:
    """Tables for a terminal, or for a file where there is no terminal."""
    from rich.console import Console

    text, is_terminal = io.StringIO(), sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if is_terminal else FILE_WIDTH
    console = Console(file=text, width=width, force_terminal=is_terminal, highlight=False, markup=False, emoji=False)
    if title:
        console.print(legible(title), style="bold")
    for sentence in first:
        console.print()
        console.print(legible(sentence), width=min(width, READING_WIDTH))
    for section in tables:
        console.print()
        console.print(_grid(section, width) if _has_room(section, width) else _listed(section))
    console.print()
    for line in said:
        console.print(legible(line), soft_wrap=line.startswith("Results: "))
    return text.getvalue()


def _paths(section: Section, column: int) -> int:
    """Letters of the longest dotted path in a column; 0 if there is none."""
    return max((len(row[column]) for row in section.rows if DOTTED.fullmatch(row[column])), default=0)


def _has_room(section: Section, width: int) -> bool:
    """Whether the paths of a table leave room for its other columns."""
    longest = [_paths(section, column) for column in range(len(section.columns))]
    return not longest[:1] or not longest[0] or sum(longest) + CELL * longest.count(0) <= width


def _listed(section: Section) -> "Group":
    """A table too wide for a terminal: the path of each row, which people copy, on a line of its own."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    shown: list[Text | Padding] = [Text(legible(section.heading), style="bold")] if section.heading else []
    for path, *cells in section.rows:
        said = [f"{name} {cell}" for name, cell in zip(section.columns[1:], cells, strict=True) if cell != NOTHING]
        shown.append(Text(legible(path), no_wrap=True, overflow="ignore"))
        shown.append(Padding(Text(legible("; ".join(said))), (0, 0, 0, 2)))
    return Group(*shown)


def _grid(section: Section, width: int) -> "Table":
    """One table for a terminal; a path is not broken, or as the head of a wide table at its dots."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
    table.title = Text(legible(section.heading)) if section.heading else None
    is_wide = sum(2 + max(map(len, cells)) for cells in zip(section.columns, *section.rows, strict=True)) > width
    for place, column in enumerate(section.columns):
        name = column.replace(".", ".\n") if is_wide and DOTTED.fullmatch(column) else column
        table.add_column(Text(legible(name)), overflow="fold", min_width=_paths(section, place) or None)
    for row in _without_repeats(section.rows):
        table.add_row(*(Text(legible(cell)) for cell in row))
    return table


def _without_repeats(rows: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Rows whose first cell is left blank where it repeats the one above."""
    shown, before = [], None
    for row in rows:
        shown.append(("" if row[0] == before and len(row) > 2 else row[0], *row[1:]))
        before = row[0]
    return shown


def _markdown(title: str, tables: Sequence[Section], said: Sequence[str], first: Sequence[str]) -> str:
    """Tables for a document."""
    parts = [*([f"## {in_line(title)}"] if title else []), *(AT_FIRST.sub(r"\\", in_line(line)) for line in first)]
    for section in tables:
        parts += [f"### {in_line(section.heading)}"] if section.heading else []
        parts.append(_piped(section))
    parts += ["\n".join(f"- {in_line(line)}" for line in said)] if said else []
    return "\n\n".join(parts) + "\n"


def in_line(text: str) -> str:
    """A text as it stands in a line of Markdown: no tag, no link, no line of its own.

    Examples
    --------
    >>> in_line("[oil](http://x) <b>of 3 < 4</b>")
    '[oil]\\\\(http://x) \\\\<b>of 3 < 4\\\\</b>'
    """
    return MARKS.sub(lambda found: f"\\{found[0]}", legible(text)).replace("\n", " ")


def _piped(section: Section) -> str:
    """One table for a document, its columns padded so that its source reads well too."""
    listed = (section.columns, *section.rows)
    rows = [[in_line(cell).replace("|", "\\|") for cell in row] for row in listed]
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
