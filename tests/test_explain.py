"""Why did it happen? Runs come again to the bit, and what is said of them is true of them."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from scenarios import (
    Ensemble,
    Results,
    Scenario,
    explain,
    frozen,
    load,
    nearest,
    nearest_on_average,
    replay,
    save,
    simulate,
    story,
    story_text,
)
from scenarios.cli.app import app
from scenarios.errors import QuestionRefused, RequestRefused, UnknownName
from scenarios.outcomes.chance import chances
from scenarios.outcomes.outcome import outcome_named
from scenarios.questions.explanation.ask import DRIVERS, ensemble_of
from scenarios.questions.explanation.counterfactual import (
    ANY,
    TOLERANCE,
    axes_of,
    changeable,
    judged_at_once,
    open_turns,
)
from scenarios.questions.explanation.figure import write_story
from scenarios.questions.explanation.frozen import FATES, can_be_frozen, fates_of, frozen_twin
from scenarios.questions.explanation.story import LINES, ORDER, Story
from scenarios.questions.explanation.story_words import BY_RULE, SENTENCES, SWINGS, TERMS, story_rows
from scenarios.questions.explanation.words import nearest_said, reason_notes, reason_sections
from scenarios.recorded import Swing
from scenarios.report.wording import share
from scenarios.runs.replay import clamped, side_by_side, with_numbers
from scenarios.scenario.arrays import number_paths
from scenarios.vocabulary import EventKind, Fate, Reason, Term

RUNS = 400
BACK = "redland.step_back"


@pytest.fixture(scope="module")
def toy() -> Results:
    return simulate(load("toy"), RUNS, 1)


@pytest.fixture(scope="module")
def pointed() -> Results:
    return simulate(load("toy"), 30, 5, points=4)


@pytest.fixture(scope="module")
def told() -> list[Story]:
    """Stories of many runs, in which almost everything happens."""
    toy, venezuela = Ensemble(load("toy"), 1, RUNS), Ensemble(load("venezuela_2025"), 1, RUNS)
    return [story(toy, run) for run in range(40)] + [story(venezuela, run) for run in range(15)]


@pytest.fixture(scope="module")
def sanctions_alone() -> Scenario:
    """A world in which nothing moves but the threat of secondary sanctions."""
    terms = {f"terms.{term}": "off" for term in Term.words()}
    terms |= {"terms.secondary_sanctions": "on", "terms.commitment": "frozen"}
    return load("toy").with_values({**terms, "freeze": "solvency"})


def stepped_back(results: Results, outcome: str = BACK) -> list[int]:
    patron, _, event = outcome.partition(".")
    rows = results.patrons[(results.patrons["patron"] == patron) & results.patrons["at_risk"]]
    return [int(run) for run in rows.loc[rows[f"{event}_at"].notna(), "run"]]


def of_run(table: pd.DataFrame, run: int) -> pd.DataFrame:
    return table[table["run"] == run].reset_index(drop=True)


@pytest.mark.parametrize("engine", ["batch", "agents"])
@pytest.mark.parametrize("run", [0, 7, 201, RUNS - 1])
def test_a_run_played_again_is_that_run_to_the_bit(toy: Results, engine: str, run: int) -> None:
    again = replay(toy.scenario, run, 1, engine=engine)
    for table in ("runs", "patrons", "events", "deliveries"):
        assert getattr(again, table).equals(of_run(getattr(toy, table), run)), table


@pytest.mark.parametrize("run", [0, 31, 119])
def test_a_run_of_a_point_played_again_is_that_run_to_the_bit(pointed: Results, run: int) -> None:
    again = replay(pointed.scenario, run, 5, per_point=30)
    for table in ("runs", "patrons", "events", "deliveries", "paths"):
        assert getattr(again, table).equals(of_run(getattr(pointed, table), run)), table


def test_some_runs_played_again_are_those_runs(toy: Results) -> None:
    again = replay(toy.scenario, 210, 1, last=215)
    whole = toy.patrons[toy.patrons["run"].between(210, 214)].reset_index(drop=True)
    assert again.patrons.equals(whole)
    assert sorted(again.paths["run"].unique()) == [210, 211, 212, 213, 214]


def agrees(scenario: Scenario, path: str, value: float, runs: tuple[int, ...]) -> None:
    """A clamped run with a number set is the run of the scenario in which a user sets it."""
    spot = number_paths(scenario).index(path)
    changed = simulate(scenario.with_values({path: value}), max(runs) + 1, 1).patrons.set_index(["run", "patron"])
    for run in runs:
        bench = clamped(scenario, run, 1)
        found = side_by_side([bench], [with_numbers(bench, {spot: value})]).patrons.set_index("patron")
        for name in scenario.patrons:
            for column in ("step_back_at", "step_up_at", "notch_at", "support_min"):
                assert found.loc[name, column] == pytest.approx(changed.loc[(run, name), column], nan_ok=True, abs=0)


@pytest.mark.parametrize(
    ("path", "value"), [("patrons.redland.exposure", 0.55), ("coercer.rise_rate", 3.0), ("client.hold", 0.3)]
)
def test_a_run_with_one_number_changed_is_that_run_with_the_number_set(path: str, value: float) -> None:
    agrees(load("toy"), path, value, (0, 13, 39))


def test_a_number_is_set_over_a_path_and_beside_other_settings_as_a_user_sets_it() -> None:
    agrees(load("iran_2025"), "patrons.china.bargain", 3.0, (0, 1, 2))
    later = load("toy").with_values({"client.oil_price@2030-03-03": "x0.5", "patrons.redland.exposure@2030-06-02": 0.2})
    agrees(later, "patrons.redland.exposure", 0.55, (0, 7))
    at_once = load("toy").with_values({"client.hold": 0.4})
    agrees(at_once, "patrons.redland.threat", 0.9, (0, 7))


def test_a_run_in_which_nothing_is_changed_is_that_run(toy: Results) -> None:
    benches = [clamped(toy.scenario, run) for run in (0, 47, 201)]
    for spot in (None, 0, 41, 82):
        sets = [{} if spot is None else {spot: float(bench.plan.central[spot])} for bench in benches]
        again = side_by_side(benches, [with_numbers(*pair) for pair in zip(benches, sets, strict=True)])
        for place, run in enumerate((0, 47, 201)):
            for table in ("patrons", "events", "deliveries"):
                mine, theirs = of_run(getattr(again, table), place), of_run(getattr(toy, table), run)
                # events are kept in single precision
                pd.testing.assert_frame_equal(mine.drop(columns="run"), theirs.drop(columns="run"), check_dtype=False)


def test_changed_numbers_are_put_back() -> None:
    scenario = load("iran_2025")
    bench, path = clamped(scenario, 3), number_paths(scenario).index("patrons.china.bargain")
    before = with_numbers(bench, {})
    kept = [part.copy() for part in [*bench.plan.changes, *bench.plan.paths]]
    with_numbers(bench, {path: 9.0, 5: 0.5})
    now = [*bench.plan.changes, *bench.plan.paths]
    assert all(np.array_equal(mine, theirs) for mine, theirs in zip(now, kept, strict=True))
    assert np.array_equal(with_numbers(bench, {}).events, before.events, equal_nan=True)


def test_runs_that_cannot_be_played_again_are_refused(toy: Results) -> None:
    with pytest.raises(RequestRefused, match=f"run {RUNS}: there is no such run. These are runs 0 to {RUNS - 1}"):
        story(toy, RUNS)
    with pytest.raises(RequestRefused, match="there is no such run"):
        nearest(toy, BACK, -1)
    old = Results(toy.scenario, {**toy.manifest, "rulebook_hash": "old"}, *[toy.runs] * 7)
    with pytest.raises(RequestRefused, match="made by rule book old"):
        story(old, 0)
    given = simulate(load("toy"), 5, 1, numbers=pd.DataFrame({"client.hold": [0.3, 0.6]}))
    with pytest.raises(RequestRefused, match="does not come again"):
        story(given, 1)


def test_the_shares_of_the_reasons_sum_to_one(toy: Results) -> None:
    table = explain(toy)
    assert np.allclose(table.groupby(["patron", "channel", "by"])["share"].sum(), 1.0)
    n = table[(table["by"] == "reason") & (table["channel"] == "all")].groupby("patron")["count"].sum()
    assert n["redland"] == len(stepped_back(toy))
    assert set(table["patron"]) == {"redland", "blueland"}
    assert set(explain(toy, "blueland")["patron"]) == {"blueland"}
    with pytest.raises(UnknownName, match="redland"):
        explain(toy, "redlan")


def test_a_driver_is_the_sum_of_its_reasons(toy: Results) -> None:
    table = explain(toy, "redland")
    whole = table[table["channel"] == "all"].set_index(["by", "what"])["count"]
    cost = [word for word, driver in DRIVERS.items() if driver == "pressure_cost"]
    assert whole["driver"]["pressure_cost"] == whole["reason"].reindex(cost).sum()
    assert set(DRIVERS) <= set(Reason.words())


def test_the_error_of_a_share_over_points_is_that_of_the_points(pointed: Results) -> None:
    rows = explain(pointed, "redland").query("channel == 'all' and by == 'channel'")
    backs = pointed.patrons[(pointed.patrons["patron"] == "redland") & pointed.patrons["step_back_at"].notna()]
    p, n = float(rows["share"].iloc[0]), len(backs)
    is_it = (backs["first_channel"] == rows["what"].iloc[0]).to_numpy() - p
    sums = pd.Series(is_it).groupby(backs["run"].to_numpy() // 30).sum()
    assert rows["se"].iloc[0] == pytest.approx(np.sqrt((sums**2).sum() * len(sums) / (len(sums) - 1)) / n)


def test_reasons_that_carry_weight_are_shown_and_the_others_said_in_a_sentence(toy: Results) -> None:
    table = explain(toy)
    edge = table[(table["channel"] == "all") & (table["by"] == "reason") & (table["what"] == "on_the_edge")]
    assert edge["share"].min() > 0.1
    cells = [cell for section in reason_sections(table, toy.scenario) for row in section.rows for cell in row]
    assert "on the edge" not in cells
    assert "secondary sanctions" in cells
    said = " ".join(reason_notes(table, toy.scenario, RUNS))
    for row in edge.to_dict("records"):
        name = toy.scenario.labels[f"patrons.{row['patron']}"]
        assert f"{name} {share(row['share'], row['se'], row['n'])}" in said
    assert "lasts 84 days" in said


def test_few_step_backs_are_called_noise() -> None:
    few = simulate(load("toy"), 20, 1)
    assert "mostly noise" in " ".join(reason_notes(explain(few), few.scenario, 20))


def test_each_run_meets_one_fate_when_a_term_is_frozen(toy: Results) -> None:
    table = frozen(toy, runs=200)
    assert np.allclose(table[list(FATES)].sum(axis=1), 1.0)
    assert np.allclose(
        table["difference"], table["added"] + table["client_lasts"] - table["prevented"] - table["client_gone"]
    )
    assert np.allclose(table["share_frozen"] - table["share"], table["difference"])
    assert len(table) == 2 * 2 * len(can_be_frozen(toy.scenario))
    assert (table["prevented"] > 0).any()
    assert (table["delayed"] > 0).any()
    assert (table.loc[table["delayed"] > 0, "delay"] > 1).all()


def test_fates_told_by_hand() -> None:
    never = np.inf
    cases = {
        "prevented": (10, never, never, never),
        "client_gone": (10, never, never, 18),
        "delayed": (10, never, 12, never),
        "unchanged": (10, never, 11, never),
        "brought_forward": (10, never, 8, never),
        "added": (never, never, 10, never),
        "client_lasts": (never, 18, 10, never),
        "neither": (never, 5, never, never),
    }
    columns = [np.array(column, dtype=float) for column in zip(*cases.values(), strict=True)]
    assert [FATES[code] for code in fates_of(*columns, 8)] == list(cases)


def test_freezing_a_term_that_is_always_nil_changes_nothing() -> None:
    nil = load("toy").believed({"patrons.redland.exposure": 0.0, "patrons.blueland.exposure": 0.0})
    table = frozen(Ensemble(nil, 1, 200), what=["secondary_sanctions"])
    assert (table["difference"] == 0.0).all()
    assert np.allclose(table["unchanged"], table["share"])
    assert table["share"].max() > 0.02


def test_freezing_the_only_cause_prevents_every_step_back(sanctions_alone: Scenario) -> None:
    table = frozen(Ensemble(sanctions_alone, 1, 200), what=["secondary_sanctions", "bargain"]).set_index(
        ["patron", "event", "frozen"]
    )
    cause = table.loc[("redland", "step_back", "secondary_sanctions")]
    assert cause["share"] > 0.01
    assert cause["share_frozen"] == 0.0
    assert table.loc[("redland", "step_back", "bargain"), "difference"] == 0.0


def test_freezing_the_named_reason_undoes_what_it_names_more_than_the_rest() -> None:
    scenario = load("venezuela_2025")
    rows = simulate(scenario, 1200, 1).patrons
    backs = rows[(rows["patron"] == "russia") & rows["step_back_at"].notna()]
    twin = simulate(scenario.with_values({"terms.secondary_sanctions": "frozen"}), 1200, 1).patrons
    at = twin[twin["patron"] == "russia"].set_index("run")["step_back_at"].reindex(backs["run"]).to_numpy()
    is_undone = ~(at <= backs["step_back_at"].to_numpy() + 8)
    is_named = (backs["reason"] == "secondary_sanctions").to_numpy()
    assert is_named.sum() > 30
    assert is_undone[is_named].mean() > 0.8
    assert is_undone[~is_named].mean() < 0.5


def test_what_is_frozen_already_is_not_frozen_again() -> None:
    half = load("toy").with_values({"terms.bargain": "frozen", "terms.payment": "off", "freeze": "solvency"})
    names = can_be_frozen(half)
    assert not {"bargain", "payment", "freeze.solvency"} & set(names)
    with pytest.raises(UnknownName, match="Did you mean 'bargain'"):
        frozen(Ensemble(half, 1, 10), what=["bargin"])
    with pytest.raises(QuestionRefused, match=r"Did you mean 'redland\.step_back'"):
        frozen(Ensemble(half, 1, 10), of="redland.step_bak")


def test_what_remains_of_any_question_can_be_asked(toy: Results) -> None:
    """Share and difference are those of the question in the runs and in their twins."""
    question, scenario = "client.removed by 2030-06-01 and redland.step_back", toy.scenario
    row = frozen(Ensemble(scenario, 1, 200), of=question, what=["freeze.pressure"]).iloc[0]
    runs, twins = (simulate(each, 200, 1) for each in (scenario, frozen_twin(scenario, "freeze.pressure")))
    shares = [chances(each, question)["chance"].iloc[0] for each in (runs, twins)]
    assert [row["share"], row["share_frozen"]] == pytest.approx(shares)
    assert (row["patron"], row["event"]) == ("", outcome_named(question, scenario).text)


def test_inputs_that_nothing_moves_are_not_frozen() -> None:
    moved = {name for name in can_be_frozen(load("venezuela_2005_2025")) if name.startswith("freeze.")}
    assert moved == {"freeze.pressure", "freeze.solvency", "freeze.war", "freeze.crisis"}
    assert not {"freeze.war", "freeze.crisis", "words"} & set(can_be_frozen(load("toy")))


EVERY_SORT = [
    BACK,
    "rung >= 9 by 2030-09-01",
    "client.end",
    "redland.oil.delivered <= 0.5 of opening",
    "not redland.threat and rung >= 8",
]


@pytest.mark.parametrize("question", EVERY_SORT)
def test_a_counterfactual_turns_the_answer_and_half_of_it_does_not(toy: Results, question: str) -> None:
    outcome, ensemble, n_tried = outcome_named(question, toy.scenario), ensemble_of(toy), 0
    answers = outcome.read(toy)
    runs = [*np.flatnonzero(answers == 1.0)[:4], *np.flatnonzero(answers == 0.0)[:4]]
    for run in map(int, runs):
        asked = open_turns(ensemble, outcome, [run])[0]
        assert asked.is_so == (answers[run] == 1.0)
        over = ["patrons.redland", "coercer"]
        axes = {axis.path: axis for axis in axes_of(asked.bench, changeable(outcome, over))}

        def turns(moves: dict[str, float], asked=asked, axes=axes) -> bool:
            return judged_at_once([(asked, {axes[path].spot: value for path, value in moves.items()})], 1)[0]

        table = nearest(toy, question, run, over)
        assert (table["comes"] != asked.is_so).all()
        for row in table[table["needed"].notna()].to_dict("records"):
            assert turns({row["path"]: row["needed"]})
            number = axes[row["path"]].number
            assert number.low <= row["needed"] <= number.high
            if abs(row["change"]) > 2.5 * TOLERANCE and number.distribution != "loguniform":
                assert not turns({row["path"]: (row["drawn"] + row["needed"]) / 2.0})
                n_tried += 1
            if row["stays_at"] != row["drawn"]:
                assert not turns({row["path"]: row["stays_at"]})
        together = table[table["together"].notna()].set_index("path")["together"].to_dict()
        if together:
            assert turns(together)
            n_tried += 1
    assert n_tried > 3  # of those whose half, or whose change together, could be tried


def test_several_numbers_together_need_a_smaller_change_than_any_alone(toy: Results) -> None:
    n_found = 0
    for run in stepped_back(toy)[:6]:
        table = nearest(toy, BACK, run)
        together = table[table["together"].notna()]
        if len(together) and table["change"].notna().any():
            numbers = [toy.scenario.numbers[path] for path in together["path"]]
            if all(number.distribution != "loguniform" for number in numbers):
                spans = np.array([number.high - number.low for number in numbers])
                moved = ((together["together"] - together["drawn"]) / spans).to_numpy()
                assert np.hypot.reduce(moved) < table["change"].abs().min()
                n_found += 1
    assert n_found > 0


def test_a_patron_whose_client_has_gone_was_not_kept_in(toy: Results) -> None:
    """The event is gone, but so is the client: nothing is undone by that; of the client itself it is the answer."""
    outcome, run = outcome_named(BACK, toy.scenario), stepped_back(toy)[0]
    asked = open_turns(ensemble_of(toy), outcome, [run])[0]
    at = outcome.first_at(toy)[run]
    assert asked.until == at + asked.bench.plan.shape.least
    ends = outcome_named("client.end", toy.scenario)
    assert open_turns(ensemble_of(toy), ends, [run])[0].until == -np.inf


def test_what_is_explained_of_a_question_is_read_off_the_runs_in_which_it_is_so(toy: Results) -> None:
    """A step back has the reason of its row, another move that of the level that moves in its step."""
    question = "redland.step_back by 2030-09-01"
    rows = toy.patrons[
        (toy.patrons["patron"] == "redland") & (outcome_named(question, toy.scenario).read(toy).repeat(2) == 1)
    ]
    mine = explain(toy, of=question).query("channel == 'all' and by == 'reason'").set_index("what")["count"]
    assert mine.to_dict() == rows["reason"].astype(str).value_counts().to_dict()
    given_up = explain(toy, of="redland.abandonment.oil").query("channel == 'all' and by == 'reason'")
    moved = toy.events.query("actor == 'redland' and channel == 'oil' and kind == 'level_down' and after == 0")
    at = outcome_named("redland.abandonment.oil", toy.scenario).first_at(toy)
    reasons = moved[at[moved["run"]] == moved["step"]]["reason"].astype(str).value_counts()
    assert given_up.set_index("what")["count"].to_dict() == reasons[reasons > 0].to_dict()


def test_what_has_no_reason_is_told_by_the_numbers_that_go_with_it(toy: Results) -> None:
    """The chance of a higher number is that over all pairs of runs, and the pace of escalation leads."""
    table = explain(toy, of="rung >= 9 by 2030-04-01").set_index("path")
    is_so = outcome_named("rung >= 9 by 2030-04-01", toy.scenario).read(toy) == 1.0
    path = table.index[0]
    assert path == "coercer.rise_rate"
    values = toy.runs[path].to_numpy()
    pairs = values[is_so][:, None] - values[~is_so][None, :]
    assert table.loc[path, "higher"] == pytest.approx((pairs > 0).mean() + 0.5 * (pairs == 0).mean())
    assert table.loc[path, "with"] == pytest.approx(np.median(values[is_so]))
    with pytest.raises(RequestRefused, match="30 runs of each"):
        explain(toy, of="rung >= 0")


def test_a_counterfactual_found_is_that_of_the_changed_scenario(toy: Results) -> None:
    run = next(run for run in stepped_back(toy) if len(nearest(toy, BACK, run, ["patrons.redland.exposure"])))
    needed = float(nearest(toy, BACK, run, ["patrons.redland.exposure"])["needed"].iloc[0])
    changed = simulate(toy.scenario.with_values({"patrons.redland.exposure": needed}), RUNS, 1)
    assert run in stepped_back(toy)
    assert run not in stepped_back(changed)


def test_where_the_cause_is_known_the_counterfactual_names_its_numbers(sanctions_alone: Scenario) -> None:
    results = simulate(sanctions_alone, RUNS, 1)
    reasons = explain(results, "redland").query("channel == 'all' and by == 'reason'")
    assert set(reasons["what"]) == {"secondary_sanctions", "on_the_edge"}
    found = nearest_on_average(results, BACK, ["patrons.redland"], most=25)
    whole = found.set_index("path")
    # others can tip when a patron looks again; these alone move the threat that it feels
    often = set(whole.index[whole["suffices"] > 0.2]) - {ANY}
    assert often == {
        f"patrons.redland.{name}" for name in ("exposure", "threat", "risk_tolerance", "channels.oil.shielded")
    }
    assert whole.loc["patrons.redland.exposure", "suffices"] == 1.0
    assert whole.loc["patrons.redland.exposure", "up"] == 0.0
    assert whole.loc["patrons.redland.risk_tolerance", "up"] == 1.0


def test_none_is_an_answer(sanctions_alone: Scenario) -> None:
    results = simulate(sanctions_alone, RUNS, 1)
    run = stepped_back(results)[0]
    table = nearest(results, BACK, run, ["patrons.redland.payment_weight"])
    assert table.empty
    _, said = nearest_said(table, outcome_named(BACK, results.scenario), run, 1)
    assert said[0].startswith("None: no single number of 1")


def test_what_nobody_can_say_cannot_be_turned(toy: Results) -> None:
    at_rest = load("toy").believed(
        {"patrons.redland.channels.oil.opening": 0, "patrons.redland.channels.oil.feasible": 0}
    )
    with pytest.raises(RequestRefused, match="run 3: nobody can say whether"):
        nearest(Ensemble(at_rest, 1, 20), "redland.oil.delivered <= 0.5 of opening", 3)
    with pytest.raises(QuestionRefused, match=r"Did you mean 'redland\.step_back'"):
        nearest(toy, "redland.step_bak", 0)


def test_only_numbers_that_may_be_changed_are_tried() -> None:
    scenario = load("toy")
    back = outcome_named(BACK, scenario)
    paths = changeable(back)
    assert any(path.startswith("patrons.blueland") for path in changeable(outcome_named("rung >= 9", scenario)))
    assert not any(path.startswith("patrons.blueland") or path.endswith(".opening") for path in paths)
    assert changeable(back, ["patrons.blueland.exposure"]) == ["patrons.blueland.exposure"]
    with pytest.raises(UnknownName, match=r"Did you mean 'patrons\.redland\.exposure'"):
        changeable(back, ["patrons.redland.exposur"])
    with pytest.raises(RequestRefused, match="has no range"):
        changeable(back, ["patrons.redland.channels.oil.opening"])


def test_what_the_user_set_is_not_up_for_change() -> None:
    scenario = load("toy").with_values({"patrons.redland.exposure": 0.5})
    back = outcome_named(BACK, scenario)
    assert "patrons.redland.exposure" not in changeable(back)
    with pytest.raises(RequestRefused, match="is set already"):
        changeable(back, ["patrons.redland.exposure"])


def test_the_average_counts_what_single_runs_say(toy: Results) -> None:
    over, runs = ["patrons.redland"], stepped_back(toy)[:10]
    table = nearest_on_average(toy, BACK, over, most=10).set_index("path")
    single = [nearest(toy, BACK, run, over, is_screened=True) for run in runs]
    assert table.loc[ANY, "suffices"] == pytest.approx(np.mean([len(one) > 0 for one in single]))
    for path in table.index.drop(ANY):
        sizes = [abs(one.set_index("path").loc[path, "change"]) for one in single if path in set(one["path"])]
        assert table.loc[path, "suffices"] == pytest.approx(len(sizes) / 10)
        assert table.loc[path, "change"] == pytest.approx(np.median(sizes))
    assert table["nearest"].drop(ANY).sum() == pytest.approx(table.loc[ANY, "suffices"])
    assert (table["n"] == 10).all()


def test_a_story_names_every_change_of_level_exactly_once(told: list[Story]) -> None:
    for one in told:
        again = replay(one.scenario, one.run, one.seed)
        changes = again.events[again.events["kind"].isin(["level_up", "level_down"])]
        assert len(one.changes) == len(changes)
        lines = story_text(one).splitlines()
        moves = [line for line in lines if re.search(r"(raises|lowers) \w+ from \d \(\w+\) to \d", line)]
        assert len(moves) == len(changes)
        for change in changes.to_dict("records"):
            name = one.scenario.labels[f"patrons.{change['actor']}"]
            verb = "raises" if change["after"] > change["before"] else "lowers"
            said = f"- {name} {verb} {change['channel']} from {change['before']:.0f} ("
            assert any(said in line and f") to {change['after']:.0f} (" in line for line in moves)


def test_a_story_skips_no_step_and_tells_none_twice(told: list[Story]) -> None:
    for one in told:
        steps: list[int] = []
        for line in story_text(one).splitlines():
            if found := re.match(r"Weeks? (\d+)(?:-(\d+))?[:,]", line):
                first, last = found.groups()
                steps += range(int(first), int(last or first) + 1)
        end = one.facts["client_outcome_at"]
        assert steps == list(range(1, (one.scenario.steps if np.isnan(end) else int(end)) + 1))


def test_a_story_dates_what_counts_as_the_tables_do(told: list[Story]) -> None:
    n_confirmed = 0
    for one in told:
        confirmed = one.events[one.events["kind"] == "confirmed"]
        n_confirmed += len(confirmed)
        for row in one.patrons.to_dict("records"):
            mine = confirmed[confirmed["actor"] == row["patron"]].set_index("reason")["before"]
            for line in LINES:
                assert mine.get(line, np.nan) == pytest.approx(row[f"{line}_at"], nan_ok=True), (one.run, line)
    assert n_confirmed > 20


def test_the_reason_of_a_change_is_the_term_that_moved_it_most_if_it_weighs(told: list[Story]) -> None:
    n_moved = n_edge = 0
    for one in told:
        for change in one.changes.to_dict("records"):
            swings = {term: change[term] for term in SWINGS}
            if change["reason"] in ("words", "budget"):
                assert np.isnan(list(swings.values())).all()
            elif change["reason"] == "on_the_edge":
                assert max(swings.values()) < 0.05
                n_edge += 1
            else:
                assert swings[change["reason"]] == max(swings.values()) >= np.float32(0.05)
                n_moved += 1
    assert n_moved > 10
    assert n_edge > 20


def test_every_kind_of_event_has_its_place_and_its_sentence(told: list[Story]) -> None:
    assert set(EventKind.words()) <= set(ORDER)
    assert set(ORDER) == set(SENTENCES)
    assert set(TERMS) == set(SWINGS) == set(Swing._fields)
    assert {*TERMS, *BY_RULE, "words", "denied"} == set(Reason.words())
    seen = set().union(*[set(one.events["kind"]) for one in told])
    assert {"threat", "request", "level_down", "crosses", "confirmed", "interdiction", "client_end"} <= seen
    for one in told:
        assert not re.search(r"[{}<>]|\bnan\b|\bNone\b", story_text(one)), one.run


def lines_of(scenario: Scenario, kind: str, **sought: object) -> list[str]:
    """Sentences of the first event of some kind in the first runs."""
    events = simulate(scenario, RUNS, 1).events
    found = events[events["kind"] == kind]
    for name, value in sought.items():
        found = found[found[name] == value]
    event = found.iloc[0]
    text = story_text(story(Ensemble(scenario, 1, RUNS), int(event["run"])))
    part = re.split(r"\n(?=Weeks? \d)", text)
    return next(each for each in part if each.startswith(f"Week {event['step']}, ")).splitlines()


def test_jumps_strikes_failed_attempts_and_captures_are_told_as_such() -> None:
    toy = load("toy")
    assert any("Northland jumps: from" in line for line in lines_of(toy, "escalation", before=5.0, after=8.0))
    assert any("strikes on land begin" in line for line in lines_of(toy, "escalation", before=8.0, after=9.0))
    assert any("strikes on land end" in line for line in lines_of(toy, "easing", before=9.0, after=8.0))
    assert any("tries to take Portsmouth's leader and fails" in line for line in lines_of(toy, "attempt_failed"))
    captured = lines_of(toy, "client_end", after=float(Fate.REMOVED))
    assert any("loses its leader, captured by Northland; the run ends" in line for line in captured)
    left = lines_of(toy, "client_end", after=float(Fate.EXITS))
    assert any("the old one leaves by agreement" in line for line in left)


def test_words_rise_and_fall_by_rule_in_a_story() -> None:
    raised = lines_of(load("toy"), "level_up", reason="words", channel="words")
    assert any("raises words" in line and "by rule, as the pressure reaches a new high" in line for line in raised)
    fallen = lines_of(load("venezuela_2025"), "level_down", reason="words", channel="words")
    assert any("lowers words" in line and "by rule, as the occasion has passed" in line for line in fallen)


def test_what_is_set_is_told_on_its_date_and_an_empty_purse_as_the_reason_that_it_is() -> None:
    path = "patrons.redland.support_budget"
    poor = load("toy").with_values({f"{path}@2030-03-03": 0.001, "client.oil_price": "x0.9"})
    events = simulate(poor, RUNS, 1).events
    run = int(events.loc[events["reason"] == "budget", "run"].iloc[0])
    text = story_text(story(Ensemble(poor, 1, RUNS), run))
    assert f"Set from here on: {path} is 0.001 USD bn a year." in text
    assert "Set from here on: client.oil_price is 0.9 times what it was." in text
    assert re.search(r"Redland's support budget falls from [\d.]+ to 0\.001 USD bn a year\.", text)
    assert "Redland has used up its savings" in text
    assert "because it can no longer pay" in text
    alone = story(Ensemble(poor, 1, RUNS), run, "blueland")
    assert path in story_text(alone)
    assert "support budget falls" not in story_text(alone)


def test_a_story_may_tell_of_one_patron(toy: Results) -> None:
    one = story(toy, 7, "redland")
    assert set(one.events["actor"]) <= {"coercer", "client", "redland"}
    assert "Blueland" not in story_text(one)
    rows = story_rows(one)
    assert [row["step"] for row in rows] == sorted(row["step"] for row in rows)
    json.dumps(rows, allow_nan=False)


def test_a_story_is_drawn(toy: Results, tmp_path) -> None:
    ended = int(toy.runs.loc[toy.runs["client_outcome_at"].notna(), "run"].iloc[0])
    for run in (stepped_back(toy)[0], ended):
        files = write_story(story(toy, run), tmp_path)
        assert [file.name for file in files] == [f"story_toy_{run}.png", f"story_toy_{run}.svg"]
        assert all(file.stat().st_size > 10_000 for file in files)
        assert "Redland" in files[1].read_text()


def described(table: str) -> set[str]:
    text = (Path(__file__).parents[1] / "docs" / "reference" / "tables.md").read_text()
    rows = text.split(f"\n## {table}:")[1].split("\n## ")[0].splitlines()
    cells = [row.split("|")[1] for row in rows if row.startswith("| ")][1:]
    return {name.strip() for cell in cells for name in cell.split(",")}


def test_the_data_dictionary_describes_every_column(toy: Results) -> None:
    run = stepped_back(toy)[0]
    assert described("reasons") == set(explain(toy).columns)
    assert described("numbers that go with something") == set(explain(toy, of="rung >= 9").columns)
    assert described("frozen") == set(frozen(toy, of=BACK, what=["bargain"], runs=20).columns)
    assert described("nearest") == set(nearest(toy, BACK, run, ["coercer.rise_rate"]).columns)
    assert described("nearest_on_average") == set(nearest_on_average(toy, BACK, ["coercer.rise_rate"], most=2).columns)
    assert described("story") == set(story(toy, run).events.columns)


def ask(*words: object):
    return CliRunner().invoke(app, ["explain", *[str(word) for word in words], "--quiet"])


def test_the_command_explains_a_scenario_and_a_result_folder_alike(toy: Results, tmp_path) -> None:
    folder = save(toy, tmp_path)
    by_name, by_folder = ask("toy", "--runs", RUNS), ask(folder)
    assert by_name.exit_code == 0, by_name.output
    assert by_name.stdout == by_folder.stdout
    assert "Why patrons step back" in by_name.stdout
    run = stepped_back(toy)[0]
    assert ask("toy", "--run", run).stdout == ask(folder, "--run", run).stdout == story_text(story(toy, run))
    near = ask(folder, "--nearest", "--of", BACK, "--run", run, "--over", "patrons.redland", "--format", "csv")
    assert near.stdout == nearest(toy, BACK, run, ["patrons.redland"]).to_csv(index=False)
    left = json.loads(ask(folder, "--frozen", "--patron", "redland", "--runs", 50, "--format", "json").stdout)
    assert len(left) == 2 * len(can_be_frozen(toy.scenario))
    assert left[0]["n"] <= 50


def test_the_command_speaks_every_form(tmp_path) -> None:
    for view in (
        (),
        ("--run", 7),
        ("--frozen", "--of", BACK),
        ("--nearest", "--of", BACK, "--over", "patrons.redland"),
        ("--nearest", "--of", "rung >= 9", "--run", 3, "--over", "coercer"),
        ("--of", "not client.holds"),
        ("--of", "redland.step_back by 2030-09-01"),
    ):
        for form in ("table", "csv", "json", "markdown"):
            done = ask("toy", "--runs", 100, *view, "--format", form)
            assert done.exit_code == 0, done.output
            assert done.stderr == ""
            if form == "json":
                assert isinstance(json.loads(done.stdout, parse_constant=pytest.fail), list)
    drawn = ask("toy", "--run", 7, "--figure", tmp_path / "here")
    assert drawn.exit_code == 0
    assert (tmp_path / "here" / "story_toy_7.png").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere",), "Unknown scenario 'nowhere'"),
        (("toy", "--run", 2000), "run 2000: there is no such run. These are runs 0 to 1999 of toy"),
        (("toy", "--run", -1), "run -1: there is no such run"),
        (("toy", "--runs", 0), "--replications 0: must be at least 1"),
        (("toy", "--patron", "redlnd"), "Did you mean 'redland'"),
        (("toy", "--of", "redland.stepback", "--frozen"), "Did you mean 'redland.step_back'"),
        (("toy", "--of", "redland.denid"), "Did you mean 'redland.denied'"),
        (("toy", "--of", "redland.step_back.at"), "is a time, which has no probability"),
        (("toy", "--frozen", "--nearest"), "two questions"),
        (("toy", "--frozen", "--run", 1), "Leave out --run"),
        (("toy", "--over", "coercer"), "Add --nearest"),
        (("toy", "--figure", "x"), "Add --run K"),
        (("toy", "--nearest", "--over", "coercer.rnug"), "Unknown path 'coercer.rnug'"),
        (("toy", "--set", "client.hold=9"), "lies outside"),
        (("toy", "--seed", -3), "--seed -3"),
        (("toy", "--fixed", "--nearest"), "no number has a range to search"),
        ((".",), "not a result folder, it has no manifest.json"),
    ],
)
def test_a_users_mistake_ends_with_2_and_no_traceback(words: tuple[object, ...], said: str) -> None:
    done = ask(*words)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.output
    assert done.stdout == ""


def test_a_result_folder_takes_no_changes(toy: Results, tmp_path) -> None:
    folder = save(toy, tmp_path)
    done = ask(folder, "--set", "client.hold=0.4", "--seed", 3)
    assert done.exit_code == 2
    assert "--seed, --set:" in done.stderr
    calm = next(run for run in range(RUNS) if run not in stepped_back(toy))
    assert "did not happen" in ask(folder, "--nearest", "--patron", "redland", "--run", calm).stderr
