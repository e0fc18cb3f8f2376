"""Does the shipped model reproduce history? Every part of every pattern within its interval, or a documented miss."""

import pytest

from scenarios import load
from scenarios.history.ensembles import AUTUMN, HISTORY, PRESENT, WAR, history_runs
from scenarios.history.observations import patterns
from scenarios.history.patterns import pattern_rows

RUNS = 1_000  # of each part; counterfactuals have fewer
SEE = "docs/reference/calibration.md"
PATTERNS = {pattern.id: pattern for pattern in patterns()}
# Parts that the shipped numbers miss, and why. A part that comes to hold must leave this table: the misses are strict.
MISSED: dict[str, str] = {
    "P0a": "10 of 17 cells in 2020 and 2023 where 11 are needed: Iran arms too seldom, Russian people a level too low",
    "P0b": "13 of 17 cells in 2023, where 14 are needed: the same",
    "P1c": "a lender that counts on years of being paid does not trust the solvency of 2005 either",
}


@pytest.fixture(scope="module")
def rows():
    parts = {part: load(part) for part in (HISTORY, AUTUMN, WAR, PRESENT)}
    return {row["id"]: row for row in pattern_rows(history_runs(parts, RUNS, 1), parts[HISTORY])}


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
