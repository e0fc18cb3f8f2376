"""Are runs with given numbers, and runs that draw from a posterior sample, the runs that they claim to be?"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import load, prior, simulate
from scenarios.errors import RequestRefused, ScenarioError, UnknownName
from scenarios.runs.courses import reduced
from scenarios.runs.job import Play
from scenarios.runs.replay import replay
from scenarios.runs.soundness import bills
from scenarios.scenario import posterior as store
from scenarios.scenario.overlay import fixed, given_of

DESIGN = pd.DataFrame({"client.hold": [0.3, 0.5, 0.7], "patrons.redland.risk_tolerance": [0.2, 0.4, 0.6]})
OPENING, FEASIBLE = (f"patrons.redland.channels.oil.{field}" for field in ("opening", "feasible"))
ENGINES = ["batch", "agents"]


@pytest.fixture(scope="module")
def toy():
    return load("toy")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_point_plays_the_runs_of_a_scenario_with_its_numbers_pinned(toy, engine):
    together = simulate(toy, 15, 3, engine, numbers=DESIGN)
    for i, row in DESIGN.iterrows():
        alone = simulate(toy.believed(dict(row)), 15, 3, engine)
        mine = together.patrons[together.patrons["run"] // 15 == i].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine.drop(columns="run"), alone.patrons.drop(columns="run"))
        events = together.events[together.events["run"] // 15 == i].reset_index(drop=True)
        events["run"] -= 15 * i
        pd.testing.assert_frame_equal(events, alone.events)


def test_both_engines_play_given_numbers_to_the_bit(toy):
    one, other = (simulate(toy, 10, 3, engine, numbers=DESIGN) for engine in ENGINES)
    for name in ("runs", "patrons", "events", "deliveries", "levels", "support", "paths"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def test_the_table_of_runs_shows_the_numbers_given(toy):
    found = simulate(toy, 4, 1, numbers=DESIGN).runs
    assert found["client.hold"].tolist() == np.repeat(DESIGN["client.hold"], 4).tolist()


@pytest.mark.parametrize(
    ("column", "value", "fault", "message"),
    [
        ("client.hodl", 0.5, UnknownName, "Did you mean 'client.hold'?"),
        (
            "client.hold",
            1.5,
            ScenarioError,
            "numbers: row 1: client.hold: value 1.5 lies outside [0.01, 0.99] (share).",
        ),
        ("client.hold", np.nan, ScenarioError, "row 1: client.hold: value nan is not a finite number; must lie in"),
        ("client.hold", np.inf, ScenarioError, "row 1: client.hold: value inf is not a finite number; must lie in"),
        ("client.hold", "much", ScenarioError, "row 1: client.hold: value 'much' is not a finite number; must lie in"),
        ("client.hold", True, ScenarioError, "row 1: client.hold: value True is not a finite number; must lie in"),
        ("client.hold", None, ScenarioError, "row 1: client.hold: value None is not a finite number; must lie in"),
        pytest.param("client.hold", 10**5000, ScenarioError, "row 1: client.hold: value of thousands", id="huge"),
        (
            "coercer.rung",
            4.5,
            ScenarioError,
            "row 1: coercer.rung: value 4.5 must be a whole number in [0, 10] (rung).",
        ),
        ("channels.oil.material", 0.5, ScenarioError, "row 1: channels.oil.material: value 0.5 must be a whole number"),
        ("channels.oil.weight", 0.9, ScenarioError, "row 1: channels: the weights of the support index sum to 1."),
        (OPENING, 3.0, ScenarioError, f"row 1: {OPENING}: level 3 is beyond the feasible level 2. Lower it, or raise"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(toy, column, value, fault, message):
    sound = toy.numbers[column].value if column in toy.numbers else 0.0
    with pytest.raises(fault) as caught:
        simulate(toy, 5, 1, numbers=pd.DataFrame({column: [sound, value], FEASIBLE: [3, 2]}, dtype=object))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"client.hold": [0.5]}, "numbers: a dict is no table; must be a DataFrame, a row a point."),
        (DESIGN[["client.hold", "client.hold"]], "numbers: column client.hold stands there twice;"),
    ],
)
def test_numbers_that_are_no_table_are_refused(toy, numbers, message):
    with pytest.raises(RequestRefused) as caught:
        given_of(toy, numbers)
    assert message in str(caught.value)


def told(play):
    """The faults of something refused, without their place."""
    try:
        play()
    except ScenarioError as error:
        return [fault.partition(": ")[2].removeprefix("row 0: ") for fault in error.faults]
    return []


MANY = ["client.hold", "coercer.rung", "channels.oil.material", "channels.oil.weight", "channels.arms.weight"]
VALUES = st.one_of(
    st.sampled_from([0, 1, 2, 3, 0.1, 0.3, 0.5, 11, -1, np.float32(0.5), np.int64(2), "0.5", "much", True, None]),
    st.floats(),
    st.integers(),
    st.just(10**5000),
)


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(st.sampled_from([*MANY, OPENING, FEASIBLE]), VALUES, min_size=1))
def test_a_row_is_refused_for_what_a_setting_is_refused_for_and_for_nothing_else(row):
    toy, table = load("toy"), pd.DataFrame({path: pd.Series([value], dtype=object) for path, value in row.items()})
    refused = told(lambda: toy.believed(row))
    assert told(lambda: given_of(toy, table)) == refused
    if not refused:
        assert given_of(toy, table).rows[0].tolist() == [toy.believed(row).numbers[path].value for path in row]


def test_every_faulty_row_is_told_and_a_sound_one_is_not(toy):
    weights = {f"channels.{name}.weight": [toy.numbers[f"channels.{name}.weight"].value] * 3 for name in toy.channels}
    assert given_of(toy, pd.DataFrame(weights)).rows.shape == (3, len(toy.channels))
    first = next(iter(weights))
    table = pd.DataFrame(weights | {first: [weights[first][0], 0.9, 1.0]})
    with pytest.raises(ScenarioError) as caught:
        given_of(toy, table)
    assert [fault.split(": ")[1] for fault in caught.value.faults] == ["row 1", "row 2"]


def test_courses_are_the_paths_of_all_runs(toy):
    paths = simulate(toy, 30, 2).paths
    chunks = reduced(toy, lambda courses: (courses.hold, courses.intended, courses.support), Play(30, 2))
    hold, intended, support = (np.concatenate(parts) for parts in zip(*chunks, strict=True))
    for i, patron in enumerate(toy.patrons):
        mine = paths[paths["patron"] == patron]
        run, step = mine["run"].to_numpy(), mine["step"].to_numpy()
        assert np.array_equal(hold[run, step], mine["hold"])
        assert np.array_equal(support[run, step, i], mine["index"])
        for c, channel in enumerate(toy.channels):
            assert np.array_equal(intended[run, step, i, c], mine[f"level.{channel}"])


@pytest.mark.parametrize("engine", ENGINES)
def test_a_budget_that_is_drawn_pays_for_the_posture_and_one_that_is_believed_or_set_acts_as_it_is(toy, engine):
    path, poor = "patrons.redland.support_budget", 0.01
    spent = sum(bills(toy, "redland").values())
    dear = replace(toy.numbers[path], low=poor, value=poor, high=poor * 1.1)
    drawn = simulate(replace(toy, numbers={**toy.numbers, path: dear}), 20, 1, engine).runs[path]
    # the levels of the opening are drawn too, one up or down
    assert drawn.median() == pytest.approx(spent)
    assert (drawn > poor * 1.1).all()
    found = simulate(toy, 20, 1, engine, numbers=pd.DataFrame({path: [poor]}))
    assert (found.runs[path] == poor).all()
    budgets = replay(toy.with_values({path: poor}), 0, engine=engine).paths
    assert budgets[(budgets["patron"] == "redland") & (budgets["step"] > 0)]["budget"].iloc[0] <= 1.001 * poor


# -- a posterior sample -----------------------------------------------------------------------------------------------


@pytest.fixture
def taught(toy, tmp_path, monkeypatch):
    """The toy with a posterior of two numbers that belong together."""
    monkeypatch.setattr(store, "FOLDER", tmp_path)
    low = np.linspace(0.21, 0.29, 50)
    paths = ["patrons.redland.risk_tolerance", "client.hold"]
    store.write_posterior(tmp_path, "taught", paths, np.column_stack([low, 1.0 - low]), toy, {"how": "made up"})
    yield replace(toy, posterior="taught")
    store.posterior.cache_clear()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_run_draws_one_row_of_the_posterior(taught, engine):
    found = simulate(taught, 60, 1, engine).runs
    assert (found["patrons.redland.risk_tolerance"] + found["client.hold"]).to_numpy() == pytest.approx(1.0)
    assert found["client.hold"].nunique() > 20


def test_other_numbers_and_luck_stay_as_they_were(taught):
    with_it, without = simulate(taught, 60, 1).runs, simulate(prior(taught), 60, 1).runs
    others = [name for name in with_it.columns if "." in name and name not in store.fitted_paths(taught)]
    pd.testing.assert_frame_equal(with_it[others], without[others])
    assert not np.array_equal(with_it["client.hold"], without["client.hold"])


def test_a_number_that_the_user_pins_or_changes_leaves_the_posterior(taught):
    pinned = taught.believed({"client.hold": 0.4})
    assert store.fitted_paths(pinned) == ["patrons.redland.risk_tolerance"]
    hold = replace(taught.numbers["client.hold"], high=taught.numbers["client.hold"].high + 0.01)
    other = replace(taught, numbers={**taught.numbers, "client.hold": hold})
    assert store.fitted_paths(other) == ["patrons.redland.risk_tolerance"]
    assert store.fitted_paths(fixed(taught)) == []


def test_an_unknown_posterior_is_named(toy):
    with pytest.raises(ScenarioError) as caught:
        simulate(replace(toy, posterior="nothing"), 5, 1)
    assert "posterior: unknown sample 'nothing'" in str(caught.value)
