"""Why did a level change? The but-for rule. (docs/model.md, section 7.9)

A term is necessary for a change if, put back to its value when the level was chosen and all else as now, the target
would have stayed. The reason is the necessary term that moved the choice most.
"""

from scenarios.rulebook.arithmetic import either
from scenarios.rulebook.choice import chances_of, utilities
from scenarios.rulebook.conditions import Chooser, Leader, Luck, Switches, Terms
from scenarios.rulebook.held import at_level, level_at
from scenarios.rulebook.rule import large_rule, rule
from scenarios.vocabulary import Reason, Switch, Term

SURVIVAL = int(Term.SURVIVAL)
PAYMENT = int(Term.PAYMENT)
PRESTIGE = int(Term.PRESTIGE)
REFUSAL = int(Term.REFUSAL)
COMPANY = int(Term.COMPANY)
OWN_CRISIS = int(Term.OWN_CRISIS)
MATERIAL_COST = int(Term.MATERIAL_COST)
BARGAIN = int(Term.BARGAIN)
DEAL = int(Term.DEAL)
SECONDARY_SANCTIONS = int(Term.SECONDARY_SANCTIONS)
ENTRAPMENT = int(Term.ENTRAPMENT)
BACKING_DOWN = int(Term.BACKING_DOWN)
N_TERMS = len(Term)
NEW_LEADER = float(Reason.NEW_LEADER)
JOINT = float(Reason.JOINT)
CHANCE = float(Reason.CHANCE)
ON = float(Switch.ON)
FROZEN = float(Switch.FROZEN)


@rule
def with_term(terms: Terms, other: Terms, term: int) -> Terms:
    """The terms with one of them taken from another time."""
    return Terms(
        survival=either(term == SURVIVAL, other.survival, terms.survival),
        in_time=either(term == SURVIVAL, other.in_time, terms.in_time),
        in_place=either(term == SURVIVAL, other.in_place, terms.in_place),
        payment=either(term == PAYMENT, other.payment, terms.payment),
        prestige=either(term == PRESTIGE, other.prestige, terms.prestige),
        refusal=either(term == REFUSAL, other.refusal, terms.refusal),
        company=either(term == COMPANY, other.company, terms.company),
        crisis=either(term == OWN_CRISIS, other.crisis, terms.crisis),
        cost=either(term == MATERIAL_COST, other.cost, terms.cost),
        bargain_chance=either(term == BARGAIN, other.bargain_chance, terms.bargain_chance),
        bargain_loss=either(term == BARGAIN, other.bargain_loss, terms.bargain_loss),
        deal=either(term == DEAL, other.deal, terms.deal),
        sanction_chance=either(term == SECONDARY_SANCTIONS, other.sanction_chance, terms.sanction_chance),
        sanction_loss=either(term == SECONDARY_SANCTIONS, other.sanction_loss, terms.sanction_loss),
        clash_chance=either(term == ENTRAPMENT, other.clash_chance, terms.clash_chance),
        audience=either(term == BACKING_DOWN, other.audience, terms.audience),
    )


@rule
def unasked(terms: Terms) -> Terms:
    """The terms without any request: an opening posture was chosen before the client's letters were answered."""
    return terms._replace(refusal=0.0)


@rule
def switched(now: float, opening: float, switch: float) -> float:
    """A term as the scenario's switch wants it: as now, as at the opening, or nil."""
    if switch == ON:
        return now
    return opening if switch == FROZEN else 0.0


@rule
def in_force(now: Terms, opening: Terms, switches: Switches) -> Terms:
    """The terms after the scenario's switches."""
    return Terms(
        survival=switched(now.survival, opening.survival, switches.survival),
        in_time=switched(now.in_time, opening.in_time, switches.survival),
        in_place=switched(now.in_place, opening.in_place, switches.survival),
        payment=switched(now.payment, opening.payment, switches.payment),
        prestige=switched(now.prestige, opening.prestige, switches.prestige),
        refusal=switched(now.refusal, opening.refusal, switches.refusal),
        company=switched(now.company, opening.company, switches.company),
        crisis=switched(now.crisis, opening.crisis, switches.own_crisis),
        cost=switched(now.cost, opening.cost, switches.material_cost),
        bargain_chance=switched(now.bargain_chance, opening.bargain_chance, switches.bargain),
        bargain_loss=switched(now.bargain_loss, opening.bargain_loss, switches.bargain),
        deal=switched(now.deal, opening.deal, switches.deal),
        sanction_chance=switched(now.sanction_chance, opening.sanction_chance, switches.secondary_sanctions),
        sanction_loss=switched(now.sanction_loss, opening.sanction_loss, switches.secondary_sanctions),
        clash_chance=switched(now.clash_chance, opening.clash_chance, switches.entrapment),
        audience=switched(now.audience, opening.audience, switches.backing_down),
    )


@rule
def target_of(terms: Terms, above: Terms, chooser: Chooser, number: float) -> float:
    """Level at which a held number aims [level]."""
    return level_at(chances_of(terms, above, chooser), number)


@rule
def would_have_stayed(target: float, held: float, new: float) -> bool:
    """Whether a target keeps the level held, seen from the side of a change to `new`."""
    return target >= held if new < held else target <= held


@rule
def under_old_leader(terms: Terms, leader: Leader) -> Terms:
    """The terms as the leader before would weigh them."""
    return terms._replace(
        survival=terms.survival * leader.stake_before / leader.stake,
        prestige=terms.prestige * leader.prestige_before / leader.prestige,
        bargain_loss=terms.bargain_loss * leader.bargain_before / leader.bargain,
    )


@rule
def pull(terms: Terms, chooser: Chooser, target: float) -> float:
    """How much the level held is worth above the new target [utility]."""
    values = utilities(terms, chooser.tolerance, chooser.now)
    return at_level(values, chooser.now) - at_level(values, target)


@large_rule
def reason_of(
    now: Terms,
    above: Terms,
    then: Terms,
    chooser: Chooser,
    leader: Leader,
    luck: Luck,
    number: float,
    target: float,
) -> float:
    """Reason why the target left the level held [vocabulary.Reason].

    Parameters
    ----------
    now, above, then : Terms
        As things stand, one rung higher, and when the level was chosen.
    luck : Luck
        The held number when the level was chosen, and when that was.
    number : float
        The held number now.
    target : float
        Where the choice now aims [level].

    Notes
    -----
    A restored term need not explain all of the change, only undo it; so several terms may be necessary, and the one
    with the largest swing names the reason. No necessary term: `joint`. The old luck would have stayed: `chance`.
    """
    if number != luck.number_then and would_have_stayed(
        target_of(now, above, chooser, luck.number_then), chooser.now, target
    ):
        return CHANCE
    if leader.changed_at >= luck.chosen_at:
        old = under_old_leader(now, leader)
        if would_have_stayed(target_of(old, above, chooser, number), chooser.now, target):
            return NEW_LEADER
    present = pull(now, chooser, target)
    reason = JOINT
    largest = -1.0
    for term in range(N_TERMS):
        restored = with_term(now, then, term)
        if would_have_stayed(target_of(restored, with_term(above, then, term), chooser, number), chooser.now, target):
            swing = abs(pull(restored, chooser, target) - present)
            if swing > largest:
                largest = swing
                reason = float(term)
    return reason
