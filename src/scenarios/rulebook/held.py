"""Where does a held number fall? From chances over the levels to a level, and back. (docs/model.md, section 7.4)"""

from scenarios.rulebook.conditions import Chances, Interval
from scenarios.rulebook.rule import rule


@rule
def level_at(chances: Chances, number: float) -> float:
    """Level where a held number falls in the chances [level].

    Examples
    --------
    >>> level_at(Chances(0.4, 0.3, 0.2, 0.1), 0.05), level_at(Chances(0.4, 0.3, 0.2, 0.1), 0.7)
    (3.0, 0.0)
    """
    reach = chances.high
    if number < reach:
        return 3.0
    reach = reach + chances.middle
    if number < reach:
        return 2.0
    reach = reach + chances.low
    return 1.0 if number < reach else 0.0


@rule
def chance_of(chances: Chances, level: float) -> float:
    """The chance of one level [probability]."""
    if level < 0.5:
        return chances.none
    if level < 1.5:
        return chances.low
    return chances.middle if level < 2.5 else chances.high


@rule
def interval_of(chances: Chances, level: float) -> Interval:
    """The held numbers that fall on a level."""
    above = (chances.high if level < 2.5 else 0.0) + (chances.middle if level < 1.5 else 0.0)
    above = above + (chances.low if level < 0.5 else 0.0)
    return Interval(above, above + chance_of(chances, level))


@rule
def narrowed(interval: Interval, other: Interval) -> Interval:
    """The held numbers in both intervals; those of the first if there are none.

    Notes
    -----
    A posture that was held under one condition after the other tells that its number lay in the interval of each.

    Examples
    --------
    >>> narrowed(Interval(0.1, 0.6), Interval(0.4, 0.9)), narrowed(Interval(0.0, 0.2), Interval(0.5, 0.9))
    (Interval(low=0.4, high=0.6), Interval(low=0.0, high=0.2))
    """
    low = interval.low if interval.low > other.low else other.low
    high = interval.high if interval.high < other.high else other.high
    return Interval(low, high) if high > low else interval


@rule
def number_within(interval: Interval, u: float) -> float:
    """A held number in an interval."""
    return interval.low + u * (interval.high - interval.low)


@rule
def one_step_towards(level: float, target: float) -> float:
    """The next level on the way to a target [level]."""
    if target > level:
        return level + 1.0
    return level - 1.0 if target < level else level
