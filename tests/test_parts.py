"""Runs in any number go to disk block after block, and the summary that is counted is that of the runs themselves."""

import signal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from typer.testing import CliRunner

import scenarios as sc
from scenarios.cli.app import app
from scenarios.errors import RequestRefused, StoreError
from scenarios.intervals import of_chances
from scenarios.moments import mean_and_error
from scenarios.questions.headline.over_time import incidences
from scenarios.results import Results
from scenarios.runs import counting, job, play, to_disk
from scenarios.runs.counting import counted_facts, largest_allowed
from scenarios.runs.job import Play, job_of
from scenarios.scenario.arrays import uncertain_paths
from scenarios.store import parts
from scenarios.store.aside import undisturbed
from scenarios.store.folder import read_summary
from scenarios.store.parts import TABLES, Kept
from scenarios.summary import indicators, median_of_counts, quantiles
from scenarios.tally import facts_of, no_tally, with_runs

RUNS = 70


@pytest.fixture
def small_blocks(monkeypatch: Any) -> None:
    """Blocks of thirty runs, so that seventy are three blocks, the last one shorter."""
    monkeypatch.setattr(play, "BLOCK", 30)
    monkeypatch.setattr(play, "CHUNK", 10)


def both(**changes: Any) -> tuple[Results, Results]:
    """The toy scenario and its control in memory."""
    toy = sc.load("toy")
    return sc.simulate(toy, **changes), sc.simulate(sc.control(toy), **changes)


def assert_same_tables(found: Results, expected: Results) -> None:
    """Every table is the same to the bit."""
    for name in TABLES:
        assert_frame_equal(getattr(found, name), getattr(expected, name), check_exact=True, check_dtype=False)


@pytest.mark.parametrize("size", [{"replications": RUNS}, {"replications": 7, "points": 10}])
def test_runs_in_parts_are_the_runs_held_in_memory(small_blocks: None, tmp_path: Path, size: dict[str, int]) -> None:
    del small_blocks
    folder = sc.run_to_disk(sc.load("toy"), out=tmp_path, **size)
    mine, theirs = both(**size)
    assert isinstance(sc.read(folder), Kept)
    assert_same_tables(sc.read(folder), mine)
    assert_same_tables(sc.read(folder / "control"), theirs)


@pytest.mark.parametrize("size", [{"replications": RUNS}, {"replications": 7, "points": 10}])
def test_the_streamed_summary_is_that_of_the_runs_held_in_memory(
    small_blocks: None, tmp_path: Path, size: dict[str, int]
) -> None:
    del small_blocks
    folder = sc.run_to_disk(sc.load("toy"), out=tmp_path, **size)
    expected = sc.summarise(*both(**size))
    assert_frame_equal(read_summary(folder), expected, check_exact=True, check_dtype=False)
    assert_frame_equal(sc.summarise(sc.read(folder), sc.read(folder / "control")), expected, check_exact=True)


def test_a_request_of_one_block_leaves_one_file_a_table(tmp_path: Path) -> None:
    folder = sc.run_to_disk(sc.load("toy"), RUNS, out=tmp_path)
    assert all((folder / f"{name}.parquet").is_file() for name in TABLES)
    assert type(sc.read(folder)) is Results
    assert not [place for place in folder.parent.iterdir() if place.name.startswith(".")]


def test_the_parts_of_results_are_their_runs_one_after_the_other(small_blocks: None, tmp_path: Path) -> None:
    del small_blocks
    found = list(sc.read(sc.run_to_disk(sc.load("toy"), RUNS, out=tmp_path)).parts())
    assert [len(part.runs) for part in found] == [30, 30, 10]
    assert [part.runs["run"].iloc[0] for part in found] == [0, 30, 60]
    whole = sc.simulate(sc.load("toy"), RUNS)
    for name in ("runs", "patrons", "events", "deliveries", "paths"):
        joined = pd.concat([getattr(part, name) for part in found], ignore_index=True)
        assert_frame_equal(joined, getattr(whole, name), check_exact=True, check_dtype=False)


def test_more_runs_than_memory_holds_are_read_part_after_part_only(
    small_blocks: None, tmp_path: Path, monkeypatch: Any
) -> None:
    del small_blocks
    monkeypatch.setattr(parts, "MOST_IN_MEMORY", 50)
    results = sc.read(sc.run_to_disk(sc.load("toy"), RUNS, out=tmp_path))
    with pytest.raises(RequestRefused, match=r"70 runs are too many to be read at once .* results\.parts\(\)"):
        results.runs  # noqa: B018
    assert sum(len(part.runs) for part in results.parts()) == RUNS
    assert [len(again.runs) for part in results.parts() for again in part.parts()] == [30, 30, 10]
    assert results.levels["intended"].iloc[0] <= RUNS
    assert len(results.summary) > 20
    with pytest.raises(AttributeError):
        results.nothing  # noqa: B018


def test_events_and_numbers_are_kept_of_the_first_runs_only(
    small_blocks: None, tmp_path: Path, monkeypatch: Any
) -> None:
    del small_blocks
    monkeypatch.setattr(parts, "RUNS_WITH_NUMBERS", 30)
    monkeypatch.setattr(job, "RUNS_WITH_EVENTS", 30)
    results, toy = sc.read(sc.run_to_disk(sc.load("toy"), RUNS, out=tmp_path)), sc.load("toy")
    assert results.events["run"].max() == results.deliveries["run"].max() == 29
    assert [part.deliveries.empty for part in results.parts()] == [False, True, True]
    numbers = results.runs[uncertain_paths(toy)]
    assert numbers.iloc[:30].notna().all().all()
    assert numbers.iloc[30:].isna().all().all()
    assert results.runs["client_outcome"].notna().all()


def test_a_damaged_part_is_named(small_blocks: None, tmp_path: Path) -> None:
    del small_blocks
    folder = sc.run_to_disk(sc.load("toy"), RUNS, out=tmp_path)
    (folder / "runs.parquet" / "part-00001.parquet").write_text("half")
    with pytest.raises(StoreError, match="damaged result folder"):
        assert [part.runs for part in sc.read(folder).parts()]


def test_the_same_question_is_not_played_again(tmp_path: Path, monkeypatch: Any) -> None:
    folder = sc.run_to_disk(sc.load("toy"), 20, out=tmp_path)
    monkeypatch.setattr(to_disk, "blocks", None)
    assert sc.run_to_disk(sc.load("toy"), 20, out=tmp_path) == folder


def stopping(at: int) -> Any:
    """Progress that presses Ctrl-C once so many runs are done."""

    def progress(done: int, _: int) -> None:
        if done >= at:
            raise KeyboardInterrupt

    return progress


def test_ctrl_c_keeps_the_blocks_that_were_finished_with_their_control(small_blocks: None, tmp_path: Path) -> None:
    del small_blocks
    # thirty runs and their control, thirty more and twenty of their control
    folder = sc.run_to_disk(sc.load("toy"), RUNS, out=tmp_path, jobs=1, progress=stopping(110))
    assert folder.name.endswith("-interrupted")
    found, beside = sc.read(folder), sc.read(folder / "control")
    assert found.manifest["runs_done"] == 30
    whole, control = both(replications=RUNS)
    assert_frame_equal(found.runs, whole.runs.iloc[:30], check_exact=True, check_dtype=False)
    assert_frame_equal(beside.runs, control.runs.iloc[:30], check_exact=True, check_dtype=False)
    assert_frame_equal(read_summary(folder), sc.summarise(*both(replications=30)), check_exact=True, check_dtype=False)


@pytest.mark.parametrize("at", [20, 40])
def test_ctrl_c_before_any_control_keeps_the_scenario_alone(small_blocks: None, tmp_path: Path, at: int) -> None:
    del small_blocks
    folder = sc.run_to_disk(sc.load("toy"), RUNS, out=tmp_path, jobs=1, progress=stopping(at))
    found = sc.read(folder)
    assert 20 <= len(found.runs) <= 30
    assert not (folder / "control").exists()
    assert not found.manifest["control"]
    assert_frame_equal(
        found.runs, sc.simulate(sc.load("toy"), RUNS).runs.iloc[: len(found.runs)], check_exact=True, check_dtype=False
    )


def test_ctrl_c_before_anything_is_finished_leaves_nothing(tmp_path: Path, monkeypatch: Any) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(play, "played_chunk", interrupt)
    with pytest.raises(KeyboardInterrupt):
        sc.run_to_disk(sc.load("toy"), 20, out=tmp_path)
    assert list((tmp_path / "toy").iterdir()) == []


def test_ctrl_c_waits_until_a_block_is_written() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), undisturbed():
        signal.raise_signal(signal.SIGINT)
        done.append("written")
    assert done == ["written"]


def test_a_control_of_other_runs_is_no_pair() -> None:
    mine, theirs = sc.simulate(sc.load("toy"), 20), sc.simulate(sc.control(sc.load("toy")), 10)
    with pytest.raises(RequestRefused, match="20 runs and 10 of the control are no pairs"):
        sc.summarise(mine, theirs)


def test_too_many_runs_for_memory_are_sent_to_the_disk() -> None:
    with pytest.raises(RequestRefused, match="run_to_disk, whose memory does not grow"):
        sc.simulate(sc.load("toy"), 2_000_001)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=80), st.lists(st.floats(0, 1), min_size=1, max_size=5))
@settings(max_examples=200, deadline=None)
def test_a_quantile_of_counted_steps_is_that_of_the_steps(times: list[int], shares: list[float]) -> None:
    found = quantiles(np.bincount(times, minlength=13), shares)
    assert np.array_equal(found, np.quantile(np.array(times, dtype=float), shares))


def test_no_times_have_no_median() -> None:
    assert np.isnan(median_of_counts(np.zeros(5, dtype=np.int64))["value"])


@pytest.mark.parametrize("size", [{"replications": 200}, {"replications": 7, "points": 30}])
def test_an_error_from_counts_is_the_error_of_the_values(size: dict[str, int]) -> None:
    mine, theirs = both(**size)
    summary = sc.summarise(mine, theirs).set_index("outcome")
    points, others = mine.runs["scenario_id"].to_numpy(), indicators(theirs)
    for name, values in indicators(mine).items():
        row = summary.loc[name]
        # whole numbers do not round, sums of squared deviations do
        assert row[["value", "se", "n"]].tolist() == pytest.approx(
            mean_and_error(values, points), abs=1e-12, nan_ok=True
        )
        gap = mean_and_error(values - others[name], points)
        assert row[["difference", "difference_se"]].tolist() == pytest.approx(gap[:2], abs=1e-12, nan_ok=True)


def test_blocks_are_played_in_the_order_of_the_runs(small_blocks: None) -> None:
    del small_blocks
    how = Play(RUNS, engine="agents")
    jobs = [job_of(sc.load("toy"), how)] * 2
    with play.workers(how) as pool:
        found = list(play.blocks(jobs, RUNS, pool, how.manifest(None)))
    assert [[len(block.runs) for block in pair] for pair in found] == [[30, 30], [30, 30], [10, 10]]


def test_runs_that_are_only_counted_are_those_of_the_tables() -> None:
    toy = sc.load("toy")
    for points in (None, 10):
        job = job_of(toy, Play(7), points)
        found = no_tally(toy)
        for first in (0, 30):
            found = with_runs(found, counted_facts(job, first, 70 if first else 30))
        expected = with_runs(
            no_tally(toy), facts_of(sc.simulate(toy, *((70,) if points is None else (7, 1, "batch", 10))))
        )
        for one, other in zip(
            (*found.chances, *found.cases, *found.counts),
            (*expected.chances, *expected.cases, *expected.counts),
            strict=True,
        ):
            assert np.array_equal(one, other)


def test_the_runs_that_say_how_many_are_none_of_those_that_are_reported(monkeypatch: Any) -> None:
    seeds = []
    monkeypatch.setattr(counting, "job_of", lambda scenario, play: seeds.append(play.seed) or job_of(scenario, play))
    assert sc.runs_needed(sc.load("toy"), 0.03, rng=7) == sc.runs_needed(sc.load("toy"), 0.03, rng=7)
    assert len(set(seeds)) == 1 and 7 not in seeds


@pytest.mark.parametrize("p", [0.0, 0.0005, 0.01, 0.5])
def test_the_error_that_limits_allow_is_no_smaller_than_that_of_the_runs(p: float) -> None:
    low, high = of_chances(np.array([p]), np.array([np.nan]), 2_000, 2_000)
    assert largest_allowed(float(low[0]), float(high[0]), 2_000) >= (p * (1 - p) / 2_000) ** 0.5
    assert largest_allowed(float(low[0]), float(high[0]), 2_000) > 0.0


def test_runs_are_added_until_the_headline_is_known_well_enough() -> None:
    toy = sc.load("toy")
    found = sc.runs_needed(toy, 0.012)
    assert found == sc.runs_needed(toy, 0.012, jobs=1)
    rows = sc.summarise(sc.simulate(toy, found.replications)).set_index("outcome")["se"]
    headline = [name for name in rows.index if name.endswith((".step_back", ".step_back_further"))]
    headline += [name for name in rows.index if name.startswith("client.")]
    assert rows[headline].max() < 0.012 and found.se < 0.012
    assert found.outcome in headline
    assert found.replications > 1_000
    assert sc.summarise(sc.simulate(toy, found.replications // 2)).set_index("outcome")["se"][headline].max() > 0.012


@pytest.mark.parametrize("until_se", [0.0, -0.1, 0.5, float("nan"), True, "small"])
def test_errors_that_make_no_sense_are_refused(until_se: Any) -> None:
    with pytest.raises(RequestRefused, match=r"allowed are errors|must be a finite number"):
        sc.runs_needed(sc.load("toy"), until_se)


def test_an_error_that_would_take_too_many_runs_is_refused_with_an_estimate() -> None:
    with pytest.raises(RequestRefused, match=r"would take .* runs or more, and at most 2,000"):
        sc.runs_needed(sc.load("toy"), 0.004, most=2_000)
    with pytest.raises(RequestRefused, match="An error below 1e-09 would take"):
        sc.runs_needed(sc.load("toy"), 1e-9)


def test_runs_until_an_error_end_in_the_folder_of_as_many_runs(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["run", "toy", "--no-figures", "--no-ladder"]
    done = CliRunner().invoke(app, [*words, "--until-se", "0.012"])
    assert done.exit_code == 0, done.output
    found = sc.runs_needed(sc.load("toy"), 0.012)
    assert f"{found.replications:,} runs bring every headline error below 0.012; {found.outcome} decided" in done.stderr
    again = CliRunner().invoke(app, [*words, "--replications", str(found.replications)])
    assert "nothing was run" in again.stderr
    assert again.stdout == done.stdout


def test_figures_of_runs_in_parts_are_those_of_the_runs_held_in_memory(small_blocks: None, tmp_path: Path) -> None:
    del small_blocks
    kept = sc.read(sc.run_to_disk(sc.load("toy"), RUNS, out=tmp_path))
    for patron in kept.scenario.patrons:
        found, expected = (incidences(each)[patron, "step_back"] for each in (kept, sc.simulate(sc.load("toy"), RUNS)))
        assert all(np.array_equal(one, other) for one, other in zip(found, expected, strict=True))
