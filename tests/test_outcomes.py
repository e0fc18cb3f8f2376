"""One language for what can be asked of a run: what it says is what the tables say, and bad questions are refused."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import load, read, run_to_disk, save, simulate, spells
from scenarios.errors import QuestionRefused, RequestRefused, UserError
from scenarios.outcomes import reading
from scenarios.outcomes.grammar import DEEPEST, LONGEST, begin_of, step_at
from scenarios.outcomes.outcome import answers, checked, known_outcomes, outcome_named
from scenarios.runs import job, play
from scenarios.store import parts
from scenarios.vocabulary import EventKind

RUNS = 200  # as many as are kept in full
TOY, VENEZUELA = load("toy"), load("venezuela_2025")
START = np.datetime64(VENEZUELA.start)


@pytest.fixture(scope="module")
def played():
    return simulate(VENEZUELA, RUNS, rng=3)


def asked(results, question):
    """What each run answers."""
    return outcome_named(question, results.scenario).read(results)


def by_run(table):
    """In which of the runs a table has a row."""
    return np.isin(np.arange(RUNS), table["run"].unique()).astype(float)


def events(results, actor, kind, channel=None):
    """Events of one kind, as anybody would look them up."""
    table = results.events
    is_it = (table["actor"] == actor) & (table["kind"] == kind)
    return table[is_it & (table["channel"] == channel)] if channel else table[is_it]


def posture(results, patron, column):
    """A column of a patron's rows, NaN kept, beside whether the patron was at risk."""
    rows = results.patrons[results.patrons["patron"] == patron].set_index("run")
    return rows[column], rows["at_risk"].to_numpy()


def happened(results, patron, column, first, last):
    """1 or 0 whether something began between two steps, NaN where the patron was not at risk."""
    at, at_risk = posture(results, patron, column)
    return np.where(at_risk, at.between(first, last), np.nan)


def step(day):
    """The step in which a day falls: whole weeks since the opening."""
    return int((np.datetime64(day) - START).astype(int) // 7)


def seen(results, patron, column, first, last, is_so):
    """Whether a column of the runs in full was so at any step between two."""
    rows = results.paths[(results.paths["patron"] == patron) & results.paths["step"].between(first, last)]
    return by_run(rows[is_so(rows[column])])


def opening(results, patron, column):
    """A column of the runs in full at the opening."""
    rows = results.paths[(results.paths["patron"] == patron) & (results.paths["step"] == 0)]
    return rows.set_index("run")[column].reindex(np.arange(RUNS))


def rung_on(results, at):
    """The rung in force in a step; NaN where the client has ended before. It ends after the coercer has moved."""
    moves = results.events[results.events["kind"].isin(["escalation", "easing"]) & (results.events["step"] <= at)]
    rung = opening(results, "china", "rung")
    rung.update(moves.groupby("run")["after"].last())
    return rung.where(~(results.runs["client_outcome_at"] < at)).to_numpy()


def quarters(values):
    """In quarters of a level, as what arrives is kept."""
    return np.floor(values * 4 + 0.5) / 4


QUESTIONS = {
    "russia.step_back": lambda r: happened(r, "russia", "step_back_at", 0, 999),
    "russia.step_back by 2026-03-01": lambda r: happened(r, "russia", "step_back_at", 0, step("2026-03-01")),
    "china.step_back before 2026-06-04": lambda r: happened(r, "china", "step_back_at", 0, step("2026-06-04") - 1),
    "china.notch after 2026-06-04": lambda r: happened(r, "china", "notch_at", step("2026-06-04") + 1, 999),
    "cuba.pause within 2026-01-01..2026-12-31": lambda r: happened(
        r, "cuba", "pause_at", step("2026-01-01"), step("2026-12-31")
    ),
    "iran.denied on 2026-07-05": lambda r: happened(r, "iran", "denied_at", step("2026-07-05"), step("2026-07-05")),
    "client.removed by 2026-06-30": lambda r: (
        (r.runs["client_outcome"] == "removed") & (r.runs["client_outcome_at"] <= step("2026-06-30"))
    ).to_numpy(dtype=float),
    "client.holds by 2026-06-30": lambda r: 1.0 - (r.runs["client_outcome_at"] <= step("2026-06-30")).to_numpy(float),
    "client.end within 2026-01-01..2026-06-30": lambda r: (
        r.runs["client_outcome_at"].between(step("2026-01-01"), step("2026-06-30")).to_numpy(float)
    ),
    "coercer.escalation by 2026-01-01": lambda r: by_run(
        events(r, "coercer", "escalation").query(f"step <= {step('2026-01-01')}")
    ),
    "coercer.attempt_failed": lambda r: by_run(events(r, "coercer", "attempt_failed")),
    "coercer.interdiction after 2026-06-01": lambda r: by_run(
        events(r, "coercer", "interdiction").query(f"step > {step('2026-06-01')}")
    ),
    "china.threat_carried_out by 2026-12-31": lambda r: by_run(
        events(r, "china", "threat_carried_out").query(f"step <= {step('2026-12-31')}")
    ),
    "russia.request.arms by 2026-12-31": lambda r: by_run(
        events(r, "russia", "request", "arms").query(f"step <= {step('2026-12-31')}")
    ),
    "iran.request_met": lambda r: by_run(events(r, "iran", "request_met")),
    "china.level_down.oil by 2026-12-31": lambda r: by_run(
        events(r, "china", "level_down", "oil").query(f"step <= {step('2026-12-31')}")
    ),
    "rung >= 9 on 2026-03-01": lambda r: rung_on(r, step("2026-03-01")) >= 9,
    "china.oil < 2 within 2026-01-01..2026-06-30": lambda r: seen(
        r, "china", "level.oil", step("2026-01-01"), step("2026-06-30"), lambda level: level < 2
    ),
    "iran.oil.delivered <= 0.5 of opening by 2026-06-30": lambda r: np.where(
        opening(r, "iran", "delivered.oil") > 0,
        [
            (quarters(rows["delivered.oil"]) <= 0.5 * rows["delivered.oil"].iloc[0]).any()
            for _, rows in r.paths[(r.paths["patron"] == "iran") & (r.paths["step"] <= step("2026-06-30"))].groupby(
                "run"
            )
        ],
        np.nan,
    ),
    "russia.people.delivered >= 1 within 2026-01-01..2026-06-30": lambda r: seen(
        r, "russia", "delivered.people", step("2026-01-01"), step("2026-06-30"), lambda d: quarters(d) >= 1
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_the_language_says_is_what_the_tables_say(played, question):
    np.testing.assert_array_equal(asked(played, question), QUESTIONS[question](played))


def test_the_questions_tell_runs_apart(played):
    found = [np.nanmean(values) for values in answers(played, QUESTIONS).values()]
    assert sum(0.0 < share < 1.0 for share in found) >= 15


@pytest.mark.parametrize("scenario", [TOY, VENEZUELA], ids=["toy", "venezuela"])
def test_every_name_has_an_answer_in_every_run_and_words(scenario):
    results = simulate(scenario, 30, rng=1)
    found = answers(results, known_outcomes(scenario))
    assert all(values.shape == (30,) for values in found.values())
    assert len({outcome_named(name, scenario).words for name in found}) == len(found)


def test_every_kind_of_event_is_of_one_actor_and_on_a_channel_or_not(played):
    table = played.events
    for actor, kind, channel in table[["actor", "kind", "channel"]].itertuples(index=False):
        member = EventKind.words().index(kind)
        whose = EventKind(member).actor
        assert whose == (actor if actor in ("coercer", "client") else "patron")
        assert EventKind(member).is_on_a_channel == isinstance(channel, str)


def test_what_a_patron_did_not_give_it_cannot_give_up(played):
    gave = opening(played, "cuba", "level.oil").to_numpy() > 0
    assert np.array_equal(np.isnan(asked(played, "cuba.abandonment.oil")), ~gave)
    assert np.array_equal(np.isnan(asked(played, "cuba.oil.delivered <= 0.5 of opening")), ~gave)


A_DATE = st.integers(0, VENEZUELA.steps * 7).map(lambda days: str(START + days))
CHANGES = st.sampled_from(["russia.step_back", "rung >= 8", "iran.abandonment.oil", "china.oil <= 1", "cuba.request"])
ATOMS = st.one_of(CHANGES, st.sampled_from(["client.holds", "china.neither"]))
WINDOWS = st.one_of(
    st.just(""),
    A_DATE.map(lambda day: f" by {day}"),
    A_DATE.map(lambda day: f" on {day}"),
    st.tuples(A_DATE, A_DATE).map(sorted).map(lambda days: f" within {days[0]}..{days[1]}"),
)
QUESTION = st.recursive(
    st.tuples(ATOMS, WINDOWS).map("".join),
    lambda part: st.one_of(
        part.map(lambda one: f"not ({one})"),
        st.tuples(part, st.sampled_from([" and ", " or "]), part).map("".join),
        st.tuples(part, WINDOWS).map(lambda both: f"({both[0]}){both[1]}"),
    ),
    max_leaves=6,
)


@settings(max_examples=60)
@given(QUESTION)
def test_the_plain_form_of_a_question_means_the_same(played, question):
    plain = outcome_named(question, VENEZUELA)
    assert outcome_named(plain.text, VENEZUELA) == plain
    np.testing.assert_array_equal(asked(played, plain.text), asked(played, question))


@settings(max_examples=60)
@given(one=QUESTION, other=QUESTION)
def test_the_laws_of_and_or_not(played, one, other):
    a, b = asked(played, one), asked(played, other)
    both, either = asked(played, f"({one}) and ({other})"), asked(played, f"({one}) or ({other})")
    # 0, 1 and in between what nobody can say: and is the least, or the greatest, not turns over
    truth = [np.nan_to_num(values, nan=0.5) for values in (a, b, both, either)]
    assert np.array_equal(truth[2], np.minimum(truth[0], truth[1]))
    assert np.array_equal(truth[3], np.maximum(truth[0], truth[1]))
    np.testing.assert_array_equal(asked(played, f"not ({one})"), 1.0 - a)


@settings(max_examples=60)
@given(CHANGES, A_DATE)
def test_what_has_happened_has_happened_before_on_or_after_a_day(played, atom, day):
    at = step(day)
    parts = [f"{atom} on {day}"]
    parts += [f"{atom} before {day}"] if at > 0 else []
    parts += [f"{atom} after {day}"] if at < VENEZUELA.steps else []
    np.testing.assert_array_equal(asked(played, " or ".join(parts)), asked(played, atom))
    np.testing.assert_array_equal(
        asked(played, f"{atom} by {day}"), asked(played, " or ".join(part for part in parts if "after" not in part))
    )


@settings(max_examples=60)
@given(CHANGES, A_DATE)
def test_something_is_so_by_a_day_if_it_was_first_so_by_then(played, atom, day):
    at = outcome_named(atom, VENEZUELA).first_at(played)
    found = asked(played, f"{atom} by {day}")
    assert np.array_equal(np.nan_to_num(found) == 1.0, at <= step(day))


def test_the_first_day_of_several_things_is_the_last_or_the_first_of_theirs(played):
    one, other = (outcome_named(name, VENEZUELA).first_at(played) for name in ("rung >= 8", "client.end"))
    both = outcome_named("rung >= 8 and client.end", VENEZUELA).first_at(played)
    either = outcome_named("rung >= 8 or client.end", VENEZUELA).first_at(played)
    np.testing.assert_array_equal(both, np.maximum(one, other))
    np.testing.assert_array_equal(either, np.fmin(one, other))
    with pytest.raises(RequestRefused, match="has no date"):
        outcome_named("not client.end", VENEZUELA).first_at(played)


def test_a_window_after_a_parenthesis_holds_for_what_has_none():
    framed = outcome_named("(rung >= 9 on 2026-01-04 or russia.step_back) by 2026-03-01", VENEZUELA)
    assert framed.text == "rung >= 9 on 2026-01-04 or russia.step_back by 2026-03-01"


def test_every_day_falls_in_the_step_that_begins_last_on_or_before_it():
    for scenario in (TOY, load("venezuela_2005_2025")):
        for step in (0, 1, 7, scenario.steps):
            assert step_at(scenario, begin_of(scenario, step)) == step


@settings(max_examples=300)
@given(st.text(max_size=60))
def test_any_text_is_a_question_or_is_refused_with_its_place(text):
    try:
        outcome_named(text, TOY)
    except QuestionRefused as refusal:
        assert refusal.args[0].split("\n")[-2].strip() == "^"


WORDS = [
    "redland.step_back",
    "rung",
    ">=",
    "9",
    "of",
    "opening",
    "by",
    "within",
    "2030-03-01",
    "..",
    "and",
    "not",
    "(",
    ")",
]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_any_words_of_the_language_are_a_question_or_are_refused(text):
    try:
        plain = outcome_named(text, TOY)
    except UserError:
        return
    assert outcome_named(plain.text, TOY) == plain


@pytest.mark.parametrize(
    ("question", "place", "why"),
    [
        ("russia.stepback", 0, "Did you mean 'russia.step_back'"),
        ("rusia.step_back", 0, "Did you mean 'russia.step_back'"),
        ("rung >= 9 and russia.step_back.gold", 14, "russia.step_back.oil"),
        ("russia.step_back by 1.3.2026", 20, "year-month-day, as 2026-03-01"),
        ("russia.step_back by 2026-3-1", 20, "year-month-day"),
        ("russia.step_back by 2026-13-01", 20, "year-month-day"),
        ("russia.step_back by 2035-01-01", 20, "from 2025-11-30 to 2027-11-28"),
        ("russia.step_back within 2026-03-01..2026-02-01", 24, "reversed"),
        ("client.holds before 2025-11-30", 20, "no step there"),
        ("iran.oil.delivered <= 0,5", 22, "Write 0.5"),
        ("rung >= 11", 8, "from 0 to 10"),
        ("iran.oil >= 4", 12, "from 0 to 3"),
        ("rung >= nan", 8, "no number"),
        ("rung", 0, "Compare it with a number"),
        ("russia.step_back >= 1", 0, "happens or not"),
        ("russia.step_back.at by 2026-03-01", 0, "is a time"),
        ("not russia.support_end", 4, "is an amount"),
        ("(rung >= 9", 10, r"or \)"),
        ("rung >= 9 russia.step_back", 10, "the end"),
        ("", 0, "Expected an event"),
    ],
)
def test_what_is_not_understood_is_marked_and_the_cure_is_named(question, place, why):
    with pytest.raises(QuestionRefused, match=why) as refusal:
        outcome_named(question, VENEZUELA)
    assert str(refusal.value).split("\n")[1:3] == [f"  {question}", f"  {' ' * place}^"]


def test_every_question_of_the_page_is_understood_and_those_said_to_be_the_same_are():
    page = (Path(__file__).parents[1] / "docs" / "how-to" / "ask.md").read_text()
    rows = re.findall(r"^\| `([^`]+)` \| (.*) \|$", page, re.M)
    asked = [*page.split("```\n")[1].splitlines(), *(question for question, _ in rows)]
    assert len(asked) >= 30
    for question in asked:
        outcome_named(question, VENEZUELA)
    results = simulate(VENEZUELA, 100, rng=2)
    same = [(one, other.strip("`")) for one, other in rows if other.startswith("`") and other.endswith("`")]
    assert len(same) == 2
    for one, other in same:
        np.testing.assert_array_equal(*answers(results, [one, other]).values())


def test_questions_without_end_are_refused():
    for text in ("rung >= 1 and " * LONGEST, "(" * (DEEPEST + 1) + "rung >= 1" + ")" * (DEEPEST + 1)):
        with pytest.raises(QuestionRefused, match=r"at most|At most"):
            outcome_named(text, TOY)
    deep = "(" * DEEPEST + "rung >= 1" + ")" * DEEPEST
    assert outcome_named("not " * 300 + deep, TOY).text == "rung >= 1"


def test_amounts_and_times_are_asked_for_alone_and_have_no_chance():
    names = ["russia.step_back.at", "russia.support_end"]
    assert [outcome.kind for outcome in checked(names, VENEZUELA)] == ["time", "amount"]
    for name, why in zip(names, ("Ask for russia.step_back", "sweep or a sensitivity"), strict=True):
        with pytest.raises(RequestRefused, match=why):
            checked(name, VENEZUELA, kinds=["chance"])
    with pytest.raises(RequestRefused, match="No outcome is asked for"):
        checked([], VENEZUELA)
    assert [each.text for each in checked(["rung>=9", "rung  >= 9"], VENEZUELA)] == ["rung >= 9"]


def test_results_in_a_folder_answer_the_same(played, tmp_path):
    names = [
        "russia.step_back by 2026-03-01",
        "rung >= 9",
        "iran.oil.delivered <= 1",
        "china.threat",
        "cuba.abandonment.oil",
    ]
    again = answers(read(save(played, tmp_path)), names)
    for name, values in answers(played, names).items():
        np.testing.assert_array_equal(again[name], values)


def test_runs_in_parts_answer_as_they_do_in_one(monkeypatch, tmp_path):
    monkeypatch.setattr(play, "BLOCK", 30)
    monkeypatch.setattr(play, "CHUNK", 10)
    kept = read(run_to_disk(TOY, 70, out=tmp_path))
    names = ["redland.step_back by 2030-06-02", "rung >= 9", "redland.oil.delivered <= 1", "blueland.threat"]
    assert len(list(kept.parts())) == 3
    whole = answers(simulate(TOY, 70), names)
    for name, values in answers(kept, names).items():
        np.testing.assert_array_equal(values, whole[name])


QUESTIONS_OF_EVENTS = ["rung >= 9", "china.threat", "cuba.abandonment.oil", "iran.oil.delivered <= 0.5 of opening"]


def test_runs_of_which_it_was_not_kept_what_happened_are_played_again_to_the_bit(monkeypatch, tmp_path):
    monkeypatch.setattr(play, "BLOCK", 90)
    monkeypatch.setattr(play, "CHUNK", 30)
    scenario = load("venezuela_2025")
    whole = answers(simulate(scenario, RUNS), QUESTIONS_OF_EVENTS)
    for module in (spells, job):
        monkeypatch.setattr(module, "RUNS_WITH_EVENTS", 60)
    monkeypatch.setattr(parts, "RUNS_WITH_NUMBERS", 60)
    monkeypatch.setattr(reading, "AT_ONCE", 50)
    in_memory, on_disk = simulate(scenario, RUNS), read(run_to_disk(scenario, RUNS, out=tmp_path, with_control=False))
    assert in_memory.events["run"].max() < 60
    for results in (in_memory, on_disk):
        for name, values in answers(results, QUESTIONS_OF_EVENTS).items():
            np.testing.assert_array_equal(values, whole[name])


def test_runs_that_do_not_come_again_are_refused_where_it_was_not_kept_what_happened(monkeypatch):
    for module in (spells, job):
        monkeypatch.setattr(module, "RUNS_WITH_EVENTS", 20)
    numbers = pd.DataFrame({"coercer.rise_rate": np.linspace(0.5, 5.0, 60)})
    given = simulate(TOY, 1, numbers=numbers)
    with pytest.raises(RequestRefused, match="runs 20 to 59 was not kept, and they do not come again"):
        asked(given, "rung >= 9")
    assert asked(given, "client.holds and not redland.step_back").shape == (60,)
