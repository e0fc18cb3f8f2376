"""Is the model held against history as it says? Readings, patterns, distance, sampler, and the command."""

import json
from dataclasses import replace
from datetime import date
from itertools import islice

import numpy as np
import pytest
from typer.testing import CliRunner

from reference_pages.recovery import recovery, recovery_table
from scenarios import load, prior
from scenarios.cli.app import app
from scenarios.history import patterns as held
from scenarios.history.ensembles import (
    AUTUMN,
    HISTORY,
    POSTURE_DATES,
    STANDS,
    WAR,
    at_quantiles,
    exit_and_return,
    history_readings,
    history_runs,
    mean_where,
    nearest_step,
    shared,
)
from scenarios.history.fit import (
    ALWAYS_DRAWN,
    FELT,
    KEPT,
    LUCK_APART,
    MOST_NUMBERS,
    FitSizes,
    felt_by_history,
    fit_history,
    gaps_at,
    identification,
    nearest_points,
    scenarios_of_history,
    seeds_of_turns,
)
from scenarios.history.observations import patterns
from scenarios.history.patterns import (
    WORST,
    distance,
    held_against_history,
    part_of,
    parts_of,
    pattern_rows,
    shortfall,
    shortfalls,
    statistics,
)
from scenarios.history.sequential import HistorySample, Schedule, distinct, sequential
from scenarios.runs.courses import reduced
from scenarios.runs.job import Play
from scenarios.scenario.posterior import fitted_paths, posterior

RUNS = 24
PATTERNS = {pattern.id: pattern for pattern in patterns()}


@pytest.fixture(scope="module")
def history():
    return prior(load(HISTORY))


@pytest.fixture(scope="module")
def ensemble():
    return history_runs(scenarios_of_history(), RUNS, 1)


@pytest.fixture(scope="module")
def courses(history):
    return reduced(history, lambda chunk: chunk, Play(20))[0]


# -- readings ----------------------------------------------------------------------------------------------------------


def test_a_date_finds_the_step_that_is_nearest_to_it(history):
    assert [nearest_step(history, day) for day in (date(2005, 1, 1), date(2006, 1, 1), date(2025, 11, 30))] == [
        0,
        12,
        251,
    ]


def test_means_leave_out_steps_outside_the_mask_and_runs_that_have_none():
    found = mean_where(np.array([[1.0, 5.0, 3.0], [1.0, 2.0, 3.0]]), np.array([[True, False, True], [False] * 3]))
    assert found[0] == 2.0
    assert np.isnan(found[1])


def test_arms_are_read_off_what_was_delivered_in_those_years(history, courses):
    found = history_readings(history, courses)["arms_2006_13"]
    first, last = nearest_step(history, date(2006, 1, 1)), nearest_step(history, date(2013, 12, 31))
    spot = history.patrons.index("russia"), history.channels.index("arms")
    by_hand = [run[first : last + 1, spot[0], spot[1]].mean() / 3.0 for run in courses.delivered]
    assert found == pytest.approx(by_hand)


def made_up_oil(history, courses, before, after, late, shielded):
    """Courses in which Chinese oil falls from one level to another in August 2019, and is a third a year later."""
    p, c = history.patrons.index("china"), history.channels.index("oil")
    delivered, hidden = courses.delivered.copy(), courses.shielded.copy()
    at = nearest_step(history, date(2019, 8, 5))
    delivered[:, : at + 1, p, c], delivered[:, at + 1 : at + 7, p, c], delivered[:, at + 7 :, p, c] = (
        before,
        after,
        late,
    )
    hidden[:, :, p, c] = shielded
    return courses._replace(delivered=delivered, shielded=hidden)


@pytest.mark.parametrize(("after", "has_left"), [(1.4, 1.0), (1.6, 0.0)])
def test_exposed_firms_have_left_if_less_than_half_of_the_open_trade_is_there_within_two_months(
    history, courses, after, has_left
):
    left, before, trough, late = exit_and_return(history, made_up_oil(history, courses, 3.0, after, 2.5, 0.2), "china")
    assert set(left) == {has_left}
    assert (set(before), set(trough), set(late)) == ({3.0}, {after}, {2.5})


def test_cuba_stands_only_if_it_does_so_at_every_rung(history, courses):
    p, c = history.patrons.index("cuba"), history.channels.index("people")
    intended = courses.intended.copy()
    intended[:, :, p, c] = STANDS
    assert set(history_readings(history, courses._replace(intended=intended))["cuba_stands"]) == {1.0}
    intended[:, 1:][courses.rung[:, 1:] == 7.0, p, c] = STANDS - 1.0
    assert set(history_readings(history, courses._replace(intended=intended))["cuba_stands"]) == {0.0}


# -- patterns ----------------------------------------------------------------------------------------------------------


def test_every_pattern_of_the_observations_is_read_off_the_runs_and_no_other(history, ensemble):
    assert list(statistics(ensemble, history)) == list(PATTERNS)


def test_a_model_that_does_what_both_coders_say_fits_every_posture(history, ensemble):
    levels = ensemble.postures.copy()
    for row in held.postures():
        d = POSTURE_DATES.index(row.date)
        levels[:, :, d, history.patrons.index(row.patron), history.channels.index(row.channel)] = row.level
    exact, inside = held.fit_of_postures(ensemble._replace(postures=levels), history)
    assert exact.min() == 1.0
    assert inside.min() == 1.0


def test_guesses_without_a_model_are_told_for_every_date_that_has_one(history):
    found = held.baselines(history)
    exact, inside = found["the date before"]
    assert np.isnan(exact).tolist() == [True, False, False, False, False]
    assert (exact[1:] <= inside[1:]).all(), "a coder's own level lies in the coders' range"
    assert not np.isnan(found["mean of the other dates"]).any()


def test_losses_between_the_dates_are_counted_net_over_channels(history, ensemble):
    levels = np.zeros_like(ensemble.postures)
    p, (oil, arms) = history.patrons.index("russia"), (history.channels.index(c) for c in ("oil", "arms"))
    levels[:, :, :, p, oil] = [3, 2, 1, 1, 2]
    levels[:, :, :, p, arms] = [0, 0, 1, 0, 0]
    found = held.losses_between(levels, history)
    assert found["russia"].tolist() == [0.5], "lost, exchanged, lost, gained"
    assert found["cuba"].tolist() == [0.0]


def test_a_standardised_distance_is_counted_in_tenths_or_in_quarters_of_what_was_observed():
    assert held.standardised(PATTERNS["P1b"], 0.1) == pytest.approx(1.0)
    assert held.standardised(PATTERNS["P4a"], 0.5) == pytest.approx(-2.0)
    assert np.isnan(held.standardised(PATTERNS["P1c"], 0.5)), "nobody observes a counterfactual"


def test_counterfactuals_are_the_same_history_with_one_input_frozen(history, ensemble):
    frozen = replace(history, freeze=history.freeze | {"war"})
    chunks = reduced(frozen, lambda chunk: history_readings(frozen, chunk)["people_arms_2022_24"], Play(RUNS // 4))
    assert np.concatenate(chunks) == pytest.approx(ensemble.peaceful["people_arms_2022_24"][0])


def test_intervals_hold_the_statistic_and_narrow_with_the_runs(history, ensemble):
    rows = {row["id"]: row for row in pattern_rows(ensemble, history)}
    assert all(row["low"] - 1e-9 <= row["simulated"] <= row["high"] + 1e-9 for row in rows.values() if row["id"] > "P1")
    many = {row["id"]: row for row in pattern_rows(history_runs({WAR: load(WAR)}, 400, 1), history)}
    assert many["P8b"]["high"] - many["P8b"]["low"] < rows["P8b"]["high"] - rows["P8b"]["low"]


# -- distance ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "gap"),
    [
        ("P1a", 0.6, 0.0),
        ("P1a", 0.37, 1.0),
        ("P1b", 0.1, 0.0),
        ("P1b", 0.25, 1.0),
        ("P3a", 0.3, 0.0),
        ("P3a", 0.04, 1.0),
        ("P3b", 0.08, 1.0),
        ("P7", 0.92, 1.0),
        ("P2c", 0.82, 1.0),
        ("P4c", 1.0, 0.0),
        ("P10a", 1.0, 0.0),
        ("P5a", 9.0, WORST),
    ],
)
def test_a_shortfall_is_measured_from_the_threshold_and_its_margin_and_the_end_of_a_share_has_none(name, value, gap):
    assert shortfall(PATTERNS[name], np.array([value]))[0] == pytest.approx(gap)


def test_nothing_is_further_away_than_what_cannot_be_read_off():
    assert shortfall(PATTERNS["P2c"], np.array([np.nan, -9.0])).tolist() == [WORST, WORST]


def test_distance_is_zero_only_where_every_pattern_holds(history, ensemble):
    gaps = shortfalls(ensemble, history)
    assert distance(gaps)[0] > 0.0
    assert distance({name: np.zeros(1) for name in gaps})[0] == 0.0


# -- the sampler -------------------------------------------------------------------------------------------------------


def test_the_sampler_finds_the_posterior_of_a_problem_with_a_known_answer():
    # a flat prior and a distance that is |x - 0.3|: the sample must be flat within the tolerance around 0.3
    rng = np.random.default_rng(1)
    fit = sequential(lambda cube, _: np.abs(cube[:, 0] - 0.3), 2, Schedule(800, 8, target=0.05), rng)
    assert fit.tolerances[-1] == pytest.approx(0.05)
    assert fit.cube[:, 0].mean() == pytest.approx(0.3, abs=0.005)
    assert fit.cube[:, 0].std() == pytest.approx(0.05 / np.sqrt(3.0), rel=0.1)
    # the second number has no part in the distance and keeps its prior
    assert 12.0 * fit.cube[:, 1].var() == pytest.approx(1.0, abs=0.15)


def test_many_numbers_that_do_not_matter_leave_a_sample_of_many_points():
    rng = np.random.default_rng(2)
    fit = sequential(lambda cube, _: np.abs(cube[:, 0] - 0.3), 30, Schedule(300, 6), rng)
    assert distinct(fit.cube) > 220
    assert 12.0 * fit.cube[:, 1:].var(axis=0).mean() == pytest.approx(1.0, abs=0.1)


def test_the_sampler_stops_where_no_point_can_come_nearer():
    fit = sequential(lambda cube, _: 1.0 + 0.0 * cube[:, 0], 1, Schedule(50, 5, target=0.5), np.random.default_rng(1))
    assert fit.tolerances[-1] == 1.0


def test_the_end_keeps_the_points_that_are_nearest_when_they_are_judged_once_more():
    lucky = HistorySample(np.arange(40.0)[:, None] / 40.0, np.zeros(40), (1.0,), (), 40)
    left = nearest_points(lambda cube, _: cube[:, 0], lucky, 7)
    assert left.cube[:, 0].tolist() == pytest.approx([i / 40.0 for i in range(round(40 * KEPT))])
    assert left.distances.max() == left.cube.max() <= left.tolerances[-1]
    assert left.played == 80


# -- numbers -----------------------------------------------------------------------------------------------------------


def test_only_numbers_that_mean_the_same_are_shared():
    both = shared(load(HISTORY), load("venezuela_2025"))
    assert "patrons.russia.payment_weight" in both
    assert "patrons.russia.exposure" not in both, "it was another before 2020"
    assert not [path for path in both if path.endswith(".opening")]


def test_quantiles_of_a_range_run_from_its_low_to_its_high_end(history):
    table = at_quantiles(history, ["model.precision"], np.linspace(1e-9, 1.0 - 1e-9, 5)[:, None])
    number = history.numbers["model.precision"]
    assert table["model.precision"].iloc[[0, -1]].tolist() == pytest.approx([number.low, number.high], abs=1e-3)


# -- fitting -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fitted():
    return fit_history(FitSizes(30, 1, 60, 2), seed=3)


def test_a_fit_is_the_same_for_the_same_seed(fitted):
    _, posterior = fitted
    _, again = fit_history(FitSizes(30, 1, 60, 2), seed=3)
    assert posterior.paths == again.paths
    assert np.array_equal(posterior.rows, again.rows)


def test_finer_generations_end_with_the_nearest_points():
    _, posterior = fit_history(FitSizes(20, 1, 50, 2, fine=1, fine_replications=2), seed=3)
    assert len(posterior.rows) == pytest.approx(20 * KEPT, abs=1.0)
    assert posterior.fit.distances.max() <= posterior.fit.tolerances[-1]


def test_no_luck_is_met_twice_by_a_fit_or_by_two():
    firsts = [next(seeds_of_turns(seed)) for seed in (0, 1, 2)]
    assert list(islice(seeds_of_turns(1), 3)) == [firsts[1], firsts[1] + 1, firsts[1] + 2]
    assert min(np.diff(firsts)) >= LUCK_APART, "no fit takes as many judgements"


def test_all_points_of_a_judgement_have_the_same_luck_whatever_their_batch(monkeypatch):
    monkeypatch.setattr("scenarios.history.fit.BATCH", 2)
    scenarios = {WAR: prior(load(WAR)), HISTORY: prior(load(HISTORY))}
    gaps = gaps_at(scenarios, ["model.clash_probability"], 5, np.full((5, 1), 0.5), 1)
    assert all(len(set(values.tolist())) == 1 for values in gaps.values())


def test_precision_and_the_two_traits_are_never_fitted(fitted):
    screening, posterior = fitted
    assert not [path for path in screening.paths if path.rpartition(".")[2] in ALWAYS_DRAWN]
    assert 0 < len(posterior.paths) <= MOST_NUMBERS


def test_fitted_numbers_stay_within_their_ranges(fitted, history):
    _, posterior = fitted
    for i, path in enumerate(posterior.paths):
        number = history.numbers[path]
        assert number.low <= posterior.rows[:, i].min() <= posterior.rows[:, i].max() <= number.high


def test_numbers_that_no_pattern_answers_to_are_not_fitted(fitted):
    screening, posterior = fitted
    felt = screening.table.set_index("path")["correlation"].abs()
    assert felt[posterior.paths].min() >= FELT
    assert felt_by_history(screening, 3) == posterior.paths[:3]


def test_what_was_learnt_is_told_for_every_number(fitted, history):
    _, posterior = fitted
    table = identification(posterior, history)
    assert table["path"].tolist() == posterior.paths
    assert (table["q10"] <= table["q90"]).all()


# -- what users see ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "part"), [("toy", ""), (HISTORY, HISTORY), (AUTUMN, AUTUMN), (WAR, WAR)])
def test_a_scenario_knows_its_part_in_history(name, part):
    assert part_of(load(name)) == part


def test_a_change_of_the_history_is_carried_to_its_other_parts():
    changed = load(HISTORY).believed({"patrons.russia.risk_tolerance": 0.7})
    changed = changed.with_values({"patrons.iran.bargain": 0.1, "terms.bargain": "off"})
    for part in parts_of(changed).values():
        assert part.numbers["patrons.russia.risk_tolerance"].value == 0.7
        assert ("patrons.iran.bargain=0.1" in {each.words for each in part.settings}) == ("iran" in part.patrons)
        assert part.terms["bargain"] == "off"


def test_only_the_patterns_that_a_scenario_can_speak_to_are_told():
    assert list(held_against_history(load(WAR), 20)["id"]) == ["P8a", "P8b"]
    assert held_against_history(load("toy"), 20).empty


def test_the_run_of_a_history_prints_its_patterns_as_json(tmp_path):
    command = ["run", WAR, "--replications", "20", "--out", str(tmp_path), "--format", "json", "--no-figures"]
    told = CliRunner().invoke(app, [*command, "--no-ladder", "--quiet"])
    assert told.exit_code == 0
    patterns_told = json.loads(told.stdout)["patterns"]
    assert [row["id"] for row in patterns_told] == ["P8a", "P8b"]
    assert {"id", "what", "observed", "simulated", "low", "high", "holds"} <= set(patterns_told[0])


def test_the_fit_command_writes_sample_tables_and_figure(tmp_path):
    sizes = ["--particles", "20", "--generations", "1", "--screen", "50", "--replications", "2", "--fine", "0"]
    told = CliRunner().invoke(app, ["fit", *sizes, "--out", str(tmp_path), "--format", "csv", "--quiet"])
    assert told.exit_code == 0, told.output
    assert told.stdout.startswith("id,what,observed,required,prior_simulated")
    names = {file.name for file in (tmp_path / "fit").iterdir()}
    assert names >= {"posterior.csv", "posterior.json", "screening.csv", "identification.csv", "fitted.png"}
    assert "scenarios fit" in json.loads((tmp_path / "fit" / "posterior.json").read_text())["command"]


@pytest.mark.parametrize(
    "option",
    [
        ["--particles", "3"],
        ["--screen", "60", "--particles", "90"],
        ["--replications", "1"],
        ["--seed", "-1"],
        ["--seed", "9000000000000000000"],
        ["--library", "a/b"],
    ],
)
def test_sizes_of_a_fit_that_make_no_sense_are_refused(option):
    told = CliRunner().invoke(app, ["fit", *option, "--quiet"])
    assert told.exit_code == 2
    assert "must " in told.stderr


def test_known_numbers_that_history_feels_are_found_again(history):
    paths = ["patrons.china.payment_weight", "patrons.china.exposure"]
    study = recovery(history, paths, truths=8, particles=25, generations=1, replications=6, seed=1)
    assert study.samples.shape == (8, 25, 2)
    table = recovery_table(study).set_index("path")
    assert table["correlation"].max() > 0.5
    assert (table["width"] < 1.0).all(), "the sample is narrower than the prior"


# -- the sample that is shipped ----------------------------------------------------------------------------------------


def test_the_present_draws_from_the_shipped_sample_and_every_number_of_it_lies_in_its_range():
    present = load("venezuela_2025")
    sample = posterior(present.posterior)
    assert fitted_paths(present) == list(sample.paths)
    for column, path in zip(sample.rows.T, sample.paths, strict=True):
        number = present.numbers[path]
        assert number.low <= column.min() < column.max() <= number.high


@pytest.mark.parametrize("name", ["venezuela_2025_august", HISTORY, WAR])
def test_the_histories_draw_from_it_what_they_share(name):
    scenario = load(name)
    assert scenario.posterior == load("venezuela_2025").posterior
    assert 0 < len(fitted_paths(scenario)) <= len(posterior(scenario.posterior).paths)


def test_the_raw_ranges_are_one_word_away_and_the_summary_says_which(tmp_path):
    said = {}
    for option in ([], ["--prior"]):
        command = [
            "run",
            "venezuela_2025",
            "--replications",
            "20",
            "--no-control",
            "--no-ladder",
            "--no-figures",
            "--full",
        ]
        told = CliRunner().invoke(app, [*command, *option, "--out", str(tmp_path), "--quiet"])
        assert told.exit_code == 0
        said[bool(option)] = " ".join(told.stdout.split())
    assert "Numbers drawn from: posterior (" in said[False]
    assert "Numbers drawn from: prior (the raw ranges" in said[True]


@pytest.mark.parametrize(
    "question",
    [
        ["discover", "venezuela_2025", "--of", "china.step_back", "--points", "1500", "--no-figures"],
        ["sweep", "venezuela_2025", "--vary", "patrons.russia.bargain=0.1:0.4:2", "--replications", "10"],
    ],
    ids=["discover", "sweep"],
)
def test_discoveries_and_sweeps_take_the_raw_ranges_too(question, tmp_path):
    said = {}
    for option in ([], ["--prior"]):
        told = CliRunner().invoke(app, [*question, *option, "--out", str(tmp_path), "--quiet"])
        assert told.exit_code == 0, told.output
        said[bool(option)] = " ".join(told.stdout.split())
    assert "Numbers drawn from: posterior (" in said[False]
    assert "Numbers drawn from: prior (the raw ranges" in said[True]
