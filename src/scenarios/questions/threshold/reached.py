"""What is said of a threshold: where an event reaches a probability, and how likely it is at one value."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from scenarios.moments import mean_and_error
from scenarios.outcomes.outcome import outcome_named
from scenarios.questions.threshold.crossings import Crossed, Estimate
from scenarios.results import Results

if TYPE_CHECKING:
    from pandas import DataFrame

RUNG = "rung"
CURVE_COLUMNS = ("kind", "value", "probability", "se", "n")
Range = tuple[float, float]


@dataclass(frozen=True)
class Threshold:
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
        Columns kind (grid, bisection; for rungs held, climb, control), value, probability, se, n.
    climb : Crossed or None
        Rungs only: the same along the scripted climb.
    ladder : DataFrame or None
        Rungs only: what ends each patron's support, as `scenarios.ladder_curve` returns it, with the control (at the
        rung at which the scenario opens).
    """

    of: str
    over: str
    unit: str
    probability: float
    span: Range
    answer: Crossed
    curve: "DataFrame" = field(repr=False, compare=False)
    climb: Crossed | None = None
    ladder: "DataFrame | None" = field(default=None, repr=False, compare=False)

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


def estimate(results: Results, of: str, before: float = np.inf) -> Estimate:
    """Probability of an outcome with its Monte Carlo error."""
    answers = outcome_named(of, results.scenario).before_step(before).read(results)
    return Estimate(*mean_and_error(answers, results.runs["scenario_id"].to_numpy()))
