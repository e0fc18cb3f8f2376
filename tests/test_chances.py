"""The chance of a question: a condition filters, what is unknown is told from luck."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import load, read, run_to_disk, simulate
from scenarios.errors import QuestionRefused, RequestRefused, ScenarioError
from scenarios.outcomes.chance import COLUMNS, base_rate_of, chances, spread_of_points, spread_of_runs
from scenarios.outcomes.outcome import outcome_named
from scenarios.runs import play
from scenarios.scenario.build import as_scenario, as_table
from scenarios.scenario.overlay import with_overlay
from scenarios.store.manifest import scenario_from, scenario_hash, scenario_record

TOY = load("toy")
QUESTIONS = ["redland.step_back by 2030-09-01", "rung >= 9", "client.holds", "redland.oil.delivered <= 0.5 of opening"]


@pytest.fixture(scope="module")
def played():
    return simulate(TOY, 600, rng=5)


def test_a_chance_is_the_mean_of_what_the_runs_say(played):
    table = chances(played, QUESTIONS).set_index("question")
    for question in QUESTIONS:
        answers = outcome_named(question, TOY).read(played)
        assert table.loc[question, "chance"] == np.nanmean(answers)
        assert table.loc[question, "n"] == np.sum(~np.isnan(answers))
    assert list(chances(played, QUESTIONS).columns) == list(COLUMNS)
    assert ((table["low"] < table["chance"]) & (table["chance"] < table["high"])).all()


def test_a_condition_leaves_the_runs_in_which_it_holds(played):
    condition = "rung >= 8 by 2030-04-07 and not redland.step_back by 2030-04-07"
    holds = outcome_named(condition, TOY).read(played) == 1.0
    table = chances(played, QUESTIONS, given=condition).set_index("question")
    for question in QUESTIONS:
        answers = outcome_named(question, TOY).read(played)[holds]
        assert table.loc[question, "chance"] == np.nanmean(answers)
        assert table.loc[question, "n"] == np.sum(~np.isnan(answers))
    assert 30 < holds.sum() < 600
    assert chances(played, QUESTIONS, given=condition).attrs == {"left": holds.sum(), "played": 600}


def test_a_condition_that_leaves_too_few_runs_is_refused_with_their_number(played):
    for condition in ("rung >= 9 on 2030-01-06", "rung >= 9 and not rung >= 9"):
        with pytest.raises(RequestRefused, match=r"is so in 0 of 600 runs, fewer than the 30 .*--replications"):
            chances(played, QUESTIONS, given=condition)


def test_what_has_no_chance_is_refused(played):
    for question in ("redland.step_back.at", "(redland.step_back.at)", "redland.support_end"):
        with pytest.raises(RequestRefused, match="has no probability"):
            chances(played, [question])
        with pytest.raises(RequestRefused, match="has no probability"):
            chances(played, QUESTIONS, given=question)
    with pytest.raises(QuestionRefused):
        chances(played, "redland.foo")


@settings(max_examples=20)
@given(st.sampled_from([(2, 8), (5, 5), (0.5, 0.5)]), st.sampled_from([5, 20, 100]), st.integers(0, 99))
def test_what_is_unknown_is_told_from_luck_between_points(shape, runs, seed):
    rng = np.random.default_rng(seed)
    truth = rng.beta(*shape, 800)
    low, high = spread_of_points(rng.binomial(runs, truth).astype(float), np.full(800, float(runs)))
    assert (low, high) == pytest.approx(np.quantile(truth, [0.1, 0.9]), abs=0.08)


def test_luck_alone_spreads_nothing_between_points():
    rng = np.random.default_rng(2)
    low, high = spread_of_points(rng.binomial(50, 0.3, 400).astype(float), np.full(400, 50.0))
    assert high - low < 0.06  # where the shares themselves spread over .17


@pytest.mark.parametrize("effect", [0.0, 0.3])
def test_what_is_unknown_is_told_from_luck_where_each_run_is_a_draw(effect):
    rng = np.random.default_rng(3)
    third = rng.integers(0, 3, (8000, 60)).astype(np.int8)
    truth = 0.35 + effect * (third[:, 7] - 1.0)
    low, high = spread_of_runs(third, (rng.random(8000) < truth).astype(float))
    assert low <= 0.36 and high >= 0.34
    assert high - low == pytest.approx(0.6, abs=0.1) if effect else high - low < 0.08


def test_too_few_runs_or_points_tell_nothing_of_what_is_unknown(played):
    assert np.isnan(spread_of_points(np.ones(5), np.full(5, 10.0))).all()
    assert np.isnan(spread_of_points(np.ones(50), np.ones(50))).all()
    few = chances(simulate(TOY, 100, rng=1), QUESTIONS)
    assert few[["spread_low", "spread_high"]].isna().all(axis=None)
    assert chances(played, QUESTIONS)[["spread_low", "spread_high"]].notna().all(axis=None)


def test_points_with_replications_have_wider_limits_and_a_spread():
    table = chances(simulate(TOY, points=40, replications=15, rng=1), QUESTIONS)
    assert (table["draws"] <= 40).all()
    assert (table["spread_low"] <= table["chance"]).all() and (table["chance"] <= table["spread_high"]).all()


PUBLICATION = """
[publication]
weight = { value = 0.8, unit = "share", source = "judgement" }
[publication.base_rates]
step_back = { value = 0.2, unit = "probability", source = "judgement", note = "invented" }
"""


@pytest.fixture
def publishing(tmp_path):
    file = tmp_path / "publishing.toml"
    file.write_text(PUBLICATION)
    return with_overlay(TOY, str(file))


def test_nothing_is_published_as_certain(played):
    table = chances(played, ["rung >= 0", "not rung >= 0"])
    assert table["chance"].tolist() == [1.0, 0.0]
    assert table["published"].round(3).tolist() == [0.975, 0.025]


def test_a_base_rate_of_the_file_counts_for_the_time_of_the_window(played, publishing):
    year = 52 * 7 / 365.25  # the toy lasts 52 weeks
    rates = {
        "redland.step_back": 1 - 0.8**year,
        "blueland.step_back.oil by 2030-07-07": 1 - 0.8 ** (year / 2),
        "not redland.step_back": 0.8**year,
        "rung >= 9": 0.5,
        "redland.denied": 0.5,
        "redland.step_back and rung >= 9": 0.5,
        "client.holds": 0.5,
    }
    for question, rate in rates.items():
        assert base_rate_of(outcome_named(question, publishing)) == pytest.approx(rate)
    row = chances(replace(played, scenario=publishing), "redland.step_back").iloc[0]
    assert row["published"] == pytest.approx(0.8 * row["chance"] + 0.2 * rates["redland.step_back"])


def test_a_scenario_keeps_how_it_publishes_and_no_other_changes(publishing):
    assert as_scenario(as_table(publishing), TOY.name, TOY.base, publishing.overlays) == publishing
    assert scenario_from(scenario_record(publishing)) == publishing
    assert "publication" not in scenario_record(TOY)
    assert scenario_hash(publishing) != scenario_hash(TOY)


def test_faults_of_the_publication_are_named(tmp_path):
    faults = {
        "weights = 3": "publication.weights: unknown entry. .*Did you mean 'weight'",
        "weight = 0.9": "publication.weight: 0.9 has no pedigree",
        'weight = { value = 1.9, unit = "share", source = "judgement" }': "value 1.9 lies .* Did you mean 0.19",
        "base_rates = 3": "publication.base_rates: 3 must be a table",
    }
    for line, said in faults.items():
        file = tmp_path / "wrong.toml"
        file.write_text(f"[publication]\n{line}\n")
        with pytest.raises(ScenarioError, match=said):
            with_overlay(TOY, str(file))


def test_a_base_rate_of_no_event_is_refused(publishing):
    wrong = replace(publishing, publication={"base_rates.stepback": publishing.publication["base_rates.step_back"]})
    with pytest.raises(RequestRefused, match="Did you mean 'step_back'"):
        base_rate_of(outcome_named("rung >= 9", wrong))


@pytest.mark.parametrize("size", [{"replications": 70}, {"replications": 7, "points": 11}], ids=["runs", "points"])
def test_runs_in_parts_have_the_chances_that_they_have_in_one(monkeypatch, tmp_path, size):
    monkeypatch.setattr(play, "BLOCK", 30)
    monkeypatch.setattr(play, "CHUNK", 10)
    kept = read(run_to_disk(TOY, out=tmp_path, **size))
    assert len(list(kept.parts())) == 3
    found, whole = (chances(each, QUESTIONS, given="rung >= 6") for each in (kept, simulate(TOY, **size)))
    pd.testing.assert_frame_equal(found, whole, check_exact=True)
    assert found["spread_low"].notna().any() == ("points" in size)
