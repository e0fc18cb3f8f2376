"""What do the outcomes come to at given values of some numbers? Matched runs at each point of a table."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.outcomes.outcome import answers
from scenarios.questions.factors import parted
from scenarios.runs.job import Play
from scenarios.runs.play import played
from scenarios.scenario.scenario import Scenario

RUNS_AT_ONCE = 5000  # whose tables are held in memory
Floats = NDArray[np.float64]


def outcomes_at(scenario: Scenario, table: pd.DataFrame, of: Iterable[str], play: Play) -> dict[str, Floats]:
    """Outcomes of every run at every point; run r has the same luck, and the same numbers not varied, at all points."""
    asked, runs, done = list(of), play.replications, 0
    found = {name: np.empty((len(table), runs)) for name in asked}
    size = max(1, RUNS_AT_ONCE // runs)
    for world, rows, places in parted(scenario, table):
        for first in range(0, len(rows), size):
            part = rows.iloc[first : first + size]
            # points that differ by switches alone are that world itself
            results = played(world, play._replace(progress=None), numbers=part if len(part.columns) else None)
            for name, values in answers(results, asked).items():
                found[name][places[first : first + size]] = values.reshape(-1, runs)
            done += len(part) * runs
            if play.progress is not None:
                play.progress(done, len(table) * runs)
    return found
