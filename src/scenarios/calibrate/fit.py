"""How is the model fitted to history? Numbers that history can speak to are screened, then sampled in its tolerance."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.calibrate.distance import distance, shortfalls
from scenarios.calibrate.ensembles import AUTUMN, HISTORY, PRESENT, WAR, Ensemble, ensemble_of
from scenarios.calibrate.numbers import at_quantiles, quantiles, shared
from scenarios.calibrate.patterns import pattern_rows
from scenarios.calibrate.sequential import Fit, Judge, Report, distinct, in_batches, next_generation, sequential
from scenarios.scenario.load import load
from scenarios.scenario.overlay import prior
from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

BATCH = 200  # points played together
FELT = 0.1  # rank correlation with some shortfall from which history can speak to a number
MOST_NUMBERS = 40  # fitted together; the others keep their ranges
PACE: dict[str, Any] = {"keep": 0.4, "moves": 2}  # of the sampler
SETTLING = 8  # steps of every point at the end
LEAST_LEFT = 0.25  # share of the points that is left at the least when they are judged once more
DRAWS = 1_000  # rows of the posterior sample
RUNS_A_ROW = 4  # of the rows drawn for a check
NARROWED = 0.15  # share of the prior variance that must be gone for history to have taught something
SHIFTED = 0.35  # or how far the mean must have moved, in prior standard deviations
TAUGHT, UNTAUGHT = "history narrows or moves it", "keeps its range"
Floats = NDArray[np.float64]


class Screening(NamedTuple):
    """What a sample of the prior says about which numbers matter for history.

    Attributes
    ----------
    paths : list of str
    cube : ndarray of float64, shape (points, paths)
        Prior quantiles.
    gaps : dict of str to ndarray, shape (points,)
        Shortfalls of the statistics.
    table : DataFrame
        One row a number: path, statistic that answers most, rank correlation with it.
    """

    paths: list[str]
    cube: Floats
    gaps: dict[str, Floats]
    table: "DataFrame"


class Posterior(NamedTuple):
    """A fitted sample: paths, equally likely rows of values, and the points behind them."""

    paths: list[str]
    rows: Floats
    fit: Fit


def scenarios_of_history(names: tuple[str, ...] = (HISTORY, AUTUMN, WAR, PRESENT)) -> dict[str, Scenario]:
    """The scenarios that history is read off, on their raw ranges."""
    return {name: prior(load(name)) for name in names}


def gaps_at(
    scenarios: dict[str, Scenario], paths: list[str], replications: int, cube: Floats, seed: int
) -> dict[str, Floats]:
    """Shortfalls of some points of the cube; each batch has luck of its own."""
    parts = []
    for first in range(0, len(cube), BATCH):
        table = at_quantiles(scenarios[HISTORY], paths, cube[first : first + BATCH])
        ensemble = ensemble_of(scenarios, replications, seed + first, table)
        parts.append(shortfalls(ensemble, scenarios[HISTORY]))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def rank_correlation(x: Floats, y: Floats) -> float:
    """Spearman's rank correlation; 0 where one of the two does not vary.

    Examples
    --------
    >>> import numpy as np
    >>> rank_correlation(np.arange(9.0), np.arange(9.0) ** 3)
    1.0
    """
    from scipy.stats import rankdata

    a, b = rankdata(x), rankdata(y)
    if a.std() == 0.0 or b.std() == 0.0:
        return 0.0
    return float(round(np.corrcoef(a, b)[0, 1], 12))


def screened(
    scenarios: dict[str, Scenario], points: int, replications: int, seed: int, report: Report | None = None
) -> Screening:
    """A sample of the prior of all numbers that history shares with the present, and what each of them moves."""
    import pandas as pd

    paths = shared(scenarios[HISTORY], prior(load(PRESENT)))
    cube = np.random.default_rng(seed).random((points, len(paths)))
    gaps = gaps_at(scenarios, paths, replications, cube, seed * 1_000_003)
    if report is not None:
        report(f"screened {len(paths)} numbers with {points:,} points of the prior")
    rows = []
    for i, path in enumerate(paths):
        felt = {name: rank_correlation(cube[:, i], values) for name, values in gaps.items()}
        name = max(felt, key=lambda each: abs(felt[each]))
        rows.append({"path": path, "statistic": name, "correlation": felt[name]})
    table = pd.DataFrame(rows).sort_values("correlation", key=np.abs, ascending=False, ignore_index=True)
    return Screening(paths, cube, gaps, table)


def felt_by_history(screening: Screening, most: int = MOST_NUMBERS) -> list[str]:
    """The numbers that history can speak to, those that it feels most first."""
    table = screening.table
    return list(table.loc[table["correlation"].abs() >= FELT, "path"])[:most]


def judge_of(scenarios: dict[str, Scenario], paths: list[str], replications: int) -> Judge:
    """The distance of points of the cube from history."""
    return lambda cube, seed: distance(gaps_at(scenarios, paths, replications, cube, 7_919 * (seed + 1)))


def drawn_rows(paths: list[str], fit: Fit, scenario: Scenario, draws: int = DRAWS) -> Posterior:
    """The sample as rows of values; of more points than `draws`, evenly chosen ones."""
    table = at_quantiles(scenario, paths, fit.cube)
    pick = np.linspace(0, len(table) - 1, min(draws, len(table))).round().astype(np.int64)
    return Posterior(paths, table.to_numpy()[pick], fit)


def fit_history(
    particles: int,
    generations: int,
    screen_points: int,
    replications: int,
    seed: int,
    fine_generations: int = 0,
    fine_replications: int = 64,
    report: Report | None = None,
) -> tuple[Screening, Posterior]:
    """Fits the numbers that history can speak to.

    Parameters
    ----------
    particles, generations : int
        Of the sequential sampler.
    screen_points : int
        Points of the prior that are screened; they are also the sampler's first generation.
    replications : int
        Runs of each point.
    fine_generations, fine_replications : int
        Generations after these, with more runs a point: near history, the luck of few runs hides how near.
    seed : int
        Of points and luck.
    report : callable or None
        Called with a line on each generation.
    """
    scenarios = scenarios_of_history()
    screening = screened(scenarios, screen_points, replications, seed, report)
    paths = felt_by_history(screening)
    columns = [screening.paths.index(path) for path in paths]
    rng = np.random.default_rng(seed + 1)

    def sample(judge: Judge, most: int, start: tuple[Floats, Floats]) -> Fit:
        settings: dict[str, Any] = {"batch": BATCH, "report": report, "start": start, **PACE}
        return sequential(judge, len(paths), particles, most, rng, **settings)

    first = screening.cube[:, columns], distance(screening.gaps)
    fit = sample(judge_of(scenarios, paths, replications), generations, first)
    if fine_generations > 0:
        judge = judge_of(scenarios, paths, fine_replications)
        fine = sample(judge, fine_generations, (fit.cube, fit.distances))
        # steps within the last tolerance, so that copies of the few points that came near part ways
        fine, _ = next_generation(judge, fine, fine.tolerances[-1], 0.5, fine_generations + 1, rng, SETTLING, BATCH)
        fine = near_again(judge, fine)
        fit = fine._replace(played=fit.played + fine.played, tolerances=(*fit.tolerances, *fine.tolerances))
    return screening, drawn_rows(paths, fit, scenarios[HISTORY])


def near_again(judge: Judge, fit: Fit) -> Fit:
    """The points that are within the tolerance on fresh luck too: a point may have come near by luck alone."""
    again = in_batches(judge, fit.cube, 997_000_000, BATCH)
    is_near = again <= max(fit.tolerances[-1], float(np.quantile(again, LEAST_LEFT)))
    return fit._replace(cube=fit.cube[is_near], distances=again[is_near], played=fit.played + len(again))


def manifest_of(screening: Screening, posterior: Posterior, settings: dict[str, Any]) -> dict[str, Any]:
    """How a posterior sample was made."""
    fit = posterior.fit
    return {
        **settings,
        "numbers_screened": len(screening.paths),
        "numbers_fitted": len(posterior.paths),
        "points_played": fit.played,
        "tolerances": [round(each, 4) for each in fit.tolerances],
        "steps_taken": [round(each, 3) for each in fit.taken],
        "different_points": distinct(fit.cube),
    }


def identification(posterior: Posterior, scenario: Scenario) -> "DataFrame":
    """What history has taught about each fitted number.

    Returns
    -------
    DataFrame
        Columns path, prior_q10, prior_q50, prior_q90, q10, q50, q90, narrowed (share of the prior variance, in prior
        quantiles, that is gone; negative if it grew), shift (of the mean, in prior standard deviations), verdict.
    """
    import pandas as pd

    cube = posterior.fit.cube
    marks, rows = np.array([0.1, 0.5, 0.9]), []
    for i, path in enumerate(posterior.paths):
        mean = float(cube[:, i].mean())
        narrowed = 1.0 - 12.0 * float(cube[:, i].var())  # a flat prior on (0, 1) has variance 1/12
        shift = (mean - 0.5) * np.sqrt(12.0)
        before = quantiles(scenario.numbers[path], marks)
        after = np.quantile(posterior.rows[:, i], marks)
        is_taught = narrowed >= NARROWED or abs(shift) >= SHIFTED
        row = dict(zip(("path", "prior_q10", "prior_q50", "prior_q90"), (path, *before), strict=True))
        row |= dict(zip(("q10", "q50", "q90"), after, strict=True))
        rows.append(row | {"narrowed": narrowed, "shift": shift, "verdict": TAUGHT if is_taught else UNTAUGHT})
    return pd.DataFrame(rows)


def predicted(posterior: Posterior | None, runs: int, seed: int) -> "DataFrame":
    """The patterns over runs that draw from a posterior sample, or from the raw ranges if there is none.

    Parameters
    ----------
    runs : int
        In all; of the history, fewer without solvency or wars.

    Notes
    -----
    Each row drawn is played on luck, and on draws of the other numbers, of its own. Points that are played together
    share both, and a few shared draws would decide the table.
    """
    import pandas as pd

    scenarios = scenarios_of_history()
    if posterior is None:
        return pd.DataFrame(pattern_rows(ensemble_of(scenarios, runs, seed), scenarios[HISTORY], seed))
    rows = np.random.default_rng(seed).choice(posterior.rows, size=max(1, runs // RUNS_A_ROW))
    table = pd.DataFrame(rows, columns=posterior.paths)
    played = [
        ensemble_of(scenarios, RUNS_A_ROW, seed * 1_000_003 + i, table.iloc[[i]].reset_index(drop=True))
        for i in range(len(table))
    ]
    return pd.DataFrame(pattern_rows(pooled(played), scenarios[HISTORY], seed))


def pooled(played: list[Ensemble]) -> Ensemble:
    """Ensembles of one point each as one."""

    def one(parts: list[dict[str, Floats]]) -> dict[str, Floats]:
        return {name: np.concatenate([part[name] for part in parts], axis=1) for name in parts[0]}

    return Ensemble(
        history=one([each.history for each in played]),
        solvent=one([each.solvent for each in played]),
        peaceful=one([each.peaceful for each in played]),
        autumn=one([each.autumn for each in played]),
        war=one([each.war for each in played]),
        present=one([each.present for each in played]),
        postures=np.concatenate([each.postures for each in played], axis=1),
    )
