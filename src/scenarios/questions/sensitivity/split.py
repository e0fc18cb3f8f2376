"""How much of what differs between runs is that we do not know the numbers, and how much is chance?"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import RequestRefused
from scenarios.intervals import estimated
from scenarios.outcomes.outcome import answers, checked, headlines
from scenarios.questions.sensitivity.luck import RESAMPLES
from scenarios.runs.job import Progress, seed_of
from scenarios.runs.play import simulate
from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

COLUMNS = (
    "outcome",
    "value",
    "se",
    "low",
    "high",
    "unknown_share",
    "unknown_low",
    "unknown_high",
    "chance_share",
    "points",
    "replications",
)
Floats = NDArray[np.float64]


def variance_split(
    scenario: Scenario,
    of: str | Iterable[str] | None = None,
    points: int = 500,
    replications: int = 20,
    rng: Any = 1,
    engine: str = "batch",
    jobs: int = 0,
    progress: Progress | None = None,
) -> "DataFrame":
    """Splits the variance of each outcome between runs into what we do not know and what is chance.

    Parameters
    ----------
    scenario : Scenario
    of : str or iterable of str, optional
        Outcomes; both step-backs of each patron if None.
    points, replications : int
        Draws of all uncertain numbers, and runs in each, every one with luck of its own.
    rng : int, SeedSequence or None
        Base seed.
    engine, jobs, progress
        As in `scenarios.simulate`.

    Returns
    -------
    DataFrame
        One row an outcome: value with se, low and high, its mean over the runs; unknown_share, the share of the
        variance that lies between points, with a 95 % interval; chance_share, the share within points. [0-1]

    Raises
    ------
    UnknownName, RequestRefused
        If an outcome does not exist, or there are fewer than two points or runs in each.

    Notes
    -----
    Chance is the mean variance within points; the variance of the points' means less chance / replications is what we
    do not know. Without the subtraction noise would be counted as knowledge to be had. The interval resamples points.

    Examples
    --------
    >>> from scenarios import load
    >>> table = variance_split(load("toy"), "client.holds", points=4, replications=3, engine="agents")
    >>> len(table)
    1
    """
    import pandas as pd

    asked = [each.text for each in checked(headlines(scenario) if of is None else of, scenario)]
    if points < 2 or replications < 2:
        raise RequestRefused(
            f"{points} points x {replications} runs split nothing. At least 2 points x 2 runs are needed."
        )
    seed = seed_of(rng)
    results = simulate(scenario, replications, seed, engine, points, jobs, progress)
    rows = []
    for name, values in answers(results, asked).items():
        cells = values.reshape(-1, replications)
        rows.append({"outcome": name, **split_of(cells, seed)})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def split_of(cells: Floats, seed: int) -> dict[str, float]:
    """The split of one outcome, with an interval.

    Parameters
    ----------
    cells : ndarray of float64, shape (points, replications)
        Points without an answer in at least two runs are left out.
    seed : int
        Of the resampling.
    """
    counts = (~np.isnan(cells)).sum(axis=1)
    used = cells[counts >= 2]
    n = len(used)
    if n < 2:
        return {"value": np.nan, "points": n, "replications": cells.shape[1]}
    facts = np.stack([np.nanmean(used, axis=1), np.nanvar(used, axis=1, ddof=1), (~np.isnan(used)).sum(axis=1)])
    rng = np.random.default_rng(seed)
    resampled = [unknown_share(facts[:, rng.integers(n, size=n)]) for _ in range(RESAMPLES)]
    low, high = np.quantile(resampled, [0.025, 0.975]) if facts[0].std() > 0 else (np.nan, np.nan)
    share = unknown_share(facts)
    return {
        **estimated(used.ravel(), np.repeat(np.arange(n), used.shape[1])).named("value", ""),
        "unknown_share": share,
        "unknown_low": float(low),
        "unknown_high": float(high),
        "chance_share": 1.0 - share,
        "points": n,
        "replications": cells.shape[1],
    }


def unknown_share(facts: Floats) -> float:
    """Share of the variance between points, from the mean, variance and number of runs of each, shape (3, points).

    Examples
    --------
    >>> unknown_share(np.array([[0.0, 1.0], [0.5, 0.5], [2.0, 2.0]]))
    0.3333333333333333
    """
    means, within, counts = facts
    chance = float(within.mean())
    between = float(means.var(ddof=1) - (within / counts).mean())
    total = between + chance
    # an estimate below 0 says that nothing is known to differ between points
    return min(1.0, max(0.0, between / total)) if total > 0.0 else np.nan
