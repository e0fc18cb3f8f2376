"""Does the model do what history did? Patterns P0 to P11, each a statistic of many runs held against what was observed.

What was observed and what must hold stand in `observations/patterns.csv`; how each statistic is read off the runs
stands here. A pattern has lettered parts and holds if all of them do. A statistic that passes its threshold by a margin
is at distance 0: thresholds were set before any calibration, and nothing is gained by beating them further. The two
parts of P0 count date by date: they stand for 85 coded cells, and the worst date must not hide the others.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.history import ensembles
from scenarios.history.observations import CodedPosture, Pattern, patterns, postures
from scenarios.scenario.load import load
from scenarios.scenario.scenario import Scenario

Floats = NDArray[np.float64]
N_LEVELS = 4
LEAST_SCALE, SCALE = 0.1, 0.25  # of a standardised distance: a tenth, or a quarter of what was observed
TOLERANCE = 0.1  # of a share or a ratio, at most; the scale on which shortfalls of different statistics are added
MARGIN = 0.02  # by which a threshold is to be passed, so that noise of the runs does not decide
WANTED = ("P8b",)  # wanted, not required: at half weight
WORST = 5.0  # tolerances; the most that a statistic counts, and what one counts that cannot be read off
MOST_RUNS = 1_000  # of each part; more would take longer than the scenario itself
COLUMNS = ("id", "what", "observed", "simulated", "low", "high", "required", "holds", "distance", "n")


def mean(values: Floats) -> Floats:
    """Mean over the runs of each point, NaN left out."""
    counts = (~np.isnan(values)).sum(axis=1)
    found: Floats = np.where(counts > 0, np.nansum(values, axis=1) / np.maximum(counts, 1), np.nan)
    return found


def ratio(above: Floats, below: Floats) -> Floats:
    """Ratio of the means over the runs; NaN where there is nothing below."""
    top, bottom = mean(above), mean(below)
    found: Floats = np.where(bottom > 1e-9, top / np.maximum(bottom, 1e-9), np.nan)
    return found


def recovered(readings: ensembles.Readings) -> Floats:
    """Share of the oil lost after the direct threats that is delivered again within a year, mean of the two."""
    shares = []
    for patron in ensembles.EXITS:
        before, trough, after = (mean(readings[f"{patron}_{word}"]) for word in ("before", "trough", "after"))
        lost = before - trough
        shares.append(np.where(lost > 0.05, np.clip((after - trough) / np.maximum(lost, 0.05), 0.0, 1.0), 1.0))
    return np.asarray(np.mean(shares, axis=0))


def fits_of(levels: NDArray[np.int64], scenario: Scenario) -> tuple[Floats, Floats]:
    """Shares of the feasible cells at each date whose level is a coder's, and lies inside the coders' range."""
    exact, inside, cells = (np.zeros(levels.shape[:2]) for _ in range(3))
    for row in postures():
        if scenario.numbers[f"patrons.{row.patron}.channels.{row.channel}.feasible"].value < 1.0:
            continue
        d, p, c = place_of_pattern(row, scenario)
        level = levels[:, d, p, c]
        exact[:, d] += (level == row.level) | (level == row.second_coder)
        inside[:, d] += (level >= row.low) & (level <= row.high)
        cells[:, d] += 1.0
    return exact / cells, inside / cells


def place_of_pattern(row: CodedPosture, scenario: Scenario) -> tuple[int, int, int]:
    """Where a coded level lies among the dates, patrons and channels."""
    return (
        ensembles.POSTURE_DATES.index(row.date),
        scenario.patrons.index(row.patron),
        scenario.channels.index(row.channel),
    )


def fit_of_postures(ensemble: ensembles.HistoryRuns, scenario: Scenario) -> tuple[Floats, Floats]:
    """Those shares for the most frequent levels of the runs, of equals the lowest, shape (points, dates) each."""
    counts = np.stack([(ensemble.postures == level).sum(axis=1) for level in range(N_LEVELS)])
    return fits_of(counts.argmax(axis=0), scenario)


def baselines(scenario: Scenario) -> dict[str, tuple[Floats, Floats]]:
    """Those shares for two guesses that need no model: the posture of the date before, and the mean of the others."""
    levels = np.zeros((len(ensembles.POSTURE_DATES), len(scenario.patrons), len(scenario.channels)))
    for row in postures():
        levels[place_of_pattern(row, scenario)] = row.level
    before = np.concatenate([np.full_like(levels[:1], -1.0), levels[:-1]])
    others = np.floor((levels.sum(axis=0) - levels) / (len(levels) - 1) + 0.5)
    found = {}
    for name, guess in (("the date before", before), ("mean of the other dates", others)):
        exact, inside = (shares[0] for shares in fits_of(guess[None].astype(np.int64), scenario))
        if guess is before:
            exact[0] = inside[0] = np.nan
        found[name] = exact, inside
    return found


def losses_between(levels: NDArray[np.int8], scenario: Scenario) -> dict[str, Floats]:
    """Share of runs and of the intervals between coded dates with a net loss of a level, shape (points,) a patron."""
    spots = [i for i, name in enumerate(scenario.channels) if scenario.numbers[f"channels.{name}.material"].value > 0.5]
    given = levels[..., spots].astype(np.int64).sum(axis=-1)
    shares = (np.diff(given, axis=2) <= -1).mean(axis=(1, 2))
    return {patron: shares[:, i] for i, patron in enumerate(scenario.patrons)}


# id -> part of the ensemble, and the reading in it whose mean over the runs it is
MEANS = {
    "P1a": ("history", "arms_2006_13"),
    "P1b": ("history", "arms_2015_on"),
    "P1c": ("solvent", "arms_2015_22"),
    "P2a": ("history", "finance_2007_15"),
    "P2b": ("history", "finance_2017_on"),
    "P3a": ("history", "acts_low"),
    "P3b": ("history", "acts_high"),
    "P4a": ("history", "china_left"),
    "P4b": ("history", "russia_left"),
    "P6a": ("autumn", "arms_rise"),
    "P6b": ("autumn", "words_rise"),
    "P7": ("history", "cuba_stands"),
    "P8a": ("war", "none_delivered"),
    "P8b": ("war", "some_intended"),
    "P9a": ("history", "new_arms"),
    "P9b": ("history", "new_finance"),
    "P11a": ("autumn", "russia_back"),
    "P11b": ("autumn", "china_back"),
    "P11c": ("autumn", "iran_back"),
}
# id -> part and reading above, part and reading below
RATIOS = {
    "P2c": (("history", "oil_2017_19"), ("history", "oil_2007_15")),
    "P5a": (("history", "people_arms_2022_24"), ("history", "people_arms_2019_21")),
    "P5b": (("peaceful", "people_arms_2022_24"), ("history", "people_arms_2022_24")),
    "P6c": (("autumn", "oil_november"), ("autumn", "oil_august")),
}
LOSSES = {"P10a": "russia", "P10b": "china", "P10c": "iran", "P10d": "cuba"}


def statistics(ensemble: ensembles.HistoryRuns, scenario: Scenario) -> dict[str, Floats]:
    """The statistics of `patterns.csv` by their ids, one value a point, for the parts that were played."""
    parts = zip(ensemble._fields[:-1], ensemble[:-1], strict=True)
    read = {(part, name): values for part, readings in parts for name, values in readings.items()}
    found = {pattern: mean(read[place]) for pattern, place in MEANS.items() if place in read}
    found |= {pattern: ratio(read[a], read[b]) for pattern, (a, b) in RATIOS.items() if {a, b} <= read.keys()}
    if ensemble.history:
        lost = losses_between(ensemble.postures, scenario)
        found |= {pattern: lost[patron] for pattern, patron in LOSSES.items()}
        exact, inside = fit_of_postures(ensemble, scenario)
        found |= {"P0a": exact.min(axis=1), "P0b": inside.min(axis=1), "P4c": recovered(ensemble.history)}
    if ensemble.present:
        found["P0c"] = np.asarray(np.exp(mean(ensemble.present["opening_log_chance"])))
    return {pattern.id: found[pattern.id] for pattern in patterns() if pattern.id in found}


def required(pattern: Pattern) -> str:
    """What is required of a statistic, in words."""
    upper = f" to {pattern.threshold_high:g}" if pattern.direction == "within" else ""
    return f"{pattern.direction} {pattern.threshold:g}{upper}"


def standardised(pattern: Pattern, simulated: float) -> float:
    """How far a statistic lies from what was observed, over a tenth or a quarter of it; NaN if nothing was observed."""
    return (simulated - pattern.observed) / max(LEAST_SCALE, SCALE * abs(pattern.observed))


def pattern_rows(
    ensemble: ensembles.HistoryRuns, scenario: Scenario, seed: int = 1, draws: int = 200
) -> list[dict[str, Any]]:
    """Each part of each pattern: what was observed, what the runs gave with a 95 % interval, and whether it holds."""
    rng = np.random.default_rng(seed)
    value = statistics(ensemble, scenario)
    again = [statistics(ensembles.bootstrap(ensemble, rng), scenario) for _ in range(draws)]
    rows = []
    for pattern in patterns():
        name = pattern.id
        if name not in value:
            continue
        drawn = np.array([each[name][0] for each in again])
        known = drawn[~np.isnan(drawn)]
        # what cannot be read off, such as acts at rungs that never came, has no interval either
        low, high = np.quantile(known, [0.025, 0.975]) if len(known) else (np.nan, np.nan)
        rows.append(
            {
                "id": name,
                "what": pattern.what,
                "observed": pattern.observed,
                "simulated": float(value[name][0]),
                "low": float(low),
                "high": float(high),
                "required": required(pattern),
                "holds": pattern.holds(float(value[name][0])),
                "distance": standardised(pattern, float(value[name][0])),
            }
        )
    return rows


def tolerance_at(threshold: float) -> float:
    """How far beyond a threshold is as far as a tenth elsewhere: no further than what it leaves to the end of a share.

    Examples
    --------
    >>> tolerance_at(0.45), round(tolerance_at(0.95), 2), tolerance_at(1.1)
    (0.1, 0.05, 0.1)
    """
    left = min(threshold, 1.0 - threshold)
    return left if 0.0 < left < TOLERANCE else TOLERANCE


def margin_at(threshold: float) -> float:
    """The margin at a threshold: none at the end of a share, beyond which nothing lies.

    Examples
    --------
    >>> margin_at(0.5), margin_at(1.0)
    (0.02, 0.0)
    """
    return 0.0 if threshold in (0.0, 1.0) else MARGIN


def shortfall(pattern: Pattern, values: Floats) -> Floats:
    """How far a statistic falls short of what is required and a margin [tolerances]; 0 if it does not."""
    upper = pattern.threshold_high if pattern.direction == "within" else pattern.threshold
    below = (pattern.threshold + margin_at(pattern.threshold) - values) / tolerance_at(pattern.threshold)
    above = (values + margin_at(upper) - upper) / tolerance_at(upper)
    if pattern.direction == "within":
        gap = np.maximum(below, above)
    else:
        gap = above if pattern.direction == "at most" else below
    return np.where(np.isnan(values), WORST, np.clip(gap, 0.0, WORST))


def shortfalls(ensemble: ensembles.HistoryRuns, scenario: Scenario) -> dict[str, Floats]:
    """Shortfall of every statistic of every point [tolerances]; those of P0 date by date, as ``P0a.2010``."""
    found = statistics(ensemble, scenario)
    by_date = dict(zip(("P0a", "P0b"), fit_of_postures(ensemble, scenario), strict=True)) if ensemble.history else {}
    gaps: dict[str, Floats] = {}
    for pattern in patterns():
        if pattern.id in by_date:
            for day, shares in zip(ensembles.POSTURE_DATES, by_date[pattern.id].T, strict=True):
                gaps[f"{pattern.id}.{day.year}"] = shortfall(pattern, shares)
        elif pattern.id in found:
            gaps[pattern.id] = shortfall(pattern, found[pattern.id])
    return gaps


def distance(gaps: dict[str, Floats]) -> Floats:
    """Root of the mean squared shortfall of each point [tolerances]."""
    weights: Any = np.array([0.5 if name in WANTED else 1.0 for name in gaps])[:, None]
    squares = np.array(list(gaps.values())) ** 2
    total: Floats = np.sqrt((weights * squares).sum(axis=0) / weights.sum())
    return total


def part_of(scenario: Scenario) -> str:
    """The part of history that a scenario plays, also one that builds on it; empty if none."""
    parts = (ensembles.HISTORY, ensembles.AUTUMN, ensembles.WAR)
    return next((part for part in parts if part in (scenario.name, scenario.base)), "")


def carried(scenario: Scenario, part: str) -> Scenario:
    """Another part of history, changed as this scenario was: terms, rules, shared numbers, settings without a date."""
    other, untouched = load(part), load(part_of(scenario))
    both = ensembles.shared(untouched, other)
    changed = {path: scenario.numbers[path] for path in both if scenario.numbers[path] != untouched.numbers[path]}
    set_here = [each for each in scenario.settings if each not in untouched.settings and each.on is None]
    return replace(
        other,
        numbers={**other.numbers, **changed},
        terms=scenario.terms,
        decision=scenario.decision,
        posterior=scenario.posterior,
        settings=(*other.settings, *(each for each in set_here if each.path in other.numbers)),
    )


def parts_of(scenario: Scenario) -> dict[str, Scenario]:
    """What is to be played for the patterns that a scenario can speak to: the long history speaks to all."""
    part = part_of(scenario)
    parts = {part: scenario} if part else {}
    if part == ensembles.HISTORY:
        parts |= {other: carried(scenario, other) for other in (ensembles.AUTUMN, ensembles.WAR, ensembles.PRESENT)}
    return parts


def held_against_history(scenario: Scenario, replications: int, rng: Any = 1, jobs: int = 0) -> pd.DataFrame:
    """The patterns that a scenario can speak to: observed, simulated with a 95 % interval, and whether they hold."""
    parts, runs = parts_of(scenario), min(replications, MOST_RUNS)
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    rows = pattern_rows(ensembles.history_runs(parts, runs, rng, jobs=jobs), parts.get(ensembles.HISTORY, scenario))
    return pd.DataFrame([row | {"n": runs} for row in rows], columns=list(COLUMNS))
