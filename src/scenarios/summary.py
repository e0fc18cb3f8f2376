"""What do the runs say? One row an outcome, with its error, the control and the matched difference."""

from collections.abc import Callable
from itertools import repeat
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios import significance, tally
from scenarios.intervals import Estimate, apart, of_chances, of_quantiles, worth, worth_of_few
from scenarios.moments import ALL, Floats, Integers, Moments, draws_of, mean_of, means
from scenarios.results import Results
from scenarios.scenario.arrays import N_RUNGS
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import Reason

COLUMNS = (
    "outcome",
    "value",
    "se",
    "low",
    "high",
    "q10",
    "q10_low",
    "q10_high",
    "q50",
    "q90",
    "q90_low",
    "q90_high",
    "n",
    "control",
    "control_se",
    "control_low",
    "control_high",
    "difference",
    "difference_se",
    "difference_low",
    "difference_high",
    "p_adjusted",
    "verdict",
)

QUANTILES = np.array([0.1, 0.5, 0.9])


def indicators(results: Results, before: float = np.inf) -> dict[str, Floats]:
    """Outcomes of each run as 0 or 1, NaN where a patron was not at risk."""
    return indicators_of(tally.seen_before(tally.facts_of(results), before), results.scenario)


def indicators_of(facts: tally.Facts, scenario: Scenario) -> dict[str, Floats]:
    """The same of runs that were counted and not kept."""
    values, counts = tally.outcomes_of_runs(facts)
    found = np.where(counts, values.astype(np.float64), np.nan)
    return {name: found[:, k] for k, name in enumerate(tally.chance_names(scenario))}


def median_and_error(times: Floats) -> dict[str, Any]:
    """Median of whole steps with its error from order statistics, and the 10 and 90 % quantiles."""
    return median_of_counts(np.bincount(times.astype(np.int64)))


def median_of_counts(counts: NDArray[np.int64], size: float | None = None) -> dict[str, Any]:
    """The same of times that are counted.

    Examples
    --------
    >>> float(median_of_counts(np.array([1, 0, 1]))["q50"])
    1.0
    """
    n = int(counts.sum())
    if n == 0:
        return {"value": np.nan, "se": np.nan, "q10": np.nan, "q50": np.nan, "q90": np.nan, "n": 0}
    half = 0.5 / np.sqrt(n if size is None else size)
    q10, low, q50, high, q90 = quantiles(counts, [0.1, max(0.0, 0.5 - half), 0.5, min(1.0, 0.5 + half), 0.9])
    return {"value": q50, "se": (high - low) / 2.0 or np.nan, "q10": q10, "q50": q50, "q90": q90, "n": n}


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


def _beside(row: dict[str, Any], control: dict[str, Any], chance: float) -> dict[str, Any]:
    """A row with the control's value of an unmatched quantity and the difference."""
    mine, theirs = ((side["low"], side["high"]) for side in (row, control))
    low, high = apart(row["value"], mine, control["value"], theirs)
    difference = row["value"] - control["value"]
    return row | {
        "control": control["value"],
        "control_se": control["se"],
        "control_low": theirs[0],
        "control_high": theirs[1],
        "difference": difference,
        "difference_se": np.nan if np.isnan(difference) else significance.joint_error(row["se"], control["se"]),
        "difference_low": float(low),
        "difference_high": float(high),
        "p_adjusted": chance,
        "verdict": None if row["n"] and control["n"] else significance.NO_CASE,
    }


def time_rows(scenario: Scenario, tallied: tally.Tally, p: int) -> list[dict[str, Any]]:
    """Time of each event among the runs in which it happened [steps]."""
    rows = []
    for k, event in enumerate(tally.EVENTS):
        counts = tallied.counts.times[p, k]
        sizes, sizes_of_few = worth_of_times(tallied, p, k)
        limits = of_quantiles(counts, QUANTILES, sizes_of_few)
        row = median_of_counts(counts, sizes[1])
        for name, low, high in zip(("q10_", "", "q90_"), *(end.tolist() for end in limits), strict=True):
            row |= {f"{name}low": low, f"{name}high": high}
        rows.append({"outcome": f"{scenario.patrons[p]}.{event}.at"} | row)
    return rows


def worth_of_times(tallied: tally.Tally, p: int, k: int) -> tuple[Floats, Floats]:
    """What the times of an event are worth near each quantile: for an error and, less over few draws, for limits."""
    reached = np.cumsum(tallied.counts.times[p, k])
    first, n = (p * len(tally.EVENTS) + k) * len(reached), int(reached[-1])
    at = [first + int(np.argmin(np.abs(reached - share * n))) for share in QUANTILES]
    draws = draws_of(tallied.cases, at)
    if (draws == n).all():
        return np.full(len(at), float(n)), np.full(len(at), float(n))
    value, se, _ = means(tallied.cases, at)
    return worth(value, se, n, draws), worth_of_few(value, se, n, draws)


def share_rows(scenario: Scenario, tallied: tally.Tally) -> list[list[dict[str, Any]]]:
    """Which channel went first, at which rung and why: shares of each patron's step-backs, as rows of each patron."""
    kinds = (
        [f"step_back.{name}" for name in scenario.channels],
        [f"step_back.rung.{rung}" for rung in range(N_RUNGS)],
        [f"reason.{word}" for word in Reason.words()],
    )
    cells = iter(known_chances(tallied.cases, slice(tallied.counts.times.size, None)))
    rows: list[list[dict[str, Any]]] = [[] for _ in scenario.patrons]
    for names in kinds:
        for patron, of_patron in zip(scenario.patrons, rows, strict=True):
            of_patron += [{"outcome": f"{patron}.{name}"} | next(cells) for name in names]
    return rows


def chance_rows(scenario: Scenario, found: tally.Tallies) -> list[dict[str, Any]]:
    """Probabilities by the horizon, with the matched difference from the control."""
    rows = [
        {"outcome": name} | cells
        for name, cells in zip(tally.chance_names(scenario), known_chances(found.scenario.chances), strict=True)
    ]
    if found.control is None or found.gap is None:
        return rows
    for row, control, pairs in zip(rows, known_chances(found.control.chances), pairs_of(found.gap), strict=True):
        low, high = pairs.limits
        row |= {"control": control["value"]} | {f"control_{name}": control[name] for name in ("se", "low", "high")}
        row |= {"difference": pairs.value, "difference_se": pairs.se, "difference_low": low, "difference_high": high}
        row |= {"p_adjusted": pairs.chance, "verdict": None if pairs.n else significance.NOT_AT_RISK}
    return rows


def known_chances(chances: Moments, at: slice = ALL) -> list[dict[str, Any]]:
    """Value, error, limits and number of some chances or of all."""
    value, se, n = means(chances, at)
    cells = zip(value.tolist(), se.tolist(), *of_chances(value, se, n, draws_of(chances, at)), n.tolist(), strict=True)
    return [dict(zip(Estimate._fields, cell, strict=True)) for cell in cells]


def pairs_of(gaps: tally.Gaps) -> list[significance.Pairs]:
    """The matched runs of each outcome, from the sums of their differences."""
    columns = (*means(gaps.moments), draws_of(gaps.moments), gaps.ups, gaps.ups - gaps.moments.total)
    return [significance.Pairs(*cells) for cells in zip(*(column.tolist() for column in columns), strict=True)]


def details_of(scenario: Scenario, tallied: tally.Tally) -> list[list[dict[str, Any]]]:
    """When each event happens, and where and why step-backs begin: rows of each patron."""
    return [time_rows(scenario, tallied, p) + shares for p, shares in enumerate(share_rows(scenario, tallied))]


def detail_rows(scenario: Scenario, found: tally.Tallies) -> list[dict[str, Any]]:
    """These details of all patrons, beside the control's."""
    mine = details_of(scenario, found.scenario)
    if found.control is None or found.gap is None:
        return [row for rows in mine for row in rows]
    is_alone = all(pairs.draws == pairs.n for pairs in pairs_of(found.gap))
    unknown = {} if is_alone else {"p_adjusted": np.nan, "verdict": significance.SHARED}
    return [
        _beside(*cells) | unknown
        for p, sides in enumerate(zip(mine, details_of(scenario, found.control), strict=True))
        for cells in zip(*sides, detail_chances(found.scenario, found.control, p), strict=True)
    ]


def detail_chances(tallied: tally.Tally, control: tally.Tally, p: int) -> list[float]:
    """Chances of so large differences of a patron's `details_of` if there were none."""
    sides = tallied, control
    times, others = (side.counts.times[p] for side in sides)
    kinds, other_kinds = (np.concatenate([counts[p] for counts in side.counts[1:]]) for side in sides)
    n, m = (np.full(len(kinds), side.backs[p]) for side in sides)
    shares = significance.shares_test(kinds, n, other_kinds, m)
    return [*significance.medians_test(times, others).tolist(), *shares.tolist()]


def _judged(table: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """A summary whose chances account for its rows, with a verdict each.

    Notes
    -----
    The rows that a comparison has too are accounted for by themselves, so that it says the same of them. The others
    come after: none of them is called changed unless one of the first is, so that luck alone makes a row of the whole
    summary count in 5 % of cases.
    """
    chances = table["p_adjusted"].to_numpy(dtype=float)
    is_first = table["outcome"].isin(tally.chance_names(scenario)).to_numpy()
    first = significance.holm(chances[is_first])
    adjusted = np.empty(len(chances))
    adjusted[is_first] = first
    adjusted[~is_first] = np.maximum(significance.holm(chances[~is_first]), np.fmin.reduce(first))
    return table.assign(p_adjusted=adjusted, verdict=significance.verdicts(adjusted, table["verdict"]))


def summarise(results: Results, control: Results | None = None) -> pd.DataFrame:
    """Summary of a simulation, beside its control if there is one.

    Parameters
    ----------
    results : Results
    control : Results or None
        The same matched runs with the pressure frozen (`scenarios.control`).

    Returns
    -------
    DataFrame
        Columns outcome, value, se, low, high (95 %), q10, q50, q90 (q10 and q90 with limits), n; control and
        difference, each with se and limits; p_adjusted, verdict. An error is missing where no two draws differ.
        Probabilities are by the horizon; times are medians [steps]; differences of probabilities are matched run by
        run, and their verdicts those of `scenarios.compare`.

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> from scenarios.summary import summarise
    >>> summary = summarise(simulate(load("toy"), replications=20, engine="agents"))
    >>> float(summary.loc[summary["outcome"].str.startswith("client."), "value"].sum())
    1.0
    """
    found = tally.no_tallies(results.scenario, control is not None)
    controls = control.parts() if control is not None else repeat(None)
    for block, beside_it in zip(results.parts(), controls, strict=False):
        found = tally.with_block(found, block, beside_it)
    return summary_of(results.scenario, found)


def summary_of(scenario: Scenario, found: tally.Tallies) -> pd.DataFrame:
    """The summary that some counts amount to; columns as in `summarise`."""
    chances, details = chance_rows(scenario, found), detail_rows(scenario, found)
    table = pd.DataFrame([*chances, *details], columns=list(COLUMNS))
    return table if found.gap is None else _judged(table, scenario)


def outcome_names(scenario: Scenario) -> list[str]:
    """The headline outcomes of a point of a sweep: every probability, then the time of every event."""
    times = [f"{patron}.{event}.at" for patron in scenario.patrons for event in tally.EVENTS]
    return tally.chance_names(scenario) + times


def outcomes_of_counts(n: Integers, total: Integers, times: Integers) -> Floats:
    """What `Estimate` holds of each of `outcome_names`, as in the summary; shape (points, outcomes, 5)."""
    points = len(n)
    value, se, size = each_once(mean_of_draws, np.stack([n, total], axis=-1).reshape(-1, 2)).T
    chances = np.stack([value, se, *of_chances(value, se, size, size), size], axis=-1)
    counts = times.reshape(-1, times.shape[-1])
    value, se, size = each_once(median_of_times, counts).T
    low, high = of_quantiles(counts, np.array([0.5]), size[:, None])
    medians = np.stack([value, se, low[:, 0], high[:, 0], size], axis=-1)
    width = len(Estimate._fields)
    return np.concatenate([chances.reshape(points, -1, width), medians.reshape(points, -1, width)], axis=1)


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
