"""How does a patron choose a level? From what has changed, by one of three decision rules. (docs/model.md, section 7.4)

A rule turns what has changed since the posture was chosen into chances over the four levels; a held number picks the
target among them. What a level was worth when it was chosen is no reason to leave it (a pivot-point logit).
"""

from scenarios.rulebook.arithmetic import exponential, logistic
from scenarios.rulebook.conditions import Chances, Chooser, Switches, Terms, Values, Worth
from scenarios.rulebook.rule import large_rule
from scenarios.rulebook.traits import ModelTraits
from scenarios.rulebook.utility import less, terms_of_level, total
from scenarios.vocabulary import DecisionRule, Switch

PROSPECT = float(DecisionRule.PROSPECT)
THRESHOLD = float(DecisionRule.THRESHOLD)
ON = float(Switch.ON)
OFF = float(Switch.OFF)
MIDDLING_STAKE = 0.25  # of a patron whose own fate does not hang on the client's


def moved_by(change: float, switch: float) -> float:
    """How far a term has moved a level, as the scenario's switch wants it: off or frozen it moves nothing."""
    return change if switch == ON else 0.0


def changes_of(worth: Worth, reference: Worth, level: float, switches: Switches) -> Terms:
    """What each term has done to a level since the posture was chosen [utility]."""
    change = less(terms_of_level(worth, level), terms_of_level(reference, level))
    return Terms(
        payment=moved_by(change.payment, switches.payment),
        bargain=moved_by(change.bargain, switches.bargain),
        secondary_sanctions=moved_by(change.secondary_sanctions, switches.secondary_sanctions),
        entrapment=moved_by(change.entrapment, switches.entrapment),
        material_cost=moved_by(change.material_cost, switches.material_cost),
    )


def commitment_of(
    model: ModelTraits, stake: float, crisis: float, company: float, switch: float, frozen: float
) -> float:
    """Pull of the home posture [log-odds a level]: more for a stake that no crisis cancels, less as others leave.

    Parameters
    ----------
    company : float
        Mean over the other patrons of what they still give of what they gave at the opening, at most 1 [share].
    frozen : float
        The same pull as it was at the opening [log-odds].

    Notes
    -----
    In the cases of the reference class other patrons and a stake hold a patron back, and a crisis cancels the stake.
    """
    if switch == OFF:
        return model.commitment
    if switch != ON:
        return frozen
    stake_left = stake * (1.0 - crisis) - MIDDLING_STAKE
    pull = model.commitment + model.commitment_by_stake * (stake_left + 0.5 * (company - 1.0))
    return pull if pull > 0.0 else 0.0


def felt(terms: Terms, loss_aversion: float) -> float:
    """Worth of a change when losses loom larger than gains [utility] (Kahneman and Tversky 1979)."""
    gains = (terms.payment if terms.payment > 0.0 else 0.0) + (terms.bargain if terms.bargain > 0.0 else 0.0)
    gains += terms.secondary_sanctions if terms.secondary_sanctions > 0.0 else 0.0
    gains += terms.entrapment if terms.entrapment > 0.0 else 0.0
    gains += terms.material_cost if terms.material_cost > 0.0 else 0.0
    return gains + loss_aversion * (total(terms) - gains)


def far_from_home(chooser: Chooser, level: float) -> float:
    """Log-odds against a level: its distance from home, and what it costs to begin."""
    begun = chooser.precision * chooser.startup if chooser.now < 0.5 and level > 0.5 else 0.0
    return -chooser.commitment * abs(chooser.home - level) - begun


def log_odds(chooser: Chooser, worth: Worth, reference: Worth, level: float, switches: Switches) -> float:
    """Log-odds of a level, up to what all share."""
    change = changes_of(worth, reference, level, switches)
    value = total(change)
    if chooser.rule == PROSPECT:
        home = changes_of(worth, reference, float(int(chooser.home + 0.5)), switches)
        value = felt(less(change, home), chooser.loss_aversion)
    return far_from_home(chooser, level) + chooser.precision * value


def logit(values: Values, feasible: float) -> Chances:
    """Chances in proportion to e^value over the feasible levels.

    Notes
    -----
    Quantal response (McKelvey and Palfrey 1995) once the values are precision x utility.

    Examples
    --------
    >>> logit(Values(1.0, 1.0, 0.0, 9.0), 1.0)
    Chances(none=0.5, low=0.5, middle=0.0, high=0.0)
    """
    best = values.none
    best = values.low if feasible >= 1.0 and values.low > best else best
    best = values.middle if feasible >= 2.0 and values.middle > best else best
    best = values.high if feasible >= 3.0 and values.high > best else best
    none = exponential(values.none - best)
    low = exponential(values.low - best) if feasible >= 1.0 else 0.0
    middle = exponential(values.middle - best) if feasible >= 2.0 else 0.0
    high = exponential(values.high - best) if feasible >= 3.0 else 0.0
    everything = none + low + middle + high
    return Chances(none / everything, low / everything, middle / everything, high / everything)


def content_share(chooser: Chooser, worth: Worth, reference: Worth, switches: Switches) -> float:
    """Share of satisfied patrons, who keep the level held [share].

    Notes
    -----
    Satisficing (Simon 1955): a patron looks for another level only once one has become better than the level held by
    more than its aspiration, since the posture was chosen.
    """
    held = total(changes_of(worth, reference, chooser.now, switches))
    best = 0.0
    for x in range(4):
        level = float(x)
        if level <= chooser.feasible:
            better = total(changes_of(worth, reference, level, switches)) - held
            best = better if better > best else best
    return logistic(4.0 * chooser.precision * (chooser.aspiration - best))


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
def chances_of(chooser: Chooser, worth: Worth, reference: Worth, switches: Switches) -> Chances:
    """Chances over the levels under the run's decision rule.

    Parameters
    ----------
    worth, reference : Worth
        What the levels are worth now, and what they were worth when the posture was chosen.
    """
    values = Values(
        none=log_odds(chooser, worth, reference, 0.0, switches),
        low=log_odds(chooser, worth, reference, 1.0, switches),
        middle=log_odds(chooser, worth, reference, 2.0, switches),
        high=log_odds(chooser, worth, reference, 3.0, switches),
    )
    chances = logit(values, chooser.feasible)
    if chooser.rule == THRESHOLD:
        return leaning(chances, chooser.now, content_share(chooser, worth, reference, switches))
    return chances
