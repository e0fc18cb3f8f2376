"""What is coded of a scenario's patrons in the columns of the cases? The table [reference_class] of a scenario file.

Runs read nothing of it: the small model of the cases does, whose chances stand beside the headline.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from scenarios.errors import known_names
from scenarios.rulebook.traits import Number
from scenarios.scenario.check_numbers import (
    faults_of_entries,
    faults_of_limits,
    faults_of_source,
    is_kind,
    is_real,
    shown,
)
from scenarios.scenario.scenario import Scenario

JUDGED = (
    "patron_commitments",
    "patron_domestic_crisis",
    "economic_stake",
    "strategic_stake",
    "power_projection",
    "stake_with_presser",
    "capability_vs_presser",
    "client_strength",
)
COVARIATES: dict[str, Number] = {
    **{name: Number("anchor", 0.0, 1.0, "see the codebook of the cases") for name in JUDGED},
    "defence_treaty": Number("flag", 0.0, 1.0, "1: a written defence pledge to a government is in force"),
    "other_patrons": Number("flag", 0.0, 1.0, "1: another state gives support of rung 2 or more"),
    "support_start": Number("rung", 0.0, 6.0, "support ladder of the codebook, before the window"),
}
CODED_RUNG = Number("rung", 0.0, 10.0, "pressure ladder of the codebook")
HEAD = ("client", "since", "at", "values", "source", "where", "note", "patrons")
ENTRIES = ("value", "source", "where", "note")
EXEMPT = "stake_paid_by_client"
Table = dict[str, Any]


@dataclass(frozen=True)
class ReferenceClass:
    """A scenario's patrons as rows of the cases."""

    since: date  # when the window opened
    dates: tuple[date, ...]
    rungs: tuple[int, ...]  # pressure from each date on, on the codebook's ladder
    patrons: Mapping[str, Mapping[str, float]]  # patron -> covariate -> its code; what is not coded is absent
    exempt: tuple[str, ...] = ()  # patrons whose stake the client itself pays: their own crisis may not cancel it


def faults_of_reference_class(table: Any) -> Iterator[str]:
    """Faults of the table [reference_class] of a file."""
    for name in table:
        if name not in HEAD:
            yield f"reference_class.{name}: unknown entry. {known_names(name, HEAD)}"
    if not isinstance(table.get("client"), str):
        yield f"reference_class.client: {shown(table.get('client'))} must be the name of the client, in quotes."
    if not is_kind(table.get("since"), date):
        yield f"reference_class.since: {shown(table.get('since'))} must be a date like 2025-08-14."
    yield from faults_of_pressure(table.get("at"), table.get("values"))
    yield from faults_of_source("reference_class", table.get("source"))
    patrons = table.get("patrons")
    if not isinstance(patrons, dict):
        yield "reference_class.patrons: missing. Code a patron: [reference_class.patrons.NAME]."
        return
    for name, codes in patrons.items():
        yield from faults_of_codes(f"reference_class.patrons.{name}", codes)


def faults_of_pressure(days: Any, rungs: Any) -> Iterator[str]:
    """Faults of the dated rungs."""
    if not isinstance(days, list) or not days or not all(is_kind(day, date) for day in days):
        yield f"reference_class.at: {shown(days)} must be a list of dates."
        return
    if any(after <= before for before, after in pairwise(days)):
        yield "reference_class.at: the dates must rise."
    if not isinstance(rungs, list) or len(rungs) != len(days):
        yield f"reference_class.values: {shown(rungs)} must be a list of rungs, one a date."
        return
    for rung in rungs:
        yield from faults_of_limits("reference_class.values", CODED_RUNG, rung)


def faults_of_codes(place: str, codes: Any) -> Iterator[str]:
    """Faults of the codes of a patron."""
    if not isinstance(codes, dict):
        yield f"{place}: {shown(codes)} must be a table of codes."
        return
    for name, entry in codes.items():
        if name == EXEMPT:
            if not isinstance(entry, bool):
                yield f"{place}.{name}: {shown(entry)} must be true or false."
        elif name not in COVARIATES:
            yield f"{place}.{name}: unknown covariate. {known_names(name, [*COVARIATES, EXEMPT])}"
        elif not isinstance(entry, dict) or not is_real(entry.get("value")):
            yield f"{place}.{name}: {shown(entry)} has no pedigree; write {{ value = ..., source = ... }}."
        else:
            yield from faults_of_entries(f"{place}.{name}", entry, ENTRIES)
            yield from faults_of_limits(f"{place}.{name}", COVARIATES[name], entry["value"])
            yield from faults_of_source(f"{place}.{name}", entry.get("source"))


def as_text(table: Mapping[str, Any]) -> Table:
    """The table as plain JSON values: its dates as text."""
    days = [day.isoformat() for day in table["at"]]
    return {**table, "since": table["since"].isoformat(), "at": days}


def from_text(table: Mapping[str, Any]) -> Table:
    """The table that `as_text` wrote down."""
    days = [date.fromisoformat(day) for day in table["at"]]
    return {**table, "since": date.fromisoformat(table["since"]), "at": days}


def reference_class_of(scenario: Scenario) -> ReferenceClass | None:
    """What a scenario codes of its patrons; None if nothing is coded of this client, or the window opens later.

    A file that builds on another inherits the table, but another conflict's codes say nothing of its own.

    Examples
    --------
    >>> from scenarios import load
    >>> reference_class_of(load("venezuela_2025")).patrons["cuba"]["strategic_stake"]
    1.0
    >>> reference_class_of(load("toy")) is None
    True
    """
    found = scenario.reference_class
    if not found or found["client"] != scenario.labels["client"] or found["since"] > scenario.start:
        return None
    coded = {name: codes for name, codes in found["patrons"].items() if name in scenario.patrons}
    return ReferenceClass(
        since=found["since"],
        dates=tuple(found["at"]),
        rungs=tuple(int(rung) for rung in found["values"]),
        patrons={
            name: {covariate: float(entry["value"]) for covariate, entry in codes.items() if covariate != EXEMPT}
            for name, codes in coded.items()
        },
        exempt=tuple(name for name, codes in coded.items() if codes.get(EXEMPT)),
    )
