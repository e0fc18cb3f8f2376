"""In whole runs: a posture that is held is paid for, its opening is plausible, threats bite, letters move words."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from scenarios import load, simulate
from scenarios.scenario.scenario import Scenario

BUDGET = "patrons.russia.support_budget"


def bill(scenario: Scenario, runs: pd.DataFrame, patron: str) -> pd.Series:
    """Yearly bill of the opening posture in each run [USD bn]."""

    def number(path: str) -> pd.Series | float:
        return runs[path] if path in runs else scenario.numbers[path].value

    total = pd.Series(0.0, index=runs.index)
    for channel in scenario.channels:
        if scenario.numbers[f"channels.{channel}.material"].value > 0.5:
            pair = f"patrons.{patron}.channels.{channel}"
            level = np.minimum(number(f"{pair}.opening"), number(f"{pair}.feasible"))
            total += number(f"{pair}.cost") * (level / 3.0) ** number(f"channels.{channel}.convexity")
    return total


@pytest.mark.parametrize("name", ["venezuela_2025", "venezuela_2025_august"])
@pytest.mark.parametrize("is_prior", [False, True], ids=["posterior", "raw ranges"])
def test_a_budget_that_is_drawn_pays_for_the_posture_on_which_the_run_opens(name, is_prior):
    scenario = replace(load(name), posterior="") if is_prior else load(name)
    runs = simulate(replace(scenario, steps=1), 1_000, rng=3).runs
    for patron in scenario.patrons:
        budget = runs[f"patrons.{patron}.support_budget"]
        assert (bill(scenario, runs, patron) <= budget * (1.0 + 1e-9)).all(), patron
    # some draws were lifted to the bill, most were not
    lifted = np.isclose(bill(scenario, runs, "russia"), runs[BUDGET])
    assert 0.0 < lifted.mean() < 0.5


def test_a_budget_that_is_set_or_believed_acts_as_it_is():
    scenario = replace(load("venezuela_2025"), steps=1)
    believed = scenario.believed({BUDGET: 0.01})
    assert believed.numbers[BUDGET].value == 0.01
    given = simulate(scenario, 50, rng=3, numbers=pd.DataFrame({BUDGET: [0.01, 0.5]})).runs
    assert sorted(given[BUDGET].unique()) == [0.01, 0.5]
    drawn = simulate(scenario.with_values({BUDGET: 0.01}), 50, rng=3).runs
    pd.testing.assert_series_equal(drawn[BUDGET], simulate(scenario, 50, rng=3).runs[BUDGET])


def test_every_run_says_how_much_of_the_luck_agrees_with_its_opening():
    scenario = replace(load("venezuela_2025"), steps=1)
    found = simulate(scenario, 400, rng=3).patrons["opening_chance"]
    assert found.between(0.0, 1.0).all()
    assert found.nunique() > 300
    # patrons that follow their numbers to the letter would seldom hold one posture under two conditions
    sharp = scenario.believed({"model.precision": 150.0})
    sharper = simulate(sharp, 400, rng=3).patrons["opening_chance"]
    assert sharper.mean() < found.mean()


def test_some_levels_fall_in_the_weeks_after_a_threat_is_carried_out():
    events = simulate(load("venezuela_2025"), 2_000, rng=3).events
    mine = events[events["actor"].isin(["china", "russia"])]
    carried = mine[mine["kind"] == "threat_carried_out"][["run", "actor", "step"]]
    falls = mine[(mine["kind"] == "level_down") & (mine["reason"] == "secondary_sanctions")][["run", "actor", "step"]]
    both = carried.merge(falls, on=["run", "actor"], suffixes=("", "_fall"))
    soon = both[(both["step_fall"] >= both["step"]) & (both["step_fall"] <= both["step"] + 8)]
    assert len(carried) > 100
    assert len(soon) > 0


def test_nobody_is_threatened_by_name_while_a_threat_is_pending():
    results = simulate(load("venezuela_2025").believed({"coercer.threat_rate": 2.0}), 500, 3)
    events = results.events[results.events["kind"].isin(["threat", "threat_carried_out", "bluff"])]
    n_threats = 0
    for _, told in events.groupby(["run", "actor"], observed=True):
        is_pending = False
        for kind in told["kind"]:
            assert not (is_pending and kind == "threat")
            is_pending = kind == "threat"
            n_threats += is_pending
    assert n_threats > 100


def test_a_request_moves_words_at_most_and_no_goods_by_itself():
    events = simulate(load("venezuela_2025"), 2_000, rng=3).events
    rises = events[(events["kind"] == "level_up") & (events["channel"] == "arms")]
    assert (events["kind"] == "request").sum() > 1_000
    assert rises["run"].nunique() < 0.05 * 2_000
