"""What is played for the patterns of history, and what is read off each run?"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.history.readings import (
    AUTUMN_END,
    POSTURE_DATES,
    as_rows,
    autumn_readings,
    history_readings,
    nearest_step,
    opening_readings,
    posture_readings,
    war_readings,
)
from scenarios.runs.courses import Courses, reduced
from scenarios.runs.job import Play, seed_of
from scenarios.scenario.posterior import prior_of
from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

HISTORY, AUTUMN, WAR, PRESENT = "venezuela_2005_2025", "venezuela_2025_august", "iran_2025", "venezuela_2025"
NO_POSTURES = np.zeros((0, 0, 0, 0, 0), dtype=np.int8)
Floats = NDArray[np.float64]
Readings = dict[str, Floats]  # shape (points, runs) each


class HistoryRuns(NamedTuple):
    """Many runs of the history and of what it is compared with, as readings; a part that was not played is empty.

    Attributes
    ----------
    history, solvent, peaceful, autumn, war, present : dict of str to ndarray, shape (points, runs)
        The twenty years; with solvency frozen; with the wars frozen; autumn 2025; Iran in June 2025; the posture on
        which the present opens.
    postures : ndarray of int8, shape (points, runs, dates, patrons, channels)
    """

    history: Readings
    solvent: Readings
    peaceful: Readings
    autumn: Readings
    war: Readings
    present: Readings
    postures: NDArray[np.int8]


def reading_rows(scenario: Scenario, read: Callable[[Scenario, Courses], Any], courses: Courses) -> Any:
    """Names and rows of the readings of a chunk."""
    found = read(scenario, courses)
    return list(found), as_rows(found)


def readings_of(
    scenario: Scenario, read: Callable[[Scenario, Courses], Any], play: Play, numbers: "DataFrame | None"
) -> Readings:
    """Readings of many runs of one scenario, shape (points, runs) each."""
    chunks = reduced(scenario, partial(reading_rows, scenario, read), play, numbers)
    rows = np.concatenate([rows for _, rows in chunks])
    points = 1 if numbers is None else len(numbers)
    return {name: rows[:, i].reshape(points, play.replications) for i, name in enumerate(chunks[0][0])}


def meant_for(scenario: Scenario, base: Scenario, numbers: "DataFrame | None") -> "DataFrame | None":
    """The columns of a table of numbers that mean in one scenario what they mean in another."""
    if numbers is None or scenario is base:
        return numbers
    mine, theirs = scenario.numbers, base.numbers
    kept = [
        path for path in map(str, numbers.columns) if path in mine and prior_of(mine[path]) == prior_of(theirs[path])
    ]
    return numbers[kept]


def both_readings(scenario: Scenario, courses: Courses) -> dict[str, Floats]:
    """Quantities and postures of the twenty years side by side."""
    levels = posture_readings(scenario, courses).reshape(len(courses.rung), -1)
    return history_readings(scenario, courses) | {f"posture.{i}": levels[:, i] for i in range(levels.shape[1])}


def as_coded(scenario: Scenario) -> Scenario:
    """A scenario that opens on the coded levels and ends after one step: for what is said of its opening alone."""
    coded = {path: number.value for path, number in scenario.numbers.items() if path.endswith(".opening")}
    return replace(scenario.believed(coded), steps=1)


def until_november(scenario: Scenario) -> Scenario:
    """The autumn alone: what began in it is played on until it has lasted, and nothing else."""
    return replace(scenario, steps=nearest_step(scenario, AUTUMN_END))


def _as_played(part: str, scenario: Scenario) -> Scenario:
    """What of a scenario is played for a part of history."""
    if part == AUTUMN:
        return until_november(scenario)
    return as_coded(scenario) if part == PRESENT else scenario


def history_runs(
    scenarios: Mapping[str, Scenario],
    replications: int,
    rng: Any,
    numbers: "DataFrame | None" = None,
    jobs: int = 0,
) -> HistoryRuns:
    """Plays all that the patterns are read off.

    Parameters
    ----------
    scenarios : mapping of str to Scenario
        Scenarios by the part that they play: `HISTORY`, `AUTUMN`, `WAR`, `PRESENT`; any may be missing.
    replications : int
        Runs; of each point, if numbers are given.
    numbers : DataFrame or None
        One row a point, one column a dotted path of the history; a number that means something else in another part
        is drawn there from that part's own range.
    """
    play = Play(replications, seed_of(rng), jobs=jobs)
    history, solvent, peaceful, levels = {}, {}, {}, NO_POSTURES

    def part(name: str, read: Callable[[Scenario, Courses], Any]) -> Readings:
        if name not in scenarios:
            return {}
        scenario = _as_played(name, scenarios[name])
        given = meant_for(scenario, scenarios.get(HISTORY, scenario), numbers)
        return readings_of(scenario, read, play, given)

    if HISTORY in scenarios:
        base = scenarios[HISTORY]
        found = readings_of(base, both_readings, play, numbers)
        history = {name: values for name, values in found.items() if not name.startswith("posture.")}
        flat = [values for name, values in found.items() if name.startswith("posture.")]
        shape = (*flat[0].shape, len(POSTURE_DATES), len(base.patrons), len(base.channels))
        levels = np.stack(flat, axis=-1).reshape(shape).astype(np.int8)
        # what did not happen is compared in one number each, for which fewer runs will do
        half, quarter = (play._replace(replications=max(1, replications // part)) for part in (2, 4))
        solvent = readings_of(replace(base, freeze=base.freeze | {"solvency"}), history_readings, half, numbers)
        peaceful = readings_of(replace(base, freeze=base.freeze | {"war"}), history_readings, quarter, numbers)
    return HistoryRuns(
        history=history,
        solvent=solvent,
        peaceful=peaceful,
        autumn=part(AUTUMN, autumn_readings),
        war=part(WAR, war_readings),
        present=part(PRESENT, opening_readings),
        postures=levels,
    )


def bootstrap(ensemble: HistoryRuns, rng: np.random.Generator) -> HistoryRuns:
    """The same ensemble of one point with its runs drawn again, with replacement."""

    def again(readings: Readings) -> Readings:
        if not readings:
            return {}
        n = next(iter(readings.values())).shape[1]
        pick = rng.integers(0, n, n)
        return {name: values[:, pick] for name, values in readings.items()}

    n = ensemble.postures.shape[1]

    return HistoryRuns(
        history=again(ensemble.history),
        solvent=again(ensemble.solvent),
        peaceful=again(ensemble.peaceful),
        autumn=again(ensemble.autumn),
        war=again(ensemble.war),
        present=again(ensemble.present),
        postures=ensemble.postures[:, rng.integers(0, n, n)] if n else NO_POSTURES,
    )
