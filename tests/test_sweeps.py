"""A sweep plays every point with the same luck, loses nothing, and gives the same bits however it came about."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from typer.testing import CliRunner

import scenarios as sc
from scenarios.cli.app import app
from scenarios.errors import RequestRefused, ScenarioError, UnknownName, UserError
from scenarios.questions.design import as_design, points_from_table
from scenarios.questions.factors import as_axes, parse_span
from scenarios.questions.sweep import ask as sweeps
from scenarios.questions.sweep import ask as tasks
from scenarios.questions.sweep.command import resuming
from scenarios.runs import job
from scenarios.runs import points as played
from scenarios.scenario.arrays import as_plan
from scenarios.scenario.overlay import with_changes
from scenarios.summary import outcome_names

TOLERANCE = "patrons.redland.risk_tolerance"
STAKE = "patrons.redland.stake"
VARY = {TOLERANCE: (0.2, 0.8, 3), "terms.bargain": ["on", "frozen"]}


@pytest.fixture
def small_parts(monkeypatch: Any) -> None:
    """Two points a part, so that six points are three parts."""
    monkeypatch.setattr(sweeps, "RUNS_A_PART", 40)


def toy_sweep(out: Path | None = None, **changes: Any) -> sc.Sweep:
    """Six points of twenty runs of the toy scenario."""
    return sc.sweep(sc.load("toy"), **{"vary": VARY, "design": "grid", "replications": 20, "out": out, **changes})


def unfinished(found: sc.Sweep) -> None:
    """Takes the last part away, as if a sweep had been interrupted."""
    max((found.folder / "checksums").iterdir()).unlink()


def assert_same_sweep(found: sc.Sweep, expected: sc.Sweep) -> None:
    """Both tables are the same to the bit."""
    assert found.is_complete
    for name in ("points", "outcomes"):
        assert_frame_equal(getattr(found, name), getattr(expected, name), check_exact=True)


# -- what a point is ---------------------------------------------------------------------------------------------------


def test_a_point_is_the_simulation_with_its_values() -> None:
    found = toy_sweep(replications=200)
    assert len(found.points) == 6
    for row in (found.points.iloc[0], found.points.iloc[5]):
        values = {path: row[path] for path in VARY}
        summary = sc.simulate(sc.load("toy").with_values(values), 200, 1).summary.set_index("outcome")
        for name in outcome_names(sc.load("toy")):
            assert np.array_equal([row[name], row[f"{name}.se"]], summary.loc[name, ["value", "se"]], equal_nan=True)


@pytest.mark.parametrize(
    ("name", "vary", "runs"),
    [
        ("toy", {TOLERANCE: [0.2, 0.8], STAKE: [0.5]}, 1200),  # more runs than a chunk
        ("iran_2025", {"patrons.russia.war_drain": [0.0, 0.5], "patrons.china.war_drain": [0.1]}, 30),
        ("venezuela_2025", {"model.rho": [0.1, 0.4], "coercer.rung": [8]}, 30),  # one that history has taught
        ("toy", {TOLERANCE: [0.2, 0.8], "coercer.rung@2030-03-01": [3, 7]}, 20),
        ("toy", {TOLERANCE: ["x0.5", 0.8]}, 20),
        ("toy", {f"believe:{TOLERANCE}": [0.2, 0.8]}, 40),
        ("toy", {f"believe:{TOLERANCE}": [0.2, 0.8], STAKE: [0.9]}, 20),
        ("venezuela_2025_august", {"coercer.presence": [0.0, 1.0]}, 20),  # whose script gives way
        ("toy", {"terms.words": ["on", "off"], TOLERANCE: [0.2, 0.8], "coercer.mode": ["ramp", "adaptive"]}, 20),
        ("toy", {f"believe:{TOLERANCE}": [0.2, 0.8], "believe:terms.bargain": ["on", "frozen"]}, 20),
        (
            "toy",
            {"coercer.rung": [3, 8], "coercer.rung@2030-01-10": [4, 7], STAKE: [0.9]},
            20,
        ),  # both in the first step
        ("toy", {"patrons.redland.channels.oil.opening": [0, 2], "terms.payment": ["on", "off"]}, 20),
        ("toy", {"decision.prospect": [0, 3], TOLERANCE: [0.2, 0.8]}, 20),
    ],
)
def test_a_number_that_is_varied_is_set_or_believed_in_all_runs_of_its_points(
    name: str, vary: dict[str, Any], runs: int
) -> None:
    base = sc.load(name)
    points = sc.sweep(base, vary, "grid", replications=runs).points
    for _, row in points.iterrows():
        summary = sc.simulate(with_changes(base, {path: row[path] for path in vary}), runs, 1).summary
        expected = summary.set_index("outcome")
        for outcome in outcome_names(base):
            assert np.array_equal(
                [row[outcome], row[f"{outcome}.se"]], expected.loc[outcome, ["value", "se"]], equal_nan=True
            )


def test_what_is_varied_takes_the_place_of_what_was_set_and_leaves_what_is_set_later() -> None:
    base = sc.load("toy").with_values({TOLERANCE: 5.0, f"{TOLERANCE}@2030-06-02": 0.1})
    found = sc.sweep(base, {TOLERANCE: [0.2]}, "grid", replications=200).points.iloc[0]
    changed = sc.load("toy").with_values({TOLERANCE: 0.2, f"{TOLERANCE}@2030-06-02": 0.1})
    summary = sc.simulate(changed, 200, 1).summary.set_index("outcome")
    assert found["redland.step_back"] == summary.loc["redland.step_back", "value"]


def test_however_many_points_there_are_numbers_are_laid_in_one_plan(monkeypatch: Any) -> None:
    laid = []

    def counting(*given: Any) -> Any:
        laid.append(given)
        return as_plan(*given)

    monkeypatch.setattr(job, "as_plan", counting)
    toy_sweep(vary={TOLERANCE: (0.2, 0.8, 9), STAKE: [0.5, 0.6]})
    assert len(laid) == 1


def test_points_with_the_same_switches_share_a_plan(monkeypatch: Any) -> None:
    laid = []

    def counting(*given: Any) -> Any:
        laid.append(given)
        return as_plan(*given)

    monkeypatch.setattr(job, "as_plan", counting)
    toy_sweep(vary={TOLERANCE: (0.2, 0.8, 9), "terms.words": ["on", "off"], "coercer.rung": [4, 8]})
    assert len(laid) == 2


def test_points_keep_their_order_and_bits_in_whatever_order_their_switches_come(tmp_path: Path) -> None:
    lines = [f"{tolerance},{word},{rung}" for tolerance in (0.2, 0.8) for word in ("on", "off") for rung in (4, 8)]
    head = f"{TOLERANCE},terms.words,coercer.rung"
    found = []
    for name, rows in (("one", lines), ("other", [*lines[::2], *lines[1::2]])):
        file = tmp_path / f"{name}.csv"
        file.write_text("\n".join([head, *rows]) + "\n")
        found.append(toy_sweep(vary=None, design=f"table={file}").points)
    assert list(found[1]["terms.words"]) == ["on", "off"] * 4
    by = [TOLERANCE, "terms.words", "coercer.rung"]
    one, other = (table.sort_values(by).drop(columns="point").reset_index(drop=True) for table in found)
    assert_frame_equal(one, other, check_exact=True)


def test_a_point_whose_numbers_do_not_go_together_fails_its_part_and_says_why() -> None:
    oil = "patrons.redland.channels.oil"
    found = toy_sweep(vary={f"{oil}.opening": [0, 3], f"{oil}.feasible": [2, 3]}, replications=5)
    assert not found.is_complete
    assert "level 3 is beyond the feasible level 2" in found.failed[0]["error"]


def test_the_tidy_table_holds_the_same_numbers_and_how_many_runs_they_rest_on() -> None:
    found = toy_sweep()
    tidy = found.outcomes.pivot(index="point", columns="outcome", values="value")
    for name in outcome_names(sc.load("toy")):
        assert np.array_equal(tidy[name], found.points[name], equal_nan=True)
    assert (found.outcomes.loc[found.outcomes["outcome"] == "client.holds", "n"] == 20).all()


def test_points_that_differ_in_nothing_have_the_same_luck() -> None:
    found = toy_sweep(vary={TOLERANCE: [0.5, 0.5]})
    first, second = found.points.drop(columns="point").itertuples(index=False)
    assert np.array_equal(first, second, equal_nan=True)


def test_a_fault_in_one_point_of_many_is_found_before_any_is_played() -> None:
    base = sc.load("toy")
    rows = [(0.2, "on"), (0.3, "off"), (7.0, "off")]
    task = played.Task(base, ("client.hold", "terms.words"), rows, 0, job.Play(5), False)
    with pytest.raises(ScenarioError, match=r"client.hold: value 7 lies outside"):
        played.played_points(task)


@pytest.mark.parametrize("changes", [{"engine": "agents"}, {"jobs": 1}, {"jobs": 3}])
def test_engines_and_threads_change_nothing(small_parts: None, changes: dict[str, Any]) -> None:
    del small_parts
    assert_same_sweep(toy_sweep(replications=8, **changes), toy_sweep(replications=8))


def test_another_seed_is_other_luck() -> None:
    assert not toy_sweep(rng=2).points["redland.step_back"].equals(toy_sweep().points["redland.step_back"])


def test_the_runs_are_kept_where_they_are_asked_for(small_parts: None, tmp_path: Path) -> None:
    del small_parts
    found = toy_sweep(tmp_path, keep_runs=True)
    runs, patrons = (pd.read_parquet(found.folder / f"{name}.parquet") for name in ("runs", "patrons"))
    assert len(runs) == 6 * 20
    rows = patrons[(patrons["patron"] == "redland") & patrons["at_risk"]]
    shares = rows["step_back_at"].notna().groupby(rows["point"]).mean()
    assert np.array_equal(shares, found.points["redland.step_back"])
    assert not (toy_sweep(tmp_path).folder / "runs.parquet").exists()


# -- designs -----------------------------------------------------------------------------------------------------------


def rows_of(kind: str, vary: dict[str, Any], n: int | None = None, seed: int = 1) -> list[tuple[Any, ...]]:
    """The points of a design over the toy scenario."""
    return as_design(kind, as_axes(sc.load("toy"), vary), n, seed).rows


def test_a_grid_is_every_combination() -> None:
    assert rows_of("grid", {TOLERANCE: [0.2, 0.4], "coercer.rung": [3, 4, 5]}) == [
        (tolerance, rung) for tolerance in (0.2, 0.4) for rung in (3.0, 4.0, 5.0)
    ]
    assert len(rows_of("grid", {TOLERANCE: (0.2, 0.4), STAKE: (0.5, 1.0)}, 64)) == 64
    assert len(rows_of("grid", {TOLERANCE: (0.2, 0.4), STAKE: (0.5, 1.0)})) == 25


def test_a_zip_pairs_the_values() -> None:
    assert rows_of("zip", {TOLERANCE: (0.2, 0.4, 2), "terms.bargain": ["on", "off"]}) == [(0.2, "on"), (0.4, "off")]
    with pytest.raises(RequestRefused, match=r"terms\.bargain has 2"):
        rows_of("zip", {TOLERANCE: (0.2, 0.4, 3), "terms.bargain": ["on", "off"]})


def test_a_latin_hypercube_uses_every_slice_of_every_range_once() -> None:
    values = np.array(rows_of("lhs", {TOLERANCE: (0.2, 0.4), STAKE: (0.5, 1.0)}, 20))
    for column, low, high in ((0, 0.2, 0.4), (1, 0.5, 1.0)):
        slices = np.floor((values[:, column] - low) / (high - low) * 20)
        assert sorted(slices) == list(range(20))


def test_sobol_points_halve_every_range_and_every_list() -> None:
    rows = rows_of("sobol", {TOLERANCE: (0.2, 0.4), "terms.bargain": ["on", "off"]}, 16)
    assert sum(tolerance < 0.3 for tolerance, _ in rows) == 8
    assert sum(word == "on" for _, word in rows) == 8
    with pytest.raises(RequestRefused, match="Ask for 16 or 32"):
        rows_of("sobol", {TOLERANCE: (0.2, 0.4)}, 20)


def test_a_morris_trajectory_moves_one_number_at_a_time() -> None:
    pytest.importorskip("SALib")
    rows = rows_of("morris", {TOLERANCE: (0.2, 0.4), STAKE: (0.5, 1.0)}, 12)
    for start in range(0, 12, 3):
        for before, after in zip(rows[start : start + 2], rows[start + 1 : start + 3], strict=True):
            assert sum(a != b for a, b in zip(before, after, strict=True)) == 1
    with pytest.raises(RequestRefused, match="Ask for 12"):
        rows_of("morris", {TOLERANCE: (0.2, 0.4), STAKE: (0.5, 1.0)}, 11)


@pytest.mark.parametrize(("kind", "n"), [("lhs", 8), ("sobol", 8), ("morris", 8)])
def test_the_seed_fixes_a_design(kind: str, n: int) -> None:
    vary = {TOLERANCE: (0.2, 0.4)}
    assert rows_of(kind, vary, n) == rows_of(kind, vary, n)
    assert rows_of(kind, vary, 64, 2) != rows_of(kind, vary, 64, 3)


@pytest.mark.parametrize("kind", ["grid", "lhs", "sobol"])
def test_levels_and_rungs_are_whole_numbers(kind: str) -> None:
    rows = rows_of(kind, {"coercer.rung": (3, 6)}, 64)
    assert {rung for (rung,) in rows} == {3.0, 4.0, 5.0, 6.0}


def test_a_table_gives_the_points_itself(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text(f"{TOLERANCE}, terms.bargain, steps\n0.25, off, 56\n0.5, on, 52\n")
    assert points_from_table(sc.load("toy"), file).rows == [(0.25, "off", 56), (0.5, "on", 52)]
    found = toy_sweep(vary=None, design=f"table={file}")
    assert found.points[TOLERANCE].tolist() == [0.25, 0.5]


def test_every_fault_of_a_table_is_reported_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text(f"{TOLERANCE}\n-2.5\n0.5\nmuch\n")
    with pytest.raises(ScenarioError) as caught:
        points_from_table(sc.load("toy"), file)
    assert [line.split(":")[0] for line in caught.value.faults] == ["points.csv, line 2", "points.csv, line 4"]
    for name, text in (("none.csv", None), ("empty.csv", ""), ("bare.csv", f"{TOLERANCE}\n")):
        if text is not None:
            (tmp_path / name).write_text(text)
        with pytest.raises(UserError, match=name):
            points_from_table(sc.load("toy"), tmp_path / name)


@pytest.mark.parametrize(
    ("vary", "said"),
    [
        ({}, "Nothing to vary"),
        ({"patrons.redland.risk_tolerence": (0.2, 0.8)}, r"Did you mean 'patrons\.redland\.risk_tolerance'"),
        ({TOLERANCE: (0.8, 0.2)}, "must lie below"),
        ({"client.hold": (0.2, 7.0)}, "lies outside"),
        ({TOLERANCE: (0.2,)}, r"must be \(low, high\)"),
        ({TOLERANCE: (0.2, 0.8, 1)}, "whole number from 2"),
        ({TOLERANCE: 0.2}, r"must be \(low, high\)"),
        ({TOLERANCE: []}, r"must be \(low, high\)"),
        ({TOLERANCE: ("a", "b")}, r"must be \(low, high\)"),
        ({"terms.bargain": ["on", "of"]}, "unknown switch 'of'"),
    ],
)
def test_what_cannot_be_varied_is_refused(vary: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError, match=said):
        as_axes(sc.load("toy"), vary)


def test_a_span_is_read_as_it_is_typed() -> None:
    assert parse_span("a.b=0.1:0.5") == ("a.b", (0.1, 0.5))
    assert parse_span("a.b=1:5:3") == ("a.b", (1, 5, 3))
    assert parse_span("steps=10,20") == ("steps", [10, 20])
    for text in ("a.b", "=1:2", "a.b="):
        with pytest.raises(ScenarioError, match="must be PATH=low:high"):
            parse_span(text)


def test_sizes_and_names_that_make_no_sense_are_refused() -> None:
    for changes, fault in (
        ({"design": "lattice"}, UnknownName),
        ({"engine": "bach"}, UnknownName),
        ({"design": "lhs"}, RequestRefused),
        ({"design": "lhs", "points": 0}, RequestRefused),
        ({"replications": 0}, RequestRefused),
        ({"replications": 10**9}, RequestRefused),
        ({"design": "table=x.csv"}, RequestRefused),
    ):
        with pytest.raises(fault):
            toy_sweep(**changes)


# -- nothing is lost ---------------------------------------------------------------------------------------------------


def test_a_sweep_that_was_interrupted_and_resumed_gives_the_very_bits(small_parts: None, tmp_path: Path) -> None:
    del small_parts
    # more parts than are sent at once, so that some have not begun
    many = {"vary": {TOLERANCE: (0.2, 0.8)}, "points": 100, "replications": 40}

    def stop(done: int, _: int) -> None:
        if done >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        toy_sweep(tmp_path, jobs=1, progress=stop, **many)
    with pytest.raises(RequestRefused, match=r"begun and not finished, \d+ of 100 parts are missing"):
        toy_sweep(tmp_path, **many)
    resumed = toy_sweep(tmp_path, resume=True, **many)
    assert len(resumed.points) == 100
    assert_same_sweep(resumed, toy_sweep(**many))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rng": 2}, "seed is 1 there and 2 here"),
        ({"replications": 21}, "replications is 20 there and 21 here"),
        ({"vary": {TOLERANCE: (0.2, 0.8, 6)}}, "design_hash is"),
        ({"keep_runs": True}, "keeps_runs is False there and True here"),
    ],
)
def test_another_sweep_is_not_resumed_and_the_field_is_named(
    small_parts: None, tmp_path: Path, changes: dict[str, Any], field: str
) -> None:
    del small_parts
    unfinished(toy_sweep(tmp_path))
    with pytest.raises(RequestRefused, match=field):
        toy_sweep(tmp_path, resume=True, **changes)


def test_another_scenario_or_rule_book_is_not_resumed(tmp_path: Path, monkeypatch: Any) -> None:
    unfinished(toy_sweep(tmp_path))
    monkeypatch.setattr(sweeps, "rulebook_hash", lambda: "0123456789ab")
    with pytest.raises(RequestRefused, match=r"rulebook_hash is .* there and 0123456789ab here"):
        toy_sweep(tmp_path, resume=True)
    with pytest.raises(RequestRefused, match="scenario_hash is"):
        sc.sweep(sc.load("toy").with_values({STAKE: 0.9}), VARY, "grid", None, 20, out=tmp_path, resume=True)


def test_one_command_line_begins_a_sweep_and_goes_on_with_it(small_parts: None, tmp_path: Path) -> None:
    del small_parts
    toy_sweep(tmp_path, rng=2)  # another sweep that is complete waits for nobody
    first = toy_sweep(tmp_path, resume=True)
    assert (first.was_there, first.is_complete) == (False, True)
    unfinished(first)
    again = toy_sweep(tmp_path, resume=True)
    assert (again.was_there, again.was_played) == (True, True)
    assert_same_sweep(again, toy_sweep())


def test_no_part_of_a_sweep_that_was_never_begun_has_failed(tmp_path: Path) -> None:
    with pytest.raises(RequestRefused, match="no such sweep was begun"):
        toy_sweep(tmp_path, retry_failed=True)


def test_the_same_sweep_is_not_played_again(tmp_path: Path, monkeypatch: Any) -> None:
    first = toy_sweep(tmp_path)
    monkeypatch.setattr(tasks, "played_points", None)
    again = toy_sweep(tmp_path)
    assert (first.was_played, again.was_played) == (True, False)
    assert_same_sweep(again, first)


def broken_at(part_first: int) -> Any:
    """A player whose part that begins at some point fails."""
    honest = played.played_points

    def play(task: played.Task) -> Any:
        if task.first == part_first:
            raise ZeroDivisionError("the purse is empty")
        return honest(task)

    return play


def test_a_failed_part_loses_nothing_else_and_can_be_tried_again(
    small_parts: None, tmp_path: Path, monkeypatch: Any
) -> None:
    del small_parts
    with monkeypatch.context() as broken:
        broken.setattr(tasks, "played_points", broken_at(2))
        found = toy_sweep(tmp_path)
        assert not found.is_complete
        assert found.failed == [
            {"part": 1, "first_point": 2, "last_point": 3, "error": "ZeroDivisionError: the purse is empty"}
        ]
        assert found.points["point"].tolist() == [0, 1, 4, 5]
        assert toy_sweep(tmp_path, retry_failed=True).failed == found.failed
    assert toy_sweep(tmp_path).failed == found.failed
    mended = toy_sweep(tmp_path, retry_failed=True)
    assert mended.failed == []
    assert_same_sweep(mended, toy_sweep())


def test_a_part_that_was_cut_while_it_was_written_is_played_again(small_parts: None, tmp_path: Path) -> None:
    del small_parts
    found = toy_sweep(tmp_path)
    expected = found.points
    (found.folder / "points.parquet" / "part-00001.parquet").unlink()
    assert_frame_equal(toy_sweep(tmp_path, resume=True).points, expected, check_exact=True)


# -- at the command line -----------------------------------------------------------------------------------------------


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: Any) -> Any:
    """Runs a sweep of the toy scenario in an empty folder."""
    monkeypatch.chdir(tmp_path)
    words = ["sweep", "toy", "--vary", f"{TOLERANCE}=0.2:0.8:3", "--vary", "terms.bargain=on,frozen"]
    return lambda *more: CliRunner().invoke(app, [*words, "--replications", "20", *map(str, more)])


def test_a_sweep_prints_its_points_and_keeps_them(ask: Any, tmp_path: Path) -> None:
    done = ask()
    assert done.exit_code == 0, done.output
    assert TOLERANCE in done.stdout
    assert "20 runs a point" in done.stdout
    assert "6 points x 20 runs = 120 runs: about" in done.stderr
    assert len(list((tmp_path / "results" / "toy").iterdir())) == 1
    again = ask()
    assert "nothing was run" in again.stderr
    assert again.stdout == done.stdout


def test_a_kept_sweep_is_listed_with_what_it_varied(ask: Any) -> None:
    assert ask().exit_code == 0
    listed = CliRunner().invoke(app, ["results", "--format", "csv"]).stdout
    assert f"{TOLERANCE}=0.2:0.8:3; terms.bargain=on,frozen" in listed
    assert "Did you mean 'toy'?" in CliRunner().invoke(app, ["results", "toi"]).stdout


def test_programs_get_every_column(ask: Any) -> None:
    rows = json.loads(ask("--format", "json").stdout)
    assert len(rows) == 6
    assert {"redland.step_back", "redland.step_back.se", "client.holds", TOLERANCE} <= set(rows[0])
    of = ("redland.step_back", "redland.step_back.at")
    few = ask("--format", "csv", "--of", of[0], "--of", of[1])
    header = few.stdout.splitlines()[0]
    names = [f"{name}{end}" for name in of for end in ("", ".se", ".low", ".high")]
    assert header.endswith(",".join(names))
    assert ask("--of", "redland.step_back.at").exit_code == 0


def test_mistakes_in_a_sweep_end_with_2(ask: Any) -> None:
    for words, said in (
        (("--of", "redland.step_bak"), "Did you mean 'redland.step_back'?"),
        (("--design", "lattice"), "Unknown design 'lattice'"),
        (("--replications", 10**8), "6e+08 runs would take about"),
        (("--vary", "nothing"), "must be PATH=low:high"),
        (("--retry-failed",), "no such sweep was begun"),
        (("--executor", "cloud"), "--executor cloud: unknown"),
    ):
        done = ask(*words)
        assert done.exit_code == 2, done.output
        assert said in done.stderr
        assert done.stdout == ""


def test_a_failed_part_ends_with_1_and_a_line(ask: Any, small_parts: None, monkeypatch: Any) -> None:
    del small_parts
    monkeypatch.setattr(tasks, "played_points", broken_at(4))
    done = ask("--format", "csv")
    assert done.exit_code == 1
    assert "Points 4 to 5 failed: ZeroDivisionError: the purse is empty" in done.stderr
    assert "--retry-failed" in done.stderr.splitlines()[-1]
    assert len(done.stdout.splitlines()) == 1 + 4


def test_ctrl_c_says_how_to_go_on(ask: Any, monkeypatch: Any) -> None:
    def interrupt(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sweeps, "sweep", interrupt)
    done = ask()
    assert done.exit_code == 130
    assert "Go on with: scenarios" in done.stderr
    assert (
        resuming(["/bin/scenarios", "sweep", "toy", "--vary", "a b=1:2"])
        == "scenarios sweep toy --vary 'a b=1:2' --resume"
    )


def test_questions_are_answered_at_every_point_besides_the_headline(tmp_path):
    """The same words as everywhere, and the same answers as those of runs at that point."""
    toy, question = sc.load("toy"), "redland.step_back and rung >= 9 by 2030-06-01"
    found = sc.sweep(toy, {"client.hold": [0.3, 0.6]}, "grid", replications=60, out=tmp_path, of=question)
    for value, share in zip(found.points["client.hold"], found.points[question], strict=True):
        runs = sc.simulate(toy.with_values({"client.hold": value}), 60)
        assert share == pytest.approx(sc.ask(runs, question)["chance"].iloc[0])


def test_what_a_sweep_holds_anyway_makes_no_other_sweep(tmp_path):
    toy, vary = sc.load("toy"), {"client.hold": [0.3, 0.6]}
    plain = sc.sweep(toy, vary, "grid", replications=5, out=tmp_path)
    assert sc.sweep(toy, vary, "grid", replications=5, out=tmp_path, of="redland.step_back").folder == plain.folder
    assert sc.sweep(toy, vary, "grid", replications=5, out=tmp_path, of="rung >= 9").folder != plain.folder


def test_an_outcome_over_one_number_is_a_curve(tmp_path: Path) -> None:
    one = sc.sweep(sc.load("toy"), {"client.hold": [0.2, 0.8]}, "grid", replications=20, out=tmp_path)
    figure = one.plot("redland.step_back")
    (curve,) = figure.axes[0].lines[:1]
    drawn = one.outcomes[one.outcomes["outcome"] == "redland.step_back"]["value"]
    assert curve.get_xdata().tolist() == [0.2, 0.8] and curve.get_ydata().tolist() == drawn.tolist()
    assert "from" in figure.get_suptitle()
