"""Sequential approximate Bayesian computation: which numbers bring the model near to history?

Generation after generation the tolerated distance shrinks: points beyond it are dropped (their weight is 0), the others
are drawn again in their place, and all are moved by Metropolis steps that stay within the tolerance, so that the sample
remains one of the prior within it. After Del Moral, Doucet and Jasra (2012); importance weights, the older way, leave
two effective points of a thousand where thirty numbers are fitted. Points live in the unit cube of prior quantiles,
where the prior is flat: a step is mirrored at the walls, and taken if it stays within the tolerance.

All points of a generation are judged on the same luck, so that none is nearer by luck than another, and every
generation on luck that no other has met, so that no sample is fitted to one draw of luck.
"""

from collections.abc import Callable, Iterator
from itertools import count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Judge = Callable[[Floats, int], Floats]
Report = Callable[[str], None]
STEP = 2.38  # over the root of the number of dimensions: the usual width of random-walk steps (Roberts and others 1997)
LEAST_TAKEN = 0.02  # share of steps taken below which points no longer move and the tolerance shrinks no further
GOOD_SHARE = 0.23  # of steps taken, at which a random walk explores best
FIRST = 3  # points of the first generation, in particles; the nearest are kept


class Schedule(NamedTuple):
    """How a sample draws near."""

    particles: int  # size of the sample
    generations: int  # most of them after the first
    keep: float = 0.5  # share of the sample that the next tolerance keeps
    moves: int = 3  # Metropolis steps of every point in a generation
    target: float = 0.0  # distance at which to stop


class HistorySample(NamedTuple):
    """A sample of the prior within a distance of history; all points weigh the same."""

    cube: Floats  # prior quantiles, shape (particles, numbers)
    distances: Floats  # shape (particles,)
    tolerances: tuple[float, ...]  # largest distance allowed in each generation
    taken: tuple[float, ...]  # share of the steps taken in each generation after the first
    played: int  # points that were judged in all


def distinct(cube: Floats) -> int:
    """Number of different points of a sample."""
    return len(np.unique(cube, axis=0))


def folded(points: Floats) -> Floats:
    """Points outside the cube mirrored at its walls, so that a step out is a step back in.

    Examples
    --------
    >>> import numpy as np
    >>> folded(np.array([-0.25, 1.25, 0.5])).tolist()
    [0.25, 0.75, 0.5]
    """
    wrapped = np.mod(points, 2.0)
    return np.where(wrapped > 1.0, 2.0 - wrapped, wrapped)


def sequential(
    judge: Judge,
    dimensions: int,
    schedule: Schedule,
    rng: np.random.Generator,
    report: Report | None = None,
    start: tuple[Floats, Floats] | None = None,
    turns: Iterator[int] | None = None,
) -> HistorySample:
    """A sample of the prior within a shrinking distance of history."""
    turns = count() if turns is None else turns
    if start is None:
        cube = rng.random((FIRST * schedule.particles, dimensions))
        start = cube, judge(cube, next(turns))
    cube, distances = start
    near = np.argsort(distances, kind="stable")[: schedule.particles]
    fit = HistorySample(cube[near], distances[near], (float(distances[near].max()),), (), len(cube))
    width = 1.0
    for generation in range(1, schedule.generations + 1):
        if fit.tolerances[-1] <= schedule.target:
            break
        # judged anew, so that no point stays because it was lucky once
        turn = next(turns)
        again = judge(fit.cube, turn)
        fit = fit._replace(distances=again, played=fit.played + len(again))
        tolerance = max(float(np.quantile(fit.distances, schedule.keep)), schedule.target)
        fit, width = next_generation(judge, fit, tolerance, width, turn, rng, schedule.moves)
        if report is not None:
            report(
                f"generation {generation}: distance at most {tolerance:.3f}, {fit.played:,} points played, "
                f"{fit.taken[-1]:.0%} of the steps taken, {distinct(fit.cube)} different points"
            )
        if fit.taken[-1] < LEAST_TAKEN:
            break
    return fit


def next_generation(
    judge: Judge, fit: HistorySample, tolerance: float, width: float, turn: int, rng: np.random.Generator, moves: int
) -> tuple[HistorySample, float]:
    """The sample within a smaller tolerance, and the width of the next steps."""
    n, dimensions = fit.cube.shape
    inside = np.flatnonzero(fit.distances <= tolerance)
    # everybody inside stays; places outside are taken by copies of those inside
    pick = np.concatenate([inside, rng.choice(inside, n - len(inside))])
    cube, distances = fit.cube[pick].copy(), fit.distances[pick].copy()
    spread = cube.std(axis=0) * STEP / np.sqrt(dimensions) + 1e-9
    shares = []
    for _ in range(moves):
        proposed = folded(cube + rng.normal(size=cube.shape) * spread * width)
        found = judge(proposed, turn)
        is_taken = found <= tolerance
        cube[is_taken], distances[is_taken] = proposed[is_taken], found[is_taken]
        shares.append(float(is_taken.mean()))
        width *= float(np.clip(np.exp(2.0 * (shares[-1] - GOOD_SHARE)), 0.5, 1.5))
    played = fit.played + moves * n
    return HistorySample(
        cube, distances, (*fit.tolerances, tolerance), (*fit.taken, float(np.mean(shares))), played
    ), width
