"""How much of an outcome's variance would knowing one number alone explain? Read off runs that were played."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.questions.sensitivity.luck import Z95

if TYPE_CHECKING:
    from pandas import DataFrame

PERMUTATIONS = 399  # of which the 380th is passed by luck in exactly 5 of 100
LEVEL = 0.95
MOST_BINS = 48
AT_ONCE = 100  # permutations in memory
COLUMNS = ("path", "share", "low", "high", "luck_one", "luck", "n")
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Sums(NamedTuple):
    """One outcome, its mean taken out, summed over the runs of each point, shape (points,) each."""

    total: Floats
    squares: Floats
    runs: Floats

    @property
    def variance(self) -> float:
        """Variance between single runs."""
        return float(self.squares.sum() / self.runs.sum())

    @property
    def between(self) -> float:
        """Sum of squares between the points."""
        return float((self.total**2 / self.runs).sum())


def correlation_ratios(numbers: "DataFrame", outcome: Floats, point: Integers, seed: int) -> "DataFrame":
    """Share of the variance between runs that each number alone would explain, beside what luck alone would give.

    Parameters
    ----------
    numbers : DataFrame
        One row a run, one column a number; dependent or not.
    outcome : ndarray of float64, shape (runs,)
    point : ndarray of int64, shape (runs,)
        Draw of the numbers that each run belongs to; runs of one draw are no evidence apart.
    seed : int
        Of the permutations.

    Returns
    -------
    DataFrame
        One row a number, in their order: share, with low and high of its 95 % interval; luck_one and luck, which luck
        alone would let this number, or any of them, pass in 5 of 100 analyses if none did anything; n, the runs.

    Notes
    -----
    The runs are parted into bins of a number's quantiles, as many as the cube root of the points; the variance of the
    bins' means is that of E[outcome | number]. What chance puts between bins is the mean over permutations of the
    points, all numbers kept together, and is taken off. The interval is by the influence of each point on the share.

    References
    ----------
    K. Pearson, On the General Theory of Skew Correlation (1905); E. Plischke, E. Borgonovo and C. L. Smith, European
    Journal of Operational Research 226 (2013) 536-550.

    Examples
    --------
    >>> import pandas as pd
    >>> x = np.arange(1000.0)
    >>> table = pd.DataFrame({"a": x, "b": np.random.default_rng(1).random(1000)})
    >>> found = correlation_ratios(table, x, np.arange(1000), 1)
    >>> found["share"].round(2).tolist(), found["share"].gt(found["luck"]).tolist()
    ([0.99, 0.0], [True, False])
    """
    import pandas as pd

    _, first, at = np.unique(point, return_index=True, return_inverse=True)
    left = outcome - outcome.mean()
    sums = Sums(*[np.bincount(at, each).astype(np.float64) for each in (left, left**2, np.ones(len(left)))])
    drawn = numbers.to_numpy(dtype=np.float64)[first]
    bins = np.stack([bins_of(column, bins_for(len(first))) for column in drawn.T], axis=1)
    within = Bins(bins, sums)
    lucky = within.by_luck(seed)
    chance = lucky.mean(axis=0)

    def unbiased(explained: Floats) -> Floats:
        share: Floats = (explained - chance) / (1.0 - chance / sums.between) / (sums.variance * sums.runs.sum())
        return share

    share, by_luck = unbiased(within.explained()), unbiased(lucky)
    error = Z95 * np.hypot(within.errors(), by_luck.std(axis=0, ddof=1))
    table = {
        "share": share,
        "low": np.clip(share - error, 0.0, 1.0),
        "high": np.clip(share + error, 0.0, 1.0),
        "luck_one": bound_of(by_luck),
        "luck": bound_of(by_luck.max(axis=1)),
        "n": len(outcome),
    }
    return pd.DataFrame({"path": list(numbers), **table}, columns=list(COLUMNS))


def bins_for(points: int) -> int:
    """Bins for some points: the cube root of their number.

    Examples
    --------
    >>> bins_for(10_000), bins_for(100)
    (21, 4)
    """
    return int(min(MOST_BINS, max(2, np.floor(points ** (1 / 3) + 1e-9))))


def bins_of(column: Floats, most: int) -> Integers:
    """The bin of each value: every value its own where there are few, else equally many in each, ties together.

    Examples
    --------
    >>> bins_of(np.array([4.0, 8.0, 4.0]), 5).tolist(), bins_of(np.arange(6.0), 2).tolist()
    ([0, 1, 0], [0, 0, 0, 1, 1, 1])
    """
    values, own = np.unique(column, return_inverse=True)
    if len(values) <= most:
        return np.asarray(own, dtype=np.int64)
    edges = np.unique(np.quantile(column, np.arange(1, most) / most))
    return np.asarray(np.searchsorted(edges, column, side="right"), dtype=np.int64)


def bound_of(lucky: Floats) -> Floats:
    """What luck passes in 5 of 100 analyses: exact, as the analysis is one more of the permutations."""
    rank = int(np.ceil(LEVEL * (len(lucky) + 1))) - 1
    bound: Floats = np.sort(lucky, axis=0)[rank]
    return bound


class Bins:
    """The bins of every number, and the sums of one outcome in them."""

    def __init__(self, bins: Integers, sums: Sums) -> None:
        from scipy.sparse import csr_array

        points, self.numbers = bins.shape
        self.sums = sums
        self.starts = np.concatenate([[0], np.cumsum(bins.max(axis=0) + 1)])
        self.spot = bins + self.starts[:-1]  # shape (points, numbers)
        place = (self.spot.ravel(), np.repeat(np.arange(points), self.numbers))
        self.members = csr_array((np.ones(bins.size), place), shape=(int(self.starts[-1]), points))
        self.count = self.members @ sums.runs

    def explained(self) -> Floats:
        """Sum of squares between the bins of each number, shape (numbers,)."""
        total = self.members @ self.sums.total
        squares = np.divide(total**2, self.count, out=np.zeros_like(total), where=self.count > 0)
        return self.by_number(squares)

    def by_number(self, squares: Floats) -> Floats:
        """What is known of each bin summed over the bins of each number."""
        summed: Floats = np.add.reduceat(squares, self.starts[:-1], axis=0)
        return summed

    def by_luck(self, seed: int) -> Floats:
        """The same where the outcomes of the points have changed places, shape (permutations, numbers)."""
        rng, found = np.random.default_rng(seed), []
        for first in range(0, PERMUTATIONS, AT_ONCE):
            n = min(AT_ONCE, PERMUTATIONS - first)
            places = np.stack([rng.permutation(len(self.sums.total)) for _ in range(n)], axis=1)
            total, count = self.members @ self.sums.total[places], self.count[:, None]
            if (self.sums.runs != self.sums.runs[0]).any():
                count = self.members @ self.sums.runs[places]
            squares = np.divide(total**2, count, out=np.zeros_like(total), where=count > 0)
            found.append(self.by_number(squares).T)
        return np.concatenate(found)

    def errors(self) -> Floats:
        """Standard error of each share by the influence of every point on it, shape (numbers,)."""
        sums, n = self.sums, self.sums.runs.sum()
        total = self.members @ sums.total
        mean = np.divide(total, self.count, out=np.zeros_like(total), where=self.count > 0)[self.spot]
        ratio = self.explained() / n / sums.variance
        known = 2.0 * mean * sums.total[:, None] - mean**2 * sums.runs[:, None]
        influence = known / sums.variance - ratio * (sums.squares / sums.variance)[:, None]
        errors: Floats = np.sqrt((influence**2).sum(axis=0)) / n
        return errors
