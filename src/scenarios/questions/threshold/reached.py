"""What is said of a threshold: where an event reaches a probability, and how likely it is at one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.errors import RequestRefused
from scenarios.glimpse import Glimpsed
from scenarios.intervals import Estimate, estimated
from scenarios.outcomes.outcome import outcome_named
from scenarios.questions.threshold.crossings import ALREADY, Crossed
from scenarios.report.style import as_shown
from scenarios.results import Results

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

    from scenarios.scenario.scenario import Scenario

RUNG = "rung"
CURVE_COLUMNS = ("kind", "value", "probability", "se", "low", "high", "n")
Range = tuple[float, float]


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
    curve: "DataFrame" = field(repr=False, compare=False)
    climb: Crossed | None = None
    ladder: "DataFrame | None" = field(default=None, repr=False, compare=False)
    scenario: "Scenario | None" = field(default=None, repr=False, compare=False)
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

        scenario = self.scenario
        if scenario is None:
            raise RequestRefused("this threshold was read from a folder, and its figures lie there under figures/.")
        return as_shown(lambda: crossing(self, scenario, self.manifest))

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
