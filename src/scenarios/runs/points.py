"""How are the points of a sweep played? Each is reduced to its outcomes at once, so that no run is kept."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.runs.counting import outcomes_of
from scenarios.runs.job import Play, job_of
from scenarios.runs.play import played
from scenarios.scenario.arrays import Given
from scenarios.scenario.overlay import with_changes
from scenarios.scenario.scenario import Scenario
from scenarios.scenario.settings import BELIEF
from scenarios.summary import outcome_names

if TYPE_CHECKING:
    from pandas import DataFrame

Floats = NDArray[np.float64]


class Task(NamedTuple):
    """Some points of a sweep; plain enough to be sent to another process or machine.

    Attributes
    ----------
    scenario : Scenario
        What is varied.
    paths : tuple of str
    rows : list of tuple
        Values of each point.
    first : int
        Number of the first point.
    play : Play
        On one thread and in silence.
    keep_runs : bool
        Whether the tables of the runs come back too.
    """

    scenario: Scenario
    paths: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    first: int
    play: Play
    keep_runs: bool


def played_points(task: Task) -> "dict[str, DataFrame]":
    """The tables of some points: ``points``, ``outcomes``, and ``runs`` and ``patrons`` if they are kept."""
    names, found = outcome_names(task.scenario), outcomes(task)
    made = {"points": wide(task, names, found), "outcomes": tidy(task, names, found)}
    return made | (tables_of_runs(task) if task.keep_runs else {})


def scenarios_of(task: Task) -> Iterator[Scenario]:
    """The scenario at each point, one after the other."""
    for row in task.rows:
        yield with_changes(task.scenario, dict(zip(task.paths, row, strict=True)))


def outcomes(task: Task) -> Floats:
    """Value, error and number of runs of each outcome at each point, shape (points, outcomes, 3)."""
    size, given = task.play.replications, given_in(task)
    if given is None:
        return np.concatenate([outcomes_of(job_of(scenario, task.play), 1, size) for scenario in scenarios_of(task)])
    first, *_ = scenarios_of(task)  # every point is judged before any is played
    # in the first point's scenario the scripts of what is set give way, as they do in that of every point
    return outcomes_of(job_of(first, task.play, len(task.rows), given), len(task.rows), size)


def given_in(task: Task) -> Given | None:
    """The points as numbers given to one plan, which takes longer to lay than a run to play; None if they cannot be.

    Notes
    -----
    Either all are set or all are believed; what has a date, a factor or a word takes a plan for each point.
    """
    is_set = not task.paths[0].startswith(BELIEF)
    paths = tuple(path.removeprefix("" if is_set else BELIEF) for path in task.paths)
    if not all(path in task.scenario.numbers for path in paths):
        return None
    if any(path.startswith(BELIEF) == is_set for path in task.paths):
        return None
    if not all(isinstance(value, (int, float)) for row in task.rows for value in row):
        return None
    return Given(paths, np.array(task.rows, dtype=np.float64), is_set)


def tables_of_runs(task: Task) -> "dict[str, DataFrame]":
    """The tables of runs and patrons of all points."""
    import pandas as pd

    tables: dict[str, list[DataFrame]] = {"runs": [], "patrons": []}
    for point, scenario in enumerate(scenarios_of(task), start=task.first):
        results = played(scenario, task.play)
        for name, kept in tables.items():
            table = getattr(results, name)
            table.insert(0, "point", point)
            kept.append(table)
    return {name: pd.concat(kept, ignore_index=True) for name, kept in tables.items()}


def wide(task: Task, names: list[str], found: Floats) -> "DataFrame":
    """A row a point: the design's columns, then each outcome and its error."""
    import pandas as pd

    columns: dict[str, Any] = {"point": task.first + np.arange(len(task.rows))}
    columns |= {path: alike(values) for path, values in zip(task.paths, zip(*task.rows, strict=True), strict=True)}
    for k, name in enumerate(names):
        columns[name], columns[f"{name}.se"] = found[:, k, 0], found[:, k, 1]
    return pd.DataFrame(columns)


def alike(values: tuple[Any, ...]) -> list[Any]:
    """Values as a column: all of them as words if one is a word, such as a factor.

    Examples
    --------
    >>> alike((0.5, "x1.25"))
    ['0.5', 'x1.25']
    """
    return list(map(str, values)) if any(isinstance(value, str) for value in values) else list(values)


def tidy(task: Task, names: list[str], found: Floats) -> "DataFrame":
    """A row a point and outcome."""
    import pandas as pd

    point, outcome = np.indices(found.shape[:2]).reshape(2, -1)
    value, se, n = found.reshape(-1, 3).T
    words = pd.Categorical.from_codes(outcome, names)  # type: ignore[call-overload]
    columns = {"point": task.first + point, "outcome": words, "value": value, "se": se, "n": n.astype(np.int64)}
    return pd.DataFrame(columns)
