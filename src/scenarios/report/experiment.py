"""How does an experiment answer? Tables on the screen, the same as CSV, and the tables of a page of the docs."""

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scenarios.report.formats import Format, rows_text

if TYPE_CHECKING:
    from pandas import DataFrame

MARK = "<!-- tables -->\n"
MOST_COLUMNS = 8  # beside the first, on a screen
Rows = Sequence[Mapping[str, Any]]


class Asked(NamedTuple):
    """What the user asks of an experiment.

    Attributes
    ----------
    is_quick : bool
        Few runs, to see that it works.
    page : Path or None
        Page of the docs whose tables are to be written.
    """

    is_quick: bool
    page: Path | None


def asked(options: Sequence[str], what: str | None) -> Asked:
    """The options of an experiment.

    Examples
    --------
    >>> asked(["--quick"], "What is it?")
    Asked(is_quick=True, page=None)
    """
    parser = ArgumentParser(description=(what or "").split("\n\n")[0])
    parser.add_argument("--quick", action="store_true", help="few runs, to see that it works")
    parser.add_argument("--page", type=Path, help="page of the docs whose tables are to be written")
    found = parser.parse_args(list(options))
    return Asked(found.quick, found.page)


def blocks(rows: Rows) -> list[list[dict[str, Any]]]:
    """A wide table as several that fit a screen, each with the first column.

    Examples
    --------
    >>> [list(block[0]) for block in blocks([{"a": 1} | {f"b{i}": i for i in range(9)}])]
    [['a', 'b0', 'b1', 'b2', 'b3', 'b4'], ['a', 'b5', 'b6', 'b7', 'b8']]
    """
    first, *others = list(rows[0])
    n = -(-len(others) // MOST_COLUMNS)
    size = -(-len(others) // n)
    parts = [(first, *others[i : i + size]) for i in range(0, len(others), size)]
    return [[{name: row[name] for name in part} for row in rows] for part in parts]


def write_tables(page: Path, tables: Mapping[str, Rows], said: str) -> None:
    """Writes tables into a page, after its own words."""
    words = page.read_text(encoding="utf-8").split(MARK)[0]
    parts = [f"{said}\n"] + [rows_text(rows, Format.MARKDOWN, heading) for heading, rows in tables.items()]
    page.write_text(words + MARK + "\n" + "\n".join(parts), encoding="utf-8")


def tell(tables: Mapping[str, Rows], said: str, file: Path, whole: "DataFrame", page: Path | None = None) -> None:
    """Prints tables and closing words, and writes the numbers behind them.

    Parameters
    ----------
    tables : mapping of str to rows
        By heading.
    said : str
        How it was played, in one line.
    file : Path
        CSV file for `whole`, every number of the answer.
    page : Path or None
        Page of the docs whose tables are to be written.
    """
    for heading, rows in tables.items():
        for block in blocks(rows) if rows else []:
            print(rows_text(block, Format.TABLE, heading), end="")
    file.parent.mkdir(parents=True, exist_ok=True)
    whole.to_csv(file, index=False)
    print(f"{said}\nEvery number: {file}")
    if page is not None:
        write_tables(page, tables, said)
