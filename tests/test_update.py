"""The clock is moved on: what was seen is relived to the bit, what comes is drawn anew, and errors know it."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import scenarios as sc
from scenarios.cli.app import app
from scenarios.errors import RequestRefused, ScenarioError
from scenarios.moments import mean_and_error
from scenarios.questions.clock.ask import LEAST_KEPT, moved_on
from scenarios.questions.clock.words import write_updated
from scenarios.questions.headline.what_ifs import changed_worlds, what_ifs
from scenarios.runs.job import Play, job_of
from scenarios.scenario.scenario import Observation, Observed
from scenarios.store.manifest import scenario_from, scenario_hash, scenario_record
from scenarios.summary import indicators

TOY = sc.load("toy")
DAY = "2030-03-03"  # eight weeks on
SEEN = [(DAY, "rung >= 7")]
TABLES = ("runs", "patrons", "events", "paths")


@pytest.fixture(scope="module")
def updated():
    return sc.update(TOY, SEEN, DAY, runs=1_000)


def up_to(paths, step):
    """The first steps of some paths."""
    return paths[paths["step"] <= step].reset_index(drop=True)


def relived(base, parents, steps, seed=1):
    """A base whose runs relive those parents for some steps."""
    day = base.start + timedelta(days=int(steps * base.step_days))
    from scenarios.engine.compiler import rulebook_hash

    return moved_on(base, Observed(day, (Observation(day, "rung >= 0"),), seed, 1000, parents, "", rulebook_hash()))


def test_runs_whose_past_reaches_to_the_horizon_are_the_runs_that_are_filtered():
    """Conditioning is filtering: to the bit, whatever seed the runs have of their own."""
    parents, overtime = (2, 3, 11, 17), job_of(TOY, Play(1)).plan.shape.overtime
    # with so much more, what begins by the horizon has lasted or not
    longer = replace(TOY, steps=TOY.steps + overtime)
    again = sc.simulate(replace(relived(longer, parents, longer.steps), steps=longer.steps), len(parents), rng=99)
    alone = sc.simulate(longer, 20, rng=1)
    for name, values in indicators(alone, TOY.steps + 1).items():
        assert np.array_equal(indicators(again, TOY.steps + 1)[name], values[list(parents)], equal_nan=True)
    for name in ("runs", "events", "paths"):
        mine, theirs = getattr(again, name), getattr(alone, name)
        theirs = theirs[theirs["run"].isin(parents)]
        same = [column for column in theirs if column not in ("run", "scenario", "scenario_id", "seed")]
        assert mine["run"].map(dict(enumerate(parents))).tolist() == theirs["run"].tolist()
        assert mine[same].reset_index(drop=True).equals(theirs[same].reset_index(drop=True))


@pytest.mark.parametrize("engine", ["batch", "agents"])
@pytest.mark.parametrize("name", ["toy", "venezuela_2025"])
def test_the_past_is_that_of_the_parents_and_the_future_is_not(engine, name):
    base, parents, gone = sc.load(name), (5, 0, 9), 7
    theirs = sc.simulate(base, 10, rng=1, engine=engine).paths.set_index(["run", "step", "patron"])
    mine = sc.simulate(relived(base, parents, gone), 3, rng=4, engine=engine).paths
    mine = mine.assign(run=mine["run"].map(dict(enumerate(parents)))).set_index(["run", "step", "patron"])
    past = mine[mine.index.get_level_values("step") <= gone]
    pd.testing.assert_frame_equal(past, theirs.loc[past.index])
    later = mine.index[mine.index.get_level_values("step") > gone].intersection(theirs.index)
    assert not mine.loc[later].equals(theirs.loc[later])


def test_the_engines_agree_on_relived_runs_and_on_their_control():
    moved = relived(sc.load("venezuela_2025"), tuple(range(4)), 9)
    for side in (moved, sc.control(moved)):
        batch, agents = (sc.simulate(side, 8, rng=3, engine=engine) for engine in ("batch", "agents"))
        for name in TABLES:
            pd.testing.assert_frame_equal(getattr(batch, name), getattr(agents, name))


def test_the_control_relives_the_past_and_freezes_the_pressure_from_then_on():
    gone, parents = 9, tuple(range(30))
    moved = relived(sc.load("venezuela_2025"), parents, gone)
    runs, control = (sc.simulate(side, 30, rng=1).paths for side in (moved, sc.control(moved)))
    assert up_to(runs, gone).equals(up_to(control, gone))
    at_the_end = control[control["step"] == gone].groupby("run")["rung"].first()
    frozen = control[control["step"] > gone]
    assert (frozen["rung"].to_numpy() == at_the_end.reindex(frozen["run"]).to_numpy()).all()
    assert runs.loc[runs["step"] > gone, "rung"].groupby(runs["run"]).nunique().max() > 1


def test_the_same_seed_and_all_runs_kept_is_the_base_itself():
    """Luck is addressed by the step: a run that relives itself goes on as it did."""
    moved = replace(relived(TOY, tuple(range(50)), 8), steps=TOY.steps)
    again, alone = sc.simulate(moved, 50, rng=1), sc.simulate(TOY, 50, rng=1)
    assert again.patrons.equals(alone.patrons)


def test_the_runs_of_one_past_count_as_one_draw(updated):
    results = sc.simulate(updated.scenario, 4_000, rng=2)
    pasts = len(updated.scenario.observed.parents)
    points = results.runs["scenario_id"].to_numpy()
    assert points[-1] < pasts <= 4_000 / (np.bincount(points).max() - 1)
    # what was decided in the past is the same in all runs of it: only the number of pasts tells how well it is known
    drawn = results.runs[next(iter(TOY.uncertain))]
    _, error, _ = mean_and_error(drawn.to_numpy(), points)
    assert error == pytest.approx(drawn.groupby(points).first().std() / len(np.unique(points)) ** 0.5, rel=0.05)


def test_what_every_run_meets_changes_no_chance():
    updated = sc.update(TOY, [(DAY, "rung >= 0")], DAY, runs=2_000)
    assert updated.observations["share"].tolist() == [1.0]
    before = sc.simulate(replace(TOY, steps=updated.scenario.steps), 2_000, rng=5)
    after = sc.simulate(updated.scenario, 2_000, rng=6)
    gaps = errors_apart(indicators(before), indicators(after), before, after)
    assert max(gaps.values()) < 4


def test_the_chances_of_the_futures_are_those_of_the_runs_that_agree():
    """What is seen by a day says of the end what it says in a plain simulation that is filtered."""
    updated = sc.update(TOY, SEEN, DAY, runs=6_000)
    assert 0.05 < updated.observations["share"][0] < 0.95
    base = replace(TOY, steps=updated.scenario.steps)
    filtered = sc.simulate(base, 6_000, rng=1)
    kept = np.isin(filtered.runs["run"], updated.scenario.observed.parents)
    chances = {name: np.where(kept, values, np.nan) for name, values in indicators(filtered).items()}
    after = sc.simulate(updated.scenario, 6_000, rng=7)
    gaps = errors_apart(chances, indicators(after), filtered, after)
    assert max(gaps.values()) < 4


def errors_apart(a, b, a_results, b_results):
    """How many joint standard errors two sides lie apart, by outcome; of outcomes that vary on both sides."""
    found = {}
    for name in a:
        (one, one_se, _), (other, other_se, _) = (
            mean_and_error(values[name], results.runs["scenario_id"].to_numpy())
            for values, results in ((a, a_results), (b, b_results))
        )
        if one_se > 0 and other_se > 0:
            found[name] = abs(one - other) / np.hypot(one_se, other_se)
    assert found
    return found


def test_too_few_runs_are_refused_with_their_number_and_the_event_that_costs_most():
    rows = [(DAY, "rung >= 0"), (DAY, "rung >= 10"), (DAY, "client.holds")]
    with pytest.raises(RequestRefused, match=rf"^\d+ of 200 runs agree.*{LEAST_KEPT} are needed.*'rung >= 10'"):
        sc.update(TOY, rows, DAY, runs=200)


def test_every_faulty_row_is_told_with_its_line(tmp_path: Path):
    file = tmp_path / "seen.csv"
    file.write_text(
        "date, event\n2030-02-01, rung >= 5\nsoon, rung >= 5\n2031-01-01, rung >= 5\n2029-01-01, rung >= 5\n"
        f"{DAY}, redland.step_bak\n{DAY}, rung >= 5 by 2030-12-01\n"
    )
    with pytest.raises(ScenarioError) as refusal:
        sc.update(TOY, file, DAY)
    faults = refusal.value.faults
    assert [fault.split(":")[0] for fault in faults] == [f"seen.csv, line {line}" for line in (3, 4, 5, 6, 7)]
    assert "must be a date" in faults[0] and "Did you mean 'redland.step_back'" in faults[3]
    assert "must lie from the opening" in faults[4]


@pytest.mark.parametrize("columns", ["day, event", "date, event, source"])
def test_other_columns_are_refused(tmp_path: Path, columns: str):
    file = tmp_path / "seen.csv"
    file.write_text(f"{columns}\n{', '.join('x' for _ in columns.split(','))}\n")
    with pytest.raises(ScenarioError, match="Needed: date, event"):
        sc.update(TOY, file, DAY)


@pytest.mark.parametrize("day", ["2030-01-06", "2030-01-09", "2035-01-01", "soon"])
def test_the_clock_moves_by_a_step_at_least_and_not_past_the_horizon(day: str):
    with pytest.raises((ScenarioError, RequestRefused), match="--to"):
        sc.update(TOY, SEEN, day)


def test_as_much_lies_ahead_as_before_and_what_is_set_now_acts_from_now_on(updated):
    moved = updated.scenario
    assert (moved.steps - TOY.steps, moved.steps_gone, moved.start) == (8, 8, TOY.start)
    usual = sc.simulate(moved, 60, rng=1)
    for setting in ({"coercer.rung": 10}, {"coercer.rung@2030-03-20": 10}):
        changed = sc.simulate(moved.with_values(setting), 60, rng=1)
        assert up_to(changed.paths, 8).equals(up_to(usual.paths, 8))
        assert not changed.paths.equals(usual.paths)


def test_what_was_set_in_the_base_stays_in_the_past():
    base = TOY.with_values({"client.oil_price": "x0.5"})
    updated = sc.update(base, SEEN, DAY, runs=400)
    theirs = sc.simulate(base, 400, rng=1).paths
    mine = sc.simulate(updated.scenario, 3, rng=1).paths
    parent = updated.scenario.observed.parents[0]
    past = mine[(mine["run"] == 0) & (mine["step"] <= 8)].reset_index(drop=True)
    was = theirs[(theirs["run"] == parent) & (theirs["step"] <= 8)].reset_index(drop=True)
    assert len(was) == 0 or past.drop(columns="run").equals(was.drop(columns="run"))
    assert past["step"].max() == 8


@pytest.mark.parametrize(
    "change",
    [
        lambda moved: moved.believed({"client.hold": 0.5}),
        lambda moved: moved.with_values({"client.hold@2030-01-20": 0.5}),
        lambda moved: moved.with_values({"terms.bargain": "off"}),
        lambda moved: moved.with_values({"freeze": "crisis"}),
        sc.prior if TOY.posterior else lambda moved: replace(moved, mode="scripted"),
        lambda moved: replace(moved, observed=replace(moved.observed, seed=2)),
        lambda moved: replace(moved, observed=replace(moved.observed, rules="0")),
    ],
)
def test_another_past_is_refused(updated, change):
    with pytest.raises(RequestRefused, match="past"):
        sc.simulate(change(updated.scenario), 10)


def test_an_updated_scenario_is_not_updated_again_but_with_all_rows(updated):
    with pytest.raises(RequestRefused, match="update toy with all of them"):
        sc.update(updated.scenario, SEEN, DAY)
    with pytest.raises(RequestRefused, match="frozen"):
        sc.update(sc.control(TOY), SEEN, DAY)


def test_a_scenario_comes_back_from_its_file_and_from_its_results(updated, tmp_path: Path):
    file = tmp_path / f"{updated.scenario.name}.toml"
    write_updated(updated.scenario, "toy", file)
    loaded = sc.load(str(file))
    assert scenario_hash(loaded) == scenario_hash(updated.scenario)
    assert sc.simulate(loaded, 20).patrons.equals(sc.simulate(updated.scenario, 20).patrons)
    assert scenario_from(scenario_record(loaded)) == loaded
    with pytest.raises(sc.errors.UserError, match="left as it is"):
        write_updated(updated.scenario, "toy", file)


def test_settings_of_the_base_stand_in_the_file(tmp_path: Path):
    base = TOY.with_values({"client.oil_price": "x0.5", "coercer.rung@2030-02-01": 6})
    moved = sc.update(base, [(DAY, "rung >= 0")], DAY, runs=100).scenario
    file = tmp_path / f"{moved.name}.toml"
    write_updated(moved, "toy", file)
    assert sc.load(str(file)).settings == moved.settings


def test_numbers_that_decide_what_was_seen_move_and_luck_moves_none():
    rising = sc.update(TOY, [(DAY, "rung >= 6")], DAY, runs=3_000).numbers
    assert abs(rising["shift"][0]) > rising["bound"][0]
    assert rising["path"][0].startswith("coercer.")
    by_lot = sc.update(TOY, [(DAY, "rung >= 0")], DAY, runs=500).numbers
    assert (by_lot["shift"].abs() < 1e-12).all()


def test_runs_of_an_updated_scenario_are_told_again_one_by_one(updated):
    results = sc.simulate(updated.scenario, 1_500, rng=1)
    per_point = int((results.runs["scenario_id"] == 0).sum())
    assert per_point > 1
    again = sc.replay(updated.scenario, 1_234, rng=1, per_point=per_point)
    assert again.runs.iloc[0].astype(str).equals(results.runs.iloc[1_234].astype(str))
    assert len(sc.explain(results)) > 0
    run = int(results.patrons.query("patron == 'redland' and step_back_at > 8")["run"].iloc[-1])
    changes = sc.nearest(results, "redland.step_back", run, ["patrons.redland"])
    assert "No such step-back" not in str(changes) and sc.story(results, run) is not None


def test_no_point_shares_its_past_with_another(updated):
    pasts = len(updated.scenario.observed.parents)
    with pytest.raises(RequestRefused, match="needs its own"):
        sc.simulate(updated.scenario, 2, points=pasts + 1)
    with pytest.raises(RequestRefused, match="pasts"):
        sc.runs_needed(updated.scenario, 0.01)


def test_the_command_writes_a_scenario_that_runs_and_overwrites_none(tmp_path: Path):
    seen, file = tmp_path / "seen.csv", tmp_path / "moved.toml"
    seen.write_text(f"date, event\n{DAY}, rung >= 7\n{DAY}, not client.removed\n")
    asked = ["update", "toy", "--observed", str(seen), "--to", DAY, "--runs", "1000", "--out", str(file)]
    first = CliRunner().invoke(app, asked)
    assert first.exit_code == 0, first.output
    said = " ".join(first.stdout.split())
    assert "of 1,000 runs agree with all that was seen" in said and "costs most that by 2030-03-03 'rung >= 7'" in said
    again = CliRunner().invoke(app, asked)
    assert again.exit_code == 2 and "left as it is" in again.stderr
    run = ["run", str(file), "--replications", "50", "--no-figures", "--out", str(tmp_path)]
    assert CliRunner().invoke(app, run).exit_code == 0
    asked = CliRunner().invoke(app, ["ask", str(file), "client.holds", "--runs", "600", "--out", str(tmp_path)])
    assert "that over the pasts that agree with what was seen" in " ".join(asked.stdout.split())
    assert "at least" not in asked.stdout
    assert CliRunner().invoke(app, [*run, "--believe", "client.hold=0.4"]).exit_code == 2
    shown = CliRunner().invoke(app, ["show", str(file), "--format", "csv"]).stdout
    assert f"up to {DAY}: by {DAY} rung >= 7" in shown


def test_the_command_says_for_programs_what_it_learnt(tmp_path: Path):
    seen = tmp_path / "seen.csv"
    seen.write_text(f"date, event\n{DAY}, rung >= 7\n")
    asked = ["update", "toy", "--observed", str(seen), "--to", DAY, "--runs", "600", "-o", str(tmp_path / "moved.toml")]
    said = json.loads(CliRunner().invoke(app, [*asked, "--format", "json"]).stdout)
    assert said["kept"] == said["observations"][0]["runs"] >= LEAST_KEPT
    row = {row["outcome"]: row for row in said["chances"]}["redland.step_back"]
    assert row["difference"] == pytest.approx(row["after"] - row["before"])
    assert {"path", "mean", "mean_kept", "shift", "bound"} == set(said["numbers"][0])


def test_a_broken_past_in_a_file_is_told_entry_by_entry(updated, tmp_path: Path):
    file = tmp_path / "moved.toml"
    write_updated(updated.scenario, "toy", file)
    text = file.read_text().replace("to = 2030-03-03", "to = 2029-01-01").replace("seed = 1", 'seed = "one"')
    file.write_text(text.replace("on = 2030-03-03, event", "day = 2030-03-03, event"))
    with pytest.raises(ScenarioError) as refusal:
        sc.load(str(file))
    assert [fault.split(": ")[1] for fault in refusal.value.faults] == ["observed.seed", "observed.rows", "observed.to"]


def test_intervals_hold_the_truth_as_often_as_they_say_and_would_not_by_runs():
    """Truth is a filtered simulation of many runs; 24 updates with some 86 pasts and 1,000 futures each."""
    large = sc.update(TOY, SEEN, DAY, runs=20_000, rng=999).scenario
    filtered = sc.simulate(replace(TOY, steps=large.steps), 20_000, rng=999)
    kept = np.isin(filtered.runs["run"], large.observed.parents)
    truth = indicators(filtered)["redland.step_back"][kept].mean()
    by_pasts, by_runs = 0, 0
    for seed in range(1, 25):
        results = sc.simulate(sc.update(TOY, SEEN, DAY, runs=500, rng=seed).scenario, 1_000, rng=seed)
        points = results.runs["scenario_id"].to_numpy()
        values = indicators(results)["redland.step_back"]
        by_pasts += abs(values.mean() - truth) < 1.96 * mean_and_error(values, points)[1]
        by_runs += abs(values.mean() - truth) < 1.96 * mean_and_error(values, np.arange(len(values)))[1]
    assert by_pasts >= 21 > 18 >= by_runs


def test_what_ifs_of_a_past_that_was_seen_begin_after_it(updated):
    settings = {world.setting for world in changed_worlds(updated.scenario)}
    after = date.fromisoformat(DAY) + timedelta(days=1)
    assert settings
    assert all(f"@{after}=" in setting or setting == "freeze=pressure" for setting in settings)
    tried = what_ifs(updated.scenario, Play(20))
    assert set(tried["kind"]) == {"what_if"}
