"""How do the tables of an experiment fit a screen, and get into a page of the docs?"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scenarios.report.formats import Format, page, section_of
from scenarios.report.tables import Section

MARK = "<!-- tables -->\n"
MOST_COLUMNS = 8  # beside the first, on a screen
Rows = Sequence[Mapping[str, Any]]


def sections_of_rows(tables: Mapping[str, Rows]) -> list[Section]:
    """Tables of rows, by heading; those without a row are left out."""
    return [section_of(rows, heading) for heading, rows in tables.items() if rows]


def blocks_of_page(section: Section) -> list[Section]:
    """A wide table as several that fit a screen, each with the first column.

    Examples
    --------
    >>> wide = Section("", ("a", *(f"b{i}" for i in range(9))), (tuple("0123456789"),))
    >>> [block.columns for block in blocks_of_page(wide)]
    [('a', 'b0', 'b1', 'b2', 'b3', 'b4'), ('a', 'b5', 'b6', 'b7', 'b8')]
    """
    others = range(1, len(section.columns))
    n = max(1, -(-len(others) // MOST_COLUMNS))
    size = max(1, -(-len(others) // n))
    parts = [(0, *others[i : i + size]) for i in range(0, max(1, len(others)), size)]
    return [
        Section(
            section.heading,
            tuple(section.columns[i] for i in part),
            tuple(tuple(row[i] for i in part) for row in section.rows),
        )
        for part in parts
    ]


def write_tables(file: Path, shown: Sequence[Section], said: Sequence[str]) -> None:
    """Writes tables into a page of the docs, after its own words."""
    words = file.read_text(encoding="utf-8").split(MARK)[0]
    parts = ["\n".join(said) + "\n"] + [page("", [section], [], Format.MARKDOWN) for section in shown]
    file.write_text(words + MARK + "\n" + "\n".join(parts), encoding="utf-8")
