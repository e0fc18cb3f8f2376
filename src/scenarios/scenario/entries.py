"""What does a file or a user say beside the numbers? What is set, dated conditions [[held]], a past that was seen.

What is set says nothing of the past: the numbers are drawn, and the postures on which the run opens are explained,
without it (Pearl's abduction, action, prediction). What has been so all along is a belief (`overlay.believed`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np

from scenarios.errors import ScenarioError, known_names
from scenarios.scenario.check_numbers import (
    Table,
    fault_of,
    faults_of_entries,
    faults_of_limits,
    is_kind,
    is_real,
    said,
    shown,
)
from scenarios.scenario.finding import day_within, name_now, near_paths, number_at, why_gone
from scenarios.scenario.scenario import Condition, Observation, Observed, Parameter, Scenario, Setting
from scenarios.scenario.user_table import as_day, as_real, decimal_hint
from scenarios.vocabulary import Term

BELIEF = "believe:"  # before a path that is varied: it has been so all along
SWITCHES = ("freeze", "coercer.mode", "step", "steps", "persistence_days", "start")


def parse_setting(text: str, option: str = "--set") -> tuple[str, str]:
    """The path and the value in ``PATH=VALUE``, as an option gives them."""
    path, equals, value = text.partition("=")
    if not equals or not path.strip() or (not value.strip() and path.strip() != "freeze"):
        raise ScenarioError([f"{option} {text}: must be PATH=VALUE, for instance client.hold=0.4."])
    return path.strip(), value.strip()


def is_switch(path: str) -> bool:
    """Whether a path names something that is no number."""
    return path in SWITCHES or path.partition(".")[0] in ("terms", "decision")


def set_switch(head: Table, path: str, value: Any) -> Table:
    """The head of a scenario's table with one switch set."""
    table, _, word = path.partition(".")
    if word:
        return {**head, table: {**head[table], word: as_real(value) if table == "decision" else value}}
    read = READERS.get(path)
    return {**head, path: read(value) if read else value}


def as_words(value: Any) -> Any:
    """A list of words from a comma list, a set or a tuple; anything else as it is."""
    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, (list, tuple, set, frozenset)):
        return value
    return [word for word in (each.strip() if isinstance(each, str) else each for each in words) if word != ""]


def as_whole(value: Any) -> Any:
    """A whole number from its digits or from numpy; anything else as it is."""
    try:
        return int(value) if isinstance(value, (str, np.integer)) else value
    except ValueError:
        return value


READERS = {"freeze": as_words, "steps": as_whole, "persistence_days": as_real, "start": as_day}


# -- interventions: a number is so from the first step on, or from a date on, pinned or by a factor --------------------


ENTRIES = ("path", "on", "value", "factor", "source", "note")
SOURCE_MISSING = "source: missing. Write judgement, derived: FORMULA, or the id of a source."


def setting_of(scenario: Scenario, path: str, value: Any) -> Setting:
    """What one line of a user sets, such as ``client.oil_price@2030-03-03=x0.5``."""
    name, at, day = name_now(str(path)).partition("@")
    known_number(scenario, name)
    on = day_within(str(path), day, scenario) if at else None
    is_factor = isinstance(value, str) and value.strip()[:1] == "x"
    real = as_real(value.strip()[1:] if is_factor else value)
    fault = fault_of_factor(scenario.numbers[name], real) if is_factor else fault_of(number_at(name), real)
    if fault:
        raise ScenarioError([f"{path}: {fault}"])
    return Setting(name, on, float(real), is_factor, note="set by the user")


def known_number(scenario: Scenario, path: str) -> None:
    """Refuses what is no number of the scenario; what the first edition knew is told where it went."""
    if path in scenario.numbers:
        return
    if why_gone(path):
        raise ScenarioError([f"{path}: {why_gone(path)}"])
    known = [*scenario.numbers, *SWITCHES, *[f"terms.{word}" for word in Term.words()]]
    raise ScenarioError([f"unknown path '{path}'. {known_names(path, near_paths(path, known))}"])


def fault_of_factor(number: Parameter, factor: Any) -> str:
    """What is wrong with a factor on a number; empty if nothing is."""
    if not is_real(factor) or factor < 0:
        return f"factor {said(factor)} must be a number from 0, as in x1.25. {decimal_hint(factor)}".rstrip()
    for end in (number.low, number.value, number.high):
        fault = fault_of(number_at(number.path), end * factor)
        if fault:
            return f"times {said(factor)} is out of reach: {fault}"
    return ""


def faults_of_settings(entries: Any) -> Iterator[str]:
    """Faults of the interventions in a file."""
    for i, entry in enumerate(entries):
        place = f"settings {i + 1}"
        if isinstance(entry, dict):
            yield from faults_of_entries(place, entry, ENTRIES)
            yield from (f"{place}: {fault}" for fault in faults_of_entry(entry))
        else:
            yield f"{place}: {shown(entry)} has the wrong type; write a [[settings]] table."


def faults_of_entry(entry: Table) -> Iterator[str]:
    """Faults of one intervention; whether path, value and day fit the scenario is judged once it is built."""
    value = entry.get("value", entry.get("factor"))
    if not isinstance(entry.get("path"), str):
        yield "path: must be the dotted path of a number, in quotes."
    if ("value" in entry) == ("factor" in entry):
        yield "must have either a value or a factor."
    elif not is_real(value):
        yield f"{shown(value)} is not a finite number."
    if "on" in entry and not is_kind(entry["on"], date):
        yield f"on: {shown(entry['on'])} must be a date like 2026-06-01."
    if not isinstance(entry.get("source"), str):
        yield SOURCE_MISSING


def settings_of(table: Table) -> tuple[Setting, ...]:
    """The interventions in a checked file."""
    found = []
    for entry in table.get("settings", []):
        value, is_factor = entry.get("value", entry.get("factor")), "factor" in entry
        source, note = entry.get("source", "judgement"), entry.get("note", "")
        found.append(Setting(entry["path"], entry.get("on"), float(value), is_factor, source, note))
    return tuple(found)


def settings_table(scenario: Scenario) -> list[Table]:
    """The interventions as they stand in a file."""
    found = []
    for setting in scenario.settings:
        entry: Table = {"path": setting.path} | ({} if setting.on is None else {"on": setting.on})
        entry |= {"factor" if setting.is_factor else "value": setting.value, "source": setting.source}
        found.append(entry | ({"note": setting.note} if setting.note else {}))
    return found


def refused(scenario: Scenario) -> list[str]:
    """What is wrong with the interventions of a scenario that was built: paths, domains, days."""
    faults = []
    for setting in scenario.settings:
        value: Any = f"x{setting.value!r}" if setting.is_factor else setting.value
        try:
            setting_of(scenario, f"{setting.path}{'' if setting.on is None else f'@{setting.on}'}", value)
        except ScenarioError as error:
            faults += [f"settings: {fault}" for fault in error.faults]
    return faults


# -- conditions under which the opening posture was chosen and held ----------------------------------------------------


ON_PATRONS = ("threat", "bargain")
HELD_ENTRIES = ("on", "rung", "presence", *ON_PATRONS, "source", "note")


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
    yield from faults_of_entries(place, entry, HELD_ENTRIES)
    if not is_kind(entry.get("on"), date):
        yield f"{place}: on: {shown(entry.get('on'))} must be a date like 2025-08-14."
    for field in ("rung", "presence"):
        if field in entry:
            yield from faults_of_limits(f"{place}: {field}", number_at(f"coercer.{field}"), entry[field])
    for field in ON_PATRONS:
        yield from faults_of_factors(f"{place}: {field}", entry.get(field, {}), patrons)
    if not isinstance(entry.get("source"), str):
        yield f"{place}: {SOURCE_MISSING}"


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
    return [
        {name: said for name, said in asdict(condition).items() if name == "source" or said not in (None, {}, "")}
        for condition in scenario.held
    ]


# -- a past that was seen ----------------------------------------------------------------------------------------------


KINDS: dict[str, tuple[Any, str]] = {
    "to": (date, "a date like 2026-01-20"),
    "rows": (list, "tables of a date `on` and an `event`"),
    "seed": (int, "a whole number"),
    "runs": (int, "a whole number"),
    "parents": (list, "the numbers of the runs that agree, at least one"),
    "past": (str, "the hash that `scenarios update` wrote"),
    "rules": (str, "the hash that `scenarios update` wrote"),
}
CURE = "Write the file with: scenarios update NAME --observed FILE.csv --to DATE."


def faults_of_observed(table: Table) -> Iterator[str]:
    """Faults of a past that was seen, in a scenario's table."""
    seen = table.get("observed")
    if seen is None:
        return
    yield from (f"observed.{word}: unknown entry. {known_names(word, KINDS)}" for word in seen if word not in KINDS)
    for word, (kind, meaning) in KINDS.items():
        if not is_kind(seen.get(word), kind):
            yield f"observed.{word}: {shown(seen.get(word))} must be {meaning}. {CURE}"
    if not all(map(is_row, as_list(seen.get("rows")))):
        yield f"observed.rows: must be {KINDS['rows'][1]}. {CURE}"
    parents = as_list(seen.get("parents"))
    if not parents or not all(is_kind(run, int) and run >= 0 for run in parents):
        yield f"observed.parents: must be {KINDS['parents'][1]}. {CURE}"
    if is_kind(seen.get("to"), date) and is_kind(table.get("start"), date) and seen["to"] <= table["start"]:
        yield f"observed.to: {seen['to']} must lie after the opening, {table['start']}. {CURE}"


def as_list(entry: Any) -> list[Any]:
    """An entry that should be a list; empty if it is none."""
    return entry if isinstance(entry, list) else []


def is_row(entry: Any) -> bool:
    """Whether an entry is something that was seen."""
    return (
        isinstance(entry, dict)
        and set(entry) == {"on", "event"}
        and is_kind(entry["on"], date)
        and isinstance(entry["event"], str)
    )


def observed_of(table: Table) -> Observed | None:
    """The past that was seen, in a checked table."""
    seen = table.get("observed")
    if seen is None:
        return None
    rows = tuple(Observation(row["on"], row["event"]) for row in seen["rows"])
    return Observed(**{**seen, "rows": rows, "parents": tuple(seen["parents"])})


def observed_table(seen: Observed) -> Table:
    """A past that was seen, as it stands in a file."""
    return {**asdict(seen), "rows": [asdict(row) for row in seen.rows], "parents": list(seen.parents)}


def observed_record(seen: Observed) -> Table:
    """A past that was seen, as plain JSON values."""
    rows = [{"on": row.on.isoformat(), "event": row.event} for row in seen.rows]
    return {**observed_table(seen), "to": seen.to.isoformat(), "rows": rows}


def observed_from(record: Mapping[str, Any]) -> Observed | None:
    """The past that `observed_record` wrote down."""
    rows = [{**row, "on": date.fromisoformat(row["on"])} for row in record["rows"]]
    return observed_of({"observed": {**record, "to": date.fromisoformat(record["to"]), "rows": rows}})
