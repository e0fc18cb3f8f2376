"""Where does a value lie in the range of its number? In shares of the range, so that all numbers can be compared."""

import math

from scenarios.scenario.scenario import Parameter


def place_of(number: Parameter, value: float) -> float:
    """A value as a share of the way through the range; of the way in logarithms for a loguniform number.

    Examples
    --------
    >>> number = Parameter("x", 2.0, 1.0, 5.0, "triangular", "index", "judgement", "", "")
    >>> place_of(number, 2.0)
    0.25
    """
    if number.distribution == "loguniform":
        return math.log(value / number.low) / math.log(number.high / number.low)
    return (value - number.low) / (number.high - number.low)


def value_at(number: Parameter, place: float) -> float:
    """The value at a share of the way through the range; whole for levels and rungs."""
    if number.distribution == "loguniform":
        value = number.low * math.exp(place * math.log(number.high / number.low))
    else:
        value = number.low + place * (number.high - number.low)
    if number.unit in ("level", "rung"):
        value = float(math.floor(value + 0.5))
    return min(max(value, number.low), number.high)
