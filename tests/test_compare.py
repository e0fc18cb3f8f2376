"""What changes from one scenario to another: nothing between equals, and luck is told from change."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path as File

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from scenarios import changed_inputs, compare, control, load, save, simulate, transitions
from scenarios.cli.app import app
from scenarios.cli.options import ChangesAsked
from scenarios.errors import QuestionRefused, RequestRefused, WrongArgument
from scenarios.outcomes.outcome import answers, outcome_named
from scenarios.questions.comparison.ask import OUTCOME_COLUMNS, TRANSITION_COLUMNS, matching
from scenarios.questions.comparison.command import sides_asked
from scenarios.questions.comparison.figure import side_name
from scenarios.questions.comparison.inputs import INPUT_COLUMNS
from scenarios.questions.comparison.words import Part, sections_of
from scenarios.results import Results
from scenarios.scenario.scenario import Condition, Path
from scenarios.significance import CHANGED, UNKNOWN, WITHIN, apart_gap, holm, matched_gap, sign_test
from scenarios.store.answers import kept_answer
from scenarios.store.aside import read_record
from scenarios.summary import indicators
from scenarios.tally import chance_names
from test_documentation import described

RUNS = 300
SAMPLES = st.lists(st.sampled_from([0.0, 1.0]), min_size=2, max_size=40)


@pytest.fixture(scope="module")
def toy():
    """Runs of the toy scenario."""
    return simulate(load("toy"), RUNS, 1)


@pytest.fixture(scope="module")
def shaky():
    """The same worlds with a client that hardly holds."""
    return simulate(load("toy").with_values({"client.hold": 0.05, "client.end_rate": 1.0}), RUNS, 1)


def without(results: Results, patron: str) -> Results:
    """Results as if a patron had not been in the scenario."""
    scenario = results.scenario
    numbers = {path: number for path, number in scenario.numbers.items() if not path.startswith(f"patrons.{patron}.")}
    left = tuple(name for name in scenario.patrons if name != patron)
    patrons = results.patrons[results.patrons["patron"] != patron]
    return replace(results, scenario=replace(scenario, numbers=numbers, patrons=left), patrons=patrons)


def test_a_scenario_does_not_differ_from_itself(toy):
    table = compare(toy, load("toy"))
    assert (table["difference"] == 0).all()
    assert set(table["verdict"]) == {WITHIN}
    assert (table["same"] == 1).all()
    assert changed_inputs(toy.scenario, load("toy")).empty
    moves = transitions(toy, toy)
    assert (moves.loc[moves["transition"] == "same", "share"] == 1).all()


def test_even_where_no_run_differs_the_interval_has_a_width(toy):
    table = compare(toy, toy)
    at_risk = table["n"] == RUNS
    assert table.loc[at_risk, "high"].between(2 / RUNS, 3 / RUNS).all()
    assert (table["low"] == -table["high"]).all()


def test_a_large_change_is_called_changed_and_said_in_words(toy, shaky):
    row = compare(toy, shaky).set_index("outcome").loc["client.holds"]
    assert row["verdict"] == CHANGED
    assert row["effect"].startswith("less often: ")
    assert row["high"] < 0
    assert row["difference"] == pytest.approx(row["b"] - row["a"])


def test_luck_alone_is_not_called_a_change():
    # ten tables of about twenty rows each: without an account of the rows, ten would be called changed
    tables = [compare(simulate(load("toy"), 150, seed), simulate(load("toy"), 150, seed + 50)) for seed in range(1, 11)]
    assert sum((table["verdict"] == CHANGED).any() for table in tables) <= 2
    assert all("not matched (seeds" in table.attrs["notes"][0] for table in tables)
    assert tables[0]["now"].isna().all()


def test_a_comparison_seen_from_the_other_side_has_the_opposite_sign(toy, shaky):
    there, back = compare(toy, shaky), compare(shaky, toy)
    for one, other, sign in (
        ("difference", "difference", -1),
        ("difference_se", "difference_se", 1),
        ("low", "high", -1),
        ("now", "no_longer", 1),
        ("a", "b", 1),
        ("p_adjusted", "p_adjusted", 1),
    ):
        assert np.allclose(there[one], sign * back[other], equal_nan=True), one
    assert (there["verdict"] == back["verdict"]).all()


def test_what_happens_in_the_same_worlds_sums_to_1_and_explains_the_difference(toy, shaky):
    table = compare(toy, shaky)
    assert np.allclose(table["now"] + table["no_longer"] + table["same"], 1)
    assert np.allclose(table["now"] - table["no_longer"], table["difference"])
    moves = transitions(toy, shaky)
    assert np.allclose(moves.groupby("patron", observed=True)["share"].sum(), 1)


def test_transitions_are_counted_world_by_world(toy, shaky):
    moves = transitions(toy, shaky).set_index(["patron", "transition"])["share"]
    before, after = indicators(toy), indicators(shaky)
    for patron in toy.scenario.patrons:
        stays = (before[f"{patron}.step_back"] == 1) & (after[f"{patron}.neither"] == 1)
        leaves = (before[f"{patron}.step_back"] == 0) & (after[f"{patron}.step_back"] == 1)
        assert moves[patron, "now stays"] == pytest.approx(stays.mean())
        assert moves[patron, "now steps back"] == pytest.approx(leaves.mean())


def test_a_believed_number_loses_its_draw_and_no_other_number_does(toy):
    pinned = simulate(load("toy").believed({"client.hold": 0.6}), RUNS, 1)
    assert "client.hold" not in pinned.runs
    assert matching(toy, pinned).is_matched
    drawn = list(pinned.scenario.uncertain)
    assert len(drawn) == len(toy.scenario.uncertain) - 1
    pd.testing.assert_frame_equal(toy.runs[drawn], pinned.runs[drawn])


def test_results_of_unequal_size_are_compared_over_the_runs_they_share(toy):
    few = simulate(load("toy"), 100, 1)
    table = compare(toy, few)
    assert (table["difference"] == 0).all()
    assert table["n"].max() == 100
    assert "compared over the 100 that they share" in table.attrs["notes"][0]


def test_other_points_or_another_rule_book_are_said(toy):
    points = simulate(load("toy"), 10, 1, points=30)
    assert "runs in each draw" in compare(toy, points).attrs["notes"][0]
    older = replace(toy, manifest=toy.manifest | {"rulebook_hash": "older"})
    assert "different rule books" in compare(toy, older).attrs["notes"][0]


def test_runs_of_one_point_count_as_one_draw():
    wide, narrow = (simulate(load("toy"), 60 // n, 1, points=n) for n in (60, 3))
    other = [control(load("toy")), control(load("toy"))]
    by_run, by_point = (
        compare(side, simulate(played, 60 // n, 1, points=n))
        for side, played, n in zip((wide, narrow), other, (60, 3), strict=True)
    )
    differs = (by_point["now"] > 0) & (by_run["now"] > 0)
    assert differs.any()
    # three draws: their t quantile is 4.3 where that of many is 2
    half = (by_point["high"] - by_point["low"]) / by_point["difference_se"] / 2
    assert (half[differs] > 3).all()


def test_one_draw_has_no_error_and_no_verdict():
    one, other = (simulate(scenario, 40, 1, points=1) for scenario in (load("toy"), control(load("toy"))))
    table = compare(one, other)
    assert set(table["verdict"]) == {UNKNOWN}
    assert table["difference_se"].isna().all()


def test_what_one_side_does_not_have_is_only_in_the_other(toy):
    lone = without(toy, "redland")
    table = compare(toy, lone).set_index("outcome")
    assert table.loc["redland.step_back", "verdict"] == "only in A"
    assert np.isnan(table.loc["redland.step_back", "difference"])
    assert compare(lone, toy).set_index("outcome").loc["redland.step_back", "verdict"] == "only in B"
    inputs = changed_inputs(toy.scenario, lone.scenario)
    assert inputs[["path", "what"]].to_numpy().tolist() == [["patrons.redland", "only in A"]]
    assert set(transitions(toy, lone)["patron"]) == {"blueland"}


def test_a_patron_that_gives_nothing_is_not_at_risk(toy):
    none = {f"patrons.redland.channels.{name}.opening": 0 for name in toy.scenario.channels}
    table = compare(toy, load("toy").believed(none)).set_index("outcome")
    assert table.loc["redland.step_back", "verdict"] == "not at risk"
    assert table.loc["redland.step_up", "n"] == RUNS


def test_only_what_differs_is_listed_each_with_its_kind():
    toy = load("toy")
    other = toy.believed({"client.hold": 0.6}).with_values(
        {
            "model.rho": 0.2,
            "coercer.rung@2030-03-01": 6,
            "terms.bargain": "frozen",
            "freeze": "war",
            "decision.threshold": 0.5,
            "coercer.mode": "ramp",
            "steps": 60,
            "start": "2031-01-05",
        }
    )
    found = changed_inputs(toy, other).set_index("path")
    assert found["what"].to_dict() == {
        "start": "time",
        "steps": "time",
        "coercer.mode": "mode",
        "freeze": "freeze",
        "terms.bargain": "switch",
        "decision.threshold": "rule",
        "client.hold": "value and range",
        "model.rho": "set",
        "coercer.rung@2030-03-01": "set",
    }
    assert found.loc["client.hold", ["a", "b"]].tolist() == ["0.53, 0.45 to 0.62 (triangular)", "0.6, fixed"]
    assert found.loc["model.rho", ["a", "b"]].tolist() == ["not set", "0.2"]
    assert found.loc["freeze", ["a", "b"]].tolist() == ["nothing", "war"]


def test_another_course_another_sample_and_other_held_conditions_are_listed():
    toy = load("toy")
    script = Path("coercer.rung", (toy.start, date(2030, 3, 1)), (-1.0, 6.0), "rung", "judgement", "", "")
    (row,) = changed_inputs(toy, replace(toy, paths={script.path: script})).to_dict("records")
    assert (row["path"], row["what"]) == ("coercer.rung", "path over time")
    assert row["b"] == "free from 2030-01-06, 6 from 2030-03-01"
    held = replace(toy, held=(Condition(date(2029, 12, 1), 4.0, None, {}, {}, "judgement"),))
    (row,) = changed_inputs(toy, held).to_dict("records")
    assert (row["path"], row["what"], row["b"]) == ("held", "held under", "on 2029-12-01 rung 4")
    fitted = changed_inputs(toy, replace(toy, posterior="some"))
    assert fitted[["path", "what", "a", "b"]].to_numpy().tolist() == [["posterior", "sample", "none", "some"]]


def test_numbers_that_read_alike_but_differ_are_written_out():
    toy = load("toy")
    one, other = (toy.believed({"model.rho": value}) for value in (0.1, 0.1 + 1e-9))
    row = changed_inputs(one, other).iloc[0]
    assert row["a"] != row["b"]


def test_three_sides_are_each_compared_with_the_first(toy, shaky):
    table = compare(toy, toy, shaky)
    assert table["versus"].tolist() == ["B"] * (len(table) // 2) + ["C"] * (len(table) // 2)
    assert set(table.loc[table["versus"] == "B", "verdict"]) == {WITHIN}
    with pytest.raises(RequestRefused, match="27 sides to compare"):
        compare(toy, toy, *[toy] * 25)


@given(SAMPLES, SAMPLES)
def test_a_matched_difference_has_its_value_in_its_interval_and_its_mirror_image(a, b):
    n = min(len(a), len(b))
    mine, theirs, points = np.array(a[:n]), np.array(b[:n]), np.arange(n)
    gap, mirrored = matched_gap(mine, theirs, points), matched_gap(theirs, mine, points)
    assert gap.low <= gap.value <= gap.high
    assert gap.value == -mirrored.value
    assert (gap.low, gap.p) == (-mirrored.high, mirrored.p)
    assert 0 < gap.p <= 1


@given(SAMPLES)
def test_an_unmatched_difference_of_equals_is_no_difference(a):
    points = np.arange(len(a))
    gap = apart_gap(np.array(a), np.array(a), points, points)
    assert (gap.value, gap.p) == (0.0, 1.0)


def test_five_of_five_runs_in_one_direction_are_not_yet_a_change():
    assert sign_test(5, 0) == 2 / 2**5
    assert sign_test(6, 0) < 0.05


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_chances_are_never_smaller_for_having_been_adjusted_and_keep_their_order(chances):
    adjusted = holm(np.array(chances))
    assert (adjusted >= np.array(chances)).all()
    assert (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(chances, kind="stable")]) >= 0).all()
    assert min(adjusted) == pytest.approx(min(1.0, len(chances) * min(chances)))


def test_outcomes_by_name_are_those_of_the_summary_and_channels_add_up(toy):
    found = indicators(toy)
    for name, values in answers(toy, chance_names(toy.scenario)).items():
        np.testing.assert_array_equal(values, found[name])
    for patron in toy.scenario.patrons:
        parts = answers(toy, [f"{patron}.step_back.{channel}" for channel in toy.scenario.channels])
        np.testing.assert_array_equal(sum(parts.values()), found[f"{patron}.step_back"])


def occurs(results, name, before):
    """Whether something occurs before a step."""
    return outcome_named(name, results.scenario).before_step(before).read(results)


def test_what_is_seen_before_a_step_is_that_of_the_summary(toy):
    for before in (0, 1, 10, 30, np.inf):
        for name, values in indicators(toy, before).items():
            np.testing.assert_array_equal(occurs(toy, name, before), values)


def test_less_has_happened_before_an_earlier_step(toy):
    for name in ("redland.step_back", "redland.client_gone_first", "client.removed"):
        shares = [np.nanmean(occurs(toy, name, before)) for before in (0, 10, 30, np.inf)]
        assert shares == sorted(shares)
        assert shares[0] == 0
    for before in (5, 25):
        ends = sum(occurs(toy, f"redland.{end}", before) for end in ("step_back", "client_gone_first", "neither"))
        assert (ends == 1).all()


def test_the_data_dictionary_describes_the_comparison():
    assert described("comparison") == set(OUTCOME_COLUMNS)
    assert described("transitions") == set(TRANSITION_COLUMNS)
    assert described("changed inputs") == set(INPUT_COLUMNS)


def test_settings_without_a_letter_belong_to_b_where_one_scenario_is_named_and_else_to_all():
    one = sides_asked(["toy"], ChangesAsked(["lines.toml"], ["client.hold=0.5"], ["client.hold=0.4"]))
    assert [side.changes for side in one] == [
        ChangesAsked([], [], []),
        ChangesAsked(["lines.toml"], ["client.hold=0.5"], ["client.hold=0.4"]),
    ]
    two = sides_asked(["toy", "mine.toml"], ChangesAsked(settings=["steps=60", "b:client.hold=0.4"]))
    assert [side.changes.settings for side in two] == [["steps=60"], ["steps=60", "client.hold=0.4"]]
    three = sides_asked(["toy"], ChangesAsked(settings=["C:model.rho=0.1", "steps=60"]))
    assert [side.changes.settings for side in three] == [["steps=60"], ["steps=60"], ["model.rho=0.1", "steps=60"]]
    with pytest.raises(RequestRefused, match="no side C"):
        sides_asked(["toy", "toy"], ChangesAsked(settings=["C:model.rho=0.1"]))
    with pytest.raises(RequestRefused, match="Nothing to compare toy with"):
        sides_asked(["toy"], ChangesAsked())


@pytest.fixture
def ask(tmp_path, monkeypatch):
    """Runs `compare` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, ["compare", *map(str, words)])


SHAKY = ("--set", "client.hold=0.05", "--set", "client.end_rate=1")


def test_one_number_changed_is_one_command(ask):
    done = ask("toy", *SHAKY, "--runs", 200)
    assert done.exit_code == 0, done.output
    for said in ("client.end_rate", "changed, less often: ", "rows within Monte Carlo error", "Holm", "matched runs"):
        assert said in done.stdout
    again = ask("toy", *SHAKY, "--runs", 200)
    assert again.stdout == done.stdout
    assert "A: was run before" in again.stderr


def test_people_are_shown_what_changed_and_one_line_for_the_rest(ask):
    words = ("toy", *SHAKY, "--runs", 200, "--no-figures")
    rows = json.loads(ask(*words, "--format", "json").stdout)["outcomes"]
    n_same = sum(row["verdict"] != CHANGED for row in rows)
    few, whole = ask(*words).stdout, ask(*words, "--all").stdout
    assert f"Not shown are {n_same} rows within Monte Carlo error; --all shows them." in few
    assert "changed, " in few and "  within Monte Carlo error  " not in few
    assert whole.count("  within Monte Carlo error  ") == n_same > 0
    assert "--all" not in whole


def test_an_outcome_that_was_asked_for_is_shown_whether_it_changed_or_not(ask):
    words = ("toy", *SHAKY, "--runs", 200, "--no-figures", "--format", "json")
    rows = json.loads(ask(*words, "--of", "redland.step_back", "--of", "client.holds").stdout)["outcomes"]
    assert {row["outcome"] for row in rows} == {"redland.step_back", "client.holds"}
    answer = json.loads(ask(*words, "--patron", "blueland").stdout)
    assert {row["outcome"].partition(".")[0] for row in answer["outcomes"]} == {"blueland"}
    assert {row["patron"] for row in answer["transitions"]} == {"blueland"}
    for wrong in (("--of", "redland.stepback"), ("--patron", "client"), ("--name", "../up")):
        assert ask(*words, *wrong).exit_code == 2


def test_a_comparison_keeps_its_tables_and_figure_in_a_folder_that_can_be_named(ask, tmp_path):
    done = ask("toy", *SHAKY, "--runs", 200, "--name", "shaky-client")
    folder = tmp_path / "results" / "toy" / "comparison-shaky-client"
    assert f"Results: {folder.relative_to(tmp_path)}" in done.stdout
    kept, tables = kept_answer(folder, "comparison")
    assert set(tables) == {"inputs", "outcomes", "transitions"}
    assert [side["side"] for side in kept["sides"]] == ["A", "B"]
    assert (folder / "figures" / "comparison.svg").is_file()
    assert {"figures/comparison.png", "figures/comparison.svg"} <= set(read_record(folder / "comparison.json")["files"])


def test_a_comparison_keeps_the_words_that_ask_it_again(ask, tmp_path):
    of = ["--of", "rung >= 9 by 2030-03-03"]
    ask("toy", "--set", "B:client.hold=0.2", "--fixed", *of, "--points", 2, "--runs", 5, "--name", "played")
    played = ["toy", "--set", "B:client.hold=0.2", "--fixed", *of]
    size = ["--replications", "5", "--points", "2", "--seed", "1"]
    folder = tmp_path / "results" / "toy"
    assert read_record(folder / "comparison-played" / "comparison.json")["how"] == [*played, *size]
    runs = sorted(str(place.parent.relative_to(tmp_path)) for place in folder.glob("*/manifest.json"))
    ask(*runs, "--name", "read")
    assert read_record(folder / "comparison-read" / "comparison.json")["how"] == runs


def test_a_comparison_that_is_asked_for_more_keeps_more(ask, tmp_path):
    question = "rung >= 9 by 2030-06-03"
    for more in ((), ("--of", question), ("--of", question)):
        assert ask("toy", "--set", "client.hold=0.05", "--replications", 60, *more).exit_code == 0
    kept = [pd.read_csv(file) for file in (tmp_path / "results" / "toy").glob("comparison-*/outcomes.csv")]
    assert sorted(question in set(table["outcome"]) for table in kept) == [False, True]


def test_kept_answers_are_listed_with_what_was_asked_and_set(ask, tmp_path):
    ask("toy", *SHAKY, "--runs", 60, "--no-figures")

    def listed(*words):
        return json.loads(CliRunner().invoke(app, ["results", *words, "--format", "json"]).stdout)

    rows = listed()
    assert {row["kind"] for row in rows} == {"run", "comparison"}
    runs = [row for row in rows if row["kind"] == "run"]
    assert {(row["runs"], row["seed"]) for row in runs} == {(60, 1)}
    assert {"client.hold=0.05" in row["asked and set"] for row in runs} == {True, False}
    assert [row["date"] for row in rows] == sorted((row["date"] for row in rows), reverse=True)
    assert len(listed("toy")) == 3 and listed("venezuela_2025") == []
    (File(runs[0]["folder"]) / "manifest.json").write_text("{")
    assert sum(row["asked and set"].startswith("damaged") for row in listed()) == 1
    assert "no answers are kept" in CliRunner().invoke(app, ["results", "--out", str(tmp_path / "none")]).stdout


def test_every_form_goes_to_stdout_and_json_is_strict(ask):
    def refuse(word):
        raise AssertionError(word)

    answer = json.loads(ask("toy", *SHAKY, "--runs", 50, "--format", "json").stdout, parse_constant=refuse)
    assert [side["side"] for side in answer["sides"]] == ["A", "B"]
    assert {row["path"] for row in answer["inputs"]} == {"client.hold", "client.end_rate"}
    assert {"outcomes", "transitions", "notes"} <= set(answer)
    csv = ask("toy", *SHAKY, "--runs", 50, "--format", "csv").stdout
    assert csv.splitlines()[0] == ",".join(OUTCOME_COLUMNS)
    lines = ask("toy", *SHAKY, "--runs", 50, "--format", "csv", "--only", "transitions").stdout.splitlines()
    assert lines[0] == ",".join(TRANSITION_COLUMNS)
    assert "| who" in ask("toy", *SHAKY, "--runs", 50, "--format", "markdown").stdout


def test_a_scenario_is_played_with_the_luck_of_the_result_beside_it(ask, tmp_path):
    folder = save(simulate(load("toy"), 70, 9), tmp_path / "results")
    done = ask(folder, "toy", "--set", "b:client.hold=0.1", "--format", "json")
    assert done.exit_code == 0, done.output
    sides = json.loads(done.stdout)["sides"]
    assert [(side["runs"], side["seed"]) for side in sides] == [(70, 9), (70, 9)]
    copy = json.loads(ask(folder, "--set", "client.hold=0.1", "--format", "json").stdout)
    assert copy["outcomes"] == json.loads(done.stdout)["outcomes"]
    unmatched = ask(folder, "toy", "--seed", 2, "--format", "json")
    assert "not matched (seeds 9 and 2)" in json.loads(unmatched.stdout)["notes"][0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("toy",), "Nothing to compare toy with"),
        (("toy", "tooy"), "Did you mean 'toy'?"),
        (("toy", "--set", "client.hld=1"), "client.hold"),
        (("toy", "toy", "--set", "C:steps=60"), "there is no side C"),
        (("toy", "toy", "--runs", 0), "--replications 0: must be at least 1"),
        (("toy", "no/such/folder"), "no/such/folder"),
        (("toy", "toy", "--only", "everything"), "everything"),
    ],
)
def test_a_users_mistake_ends_with_2_and_no_traceback(ask, words, said):
    done = ask(*words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.output
    assert done.stdout == ""


def test_nothing_is_compared_with_part_of_the_runs(ask, monkeypatch, toy, tmp_path):
    cut = replace(toy, manifest=toy.manifest | {"interrupted": True, "runs_done": RUNS})
    monkeypatch.setattr("scenarios.runs.to_disk.run_to_disk", lambda *_, out, **__: save(cut, out))
    done = ask("toy", "--set", "client.hold=0.1")
    assert (done.exit_code, done.stdout) == (130, "")
    assert "Interrupted while A was run; nothing is compared" in done.stderr
    assert [place.name.endswith("-interrupted") for place in (tmp_path / "results" / "toy").iterdir()] == [True]


def test_results_that_were_run_already_cannot_be_changed(ask, tmp_path):
    folder = save(simulate(load("toy"), 20, 1), tmp_path / "results")
    done = ask(folder, "toy", "--set", "client.hold=0.1")
    assert done.exit_code == 2
    assert "was run already: client.hold=0.1 cannot change it" in done.stderr


def test_a_row_that_no_run_differs_in_is_bounded_and_not_zero(toy):
    table = compare(toy, toy)
    section = sections_of(Part.OUTCOMES, table, toy.scenario)[0]
    said = [f"0 (no run differs: below {high:.4f})" for high in table["high"]]
    assert [row[4] for row in section.rows] == said
    assert table["high"].min() > 0 and table["difference_se"].isna().all()


# -- questions of the user's own ---------------------------------------------------------------------------------------


QUESTIONS = ["rung >= 7 by 2030-06-01", "redland.oil.delivered <= 0.5 of opening"]


def test_a_question_is_compared_as_a_headline_is(toy, shaky):
    table = compare(toy, shaky, of=QUESTIONS).set_index("outcome")
    for text in (outcome_named(question, toy.scenario).text for question in QUESTIONS):
        mine, theirs = (answers(side, [text])[text] for side in (toy, shaky))
        assert table.loc[text, ["a", "b"]].tolist() == pytest.approx([np.nanmean(mine), np.nanmean(theirs)])
    assert set(table.index) >= set(chance_names(toy.scenario))


def test_a_headline_that_is_asked_for_stands_once(toy, shaky):
    assert len(compare(toy, shaky, of="redland.step_back")) == len(compare(toy, shaky))


def test_what_nobody_knows_is_refused_before_a_side_is_played(monkeypatch):
    monkeypatch.setattr("scenarios.questions.comparison.ask.simulate", lambda *_: pytest.fail("a side was played"))
    with pytest.raises(QuestionRefused, match=r"blueland\.nothing"):
        compare(load("toy"), load("toy"), of="blueland.nothing by 2030-06-01")


def test_the_command_tells_a_question_in_words(tmp_path):
    words = ["compare", "toy", "--set", "client.hold=0.2", "--runs", "60", "--out", str(tmp_path), "--of", QUESTIONS[0]]
    told = CliRunner().invoke(app, [*words, "--no-figures"])
    assert told.exit_code == 0, told.output
    assert "the rung is at some time at least" in told.output
    rows = CliRunner().invoke(app, [*words, "--no-figures", "--format", "csv"]).stdout.splitlines()
    assert len(rows) == 2


def test_an_argument_that_a_comparison_does_not_take_is_refused_by_name(toy):
    with pytest.raises(WrongArgument, match=r"compare: unexpected argument 'seed'"):
        compare(toy, toy, seed=3)


def test_a_question_stays_beside_the_patron_that_is_asked_for(tmp_path):
    words = ["compare", "toy", "--set", "client.hold=0.2", "--runs", "60", "--out", str(tmp_path), "--no-figures"]
    words += ["--of", QUESTIONS[0], "--of", "redland.step_back", "--format", "csv"]
    rows = CliRunner().invoke(app, [*words, "--patron", "redland"]).stdout.splitlines()
    assert len(rows) == 3
    refused = CliRunner().invoke(app, [*words, "--patron", "nobody"])
    assert refused.exit_code == 2 and "Known: blueland, redland." in refused.stderr


def test_an_event_that_is_no_headline_is_put_into_words(toy):
    assert side_name("redland.step_back", toy.scenario) == "Redland: step back"
    for question in ("redland.step_back.oil", "coercer.escalation", "rung >= 7"):
        assert side_name(question, toy.scenario) == outcome_named(question, toy.scenario).words
