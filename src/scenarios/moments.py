"""How do runs give a mean with its error? From their values, or from sums of whole numbers, whatever the blocks."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NO_POINT = -1
ALL = slice(None)
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]


class Moments(NamedTuple):
    """Sums of values that are whole numbers, for means with their errors; arrays of shape (outcomes,)."""

    n: Integers  # number of the values
    total: Integers
    groups: Integers  # number of points that have a value
    squares: Integers  # sum over points of sum x sum
    crosses: Integers  # of sum x number
    sizes: Integers  # of number x number
    open_point: int  # the last point, whose further runs may still come; its sum and number stand apart
    open_total: Integers
    open_n: Integers


def no_moments(n_outcomes: int) -> Moments:
    """Sums before any run has been counted."""
    zeros = np.zeros(n_outcomes, dtype=np.int64)
    return Moments(zeros, zeros, zeros, zeros, zeros, zeros, NO_POINT, zeros, zeros)


def with_more(moments: Moments, values: Integers, counts: Truths, point: Integers) -> Moments:
    """The sums with some more consecutive runs."""
    edges = np.flatnonzero(np.r_[True, point[1:] != point[:-1]])
    totals = np.add.reduceat(values, edges, axis=0)
    numbers = np.add.reduceat(counts, edges, axis=0, dtype=np.int64)
    return with_points(moments, totals, numbers, point[edges])


def with_points(moments: Moments, totals: Integers, numbers: Integers, point: Integers) -> Moments:
    """The sums with some more points, of which sum and number of the values are known; shape (points, outcomes)."""
    n, total = moments.n + numbers.sum(axis=0), moments.total + totals.sum(axis=0)
    if point[0] == moments.open_point:
        totals, numbers = totals.copy(), numbers.copy()
        totals[0] += moments.open_total
        numbers[0] += moments.open_n
    else:
        totals = np.concatenate([moments.open_total[None], totals])
        numbers = np.concatenate([moments.open_n[None], numbers])
    closed, sizes = totals[:-1], numbers[:-1]
    return Moments(
        n=n,
        total=total,
        groups=moments.groups + (sizes > 0).sum(axis=0),
        squares=moments.squares + (closed * closed).sum(axis=0),
        crosses=moments.crosses + (closed * sizes).sum(axis=0),
        sizes=moments.sizes + (sizes * sizes).sum(axis=0),
        open_point=int(point[-1]),
        open_total=totals[-1],
        open_n=numbers[-1],
    )


def with_lone_truths(moments: Moments, total: Integers, n: Integers) -> Moments:
    """The sums with some more points of one run each, in which it happened or not: a truth is its own square."""
    return moments._replace(
        n=moments.n + n,
        total=moments.total + total,
        groups=moments.groups + n,
        squares=moments.squares + total,
        crosses=moments.crosses + total,
        sizes=moments.sizes + n,
    )


def draws_of(moments: Moments, at: slice | list[int] = ALL) -> Integers:
    """Number of points that have a value, the last one counted in, of some outcomes or of all."""
    return moments.groups[at] + (moments.open_n[at] > 0)


def means(moments: Moments, at: slice | list[int] = ALL) -> tuple[Floats, Floats, Integers]:
    """Means of outcomes, their Monte Carlo errors and numbers of values; runs of one point count as one draw."""
    value, se, n = zip(*(mean_at(moments, k) for k in np.arange(len(moments.n))[at].tolist()), strict=True)
    return np.array(value), np.array(se), np.array(n)


def mean_at(moments: Moments, k: int) -> tuple[float, float, int]:
    """Mean, error and number of one outcome.

    Notes
    -----
    The sum of squared deviations of the points' sums is worked out in whole numbers of any length, so that nothing
    cancels however many runs there are.
    """
    n, total, groups, squares, crosses, sizes = (int(column[k]) for column in moments[:6])
    last, last_n = int(moments.open_total[k]), int(moments.open_n[k])
    return mean_of(
        n, total, groups + (last_n > 0), squares + last * last, crosses + last * last_n, sizes + last_n * last_n
    )


def mean_of(n: int, total: int, groups: int, squares: int, crosses: int, sizes: int) -> tuple[float, float, int]:
    """Mean, its error and the number of values from sums of whole numbers; no error where no two draws differ.

    Examples
    --------
    >>> mean_of(n=4, total=1, groups=4, squares=1, crosses=1, sizes=4)
    (0.25, 0.25, 4)
    """
    if n == 0:
        return np.nan, np.nan, 0
    deviations = n * n * squares - 2 * n * total * crosses + total * total * sizes
    error = float(np.sqrt(deviations * groups / (n * n * (groups - 1)))) / n if groups > 1 and deviations else np.nan
    return total / n, error, n


def mean_and_error(values: Floats, points: NDArray[np.int64]) -> tuple[float, float, int]:
    """Mean, its Monte Carlo error and the number of values; runs of one point count as one draw.

    Notes
    -----
    No error where no two draws differ: they say nothing of how far draws lie apart.
    """
    keep = ~np.isnan(values)
    n = int(keep.sum())
    if n == 0:
        return np.nan, np.nan, 0
    values, points = values[keep], points[keep]
    mean = float(values.mean())
    n_points = int(points[-1]) + 1
    if (values == values[0]).all():
        return mean, np.nan, n
    if n_points < n:
        counts = np.bincount(points, minlength=n_points)
        sums = np.bincount(points, weights=values - mean, minlength=n_points)
        used = counts > 0
        groups = int(used.sum())
        spread = float(np.sqrt((sums[used] ** 2).sum() / (groups - 1) * groups)) / n if groups > 1 else np.nan
        return mean, spread or np.nan, n
    return mean, float(values.std(ddof=1) / np.sqrt(n)), n


def number_of_draws(values: Floats, points: NDArray[np.int64]) -> int:
    """Draws of the uncertain numbers that the values belong to, NaN left out."""
    return len(np.unique(points[~np.isnan(values)]))
