"""What does the reference class say beside a scenario's headline? The chance that each patron's first move is down."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scenarios.cases.blanks import filled
from scenarios.cases.columns import COVARIATES, JUDGED, NOT_GIVEN, PLACE
from scenarios.cases.hazards import Numbers, first_moves
from scenarios.cases.library import ALL, shipped_fit
from scenarios.cases.mode import Fit
from scenarios.cases.paths import days_between
from scenarios.cases.pieces import DAYS_IN_YEAR, windows_of
from scenarios.cases.rows import Cases, Floats, taken
from scenarios.scenario.reference_class import ReferenceClass, reference_class_of

if TYPE_CHECKING:
    from pandas import DataFrame

    from scenarios.scenario.scenario import Scenario

HORIZONS = (60, 365)  # days from the opening of the scenario
ANCHOR = 0.25
DOUBT = (0.25, 0.5, 0.25)  # chance that a judged covariate is coded an anchor too high, rightly, too low
SEED = 1
WIDER = (
    "A step back of the cases is wider than the model's: a lower top rung of support, or a third less of it. The cases "
    "react to nothing that is set here."
)


class BesideRow(NamedTuple):
    """Chances that the first move is a step down, for one patron and one reading of its stake.

    Attributes
    ----------
    chances, low, high : ndarray of float64, shape (horizons,)
        Mean over draws and coding doubt, and the ends of the 80 % interval.
    """

    patron: str
    is_exempt: bool
    chances: Floats
    low: Floats
    high: Floats


def reference_table(scenario: "Scenario", training: str = ALL) -> "DataFrame":
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
    import pandas as pd

    rows = [
        {
            "patron": scenario.labels.get(f"patrons.{found.patron}", found.patron),
            "assumption": "its crisis does not cancel a stake that the client pays" if found.is_exempt else "",
            "days": days,
            "chance": round(float(found.chances[i]), 4),
            "low": round(float(found.low[i]), 4),
            "high": round(float(found.high[i]), 4),
        }
        for found in beside(scenario, shipped_fit(training))
        for i, days in enumerate(HORIZONS)
    ]
    return pd.DataFrame(rows, columns=["patron", "assumption", "days", "chance", "low", "high"])


def reference_lines(scenario: "Scenario") -> list[str]:
    """What the reference class says beside a scenario's headline, in sentences; none if nothing is coded.

    Examples
    --------
    >>> from scenarios import load
    >>> reference_lines(load("toy"))
    []
    """
    found = list(beside(scenario, shipped_fit(ALL)))
    if not found:
        return []
    coded = reference_class_of(scenario)
    since = "" if coded is None or coded.since == scenario.start else f", none having come since {coded.since}"
    said = "; ".join(phrase(one, scenario.labels.get(f"patrons.{one.patron}", one.patron)) for one in found)
    n = len(shipped_fit(ALL).training.ids)
    return [
        f"Reference class ({n} cases), first move down within 60 days / a year of the opening{since}: {said}. {WIDER}"
    ]


def phrase(found: BesideRow, label: str) -> str:
    """One patron's chances in words, with their interval."""
    (soon, late), (low, high) = found.chances, (found.low[-1], found.high[-1])
    assumed = " (if its crisis does not cancel the stake that the client pays)" if found.is_exempt else ""
    return f"{label} {soon:.2f} / {late:.2f} ({low:.2f}-{high:.2f}){assumed}"


def beside(scenario: "Scenario", fit: Fit) -> Iterator[BesideRow]:
    """Every coded patron, the exempt ones in both readings."""
    coded = reference_class_of(scenario)
    if coded is None:
        return
    elapsed = days_between(coded.since, scenario.start)
    for patron, codes in coded.patrons.items():
        row = case_row(coded, codes)
        for is_exempt in (False, True) if patron in coded.exempt else (False,):
            chances = first_down(row, elapsed, fit, is_exempt)
            low, high = np.percentile(chances, (10, 90), axis=0)
            yield BesideRow(patron, is_exempt, chances.mean(0), low, high)


def case_row(coded: ReferenceClass, codes: Mapping[str, float]) -> Cases:
    """A coded patron as a row of the cases, its window without an end."""
    steps = [(max(days_between(coded.since, day), 0), rung) for day, rung in zip(coded.dates, coded.rungs, strict=True)]
    return Cases(
        id_column="case_id",
        ids=("row",),
        crises=("",),
        starts=(coded.since,),
        days=np.array([np.nan]),
        steps=(tuple(dict(steps).items()),),
        covariates=np.array([[codes.get(name, np.nan) for name in COVARIATES]]),
        outcome=np.array([NOT_GIVEN]),
        stepped_back=np.array([np.nan]),
    )


def first_down(row: Cases, elapsed: int, fit: Fit, is_exempt: bool = False) -> Floats:
    """Chance that the first move is down within each horizon, none having come so far, shape (draws, horizons)."""
    ends = [float(elapsed + horizon) for horizon in HORIZONS]
    drawn = doubted(row, fit)._replace(days=np.full(len(fit.draws), ends[-1]))
    windows = windows_of(drawn, [float(elapsed), *ends[:-1]])
    moves = first_moves(drawn, windows, Numbers(*fit.draws.T), is_exempt)
    begun, ended = windows.edges[:, :-1] * DAYS_IN_YEAR, windows.edges[:, 1:] * DAYS_IN_YEAR
    before = (moves.staying * np.isclose(ended, elapsed)).max(1) if elapsed else np.ones(len(fit.draws))
    down = moves.down.sum(0) * (begun > elapsed - 1e-6)
    return np.stack([(down * (ended < end + 1e-6)).sum(1) for end in ends], axis=1) / before[:, None]


def doubted(row: Cases, fit: Fit) -> Cases:
    """The row once a draw, each judged covariate an anchor off half the time; blanks are those of a case at random."""
    rng, n = np.random.default_rng(SEED), len(fit.draws)
    whole = filled(row, fit.training).cases
    drawn = taken(whole, rng.integers(len(whole.ids), size=n))
    judged = [PLACE[name] for name in JUDGED]
    covariates = drawn.covariates.copy()
    covariates[:, judged] += ANCHOR * rng.choice((-1, 0, 1), size=(n, len(judged)), p=DOUBT)
    covariates[:, judged] = np.clip(covariates[:, judged], 0.0, 1.0)
    return drawn._replace(covariates=covariates)
