"""Numbers that others have published or derived, against our rules for choice, risk and chance.

Passing says that our arithmetic and our decision layer equal those of others; it does not say that the model is right.
"""

import math

import pytest

from scenarios.rulebook.arithmetic import chance
from scenarios.rulebook.choice import felt, logit
from scenarios.rulebook.conditions import Terms, Values
from scenarios.rulebook.utility import NO_TERMS, dread, feared

# -- quantal response --------------------------------------------------------------------------------------------------

OCHS_ROW = ((1.1141, 0.0), (0.0, 0.2785))
OCHS_COLUMN = ((0.0, 1.1141), (1.1141, 0.0))
GAMBIT_ROW = ((1.0, 1.0), (0.0, 1.0))
GAMBIT_COLUMN = ((1.0, 1.0), (2.0, 1.0))


def chance_of_the_first(first: float, second: float, rationality: float) -> float:
    """Chance of the first of two actions, played as a choice between no support and a low level."""
    return logit(Values(rationality * first, rationality * second, 0.0, 0.0), 1.0).none


def equilibrium(row, column, rationality: float) -> tuple[float, float]:
    """The quantal response equilibrium of a game of two by two: chances of row 1 and of column 1."""
    p = q = 0.5
    for _ in range(20_000):
        p_next = chance_of_the_first(*(payoffs[0] * q + payoffs[1] * (1.0 - q) for payoffs in row), rationality)
        q_next = chance_of_the_first(*(column[0][j] * p + column[1][j] * (1.0 - p) for j in (0, 1)), rationality)
        # half a step only: the whole step can run around the equilibrium of a game of opposed interests for ever
        p, q = 0.5 * (p + p_next), 0.5 * (q + q_next)
    return p, q


# McKelvey and Palfrey (1995), the game of Ochs (1995); checked with pygambit 16.7.0
@pytest.mark.parametrize(
    ("rationality", "p", "q"),
    [(1.0, 0.5867840, 0.4518070), (2.0, 0.6175219, 0.3719817), (3.0, 0.6168969, 0.3140164)],
)
def test_quantal_response_meets_the_equilibrium_of_the_game_of_ochs(rationality, p, q):
    assert equilibrium(OCHS_ROW, OCHS_COLUMN, rationality) == pytest.approx((p, q), abs=1e-7)


def log_likelihood(rationality: float) -> float:
    """Log-likelihood of the choices that Ochs observed, 128 by each player."""
    p, q = equilibrium(OCHS_ROW, OCHS_COLUMN, rationality)
    seen = 0.527 * math.log(p) + 0.473 * math.log(1.0 - p) + 0.366 * math.log(q) + 0.634 * math.log(1.0 - q)
    return 128.0 * seen


def test_the_rationality_that_fits_the_choices_observed_by_ochs_is_the_published_one():
    best = 1.8456098
    assert equilibrium(OCHS_ROW, OCHS_COLUMN, best) == pytest.approx((0.6156513, 0.3832909), abs=1e-7)
    assert log_likelihood(best) == pytest.approx(-174.764532, abs=1e-6)
    assert log_likelihood(best - 0.01) < log_likelihood(best) > log_likelihood(best + 0.01)


# gambit, tests/test_nash.py (a game of constant sum)
@pytest.mark.parametrize(
    ("rationality", "p", "q"),
    [(1.0, 0.642979, 0.588319), (2.0, 0.772677, 0.611743), (3.0, 0.859537, 0.603816)],
)
def test_quantal_response_meets_the_equilibrium_in_the_tests_of_gambit(rationality, p, q):
    assert equilibrium(GAMBIT_ROW, GAMBIT_COLUMN, rationality) == pytest.approx((p, q), abs=1e-6)


# -- prospect theory ---------------------------------------------------------------------------------------------------


def certain(change: float) -> Terms:
    """A change of one term, nothing else moving."""
    return NO_TERMS._replace(payment=change)


# Tversky and Kahneman (1992): losses loom 2.25 times as large as gains
@pytest.mark.parametrize(("change", "felt_as"), [(1.0, 1.0), (-1.0, -2.25), (0.4, 0.4), (-0.4, -0.9)])
def test_a_loss_looms_as_large_as_published_against_the_same_gain(change, felt_as):
    assert felt(certain(change), 2.25) == pytest.approx(felt_as)


def test_gains_and_losses_of_different_terms_are_felt_apart():
    mixed = NO_TERMS._replace(payment=1.0, bargain=-1.0)
    assert felt(mixed, 2.25) == pytest.approx(1.0 - 2.25)


# -- risk, hazard ------------------------------------------------------------------------------------------------------

WIDE = 20.0  # cap of loss over tolerance, out of the way


# a loss of 1 with probability 0.3 at constant absolute risk aversion A = 1 / T: ln(0.7 + 0.3 e^A) / A (Pratt 1964)
@pytest.mark.parametrize(("aversion", "cost"), [(0.5, 0.355650), (1.0, 0.415735), (2.0, 0.535229)])
def test_a_gamble_costs_its_certainty_equivalent_under_constant_risk_aversion(aversion, cost):
    found = dread(0.3, feared(1.0, 1.0 / aversion, WIDE))
    assert found == pytest.approx(math.log(0.7 + 0.3 * math.exp(aversion)) / aversion, rel=1e-12)
    assert found == pytest.approx(cost, abs=1e-6)


def test_a_gamble_costs_its_mean_to_the_very_tolerant():
    assert dread(0.3, feared(1.0, 1e6, WIDE)) == pytest.approx(0.3, rel=1e-6)


@pytest.mark.parametrize("steps_a_year", [1, 12, 52, 365])
def test_a_hazard_of_three_tenths_a_year_leaves_0_548812_after_two_years_at_every_step(steps_a_year):
    assert (1.0 - chance(0.3 / steps_a_year)) ** (2 * steps_a_year) == pytest.approx(0.548812, abs=5e-7)
