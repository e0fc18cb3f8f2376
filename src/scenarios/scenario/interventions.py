"""What does a user set? Interventions: a number is so from the first step on, or from a date on, pinned or by a factor.

What is set says nothing of the past: the numbers are drawn, and the postures on which the run opens are explained,
without it (Pearl's abduction, action, prediction). What has been so all along is a belief (`overlay.believed`).
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from scenarios.errors import ScenarioError, known_names
from scenarios.scenario.check_numbers import as_real, fault_of, is_kind, is_real, said, shown
from scenarios.scenario.dated import day_within, near_paths, number_at
from scenarios.scenario.gone import name_now, why_gone
from scenarios.scenario.scenario import Parameter, Scenario, Setting
from scenarios.scenario.settings import SWITCHES
from scenarios.scenario.user_table import decimal_hint
from scenarios.vocabulary import Term

Table = dict[str, Any]
ENTRIES = ("path", "on", "value", "factor", "source", "note")


def setting_of(scenario: Scenario, path: str, value: Any) -> Setting:
    """What one line of a user sets.

    Parameters
    ----------
    path : str
        ``PATH`` or ``PATH@DATE``, the date as in 2026-06-01.
    value : number or str
        In the unit of the number; ``x1.25`` is a factor on the run's own number.

    Raises
    ------
    ScenarioError

    Examples
    --------
    >>> from scenarios import load
    >>> setting_of(load("toy"), "client.oil_price@2030-03-03", "x0.5").words
    'client.oil_price@2030-03-03=x0.5'
    """
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
            yield from (f"{place}: {fault}" for fault in faults_of_entry(entry))
        else:
            yield f"{place}: {shown(entry)} has the wrong type; write a [[settings]] table."


def faults_of_entry(entry: Table) -> Iterator[str]:
    """Faults of one intervention; whether path, value and day fit the scenario is judged once it is built."""
    yield from (f"unknown entry '{word}'. {known_names(word, ENTRIES)}" for word in entry if word not in ENTRIES)
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
        yield "source: missing. Write judgement, derived: FORMULA, or the id of a source."


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
