"""Between which values does a printed number lie, at 95 %? Chances, differences, means and quantiles, however few runs.

An error says how far a number strays; where it never happened, or over a handful of draws, plus or minus two errors
holds the truth too seldom. How often these intervals hold it: docs/reference/coverage.md.
"""

from typing import Any, NamedTuple

import numpy as np

from scenarios.moments import Floats, Integers, mean_and_error, number_of_draws

ALPHA = 0.05
Z95 = 1.959964
HALVINGS = 30  # of a limit's bracket: nine digits
Limits = tuple[Floats, Floats]


class Estimate(NamedTuple):
    """A mean over runs, mostly a chance, with its Monte Carlo error and 95 % limits; NaN for what is not known."""

    value: float
    se: float
    low: float
    high: float
    n: int

    def named(self, column: str, prefix: str | None = None) -> dict[str, float]:
        """The same as cells of a table, without n; `prefix` goes before se, low and high, or the column with a _.

        Examples
        --------
        >>> Estimate(0.5, 0.1, 0.3, 0.7, 25).named("a")
        {'a': 0.5, 'a_se': 0.1, 'a_low': 0.3, 'a_high': 0.7}
        """
        before = f"{column}_" if prefix is None else prefix
        return {column: self.value, f"{before}se": self.se, f"{before}low": self.low, f"{before}high": self.high}


def estimated(values: Floats, points: Integers) -> Estimate:
    """What runs say of an answer: every table of chances takes value, error, limits and n from here.

    Notes
    -----
    Limits of 0 and 1 are those of a share, of amounts those of t over the draws; amounts that are all alike have none.

    Examples
    --------
    >>> found = estimated(np.zeros(100), np.arange(100))
    >>> found.value, found.se, found.low, round(found.high, 3), found.n
    (0.0, nan, 0.0, 0.03, 100)
    """
    value, se, n = mean_and_error(values, points)
    draws = number_of_draws(values, points)
    if ((values == 0.0) | (values == 1.0) | np.isnan(values)).all():
        low, high = of_chances(value, se, n, draws)
    else:
        half = t95(draws) * se
        low, high = value - half, value + half
    return Estimate(value, se, float(low), float(high), n)


def t95(draws: Any) -> Floats:
    """Errors to either side of a mean over so many draws; NaN for one alone.

    Examples
    --------
    >>> t95(np.array([3, 30, 100_000])).round(2).tolist()
    [4.3, 2.05, 1.96]
    """
    from scipy.special import stdtrit

    draws = np.asarray(draws, dtype=np.float64)
    return np.where(draws > 1, stdtrit(np.maximum(draws - 1, 1), 1 - ALPHA / 2), np.nan)


def worth(value: Any, se: Any, n: Any, draws: Any) -> Floats:
    """Runs of their own that would know a share as well as these, which share so many draws; n at most.

    Notes
    -----
    Where no two draws differ the share within a draw is unknown, so that each draw is worth one run.

    Examples
    --------
    >>> worth(0.5, 0.05, n=1_000, draws=10).round(3).tolist(), worth(0.0, np.nan, n=1_000, draws=10).tolist()
    (100.0, 10.0)
    """
    value, se, n, draws = (np.asarray(each, dtype=np.float64) for each in (value, se, n, draws))
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.where(np.isnan(se), draws, np.minimum(value * (1.0 - value) / se**2, n))
    size: Floats = np.where(draws == n, n, found)
    return size


def worth_of_few(value: Any, se: Any, n: Any, draws: Any) -> Floats:
    """The same for limits: less over few draws, as t is wider than the normal distribution; NaN for one draw."""
    size, n, draws = worth(value, se, n, draws), np.asarray(n), np.asarray(draws)
    return np.where(draws == n, size, size * (t95(n) / t95(draws)) ** 2)


def of_chances(value: Any, se: Any, n: Any, draws: Any) -> Limits:
    """Limits of shares of runs.

    Notes
    -----
    Exact limits with half of the chance of what was seen counted in (mid-P), which hold the truth in close to 95 % of
    cases where plus or minus two errors does not: of rare events. Where none of n runs did it, the upper limit is
    1 - 0.05^(1/n), the rule of three. Where runs share draws, n is what they are worth, and less over few draws, as t
    is wider than the normal distribution.

    References
    ----------
    H. O. Lancaster, Significance tests in discrete distributions, Journal of the American Statistical Association 56
    (1961) 223-234. E. L. Korn and B. I. Graubard, Confidence intervals for proportions with small expected number of
    positive counts estimated from survey data, Survey Methodology 24 (1998) 193-201.

    Examples
    --------
    >>> low, high = of_chances(np.array([0.0, 0.1]), np.array([np.nan, 0.03]), n=100, draws=100)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.052], [0.03, 0.171])
    """
    value, size = np.asarray(value, dtype=np.float64), worth_of_few(value, se, n, draws)
    is_known = size > 0
    low, high = np.full(value.shape, np.nan), np.full(value.shape, np.nan)
    cases, size = (value * size)[is_known], size[is_known]
    found, places = np.unique(np.stack([np.r_[cases, size - cases], np.r_[size, size]]), axis=1, return_inverse=True)
    lower, upper = np.split(lower_limit(*found)[places.ravel()], 2)
    low[is_known], high[is_known] = lower, 1.0 - upper
    return low, high


def lower_limit(cases: Floats, n: Floats) -> Floats:
    """The share at which so many cases of n or more, with half of the chance of just so many, come in 2.5 of 100.

    Notes
    -----
    Between the limits of "so many or more" and of "more", which are quantiles of beta distributions, by halving.
    """
    from scipy.special import betainc, betaincinv

    rest = n - cases
    is_some, is_all = cases > 1e-9 * n, rest <= 1e-9 * n
    cases, rest = np.where(is_some, cases, 1.0), np.where(is_all, 1.0, rest)
    low, high = betaincinv(cases, rest + 1.0, ALPHA / 2), betaincinv(cases + 1.0, rest, ALPHA / 2)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        is_above = betainc(cases, rest + 1.0, middle) + betainc(cases + 1.0, rest, middle) > ALPHA
        low, high = np.where(is_above, low, middle), np.where(is_above, middle, high)
    return np.where(is_some, np.where(is_all, betaincinv(n, 1.0, ALPHA), high), 0.0)


def of_pairs(ups: float, downs: float, n: float, se: float, draws: int) -> tuple[float, float]:
    """Limits of a difference over matched runs, from how many of n differ either way, its error and the draws.

    Notes
    -----
    As if one run more differed either way, so that a handful of runs that differ, or none, has its true doubt. Where
    runs share draws, n is what they are worth, as for chances.

    References
    ----------
    D. G. Bonett and R. M. Price, Adjusted Wald confidence interval for a difference of binomial proportions based on
    paired data, Journal of Educational and Behavioral Statistics 37 (2012) 479-488.

    Examples
    --------
    >>> [round(limit, 4) for limit in of_pairs(0, 0, 1_000, np.nan, draws=1_000)]
    [-0.0028, 0.0028]
    """
    up, down = ups / n, downs / n
    size = n if draws == n else min((up + down - (up - down) ** 2) / se**2, n) if se > 0 else draws
    size *= 1.0 if draws == n else float(t95(n) / t95(draws)) ** 2
    up, down = (up * size + 1.0) / (size + 2.0), (down * size + 1.0) / (size + 2.0)
    middle, half = up - down, Z95 * np.sqrt((up + down - (up - down) ** 2) / (size + 2.0))
    return float(max(middle - half, -1.0)), float(min(middle + half, 1.0))


def apart(value: Any, limits: Limits, other: Any, other_limits: Limits) -> Limits:
    """Limits of a value less another that is not matched with it, from the limits of both.

    References
    ----------
    R. G. Newcombe, Interval estimation for the difference between independent proportions, Statistics in Medicine 17
    (1998) 873-890; method 10.

    Examples
    --------
    >>> [round(float(limit), 3) for limit in apart(0.5, (0.4, 0.6), 0.1, (0.05, 0.2))]
    [0.259, 0.512]
    """
    (low, high), (other_low, other_high) = limits, other_limits
    gap = np.asarray(value - other, dtype=np.float64)
    return gap - np.hypot(value - low, other_high - other), gap + np.hypot(high - value, other - other_low)


def of_quantiles(counts: Integers, shares: Floats, size: Floats) -> Limits:
    """Limits of quantiles of steps: the order statistics whose ranks a binomial count leaves in 95 of 100 cases.

    Notes
    -----
    It holds for every distribution, and for more than 95 % where many times fall on one step. Where too few times leave
    an end open, it is the first or the last step.

    References
    ----------
    H. A. David and H. N. Nagaraja, Order Statistics, 3rd edition (2003), section 7.1.

    Examples
    --------
    >>> low, high = of_quantiles(np.ones(100, dtype=np.int64), np.array([0.5]), np.array([100.0]))
    >>> (float(low[0]), float(high[0]))
    (39.0, 60.0)
    """
    reached, last = np.cumsum(counts, axis=-1)[..., None, :], counts.shape[-1] - 1
    n = reached[..., -1]
    draws = np.maximum(np.floor(size), 1.0)  # NaN for one draw stays
    first_rank = np.floor(binomial_quantile(ALPHA / 2, draws, shares) * n / draws)
    last_rank = np.ceil((binomial_quantile(1 - ALPHA / 2, draws, shares) + 1) * n / draws)
    low = np.where(first_rank < 1, 0.0, (reached < first_rank[..., None]).sum(axis=-1))
    high = np.where(last_rank > n, last, (reached < np.minimum(last_rank, n)[..., None]).sum(axis=-1))
    is_known = (size > 0) & (n > 0)
    return np.where(is_known, low, np.nan), np.where(is_known, high, np.nan)


def binomial_quantile(chance: float, n: Floats, share: Floats) -> Floats:
    """The least count of n that is not surpassed with some chance."""
    from scipy.special import bdtrik, betainc

    found = np.ceil(np.maximum(bdtrik(chance, n, share), 0.0))
    before = np.maximum(found - 1.0, 0.0)
    quantile: Floats = np.where(betainc(n - before, before + 1.0, 1.0 - share) >= chance, before, found)
    return quantile
