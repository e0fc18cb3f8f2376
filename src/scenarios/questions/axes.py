"""What is varied in a sweep? Each number or switch with its range or its list of values."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from scenarios.errors import ScenarioError, UserError
from scenarios.scenario.arrays import WHOLE_UNITS
from scenarios.scenario.check_numbers import as_real, is_real, said
from scenarios.scenario.entries import BELIEF
from scenarios.scenario.finding import number_at
from scenarios.scenario.overlay import with_changes
from scenarios.scenario.scenario import Scenario
from scenarios.scenario.user_table import decimal_hint

MOST_VALUES = 1_000_000
LARGEST_WHOLE = 2**53  # from here on a float tells whole numbers no longer apart


class Axis(NamedTuple):
    """One number or switch that is varied.

    Attributes
    ----------
    path : str
        As in `Scenario.with_values`; ``believe:PATH`` for what has been so all along.
    low, high : float
        The range; NaN for a list of values.
    n : int or None
        How many values of the range a grid takes; None if it was not said.
    values : tuple
        The list of values; empty for a range.
    is_whole : bool
        Whether only whole numbers make sense.
    """

    path: str
    low: float
    high: float
    n: int | None
    values: tuple[Any, ...]
    is_whole: bool

    def at(self, share: float) -> Any:
        """The value at a share of the way from the first to the last.

        Examples
        --------
        >>> Axis("client.hold", 0.2, 0.6, None, (), False).at(0.5)
        0.4
        >>> Axis("coercer.rung", 4, 6, None, (), True).at(0.99)
        6.0
        """
        if self.values:
            return self.values[min(int(share * len(self.values)), len(self.values) - 1)]
        if self.is_whole:
            return min(self.low + float(int(share * (self.high - self.low + 1))), self.high)
        return float(self.low + share * (self.high - self.low))

    def steps(self, default: int) -> list[Any]:
        """All values of the list, or evenly spaced ones of the range."""
        if self.values:
            return list(self.values)
        n = self.n or default
        if self.is_whole and self.n is None:
            n = min(n, int(self.high - self.low) + 1)
        spaced = np.linspace(self.low, self.high, n)
        return [float(value) for value in (np.unique(np.round(spaced)) if self.is_whole else spaced)]


def as_axes(scenario: Scenario, vary: Mapping[str, Any]) -> list[Axis]:
    """What a caller wants varied, checked against the scenario.

    Parameters
    ----------
    vary : mapping of str to tuple or list
        Dotted path -> ``(low, high)``, ``(low, high, n)``, or a list (range, array, Series) of values, also words and
        factors (``x1.25``).
        What is varied is set; ``believe:PATH`` is believed.

    Raises
    ------
    ScenarioError
        With every fault at once.

    Examples
    --------
    >>> from scenarios import load
    >>> as_axes(load("toy"), {"client.hold": (0.2, 0.6, 3)})[0].steps(5)
    [0.2, 0.4, 0.6]
    """
    if not vary:
        raise UserError("Nothing to vary. Say what: --vary PATH=low:high, for instance client.hold=0.2:0.6.")
    axes, faults = [], []
    for path, span in vary.items():
        try:
            axis = as_axis(scenario, path, span)
            for value in axis.values or (axis.low, axis.high):
                with_changes(scenario, {path: value}, "--vary")
            axes.append(axis)
        except ScenarioError as fault:
            faults += fault.faults
    if faults:
        raise ScenarioError(faults)
    return axes


def as_axis(scenario: Scenario, path: str, span: Any) -> Axis:
    """One range or list of values."""
    number = number_named(path)
    is_whole = number in scenario.numbers and number_at(number).unit in WHOLE_UNITS
    if is_listed(span) and 0 < len(span) <= MOST_VALUES:
        values = tuple(value_of(scenario, path, value) for value in span)
        return Axis(path, float("nan"), float("nan"), None, values, is_whole)
    if not isinstance(span, tuple) or len(span) not in (2, 3) or not all(is_real(end) for end in span[:2]):
        meant = " ".join(filter(None, map(decimal_hint, span if isinstance(span, tuple) else [span])))
        fault = f"{said(span)} must be (low, high), (low, high, n) or a list of values. {meant}".rstrip()
        raise ScenarioError([f"--vary {path}: {fault}"])
    low, high = float(span[0]), float(span[1])
    if not low < high:
        raise ScenarioError([f"--vary {path}: the low end {low:g} must lie below the high end {high:g}."])
    n = span[2] if len(span) == 3 else None
    if n is not None and (isinstance(n, bool) or not isinstance(n, (int, np.integer)) or not 2 <= n <= MOST_VALUES):
        raise ScenarioError([f"--vary {path}: {said(n)} values; a range needs a whole number from 2."])
    return Axis(path, low, high, None if n is None else int(n), (), is_whole)


def is_listed(span: Any) -> bool:
    """Whether something lists values one by one: a list, a range, an array, a column of a table."""
    return isinstance(span, (list, range)) or hasattr(span, "tolist")


def value_of(scenario: Scenario, path: str, value: Any) -> Any:
    """A value as it is kept in a design: numbers of the scenario as floats, all else as it is."""
    return float(value) if number_named(path) in scenario.numbers and is_real(value) else value


def number_named(path: str) -> str:
    """The number that is varied: without ``believe:`` before it and a date after.

    Examples
    --------
    >>> number_named("believe:client.hold"), number_named("client.hold@2030-03-03")
    ('client.hold', 'client.hold')
    """
    return path.removeprefix(BELIEF).partition("@")[0]


def parse_span(text: str) -> tuple[str, Any]:
    """The path and the range or list in ``PATH=low:high[:n]`` or ``PATH=a,b,c``.

    Examples
    --------
    >>> parse_span("client.hold=0.2:0.6:5")
    ('client.hold', (0.2, 0.6, 5))
    >>> parse_span("terms.bargain=on,frozen")
    ('terms.bargain', ['on', 'frozen'])
    """
    path, _, span = (part.strip() for part in text.partition("="))
    ends = span.split(":")
    if not path or not span:
        raise ScenarioError([f"--vary {text}: must be PATH=low:high[:n] or PATH=a,b,c, like client.hold=0.2:0.6."])
    if ";" in span:
        raise ScenarioError([f"--vary {text}: commas part values, and a number has a point: PATH=0.1,0.6."])
    if len(ends) == 1:
        return path, [as_number(word.strip()) for word in span.split(",")]
    return path, tuple(as_number(end.strip()) for end in ends)


def as_number(word: str) -> Any:
    """A whole or finite number if it is one, else the word.

    Examples
    --------
    >>> as_number("52"), as_number("0.5"), as_number("on")
    (52, 0.5, 'on')
    """
    value = as_real(word)
    if not is_real(value):
        return word
    return int(value) if word.lstrip("+-").isdecimal() and abs(value) < LARGEST_WHOLE else value
