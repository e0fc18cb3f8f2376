"""What can a patron spend, what does its support cost, and what does it give up when it cannot pay? (model.md, 7.5)"""

from scenarios.rulebook.arithmetic import power
from scenarios.rulebook.conditions import Client, PatronInputs
from scenarios.rulebook.traits import ChannelTraits, ModelTraits, PairTraits, PatronTraits

LEAST_LEFT = 0.005  # share of its means that a war leaves at least
CRISIS_TOLL = 0.7  # share of the budget that a full domestic crisis takes
DEEP_WAR = 0.9  # drain from which the budget of the deep war holds, whatever the peacetime one was
LACK_TOLL = 0.3  # share of the budget that goes when the client's oil fails a patron that lives by it
SLACK = 1.0001  # rounding that no patron gives up a level for
MOST_CRISIS = 0.95
MOST_DRAIN = 0.995


def crisis_now(traits: PatronTraits, inputs: PatronInputs, depth: float) -> float:
    """The patron's domestic crisis, a passing one on top of the standing one [share]."""
    standing = traits.own_crisis * inputs.own_crisis
    standing = standing if standing < MOST_CRISIS else MOST_CRISIS
    return 1.0 - (1.0 - standing) * (1.0 - depth)


def drain_now(traits: PatronTraits, inputs: PatronInputs) -> float:
    """Share of its means that the patron's own war takes now [share]."""
    drain = traits.war_drain * inputs.war_drain
    return drain if drain < MOST_DRAIN else MOST_DRAIN


def left_by_war(drain: float) -> float:
    """Share of its means that a war leaves [share]."""
    return 1.0 - drain if 1.0 - drain > LEAST_LEFT else LEAST_LEFT


def peacetime_means(traits: PatronTraits, drain: float, opening_drain: float) -> float:
    """Budget where the drain is a series [USD bn a year]: that of peace less its war; in the deep war, today's."""
    if drain >= DEEP_WAR:
        return traits.support_budget
    means = traits.peacetime_budget * (1.0 - drain)
    floor = traits.support_budget if opening_drain > DEEP_WAR else 0.0
    return means if means > floor else floor


def budget_now(
    traits: PatronTraits, opening: PatronTraits, inputs: PatronInputs, client: Client, depth: float
) -> float:
    """What the patron is willing and able to spend on this client now [USD bn a year].

    Parameters
    ----------
    opening : PatronTraits
        Its numbers when the run opened: the budget is that of the war and the crisis of that day.
    depth : float
        Passing domestic crisis [share].
    """
    drain, crisis = drain_now(traits, inputs), crisis_now(traits, inputs, depth)
    if traits.peacetime_budget > 0.0:
        budget = peacetime_means(traits, drain, opening.war_drain) * (1.0 - CRISIS_TOLL * crisis)
    else:
        budget = traits.support_budget * left_by_war(drain) / left_by_war(opening.war_drain)
        budget = budget * (1.0 - CRISIS_TOLL * crisis) / (1.0 - CRISIS_TOLL * opening.own_crisis)
    return budget * (1.0 - LACK_TOLL * client.lack) if traits.dependence > 0.0 else budget


def bill_at_opening(channel: ChannelTraits, reach: PairTraits, level: float) -> float:
    """What a level costs [USD bn a year] while the patron's own war is as it was when the run opened.

    Notes
    -----
    A convexity above 1 makes the first level cheap: of loans it is forbearance on old ones.
    """
    if level <= 0.0 or channel.material < 0.5:
        return 0.0
    u = level / 3.0
    return reach.cost * (u if channel.convexity == 1.0 else power(u, channel.convexity))


def dearer(channel: ChannelTraits, drain: float, opening_drain: float) -> float:
    """How much dearer a channel has become since the opening, as the patron's own war wants the same [factor]."""
    return (1.0 + channel.war_competition * drain) / (1.0 + channel.war_competition * opening_drain)


def next_savings(savings: float, budget: float, spent: float, dt: float) -> float:
    """Savings after a step [USD bn]: what was not spent, one year of the budget at most.

    Examples
    --------
    >>> next_savings(0.0, 1.0, 3.0, 0.5), next_savings(0.9, 1.0, 0.5, 0.5)
    (0.0, 1.0)
    """
    left = savings + (budget - spent) * dt
    left = left if left > 0.0 else 0.0
    return left if left < budget else budget


def opening_savings(budget: float, spent: float) -> float:
    """Savings at the opening [USD bn]: half a year of what was not needed."""
    return 0.5 * (budget - spent) if budget > spent else 0.0


def is_short(savings: float, budget: float, spent: float) -> bool:
    """Whether a patron can no longer pay for its posture."""
    return spent > budget * SLACK and savings <= 0.0


def thrift_cost(thrift: float, spent: float, budget: float) -> float:
    """Utility of what is spent [utility]: little until the budget is nearly gone."""
    share = spent / budget
    share = share if share < 1.0 else 1.0
    return thrift * share * share * share


def missed_per_dollar(model: ModelTraits, gain: float, saved: float) -> float:
    """What giving up one level is missed per dollar that it saves [utility per USD bn a year].

    Parameters
    ----------
    gain : float
        Worth of the level above the one below, the purse apart [utility].
    saved : float
        What it costs [USD bn a year].
    """
    habit = model.commitment / model.precision if model.precision > 0.0 else 0.0
    return (habit + gain) / saved
