"""How are the points of a sweep played? Each is reduced to its outcomes at once, so that no run is kept."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scenarios.runs.counting import tally_of
from scenarios.runs.simulate import job_of, simulate
from scenarios.scenario.overlay import with_values
from scenarios.scenario.scenario import Scenario
from scenarios.summary import outcome_names, outcomes_of

if TYPE_CHECKING:
    from pandas import DataFrame


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
    replications, seed : int
    engine : str
    keep_runs : bool
        Whether the tables of the runs come back too.
    """

    scenario: Scenario
    paths: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    first: int
    replications: int
    seed: int
    engine: str
    keep_runs: bool


def played_points(task: Task) -> "dict[str, DataFrame]":
    """Plays some points.

    Returns
    -------
    dict of str to DataFrame
        ``points``: a row a point, with the design's columns, each outcome and its error. ``outcomes``: a row a point
        and outcome. With the runs, ``runs`` and ``patrons`` as well.
    """
    import pandas as pd

    names = outcome_names(task.scenario)
    tables: dict[str, list[DataFrame]] = {"runs": [], "patrons": []}
    found = np.zeros((len(task.rows), len(names), 3))
    for place, row in enumerate(task.rows):
        scenario = with_values(task.scenario, dict(zip(task.paths, row, strict=True)))
        job = job_of(scenario, task.replications, task.seed, task.engine, None)
        found[place] = outcomes_of(scenario, tally_of(job, task.replications))
        if task.keep_runs:
            results = simulate(scenario, task.replications, task.seed, task.engine, jobs=1)
            for name, kept in tables.items():
                table = getattr(results, name)
                table.insert(0, "point", task.first + place)
                kept.append(table)
    made = {"points": wide(task, names, found), "outcomes": tidy(task, names, found)}
    return made | {name: pd.concat(kept, ignore_index=True) for name, kept in tables.items() if kept}


def wide(task: Task, names: list[str], found: Any) -> "DataFrame":
    """A row a point: the design's columns, then each outcome and its error."""
    import pandas as pd

    columns: dict[str, Any] = {"point": task.first + np.arange(len(task.rows))}
    for path, values in zip(task.paths, zip(*task.rows, strict=True), strict=True):
        columns[path] = list(values)
    for k, name in enumerate(names):
        columns[name], columns[f"{name}.se"] = found[:, k, 0], found[:, k, 1]
    return pd.DataFrame(columns)


def tidy(task: Task, names: list[str], found: Any) -> "DataFrame":
    """A row a point and outcome."""
    import pandas as pd

    n_points = len(task.rows)
    outcome = pd.Categorical.from_codes(np.tile(np.arange(len(names)), n_points), names)  # type: ignore[call-overload]
    value, se, n = found.reshape(-1, 3).T
    return pd.DataFrame(
        {
            "point": np.repeat(task.first + np.arange(n_points), len(names)),
            "outcome": outcome,
            "value": value,
            "se": se,
            "n": n.astype(np.int64),
        }
    )
