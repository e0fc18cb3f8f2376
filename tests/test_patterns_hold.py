"""Does the shipped model reproduce history? Every part of every pattern within its interval, or a documented miss."""

import pytest

from scenarios import load
from scenarios.calibrate.observations import patterns
from scenarios.calibrate.patterns import AUTUMN, HISTORY, WAR, ensemble_of, pattern_rows

RUNS = 300  # of each part; counterfactuals have half of them
SEE = "docs/reference/calibration.md"
PATTERNS = {pattern.id: pattern for pattern in patterns()}
# Parts that the shipped numbers miss, and why. A part that comes to hold must leave this table: the misses are strict.
RAW = "numbers drawn from their raw ranges"
MISSED: dict[str, str] = {
    "P0a": f"{RAW}: two cells in five at the worst date",
    "P0b": f"{RAW}: three cells in five at the worst date",
    "P1b": f"{RAW}: arms fall by half and do not stop",
    "P2b": f"{RAW}: loans fall by almost half and do not stop",
    "P3b": f"{RAW}: acts at high rungs are half as frequent as at low ones",
    "P4a": f"{RAW}: what the client pays in oil holds Chinese firms",
    "P7": f"{RAW}: Cuba wavers at a rung in one run of five",
    "P8b": f"{RAW}: more is intended than delivered",
}


@pytest.fixture(scope="module")
def rows():
    parts = {part: load(part) for part in (HISTORY, AUTUMN, WAR)}
    return {row["id"]: row for row in pattern_rows(ensemble_of(parts, RUNS, 1), parts[HISTORY])}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.xfail(strict=True, reason=f"{MISSED[name]} ({SEE})"))
        if name in MISSED
        else name
        for name in PATTERNS
    ],
)
def test_the_pattern_holds_within_its_interval(rows, name):
    row = rows[name]
    ends = [row[key] for key in ("low", "simulated", "high")]
    assert any(PATTERNS[name].holds(end) for end in ends), f"{name}: {ends}, required {row['required']}"


def test_no_part_of_a_pattern_is_left_out(rows):
    assert list(rows) == list(PATTERNS)
    assert set(MISSED) <= set(PATTERNS)
