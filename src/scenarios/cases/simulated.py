"""What does the simulation say of some rows, and how good is that? Beside the reference class, whatever it says.

The codebook compares the end of a window with its start; of a run the first move counts, as in the reference class. A
step back is here a level lost net over the material channels, one of some three or four in use; the codebook's is a
lower top rung, or a third less of it.
"""

from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from scenarios.cases import ask, case_scenario, hazards, library, rows
from scenarios.cases.forecast import HIGH, LOW, Forecast
from scenarios.errors import RequestRefused
from scenarios.outcomes.outcome import outcome_named
from scenarios.results import Results
from scenarios.runs.play import simulate
from scenarios.store.manifest import scenario_hash
from scenarios.vocabulary import Reason

SIMULATION = "simulation"
RUNS = 500  # of each row
MOST_RUNS = 100_000
# reasons of the model -> causes of the reference class; a crisis of its own is drawn in no run of a case
CAUSE_OF = {
    Reason.BARGAIN: "deal",
    Reason.SECONDARY_SANCTIONS: "cost",
    Reason.ENTRAPMENT: "cost",
    Reason.MATERIAL_COST: "cost",
    Reason.BUDGET: "cost",
    Reason.PAYMENT: "collapse",
}
Progress = Callable[[int, int], None]


def score_cases_by_simulation(
    given: str | Path | pd.DataFrame,
    replications: int = RUNS,
    rng: int = 1,
    training: str = library.ALL,
    jobs: int = 0,
    progress: Progress | None = None,
) -> ask.ScoredCases:
    """The forecast of case rows by the simulation, scored beside the reference class where the outcomes are given.

    Parameters
    ----------
    given : str, Path or DataFrame
        As for `score_cases`; a blank covariate is that of the median case.
    replications : int
        Runs of each row.
    rng : int
        Base seed.
    training : str
        Rows that the reference class has seen; the simulation has learnt of none.
    jobs : int
        Threads; 0 = as many as there are cores.
    progress : callable or None
        Called with the number of finished runs and of all runs.

    Returns
    -------
    ScoredCases
        Its intervals are those of the luck of so many runs alone.

    Raises
    ------
    ScenarioError
        With every fault at once, each with its row and column.
    RequestRefused, UnknownName
        If there are too few or too many runs, or no such training rows.

    Examples
    --------
    >>> import pandas as pd
    >>> new = pd.DataFrame({"blind_id": ["X"], "days": [90], "pressure_path_days_level": ["0:5 30:8"]})
    >>> found = score_cases_by_simulation(new, replications=20)
    >>> found.rows[["stepped_up", "held", "stepped_back", "abandoned"]].sum(axis=1).round(6).tolist()
    [1.0]
    """
    if not 1 <= replications <= MOST_RUNS:
        raise RequestRefused(f"{replications} runs of a row: must lie in 1 to {MOST_RUNS}.")
    cases, fit, groups = ask.asked_of_cases(given, training)
    found, scenarios = _played(cases, replications, rng, jobs, progress)
    told = {ask.CASE_MODEL: ask.case_forecast(cases, fit, groups).chances, SIMULATION: found.chances}
    scores = ask.scores_of_cases(cases, fit, groups, told)
    return ask.ScoredCases(ask.row_table(cases, found), scores, tuple(_notes_on(cases, replications, rng)), scenarios)


def _played(
    cases: rows.Cases, replications: int, rng: int, jobs: int, progress: Progress | None
) -> tuple[Forecast, str]:
    """The forecast of all rows by runs, each row with the same luck, and a hash of the scenarios that were played."""
    n = rows.size(cases)
    counts, causes, seen = np.zeros((n, len(rows.OUTCOMES))), np.zeros((n, len(hazards.CAUSES))), sha256()
    for i in range(n):
        scenario = case_scenario.row_scenario(rows.taken(cases, np.array([i])))
        seen.update(scenario_hash(scenario).encode())
        count = partial(_counted, progress, i * replications, n * replications) if progress else None
        results = simulate(scenario, replications, rng, jobs=jobs, progress=count)
        if results.manifest.get("interrupted"):
            raise KeyboardInterrupt
        moves = moves_played(results)
        counts[i] = np.bincount(moves.outcome, minlength=len(rows.OUTCOMES))
        causes[i] = np.bincount(moves.cause[moves.outcome >= rows.BACK], minlength=len(hazards.CAUSES))
    with np.errstate(invalid="ignore"):
        causes /= causes.sum(1, keepdims=True)
    return Forecast(_published(counts), *limits(counts), causes), seen.hexdigest()


def _counted(progress: Progress, before: int, total: int, done: int, _of_row: int) -> None:
    """Runs of all rows that are done."""
    progress(before + done, total)


class MovesPlayed(NamedTuple):
    """What came of the patron of a case in each run: place in `rows.OUTCOMES`, and in `hazards.CAUSES`."""

    outcome: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    cause: "np.ndarray[tuple[int], np.dtype[np.int64]]"


def moves_played(results: Results) -> MovesPlayed:
    """The first move of the patron within the window in each run; a step down to nothing within it is abandonment."""
    up, back, gone = (
        outcome_named(f"{case_scenario.PATRON}.{event}", results.scenario).first_at(results)
        for event in ("step_up", "step_back", "abandonment")
    )
    outcome = np.full(len(up), rows.HELD)
    outcome[~np.isnan(up)] = rows.UP
    is_down = ~np.isnan(back) & ~(up < back)  # a comparison with NaN, never, is not so
    outcome[is_down] = np.where(np.isnan(gone[is_down]), rows.BACK, rows.ABANDONED)
    reasons = results.patrons.loc[results.patrons["patron"] == case_scenario.PATRON, "reason"].astype(str)
    cause = {reason.word: hazards.CAUSES.index(CAUSE_OF.get(reason, "other")) for reason in Reason}
    return MovesPlayed(
        outcome, np.array([cause.get(reason, hazards.CAUSES.index("other")) for reason in reasons], np.int64)
    )


def _published(counts: rows.Floats) -> rows.Floats:
    """Chances of the outcomes, one run counted besides for each, so that none is said to be impossible.

    Examples
    --------
    >>> _published(np.array([[0.0, 496.0, 0.0, 0.0]])).round(3).tolist()
    [[0.002, 0.994, 0.002, 0.002]]
    """
    return np.asarray((counts + 1.0) / (counts + 1.0).sum(1, keepdims=True))


def limits(counts: rows.Floats) -> tuple[rows.Floats, rows.Floats]:
    """Ends of the 80 % interval of the chance of a retreat, over the luck of the runs, each of shape (rows,)."""
    from scipy.special import betaincinv

    down, other = counts[:, rows.BACK :].sum(1) + 2.0, counts[:, : rows.BACK].sum(1) + 2.0
    low, high = (np.asarray(betaincinv(down, other, end / 100.0)) for end in (LOW, HIGH))
    return low, high


def _notes_on(cases: rows.Cases, replications: int, rng: int) -> Iterator[str]:
    """What a reader must know of these forecasts."""
    if blanks := rows.blanks_named(cases):
        yield f"Blank, and so the median of the cases: {blanks}."
    yield (
        f"{replications} runs of each row, seed {rng}; one run is counted besides for each outcome. A median patron "
        "with the row's covariates, a scripted path. No number was chosen by these scores; some of the base (medians, "
        "what a stake weighs) were read off the cases."
    )
    yield (
        "Its step back is a level lost net over the channels in use, which lasts; that of the codebook, by which it is "
        "scored, is wider: a lower top rung, or a third less. Intervals are 80 %, over the luck of the runs alone."
    )
