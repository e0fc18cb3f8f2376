"""How is an uncertain number drawn from its range? One quantile rule, the same in both engines."""

import math

from scenarios.rulebook.arithmetic import exponential, logarithm

UNIFORM = 1
LOGUNIFORM = 2
KINDS = {"triangular": 0, "uniform": UNIFORM, "loguniform": LOGUNIFORM}


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
