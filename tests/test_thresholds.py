"""From which value on: right on curves that are known, and every answer (already, never, twice) is said."""

import json
import math
import re
from dataclasses import replace

import matplotlib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from scenarios import control, ladder_curve, load, simulate, threshold
from scenarios.cli.app import app
from scenarios.errors import QuestionRefused, RequestRefused, ScenarioError, UnknownName
from scenarios.intervals import Estimate, estimated
from scenarios.questions.threshold.ask import values_to_try
from scenarios.questions.threshold.crossings import (
    ALREADY,
    BOTH,
    CLIMB,
    CONTROL,
    CROSSED,
    CURVE_COLUMNS,
    FALLING,
    FLAT,
    HELD,
    NEVER,
    RISING,
    Crossing,
    as_record,
    find_crossings,
    from_record,
)
from scenarios.questions.threshold.figure import crossing, threshold_figures
from scenarios.questions.threshold.words import threshold_notes, threshold_sentences
from scenarios.report.style import SETTINGS, write
from scenarios.runs.counting import held_at
from scenarios.tally import chance_names
from test_documentation import described
from test_report import text_of

TOLERANCE = 1e-6
GRID = np.linspace(0, 1, 9).tolist()
ERROR = 0.01
MANIFEST = {"seed": 1, "replications": 100}


def curve_of(function, se=ERROR):
    """A curve with a constant Monte Carlo error."""
    return lambda value: known(function(value), se, 1000)


def known(chance, se, n):
    """An estimate with limits of 1.96 errors."""
    return Estimate(chance, se, chance - 1.96 * se, chance + 1.96 * se, n)


def rise(value):
    """A curve that rises with the value."""
    return 1 / (1 + math.exp(-12 * (value - 0.6)))


def hump(value):
    """A curve that rises to 0.9 in the middle and falls again."""
    return 0.9 - 2.4 * (value - 0.5) ** 2


def inverse_rise(chance):
    """Where the rising curve has a probability."""
    return 0.6 - math.log(1 / chance - 1) / 12


@given(st.floats(0.02, 0.9))
def test_a_rising_curve_is_crossed_where_it_is_known_to_be(target):
    answer = find_crossings(curve_of(rise), GRID, target, TOLERANCE)
    assert (answer.outcome, answer.shape) == (CROSSED, RISING)
    assert answer.value == pytest.approx(inverse_rise(target), abs=2 * TOLERANCE)
    # the upper limit crosses first, the lower one last
    assert (
        answer.low == pytest.approx(inverse_rise(target - 1.96 * ERROR), abs=2 * TOLERANCE) if target > 0.021 else True
    )
    assert answer.high == pytest.approx(inverse_rise(target + 1.96 * ERROR), abs=2 * TOLERANCE)


@given(st.floats(0.05, 0.9))
def test_a_falling_curve_is_a_rising_one_in_a_mirror(target):
    up = find_crossings(curve_of(rise), GRID, target, TOLERANCE)
    down = find_crossings(curve_of(lambda value: rise(1 - value)), GRID, target, TOLERANCE)
    assert (down.outcome, down.value, down.shape) == (ALREADY, 0.0, FALLING)
    (only,) = down.crossings
    expected = Crossing(1 - up.value, 1 - up.high, 1 - up.low, FALLING)
    assert only.direction == FALLING
    assert only[:3] == pytest.approx(expected[:3], abs=4 * TOLERANCE)


def test_a_curve_that_is_not_monotone_is_found_and_every_crossing_is_listed():
    answer = find_crossings(curve_of(hump), GRID, 0.75, TOLERANCE)
    assert (answer.outcome, answer.shape) == (CROSSED, BOTH)
    assert [crossing.direction for crossing in answer.crossings] == [RISING, FALLING]
    assert [crossing.value for crossing in answer.crossings] == pytest.approx([0.25, 0.75], abs=1e-5)
    assert answer.value == answer.crossings[0].value


def test_what_is_reached_at_the_low_end_or_at_no_value_is_an_answer():
    already = find_crossings(curve_of(lambda _: 0.7), GRID, 0.5, TOLERANCE)
    assert (already.outcome, already.value, already.crossings, already.shape) == (ALREADY, 0.0, (), FLAT)
    never = find_crossings(curve_of(lambda value: 0.3 * value), GRID, 0.5, TOLERANCE)
    assert (never.outcome, never.crossings, never.shape) == (NEVER, (), RISING)
    assert math.isnan(never.value)


def test_an_interval_that_reaches_beyond_the_range_has_no_end_there():
    answer = find_crossings(curve_of(lambda value: 0.49 + 0.02 * value, se=0.05), GRID, 0.5, TOLERANCE)
    assert (answer.low, answer.high) == (-math.inf, math.inf)
    assert answer.value == pytest.approx(0.5, abs=1e-3)


def test_noise_is_not_taken_for_a_shape():
    noise = np.random.default_rng(5).normal(0, ERROR, len(GRID))
    answer = find_crossings(curve_of(lambda value: 0.4 + noise[GRID.index(value)]), GRID, 0.9, TOLERANCE)
    assert answer.shape == FLAT


def test_an_interval_covers_the_true_value_in_about_95_of_100_cases():
    rng, covered = np.random.default_rng(3), 0
    for _ in range(300):
        u = rng.random(400)  # matched: the same luck at every value

        def ask(value, u=u):
            happened = u < rise(value)
            return estimated(happened.astype(float), np.arange(400))

        answer = find_crossings(ask, GRID, 0.5, 1e-3)
        covered += answer.low <= 0.6 <= answer.high
    assert 0.91 <= covered / 300 <= 0.98


def test_each_value_is_played_once_and_never_out_of_range():
    asked = []

    def ask(value):
        asked.append(value)
        return known(rise(value), ERROR, 1000)

    find_crossings(ask, GRID, 0.5, 1 / 1024)
    assert len(asked) == len(set(asked)) < 40
    assert min(asked) == 0
    assert max(asked) == 1


def test_without_a_tolerance_the_answer_is_a_value_of_the_grid():
    rungs = [float(rung) for rung in range(11)]
    answer = find_crossings(curve_of(lambda rung: rung / 10), rungs, 0.45, 0.0)
    assert (answer.value, answer.low, answer.high) == (5.0, 5.0, 5.0)
    rough = find_crossings(curve_of(lambda rung: rung / 10, se=0.06), rungs, 0.45, 0.0)
    assert (rough.value, rough.low, rough.high) == (5.0, 4.0, 6.0)


@pytest.fixture(scope="module")
def found():
    """A threshold of the toy scenario."""
    settings = {"of": "client.holds", "over": "client.oil_price", "probability": 0.6, "replications": 300}
    return threshold(load("toy"), **settings, span=(10, 110))


@pytest.fixture(scope="module")
def by_rung():
    """A threshold over the rungs of the toy scenario."""
    return threshold(load("toy"), of="redland.step_back", over="rung", probability=0.3, replications=200)


def test_a_threshold_of_the_toy_lies_between_runs_that_have_it_and_runs_that_have_not(found):
    assert found.answer.outcome == CROSSED
    assert found.answer.low <= found.value <= found.answer.high
    width = 100 / 1024
    chances = []
    for value in (found.value - width, found.value):
        runs = simulate(load("toy").with_values({"client.oil_price": value}), 300, 1).runs
        chances.append((runs["client_outcome"] == "holds").mean())
    assert chances[0] < 0.6 <= chances[1]


def test_the_curve_holds_every_value_played_and_is_described(found):
    assert found.curve["value"].is_monotonic_increasing
    assert (found.curve["kind"] == "grid").sum() == 9
    assert (found.curve["n"] == 300).all()
    assert described("threshold") == set(CURVE_COLUMNS)


def test_whole_numbers_are_stepped_through():
    assert values_to_try(load("toy"), "coercer.threat_rung", None, 9) == [float(rung) for rung in range(11)]
    assert values_to_try(load("toy"), "channels.oil.material", None, 9) == [0.0, 1.0]
    levels = threshold(
        load("toy"), of="redland.step_back", over="coercer.threat_rung", replications=20, probability=0.01
    )
    assert set(levels.curve["kind"]) == {"grid"}


def test_without_a_span_it_is_the_range_or_else_the_domain():
    toy = load("toy")
    hold = toy.numbers["client.hold"]
    assert values_to_try(toy, "client.hold", None, 9)[::8] == [hold.low, hold.high]
    assert values_to_try(toy, "believe:client.hold", None, 9)[::8] == [hold.low, hold.high]
    assert values_to_try(toy, "coercer.interdiction", None, 9)[::8] == [0.0, 1.0]


@pytest.mark.parametrize(
    ("changes", "kind", "said"),
    [
        ({"of": "redland.step_back.at"}, RequestRefused, "Ask for redland.step_back"),
        ({"of": "redlnd.step_back"}, QuestionRefused, "Did you mean 'redland.step_back'"),
        ({"of": "redland.step_back.oi"}, QuestionRefused, "Did you mean 'redland.step_back.oil'"),
        ({"of": "redland.step_up.oil"}, QuestionRefused, "Unknown name"),
        ({"over": "model.roh"}, UnknownName, "Did you mean 'model.rho'"),
        ({"over": "coercer.resolve"}, RequestRefused, "coercer.resolve: is gone with the first edition: "),
        ({"over": "terms.bargain"}, RequestRefused, "scenarios compare toy --set terms.bargain=VALUE"),
        ({"over": "believe:terms.bargain"}, RequestRefused, "scenarios compare toy --set terms.bargain=VALUE"),
        ({"over": "coercer.mode"}, RequestRefused, "scenarios compare toy --set coercer.mode=VALUE"),
        ({"over": "rung@2030-03-03"}, RequestRefused, "--over coercer.rung@2030-03-03"),
        ({"over": "model.rho@soon"}, ScenarioError, "'soon' must be a date like 2026-06-01"),
        ({"over": "model.rho@2035-01-01"}, ScenarioError, "must lie after the opening and by the horizon"),
        ({"over": "believe:model.rho@2030-03-03"}, ScenarioError, "what has been so all along has no date"),
        ({"probability": 0.0}, RequestRefused, "above 0 and below 1"),
        ({"probability": 1.0}, RequestRefused, "above 0 and below 1"),
        ({"span": (0.5, 0.1)}, RequestRefused, "--range 0.5:0.1: must rise."),
        (
            {"span": (0.0, float("nan"))},
            RequestRefused,
            "span is (0.0, nan) (tuple); must be tuple of a finite number and a finite number",
        ),
        ({"span": ("low", 1.0)}, RequestRefused, "span is ('low', 1.0) (tuple); must be tuple of a finite number"),
        ({"span": (0.0, 99.0)}, RequestRefused, "--range 0:99: model.rho: value 99 lies outside [0, 12] (per year)."),
        ({"over": "rung", "span": (2.0, 5.0)}, RequestRefused, "Leave --range and --tolerance out"),
        ({"over": "rung", "tolerance": 0.5}, RequestRefused, "Leave --range and --tolerance out"),
        ({"over": "coercer.threat_rung", "span": (2.2, 2.8)}, RequestRefused, "holds no two whole numbers"),
        ({"grid": 2}, RequestRefused, "--grid 2"),
        ({"tolerance": 0.0}, RequestRefused, "--tolerance 0"),
        ({"replications": 0}, RequestRefused, "replications is 0"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_cure(changes, kind, said):
    with pytest.raises(kind, match=re.escape(said)):
        threshold(load("toy"), **{"of": "redland.step_back", "over": "model.rho", "replications": 5, **changes})


def test_a_patron_that_gives_nothing_is_at_risk_at_no_value():
    toy = load("toy")
    none = toy.believed({f"patrons.redland.channels.{name}.opening": 0 for name in toy.channels})
    answer = threshold(none, of="redland.step_back", over="model.rho", replications=20, grid=3)
    assert answer.answer.outcome == NEVER
    assert "at risk at none of the values" in threshold_sentences(answer)[0]


def test_a_threshold_sets_or_believes_as_it_is_asked_to():
    toy, how = load("toy"), {"of": "redland.step_back", "span": (0.3, 1.0), "replications": 100, "grid": 3}
    path = "patrons.redland.channels.arms.cost"
    for over, change in ((path, toy.with_values), (f"believe:{path}", toy.believed), (f"{path}@2030-03-03", None)):
        found = threshold(toy, over=over, **how).curve
        for value, chance in zip(found["value"], found["probability"], strict=True):
            changed = change({path: value}) if change else toy.with_values({over: value})
            rows = simulate(changed, 100, 1).patrons
            assert chance == rows.loc[rows["patron"] == "redland", "step_back_at"].notna().mean()


def test_a_rung_that_is_held_opens_as_the_scenario_does_and_is_held_from_the_first_step_on():
    toy, results = load("toy"), simulate(held_at(load("toy"), 10), 60, 1)
    plain = simulate(toy, 60, 1)
    pd.testing.assert_frame_equal(results.runs[list(toy.uncertain)], plain.runs[list(toy.uncertain)])
    assert np.array_equal(results.patrons["opening_chance"], plain.patrons["opening_chance"])
    rungs = results.paths[results.paths["step"] > 0]["rung"]
    assert set(rungs) == {10.0}
    assert results.paths.loc[results.paths["step"] == 0, "rung"].unique() == [toy.numbers["coercer.rung"].value]
    # held there, nobody is captured
    assert (results.runs["client_outcome"] != "removed").all()


@pytest.mark.parametrize("name", ["toy", "venezuela_2025_august"])
def test_the_higher_the_rung_held_the_likelier_a_step_back(name):
    curve = ladder_curve(load(name), 300, 1)
    for _, rows in curve[(curve["kind"] == HELD) & (curve["outcome"] == "step_back")].groupby("patron", observed=True):
        chances, errors = rows["probability"].to_numpy(), rows["se"].fillna(0.0).to_numpy()
        gaps, error = np.diff(chances), np.hypot(errors[1:], errors[:-1])
        assert (gaps >= -3 * error).all(), rows
        assert chances[10] > chances[0]


def test_at_each_rung_the_ends_compete_and_nothing_is_dropped(by_rung):
    ends = by_rung.ladder[by_rung.ladder["outcome"] != "step_back_further"]
    total = ends.groupby(["kind", "rung", "patron"], observed=True)["probability"].sum()
    assert np.allclose(total, 1)
    assert set(ends["kind"]) == {HELD, CLIMB, CONTROL}
    sizes = ends.groupby("patron", observed=True)["n"].nunique()
    assert (sizes == 1).all()


def test_the_curve_over_rungs_is_that_of_the_ladder_and_of_the_control(by_rung):
    toy = load("toy")
    expected = ladder_curve(toy, 200, 1)
    rows = by_rung.ladder[by_rung.ladder["kind"] != CONTROL].reset_index(drop=True)
    pd.testing.assert_frame_equal(rows, expected)
    held = expected[
        (expected["kind"] == HELD) & (expected["patron"] == "redland") & (expected["outcome"] == "step_back")
    ]
    curve = by_rung.curve[by_rung.curve["kind"] == HELD]
    assert curve["probability"].tolist() == held["probability"].tolist()
    frozen = simulate(control(toy), 200, 1)
    back = frozen.patrons.loc[frozen.patrons["patron"] == "redland", "step_back_at"].notna().mean()
    row = by_rung.curve[by_rung.curve["kind"] == CONTROL].iloc[0]
    assert (row["value"], row["probability"]) == (toy.numbers["coercer.rung"].value, back)


def test_on_a_climb_it_becomes_likelier_with_every_rung(by_rung):
    climb = by_rung.curve[by_rung.curve["kind"] == CLIMB]
    assert climb["value"].tolist() == [4, 5, 6, 7, 8, 9, 10]
    assert climb["probability"].is_monotonic_increasing
    assert by_rung.climb.outcome in (CROSSED, ALREADY, NEVER)


@pytest.mark.parametrize("outcome", [name for name in chance_names(load("toy")) if name.split(".")[0] != "blueland"])
def test_every_outcome_can_be_asked_over_rungs(outcome):
    answer = threshold(load("toy"), of=outcome, over="rung", replications=5)
    assert len(answer.curve) == 11 + 7 + 1


def test_a_threshold_survives_being_written_down(found, by_rung):
    for one in (found, by_rung):
        record = json.loads(json.dumps(as_record(one), allow_nan=False))
        assert from_record(record, one.curve, one.ladder) == one
    never = replace(found, answer=find_crossings(curve_of(lambda _: 0.1), GRID, 0.5, 0.1))
    again = from_record(json.loads(json.dumps(as_record(never), allow_nan=False)), never.curve, None)
    assert again.answer.outcome == NEVER
    assert math.isnan(again.value)


def test_the_answer_is_said_in_sentences(found):
    toy = load("toy")
    said = " ".join([*threshold_sentences(found), *threshold_notes(found, toy, MANIFEST)])
    assert "client.holds reaches 0.6 at client.oil_price = " in said
    assert "The curve rises" in said
    assert "would be missed" in said


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda _: 0.7, ["already at the low end, client.oil_price = 0: 0.70", "flat within Monte Carlo error"]),
        (
            lambda value: 0.3 * value,
            ["never reaches 0.6 within 0 to 1 USD per barrel: the highest is 0.30 ± 0.01 (n = 1000) at 1"],
        ),
        (
            lambda value: 1 - value,
            ["It falls below 0.6 above client.oil_price = 0.4 USD per barrel (95 %: 0.3804 to 0.4196)"],
        ),
        (hump, ["not monotone", "It falls below 0.6 above"]),
        (
            lambda value: 0.6 + 0.015 * math.sin(12 * value + 3.5),
            ["It reaches 0.6 again at", "intervals overlap cannot be told apart"],
        ),
    ],
)
def test_every_kind_of_answer_has_its_words(found, function, said):
    answer = find_crossings(curve_of(function), GRID, 0.6, TOLERANCE)
    rows = [("grid", value, *known(function(value), ERROR, 1000)) for value in GRID]
    made = replace(found, answer=answer, span=(0.0, 1.0), curve=pd.DataFrame(rows, columns=CURVE_COLUMNS))
    text = " ".join(threshold_sentences(made))
    for words in said:
        assert words in text


def test_the_answer_over_rungs_says_why_a_rung_held_and_a_climb_differ(by_rung):
    said = " ".join([*threshold_sentences(by_rung), *threshold_notes(by_rung, load("toy"), MANIFEST)])
    for words in (
        "Rung held: ",
        "Climb from rung 4: ",
        "sum to 1",
        "no run is dropped",
    ):
        assert words in said


def test_the_figures_have_n_interval_and_what_was_asked(found, by_rung, tmp_path):
    with matplotlib.rc_context(SETTINGS):
        for one, words in ((found, "client.oil_price [USD per barrel]"), (by_rung, "control (rung 5)")):
            said = text_of(crossing(one, load("toy"), MANIFEST))
            for word in (words, "probability 0.", "95 %", "100 matched runs", "seed 1"):
                assert word in said
    makers = threshold_figures(by_rung, load("toy"), MANIFEST)
    files = [file for name, make in makers.items() for file in write(make(), tmp_path, name)]
    assert sorted(file.name for file in files) == ["ladder.png", "ladder.svg", "threshold.png", "threshold.svg"]
    assert "step back, control" in (tmp_path / "ladder.svg").read_text()


@pytest.fixture
def ask(tmp_path, monkeypatch):
    """Runs `threshold` on the toy in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, ["threshold", "toy", *map(str, words)])


HOLDS = ("--of", "client.holds", "--over", "client.oil_price", "--range", "10:110", "--runs", 60, "--grid", 5)


def test_a_threshold_is_printed_kept_and_found_again(ask, tmp_path):
    done = ask(*HOLDS)
    assert done.exit_code == 0, done.output
    assert "client.holds reaches 0.5 at client.oil_price" in done.stdout
    (folder,) = (tmp_path / "results" / "toy").iterdir()
    assert folder.name.startswith("threshold-")
    names = {file.name for file in folder.rglob("*") if file.is_file()}
    assert names == {"threshold.json", "curve.csv", "threshold.png", "threshold.svg"}
    again = ask(*HOLDS)
    assert "nothing was run" in again.stderr
    assert again.stdout == done.stdout
    (folder / "threshold.json").write_text("{")
    assert ask(*HOLDS).exit_code == 2


def test_a_threshold_from_a_date_on_says_the_date_in_words_figure_and_record(ask, tmp_path):
    over = "client.oil_price@2030-03-03"
    done = ask(*HOLDS[:3], over, *HOLDS[4:])
    assert done.exit_code == 0, done.output
    assert re.search(r"reaches 0.5 at client.oil_price = [^,]*, set from 2030-03-03 on", done.stdout)
    (folder,) = (tmp_path / "results" / "toy").iterdir()
    record = json.loads((folder / "threshold.json").read_text())["threshold"]
    assert (record["over"], record["number"], record["on"]) == (over, "client.oil_price", "2030-03-03")
    assert "USD per barrel], set from 2030-03-03 on" in (folder / "figures" / "threshold.svg").read_text()
    said = json.loads(ask(*HOLDS[:3], over, *HOLDS[4:], "--format", "json").stdout)
    assert said["on"] == "2030-03-03"


def test_a_path_over_time_is_said_to_act_only_where_it_does():
    base, how = load("venezuela_2025_august"), {"of": "client.holds", "replications": 3, "span": (0.0, 1.0), "grid": 3}
    acts = "path over time acts on coercer.presence"
    for over, said in (
        ("coercer.presence", ""),
        ("coercer.presence@2025-10-15", "Until 2025-10-15 the scenario's path"),
    ):
        notes = " ".join(threshold_notes(threshold(base, over=over, **how), base, MANIFEST))
        assert said in notes
        assert (acts in notes) == bool(said)
    believed = threshold(base, over="believe:coercer.presence", **how)
    assert f"A {acts} as well" in " ".join(threshold_notes(believed, base, MANIFEST))


@pytest.mark.parametrize("over", ["client.oil_price", "rung"])
def test_every_form_goes_to_stdout_and_json_is_strict(ask, over):
    def refuse(word):
        raise AssertionError(word)

    words = ("--of", "client.removed", "--over", over, "--runs", 30, "--grid", 3, "--no-figures", "--format")
    answer = json.loads(ask(*words, "json").stdout, parse_constant=refuse)
    assert answer["answer"]["outcome"] in (CROSSED, ALREADY, NEVER)
    assert (answer["ladder"] is not None) == (over == "rung")
    assert ask(*words, "csv").stdout.startswith("kind,value,probability,se,low,high,n")
    assert "| " in ask(*words, "markdown").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--of", "redland.step_back.at", "--over", "model.rho"), "is a time"),
        (("--of", "redland.step_back", "--over", "model.rho", "--range", "3"), "must be LOW:HIGH"),
        (("--of", "redland.step_back", "--over", "model.roh"), "Did you mean 'model.rho'"),
        (("--of", "redland.step_back", "--over", "model.rho", "--runs", "0"), "must be at least 1"),
        (("--over", "model.rho"), "--of"),
    ],
)
def test_a_users_mistake_ends_with_2_and_no_traceback(ask, words, said):
    done = ask(*words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.output
    assert done.stdout == ""
