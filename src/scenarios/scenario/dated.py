"""How does a number change on a date? By a path over time, made from one setting: ``PATH@DATE=VALUE``."""

import math
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from scenarios.errors import ScenarioError, known_names
from scenarios.rulebook.traits import TRAITS, Number, numbers
from scenarios.scenario.arrays import INPUTS, PAIR_INPUT, PATRON_INPUTS, is_script, missing_value
from scenarios.scenario.build import number_acted_on
from scenarios.scenario.check_numbers import as_real, fault_of
from scenarios.scenario.scenario import Path, Scenario


def datable(patrons: Iterable[str], channels: Iterable[str]) -> list[str]:
    """Paths of all that can change over time."""
    names = [f"patrons.{patron}.{field}" for patron in patrons for field in PATRON_INPUTS]
    pairs = [f"patrons.{p}.channels.{c}.{PAIR_INPUT}" for p in patrons for c in channels]
    return [*INPUTS, *names, *pairs]


def with_dated(scenario: Scenario, setting: str, value: Any) -> Scenario:
    """The scenario with a number that changes on a date and stays so.

    Parameters
    ----------
    scenario : Scenario
    setting : str
        ``PATH@DATE``, the date as in 2026-06-01.
    value : number or str
        What the number is from that day on, in its own unit. A number with a range keeps its place in it: the change
        is in proportion to the central value. Rung, presence, interdiction and threat follow their script from then on.

    Raises
    ------
    ScenarioError

    Examples
    --------
    >>> from scenarios import load
    >>> later = with_dated(load("toy"), "coercer.rung@2030-03-01", 6)
    >>> later.paths["coercer.rung"].values
    (-1.0, 6.0)
    """
    path, _, day_text = setting.partition("@")
    known = datable(scenario.patrons, scenario.channels)
    if path not in known:
        raise ScenarioError(
            [f"{setting}: '{path}' cannot change on a date. {known_names(path, near_paths(path, known))}"]
        )
    day = day_within(setting, day_text, scenario)
    course = with_step(course_of(scenario, path), day, in_units_of_path(setting, scenario, path, value))
    return replace(scenario, paths={**scenario.paths, path: course})


def near_paths(path: str, known: list[str]) -> list[str]:
    """The paths among which to look for a mistyped one: those with the same beginning if there are any, else all."""
    parts = path.split(".")
    for depth in range(len(parts) - 1, 0, -1):
        near = [name for name in known if name.startswith(".".join(parts[:depth]) + ".")]
        if near:
            return near
    return known


@cache
def number_at(path: str) -> Number:
    """Unit and domain of the number at a dotted path."""
    parts = path.split(".")
    kind = "pairs" if len(parts) == 5 else parts[0]
    return numbers(TRAITS[kind])[parts[-1]]


def units_of(path: str) -> tuple[str, ...]:
    """Units that a path over time may have: a script has that of its number, the others are factors or quantities.

    Examples
    --------
    >>> units_of("coercer.rung"), units_of("client.oil_price")
    (('rung',), ('factor', 'USD per barrel'))
    """
    unit = number_at(number_acted_on(path)).unit
    return (unit,) if is_script(path) else ("factor", unit)


def limits_of(path: str, unit: Any) -> Number:
    """Domain of the values of a path over time in one of its units; a factor has no upper end.

    Examples
    --------
    >>> limits_of("client.oil_price", "factor").high, limits_of("client.oil_price", "USD per barrel").high
    (inf, 300)
    """
    number = number_at(number_acted_on(path))
    return number._replace(low=0, **({"unit": unit, "high": math.inf} if unit == "factor" else {}))


def day_within(place: str, text: str, scenario: Scenario) -> date:
    """A date after the opening and before the horizon."""
    last = scenario.start + timedelta(days=scenario.step_days * scenario.steps)
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ScenarioError([f"{place}: {text!r} must be a date like 2026-06-01."]) from error
    if not scenario.start < day <= last:
        raise ScenarioError(
            [f"{place}: {day} must lie after the opening and by the horizon, {scenario.start} to {last}."]
        )
    return day


def in_units_of_path(place: str, scenario: Scenario, path: str, value: Any) -> float:
    """A value as the path holds it: as it is for a script, else as a factor on the central value."""
    real, acted_on = as_real(value), number_acted_on(path)
    fault = fault_of(number_at(acted_on), real)
    if fault:
        raise ScenarioError([f"{place}: {fault}"])
    base = scenario.numbers[acted_on].value
    if base == 0.0 and not is_script(path):
        raise ScenarioError([f"{place}: {acted_on} is 0, which no factor changes. Set {acted_on} above 0 too."])
    return float(real if is_script(path) else real / base)


def course_of(scenario: Scenario, path: str) -> Path:
    """The path over time as it is, or one that says nothing yet."""
    nothing = (missing_value(path),)
    return scenario.paths.get(path) or Path(
        path, (scenario.start,), nothing, units_of(path)[0], "judgement", "", "set by the user"
    )


def with_step(course: Path, day: date, value: float) -> Path:
    """A path that takes a value on a day and keeps it."""
    kept = bisect_left(course.dates, day)
    dates, values = (*course.dates[:kept], day), (*course.values[:kept], value)
    if course.until is not None and course.until < day:
        quiet = (course.until + timedelta(days=1),)
        dates = (*[d for d in course.dates if d <= course.until], *quiet, day)
        values = (*course.values[: len(dates) - 2], missing_value(course.path), value)
    return replace(course, dates=dates, values=values, until=None)
