"""How far does a chance hang on what nobody knows? The middle 80 % of it between draws of the uncertain numbers."""

import numpy as np
from numpy.typing import NDArray

from scenarios.moments import Floats, Integers
from scenarios.results import Results
from scenarios.scenario.arrays import uncertain_paths

FEWEST_GROUPS = 10
THIRDS = 3
TELLING = 3  # numbers by which runs that are draws of their own are grouped
FEWEST_RUNS = 20 * THIRDS**TELLING  # twenty in each group, of which half choose the numbers
MOST_RUNS = 20_000  # of which the numbers are held in memory
MIDDLE = (0.1, 0.9)
NOT_KNOWN = (np.nan, np.nan)


def spread_of_points(cases: Floats, runs: Floats) -> tuple[float, float]:
    """The middle 80 % of a chance over points, less what luck alone spreads.

    Parameters
    ----------
    cases, runs : ndarray of float64, shape (points,)
        In how many runs of each point it happened, of how many.

    Returns
    -------
    tuple of float
        NaN for fewer than 10 points or with one run in each, which do not tell luck from what is unknown.

    Notes
    -----
    The share of the variance that lies between points is that of the analysis of variance, and the chance is taken to
    be spread over points as a beta distribution with that share and the mean of all runs.

    References
    ----------
    M. S. Ridout, C. G. B. Demetrio and D. Firth, Estimating intraclass correlation for binary data, Biometrics 55
    (1999) 137-148.

    Examples
    --------
    >>> [round(end, 2) for end in spread_of_points(np.tile([10.0, 30.0], 50), np.full(100, 100.0))]
    [0.09, 0.33]
    """
    from scipy.special import betaincinv

    keep = runs > 0
    cases, runs = cases[keep], runs[keep]
    if len(runs) < FEWEST_GROUPS or runs.sum() <= len(runs):
        return NOT_KNOWN
    mean, share = float(cases.sum() / runs.sum()), _share_between(cases, runs)
    if share <= 0.0:
        return mean, mean
    size = (1.0 - share) / share
    low, high = betaincinv(mean * size, (1.0 - mean) * size, MIDDLE)
    return float(low), float(high)


def _share_between(cases: Floats, runs: Floats) -> float:
    """Share of the variance of what happens or not that lies between points; below 0 where luck leaves none."""
    points, n = len(runs), runs.sum()
    means, mean = cases / runs, cases.sum() / n
    between = float((runs * (means - mean) ** 2).sum()) / (points - 1)
    within = float((cases * (1.0 - means)).sum()) / (n - points)
    typical = float(n - (runs**2).sum() / n) / (points - 1)
    whole = between + (typical - 1.0) * within
    return min((between - within) / whole, 0.999) if whole > 0.0 else 0.0


def numbers_in_thirds(results: Results) -> NDArray[np.int8] | None:
    """In which third lies each number of each of the first runs? None where there are none, or too few runs."""
    part = next(iter(results.parts()))
    paths = [path for path in uncertain_paths(results.scenario) if path in part.runs]
    runs = part.runs[paths].to_numpy(dtype=np.float64)[:MOST_RUNS]
    if not paths or len(runs) < FEWEST_RUNS:
        return None
    limits = np.quantile(runs, [each / THIRDS for each in range(1, THIRDS)], axis=0)
    third: NDArray[np.int8] = (runs[None] > limits[:, None]).sum(axis=0).astype(np.int8)
    return third


def spread_of_runs(third: NDArray[np.int8] | None, answers: Floats) -> tuple[float, float]:
    """The middle 80 % of a chance over the thirds of the three numbers on which it hangs most: at least so wide.

    Parameters
    ----------
    third : ndarray of int8, shape (runs, numbers), or None
    answers : ndarray of float64, shape (runs,)
        1 or 0, NaN is left out.

    Notes
    -----
    Where each run is a draw of its own, luck and what is unknown cannot be told apart run by run. One half of the runs
    chooses the numbers, the other half says how far the chance moves with them, so that none looks telling by luck. All
    other numbers, and the place within a third, count as luck: the true spread is wider. ``--points`` tells it.
    """
    if third is None:
        return NOT_KNOWN
    answers = answers[: len(third)]
    is_there = ~np.isnan(answers)
    if is_there.sum() < FEWEST_RUNS:
        return NOT_KNOWN
    choosing = is_there & (np.arange(len(answers)) % 2 == 0)
    told = _telling(third[choosing], answers[choosing])
    saying = is_there & ~choosing
    group = (third[saying][:, told] * THIRDS ** np.arange(len(told))).sum(axis=1)
    runs = np.bincount(group, minlength=THIRDS**TELLING).astype(np.float64)
    cases = np.bincount(group, answers[saying], THIRDS**TELLING).astype(np.float64)
    return spread_of_points(cases, runs)


def _telling(third: NDArray[np.int8], answers: Floats) -> Integers:
    """The numbers between whose thirds the answers differ most."""
    apart = answers - answers.mean()
    score = np.zeros(third.shape[1])
    for each in range(THIRDS):
        is_in = (third == each).astype(np.float32)
        score += (apart.astype(np.float32) @ is_in) ** 2 / np.maximum(is_in.sum(axis=0), 1.0)
    best: Integers = np.argsort(-score, kind="stable")[:TELLING]
    return best
