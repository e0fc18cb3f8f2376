"""How are the points of a sweep played? Each is reduced to its outcomes at once, so that no run is kept."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.intervals import Estimate, estimated
from scenarios.outcomes.outcome import answers
from scenarios.runs.counting import outcomes_of
from scenarios.runs.job import Play, job_of
from scenarios.runs.play import played
from scenarios.scenario.arrays import Given
from scenarios.scenario.entries import BELIEF
from scenarios.scenario.overlay import is_faulty, pairs_named, weight_paths, with_changes
from scenarios.scenario.scenario import Scenario
from scenarios.summary import outcome_names

Floats = NDArray[np.float64]


class Task(NamedTuple):
    """Some points of a sweep; plain enough to be sent to another process or machine."""

    scenario: Scenario  # what is varied
    paths: tuple[str, ...]
    rows: list[tuple[Any, ...]]  # values of each point
    first: int  # number of the first point
    play: Play  # on one thread and in silence
    keep_runs: bool  # whether the tables of the runs come back too
    of: tuple[str, ...] = ()  # what is asked of the runs besides the headline outcomes, as docs/how-to/ask.md has it


def played_points(task: Task) -> dict[str, pd.DataFrame]:
    """The tables of some points: ``points``, ``outcomes``, and ``runs`` and ``patrons`` if they are kept."""
    names, found = [*outcome_names(task.scenario), *task.of], outcomes(task)
    if task.of:
        found = np.concatenate([found, asked_outcomes(task)], axis=1)
    made = {"points": wide(task, names, found), "outcomes": _tidy(task, names, found)}
    return made | (tables_of_runs(task) if task.keep_runs else {})


def scenario_at(task: Task, row: tuple[Any, ...]) -> Scenario:
    """The scenario at a point."""
    return with_changes(task.scenario, dict(zip(task.paths, row, strict=True)))


def outcomes(task: Task) -> Floats:
    """What `Estimate` holds of each outcome at each point, shape (points, outcomes, 5)."""
    found = np.empty((len(task.rows), len(outcome_names(task.scenario)), len(Estimate._fields)))
    for places, scenario, given in list(shared_plans(task)):  # every point is judged before any is played
        points = len(given.rows) if given.paths else None
        job = job_of(scenario, task.play, points, given)
        found[places] = outcomes_of(job, points or 1, task.play.replications)
    return found


def asked_outcomes(task: Task) -> Floats:
    """The same of what is asked besides, which needs the tables of the runs."""
    found = np.empty((len(task.rows), len(task.of), len(Estimate._fields)))
    for point, row in enumerate(task.rows):
        results = played(scenario_at(task, row), task.play)
        said = answers(results, task.of)
        draws = results.runs["scenario_id"].to_numpy()
        found[point] = [estimated(said[name], draws) for name in task.of]
    return found


def shared_plans(task: Task) -> Iterator[tuple[list[int], Scenario, Given]]:
    """Points that one plan can hold: their places, the scenario of the first, and the numbers given to each.

    Notes
    -----
    A plan takes longer to lay than a run to play. What has a date, a factor or a word is part of it; other numbers are
    given to it, either all as set or all as believed. In the first point's scenario the scripts of what is set give
    way, as they do in that of every point.
    """
    columns = given_columns(task)
    rest = [k for k in range(len(task.paths)) if k not in columns]
    groups: dict[tuple[Any, ...], list[int]] = {}
    for place, row in enumerate(task.rows):
        groups.setdefault(tuple(row[k] for k in rest), []).append(place)
    paths = tuple(task.paths[k].removeprefix(BELIEF) for k in columns)
    is_set = not any(task.paths[k].startswith(BELIEF) for k in columns)
    for places in groups.values():
        values = np.array([[task.rows[place][k] for k in columns] for place in places], dtype=np.float64)
        scenario = scenario_at(task, task.rows[places[0]])
        for place in doubtful(task.scenario, paths, values):
            scenario_at(task, task.rows[places[place]])
        yield places, scenario, Given(paths, values, is_set)


def given_columns(task: Task) -> list[int]:
    """The columns whose values can be given to one plan: numbers, all set from the first step on or all believed."""
    others = {path.removeprefix(BELIEF).partition("@")[0] for path in task.paths if "@" in path}
    found = [
        k
        for k, path in enumerate(task.paths)
        if path.removeprefix(BELIEF) in task.scenario.numbers
        and path.removeprefix(BELIEF) not in others  # what is set on a day of the first step is set after
        and all(isinstance(row[k], (int, float)) for row in task.rows)
    ]
    believed = [k for k in found if task.paths[k].startswith(BELIEF)]
    return found if len(believed) in (0, len(found)) else [k for k in found if k not in believed]


def doubtful(scenario: Scenario, paths: tuple[str, ...], values: Floats) -> Any:
    """Places of the points that a scenario may not be able to take: those with a fault, and all of them where numbers
    must fit each other."""
    fit_together = set(pairs_named(paths)) or not set(weight_paths(scenario)).isdisjoint(paths)
    if fit_together:
        return range(len(values))
    return np.flatnonzero(is_faulty(scenario, dict(zip(paths, values.T, strict=True)), len(values)))


def tables_of_runs(task: Task) -> dict[str, pd.DataFrame]:
    """The tables of runs and patrons of all points."""
    tables: dict[str, list[pd.DataFrame]] = {"runs": [], "patrons": []}
    for point, row in enumerate(task.rows, start=task.first):
        results = played(scenario_at(task, row), task.play)
        for name, kept in tables.items():
            table = getattr(results, name)
            table.insert(0, "point", point)
            kept.append(table)
    return {name: pd.concat(kept, ignore_index=True) for name, kept in tables.items()}


def wide(task: Task, names: list[str], found: Floats) -> pd.DataFrame:
    """A row a point: the design's columns, then each outcome with its error and limits."""
    columns: dict[str, Any] = {"point": task.first + np.arange(len(task.rows))}
    columns |= {path: alike(values) for path, values in zip(task.paths, zip(*task.rows, strict=True), strict=True)}
    for k, name in enumerate(names):
        for column, cells in zip(Estimate._fields[:-1], found[:, k].T, strict=False):
            columns[name if column == "value" else f"{name}.{column}"] = cells
    return pd.DataFrame(columns)


def alike(values: tuple[Any, ...]) -> list[Any]:
    """Values as a column: all of them as words if one is a word, such as a factor.

    Examples
    --------
    >>> alike((0.5, "x1.25"))
    ['0.5', 'x1.25']
    """
    return list(map(str, values)) if any(isinstance(value, str) for value in values) else list(values)


def _tidy(task: Task, names: list[str], found: Floats) -> pd.DataFrame:
    """A row a point and outcome."""
    point, outcome = np.indices(found.shape[:2]).reshape(2, -1)
    words = pd.Categorical.from_codes(outcome, names)  # type: ignore[call-overload]
    cells = dict(zip(Estimate._fields, found.reshape(found.shape[0] * found.shape[1], -1).T, strict=True))
    return pd.DataFrame({"point": task.first + point, "outcome": words, **cells}).astype({"n": np.int64})
