"""How does a Scenario become a table again, so that a file of changed lines can be laid over it?"""

from dataclasses import asdict
from typing import Any

from scenarios.scenario.held_under import held_table
from scenarios.scenario.interventions import settings_table
from scenarios.scenario.observed import observed_table
from scenarios.scenario.scenario import OUT_OF_REACH, Parameter, Path, Scenario

Table = dict[str, Any]


def entry_of(number: Parameter) -> Table:
    """A number as it stands in a file."""
    entry: Table = {"value": number.value, "unit": number.unit, "source": number.source}
    if number.is_uncertain:
        entry |= {"range": [number.low, number.high], "distribution": number.distribution}
    return entry | remarks_of(number)


def course_of(path: Path) -> Table:
    """A path over time as it stands in a file."""
    origin: Table = {"sources": list(path.sources)} if path.sources else {"source": path.source}
    until: Table = {} if path.until is None else {"until": path.until}
    return {
        "at": list(path.dates),
        "values": list(path.values),
        **until,
        "unit": path.unit,
        **origin,
        **remarks_of(path),
    }


def remarks_of(entry: Parameter | Path) -> Table:
    """Place in the source and note, where there are any."""
    return {name: text for name, text in (("where", entry.where), ("note", entry.note)) if text}


def sheet_at(table: Table, prefix: str) -> Table:
    """The table at a dotted prefix, made if it is not there."""
    for part in prefix.split("."):
        table = table.setdefault(part, {})
    return table


def _out_of_reach(scenario: Scenario) -> set[str]:
    """Dotted prefixes of the channels that a patron has no table for."""
    pairs: dict[str, bool] = {}
    for path, number in scenario.numbers.items():
        prefix = path.rpartition(".")[0]
        pairs[prefix] = pairs.get(prefix, True) and number.note == OUT_OF_REACH
    return {prefix for prefix, is_absent in pairs.items() if is_absent}


def head_table(scenario: Scenario) -> Table:
    """The table of what is neither number nor name; `build.head_of` reads it back."""
    return {
        "start": scenario.start,
        "step": scenario.step,
        "steps": scenario.steps,
        "persistence_days": scenario.persistence_days,
        "notch_days": scenario.notch_days,
        "freeze": sorted(scenario.freeze),
        "decision": dict(scenario.decision),
        "terms": dict(scenario.terms),
        "coercer": {"mode": scenario.mode},
    }


def as_table(scenario: Scenario) -> Table:
    """The table of a complete scenario file; `build.as_scenario` makes the same scenario of it."""
    table: Table = {"title": scenario.title, "question": scenario.question, **head_table(scenario)}
    if scenario.posterior:
        table["posterior"] = scenario.posterior
    absent = _out_of_reach(scenario)
    for path, number in scenario.numbers.items():
        prefix, _, field = path.rpartition(".")
        if prefix not in absent:
            sheet_at(table, prefix)[field] = entry_of(number)
    for who, label in scenario.labels.items():
        sheet_at(table, who)["name"] = label
    for who, key in scenario.keys.items():
        sheet_at(table, who)["key"] = key
    table["paths"] = {name: course_of(path) for name, path in scenario.paths.items()}
    for path, number in scenario.publication.items():
        prefix, _, field = f"publication.{path}".rpartition(".")
        sheet_at(table, prefix)[field] = entry_of(number)
    table |= {"held": held_table(scenario), "settings": settings_table(scenario)}
    return table | beside_the_numbers(scenario)


def beside_the_numbers(scenario: Scenario) -> Table:
    """The tables of which no run reads a number, where there are any."""
    table: Table = {}
    if scenario.reference_class:
        table["reference_class"] = dict(scenario.reference_class)
    if scenario.sources:
        table["sources"] = {name: asdict(source) for name, source in scenario.sources.items()}
    return table | ({} if scenario.observed is None else {"observed": observed_table(scenario.observed)})
