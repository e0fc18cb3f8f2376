"""Printed intervals: what they hold whatever the runs were, and how often they hold the truth."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, t

from scenarios import control, load, simulate, summarise
from scenarios.intervals import apart, lower_limit, of_chances, of_pairs, of_quantiles, t95, worth, worth_of_few
from scenarios.moments import draws_of, mean_and_error, mean_at, no_moments, with_lone_truths, with_more
from scenarios.summary import median_of_counts
from scenarios.tally import EVENTS, cases_of, facts_of, no_tally, with_runs

CASES = st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
NEVER = float("nan")


def limits_of(cases: int, n: int) -> tuple[float, float]:
    """Limits of a share of runs, each a draw of its own."""
    p = cases / n
    low, high = of_chances(np.array([p]), np.array([np.sqrt(p * (1 - p) / n) or NEVER]), np.array([n]), np.array([n]))
    return float(low[0]), float(high[0])


@given(CASES)
def test_limits_of_a_share_hold_it_and_lie_in_0_to_1(found: tuple[int, int]) -> None:
    cases, n = found
    low, high = limits_of(cases, n)
    assert 0 <= low <= cases / n <= high <= 1
    assert low < high


@given(CASES)
def test_a_limit_is_where_half_of_what_was_seen_counts_as_more(found: tuple[int, int]) -> None:
    cases, n = found
    low, high = limits_of(cases, n)
    if cases > 0:
        assert binom.sf(cases, n, low) + binom.pmf(cases, n, low) / 2 == pytest.approx(0.025, rel=1e-5)
    if cases < n:
        assert binom.cdf(cases, n, high) - binom.pmf(cases, n, high) / 2 == pytest.approx(0.025, rel=1e-5)


@pytest.mark.parametrize("n", [1, 20, 300, 10_000, 10_000_000])
def test_where_it_never_happened_the_bound_is_the_rule_of_three(n: int) -> None:
    low, high = limits_of(0, n)
    assert low == 0.0
    assert high == pytest.approx(1 - 0.05 ** (1 / n), rel=1e-6)
    assert limits_of(n, n) == pytest.approx((1 - high, 1.0))


@pytest.mark.parametrize("expected", [0.05, 0.2, 1.0, 3.5])
def test_limits_of_a_rare_chance_hold_it_in_19_of_20_cases(expected: float) -> None:
    n = 2_000
    p = expected / n
    cases = np.arange(60)
    low = lower_limit(cases.astype(float), np.full(60, float(n)))
    high = 1 - lower_limit(n - cases.astype(float), np.full(60, float(n)))
    assert 0.92 <= binom.pmf(cases, n, p)[(low <= p) & (p <= high)].sum() <= 0.999
    half = 1.96 * np.sqrt(cases / n * (1 - cases / n) / n)
    assert binom.pmf(cases, n, p)[np.abs(cases / n - p) <= half].sum() < 0.92


@given(st.integers(2, 200))
def test_few_draws_take_a_wider_interval_than_the_normal(draws: int) -> None:
    assert float(t95(draws)) == pytest.approx(t.ppf(0.975, draws - 1))
    assert float(t95(draws)) > 1.96
    n = 100 * draws
    assert float(worth_of_few(0.3, 0.05, n, draws)) < float(worth(0.3, 0.05, n, draws)) <= n


def test_one_draw_that_runs_share_has_no_interval() -> None:
    low, high = of_chances(np.array([0.3]), np.array([NEVER]), np.array([50]), np.array([1]))
    assert np.isnan(low).all() and np.isnan(high).all()


def test_runs_that_share_draws_and_never_did_it_are_bounded_by_the_draws() -> None:
    many, few = (of_chances(np.zeros(1), np.full(1, NEVER), 800, draws)[1][0] for draws in (800, 8))
    assert many == pytest.approx(1 - 0.05 ** (1 / 800))
    assert few > 1 - 0.05 ** (1 / 8)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 1_000))
def test_limits_of_a_matched_difference_hold_it_and_turn_with_it(ups: int, downs: int, same: int) -> None:
    n = ups + downs + same + 2
    gaps = np.repeat([1.0, -1.0, 0.0], [ups, downs, same + 2])
    value, se, _ = mean_and_error(gaps, np.arange(n))
    low, high = of_pairs(ups, downs, n, se, n)
    assert -1 <= low < high <= 1
    assert low <= value <= high
    assert (-high, -low) == pytest.approx(of_pairs(downs, ups, n, se, n))


def test_a_difference_apart_is_as_wide_as_both_sides_together() -> None:
    low, high = apart(0.5, (0.4, 0.6), 0.5, (0.5, 0.5))
    assert (float(low), float(high)) == pytest.approx((-0.1, 0.1))


@given(st.lists(st.integers(0, 12), min_size=1, max_size=200))
def test_limits_of_a_median_hold_the_median_of_the_sample(times: list[int]) -> None:
    counts = np.bincount(times, minlength=13)
    low, high = of_quantiles(counts, np.array([0.5]), np.array([float(len(times))]))
    assert 0 <= low[0] <= np.median(times) <= high[0] <= 12


@given(st.lists(st.integers(0, 12), min_size=1, max_size=200), st.sampled_from([0.1, 0.5, 0.9]))
def test_limits_of_a_quantile_are_the_order_statistics_of_binomial_ranks(times: list[int], share: float) -> None:
    n = len(times)
    first, last = int(binom.ppf(0.025, n, share)), int(binom.ppf(0.975, n, share)) + 1
    ordered = np.sort(times)
    low, high = of_quantiles(np.bincount(times, minlength=13), np.array([share]), np.array([float(n)]))
    assert low[0] == (ordered[first - 1] if first >= 1 else 0)
    assert high[0] == (ordered[last - 1] if last <= n else 12)


def test_times_that_share_draws_know_a_quantile_less_well() -> None:
    counts = np.ones(100, dtype=np.int64)
    own, shared = (of_quantiles(counts, np.array([0.5]), np.array([size])) for size in (100.0, 10.0))
    assert shared[0][0] < own[0][0] <= own[1][0] < shared[1][0]
    assert median_of_counts(counts, size=10.0)["se"] > median_of_counts(counts)["se"]


@given(st.lists(st.integers(1, 4), min_size=1, max_size=12), st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_points_of_one_run_may_be_added_all_at_once(sizes: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    point = np.repeat(np.arange(len(sizes)), sizes)
    values = (rng.random((len(point), 3)) < 0.4).astype(np.int64)
    counts = np.ones_like(values, dtype=bool)
    in_order = with_more(no_moments(3), values, counts, point)
    lone = np.repeat(np.array(sizes) == 1, sizes)
    apart_first = with_lone_truths(no_moments(3), values[lone].sum(axis=0), counts[lone].sum(axis=0))
    if (~lone).any():
        apart_first = with_more(apart_first, values[~lone], counts[~lone], point[~lone])
    for k in range(3):
        assert mean_at(apart_first, k) == mean_at(in_order, k)
    assert np.array_equal(draws_of(apart_first), draws_of(in_order))


@pytest.mark.parametrize("size", [{"replications": 90}, {"replications": 7, "points": 30}])
def test_shares_of_step_backs_have_the_error_of_the_runs_themselves(size: dict[str, int]) -> None:
    runs = simulate(load("toy"), **size)
    summary = summarise(runs).set_index("outcome")
    found = runs.patrons[(runs.patrons["patron"] == "redland") & runs.patrons["step_back_at"].notna()]
    found = found.merge(runs.runs[["run", "scenario_id"]], on="run")
    for channel in load("toy").channels:
        expected = mean_and_error((found["first_channel"] == channel).to_numpy(float), found["scenario_id"].to_numpy())
        row = summary.loc[f"redland.step_back.{channel}", ["value", "se", "n"]]
        assert row.tolist() == pytest.approx(expected, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("cuts", [(0, 210), (0, 1, 210), (0, 7, 8, 100, 209, 210)])
def test_the_blocks_in_which_runs_come_change_no_count(cuts: tuple[int, ...]) -> None:
    facts = facts_of(simulate(load("toy"), 7, 1, points=30))
    tally = no_tally(load("toy"))
    for first, last in pairwise(cuts):
        tally = with_runs(tally, type(facts)(*(column[first:last] for column in facts)))
    whole = with_runs(no_tally(load("toy")), facts)
    for one, other in zip(tally.cases, whole.cases, strict=True):
        assert np.array_equal(one, other)
    steps = tally.counts.times.shape[-1]
    median = mean_at(tally.cases, EVENTS.index("notch") * steps + 20)
    assert median[2] == tally.counts.times[0, EVENTS.index("notch")].sum()


def test_no_error_of_a_summary_is_0_and_every_number_has_limits() -> None:
    toy = load("toy")
    summary = summarise(simulate(toy, 60, 1), simulate(control(toy), 60, 1))
    for name in ("se", "control_se", "difference_se"):
        assert not (summary[name] == 0.0).any()
    for value, low, high in (("value", "low", "high"), ("difference", "difference_low", "difference_high")):
        known = summary[summary[value].notna()]
        assert (known[low] <= known[value]).all() and (known[value] <= known[high]).all()
    never = summary[(summary["value"] == 0.0) & ~summary["outcome"].str.endswith(".at")]
    assert len(never) > 0 and (never["high"] > 0).all() and never["se"].isna().all()


def test_cases_add_up_to_the_counts_of_all_runs() -> None:
    tally = with_runs(no_tally(load("toy")), facts_of(simulate(load("toy"), 5, 1, points=40)))
    cases, of = cases_of(tally.counts)
    assert np.array_equal(cases, tally.cases.total)
    assert np.array_equal(of, tally.cases.n)
