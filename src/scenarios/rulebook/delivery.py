"""What becomes of support between the decision and the client? (docs/model.md, section 7.5)"""

from scenarios.rulebook.rule import rule


@rule
def moved(value: float, target: float, pace: float) -> float:
    """A value after it has gone a share of the way to its target."""
    return value + (target - value) * pace


@rule
def past_the_ships(sent: float, interdiction: float, interdictable: float, slippery: float) -> float:
    """What is left of a delivery after interdiction [level].

    Parameters
    ----------
    slippery : float
        Share that slips through: part of what shielded agents carry (claim C22); a flag of convenience is a shield
        from sanctions, and only in part from ships [share].
    """
    return sent * (1.0 - interdiction * interdictable * (1.0 - slippery))


@rule
def is_stopped(sent: float, interdiction: float, interdictable: float, slippery: float) -> bool:
    """Whether ships stop some of a delivery."""
    return sent > 0.0 and interdiction > 0.0 and interdictable > 0.0 and slippery < 1.0


@rule
def next_shielded(shielded: float, limit: float, threat: float, growth: float, decay: float) -> float:
    """Share carried by agents out of the coercer's reach, after a step [share].

    Parameters
    ----------
    shielded, limit, threat : float
        Shares.
    growth, decay : float
        Shares of the distance covered in a step when it grows and when it shrinks.
    """
    worth_it = 1.5 * threat
    target = limit * (worth_it if worth_it < 1.0 else 1.0)
    return moved(shielded, target, growth if target > shielded else decay)


@rule
def nearest_level(quantity: float) -> float:
    """Level nearest to a delivered quantity [level].

    Examples
    --------
    >>> nearest_level(1.4), nearest_level(1.6)
    (1.0, 2.0)
    """
    return float(int(quantity + 0.5))
