"""The reference result is what the toy gives today, to the last printed digit."""

from pathlib import Path

import pandas as pd

from scenarios import control, load, simulate, summarise
from scenarios.store.folder import read_manifest, read_summary
from scenarios.store.manifest import scenario_hash

FOLDER = Path(__file__).parents[1] / "results" / "reference" / "toy"
MOST_BYTES = 100_000
REFREEZE = "results/README.md says when, and how, the reference is made anew"


def printed(table: pd.DataFrame) -> list[tuple[str, ...]]:
    """Every cell with ten digits: sums may differ in the last bits between builds of numpy, events may not."""
    rows = table.itertuples(index=False, name=None)
    return [tuple(cell if isinstance(cell, str) else f"{cell:.10g}" for cell in row) for row in rows]


def test_the_toy_of_today_is_the_scenario_of_the_reference() -> None:
    assert read_manifest(FOLDER)["scenario_hash"] == scenario_hash(load("toy")), REFREEZE


def test_the_reference_summary_comes_out_again() -> None:
    manifest, toy = read_manifest(FOLDER), load("toy")
    size = {"replications": manifest["replications"], "rng": manifest["seed"], "points": manifest["points"]}
    summary = summarise(simulate(toy, **size), simulate(control(toy), **size))
    reference = read_summary(FOLDER)
    assert list(summary.columns) == list(reference.columns)
    assert printed(summary) == printed(reference), REFREEZE


def test_another_seed_would_be_seen() -> None:
    toy = load("toy")
    assert printed(summarise(simulate(toy, 500, 2), simulate(control(toy), 500, 2))) != printed(read_summary(FOLDER))


def test_the_reference_is_small() -> None:
    assert 0 < sum(file.stat().st_size for file in FOLDER.rglob("*")) < MOST_BYTES
