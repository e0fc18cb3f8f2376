"""How likely is it? The chance of each question, with its interval, what nobody knows, and what may be published."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scenarios.errors import RequestRefused
from scenarios.intervals import of_chances
from scenarios.moments import Floats, Integers, Moments, Truths, means, no_moments, with_more
from scenarios.outcomes.outcome import CHANCE, Outcome, checked
from scenarios.outcomes.publication import base_rate_of, published
from scenarios.outcomes.reading import readings
from scenarios.outcomes.unknown import MOST_RUNS, numbers_in_thirds, spread_of_points, spread_of_runs
from scenarios.results import Results

if TYPE_CHECKING:
    from pandas import DataFrame

COLUMNS = (
    "question",
    "words",
    "chance",
    "low",
    "high",
    "n",
    "draws",
    "spread_low",
    "spread_high",
    "base_rate",
    "published",
)
FEWEST_LEFT = 30


class QuestionCounts(NamedTuple):
    """What some runs say to some questions.

    Attributes
    ----------
    moments : Moments
        Of the answers.
    cases, runs : ndarray of float64, shape (points, questions)
        In how many runs of each draw of the numbers it is so, of how many; no points where each run is its own draw.
    first : ndarray of float64, shape (runs, questions)
        Answers of the first runs; NaN where nobody can say, or the condition does not hold.
    left, played : int
        Runs in which the condition holds, and all.
    """

    moments: Moments
    cases: Floats
    runs: Floats
    first: Floats
    left: int
    played: int


def chances(
    results: Results, questions: str | Iterable[str], given: str | None = None, with_spread: bool = True
) -> "DataFrame":
    """The chance of each question over the runs, or over those in which a condition holds.

    Parameters
    ----------
    results : Results
        Held in memory, or in parts in a folder.
    questions : str or iterable of str
        As docs/how-to/ask.md has them.
    given : str, optional
        A question: only the runs in which it is so are counted.
    with_spread : bool
        Whether to say how far each chance hangs on what nobody knows.

    Returns
    -------
    DataFrame
        Columns as in docs/reference/tables.md, "chances"; `attrs` has the runs ``left`` by the condition, and those
        ``played``.

    Raises
    ------
    QuestionRefused, RequestRefused
        For what is not understood or has no chance, and for a condition that holds in fewer than 30 runs.

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> found = chances(simulate(load("toy"), 50, engine="agents"), ["client.holds", "not client.holds"])
    >>> float(found["chance"].sum())
    1.0
    """
    import pandas as pd

    scenario = results.scenario
    asked = checked(questions, scenario, kinds=[CHANCE])
    condition = checked(given, scenario, kinds=[CHANCE])[0] if given else None
    counts = counts_of(results, asked, condition)
    if condition is not None and counts.left < FEWEST_LEFT:
        raise RequestRefused(
            f"given {condition.text}: is so in {counts.left:,} of {counts.played:,} runs, fewer than the "
            f"{FEWEST_LEFT} that say anything. Ask for more runs (--replications), or for a milder condition."
        )
    spreads = spreads_of(results, counts) if with_spread else [(np.nan, np.nan)] * len(asked)
    rows = [row_of(outcome, counts, k) | _ends(spreads[k]) for k, outcome in enumerate(asked)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table["published"] = published(table["chance"].to_numpy(), table["base_rate"].to_numpy(), scenario)
    table.attrs |= {"left": counts.left, "played": counts.played}
    return table


def counts_of(results: Results, asked: list[Outcome], condition: Outcome | None) -> QuestionCounts:
    """What the runs say, part after part."""
    moments, firsts, left, played, kept = no_moments(len(asked)), [], 0, 0, 0
    points: list[tuple[Integers, Integers, Integers]] = []
    for reading in readings(results):
        answers = np.stack([outcome.values(reading) for outcome in asked], axis=1)
        if condition is not None:
            answers[condition.values(reading) != 1.0] = np.nan
        is_there, point = ~np.isnan(answers), reading.results.runs["scenario_id"].to_numpy(dtype=np.int64)
        values = np.where(is_there, answers, 0.0).astype(np.int64)
        moments = with_more(moments, values, is_there, point)
        if points or point[-1] - point[0] + 1 < len(point):
            points.append(_by_point(values, is_there, point))
        firsts.append(answers[: MOST_RUNS - kept])
        kept += len(firsts[-1])
        played += len(point)
        left += len(point) if condition is None else int((condition.values(reading) == 1.0).sum())
    return QuestionCounts(moments, *_joined(points), np.concatenate(firsts), left, played)


def _by_point(values: Integers, is_there: Truths, point: Integers) -> tuple[Integers, Integers, Integers]:
    """Points, with the cases and the runs of each question in each."""
    edges = np.flatnonzero(np.r_[True, point[1:] != point[:-1]])
    cases, runs = (np.add.reduceat(each, edges, axis=0, dtype=np.int64) for each in (values, is_there))
    return point[edges], cases, runs


def _joined(points: list[tuple[Integers, Integers, Integers]]) -> tuple[Floats, Floats]:
    """Cases and runs by point; a point that goes on in the next part is one."""
    if not points:
        return np.empty((0, 0)), np.empty((0, 0))
    point, cases, runs = (np.concatenate(columns) for columns in zip(*points, strict=True))
    edges = np.flatnonzero(np.r_[True, point[1:] != point[:-1]])
    found = [np.add.reduceat(each, edges, axis=0).astype(np.float64) for each in (cases, runs)]
    return found[0], found[1]


def spreads_of(results: Results, counts: QuestionCounts) -> list[tuple[float, float]]:
    """How far each chance hangs on what nobody knows: between points, or between groups of runs."""
    if len(counts.cases):
        return [spread_of_points(cases, runs) for cases, runs in zip(counts.cases.T, counts.runs.T, strict=True)]
    numbers = numbers_in_thirds(results)
    return [spread_of_runs(numbers, answers) for answers in counts.first.T]


def row_of(outcome: Outcome, counts: QuestionCounts, k: int) -> dict[str, Any]:
    """What the runs say to one question."""
    chance, se, n = means(counts.moments)[k]
    draws = int(counts.moments.groups[k] + (counts.moments.open_n[k] > 0))
    low, high = (float(limit[0]) for limit in of_chances(np.array([chance]), np.array([se]), n, draws))
    said = {"question": outcome.text, "words": outcome.words, "chance": chance, "low": low, "high": high}
    return said | {"n": n, "draws": draws, "base_rate": base_rate_of(outcome)}


def _ends(spread: tuple[float, float]) -> dict[str, float]:
    """A spread as columns."""
    return {"spread_low": spread[0], "spread_high": spread[1]}
