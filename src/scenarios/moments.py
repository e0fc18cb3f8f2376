"""How do runs give a mean with its error? From their values, or from sums of whole numbers, whatever the blocks."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NO_POINT = -1
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]


class Moments(NamedTuple):
    """Sums of values that are whole numbers, for means with their errors; arrays of shape (outcomes,).

    Attributes
    ----------
    n, total : ndarray of int64
        Number and sum of the values.
    groups : ndarray of int64
        Number of points that have a value.
    squares, crosses, sizes : ndarray of int64
        Sums over points of sum x sum, sum x number and number x number.
    open_point : int
        The last point, whose further runs may still come; its sum and number stand apart.
    open_total, open_n : ndarray of int64
    """

    n: Integers
    total: Integers
    groups: Integers
    squares: Integers
    crosses: Integers
    sizes: Integers
    open_point: int
    open_total: Integers
    open_n: Integers


def no_moments(n_outcomes: int) -> Moments:
    """Sums before any run has been counted."""
    zeros = np.zeros(n_outcomes, dtype=np.int64)
    return Moments(zeros, zeros, zeros, zeros, zeros, zeros, NO_POINT, zeros, zeros)


def with_values(moments: Moments, values: Integers, counts: Truths, point: Integers) -> Moments:
    """The sums with some more consecutive runs.

    Parameters
    ----------
    values : ndarray of int64, shape (runs, outcomes)
        0 where it does not count.
    counts : ndarray of bool, shape (runs, outcomes)
    point : ndarray of int64, shape (runs,)
        In rising order; the first may go on with the last one of the runs before.
    """
    edges = np.flatnonzero(np.r_[True, point[1:] != point[:-1]])
    totals = np.add.reduceat(values, edges, axis=0)
    numbers = np.add.reduceat(counts, edges, axis=0, dtype=np.int64)
    if point[0] == moments.open_point:
        totals[0] += moments.open_total
        numbers[0] += moments.open_n
    else:
        totals = np.concatenate([moments.open_total[None], totals])
        numbers = np.concatenate([moments.open_n[None], numbers])
    closed, sizes = totals[:-1], numbers[:-1]
    return Moments(
        n=moments.n + counts.sum(axis=0),
        total=moments.total + values.sum(axis=0),
        groups=moments.groups + (sizes > 0).sum(axis=0),
        squares=moments.squares + (closed * closed).sum(axis=0),
        crosses=moments.crosses + (closed * sizes).sum(axis=0),
        sizes=moments.sizes + (sizes * sizes).sum(axis=0),
        open_point=int(point[-1]),
        open_total=totals[-1],
        open_n=numbers[-1],
    )


def means(moments: Moments) -> list[tuple[float, float, int]]:
    """Mean of each outcome, its Monte Carlo error and the number of values; runs of one point count as one draw.

    Notes
    -----
    The sum of squared deviations of the points' sums is worked out in whole numbers of any length, so that nothing
    cancels however many runs there are.
    """
    last = moments.open_n
    columns = (
        moments.n,
        moments.total,
        moments.groups + (last > 0),
        moments.squares + moments.open_total**2,
        moments.crosses + moments.open_total * last,
        moments.sizes + last**2,
    )
    return [mean_of(*(int(column[k]) for column in columns)) for k in range(len(moments.n))]


def mean_of(n: int, total: int, groups: int, squares: int, crosses: int, sizes: int) -> tuple[float, float, int]:
    """Mean, its error and the number of values from sums of whole numbers.

    Examples
    --------
    >>> mean_of(n=4, total=1, groups=4, squares=1, crosses=1, sizes=4)
    (0.25, 0.25, 4)
    """
    if n == 0:
        return np.nan, np.nan, 0
    deviations = n * n * squares - 2 * n * total * crosses + total * total * sizes
    error = float(np.sqrt(deviations * groups / (n * n * (groups - 1)))) / n if groups > 1 else np.nan
    return total / n, error, n


def mean_and_error(values: Floats, points: NDArray[np.int64]) -> tuple[float, float, int]:
    """Mean, its Monte Carlo error and the number of values; runs of one point count as one draw.

    Parameters
    ----------
    values : ndarray of float64, shape (runs,)
        NaN is left out.
    points : ndarray of int64, shape (runs,)
        Draw of the uncertain numbers that each run belongs to.
    """
    keep = ~np.isnan(values)
    n = int(keep.sum())
    if n == 0:
        return np.nan, np.nan, 0
    values, points = values[keep], points[keep]
    mean = float(values.mean())
    n_points = int(points[-1]) + 1
    if n_points < n:
        counts = np.bincount(points, minlength=n_points)
        sums = np.bincount(points, weights=values - mean, minlength=n_points)
        used = counts > 0
        groups = int(used.sum())
        if groups == 1:  # one draw says nothing of how far draws lie apart
            return mean, np.nan, n
        spread = float(np.sqrt((sums[used] ** 2).sum() / (groups - 1) * groups)) / n
        return mean, spread, n
    return mean, float(values.std(ddof=1) / np.sqrt(n)) if n > 1 else np.nan, n
