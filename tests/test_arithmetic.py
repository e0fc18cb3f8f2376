"""Exponential, logarithm, power and what is built on them: right over the whole domain, the same at any step length."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scenarios.rulebook.arithmetic import (
    LARGEST,
    chance,
    clip,
    either,
    exponential,
    happens,
    logarithm,
    logistic,
    power,
    waiting_time,
)

ROUNDING = 3e-16
us = st.integers(0, 2**32 - 1).map(lambda word: (word + 0.5) / 2.0**32)


@given(st.floats(-LARGEST, LARGEST))
@example(0.0)
@example(-0.0)
@example(LARGEST)
@example(-LARGEST)
@example(0.5 * math.log(2.0))
@example(-0.5 * math.log(2.0))
def test_the_exponential_is_right_over_its_whole_domain(x):
    assert exponential(x) == pytest.approx(math.exp(x), rel=ROUNDING, abs=0.0)


def test_the_exponential_is_right_on_a_dense_grid():
    grid = np.linspace(-LARGEST, LARGEST, 200_001)
    worst = max(abs(exponential(float(x)) / math.exp(x) - 1.0) for x in grid)
    assert worst < ROUNDING


@given(st.floats(LARGEST, 1e300))
def test_the_exponential_is_cut_where_it_would_overflow(x):
    assert exponential(x) == exponential(LARGEST) < math.inf
    assert exponential(-x) == exponential(-LARGEST) > 0.0


@given(st.floats(-LARGEST, LARGEST), st.floats(0.0, 10.0))
def test_the_exponential_never_falls_as_its_argument_rises(x, more):
    assert exponential(x + more) >= exponential(x) * (1.0 - 2.0 * ROUNDING)


@given(st.floats(1e-300, 1e300))
@example(1.0)
@example(math.sqrt(0.5))
@example(math.nextafter(1.0, 0.0))
@example(math.nextafter(1.0, 2.0))
def test_the_logarithm_is_right_over_its_whole_domain(x):
    assert logarithm(x) == pytest.approx(math.log(x), rel=ROUNDING, abs=0.0)


def test_the_logarithm_is_right_near_one_and_far_away():
    near = np.linspace(0.5, 2.0, 100_001)
    far = 10.0 ** np.linspace(-300, 300, 100_001)
    for x in (*near, *far):
        assert abs(logarithm(float(x)) - math.log(x)) <= ROUNDING * abs(math.log(x))


@given(st.floats(1e-10, 1e10), st.floats(-20.0, 20.0))
def test_a_power_is_right_up_to_the_size_of_its_logarithm(x, exponent):
    bound = ROUNDING * (4.0 + 2.0 * abs(exponent * math.log(x)))
    assert power(x, exponent) == pytest.approx(x**exponent, rel=bound, abs=0.0)


@pytest.mark.parametrize("exponent", [-2.0, 0.0, 0.88, 3.0])
def test_no_base_gives_no_power(exponent):
    assert power(0.0, exponent) == 0.0


@given(st.floats(-LARGEST, LARGEST))
def test_the_logistic_is_right_over_its_whole_domain(x):
    expected = 1.0 / (1.0 + math.exp(-x)) if x >= 0.0 else math.exp(x) / (1.0 + math.exp(x))
    assert logistic(x) == pytest.approx(expected, rel=4e-16, abs=0.0)


@given(st.floats(-30.0, 30.0))
def test_the_logistic_of_the_opposite_is_the_rest(x):
    assert logistic(x) + logistic(-x) == pytest.approx(1.0, abs=4e-16)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0.0, 1e6))
def test_a_clipped_number_lies_within_its_limits_and_is_nearest(x, low, width):
    assert clip(x, low, low + width) == min(max(x, low), low + width)


def test_either_is_one_of_two_numbers():
    assert either(True, 1.0, 2.0) == 1.0
    assert either(False, 1.0, 2.0) == 2.0


@given(st.floats(0.0, 60.0), us)
@example(0.0, 0.5 / 2**32)
@example(1e-9, 0.5 / 2**32)
@example(40.0, 1.0 - 0.5 / 2**32)
def test_an_event_happens_exactly_when_its_number_lies_below_its_chance(x, u):
    assert happens(x, u) == (u < 1.0 - exponential(-x))
    edge = 1.0 - math.exp(-x)
    if abs(u - edge) > 1e-15:
        assert happens(x, u) == (u < edge)


@given(st.floats(0.001, 400.0), us)
def test_a_waiting_time_is_the_quantile_of_the_exponential(rate, u):
    waited = waiting_time(rate, u)
    assert waited > 0.0
    assert math.exp(-rate * waited) == pytest.approx(u, rel=1e-13)


def test_what_never_happens_is_waited_for_without_end():
    assert waiting_time(0.0, 0.3) == 1.0e9


def test_the_mean_waiting_time_is_one_over_the_rate():
    us_evenly = (np.arange(100_000) + 0.5) / 100_000
    assert np.mean([waiting_time(4.0, float(u)) for u in us_evenly]) == pytest.approx(0.25, rel=1e-4)


@pytest.mark.parametrize("steps", [1, 24, 104, 730, 5000])
def test_survival_over_two_years_at_a_rate_of_three_tenths_does_not_hang_on_the_step(steps):
    survival = (1.0 - chance(0.3 * 2.0 / steps)) ** steps
    assert survival == pytest.approx(math.exp(-0.6), rel=1e-12)


@given(st.floats(0.0, 20.0), st.floats(0.0, 20.0))
def test_two_short_waits_are_as_safe_as_one_long_wait(first, second):
    together = (1.0 - chance(first)) * (1.0 - chance(second))
    assert together == pytest.approx(1.0 - chance(first + second), abs=4e-16)
