"""Weighted sequential approximate Bayesian computation: which numbers bring the model near to history?

Generation after generation the tolerated distance shrinks; new points are old ones moved a little, weighted so that the
sample stays one of the prior within the tolerance. After Beaumont, Cornuet, Marin and Robert (2009). Points live in the
unit cube of prior quantiles, where the prior is uniform.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Judge = Callable[[Floats, int], Floats]
Report = Callable[[str], None]
WIDTH = 2.0  # of the moves, in variances of the sample (Beaumont and others 2009)
LEAST_ACCEPTED = 0.02  # share of proposals below which a generation is not worth its cost


class Fit(NamedTuple):
    """A weighted sample.

    Attributes
    ----------
    cube : ndarray of float64, shape (particles, numbers)
        Prior quantiles.
    weights : ndarray of float64, shape (particles,)
        They sum to 1.
    distances : ndarray of float64, shape (particles,)
    tolerances : tuple of float
        Largest distance accepted in each generation.
    played : int
        Points that were judged in all.
    """

    cube: Floats
    weights: Floats
    distances: Floats
    tolerances: tuple[float, ...]
    played: int


def effective(weights: Floats) -> float:
    """Effective size of a weighted sample.

    Examples
    --------
    >>> import numpy as np
    >>> effective(np.full(4, 0.25))
    4.0
    """
    return float(1.0 / (weights**2).sum())


def kernel_weights(new: Floats, old: Floats, old_weights: Floats, spread: Floats) -> Floats:
    """Weights of moved points: the prior, which is flat, over the chance of having been proposed."""
    weights = np.empty(len(new))
    for i, point in enumerate(new):
        logs = -0.5 * (((old - point) / spread) ** 2).sum(axis=1)
        top = logs.max()
        weights[i] = 1.0 / max((old_weights * np.exp(logs - top)).sum(), 1e-300)
        weights[i] *= np.exp(-max(top, -700.0))
    return np.asarray(weights / weights.sum())


def moved(cube: Floats, weights: Floats, spread: Floats, n: int, rng: np.random.Generator) -> Floats:
    """Points of a sample, moved within the cube."""
    found: list[Floats] = []
    while len(found) < n:
        parents = cube[rng.choice(len(cube), size=n, p=weights)]
        points = parents + rng.normal(size=parents.shape) * spread
        found += list(points[((points > 0.0) & (points < 1.0)).all(axis=1)])
    return np.array(found[:n])


def sequential(
    judge: Judge,
    dimensions: int,
    particles: int,
    generations: int,
    rng: np.random.Generator,
    keep: float = 0.5,
    first: float = 3.0,
    target: float = 0.0,
    batch: int = 200,
    most: float = 12.0,
    report: Report | None = None,
    start: tuple[Floats, Floats] | None = None,
) -> Fit:
    """A sample of the numbers within a shrinking distance of history.

    Parameters
    ----------
    judge : callable
        From points (shape (points, numbers), prior quantiles) and a seed to their distances.
    dimensions, particles, generations : int
        Numbers, size of the sample, and most generations after the first.
    keep : float
        Share of the sample that sets the next tolerance.
    first : float
        Points of the first generation, in particles; the nearest are kept.
    target : float
        Distance at which to stop.
    most : float
        Most proposals of a generation, in particles; a generation that needs more is given up.
    start : tuple of ndarray or None
        Points of the prior that were judged before, and their distances, in the place of the first generation.
    """
    if start is None:
        cube = rng.random((int(first * particles), dimensions))
        distances = np.concatenate([judge(cube[i : i + batch], 0) for i in range(0, len(cube), batch)])
    else:
        cube, distances = start
    played = len(cube)
    near = np.argsort(distances, kind="stable")[:particles]
    fit = Fit(cube[near], np.full(len(near), 1.0 / len(near)), distances[near], (float(distances[near].max()),), played)
    for generation in range(1, generations + 1):
        if fit.tolerances[-1] <= target:
            break
        nearer = next_generation(judge, fit, particles, generation, rng, keep, target, batch, most)
        if nearer is None:
            break
        fit = nearer
        if report is not None:
            report(
                f"generation {generation}: distance at most {fit.tolerances[-1]:.3f}, {fit.played:,} points, "
                f"effective size {effective(fit.weights):.0f}"
            )
    return fit


def next_generation(
    judge: Judge,
    fit: Fit,
    particles: int,
    generation: int,
    rng: np.random.Generator,
    keep: float,
    target: float,
    batch: int,
    most: float,
) -> Fit | None:
    """The next generation; None if it would take too many proposals."""
    tolerance = max(float(np.quantile(fit.distances, keep)), target)
    inside = fit.distances <= tolerance
    old = fit.cube[inside]
    weights = fit.weights[inside] / fit.weights[inside].sum()
    centre = weights @ old
    spread = np.sqrt(WIDTH * (weights @ (old - centre) ** 2) / np.sqrt(old.shape[1])) + 1e-6
    points: list[Floats] = []
    distances: list[Floats] = []
    played, accepted = 0, 0
    while accepted < particles:
        proposed = moved(old, weights, spread, batch, rng)
        found = judge(proposed, generation * 1_000_000 + played)
        near = found <= tolerance
        points.append(proposed[near])
        distances.append(found[near])
        played, accepted = played + len(proposed), accepted + int(near.sum())
        if played > most * particles or (played >= 5 * batch and accepted < LEAST_ACCEPTED * played):
            if accepted < particles // 2:
                return None
            break
    cube, near_by = np.concatenate(points)[:particles], np.concatenate(distances)[:particles]
    return Fit(
        cube, kernel_weights(cube, old, weights, spread), near_by, (*fit.tolerances, tolerance), fit.played + played
    )
