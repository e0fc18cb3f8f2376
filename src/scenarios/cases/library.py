"""Which cases ship with the package, and what was learnt of them? Rows, sources, and two fits with their draws."""

import csv
import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.cases.columns import DATED_PATH
from scenarios.cases.hazards import Numbers
from scenarios.cases.mode import Fit, outcome_shares
from scenarios.cases.rows import Cases, read_cases, rows_joined
from scenarios.errors import UnknownName

DATA = Path(__file__).parent / "data"
CALIBRATION, ALL = "calibration", "all"
FILES = {CALIBRATION: ("calibration",), "open_test": ("open_test",), ALL: ("calibration", "open_test")}
HASH_LENGTH = 12
Row = Mapping[str, str]


@cache
def library_cases(which: str = ALL) -> Cases:
    """The rows of the library: ``calibration`` (65), ``open_test`` (26) or ``all`` of them.

    Examples
    --------
    >>> len(library_cases("all").ids)
    91
    """
    first, *others = (read_cases(DATA / f"{name}.csv") for name in FILES[which])
    for other in others:
        first = rows_joined(first, other)
    return first


def rows_hash(which: str) -> str:
    """Hash of the files that hold some rows."""
    return sha256(b"".join((DATA / f"{name}.csv").read_bytes() for name in FILES[which])).hexdigest()[:HASH_LENGTH]


@cache
def shipped_fit(which: str = ALL) -> Fit:
    """The fit of some rows of the library, whose draws ship with it: ``calibration`` or ``all``.

    Examples
    --------
    >>> shipped_fit("all").draws.shape
    (400, 8)
    """
    training = library_cases(which)
    draws = np.loadtxt(DATA / f"fit_{which}.csv", delimiter=",", skiprows=1)
    return Fit(training, Numbers(**shipped_manifest(which)["mode"]), draws, outcome_shares(training))


def shipped_manifest(which: str = ALL) -> dict[str, Any]:
    """How the draws that ship were made."""
    found: dict[str, Any] = json.loads((DATA / f"fit_{which}.json").read_text("utf-8"))
    return found


@cache
def coded_rows() -> tuple[Row, ...]:
    """Every row of the library with all that is coded of it, in the columns of the codebook."""
    found: list[Row] = []
    for name in FILES[ALL]:
        with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            found += csv.DictReader(file)
    return tuple(found)


def coded_row(name: str) -> Row:
    """One row of the library.

    Raises
    ------
    UnknownName
        If there is no case of that name.

    Examples
    --------
    >>> coded_row("SYR15R")["client"]
    'Syria'
    """
    rows = {row["case_id"].lower(): row for row in coded_rows()}
    if name.lower() not in rows:
        raise UnknownName("case", name, [row["case_id"] for row in coded_rows()])
    return rows[name.lower()]


def sources_of(name: str) -> list[Row]:
    """The sources of one row, with what each supports and its grade."""
    with (DATA / "sources.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["case_id"] == name]


def says(row: Row, word: str) -> bool:
    """Whether a row has a word in any of its cells, in capitals or not.

    Examples
    --------
    >>> [row["case_id"] for row in coded_rows() if says(row, "kavkaz")]
    ['EGY70']
    """
    return any(word.lower() in cell.lower() for cell in row.values())


def pressure_events_of(row: Row) -> list[str]:
    """The dated steps of pressure of a row, as they are coded."""
    return [step.strip() for step in row[DATED_PATH].split(";") if step.strip()]
