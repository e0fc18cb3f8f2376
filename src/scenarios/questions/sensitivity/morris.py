"""Which of many numbers move an outcome at all? Morris' screening by elementary effects."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios.questions.extras import require
from scenarios.questions.sensitivity.luck import RESAMPLES, Z95, luck_bound

if TYPE_CHECKING:
    from pandas import DataFrame

LEVELS = 4
STEP = 2.0 / 3.0  # of the cube: what an elementary effect is divided by
COLUMNS = ("path", "mu_star", "mu_star_conf", "mu", "sigma", "luck")
Floats = NDArray[np.float64]


def problem_of(names: Sequence[str]) -> dict[str, Any]:
    """What SALib asks of a problem: names over the unit cube."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def morris_cube(names: Sequence[str], trajectories: int, seed: int) -> Floats:
    """Trajectories through the unit cube that move one number at a time.

    Returns
    -------
    ndarray of float64, shape (trajectories * (numbers + 1), numbers)
        Row order is the design: never sort or drop rows.
    """
    require("SALib", "A sensitivity analysis")
    from SALib.sample.morris import sample

    cube: Floats = sample(problem_of(names), trajectories, num_levels=LEVELS, seed=seed)
    return cube


def quarter_middles(cube: Floats) -> Floats:
    """The four levels of a trajectory as the middles of the quarters of a distribution.

    Notes
    -----
    Taken as quantiles themselves, half of all numbers would stand at the end of their range at every point.

    Examples
    --------
    >>> quarter_middles(np.array([0.0, 1.0])).tolist()
    [0.125, 0.875]
    """
    return (cube * (LEVELS - 1) + 0.5) / LEVELS


def morris_indices(names: Sequence[str], cube: Floats, values: Floats, seed: int) -> "DataFrame":
    """Elementary effects of each number on the mean of the runs.

    Parameters
    ----------
    names : sequence of str
    cube : ndarray of float64, shape (points, numbers)
        As `morris_cube` returns it.
    values : ndarray of float64, shape (points, replications)
        Answers of the runs, run r with the same luck at all points.
    seed : int
        Of the resampling.

    Returns
    -------
    DataFrame
        One row a number: mu_star, the mean size of the outcome's change when the number moves over half of its
        distribution, with the half-width of its 95 % interval (over trajectories and luck); mu, the same with its
        sign; sigma, how much it differs between trajectories; luck, the mu_star that luck alone would give no number.

    References
    ----------
    F. Campolongo, J. Cariboni and A. Saltelli, Environmental Modelling & Software 22 (2007) 1509-1518.
    """
    import pandas as pd
    from SALib.analyze.morris import analyze

    found = analyze(
        problem_of(names), cube, values.mean(axis=1) * STEP, num_levels=LEVELS, num_resamples=RESAMPLES, seed=seed
    )
    moves = _changes(cube, values)
    by_luck = luck_errors(moves, seed)
    table = {name: np.asarray(found[name], dtype=np.float64) for name in ("mu_star", "mu_star_conf", "mu", "sigma")}
    table["mu_star_conf"] = np.hypot(table["mu_star_conf"], Z95 * by_luck)
    table["luck"] = luck_bound(moves, lambda means: np.abs(means).mean(axis=1), seed)
    return pd.DataFrame({"path": list(names), **table}, columns=list(COLUMNS))


def _changes(cube: Floats, values: Floats) -> Floats:
    """Change of each run's answer along each trajectory, upwards, shape (numbers, trajectories, replications)."""
    k = cube.shape[1]
    steps = np.diff(cube.reshape(-1, k + 1, k), axis=1)
    moved = np.abs(steps).argmax(axis=2)
    signs = np.sign(np.take_along_axis(steps, moved[:, :, None], axis=2))
    gaps = np.diff(values.reshape(len(moved), k + 1, -1), axis=1) * signs
    return np.take_along_axis(gaps, np.argsort(moved, axis=1)[:, :, None], axis=1).transpose(1, 0, 2)


def luck_errors(moves: Floats, seed: int) -> Floats:
    """Standard error of each mu_star by luck: the runs, which all trajectories share, are resampled."""
    rng, n = np.random.default_rng(seed), moves.shape[2]
    drawn = [np.abs(moves[:, :, rng.integers(n, size=n)].mean(axis=2)).mean(axis=1) for _ in range(RESAMPLES)]
    errors: Floats = np.std(drawn, axis=0, ddof=1)
    return errors
