"""What was seen? Rows of a date and an event, judged one by one and refused all at once."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from scenarios.errors import RequestRefused, ScenarioError, UserError
from scenarios.outcomes.outcome import Outcome, outcome_named
from scenarios.scenario.dated import day_within
from scenarios.scenario.scenario import Observation, Scenario
from scenarios.scenario.settings import as_day
from scenarios.scenario.user_table import MOST_FAULTS, read_table

COLUMNS = ("date", "event")
DAYS = re.compile(r"\d{4}-\d{2}-\d{2}")
Row = tuple[str, Any, str]  # where it stands, day, event


def observations_of(
    base: Scenario, observed: Path | str | Iterable[tuple[Any, str]], to: date | str
) -> tuple[tuple[Observation, ...], date]:
    """What was seen, in the order of the dates, and the day to which the clock is moved.

    Raises
    ------
    ScenarioError, RequestRefused
    """
    check_base(base)
    day = day_within("--to", str(to), base)
    gone = int((day - base.start).days // base.step_days)
    if gone < 1:
        raise RequestRefused(f"--to {day}: no step is over by then. Allowed: from {base.step} 1 after {base.start} on.")
    found, faults = [], []
    for place, said, event in _rows_of(observed):
        row = Observation(as_day(said), event)
        fault = fault_of_row(base, row, day)
        faults += [f"{place}: {fault}"] if fault else []
        found.append(row)
    if faults:
        raise ScenarioError(faults[:MOST_FAULTS])
    if not found:
        raise RequestRefused("Nothing was seen: no row. Write at least one date and event.")
    return tuple(sorted(found, key=lambda row: row.on)), day


def asked(row: Observation, scenario: Scenario) -> Outcome:
    """Whether a run agrees: by the day, wherever the event says no other window."""
    return outcome_named(f"({row.event}) by {row.on}", scenario)


def check_base(base: Scenario) -> None:
    """Refuses a base of which the past cannot be chosen."""
    if base.observed is not None:
        raise RequestRefused(
            f"{base.name} was updated already. Add the new rows to those that it was updated by, and update "
            f"{base.base or 'its base'} with all of them."
        )
    if "pressure" in base.freeze:
        raise RequestRefused(f"{base.name} has its pressure frozen: no news can agree with that. Update it unfrozen.")


def _rows_of(observed: Path | str | Iterable[tuple[Any, str]]) -> list[Row]:
    """The rows with the places where they stand."""
    if not isinstance(observed, (Path, str)):
        return [(f"row {k}", day, str(event)) for k, (day, event) in enumerate(observed, start=1)]
    table, name = read_table(observed), Path(observed).name
    if sorted(table.head) != sorted(COLUMNS):
        raise ScenarioError(
            [f"{name}, line 1: the columns are {', '.join(table.head)}. Needed: {', '.join(COLUMNS)}, and no other."]
        )
    on, event = (table.head.index(column) for column in COLUMNS)
    return [(f"{name}, line {at}", row[on], row[event]) for at, row in zip(table.lines, table.rows, strict=True)]


def fault_of_row(base: Scenario, row: Observation, to: date) -> str:
    """What is wrong with something seen; empty if nothing is."""
    if not isinstance(row.on, date):
        return f"{str(row.on)[:40]!r} must be a date like 2026-01-20."
    for day in (row.on, *map(as_day, DAYS.findall(row.event))):
        if isinstance(day, date) and not base.start <= day <= to:
            return f"{day} must lie from the opening, {base.start}, to the day of the update, {to}."
    try:
        asked(row, base)
    except UserError as error:
        return str(error)
    return ""
