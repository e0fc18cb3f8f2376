"""Exponential, logarithm and friends from + - x / and the square root alone.

The mathematics library of the system and the one of numpy differ in the last bit; so would two engines, or two
machines. These give the same bits everywhere. Errors are bounded by tests over the whole domain.
"""

import math

import numpy as np

from scenarios.rulebook.rule import large_rule

LARGEST = 700.0  # beyond, the exponential would overflow
LOG2_HIGH = 6.93147180369123816490e-01
LOG2_LOW = 1.90821492927058770002e-10
LOG2_INVERSE = 1.44269504088896338700
POWERS_OF_TWO = np.ldexp(1.0, np.arange(-1022, 1024))


def exponential(x: float) -> float:
    """e to the power of x; x is cut to +-700.

    Notes
    -----
    Range reduction by n ln 2 with ln 2 in two parts, then the rational form of Remez type used in FreeBSD's msun
    (e_exp.c). Relative error below 3e-16.

    Examples
    --------
    >>> round(exponential(1.0), 12)
    2.718281828459
    """
    x = LARGEST if x > LARGEST else (-LARGEST if x < -LARGEST else x)
    n = int(x * LOG2_INVERSE + (0.5 if x >= 0.0 else -0.5))
    high = x - n * LOG2_HIGH
    low = n * LOG2_LOW
    r = high - low
    t = r * r
    c = r - t * (
        1.66666666666666019037e-01
        + t
        * (
            -2.77777777770155933842e-03
            + t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))
        )
    )
    return (1.0 - ((low - (r * c) / (2.0 - c)) - high)) * float(POWERS_OF_TWO[n + 1022])


def logarithm(x: float) -> float:
    """Natural logarithm of x > 0.

    Notes
    -----
    The form of FreeBSD's msun (e_log.c): x = 2^k (1 + f), then a polynomial in s = f / (2 + f).

    Examples
    --------
    >>> round(logarithm(10.0), 12)
    2.302585092994
    """
    mantissa, exponent = math.frexp(x)
    if mantissa < 0.70710678118654752440:
        mantissa = 2.0 * mantissa
        exponent = exponent - 1
    k = float(exponent)
    f = mantissa - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    t1 = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    t2 = z * (
        6.666666666666735130e-01
        + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))
    )
    half = 0.5 * f * f
    return k * LOG2_HIGH - ((half - (s * (half + t1 + t2) + k * LOG2_LOW)) - f)


@large_rule
def power(x: float, exponent: float) -> float:
    """x to a real power, for x >= 0; 0 for x = 0.

    Examples
    --------
    >>> round(power(4.0, 0.5), 12)
    2.0
    """
    return exponential(exponent * logarithm(x)) if x > 0.0 else 0.0


def logistic(x: float) -> float:
    """1 / (1 + e^-x).

    Examples
    --------
    >>> logistic(0.0)
    0.5
    """
    return 1.0 / (1.0 + exponential(-x))


def either(is_first: bool, first: float, second: float) -> float:
    """The first number if the condition holds, else the second.

    Examples
    --------
    >>> either(True, 1.0, 2.0)
    1.0
    """
    return first if is_first else second


def clip(x: float, low: float, high: float) -> float:
    """x, no less than low, no more than high.

    Examples
    --------
    >>> clip(1.5, 0.0, 1.0)
    1.0
    """
    return low if x < low else (high if x > high else x)


def moved(value: float, target: float, pace: float) -> float:
    """A value after it has gone a share of the way to its target."""
    return value + (target - value) * pace


@large_rule
def chance(rate_years: float) -> float:
    """Chance that an event of a constant rate happens: 1 - e^-(rate x time).

    Examples
    --------
    >>> round(1 - (1 - chance(0.3 / 12)) ** 24, 6)
    0.451188
    """
    return 1.0 - exponential(-rate_years)


def happens(rate_years: float, u: float) -> bool:
    """Whether an event of this rate x time happens, given a uniform number.

    Notes
    -----
    1 - e^-x < x, so that the exponential is needed only when u < x.

    Examples
    --------
    >>> happens(0.1, 0.2), happens(0.1, 0.05)
    (False, True)
    """
    return u < rate_years and u < chance(rate_years)


@large_rule
def waiting_time(rate: float, u: float) -> float:
    """Years until an event of a constant rate [per year], given a uniform number; a billion if the rate is 0.

    Examples
    --------
    >>> round(waiting_time(2.0, 0.5), 6)
    0.346574
    """
    return -logarithm(u) / rate if rate > 0.0 else 1.0e9
