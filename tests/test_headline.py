"""The answer of a run in sentences says what its tables hold, in words that follow the numbers, and fits a terminal."""

import itertools
import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import made_up
from scenarios import compare, control, load, simulate, summarise
from scenarios.cli.app import app
from scenarios.questions.headline.ask import HEADLINE, chances_when, horizons, reasons_further
from scenarios.questions.headline.sentences import LIKELIHOODS, LIMITS, Told, amount, likelihood, sentences
from scenarios.questions.headline.what_ifs import changed_worlds, what_ifs
from scenarios.questions.headline.words import run_answer, short_section
from scenarios.report.answer import Format, render
from scenarios.runs import counting
from scenarios.runs.job import Play, job_of

RUNS = 300
TOY = load("toy")
UNTOUCHED = Told(made_up.when(), made_up.further(), made_up.what_ifs())


@pytest.fixture(scope="module")
def played():
    return simulate(TOY, RUNS, 1)


@pytest.fixture(scope="module")
def tried():
    return what_ifs(TOY, Play(RUNS))


def said(summary=None, told=UNTOUCHED, scenario=None) -> dict[str, str]:
    """Topic -> what is said of it."""
    found = sentences(made_up.summary() if summary is None else summary, scenario or made_up.scenario(), told)
    return dict(line.split(". ", 1) for line in found)


def with_chance(outcome: str, chance: float) -> dict[str, str]:
    """What is said if an outcome has another chance."""
    summary, when = made_up.summary(), made_up.when()
    summary.loc[summary["outcome"] == outcome, "value"] = chance
    when.loc[when["outcome"] == outcome, "chance"] = chance
    return said(summary, UNTOUCHED._replace(when=when))


def test_rungs_that_the_ladder_held_are_known_to_the_what_ifs(tried, monkeypatch):
    known, played = [], []
    counting.ladder_played(TOY, Play(RUNS), known)
    monkeypatch.setattr(counting, "job_of", lambda scenario, play: played.append(scenario) or job_of(scenario, play))
    pd.testing.assert_frame_equal(what_ifs(TOY, Play(RUNS), known), tried)
    others = [world for world in changed_worlds(TOY) if not world.setting.endswith(" held")]
    assert len(list(changed_worlds(TOY))) == len(others) + 2
    assert len(played) == 1 + len(others)


# -- words of a scale --------------------------------------------------------------------------------------------------


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_greater_chance_never_has_a_lesser_word(one, other):
    low, high = sorted((one, other))
    assert LIKELIHOODS.index(likelihood(low)) <= LIKELIHOODS.index(likelihood(high))


def test_every_word_of_the_scale_has_its_range():
    edges = (0.0, *LIMITS, 1.0)
    assert [likelihood((low + high) / 2) for low, high in itertools.pairwise(edges)] == list(LIKELIHOODS)


@given(st.floats(0, 1))
def test_a_chance_is_never_said_to_be_certain_unless_it_is(chance):
    assert (amount(chance) == "0") == (chance == 0.0)
    assert (amount(chance) == "1") == (chance == 1.0)


# -- when --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chance", [0.03, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97])
def test_the_words_follow_the_numbers(chance):
    when = with_chance("russia.step_back", chance)["When, in the words of ICD 203"]
    assert f"Russia steps back: {likelihood(chance)} within 3 months ({amount(chance)})" in when


def test_patrons_that_hardly_step_back_further_are_named_with_the_others():
    topics = with_chance("china.step_back_further", 0.004)
    assert (
        "the others step back: China 0.31 (further 0.004), Cuba 0 (further 0)."
        in topics["When, in the words of ICD 203"]
    )
    assert "China" not in topics["Why"] + topics["How sure"]


def test_a_patron_with_nothing_to_lose_is_said_not_to_be_at_risk():
    assert "Iran gives nothing material at the opening: not at risk." in said()["When, in the words of ICD 203"]


def test_where_nobody_steps_back_nothing_else_is_said():
    summary, when = made_up.summary(), made_up.when()
    is_back = summary["outcome"].str.contains("step_back")
    topics = said(summary.assign(value=summary["value"].where(~is_back, 0.0)), UNTOUCHED._replace(when=when))
    assert list(topics) == ["When, in the words of ICD 203"]
    assert topics["When, in the words of ICD 203"].startswith("No patron steps back in any run.")


def test_horizons_never_lie_beyond_the_run_and_its_end_is_one_of_them():
    for scenario in (TOY, load("iran_2025"), load("syria_2024"), replace(TOY, steps=3), replace(TOY, steps=300)):
        steps = list(horizons(scenario).values())
        assert steps == sorted(set(steps))
        assert steps[-1] == scenario.steps


@pytest.mark.parametrize("points", [None, 30])
def test_at_the_horizon_the_chances_are_those_of_the_summary(points):
    results = simulate(TOY, 10 if points else RUNS, 1, points=points)
    summary = summarise(results).set_index("outcome")
    when = chances_when(results)
    ends = when[when["within"] == when["within"].iloc[-1]].set_index("outcome")
    for column, other in (("chance", "value"), ("low", "low"), ("high", "high"), ("n", "n")):
        np.testing.assert_allclose(ends[column], summary.loc[ends.index, other])


def test_chances_never_fall_with_time(played):
    for name, rows in chances_when(played).groupby("outcome"):
        assert rows["chance"].is_monotonic_increasing or name == "client.holds"


# -- why ---------------------------------------------------------------------------------------------------------------


def test_every_step_back_further_has_a_reason(played):
    found = reasons_further(played).groupby("patron")
    rows = played.patrons[played.patrons["at_risk"]]
    counts = rows.groupby("patron", observed=True)["step_back_further_at"].count()
    assert found["n"].first().to_dict() == counts[counts > 0].to_dict()
    assert (found["share"].sum() >= 1.0 - 1e-9).all()


def test_without_a_step_back_further_there_are_no_reasons_of_it(played):
    none = replace(played, patrons=played.patrons.assign(step_back_further_at=np.nan))
    assert reasons_further(none).empty


def test_reasons_come_in_the_order_of_their_weight_and_without_those_of_little():
    why = said()["Why"]
    assert why.startswith(
        "Russia steps back for secondary sanctions (0.30), payment (0.20), bargain (0.10) and no single reason (0.40); "
        "further for payment (0.60) and no single reason (0.50), in some runs several at once."
    )
    assert "entrapment" not in why
    assert why.count("several at once") == 1  # not of the patron whose one reason comes to 1


def test_nothing_is_said_of_a_control_that_was_not_run():
    assert "With the pressure frozen it steps back in 0.52 of the runs, not 0.62." in said()["Why"]
    alone = made_up.summary().assign(control=np.nan, difference=np.nan, verdict=None)
    assert "frozen" not in " ".join(said(alone).values())


# -- what would change it ----------------------------------------------------------------------------------------------


def test_what_moves_it_most_comes_first_and_what_moves_nothing_is_left_out():
    change = said()["What would change it"]
    assert change.index("if Russia has half the support budget, Russia steps back further in 0.50 instead of 0.30") < (
        change.index("if the war of Russia ends, China steps back further in 0.20 instead of 0.30 (-0.10")
    )
    assert "oil falls" not in change


def test_what_ifs_within_luck_are_said_to_move_nothing():
    still = made_up.what_ifs().assign(verdict="within Monte Carlo error")
    told = UNTOUCHED._replace(what_ifs=still)
    assert said(told=told)["What would change it"].endswith("none moves it by more than luck.")


def test_without_what_ifs_nothing_is_said_of_them():
    assert "What would change it" not in said(told=UNTOUCHED._replace(what_ifs=None))


def test_a_what_if_is_the_comparison_of_matched_runs(played, tried):
    frozen = tried[tried["setting"] == "freeze=pressure"].set_index("outcome")
    table = compare(played, simulate(control(TOY), RUNS, 1)).set_index("outcome").loc[frozen.index]
    for mine, theirs in (("base", "a"), ("value", "b"), ("difference", "difference"), ("low", "low"), ("n", "n")):
        np.testing.assert_allclose(frozen[mine], table[theirs])


def test_every_what_if_is_judged_for_every_patron_and_every_rule_is_played(tried):
    sizes = tried.groupby(["kind", "setting"]).size()
    assert set(sizes) == {len(TOY.patrons) * len(HEADLINE)}
    assert len(sizes["rule"]) == 3


def test_what_is_set_is_no_what_if_and_a_number_that_is_nought_is_not_taken_away():
    settings = [world.setting for world in changed_worlds(TOY.with_values({"client.oil_price": 40}))]
    assert not any("oil_price" in setting for setting in settings)
    assert "patrons.blueland.war_drain=0.0" not in settings
    assert "patrons.redland.war_drain=0.0" in settings
    assert not any(world.setting == "freeze=pressure" for world in changed_worlds(control(TOY)))


# -- how sure ----------------------------------------------------------------------------------------------------------


def test_the_luck_of_the_draw_is_called_the_least_only_where_it_is():
    assert "which is the least of these" in said()["How sure"]
    wide = made_up.when().assign(low=0.0, high=1.0)
    assert "least of these" not in said(told=UNTOUCHED._replace(when=wide))["How sure"]


def test_what_is_not_known_of_the_spread_is_not_said():
    unknown = made_up.when().assign(spread_low=np.nan, spread_high=np.nan)
    sure = said(told=UNTOUCHED._replace(when=unknown, what_ifs=None))["How sure"]
    assert "nobody knows" not in sure
    assert "decision rules" not in sure
    assert "by the luck of the draw" in sure


def test_a_spread_that_luck_hides_is_not_said_to_be_narrow():
    hidden = made_up.when().assign(spread_low=0.3, spread_high=0.3)
    assert "nobody knows" not in said(told=UNTOUCHED._replace(when=hidden))["How sure"]


def test_the_reference_class_is_quoted_for_the_patrons_in_question_alone():
    rows = [(name, "", days, 0.4, 0.3, 0.5) for name in ("Russia", "Cuba") for days in (60, 365)]
    cases = pd.DataFrame(rows, columns=["patron", "assumption", "days", "chance", "low", "high"])
    assert said(told=UNTOUCHED._replace(cases=cases))["How sure"].endswith("within a year: Russia 0.40 (0.30 to 0.50).")


# -- all of it ---------------------------------------------------------------------------------------------------------


def test_no_number_is_said_that_the_tables_do_not_hold(played, tried):
    still = simulate(control(TOY), RUNS, 1)
    summary = summarise(played, still)
    told = Told(chances_when(played), reasons_further(played), tried)
    lines = sentences(summary, TOY, told)
    tables = (summary, told.when, told.further, tried)
    cells = np.concatenate([table.select_dtypes("number").to_numpy(dtype=float).ravel() for table in tables])
    known = {amount(cell) for cell in cells[(cells >= 0) & (cells <= 1)]} | {f"{cell:+.2f}" for cell in cells}
    numbers = re.findall(r"[+-]?\d\.\d+", " ".join(lines))
    assert len(numbers) > 10
    assert set(numbers) <= known


def test_the_short_answer_fits_a_terminal_and_breaks_no_word():
    names = [f"patron{k}" for k in range(12)]
    labels = {f"patrons.{name}": f"Kingdom-of-{name} and Overseas" for name in names} | {"client": "Ruritania"}
    scenario = made_up.scenario(patrons=tuple(names), labels=labels)
    one = made_up.summary()
    rows = [
        one[one["outcome"].str.startswith("russia")].replace({"outcome": {"russia": name}}, regex=True)
        for name in names
    ]
    summary = pd.concat([*rows, one[one["outcome"].str.startswith("client")]], ignore_index=True)
    when = made_up.when()
    parts = [
        when[when["outcome"].str.startswith("russia")].replace({"outcome": {"russia": name}}, regex=True)
        for name in names
    ]
    told = UNTOUCHED._replace(when=pd.concat([*parts, when[when["outcome"].str.startswith("client")]]))
    answer = replace(
        run_answer(summary, scenario, made_up.manifest(), None, told=told, is_full=False), title="", notes=()
    )
    text = render(answer, Format.TABLE)
    assert max(map(len, text.splitlines())) <= 80
    table = text[text.index("Chances from") :].strip().splitlines()
    assert len(table) <= 25
    whole = render(answer, Format.MARKDOWN)
    assert {word for line in table for word in line.split()} <= set(re.split(r"[\s|]+", whole))


def test_chances_that_round_to_nought_are_bounds():
    shown = short_section(made_up.summary(), made_up.scenario(), UNTOUCHED)
    (cuba,) = [row for row in shown.rows if row[:2] == ("Cuba", "step back")]
    assert cuba[2] == "<0.001"
    (iran,) = [row for row in shown.rows if row[:2] == ("Iran", "step back")]
    assert iran[-1] == "not at risk"


def test_names_are_printed_as_they_are_and_mark_nothing_up():
    named = made_up.scenario(labels=made_up.scenario().labels | {"patrons.russia": "[red]X[/red]"})
    answer = run_answer(made_up.summary(), named, made_up.manifest(), None, told=UNTOUCHED, is_full=False)
    assert "[red]X[/red] steps back: " in render(answer, Format.TABLE)


def test_json_holds_sentences_and_what_ifs_after_the_summary():
    answer = run_answer(made_up.summary(), made_up.scenario(), made_up.manifest(), None, told=UNTOUCHED)
    found = json.loads(render(answer, Format.JSON))
    assert next(iter(found)) == "summary"
    assert found["sentences"] == sentences(made_up.summary(), made_up.scenario(), UNTOUCHED)
    assert len(found["what_ifs"]) == len(made_up.what_ifs())


def test_all_tables_follow_the_short_one_if_asked_for():
    full, short = (
        run_answer(made_up.summary(), made_up.scenario(), made_up.manifest(), None, told=UNTOUCHED, is_full=is_full)
        for is_full in (True, False)
    )
    assert list(full.sections[:1]) == list(short.sections)
    assert len(full.sections) == 8
    why = next(table for table in full.sections if table.heading.startswith("Reasons of a step back further"))
    assert why.rows[:2] == (("Russia", "payment", "0.600", "40"), ("Russia", "on the edge", "0.500", "40"))


def test_a_second_call_plays_nothing_and_says_the_same(tmp_path, monkeypatch):
    words = ["run", "toy", "--runs", "60", "--no-figures", "--no-ladder", "--out", str(tmp_path)]
    first = CliRunner().invoke(app, words)
    assert first.exit_code == 0, first.output
    assert "What would change it. Of " in first.stdout

    def play_again(*_asked):
        pytest.fail("what-ifs were played again")

    monkeypatch.setattr("scenarios.questions.headline.what_ifs.what_ifs", play_again)
    again = CliRunner().invoke(app, words)
    assert again.stdout == first.stdout
    assert "What would change it" not in CliRunner().invoke(app, [*words, "--no-what-ifs"]).stdout
