"""How good was a forecast? Brier and log score with intervals, and calibration, beside what others said."""

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pandas import DataFrame

RESAMPLES = 2_000
SEED = 1
BINS = (0.0, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0)
Floats = NDArray[np.float64]


def brier(chance: Floats, outcome: Floats) -> Floats:
    """Squared distance of each chance from what came.

    Examples
    --------
    >>> brier(np.array([0.8]), np.array([1.0])).round(2)
    array([0.04])
    """
    return (chance - outcome) ** 2


def log_score(chance: Floats, outcome: Floats) -> Floats:
    """Minus the logarithm of the chance that was given to what came; without bound where that was 0.

    Examples
    --------
    >>> log_score(np.array([0.5, 0.0]), np.array([1.0, 1.0])).round(3)
    array([0.693,   inf])
    """
    with np.errstate(divide="ignore"):
        return -np.log(np.where(outcome > 0.5, chance, 1.0 - chance))


def score_table(chances: Mapping[str, Floats], outcome: Floats) -> "DataFrame":
    """The scores of several forecasters on the same questions, the first of them ours.

    Parameters
    ----------
    chances : mapping of str to ndarray, shape (questions,)
        NaN where a forecaster gave none; ours answers all.
    outcome : ndarray, shape (questions,)
        1 or 0.

    Returns
    -------
    DataFrame
        Columns forecaster, n, brier, brier_low, brier_high, log, log_low, log_high, ahead, ahead_low, ahead_high:
        intervals hold 95 % of resamples of the questions; ``ahead`` is by how much the Brier score of ours is lower on
        the questions that both answered.
    """
    import pandas as pd

    ours = next(iter(chances.values()))
    rng = np.random.default_rng(SEED)
    picks = rng.integers(0, len(outcome), (RESAMPLES, len(outcome)))
    rows = []
    for name, said in chances.items():
        known = ~np.isnan(said)
        row = {"forecaster": name, "n": int(known.sum())}
        row |= _mean("brier", np.where(known, brier(said, outcome), np.nan), picks)
        row |= _mean("log", np.where(known, log_score(said, outcome), np.nan), picks)
        gap = brier(said, outcome) - brier(ours, outcome)
        rows.append(row | _mean("ahead", np.where(known, gap, np.nan), picks))
    return pd.DataFrame(rows)


def _mean(name: str, values: Floats, picks: NDArray[np.int64]) -> dict[str, float]:
    """A mean over questions with its interval; NaN is left out."""
    known = ~np.isnan(values)
    n = known[picks].sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(known, values, 0.0)[picks].sum(axis=1) / n
    means = means[n > 0]
    if not known.any():
        return {name: np.nan, f"{name}_low": np.nan, f"{name}_high": np.nan}
    low, high = np.quantile(means, [0.025, 0.975], method="inverted_cdf")
    return {name: float(values[known].mean()), f"{name}_low": float(low), f"{name}_high": float(high)}


def calibration(chance: Floats, outcome: Floats) -> "DataFrame":
    """How often did it come where about so much was said?

    Returns
    -------
    DataFrame
        Columns said_from, said_to, n, said, came, low, high: mean chance and share that came, with its 95 % interval
        (Wilson); only where something was said.
    """
    import pandas as pd
    from scipy.stats import binomtest

    rows = []
    for low, high in pairwise(BINS):
        inside = (chance >= low) & ((chance < high) | (high == BINS[-1]))
        n = int(inside.sum())
        if n:
            came = int(outcome[inside].sum())
            between = binomtest(came, n).proportion_ci(method="wilson")
            rows.append((low, high, n, float(chance[inside].mean()), came / n, *between))
    return pd.DataFrame(rows, columns=["said_from", "said_to", "n", "said", "came", "low", "high"])
