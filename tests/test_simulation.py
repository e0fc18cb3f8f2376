"""What a simulation returns: tables that agree with one another, reproducible, and honest about their size."""

import hashlib
from typing import Any

import numpy as np
import pandas as pd
import pytest

from scenarios import control, load, simulate, summarise
from scenarios.errors import RequestRefused, UnknownName
from scenarios.results import Results
from scenarios.runs import job, play
from scenarios.runs.counting import climb, held_at, ladder_curve
from scenarios.scenario.load import library
from scenarios.vocabulary import Fate

RUNS = 300


@pytest.fixture(scope="module")
def toy() -> Results:
    return simulate(load("toy"), RUNS, 1)


@pytest.fixture(scope="module")
def venezuela() -> Results:
    return simulate(load("venezuela_2025"), RUNS, 1)


@pytest.mark.parametrize("name", library())
def test_every_library_scenario_plays_beside_its_control(name: str) -> None:
    scenario = load(name)
    summary = summarise(simulate(scenario, 60, 1), simulate(control(scenario), 60, 1)).set_index("outcome")
    for patron in scenario.patrons:
        rows = [f"{patron}.{end}" for end in ("step_back", "client_gone_first", "neither")]
        assert summary.loc[rows, "value"].sum() == pytest.approx(1.0)
        assert summary.loc[rows, "control"].sum() == pytest.approx(1.0)
    assert summary.loc[[f"client.{fate}" for fate in Fate.words()], "value"].sum() == pytest.approx(1.0)


def test_the_counts_of_levels_add_up_to_the_runs_still_alive(venezuela: Results) -> None:
    ended = venezuela.runs["client_outcome_at"].to_numpy()
    counts = venezuela.levels.groupby(["step", "patron", "channel"], observed=True)[["intended", "delivered"]].sum()
    for step in (0, 10, 104):
        alive = RUNS - (ended <= step).sum()
        assert (counts.loc[step] == alive).all().all()


def test_the_support_index_of_a_path_is_the_weighted_sum_of_its_levels(venezuela: Results) -> None:
    scenario, paths = venezuela.scenario, venezuela.paths
    total = sum(scenario.numbers[f"channels.{c}.weight"].value * paths[f"level.{c}"] / 3 for c in scenario.channels)
    assert np.allclose(total, paths["index"])


def test_the_paths_agree_with_the_counts_when_every_run_is_kept() -> None:
    few = simulate(load("toy"), 100, 1)
    for patron in few.scenario.patrons:
        rows = few.paths[(few.paths["patron"] == patron) & (few.paths["step"] == 20)]
        counted = few.levels.query("step == 20 and channel == 'oil'")
        counted = counted[counted["patron"] == patron].set_index("level")["intended"]
        assert counted.to_dict() == {level: int((rows["level.oil"] == level).sum()) for level in range(4)}


def test_a_step_back_is_dated_where_the_level_fell(toy: Results) -> None:
    backs = toy.patrons.dropna(subset=["step_back_at"])
    falls = toy.events[toy.events["kind"] == "level_down"]
    seen = set(zip(falls["run"], falls["step"], falls["actor"].astype(str), strict=True))
    assert len(backs) > 0
    for row in backs.itertuples():
        assert (row.run, int(row.step_back_at), str(row.patron)) in seen


def test_step_backs_come_in_their_order(toy: Results) -> None:
    table = toy.patrons
    both = table.dropna(subset=["step_back_at", "step_back_further_at"])
    assert (both["step_back_at"] <= both["step_back_further_at"]).all()


def test_a_patron_that_gives_nothing_is_not_at_risk() -> None:
    nothing = {f"patrons.redland.channels.{c}.opening": 0 for c in ("oil", "arms")}
    results = simulate(load("toy").believed(nothing), 20, 1)
    summary = summarise(results).set_index("outcome")
    assert summary.loc["redland.step_back", "n"] == 0
    assert summary.loc["blueland.step_back", "n"] > 0


def test_the_same_seed_gives_the_same_tables_whatever_the_chunks_and_threads(monkeypatch: Any, toy: Results) -> None:
    for size, jobs in ((7, 1), (100, 3)):
        monkeypatch.setattr(play, "CHUNK", size)
        again = simulate(load("toy"), RUNS, 1, jobs=jobs)
        for table in ("runs", "patrons", "events", "deliveries", "levels", "support", "paths"):
            pd.testing.assert_frame_equal(getattr(toy, table), getattr(again, table), check_exact=True)


def test_more_runs_leave_the_first_ones_as_they_were(toy: Results) -> None:
    more = simulate(load("toy"), RUNS + 50, 1)
    pd.testing.assert_frame_equal(more.runs.iloc[:RUNS], toy.runs, check_exact=True)


def test_replications_of_a_point_share_its_numbers() -> None:
    results = simulate(load("toy"), replications=5, points=4, rng=1)
    drawn = results.runs["client.hold"]
    assert len(results.runs) == 20
    assert drawn.groupby(results.runs["scenario_id"]).nunique().eq(1).all()
    assert drawn.nunique() == 4


def test_a_control_never_moves_along_the_ladder() -> None:
    results = simulate(control(load("venezuela_2025")), 100, 1)
    assert (results.runs["max_rung"] == 8).all()
    assert not results.events["kind"].isin(["escalation", "easing", "interdiction", "threat"]).any()


def test_matched_runs_differ_only_by_what_was_changed() -> None:
    base = load("toy")
    a, b = simulate(base, 50, 1), simulate(base.with_values({"patrons.redland.stake": 0.3}), 50, 1)
    same = [column for column in b.runs.columns if column in load("toy").uncertain]
    pd.testing.assert_frame_equal(a.runs[same], b.runs[same])


def test_a_rung_that_is_held_stays() -> None:
    results = simulate(held_at(load("venezuela_2025"), 5), 30, 1)
    assert (results.paths.loc[results.paths["step"] > 0, "rung"] == 5).all()


def test_a_climb_reaches_the_top_in_every_run_that_lasts() -> None:
    results = simulate(climb(load("toy")), 50, 1)
    lasting = results.runs["client_outcome"] == "holds"
    assert (results.runs.loc[lasting, "final_rung"] == 10).all()


def test_the_ladder_curve_has_every_rung_and_the_climb() -> None:
    curve = ladder_curve(load("toy"), 40, 1)
    held, way = curve[curve["kind"] == "held"], curve[curve["kind"] == "climb"]
    assert set(held["rung"]) == set(range(11))
    assert set(way["rung"]) == set(range(4, 11))
    steps = way[(way["outcome"] == "step_back") & (way["patron"] == "redland")].sort_values("rung")["probability"]
    assert steps.is_monotonic_increasing


@pytest.mark.parametrize(("replications", "points"), [(0, None), (-3, None), (10, 0), (10**12, None), (True, None)])
def test_sizes_that_make_no_sense_are_refused(replications: int, points: int | None) -> None:
    with pytest.raises(RequestRefused):
        simulate(load("toy"), replications, points=points)


@pytest.mark.parametrize("rng", [-1, 2**63, 1.5, "one", True])
def test_seeds_that_are_none_are_refused(rng: Any) -> None:
    with pytest.raises(RequestRefused):
        simulate(load("toy"), 2, rng)


def test_no_seed_is_fresh_luck_whose_seed_stands_in_the_manifest() -> None:
    fresh, other = (simulate(load("toy"), 20, rng=None) for _ in range(2))
    assert fresh.manifest["seed"] != other.manifest["seed"]
    pd.testing.assert_frame_equal(fresh.runs, simulate(load("toy"), 20, rng=fresh.manifest["seed"]).runs)


def test_a_seed_sequence_is_a_seed() -> None:
    tables = [simulate(load("toy"), 3, np.random.SeedSequence(5)).runs for _ in range(2)]
    pd.testing.assert_frame_equal(*tables)


def test_an_unknown_engine_is_named_with_those_that_exist() -> None:
    with pytest.raises(UnknownName, match="agents, batch"):
        simulate(load("toy"), 2, engine="bach")


def test_ctrl_c_keeps_the_runs_that_were_finished(monkeypatch: Any) -> None:
    monkeypatch.setattr(play, "CHUNK", 10)

    def stop(done: int, _: int) -> None:
        if done >= 30:
            raise KeyboardInterrupt

    results = simulate(load("toy"), 4_000, 1, jobs=1, progress=stop)
    whole = simulate(load("toy"), 4_000, 1)
    done = results.manifest["runs_done"]
    assert results.manifest["interrupted"]
    assert 30 <= done < 4_000
    pd.testing.assert_frame_equal(results.runs, whole.runs.iloc[:done])


def test_more_events_than_expected_are_all_kept(monkeypatch: Any, toy: Results) -> None:
    monkeypatch.setattr(job, "EVENTS_A_RUN", 1)
    again = simulate(load("toy"), RUNS, 1)
    pd.testing.assert_frame_equal(toy.events, again.events, check_exact=True)


FINGERPRINTS = {
    "belarus_2020": "7c1d63792ac2",
    "iran_2025": "12a821db6b12",
    "syria_2024": "6bc5849db7b6",
    "toy": "4db40d4694c9",
    "venezuela_2005_2025": "a3082f61022e",
    "venezuela_2025": "09721f82fd62",
    "venezuela_2025_august": "90218654700f",
    "venezuela_2025_calm": "2a2f8dcd8faa",
}


def fingerprint(name: str) -> str:
    """Hash of the outcomes of a few runs of a library scenario."""
    table = simulate(load(name), 50, 1).patrons.select_dtypes("number")
    return hashlib.sha256(np.ascontiguousarray(table.to_numpy(dtype=np.float64)).tobytes()).hexdigest()[:12]


@pytest.mark.parametrize("name", FINGERPRINTS)
def test_results_of_library_scenarios_change_only_on_purpose(name: str) -> None:
    # refrozen only with a line under "Results changed" in CHANGELOG.md
    assert fingerprint(name) == FINGERPRINTS[name]
