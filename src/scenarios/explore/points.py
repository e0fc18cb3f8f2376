"""What do the outcomes come to at given values of some numbers? Matched runs at each point of a table."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios.explore.answers import answers
from scenarios.runs.simulate import simulate
from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

RUNS_AT_ONCE = 5000  # whose tables are held in memory
Progress = Callable[[int, int], None]
Floats = NDArray[np.float64]


def outcomes_at(
    scenario: Scenario,
    table: "DataFrame",
    of: Iterable[str],
    replications: int,
    rng: Any = 1,
    engine: str = "batch",
    jobs: int = 0,
    progress: Progress | None = None,
) -> dict[str, Floats]:
    """Outcomes of every run at every point; run r has the same luck, and the same numbers not varied, at all points.

    Parameters
    ----------
    scenario : Scenario
    table : DataFrame
        One row a point, one column the dotted path of a number that is pinned there.
    of : iterable of str
        Outcomes, as `scenarios.explore.answers.known_outcomes` lists them.
    replications : int
        Runs at each point.
    rng : int, SeedSequence or None
        Base seed.
    engine : str
    jobs : int
        Threads; 0 = as many as there are cores.
    progress : callable or None
        Called with the number of finished runs and of all runs.

    Returns
    -------
    dict of str to ndarray of float64, shape (points, replications)

    Examples
    --------
    >>> import pandas as pd
    >>> from scenarios import load
    >>> table = pd.DataFrame({"client.hold": [0.2, 0.8]})
    >>> outcomes_at(load("toy"), table, ["client.holds"], 3, engine="agents")["client.holds"].shape
    (2, 3)
    """
    asked = list(of)
    found = {name: np.empty((len(table), replications)) for name in asked}
    size = max(1, RUNS_AT_ONCE // replications)
    for first in range(0, len(table), size):
        part = table.iloc[first : first + size]
        results = simulate(scenario, replications, rng, engine, jobs=jobs, numbers=part)
        for name, values in answers(results, asked).items():
            found[name][first : first + size] = values.reshape(len(part), replications)
        if progress is not None:
            progress((first + len(part)) * replications, len(table) * replications)
    return found
