"""What can change over time, in which units, and on which days?"""

import math
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from typing import Any

from scenarios.errors import ScenarioError
from scenarios.rulebook.traits import TRAITS, Number, numbers
from scenarios.scenario.arrays import INPUTS, PAIR_INPUT, PATRON_INPUTS, ULTIMATUM, is_script, number_acted_on
from scenarios.scenario.scenario import Scenario

DEEPEST_PATH = 5  # parts of a path: patrons.P.channels.C.NUMBER


def datable(patrons: Iterable[str], channels: Iterable[str]) -> list[str]:
    """Paths of all that can change over time."""
    names = [f"patrons.{patron}.{field}" for patron in patrons for field in PATRON_INPUTS]
    pairs = [f"patrons.{p}.channels.{c}.{PAIR_INPUT}" for p in patrons for c in channels]
    return [*INPUTS, *names, *pairs]


def near_paths(path: str, known: list[str]) -> list[str]:
    """The paths among which to look for a mistyped one: those with the same beginning if there are any, else all."""
    parts = path.split(".")[:DEEPEST_PATH]  # of one with thousands of dots the rest says nothing
    for depth in range(len(parts) - 1, 0, -1):
        near = [name for name in known if name.startswith(".".join(parts[:depth]) + ".")]
        if near:
            return near
    return known


@cache
def number_at(path: str) -> Number:
    """Unit and domain of the number at a dotted path."""
    if path == ULTIMATUM:
        return Number("probability", 0, 1, "chance that an ultimatum that runs out on this day is acted on")
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
