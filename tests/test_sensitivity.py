"""Indices are those of the literature, luck is told from effect, and noise is refused in words."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from typer.testing import CliRunner

import scenarios as sc
from scenarios.cli.app import app
from scenarios.errors import QuestionRefused, RequestRefused, UnknownName, UserError
from scenarios.outcomes.outcome import answers, known_outcomes
from scenarios.questions.design import as_values, morris_cube, outcomes_at, sobol_cube
from scenarios.questions.factors import chosen_paths, factors_of
from scenarios.questions.sensitivity.ask import designed
from scenarios.questions.sensitivity.first_order import correlation_ratios, sensitivity_given
from scenarios.questions.sensitivity.indices import (
    MOST_LUCK,
    STEP,
    LuckOfOutcome,
    checked_luck,
    complete_runs,
    luck_of,
    morris_indices,
    quarter_middles,
    sobol_indices,
)
from scenarios.questions.sensitivity.variance import rule_and_total, rule_shares_of, split_of, with_rule
from scenarios.questions.sensitivity.words import sensitivity_notes
from scenarios.questions.sweep.figure import grid_of, tipping_map
from scenarios.runs.job import Play
from scenarios.scenario.priors import drawn
from scenarios.vocabulary import DecisionRule, Term

NAMES = ("first", "second", "third")


def ishigami(angles):
    """T. Ishigami and T. Homma (1990) with a = 7, b = 0.1, angles in (-pi, pi), shape (points, 3)."""
    one, two, three = angles.T
    return np.sin(one) + 7.0 * np.sin(two) ** 2 + 0.1 * three**4 * np.sin(one)


def ishigami_indices():
    """The analytic first and total order indices of that function."""
    v1 = 0.5 * (1.0 + 0.1 * np.pi**4 / 5.0) ** 2
    v2 = 7.0**2 / 8.0
    v13 = 8.0 * 0.1**2 * np.pi**8 / 225.0
    total = v1 + v2 + v13
    return np.array([v1, v2, 0.0]) / total, np.array([v1 + v13, v2, v13]) / total


@pytest.fixture(scope="module")
def toy():
    """The smallest scenario of the library."""
    return sc.load("toy")


def test_the_analytic_indices_are_the_published_ones():
    first, total = ishigami_indices()
    assert first == pytest.approx([0.3139, 0.4424, 0.0], abs=5e-5)
    assert total == pytest.approx([0.5576, 0.4424, 0.2437], abs=5e-5)


def test_sobol_indices_of_the_ishigami_function_are_the_published_ones():
    cube = sobol_cube(NAMES, 4096, seed=1)
    found = sobol_indices(NAMES, ishigami((2.0 * cube - 1.0) * np.pi)[:, None], seed=1)
    first, total = ishigami_indices()
    assert found["first_order"].to_numpy() == pytest.approx(first, abs=0.02)
    assert found["total_order"].to_numpy() == pytest.approx(total, abs=0.02)
    assert (np.abs(found["first_order"] - first) <= found["first_order_conf"]).all()
    assert (np.abs(found["total_order"] - total) <= found["total_order_conf"]).all()


def test_scipy_finds_the_same_sobol_indices():
    cube = sobol_cube(NAMES, 4096, seed=2)
    found = sobol_indices(NAMES, ishigami((2.0 * cube - 1.0) * np.pi)[:, None], seed=2)
    other = stats.sobol_indices(
        func=lambda x: ishigami(x.T),
        n=4096,
        dists=[stats.uniform(-np.pi, 2.0 * np.pi)] * 3,
        rng=np.random.default_rng(3),
    )
    assert found["first_order"].to_numpy() == pytest.approx(other.first_order.ravel(), abs=0.03)
    assert found["total_order"].to_numpy() == pytest.approx(other.total_order.ravel(), abs=0.03)


def test_indices_of_a_noisy_ishigami_function_stay_within_their_intervals():
    cube = sobol_cube(NAMES, 1024, seed=4)
    rng = np.random.default_rng(4)
    exact = ishigami((2.0 * cube - 1.0) * np.pi)
    noisy = exact[:, None] + rng.normal(0.0, 3.0, (1, 40)) + rng.normal(0.0, 3.0, (len(exact), 40))
    found = sobol_indices(NAMES, noisy, seed=4)
    first, total = ishigami_indices()
    assert (np.abs(found["first_order"] - first) <= found["first_order_conf"]).all()
    assert (np.abs(found["total_order"] - total) <= found["total_order_conf"] + found["luck"]).all()
    assert (found["total_order"] > found["luck"]).all()


def test_an_elementary_effect_of_a_straight_line_is_its_rise_over_half_of_the_distribution():
    names = ("steep", "falling", "idle")
    cube = morris_cube(names, 6, seed=1)
    middles = quarter_middles(cube)
    found = morris_indices(names, cube, (4.0 * middles[:, :1] - 2.0 * middles[:, 1:2]) * np.ones((1, 3)), seed=1)
    # two of the four quarters up: half of the distribution
    assert found["mu_star"].to_numpy() == pytest.approx([2.0, 1.0, 0.0], abs=1e-9)
    assert found["mu"].to_numpy() == pytest.approx([2.0, -1.0, 0.0], abs=1e-9)
    assert found["sigma"].to_numpy() == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)
    assert pytest.approx(0.5) == STEP * (3 / 4)


def test_numbers_that_do_nothing_pass_the_mark_of_luck_in_few_analyses():
    names = tuple(f"number {i}" for i in range(12))
    alarms = {"morris": 0, "sobol": 0}
    for seed in range(30):
        rng = np.random.default_rng(seed)
        for kind, cube in (("morris", morris_cube(names, 10, seed)), ("sobol", sobol_cube(names[:5], 64, seed))):
            happened = (rng.random((len(cube), 30)) < 0.2 + 0.4 * cube[:, :1]).astype(float)
            if kind == "morris":
                found = morris_indices(names, cube, happened, seed)
                is_alarm = found["mu_star"] > found["luck"]
            else:
                found = sobol_indices(names[:5], happened, seed)
                is_alarm = found["total_order"] > found["luck"]
            alarms[kind] += bool(is_alarm[1:].any())
    # 5 % is promised; more than 5 of 30 would happen by luck in one case out of 300
    assert max(alarms.values()) <= 5


def test_a_real_effect_passes_the_mark_of_luck():
    names = ("acts", "idle")
    cube = morris_cube(names, 10, 1)
    happened = (np.random.default_rng(1).random((len(cube), 100)) < 0.2 + 0.5 * cube[:, :1]).astype(float)
    found = morris_indices(names, cube, happened, 1).set_index("path")
    assert found.loc["acts", "mu_star"] > found.loc["acts", "luck"]


def test_luck_that_moves_all_points_alike_is_no_noise():
    points = np.linspace(0.0, 1.0, 50)[:, None]
    shared = np.random.default_rng(1).normal(0.0, 5.0, (1, 20))
    assert luck_of(points + shared).share == pytest.approx(0.0, abs=1e-12)


def test_the_share_of_luck_is_the_one_that_was_put_in():
    rng = np.random.default_rng(1)
    points = rng.normal(0.0, 1.0, (4000, 1))
    found = luck_of(points + rng.normal(0.0, 2.0, (4000, 10)))
    # noise of a mean: 4 / 10; variance between points: 1
    assert found.share == pytest.approx(0.4 / 1.4, abs=0.02)
    assert found.between == pytest.approx(1.0, abs=0.06)


def test_the_number_of_runs_that_would_do_brings_luck_down_to_its_bound():
    needed = LuckOfOutcome(between=1.0, share=0.4 / 1.4, replications=10).needed(0.25)
    # 4 / R over 1 + 4 / R is a quarter at R = 12
    assert needed == 12
    assert LuckOfOutcome(between=-0.1, share=1.0, replications=10).needed() is None


@pytest.mark.parametrize(("excess", "cure"), [(0.5, "would do: --replications"), (1e-9, "ask for far more runs")])
def test_more_runs_than_anybody_would_wait_for_are_not_proposed(excess, cure):
    means = np.linspace(-1.0, 1.0, 100)
    luck = np.where(np.arange(100) % 2, 1.0, -1.0) * means.std(ddof=1) / np.sqrt(1.0 + excess)
    with pytest.raises(RequestRefused, match=cure):
        checked_luck("made.up", np.stack([means + luck, means - luck], axis=1), 0.25)


def test_too_much_luck_is_refused_with_estimate_bound_and_cure():
    rng = np.random.default_rng(1)
    noisy = 0.3 * rng.normal(size=(200, 1)) + rng.normal(size=(200, 10))
    with pytest.raises(
        RequestRefused, match=r"\d\d% of the variance between points is luck.*bound of 25%.*--replications \d+"
    ):
        checked_luck("china.step_back", noisy)
    assert checked_luck("china.step_back", noisy, 1.0).share > MOST_LUCK


def test_an_outcome_that_never_differs_is_refused():
    with pytest.raises(RequestRefused, match="gave 0, so nothing moves it"):
        checked_luck("china.abandonment", np.zeros((8, 4)))


def test_one_run_at_each_point_is_refused():
    with pytest.raises(RequestRefused, match="1 run at each point cannot tell luck from effect"):
        checked_luck("china.step_back", np.arange(8.0)[:, None])


def test_missing_answers_are_counted_and_refused_because_they_would_make_every_index_nothing():
    values = np.ones((8, 4))
    values[3] = np.nan
    with pytest.raises(RequestRefused, match=r"4 of 32 runs have no answer.* at 1 of 8 points none has"):
        complete_runs("iran.step_back", values)


def test_a_few_runs_without_an_answer_are_left_out_at_every_point():
    values = np.arange(32.0).reshape(8, 4)
    values[3, 1] = np.nan
    assert complete_runs("iran.step_back", values).shape == (8, 3)


def test_an_uneven_number_of_base_samples_is_refused_with_the_nearest_that_are_even(toy):
    with pytest.raises(RequestRefused, match=r"power of two.*Nearest: 64, 128"):
        designed(toy, ["client.hold"], base_samples=100)


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"over": ["client.hlod"]}, "Unknown number or group 'client.hlod'.*'client.hold'"),
        ({"over": ["patrons.redland.channels.oil.weight"]}, "Unknown number or group"),
        ({"method": "fast"}, "Unknown method 'fast'"),
        ({"rest": "frozen"}, "Unknown choice for the rest 'frozen'"),
        ({"replications": 1}, "--replications 1: must be at least 2"),
        ({"top": 0}, "--top 0: must be at least 1"),
        ({"replications": 10**7}, "runs are more than 20,000,000"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_before_anything_runs(toy, choices, said):
    with pytest.raises((RequestRefused, UnknownName), match=said):
        designed(toy, **choices)


def test_a_number_without_a_range_cannot_be_varied(toy):
    pinned = toy.believed({"client.hold": 0.4})
    with pytest.raises(RequestRefused, match=r"client.hold: has no range in toy"):
        chosen_paths(pinned, ["client.hold"])


def test_a_group_stands_for_all_its_uncertain_numbers(toy):
    found = chosen_paths(toy, ["patrons.redland"])
    assert found
    assert all(path.startswith("patrons.redland.") and toy.numbers[path].is_uncertain for path in found)


def test_a_design_takes_each_number_from_its_own_distribution():
    base = sc.load("venezuela_2025")
    paths = chosen_paths(base)
    u = np.linspace(0.001, 0.999, 40)
    table = as_values(base, dict.fromkeys(paths, ()), np.repeat(u[:, None], len(paths), axis=1))
    for path in ("patrons.china.bargain", "model.precision", "client.hold"):
        number = base.numbers[path]
        kind = {"triangular": 0, "uniform": 1, "loguniform": 2}[number.distribution]
        rule = [drawn(kind, number.low, number.value, number.high, int(number.unit == "level"), x) for x in u]
        assert table[path].to_list() == rule
        assert table[path].is_monotonic_increasing


def test_outcomes_at_a_point_are_those_of_the_scenario_with_its_values(toy):
    table = pd.DataFrame({"client.hold": [0.3, 0.7], "patrons.redland.stake": [0.5, 1.0]})
    found = outcomes_at(toy, table, ["redland.step_back", "client.removed"], Play(30, 5, jobs=2))
    for point, values in enumerate(table.to_dict("records")):
        results = sc.simulate(toy.believed(values), 30, rng=5)
        for name, runs in found.items():
            assert np.array_equal(runs[point], answers(results, [name])[name], equal_nan=True)


@pytest.mark.parametrize(
    "table",
    [
        {"terms.bargain": ["on", "off", "on"], "client.hold": [0.3, 0.7, 0.5]},
        {"coercer.rung": [8, 4, 8], "terms.words": ["off", "off", "frozen"], "client.hold": [0.3, 0.3, 0.4]},
        {"terms.bargain": ["off", "on", "off"]},
    ],
)
def test_points_that_differ_by_switches_and_levels_are_those_scenarios_with_the_same_luck(toy, table):
    table = pd.DataFrame(table)
    found = outcomes_at(toy, table, ["redland.step_back", "redland.support_end"], Play(30, 5))
    for point, values in enumerate(table.to_dict("records")):
        results = sc.simulate(toy.believed(values), 30, rng=5)
        for name, runs in found.items():
            assert np.array_equal(runs[point], answers(results, [name])[name], equal_nan=True)


@pytest.mark.parametrize(
    ("over", "choices"),
    [
        (["terms"], {f"terms.{term}": ("off", "frozen", "on") for term in Term.words()}),
        (["coercer.rung"], {"coercer.rung": tuple(map(float, range(11)))}),
        (["client.hold=0.2,0.6"], {"client.hold": (0.2, 0.6)}),
        (["coercer.mode=ramp,adaptive", "client.hold"], {"client.hold": (), "coercer.mode": ("ramp", "adaptive")}),
    ],
)
def test_switches_and_whole_numbers_are_varied_by_choices(toy, over, choices):
    assert factors_of(toy, over) == choices


def test_a_level_without_a_range_is_varied_over_what_its_channel_can_carry(toy):
    path = "patrons.redland.channels.oil"
    pinned = toy.believed({f"{path}.opening": 1, f"{path}.feasible": 2})
    assert factors_of(pinned, [f"{path}.opening"]) == {f"{path}.opening": (0.0, 1.0, 2.0)}


@pytest.mark.parametrize(
    ("over", "said"),
    [
        (["terms.bargian"], "Unknown term 'bargian'.*'bargain'"),
        (["terms.bargain=on,of"], "--over: terms.bargain"),
        (["terms.bargain=on,on"], "has one choice, on; name two or more"),
        (["coercer.rung=4,99"], "coercer.rung: .*99"),
        (["client.hlod=0.1,0.2"], "unknown path 'client.hlod'"),
    ],
)
def test_choices_that_cannot_be_are_refused(toy, over, said):
    with pytest.raises(UserError, match=said):
        designed(toy, over)


def test_a_switch_is_screened_and_weighed_beside_numbers(toy):
    over = ["client.hold", "terms.words", "coercer.rung=2,8"]
    found = sc.sensitivity(toy, "redland.support_end", over, base_samples=16, replications=200)
    assert set(found.indices["path"]) == {"client.hold", "terms.words", "coercer.rung"}
    assert found.manifest["choices"] == {"terms.words": ("off", "frozen", "on"), "coercer.rung": (2.0, 8.0)}
    notes = " ".join(sensitivity_notes({"indices": found.indices}, found.manifest))
    assert "terms.words (off, frozen, on); coercer.rung (2, 8)" in notes
    screening = sc.sensitivity(toy, "redland.support_end", over, "morris", replications=200).screening
    assert screening.set_index("path")["verdict"]["terms.words"] == "moves it"


def test_the_same_seed_gives_the_same_sensitivity_and_another_seed_another(toy):
    sizes = {
        "over": ["coercer.rise_rate", "coercer.memory"],
        "base_samples": 8,
        "replications": 20,
    }
    one, same, other = (sc.sensitivity(toy, "client.removed", **sizes, rng=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one.indices, same.indices)
    assert not one.indices.equals(other.indices)
    assert set(one.indices["path"]) == set(sizes["over"])
    assert one.refused == {}


def test_screening_hands_the_foremost_numbers_to_sobol(toy):
    found = sc.sensitivity(
        toy, ["client.removed", "redland.step_up"], ["coercer"], base_samples=8, replications=60, top=3
    )
    first = found.screening[found.screening["outcome"] == "client.removed"]
    assert len(first) == len(chosen_paths(toy, ["coercer"]))
    assert first["mu_star"].is_monotonic_decreasing
    weighed = set(found.indices["path"])
    assert len(weighed) == 3
    assert first["path"].iloc[0] in weighed
    # a step up hardly hangs on the coercer's numbers: it may be refused, and the other is answered all the same
    assert {"outcome", "path", "total_order", "luck", "verdict", "chance_share"} <= set(found.indices.columns)


def test_the_split_subtracts_the_noise_in_the_points_means():
    rng = np.random.default_rng(1)
    cells = rng.normal(0.0, 1.0, (3000, 1)) + rng.normal(0.0, 2.0, (3000, 5))
    found = split_of(cells)
    # variance between 1, within 4
    assert found["unknown_share"] == pytest.approx(0.2, abs=0.02)
    assert found["unknown_low"] < 0.2 < found["unknown_high"]
    assert found["unknown_share"] + found["chance_share"] == pytest.approx(1.0)


def test_pure_luck_leaves_nothing_that_we_do_not_know():
    found = split_of(np.random.default_rng(2).normal(size=(2000, 4)))
    assert found["unknown_share"] < 0.03


@pytest.mark.parametrize("true_share", [0.0, 0.1, 0.6])
@pytest.mark.parametrize("is_binary", [False, True])
def test_the_limits_of_what_nobody_knows_hold_the_truth_over_few_points(true_share, is_binary):
    rng, tries, n, runs = np.random.default_rng(4), 200, 30, 10
    holds = 0
    for _ in range(tries):
        if is_binary:
            size = 1.0 / max(true_share, 1e-9) - 1.0
            cells = (rng.random((n, runs)) < rng.beta(0.3 * size, 0.7 * size, (n, 1))).astype(float)
        else:
            cells = rng.normal(0, true_share**0.5, (n, 1)) + rng.normal(0, (1 - true_share) ** 0.5, (n, runs))
        found = split_of(cells)
        holds += found["unknown_low"] <= true_share <= found["unknown_high"]
    assert holds >= 0.91 * tries


def test_a_share_of_which_the_draws_say_nothing_may_be_anything():
    one_case = np.zeros((50, 10))
    one_case[0, 0] = 1.0
    found = split_of(one_case)
    assert found["unknown_low"] < 0.05
    assert found["unknown_high"] == 1.0
    decided = np.repeat([[0.0], [1.0]], 250, axis=0) * np.ones((1, 20))
    assert split_of(decided)["unknown_low"] > 0.95


def test_with_every_number_fixed_all_variance_is_chance(toy):
    from scenarios.scenario.overlay import fixed

    found = sc.variance_split(fixed(toy), "redland.step_back", points=200, replications=10)
    assert found["chance_share"].iloc[0] > 0.97


def test_a_rule_that_decides_everything_explains_all():
    assert rule_and_total(np.array([[0.0, 1.0]] * 5)) == (1.0, 1.0)


def test_rules_that_differ_by_luck_alone_explain_nothing_alone():
    cells = np.random.default_rng(3).normal(size=(3000, 3))
    alone, total = rule_and_total(cells)
    assert alone < 0.003
    # no run goes the same way under two rules, so the rule is part of all of it
    assert total == pytest.approx(2 / 3, abs=0.02)
    found = rule_shares_of(cells, DecisionRule.words(), seed=1)
    assert found["rule_low"] <= found["rule_share"] <= found["rule_high"]


def test_the_three_rules_are_asked_on_matched_runs(toy):
    values, shares = sc.rule_shares(toy, "redland.step_back", 300, rng=4)
    by_rule = values.set_index("decision_rule")["value"]
    assert list(by_rule.index) == DecisionRule.words()
    for rule in ("prospect", "threshold"):
        results = sc.simulate(with_rule(toy, rule), 300, rng=4)
        assert set(results.runs["decision_rule"]) == {rule}
        assert by_rule[rule] == pytest.approx(answers(results, ["redland.step_back"])["redland.step_back"].mean())
    assert shares["highest"].iloc[0] == by_rule.idxmax()


def test_any_question_can_be_asked_over_the_rules(toy):
    found = sc.over_rules(toy, lambda played: sc.summarise(sc.simulate(played, 20, rng=1)))
    assert found["decision_rule"].nunique() == 3
    assert found.columns[0] == "decision_rule"


def paths_tell(results, patron, channel):
    """Whether a channel was given up, told from the levels of every step instead of from the events."""
    lasting = round(results.scenario.persistence_days / results.scenario.step_days)
    found = np.full(len(results.runs), np.nan)
    rows = results.paths[results.paths["patron"] == patron]
    for run, path in rows.groupby("run"):
        none = path[f"level.{channel}"].to_numpy() <= 0.0
        if none[0]:
            continue
        began, found[run] = None, 0.0
        for step, is_none in enumerate(none):
            began = (step if began is None else began) if is_none else None
            if began is not None and step - began >= lasting:
                found[run] = 1.0
    return found


@pytest.mark.parametrize("name", ["venezuela_2025", "toy"])
def test_a_channel_given_up_is_the_same_by_events_and_by_levels(name):
    results = sc.simulate(sc.load(name), 200, rng=3)
    happened = 0
    for patron in results.scenario.patrons:
        for channel in results.scenario.channels:
            outcome = f"{patron}.abandonment.{channel}"
            found = answers(results, [outcome])[outcome]
            assert np.array_equal(found, paths_tell(results, patron, channel), equal_nan=True), outcome
            happened += int(np.nansum(found))
    assert happened > 10


def test_every_outcome_that_is_known_has_an_answer_in_every_run(toy):
    results = sc.simulate(toy, 30, rng=1)
    found = answers(results, known_outcomes(toy))
    assert all(values.shape == (30,) for values in found.values())
    back, at = found["redland.step_back"], found["redland.step_back.at"]
    assert np.array_equal(back == 0.0, at == toy.steps)
    first = sum(found[f"redland.step_back.{channel}"] for channel in toy.channels)
    assert np.array_equal(first, back, equal_nan=True)


def test_an_unknown_outcome_is_answered_with_the_nearest(toy):
    with pytest.raises(QuestionRefused, match=r"Did you mean 'redland.step_back_further'"):
        sc.sensitivity(toy, "redland.step_back_futher")


def asked(*words):
    """What a command says."""
    return CliRunner().invoke(app, [str(word) for word in words])


SMALL = (
    "--over",
    "coercer.rise_rate",
    "--over",
    "coercer.memory",
    "--base-samples",
    4,
    "--replications",
    40,
)


def test_a_design_moves_raw_ranges_and_says_so_whatever_history_has_taught():
    # what a sample of the library teaches is left out, whichever it is
    fitted = replace(sc.load("venezuela_2025"), posterior="some")
    small = {"over": ("patrons.china.bargain",), "method": "morris", "base_samples": 4, "replications": 10}
    found = sc.sensitivity(fitted, ("russia.step_back",), rng=1, **small)
    assert found.manifest["numbers"] == "prior"


def test_the_command_counts_its_runs_first_prints_draws_and_remembers(tmp_path):
    words = ("sensitivity", "toy", "--of", "client.removed", *SMALL, "--out", tmp_path)
    done = asked(*words)
    assert done.exit_code == 0, done.output
    assert "Sobol over 2: 4 base samples, 16 points x 40 runs. 10,640 runs, about" in done.stderr
    assert "Sobol indices, 16 points x 40 runs" in done.stdout
    assert "share of chance" in done.stdout
    folder = next((tmp_path / "toy").iterdir())
    assert (folder / "indices.csv").is_file()
    assert (folder / "figures" / "tornado_client.removed.png").is_file()
    again = asked(*words)
    assert "nothing was run" in again.stderr
    assert again.stdout == done.stdout


def test_json_holds_every_table_and_nothing_that_json_has_not(tmp_path):
    words = ("sensitivity", "toy", "--of", "client.removed", *SMALL, "--out", tmp_path)
    done = asked(*words, "--no-figures", "--format", "json", "--quiet")
    found = json.loads(done.stdout, parse_constant=lambda word: pytest.fail(word))
    assert {"indices", "split", "notes", "manifest", "folder"} <= set(found)
    assert done.stderr == ""


def test_an_outcome_that_is_noise_ends_in_words_and_not_in_indices(tmp_path):
    words = ("sensitivity", "toy", "--of", "client.holds", "--over", "patrons.redland.bargain", "--base-samples", 4)
    done = asked(*words, "--replications", 2, "--out", tmp_path)
    assert done.exit_code == 2
    assert "client.holds" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_the_rules_are_printed_side_by_side(tmp_path):
    words = ("sensitivity", "toy", "--over-rules", "--of", "redland.step_back", "--replications", 50, "--out", tmp_path)
    done = asked(*words)
    assert done.exit_code == 0, done.output
    assert "threshold" in done.stdout
    assert "rule alone (95 %)" in done.stdout
    assert json.loads(asked(*words, "--format", "json").stdout)["rules"][0]["decision_rule"] == "quantal_response"


def grid(value):
    """A table over two numbers."""
    points = [(x, y) for x in (0.1, 0.2, 0.3) for y in (1.0, 2.0)]
    rows = [{"a": x, "b": y, "value": value(x, y), "se": 0.01, "n": 100} for x, y in points]
    return pd.DataFrame(rows)


def test_the_tipping_map_lays_the_table_on_its_axes(toy):
    xs, ys, value, _ = grid_of(grid(lambda x, y: x * y), "a", "b")
    assert (list(xs), list(ys)) == ([0.1, 0.2, 0.3], [1.0, 2.0])
    assert value[1, 2] == pytest.approx(0.6)
    figure = tipping_map(grid(lambda x, y: x * y), "a", "b", "redland.step_back", toy, {"seed": 1}, 0.3)
    assert "Line: probability 0.3" in " ".join(figure.get_supxlabel().split())


def test_the_tipping_map_says_where_nothing_tips(toy):
    figure = tipping_map(grid(lambda x, y: 0.1 + 0 * x * y), "a", "b", "redland.step_back", toy, {"seed": 1})
    assert "Nowhere on this map does the probability pass 0.5" in " ".join(figure.get_supxlabel().split())


def test_the_tipping_map_refuses_points_that_are_no_grid(toy):
    with pytest.raises(RequestRefused, match="no full grid"):
        tipping_map(grid(lambda x, y: x * y).iloc[:-1], "a", "b", "redland.step_back", toy, {"seed": 1})


# -- runs that are there -----------------------------------------------------------------------------------------------


def ratios(table, outcome, point=None, seed=1):
    """Correlation ratios by path."""
    point = np.arange(len(outcome)) if point is None else point
    return correlation_ratios(pd.DataFrame(table), outcome, point, seed).set_index("path")


def test_shares_of_the_ishigami_function_are_its_first_order_indices():
    angles = np.random.default_rng(1).uniform(-np.pi, np.pi, (20_000, 3))
    found = ratios(dict(zip(NAMES, angles.T, strict=True)), ishigami(angles))
    assert found["share"].to_numpy() == pytest.approx(ishigami_indices()[0], abs=0.02)
    assert list(found["share"] > found["luck"]) == [True, True, False]


def gaussian(n, rng):
    """Two numbers that go together (0.6) and one that does nothing, and 2 a + b + noise; the true shares as well."""
    a, b = rng.multivariate_normal([0.0, 0.0], [[1.0, 0.6], [0.6, 1.0]], n).T
    outcome = 2.0 * a + b + rng.normal(0.0, 2.0, n)
    # by hand: the variance is 4 + 1 + 2 * 2 * 0.6 + 4, the covariances are 2 + 0.6 and 1.2 + 1
    variance = 11.4
    return {"a": a, "b": b, "none": rng.random(n)}, outcome, {"a": 2.6**2 / variance, "b": 2.2**2 / variance}


def test_shares_of_numbers_that_go_together_are_their_squared_correlations():
    table, outcome, true = gaussian(20_000, np.random.default_rng(2))
    found = ratios(table, outcome)
    assert found["share"]["a"] == pytest.approx(true["a"], abs=0.02)
    assert found["share"]["b"] == pytest.approx(true["b"], abs=0.02)
    assert found["share"]["a"] + found["share"]["b"] > 1.0 - 4.0 / 11.4  # more than both explain: they overlap


def test_intervals_of_shares_hold_the_true_share_in_95_of_100_sets_of_runs():
    rng, held = np.random.default_rng(3), []
    for seed in range(60):
        table, outcome, true = gaussian(1000, rng)
        found = ratios(table, outcome, seed=seed)
        held += [found["low"][path] <= true[path] <= found["high"][path] for path in true]
    assert np.mean(held) > 0.88


def test_numbers_without_effect_pass_the_bounds_of_luck_in_5_of_100_sets_of_runs():
    rng, one, any_one = np.random.default_rng(4), [], []
    for seed in range(120):
        table = {f"x{i}": rng.random(400) for i in range(6)} | {"level": rng.integers(0, 3, 400)}
        found = ratios(table, (rng.random(400) < 0.1).astype(float), seed=seed)
        one.append((found["share"] > found["luck_one"]).mean())
        any_one.append((found["share"] > found["luck"]).any())
    # 12 of 120 or more come up in 2 of 100 such tests where the chance is 5 of 100
    assert sum(any_one) < 13
    assert 0.02 < np.mean(one) < 0.08


def test_runs_of_one_draw_are_no_evidence_apart():
    rng, passed = np.random.default_rng(5), 0
    point = np.repeat(np.arange(100), 20)
    for seed in range(60):
        # every draw has a luck of its own that no number tells of
        outcome = rng.normal(size=100)[point] + rng.normal(size=2000)
        found = ratios({"x": rng.random(100)[point]}, outcome, point, seed)
        passed += bool((found["share"] > found["luck"]).any())
    assert passed < 9  # as single runs, more than half of them would


def test_shares_read_off_runs_are_about_those_of_a_sobol_design(toy):
    kept = {"client.oil_output", "coercer.rung_fear", "client.solvency"} & set(toy.uncertain) or {"client.oil_output"}
    base = toy.believed({path: toy.numbers[path].value for path in toy.uncertain if path not in kept})
    outcome = "redland.support_end"
    given = sensitivity_given(sc.simulate(base, 6000, rng=1), outcome).shares.set_index("path")
    weighed = sc.sensitivity(base, outcome, base_samples=64, replications=50)
    split = weighed.split.set_index("outcome")["unknown_share"][outcome]
    for path, first in weighed.indices.set_index("path")["first_order"].items():
        assert given["share"][path] == pytest.approx(first * split, abs=0.03)


def test_runs_that_can_show_nothing_are_refused(toy):
    with pytest.raises(RequestRefused, match="20 draws of the numbers; at least 100"):
        sensitivity_given(sc.simulate(toy, 30, points=20), "redland.step_back")
    gone = {f"patrons.redland.channels.{name}.opening": 0 for name in toy.channels}
    found = sensitivity_given(sc.simulate(toy.believed(gone), 200), ["redland.step_back", "blueland.step_back"])
    assert list(found.refused) == ["redland.step_back"]
    assert set(found.shares["outcome"]) == {"blueland.step_back"}


@pytest.fixture(scope="module")
def kept(toy, tmp_path_factory):
    """A result folder of the toy."""
    return sc.save(sc.simulate(toy, 1500, rng=1), tmp_path_factory.mktemp("results"))


def test_shares_are_printed_drawn_kept_and_found_again(kept, tmp_path):
    words = ["sensitivity", "--given", str(kept), "--of", "redland.support_end", "--out", str(tmp_path)]
    first = CliRunner().invoke(app, words)
    assert first.exit_code == 0, first.output
    assert "redland.support_end: 1,500 runs" in first.stdout
    assert "Nothing was played: 1,500 runs that were there, seed 1." in first.stdout
    (folder,) = (tmp_path / "toy").iterdir()
    assert (folder / "figures" / "tornado_redland.support_end.svg").is_file()
    again = CliRunner().invoke(app, [*words, "--format", "json"])
    assert "nothing was run" in again.stderr
    said = json.loads(again.stdout)
    shares = sensitivity_given(sc.read(kept), "redland.support_end").shares
    assert [row["path"] for row in said["given"]] == list(shares["path"])
    assert [row["share"] for row in said["given"]] == list(shares["share"])
    assert "path" in CliRunner().invoke(app, [*words, "--format", "csv"]).stdout.splitlines()[0]
    assert CliRunner().invoke(app, [*words, "--format", "markdown"]).stdout.startswith("## Toy")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["toy", "--given", "RESULT"], "toy: the runs of .* have been played"),
        (["--given", "RESULT", "--set", "client.hold=0.4", "--top", "3"], "--set, --top: the runs of"),
        (["--given", "RESULT", "--over-rules"], "--over-rules: the runs of"),
        (["--given", "nowhere"], "nowhere: no such result folder"),
        (["--given", "RESULT", "--of", "redland.leaves"], "Unknown name"),
        (["--given", "RESULT", "--over", "client.hlod"], "Unknown number or group"),
        ([], "Name a scenario"),
    ],
)
def test_what_cannot_be_read_off_runs_ends_with_2_and_no_traceback(kept, tmp_path, words, said):
    asked = [str(kept) if word == "RESULT" else word for word in words]
    ended = CliRunner().invoke(app, ["sensitivity", *asked, "--out", str(tmp_path)])
    assert ended.exit_code == 2
    assert re.search(said, ended.stderr.replace("\n", " "))
