"""How do the tables come into a spreadsheet? One sheet a table, numbers as numbers, and text never as a formula."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from scenarios.errors import RequestRefused
from scenarios.handout.content import Content, changes
from scenarios.handout.gathered import Played
from scenarios.handout.repeated import RUN, command_of, repeated_by
from scenarios.legible import legible, looks_like_a_formula
from scenarios.store.aside import put_whole

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

MOST_LETTERS, LONGEST = 32_767, 28  # of a cell, of the name of a sheet
Table = tuple[Sequence[str], Sequence[Sequence[Any]]]  # columns, rows
PEDIGREE = ("path", "value", "low", "high", "distribution", "unit", "pedigree", "source", "where", "note")


def check_library() -> None:
    """Refuses a workbook where the library that writes it is absent."""
    try:
        import openpyxl  # noqa: F401
    except ImportError as missing:
        raise RequestRefused("--xlsx needs openpyxl: pip install 'scenarios[xlsx]'.") from missing


def write_workbook(place: Path, whole: Content) -> None:
    """Writes the tables of one result, or of several and their comparison, and those of other answers."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, table in tables_of(whole):
        fill(book.create_sheet(name[:LONGEST]), table)  # of two with one name the second is numbered
    written = io.BytesIO()
    book.save(written)
    put_whole(place, written.getvalue())


def tables_of(whole: Content) -> Iterator[tuple[str, Table]]:
    """Every sheet: the comparison first, then what each result says, then those of other answers."""
    for name, frame in ({} if whole.between is None else whole.between.tables).items():
        yield f"comparison {name.value}", of_frame(frame)
    for side, weighed in whole.sides:
        before = f"{side.letter} " if side.letter else ""
        yield f"{before}about", (("what", "is"), about(side))
        yield f"{before}summary", of_frame(side.summary)
        kept = {**side.told._asdict(), "ladder": side.curve}
        yield from (
            (f"{before}{name}", of_frame(frame)) for name, frame in kept.items() if frame is not None and len(frame)
        )
        if weighed.found:
            yield f"{before}assumptions", (weighed.found[0]._fields, weighed.found)
        numbers = side.scenario.numbers.values()
        yield f"{before}numbers", (PEDIGREE, [[getattr(number, name) for name in PEDIGREE] for number in numbers])
    for each in whole.answers:
        yield from ((f"{each.kind} {name}", of_frame(frame)) for name, frame in each.answer.tables.items())


def about(played: Played) -> list[tuple[str, str]]:
    """What was asked, what was changed, how to repeat it."""
    scenario, manifest = played.scenario, played.manifest
    head = [("title", scenario.title), ("question", scenario.question), *changes(scenario)]
    command = command_of(RUN, scenario, manifest, played.control is not None)
    return [*head, ("command", command), *repeated_by(manifest)]


def of_frame(frame: Any) -> Table:
    """A table of results as columns and rows."""
    return list(map(str, frame.columns)), frame.to_numpy(dtype=object).tolist()


def fill(sheet: "Worksheet", table: Table) -> None:
    """Writes a table from the first row on, its header in bold and always in sight."""
    from openpyxl.styles import Font

    columns, rows = table
    for down, row in enumerate([columns, *rows], start=1):
        for across, value in enumerate(row, start=1):
            put(sheet.cell(down, across), value)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"


def put(cell: "Cell", value: Any) -> None:
    """A number or a date, or text as text; nothing where there is none."""
    if isinstance(value, str):
        cell.value = legible(value).replace("\ufffd", "?")[:MOST_LETTERS]
        cell.data_type = "s"
        cell.quotePrefix = looks_like_a_formula(value)
    elif not pd.isna(value):
        cell.value = value.item() if hasattr(value, "item") else value
