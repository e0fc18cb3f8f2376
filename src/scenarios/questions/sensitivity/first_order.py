"""How much of the variance would knowing one number alone explain, in runs that are there? Nothing is played."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from scenarios.errors import RequestRefused
from scenarios.intervals import Z95
from scenarios.legible import Glimpsed
from scenarios.moments import Floats, Integers
from scenarios.outcomes.outcome import answers, texts_asked
from scenarios.questions.factors import chosen_paths
from scenarios.questions.sensitivity.indices import foremost_of, ranked
from scenarios.results import Results
from scenarios.runs.job import seed_of
from scenarios.scenario.scenario import Scenario
from scenarios.store.answers import origin

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PERMUTATIONS = 199  # of which the 190th is passed by luck in exactly 5 of 100
LEVEL = 0.95
MOST_KNOTS = 25
MOST_CELLS = 4_000_000  # points x permutations in memory
FEWEST = 100  # draws of the numbers; below, a number would have to explain a tenth to be seen
COLUMNS = ("outcome", "path", "share", "low", "high", "luck_one", "luck", "verdict", "n", "points")
BEYOND, WITHIN = "beyond luck", "within luck"


class PointCells(NamedTuple):
    """One outcome, its mean taken out, by point, shape (points,) each."""

    total: Floats
    squares: Floats
    runs: Floats

    @property
    def scaled(self) -> Floats:
        """Totals of equal spread where single runs have equal spread."""
        found: Floats = self.total / np.sqrt(self.runs)
        return found


def correlation_ratios(numbers: pd.DataFrame, outcome: Floats, point: Integers, seed: int) -> pd.DataFrame:
    """Share of the variance between runs that each number alone would explain, beside what luck alone would give.

    Runs of one point, a draw of the numbers, are no evidence apart; columns as in docs/reference/tables.md, "given".

    Notes
    -----
    The mean outcome as a function of a number is a line with bends, drawn by least squares; its variance is that of
    E[outcome | number]. What chance bends it is the mean over permutations of the points, all numbers kept together,
    and is taken off. The interval is by the influence of each point on the share.

    References
    ----------
    K. Pearson, On the General Theory of Skew Correlation (1905); C. B. Storlie and J. C. Helton, Reliability
    Engineering and System Safety 93 (2008) 28-54; E. Plischke, E. Borgonovo and C. L. Smith, European Journal of
    Operational Research 226 (2013) 536-550.
    """
    _, first, at = np.unique(point, return_index=True, return_inverse=True)
    left = outcome - outcome.mean()
    cells = PointCells(*[np.bincount(at, each).astype(np.float64) for each in (left, left**2, np.ones(len(left)))])
    roots = np.sqrt(cells.runs)
    columns = numbers.to_numpy(dtype=np.float64)[first].T
    shapes = [functions_of(column, knots_for(len(first)), roots) for column in columns]
    explained, errors = np.array([explained_of(shape, cells) for shape in shapes]).T
    lucky = np.concatenate([by_luck(shapes, shuffled) for shuffled in shuffles(cells.scaled, seed)])
    chance, between = lucky.mean(axis=0), float((cells.scaled**2).sum())

    def unbiased(found: Floats) -> Floats:
        share: Floats = (found - chance) / (1.0 - chance / between) / cells.squares.sum()
        return share

    share, luck = unbiased(explained), unbiased(lucky)
    error = Z95 * np.hypot(errors, luck.std(axis=0, ddof=1))
    table = {
        "share": share,
        "low": np.clip(share - error, 0.0, 1.0),
        "high": np.clip(share + error, 0.0, 1.0),
        "luck_one": bound_of(luck),
        "luck": bound_of(luck.max(axis=1)),
        "n": len(outcome),
    }
    return pd.DataFrame({"path": list(numbers), **table})


def knots_for(points: int) -> int:
    """Ends and bends of a line for some points: half the cube root of their number, and one.

    Examples
    --------
    >>> knots_for(10_000), knots_for(100)
    (11, 3)
    """
    return int(min(MOST_KNOTS, max(2, np.floor(points ** (1 / 3) + 1e-9)) // 2 + 1))


def functions_of(column: Floats, most: int, roots: Floats) -> Floats:
    """What a line with bends at quantiles is made of: orthonormal functions of a number, shape (points, functions)."""
    knots = np.unique(column)
    if len(knots) > most:
        knots = np.unique(np.quantile(column, np.linspace(0.0, 1.0, most), method="inverted_cdf"))
    hats = np.stack([np.interp(column, knots, each) for each in np.eye(len(knots))[1:]], axis=1)
    centred = (hats - np.average(hats, axis=0, weights=roots**2)) * roots[:, None]
    found: Floats = centred @ np.linalg.inv(np.linalg.cholesky(centred.T @ centred)).T
    return found


def explained_of(functions: Floats, cells: PointCells) -> tuple[float, float]:
    """Sum of squares that a number explains, and the standard error of its share by the influence of each point."""
    n, squares = cells.runs.sum(), cells.squares.sum()
    weights = functions.T @ cells.scaled
    explained = float((weights**2).sum())
    fitted = functions @ weights / np.sqrt(cells.runs)
    known = 2.0 * fitted * cells.total - fitted**2 * cells.runs
    influence = (known - explained / squares * cells.squares) / (squares / n)
    return explained, float(np.sqrt((influence**2).sum()) / n)


def shuffles(scaled: Floats, seed: int) -> Iterator[Floats]:
    """Outcomes of the points in changed places, some permutations at a time, shape (points, permutations)."""
    rng, at_once = np.random.default_rng(seed), max(1, MOST_CELLS // len(scaled))
    for first in range(0, PERMUTATIONS, at_once):
        n = min(at_once, PERMUTATIONS - first)
        yield np.stack([rng.permutation(scaled) for _ in range(n)], axis=1)


def by_luck(shapes: list[Floats], shuffled: Floats) -> Floats:
    """Sum of squares that each number explains of shuffled outcomes, shape (permutations, numbers)."""
    # one product of all functions: many small ones cost more than they compute
    squares = (np.concatenate(shapes, axis=1).T @ shuffled) ** 2
    starts = np.cumsum([0, *[functions.shape[1] for functions in shapes[:-1]]])
    found: Floats = np.add.reduceat(squares, starts, axis=0).T
    return found


def bound_of(lucky: Floats) -> Floats:
    """What luck passes in 5 of 100 analyses: exact, as the analysis is one more of the permutations."""
    rank = int(np.ceil(LEVEL * (len(lucky) + 1))) - 1
    bound: Floats = np.sort(lucky, axis=0)[rank]
    return bound


@dataclass(frozen=True, repr=False)
class SensitivityGiven(Glimpsed):
    """The sensitivity that runs show which were played for something else; see docs/reference/tables.md, "given".

    Attributes
    ----------
    scenario : Scenario
    manifest : dict
        How the runs were come by, outcomes, and the seed of the permutations.
    shares : DataFrame
        One row an outcome and number, the largest share first.
    refused : dict of str to str
        Outcomes that were not answered, and why.
    """

    scenario: Scenario
    manifest: dict[str, Any]
    shares: pd.DataFrame
    refused: dict[str, str] = field(default_factory=dict)

    def glimpse(self) -> tuple[str, dict[str, str]]:
        """What each outcome hangs on most."""
        facts = foremost_of(self.shares, "share") | self.refused
        return "Sensitivity, read off runs", facts | {"table": "shares", "figures": ".plot(OUTCOME)"}

    def plot(self, outcome: str | None = None) -> "Figure":
        """What moves an outcome, the largest share first; the first outcome if none is named."""
        from scenarios.questions.sensitivity.figure import drawn_tornado

        return drawn_tornado(outcome, {"given": self.shares}, self.scenario, self.manifest)


def sensitivity_given(
    results: Results, of: str | Iterable[str] | None = None, over: Iterable[str] | None = None, rng: Any = 1
) -> SensitivityGiven:
    """The share of each outcome's variance that knowing one of the drawn numbers alone would explain.

    Parameters
    ----------
    results : Results
        From `simulate` or `read`.
    of : str or iterable of str, optional
        Outcomes; both step-backs of each patron if None.
    over : iterable of str, optional
        Numbers, or groups of them (``patrons.china``); all that were drawn if None.
    rng : int, SeedSequence or None
        Seed of the permutations that show what luck alone would give.

    Returns
    -------
    SensitivityGiven

    Raises
    ------
    UnknownName, RequestRefused
        If a name does not exist, or the runs have too few draws of the numbers.

    Notes
    -----
    The numbers may depend on each other, as those do that history ties together: a share is a correlation ratio,
    Var(E[outcome | number]) / Var(outcome) over single runs. It holds what the number tells of others that go with it,
    so that shares overlap and do not sum to one; where numbers are independent it is the first-order Sobol index.

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> found = sensitivity_given(simulate(load("toy"), 200, engine="agents"), "client.holds")
    >>> list(found.shares["outcome"].unique())
    ['client.holds']
    """
    scenario, seed = results.scenario, seed_of(rng)
    asked = texts_asked(of, scenario)
    table = results.runs[[path for path in chosen_paths(scenario, over) if results.runs[path].nunique() > 1]]
    point = results.runs["scenario_id"].to_numpy(dtype=np.int64)
    is_there = table.notna().all(axis=1).to_numpy()  # numbers are kept for the first runs only
    made, refused = [], {}
    for outcome, values in answers(results, asked).items():
        keep = is_there & ~np.isnan(values)
        try:
            check_runs(outcome, values[keep], point[keep])
        except RequestRefused as why:
            refused[outcome] = str(why)
            continue
        rows = correlation_ratios(table[keep], values[keep], point[keep], seed)
        made.append(ranked(outcome, rows, "share", (BEYOND, WITHIN)).assign(points=len(np.unique(point[keep]))))
    if not made:
        raise RequestRefused("\n".join(refused.values()))
    played = ("seed", "replications", "points", "engine", "rulebook_hash")
    manifest = {name: results.manifest.get(name) for name in played} | origin(scenario)
    manifest |= {"runs": len(results.runs), "of": asked, "luck_seed": seed}
    return SensitivityGiven(scenario, manifest, pd.concat(made, ignore_index=True)[list(COLUMNS)], refused)


def check_runs(outcome: str, values: Floats, point: Integers) -> None:
    """Refuses runs that can show nothing."""
    points = len(np.unique(point))
    if points < FEWEST:
        raise RequestRefused(
            f"{outcome}: {len(values):,} runs with an answer, of {points} draws of the numbers; at least {FEWEST} "
            "draws are needed, some thousand to see small shares. Play more: scenarios run --replications 10000."
        )
    if values.min() == values.max():
        raise RequestRefused(f"{outcome}: every run gave {values[0]:g}, so nothing moves it. Ask for another outcome.")
