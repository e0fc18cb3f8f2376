"""What is wrong with a scenario? Every fault at once, each with its place, the fault, what is allowed, and the cure."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from scenarios.errors import known_names
from scenarios.legible import UNFIT
from scenarios.scenario.check_numbers import Table, is_kind, is_real, is_word, said, shown
from scenarios.scenario.check_paths import faults_of_paths
from scenarios.scenario.check_publication import faults_of_publication
from scenarios.scenario.check_sheets import (
    faults_of_channels,
    faults_of_keys,
    faults_of_ladder,
    faults_of_patrons,
    faults_of_sheet,
)
from scenarios.scenario.citations import faults_of_citations, faults_of_own_sources
from scenarios.scenario.gone import why_gone
from scenarios.scenario.held_under import faults_of_held
from scenarios.scenario.interventions import faults_of_settings
from scenarios.scenario.observed import faults_of_observed
from scenarios.scenario.posterior import posteriors
from scenarios.scenario.reference_class import faults_of_reference_class
from scenarios.scenario.scenario import STEP_DAYS
from scenarios.vocabulary import DecisionRule, Freeze, Mode, Switch, Term

MOST_STEPS = 100_000
LAST_DAY = date(9999, 12, 30)
TOP: dict[str, Any] = {
    "title": str,
    "question": str,
    "posterior": str,
    "start": date,
    "step": str,
    "steps": int,
    "persistence_days": (int, float),
    "notch_days": (int, float),
    "held": list,
    "settings": list,
    "observed": dict,
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
    "publication": dict,
    "reference_class": dict,
    "sources": dict,
}
KINDS = {
    date: "a date like 2025-11-30",
    str: "text in quotes",
    int: "a whole number",
    dict: "a table",
    list: f"a list (of freeze: {', '.join(Freeze.words())}; of held and settings: tables in double brackets)",
}
OPTIONAL = (
    "question", "freeze", "terms", "paths", "posterior", "notch_days", "held", "settings", "publication",
    "reference_class", "observed", "sources",
)  # fmt: skip
SHEETS = ("model", "coercer", "client")


def faults_of(table: Table, place: str) -> list[str]:
    """All faults of a merged table, one line each.

    Parameters
    ----------
    place : str
        File or files, for the beginning of each line.
    """
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
    faults += faults_of_held(shaped.get("held", []), shaped.get("patrons", {}))
    faults += faults_of_settings(shaped.get("settings", []))
    faults += faults_of_publication(shaped.get("publication", {}))
    if "reference_class" in shaped:
        faults += faults_of_reference_class(shaped["reference_class"])
    faults += faults_of_observed(shaped)
    faults += faults_of_own_sources(shaped.get("sources", {}))
    faults += faults_of_citations(shaped)
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
    for name in TOP:
        if name not in table and name not in OPTIONAL:
            yield f"{name}: missing. Add it, or build on a library scenario with base = NAME."


def faults_of_kinds(table: Table) -> Iterator[str]:
    """Unknown and mistyped entries at the top of the file."""
    for name, entry in table.items():
        if name not in TOP:
            yield f"{name}: unknown entry. {known_names(name, TOP)}"
        elif not is_kind(entry, TOP[name]):
            yield f"{name}: {shown(entry)} has the wrong type; must be {KINDS.get(TOP[name], 'a number')}."


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
            yield f"terms.{term}: " + (why_gone(term) or f"unknown term. {known_names(term, Term.words())}")
        elif not is_word(switch, Switch.words()):
            yield f"terms.{term}: unknown switch {said(switch)}. {known_names(said(switch), Switch.words())}"
    for word in table.get("freeze", []):
        if not is_word(word, Freeze.words()):
            yield f"freeze: unknown input {said(word)}. {known_names(said(word), Freeze.words())}"


def faults_of_decision(decision: Table | None) -> Iterator[str]:
    """Faults of the weights of the decision rules."""
    if decision is None:
        return
    for rule, weight in decision.items():
        if rule not in DecisionRule.words():
            why = why_gone(rule)
            yield f"decision.{rule}: " + (why or f"unknown decision rule. {known_names(rule, DecisionRule.words())}")
        elif not is_real(weight) or weight < 0:
            yield f"decision.{rule}: weight {said(weight)} must be a number from 0."
    if not any(is_real(weight) and weight > 0 for weight in decision.values()):
        yield "decision: no rule has a weight above 0. Write quantal_response = 1.0."


def faults_of_time(table: Table, step_days: Mapping[Any, float]) -> Iterator[str]:
    """Faults of step, horizon and persistence; the length of a step is that of its word, or half of it."""
    start, step, steps, days = (table.get(name) for name in ("start", "step", "steps", "persistence_days"))
    if step is not None and step not in step_days:
        yield f"step: unknown step {said(step)}. {known_names(step, step_days)}"
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
    if name and name not in posteriors():
        yield f"posterior: unknown sample '{name}'. {known_names(name, posteriors())}"
