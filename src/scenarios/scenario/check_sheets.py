"""Are the tables of a scenario complete? Each with all the numbers of its sheet, and sound together."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from scenarios.errors import known_names
from scenarios.rulebook.traits import TRAITS, numbers
from scenarios.scenario.arrays import N_RUNGS
from scenarios.scenario.check_numbers import Table, faults_of_number, is_real, said, shown
from scenarios.scenario.gone import why_gone

WEIGHT_TOLERANCE = 1e-9
WORDS = {
    "model": (),
    "coercer": ("name", "key", "mode"),
    "client": ("name", "key"),
    "ladder": ("name",),
    "channels": ("name", "key"),
    "patrons": ("name", "key", "channels"),
    "pairs": (),
}
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")  # part of a dotted path: no dot, no space; no formula


def faults_of_sheet(prefix: str, kind: str, sheet: Any) -> Iterator[str]:
    """Faults of one table of numbers."""
    if not isinstance(sheet, dict):
        yield f"{prefix}: {shown(sheet)} has the wrong type; must be a table."
        return
    fields = numbers(TRAITS[kind])
    for name, entry in sheet.items():
        if name in WORDS[kind]:
            if name != "channels" and not isinstance(entry, str):
                yield f"{prefix}.{name}: {shown(entry)} has the wrong type; must be text in quotes."
        elif name not in fields:
            why = why_gone(f"{prefix}.{name}")
            yield f"{prefix}.{name}: " + (why or f"unknown number. {known_names(name, fields)}")
        else:
            yield from faults_of_number(f"{prefix}.{name}", entry, fields[name])
    for name in fields:
        if name not in sheet:
            yield f"{prefix}.{name}: missing ({fields[name].unit}: {fields[name].meaning}). Add it with a source."


def faults_of_ladder(ladder: Any) -> Iterator[str]:
    """Faults of the eleven rungs."""
    if ladder is None:
        return
    rungs = [str(rung) for rung in range(N_RUNGS)]
    for name, rung in ladder.items():
        if name not in rungs:
            yield f"ladder.{name}: unknown rung. Allowed: 0 to 10."
        else:
            yield from faults_of_sheet(f"ladder.{name}", "ladder", rung)
    for name in rungs:
        if name not in ladder:
            yield f"ladder.{name}: missing. A ladder has the rungs 0 to 10."
            yield from faults_of_sheet(f"ladder.{name}", "ladder", {})


def faults_of_channels(channels: Any) -> Iterator[str]:
    """Faults of the channels, and of their weights together."""
    if channels is None:
        return
    if not channels:
        yield "channels: empty. A scenario needs at least one channel."
        return
    for name, channel in channels.items():
        yield from faults_of_name("channels", name)
        yield from faults_of_sheet(f"channels.{name}", "channels", channel)
    entries = [channel.get("weight") for channel in channels.values() if isinstance(channel, dict)]
    weights = [float(entry["value"]) for entry in entries if isinstance(entry, dict) and is_real(entry.get("value"))]
    if len(weights) == len(channels):
        yield from faults_of_weights(weights)
    for name, channel in channels.items():
        entry = channel.get("weight") if isinstance(channel, dict) else None
        if isinstance(entry, dict) and "range" in entry:
            yield f"channels.{name}.weight: range on a weight; the weights must sum to 1 in every run. Drop the range."


def total_of(weights: Iterable[Any]) -> Any:
    """The sum of the channels' weights, of numbers or of columns, added up in the same order."""
    total = 0.0
    for weight in weights:  # `sum` rounds otherwise from Python 3.12 on
        total = total + weight
    return total


def faults_of_weights(weights: Iterable[float]) -> Iterator[str]:
    """Weights of the support index that do not sum to 1: beyond it the tables have no bin."""
    total = total_of(weights)
    if abs(total - 1) > WEIGHT_TOLERANCE:
        yield f"channels: the weights of the support index sum to {said(total)}; must be 1. Change the others too."


def faults_of_name(kind: str, name: str) -> Iterator[str]:
    """A name that cannot stand in a dotted path."""
    if not NAME.fullmatch(name):
        yield f"{kind}: name '{name}' must be made of letters, digits, _ and - only. Say the rest in name = \"...\"."


def faults_of_patrons(patrons: Any, channels: Table) -> Iterator[str]:
    """Faults of the patrons and of what they can reach."""
    if patrons is None:
        return
    if not patrons:
        yield "patrons: empty. A scenario needs at least one patron."
    for name, patron in patrons.items():
        yield from faults_of_name("patrons", name)
        yield from faults_of_sheet(f"patrons.{name}", "patrons", patron)
        reaches = patron.get("channels", {}) if isinstance(patron, dict) else {}
        if not isinstance(reaches, dict):
            yield f"patrons.{name}.channels: {shown(reaches)} has the wrong type; must be a table."
            continue
        for channel, reach in reaches.items():
            path = f"patrons.{name}.channels.{channel}"
            if channel not in channels:
                yield f"{path}: unknown channel. {known_names(channel, channels)}"
            else:
                yield from faults_of_sheet(path, "pairs", reach)
                yield from faults_of_reach(path, reach)


def faults_of_reach(path: str, reach: Any) -> Iterator[str]:
    """An opening level in a file beyond the patron's reach."""
    entries = [reach.get(field) if isinstance(reach, dict) else None for field in ("opening", "feasible")]
    opening, feasible = (entry.get("value") if isinstance(entry, dict) else None for entry in entries)
    if is_real(opening) and is_real(feasible):
        yield from faults_of_levels(path, opening, feasible)


def faults_of_levels(path: str, opening: Any, feasible: Any) -> Iterator[str]:
    """An opening level beyond the patron's reach."""
    if opening > feasible:
        levels = f"level {said(opening)} is beyond the feasible level {said(feasible)}"
        yield f"{path}.opening: {levels}. Lower it, or raise {path}.feasible."


def faults_of_keys(table: Table) -> Iterator[str]:
    """Two actors, or two channels, with one key."""
    sheets: dict[str, tuple[Any, str]] = {who: (table[who], who) for who in ("coercer", "client") if who in table}
    for kind in ("patrons", "channels"):
        sheets |= {f"{kind}.{name}": (sheet, name) for name, sheet in table.get(kind, {}).items()}
    seen: dict[tuple[bool, str], str] = {}
    for who, (sheet, name) in sheets.items():
        key = sheet.get("key", name) if isinstance(sheet, dict) else None
        if not isinstance(key, str):
            continue  # its type is a fault of its own
        address = (who.startswith("channels."), key)
        if address in seen:
            yield f"{who}.key: '{key}' is also the key of {seen[address]}. Every actor and channel needs its own."
        seen[address] = who
