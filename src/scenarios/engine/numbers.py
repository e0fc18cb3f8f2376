"""Which numbers does a run play with? Drawn from ranges, from the posterior, or given; the same in both engines."""

from typing import Any

from scenarios.draws import draw, key_of
from scenarios.engine.sheets import (
    PAIR_TRAITS_WIDTH,
    PATRON_INPUTS_WIDTH,
    PATRON_TRAITS_WIDTH,
    pick_patron_inputs,
    pick_patron_traits,
    pick_reach,
)
from scenarios.rulebook.budget import bearable_drain
from scenarios.rulebook.choice import share_of
from scenarios.rulebook.opening import opening_level
from scenarios.rulebook.rows import within
from scenarios.rulebook.rule import large_rule, rule
from scenarios.rulebook.utility import crisis_now
from scenarios.scenario.arrays import Laid, Plan
from scenarios.scenario.priors import cut, drawn
from scenarios.vocabulary import Use

PARAMETER, RULE = int(Use.PARAMETER), int(Use.RULE)
DECISION_KEY = key_of("decision")
JOINT_KEY = key_of("posterior")


@large_rule
def set_numbers(plan: Plan, numbers: Any, kept: Any, seed: int, point: int, given: int, row: int) -> None:
    """Draws the uncertain numbers of a run.

    Parameters
    ----------
    numbers : ndarray of float64, shape (numbers,)
        The run's numbers in the order of the plan; written.
    kept : ndarray of float64, shape (runs * uncertain,)
        Record of what was drawn; row `row` is written.
    point, given : int
        Address of the draw, and row of the numbers given, if any are.
    """
    for i in range(len(plan.central)):
        numbers[i] = plan.central[i]
    these = plan.uncertain
    n = len(these.spot)
    if not within(kept, row * n, n):
        raise IndexError("numbers drawn are kept outside their rows")
    for i in range(n):
        u, _, _, _ = draw(seed, point, 0, int(these.key[i]), PARAMETER)
        value = drawn(these.kind[i], these.low[i], these.middle[i], these.high[i], these.whole[i], u)
        numbers[these.spot[i]] = value
        kept[row * n + i] = value
    if len(plan.joint.spot) > 0:
        u, _, _, _ = draw(seed, point, 0, JOINT_KEY, PARAMETER)
        rows = len(plan.joint.table) // len(plan.joint.spot)
        lay_row(plan.joint, int(u * rows), numbers, kept, row * n)
    if len(plan.given.spot) > 0:
        lay_row(plan.given, given, numbers, kept, row * n)
    for p in range(plan.shape.n_patrons):
        if plan.drain_column[p] >= 0:
            pay_for_the_posture(plan, numbers, kept, row * n, p)


@rule
def lay_row(laid: Laid, row: int, numbers: Any, kept: Any, at: int) -> None:
    """Lays one row of a table of numbers over those of a run.

    Parameters
    ----------
    at : int
        Where the run's numbers lie among those drawn.
    """
    n = len(laid.spot)
    if not within(laid.table, row * n, n):
        raise IndexError("a row of numbers is read outside its table")
    for j in range(n):
        value = laid.table[row * n + j]
        numbers[laid.spot[j]] = value
        if laid.column[j] >= 0:
            kept[at + laid.column[j]] = value


@large_rule
def pay_for_the_posture(plan: Plan, numbers: Any, kept: Any, at: int, p: int) -> None:
    """Draws a patron's war drain among those whose income pays for the posture on which the run opens.

    Notes
    -----
    A posture that is held is paid for: what a war is known to leave was read off what the patron still gives, so that
    drain and costs are not two independent guesses. A drain that leaves enough stays as it was drawn.
    """
    traits = pick_patron_traits(numbers, plan.places.patrons + p * PATRON_TRAITS_WIDTH)
    inputs = pick_patron_inputs(plan.paths.patron_inputs, p * PATRON_INPUTS_WIDTH)
    bill = 0.0
    for c in range(plan.shape.n_channels):
        reach = pick_reach(numbers, plan.places.pairs + (p * plan.shape.n_channels + c) * PAIR_TRAITS_WIDTH)
        bill += reach.cost * share_of(opening_level(reach))
    bearable = bearable_drain(bill, traits.capacity, crisis_now(traits, inputs, 0.0))
    if inputs.war_drain <= 0.0:
        return
    i = plan.drain_column[p]
    these, most = plan.uncertain, bearable / inputs.war_drain
    value = cut(these.kind[i], these.low[i], these.middle[i], these.high[i], traits.war_drain, most)
    numbers[these.spot[i]] = value
    kept[at + i] = value


@large_rule
def rule_of_run(plan: Plan, seed: int, point: int) -> int:
    """The decision rule of a run, drawn by the scenario's weights."""
    u, _, _, _ = draw(seed, point, 0, DECISION_KEY, RULE)
    for i in range(len(plan.rule_reach)):
        if u < plan.rule_reach[i]:
            return i
    return len(plan.rule_reach) - 1
