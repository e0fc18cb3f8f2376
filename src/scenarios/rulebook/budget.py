"""What can a patron afford? (docs/model.md, section 7.7)"""

from scenarios.rulebook.arithmetic import exponential, logarithm
from scenarios.rulebook.rule import rule

CRISIS_SHARE = 0.7  # of income lost in a full domestic crisis
EMPTIEST = 0.002  # of the peacetime purse, at which money is dearest; below what the deepest war leaves


@rule
def income(capacity: float, war_drain: float, crisis: float) -> float:
    """Income of the support budget [USD bn a year] after the patron's own war and crisis."""
    return capacity * (1.0 - war_drain) * (1.0 - CRISIS_SHARE * crisis)


@rule
def refilled(purse: float, yearly: float, dt: float) -> float:
    """Purse after income [USD bn]; it holds one year of income at most, what is left over lapses."""
    purse = purse + yearly * dt
    return purse if purse < yearly else yearly


@rule
def shadow_price(purse: float, capacity: float, elasticity: float) -> float:
    """Price of money: (purse / peacetime purse) to the power of minus the elasticity [index].

    Notes
    -----
    The marginal utility of a budget with constant relative risk aversion.
    """
    share = purse / capacity
    share = share if share > EMPTIEST else EMPTIEST
    return exponential(-elasticity * logarithm(share))


@rule
def war_markup(war_price: float, competition: float, war_drain: float) -> float:
    """How much dearer the patron's own war makes what that war wants too [index] (claim C04)."""
    return 1.0 + war_price * competition * war_drain / (1.02 - war_drain)


@rule
def affordable_share(purse: float, bill: float) -> float:
    """Share of a step's bill that the purse can pay; the hard cap [share]."""
    return 1.0 if bill <= purse else purse / bill


@rule
def next_outstanding(outstanding: float, lent: float, repayment_rate: float, solvency: float, dt: float) -> float:
    """Debts of the client to the patron after a step [USD bn]."""
    return (outstanding + lent) * exponential(-repayment_rate * solvency * dt)


@rule
def bearable_drain(bill: float, capacity: float, crisis: float) -> float:
    """The largest war drain that leaves an income which pays a yearly bill [share].

    Examples
    --------
    >>> round(bearable_drain(0.06, 3.0, 0.0), 3)
    0.98
    """
    drain = 1.0 - bill / income(capacity, 0.0, crisis)
    return drain if drain > 0.0 else 0.0
