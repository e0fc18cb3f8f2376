"""A row of the cases is a scenario: a median patron with the row's covariates, pressed along its path, and scored."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from scenarios import load, load_case, score_cases, score_cases_by_simulation, simulate
from scenarios.cases.ask import CASE_MODEL
from scenarios.cases.case_scenario import ALLIANCE, ANCHORS, OPENING, RUNGS, SCALES, row_scenario
from scenarios.cases.library import DATA, library_cases
from scenarios.cases.rows import COVARIATES, SHARES, read_cases, taken
from scenarios.cases.simulated import SIMULATION, moves_played
from scenarios.cli.app import app
from scenarios.errors import RequestRefused, UnknownName
from scenarios.scenario.blank import MEDIANS

CASES = library_cases("all")
TABLES = ("runs", "patrons", "events", "levels", "support")


def row_of(**codes):
    """A row of a hundred days from sanctions to strikes; what is not coded is blank."""
    given = {"blind_id": "X", "days": 100, "pressure_path_days_level": "0:5 30:8", **codes}
    return read_cases(pd.DataFrame({name: [value] for name, value in given.items()}))


def retreats(**codes):
    """Runs of 1,000 in which the first move of the patron of a row is down."""
    return int((moves_played(simulate(row_scenario(row_of(**codes)), 1_000)).outcome >= 2).sum())


def asked(*words):
    """What the command line answers."""
    return CliRunner().invoke(app, [str(word) for word in words])


def test_every_case_is_a_sound_scenario_over_its_own_window():
    for i, name in enumerate(CASES.ids):
        scenario = row_scenario(taken(CASES, np.array([i])))
        window = scenario.steps * scenario.step_days
        assert scenario.mode == "scripted", name
        assert CASES.days[i] <= window < CASES.days[i] + scenario.step_days, name
        assert scenario.persistence_days <= window, name


def test_a_case_plays_on_both_engines_to_the_same_bits():
    case = load_case("SYR24R")
    fast, readable = simulate(case, 12, rng=3), simulate(case, 12, rng=3, engine="agents")
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(fast, table), getattr(readable, table))


@pytest.mark.parametrize("given", [{}, MEDIANS])
def test_a_row_of_medians_is_the_median_patron_of_the_general_base(given):
    numbers = row_scenario(row_of(**given)).numbers
    for path in ("bargain", "exposure", "stake", "war_drain", "own_crisis", "threat"):
        own, median = numbers[f"patrons.patron.{path}"], numbers[f"patrons.others.{path}"]
        assert (own.value, own.low, own.high) == pytest.approx((median.value, median.low, median.high)), path
    assert (numbers["client.hold"].low, numbers["client.hold"].value, numbers["client.hold"].high) == (0.35, 0.5, 0.65)
    assert numbers["patrons.patron.bargain"].low == 0.03
    for channel in OPENING:
        paths = [f"patrons.{who}.channels.{channel}.opening" for who in ("patron", "others")]
        assert (
            numbers[paths[0]].value
            == numbers[paths[1]].value
            == {"words": 2, "trade": 1, "arms": 1, "people": 1}.get(channel, 0)
        )


def test_no_scale_ladder_or_opening_falls_where_the_codebook_rises():
    for scale in SCALES:
        assert scale.covariate in COVARIATES
        assert list(scale.values) == sorted(scale.values)
        assert len(scale.values) == len(ANCHORS)
    assert list(RUNGS) == sorted(RUNGS)
    for channel, levels in OPENING.items():
        assert list(levels) == sorted(levels), channel


def test_a_scripted_path_climbs_the_codebooks_steps_on_the_models_ladder():
    path = load_case("KAZ22R").paths["coercer.rung"]
    assert path.dates == (date(2022, 1, 2), date(2022, 1, 5), date(2022, 1, 11))
    assert path.values == (4.0, 7.0, 7.0)


def test_a_treaty_is_an_open_alliance_and_no_other_patrons_leave_one_alone():
    words = "patrons.patron.channels.words.opening"
    assert row_scenario(row_of(defence_treaty=1)).numbers[words].value == ALLIANCE
    assert row_scenario(row_of(other_patrons=0)).patrons == ("patron",)


def test_who_can_bring_no_units_still_has_those_that_stand_there():
    numbers = row_scenario(row_of(power_projection=0, support_start=6)).numbers
    assert numbers["patrons.patron.channels.troops.feasible"].value == 3
    assert row_scenario(row_of(power_projection=0)).numbers["patrons.patron.channels.troops.feasible"].value == 0


def test_a_patron_with_more_to_lose_with_the_coercer_retreats_more_often():
    assert retreats(stake_with_presser=0) < retreats(stake_with_presser=0.5) < retreats(stake_with_presser=1)


def test_a_patron_with_a_larger_stake_retreats_less_often():
    assert retreats(strategic_stake=1) < retreats(strategic_stake=0)


def test_the_first_move_within_the_window_decides():
    results = simulate(load_case("VEN20R"), 1_000)
    rows = results.patrons[results.patrons["patron"] == "patron"]
    for row, outcome in zip(rows.itertuples(), moves_played(results).outcome, strict=True):
        up, back = (np.inf if np.isnan(at) else at for at in (row.step_up_at, row.step_back_at))
        down = 2 if np.isnan(row.abandonment_at) else 3
        assert outcome == (1 if up == back == np.inf else 0 if up < back else down)


def test_rows_with_blanks_play_and_are_said_to():
    rows = pd.DataFrame(
        {
            "case_id": ["A", "B"],
            "days": [11, 2_000],
            "pressure_path_days_level": ["0:3 5:9", "0:0"],
            "support_start": [6, None],
        }
    )
    found = score_cases_by_simulation(rows, replications=50)
    assert list(found.rows.columns) == list(score_cases(rows).rows.columns)
    assert found.rows[list(SHARES)].sum(axis=1).tolist() == pytest.approx([1, 1])
    assert (found.rows["retreat_low"] <= found.rows["retreat"]).all()
    assert (found.rows["retreat"] <= found.rows["retreat_high"]).all()
    assert found.scores.empty
    assert "support_start (1 of 2 rows)" in found.notes[0]


def test_the_same_seed_gives_the_same_chances():
    rows = pd.read_csv(DATA / "open_test.csv").head(2)
    one, other = (score_cases_by_simulation(rows, replications=100, rng=5) for _ in range(2))
    pd.testing.assert_frame_equal(one.rows, other.rows)
    assert one.played == other.played


def test_an_unknown_case_is_refused_with_the_nearest_name():
    for ask in (load_case, lambda name: load(f"case:{name}")):
        with pytest.raises(UnknownName, match="Did you mean 'SYR15R'"):
            ask("SYR15X")
    refused = asked("run", "case:SYR15X")
    assert refused.exit_code == 2
    assert "Did you mean 'SYR15R'" in refused.stderr


def test_too_few_runs_of_a_row_are_refused():
    with pytest.raises(RequestRefused, match="must lie in 1 to"):
        score_cases_by_simulation(pd.DataFrame(), replications=0)


def test_a_case_is_shown_checked_and_asked_like_any_scenario(tmp_path):
    assert "SYR15R: Russia, Syria" in asked("show", "case:SYR15R").stdout
    assert asked("check", "case:SYR15R").stdout.startswith("case:SYR15R: sound")
    question = ("ask", "case:SYR15R", "patron.step_back by 2015-12-31", "--runs", 20, "--quiet")
    assert asked(*question).exit_code == 0
    compared = asked("compare", "case:SYR24R", "case:SYR24I", "--runs", 20, "--out", tmp_path, "--quiet")
    assert compared.exit_code == 0, compared.stderr


def test_a_case_can_be_copied_and_built_upon(tmp_path):
    copy = tmp_path / "mine.toml"
    assert asked("new", copy, "--from", "case:SYR15R").exit_code == 0
    assert load(str(copy)).numbers == load_case("SYR15R").numbers


def test_a_shown_case_names_the_command_that_plays_it_and_the_list_its_name():
    assert "scenarios run case:SYR15R" in asked("cases", "syr15r").stdout
    assert "case:ID" in asked("list").stderr


def test_scores_by_simulation_stand_beside_the_reference_class(tmp_path):
    rows = tmp_path / "rows.csv"
    pd.read_csv(DATA / "open_test.csv").head(4).to_csv(rows, index=False)
    words = ("score", "--cases", rows, "--by", "simulation", "--runs", 50, "--seed", 2, "--out", tmp_path, "--quiet")
    one, other = asked(*words, "--format", "json"), asked(*words, "--format", "json")
    assert one.exit_code == 0, one.stderr
    assert one.stdout == other.stdout
    (folder,) = tmp_path.glob("cases/score-*")
    scores = pd.read_csv(folder / "scores.csv")
    assert scores["forecaster"].tolist()[:2] == [CASE_MODEL, SIMULATION]
    told = json.loads((folder / "score.json").read_text())
    assert (told["by"], told["replications"], told["seed"]) == ("simulation", 50, 2)


@pytest.mark.parametrize(
    "words", [("--by", "simulation"), ("--runs", 5, "--cases", "rows.csv"), ("--seed", 5, "--cases", "rows.csv")]
)
def test_options_of_the_simulation_without_it_are_refused(words):
    refused = asked("score", *words)
    assert refused.exit_code == 2
    assert "needs --cases FILE --by simulation" in refused.stderr


def test_the_page_of_the_reference_class_names_every_line_of_the_scales():
    page = (Path(__file__).parents[1] / "docs" / "reference" / "reference-class.md").read_text("utf-8")
    for scale in SCALES:
        values = ", ".join(f"{value:g}" for value in scale.values)
        assert f"| `{scale.covariate}` | `{scale.number}` | {values} | {scale.source}: " in page
    assert f"{' '.join(map(str, RUNGS))} at rung 0 to 10 of the codebook" in page
