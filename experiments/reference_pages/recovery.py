"""Would the fit find numbers that are known? Simulation-based calibration over histories with known numbers.

For each truth a history is played, and the sampler is given its readings in the place of what was observed. If the
method is sound, the rank of the truth within the sample is spread evenly (Talts and others 2018), and regions of the
sample of any credibility hold the truth as often as they say (Lemos, Coogan and others 2023; benchmarks/recovery.py).
"""

from functools import partial
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.history.ensembles import at_quantiles, history_readings, readings_of
from scenarios.history.fit import BATCH
from scenarios.history.patterns import mean
from scenarios.history.sequential import Judge, Report, Schedule, sequential
from scenarios.runs.job import Play
from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

BINS = 5
ENDS = (0.1, 0.9)
Floats = NDArray[np.float64]


class Study(NamedTuple):
    """Truths and the samples that were fitted to their histories, all in prior quantiles.

    Attributes
    ----------
    paths : list of str
    truths : ndarray of float64, shape (truths, numbers)
    samples : ndarray of float64, shape (truths, particles, numbers)
    """

    paths: list[str]
    truths: Floats
    samples: Floats


def summaries(scenario: Scenario, paths: list[str], replications: int, cube: Floats, seed: int) -> Floats:
    """Means of the readings of each point, all on the same luck, shape (points, readings)."""
    parts = []
    for first in range(0, len(cube), BATCH):
        table = at_quantiles(scenario, paths, cube[first : first + BATCH])
        found = readings_of(scenario, history_readings, Play(replications, seed), table)
        parts.append(np.nan_to_num(np.column_stack([mean(values) for values in found.values()])))
    return np.concatenate(parts)


def distance_to(target: Floats, scale: Floats, found: Floats) -> Floats:
    """Root mean squared distance of summaries from those of a truth, in spreads of the prior."""
    return np.asarray(np.sqrt((((found - target) / scale) ** 2).mean(axis=1)))


def judge_against(play: Judge, target: Floats, scale: Floats) -> Judge:
    """The distance of points of the cube from one truth's history."""
    return lambda cube, turn: distance_to(target, scale, play(cube, turn))


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
    """Fits histories whose numbers are known, each played on luck of its own.

    Parameters
    ----------
    scenario : Scenario
        The long history on its raw ranges.
    paths : list of str
        Numbers that are looked for; all others are drawn from their ranges in every run.
    truths : int
    particles, generations, replications : int
        Of each fit; the first generation, eight times the particles, is shared by all.
    """
    rng, turns = np.random.default_rng(seed), count(seed * 1_000_003)
    play = partial(summaries, scenario, paths, replications)
    cube = rng.random((8 * particles, len(paths)))
    found = play(cube, next(turns))
    scale = np.maximum(found.std(axis=0), 1e-6)
    known = rng.random((truths, len(paths)))
    samples = []
    for i in range(truths):
        target = play(known[i : i + 1], next(turns))[0]
        start = cube, distance_to(target, scale, found)
        judge = judge_against(play, target, scale)
        fit = sequential(judge, len(paths), Schedule(particles, generations, moves=2), rng, start=start, turns=turns)
        samples.append(fit.cube)
        if report is not None and (i + 1) % 10 == 0:
            report(f"{i + 1} of {truths} truths")
    return Study(paths, known, np.array(samples))


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

    truths, within = study.truths, ENDS[1] - ENDS[0]
    low, high = np.quantile(study.samples, ENDS, axis=1)
    ranks, means = (study.samples < truths[:, None]).mean(axis=1), study.samples.mean(axis=1)
    inside = (low <= truths) & (truths <= high)
    rows = [
        {
            "path": path,
            "covered": float(inside[:, i].mean()),
            "covered_se": float(np.sqrt(within * (1.0 - within) / len(truths))),
            "correlation": float(np.corrcoef(truths[:, i], means[:, i])[0, 1]),
            "width": float((high[:, i] - low[:, i]).mean() / within),
            "p_value": float(chisquare(np.histogram(ranks[:, i], BINS, (0.0, 1.0))[0]).pvalue),
        }
        for i, path in enumerate(study.paths)
    ]
    return pd.DataFrame(rows)
