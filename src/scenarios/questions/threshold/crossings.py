"""At which value does a curve of probabilities cross a given one, and what is said of it? By bisection, on any curve.

The curve may rise, fall or both: a coarse grid comes first, and each crossing between neighbours is narrowed down.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from scenarios.errors import RequestRefused
from scenarios.intervals import ALPHA, Z95, Estimate, estimated
from scenarios.legible import Glimpsed
from scenarios.outcomes.outcome import outcome_named
from scenarios.results import Results
from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure


RISING, FALLING, FLAT, BOTH = "rising", "falling", "flat", "not monotone"
CROSSED, ALREADY, NEVER = "crossed", "already", "never"
RUNG = "rung"
HELD, CLIMB, CONTROL = "held", "climb", "control"
CURVE_COLUMNS = ("kind", "value", "probability", "se", "low", "high", "n")
OPEN = {"low": -math.inf, "high": math.inf}
Range = tuple[float, float]
Record = dict[str, Any]


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


class Asked(NamedTuple):
    """A curve that is asked whether it reaches a probability."""

    at: Ask
    target: float

    def is_reached(self, value: float, end: str = "value") -> bool:
        """Whether the estimate, or the low or high end of its interval, reaches the probability."""
        return bool(getattr(self.at(value), end) >= self.target)


def find_crossings(ask: Ask, grid: Sequence[float], target: float, tolerance: float) -> Crossed:
    """The least value at which a probability is reached, and every crossing.

    Notes
    -----
    The interval holds the values at which a limit of the estimate crosses: for a rising curve, from where its upper
    limit reaches the probability to where its lower limit does. It has the coverage of the curve's own interval
    where the curve has one direction.
    """
    curve = Asked(cache(ask), target)  # each value is played once
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


@dataclass(frozen=True, repr=False)
class Threshold(Glimpsed):
    """At which value of a number an event has a given probability.

    Attributes
    ----------
    of, over : str
        The outcome, and the path of the number (or ``rung``, held).
    unit : str
        Of the number.
    probability : float
    span : tuple of float
        Lowest and highest value that was tried.
    answer : Crossed
        Whether and where it is reached, and every crossing, with 95 % intervals.
    curve : DataFrame
        Columns kind (grid, bisection; for rungs held, climb, control), value, probability with se, low and high (95 %),
        n.
    climb : Crossed or None
        Rungs only: the same along the scripted climb.
    ladder : DataFrame or None
        Rungs only: what ends each patron's support, as `scenarios.ladder_curve` returns it, with the control (at the
        rung at which the scenario opens).
    scenario : Scenario or None
        What was played; None if it was read from a folder.
    manifest : mapping
        Seed and size.
    """

    of: str
    over: str
    unit: str
    probability: float
    span: Range
    answer: Crossed
    curve: pd.DataFrame = field(repr=False, compare=False)
    climb: Crossed | None = None
    ladder: pd.DataFrame | None = field(default=None, repr=False, compare=False)
    scenario: Scenario | None = field(default=None, repr=False, compare=False)
    manifest: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def glimpse(self) -> tuple[str, dict[str, str]]:
        """Where it is reached, with its interval."""
        found, said = self.answer, self.manifest
        facts = {"at" if self.climb is None else "held at": crossed_words(found)}
        facts |= {} if self.climb is None else {"on the climb": crossed_words(self.climb)}
        facts |= {"over": f"{self.over}, {self.span[0]:g} to {self.span[1]:g} {self.unit}", "curve": found.shape}
        facts |= {"runs": f"{said['replications']:,} at each value, seed {said['seed']}"} if said else {}
        facts |= {"tables": "curve" if self.ladder is None else "curve, ladder", "figure": ".plot()"}
        return f"Threshold: {self.of} with a probability of {self.probability:g}", facts

    def plot(self) -> "Figure":
        """The probability against the number, with where it is reached.

        Raises
        ------
        RequestRefused
            If the threshold was read from a folder, which has its figures.
        """
        # a method for the user's sake; the figure, which needs this class, is drawn in a module above
        from scenarios.questions.threshold.figure import crossing

        if self.scenario is None:
            raise RequestRefused("this threshold was read from a folder, and its figures lie there under figures/.")
        return crossing(self, self.scenario, self.manifest)

    @property
    def value(self) -> float:
        """Least value at which the event has the probability; NaN if it never has."""
        return self.answer.value

    @property
    def number(self) -> str:
        """What is turned, without the date from which it is."""
        return self.over.partition("@")[0]

    @property
    def on(self) -> str:
        """The day from which the number is set; empty: from the first step on."""
        return self.over.partition("@")[2]

    @property
    def since(self) -> str:
        """What is said after a value that is set from a day on."""
        return f", set from {self.on} on" if self.on else ""


def crossed_words(found: Crossed) -> str:
    """Whether and where a probability is reached, in a few words."""
    if not np.isfinite(found.value):
        return found.outcome
    already = " already, the low end of what was tried" if found.outcome == ALREADY else ""
    return f"{found.value:.4g} (95 %: {found.low:.4g} to {found.high:.4g}){already}"


def estimate(results: Results, of: str, before: float = np.inf) -> Estimate:
    """Probability of an outcome with its Monte Carlo error and limits."""
    answers = outcome_named(of, results.scenario).before_step(before).read(results)
    return estimated(answers, results.runs["scenario_id"].to_numpy())


def as_record(found: Threshold) -> Record:
    """A threshold without its tables; an end that is open, and a value that is none, are None."""
    return {
        "of": found.of,
        "over": found.over,
        **({"number": found.number, "on": found.on} if found.on else {}),
        "unit": found.unit,
        "probability": found.probability,
        "span": list(found.span),
        "answer": _answer_record(found.answer),
        "climb": None if found.climb is None else _answer_record(found.climb),
    }


def from_record(record: Record, curve: pd.DataFrame, ladder: pd.DataFrame | None) -> Threshold:
    """The threshold that `as_record` wrote down."""
    same = {name: record[name] for name in ("of", "over", "unit", "probability")}
    low, high = record["span"]
    climb = None if record["climb"] is None else _answer_from(record["climb"])
    return Threshold(
        **same, span=(low, high), answer=_answer_from(record["answer"]), curve=curve, climb=climb, ladder=ladder
    )


def _answer_record(answer: Crossed) -> Record:
    """An answer as plain values."""
    crossings = [_closed(crossing._asdict()) for crossing in answer.crossings]
    return _closed(vars(answer)) | {"crossings": crossings}


def _closed(fields: Record) -> Record:
    """Fields, None for what is not finite."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in fields.items()
    }


def _answer_from(record: Record) -> Crossed:
    """The answer that `_answer_record` wrote down."""
    crossings = tuple(Crossing(**_opened(crossing)) for crossing in record["crossings"])
    return Crossed(**_opened(record) | {"crossings": crossings})


def _opened(fields: Record) -> Record:
    """The same fields; an end is open, and NaN where there is no value."""
    missing = dict.fromkeys(("value", "low", "high"), math.nan) if fields["value"] is None else OPEN
    return {name: missing[name] if value is None else value for name, value in fields.items()}
