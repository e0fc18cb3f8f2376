"""Laws that hold of whole runs: some exactly in every run, some in expectation over matched runs.

Matched runs have the same luck, the same draws of the uncertain numbers and the same held numbers, so that a difference
is due to what was set.
"""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from numpy.typing import NDArray

from scenarios import control, load, simulate
from scenarios.engine.batch import machine_loop
from scenarios.engine.records import PATH_CHANNEL_WIDTH, PATH_WIDTH, Chunk, empty_records
from scenarios.engine.sheets import new_desk
from scenarios.results import Results
from scenarios.scenario.arrays import as_plan, ordered, relived_by
from scenarios.scenario.overlay import halve_step
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import DecisionRule, Fate
from worlds import random_worlds, world

RUNS = 1_000
UNLIKELY = 4.0  # standard errors; a law in expectation is broken beyond
CHANNELS = ("words", "oil", "finance", "arms", "people", "force")
TABLES = ("runs", "patrons", "events", "deliveries", "levels", "support", "paths")

in_a_few_worlds = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


class Paths(NamedTuple):
    """Every step of every run in full; the first axis is the run, the second the step, the third the patron."""

    savings: NDArray[np.float64]
    hold: NDArray[np.float64]
    solvency: NDArray[np.float64]
    intended: NDArray[np.float64]  # and the channel the fourth
    delivered: NDArray[np.float64]


def paths_of(scenario: Scenario, runs: int = RUNS, seed: int = 1) -> Paths:
    """Plays some runs on the fast engine and keeps all of them in full; actors in the order of the file."""
    plan = as_plan(scenario)
    records = empty_records(plan, runs, 0, runs)
    with np.errstate(over="ignore"):  # should somebody want plain Python
        machine_loop()(plan, relived_by(scenario), new_desk(plan), records, Chunk(seed, 0, runs, 1, runs))
    width = PATH_WIDTH + PATH_CHANNEL_WIDTH * plan.shape.n_channels
    cube = records.paths.reshape(runs, plan.shape.steps + 1, plan.shape.n_patrons, width)
    cube = cube[:, :, [ordered(scenario, "patrons").index(name) for name in scenario.patrons]]
    spots = [ordered(scenario, "channels").index(name) for name in scenario.channels]
    levels = cube[..., PATH_WIDTH:]
    return Paths(cube[..., 5], cube[..., 1], cube[..., 2], levels[..., 0::3][..., spots], levels[..., 1::3][..., spots])


def with_numbers(scenario: Scenario, values: dict[str, float]) -> Scenario:
    """The scenario with some numbers fixed."""
    numbers = dict(scenario.numbers)
    for path, value in values.items():
        numbers[path] = replace(numbers[path], value=value, low=value, high=value, distribution="fixed")
    return replace(scenario, numbers=numbers)


def gap_in_errors(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Mean of second - first over matched runs, in standard errors; 0 if the runs do not differ."""
    gap = second - first
    error = gap.std(ddof=1) / np.sqrt(len(gap))
    return float(gap.mean() / error) if error > 0.0 else 0.0


# -- what is set -------------------------------------------------------------------------------------------------------

NOVEMBER = "venezuela_2025"


def played(scenario: Scenario, runs: int = RUNS) -> Results:
    """Runs of a scenario, matched with those of any other."""
    return simulate(scenario, runs, 1)


def stepped_back(results: Results, patron: str) -> NDArray[np.float64]:
    """Flag of each run in which a patron stepped back."""
    rows = results.patrons[results.patrons["patron"] == patron]
    return rows["step_back_at"].notna().to_numpy(dtype=float)


@pytest.fixture(scope="module")
def usual() -> Results:
    """Runs of November with nothing set."""
    return played(load(NOVEMBER))


SETTINGS: list[dict[str, Any]] = [
    {"patrons.russia.support_budget": 0.05},
    {"patrons.china.risk_tolerance@2026-06-01": 0.3},
    {"client.oil_price@2026-03-01": "x0.4"},
    {"coercer.rung@2026-02-01": 9},
    {"model.precision": "x1.2"},
]


@pytest.mark.parametrize("values", SETTINGS, ids=lambda values: next(iter(values)))
def test_what_is_set_changes_no_drawn_number_no_opening_and_no_held_number(usual, values):
    other = played(load(NOVEMBER).with_values(values))
    drawn = [path for path in usual.runs.columns if "." in path]
    pd.testing.assert_frame_equal(other.runs[drawn], usual.runs[drawn], check_exact=True)
    opened = [results.patrons[["support_start", "opening_chance"]] for results in (usual, other)]
    pd.testing.assert_frame_equal(*opened, check_exact=True)
    first = [results.paths[results.paths["step"] == 0].filter(like="level.") for results in (usual, other)]
    assert np.array_equal(*first)
    assert not other.patrons.equals(usual.patrons)


@pytest.mark.parametrize(
    "values",
    [
        {"patrons.russia.support_budget": "x1.0", "patrons.china.bargain@2026-06-01": "x1"},
        {"coercer.rung": 8, "client.solvency_lag@2026-06-01": 0.4},
        {"channels.arms.paid": 0.8},
    ],
)
def test_a_setting_equal_to_the_runs_own_number_changes_nothing(usual, values):
    own = load(NOVEMBER)
    values = {
        path: value if isinstance(value, str) else own.numbers[path.split("@")[0]].value
        for path, value in values.items()
    }
    other = played(own.with_values(values))
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(other, name), getattr(usual, name), check_exact=True)


def test_until_its_date_what_is_set_changes_nothing(usual):
    other = played(load(NOVEMBER).with_values({"patrons.china.bargain@2026-06-01": 3.0}))
    early = [results.events[results.events["date"] < pd.Timestamp("2026-05-25")] for results in (usual, other)]
    pd.testing.assert_frame_equal(*[table.reset_index(drop=True) for table in early], check_exact=True)
    assert stepped_back(other, "china").mean() > stepped_back(usual, "china").mean()


def test_what_is_set_holds_in_the_control_as_well():
    poor = {"patrons.russia.support_budget": 0.02}
    both = [
        stepped_back(played(control(each)), "russia").mean()
        for each in (load(NOVEMBER), load(NOVEMBER).with_values(poor))
    ]
    assert both[1] > both[0] + 0.2


# -- signs, in expectation over matched runs ---------------------------------------------------------------------------

MORE = {"threat": 0.9, "bargain": "x2", "war_drain": 0.99, "own_crisis": 0.5}
LESS = {"support_budget": "x0.5", "risk_tolerance": "x0.5", "payment_weight": "x0.5"}


@pytest.mark.parametrize("patron", ["russia", "china", "cuba", "iran"])
@pytest.mark.parametrize(("field", "value"), [*MORE.items(), *LESS.items()])
def test_more_fear_and_less_means_or_pay_never_lower_the_chance_of_a_step_back(usual, patron, field, value):
    path = f"patrons.{patron}.{field}"
    other = played(load(NOVEMBER).with_values({path: value}))
    assert gap_in_errors(stepped_back(usual, patron), stepped_back(other, patron)) > -UNLIKELY


@pytest.mark.parametrize(("path", "value"), [("coercer.presence", 1.0), ("model.belief_in_strikes", 1.0)])
@pytest.mark.parametrize("patron", ["russia", "china", "cuba", "iran"])
def test_nearer_forces_and_surer_strikes_never_lower_it_either(usual, patron, path, value):
    other = played(load(NOVEMBER).with_values({path: value}))
    assert gap_in_errors(stepped_back(usual, patron), stepped_back(other, patron)) > -UNLIKELY


@pytest.mark.parametrize("date", ["", "@2026-06-01"])
@pytest.mark.parametrize(("field", "values"), [("support_budget", (0.3, 0.09, 0.02)), ("risk_tolerance", (0.9, 0.2))])
def test_both_traits_move_the_headline_at_the_opening_and_on_a_date(field, values, date):
    path = f"patrons.russia.{field}{date}"
    chances = [stepped_back(played(load(NOVEMBER).with_values({path: value})), "russia").mean() for value in values]
    assert chances == sorted(chances)
    assert chances[-1] > chances[0] + 0.03


# -- exactly, in every run ---------------------------------------------------------------------------------------------


def test_the_client_is_removed_when_and_only_when_the_top_rung_is_reached(usual):
    is_removed = usual.runs["client_outcome"] == Fate.REMOVED.word
    assert is_removed.any()
    assert (is_removed == (usual.runs["max_rung"] >= 10)).all()


def test_no_rise_goes_beyond_the_support_budget():
    scenario = world(("russia", "china"), CHANNELS, {"*.payment_weight": 8.0, "*.cost": 0.3, "*.war_drain": 0.0})
    paths = paths_of(replace(scenario, settings=()), 300)
    costs = [scenario.numbers[f"patrons.russia.channels.{c}.cost"].value for c in CHANNELS]
    powers = [scenario.numbers[f"channels.{c}.convexity"].value for c in CHANNELS]
    is_material = np.array([scenario.numbers[f"channels.{c}.material"].value for c in CHANNELS])
    bills = ((paths.intended / 3.0) ** np.array(powers)) @ (np.array(costs) * is_material)
    grows = np.diff(bills, axis=1) > 1e-9
    assert grows.any(), "something must rise for this test to mean something"
    # crises lower a budget that was full when the level rose; so only the step itself is judged
    budgets = np.array([scenario.numbers[f"patrons.{p}.support_budget"].value for p in ("russia", "china")])
    assert (bills[:, 1:][grows] <= np.broadcast_to(budgets, grows.shape)[grows] * 1.0001 / 0.93).all()


@pytest.mark.parametrize("rule", DecisionRule.words())
def test_where_nothing_changes_and_all_numbers_are_held_nobody_moves(rule):
    still = {"*.crisis_rate": 0.0, "model.rho": 0.0, "*.request": 0.0, "*.lag": 0.0, "model.commitment_by_stake": 0.0}
    still |= {"model.shield_growth": 0.0, "model.shield_decay": 0.0}
    scenario = world(("russia", "china"), CHANNELS, still | {"*.support_budget": 5.0, "*.threat_rate": 0.0})
    frozen = replace(control(scenario), freeze=frozenset({"pressure", "solvency", "war", "crisis"}))
    intended = paths_of(replace(frozen, decision={rule: 1.0}), 300).intended
    material = [CHANNELS.index(c) for c in ("oil", "finance", "arms", "people")]
    moves = np.diff(intended[..., material], axis=1)
    assert (moves[~np.isnan(moves)] == 0.0).all()


@in_a_few_worlds
@given(scenario=random_worlds(steps=25))
def test_equal_patrons_given_the_same_luck_act_equally(scenario):
    # a twin of the first patron: the same numbers, and the same key, by which draws are addressed
    first = scenario.patrons[0]
    here, there = f"patrons.{first}.", "patrons.twin."
    twins = {path: number for path, number in scenario.numbers.items() if path.startswith(here)}
    fixed = {path: number.value for path, number in twins.items()}
    numbers = dict(with_numbers(scenario, fixed).numbers)
    numbers |= {path.replace(here, there): replace(numbers[path], path=path.replace(here, there)) for path in twins}
    paths = {path: course for path, course in scenario.paths.items() if not path.startswith(here)}
    pair = replace(
        scenario,
        patrons=(*scenario.patrons, "twin"),
        keys={**scenario.keys, "patrons.twin": scenario.keys[f"patrons.{first}"]},
        numbers=numbers,
        paths=paths,
        settings=(),
        held=(),
    )
    found = paths_of(pair, 60)
    for table in found:
        assert np.array_equal(table[:, :, 0], table[:, :, -1], equal_nan=True)


# -- the length of a step ----------------------------------------------------------------------------------------------

OUTCOMES = ("step_back", "step_back_further", "abandonment", "step_up", "denied", "notch")


def shares(scenario: Scenario, runs: int) -> pd.Series:
    """Share of the runs in which each outcome came about, by patron, and of each fate of the client."""
    found = simulate(scenario, runs, 1)
    rows = {
        f"{patron}.{outcome}": found.patrons.loc[found.patrons["patron"] == patron, f"{outcome}_at"].notna()
        for patron in scenario.patrons
        for outcome in OUTCOMES
    }
    rows |= {f"client.{fate}": found.runs["client_outcome"] == fate for fate in Fate.words()}
    return pd.Series({name: row.mean() for name, row in rows.items()})


@pytest.mark.parametrize("mode", ["adaptive", "ramp"])
@pytest.mark.parametrize("rung", [2.0, 6.0, 8.0])
def test_halving_the_step_changes_no_share(mode, rung):
    runs = 4_000
    restless = {"coercer.rung": rung, "model.rho": 0.5, "*.bargain": 0.6}
    weekly = world(("russia", "china", "cuba", "iran"), CHANNELS, restless, has_ranges=True, mode=mode)
    one, other = shares(weekly, runs), shares(halve_step(weekly), runs)
    error = np.sqrt((one * (1.0 - one) + other * (1.0 - other)) / runs)
    assert (abs(one - other) <= UNLIKELY * error + 0.015).all(), (one - other)[abs(one - other) > UNLIKELY * error]
    assert (one > 0.05).sum() > 8


def largest_gap(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Largest gap between two empirical distributions (Kolmogorov and Smirnov)."""
    points = np.union1d(first, second)
    below = [np.searchsorted(np.sort(sample), points, side="right") / len(sample) for sample in (first, second)]
    return float(np.abs(below[0] - below[1]).max())


QUANTITIES = {
    "hold": lambda paths, step: paths.hold[:, step, 0],
    "solvency": lambda paths, step: paths.solvency[:, step, 0],
    "purse": lambda paths, step: paths.purse[:, step].sum(axis=1),
    "intended": lambda paths, step: paths.intended[:, step].sum(axis=(1, 2)),
    "delivered": lambda paths, step: paths.delivered[:, step].sum(axis=(1, 2)),
}


QUANTITIES = {
    "hold": lambda paths, step: paths.hold[:, step, 0],
    "solvency": lambda paths, step: paths.solvency[:, step, 0],
    "savings": lambda paths, step: paths.savings[:, step].sum(axis=1),
    "intended": lambda paths, step: paths.intended[:, step].sum(axis=(1, 2)),
    "delivered": lambda paths, step: paths.delivered[:, step].sum(axis=(1, 2)),
}


@pytest.fixture(scope="module")
def weekly_and_finer() -> tuple[Paths, Paths]:
    """A restless year in weeks, and in quarters of weeks; nobody's end cuts a run short."""
    restless = {"coercer.rung": 4.0, "*.arms.request": 1.0, "client.solvency": 0.9, "client.end_rate": 0.0}
    restless |= {"coercer.rise_rate": 3.0, "coercer.capture_chance": 0.0, "model.rho": 0.5, "*.bargain": 0.6}
    weekly = world(("russia", "china"), CHANNELS, restless, has_ranges=True)
    return paths_of(weekly, 3_000), paths_of(halve_step(halve_step(weekly)), 3_000, seed=2)


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("week", [6, 13, 26, 52])
def test_a_finer_step_changes_no_distribution(weekly_and_finer, quantity, week):
    weekly, finer = weekly_and_finer
    one, other = QUANTITIES[quantity](weekly, week), QUANTITIES[quantity](finer, 4 * week)
    # of equal distributions, one pair of samples in ten thousand lies further apart than 2.2 root (2 / n)
    # what arrives goes through three lags in a row (forces, fear, the pipeline), each exact, together of first order
    slack = 0.05 if quantity == "delivered" else 0.02
    assert largest_gap(one, other) < 2.2 * np.sqrt(2.0 / 3_000) + slack
    assert len(np.unique(one)) > 5
