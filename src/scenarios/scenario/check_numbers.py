"""Is a number sound? Its value, its range, and where it comes from."""

import math
import tomllib
from collections import Counter
from collections.abc import Collection, Container, Iterator, Mapping
from datetime import datetime
from functools import cache
from numbers import Real
from pathlib import Path as File
from typing import Any

from scenarios.errors import known_names
from scenarios.rulebook.traits import Number
from scenarios.scenario.arrays import WHOLE_UNITS
from scenarios.scenario.priors import KINDS
from scenarios.scenario.scenario import OUT_OF_REACH, Scenario, Source
from scenarios.scenario.user_table import decimal_hint

CATALOGUE = File(__file__).parent / "library" / "sources.toml"
PEDIGREES = ("sourced", "derived", "fitted", "judgement")
FREE_SOURCES = ("derived", "fitted")


@cache
def sources() -> dict[str, Source]:
    """The catalogue by id."""
    return {name: Source(**entry) for name, entry in tomllib.loads(CATALOGUE.read_text(encoding="utf-8")).items()}


def known_sources(scenario: Scenario) -> Mapping[str, Source]:
    """The catalogue with the scenario's own sources, by id."""
    return {**sources(), **scenario.sources}


def pedigree_counts(scenario: Scenario) -> dict[str, int]:
    """How many numbers are sourced, derived, fitted or judged; channels out of a patron's reach are left out."""
    counts = Counter(number.pedigree for number in scenario.numbers.values() if number.note != OUT_OF_REACH)
    return {kind: counts[kind] for kind in PEDIGREES}


def pedigree_words(scenario: Scenario) -> str:
    """Where all numbers of a scenario come from."""
    counts = pedigree_counts(scenario)
    rest = len(scenario.numbers) - sum(counts.values())
    said = [f"{count} {kind}" for kind, count in counts.items()]
    return ", ".join([*said, *([f"{rest} of channels out of reach"] if rest else [])])


# -- a number ----------------------------------------------------------------------------------------------------------


ENTRIES = ("value", "range", "distribution", "unit", "source", "where", "note")
LONGEST = 80  # letters of a value that a fault repeats
Table = dict[str, Any]


def is_real(value: Any) -> bool:
    """Whether a value is a finite number, numpy's too; true and false are not."""
    if not isinstance(value, Real) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # whole numbers have no limit
        return False


def said(value: Any) -> str:
    """A value as people write it."""
    return f"{float(value):.12g}" if is_real(value) else shown(value)


def shown(value: Any) -> str:
    """A value as Python writes it, by which its type is seen; long ones are cut."""
    try:
        text = repr(value)
    except ValueError:  # Python writes no whole number of more than 4,300 digits
        return "of thousands of digits"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def domain_of(number: Number) -> str:
    """The values that a number can take, in words."""
    return f"[{said(number.low)}, {said(number.high)}] ({number.unit})"


def outside(number: Number, value: Any) -> str:
    """Why a value does not lie in the domain of a number; empty if it does."""
    if not is_real(value):
        meant = f" {decimal_hint(value)}".rstrip()
        return f"value {said(value)} is not a finite number; must lie in {domain_of(number)}.{meant}"
    if not number.low <= value <= number.high:
        return f"value {said(value)} lies outside {domain_of(number)}.{hint(value, number)}"
    return ""


def fault_of(number: Number, value: Any) -> str:
    """What is wrong with a value of a number, from wherever it comes; empty if nothing is.

    Examples
    --------
    >>> fault_of(Number("share", 0, 1, "hold on power"), 1.35)
    'value 1.35 lies outside [0, 1] (share). Did you mean 0.135?'
    >>> fault_of(Number("rung", 0, 10, "rung of the ladder"), 4.5)
    'value 4.5 must be a whole number in [0, 10] (rung).'
    """
    fault = outside(number, value)
    if fault or number.unit not in WHOLE_UNITS or value == int(value):
        return fault
    return f"value {said(value)} must be a whole number in {domain_of(number)}."


def entry_at(table: Any, path: str) -> Any:
    """What stands at a dotted path of a table, checked or not; None if there is nothing."""
    for part in path.split("."):
        table = table.get(part) if isinstance(table, dict) else None
    return table


def is_kind(value: Any, kind: Any) -> bool:
    """Whether a value has a TOML type; true is no number, a time of day is no date."""
    return isinstance(value, kind) and not isinstance(value, (bool, datetime))


def is_word(value: Any, words: Container[str]) -> bool:
    """Whether a value is a word of a closed list; values of other types may not even be comparable."""
    return isinstance(value, str) and value in words


def faults_of_number(path: str, entry: Any, number: Number) -> Iterator[str]:
    """Faults of one number with its pedigree."""
    if not isinstance(entry, dict):
        yield f'{path}: {shown(entry)} has no pedigree; write {{ value = ..., unit = "{number.unit}", source = ... }}.'
        return
    yield from faults_of_entries(path, entry, ENTRIES)
    yield from faults_of_value(path, entry, number)
    yield from faults_of_range(path, entry, number)
    yield from faults_of_unit(path, entry, (number.unit,))
    yield from faults_of_texts(path, entry)
    yield from faults_of_source(path, entry.get("source"))


def faults_of_entries(place: str, entry: Table, known: Collection[str]) -> Iterator[str]:
    """Entries of a table that nobody knows."""
    yield from (f"{place}: unknown entry '{word}'. {known_names(word, known)}" for word in entry if word not in known)


def faults_of_choice(place: str, kind: str, value: Any, words: Collection[str]) -> Iterator[str]:
    """A value that is no word of a closed list."""
    if not is_word(value, words):
        yield f"{place}: unknown {kind} {said(value)}. {known_names(said(value), words)}"


def faults_of_limits(place: str, number: Number, value: Any) -> Iterator[str]:
    """A value that a number cannot take."""
    if fault := fault_of(number, value):
        yield f"{place}: {fault}"


def faults_of_value(path: str, entry: Table, number: Number) -> Iterator[str]:
    """Faults of the central value."""
    if "value" not in entry:
        yield f"{path}: value missing. Add value = NUMBER."
        return
    yield from faults_of_limits(path, number, entry["value"])
    if number.unit == "flag" and "range" in entry:
        yield f"{path}: range on a flag, which is 0 or 1 and nothing between. Drop the range."


def hint(value: float, number: Number) -> str:
    """The likely slip behind a value outside its domain: a decimal point, a percentage."""
    for slip in (value / 10, value / 100):
        if slip != 0 and number.low <= slip <= number.high and (number.unit not in WHOLE_UNITS or slip == int(slip)):
            return f" Did you mean {said(slip)}?"
    return ""


def faults_of_range(path: str, entry: Table, number: Number) -> Iterator[str]:
    """Faults of the range and the distribution."""
    kind = entry.get("distribution", "triangular")
    yield from faults_of_choice(path, "distribution", kind, KINDS)
    if "range" not in entry:
        if "distribution" in entry:
            yield f"{path}: distribution without a range. Add range = [low, high], or drop it."
        return
    ends = entry["range"]
    if not isinstance(ends, list) or len(ends) != 2 or not all(is_real(end) for end in ends):
        yield f"{path}: range {shown(ends)} must be two finite numbers, [low, high]."
        return
    yield from faults_of_ends(path, ends[0], ends[1], entry.get("value"), number)
    if kind == "loguniform" and ends[0] <= 0:
        yield f"{path}: a loguniform range must begin above 0, not at {said(ends[0])}."


def faults_of_ends(path: str, low: float, high: float, value: Any, number: Number) -> Iterator[str]:
    """A range that is reversed, reaches outside its domain, or misses the central value."""
    if low > high:
        yield f"{path}: range [{said(low)}, {said(high)}] is reversed. Write [{said(high)}, {said(low)}]."
    elif low < number.low or high > number.high:
        yield f"{path}: range [{said(low)}, {said(high)}] reaches outside {domain_of(number)}."
    elif is_real(value) and not low <= value <= high:
        yield f"{path}: value {said(value)} lies outside its range [{said(low)}, {said(high)}]."


def faults_of_unit(path: str, entry: Table, units: tuple[str, ...]) -> Iterator[str]:
    """A unit that is missing or another."""
    if entry.get("unit") not in units:
        given = "missing" if "unit" not in entry else f"{shown(entry['unit'])} is wrong"
        allowed = " or ".join(f'"{unit}"' for unit in units)
        yield f"{path}: unit {given}; must be {allowed}."


def faults_of_source(path: str, source: Any) -> Iterator[str]:
    """A source that is missing or says nothing; whether there is such a source, `citations` says."""
    if not isinstance(source, str) or not source.strip():
        yield f'{path}: source missing. Name one, or write source = "judgement".'
        return
    kind, _, text = source.partition(":")
    if kind in FREE_SOURCES and not text.strip():
        yield f'{path}: source "{source}" says not how. Write "{kind}: FORMULA OR PROCEDURE".'


def faults_of_texts(path: str, entry: Table) -> Iterator[str]:
    """Notes that are no text."""
    for name in ("where", "note"):
        if not isinstance(entry.get(name, ""), str):
            yield f"{path}: {name} {shown(entry[name])} has the wrong type; must be text in quotes."


# -- the numbers by which a chance is published ------------------------------------------------------------------------


WEIGHT, RATES = "weight", "base_rates"
NUMBERS = {
    WEIGHT: Number("share", 0, 1, "weight of the model's chance in a published one; the rest is the base rate's"),
    RATES: Number("probability", 0, 1, "chance of such an event in a year, from elsewhere than the model"),
}


def entries_of(table: Table) -> dict[str, Any]:
    """The numbers of the table by path within it, such as ``base_rates.step_back``, as they are given."""
    weight = {WEIGHT: table[WEIGHT]} if WEIGHT in table else {}
    return weight | {f"{RATES}.{event}": entry for event, entry in table.get(RATES, {}).items()}


def faults_of_publication(table: Table) -> Iterator[str]:
    """Faults of the weight and of the base rates."""
    for name in table:
        if name not in NUMBERS:
            yield f"publication.{name}: unknown entry. {known_names(name, NUMBERS)}"
    if not isinstance(table.get(RATES, {}), dict):
        yield f"publication.{RATES}: {shown(table[RATES])} must be a table of base rates, one a kind of event."
        return
    for path, entry in entries_of(table).items():
        yield from faults_of_number(f"publication.{path}", entry, NUMBERS[path.partition(".")[0]])
