"""How good were chances, now that outcomes are known? Proper scores, order, calibration, and luck by crisis."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from scenarios.cases.baselines import ridge
from scenarios.cases.columns import BACK
from scenarios.cases.rows import Floats

Outcomes = NDArray[np.int64]
Score = Callable[[Floats, Outcomes], float]
RESAMPLES = 1_000
LOW, HIGH = 5, 95  # [percent]
SAFE = 1e-6


def brier_of_retreat(chances: Floats, outcome: Outcomes) -> float:
    """Mean squared error of the chance of a retreat; 0 is best.

    Examples
    --------
    >>> brier_of_retreat(np.array([[0.5, 0.1, 0.3, 0.1]]), np.array([3]))
    0.36
    """
    return float(np.mean(squared_errors(chances, outcome)).round(12))


def squared_errors(chances: Floats, outcome: Outcomes) -> Floats:
    """Squared error of the chance of a retreat of each row."""
    return np.asarray((chances[:, BACK:].sum(1) - (outcome >= BACK)) ** 2)


def log_score_of_outcome(chances: Floats, outcome: Outcomes) -> float:
    """Mean of minus the log of the chance that what happened was given, over four outcomes; 0 is best.

    Examples
    --------
    >>> round(log_score_of_outcome(np.array([[0.5, 0.1, 0.3, 0.1]]), np.array([0])), 3)
    0.693
    """
    with np.errstate(divide="ignore"):
        return float(-np.log(chances[np.arange(len(outcome)), outcome]).mean())


def ranked_probability(chances: Floats, outcome: Outcomes) -> float:
    """Mean squared error of the three cumulated chances, from stepped up to abandoned; 0 is best.

    Examples
    --------
    >>> ranked_probability(np.array([[0.0, 1.0, 0.0, 0.0]]), np.array([1]))
    0.0
    """
    happened = np.eye(chances.shape[1])[outcome]
    return float(((np.cumsum(chances - happened, axis=1)[:, :-1]) ** 2).mean())


def auc(chances: Floats, outcome: Outcomes) -> float:
    """Chance that a row that retreated was given more than one that did not; .5 is a guess, NaN where all are alike.

    Examples
    --------
    >>> auc(np.array([[0.9, 0, 0.1, 0], [0.2, 0, 0.8, 0]]), np.array([0, 2]))
    1.0
    """
    happened = outcome >= BACK
    n, m = int(happened.sum()), int((~happened).sum())
    if not n or not m:
        return float("nan")
    ranks = rankdata(chances[:, BACK:].sum(1).round(12))
    return float((ranks[happened].sum() - n * (n + 1) / 2) / (n * m))


def calibration_slope(chances: Floats, outcome: Outcomes) -> float:
    """Slope of the outcome on the log-odds that were given: 1 is right, below 1 too bold; NaN where all are alike."""
    given = np.clip(chances[:, BACK:].sum(1), SAFE, 1.0 - SAFE)
    log_odds, happened = np.log(given / (1.0 - given)), outcome >= BACK
    if log_odds.std() < 1e-9 or happened.all() or not happened.any():
        return float("nan")
    return float(ridge((log_odds - log_odds.mean())[:, None], happened, 1e-6)[1])


SCORES: dict[str, Score] = {
    "brier": brier_of_retreat,
    "ranked_probability": ranked_probability,
    "log_score": log_score_of_outcome,
    "auc": auc,
    "calibration_slope": calibration_slope,
}


def brier_intervals(
    errors: Floats, others: Floats, crises: Sequence[str], seed: int = 1
) -> tuple[tuple[float, float], tuple[float, float]]:
    """90 % intervals of a Brier score, and of its difference from another, by drawing whole crises anew.

    Parameters
    ----------
    errors, others : ndarray of float64, shape (rows,)
        Squared errors of the one and of the other on the same rows.
    crises : sequence of str
        Crisis of each row: rows of one crisis are not independent.
    """
    names, crisis = np.unique(np.array(crises), return_inverse=True)
    drawn = np.random.default_rng(seed).integers(len(names), size=(RESAMPLES, len(names)))
    counts = np.array([np.bincount(draw, minlength=len(names)) for draw in drawn])
    sizes = counts @ np.bincount(crisis)
    one, gap = (counts @ np.bincount(crisis, values) / sizes for values in (errors, errors - others))
    low, high = np.percentile(np.stack([one, gap]), (LOW, HIGH), axis=1)
    return (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))
