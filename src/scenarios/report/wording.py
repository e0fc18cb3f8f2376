"""How is one uncertain number put into words? Never without its Monte Carlo error, never as 0 ± 0."""

import math
from typing import Any

NOTHING = "–"


def share(value: float, se: float, n: float, limit: float | None = None) -> str:
    """A share of runs with its Monte Carlo error; where no run or every run did it, a bound at 95 %.

    Parameters
    ----------
    value, se : float
        Share of runs and its standard error. [share]
    n : float
        Runs.
    limit : float or None
        The bound; that of runs each of which is a draw of its own if None.

    Examples
    --------
    >>> share(0.4121, 0.0049, 10_000)
    '0.412 ± 0.005'
    >>> share(0.0, math.nan, 10_000)
    '< 0.0003 (0 of 10000)'
    """
    if is_missing(value) or is_missing(n) or n <= 0:
        return NOTHING
    if value in (0.0, 1.0):
        return bound(value, int(n), limit)
    return f"{value:.{places(se)}f} ± {se:.{places(se)}f}"


def bound(value: float, n: int, limit: float | None = None) -> str:
    """What n runs say of a share when none of them or all of them did it: within 0.05^(1/n) of it (rule of three).

    References
    ----------
    J. A. Hanley and A. Lippman-Hand, If nothing goes wrong, is everything all right?, JAMA 249 (1983) 1743-1745.

    Examples
    --------
    >>> bound(1.0, 10_000)
    '> 0.9997 (10000 of 10000)'
    """
    if n <= 3:
        return f"{int(value * n)} of {n}"
    off = 1.0 - 0.05 ** (1.0 / n) if limit is None or is_missing(limit) else abs(value - limit)
    digits = max(2, math.ceil(-math.log10(off)))
    return f"< {off:.{digits}f} (0 of {n})" if value == 0.0 else f"> {1 - off:.{digits}f} ({n} of {n})"


def difference(value: float, se: float, high: float) -> str:
    """A difference of two shares over matched runs with its Monte Carlo error; `high` is missing for a single draw.

    Examples
    --------
    >>> difference(0.1034, 0.0061, 0.1154)
    '+0.103 ± 0.006'
    >>> difference(0.0, math.nan, 0.0003)
    '0 (no run differs)'
    """
    if is_missing(value) or is_missing(high):
        return NOTHING
    if is_missing(se):
        return "0 (no run differs)" if value == 0.0 else f"{value:+g} (every run differs)"
    return f"{value:+.{places(se)}f} ± {se:.{places(se)}f}"


def account(rows: str) -> str:
    """How verdicts allow for the number of rows.

    Examples
    --------
    >>> account("all 32 rows")[:42]
    'Verdicts account for all 32 rows (Holm): i'
    """
    chance = "luck would call a row changed in at most 5 % of cases"
    return f"Verdicts account for {rows} (Holm): if nothing differed, {chance}."


def verdict(text: Any) -> str:
    """A verdict of a table in a narrow column; NOTHING where there is none.

    Examples
    --------
    >>> verdict("within Monte Carlo error"), verdict("changed"), verdict(None)
    ('within error', 'changed', '–')
    """
    return text.replace("Monte Carlo ", "") if isinstance(text, str) else NOTHING


def plain(value: float) -> str:
    """A share without its error, for a column beside one that has it."""
    return NOTHING if is_missing(value) else f"{value:.3f}"


def places(se: float) -> int:
    """Decimal places at which a number with this standard error is honest."""
    if is_missing(se) or se <= 0.0:
        return 3
    return min(max(math.ceil(-math.log10(se)), 2), 7)


def pm(value: float, half: float) -> str:
    """A number with what follows the ±.

    Examples
    --------
    >>> pm(0.4121, 0.0049)
    '0.412 ± 0.005'
    """
    if is_missing(value):
        return NOTHING
    return f"{value:.3g}" if is_missing(half) else f"{value:.{places(half)}f} ± {half:.{places(half)}f}"


def is_missing(value: Any) -> bool:
    """Whether there is no number."""
    return value is None or math.isnan(float(value))
