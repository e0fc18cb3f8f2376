"""What do coercer and patron settle over the client's head? (docs/model.md, section 7.6)"""

from scenarios.rulebook.arithmetic import logarithm
from scenarios.rulebook.rule import rule

SHORTEST_DEAL = 0.5  # years


@rule
def offer_rate(deal_rate: float, bargain: float, rung: float, provoking: float) -> float:
    """Rate of offers from the coercer [per year]: rises with what both sides have on the table.

    Notes
    -----
    A patron that gives little may still be offered something, to give nothing: half of the rate does not ask how much.
    """
    height = rung / 6.0
    return deal_rate * bargain * (height if height < 1.0 else 1.0) * (0.5 + 0.5 * provoking)


@rule
def offer_worth(deal_worth: float, bargain: float, u: float) -> float:
    """Worth of an offer to the patron [utility]."""
    return deal_worth * bargain * u


@rule
def is_acceptable(offer: float, trust: float, support_worth: float) -> bool:
    """Whether the patron takes an offer: what it trusts to get exceeds what its support is worth to it.

    Notes
    -----
    Fearon (1995): the commitment problem enters as trust; more trust never delays a deal (law 9b).
    """
    return offer > 0.0 and offer * trust > support_worth


@rule
def deal_length(mean_years: float, u: float) -> float:
    """How long a deal lasts [years]: half a year at least."""
    rest = mean_years - SHORTEST_DEAL
    return SHORTEST_DEAL - (rest if rest > 0.0 else 0.0) * logarithm(u)


@rule
def new_weight(spread: float, u: float) -> float:
    """Factor by which a new leader weighs something against the first leader of the run [index]."""
    return 1.0 + spread * (2.0 * u - 1.0)
