"""How much of what a design shows is luck? The noise in the means of its points, and when it is too much."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import RequestRefused

MOST_LUCK = 0.25  # share of the variance between point means; beyond it ranks are those of the noise
RESAMPLES = 200  # of runs or points, for intervals
Z95 = 1.959964
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LuckOfOutcome:
    """Luck in the means of the points of a design whose run r has the same luck everywhere.

    Attributes
    ----------
    between : float
        Variance between the points that is not luck, an unbiased estimate (it may come out below 0).
    share : float
        Share of the variance between the points' means that is luck. [0-1]
    replications : int
        Runs at each point.
    """

    between: float
    share: float
    replications: int

    def needed(self, most: float = MOST_LUCK) -> int | None:
        """Runs at each point that would bring the share of luck below a bound; None if no number would."""
        if self.between <= 0.0:
            return None
        noise_of_one = self.share / (1.0 - self.share) * self.between * self.replications
        # rounded first, so that a whole number that came out a hair larger does not ask for a run more
        return math.ceil(round(noise_of_one * (1.0 - most) / (most * self.between), 6))


def luck_of(values: Floats) -> LuckOfOutcome:
    """Luck in the point means, by a two-way analysis of variance.

    Parameters
    ----------
    values : ndarray of float64, shape (points, replications)
        Run r has the same luck at all points, so luck that moves all points alike moves no difference between them.

    Notes
    -----
    What points and runs do not explain, divided by the replications, is the variance of a point's mean.

    Examples
    --------
    >>> luck_of(np.array([[0.0, 0.0], [1.0, 1.0]])).share
    0.0
    """
    n, r = values.shape
    total = float(values.mean(axis=1).var(ddof=1))
    left = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0, keepdims=True) + values.mean()
    noise = float((left**2).sum()) / ((n - 1) * (r - 1)) / r
    return LuckOfOutcome(total - noise, min(1.0, noise / total) if total > 0.0 else 0.0, r)


def luck_bound(moves: Floats, index: "Callable[[Floats], Floats]", seed: int) -> Floats:
    """What luck alone would give none of the numbers, in 95 of 100 analyses.

    Parameters
    ----------
    moves : ndarray of float64, shape (numbers, steps, replications)
        Change of each run's answer in each step of the design in which a number alone was moved.
    index : callable
        The index of each number, shape (numbers,), from mean changes, shape (numbers, steps).
    seed : int
        Of the resampling.

    Notes
    -----
    The runs are resampled after each step's mean change has been taken out, so that nothing but luck is left; the bound
    is the mean of the index plus as many standard deviations as make 5 % over all numbers together (Bonferroni).
    """
    from scipy.stats import norm

    rng, n = np.random.default_rng(seed), moves.shape[2]
    # a mean over n runs taken out leaves (n - 1) / n of the variance
    left = (moves - moves.mean(axis=2, keepdims=True)) * np.sqrt(n / max(1, n - 1))
    drawn = np.array([index(left[:, :, rng.integers(n, size=n)].mean(axis=2)) for _ in range(RESAMPLES)])
    bound: Floats = drawn.mean(axis=0) + norm.ppf(1.0 - 0.05 / len(moves)) * drawn.std(axis=0, ddof=1)
    return bound


def complete_runs(outcome: str, values: Floats) -> Floats:
    """The runs that have an answer at every point.

    Raises
    ------
    RequestRefused
        If half of the runs or more have none somewhere: an index over gaps would be wrong without a word (an index
        over a missing number comes out as 0).
    """
    gaps = np.isnan(values)
    keep = ~gaps.any(axis=0)
    if keep.sum() * 2 <= values.shape[1]:
        n, empty = int(gaps.sum()), int(gaps.all(axis=1).sum())
        raise RequestRefused(
            f"{outcome}: {n:,} of {values.size:,} runs have no answer (the patron gave nothing at the opening), at "
            f"{empty:,} of {len(values):,} points none has, so indices would be wrong. Pin the opening levels with "
            "--set, leave them out with --over, or ask for another outcome."
        )
    return values[:, keep]


def checked_luck(outcome: str, values: Floats, most: float = MOST_LUCK) -> LuckOfOutcome:
    """The luck in the point means; refuses what is constant or mostly noise.

    Raises
    ------
    RequestRefused
        With the estimate, the bound and the number of runs that would do.
    """
    if values.shape[1] < 2:
        raise RequestRefused(f"{outcome}: 1 run at each point cannot tell luck from effect. Ask for --replications 20.")
    means = values.mean(axis=1)
    if means.min() == means.max():
        raise RequestRefused(
            f"{outcome}: the runs of every point gave {means[0]:g}, so nothing moves it. Ask for another outcome, or "
            "vary other numbers."
        )
    luck = luck_of(values)
    if luck.share > most:
        needed = luck.needed(most)
        cure = (
            "no effect of these numbers can be told from luck at all: ask for far more runs, or for another outcome"
            if needed is None
            else f"that is not enough; about {needed} would do: --replications {needed}"
        )
        raise RequestRefused(
            f"{outcome}: {luck.share:.0%} of the variance between points is luck, more than the bound of {most:.0%}, "
            f"so the indices would rank noise. With {luck.replications} runs at each point {cure}."
        )
    return luck
