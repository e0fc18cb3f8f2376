"""How often do printed intervals hold the truth? Many small runs, each held against one large run.

Run it: python benchmarks/intervals.py [SCENARIO ...]

For each interval of a summary, over 100 seeds: the share that holds the truth, and what value plus and minus 1.96
errors would have held. The rows of one seed stand or fall together, so that the error of a share is that over seeds.
"""

import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scenarios import control, load
from scenarios.runs.counting import counted_facts
from scenarios.runs.job import Play, job_of
from scenarios.summary import summary_of
from scenarios.tally import Tallies, chance_names, no_tallies, with_differences, with_runs

NAMES = ("toy", "venezuela_2025")
SEEDS = range(1, 101)
TRUTH_RUNS, TRUTH_SEED = 200_000, 1_000_003
SIZES = ((None, 300), (None, 2_000), (3, 300), (8, 100), (30, 20))  # points, runs of each
AT_ONCE = 20_000
RARE, COMMON = 0.001, 0.02
FEWEST = 20  # cases that a time or a share of step-backs has in the mean: below, the sample is not small but empty
HEADER = (
    "| scenario | runs | interval of | rows | value ± 1.96 se | printed | worst row |\n|---|---|---|---|---|---|---|"
)


class Kind(NamedTuple):
    """Columns of a printed number and of its interval; no error where none was printed."""

    value: str
    se: str | None
    low: str
    high: str


VALUE = Kind("value", "se", "low", "high")
DIFFERENCE = Kind("difference", "difference_se", "difference_low", "difference_high")
TENTH, NINETIETH = Kind("q10", None, "q10_low", "q10_high"), Kind("q90", None, "q90_low", "q90_high")


def counted(name: str, points: int | None, replications: int, seed: int) -> Tallies:
    """The runs of a scenario and of its control, counted."""
    sides = load(name), control(load(name))
    jobs = [job_of(side, Play(replications, seed), points) for side in sides]
    runs, found = (points or 1) * replications, no_tallies(sides[0], with_control=True)
    for first in range(0, runs, AT_ONCE):
        mine, theirs = (counted_facts(job, first, min(first + AT_ONCE, runs)) for job in jobs)
        found = Tallies(
            with_runs(found.scenario, mine),
            with_runs(found.control, theirs),  # type: ignore[arg-type]
            with_differences(found.gap, mine, theirs),  # type: ignore[arg-type]
        )
    return found


def summary(name: str, *size: Any) -> pd.DataFrame:
    """The summary of a scenario beside its control, by outcome."""
    return summary_of(load(name), counted(name, *size)).set_index("outcome")


def kinds(name: str, truth: pd.DataFrame, runs: int) -> Iterator[tuple[str, Kind, list[str]]]:
    """Kinds of intervals, and the outcomes of which they are asked."""
    chances = truth.loc[chance_names(load(name))]
    others = truth[(truth["n"] * runs / TRUTH_RUNS >= FEWEST) & ~truth.index.isin(chances.index)]
    far = 0.5 - (chances[["value", "control"]] - 0.5).abs()  # from 0 or 1, whichever is nearer
    times = others.index.str.endswith(".at")
    shares = (0.5 - (others["value"] - 0.5).abs()).ge(COMMON) & ~times
    both = truth["control"].notna() & (truth["n"] * runs / TRUTH_RUNS >= FEWEST)
    yield "chances", VALUE, list(chances.index[far["value"] >= COMMON])
    yield "rare chances", VALUE, list(chances.index[far["value"].between(RARE, COMMON)])
    yield "differences of chances", DIFFERENCE, list(chances.index[far.max(axis=1) >= COMMON])
    yield "differences of rare chances", DIFFERENCE, list(chances.index[far.max(axis=1).between(RARE, COMMON)])
    yield "shares of step-backs", VALUE, list(others.index[shares])
    yield "differences of these shares", DIFFERENCE, list(others.index[shares & both[others.index]])
    yield "medians of times", VALUE, list(others.index[times])
    yield "differences of these medians", DIFFERENCE, list(others.index[times & both[others.index]])
    yield "10 % quantiles of times", TENTH, list(others.index[times])
    yield "90 % quantiles of times", NINETIETH, list(others.index[times])


def holds(found: pd.DataFrame, truth: pd.DataFrame, kind: Kind) -> tuple[pd.Series, pd.Series]:
    """Whether each interval holds the truth, and whether 1.96 errors would; missing where there is no number."""
    value, right = found[kind.value], truth[kind.value]
    low, high = found[kind.low], found[kind.high]
    printed = (low.le(right + 1e-12) & high.ge(right - 1e-12)).where(low.notna())  # one draw has no interval
    by_error = (value - right).abs() <= 1.96 * found[kind.se].fillna(0.0) if kind.se else value * np.nan
    return tuple(each.astype(float).where(value.notna() & right.notna()) for each in (printed, by_error))  # type: ignore[return-value]


def share(held: pd.DataFrame) -> str:
    """The share of a table over rows and seeds that holds, with 1.96 errors over seeds."""
    if held.isna().all(axis=None):
        return "–"
    by_seed = held.mean()
    return f"{np.nanmean(held.to_numpy()):.3f} ± {1.96 * by_seed.std() / by_seed.count() ** 0.5:.3f}"


def lines(name: str, truth: pd.DataFrame, found: list[pd.DataFrame], words: str, runs: int) -> Iterator[str]:
    """What to print of runs of one size."""
    for what, kind, outcomes in kinds(name, truth, runs):
        if outcomes:
            pairs = [holds(each.loc[outcomes], truth.loc[outcomes], kind) for each in found]
            printed, by_error = (pd.concat(each, axis=1) for each in zip(*pairs, strict=True))
            worst = printed.mean(axis=1).idxmin()
            said = f"{printed.loc[worst].mean():.2f} `{worst}`"
            yield f"| {name} | {words} | {what} | {len(outcomes)} | {share(by_error)} | {share(printed)} | {said} |"


def main(names: list[str]) -> None:
    """Prints a line for each scenario, size and kind of interval."""
    print(HEADER)
    for name in names:
        truth = summary(name, None, TRUTH_RUNS, TRUTH_SEED)
        for points, replications in SIZES:
            found = [summary(name, points, replications, seed) for seed in SEEDS]
            words = f"{replications:,}" if points is None else f"{points} points x {replications}"
            for line in lines(name, truth, found, words, (points or 1) * replications):
                print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or list(NAMES))
