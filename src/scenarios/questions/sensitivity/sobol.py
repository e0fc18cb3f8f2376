"""How much of the variance of an outcome does each number explain? Sobol indices."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import RequestRefused
from scenarios.questions.extras import require
from scenarios.questions.sensitivity.luck import RESAMPLES, Z95, luck_bound
from scenarios.questions.sensitivity.morris import problem_of

if TYPE_CHECKING:
    from pandas import DataFrame

COLUMNS = ("path", "first_order", "first_order_conf", "total_order", "total_order_conf", "luck")
Floats = NDArray[np.float64]


def check_power_of_two(base_samples: int) -> None:
    """Refuses a number of base samples at which a Sobol sequence is not balanced.

    Raises
    ------
    RequestRefused
    """
    if base_samples < 2 or base_samples & (base_samples - 1):
        below = 1 << max(1, base_samples.bit_length() - 1)
        raise RequestRefused(
            f"--base-samples {base_samples}: must be a power of two, or a Sobol sequence loses its balance. "
            f"Nearest: {below}, {2 * below}."
        )


def sobol_cube(names: Sequence[str], base_samples: int, seed: int) -> Floats:
    """Saltelli's design in the unit cube, shape (base samples * (numbers + 2), numbers); row order is the design."""
    require("SALib", "A sensitivity analysis")
    from SALib.sample.sobol import sample

    check_power_of_two(base_samples)
    cube: Floats = sample(problem_of(names), base_samples, calc_second_order=False, seed=seed)
    return cube


def sobol_indices(names: Sequence[str], values: Floats, seed: int) -> "DataFrame":
    """Shares of the variance of the mean of the runs that each number explains.

    Parameters
    ----------
    names : sequence of str
    values : ndarray of float64, shape (points, replications)
        Answers of the runs in the order of `sobol_cube`, run r with the same luck at all points.
    seed : int
        Of the resampling.

    Returns
    -------
    DataFrame
        One row a number: first_order (alone) and total_order (with all interactions), each with the half-width of its
        95 % interval (over base samples and luck); luck, the total_order that luck alone would give no number.

    References
    ----------
    A. Saltelli and others, Computer Physics Communications 181 (2010) 259-270.
    """
    import pandas as pd

    first, total, first_conf, total_conf = _analyzed(names, values.mean(axis=1), RESAMPLES, seed)
    by_luck = _luck_errors(names, values, seed)
    table = {
        "first_order": first,
        "first_order_conf": np.hypot(first_conf, Z95 * by_luck[0]),
        "total_order": total,
        "total_order_conf": np.hypot(total_conf, Z95 * by_luck[1]),
        "luck": total_by_luck(len(names), values, seed),
    }
    return pd.DataFrame({"path": list(names), **table}, columns=list(COLUMNS))


def _analyzed(names: Sequence[str], means: Floats, resamples: int, seed: int) -> tuple[Floats, Floats, Floats, Floats]:
    """SALib's indices of the point means and the half-widths of their intervals."""
    from SALib.analyze.sobol import analyze

    # SALib reads a seed of 0 as none
    found = analyze(problem_of(names), means, calc_second_order=False, num_resamples=resamples, seed=seed + 1)
    first, total, first_conf, total_conf = (np.asarray(found[key]) for key in ("S1", "ST", "S1_conf", "ST_conf"))
    return first, total, first_conf, total_conf


def _luck_errors(names: Sequence[str], values: Floats, seed: int) -> Floats:
    """Standard error of first and total order by luck, shape (2, numbers): the runs of all points are resampled."""
    rng, n = np.random.default_rng(seed), values.shape[1]
    if n < 2:
        return np.zeros((2, len(names)))
    drawn = []
    for _ in range(RESAMPLES // 2):
        means = values[:, rng.integers(n, size=n)].mean(axis=1)
        if means.std() > 0.0:
            drawn.append(_analyzed(names, means, 2, seed)[:2])
    errors: Floats = np.std(np.array(drawn), axis=0, ddof=1)
    return errors


def total_by_luck(k: int, values: Floats, seed: int) -> Floats:
    """Total order that luck alone would give no number, shape (numbers,); 0 where there is one run at each point."""
    blocks = values.reshape(-1, k + 2, values.shape[1])
    means = blocks.mean(axis=2)
    variance = np.concatenate([means[:, 0], means[:, -1]]).var()
    gaps = (blocks[:, 1:-1] - blocks[:, :1]).transpose(1, 0, 2)
    if values.shape[1] < 2:
        return np.zeros(k)
    return luck_bound(gaps, lambda mean_gaps: 0.5 * (mean_gaps**2).mean(axis=1) / variance, seed)
