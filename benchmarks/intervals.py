"""How often do printed intervals hold the truth, and how often does a table cry "changed" where nothing is?

    python benchmarks/intervals.py                          all of it, of each scenario
    python benchmarks/intervals.py --only stopping          one part: points, stopping, verdicts, tables or summary
    python benchmarks/intervals.py --seeds 20 toy           fewer seeds, some scenarios

For each interval over 100 seeds: the share that holds the truth of one large run. The rows of one seed stand or fall
together, so that the error of a share is that over seeds.
"""

import argparse
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scenarios import compare, control, ladder_curve, load, simulate, threshold, variance_split
from scenarios.intervals import ALPHA, estimated, of_chances
from scenarios.questions.discovery.ask import _Part
from scenarios.questions.discovery.boxes import candidate_boxes
from scenarios.questions.sensitivity.variance import split_of
from scenarios.questions.threshold.crossings import FLAT, shape_of_curve
from scenarios.report.curves import rises_of
from scenarios.runs.counting import FIRST_BATCH, counted_facts, largest_allowed, next_target, runs_needed
from scenarios.runs.job import MOST_RUNS, Play, job_of
from scenarios.significance import CHANGED
from scenarios.summary import summary_of
from scenarios.tally import Tallies, chance_names, no_tallies, with_differences, with_runs

NAMES = ("toy", "venezuela_2025")
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


def summaries(names: list[str], seeds: range) -> None:
    """A line for each scenario, size and kind of interval of a summary."""
    print(HEADER)
    for name in names:
        truth = summary(name, None, TRUTH_RUNS, TRUTH_SEED)
        for points, replications in SIZES:
            found = [summary(name, points, replications, seed) for seed in seeds]
            words = f"{replications:,}" if points is None else f"{points} points x {replications}"
            for line in lines(name, truth, found, words, (points or 1) * replications):
                print(line, flush=True)


def tables(names: list[str], seeds: range) -> None:
    """Intervals of a ladder, of a tipping point, and of what nobody knows."""
    print("\n| scenario | interval of | size | rows | printed |\n|---|---|---|---|---|")
    for name in names:
        event, number = (f"{load(name).patrons[0]}.{end}" for end in ("step_back", "risk_tolerance"))
        asked: list[tuple[str, str, Callable[[int, int], pd.DataFrame], str, str]] = [
            ("rungs of the ladder", "300 runs", lambda n, s, x=name: ladder_curve(load(x), 300 * n, s),
             "probability", ""),
            ("tipping point", "300 runs", lambda n, s, x=name, e=event, o=f"patrons.{number}": crossing(x, e, o, n, s),
             "value", ""),
            ("share of what nobody knows", "100 points x 10",
             lambda n, s, x=name: variance_split(load(x), points=100 * n, replications=10, rng=s),
             "unknown_share", "unknown_"),
        ]  # fmt: skip
        for what, size, play, value, prefix in asked:
            truth = play(50, TRUTH_SEED)
            held = [holds(play(1, s), truth, Kind(value, None, f"{prefix}low", f"{prefix}high"))[0] for s in seeds]
            print(f"| {name} | {what} | {size} | {len(truth)} | {share(pd.concat(held, axis=1))} |", flush=True)


def crossing(name: str, of: str, over: str, times: int, seed: int) -> pd.DataFrame:
    """Where an event gets the chance that it has in the middle of the range of a number; one row."""
    number = load(name).numbers[f"{over}"]
    middle = estimated(
        simulate(load(name).with_values({over: (number.low + number.high) / 2}), 20_000, TRUTH_SEED)
        .patrons.query(f"patron == '{of.partition('.')[0]}'")["step_back_at"].notna().to_numpy(dtype=float),
        np.arange(20_000),
    ).value  # fmt: skip
    size = {"grid": 5, "replications": 300 * times, "rng": seed}
    answer = threshold(load(name), of=of, over=over, probability=round(middle, 2), **size).answer
    return pd.DataFrame([{"value": answer.value, "low": answer.low, "high": answer.high}])


def stopping(names: list[str], seeds: range) -> None:
    """Chances as estimated by runs that stop at their own error, and by runs whose number others decided."""
    print("\n| chance | error asked for | runs | mean estimate / chance | interval holds it |\n|---|---|---|---|---|")
    rng, until = np.random.default_rng(1), 0.001
    for p in (0.0005, 0.002, 0.01, 0.05, 0.3):
        for words, is_apart in (("stop at their own error", False), ("of a number decided apart", True)):
            cases, n = np.array([stopped(rng, p, until, is_apart) for _ in range(2_000)]).T
            value = cases / n
            low, high = of_chances(value, np.sqrt(value * (1 - value) / n), n, n)
            held = ((low <= p) & (p <= high)).mean()
            ratio, error = value.mean() / p, 1.96 * value.std() / p / 2_000**0.5
            print(f"| {p:g} | {until:g} | {words} | {ratio:.3f} ± {error:.3f} | {held:.3f} |", flush=True)
    for name in names:
        truth = summary(name, None, TRUTH_RUNS, TRUTH_SEED)
        found = [summary(name, None, runs_needed(load(name), 0.012, seed).replications, seed) for seed in seeds]
        for what, kind, outcomes in kinds(name, truth, 2_000):
            if kind is VALUE and "chances" in what:
                right = truth.loc[outcomes]
                held = pd.concat([holds(each.loc[outcomes], right, kind)[0] for each in found], axis=1)
                ratio = np.mean([(each.loc[outcomes, "value"] / right["value"]).mean() for each in found])
                words = f"{ratio:.3f} | {share(held)} |"
                print(f"| {name}, {what} | 0.012 | of a number decided apart | {words}", flush=True)


def stopped(rng: np.random.Generator, p: float, until: float, is_apart: bool) -> tuple[int, int]:
    """Cases and runs of one try: of the runs that decided when to stop, or of as many others."""
    n, cases, target = 0, 0, FIRST_BATCH
    while True:
        cases, n = cases + int(rng.binomial(target - n, p)), target
        low, high = of_chances(cases / n, np.nan, n, n)
        error = largest_allowed(float(low), float(high), n) if is_apart else (cases * (n - cases) / n**3) ** 0.5
        if error < until:
            return (int(rng.binomial(n, p)) if is_apart else cases), n
        target = next_target(n, error, until, MOST_RUNS)


def verdicts_of_nothing(names: list[str], seeds: range) -> None:
    """Share of tables that call something changed where both sides are the same scenario with other luck."""
    print("\n| tables | of | size | tables that cry changed |\n|---|---|---|---|")
    for name in names:
        scenario = load(name)
        for points, replications in ((None, 300), (20, 15)):
            size = {"replications": replications, "points": points}
            pairs = ([simulate(scenario, rng=s, **size) for s in (seed, seed + 500)] for seed in seeds)
            cried = [(compare(*pair)["verdict"] == CHANGED).any() for pair in pairs]
            words = f"{points or 'own draws'} x {replications}"
            print(f"| compare, other seeds | {name} | {words} | {np.mean(cried):.3f} |", flush=True)
    rng = np.random.default_rng(1)
    draws, tries = np.arange(300), 2_000
    curves = [[estimated((rng.random(300) < 0.3).astype(float), draws) for _ in range(11)] for _ in range(tries)]
    cried = [shape_of_curve(curve) != FLAT for curve in curves]
    print(f"| shape of a curve of 11 values | made-up | 300 | {np.mean(cried):.3f} |")
    ladders = [pd.DataFrame(curve).rename(columns={"value": "probability"}).assign(
        kind="held", outcome="step_back", patron="a", rung=range(11)) for curve in curves]  # fmt: skip
    cried = [len(rises_of(each)) > 0 for each in ladders]
    print(f"| rise of a ladder of 11 rungs | made-up | 300 | {np.mean(cried):.3f} |")
    for replications in (1, 10):
        point = np.repeat(np.arange(1_000 // replications), replications)
        cried = [len(candidate_boxes(*nothing(rng, point).once())) > 0 for _ in range(150)]
        words = f"{len(point) // replications} x {replications}"
        print(f"| discovery, 20 numbers | made-up | {words} | {np.mean(cried):.3f} |", flush=True)
    print(f"\nAt most {ALPHA:g} is asked for.")


def nothing(rng: np.random.Generator, point: Any) -> _Part:
    """Runs whose event hangs on their draw, but on none of its 20 numbers."""
    numbers = pd.DataFrame(rng.random((point[-1] + 1, 20))[point])
    return _Part(numbers, rng.random(len(point)) < rng.beta(1, 3, point[-1] + 1)[point], point)


def made_up_points(_: list[str], seeds: range) -> None:
    """Limits of the share of what nobody knows, over made-up points whose share is known."""
    print(
        "\n| outcome | points | lowest over shares and runs | cells | low is 0 at a share of 0 |\n|---|---|---|---|---|"
    )
    rng = np.random.default_rng(1)
    for name, draw in MADE_UP.items():
        for n in (10, 30, 100):
            held: dict[tuple[float, int], list[bool]] = {}
            for share, runs in product((0.0, 0.02, 0.1, 0.3, 0.6), (3, 10, 20)):
                splits = [split_of(draw(rng, share, n, runs)) for _ in range(4 * len(seeds))]
                known = [split for split in splits if np.isfinite(split.get("unknown_low", np.nan))]
                held[share, runs] = [split["unknown_low"] <= share <= split["unknown_high"] for split in known]
            told = [np.mean(found) for found in held.values() if len(found) >= 2 * len(seeds)]
            none = [np.mean(found) for (share, _), found in held.items() if share == 0.0 and found]
            print(f"| {name} | {n} | {min(told):.3f} | {len(told)} | {min(none):.3f} |", flush=True)


def amounts(make: Callable[..., Any]) -> Callable[..., Any]:
    """Cells of points x runs of a kind of luck, with so much of the variance between points."""

    def drawn(rng: np.random.Generator, share: float, n: int, runs: int) -> Any:
        return make(rng, (n, 1)) * np.sqrt(share) + make(rng, (n, runs)) * np.sqrt(1.0 - share)

    return drawn


def events(chance: float) -> Callable[..., Any]:
    """Cells of what happens or not, its chance spread over points as a beta distribution of this share."""

    def drawn(rng: np.random.Generator, share: float, n: int, runs: int) -> Any:
        size = (1.0 - share) / max(share, 1e-9)
        point = rng.beta(chance * size, (1.0 - chance) * size, (n, 1)) if share else np.full((n, 1), chance)
        return (rng.random((n, runs)) < point).astype(np.float64)

    return drawn


MADE_UP = {
    "normal": amounts(lambda rng, shape: rng.normal(size=shape)),
    "exponential": amounts(lambda rng, shape: rng.exponential(size=shape)),
    "0 or 1, one half": events(0.5),
    "0 or 1, a tenth": events(0.1),
    "0 or 1, a fiftieth": events(0.02),
}
PARTS = {
    "points": made_up_points,
    "stopping": stopping,
    "verdicts": verdicts_of_nothing,
    "tables": tables,
    "summary": summaries,
}


def main() -> None:
    """Prints the parts that are asked for."""
    said = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    said.add_argument("names", nargs="*", default=list(NAMES), metavar="SCENARIO")
    said.add_argument("--only", choices=PARTS)
    said.add_argument("--seeds", type=int, default=100)
    asked = said.parse_args()
    for part in [asked.only] if asked.only else PARTS:
        PARTS[part](asked.names, range(1, asked.seeds + 1))


if __name__ == "__main__":
    main()
