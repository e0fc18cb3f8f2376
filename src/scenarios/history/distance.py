"""How far is a set of numbers from history? Shortfalls of the statistics, each in units of its tolerance.

A statistic that passes its threshold by a margin is at distance 0: thresholds were set before any calibration, and
nothing is gained by beating them further. The two parts of P0 count date by date: they stand for 85 coded cells, and
the worst date must not hide the others.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.history.ensembles import HistoryRuns
from scenarios.history.observations import Pattern, patterns
from scenarios.history.patterns import fit_of_postures, statistics
from scenarios.history.readings import POSTURE_DATES
from scenarios.scenario.scenario import Scenario

Floats = NDArray[np.float64]
TOLERANCE = 0.1  # of a share or a ratio, at most; the scale on which shortfalls of different statistics are added
MARGIN = 0.02  # by which a threshold is to be passed, so that noise of the runs does not decide
WANTED = ("P8b",)  # wanted, not required: at half weight
WORST = 5.0  # tolerances; the most that a statistic counts, and what one counts that cannot be read off


def tolerance_at(threshold: float) -> float:
    """How far beyond a threshold is as far as a tenth elsewhere: no further than what it leaves to the end of a share.

    Examples
    --------
    >>> tolerance_at(0.45), round(tolerance_at(0.95), 2), tolerance_at(1.1)
    (0.1, 0.05, 0.1)
    """
    left = min(threshold, 1.0 - threshold)
    return left if 0.0 < left < TOLERANCE else TOLERANCE


def margin_at(threshold: float) -> float:
    """The margin at a threshold: none at the end of a share, beyond which nothing lies.

    Examples
    --------
    >>> margin_at(0.5), margin_at(1.0)
    (0.02, 0.0)
    """
    return 0.0 if threshold in (0.0, 1.0) else MARGIN


def shortfall(pattern: Pattern, values: Floats) -> Floats:
    """How far a statistic falls short of what is required and a margin [tolerances]; 0 if it does not.

    Examples
    --------
    >>> import numpy as np
    >>> low = {pattern.id: pattern for pattern in patterns()}["P1a"]
    >>> shortfall(low, np.array([0.9, 0.37])).round(2).tolist()
    [0.0, 1.0]
    """
    upper = pattern.threshold_high if pattern.direction == "within" else pattern.threshold
    below = (pattern.threshold + margin_at(pattern.threshold) - values) / tolerance_at(pattern.threshold)
    above = (values + margin_at(upper) - upper) / tolerance_at(upper)
    if pattern.direction == "within":
        gap = np.maximum(below, above)
    else:
        gap = above if pattern.direction == "at most" else below
    return np.where(np.isnan(values), WORST, np.clip(gap, 0.0, WORST))


def shortfalls(ensemble: HistoryRuns, scenario: Scenario) -> dict[str, Floats]:
    """Shortfall of every statistic of every point [tolerances]; those of P0 date by date, as ``P0a.2010``."""
    found = statistics(ensemble, scenario)
    by_date = dict(zip(("P0a", "P0b"), fit_of_postures(ensemble, scenario), strict=True)) if ensemble.history else {}
    gaps = {}
    for pattern in patterns():
        if pattern.id in by_date:
            for day, shares in zip(POSTURE_DATES, by_date[pattern.id].T, strict=True):
                gaps[f"{pattern.id}.{day.year}"] = shortfall(pattern, shares)
        elif pattern.id in found:
            gaps[pattern.id] = shortfall(pattern, found[pattern.id])
    return gaps


def distance(gaps: dict[str, Floats]) -> Floats:
    """Root of the mean squared shortfall of each point [tolerances]."""
    weights: Any = np.array([0.5 if name in WANTED else 1.0 for name in gaps])[:, None]
    squares = np.array(list(gaps.values())) ** 2
    total: Floats = np.sqrt((weights * squares).sum(axis=0) / weights.sum())
    return total
