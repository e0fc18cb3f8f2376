"""How likely is it? The chance of each question, with its interval, what nobody knows, and what may be published."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.errors import RequestRefused, known_names
from scenarios.intervals import of_chances
from scenarios.moments import Floats, Integers, Moments, draws_of, means, no_moments, with_more
from scenarios.outcomes.events import EVENT_WORDS, Event
from scenarios.outcomes.outcome import CHANCE, Outcome, checked
from scenarios.outcomes.reading import readings
from scenarios.outcomes.truth import Atom, Meaning, Not
from scenarios.results import Results
from scenarios.scenario.arrays import uncertain_paths
from scenarios.scenario.check_numbers import RATES, WEIGHT
from scenarios.scenario.scenario import Parameter, Scenario

# -- what nobody knows: the middle 80 % of a chance between draws of the uncertain numbers -----------------------------


FEWEST_GROUPS = 10
THIRDS = 3
TELLING = 3  # numbers by which runs that are draws of their own are grouped
FEWEST_RUNS = 20 * THIRDS**TELLING  # twenty in each group, of which half choose the numbers
MOST_RUNS = 20_000  # of which the numbers are held in memory
MIDDLE = (0.1, 0.9)
NOT_KNOWN = (np.nan, np.nan)


def spread_of_points(cases: Floats, runs: Floats) -> tuple[float, float]:
    """The middle 80 % of a chance over points, less what luck alone spreads.

    Notes
    -----
    The share of the variance that lies between points is that of the analysis of variance, and the chance is taken to
    be spread over points as a beta distribution with that share and the mean of all runs.

    References
    ----------
    M. S. Ridout, C. G. B. Demetrio and D. Firth, Estimating intraclass correlation for binary data, Biometrics 55
    (1999) 137-148.

    Examples
    --------
    >>> [round(end, 2) for end in spread_of_points(np.tile([10.0, 30.0], 50), np.full(100, 100.0))]
    [0.09, 0.33]
    """
    from scipy.special import betaincinv

    keep = runs > 0
    cases, runs = cases[keep], runs[keep]
    if len(runs) < FEWEST_GROUPS or runs.sum() <= len(runs):
        return NOT_KNOWN
    mean, share = float(cases.sum() / runs.sum()), _share_between(cases, runs)
    if share <= 0.0:
        return mean, mean
    size = (1.0 - share) / share
    low, high = betaincinv(mean * size, (1.0 - mean) * size, MIDDLE)
    return float(low), float(high)


def _share_between(cases: Floats, runs: Floats) -> float:
    """Share of the variance of what happens or not that lies between points; below 0 where luck leaves none."""
    points, n = len(runs), runs.sum()
    means, mean = cases / runs, cases.sum() / n
    between = float((runs * (means - mean) ** 2).sum()) / (points - 1)
    within = float((cases * (1.0 - means)).sum()) / (n - points)
    typical = float(n - (runs**2).sum() / n) / (points - 1)
    whole = between + (typical - 1.0) * within
    return min((between - within) / whole, 0.999) if whole > 0.0 else 0.0


def numbers_in_thirds(results: Results) -> NDArray[np.int8] | None:
    """In which third lies each number of each of the first runs? None where there are none, or too few runs."""
    part = next(iter(results.parts()))
    paths = [path for path in uncertain_paths(results.scenario) if path in part.runs]
    runs = part.runs[paths].to_numpy(dtype=np.float64)[:MOST_RUNS]
    if not paths or len(runs) < FEWEST_RUNS:
        return None
    limits = np.quantile(runs, [each / THIRDS for each in range(1, THIRDS)], axis=0)
    third: NDArray[np.int8] = (runs[None] > limits[:, None]).sum(axis=0).astype(np.int8)
    return third


def spread_of_runs(third: NDArray[np.int8] | None, answers: Floats) -> tuple[float, float]:
    """The middle 80 % of a chance over the thirds of the three numbers on which it hangs most: at least so wide.

    Notes
    -----
    Where each run is a draw of its own, luck and what is unknown cannot be told apart run by run. One half of the runs
    chooses the numbers, the other half says how far the chance moves with them, so that none looks telling by luck. All
    other numbers, and the place within a third, count as luck: the true spread is wider. ``--points`` tells it.
    """
    if third is None:
        return NOT_KNOWN
    answers = answers[: len(third)]
    is_there = ~np.isnan(answers)
    if is_there.sum() < FEWEST_RUNS:
        return NOT_KNOWN
    choosing = is_there & (np.arange(len(answers)) % 2 == 0)
    told = _telling(third[choosing], answers[choosing])
    saying = is_there & ~choosing
    group = (third[saying][:, told] * THIRDS ** np.arange(len(told))).sum(axis=1)
    runs = np.bincount(group, minlength=THIRDS**TELLING).astype(np.float64)
    cases = np.bincount(group, answers[saying], THIRDS**TELLING).astype(np.float64)
    return spread_of_points(cases, runs)


def _telling(third: NDArray[np.int8], answers: Floats) -> Integers:
    """The numbers between whose thirds the answers differ most."""
    apart = answers - answers.mean()
    score = np.zeros(third.shape[1])
    for each in range(THIRDS):
        is_in = (third == each).astype(np.float32)
        score += (apart.astype(np.float32) @ is_in) ** 2 / np.maximum(is_in.sum(axis=0), 1.0)
    best: Integers = np.argsort(-score, kind="stable")[:TELLING]
    return best


# -- what is published: the chance, drawn a little towards a base rate -------------------------------------------------


MODELS_SHARE = 0.95  # judgement, where the scenario file says nothing
UNKNOWN = 0.5  # base rate of what has none


def published(chance: Floats, base_rate: Floats, scenario: Scenario) -> Floats:
    """Chances as they are published: so much of the model's, the rest of the base rate."""
    given = scenario.publication.get(WEIGHT)
    weight = MODELS_SHARE if given is None else given.value
    return weight * chance + (1.0 - weight) * base_rate


def base_rate_of(outcome: Outcome) -> float:
    """How often such an event comes in such a time, by the base rates of the scenario file; a half where none is known.

    Notes
    -----
    Known are the events of which the file gives the chance in a year, whoever's they are; states, and what is joined
    from several, have none.
    """
    rates = outcome.scenario.publication
    for path in rates:
        event = path.removeprefix(f"{RATES}.")
        if path != WEIGHT and event not in EVENT_WORDS:
            raise RequestRefused(f"publication.{path}: unknown event '{event}'. {known_names(event, EVENT_WORDS)}")
    return UNKNOWN if not rates else _base_rate(outcome.meaning, outcome.scenario, rates)  # type: ignore[arg-type]


def _base_rate(meaning: Meaning, scenario: Scenario, rates: Mapping[str, Parameter]) -> float:
    """The base rate of an event within its window, or of its absence."""
    if isinstance(meaning, Not):
        return 1.0 - _base_rate(meaning.part, scenario, rates)
    if not isinstance(meaning, Atom) or not isinstance(meaning.what, Event) or meaning.what.is_lasting:
        return UNKNOWN
    rate = rates.get(f"{RATES}.{meaning.what.name.split('.')[1]}")
    if rate is None:
        return UNKNOWN
    # nothing happens in the step of the opening
    steps = meaning.window.last - max(meaning.window.first, 1) + 1
    return 1.0 - float((1.0 - rate.value) ** (steps * scenario.step_years))


# -- chances -----------------------------------------------------------------------------------------------------------


COLUMNS = (
    "question", "words", "chance", "low", "high", "n", "draws", "spread_low", "spread_high", "base_rate", "published",
)  # fmt: skip
FEWEST_LEFT = 30


class QuestionCounts(NamedTuple):
    """What some runs say to some questions."""

    moments: Moments  # of the answers
    cases: Floats  # runs of each draw of the numbers in which it is so, shape (points, questions)
    runs: Floats  # of how many; no points where each run is its own draw
    first: Floats  # answers of the first runs; NaN where nobody can say, or the condition does not hold
    left: int  # runs in which the condition holds
    played: int


def chances(
    results: Results, questions: str | Iterable[str], given: str | None = None, with_spread: bool = True
) -> pd.DataFrame:
    """The chance of each question over the runs, or over those in which a condition holds.

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> found = chances(simulate(load("toy"), 50, engine="agents"), ["client.holds", "not client.holds"])
    >>> float(found["chance"].sum())
    1.0
    """
    scenario = results.scenario
    asked = checked(questions, scenario, kinds=[CHANCE])
    condition = checked(given, scenario, kinds=[CHANCE])[0] if given else None
    counts = _counts_of(results, asked, condition)
    if condition is not None and counts.left < FEWEST_LEFT:
        raise RequestRefused(
            f"given {condition.text}: is so in {counts.left:,} of {counts.played:,} runs, fewer than the "
            f"{FEWEST_LEFT} that say anything. Ask for more runs (--replications), or for a milder condition."
        )
    spreads = np.array(_spreads_of(results, counts) if with_spread else [NOT_KNOWN] * len(asked))
    chance, se, n = means(counts.moments)
    draws, base_rate = draws_of(counts.moments), np.array([base_rate_of(outcome) for outcome in asked])
    said = [[outcome.text for outcome in asked], [outcome.words for outcome in asked], chance]
    said += [*of_chances(chance, se, n, draws), n, draws, *spreads.T, base_rate]
    table = pd.DataFrame(dict(zip(COLUMNS, [*said, published(chance, base_rate, scenario)], strict=True)))
    table.attrs |= {"left": counts.left, "played": counts.played}
    return table


def _counts_of(results: Results, asked: list[Outcome], condition: Outcome | None) -> QuestionCounts:
    """What the runs say, part after part."""
    moments, firsts, left, played, kept = no_moments(len(asked)), [], 0, 0, 0
    by_point: list[pd.DataFrame] = []
    for reading in readings(results):
        answers = np.stack([outcome.values(reading) for outcome in asked], axis=1)
        holds = np.ones(len(answers), dtype=bool) if condition is None else condition.values(reading) == 1.0
        answers[~holds] = np.nan
        is_there, point = ~np.isnan(answers), reading.results.runs["scenario_id"].to_numpy(dtype=np.int64)
        values = np.where(is_there, answers, 0.0).astype(np.int64)
        moments = with_more(moments, values, is_there, point)
        if by_point or point[-1] - point[0] + 1 < len(point):
            by_point.append(pd.DataFrame(np.hstack([values, is_there])).groupby(point).sum())
        firsts.append(answers[: MOST_RUNS - kept])
        kept += len(firsts[-1])
        played += len(point)
        left += int(holds.sum())
    # a point that goes on in the next part is one
    points = pd.concat(by_point).groupby(level=0).sum().to_numpy(np.float64) if by_point else np.empty((0, 0))
    cases, runs = np.hsplit(points, 2)
    return QuestionCounts(moments, cases, runs, np.concatenate(firsts), left, played)


def _spreads_of(results: Results, counts: QuestionCounts) -> list[tuple[float, float]]:
    """How far each chance hangs on what nobody knows: between points, or between groups of runs."""
    if len(counts.cases):
        return [spread_of_points(cases, runs) for cases, runs in zip(counts.cases.T, counts.runs.T, strict=True)]
    numbers = numbers_in_thirds(results)
    return [spread_of_runs(numbers, answers) for answers in counts.first.T]
