"""What are the chances of a row, and what stands beside a scenario's headline? The model's, with an interval."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from scenarios.cases import rows
from scenarios.cases.hazards import DAYS_IN_YEAR, FirstMoves, Numbers, first_moves, outcome_chances, windows_of
from scenarios.cases.library import ALL, Fit, shipped_fit
from scenarios.scenario.reference_class import ReferenceClass, reference_class_of
from scenarios.scenario.scenario import Scenario

MODEL_SHARE = 0.8  # the rest is the base rates of the training rows
LOW, HIGH = 10, 90  # ends of an interval [percent]
INTERVAL_DRAWS = 100
HORIZONS = (60, 365)  # days from the opening of the scenario
ANCHOR = 0.25
DOUBT = (0.25, 0.5, 0.25)  # chance that a judged covariate is coded an anchor too high, rightly, too low
SEED = 1
WIDER = (
    "A step back of the cases is wider than the model's: a lower top rung of support, or a third less of it. The cases "
    "react to nothing that is set here."
)


class Forecast(NamedTuple):
    """The forecast of some rows, with the 80 % interval of the chance of a retreat, over the draws of the fit."""

    chances: rows.Floats  # shape (rows, 4), in the order of `rows.OUTCOMES`
    low: rows.Floats
    high: rows.Floats
    causes: rows.Floats  # shares in a step down, shape (rows, 5), in the order of `hazards.CAUSES`

    @property
    def retreat(self) -> rows.Floats:
        """Chance of a retreat: stepped back or abandoned."""
        return np.asarray(self.chances[:, rows.BACK :].sum(1))


def forecast(cases: rows.Cases, fit: Fit) -> Forecast:
    """The forecast of some rows by a fit."""
    parts = rows.in_parts(cases, fit.training)
    return Forecast(*rows.put_together((places, _forecast_of(part, fit)) for places, part in parts))


def _forecast_of(part: rows.Filled, fit: Fit) -> Forecast:
    """The forecast of rows that are filled."""
    windows = windows_of(part.cases)
    moves = first_moves(part.cases, windows, fit.mode)
    drawn = [
        _published(part, first_moves(part.cases, windows, Numbers(*draw)), fit) for draw in fit.draws[:INTERVAL_DRAWS]
    ]
    low, high = np.percentile(np.array(drawn)[:, :, rows.BACK :].sum(2), (LOW, HIGH), axis=0)
    causes = part.mean(moves.down.sum(2).T)
    return Forecast(_published(part, moves, fit), low, high, causes / causes.sum(1, keepdims=True))


def _published(part: rows.Filled, moves: FirstMoves, fit: Fit) -> rows.Floats:
    """What is said of the chances that the model gives: a fifth of it is the base rates."""
    return MODEL_SHARE * part.mean(outcome_chances(moves)) + (1.0 - MODEL_SHARE) * fit.shares


class BesideRow(NamedTuple):
    """Chances that the first move is a step down within each horizon, for one patron and one reading of its stake."""

    label: str  # of the patron
    is_exempt: bool
    chances: rows.Floats  # mean over draws and coding doubt
    low: rows.Floats  # ends of the 80 % interval
    high: rows.Floats


def reference_table(scenario: Scenario, training: str = ALL) -> pd.DataFrame:
    """The chance that the first move of each coded patron is down, by the reference class.

    Parameters
    ----------
    scenario : Scenario
        With a table ``[reference_class]`` in its file; else the table has no rows.
    training : str
        Rows that the fit has seen: ``all`` 91, or ``calibration``, 65.

    Returns
    -------
    DataFrame
        patron, assumption, days (from the scenario's opening), chance, low, high (80 % interval).
    """
    lines = [
        {
            "patron": found.label,
            "assumption": "its crisis does not cancel a stake that the client pays" if found.is_exempt else "",
            "days": days,
            "chance": round(float(found.chances[i]), 4),
            "low": round(float(found.low[i]), 4),
            "high": round(float(found.high[i]), 4),
        }
        for found in beside(scenario, shipped_fit(training))
        for i, days in enumerate(HORIZONS)
    ]
    return pd.DataFrame(lines, columns=["patron", "assumption", "days", "chance", "low", "high"])


def reference_lines(scenario: Scenario) -> list[str]:
    """What the reference class says beside a scenario's headline, in sentences; none if nothing is coded."""
    found = list(beside(scenario, shipped_fit(ALL)))
    if not found:
        return []
    coded = reference_class_of(scenario)
    since = "" if coded is None or coded.since == scenario.start else f", none having come since {coded.since}"
    said = "; ".join(map(phrase, found))
    n = len(shipped_fit(ALL).training.ids)
    return [
        f"Reference class ({n} cases), first move down within 60 days / a year of the opening{since}: {said}. {WIDER}"
    ]


def phrase(found: BesideRow) -> str:
    """One patron's chances in words, with their interval."""
    (soon, late), (low, high) = found.chances, (found.low[-1], found.high[-1])
    assumed = " (if its crisis does not cancel the stake that the client pays)" if found.is_exempt else ""
    return f"{found.label} {soon:.2f} / {late:.2f} ({low:.2f}-{high:.2f}){assumed}"


def beside(scenario: Scenario, fit: Fit) -> Iterator[BesideRow]:
    """Every coded patron, the exempt ones in both readings."""
    coded = reference_class_of(scenario)
    if coded is None:
        return
    elapsed = (scenario.start - coded.since).days
    for patron, codes in coded.patrons.items():
        row, label = case_row(coded, codes), scenario.labels.get(f"patrons.{patron}", patron)
        for is_exempt in (False, True) if patron in coded.exempt else (False,):
            chances = first_down(row, elapsed, fit, is_exempt)
            low, high = np.percentile(chances, (10, 90), axis=0)
            yield BesideRow(label, is_exempt, chances.mean(0), low, high)


def case_row(coded: ReferenceClass, codes: Mapping[str, float]) -> rows.Cases:
    """A coded patron as a row of the cases, its window without an end."""
    steps = {max((day - coded.since).days, 0): rung for day, rung in zip(coded.dates, coded.rungs, strict=True)}
    return rows.Cases(
        id_column="case_id",
        ids=("row",),
        crises=("",),
        starts=(coded.since,),
        days=np.array([np.nan]),
        steps=(tuple(steps.items()),),
        covariates=np.array([[codes.get(name, np.nan) for name in rows.COVARIATES]]),
        outcome=np.array([rows.NOT_GIVEN]),
        stepped_back=np.array([np.nan]),
    )


def first_down(row: rows.Cases, elapsed: int, fit: Fit, is_exempt: bool = False) -> rows.Floats:
    """Chance that the first move is down within each horizon, none having come so far, shape (draws, horizons)."""
    ends = [float(elapsed + horizon) for horizon in HORIZONS]
    drawn = doubted(row, fit)._replace(days=np.full(len(fit.draws), ends[-1]))
    windows = windows_of(drawn, [float(elapsed), *ends[:-1]])
    moves = first_moves(drawn, windows, Numbers(*fit.draws.T), is_exempt)
    begun, ended = windows.edges[:, :-1] * DAYS_IN_YEAR, windows.edges[:, 1:] * DAYS_IN_YEAR
    before = (moves.staying * np.isclose(ended, elapsed)).max(1) if elapsed else np.ones(len(fit.draws))
    down = moves.down.sum(0) * (begun > elapsed - 1e-6)
    return np.stack([(down * (ended < end + 1e-6)).sum(1) for end in ends], axis=1) / before[:, None]


def doubted(row: rows.Cases, fit: Fit) -> rows.Cases:
    """The row once a draw, each judged covariate an anchor off half the time; blanks are those of a case at random."""
    rng, n = np.random.default_rng(SEED), len(fit.draws)
    whole = rows.filled(row, fit.training).cases
    drawn = rows.taken(whole, rng.integers(len(whole.ids), size=n))
    judged = [rows.PLACE[name] for name in rows.JUDGED]
    covariates = drawn.covariates.copy()
    covariates[:, judged] += ANCHOR * rng.choice((-1, 0, 1), size=(n, len(judged)), p=DOUBT)
    covariates[:, judged] = np.clip(covariates[:, judged], 0.0, 1.0)
    return drawn._replace(covariates=covariates)
