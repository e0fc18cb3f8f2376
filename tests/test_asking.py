"""The command `ask`: how likely something is by a date, frozen and scored."""

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from scenarios import ask, control, load, simulate
from scenarios.cli.app import app

QUESTIONS = ["redland.step_back by 2030-06-01", "rung >= 9 by 2030-04-01", "client.removed or client.collapses"]


@pytest.fixture
def at(tmp_path, monkeypatch):
    """The command line in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def test_a_chance_is_the_share_of_runs_beside_that_of_the_control(at):
    told = at("ask", "toy", *QUESTIONS, "--runs", 300, "--seed", 5, "--format", "json")
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)["chances"]
    runs, frozen = simulate(load("toy"), 300, 5), simulate(control(load("toy")), 300, 5)
    expected = ask(runs, QUESTIONS, control=frozen)
    assert [row["chance"] for row in found] == expected["chance"].tolist()
    assert [row["control"] for row in found] == expected["control"].tolist()


def test_the_second_question_finds_the_runs_of_the_first(at):
    first, second = (at("ask", "toy", question, "--runs", 200) for question in QUESTIONS[:2])
    assert first.exit_code == second.exit_code == 0
    assert len(list(Path("results/toy").iterdir())) == 1


def test_a_condition_is_filtering_and_the_control_is_that_of_the_same_runs():
    runs, frozen = simulate(load("toy"), 600, 2), simulate(control(load("toy")), 600, 2)
    found = ask(runs, "redland.step_back", given="rung >= 7", control=frozen)
    kept = set(runs.runs.loc[runs.runs["max_rung"] >= 7, "run"])
    for results, column in ((runs, "chance"), (frozen, "control")):
        rows = results.patrons[results.patrons["patron"] == "redland"]
        rows = rows[rows["run"].isin(kept) & rows["at_risk"]]
        assert found[column].iloc[0] == pytest.approx(rows["step_back_at"].notna().mean())


def test_the_command_says_how_many_runs_a_condition_leaves(at):
    told = at("ask", "toy", "redland.step_back", "--given", "rung >= 7", "--runs", 200, "--format", "json")
    assert told.exit_code == 0, told.output
    left = int((simulate(load("toy"), 200).runs["max_rung"] >= 7).sum())
    assert f"Given rung >= 7: {left:,} of 200 runs are left." in json.loads(told.stdout)["notes"]


def test_nothing_is_published_as_certain(at):
    told = at("ask", "toy", "rung >= 0", "not rung >= 0", "--runs", 50, "--format", "json")
    published = [row["published"] for row in json.loads(told.stdout)["chances"]]
    assert published == pytest.approx([0.975, 0.025])


def test_a_frozen_forecast_of_a_file_of_questions_can_be_scored(at, tmp_path):
    pd.DataFrame({"id": ["a", "b", "c"], "question": QUESTIONS}).to_csv(tmp_path / "q.csv", index=False)
    told = at("ask", "toy", "client.holds", "--questions", "q.csv", "--runs", 100, "--freeze", "fc")
    assert told.exit_code == 0, told.output
    assert pd.read_csv("fc/forecast.csv")["id"].tolist() == ["q1", "a", "b", "c"]
    (tmp_path / "o.csv").write_text("id,outcome\nq1,0\nb,1\n")
    assert at("score", "fc", "--outcomes", "o.csv").exit_code == 0
    again = at("ask", "toy", "client.holds", "--runs", 100, "--freeze", "fc")
    assert again.exit_code == 2
    assert "never overwritten" in again.stderr


def test_two_ids_may_ask_the_same(at, tmp_path):
    pd.DataFrame({"id": ["a", "b"], "question": ["client.holds"] * 2}).to_csv(tmp_path / "q.csv", index=False)
    assert at("ask", "toy", "--questions", "q.csv", "--runs", 60, "--freeze", "fc").exit_code == 0
    assert pd.read_csv("fc/forecast.csv")["chance"].nunique() == 1


def test_a_result_folder_is_asked_without_playing(at):
    at("run", "toy", "--runs", 100, "--no-figures", "--no-ladder")
    folder = next(Path("results/toy").iterdir())
    told = at("ask", folder, "client.holds", "--format", "json")
    assert json.loads(told.stdout)["chances"][0]["n"] == 100
    refused = at("ask", folder, "client.holds", "--set", "client.hold=0.4")
    assert refused.exit_code == 2
    assert "--set" in refused.stderr
    assert "--replications" in at("ask", folder, "client.holds", "--runs", 50).stderr
    assert "--seed" in at("ask", folder, "client.holds", "--seed", 7).stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Nothing is asked"),
        (["redland.stepback"], "Did you mean 'redland.step_back'"),
        (["redland.step_back.at"], "is a time"),
        (["rung >= 9 by 1.3.2030"], "Write year-month-day"),
        (["client.holds", "--given", "rung >= 10 by 2030-01-06"], "fewer than the 30"),
        (["client.holds", "--questions", "nowhere.csv"], "no such file"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_cure(at, words, said):
    told = at("ask", "toy", *words, "--runs", 60)
    assert told.exit_code == 2, told.output
    assert said in told.stderr
