"""Where does a held number fall? From chances over the levels to a level, and back. (docs/model.md, section 7.8)"""

from scenarios.rulebook.conditions import Chances, Values
from scenarios.rulebook.rule import rule

SMALLEST = 1.0e-300  # keeps a number counted from below negative


@rule
def at_level(values: Values, level: float) -> float:
    """The worth of one level."""
    if level < 0.5:
        return values.none
    if level < 1.5:
        return values.low
    return values.middle if level < 2.5 else values.high


@rule
def chance_of(chances: Chances, level: float) -> float:
    """The chance of one level [probability]."""
    return at_level(Values(chances.none, chances.low, chances.middle, chances.high), level)


@rule
def level_at(chances: Chances, number: float) -> float:
    """Level where a held number falls in the chances [level].

    Parameters
    ----------
    number : float
        From 0 to 1 counted from the highest level down; a negative number is counted from the lowest level up.

    Notes
    -----
    Counted from the near end, a number can be as small as a level is unlikely. Counted from the far end, a level with
    a chance of 1e-20 would lie at 1 - 1e-20, which is 1, and a run that opens on it would fall anywhere.
    """
    if number < 0.0:
        return level_from_below(chances, -number)
    reach = chances.high
    if number < reach:
        return 3.0
    reach = reach + chances.middle
    if number < reach:
        return 2.0
    reach = reach + chances.low
    return 1.0 if number < reach else 0.0


@rule
def level_from_below(chances: Chances, number: float) -> float:
    """Level where a number falls that is counted from the lowest level up [level]."""
    reach = chances.none
    if number < reach:
        return 0.0
    reach = reach + chances.low
    if number < reach:
        return 1.0
    reach = reach + chances.middle
    return 2.0 if number < reach else 3.0


@rule
def chance_above(chances: Chances, level: float) -> float:
    """The chance of a higher level [probability]."""
    above = (chances.high if level < 2.5 else 0.0) + (chances.middle if level < 1.5 else 0.0)
    return above + (chances.low if level < 0.5 else 0.0)


@rule
def chance_below(chances: Chances, level: float) -> float:
    """The chance of a lower level [probability]."""
    below = (chances.none if level > 0.5 else 0.0) + (chances.low if level > 1.5 else 0.0)
    return below + (chances.middle if level > 2.5 else 0.0)


@rule
def number_within(chances: Chances, level: float, u: float) -> float:
    """The held number, given that it fell on a level: so that a run opens on the coded posture.

    Notes
    -----
    Counted from the nearer end, see `level_at`.
    """
    above, below, here = chance_above(chances, level), chance_below(chances, level), chance_of(chances, level)
    from_above = above + u * here
    if from_above <= 0.5:
        return from_above
    return -(below + (1.0 - u) * here) - SMALLEST


@rule
def number_within_both(chances: Chances, others: Chances, level: float, u: float) -> float:
    """The held number, given that it fell on a level under two sets of chances.

    Parameters
    ----------
    others : Chances
        The chances that count if no number falls on the level under both.
    """
    above, more = chance_above(chances, level), chance_above(others, level)
    below, less = chance_below(chances, level), chance_below(others, level)
    here, there = chance_of(chances, level), chance_of(others, level)
    first = above if above > more else more
    last = above + here if above + here < more + there else more + there
    if last <= first:
        return number_within(others, level, u)
    from_above = first + u * (last - first)
    if from_above <= 0.5:
        return from_above
    first = below if below > less else less
    last = below + here if below + here < less + there else less + there
    return -(first + (1.0 - u) * (last - first)) - SMALLEST


@rule
def one_step_towards(level: float, target: float) -> float:
    """The next level on the way to a target [level]."""
    if target > level:
        return level + 1.0
    return level - 1.0 if target < level else level
