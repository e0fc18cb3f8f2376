"""What do the runs say? One row an outcome, with its error, the control and the matched difference."""

from collections.abc import Callable
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios.moments import Integers, mean_of, means
from scenarios.results import Results
from scenarios.scenario.arrays import N_RUNGS
from scenarios.scenario.scenario import Scenario
from scenarios.tally import (
    EVENTS,
    Tallies,
    Tally,
    chance_names,
    chances_of,
    facts_of,
    no_tallies,
    seen_before,
    with_block,
)
from scenarios.vocabulary import Reason

if TYPE_CHECKING:
    from pandas import DataFrame

COLUMNS = (
    "outcome",
    "value",
    "se",
    "q10",
    "q50",
    "q90",
    "n",
    "control",
    "control_se",
    "difference",
    "difference_se",
)
Floats = NDArray[np.float64]


def indicators(results: Results, before: float = np.inf) -> dict[str, Floats]:
    """Outcomes of each run as 0 or 1, NaN where a patron was not at risk.

    Parameters
    ----------
    before : float
        Only what happened before this step counts; all until the horizon if not given.

    Returns
    -------
    dict of str to ndarray of float64, shape (runs,)
    """
    values, counts = chances_of(seen_before(facts_of(results), before))
    found = np.where(counts, values.astype(np.float64), np.nan)
    return {name: found[:, k] for k, name in enumerate(chance_names(results.scenario))}


def mean_and_error(values: Floats, points: NDArray[np.int64]) -> tuple[float, float, int]:
    """Mean, its Monte Carlo error and the number of values; runs of one point count as one draw.

    Parameters
    ----------
    values : ndarray of float64, shape (runs,)
        NaN is left out.
    points : ndarray of int64, shape (runs,)
        Draw of the uncertain numbers that each run belongs to.
    """
    keep = ~np.isnan(values)
    n = int(keep.sum())
    if n == 0:
        return np.nan, np.nan, 0
    values, points = values[keep], points[keep]
    mean = float(values.mean())
    n_points = int(points[-1]) + 1
    if n_points < n:
        counts = np.bincount(points, minlength=n_points)
        sums = np.bincount(points, weights=values - mean, minlength=n_points)
        used = counts > 0
        groups = int(used.sum())
        if groups == 1:  # one draw says nothing of how far draws lie apart
            return mean, np.nan, n
        spread = float(np.sqrt((sums[used] ** 2).sum() / (groups - 1) * groups)) / n
        return mean, spread, n
    return mean, float(values.std(ddof=1) / np.sqrt(n)) if n > 1 else np.nan, n


def median_and_error(times: Floats) -> dict[str, Any]:
    """Median of whole steps with its error from order statistics, and the 10 and 90 % quantiles."""
    return median_of_counts(np.bincount(times.astype(np.int64)))


def median_of_counts(counts: NDArray[np.int64]) -> dict[str, Any]:
    """The same of times that are counted.

    Parameters
    ----------
    counts : ndarray of int64, shape (steps + 1,)
        How many times fall on each step.

    Examples
    --------
    >>> float(median_of_counts(np.array([1, 0, 1]))["q50"])
    1.0
    """
    n = int(counts.sum())
    if n == 0:
        return {"value": np.nan, "se": np.nan, "q10": np.nan, "q50": np.nan, "q90": np.nan, "n": 0}
    half = 0.5 / np.sqrt(n)
    q10, low, q50, high, q90 = quantiles(counts, [0.1, max(0.0, 0.5 - half), 0.5, min(1.0, 0.5 + half), 0.9])
    return {"value": q50, "se": (high - low) / 2.0, "q10": q10, "q50": q50, "q90": q90, "n": n}


def quantiles(counts: NDArray[np.int64], shares: list[float]) -> Floats:
    """Quantiles of steps from their counts, interpolated as `numpy.quantile` does, to the bit.

    Examples
    --------
    >>> [float(step) for step in quantiles(np.array([0, 2, 0, 1, 0]), [0.5, 0.75])]
    [1.0, 2.0]
    """
    reached = np.cumsum(counts)
    place = np.array(shares) * (reached[-1] - 1)
    below = np.floor(place)
    part = place - below
    low = np.searchsorted(reached, below, side="right").astype(np.float64)
    high = np.searchsorted(reached, np.minimum(below + 1, reached[-1] - 1), side="right").astype(np.float64)
    between: Floats = np.where(part < 0.5, low + (high - low) * part, high - (high - low) * (1.0 - part))
    return between


def beside(row: dict[str, Any], control: dict[str, Any]) -> dict[str, Any]:
    """A row with the control's value of an unmatched quantity and the difference."""
    return row | {
        "control": control["value"],
        "control_se": control["se"],
        "difference": row["value"] - control["value"],
        "difference_se": float(np.hypot(row["se"], control["se"])),
    }


def time_row(scenario: Scenario, tally: Tally, p: int, e: int) -> dict[str, Any]:
    """Time of an event among the runs in which it happened [steps]."""
    return {"outcome": f"{scenario.patrons[p]}.{EVENTS[e]}.at"} | median_of_counts(tally.times[p, e])


def share_rows(scenario: Scenario, tally: Tally, p: int) -> dict[str, dict[str, Any]]:
    """Which channel went first, at which rung and why: shares of the patron's step-backs, by outcome."""
    patron, n = scenario.patrons[p], int(tally.backs[p])
    names = [f"{patron}.step_back.{name}" for name in scenario.channels]
    names += [f"{patron}.step_back.rung.{rung}" for rung in range(N_RUNGS)]
    names += [f"{patron}.reason.{word}" for word in Reason.words()]
    counts = np.concatenate([tally.channels[p], tally.rungs[p], tally.reasons[p]])
    made = {}
    for outcome, count in zip(names, counts, strict=True):
        share = int(count) / n if n else np.nan
        error = float(np.sqrt(share * (1 - share) / n)) if n else np.nan
        made[outcome] = {"outcome": outcome, "value": share, "se": error, "n": n}
    return made


def chance_rows(scenario: Scenario, found: Tallies) -> list[dict[str, Any]]:
    """Probabilities by the horizon, with the matched difference from the control."""
    names = ("value", "se", "n", "control", "control_se", "difference", "difference_se")
    columns = [means(found.scenario.chances)]
    if found.control is not None and found.gap is not None:
        columns += [[row[:2] for row in means(moments)] for moments in (found.control.chances, found.gap)]  # type: ignore[misc]
    rows = []
    for outcome, *cells in zip(chance_names(scenario), *columns, strict=True):
        flat = [value for cell in cells for value in cell]
        rows.append({"outcome": outcome, **dict(zip(names, flat, strict=False))})
    return rows


def summarise(results: Results, control: Results | None = None) -> "DataFrame":
    """Summary of a simulation, beside its control if there is one.

    Parameters
    ----------
    results : Results
    control : Results or None
        The same matched runs with the pressure frozen (`scenarios.control`).

    Returns
    -------
    DataFrame
        Columns outcome, value, se, q10, q50, q90, n, control, control_se, difference, difference_se. Probabilities
        are by the horizon; times are medians [steps]; differences of probabilities are matched run by run.

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> from scenarios.summary import summarise
    >>> summary = summarise(simulate(load("toy"), replications=20, engine="agents"))
    >>> float(summary.loc[summary["outcome"].str.startswith("client."), "value"].sum())
    1.0
    """
    found = no_tallies(results.scenario, control is not None)
    controls = control.parts() if control is not None else repeat(None)
    for block, beside_it in zip(results.parts(), controls, strict=False):
        found = with_block(found, block, beside_it)
    return summary_of(results.scenario, found)


def summary_of(scenario: Scenario, found: Tallies) -> "DataFrame":
    """The summary that some counts amount to; columns as in `summarise`."""
    import pandas as pd

    rows = chance_rows(scenario, found)
    control = found.control
    for p in range(len(scenario.patrons)):
        for e in range(len(EVENTS)):
            row = time_row(scenario, found.scenario, p, e)
            rows.append(beside(row, time_row(scenario, control, p, e)) if control is not None else row)
        shares = share_rows(scenario, found.scenario, p)
        others = share_rows(scenario, control, p) if control is not None else {}
        rows += [beside(row, others[name]) if others else row for name, row in shares.items()]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def outcome_names(scenario: Scenario) -> list[str]:
    """The headline outcomes of a point of a sweep: every probability, then the time of every event."""
    times = [f"{patron}.{event}.at" for patron in scenario.patrons for event in EVENTS]
    return chance_names(scenario) + times


def outcomes_of_counts(n: Integers, total: Integers, times: Integers) -> Floats:
    """Value, error and number of runs of each of `outcome_names`, as in the summary; shape (points, outcomes, 3).

    Parameters
    ----------
    n, total : ndarray of int64, shape (points, chances)
        How many runs count, each a draw of its own, and in how many of them it happened.
    times : ndarray of int64, shape (points, patrons, events, steps + 1)
        Count of runs by the step of an event.
    """
    points = len(n)
    chances = each_once(mean_of_draws, np.stack([n, total], axis=-1).reshape(-1, 2))
    medians = each_once(median_of_times, times.reshape(-1, times.shape[-1]))
    return np.concatenate([chances.reshape(points, -1, 3), medians.reshape(points, -1, 3)], axis=1)


def each_once(work: Callable[[Integers], tuple[float, float, int]], rows: Integers) -> Floats:
    """What some work makes of each row, done once for rows that are alike; shape (rows, 3)."""
    known: dict[bytes, tuple[float, float, int]] = {}
    keys = [row.tobytes() for row in rows]
    for key, row in zip(keys, rows, strict=True):
        if key not in known:
            known[key] = work(row)
    return np.array([known[key] for key in keys])


def mean_of_draws(counts: Integers) -> tuple[float, float, int]:
    """Mean, error and number of what happened or not in each of n draws; a truth is its own square.

    Examples
    --------
    >>> mean_of_draws(np.array([4, 1]))
    (0.25, 0.25, 4)
    """
    n, total = map(int, counts)
    return mean_of(n, total, groups=n, squares=total, crosses=total, sizes=n)


def median_of_times(counts: Integers) -> tuple[float, float, int]:
    """Median, error and number of times that are counted."""
    found = median_of_counts(counts)
    return found["value"], found["se"], found["n"]
