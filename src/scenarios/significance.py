"""Is a difference more than luck? Chances under no difference, an account of many rows, and the verdict."""

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.intervals import ALPHA, apart, of_chances, of_pairs
from scenarios.moments import Floats, Integers, mean_and_error, number_of_draws

CHANGED, WITHIN = "changed", "within Monte Carlo error"
NOT_AT_RISK, NO_CASE = "not at risk", "no case on a side"
UNKNOWN, SHARED = "unknown: one draw has no error", "unknown: runs share draws"


class Gap(NamedTuple):
    """A difference of two shares with its error, 95 % interval and chance under no difference."""

    value: float
    se: float  # NaN where no two draws differ, which the interval makes up for
    low: float
    high: float
    p: float  # chance of a difference at least as large if there were none; NaN if the error is unknown


class Pairs(NamedTuple):
    """Matched runs of two sides."""

    value: float  # mean difference
    se: float
    n: int
    draws: int  # of the uncertain numbers that the runs belong to
    ups: int  # runs in which the outcome happens on the other side only
    downs: int  # and on this side only

    @property
    def chance(self) -> float:
        """Chance of so large a difference if there were none; NaN for a single draw.

        Examples
        --------
        >>> Pairs(0.1, 0.03, n=100, draws=100, ups=10, downs=0).chance
        0.001953125
        """
        if self.draws < 2:
            return np.nan
        if self.draws == self.n:
            return sign_test(self.ups, self.downs)
        return t_test(self.value, self.se, self.draws)

    @property
    def limits(self) -> tuple[float, float]:
        """95 % interval of the difference; NaN for a single draw.

        Examples
        --------
        >>> [round(limit, 3) for limit in Pairs(0.1, 0.03, n=100, draws=100, ups=10, downs=0).limits]
        [0.034, 0.162]
        """
        if self.draws < 2:
            return np.nan, np.nan
        return of_pairs(self.ups, self.downs, self.n, self.se, self.draws)


def matched_gap(a: Floats, b: Floats, points: NDArray[np.int64]) -> Gap:
    """The difference b - a over matched runs.

    Notes
    -----
    Where each run is its own draw, the chance is that of the exact sign test over the runs that differ (McNemar's
    exact test); else that of a t test over the points.

    Examples
    --------
    >>> a, b = np.zeros(100), np.repeat([1.0, 0.0], [10, 90])
    >>> gap = matched_gap(a, b, np.arange(100))
    >>> round(gap.value, 3), round(gap.p, 5)
    (0.1, 0.00195)
    """
    gaps = b - a
    value, se, n = mean_and_error(gaps, points)
    ups, downs = int(np.sum(gaps > 0)), int(np.sum(gaps < 0))
    pairs = Pairs(value, se, n, number_of_draws(gaps, points), ups, downs)
    return Gap(value, se, *pairs.limits, pairs.chance)


def apart_gap(a: Floats, b: Floats, a_points: NDArray[np.int64], b_points: NDArray[np.int64]) -> Gap:
    """The difference b - a over runs that are not matched; the doubts of both sides add up."""
    mine, theirs = mean_and_error(a, a_points), mean_and_error(b, b_points)
    value, se = theirs[0] - mine[0], joint_error(mine[1], theirs[1])
    draws = [number_of_draws(values, at) for values, at in ((a, a_points), (b, b_points))]
    if min(draws) < 2:
        return Gap(value, np.nan, np.nan, np.nan, np.nan)
    sides = [of_chances(*each, drawn) for each, drawn in zip((mine, theirs), draws, strict=True)]
    low, high = apart(theirs[0], sides[1], mine[0], sides[0])
    return Gap(value, se, float(low), float(high), t_test(value, se, min(draws)))


def joint_error(se: float, other: float) -> float:
    """Error of the difference of two values that are not matched; of the one that has an error if only one has.

    Examples
    --------
    >>> joint_error(0.03, 0.04), joint_error(np.nan, 0.04)
    (0.05, 0.04)
    """
    return float(np.hypot(se, other)) if np.isnan(se) == np.isnan(other) else float(np.fmax(se, other))


def sign_test(ups: int, downs: int) -> float:
    """Chance that runs which differ split so unevenly by luck alone (two-sided, exact).

    References
    ----------
    Q. McNemar, Note on the sampling error of the difference between correlated proportions, Psychometrika 12 (1947)
    153-157; in its exact form.

    Examples
    --------
    >>> sign_test(0, 0), sign_test(5, 0), sign_test(3, 3)
    (1.0, 0.0625, 1.0)
    """
    from scipy.special import bdtr

    if ups + downs == 0:
        return 1.0
    return min(1.0, 2.0 * float(bdtr(min(ups, downs), ups + downs, 0.5)))


def t_test(value: float, se: float, draws: int) -> float:
    """Chance that a mean over so many draws lies so far from 0 by luck alone (two-sided)."""
    from scipy.special import stdtr

    if value == 0.0:
        return 1.0
    if np.isnan(se):
        return math.ldexp(1.0, 1 - draws)  # every draw differs by the same: as a sign test would have it
    return float(2.0 * stdtr(draws - 1, -abs(value) / se))


def shares_test(cases: Integers, n: Integers, others: Integers, m: Integers) -> Floats:
    """Chances that pairs of shares lie so far apart by luck alone (two-sided, exact); NaN where a side is empty.

    Notes
    -----
    For shares of what differs from side to side, such as step-backs, whose runs cannot be paired. Luck that the sides
    have in common makes it cautious.

    References
    ----------
    R. A. Fisher, The logic of inductive inference, Journal of the Royal Statistical Society 98 (1935) 39-82.

    Examples
    --------
    >>> one, ten = np.array([1]), np.array([10])
    >>> shares_test(one, one, one, ten).round(3).tolist()
    [0.364]
    """
    rows = zip(*(column.tolist() for column in (cases, n, others, m)), strict=True)
    tails = [_smaller_tail(*row) for row in rows]
    return np.where((n > 0) & (m > 0), np.minimum(2.0 * np.array(tails), 1.0), np.nan)


def _smaller_tail(cases: int, n: int, others: int, m: int) -> float:
    """The smaller tail of the hypergeometric distribution: so few cases on a side, or so many."""
    both = cases + others
    first = max(0, both - m)
    k = np.arange(first, min(n, both), dtype=np.float64)
    # how much likelier one case more is; by products from the likeliest count, which every processor finds alike
    rises = (n - k) * (both - k) / ((k + 1.0) * (m - both + k + 1.0))
    likeliest = int((rises > 1.0).sum())
    below, above = 1.0 / rises[:likeliest][::-1], rises[likeliest:]
    shares = np.concatenate([np.cumprod(below)[::-1], [1.0], np.cumprod(above)])
    place = cases - first
    return float(min(shares[: place + 1].sum(), shares[place:].sum()) / shares.sum())


def medians_test(times: Integers, others: Integers) -> Floats:
    """Chances that medians lie so far apart by luck alone: shares of either side up to the median of both together.

    References
    ----------
    G. W. Brown and A. M. Mood, On median tests for linear hypotheses, Proceedings of the Second Berkeley Symposium
    (1951) 159-166.

    Examples
    --------
    >>> medians_test(np.array([[0, 9, 0]]), np.array([[0, 0, 9]])).round(5).tolist()
    [4e-05]
    """
    reached, others_reached = np.cumsum(times, axis=1), np.cumsum(others, axis=1)
    both = reached + others_reached
    middle = np.argmin(np.abs(2 * both - both[:, -1:]), axis=1)[:, None]
    mine, theirs = (np.take_along_axis(side, middle, axis=1)[:, 0] for side in (reached, others_reached))
    return shares_test(mine, reached[:, -1], theirs, others_reached[:, -1])


def holm(chances: Floats) -> Floats:
    """Chances adjusted for the number of rows, so that luck alone makes one row in any table count in 5 % of tables.

    Parameters
    ----------
    chances : ndarray of float64, shape (rows,)
        NaN is left out and stays.

    Notes
    -----
    Holm's step-down rule, which holds however the rows depend on each other; rows of one patron sum to 1, so they do.

    References
    ----------
    S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6 (1979) 65-70.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).round(2).tolist()
    [0.03, 0.06, 0.06]
    """
    adjusted = np.full(len(chances), np.nan)
    keep = np.flatnonzero(~np.isnan(chances))
    order = keep[np.argsort(chances[keep], kind="stable")]
    steps = chances[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0) if len(order) else steps
    return adjusted


def verdicts(adjusted: Floats, said: Iterable[Any]) -> list[str]:
    """What to say of each row of a table: changed, within Monte Carlo error, or what is said of it already.

    Examples
    --------
    >>> verdicts(np.array([0.01, 0.2, np.nan]), [None, None, "only in A"])
    ['changed', 'within Monte Carlo error', 'only in A']
    """
    words = np.where(np.isnan(adjusted), UNKNOWN, np.where(adjusted <= ALPHA, CHANGED, WITHIN)).tolist()
    return [text if isinstance(text, str) else word for word, text in zip(words, said, strict=True)]
