"""What is a fit worth on years that it has not seen? Fitted to 2018, scored on 2019 to 2025.

The nearest of many points of the prior by what history said up to 2018, against all of them, on what came after.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.history.distance import distance, shortfalls
from scenarios.history.ensembles import AUTUMN, HISTORY, history_runs
from scenarios.history.fit import scenarios_of_history
from scenarios.history.fitted_numbers import at_quantiles
from scenarios.history.patterns import baselines, fit_of_postures

if TYPE_CHECKING:
    from pandas import DataFrame

SEEN = ("P0a.2010", "P0a.2016", "P0b.2010", "P0b.2016", "P1a", "P2a")
UNSEEN_PARTS = ("P3b", "P4a", "P4b", "P4c", "P5a", "P6a", "P6b", "P6c", "P9a", "P9b", "P11a", "P11b", "P11c")
UNSEEN_DATES = slice(2, 5)  # 2020, 2023, 2025
NEAREST = 0.05  # share of the points
Floats = NDArray[np.float64]


def held_out(paths: list[str], points: int, replications: int, seed: int) -> "DataFrame":
    """How well the points nearest to history up to 2018 do on what came after, beside all points and two guesses.

    Parameters
    ----------
    paths : list of str
        Numbers that are drawn point by point; the others are drawn in every run.

    Returns
    -------
    DataFrame
        Columns who, exact and inside (shares of the cells of 2020, 2023 and 2025 at a coder's level, inside the
        coders' range), distance (of the parts of the patterns after 2018, in tolerances; NaN for a guess).
    """
    import pandas as pd

    scenarios = scenarios_of_history((HISTORY, AUTUMN))
    cube = np.random.default_rng(seed).random((points, len(paths)))
    played = history_runs(scenarios, replications, seed, at_quantiles(scenarios[HISTORY], paths, cube))
    gaps = shortfalls(played, scenarios[HISTORY])
    before = distance({name: gaps[name] for name in SEEN})
    after = distance({name: gaps[name] for name in UNSEEN_PARTS})
    near = np.argsort(before, kind="stable")[: max(1, round(NEAREST * points))]
    exact, inside = (shares[:, UNSEEN_DATES].mean(axis=1) for shares in fit_of_postures(played, scenarios[HISTORY]))
    rows = [
        {"who": who, "exact": exact[pick].mean(), "inside": inside[pick].mean(), "distance": after[pick].mean()}
        for who, pick in (("nearest to 2018", near), ("all points of the prior", slice(None)))
    ]
    for who, guess in baselines(scenarios[HISTORY]).items():
        rows.append({"who": who, "exact": guess[0][UNSEEN_DATES].mean(), "inside": guess[1][UNSEEN_DATES].mean()})
    return pd.DataFrame(rows)
