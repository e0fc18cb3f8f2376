"""Numbers that others have published or derived, against our rules for choice, risk, belief and chance.

Passing says that our arithmetic and our decision layer equal those of others; it does not say that the model is right.
"""

import math

import pytest
from scenarios.rulebook.perception import belief, remembered

from scenarios.rulebook.arithmetic import chance
from scenarios.rulebook.choice import certainty_equivalent, decision_weight, felt, logit
from scenarios.rulebook.conditions import Values
from scenarios.rulebook.utility import excess, lottery_cost

# -- quantal response --------------------------------------------------------------------------------------------------

OCHS_ROW = ((1.1141, 0.0), (0.0, 0.2785))
OCHS_COLUMN = ((0.0, 1.1141), (1.1141, 0.0))
GAMBIT_ROW = ((1.0, 1.0), (0.0, 1.0))
GAMBIT_COLUMN = ((1.0, 1.0), (2.0, 1.0))


def chance_of_the_first(first: float, second: float, rationality: float) -> float:
    """Chance of the first of two actions, played as a choice between no support and a low level."""
    return logit(Values(first, second, 0.0, 0.0), 1.0, rationality).none


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

LOSS_AVERSION = 2.25
FOR_GAINS, FOR_LOSSES = 0.61, 0.69


def side_value(outcomes: list[tuple[float, float]], curvature: float) -> float:
    """Value of the gains, or of the losses, of a prospect: weights of the cumulative chances, from the extreme in."""
    value = reached = 0.0
    for x, probability in sorted(outcomes, key=lambda outcome: -abs(outcome[0])):
        before, reached = reached, min(1.0, reached + probability)
        weight = decision_weight(reached, curvature) - decision_weight(before, curvature)
        value += weight * felt(x, LOSS_AVERSION)
    return value


def prospect_value(outcomes: list[tuple[float, float]]) -> float:
    """Value of a prospect under cumulative prospect theory."""
    gains = [outcome for outcome in outcomes if outcome[0] > 0.0]
    losses = [outcome for outcome in outcomes if outcome[0] < 0.0]
    return side_value(gains, FOR_GAINS) + side_value(losses, FOR_LOSSES)


# vignette of the R package pt (CRAN), parameters of Tversky and Kahneman (1992); four digits as printed
@pytest.mark.parametrize(
    ("outcomes", "value", "equivalent"),
    [
        ([(4000, 0.8)], 898.1, 2270),
        ([(3000, 1.0)], 1148, 3000),
        ([(4000, 0.2)], 385.5, 868.4),
        ([(3000, 0.25)], 333.7, 737.0),
        ([(100, 0.25)], 16.73, 24.57),
        ([(50, 0.5)], 13.15, 18.69),
        ([(-50, 0.5)], -31.94, -20.38),
        ([(-100, 0.25)], -38.00, -24.83),
        ([(100, 0.25), (-50, 0.5)], -15.21, -8.771),
        ([(50, 0.5), (-100, 0.25)], -24.85, -15.33),
        ([(4200, 0.5), (-3000, 0.5)], -523.3, -488.9),
        ([(3000, 0.75), (-6000, 0.25)], -742.8, -728.0),
        ([(4200, 0.5)], 649.2, 1570),
        ([(3000, 0.75)], 652.3, 1578),
        ([(-3000, 0.5)], -1172, -1223),
        ([(-6000, 0.25)], -1395, -1490),
        ([(100, 0.85), (50, 0.15)], 48.44, 82.23),
        ([(100, 0.95), (7, 0.05)], 46.79, 79.05),
    ],
)
def test_prospects_are_worth_what_the_published_vignette_says(outcomes, value, equivalent):
    found = prospect_value(outcomes)
    assert found == pytest.approx(value, rel=5.5e-4)
    assert certainty_equivalent(found, LOSS_AVERSION) == pytest.approx(equivalent, rel=5.5e-4)


def test_the_die_of_tversky_and_kahneman_is_worth_a_loss():
    sixth = 1.0 / 6.0
    gains = side_value([(2.0, sixth), (4.0, sixth), (6.0, sixth)], FOR_GAINS)
    losses = side_value([(-1.0, sixth), (-3.0, sixth), (-5.0, sixth)], FOR_LOSSES)
    assert (gains, losses) == pytest.approx((1.640452, -3.077048), abs=1e-6)
    assert gains + losses == pytest.approx(-1.436596, abs=1e-6)


# Wakker and Koebberling's calculator, four decimals
@pytest.mark.parametrize(
    ("probability", "for_gains", "for_losses"),
    [
        (0.01, 0.0553, 0.0397),
        (0.05, 0.1316, 0.1114),
        (0.1, 0.1863, 0.1701),
        (0.25, 0.2907, 0.2935),
        (0.5, 0.4206, 0.4540),
        (0.75, 0.5683, 0.6264),
        (0.9, 0.7117, 0.7749),
        (0.95, 0.7932, 0.8499),
        (0.99, 0.9116, 0.9451),
    ],
)
def test_decision_weights_are_those_of_the_published_table(probability, for_gains, for_losses):
    assert decision_weight(probability, FOR_GAINS) == pytest.approx(for_gains, abs=5.1e-5)
    assert decision_weight(probability, FOR_LOSSES) == pytest.approx(for_losses, abs=5.1e-5)


@pytest.mark.parametrize(("curvature", "fixed_point"), [(FOR_GAINS, 0.3388), (FOR_LOSSES, 0.3776)])
def test_small_chances_are_overweighted_and_large_ones_underweighted_around_the_published_point(curvature, fixed_point):
    assert decision_weight(fixed_point - 1e-4, curvature) > fixed_point - 1e-4
    assert decision_weight(fixed_point + 1e-4, curvature) < fixed_point + 1e-4


@pytest.mark.parametrize(("loss", "gain"), [(25.0, 68.5), (50.0, 137.0), (100.0, 274.1)])
def test_an_even_bet_needs_a_gain_of_2_741_times_the_loss(loss, gain):
    assert prospect_value([(gain + 0.1, 0.5), (-loss, 0.5)]) > 0.0 > prospect_value([(gain - 0.1, 0.5), (-loss, 0.5)])


# -- risk, belief, hazard ----------------------------------------------------------------------------------------------


# a loss of 1 with probability 0.3 at constant absolute risk aversion A = 1 / T
@pytest.mark.parametrize(("aversion", "cost"), [(0.5, 0.355650), (1.0, 0.415735), (2.0, 0.535229)])
def test_a_gamble_costs_its_certainty_equivalent_under_constant_risk_aversion(aversion, cost):
    tolerance = 1.0 / aversion
    found = lottery_cost(0.3, excess(1.0, tolerance), tolerance)
    assert found == pytest.approx(cost, abs=1e-6)
    assert found == pytest.approx(math.log(0.7 + 0.3 * math.exp(aversion)) / aversion, rel=1e-13)


def test_a_gamble_costs_its_mean_to_the_very_tolerant():
    assert lottery_cost(0.3, excess(1.0, 1e6), 1e6) == pytest.approx(0.3, rel=1e-6)


def test_three_successes_and_a_failure_on_two_and_two_make_a_belief_of_five_eighths():
    assert belief(2.0 + 3.0, 2.0 + 1.0) == 0.625


def test_half_forgotten_evidence_and_one_success_make_a_belief_of_two_thirds():
    successes, failures = remembered(2.0, 0.5, 1.0), remembered(2.0, 0.5, 0.0)
    assert belief(successes, failures) == pytest.approx(2.0 / 3.0, rel=1e-15)


@pytest.mark.parametrize("steps_a_year", [1, 12, 52, 365])
def test_a_hazard_of_three_tenths_a_year_leaves_0_548812_after_two_years_at_every_step(steps_a_year):
    assert (1.0 - chance(0.3 / steps_a_year)) ** (2 * steps_a_year) == pytest.approx(0.548812, abs=5e-7)
