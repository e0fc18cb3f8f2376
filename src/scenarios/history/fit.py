"""How is the model fitted to history, and what does the fit teach? Numbers are screened, then sampled in tolerance."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.history import ensembles
from scenarios.history.ensembles import AUTUMN, HISTORY, PRESENT, WAR
from scenarios.history.patterns import baselines, distance, fit_of_postures, pattern_rows, shortfalls
from scenarios.history.sequential import HistorySample, Judge, Report, Schedule, distinct, sequential
from scenarios.scenario.load import load
from scenarios.scenario.overlay import prior
from scenarios.scenario.posterior import FOLDER, write_posterior
from scenarios.scenario.scenario import Scenario

BATCH = 200  # points played together, for the sake of memory
FELT = 0.1  # rank correlation with some shortfall from which history can speak to a number
MOST_NUMBERS = 12  # fitted together; the others keep their ranges
# never fitted: precision sets the level of the headline, the two traits are what a user asks about
ALWAYS_DRAWN = ("precision", "support_budget", "risk_tolerance")
KEEP = 0.3  # share of the points within the next tolerance
MOVES, FINE_MOVES = 2, 4  # steps of every point in a generation; more in the last, so that copies part ways
KEPT = 0.75  # share of the points that is left when they are judged once more, at the very end
LAST_FINER = 2  # times as many runs a point then
LUCK_APART = 1_000_000  # more generations than any fit has
MOST_SEED = 100_000
DRAWS = 1_200  # rows of the posterior sample; of more points, evenly chosen ones
Floats = NDArray[np.float64]
RUNS_A_ROW = 4  # of the rows drawn for a check
NARROWED = 0.15  # share of the prior variance that must be gone for history to have taught something
SHIFTED = 0.35  # or how far the mean must have moved, in prior standard deviations
TAUGHT, UNTAUGHT = "history narrows or moves it", "keeps its range"
SEEN = ("P0a.2010", "P0a.2016", "P0b.2010", "P0b.2016", "P1a", "P2a")
UNSEEN_PARTS = ("P3b", "P4a", "P4b", "P4c", "P5a", "P6a", "P6b", "P6c", "P9a", "P9b", "P11a", "P11b", "P11c")
UNSEEN_DATES = slice(2, 5)  # 2020, 2023, 2025
NEAREST = 0.05  # share of the points


class Screening(NamedTuple):
    """What a sample of the prior says about which numbers matter for history."""

    paths: list[str]
    cube: Floats  # prior quantiles, shape (points, paths)
    gaps: dict[str, Floats]  # shortfalls of the statistics, shape (points,) each
    table: pd.DataFrame  # one row a number: path, statistic that answers most, rank correlation with it


class FitSizes(NamedTuple):
    """How large a fit is.

    Near history, the luck of few runs hides how near: fine generations play more runs and take more steps a point. In
    the end the points are judged once more with twice as many runs, and the nearest three quarters are the sample.
    """

    particles: int
    generations: int
    screen: int  # points of the prior that are screened; they are also the sampler's first generation
    replications: int  # runs of each point
    fine: int = 0  # generations after these
    fine_replications: int = 16

    def judged(self) -> tuple[int, int]:
        """Points that are judged with few runs and with many."""
        # a generation judges every point anew and takes some steps; in the end points are judged once more
        fine = self.particles * ((1 + FINE_MOVES) * self.fine + LAST_FINER) if self.fine else 0
        return self.screen + (1 + MOVES) * self.particles * self.generations, fine


class FittedPosterior(NamedTuple):
    """A fitted sample: paths, equally likely rows of values, and the points behind them."""

    paths: list[str]
    rows: Floats
    fit: HistorySample


def scenarios_of_history(names: tuple[str, ...] = (HISTORY, AUTUMN, WAR, PRESENT)) -> dict[str, Scenario]:
    """The scenarios that history is read off, on their raw ranges."""
    return {name: prior(load(name)) for name in names}


def gaps_at(
    scenarios: dict[str, Scenario], paths: list[str], replications: int, cube: Floats, seed: int
) -> dict[str, Floats]:
    """Shortfalls of some points of the cube, all on the same luck, so that none is nearer by luck than another."""
    parts = []
    for first in range(0, len(cube), BATCH):
        table = ensembles.at_quantiles(scenarios[HISTORY], paths, cube[first : first + BATCH])
        ensemble = ensembles.history_runs(scenarios, replications, seed, table)
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


def seeds_of_turns(seed: int) -> Iterator[int]:
    """The luck of a fit, generation by generation: none is met twice, neither in a fit nor by another one."""
    return count(LUCK_APART * (seed + 1))


def screened_points(
    scenarios: dict[str, Scenario],
    points: int,
    replications: int,
    rng: np.random.Generator,
    turns: Iterator[int],
    report: Report | None = None,
) -> Screening:
    """A sample of the prior of the numbers that history shares with the present, and what each of them moves."""
    both = ensembles.shared(scenarios[HISTORY], prior(load(PRESENT)))
    paths = [path for path in both if path.rpartition(".")[2] not in ALWAYS_DRAWN]
    cube = rng.random((points, len(paths)))
    gaps = gaps_at(scenarios, paths, replications, cube, next(turns))
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
    return lambda cube, turn: distance(gaps_at(scenarios, paths, replications, cube, turn))


def fit_history(sizes: FitSizes, seed: int, report: Report | None = None) -> tuple[Screening, FittedPosterior]:
    """Fits the numbers that history can speak to; the seed, of points, steps and luck, lies in 0 to 100,000."""
    scenarios, rng, turns = scenarios_of_history(), np.random.default_rng(seed), seeds_of_turns(seed)
    screening = screened_points(scenarios, sizes.screen, sizes.replications, rng, turns, report)
    paths = felt_by_history(screening)
    columns = [screening.paths.index(path) for path in paths]

    def sample(runs: int, most: int, moves: int, start: tuple[Floats, Floats]) -> HistorySample:
        judge = judge_of(scenarios, paths, runs)
        return sequential(judge, len(paths), Schedule(sizes.particles, most, KEEP, moves), rng, report, start, turns)

    first = screening.cube[:, columns], distance(screening.gaps)
    fit = sample(sizes.replications, sizes.generations, MOVES, first)
    if sizes.fine > 0:
        fine = sample(sizes.fine_replications, sizes.fine, FINE_MOVES, (fit.cube, fit.distances))
        fine = nearest_points(judge_of(scenarios, paths, LAST_FINER * sizes.fine_replications), fine, next(turns))
        fit = fine._replace(
            played=fit.played + fine.played - len(fit.cube),
            tolerances=(*fit.tolerances, *fine.tolerances[1:]),
            taken=(*fit.taken, *fine.taken),
        )
    table = ensembles.at_quantiles(scenarios[HISTORY], paths, fit.cube)
    pick = np.linspace(0, len(table) - 1, min(DRAWS, len(table))).round().astype(np.int64)
    return screening, FittedPosterior(paths, table.to_numpy()[pick], fit)


def nearest_points(judge: Judge, fit: HistorySample, turn: int) -> HistorySample:
    """The nearest points of a sample on fresh luck: a point may have come near by luck alone."""
    again = judge(fit.cube, turn)
    within = float(np.quantile(again, KEPT))
    is_near = again <= within
    tolerances, played = (*fit.tolerances, within), fit.played + len(again)
    return fit._replace(cube=fit.cube[is_near], distances=again[is_near], tolerances=tolerances, played=played)


def manifest_of_fit(screening: Screening, posterior: FittedPosterior, settings: dict[str, Any]) -> dict[str, Any]:
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


def identification(posterior: FittedPosterior, scenario: Scenario) -> pd.DataFrame:
    """What history has taught about each fitted number."""
    cube = posterior.fit.cube
    marks, rows = np.array([0.1, 0.5, 0.9]), []
    for i, path in enumerate(posterior.paths):
        mean = float(cube[:, i].mean())
        narrowed = 1.0 - 12.0 * float(cube[:, i].var())  # a flat prior on (0, 1) has variance 1/12
        shift = (mean - 0.5) * np.sqrt(12.0)
        before = ensembles.quantiles_of_fit(scenario.numbers[path], marks)
        after = np.quantile(posterior.rows[:, i], marks)
        is_taught = narrowed >= NARROWED or abs(shift) >= SHIFTED
        row = dict(zip(("path", "prior_q10", "prior_q50", "prior_q90"), (path, *before), strict=True))
        row |= dict(zip(("q10", "q50", "q90"), after, strict=True))
        rows.append(row | {"narrowed": narrowed, "shift": shift, "verdict": TAUGHT if is_taught else UNTAUGHT})
    return pd.DataFrame(rows)


def predicted(posterior: FittedPosterior | None, runs: int, seed: int) -> pd.DataFrame:
    """The patterns over runs that draw from a posterior sample, or from the raw ranges if there is none.

    Notes
    -----
    Each row drawn is played on luck, and on draws of the other numbers, of its own. Points that are played together
    share both, and a few shared draws would decide the table.
    """
    scenarios = scenarios_of_history()
    if posterior is None:
        played = ensembles.history_runs(scenarios, runs, seed)
    else:
        rows = np.random.default_rng(seed).choice(posterior.rows, size=max(1, runs // RUNS_A_ROW))
        played = ensembles.pooled(
            ensembles.history_runs(
                scenarios, RUNS_A_ROW, seed * 1_000_003 + i, pd.DataFrame(row[None], columns=posterior.paths)
            )
            for i, row in enumerate(rows)
        )
    return pd.DataFrame(pattern_rows(played, scenarios[HISTORY], seed))


def held_out(paths: list[str], points: int, replications: int, seed: int) -> pd.DataFrame:
    """How well the points nearest to history up to 2018 do on what came after, beside all points and two guesses."""
    scenarios = scenarios_of_history((HISTORY, AUTUMN))
    history, cube = scenarios[HISTORY], np.random.default_rng(seed).random((points, len(paths)))
    played = ensembles.history_runs(scenarios, replications, seed, ensembles.at_quantiles(history, paths, cube))
    gaps = shortfalls(played, history)
    before = distance({name: gaps[name] for name in SEEN})
    after = distance({name: gaps[name] for name in UNSEEN_PARTS})
    near = np.argsort(before, kind="stable")[: max(1, round(NEAREST * points))]
    exact, inside = (shares[:, UNSEEN_DATES].mean(axis=1) for shares in fit_of_postures(played, history))
    rows = [
        {"who": who, "exact": exact[pick].mean(), "inside": inside[pick].mean(), "distance": after[pick].mean()}
        for who, pick in (("nearest to 2018", near), ("all points of the prior", slice(None)))
    ]
    for who, guess in baselines(history).items():
        rows.append({"who": who, "exact": guess[0][UNSEEN_DATES].mean(), "inside": guess[1][UNSEEN_DATES].mean()})
    return pd.DataFrame(rows)


def both_patterns(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The patterns under the raw ranges and under the sample, side by side."""
    columns = ["simulated", "low", "high", "holds"]
    sides = before[columns].add_prefix("prior_"), after[columns].add_prefix("posterior_")
    return before[["id", "what", "observed", "required"]].join(list(sides))


def write_fit(
    folder: Path,
    screening: Screening,
    posterior: FittedPosterior,
    patterns: pd.DataFrame,
    record: dict[str, Any],
    library: str | None,
) -> pd.DataFrame:
    """Writes a fit: sample, manifest, screening, identification, patterns; returns what history has taught."""
    folder.mkdir(parents=True, exist_ok=True)
    history = scenarios_of_history((HISTORY,))[HISTORY]
    write_posterior(folder, "posterior", posterior.paths, posterior.rows, history, record)
    table = identification(posterior, history)
    if library:
        # what history does not tell keeps its range: scenarios draw the rest from the sample, row by row
        kept = [posterior.paths.index(path) for path in table.loc[table["verdict"] == TAUGHT, "path"]]
        write_posterior(FOLDER, library, [posterior.paths[i] for i in kept], posterior.rows[:, kept], history, record)
    for name, rows in (("screening", screening.table), ("identification", table), ("patterns", patterns)):
        rows.to_csv(folder / f"{name}.csv", index=False, float_format="%.4g")
    return table
