"""How much does each number move an outcome? Morris and Sobol, and how much of what a design shows is luck."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.errors import RequestRefused
from scenarios.intervals import Z95
from scenarios.moments import Floats
from scenarios.questions.design import LEVELS, problem_of

MOST_LUCK = 0.25  # share of the variance between point means; beyond it ranks are those of the noise
RESAMPLES = 200  # of runs or points, for intervals
MOST_NEEDED = 100_000  # runs at a point; beyond, nobody would wait
LENGTHS = {"given": "share", "indices": "total_order", "screening": "mu_star"}  # the column that is drawn as bars
FOREMOST = 3
STEP = 2.0 / 3.0  # of the cube: what an elementary effect is divided by


@dataclass(frozen=True)
class LuckOfOutcome:
    """Luck in the means of the points of a design whose run r has the same luck everywhere."""

    between: float  # variance between the points that is not luck, unbiased, so that it may be below 0
    share: float  # of the variance between the points' means that is luck [0-1]
    replications: int

    def needed(self, most: float = MOST_LUCK) -> int | None:
        """Runs at each point that would bring the share of luck below a bound; None if no number would."""
        if self.between <= 0.0:
            return None
        noise_of_one = self.share / (1.0 - self.share) * self.between * self.replications
        # rounded first, so that a whole number that came out a hair larger does not ask for a run more
        return math.ceil(round(noise_of_one * (1.0 - most) / (most * self.between), 6))


def luck_of(values: Floats) -> LuckOfOutcome:
    """Luck in the point means by a two-way analysis of variance, of answers of shape (points, replications).

    Notes
    -----
    What points and runs do not explain, divided by the replications, is the variance of a point's mean.
    """
    n, r = values.shape
    total = float(values.mean(axis=1).var(ddof=1))
    left = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0, keepdims=True) + values.mean()
    noise = float((left**2).sum()) / ((n - 1) * (r - 1)) / r
    return LuckOfOutcome(total - noise, min(1.0, noise / total) if total > 0.0 else 0.0, r)


def resampled_means(values: Floats, times: int, seed: int) -> Iterator[Floats]:
    """Means over the runs, the last axis, drawn anew some times."""
    rng, n = np.random.default_rng(seed), values.shape[-1]
    for _ in range(times):
        yield values[..., rng.integers(n, size=n)].mean(axis=-1)


def luck_bound(moves: Floats, index: "Callable[[Floats], Floats]", seed: int) -> Floats:
    """What luck alone would give none of the numbers, in 95 of 100 analyses, from moves (numbers, steps, replications).

    Notes
    -----
    The runs are resampled after each step's mean change has been taken out, so that nothing but luck is left; the bound
    is the mean of the index plus as many standard deviations as make 5 % over all numbers together (Bonferroni).
    """
    from scipy.stats import norm

    n = moves.shape[2]
    # a mean over n runs taken out leaves (n - 1) / n of the variance
    left = (moves - moves.mean(axis=2, keepdims=True)) * np.sqrt(n / max(1, n - 1))
    drawn = np.array([index(means) for means in resampled_means(left, RESAMPLES, seed)])
    bound: Floats = drawn.mean(axis=0) + norm.ppf(1.0 - 0.05 / len(moves)) * drawn.std(axis=0, ddof=1)
    return bound


def complete_runs(outcome: str, values: Floats) -> Floats:
    """The runs that have an answer at every point."""
    gaps = np.isnan(values)
    keep = ~gaps.any(axis=0)
    if keep.sum() * 2 <= values.shape[1]:
        n, empty = int(gaps.sum()), int(gaps.all(axis=1).sum())
        raise RequestRefused(
            f"{outcome}: {n:,} of {values.size:,} runs have no answer (the patron gave nothing at the opening), at "
            f"{empty:,} of {len(values):,} points none has, so indices would be wrong. Pin the opening levels with "
            "--set, leave them out with --over, or ask for another outcome."
        )
    return values[:, keep]


def checked_luck(outcome: str, values: Floats, most: float = MOST_LUCK) -> LuckOfOutcome:
    """The luck in the point means; refuses what is constant or mostly noise."""
    if values.shape[1] < 2:
        raise RequestRefused(f"{outcome}: 1 run at each point cannot tell luck from effect. Ask for --replications 20.")
    means = values.mean(axis=1)
    if means.min() == means.max():
        raise RequestRefused(
            f"{outcome}: the runs of every point gave {means[0]:g}, so nothing moves it. Ask for another outcome, or "
            "vary other numbers."
        )
    luck = luck_of(values)
    if luck.share > most:
        needed = luck.needed(most)
        cure = (
            "no effect of these numbers can be told from luck at all: ask for far more runs, or for another outcome"
            if needed is None or needed > MOST_NEEDED
            else f"that is not enough; about {needed} would do: --replications {needed}"
        )
        raise RequestRefused(
            f"{outcome}: {luck.share:.0%} of the variance between points is luck, more than the bound of {most:.0%}, "
            f"so the indices would rank noise. With {luck.replications} runs at each point {cure}."
        )
    return luck


def quarter_middles(cube: Floats) -> Floats:
    """The four levels of a trajectory as the middles of the quarters of a distribution.

    Notes
    -----
    Taken as quantiles themselves, half of all numbers would stand at the end of their range at every point.
    """
    return (cube * (LEVELS - 1) + 0.5) / LEVELS


def morris_indices(names: Sequence[str], cube: Floats, values: Floats, seed: int) -> pd.DataFrame:
    """Elementary effects of each number on the mean of the runs.

    References
    ----------
    F. Campolongo, J. Cariboni and A. Saltelli, Environmental Modelling & Software 22 (2007) 1509-1518.
    """
    from SALib.analyze.morris import analyze

    found = analyze(
        problem_of(names), cube, values.mean(axis=1) * STEP, num_levels=LEVELS, num_resamples=RESAMPLES, seed=seed
    )
    moves = _changes(cube, values)
    # the runs, which all trajectories share
    by_luck = np.std([_mean_size(means) for means in resampled_means(moves, RESAMPLES, seed)], axis=0, ddof=1)
    table = {name: np.asarray(found[name], dtype=np.float64) for name in ("mu_star", "mu_star_conf", "mu", "sigma")}
    table["mu_star_conf"] = np.hypot(table["mu_star_conf"], Z95 * by_luck)
    return pd.DataFrame({"path": list(names), **table, "luck": luck_bound(moves, _mean_size, seed)})


def _mean_size(moves: Floats) -> Floats:
    """Mean of the absolute changes of each number."""
    size: Floats = np.abs(moves).mean(axis=1)
    return size


def _changes(cube: Floats, values: Floats) -> Floats:
    """Change of each run's answer along each trajectory, upwards, shape (numbers, trajectories, replications)."""
    k = cube.shape[1]
    steps = np.diff(cube.reshape(-1, k + 1, k), axis=1)
    moved = np.abs(steps).argmax(axis=2)
    signs = np.sign(np.take_along_axis(steps, moved[:, :, None], axis=2))
    gaps = np.diff(values.reshape(len(moved), k + 1, -1), axis=1) * signs
    return np.take_along_axis(gaps, np.argsort(moved, axis=1)[:, :, None], axis=1).transpose(1, 0, 2)


def sobol_indices(names: Sequence[str], values: Floats, seed: int) -> pd.DataFrame:
    """Shares of the variance of the mean of the runs that each number explains.

    References
    ----------
    A. Saltelli and others, Computer Physics Communications 181 (2010) 259-270.
    """
    first, total, *halves = _analyzed(names, values.mean(axis=1), RESAMPLES, seed)
    first_half, total_half = np.hypot(halves, Z95 * _sobol_luck_errors(names, values, seed))
    table = {"first_order": first, "first_order_conf": first_half, "total_order": total, "total_order_conf": total_half}
    return pd.DataFrame({"path": list(names), **table, "luck": total_by_luck(len(names), values, seed)})


def _analyzed(names: Sequence[str], means: Floats, resamples: int, seed: int) -> Floats:
    """SALib's first and total order of the point means, and half-widths of their intervals, shape (4, numbers)."""
    from SALib.analyze.sobol import analyze

    # SALib reads a seed of 0 as none
    found = analyze(problem_of(names), means, calc_second_order=False, num_resamples=resamples, seed=seed + 1)
    return np.array([found[key] for key in ("S1", "ST", "S1_conf", "ST_conf")], dtype=np.float64)


def _sobol_luck_errors(names: Sequence[str], values: Floats, seed: int) -> Floats:
    """Standard error of first and total order by luck, shape (2, numbers): the runs of all points are resampled."""
    if values.shape[1] < 2:
        return np.zeros((2, len(names)))
    drawn = [means for means in resampled_means(values, RESAMPLES // 2, seed) if means.std() > 0.0]
    errors: Floats = np.std([_analyzed(names, means, 2, seed)[:2] for means in drawn], axis=0, ddof=1)
    return errors


def total_by_luck(k: int, values: Floats, seed: int) -> Floats:
    """Total order that luck alone would give no number, shape (numbers,); 0 where there is one run at each point."""
    if values.shape[1] < 2:
        return np.zeros(k)
    blocks = values.reshape(-1, k + 2, values.shape[1])
    means = blocks.mean(axis=2)
    variance = np.concatenate([means[:, 0], means[:, -1]]).var()
    gaps = (blocks[:, 1:-1] - blocks[:, :1]).transpose(1, 0, 2)
    return luck_bound(gaps, lambda mean_gaps: 0.5 * (mean_gaps**2).mean(axis=1) / variance, seed)


def foremost_of(table: pd.DataFrame, effect: str) -> dict[str, str]:
    """The three numbers by which each outcome is moved most."""
    rows = table.sort_values(effect, ascending=False, kind="stable").groupby("outcome", sort=False)
    return {
        str(outcome): ", ".join(f"{row['path']} {row[effect]:.2g}" for row in some.head(FOREMOST).to_dict("records"))
        for outcome, some in rows
    }


def ranked(outcome: str, rows: pd.DataFrame, index: str, verdicts: tuple[str, str]) -> pd.DataFrame:
    """Rows of one outcome, the largest first, each with a verdict: the first where the index passes luck."""
    rows = rows.sort_values([index, "path"], ascending=[False, True], kind="stable").reset_index(drop=True)
    rows.insert(0, "outcome", outcome)
    return rows.assign(verdict=(rows[index] > rows["luck"]).map(dict(zip((True, False), verdicts, strict=True))))
