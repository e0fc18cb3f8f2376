"""What does a patron believe about the client, the coercer and the other patrons? (docs/model.md, section 7.3)"""

from scenarios.rulebook.arithmetic import exponential
from scenarios.rulebook.rule import rule

SHORTEST_OUTLOOK = 0.08  # years; even a doomed client is expected to last a month


@rule
def belief(successes: float, failures: float) -> float:
    """Mean of a Beta belief held as two counts [probability].

    Examples
    --------
    >>> belief(5.0, 3.0)
    0.625
    """
    return successes / (successes + failures)


@rule
def remembered(events: float, kept: float, new: float) -> float:
    """Count of events after one step of forgetting and some new ones [events].

    Examples
    --------
    >>> remembered(2.0, 0.5, 1.0)
    2.0
    """
    return events * kept + new


@rule
def outlook(outlive: float, rung: float) -> float:
    """How long the client is expected to last at a rung [years]."""
    years = outlive * (1.0 - rung / 10.0)
    return years if years > SHORTEST_OUTLOOK else SHORTEST_OUTLOOK


@rule
def in_time(lag: float, years: float) -> float:
    """Chance that the client outlives the delivery lag [probability]; late help cannot matter (claim C17)."""
    return exponential(-lag / years)


@rule
def marginal_survival(hold: float) -> float:
    """How much support moves the client's survival: a hump that vanishes when it is safe or doomed [share]."""
    return 4.0 * hold * (1.0 - hold)


@rule
def has_crossed(low: float, value: float, down: float, up: float) -> float:
    """Whether a value counts as low, with hysteresis: falls below `down`, recovers above `up` [flag]."""
    if low > 0.5:
        return 0.0 if value > up else 1.0
    return 1.0 if value < down else 0.0
