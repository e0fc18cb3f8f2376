"""Do the findings of autumn 2025 hang on how one opening level was coded? All openings shifted by one level in turn."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scenarios.history.ensembles import AUTUMN, HISTORY, WAR, history_readings, history_runs, readings_of
from scenarios.history.observations import patterns
from scenarios.history.patterns import pattern_rows
from scenarios.moments import mean_and_error
from scenarios.runs.job import Play, seed_of
from scenarios.runs.play import simulate
from scenarios.scenario.load import load
from scenarios.scenario.overlay import control
from scenarios.scenario.scenario import Scenario
from scenarios.summary import indicators

if TYPE_CHECKING:
    from pandas import DataFrame

OPEN = "venezuela_2025"
ALL = "all"
DRAWN, CODED = "as drawn", "as coded"
PATRONS = ("russia", "china")
EVENTS = ("step_back", "step_back_further")
ERRORS = 1.96
COLUMNS = ("patron", "channel", "by", "quantity", "value", "low", "high", "moved", "moved_low", "moved_high", "holds")
Row = dict[str, Any]
Progress = Callable[[int, int], None]


class Shift(NamedTuple):
    """Opening levels of a patron, one channel or all, moved by some levels from what was coded; 0 moves nothing."""

    patron: str
    channel: str
    by: int


def room(scenario: Scenario, shift: Shift) -> dict[str, float]:
    """Opening levels that a shift changes, by path, within 0 and what is feasible; empty if there is no room.

    Examples
    --------
    >>> room(load("venezuela_2025"), Shift("russia", "oil", 1))
    {'patrons.russia.channels.oil.opening': 3.0}
    >>> room(load("venezuela_2025"), Shift("russia", "words", 1))
    {}
    """
    if shift.patron not in scenario.patrons:
        return {}
    found = {}
    for name in scenario.channels if shift.channel == ALL else (shift.channel,):
        place = f"patrons.{shift.patron}.channels.{name}"
        was, most = (scenario.numbers[f"{place}.{field}"].value for field in ("opening", "feasible"))
        level = min(max(was + shift.by, 0.0), most)
        if level != was:
            found[f"{place}.opening"] = level
    return found


def coded(scenario: Scenario) -> dict[str, float]:
    """Every opening level as it was coded, by path."""
    return {path: number.value for path, number in scenario.numbers.items() if path.endswith(".opening")}


def shifts() -> list[Shift]:
    """One patron and channel at a time, and all of a patron together, down and up, wherever there is room."""
    scenarios = [load(name) for name in (OPEN, AUTUMN, HISTORY, WAR)]
    names = [(p, c) for p in scenarios[0].patrons for c in (*scenarios[0].channels, ALL)]
    every = [Shift(patron, channel, by) for patron, channel in names for by in (-1, 1)]
    return [shift for shift in every if any(room(scenario, shift) for scenario in scenarios)]


def opened(name: str, shift: Shift) -> Scenario | None:
    """A scenario with its openings as coded and one shift; None where the shift finds no room."""
    scenario = load(name)
    if shift.channel == DRAWN:
        return scenario
    moved = room(scenario, shift) if shift.by else {}
    return scenario.believed(coded(scenario) | moved) if moved or not shift.by else None


def pattern_values(shift: Shift, replications: int, rng: int, jobs: int) -> list[Row]:
    """P6 to P8 and P11 where the shift finds room."""
    rows = []
    for part in (AUTUMN, WAR):
        scenario = opened(part, shift)
        if scenario is not None:
            rows += pattern_rows(history_runs({part: scenario}, replications, rng, jobs=jobs), scenario, rng)
    found = [{"quantity": row["id"]} | {key: row[key] for key in ("low", "high", "holds")} for row in rows]
    found = [each | {"value": row["simulated"]} for each, row in zip(found, rows, strict=True)]
    history = opened(HISTORY, shift)
    if history is not None:
        play = Play(replications, seed_of(rng), jobs=jobs)
        stands = readings_of(history, history_readings, play, None)["cuba_stands"][0]
        p7 = next(pattern for pattern in patterns() if pattern.id == "P7")
        found.append({"quantity": "P7", **with_interval(stands), "holds": p7.holds(float(stands.mean()))})
    return sorted(found, key=lambda row: str(row["quantity"]))


def with_interval(values: Any) -> Row:
    """A mean over the runs with its 95 % interval."""
    value, se, _ = mean_and_error(values, np.arange(len(values)))
    half = ERRORS * float(np.nan_to_num(se))
    return {"value": value, "low": value - half, "high": value + half}


def headline_columns(shift: Shift, runs: int, rng: int, jobs: int) -> dict[str, Any]:
    """Step-backs of Russia and China in each run, less those of the control and of each other; empty without room."""
    scenario = opened(OPEN, shift)
    if scenario is None:
        return {}
    mine = indicators(simulate(scenario, runs, rng, jobs=jobs))
    theirs = indicators(simulate(control(scenario), runs, rng, jobs=jobs))
    names = [f"{patron}.{event}" for patron in PATRONS for event in EVENTS]
    columns = {name: mine[name] for name in names}
    columns |= {f"{name}, less control": mine[name] - theirs[name] for name in names}
    one, other = PATRONS
    return columns | {
        f"{event}, {one} less {other}": mine[f"{one}.{event}"] - mine[f"{other}.{event}"] for event in EVENTS
    }


def shifted_openings(
    replications: int = 400, runs: int = 4_000, rng: int = 1, jobs: int = 0, progress: Progress | None = None
) -> "DataFrame":
    """P6 to P8, P11 and the headline of venezuela_2025 under every shift, on matched runs.

    Parameters
    ----------
    replications : int
        Runs of each part of history.
    runs : int
        Runs of venezuela_2025 and of its control.

    Returns
    -------
    DataFrame
        Columns patron, channel, by, quantity, value, low, high, moved, moved_low, moved_high, holds. First the openings
        drawn from their ranges, then all as coded, then each shift from there. `moved` is the change from as coded;
        for the headline it is matched run by run. A quantity is left out where the shift finds no room.
    """
    import pandas as pd

    every = [Shift(ALL, DRAWN, 0), Shift(ALL, CODED, 0), *shifts()]
    base: dict[str, Any] = headline_columns(every[1], runs, rng, jobs)
    before = {row["quantity"]: row["value"] for row in pattern_values(every[1], replications, rng, jobs)}
    found: list[Row] = []
    for i, shift in enumerate(every):
        rows = pattern_values(shift, replications, rng, jobs)
        rows = [row | {"moved": row["value"] - before[row["quantity"]]} for row in rows]
        columns = headline_columns(shift, runs, rng, jobs)
        for name, values in columns.items():
            gap = {f"moved_{key}": value for key, value in with_interval(values - base[name]).items()}
            rows.append({"quantity": name, **with_interval(values), **gap, "moved": gap["moved_value"], "holds": None})
        found += [shift._asdict() | row for row in rows]
        if progress is not None:
            progress(i + 1, len(every))
    return pd.DataFrame(found, columns=list(COLUMNS))
