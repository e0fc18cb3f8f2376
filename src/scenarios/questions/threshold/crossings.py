"""At which value does a curve of probabilities cross a given one? Bisection with an interval, on any curve.

The curve may rise, fall or both: a coarse grid comes first, and each crossing between neighbours is narrowed down.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np

from scenarios.intervals import ALPHA, Z95, Estimate

RISING, FALLING, FLAT, BOTH = "rising", "falling", "flat", "not monotone"
CROSSED, ALREADY, NEVER = "crossed", "already", "never"


class Crossing(NamedTuple):
    """Where a curve crosses the probability.

    Attributes
    ----------
    value : float
        Rising: the least value at which it is reached. Falling: the last value at which it still is.
    low, high : float
        95 % interval from the Monte Carlo error of the curve; -inf and inf where it has no end within the range.
    direction : str
        ``rising`` or ``falling``.
    """

    value: float
    low: float
    high: float
    direction: str


@dataclass(frozen=True)
class Crossed:
    """What a curve says of a probability.

    Attributes
    ----------
    outcome : str
        ``crossed``: reached within the range; ``already``: at its low end; ``never``: at no value that was tried.
    value, low, high : float
        Least value at which it is reached, with its interval; the low end if already, NaN if never.
    shape : str
        ``rising``, ``falling``, ``flat`` or ``not monotone``, by more than Monte Carlo error.
    crossings : tuple of Crossing
        All of them, from low to high.
    """

    outcome: str
    value: float
    low: float
    high: float
    shape: str
    crossings: tuple[Crossing, ...]


Ask = Callable[[float], Estimate]


@dataclass
class Asked:
    """A curve that remembers what it was asked; each value is played once."""

    ask: Ask
    target: float
    known: dict[float, Estimate] = field(default_factory=dict)

    def at(self, value: float) -> Estimate:
        """The estimate at a value."""
        if value not in self.known:
            self.known[value] = self.ask(value)
        return self.known[value]

    def is_reached(self, value: float, end: str = "value") -> bool:
        """Whether the estimate, or the low or high end of its interval, reaches the probability."""
        return bool(getattr(self.at(value), end) >= self.target)


def find_crossings(ask: Ask, grid: Sequence[float], target: float, tolerance: float) -> Crossed:
    """The least value at which a probability is reached, and every crossing.

    Parameters
    ----------
    ask : callable
        Value -> Estimate.
    grid : sequence of float
        Values to begin with, from low to high.
    target : float
        The probability.
    tolerance : float
        How far each crossing is narrowed down [unit of the values]; 0 leaves it at the values of the grid.

    Notes
    -----
    The interval holds the values at which a limit of the estimate crosses: for a rising curve, from where its upper
    limit reaches the probability to where its lower limit does. It has the coverage of the curve's own interval
    where the curve has one direction.

    Examples
    --------
    >>> curve = lambda x: Estimate(x, 0.01, x - 0.02, x + 0.02, 1000)
    >>> answer = find_crossings(curve, [0.0, 0.25, 0.5, 0.75, 1.0], 0.3, 0.001)
    >>> [round(number, 3) for number in (answer.value, answer.low, answer.high)], answer.shape
    ([0.301, 0.28, 0.32], 'rising')
    """
    curve = Asked(ask, target)
    reached = [curve.is_reached(value) for value in grid]
    crossings = []
    for place, (before, after) in enumerate(pairwise(reached)):
        if after and not before:
            crossings.append(_rise(curve, grid, place, tolerance))
        if before and not after:
            crossings.append(_fall(curve, grid, place, tolerance))
    shape = shape_of_curve([curve.at(value) for value in grid])
    rises = [crossing for crossing in crossings if crossing.direction == RISING]
    if reached[0]:
        return Crossed(ALREADY, grid[0], -math.inf, grid[0], shape, tuple(crossings))
    if rises:
        return Crossed(CROSSED, *rises[0][:3], shape, tuple(crossings))
    return Crossed(NEVER, math.nan, math.nan, math.nan, shape, ())


def shape_of_curve(estimates: Sequence[Estimate]) -> str:
    """Whether a curve rises, falls, both or neither, by more than its Monte Carlo error.

    Notes
    -----
    A rise from one value to any later one counts beyond what the widest of so many differences of unmatched runs has by
    luck in 5 % of cases (Tukey's studentized range). The runs are matched, which makes the true error smaller.
    """
    from scipy.stats import studentized_range

    pairs = [(one, other) for one, other in combinations(estimates, 2) if not math.isnan(other.value)]
    gaps = [(b.value - a.value, math.hypot(b.high - b.low, a.high - a.low) / (2.0 * Z95)) for a, b in pairs]
    clear = float(studentized_range.ppf(1 - ALPHA, max(len(estimates), 2), np.inf)) / math.sqrt(2.0)
    rises = any(gap > clear * se for gap, se in gaps)
    falls = any(gap < -clear * se for gap, se in gaps)
    return BOTH if rises and falls else RISING if rises else FALLING if falls else FLAT


def _rise(curve: Asked, grid: Sequence[float], place: int, tolerance: float) -> Crossing:
    """A crossing between two neighbours on the grid, the second of which reaches the probability."""
    value = _narrow(curve, grid[place], grid[place + 1], tolerance)
    low, high = -math.inf, math.inf
    for below in range(place, -1, -1):
        if not curve.is_reached(grid[below], "high"):
            low = _narrow(curve, grid[below], min(grid[below + 1], value), tolerance, "high")
            break
    for above in range(place + 1, len(grid)):
        if curve.is_reached(grid[above], "low"):
            high = _narrow(curve, value if above == place + 1 else grid[above - 1], grid[above], tolerance, "low")
            break
    high = value if curve.is_reached(value, "low") else high
    return Crossing(value, low, high, RISING)


def _fall(curve: Asked, grid: Sequence[float], place: int, tolerance: float) -> Crossing:
    """A crossing at which the probability ceases to be reached: a rise seen in a mirror."""
    mirrored = Asked(lambda value: curve.at(-value), curve.target)
    rise = _rise(mirrored, [-value for value in reversed(grid)], len(grid) - 2 - place, tolerance)
    return Crossing(0.0 - rise.value, 0.0 - rise.high, 0.0 - rise.low, FALLING)


def _narrow(curve: Asked, low: float, high: float, tolerance: float, end: str = "value") -> float:
    """The least value known to reach the probability, between one that does not and one that does."""
    while tolerance > 0.0 and high - low > tolerance:
        middle = 0.5 * (low + high)
        if curve.is_reached(middle, end):
            high = middle
        else:
            low = middle
    return high
