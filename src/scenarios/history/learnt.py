"""What did a fit teach about each number, and what does its sample say of the patterns?"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.history.ensembles import HISTORY, HistoryRuns, history_runs
from scenarios.history.fit import FittedPosterior, scenarios_of_history
from scenarios.history.fitted_numbers import quantiles_of_fit
from scenarios.history.patterns import pattern_rows
from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

RUNS_A_ROW = 4  # of the rows drawn for a check
NARROWED = 0.15  # share of the prior variance that must be gone for history to have taught something
SHIFTED = 0.35  # or how far the mean must have moved, in prior standard deviations
TAUGHT, UNTAUGHT = "history narrows or moves it", "keeps its range"
Floats = NDArray[np.float64]


def identification(posterior: FittedPosterior, scenario: Scenario) -> "DataFrame":
    """What history has taught about each fitted number.

    Returns
    -------
    DataFrame
        Columns path, prior_q10, prior_q50, prior_q90, q10, q50, q90, narrowed (share of the prior variance, in prior
        quantiles, that is gone; negative if it grew), shift (of the mean, in prior standard deviations), verdict.
    """
    import pandas as pd

    cube = posterior.fit.cube
    marks, rows = np.array([0.1, 0.5, 0.9]), []
    for i, path in enumerate(posterior.paths):
        mean = float(cube[:, i].mean())
        narrowed = 1.0 - 12.0 * float(cube[:, i].var())  # a flat prior on (0, 1) has variance 1/12
        shift = (mean - 0.5) * np.sqrt(12.0)
        before = quantiles_of_fit(scenario.numbers[path], marks)
        after = np.quantile(posterior.rows[:, i], marks)
        is_taught = narrowed >= NARROWED or abs(shift) >= SHIFTED
        row = dict(zip(("path", "prior_q10", "prior_q50", "prior_q90"), (path, *before), strict=True))
        row |= dict(zip(("q10", "q50", "q90"), after, strict=True))
        rows.append(row | {"narrowed": narrowed, "shift": shift, "verdict": TAUGHT if is_taught else UNTAUGHT})
    return pd.DataFrame(rows)


def predicted(posterior: FittedPosterior | None, runs: int, seed: int) -> "DataFrame":
    """The patterns over runs that draw from a posterior sample, or from the raw ranges if there is none.

    Parameters
    ----------
    runs : int
        In all; of the history, fewer without solvency or wars.

    Notes
    -----
    Each row drawn is played on luck, and on draws of the other numbers, of its own. Points that are played together
    share both, and a few shared draws would decide the table.
    """
    import pandas as pd

    scenarios = scenarios_of_history()
    if posterior is None:
        return pd.DataFrame(pattern_rows(history_runs(scenarios, runs, seed), scenarios[HISTORY], seed))
    rows = np.random.default_rng(seed).choice(posterior.rows, size=max(1, runs // RUNS_A_ROW))
    table = pd.DataFrame(rows, columns=posterior.paths)
    played = [
        history_runs(scenarios, RUNS_A_ROW, seed * 1_000_003 + i, table.iloc[[i]].reset_index(drop=True))
        for i in range(len(table))
    ]
    return pd.DataFrame(pattern_rows(pooled(played), scenarios[HISTORY], seed))


def pooled(played: list[HistoryRuns]) -> HistoryRuns:
    """Ensembles of one point each as one."""

    def one(parts: list[dict[str, Floats]]) -> dict[str, Floats]:
        return {name: np.concatenate([part[name] for part in parts], axis=1) for name in parts[0]}

    return HistoryRuns(
        history=one([each.history for each in played]),
        solvent=one([each.solvent for each in played]),
        peaceful=one([each.peaceful for each in played]),
        autumn=one([each.autumn for each in played]),
        war=one([each.war for each in played]),
        present=one([each.present for each in played]),
        postures=np.concatenate([each.postures for each in played], axis=1),
    )
