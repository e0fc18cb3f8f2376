"""Which numbers does a run play with? Drawn from ranges, from the posterior, or given; then what is set of them."""

from typing import Any

from scenarios.draws import draw, key_of
from scenarios.engine.sheets import (
    CHANNEL_WIDTH,
    PAIR_TRAITS_WIDTH,
    PATRON_TRAITS_WIDTH,
    pick_channel,
    pick_patron_traits,
    pick_reach,
)
from scenarios.rulebook.budget import bill_at_opening
from scenarios.rulebook.layout import within
from scenarios.rulebook.opening import opening_level
from scenarios.rulebook.rule import large_rule, rule
from scenarios.rulebook.traits import PatronTraits
from scenarios.scenario.arrays import Laid, Plan
from scenarios.scenario.priors import drawn
from scenarios.vocabulary import Use

PARAMETER, RULE = int(Use.PARAMETER), int(Use.RULE)
DECISION_KEY = key_of("decision")
JOINT_KEY = key_of("posterior")
BUDGET = PatronTraits._fields.index("support_budget")


@large_rule
def set_numbers(plan: Plan, numbers: Any, kept: Any, address: Any) -> None:
    """Draws the uncertain numbers of a run, and lays what is set of them in rows of their own.

    Parameters
    ----------
    numbers : ndarray of float64, shape (rows * numbers,)
        The run's numbers in the order of the plan, as opened and from each date of a setting on; written.
    kept : ndarray of float64, shape (runs * uncertain,)
        Record of what was drawn; row `row` is written.
    address : Address
        Of the draw, and row of the numbers given, if any are.
    """
    seed, point, row, these = address.seed, address.point, address.row, plan.uncertain
    for i in range(len(plan.central)):
        numbers[i] = plan.central[i]
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
    if len(plan.given.spot) > 0 and plan.set_in == 0:
        lay_row(plan.given, address.given, numbers, kept, row * n)
    for p in range(plan.shape.n_patrons):
        if plan.budget_column[p] >= 0:
            pay_for_the_posture(plan, numbers, kept, row * n, p)
    lay_settings(plan, numbers, address.given)


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
    """A support budget that is drawn is not below the bill of the posture on which the run opens: it was paid for."""
    traits = pick_patron_traits(numbers, plan.places.patrons + p * PATRON_TRAITS_WIDTH)
    if traits.peacetime_budget > 0.0:
        return
    spent = 0.0
    for c in range(plan.shape.n_channels):
        channel = pick_channel(numbers, plan.places.channels + c * CHANNEL_WIDTH)
        i = p * plan.shape.n_channels + c
        reach = pick_reach(numbers, plan.places.pairs + i * PAIR_TRAITS_WIDTH)
        spent += bill_at_opening(channel, reach, opening_level(reach))
    if traits.support_budget < spent:
        numbers[plan.places.patrons + p * PATRON_TRAITS_WIDTH + BUDGET] = spent
        kept[at + plan.budget_column[p]] = spent


@large_rule
def lay_settings(plan: Plan, numbers: Any, given: int) -> None:
    """Lays what is set: each row of numbers is the one before with what is set on its date."""
    changes, n = plan.changes, len(plan.central)
    for row in range(1, len(changes.steps)):
        for i in range(n):
            numbers[row * n + i] = numbers[(row - 1) * n + i]
        if row == plan.set_in:
            for j in range(len(plan.given.spot)):
                numbers[row * n + plan.given.spot[j]] = plan.given.table[given * len(plan.given.spot) + j]
        for j in range(len(changes.row)):
            if changes.row[j] == row:
                at = row * n + changes.spot[j]
                numbers[at] = changes.value[j] * numbers[at] if changes.is_factor[j] == 1 else changes.value[j]


@large_rule
def rule_of_run(plan: Plan, seed: int, point: int) -> int:
    """The decision rule of a run, drawn by the scenario's weights."""
    u, _, _, _ = draw(seed, point, 0, DECISION_KEY, RULE)
    for i in range(len(plan.rule_reach)):
        if u < plan.rule_reach[i]:
            return i
    return len(plan.rule_reach) - 1
