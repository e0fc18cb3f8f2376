"""What do the outcomes come to at given values of some numbers? Matched runs at each point of a table."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios.engines.simulate import simulate
from scenarios.explore.answers import answers
from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

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
        Points played at the same time; 0 = as many as there are cores.
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
    points: list[dict[str, float]] = [
        {str(path): value for path, value in row.items()} for row in table.to_dict("records")
    ]
    found = {name: np.empty((len(points), replications)) for name in asked}

    def play(values: dict[str, float]) -> dict[str, Floats]:
        return answers(simulate(scenario.with_values(values), replications, rng, engine, jobs=1), asked)

    with ThreadPoolExecutor(jobs or os.cpu_count() or 1) as pool:
        try:
            for point, answered in enumerate(pool.map(play, points)):
                for name in asked:
                    found[name][point] = answered[name]
                if progress is not None:
                    progress((point + 1) * replications, len(points) * replications)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return found
