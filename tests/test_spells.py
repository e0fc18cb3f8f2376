"""Rungs and levels as stretches of steps say of every run what the runs that are kept in full say step by step."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios import Results, load, read, run_to_disk, simulate, spells
from scenarios.errors import RequestRefused, UnknownName
from scenarios.runs import play
from scenarios.scenario.scenario import Scenario
from worlds import random_worlds

LONG, YEAR = "venezuela_2005_2025", "venezuela_2025"
SET = {
    "coercer.rung": 9,
    "coercer.rung@2026-02-01": 3,
    "patrons.russia.channels.oil.opening@2026-03-01": 0,
    "patrons.china.channels.oil.opening": "x0",
    "patrons.iran.channels.oil.feasible@2026-01-20": 1,
    "patrons.iran.channels.oil.opening@2026-02-20": 0,
}
WORLDS: list[tuple[str, dict[str, Any]]] = [
    ("toy", {}),
    (YEAR, {}),
    (LONG, {}),
    (YEAR, SET),
    (YEAR, {"freeze": "pressure", "coercer.rung@2026-02-01": 3}),
    (LONG, {"freeze": "pressure"}),
    (LONG, {"coercer.rung@2015-03-01": 9}),
]


def by_step(found: spells.Spells, results: Results) -> np.ndarray:
    """A quantity in every step of every run, NaN where the run is over; shape (runs, steps + 2)."""
    grid = np.full((len(results.runs), results.scenario.steps + 2), np.nan)
    for run, start, until, value in zip(*found, strict=True):
        assert until > start
        assert np.isnan(grid[run, start:until]).all()
        grid[run, start:until] = value
    return grid


def in_full(results: Results, of: str) -> np.ndarray:
    """The same of runs that are kept in full; what arrives to the nearest quarter of a level."""
    patron, channel, delivered = (*of.split("."), "", "")[:3]
    paths = results.paths[results.paths["patron"] == (results.scenario.patrons[0] if of == "rung" else patron)]
    column = "rung" if of == "rung" else f"{'delivered' if delivered else 'level'}.{channel}"
    grid = np.full((len(results.runs), results.scenario.steps + 2), np.nan)
    values = paths[column].to_numpy()
    grid[paths["run"], paths["step"]] = np.floor(4 * values + 0.5) / 4 if delivered else values
    return grid


def assert_as_in_full(results: Results) -> None:
    """Every quantity is in every step what the runs in full say, and of the rung there is the last step too."""
    for of in spells.known_quantities(results.scenario):
        found, expected = by_step(spells.spells(results, of), results), in_full(results, of)
        if of == "rung":
            assert np.array_equal(np.nanmax(found, axis=1), results.runs["max_rung"])
            ended = results.runs["client_outcome_at"]
            last = ended.fillna(results.scenario.steps).to_numpy(dtype=int)
            assert np.array_equal(found[np.arange(len(found)), last], results.runs["final_rung"])
            at_the_end = np.flatnonzero(ended.notna())
            found[at_the_end, last[at_the_end]] = np.nan
        assert np.array_equal(found, expected, equal_nan=True), of


@pytest.mark.parametrize(("engine", "runs"), [("batch", 60), ("agents", 2)])
@pytest.mark.parametrize(("name", "values"), WORLDS, ids=[f"{name} {'.'.join(values)[:20]}" for name, values in WORLDS])
def test_spells_say_what_the_runs_in_full_say(name: str, values: dict[str, Any], engine: str, runs: int) -> None:
    scenario = load(name)
    assert_as_in_full(simulate(scenario.with_values(values) if values else scenario, runs, 1, engine))


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(scenario=random_worlds(steps=30), seed=st.integers(0, 2**63 - 1))
def test_in_any_world_spells_say_what_the_runs_in_full_say(scenario: Scenario, seed: int) -> None:
    assert_as_in_full(simulate(scenario, 5, seed))


def test_every_delivery_is_another_quarter_of_a_level_than_the_one_before() -> None:
    table = simulate(load(YEAR), 300, 1).deliveries
    assert np.array_equal(table["delivered"] * 4, np.floor(table["delivered"] * 4))
    assert table["delivered"].between(0, 3).all()
    before = table.groupby(["run", "patron", "channel"], observed=True)["delivered"].shift()
    assert before.notna().any()
    assert (table["delivered"] != before).all()
    assert table[["run", "step"]].apply(tuple, axis=1).is_monotonic_increasing


def test_the_spells_of_parts_are_those_of_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(play, "BLOCK", 40)
    kept, whole = read(run_to_disk(load(YEAR), 100, out=tmp_path, with_control=False)), simulate(load(YEAR), 100)
    for of in ("rung", "russia.oil", "russia.oil.delivered"):
        parts = [spells.spells(part, of) for part in kept.parts()]
        assert len(parts) == 3
        for joined, column in zip(zip(*parts, strict=True), spells.spells(whole, of), strict=True):
            assert np.array_equal(np.concatenate(joined), column)


def test_runs_of_which_nothing_was_kept_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    results = simulate(load("toy"), 20, 1)
    monkeypatch.setattr(spells, "RUNS_WITH_EVENTS", 19)
    with pytest.raises(RequestRefused, match=r"redland\.oil is read off .* only the first 19 runs have"):
        spells.spells(results, "redland.oil")


def test_an_unknown_quantity_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"Unknown quantity 'redland\.oli'\. Known: .* Did you mean 'redland\.oil'"):
        spells.spells(simulate(load("toy"), 3, 1), "redland.oli")
