"""What is wrong with a scenario? Every fault at once, each with its place, the fault, what is allowed, and the cure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from scenarios.errors import known_names
from scenarios.legible import UNFIT
from scenarios.rulebook.traits import TRAITS, numbers
from scenarios.scenario import arrays, citations, entries, finding, posterior, reference_class
from scenarios.scenario.check_numbers import (
    Table,
    entry_at,
    faults_of_choice,
    faults_of_entries,
    faults_of_limits,
    faults_of_number,
    faults_of_publication,
    faults_of_source,
    faults_of_texts,
    faults_of_unit,
    is_kind,
    is_real,
    is_word,
    said,
    shown,
)
from scenarios.scenario.scenario import STEP_DAYS
from scenarios.scenario.user_table import Series, decimal_hint
from scenarios.vocabulary import DecisionRule, Freeze, Mode, Switch, Term

WEIGHT_TOLERANCE = 1e-9
LEVELS = ("opening", "feasible")
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
            yield f"{prefix}.{name}: {gone_or_unknown('number', name, fields)}"
        else:
            yield from faults_of_number(f"{prefix}.{name}", entry, fields[name])
    for name in fields:
        if name not in sheet:
            yield f"{prefix}.{name}: missing ({fields[name].unit}: {fields[name].meaning}). Add it with a source."


def gone_or_unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """What to say of a name that is none: where it went, or what there is."""
    return finding.why_gone(name) or f"unknown {kind}. {known_names(name, known)}"


def faults_of_ladder(ladder: Any) -> Iterator[str]:
    """Faults of the eleven rungs."""
    if ladder is None:
        return
    rungs = [str(rung) for rung in range(arrays.N_RUNGS)]
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
    weights = [entry_at(channel, "weight.value") for channel in channels.values()]
    if all(map(is_real, weights)):
        yield from faults_of_weights(map(float, weights))
    for name, channel in channels.items():
        if entry_at(channel, "weight.range") is not None:
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
    opening, feasible = (entry_at(reach, f"{field}.value") for field in LEVELS)
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


# -- paths over time ---------------------------------------------------------------------------------------------------


ENTRIES = ("at", "values", "until", "file", "unit", "source", "sources", "where", "note")


def faults_of_paths(table: Table) -> Iterator[str]:
    """Faults of the paths over time."""
    known, paths = finding.datable(table.get("patrons", {}), table.get("channels", {})), table.get("paths", {})
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
    yield from faults_of_entries(place, entry, ENTRIES)
    if "file" in entry:
        yield from faults_of_file(place, name, entry)
    else:
        yield from faults_of_course(place, name, entry)
    if "until" in entry:
        series = entry.get("file")
        yield from faults_of_until(place, entry["until"], entry.get("at", getattr(series, "dates", None)))
    yield from faults_of_unit(place, entry, finding.units_of(name))
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
    if arrays.is_script(name) and is_real(value) and value == arrays.NO_SCRIPT:
        return
    yield from faults_of_limits(place, finding.limits_of(name, entry.get("unit")), value)


def faults_of_until(place: str, until: Any, at: Any) -> Iterator[str]:
    """Faults of the day on which a path ends."""
    if not is_kind(until, date):
        yield f"{place}: until {shown(until)} must be a date like 2025-11-30."
    elif isinstance(at, (list, tuple)) and at and is_kind(at[-1], date) and until < at[-1]:
        yield f"{place}: until {until} lies before the last date in at. Move it, or drop the dates after it."


def faults_of_yardstick(name: str, entry: Table, table: Table) -> Iterator[str]:
    """A path in the unit of its number, whose number is nothing to divide by."""
    if arrays.is_script(name) or entry.get("unit") == "factor":
        return
    acted_on = arrays.number_acted_on(name)
    value = entry_at(table, f"{acted_on}.value")
    if is_real(value) and value == 0:
        yield f"paths: {name}: its values are divided by {acted_on}, which is 0. Give that number its value at the end."


# -- a whole file ------------------------------------------------------------------------------------------------------


MOST_STEPS = 100_000
LAST_DAY = date(9999, 12, 30)
NUMBER = (int, float)
REQUIRED: dict[str, Any] = {
    **{"title": str, "start": date, "step": str, "steps": int, "persistence_days": NUMBER},
    **dict.fromkeys(("decision", "model", "coercer", "client", "ladder", "channels", "patrons"), dict),
}
TOP: dict[str, Any] = {
    **REQUIRED,
    "notch_days": NUMBER,
    **dict.fromkeys(("question", "posterior"), str),
    **dict.fromkeys(("freeze", "held", "settings"), list),
    **dict.fromkeys(("terms", "paths", "publication", "reference_class", "observed", "sources"), dict),
}
KINDS = {
    date: "a date like 2025-11-30",
    str: "text in quotes",
    int: "a whole number",
    NUMBER: "a number",
    dict: "a table",
    list: f"a list (of freeze: {', '.join(Freeze.words())}; of held and settings: tables in double brackets)",
}
SHEETS = ("model", "coercer", "client")


def faults_of(table: Table, place: str) -> list[str]:
    """All faults of a merged table, one line each."""
    faults = [*faults_of_top(table), *faults_of_unseen(table)]
    shaped = shaped_of(table)
    for name in SHEETS:
        if name in shaped or name not in table:  # what a whole section lacks is said with the rest
            faults += faults_of_sheet(name, name, shaped.get(name, {}))
    faults += faults_of_ladder(shaped.get("ladder", None if "ladder" in table else {}))
    faults += faults_of_channels(shaped.get("channels"))
    faults += faults_of_patrons(shaped.get("patrons"), shaped.get("channels", {}))
    faults += faults_of_words(shaped, STEP_DAYS)
    faults += faults_of_keys(shaped)
    faults += faults_of_paths(shaped)
    faults += faults_of_posterior(shaped.get("posterior", ""))
    faults += entries.faults_of_held(shaped.get("held", []), shaped.get("patrons", {}))
    faults += entries.faults_of_settings(shaped.get("settings", []))
    faults += faults_of_publication(shaped.get("publication", {}))
    if "reference_class" in shaped:
        faults += reference_class.faults_of_reference_class(shaped["reference_class"])
    faults += entries.faults_of_observed(shaped)
    faults += citations.faults_of_own_sources(shaped.get("sources", {}))
    faults += citations.faults_of_citations(shaped)
    return [f"{place}: {fault}" for fault in faults]


def faults_of_unseen(entry: Any, where: str = "") -> Iterator[str]:
    """Names and texts with what cannot be seen, or turns others around: they end on screens and in figures."""
    if isinstance(entry, str) and (unfit := UNFIT.search(entry)):
        seen = f"U+{ord(unfit[0]):04X}, letter {unfit.start() + 1}, cannot be seen or turns the text around"
        yield f"{where}: {seen}. Allowed: letters that are seen, blanks, line breaks. Delete it."
    inner = entry.items() if isinstance(entry, dict) else enumerate(entry) if isinstance(entry, list) else ()
    for name, each in inner:
        if isinstance(name, str) and UNFIT.search(name):
            yield from faults_of_unseen(name, f"{where}.{name!a}".lstrip("."))
        yield from faults_of_unseen(each, f"{where}.{name}".lstrip("."))


def shaped_of(table: Table) -> Table:
    """The entries at the top of a file that are known and of the right type."""
    return {name: entry for name, entry in table.items() if name in TOP and is_kind(entry, TOP[name])}


def faults_of_head(head: Table, step_days: Mapping[str, float]) -> list[str]:
    """Faults of what is neither number nor name, in a table of nothing else."""
    return [*faults_of_kinds(head), *faults_of_words(shaped_of(head), step_days)]


def faults_of_words(table: Table, step_days: Mapping[str, float]) -> Iterator[str]:
    """Faults of choices, weights of the decision rules, and time."""
    yield from faults_of_choices(table)
    yield from faults_of_decision(table.get("decision"))
    yield from faults_of_time(table, step_days)


def faults_of_top(table: Table) -> Iterator[str]:
    """Unknown, missing and mistyped entries at the top of the file."""
    yield from faults_of_kinds(table)
    for name in REQUIRED:
        if name not in table:
            yield f"{name}: missing. Add it, or build on a library scenario with base = NAME."


def faults_of_kinds(table: Table) -> Iterator[str]:
    """Unknown and mistyped entries at the top of the file."""
    for name, entry in table.items():
        if name not in TOP:
            yield f"{name}: unknown entry. {known_names(name, TOP)}"
        elif not is_kind(entry, TOP[name]):
            yield f"{name}: {shown(entry)} has the wrong type; must be {KINDS[TOP[name]]}."


def faults_of_choices(table: Table) -> Iterator[str]:
    """Faults of mode, terms and freezes."""
    mode = table.get("coercer", {}).get("mode")
    if "coercer" in table and not is_word(mode, Mode.words()):
        given = "missing" if mode is None else f"unknown mode {said(mode)}"
        yield f"coercer.mode: {given}. {known_names(said(mode), Mode.words())}"
    if is_word(mode, ["scripted"]) and "coercer.rung" not in table.get("paths", {}):
        yield 'coercer.mode: "scripted" needs a path for coercer.rung. Add it under [paths], or change the mode.'
    for term, switch in table.get("terms", {}).items():
        if term not in Term.words():
            yield f"terms.{term}: {gone_or_unknown('term', term, Term.words())}"
        else:
            yield from faults_of_choice(f"terms.{term}", "switch", switch, Switch.words())
    for word in table.get("freeze", []):
        yield from faults_of_choice("freeze", "input", word, Freeze.words())


def faults_of_decision(decision: Table | None) -> Iterator[str]:
    """Faults of the weights of the decision rules."""
    if decision is None:
        return
    for rule, weight in decision.items():
        if rule not in DecisionRule.words():
            yield f"decision.{rule}: {gone_or_unknown('decision rule', rule, DecisionRule.words())}"
        elif not is_real(weight) or weight < 0:
            yield f"decision.{rule}: weight {said(weight)} must be a number from 0."
    if not any(is_real(weight) and weight > 0 for weight in decision.values()):
        yield "decision: no rule has a weight above 0. Write quantal_response = 1.0."


def faults_of_time(table: Table, step_days: Mapping[Any, float]) -> Iterator[str]:
    """Faults of step, horizon and persistence; the length of a step is that of its word, or half of it."""
    start, step, steps, days = (table.get(name) for name in ("start", "step", "steps", "persistence_days"))
    if step is not None:
        yield from faults_of_choice("step", "step", step, step_days)
    if steps is not None and not 1 <= steps <= MOST_STEPS:
        yield f"steps: {said(steps)} lies outside [1, {MOST_STEPS}]."
    elif steps is not None and step in step_days and days is not None:
        most = steps * step_days[step]
        if not (is_real(days) and 0 < days <= most):
            limits = f"above 0 and within the horizon ({said(most)} days)"
            yield f"persistence_days: {said(days)} must lie {limits}."
        if start is not None and not ends_in_time(start, steps, step_days[step]):
            horizon = f"{steps} steps of a {step}"
            yield f"start: {start}: {horizon} end after the year 9999. Start earlier, or take fewer steps."


def ends_in_time(start: date, steps: int, step_days: float) -> bool:
    """Whether the horizon ends while the calendar still has days."""
    try:
        return start + timedelta(days=steps * step_days) <= LAST_DAY
    except OverflowError:
        return False


def faults_of_posterior(name: str) -> Iterator[str]:
    """A posterior sample that is not in the library."""
    if name and name not in posterior.posteriors():
        yield f"posterior: unknown sample '{name}'. {known_names(name, posterior.posteriors())}"
