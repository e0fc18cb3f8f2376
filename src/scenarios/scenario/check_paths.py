"""Are the paths over time sound? Their dates, values and sources, in the scenario file or in a file of their own."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from scenarios.errors import known_names
from scenarios.scenario.arrays import NO_SCRIPT, is_script, number_acted_on
from scenarios.scenario.check_numbers import (
    Table,
    fault_of,
    faults_of_source,
    faults_of_texts,
    faults_of_unit,
    is_kind,
    is_real,
    shown,
)
from scenarios.scenario.dated import datable, limits_of, units_of
from scenarios.scenario.series import Series
from scenarios.scenario.user_table import decimal_hint

ENTRIES = ("at", "values", "until", "file", "unit", "source", "sources", "where", "note")


def faults_of_paths(table: Table) -> Iterator[str]:
    """Faults of the paths over time."""
    known, paths = datable(table.get("patrons", {}), table.get("channels", {})), table.get("paths", {})
    for name, entry in paths.items():
        if name not in known:
            yield f"paths: unknown path '{name}'. {known_names(name, known)}"
        elif not isinstance(entry, dict):
            yield f"paths: {name}: {shown(entry)} has the wrong type; write {{ at = [dates], values = [numbers] }}."
        else:
            yield from faults_of_path(name, entry)
            yield from faults_of_yardstick(name, entry, table)


def faults_of_path(name: str, entry: Table) -> Iterator[str]:
    """Faults of one path."""
    place = f"paths: {name}"
    for word in entry:
        if word not in ENTRIES:
            yield f"{place}: unknown entry '{word}'. {known_names(word, ENTRIES)}"
    if "file" in entry:
        yield from faults_of_file(place, name, entry)
    else:
        yield from faults_of_course(place, name, entry)
    if "until" in entry:
        series = entry.get("file")
        yield from faults_of_until(place, entry["until"], entry.get("at", getattr(series, "dates", None)))
    yield from faults_of_unit(place, entry, units_of(name))
    yield from faults_of_texts(place, entry)


def faults_of_course(place: str, name: str, entry: Table) -> Iterator[str]:
    """Faults of a path whose dates and values stand in the scenario file."""
    at, values = entry.get("at"), entry.get("values")
    if not isinstance(at, list) or not at or not all(is_kind(day, date) for day in at):
        yield f"{place}: at must be a list of dates like 2025-11-30."
    elif any(later <= earlier for earlier, later in pairwise(at)):
        yield f"{place}: the dates in at must rise."
    if not isinstance(values, list):
        yield f"{place}: values must be a list of finite numbers."
    elif isinstance(at, list) and len(at) != len(values):
        yield f"{place}: {len(at)} dates but {len(values)} values. Every date needs one value."
    else:
        for value in values:
            yield from faults_of_step(place, name, entry, value)
    yield from faults_of_row_sources(place, entry)


def faults_of_row_sources(place: str, entry: Table) -> Iterator[str]:
    """Faults of the source of a path, or of those of its values one by one."""
    if "sources" not in entry:
        yield from faults_of_source(place, entry.get("source"))
        return
    each, values = entry["sources"], entry.get("values")
    if not isinstance(each, list) or (isinstance(values, list) and len(each) != len(values)):
        yield f"{place}: sources must be a list with one source a value."
        return
    for source in each:
        yield from faults_of_source(place, source)


def faults_of_file(place: str, name: str, entry: Table) -> Iterator[str]:
    """Faults of a path whose rows stand in a file of their own, each with its line."""
    for word in ("at", "values", "source", "sources"):
        if word in entry:
            yield f"{place}: {word} beside file; the rows of the file say it. Drop one of the two."
    series = entry["file"]
    if not isinstance(series, Series):
        yield f"{place}: file {shown(series)} has the wrong type; must be the path of a CSV file in quotes."
        return
    yield from (f"{place}: {said}" for said in series.trouble.splitlines())
    yield from faults_of_dates(place, series)
    for line, value, source in zip(series.lines, series.values, series.sources, strict=True):
        row = f"{place}: {series.file}, line {line}"
        hint = "" if is_real(value) else f" {decimal_hint(value)}".rstrip()
        yield from (f"{fault}{hint}" for fault in faults_of_step(row, name, entry, value))
        yield from faults_of_source(row, source)


def faults_of_dates(place: str, series: Series) -> Iterator[str]:
    """Dates of a series that are none, or that do not rise."""
    earlier = date.min
    for line, day in zip(series.lines, series.dates, strict=True):
        row = f"{place}: {series.file}, line {line}"
        if not isinstance(day, date):
            yield f"{row}: date '{day}' must be a date like 2025-11-30."
        elif day <= earlier:
            yield f"{row}: date {day} comes not after {earlier}. The dates must rise."
        else:
            earlier = day


def faults_of_step(place: str, name: str, entry: Table, value: Any) -> Iterator[str]:
    """A value of a path outside what it acts on can take."""
    if is_script(name) and is_real(value) and value == NO_SCRIPT:
        return
    fault = fault_of(limits_of(name, entry.get("unit")), value)
    if fault:
        yield f"{place}: {fault}"


def faults_of_until(place: str, until: Any, at: Any) -> Iterator[str]:
    """Faults of the day on which a path ends."""
    if not is_kind(until, date):
        yield f"{place}: until {shown(until)} must be a date like 2025-11-30."
    elif isinstance(at, (list, tuple)) and at and is_kind(at[-1], date) and until < at[-1]:
        yield f"{place}: until {until} lies before the last date in at. Move it, or drop the dates after it."


def faults_of_yardstick(name: str, entry: Table, table: Table) -> Iterator[str]:
    """A path in the unit of its number, whose number is nothing to divide by."""
    if is_script(name) or entry.get("unit") == "factor":
        return
    sheet = table
    acted_on = number_acted_on(name)
    for part in acted_on.split("."):
        sheet = sheet.get(part, {}) if isinstance(sheet, dict) else {}
    value = sheet.get("value") if isinstance(sheet, dict) else None
    if is_real(value) and value == 0:
        yield f"paths: {name}: its values are divided by {acted_on}, which is 0. Give that number its value at the end."
