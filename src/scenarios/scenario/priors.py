"""How is an uncertain number drawn from its range? One quantile rule, the same in both engines."""

import math

from scenarios.rulebook.arithmetic import exponential, logarithm
from scenarios.rulebook.rule import rule

UNIFORM = 1
LOGUNIFORM = 2
KINDS = {"triangular": 0, "uniform": UNIFORM, "loguniform": LOGUNIFORM}


@rule
def drawn(kind: int, low: float, mode: float, high: float, is_whole: int, u: float) -> float:
    """Quantile of a number's distribution, in the unit of the number.

    Parameters
    ----------
    kind : int
        From `KINDS`.
    low, mode, high : float
        Range and central value.
    is_whole : int
        1 for levels and rungs, which are rounded to the nearest whole number.
    u : float
        Uniform on (0, 1).

    Examples
    --------
    >>> drawn(0, 0.0, 0.5, 1.0, 0, 0.5)
    0.5
    """
    if kind == UNIFORM:
        value = low + (high - low) * u
    elif kind == LOGUNIFORM:
        value = low * exponential(u * logarithm(high / low))
    else:
        width = high - low
        rise = mode - low
        if u * width < rise:
            value = low + math.sqrt(u * width * rise)
        else:
            value = high - math.sqrt((1.0 - u) * width * (high - mode))
    return float(int(value + 0.5)) if is_whole == 1 else value


@rule
def rank(kind: int, low: float, mode: float, high: float, value: float) -> float:
    """Probability that a number's distribution stays below a value [probability]; the inverse of `drawn`.

    Examples
    --------
    >>> rank(0, 0.0, 0.5, 1.0, 0.5)
    0.5
    """
    if value <= low:
        return 0.0
    if value >= high:
        return 1.0
    if kind == UNIFORM:
        return (value - low) / (high - low)
    if kind == LOGUNIFORM:
        return logarithm(value / low) / logarithm(high / low)
    width = high - low
    if value < mode:
        return (value - low) * (value - low) / (width * (mode - low))
    return 1.0 - (high - value) * (high - value) / (width * (high - mode))


@rule
def cut(kind: int, low: float, mode: float, high: float, value: float, most: float) -> float:
    """A draw from a distribution cut off above a limit, in the unit of the number: a draw below the limit stays.

    Parameters
    ----------
    value : float
        A draw from the whole distribution.
    most : float
        The limit; where it lies below the range, the lowest number is all that is left.

    Notes
    -----
    One above it is drawn anew from what is left, by its rank among those above, counted from the top: so the number
    moves without a jump as the limit passes it.

    Examples
    --------
    >>> cut(1, 0.0, 0.5, 1.0, 0.5, 0.8), round(cut(1, 0.0, 0.5, 1.0, 0.9, 0.8), 12)
    (0.5, 0.4)
    """
    if value <= most:
        return value
    left = rank(kind, low, mode, high, most)
    from_the_top = (1.0 - rank(kind, low, mode, high, value)) / (1.0 - left)
    return drawn(kind, low, mode, high, 0, left * from_the_top)
