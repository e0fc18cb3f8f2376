"""A complete small scenario made from the sheets, and its TOML; independent of what the library says."""

import json
from copy import deepcopy
from datetime import date
from pathlib import Path

from scenarios.rulebook.traits import TRAITS, Number, numbers

BARE = dict[str, object]


def entry(number: Number, value: float | None = None) -> BARE:
    """A number at its lowest, or at a value, by judgement."""
    return {"value": number.low if value is None else value, "unit": number.unit, "source": "judgement"}


def sheet(kind: str, **values: float) -> BARE:
    """All the numbers of a sheet."""
    return {name: entry(number, values.get(name)) for name, number in numbers(TRAITS[kind]).items()}


def complete() -> BARE:
    """The table of a scenario with two patrons and two channels."""
    return {
        "title": "Two patrons",
        "start": date(2030, 1, 6),
        "step": "week",
        "steps": 52,
        "persistence_days": 56,
        "decision": {"quantal_response": 1.0},
        "model": sheet("model"),
        "coercer": {"name": "Northland", "mode": "adaptive", **sheet("coercer")},
        "client": {"name": "Ruritania", "key": "ruritania", **sheet("client", hold=0.5)},
        "ladder": {str(rung): {"name": f"rung {rung}", **sheet("ladder")} for rung in range(11)},
        "channels": {"oil": sheet("channels", weight=0.4), "arms": sheet("channels", weight=0.6)},
        "patrons": {
            "redland": {**sheet("patrons", exposure=0.3), "channels": {"oil": sheet("pairs", opening=1, feasible=2)}},
            "blueland": sheet("patrons"),
        },
    }


def changed(path: str, value: object) -> BARE:
    """The complete table with one entry changed, or taken out if the value is None; `/` parts the path."""
    table = deepcopy(complete())
    *way, last = path.split("/")
    place = table
    for part in way:
        place = place.setdefault(part, {})  # type: ignore[assignment]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return table


def toml_of(value: object) -> str:
    """A value in TOML."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(name)} = {toml_of(inner)}" for name, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(toml_of(inner) for inner in value) + "]"
    if isinstance(value, (date, float)):
        return str(value)
    return json.dumps(value)


def write(folder: Path, table: BARE, name: str = "small.toml") -> str:
    """Writes a scenario file; its path."""
    file = folder / name
    file.write_text("".join(f"{json.dumps(part)} = {toml_of(value)}\n" for part, value in table.items()))
    return str(file)
