"""How does a patron choose a level? Six decision rules behind one interface. (docs/model.md, section 7.8)

Every rule turns named terms into chances over the four levels; a held number picks the target among them.
"""

from scenarios.rulebook.arithmetic import exponential, logarithm, logistic, power
from scenarios.rulebook.conditions import Chances, Chooser, Terms, Values
from scenarios.rulebook.held import at_level
from scenarios.rulebook.rule import large_rule, rule
from scenarios.rulebook.utility import benefit_at, excess, retaliation, sure_utility
from scenarios.vocabulary import DecisionRule

STRATEGIC_QUANTAL = int(DecisionRule.STRATEGIC_QUANTAL)
PROSPECT = int(DecisionRule.PROSPECT)
THRESHOLD = int(DecisionRule.THRESHOLD)
POLIHEURISTIC = int(DecisionRule.POLIHEURISTIC)
IMITATION = int(DecisionRule.IMITATION)
THIRD = 1.0 / 3.0
CURVATURE = 0.88  # of gains and losses; Tversky and Kahneman (1992)
LOSS_WEIGHTING = 0.69  # curvature of the weights of losses; the same
DROPPED = -1.0e6  # worth of a level that home does not tolerate


@rule
def share_of(level: float) -> float:
    """u = level / 3 [share]."""
    return level * THIRD


@rule
def utilities(terms: Terms, tolerance: float, now: float) -> Values:
    """Expected utility of each level when `now` is held [utility]."""
    held = share_of(now)
    bargain, sanction = excess(terms.bargain_loss, tolerance), excess(terms.sanction_loss, tolerance)
    clash = excess(1.0, tolerance)
    low, middle = share_of(1.0), share_of(2.0)
    return Values(
        none=sure_utility(terms, 0.0, held),
        low=sure_utility(terms, low, held) - retaliation(terms, tolerance, bargain, sanction, clash, low),
        middle=sure_utility(terms, middle, held) - retaliation(terms, tolerance, bargain, sanction, clash, middle),
        high=sure_utility(terms, 1.0, held) - retaliation(terms, tolerance, bargain, sanction, clash, 1.0),
    )


@rule
def logit(values: Values, feasible: float, rationality: float) -> Chances:
    """Quantal response: chances in proportion to e^(rationality x value) over the feasible levels.

    Notes
    -----
    McKelvey and Palfrey (1995). Rationality 0 is indifference, infinity the best reply.
    """
    best = values.none
    best = values.low if feasible >= 1.0 and values.low > best else best
    best = values.middle if feasible >= 2.0 and values.middle > best else best
    best = values.high if feasible >= 3.0 and values.high > best else best
    none = exponential(rationality * (values.none - best))
    low = exponential(rationality * (values.low - best)) if feasible >= 1.0 else 0.0
    middle = exponential(rationality * (values.middle - best)) if feasible >= 2.0 else 0.0
    high = exponential(rationality * (values.high - best)) if feasible >= 3.0 else 0.0
    total = none + low + middle + high
    return Chances(none / total, low / total, middle / total, high / total)


@rule
def next_rung_chance(chooser: Chooser, level: float) -> float:
    """Patron's belief that the coercer goes one rung higher if it shows a level [probability].

    Notes
    -----
    A logit belief: more visible support makes the coercer hold back. Signorino (1999), one step.
    """
    if chooser.anticipation <= 0.0 or chooser.anticipation >= 1.0:
        return chooser.anticipation
    odds = logarithm(chooser.anticipation / (1.0 - chooser.anticipation))
    return logistic(odds - chooser.support_sensitivity * chooser.visibility * (share_of(level) - share_of(chooser.now)))


@rule
def mixed(now: float, then: float, chance: float) -> float:
    """Mean of two worths."""
    return (1.0 - chance) * now + chance * then


@large_rule
def strategic_values(terms: Terms, above: Terms, chooser: Chooser) -> Values:
    """Worth of each level, one step of the coercer's reply anticipated [utility]."""
    here = utilities(terms, chooser.tolerance, chooser.now)
    there = utilities(above, chooser.tolerance, chooser.now)
    return Values(
        none=mixed(here.none, there.none, next_rung_chance(chooser, 0.0)),
        low=mixed(here.low, there.low, next_rung_chance(chooser, 1.0)),
        middle=mixed(here.middle, there.middle, next_rung_chance(chooser, 2.0)),
        high=mixed(here.high, there.high, next_rung_chance(chooser, 3.0)),
    )


@rule
def felt(x: float, loss_aversion: float) -> float:
    """Value of a gain or loss x: x^0.88, losses times the loss aversion [felt value]."""
    return power(x, CURVATURE) if x >= 0.0 else -loss_aversion * power(-x, CURVATURE)


@rule
def certainty_equivalent(value: float, loss_aversion: float) -> float:
    """The sure gain or loss that feels like `value` [utility]."""
    if value >= 0.0:
        return power(value, 1.0 / CURVATURE)
    return -power(-value / loss_aversion, 1.0 / CURVATURE)


@rule
def decision_weight(probability: float, curvature: float) -> float:
    """Weight of an event of a probability [share].

    Notes
    -----
    p^c / (p^c + (1-p)^c)^(1/c). Tversky and Kahneman (1992).

    Examples
    --------
    >>> round(decision_weight(0.5, 0.69), 4)
    0.454
    """
    if probability <= 0.0:
        return 0.0
    if probability >= 1.0:
        return 1.0
    yes = power(probability, curvature)
    return yes / power(yes + power(1.0 - probability, curvature), 1.0 / curvature)


@large_rule
def prospect_value(terms: Terms, chooser: Chooser, level: float) -> float:
    """Worth of a level seen from the posture held, in units of utility.

    Notes
    -----
    The sure part is a gain or loss against the level held; each retaliation lottery is a weighted loss. The whole is
    turned into its certainty equivalent, so that rescaling utility and rationality together changes nothing.
    """
    u, held = share_of(level), share_of(chooser.now)
    change = sure_utility(terms, u, held) - sure_utility(terms, held, held)
    value = (
        felt(change, chooser.loss_aversion)
        + decision_weight(terms.bargain_chance * u, LOSS_WEIGHTING) * felt(-terms.bargain_loss, chooser.loss_aversion)
        + decision_weight(terms.sanction_chance * u, LOSS_WEIGHTING) * felt(-terms.sanction_loss, chooser.loss_aversion)
        + decision_weight(terms.clash_chance * u, LOSS_WEIGHTING) * felt(-1.0, chooser.loss_aversion)
    )
    return certainty_equivalent(value, chooser.loss_aversion)


@rule
def prospect_values(terms: Terms, chooser: Chooser) -> Values:
    """Worth of each level under cumulative prospect theory around the posture held [utility]."""
    return Values(
        none=prospect_value(terms, chooser, 0.0),
        low=prospect_value(terms, chooser, 1.0),
        middle=prospect_value(terms, chooser, 2.0),
        high=prospect_value(terms, chooser, 3.0),
    )


@rule
def is_tolerated(terms: Terms, domestic_floor: float, level: float) -> bool:
    """Whether home tolerates what a level costs: no more than a share of its benefit, less in a crisis.

    Notes
    -----
    The non-compensatory first stage of Mintz (2004).
    """
    u = share_of(level)
    benefit = benefit_at(terms, 1.0) * u
    return terms.cost * u <= domestic_floor * (1.0 - terms.crisis) * (benefit if benefit > 0.0 else 0.0)


@large_rule
def tolerated_values(terms: Terms, chooser: Chooser) -> Values:
    """Worth of each level; levels that home does not tolerate are dropped [utility]."""
    values = utilities(terms, chooser.tolerance, chooser.now)
    floor = chooser.domestic_floor
    return Values(
        none=values.none,
        low=values.low if is_tolerated(terms, floor, 1.0) else DROPPED,
        middle=values.middle if is_tolerated(terms, floor, 2.0) else DROPPED,
        high=values.high if is_tolerated(terms, floor, 3.0) else DROPPED,
    )


@rule
def leaning(chances: Chances, level: float, share: float) -> Chances:
    """Chances of which a share goes to one level and the rest as before."""
    rest = 1.0 - share
    return Chances(
        none=rest * chances.none + (share if level < 0.5 else 0.0),
        low=rest * chances.low + (share if 0.5 <= level < 1.5 else 0.0),
        middle=rest * chances.middle + (share if 1.5 <= level < 2.5 else 0.0),
        high=rest * chances.high + (share if level >= 2.5 else 0.0),
    )


@large_rule
def satisficing(terms: Terms, chooser: Chooser) -> Chances:
    """Keeps what satisfies; looks for something better only when it does not (Simon 1955).

    Notes
    -----
    The level held satisfies if its gain over no support reaches the aspiration. Any other level must beat it by the
    hysteresis: the thresholds down and up differ, so that posture does not chatter.
    """
    values = utilities(terms, chooser.tolerance, chooser.now)
    held = at_level(values, chooser.now)
    margin = chooser.hysteresis
    content = logistic(chooser.rationality * (held - values.none + margin - chooser.aspiration))
    sticky = Values(
        none=values.none + (margin if chooser.now < 0.5 else 0.0),
        low=values.low + (margin if 0.5 <= chooser.now < 1.5 else 0.0),
        middle=values.middle + (margin if 1.5 <= chooser.now < 2.5 else 0.0),
        high=values.high + (margin if chooser.now >= 2.5 else 0.0),
    )
    content = content if chooser.now > 0.5 else 0.0  # nothing given satisfies nobody
    return leaning(logit(sticky, chooser.feasible, chooser.rationality), chooser.now, content)


@large_rule
def imitating(terms: Terms, chooser: Chooser) -> Chances:
    """Copies the others' mean level with the Fermi chance of its worth against the level held."""
    values = utilities(terms, chooser.tolerance, chooser.now)
    model = float(int(3.0 * chooser.others + 0.5))
    model = model if model < chooser.feasible else chooser.feasible
    copy = logistic(chooser.rationality * (at_level(values, model) - at_level(values, chooser.now)))
    keep = leaning(Chances(0.0, 0.0, 0.0, 0.0), chooser.now, 1.0)
    return leaning(keep, model, copy)


@rule
def chances_of(terms: Terms, above: Terms, chooser: Chooser) -> Chances:
    """Chances over the levels under the run's decision rule.

    Parameters
    ----------
    terms, above : Terms
        As things stand, and as they would stand one rung higher (read by `strategic_quantal` only).
    """
    if chooser.rule == THRESHOLD:
        return satisficing(terms, chooser)
    if chooser.rule == IMITATION:
        return imitating(terms, chooser)
    if chooser.rule == STRATEGIC_QUANTAL:
        values = strategic_values(terms, above, chooser)
    elif chooser.rule == PROSPECT:
        values = prospect_values(terms, chooser)
    elif chooser.rule == POLIHEURISTIC:
        values = tolerated_values(terms, chooser)
    else:
        values = utilities(terms, chooser.tolerance, chooser.now)
    return logit(values, chooser.feasible, chooser.rationality)
