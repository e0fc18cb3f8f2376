"""What does the reference class say of some rows, and how good is that? The question of `scenarios score --cases`."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from scenarios.cases import hazards, scoring
from scenarios.cases import rows as coded
from scenarios.cases.forecast import Forecast, forecast
from scenarios.cases.library import ALL, CALIBRATION, Fit, refitted, shipped_fit
from scenarios.cases.rows import NOT_GIVEN, Cases, Floats, Places, size, taken
from scenarios.errors import UnknownName

CASE_MODEL = "reference class"
WITHOUT_ORDER = ("base rate", "never retreat")  # say the same of every row
ORDER_SCORES = ("auc", "calibration_slope")
Groups = list[tuple[Places, Cases]]  # places of rows, and the training rows that may speak of them


class ScoredCases(NamedTuple):
    """What the reference class says of some rows.

    Attributes
    ----------
    rows : DataFrame
        One line a row: ``case_id`` or ``blind_id``, ``stepped_up``, ``held``, ``stepped_back``, ``abandoned``,
        ``retreat`` with its 80 % interval, shares of the causes of a step down, and the outcome where it is given.
    scores : DataFrame
        One line a forecaster, the baselines among them; empty where no outcome is given.
    notes : tuple of str
    played : str
        Hash of the scenarios that were played; empty where none was.
    """

    rows: pd.DataFrame
    scores: pd.DataFrame
    notes: tuple[str, ...]
    played: str = ""

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """What is kept: the rows, and the scores where there are any."""
        return {"rows": self.rows} | ({"scores": self.scores} if len(self.scores) else {})


def score_cases(given: str | Path | pd.DataFrame, training: str = ALL) -> ScoredCases:
    """The forecast of case rows by the reference class, scored where the outcomes are given.

    A row of a crisis that the fit has seen is forecast by a fit that leaves this crisis out.

    Parameters
    ----------
    given : str, Path or DataFrame
        A CSV file or a table in the columns of the codebook: ``case_id`` or ``blind_id``; ``days``, or ``start`` and
        ``end``; ``pressure_path_days_level`` such as ``0:3 13:5 26:6``, or ``pressure_path`` and ``start``. Covariates
        (0 to 1; ``support_start`` 0 to 6) may be absent or blank: the forecast is then the mean over those of the
        cases.
    training : str
        Rows that the fit has seen: ``all`` 91, or ``calibration``, the 65 that the model was built on.

    Returns
    -------
    ScoredCases

    Raises
    ------
    ScenarioError
        With every fault at once, each with its row and column.
    UnknownName
        If there are no such training rows.

    Examples
    --------
    >>> import pandas as pd
    >>> new = pd.DataFrame({"blind_id": ["X"], "days": [90], "pressure_path_days_level": ["0:5 30:8"]})
    >>> found = score_cases(new)
    >>> found.rows[["stepped_up", "held", "stepped_back", "abandoned"]].sum(axis=1).round(6).tolist()
    [1.0]
    >>> found.notes[0].startswith("Blank, and so averaged over the cases")
    True
    """
    cases, fit, groups = asked_of_cases(given, training)
    found = case_forecast(cases, fit, groups)
    scores = scores_of_cases(cases, fit, groups, {CASE_MODEL: found.chances})
    return ScoredCases(row_table(cases, found), scores, tuple(notes_on(cases, fit, groups)))


def asked_of_cases(given: str | Path | pd.DataFrame, training: str) -> tuple[Cases, Fit, Groups]:
    """The rows, the fit that ships of some training rows, and who may speak of which row."""
    cases = coded.read_cases(given)
    if training not in (CALIBRATION, ALL):
        raise UnknownName("training", training, (CALIBRATION, ALL))
    fit = shipped_fit(training)
    return cases, fit, list(by_training(cases, fit.training))


def scores_of_cases(cases: Cases, fit: Fit, groups: Groups, told: dict[str, Floats]) -> pd.DataFrame:
    """Scores of forecasters, the baselines among them; empty where no outcome is given."""
    known = np.flatnonzero(cases.outcome != NOT_GIVEN)
    if not len(known):
        return pd.DataFrame()
    found = dict(told)
    for name, make in scoring.BASELINES.items():
        parts = [
            (places, [scoring.with_blanks(make(own), fit.training)(taken(cases, places))]) for places, own in groups
        ]
        found[name] = coded.put_together(parts)[0]
    return forecaster_table({name: chances[known] for name, chances in found.items()}, taken(cases, known))


def by_training(cases: Cases, training: Cases) -> Iterator[tuple[Places, Cases]]:
    """Places of rows, and the training rows that may speak of them: none of their own crisis."""
    crisis_of = dict(zip(training.ids, training.crises, strict=True))
    known = set(training.crises)
    pairs = zip(cases.ids, cases.crises, strict=True)
    seen = np.array([crisis_of.get(name, crisis if crisis in known else "") for name, crisis in pairs])
    for crisis in np.unique(seen):
        yield np.flatnonzero(seen == crisis), taken(training, np.array(training.crises) != crisis)


def case_forecast(cases: Cases, fit: Fit, groups: Groups) -> Forecast:
    """The forecast of all rows by the reference class, each by a fit that has not seen its crisis."""
    parts = []
    for places, training in groups:
        own = fit if size(training) == size(fit.training) else refitted(fit, training)
        parts.append((places, forecast(taken(cases, places), own)))
    return Forecast(*coded.put_together(parts))


def row_table(cases: Cases, found: Forecast) -> pd.DataFrame:
    """One line a row: its chances, their interval, the causes, and the outcome where any is given."""
    table = pd.DataFrame({cases.id_column: list(cases.ids)})
    table[list(coded.SHARES)] = found.chances
    table["retreat"], table["retreat_low"], table["retreat_high"] = found.retreat, found.low, found.high
    table[[f"cause_{cause}" for cause in hazards.CAUSES]] = found.causes
    table = table.round(9)  # so that the chances add up to 1
    if (cases.outcome != NOT_GIVEN).any():
        table["outcome"] = [coded.OUTCOMES[place] if place != NOT_GIVEN else "" for place in cases.outcome]
    return table


def forecaster_table(told: dict[str, Floats], cases: Cases) -> pd.DataFrame:
    """One line a forecaster: scores, and 90 % intervals of the Brier score by drawing whole crises anew."""
    rows, own = [], scoring.squared_errors(told[CASE_MODEL], cases.outcome)
    for name, chances in told.items():
        one, gap = scoring.brier_intervals(scoring.squared_errors(chances, cases.outcome), own, cases.crises)
        scores = {score: judge(chances, cases.outcome) for score, judge in scoring.SCORES.items()}
        scores |= dict.fromkeys(ORDER_SCORES, float("nan")) if name in WITHOUT_ORDER else {}
        ends = {"brier_low": one[0], "brier_high": one[1], "worse_by_low": gap[0], "worse_by_high": gap[1]}
        rows.append({"forecaster": name, "rows": size(cases), "crises": len(set(cases.crises)), **scores, **ends})
    return pd.DataFrame(rows).round(9)


def notes_on(cases: Cases, fit: Fit, groups: Groups) -> Iterator[str]:
    """What a reader must know of these forecasts."""
    if blanks := coded.blanks_named(cases):
        yield f"Blank, and so averaged over the cases' own values: {blanks}."
    n = sum(len(places) for places, training in groups if size(training) < size(fit.training))
    if n:
        yield (
            f"{n} of {size(cases)} rows belong to crises that the {size(fit.training)} training rows hold: each is "
            "forecast by a fit that leaves its crisis out."
        )
    yield (
        f"Fitted on {size(fit.training)} cases coded by one person who knew the outcomes. Its step back is the "
        "codebook's: a lower top rung, or a third less. Intervals are 80 %, over the draws of the fit alone."
    )
