"""What do the runs say? One row an outcome, with its error, the control and the matched difference."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios.results import Results
from scenarios.vocabulary import Fate, Reason

if TYPE_CHECKING:
    from pandas import DataFrame

EVENTS = ("step_back", "step_back_further", "abandonment", "step_up", "denied")
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
    found: dict[str, Floats] = {}
    ended = results.runs["client_outcome_at"].to_numpy() < before
    for patron in results.scenario.patrons:
        rows = results.patrons[results.patrons["patron"] == patron]
        is_at_risk = rows["at_risk"].to_numpy()
        for event in EVENTS:
            happened = (rows[f"{event}_at"].to_numpy() < before).astype(np.float64)
            # a patron that gives nothing has nothing to step back from, but it can step up
            found[f"{patron}.{event}"] = happened if event == "step_up" else np.where(is_at_risk, happened, np.nan)
        back = rows["step_back_at"].to_numpy() < before
        found[f"{patron}.client_gone_first"] = np.where(is_at_risk, (ended & ~back).astype(np.float64), np.nan)
        found[f"{patron}.neither"] = np.where(is_at_risk, (~ended & ~back).astype(np.float64), np.nan)
        found[f"{patron}.unconfirmed"] = np.where(is_at_risk, rows["unconfirmed"].to_numpy().astype(np.float64), np.nan)
    found[f"client.{Fate.HOLDS.word}"] = (~ended).astype(np.float64)
    for fate in Fate.words()[1:]:
        is_it = results.runs["client_outcome"].to_numpy() == fate
        found[f"client.{fate}"] = (ended & is_it).astype(np.float64)
    return found


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
    """Median with its error from order statistics, and the 10 and 90 % quantiles."""
    n = len(times)
    if n == 0:
        return {"value": np.nan, "se": np.nan, "q10": np.nan, "q50": np.nan, "q90": np.nan, "n": 0}
    half = 0.5 / np.sqrt(n)
    q10, low, q50, high, q90 = np.quantile(times, [0.1, max(0.0, 0.5 - half), 0.5, min(1.0, 0.5 + half), 0.9])
    return {"value": q50, "se": (high - low) / 2.0, "q10": q10, "q50": q50, "q90": q90, "n": n}


def beside(row: dict[str, Any], control: dict[str, Any]) -> dict[str, Any]:
    """A row with the control's value of an unmatched quantity and the difference."""
    return row | {
        "control": control["value"],
        "control_se": control["se"],
        "difference": row["value"] - control["value"],
        "difference_se": float(np.hypot(row["se"], control["se"])),
    }


def time_row(results: Results, patron: str, event: str) -> dict[str, Any]:
    """Time of an event among the runs in which it happened [steps]."""
    rows = results.patrons[results.patrons["patron"] == patron]
    keep = rows["at_risk"] | (event == "step_up")
    return {"outcome": f"{patron}.{event}.at"} | median_and_error(rows.loc[keep, f"{event}_at"].dropna().to_numpy())


def share_rows(results: Results, patron: str) -> dict[str, dict[str, Any]]:
    """Which channel went first, at which rung and why: shares of the patron's step-backs, by outcome."""
    rows = results.patrons[results.patrons["patron"] == patron]
    rows = rows[rows["step_back_at"].notna() & rows["at_risk"]]
    n = len(rows)
    counts = {f"{patron}.step_back.{name}": (rows["first_channel"] == name).sum() for name in results.scenario.channels}
    counts |= {f"{patron}.step_back.rung.{r}": (rows["rung_at_step_back"] == r).sum() for r in range(11)}
    counts |= {f"{patron}.reason.{word}": (rows["reason"] == word).sum() for word in Reason.words()}
    made = {}
    for outcome, count in counts.items():
        p = count / n if n else np.nan
        made[outcome] = {"outcome": outcome, "value": p, "se": np.sqrt(p * (1 - p) / n) if n else np.nan, "n": n}
    return made


def chance_rows(results: Results, control: Results | None) -> list[dict[str, Any]]:
    """Probabilities by the horizon, with the matched difference from the control."""
    mine = indicators(results)
    theirs = indicators(control) if control is not None else {}
    points = results.runs["scenario_id"].to_numpy()
    rows = []
    for outcome, values in mine.items():
        value, se, n = mean_and_error(values, points)
        row: dict[str, Any] = {"outcome": outcome, "value": value, "se": se, "n": n}
        if outcome in theirs:
            other, other_se, _ = mean_and_error(theirs[outcome], points)
            gap, gap_se, _ = mean_and_error(values - theirs[outcome], points)
            row |= {"control": other, "control_se": other_se, "difference": gap, "difference_se": gap_se}
        rows.append(row)
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
    import pandas as pd

    rows = chance_rows(results, control)
    for patron in results.scenario.patrons:
        for event in EVENTS:
            row = time_row(results, patron, event)
            rows.append(beside(row, time_row(control, patron, event)) if control is not None else row)
        shares = share_rows(results, patron)
        others = share_rows(control, patron) if control is not None else {}
        rows += [beside(row, others[name]) if others else row for name, row in shares.items()]
    return pd.DataFrame(rows, columns=list(COLUMNS))
