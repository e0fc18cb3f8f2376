"""Why did a level change? The term that moved the choice most, if it weighs at all. (docs/model.md, section 7.6)"""

from scenarios.rulebook.choice import changes_of
from scenarios.rulebook.conditions import Switches, Terms, Worth
from scenarios.rulebook.rule import large_rule
from scenarios.rulebook.utility import less
from scenarios.vocabulary import Reason

PAYMENT = float(Reason.PAYMENT)
BARGAIN = float(Reason.BARGAIN)
SECONDARY_SANCTIONS = float(Reason.SECONDARY_SANCTIONS)
ENTRAPMENT = float(Reason.ENTRAPMENT)
MATERIAL_COST = float(Reason.MATERIAL_COST)
COMMITMENT = float(Reason.COMMITMENT)
ON_THE_EDGE = float(Reason.ON_THE_EDGE)
LEAST_SWING = 0.05  # utility; a smaller one is no reason


def swings(worth: Worth, since: Worth, held: float, new: float, switches: Switches) -> Terms:
    """How far each term has moved the choice from the level held to a new one [utility].

    Parameters
    ----------
    since : Worth
        What the levels were worth when the posture was chosen; for a return, when it was left.
    """
    return less(changes_of(worth, since, new, switches), changes_of(worth, since, held, switches))


def loosened(commitment: float, before: float, precision: float, away: float) -> float:
    """Swing of a commitment that has weakened, towards a level that is `away` from home [utility]."""
    return (before - commitment) * away / precision if precision > 0.0 else 0.0


@large_rule
def reason_of(moved: Terms, commitment: float) -> float:
    """Reason of a change [vocabulary.Reason]: the largest swing towards it; `on the edge` if none weighs.

    Parameters
    ----------
    moved : Terms
        Swing of each term towards the change [utility].
    commitment : float
        Swing of a commitment that has weakened [utility].

    Examples
    --------
    >>> reason_of(Terms(0.01, 0.2, 0.1, 0.0, 0.0), 0.0) == BARGAIN
    True
    >>> reason_of(Terms(0.01, 0.02, 0.0, 0.0, 0.0), 0.0) == ON_THE_EDGE
    True
    """
    reason, largest = PAYMENT, moved.payment
    if moved.bargain > largest:
        reason, largest = BARGAIN, moved.bargain
    if moved.secondary_sanctions > largest:
        reason, largest = SECONDARY_SANCTIONS, moved.secondary_sanctions
    if moved.entrapment > largest:
        reason, largest = ENTRAPMENT, moved.entrapment
    if moved.material_cost > largest:
        reason, largest = MATERIAL_COST, moved.material_cost
    if commitment > largest:
        reason, largest = COMMITMENT, commitment
    return reason if largest >= LEAST_SWING else ON_THE_EDGE
