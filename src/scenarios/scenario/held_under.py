"""Under which dated conditions was the opening posture chosen and held? The entries [[held]] of a scenario file."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from scenarios.errors import known_names
from scenarios.scenario.check_numbers import fault_of, is_kind, is_real, shown
from scenarios.scenario.dated import number_at
from scenarios.scenario.scenario import Condition, Scenario

Table = dict[str, Any]
ENTRIES = ("on", "rung", "presence", "threat", "bargain", "source", "note")


def faults_of_held(entries: Any, patrons: Any) -> Iterator[str]:
    """Faults of the dated conditions in a file."""
    days = []
    for i, entry in enumerate(entries):
        place = f"held {i + 1}"
        if not isinstance(entry, dict):
            yield f"{place}: {shown(entry)} has the wrong type; write a [[held]] table."
            continue
        yield from faults_of_condition(place, entry, patrons)
        days.append(entry.get("on"))
    known: list[Any] = [day for day in days if is_kind(day, date)]
    if known != sorted(known):
        yield "held: the dates must rise: the first is the one under which the posture was chosen."


def faults_of_condition(place: str, entry: Table, patrons: Any) -> Iterator[str]:
    """Faults of one dated condition."""
    for word in entry:
        if word not in ENTRIES:
            yield f"{place}: unknown entry '{word}'. {known_names(word, ENTRIES)}"
    if not is_kind(entry.get("on"), date):
        yield f"{place}: on: {shown(entry.get('on'))} must be a date like 2025-08-14."
    for field in ("rung", "presence"):
        fault = fault_of(number_at(f"coercer.{field}"), entry[field]) if field in entry else ""
        if fault:
            yield f"{place}: {field}: {fault}"
    for field in ("threat", "bargain"):
        yield from faults_of_factors(f"{place}: {field}", entry.get(field, {}), patrons)
    if not isinstance(entry.get("source"), str):
        yield f"{place}: source: missing. Write judgement, derived: FORMULA, or the id of a source."


def faults_of_factors(place: str, factors: Any, patrons: Any) -> Iterator[str]:
    """Faults of factors on the numbers of patrons."""
    if not isinstance(factors, dict):
        yield f"{place}: {shown(factors)} must be a table of factors, one a patron."
        return
    for name, factor in factors.items():
        if not is_real(factor) or factor < 0:
            yield f"{place}.{name}: {shown(factor)} must be a factor from 0."
        if name not in patrons:
            yield f"{place}: unknown patron '{name}'. {known_names(name, patrons)}"


def held_of(table: Table) -> tuple[Condition, ...]:
    """The dated conditions in a checked file."""

    def factors(entry: Table, field: str) -> dict[str, float]:
        return {name: float(factor) for name, factor in entry.get(field, {}).items()}

    return tuple(
        Condition(
            on=entry["on"],
            rung=entry.get("rung"),
            presence=entry.get("presence"),
            threat=factors(entry, "threat"),
            bargain=factors(entry, "bargain"),
            source=entry["source"],
            note=entry.get("note", ""),
        )
        for entry in table.get("held", [])
    )


def held_table(scenario: Scenario) -> list[Table]:
    """The dated conditions as they stand in a file."""
    found = []
    for condition in scenario.held:
        entry: Table = {"on": condition.on}
        for field in ("rung", "presence"):
            if getattr(condition, field) is not None:
                entry[field] = getattr(condition, field)
        entry |= {
            field: dict(getattr(condition, field)) for field in ("threat", "bargain") if getattr(condition, field)
        }
        found.append(entry | {"source": condition.source} | ({"note": condition.note} if condition.note else {}))
    return found
