"""Is a number sound? Its value, its range, and where it comes from."""

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from scenarios.errors import known_names
from scenarios.rulebook.traits import Number
from scenarios.scenario.arrays import WHOLE_UNITS
from scenarios.scenario.priors import KINDS
from scenarios.scenario.sources import sources

FREE_SOURCES = ("derived", "fitted")
ENTRIES = ("value", "range", "distribution", "unit", "source", "where", "note")
Table = dict[str, Any]


def is_real(value: Any) -> bool:
    """Whether a value is a finite number; TOML's true and false are not."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # TOML's whole numbers have no limit
        return False


def said(value: Any) -> str:
    """A number as people write it."""
    return f"{value:g}" if is_real(value) else repr(value)


def is_kind(value: Any, kind: Any) -> bool:
    """Whether a value has a TOML type; true is no number, a time of day is no date."""
    return isinstance(value, kind) and not isinstance(value, (bool, datetime))


def faults_of_number(path: str, entry: Any, number: Number) -> Iterator[str]:
    """Faults of one number with its pedigree."""
    if not isinstance(entry, dict):
        yield f'{path}: {entry!r} has no pedigree; write {{ value = ..., unit = "{number.unit}", source = ... }}.'
        return
    for name in entry:
        if name not in ENTRIES:
            yield f"{path}: unknown entry '{name}'. {known_names(name, ENTRIES)}"
    yield from faults_of_value(path, entry, number)
    yield from faults_of_range(path, entry, number)
    yield from faults_of_pedigree(path, entry, number.unit)


def faults_of_value(path: str, entry: Table, number: Number) -> Iterator[str]:
    """Faults of the central value."""
    if "value" not in entry:
        yield f"{path}: value missing. Add value = NUMBER."
        return
    value = entry["value"]
    if not is_real(value):
        yield f"{path}: value {value!r} is not a finite number."
        return
    if not number.low <= value <= number.high:
        yield (
            f"{path}: value {said(value)} lies outside [{said(number.low)}, {said(number.high)}] ({number.unit})."
            + hint(value, number)
        )
    if number.unit == "flag" and value not in (0, 1):
        yield f"{path}: value {said(value)} is no flag; must be 0 or 1."
    elif number.unit in WHOLE_UNITS and value != int(value):
        yield f"{path}: value {said(value)} must be a whole number ({number.unit})."
    if number.unit == "flag" and "range" in entry:
        yield f"{path}: range on a flag, which is 0 or 1 and nothing between. Drop the range."


def hint(value: float, number: Number) -> str:
    """The likely slip behind a value outside its domain: a decimal point, a percentage."""
    for slip in (value / 10, value / 100):
        if number.low <= slip <= number.high and slip != 0:
            return f" Did you mean {said(slip)}?"
    return ""


def faults_of_range(path: str, entry: Table, number: Number) -> Iterator[str]:
    """Faults of the range and the distribution."""
    kind = entry.get("distribution", "triangular")
    if kind not in KINDS:
        yield f"{path}: unknown distribution {kind!r}. {known_names(str(kind), KINDS)}"
    if "range" not in entry:
        if "distribution" in entry:
            yield f"{path}: distribution without a range. Add range = [low, high], or drop it."
        return
    ends = entry["range"]
    if not isinstance(ends, list) or len(ends) != 2 or not all(is_real(end) for end in ends):
        yield f"{path}: range {ends!r} must be two finite numbers, [low, high]."
        return
    yield from faults_of_ends(path, ends[0], ends[1], entry.get("value"), number)
    if kind == "loguniform" and ends[0] <= 0:
        yield f"{path}: a loguniform range must begin above 0, not at {said(ends[0])}."


def faults_of_ends(path: str, low: float, high: float, value: Any, number: Number) -> Iterator[str]:
    """A range that is reversed, reaches outside its domain, or misses the central value."""
    if low > high:
        yield f"{path}: range [{said(low)}, {said(high)}] is reversed. Write [{said(high)}, {said(low)}]."
    elif low < number.low or high > number.high:
        limits = f"[{said(number.low)}, {said(number.high)}] ({number.unit})"
        yield f"{path}: range [{said(low)}, {said(high)}] reaches outside {limits}."
    elif is_real(value) and not low <= value <= high:
        yield f"{path}: value {said(value)} lies outside its range [{said(low)}, {said(high)}]."


def faults_of_pedigree(path: str, entry: Table, unit: str) -> Iterator[str]:
    """Faults of unit and source."""
    yield from faults_of_unit(path, entry, (unit,))
    yield from faults_of_texts(path, entry)
    yield from faults_of_source(path, entry.get("source"), bool(entry.get("where")))


def faults_of_unit(path: str, entry: Table, units: tuple[str, ...]) -> Iterator[str]:
    """A unit that is missing or another."""
    if entry.get("unit") not in units:
        given = "missing" if "unit" not in entry else f"{entry['unit']!r} is wrong"
        allowed = " or ".join(f'"{unit}"' for unit in units)
        yield f"{path}: unit {given}; must be {allowed}."


def faults_of_source(path: str, source: Any, has_place: bool) -> Iterator[str]:
    """A source that is missing, unknown or bare."""
    if not isinstance(source, str) or not source.strip():
        yield f'{path}: source missing. Name one, or write source = "judgement".'
        return
    kind, _, text = source.partition(":")
    if kind in FREE_SOURCES and not text.strip():
        yield f'{path}: source "{source}" says not how. Write "{kind}: FORMULA OR PROCEDURE".'
    elif kind not in (*FREE_SOURCES, "judgement"):
        if source not in sources():
            yield f"{path}: unknown source '{source}'. {known_names(source, [*sources(), 'judgement'])}"
        elif not has_place:
            yield f'{path}: source "{source}" without where; add where = "table, row or page".'


def faults_of_texts(path: str, entry: Table) -> Iterator[str]:
    """Notes that are no text."""
    for name in ("where", "note"):
        if not isinstance(entry.get(name, ""), str):
            yield f"{path}: {name} {entry[name]!r} has the wrong type; must be text in quotes."
