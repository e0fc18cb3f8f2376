"""What is wrong with a scenario? Every fault at once, each with its place, the fault, what is allowed, and the cure."""

import math
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from scenarios.errors import known_names
from scenarios.rulebook.traits import (
    TRAITS,
    Number,
    numbers,
)
from scenarios.scenario.build import SCRIPTS, number_acted_on
from scenarios.scenario.posterior import posteriors
from scenarios.scenario.scenario import STEP_DAYS
from scenarios.scenario.series import Series
from scenarios.scenario.sources import sources
from scenarios.vocabulary import DecisionRule, Freeze, Mode, Switch, Term

N_RUNGS = 11
MOST_STEPS = 100_000
WEIGHT_TOLERANCE = 1e-9
WHOLE = ("level", "rung")
KINDS = ("triangular", "uniform", "loguniform")
FREE_SOURCES = ("derived", "fitted")
TOP = {
    "title": str,
    "question": str,
    "posterior": str,
    "start": date,
    "step": str,
    "steps": int,
    "persistence_days": (int, float),
    "freeze": list,
    "decision": dict,
    "terms": dict,
    "model": dict,
    "coercer": dict,
    "client": dict,
    "ladder": dict,
    "channels": dict,
    "patrons": dict,
    "paths": dict,
}
OPTIONAL = ("question", "freeze", "terms", "paths", "posterior")
WORDS = {
    "model": (),
    "coercer": ("name", "key", "mode"),
    "client": ("name", "key"),
    "ladder": ("name",),
    "channels": ("name", "key"),
    "patrons": ("name", "key", "channels"),
    "pairs": (),
}
PATHS = ("coercer.rung", "coercer.presence", "coercer.interdiction", "client.oil_output", "client.oil_price")
NO_SCRIPT = -1  # in a script: from here on the mode decides
PAIR_PATH = "need"
PATRON_PATHS = ("threat", "war_drain", "own_crisis", "bargain")
COURSE = ("at", "values", "until", "file", "unit", "source", "sources", "where", "note")
NAME = re.compile(r"[A-Za-z0-9_-]+")  # a name is a part of dotted paths, so it has no dot or space
LAST_DAY = date(9999, 12, 30)
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


def faults_of(table: Table, place: str) -> list[str]:
    """All faults of a merged table, one line each.

    Parameters
    ----------
    place : str
        File or files, for the beginning of each line.
    """
    faults = list(faults_of_top(table))
    shaped = {name: entry for name, entry in table.items() if name in TOP and is_kind(entry, TOP[name])}
    for name in ("model", "coercer", "client"):
        if name in shaped:
            faults += faults_of_sheet(name, name, shaped[name])
    faults += faults_of_ladder(shaped.get("ladder"))
    faults += faults_of_channels(shaped.get("channels"))
    faults += faults_of_patrons(shaped.get("patrons"), shaped.get("channels", {}))
    faults += faults_of_choices(shaped)
    faults += faults_of_decision(shaped.get("decision"))
    faults += faults_of_time(shaped)
    faults += faults_of_keys(shaped)
    faults += faults_of_paths(shaped)
    faults += faults_of_posterior(shaped.get("posterior", ""))
    return [f"{place}: {fault}" for fault in faults]


def is_kind(value: Any, kind: Any) -> bool:
    """Whether a value has a TOML type; true is no number, a time of day is no date."""
    return isinstance(value, kind) and not isinstance(value, (bool, datetime))


def faults_of_top(table: Table) -> Iterator[str]:
    """Unknown, missing and mistyped entries at the top of the file."""
    for name, entry in table.items():
        if name not in TOP:
            yield f"{name}: unknown entry. {known_names(name, TOP)}"
        elif not is_kind(entry, TOP[name]):
            kind = {date: "a date like 2025-11-30", str: "text in quotes", int: "a whole number"}.get(TOP[name])  # type: ignore[call-overload]
            wanted = kind or {dict: "a table", list: "a list"}.get(TOP[name], "a number")  # type: ignore[call-overload]
            yield f"{name}: {entry!r} has the wrong type; must be {wanted}."
    for name in TOP:
        if name not in table and name not in OPTIONAL:
            yield f"{name}: missing. Add it, or build on a library scenario with base = NAME."


def faults_of_sheet(prefix: str, kind: str, sheet: Any) -> Iterator[str]:
    """Faults of one table of numbers."""
    if not isinstance(sheet, dict):
        yield f"{prefix}: {sheet!r} has the wrong type; must be a table."
        return
    fields = numbers(TRAITS[kind])
    for name, entry in sheet.items():
        if name in WORDS[kind]:
            if name != "channels" and not isinstance(entry, str):
                yield f"{prefix}.{name}: {entry!r} has the wrong type; must be text in quotes."
        elif name not in fields:
            yield f"{prefix}.{name}: unknown number. {known_names(name, fields)}"
        else:
            yield from faults_of_number(f"{prefix}.{name}", entry, fields[name])
    for name in fields:
        if name not in sheet:
            yield f"{prefix}.{name}: missing ({fields[name].unit}: {fields[name].meaning}). Add it with a source."


def faults_of_number(path: str, entry: Any, number: Number) -> Iterator[str]:
    """Faults of one number with its pedigree."""
    if not isinstance(entry, dict):
        yield f'{path}: {entry!r} has no pedigree; write {{ value = ..., unit = "{number.unit}", source = ... }}.'
        return
    known = ("value", "range", "distribution", "unit", "source", "where", "note")
    for name in entry:
        if name not in known:
            yield f"{path}: unknown entry '{name}'. {known_names(name, known)}"
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
    if number.unit in WHOLE and value != int(value):
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
    if len(weights) == len(channels) and abs(sum(weights) - 1) > WEIGHT_TOLERANCE:
        yield f"channels: the weights of the support index sum to {said(sum(weights))}; must be 1."
    for name, channel in channels.items():
        entry = channel.get("weight") if isinstance(channel, dict) else None
        if isinstance(entry, dict) and "range" in entry:
            yield f"channels.{name}.weight: range on a weight; the weights must sum to 1 in every run. Drop the range."


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
            yield f"patrons.{name}.channels: {reaches!r} has the wrong type; must be a table."
            continue
        for channel, reach in reaches.items():
            path = f"patrons.{name}.channels.{channel}"
            if channel not in channels:
                yield f"{path}: unknown channel. {known_names(channel, channels)}"
            else:
                yield from faults_of_sheet(path, "pairs", reach)
                yield from faults_of_reach(path, reach)


def faults_of_reach(path: str, reach: Any) -> Iterator[str]:
    """An opening level beyond the patron's reach."""
    levels = []
    for field in ("opening", "feasible"):
        entry = reach.get(field) if isinstance(reach, dict) else None
        levels.append(entry.get("value") if isinstance(entry, dict) else None)
    opening, feasible = levels
    if is_real(opening) and is_real(feasible) and opening > feasible:  # type: ignore[operator]
        yield f"{path}.opening: level {said(opening)} is beyond the feasible level {said(feasible)}. Lower it."


def faults_of_choices(table: Table) -> Iterator[str]:
    """Faults of mode, terms and freezes."""
    mode = table.get("coercer", {}).get("mode")
    if "coercer" in table and mode not in Mode.words():
        given = "missing" if mode is None else f"unknown mode {mode!r}"
        yield f"coercer.mode: {given}. {known_names(str(mode), Mode.words())}"
    for term, switch in table.get("terms", {}).items():
        if term not in Term.words():
            yield f"terms.{term}: unknown term. {known_names(term, Term.words())}"
        elif switch not in Switch.words():
            yield f"terms.{term}: unknown switch {switch!r}. {known_names(str(switch), Switch.words())}"
    for word in table.get("freeze", []):
        if word not in Freeze.words():
            yield f"freeze: unknown input {word!r}. {known_names(str(word), Freeze.words())}"


def faults_of_decision(decision: Table | None) -> Iterator[str]:
    """Faults of the weights of the decision rules."""
    if decision is None:
        return
    for rule, weight in decision.items():
        if rule not in DecisionRule.words():
            yield f"decision.{rule}: unknown decision rule. {known_names(rule, DecisionRule.words())}"
        elif not is_real(weight) or weight < 0:
            yield f"decision.{rule}: weight {weight!r} must be a number from 0."
    if not any(is_real(weight) and weight > 0 for weight in decision.values()):
        yield "decision: no rule has a weight above 0. Write quantal_response = 1.0."


def faults_of_time(table: Table) -> Iterator[str]:
    """Faults of step, horizon and persistence."""
    start, step, steps, days = (table.get(name) for name in ("start", "step", "steps", "persistence_days"))
    if step is not None and step not in STEP_DAYS:
        yield f"step: unknown step {step!r}. {known_names(step, STEP_DAYS)}"
    if steps is not None and not 1 <= steps <= MOST_STEPS:
        yield f"steps: {steps} lies outside [1, {MOST_STEPS}]."
    elif steps is not None and step in STEP_DAYS and days is not None:
        most = steps * STEP_DAYS[step] / 4
        if not (is_real(days) and 0 < days <= most):
            limits = f"above 0 and within a quarter of the horizon ({said(most)} days)"
            yield f"persistence_days: {said(days)} must lie {limits}."
        if start is not None and not ends_in_time(start, steps, STEP_DAYS[step]):
            horizon = f"{steps} steps of a {step}"
            yield f"start: {start}: {horizon} end after the year 9999. Start earlier, or take fewer steps."


def ends_in_time(start: date, steps: int, step_days: float) -> bool:
    """Whether the horizon ends while the calendar still has days."""
    try:
        return start + timedelta(days=steps * step_days) <= LAST_DAY
    except OverflowError:
        return False


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


def faults_of_paths(table: Table) -> Iterator[str]:
    """Faults of the paths over time."""
    patrons, channels = table.get("patrons", {}), table.get("channels", {})
    known = [*PATHS, *[f"patrons.{name}.{field}" for name in patrons for field in PATRON_PATHS]]
    known += [f"patrons.{name}.channels.{channel}.{PAIR_PATH}" for name in patrons for channel in channels]
    paths = table.get("paths", {})
    for name, entry in paths.items():
        if name not in known:
            yield f"paths: unknown path '{name}'. {known_names(name, known)}"
        elif not isinstance(entry, dict):
            yield f"paths: {name}: {entry!r} has the wrong type; write {{ at = [dates], values = [numbers], ... }}."
        else:
            yield from faults_of_path(name, entry)
            yield from faults_of_yardstick(name, entry, table)
    if table.get("coercer", {}).get("mode") == "scripted" and "coercer.rung" not in paths:
        yield 'coercer.mode: "scripted" needs a path for coercer.rung. Add it under [paths], or change the mode.'


def number_of_path(name: str) -> Number:
    """The number that a path acts on."""
    acted_on = number_acted_on(name)
    kind, field = acted_on.split(".", 1)[0], acted_on.rsplit(".", 1)[-1]
    found: Number = numbers(TRAITS[kind])[field]
    return found


def units_of(name: str) -> tuple[str, ...]:
    """Units that a path may have: a script has that of its number, the others are factors or quantities.

    Examples
    --------
    >>> units_of("coercer.rung"), units_of("client.oil_price")
    (('rung',), ('factor', 'USD per barrel'))
    """
    unit = number_of_path(name).unit
    return (unit,) if name.rsplit(".", 1)[-1] in SCRIPTS else ("factor", unit)


def faults_of_path(name: str, entry: Table) -> Iterator[str]:
    """Faults of one path."""
    place = f"paths: {name}"
    for word in entry:
        if word not in COURSE:
            yield f"{place}: unknown entry '{word}'. {known_names(word, COURSE)}"
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
    if not isinstance(values, list) or not all(is_real(value) for value in values):
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
        yield from faults_of_source(place, entry.get("source"), bool(entry.get("where")))
        return
    each, values = entry["sources"], entry.get("values")
    if not isinstance(each, list) or (isinstance(values, list) and len(each) != len(values)):
        yield f"{place}: sources must be a list with one source a value."
        return
    for source in each:
        yield from faults_of_source(place, source, True)


def faults_of_file(place: str, name: str, entry: Table) -> Iterator[str]:
    """Faults of a path whose rows stand in a file of their own, each with its line."""
    for word in ("at", "values", "source", "sources"):
        if word in entry:
            yield f"{place}: {word} beside file; the rows of the file say it. Drop one of the two."
    series = entry["file"]
    if not isinstance(series, Series):
        yield f"{place}: file {series!r} has the wrong type; must be the path of a CSV file in quotes."
        return
    if series.trouble:
        yield f"{place}: {series.file}: {series.trouble}"
    yield from faults_of_dates(place, series)
    for line, value, source in zip(series.lines, series.values, series.sources, strict=True):
        row = f"{place}: {series.file}, line {line}"
        if is_real(value):
            yield from faults_of_step(row, name, entry, value)
        else:
            yield f"{row}: value {value!r} is not a finite number."
        yield from faults_of_source(row, source, True)


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


def faults_of_step(place: str, name: str, entry: Table, value: float) -> Iterator[str]:
    """A value of a path outside what it acts on can take."""
    number = number_of_path(name)
    if name.rsplit(".", 1)[-1] in SCRIPTS and value == NO_SCRIPT:
        return
    high = math.inf if entry.get("unit") == "factor" else number.high
    whole = number.unit in WHOLE
    if not 0 <= value <= high or (whole and value != int(value)):
        yield f"{place}: value {said(value)} lies outside [0, {said(high)}]" + (
            "; rungs are whole numbers." if whole else "."
        )


def faults_of_yardstick(name: str, entry: Table, table: Table) -> Iterator[str]:
    """A path in the unit of its number, whose number is nothing to divide by."""
    if name.rsplit(".", 1)[-1] in SCRIPTS or entry.get("unit") == "factor":
        return
    sheet = table
    acted_on = number_acted_on(name)
    for part in acted_on.split("."):
        sheet = sheet.get(part, {}) if isinstance(sheet, dict) else {}
    value = sheet.get("value") if isinstance(sheet, dict) else None
    if is_real(value) and value == 0:
        yield f"paths: {name}: its values are divided by {acted_on}, which is 0. Give that number its value at the end."


def faults_of_posterior(name: str) -> Iterator[str]:
    """A posterior sample that is not in the library."""
    if name and name not in posteriors():
        yield f"posterior: unknown sample '{name}'. {known_names(name, posteriors())}"


def faults_of_until(place: str, until: Any, at: Any) -> Iterator[str]:
    """Faults of the day on which a path ends."""
    if not is_kind(until, date):
        yield f"{place}: until {until!r} must be a date like 2025-11-30."
    elif isinstance(at, (list, tuple)) and at and is_kind(at[-1], date) and until < at[-1]:
        yield f"{place}: until {until} lies before the last date in at. Move it, or drop the dates after it."
