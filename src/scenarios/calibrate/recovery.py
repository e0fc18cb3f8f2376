"""Would the fit find numbers that are known? Simulation-based calibration over histories with known numbers.

For each truth a history is played, the sampler is given its readings in the place of what was observed, and the rank of
the truth within the sample is noted. If the method is sound, ranks are spread evenly. After Talts and others (2018).
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.calibrate.ensembles import readings_of
from scenarios.calibrate.fit import BATCH
from scenarios.calibrate.numbers import at_quantiles
from scenarios.calibrate.patterns import mean
from scenarios.calibrate.readings import history_readings
from scenarios.calibrate.sequential import Report, sequential
from scenarios.runs.job import Play
from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

MOST_NUMBERS = 8
BINS = 5
Floats = NDArray[np.float64]
Simulator = Callable[[Floats, int], Floats]


class Study(NamedTuple):
    """Ranks of truths.

    Attributes
    ----------
    paths : list of str
    truths, low, high, mean : ndarray of float64, shape (truths, numbers)
        Prior quantiles: the truth, the 10 and 90 % quantiles and the mean of the sample.
    ranks : ndarray of float64, shape (truths, numbers)
        Share of the sample below the truth.
    """

    paths: list[str]
    truths: Floats
    low: Floats
    high: Floats
    mean: Floats
    ranks: Floats


def summaries(scenario: Scenario, paths: list[str], replications: int, cube: Floats, seed: int) -> Floats:
    """Means of the readings of each point, shape (points, readings)."""
    parts = []
    for first in range(0, len(cube), BATCH):
        table = at_quantiles(scenario, paths, cube[first : first + BATCH])
        found = readings_of(scenario, history_readings, Play(replications, seed + first), table)
        parts.append(np.nan_to_num(np.column_stack([mean(values) for values in found.values()])))
    return np.concatenate(parts)


def distance_to(target: Floats, scale: Floats, found: Floats) -> Floats:
    """Root mean squared distance of summaries from those of a truth, in spreads of the prior."""
    return np.asarray(np.sqrt((((found - target) / scale) ** 2).mean(axis=1)))


def judge_against(
    play: Callable[[Floats, int], Floats], target: Floats, scale: Floats, luck: int
) -> Callable[..., Floats]:
    """The distance of points of the cube from one truth's history."""
    return lambda cube, seed: distance_to(target, scale, play(cube, luck + seed))


def recovery(
    scenario: Scenario,
    paths: list[str],
    truths: int,
    particles: int,
    generations: int,
    replications: int,
    seed: int,
    report: Report | None = None,
) -> Study:
    """Fits histories whose numbers are known.

    Parameters
    ----------
    scenario : Scenario
        The long history on its raw ranges.
    paths : list of str
        Numbers that are looked for, at most 8; all others are drawn from their ranges in every run.
    truths : int
    particles, generations, replications : int
        Of each fit; the first generation, eight times the particles, is shared by all.
    """
    rng = np.random.default_rng(seed)
    play = partial(summaries, scenario, paths, replications)
    cube = rng.random((8 * particles, len(paths)))
    found = play(cube, seed * 1_000_003)
    scale = np.maximum(found.std(axis=0), 1e-6)
    known = rng.random((truths, len(paths)))
    targets = play(known, seed * 7_000_003)
    rows = []
    for i, target in enumerate(targets):
        start = cube, distance_to(target, scale, found)
        judge = judge_against(play, target, scale, 10_007 * (i + 1))
        fit = sequential(judge, len(paths), particles, generations, rng, moves=2, batch=BATCH, start=start)
        low, high = np.quantile(fit.cube, [0.1, 0.9], axis=0)
        below = (fit.cube < known[i]).mean(axis=0)
        rows.append((low, high, fit.cube.mean(axis=0), below))
        if report is not None and (i + 1) % 10 == 0:
            report(f"{i + 1} of {truths} truths")
    low, high, middle, ranks = (np.array(column) for column in zip(*rows, strict=True))
    return Study(paths, known, low, high, middle, ranks)


def recovery_table(study: Study) -> "DataFrame":
    """What the study says of each number.

    Returns
    -------
    DataFrame
        Columns path, covered (share of truths within the 80 % interval), covered_se, correlation (of truth and mean
        of the sample), width (of the interval against that of the prior), p_value (of evenly spread ranks, chi-squared
        over five bins).
    """
    import pandas as pd
    from scipy.stats import chisquare

    n, rows = len(study.truths), []
    for i, path in enumerate(study.paths):
        inside = (study.low[:, i] <= study.truths[:, i]) & (study.truths[:, i] <= study.high[:, i])
        counts = np.histogram(study.ranks[:, i], BINS, (0.0, 1.0))[0]
        rows.append(
            {
                "path": path,
                "covered": float(inside.mean()),
                "covered_se": float(np.sqrt(0.8 * 0.2 / n)),
                "correlation": float(np.corrcoef(study.truths[:, i], study.mean[:, i])[0, 1]),
                "width": float((study.high[:, i] - study.low[:, i]).mean() / 0.8),
                "p_value": float(chisquare(counts).pvalue),
            }
        )
    return pd.DataFrame(rows)
