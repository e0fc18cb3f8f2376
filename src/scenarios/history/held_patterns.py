"""What does a run of the history say of the patterns? Which parts a scenario plays, and the table of what holds."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scenarios.history.ensembles import AUTUMN, HISTORY, PRESENT, WAR, history_runs
from scenarios.history.fitted_numbers import shared
from scenarios.history.patterns import pattern_rows
from scenarios.scenario.load import load
from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

MOST_RUNS = 1_000  # of each part; more would take longer than the scenario itself
COLUMNS = ("id", "what", "observed", "simulated", "low", "high", "required", "holds", "distance", "n")


def part_of(scenario: Scenario) -> str:
    """The part of history that a scenario plays, also one that builds on it; empty if none.

    Examples
    --------
    >>> part_of(load("iran_2025")), part_of(load("toy"))
    ('iran_2025', '')
    """
    return next((part for part in (HISTORY, AUTUMN, WAR) if part in (scenario.name, scenario.base)), "")


def carried(scenario: Scenario, part: str) -> Scenario:
    """Another part of history, changed as this scenario was: terms, rules, shared numbers, settings without a date."""
    other, untouched = load(part), load(part_of(scenario))
    both = shared(untouched, other)
    changed = {path: scenario.numbers[path] for path in both if scenario.numbers[path] != untouched.numbers[path]}
    set_here = [each for each in scenario.settings if each not in untouched.settings and each.on is None]
    return replace(
        other,
        numbers={**other.numbers, **changed},
        terms=scenario.terms,
        decision=scenario.decision,
        posterior=scenario.posterior,
        settings=(*other.settings, *(each for each in set_here if each.path in other.numbers)),
    )


def parts_of(scenario: Scenario) -> dict[str, Scenario]:
    """What is to be played for the patterns that a scenario can speak to: the long history speaks to all."""
    part = part_of(scenario)
    parts = {part: scenario} if part else {}
    if part == HISTORY:
        parts |= {other: carried(scenario, other) for other in (AUTUMN, WAR, PRESENT)}
    return parts


def held_against_history(scenario: Scenario, replications: int, rng: Any = 1, jobs: int = 0) -> "DataFrame":
    """The patterns that a scenario can speak to: observed, simulated with a 95 % interval, and whether they hold.

    Parameters
    ----------
    scenario : Scenario
        One of the histories, or one that builds on it.
    replications : int
        Runs of each part, at most 1,000.

    Returns
    -------
    DataFrame
        Columns id, what, observed, simulated, low, high, required, holds, distance, n; no rows for any other scenario.
    """
    import pandas as pd

    parts, runs = parts_of(scenario), min(replications, MOST_RUNS)
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    rows = pattern_rows(history_runs(parts, runs, rng, jobs=jobs), parts.get(HISTORY, scenario))
    return pd.DataFrame([row | {"n": runs} for row in rows], columns=list(COLUMNS))
