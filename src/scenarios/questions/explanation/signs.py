"""Which news by a date should change my mind, and by how much? Likelihood ratios of everything that can be seen.

A sign is something that can be observed by the date: an event of an actor, on a channel, or a rung reached. It is
weighed by how much oftener it is seen in the runs in which the event comes later than in those in which it does not.
"""

from datetime import date

import numpy as np
import pandas as pd

from scenarios.errors import RequestRefused
from scenarios.intervals import Z95, of_chances
from scenarios.moments import Floats, Truths
from scenarios.outcomes.grammar import begin_of, step_at
from scenarios.outcomes.outcome import outcome_named
from scenarios.outcomes.reading import readings
from scenarios.results import Results
from scenarios.scenario.scenario import Scenario
from scenarios.significance import holm
from scenarios.spells import spells

LEAST = 30  # runs on either side, or a ratio says nothing
RAREST = 10  # runs with a sign, or without it
HALF = 0.5  # added to every count, so that a ratio of nothing is no infinity (Haldane 1956)
COLUMNS = (
    "sign", "share", "chance_with", "with_low", "with_high", "chance_without", "without_low", "without_high",
    "ratio", "ratio_low", "ratio_high", "absent_ratio", "absent_low", "absent_high", "bits", "p", "n",
)  # fmt: skip


def early_signs(results: Results, of: str, by: date | str) -> pd.DataFrame:
    """Which observable by a date tells best the runs in which something comes later from those in which it does not.

    Parameters
    ----------
    results : Results
    of : str
        A question, such as ``russia.step_back``.
    by : date or str
        Only what can be seen by this date counts. Runs in which it has come by then, or the client is gone, are left
        out: there is nothing to foretell.

    Returns
    -------
    DataFrame
        As `signs_weighed` returns it.

    Raises
    ------
    QuestionRefused, RequestRefused
        If the question is not understood, has no date at which it comes, or too few runs are left; if the date is none.

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> runs = simulate(load("toy"), 400, rng=2, engine="agents")
    >>> early_signs(runs, "client.removed", "2030-02-01").columns[0]
    'sign'
    """
    step = step_of_date(results.scenario, by)
    outcome = outcome_named(of, results.scenario)
    truth, at = outcome.read(results), outcome.first_at(results)
    gone = results.runs["client_outcome_at"].to_numpy(dtype=np.float64) <= step
    return signs_weighed(np.where((at <= step) | gone, np.nan, truth), signs_in(results, step))


def step_of_date(scenario: Scenario, by: date | str) -> int:
    """The step that a date falls in, which must be before the last."""
    try:
        day = date.fromisoformat(by) if isinstance(by, str) else by
    except ValueError as fault:
        raise RequestRefused(f"--by {by}: must be a date like 2026-03-01.") from fault
    first, last = begin_of(scenario, 1), begin_of(scenario, scenario.steps - 1)
    if not first <= day <= last:
        raise RequestRefused(f"--by {day}: must lie in {first} to {last}, so that something is left to come.")
    return step_at(scenario, day)


def signs_in(results: Results, step: int) -> dict[str, Truths]:
    """Everything that was seen in some run by a step, of any number of runs: sign -> in which of them."""
    found = [(reading.n, signs_by(reading.whole, step)) for reading in readings(results)]
    names = sorted({name for _, seen in found for name in seen})
    return {name: np.concatenate([seen.get(name, np.zeros(n, dtype=bool)) for n, seen in found]) for name in names}


def signs_by(results: Results, step: int) -> dict[str, Truths]:
    """The same of runs held in memory: events as ``ACTOR.KIND[.CHANNEL]``, and rungs reached."""
    events = results.events[results.events["step"].to_numpy() <= step]
    first, n = int(results.runs["run"].iloc[0]), len(results.runs)
    found: dict[str, Truths] = {}
    for keys, rows in events.groupby(["actor", "kind", "channel"], observed=True, dropna=False)["run"]:
        parts = [str(key) for key in keys if isinstance(key, str)]
        for name in {".".join(parts), ".".join(parts[:2])}:
            found.setdefault(name, np.zeros(n, dtype=bool))[rows.to_numpy() - first] = True
    return found | rungs_by(results, step)


def rungs_by(results: Results, step: int) -> dict[str, Truths]:
    """In which runs each rung was reached by a step, and in which it is in force then."""
    found, first = spells(results, "rung"), int(results.runs["run"].iloc[0])
    top, now = np.full(len(results.runs), -1.0), np.full(len(results.runs), -1.0)
    is_in = found.start <= step
    np.maximum.at(top, found.run[is_in] - first, found.value[is_in])
    is_on = is_in & (found.until > step)
    now[found.run[is_on] - first] = found.value[is_on]
    rungs = {f"rung >= {rung}": top >= rung for rung in range(1, 11)}
    rungs |= {f"rung >= {rung} on the day": now >= rung for rung in range(1, 11)}
    return rungs


def signs_weighed(comes: Floats, signs: dict[str, Truths]) -> pd.DataFrame:
    """What each sign tells of an event: one row a sign, the most telling first.

    Notes
    -----
    The odds of the event are multiplied by ``ratio`` when a sign is seen, and by ``absent_ratio`` when it is not. Signs
    are not independent of each other: ratios of several must not be multiplied.
    """
    known = ~np.isnan(comes)
    truth = comes[known] > HALF
    n, n_come = len(truth), int(truth.sum())
    if min(n_come, n - n_come) < LEAST:
        raise RequestRefused(
            f"Among the {n:,} runs in which it is still open by then, it comes in {n_come:,} and does not in "
            f"{n - n_come:,}; {LEAST} of each are needed. Ask for more runs (--replications), or another date."
        )
    # of signs that are seen in the very same runs, the one with the shortest name stands for all
    names = sorted(signs, key=lambda name: (-len(name), name))
    once = {seen.tobytes(): (name, seen) for name, seen in ((name, signs[name][known]) for name in names)}
    kept = [(name, seen) for name, seen in once.values() if RAREST <= seen.sum() <= n - RAREST]
    rows = [_row_of(name, int((seen & truth).sum()), int((seen & ~truth).sum()), n_come, n) for name, seen in kept]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table["p"] = holm(table["p"].to_numpy(dtype=np.float64))
    return table.sort_values(["bits", "sign"], ascending=[False, True], kind="stable").reset_index(drop=True)


def _row_of(name: str, both: int, only_sign: int, n_come: int, n: int) -> tuple[object, ...]:
    """One sign's row from its counts."""
    from scipy.stats import fisher_exact

    n_not = n - n_come
    seen = both + only_sign
    table = [[both, only_sign], [n_come - both, n_not - only_sign]]
    present = _ratio(both, n_come, only_sign, n_not)
    absent = _ratio(n_come - both, n_come, n_not - only_sign, n_not)
    cases, runs = np.array([both, n_come - both]), np.array([seen, n - seen])
    chances = cases / runs
    errors = np.sqrt(chances * (1.0 - chances) / runs)
    with_it, without = zip(chances, *of_chances(chances, errors, runs, runs), strict=True)
    told = bits(both, only_sign, n_come, n)
    return (name, seen / n, *with_it, *without, *present, *absent, told, fisher_exact(table).pvalue, n)


def _ratio(here: int, of_here: int, there: int, of_there: int) -> tuple[float, float, float]:
    """How much oftener something is seen here than there, with its 95 % interval (Katz et al. 1978)."""
    a, b = here + HALF, there + HALF
    m, k = of_here + 2 * HALF, of_there + 2 * HALF
    value = (a / m) / (b / k)
    width = Z95 * float(np.sqrt(1 / a - 1 / m + 1 / b - 1 / k))
    return value, value * float(np.exp(-width)), value * float(np.exp(width))


def bits(both: int, only_sign: int, n_come: int, n: int) -> float:
    """Mutual information of a sign and the event [bits].

    Examples
    --------
    >>> bits(both=50, only_sign=0, n_come=50, n=100), bits(both=25, only_sign=25, n_come=50, n=100)
    (1.0, 0.0)
    """
    cells = np.array([[both, only_sign], [n_come - both, n - n_come - only_sign]], dtype=np.float64) / n
    expected = cells.sum(axis=1, keepdims=True) * cells.sum(axis=0, keepdims=True)
    there = cells > 0.0
    return float((cells[there] * np.log2(cells[there] / expected[there])).sum())
