"""What did a frozen forecast come to? Its scores on the questions that are resolved, beside what others said."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from scenarios.errors import RequestRefused, ScenarioError
from scenarios.moments import Floats, Integers
from scenarios.questions.sealed import column_cells, frozen_forecast, table_with
from scenarios.scenario.user_table import UserTable, decimal_hint

TRUTHS = {"1": 1.0, "0": 0.0, "yes": 1.0, "no": 0.0, "true": 1.0, "false": 0.0, "1.0": 1.0, "0.0": 0.0}
UNRESOLVED = ""
MODEL, RAW, BASE_RATE, ALWAYS_NO = "published", "chance", "base rate", "no"
OURS = {MODEL: "published", RAW: "chance", BASE_RATE: "base_rate"}  # forecaster -> its column of a forecast
OWN = ("id", "outcome", "question")  # columns of outcomes that are nobody's chances
MOST_FAULTS = 20
RESAMPLES = 2_000
SEED = 1
BINS = (0.0, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0)


class Outcomes(NamedTuple):
    """What came of some questions, and what others had said of them."""

    came: Mapping[str, float]  # id -> 1 or 0, where it is resolved
    others: Mapping[str, Mapping[str, float]]  # column -> id -> chance


def outcomes_in(file: Path | str) -> Outcomes:
    """What came, from a CSV file with the columns id and outcome; every other column is somebody's chances."""
    table, name = table_with(file, "id", "outcome"), Path(file).name
    faults: list[str] = []
    keys = _ids(table, faults)

    def known(found: Iterable[float | None]) -> dict[str, float]:
        return {key: value for key, value in zip(keys, found, strict=True) if value is not None}

    came, columns = known(_truths(table, faults)), [column for column in table.head if column not in OWN]
    others = {column: known(_chances(table, column, faults)) for column in columns}
    if faults:
        raise ScenarioError([f"{name}, {fault}" for fault in faults[:MOST_FAULTS]])
    if not came:
        raise RequestRefused(f"{name}: resolves no question. Write 1 (it came) or 0 (it did not) under outcome.")
    return Outcomes(came, others)


def _ids(table: UserTable, faults: list[str]) -> list[str]:
    """The ids, which must differ."""
    cells, seen = column_cells(table, "id"), set()
    for line, key in cells:
        if not key or key in seen:
            faults.append(f"line {line}: the id {key!r} {'stands twice' if key else 'is empty'}. Ids must differ.")
        seen.add(key)
    return [key for _, key in cells]


def _truths(table: UserTable, faults: list[str]) -> Iterator[float | None]:
    """What came; None where it is not resolved."""
    for line, cell in column_cells(table, "outcome"):
        truth = TRUTHS.get(cell.lower())
        if truth is None and cell != UNRESOLVED:
            faults.append(f"line {line}: outcome {cell[:40]!r} must be 1 or 0 (yes or no), or empty if not resolved.")
        yield truth


def _chances(table: UserTable, column: str, faults: list[str]) -> Iterator[float | None]:
    """What somebody said; None where nothing."""
    for line, cell in column_cells(table, column):
        try:
            said = float(cell) if cell else None
        except ValueError:
            said = np.nan
        if said is not None and not 0.0 <= said <= 1.0:
            hint = decimal_hint(cell)
            faults.append(f"line {line}: {column[:40]} {cell[:40]!r} must be a chance from 0 to 1. {hint}".rstrip())
        yield said


class Scored(NamedTuple):
    """A forecast held against what came."""

    record: dict[str, object]  # of the frozen forecast
    scores: pd.DataFrame  # as `score_table` makes it
    calibration: pd.DataFrame  # as `calibration` makes it
    questions: pd.DataFrame  # one row a resolved question
    open_ids: list[str]  # questions without an outcome


def score_forecast(folder: Path | str, outcomes: Path | str) -> Scored:
    """Scores of a frozen forecast on the questions that are resolved, beside what others said.

    Parameters
    ----------
    folder : Path or str
        As ``scenarios ask ... --freeze`` wrote it.
    outcomes : Path or str
        CSV file with the columns id and outcome (1 or 0, empty if not resolved); every further column holds the chances
        of another forecaster.

    Raises
    ------
    RequestRefused, ScenarioError
        If the forecast was edited, a file cannot be read, or an id is not in the forecast.
    """
    record, asked = frozen_forecast(Path(folder))
    found = outcomes_in(outcomes)
    ids = [str(key) for key in asked["id"]]
    if strange := [key for key in found.came if key not in set(ids)]:
        raise RequestRefused(
            f"{Path(outcomes).name}: {', '.join(strange[:5])} {'is' if len(strange) == 1 else 'are'} not in the "
            f"forecast, which asks {', '.join(ids[:5])}{' ...' if len(ids) > 5 else ''}."
        )
    resolved = asked[[key in found.came for key in ids]].reset_index(drop=True)
    keys, open_ids = ([key for key in ids if (key in found.came) is is_so] for is_so in (True, False))
    came = np.array([found.came[key] for key in keys])
    said = {name: resolved[column].to_numpy(dtype=np.float64) for name, column in OURS.items()}
    others = {name: np.array([some.get(key, np.nan) for key in keys]) for name, some in found.others.items()}
    said |= {ALWAYS_NO: np.zeros(len(keys)), **others}
    questions = resolved.assign(outcome=came, **{name: said[name] for name in others})
    return Scored(record, score_table(said, came), calibration(said[MODEL], came), questions, open_ids)


def brier(chance: Floats, outcome: Floats) -> Floats:
    """Squared distance of each chance from what came."""
    return (chance - outcome) ** 2


def log_score(chance: Floats, outcome: Floats) -> Floats:
    """Minus the logarithm of the chance that was given to what came; without bound where that was 0."""
    with np.errstate(divide="ignore"):
        return -np.log(np.where(outcome > 0.5, chance, 1.0 - chance))


def score_table(chances: Mapping[str, Floats], outcome: Floats) -> pd.DataFrame:
    """The scores of several forecasters on the same questions, the first of them ours."""
    ours = next(iter(chances.values()))
    rng = np.random.default_rng(SEED)
    picks = rng.integers(0, len(outcome), (RESAMPLES, len(outcome)))
    rows = []
    for name, said in chances.items():
        known = ~np.isnan(said)
        row = {"forecaster": name, "n": int(known.sum())}
        row |= _mean("brier", np.where(known, brier(said, outcome), np.nan), picks)
        row |= _mean("log", np.where(known, log_score(said, outcome), np.nan), picks)
        gap = brier(said, outcome) - brier(ours, outcome)
        rows.append(row | _mean("ahead", np.where(known, gap, np.nan), picks))
    return pd.DataFrame(rows)


def _mean(name: str, values: Floats, picks: Integers) -> dict[str, float]:
    """A mean over questions with its interval; NaN is left out."""
    known = ~np.isnan(values)
    n = known[picks].sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(known, values, 0.0)[picks].sum(axis=1) / n
    means = means[n > 0]
    if not known.any():
        return {name: np.nan, f"{name}_low": np.nan, f"{name}_high": np.nan}
    low, high = np.quantile(means, [0.025, 0.975], method="inverted_cdf")
    return {name: float(values[known].mean()), f"{name}_low": float(low), f"{name}_high": float(high)}


def calibration(chance: Floats, outcome: Floats) -> pd.DataFrame:
    """How often did it come where about so much was said?"""
    from scipy.stats import binomtest

    rows = []
    for low, high in pairwise(BINS):
        inside = (chance >= low) & ((chance < high) | (high == BINS[-1]))
        n = int(inside.sum())
        if n:
            came = int(outcome[inside].sum())
            between = binomtest(came, n).proportion_ci(method="wilson")
            rows.append((low, high, n, float(chance[inside].mean()), came / n, *between))
    return pd.DataFrame(rows, columns=["said_from", "said_to", "n", "said", "came", "low", "high"])
