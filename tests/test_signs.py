"""Early signs: which news by a date should change one's mind, and by how much."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from scenarios import early_signs, load, simulate
from scenarios.cli.app import app
from scenarios.errors import QuestionRefused, RequestRefused
from scenarios.questions.explanation.signs import bits, signs_by, signs_weighed

BY = "2030-03-01"


@pytest.fixture(scope="module")
def toy():
    """A thousand runs of the toy."""
    return simulate(load("toy"), 1_000, 4)


@pytest.fixture(scope="module")
def luck():
    return np.random.default_rng(3)


def named(table):
    return table.set_index("sign")


def test_a_perfect_sign_tells_everything_and_stands_first(luck):
    comes = (luck.uniform(size=400) < 0.4).astype(float)
    noise = luck.uniform(size=400) < 0.5
    table = signs_weighed(comes, {"noise": noise, "herald": comes > 0.5})
    share = comes.mean()
    assert table["sign"].iloc[0] == "herald"
    assert table["bits"].iloc[0] == pytest.approx(-share * np.log2(share) - (1 - share) * np.log2(1 - share))
    herald = named(table).loc["herald"]
    assert herald[["chance_with", "with_high", "chance_without", "without_low"]].tolist() == [1.0, 1.0, 0.0, 0.0]
    assert herald["without_high"] == pytest.approx(1 - 0.05 ** (1 / (comes < 0.5).sum()))  # the rule of three


def test_the_odds_are_multiplied_by_the_ratio(luck):
    """Bayes' rule: odds with the sign are the odds before it times its likelihood ratio."""
    sign = luck.uniform(size=20_000) < 0.3
    comes = (luck.uniform(size=20_000) < np.where(sign, 0.6, 0.2)).astype(float)
    row = named(signs_weighed(comes, {"herald": sign})).loc["herald"]
    odds = comes.mean() / (1 - comes.mean())
    assert odds * row["ratio"] == pytest.approx(row["chance_with"] / (1 - row["chance_with"]), rel=1e-3)
    assert odds * row["absent_ratio"] == pytest.approx(row["chance_without"] / (1 - row["chance_without"]), rel=1e-3)


def test_the_intervals_of_ratios_hold_the_truth_nineteen_times_in_twenty():
    held, times = 0, 300
    for seed in range(times):
        luck = np.random.default_rng(seed)
        comes = (luck.uniform(size=600) < 0.3).astype(float)
        sign = luck.uniform(size=600) < np.where(comes > 0.5, 0.4, 0.2)
        row = signs_weighed(comes, {"herald": sign}).iloc[0]
        held += bool(row["ratio_low"] <= 2.0 <= row["ratio_high"])
    assert 0.91 <= held / times <= 0.985


def test_luck_is_seldom_taken_for_a_sign():
    found = 0
    for seed in range(100):
        luck = np.random.default_rng(seed)
        comes = (luck.uniform(size=300) < 0.4).astype(float)
        signs = {f"s{k}": luck.uniform(size=300) < 0.3 for k in range(20)}
        found += bool((signs_weighed(comes, signs)["p"] < 0.05).any())
    assert found <= 10


def test_signs_in_the_very_same_runs_are_one(luck):
    comes, seen = (luck.uniform(size=200) < 0.5).astype(float), luck.uniform(size=200) < 0.5
    assert signs_weighed(comes, {"a.b.long": seen, "a.b": seen})["sign"].tolist() == ["a.b"]


def test_bits_of_independent_things_are_none():
    assert bits(both=6, only_sign=14, n_come=30, n=100) == pytest.approx(0.0, abs=1e-12)


def test_what_is_seen_by_a_date_is_in_the_events(toy):
    signs = signs_by(toy, 8)
    events = toy.events[toy.events["step"] <= 8]
    for actor, kind in (("coercer", "escalation"), ("redland", "level_down")):
        rows = events[(events["actor"] == actor) & (events["kind"] == kind)]
        assert set(np.flatnonzero(signs[f"{actor}.{kind}"])) == set(rows["run"])


def test_only_runs_in_which_it_is_still_open_are_counted(toy):
    step = 7  # the week that begins on 24 February
    gone = toy.runs["client_outcome_at"].to_numpy() <= step
    rows = toy.patrons[toy.patrons["patron"] == "redland"]
    back = rows["step_back_at"].to_numpy() <= step
    open_runs = ~gone & ~back & rows["at_risk"].to_numpy()
    assert early_signs(toy, "redland.step_back", BY)["n"].iloc[0] == open_runs.sum()


@pytest.mark.parametrize("by", ["1.3.2030", "2029-01-01", "2050-01-01"])
def test_a_date_that_is_none_or_leaves_nothing_to_come_is_refused(toy, by):
    with pytest.raises(RequestRefused, match=by):
        early_signs(toy, "redland.step_back", by)


def test_too_few_runs_are_refused_with_their_number(toy):
    with pytest.raises(RequestRefused, match="30 of each are needed"):
        early_signs(toy, "rung >= 10 and client.holds and redland.abandonment", BY)


def test_what_is_no_question_is_refused(toy):
    with pytest.raises(QuestionRefused, match="stepback"):
        early_signs(toy, "redland.stepback", BY)


@pytest.mark.parametrize("form", ["table", "csv", "json", "markdown"])
def test_the_command_speaks_every_form(form):
    words = ["explain", "toy", "--signs", "--of", "client.removed", "--by", BY, "--runs", "600", "--format", form]
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 0, told.output
    if form == "json":
        assert {"sign", "ratio", "bits"} <= json.loads(told.stdout)[0].keys()
    assert "sign" in told.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--signs"], "--signs needs --of and --by"),
        (["--signs", "--of", "client.removed", "--by", BY, "--run", "3"], "counts over all runs"),
        (["--by", BY], "--by goes with --signs"),
    ],
)
def test_options_that_do_not_go_together_are_refused(words, said):
    told = CliRunner().invoke(app, ["explain", "toy", *words])
    assert told.exit_code == 2
    assert said in told.stderr
