"""What a user sets acts from its day on and explains nothing; what a user believes has been so all along."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from scenarios import Results, Scenario, control, load, simulate
from scenarios.cli.app import app
from scenarios.errors import ScenarioError
from scenarios.questions.headline.spread import PRECISION, idle_budgets, thirds
from scenarios.runs.replay import replay
from scenarios.scenario import describe, finding
from scenarios.scenario.arrays import step_of
from scenarios.scenario.finding import number_at
from scenarios.scenario.load import library
from scenarios.scenario.scenario import Path
from scenarios.store.manifest import scenario_from, scenario_hash, scenario_record

RUNS = 200
DAY = "2030-03-31"
BUDGET, TOLERANCE = "patrons.redland.support_budget", "patrons.redland.risk_tolerance"
TOY = load("toy")
DRAWN = list(TOY.uncertain)
WEIGHTS = [path for path in TOY.numbers if path.endswith(".weight")]
LEVELS = [path for path in TOY.numbers if path.rpartition(".")[2] in ("opening", "feasible")]
FREE = [path for path in TOY.numbers if path not in [*WEIGHTS, *LEVELS]]  # those that need not fit others


@pytest.fixture(scope="module")
def plain() -> Results:
    """The toy as it is."""
    return simulate(TOY, RUNS, 1)


def stepped_back(results: Results, patron: str = "redland") -> float:
    """Share of the runs in which a patron steps back."""
    rows = results.patrons[results.patrons["patron"] == patron]
    return float(rows["step_back_at"].notna().mean())


def opening_levels(results: Results) -> pd.DataFrame:
    """Intended levels of every run at step 0."""
    found: pd.DataFrame = results.paths.loc[results.paths["step"] == 0].filter(like="level.").reset_index(drop=True)
    return found


# -- intervention and belief -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [TOLERANCE, BUDGET, "model.precision", "coercer.rung", "patrons.redland.threat"])
@pytest.mark.parametrize("when", ["", f"@{DAY}"])
def test_what_is_set_leaves_the_numbers_drawn_and_the_opening_as_they_were(
    plain: Results, path: str, when: str
) -> None:
    number = number_at(path)
    found = simulate(TOY.with_values({path + when: min(number.high, 2.0 * TOY.numbers[path].value)}), RUNS, 1)
    pd.testing.assert_frame_equal(found.runs[DRAWN], plain.runs[DRAWN], check_exact=True)
    pd.testing.assert_frame_equal(opening_levels(found), opening_levels(plain), check_exact=True)
    for column in ("opening_chance", "support_start", "at_risk"):
        assert np.array_equal(found.patrons[column], plain.patrons[column]), column


def test_what_is_believed_changes_what_the_opening_is_inferred_under() -> None:
    base, path = load("venezuela_2025"), "patrons.russia.risk_tolerance"
    drawn, believed = simulate(base, RUNS, 1), simulate(base.believed({path: 0.2}), RUNS, 1)
    assert path not in believed.runs
    others = [name for name in base.uncertain if name != path]
    pd.testing.assert_frame_equal(drawn.runs[others], believed.runs[others], check_exact=True)
    is_russia = drawn.patrons["patron"] == "russia"
    chances = [each.patrons.loc[is_russia, "opening_chance"].to_numpy() for each in (drawn, believed)]
    assert (chances[0] != chances[1]).mean() > 0.5


def test_a_belief_with_a_date_says_that_a_belief_has_none_and_how_to_set_one() -> None:
    with pytest.raises(ScenarioError, match=r"has no date. Allowed: client.hold=V, or --set client.hold@2026-03-01=V"):
        TOY.believed({"client.hold@2026-03-01": 0.4})


def test_a_fear_that_comes_is_felt_and_one_that_was_always_there_is_explained_away() -> None:
    august = load("venezuela_2025_august")
    path = "patrons.russia.risk_tolerance"
    set_now = stepped_back(simulate(august.with_values({path: 0.2}), 600, 1), "russia")
    believed = stepped_back(simulate(august.believed({path: 0.2}), 600, 1), "russia")
    assert set_now > believed + 0.05


def test_nothing_happens_before_the_day_of_a_setting(plain: Results) -> None:
    found = simulate(TOY.with_values({f"{TOLERANCE}@{DAY}": 0.05, f"client.oil_price@{DAY}": 10}), RUNS, 1)
    before = step_of(TOY, date.fromisoformat(DAY))
    one, other = (results.events[results.events["step"] < before].reset_index(drop=True) for results in (found, plain))
    assert len(one) > RUNS
    pd.testing.assert_frame_equal(one, other, check_exact=True)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(FREE), st.sampled_from(["low", "high", "twice"]), st.booleans())
def test_every_number_can_be_set_at_the_opening_and_on_a_date(path: str, where: str, is_dated: bool) -> None:
    number, value = number_at(path), TOY.numbers[path].value
    ends: dict[str, Any] = {
        "low": number.low,
        "high": number.high if number.unit in ("level", "rung", "flag", "share", "probability") else value,
        "twice": "x1" if 2 * TOY.numbers[path].high > number.high else "x2",
    }
    changed = TOY.with_values({f"{path}@{DAY}" if is_dated else path: ends[where]})
    found = simulate(changed, 3, 1)
    pd.testing.assert_frame_equal(found.runs[DRAWN], simulate(TOY, 3, 1).runs[DRAWN], check_exact=True)
    for name in ("runs", "patrons", "events"):
        numbers = getattr(found, name).select_dtypes("number").to_numpy(dtype=float)
        assert not np.isinf(numbers).any()


@pytest.mark.parametrize("path", ["patrons.redland.channels.oil.opening", "channels.oil.weight"])
def test_numbers_that_must_fit_others_are_set_together(path: str) -> None:
    other = path.replace("opening", "feasible").replace("oil.weight", "arms.weight")
    value, fitting = (
        (3, 3)
        if "opening" in path
        else (
            TOY.numbers[path].value + 0.05,
            TOY.numbers[other].value - 0.05,
        )
    )
    assert len(simulate(TOY.with_values({path: value, other: fitting}), 5, 1).runs) == 5
    with pytest.raises(ScenarioError):
        TOY.with_values({path: 0.9 if "weight" in path else 3, other: 2 if "opening" in path else 0.9})


def test_a_factor_acts_on_the_runs_own_number() -> None:
    run = replay(TOY.with_values({BUDGET: "x2"}), 3)
    budgets = run.paths[run.paths["patron"] == "redland"].set_index("step")["budget"]
    assert budgets[1] == pytest.approx(
        2 * replay(TOY, 3).paths.set_index(["patron", "step"]).loc[("redland", 1), "budget"]
    )
    with pytest.raises(ScenarioError, match="times 4 is out of reach"):
        TOY.with_values({"client.hold": "x4"})


def test_interventions_hold_in_the_control_too() -> None:
    changed = TOY.with_values({TOLERANCE: 0.05, f"{BUDGET}@{DAY}": 0.01})
    assert control(changed).settings == changed.settings
    frozen, without = simulate(control(changed), RUNS, 1), simulate(control(TOY), RUNS, 1)
    assert stepped_back(frozen) > stepped_back(without) + 0.1


def test_a_script_gives_way_from_the_day_of_a_setting_and_a_factor_leaves_it() -> None:
    script = Path("client.oil_price", (TOY.start,), (0.5,), "factor", "judgement", "", "")
    halved = replace(TOY, paths={script.path: script}, freeze=frozenset({"pressure"}))
    solvency = [
        replay(each, 0).paths.groupby("step")["solvency"].first()
        for each in (halved, halved.with_values({f"client.oil_price@{DAY}": 300}))
    ]
    step = step_of(TOY, date.fromisoformat(DAY))
    assert np.array_equal(solvency[0][:step], solvency[1][:step])
    assert solvency[1].iloc[-1] > solvency[0].iloc[-1]


# -- the two traits, the ultimatum -------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["", "@2026-02-01"])
@pytest.mark.parametrize(
    ("field", "values"), [("support_budget", (0.02, 0.06, 0.2)), ("risk_tolerance", (0.2, 0.4, 0.9))]
)
def test_less_to_spend_or_less_daring_makes_a_step_back_likelier(
    field: str, values: tuple[float, ...], when: str
) -> None:
    base = load("venezuela_2025")
    shares = [
        stepped_back(simulate(base.with_values({f"patrons.russia.{field}{when}": value}), 400, 1), "russia")
        for value in values
    ]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > shares[-1] + 0.05


@pytest.mark.parametrize("chance", [0.0, 0.65, 1.0])
def test_an_ultimatum_raises_the_rung_on_its_day_with_its_chance(chance: float) -> None:
    script = Path("coercer.ultimatum", (date.fromisoformat(DAY),), (chance,), "probability", "judgement", "", "")
    quiet = replace(TOY, paths={script.path: script}).with_values(
        {"coercer.rise_rate": 0, "coercer.easing_rate": 0, "coercer.strikes_end": 0}
    )
    events = simulate(quiet, RUNS, 1).events
    rises = events[events["kind"].isin(["escalation", "attempt_failed"])]
    assert set(rises["step"]) <= {step_of(TOY, date.fromisoformat(DAY))}
    held = (simulate(quiet, RUNS, 1).runs["client_outcome_at"].fillna(99) > rises["step"].max()).mean() if chance else 1
    assert len(rises) / RUNS == pytest.approx(chance * held, abs=0.1)


# -- what is said of it ------------------------------------------------------------------------------------------------


def test_what_is_set_and_what_is_held_are_part_of_the_question_and_come_back() -> None:
    changed = TOY.with_values({TOLERANCE: 0.3, f"{BUDGET}@{DAY}": "x0.5"})
    assert len({scenario_hash(each) for each in (TOY, changed, TOY.believed({TOLERANCE: 0.3}))}) == 3
    assert scenario_from(scenario_record(changed)) == changed
    held = load("venezuela_2025")
    assert held.held
    assert scenario_from(scenario_record(held)) == held
    assert scenario_hash(replace(held, held=held.held[:1])) != scenario_hash(held)


@pytest.mark.parametrize("name", [*finding.GONE])
def test_a_name_of_the_first_edition_is_refused_with_what_took_its_place(name: str) -> None:
    for change in (TOY.with_values, TOY.believed):
        with pytest.raises(ScenarioError, match="is gone with the first edition: ") as caught:
            change({f"patrons.redland.gone.{name}" if name == "own_crisis" else f"client.{name}": 0.5})
        assert caught.value.faults[0].endswith(".")


def test_an_old_name_of_the_same_number_is_understood_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    finding.tell.cache_clear()
    assert (
        TOY.with_values({"channels.oil.clash": 0.5}).settings == TOY.with_values({"channels.oil.exposed": 0.5}).settings
    )
    assert TOY.believed({"channels.oil.clash": 0.5}).numbers["channels.oil.exposed"].value == 0.5
    said = capsys.readouterr().err
    assert said == "channels.oil.clash: is called channels.oil.exposed now, and is understood for one release more.\n"


@pytest.mark.parametrize("name", library())
def test_every_scenario_of_the_library_is_shown_checked_and_copied(name: str, tmp_path: Any) -> None:
    run = CliRunner().invoke
    for words in (["check", name], ["show", name], ["new", str(tmp_path / "mine.toml"), "--from", name]):
        done = run(app, words)
        assert done.exit_code == 0, done.output
    again = load(str(tmp_path / "mine.toml"))
    assert (again.held, again.settings) == (load(name).held, load(name).settings)


def test_a_number_says_what_setting_and_believing_it_do() -> None:
    for path, words in (("coercer.rung", describe.OVERWRITTEN), (TOLERANCE, describe.IN_FORCE)):
        done = CliRunner().invoke(app, ["show", "toy", path])
        assert words in " ".join(done.stdout.split())


def test_one_run_says_what_was_set_how_the_headline_spreads_and_whose_budget_is_idle(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ("run", "venezuela_2025", "--runs", "60", "--no-figures", "--no-ladder", "--full")
    done = CliRunner().invoke(app, [*words, "--set", "patrons.russia.support_budget@2026-03-01=x0.5"])
    assert done.exit_code == 0, done.output
    said = " ".join(done.stdout.split())
    assert "Set, here and in the control: patrons.russia.support_budget@2026-03-01=x0.5." in said
    assert "third of model.precision: Russia " in said
    assert "China: Oil trade and logistics costs it next to nothing; its support budget works through" in said
    believing = CliRunner().invoke(app, [*words, "--believe", "patrons.russia.support_budget=0.3", "--format", "json"])
    assert '"--believe patrons.russia.support_budget=0.3"' in believing.stdout


def test_the_thirds_of_a_number_hold_all_runs(plain: Results) -> None:
    shares = thirds(plain)["redland"]
    drawn = plain.runs[PRECISION].to_numpy()
    sizes = np.bincount(np.searchsorted(np.quantile(drawn, [1 / 3, 2 / 3]), drawn), minlength=3)
    assert np.dot(shares, sizes) / RUNS == pytest.approx(stepped_back(plain))
    assert thirds(simulate(TOY.believed({PRECISION: 10}), 10, 1)) == {}


def test_a_budget_is_idle_only_where_what_it_pays_for_costs_next_to_nothing() -> None:
    assert idle_budgets(TOY) == []
    rich: Scenario = TOY.believed({BUDGET: 1.0})
    (said,) = idle_budgets(rich)
    assert said.endswith("costs it next to nothing; its support budget works through Arms alone.")
