"""The reference class: rows are read or refused, forecast, fitted and scored as its page of reference says."""

import importlib.util
import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from scenarios import load, score_cases
from scenarios.cases.ask import CASE_MODEL, ScoredCases
from scenarios.cases.forecast import forecast, reference_lines, reference_table
from scenarios.cases.hazards import CAUSES, SPREAD, Numbers, first_moves, log_chances, outcome_chances, windows_of
from scenarios.cases.library import (
    DATA,
    coded_rows,
    library_cases,
    refit,
    refitted,
    rows_hash,
    shipped_fit,
    shipped_manifest,
    sources_of,
)
from scenarios.cases.rows import COVARIATES, SHARES, counted_steps, dated_steps, filled, read_cases, size, taken
from scenarios.cases.scoring import BASELINES, auc, brier_of_retreat, log_score_of_outcome, ranked_probability, ridge
from scenarios.cli.app import app
from scenarios.errors import ScenarioError, UnknownName
from scenarios.scenario.reference_class import faults_of_reference_class
from scenarios.store.manifest import scenario_from, scenario_hash, scenario_record

HEAD = "blind_id,days,pressure_path_days_level,strategic_stake,support_start,defence_treaty"
SPOT = {  # Brier of retreat and log score over four outcomes, as the design of the model printed them
    "calibration": {
        CASE_MODEL: (0.195, 1.130),
        "base rate": (0.249, 1.390),
        "logistic, 8 covariates and start": (0.215, 1.356),
        "2x2 rule": (0.199, 1.273),
    },
    "open_test": {
        CASE_MODEL: (0.196, 1.181),
        "base rate": (0.245, 1.343),
        "logistic, 8 covariates and start": (0.208, 1.256),
    },
}
shares = st.sampled_from((0.0, 0.25, 0.5, 0.75, 1.0))


def written(folder: Path, text: str) -> Path:
    """A file of rows."""
    file = folder / "rows.csv"
    file.write_text(text, "utf-8")
    return file


def told(*args: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command."""
    done = CliRunner().invoke(app, [*args])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.stdout, done.stderr


def one_row(steps: str = "0:5 30:8", days: float = 180, **codes: float) -> pd.DataFrame:
    """A row that codes everything, the middle where nothing is said."""
    middle = dict.fromkeys(COVARIATES, 0.5) | {"defence_treaty": 0, "other_patrons": 1, "support_start": 4}
    return pd.DataFrame([{"blind_id": "A", "days": days, "pressure_path_days_level": steps, **middle, **codes}])


def chances_of(table: pd.DataFrame) -> np.ndarray:
    """Chances that the fit of all cases gives to rows, before they are drawn to the base rates."""
    rows = read_cases(table)
    return outcome_chances(first_moves(rows, windows_of(rows), shipped_fit().mode))


@pytest.fixture(scope="module")
def left_out() -> ScoredCases:
    """The calibration rows, each forecast by a fit that has not seen its crisis."""
    return score_cases(DATA / "calibration.csv", "calibration")


@pytest.fixture(scope="module")
def opened() -> ScoredCases:
    """The open test by the fit of the calibration rows: printed once, as history."""
    return score_cases(DATA / "open_test.csv", "calibration")


@pytest.mark.parametrize("split", SPOT)
def test_the_scores_that_the_design_printed_come_out_again(split, left_out, opened):
    scores = (left_out if split == "calibration" else opened).scores.set_index("forecaster")
    for name, (brier, log) in SPOT[split].items():
        assert scores.loc[name, "brier"] == pytest.approx(brier, abs=0.01), name
        assert scores.loc[name, "log_score"] == pytest.approx(log, abs=0.01), name
    assert scores.loc[CASE_MODEL, "brier"] < scores.loc["base rate", "brier"]


def test_a_crisis_that_the_fit_has_seen_is_left_out_and_another_is_not(left_out, opened):
    assert any("65 of 65 rows belong to crises" in note for note in left_out.notes)
    assert not any("leaves its crisis out" in note for note in opened.notes)
    seen = forecast(library_cases("calibration"), shipped_fit("calibration"))
    assert np.abs(seen.retreat - left_out.rows["retreat"]).max() > 0.01


def test_what_is_said_of_the_earlier_cases_travels_to_the_later_ones():
    rows = library_cases("calibration")
    is_early = np.array([start.year < 1991 for start in rows.starts])
    early, late = taken(rows, is_early), taken(rows, ~is_early)
    fit = refitted(shipped_fit("calibration"), early)
    assert brier_of_retreat(forecast(late, fit).chances, late.outcome) == pytest.approx(0.210, abs=0.01)
    logistic = BASELINES["logistic, 8 covariates and start"](early)
    assert brier_of_retreat(logistic(late), late.outcome) == pytest.approx(0.382, abs=0.01)


def test_chances_of_every_row_add_up_and_lie_in_their_interval(left_out, opened):
    for rows in (left_out.rows, opened.rows):
        assert rows[list(SHARES)].sum(axis=1).to_numpy() == pytest.approx(1.0, abs=1e-7)
        assert rows[[f"cause_{cause}" for cause in CAUSES]].sum(axis=1).to_numpy() == pytest.approx(1.0, abs=1e-7)
        assert (rows["retreat"] - rows["stepped_back"] - rows["abandoned"]).abs().max() < 1e-7
        assert (rows["retreat_low"] < rows["retreat_high"]).all()


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["stake_with_presser", "patron_commitments"]), shares, shares, st.integers(2, 6))
def test_a_dearer_bargain_or_a_war_of_its_own_makes_a_patron_retreat_more(name, one, other, level):
    low, high = sorted((one, other))
    less, more = (chances_of(one_row(**{name: value, "support_start": level}))[0, 2:].sum() for value in (low, high))
    assert less <= more + 1e-12


@settings(max_examples=40, deadline=None)
@given(shares, shares, st.integers(1, 6), st.integers(0, 10), st.integers(20, 900))
def test_a_longer_window_leaves_less_chance_that_nothing_moves(bargain, crisis, level, rung, days):
    codes = {"stake_with_presser": bargain, "patron_domestic_crisis": crisis, "support_start": level}
    short, long = (chances_of(one_row(f"0:{rung}", length, **codes))[0] for length in (days, days + 100))
    assert short.sum() == pytest.approx(1.0)
    assert long[1] < short[1]


def test_who_gives_words_alone_cannot_abandon_and_who_fights_hardly_steps_up():
    assert chances_of(one_row(support_start=1))[0, 3] == 0.0
    assert chances_of(one_row(support_start=6))[0, 0] < 0.5 * chances_of(one_row(support_start=5))[0, 0]


def test_a_hand_computed_row_of_one_rung():
    rows = read_cases(one_row("0:6", 365))
    numbers = Numbers(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)  # L = u = kd = ku = 1, no resistance, no doubt
    down = np.array([0.5, 2 * 0.5, 2 * 0.5 * 0.75 * 0.6, 3 * 0.5 * 0.36, np.exp(-1.5)])
    total, up = down.sum() + 1.0, 1.0
    gone = 1 - np.exp(-total)
    share = np.array([0.5, 0.5, 0.5, 1 / (1 + np.exp(-2)), 0.5])
    expected = [
        gone * up / total,
        np.exp(-total),
        gone * (down * (1 - share)).sum() / total,
        gone * (down * share).sum() / total,
    ]
    assert outcome_chances(first_moves(rows, windows_of(rows), numbers))[0] == pytest.approx(expected, abs=1e-12)


def test_a_dated_step_back_is_no_likelier_than_one_at_any_time():
    rows = library_cases("calibration")
    undated = rows._replace(stepped_back=np.full(size(rows), np.nan))
    fit = shipped_fit("calibration")
    dated = ~np.isnan(rows.stepped_back) & (rows.outcome >= 2)
    when, ever = (log_chances(these, windows_of(these), fit.mode) for these in (rows, undated))
    assert (when[dated] <= ever[dated] + 1e-9).all()
    assert (when[dated] < ever[dated] - 0.1).mean() > 0.5


def test_a_blank_covariate_is_the_mean_over_the_cases():
    whole, fit = one_row(), shipped_fit()
    blank = read_cases(whole.assign(strategic_stake=""))
    found = filled(blank, fit.training)
    assert size(found.cases) == size(fit.training)
    assert not np.isnan(found.cases.covariates).any()
    by_hand = [
        forecast(read_cases(whole.assign(strategic_stake=value)), fit).chances[0]
        for value in fit.training.column("strategic_stake")
    ]
    assert forecast(blank, fit).chances[0] == pytest.approx(np.mean(by_hand, axis=0))


def test_a_row_of_nothing_but_its_pressure_is_forecast_and_says_what_is_blank():
    bare = one_row()[["blind_id", "days", "pressure_path_days_level"]]
    found = score_cases(bare)
    assert found.rows.loc[0, list(SHARES)].sum() == pytest.approx(1.0, abs=1e-7)
    assert all(f"{name} (1 of 1 rows)" in found.notes[0] for name in COVARIATES)
    assert found.scores.empty


def test_outcomes_of_some_rows_score_those_alone():
    two = pd.concat([one_row(), one_row().assign(blind_id="B")])
    found = score_cases(two.assign(outcome=["held", ""]))
    assert found.scores["rows"].tolist() == [1] * (1 + len(BASELINES))
    assert found.rows["outcome"].tolist() == ["held", ""]


@pytest.mark.parametrize(
    ("row", "faults"),
    [
        ("A,0,0:3,0.5,3,0", ["line 2, column days: '0' must be a number of days in [1, 36525]."]),
        ("A,-5,0:3,0.5,3,0", ["line 2, column days: '-5' must be a number of days"]),
        ("A,nan,0:3,0.5,3,0", ["line 2, column days: 'nan' must be a number of days"]),
        ("A,,0:3,0.5,3,0", ["line 2, column days: blank."]),
        ("A,90,,0.5,3,0", ["line 2, column pressure_path_days_level: blank."]),
        ("A,90,0:3 0:5,0.5,3,0", ["line 2, column pressure_path_days_level: day 0 does not come after day 0."]),
        ("A,90,9:3 2:5,0.5,3,0", ["line 2, column pressure_path_days_level: day 2 does not come after day 9."]),
        ("A,90,0:11,0.5,3,0", ["line 2, column pressure_path_days_level: rung 11 lies outside [0, 10]"]),
        ("A,90,0-3,0.5,3,0", ["line 2, column pressure_path_days_level: '0-3' is no step."]),
        ("A,90,0:3,1.5,3,0", ["line 2, column strategic_stake: value 1.5 lies outside [0, 1]"]),
        ("A,90,0:3,NaN,3,0", ["line 2, column strategic_stake: value nan is not a finite number"]),
        ('A,90,0:3,"0,5",3,0', ["line 2, column strategic_stake: 0,5: did you mean 0.5?"]),
        ("A,90,0:3,0,5,3,0", ["line 2: has 7 cells, must have 6."]),
        ("A,90,0:3,0.5,3.5,0", ["line 2, column support_start: value 3.5 must be a whole number"]),
        ("A,90,0:3,0.5,3,9", ["line 2, column defence_treaty: value 9 lies outside [0, 1]"]),
        (",90,0:3,0.5,3,0", ["line 2, column blind_id: blank. Name every row."]),
        (
            "A,90,0:3,0.5,3,0\nA,90,x,2,8,0",
            [
                "line 2, column blind_id: 'A' stands twice.",
                "line 3, column blind_id: 'A' stands twice.",
                "line 3, column strategic_stake: value 2 lies outside",
                "line 3, column support_start: value 8 lies outside",
                "line 3, column pressure_path_days_level: 'x' is no step.",
            ],
        ),
        ('A,90,"0:3,0.5,3,0', ["line 2: cannot be read (unexpected end of data)."]),
        (f"A,90,0:3,{'1' * 200_000},3,0", ["line 2: cannot be read (field larger than field limit"]),
        ("", ["has a head and no row."]),
    ],
)
def test_a_bad_row_is_refused_with_its_row_and_column(row, faults, tmp_path):
    with pytest.raises(ScenarioError) as caught:
        read_cases(written(tmp_path, f"{HEAD}\n{row}\n"))
    assert len(caught.value.faults) == len(faults)
    for found, fault in zip(caught.value.faults, faults, strict=True):
        assert found.startswith(f"rows.csv, {fault}")


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", ["is empty"]),
        ("blind_id;days\nA;90\n", ["parted by ';'"]),
        ("days,pressure_path_days_level\n90,0:3\n", ["none is called case_id or blind_id"]),
        ("blind_id\nA\n", ["days is missing", "pressure_path_days_level is missing"]),
        (f"{HEAD},strategic_steak\n".replace("strategic_stake,", "") + "A,90,0:3,3,0,1\n", ["mean strategic_stake?"]),
        ("case_id,start,end,pressure_path\nA,2020-13-01,x,y\n", ["start: '2020-13-01'", "end: 'x'", "days", "a start"]),
        (
            "case_id,start,end,pressure_path\nA,2020-02-01,2020-01-01,2020-02-31:3 x\n",
            ["column end", "2020-02-31 is no"],
        ),
    ],
)
def test_a_file_that_is_no_table_of_cases_is_refused(text, faults, tmp_path):
    with pytest.raises(ScenarioError) as caught:
        read_cases(written(tmp_path, text))
    assert len(caught.value.faults) == len(faults)
    for found, fault in zip(caught.value.faults, faults, strict=True):
        assert fault in found


def test_a_table_in_memory_is_refused_by_its_rows():
    with pytest.raises(ScenarioError, match="table, row 1, column days: '0' must be"):
        score_cases(one_row(days=0))


@pytest.mark.parametrize("name", ["absent.csv", "."])
def test_what_is_no_file_ends_the_command_with_two_and_no_traceback(name, tmp_path):
    code, out, err = told("score", "--cases", str(tmp_path / name), "--out", str(tmp_path / "out"))
    assert (code, out) == (2, "")
    assert "no such file" in err or "is a folder" in err
    assert not (tmp_path / "out").exists()


@given(st.lists(st.tuples(st.integers(1, 90), st.integers(0, 10)), min_size=1, max_size=12))
def test_steps_that_are_written_are_read_back(gaps):
    days = np.cumsum([gap for gap, _ in gaps]).tolist()
    steps = tuple(zip(days, (rung for _, rung in gaps), strict=True))
    assert counted_steps(" ".join(f"{day}:{rung}" for day, rung in steps)) == steps


def test_dated_and_counted_paths_of_the_library_are_the_same():
    rows = library_cases()
    for row, start, steps in zip(coded_rows(), rows.starts, rows.steps, strict=True):
        assert start is not None
        assert dated_steps(row["pressure_path"], start) == steps, row["case_id"]


def test_the_library_holds_91_cases_whose_outcomes_follow_from_their_ladders():
    assert len(coded_rows()) == 91
    for row in coded_rows():
        start, end = int(row["support_start"]), int(row["support_end"])
        fell = end < start or (end == start and row["volume_change"] == "down")
        rose = end > start or (end == start and row["volume_change"] == "up")
        expected = (
            "abandoned" if start >= 2 and end <= 1 else "stepped up" if rose else "stepped back" if fell else "held"
        )
        assert row["outcome"] == expected, row["case_id"]
        assert max(row["start"], row["end"], row["first_step_back"], row["client_fell_date"]) <= "2025-11-30"
        assert sources_of(row["case_id"]), row["case_id"]


@pytest.mark.parametrize("which", ["calibration", "all"])
def test_the_draws_that_ship_are_those_of_the_rows_that_ship(which):
    record, fit = shipped_manifest(which), shipped_fit(which)
    assert record["rows_hash"] == rows_hash(which)
    assert record["rows"] == size(library_cases(which))
    assert record["effective_proposals"] > 0.5 * record["proposals"]
    assert refitted(fit, fit.training).mode == pytest.approx(np.array(fit.mode), abs=0.01)
    spread = np.abs(fit.draws.mean(0) - np.array(fit.mode)) / fit.draws.std(0)
    assert spread.max() < 0.5


def test_a_fit_with_another_seed_says_the_same():
    ours, other = shipped_fit("calibration"), refit("calibration", 2, 200, 800)
    assert np.array(other.fit.mode) == pytest.approx(np.array(ours.mode), abs=0.01)
    assert other.fit.draws.std(0) == pytest.approx(ours.draws.std(0), rel=0.35)


def benchmark(name: str) -> ModuleType:
    """A script of the benchmarks as a module."""
    script = Path(__file__).parents[1] / "benchmarks" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_fit_recovers_the_numbers_that_made_its_rows():
    recovery = benchmark("cases_recovery")  # the whole study: docs/reference/reference-class.md
    truths, draws, effective = recovery.study(8, proposals=300)
    below = recovery.ranks(truths, draws)
    assert min(effective) > 0.2
    assert 0.35 < below.mean() < 0.65
    assert ((below > 0.1) & (below < 0.9)).mean() > 0.6
    for place, name in enumerate(Numbers._fields):
        assert draws[:, :, place].std(1).mean() < SPREAD[place], name


def test_the_ridge_finds_the_slope_of_many_rows():
    rng = np.random.default_rng(1)
    values = rng.standard_normal((20_000, 1))
    happened = rng.random(20_000) < 1 / (1 + np.exp(-(0.5 + 1.5 * values[:, 0])))
    assert ridge(values, happened) == pytest.approx([0.5, 1.5], abs=0.08)


def test_scores_of_certain_and_of_even_chances():
    outcome = np.array([0, 1, 2, 3])
    certain, even = np.eye(4)[outcome], np.full((4, 4), 0.25)
    assert (brier_of_retreat(certain, outcome), ranked_probability(certain, outcome)) == (0.0, 0.0)
    assert log_score_of_outcome(certain, outcome) == 0.0
    assert auc(certain, outcome) == 1.0
    assert brier_of_retreat(even, outcome) == 0.25
    assert log_score_of_outcome(even, outcome) == pytest.approx(np.log(4))
    assert auc(even, outcome) == 0.5


@pytest.mark.parametrize("form", ["table", "csv", "json", "markdown"])
def test_the_command_prints_every_row_in_every_form_and_keeps_them(form, tmp_path):
    file = written(tmp_path, f"{HEAD}\nA,90,0:3 13:5,0.5,3,0\nB,90,0:3 13:5 26:6,,,\n")
    code, out, err = told("score", "--cases", str(file), "--format", form, "--out", str(tmp_path / "out"))
    assert (code, "Traceback" in err) == (0, False)
    (kept,) = (tmp_path / "out" / "cases").glob("score-*/rows.csv")
    rows = pd.read_csv(kept)
    assert list(rows.columns[:6]) == ["blind_id", *SHARES, "retreat"]
    if form == "csv":
        assert out == kept.read_text()
    elif form == "json":
        assert [row["blind_id"] for row in json.loads(out)["rows"]] == ["A", "B"]
    else:
        assert "averaged over the cases" in " ".join(out.split())


def test_cases_are_listed_found_and_shown(tmp_path):
    assert "91 of 91 cases" in told("cases")[1]
    found = pd.read_csv(written(tmp_path, told("cases", "--find", "wagner", "--format", "csv")[1]))
    assert "CAR20R" in set(found["case_id"])
    shown = told("cases", "syr15r", "--format", "json")[1]
    facts = {row["what"]: row["is"] for row in json.loads(shown)}
    assert facts["strategic stake"] == "0.75: base, status"
    assert facts["outcome"] == "stepped up"
    assert "source 1" in facts
    code, _, err = told("cases", "SYR15")
    assert code == 2
    assert "Did you mean" in err


def test_a_fit_of_the_cases_says_where_its_draws_went(tmp_path):
    code, out, err = told("fit", "--cases", "calibration", "--seed", "3", "--out", str(tmp_path))
    folder = tmp_path / "cases" / "fit-calibration-3"
    assert code == 0
    assert "ln_kd" in out
    assert str(folder) in err
    record = json.loads((folder / "fit_calibration.json").read_text())
    assert record["seed"] == 3
    assert record["rows_hash"] == rows_hash("calibration")
    assert len((folder / "fit_calibration.csv").read_text().splitlines()) == 1 + record["draws"]


def test_unknown_training_rows_are_refused():
    with pytest.raises(UnknownName, match="Known: all, calibration"):
        score_cases(one_row(), "open_test")


NOVEMBER = {"Russia": (0.19, 0.54), "China": (0.15, 0.46), "Cuba": (0.16, 0.42), "Iran": (0.18, 0.51)}


def test_the_reference_class_stands_beside_november_2025():
    table = reference_table(load("venezuela_2025"))
    plain = table[table["assumption"] == ""].pivot(index="patron", columns="days", values="chance")
    for patron, (soon, late) in NOVEMBER.items():  # as the design of the model printed them
        assert plain.loc[patron, 60] == pytest.approx(soon, abs=0.025), patron
        assert plain.loc[patron, 365] == pytest.approx(late, abs=0.025), patron
    exempt = table[table["assumption"] != ""].set_index("days")["chance"]
    assert exempt[60] == pytest.approx(0.09, abs=0.025)
    assert exempt[365] == pytest.approx(0.27, abs=0.025)
    (line,) = reference_lines(load("venezuela_2025"))
    assert "none having come since 2025-08-14" in line
    assert "wider than the model's" in line


def test_nothing_stands_beside_a_scenario_that_codes_nothing():
    assert reference_lines(load("toy")) == []
    assert reference_table(load("toy")).empty


@pytest.mark.parametrize("name", ["iran_2025", "venezuela_2005_2025"])
def test_the_codes_of_another_conflict_or_of_a_later_window_do_not_count(name):
    scenario = load(name)
    assert bool(scenario.reference_class) == (scenario.labels["client"] == "Venezuela")  # another client inherits none
    assert reference_lines(scenario) == []


def test_where_the_window_opens_with_the_scenario_nothing_is_conditioned_on():
    august, november = (
        reference_table(load(name)).set_index(["patron", "assumption", "days"])["chance"]
        for name in ("venezuela_2025_august", "venezuela_2025")
    )
    assert (august > november).all()  # a clock that runs down
    assert "none having come" not in reference_lines(load("venezuela_2025_august"))[0]


def test_what_the_cases_code_of_a_scenario_moves_neither_its_hash_nor_its_numbers():
    scenario = load("venezuela_2025")
    bare = replace(scenario, reference_class={})
    assert scenario_hash(bare) == scenario_hash(scenario)
    assert scenario_from(json.loads(json.dumps(scenario_record(scenario)))) == scenario


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"client": 1}, "reference_class.client: 1 must be the name of the client"),
        ({"since": "x"}, "reference_class.since: 'x' must be a date"),
        ({"values": [5, 6]}, "reference_class.values: [5, 6] must be a list of rungs, one a date."),
        ({"values": [5, 6, 11]}, "reference_class.values: value 11 lies outside [0, 10] (rung)."),
        ({"at": []}, "reference_class.at: [] must be a list of dates."),
        ({"rungs": []}, "reference_class.rungs: unknown entry."),
        ({"source": ""}, "reference_class: source missing."),
        ({"patrons": {"russia": 1}}, "reference_class.patrons.russia: 1 must be a table of codes."),
        ({"patrons": {"russia": {"stake": 1}}}, "reference_class.patrons.russia.stake: unknown covariate."),
        ({"patrons": {"russia": {"strategic_stake": 1}}}, "reference_class.patrons.russia.strategic_stake: 1 has no"),
        (
            {"patrons": {"russia": {"strategic_stake": {"value": 2, "source": "judgement"}}}},
            "reference_class.patrons.russia.strategic_stake: value 2 lies outside [0, 1] (anchor).",
        ),
        (
            {"patrons": {"russia": {"strategic_stake": {"value": 1, "where": 1, "sauce": "judgement"}}}},
            "reference_class.patrons.russia.strategic_stake: unknown entry 'sauce'.",
        ),
        (
            {"patrons": {"cuba": {"stake_paid_by_client": 1}}},
            "reference_class.patrons.cuba.stake_paid_by_client: 1 must",
        ),
    ],
)
def test_a_faulty_table_of_a_scenario_is_refused(change, fault):
    table = dict(load("venezuela_2025").reference_class) | change
    assert any(found.startswith(fault) for found in faults_of_reference_class(table))
