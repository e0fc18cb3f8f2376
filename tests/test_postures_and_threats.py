"""In whole runs: a posture that is held is paid for, threats bite, deals shield, letters were read."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from scenarios import load, simulate
from scenarios.scenario.scenario import Scenario


def bill_and_income(scenario: Scenario, runs: pd.DataFrame, patron: str) -> tuple[pd.Series, pd.Series]:
    """Yearly bill of the opening posture and income, of each run."""

    def number(path: str) -> pd.Series | float:
        return runs[path] if path in runs else scenario.numbers[path].value

    bill = pd.Series(0.0, index=runs.index)
    for channel in scenario.channels:
        pair = f"patrons.{patron}.channels.{channel}"
        level = np.minimum(number(f"{pair}.opening"), number(f"{pair}.feasible"))
        bill += number(f"{pair}.cost") * level / 3.0
    drain, crisis = number(f"patrons.{patron}.war_drain"), number(f"patrons.{patron}.own_crisis")
    return bill, number(f"patrons.{patron}.capacity") * (1.0 - drain) * (1.0 - 0.7 * crisis)


@pytest.mark.parametrize("name", ["venezuela_2025", "venezuela_2025_august"])
@pytest.mark.parametrize("is_prior", [False, True], ids=["posterior", "raw ranges"])
def test_no_patron_opens_on_a_posture_that_its_income_cannot_pay_for(name, is_prior):
    scenario = replace(load(name), posterior="") if is_prior else load(name)
    results = simulate(replace(scenario, steps=1), 1_000, rng=3)
    at_war = [patron for patron in scenario.patrons if scenario.numbers[f"patrons.{patron}.war_drain"].is_uncertain]
    assert "russia" in at_war
    for patron in at_war:
        bill, earned = bill_and_income(scenario, results.runs, patron)
        assert (bill <= earned * (1.0 + 1e-9)).all(), patron


def test_a_drain_that_is_pinned_or_given_stays_as_it_is():
    path = "patrons.russia.war_drain"
    scenario = load("venezuela_2025")
    pinned = replace(scenario.with_values({path: 0.993}), steps=1)
    assert pinned.numbers[path].value == 0.993
    bill, earned = bill_and_income(pinned, simulate(pinned, 200, rng=3).runs, "russia")
    assert (bill > earned).any()
    given_ = simulate(replace(scenario, steps=1), 50, rng=3, numbers=pd.DataFrame({path: [0.9, 0.993]})).runs
    assert sorted(given_[path].unique()) == [0.9, 0.993]


def test_every_run_says_how_plausible_its_opening_is():
    scenario = load("venezuela_2025")
    found = simulate(replace(scenario, steps=1), 400, rng=3).patrons["opening_chance"]
    assert found.between(0.0, 1.0).all()
    assert found.nunique() > 1_000
    # patrons that follow their numbers to the letter hardly ever choose a posture that somebody else coded
    sharp = scenario.with_values({f"patrons.{patron}.rationality": 500.0 for patron in scenario.patrons})
    sharper = simulate(replace(sharp, steps=1), 400, rng=3).patrons["opening_chance"]
    assert sharper.median() < found.median() / 10.0


def test_some_levels_fall_in_the_weeks_after_a_threat_is_carried_out():
    events = simulate(load("venezuela_2025"), 2_000, rng=3).events
    mine = events[events["actor"].isin(["china", "russia"])]
    carried = mine[mine["kind"] == "threat_carried_out"][["run", "actor", "step"]]
    falls = mine[(mine["kind"] == "level_down") & (mine["reason"] == "secondary_sanctions")][["run", "actor", "step"]]
    both = carried.merge(falls, on=["run", "actor"], suffixes=("", "_fall"))
    soon = both[(both["step_fall"] >= both["step"]) & (both["step_fall"] <= both["step"] + 8)]
    assert len(carried) > 200
    assert len(soon[["run", "actor", "step"]].drop_duplicates()) > 0.05 * len(carried)


def test_nobody_is_threatened_by_name_while_it_keeps_a_deal():
    results = simulate(load("venezuela_2025").with_values({"model.deal_rate": 4.0, "coercer.threat_rate": 2.0}), 500, 3)
    events = results.events[results.events["kind"].isin(["deal", "deal_ends", "threat"])]
    n_deals = 0
    for _, told in events.groupby(["run", "actor"], observed=True):
        is_kept = False
        for kind in told["kind"]:
            assert not (is_kept and kind == "threat")
            is_kept = kind == "deal" or (is_kept and kind != "deal_ends")
            n_deals += kind == "deal"
    assert n_deals > 100


def test_the_letter_of_october_moves_few_in_the_first_weeks():
    events = simulate(load("venezuela_2025"), 2_000, rng=3).events
    rises = events[(events["kind"] == "level_up") & (events["reason"] == "refusal")]
    at_once = rises[rises["step"] <= 6].groupby("actor", observed=False)["run"].nunique()
    assert at_once["russia"] < 0.03 * 2_000
    assert at_once["iran"] < 0.03 * 2_000


def test_a_deal_takes_a_threat_that_is_not_yet_due_off_the_table():
    scenario = load("venezuela_2025").with_values({"model.deal_rate": 4.0, "coercer.threat_rate": 2.0})
    events = simulate(scenario, 500, rng=3).events
    told = events[events["kind"].isin(["deal", "deal_ends", "threat_carried_out", "bluff"])]
    for _, mine in told.groupby(["run", "actor"], observed=True):
        is_kept = False
        for kind in mine["kind"]:
            assert not (is_kept and kind in ("threat_carried_out", "bluff"))
            is_kept = kind == "deal" or (is_kept and kind != "deal_ends")
