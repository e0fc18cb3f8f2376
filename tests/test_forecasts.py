"""A forecast is frozen once, and scored honestly when its questions are resolved."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from scenarios.cli.app import app
from scenarios.errors import RequestRefused, ScenarioError
from scenarios.questions.forecast.ask import brier, calibration, log_score, score_forecast, score_table
from scenarios.questions.sealed import freeze, questions_in

CHANCES = [0.9, 0.2, 0.6, 0.4]


@pytest.fixture
def frozen(tmp_path):
    """A forecast of four questions."""
    published = [0.95 * chance + 0.025 for chance in CHANCES]
    table = pd.DataFrame(
        {"id": list("abcd"), "question": "client.holds", "chance": CHANCES, "published": published, "base_rate": 0.5}
    )
    freeze(tmp_path / "forecast", table, {"scenario_name": "toy", "seed": 1})
    return tmp_path / "forecast"


@pytest.fixture
def came(tmp_path):
    """Writes a file of outcomes."""

    def write(text):
        file = tmp_path / "outcomes.csv"
        file.write_text(text)
        return file

    return write


def scores(scored):
    return scored.scores.set_index("forecaster")


def test_scores_are_those_worked_out_by_hand(frozen, came):
    found = scores(score_forecast(frozen, came("id,outcome\na,1\nb,0\nc,1\nd,0\n")))
    said = [0.88, 0.215, 0.595, 0.405]
    told = [abs(1 - truth - chance) for chance, truth in zip(said, (1, 0, 1, 0), strict=True)]
    assert found.loc["published", "brier"] == pytest.approx(np.mean([(1 - chance) ** 2 for chance in told]))
    assert found.loc["published", "log"] == pytest.approx(np.mean([-math.log(chance) for chance in told]))
    assert found.loc["base rate", "brier"] == 0.25
    assert found.loc["no", "brier"] == 0.5
    assert found.loc["no", "log"] == math.inf


def test_others_are_scored_where_they_said_something_and_open_questions_are_left_out(frozen, came):
    scored = score_forecast(frozen, came("id,outcome,market\na,yes,0.9\nb,no,\nc,,0.5\n"))
    assert scores(scored).loc["market", ["n", "brier"]].tolist() == [1, pytest.approx(0.01)]
    assert scored.open_ids == ["c", "d"]
    assert scored.questions["outcome"].tolist() == [1.0, 0.0]


def test_who_says_the_same_is_neither_ahead_nor_behind():
    chance, outcome = np.array([0.3, 0.7, 0.5]), np.array([0.0, 1.0, 1.0])
    found = score_table({"published": chance, "twin": chance}, outcome).set_index("forecaster")
    assert found.loc["twin", ["ahead", "ahead_low", "ahead_high"]].tolist() == [0.0, 0.0, 0.0]


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
def test_calibration_leaves_no_question_out_and_each_mean_lies_in_its_bin(asked):
    chance = np.array([said for said, _ in asked])
    table = calibration(chance, np.array([float(truth) for _, truth in asked]))
    assert table["n"].sum() == len(asked)
    assert ((table["said"] >= table["said_from"] - 1e-12) & (table["said"] <= table["said_to"] + 1e-12)).all()
    assert ((table["low"] <= table["came"] + 1e-12) & (table["came"] <= table["high"] + 1e-12)).all()


@given(st.floats(0.01, 0.99))
def test_saying_what_one_believes_is_best(belief):
    """Both scores are proper: no other chance has a lower expected score than the true one."""
    said = np.linspace(0.01, 0.99, 99)
    for score in (brier, log_score):
        expected = belief * score(said, np.ones(99)) + (1 - belief) * score(said, np.zeros(99))
        own = belief * score(np.array([belief]), np.ones(1)) + (1 - belief) * score(np.array([belief]), np.zeros(1))
        assert own[0] <= expected.min() + 1e-12


@pytest.mark.parametrize("file", ["forecast.csv", "forecast.json"])
def test_an_edited_forecast_is_refused(frozen, came, file):
    text = (frozen / file).read_text()
    (frozen / file).write_text(
        text.replace("0.9", "0.8") if file.endswith("csv") else text.replace('"seed": 1', '"seed": 2')
    )
    assert (frozen / file).read_text() != text
    with pytest.raises(RequestRefused, match=r"not as it was frozen \([^()]*\), so it is no forecast") as refused:
        score_forecast(frozen, came("id,outcome\na,1\n"))
    assert "--again" not in str(refused.value)


def test_a_forecast_is_never_overwritten(frozen):
    with pytest.raises(RequestRefused, match="never overwritten"):
        freeze(frozen, pd.DataFrame({"id": ["a"]}), {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,outcome\na,maybe\n", "line 2: outcome 'maybe' must be 1 or 0"),
        ("id,outcome\na,1\na,0\n", "line 3: the id 'a' stands twice"),
        ('id,outcome,market\na,1,"0,4"\n', "did you mean 0.4"),
        ("id,outcome,market\na,1,1.4\n", "must be a chance from 0 to 1"),
        ("id,outcome\nz,1\n", "z is not in the forecast"),
        ("id,outcome\na,\n", "resolves no question"),
        ("name,outcome\na,1\n", "has no column id"),
        ("id;outcome\na;1\n", "parted by ';'"),
        ("", "is empty"),
    ],
)
def test_outcomes_that_make_no_sense_are_refused_with_place_and_cure(frozen, came, text, said):
    with pytest.raises((RequestRefused, ScenarioError), match=said.replace("(", r"\(")):
        score_forecast(frozen, came(text))


def test_a_folder_without_a_forecast_is_refused(tmp_path, came):
    with pytest.raises(RequestRefused, match="holds no frozen forecast"):
        score_forecast(tmp_path, came("id,outcome\na,1\n"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,question\na,x\na,y\n", "line 3: the id 'a' stands twice"),
        ("id,question\na,\n", "line 2: has no question"),
        ("id\na\n", "has no column question"),
        ("id,question\n", "asks nothing"),
    ],
)
def test_questions_that_make_no_sense_are_refused(came, text, said):
    with pytest.raises(RequestRefused, match=said):
        questions_in(came(text))


@pytest.mark.parametrize("form", ["table", "csv", "json", "markdown"])
def test_the_command_scores_in_every_form(frozen, came, form):
    words = ["score", str(frozen), "--outcomes", str(came("id,outcome\na,1\nb,0\n")), "--format", form]
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 0, told.output
    if form == "json":
        assert [row["n"] for row in json.loads(told.stdout)["scores"]][:1] == [2]
    assert "base rate" in told.stdout


def test_the_command_says_how_a_forecast_is_scored():
    told = CliRunner().invoke(app, ["score"])
    assert told.exit_code == 2
    assert "--outcomes" in told.stderr
