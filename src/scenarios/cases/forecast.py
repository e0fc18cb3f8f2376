"""What are the chances of a row? The model's, drawn a fifth of the way to the base rates, with an interval."""

from typing import NamedTuple

import numpy as np

from scenarios.cases.blanks import Filled, in_parts
from scenarios.cases.columns import BACK, OUTCOMES
from scenarios.cases.hazards import CAUSES, Numbers, first_moves, outcome_chances
from scenarios.cases.mode import Fit
from scenarios.cases.pieces import Windows, windows_of
from scenarios.cases.rows import Cases, Floats, size

MODEL_SHARE = 0.8  # the rest is the base rates of the training rows
LOW, HIGH = 10, 90  # ends of an interval [percent]
INTERVAL_DRAWS = 100


class Forecast(NamedTuple):
    """The forecast of some rows.

    Attributes
    ----------
    chances : ndarray of float64, shape (rows, 4)
        Of the four outcomes, in the order of `columns.OUTCOMES`.
    low, high : ndarray of float64, shape (rows,)
        80 % interval of the chance of a retreat, over the draws of the fit.
    causes : ndarray of float64, shape (rows, 5)
        Shares of the causes in a step down, in the order of `hazards.CAUSES`.
    """

    chances: Floats
    low: Floats
    high: Floats
    causes: Floats

    @property
    def retreat(self) -> Floats:
        """Chance of a retreat: stepped back or abandoned."""
        return np.asarray(self.chances[:, BACK:].sum(1))


def forecast(cases: Cases, fit: Fit) -> Forecast:
    """The forecast of some rows by a fit."""
    found = Forecast(
        np.empty((size(cases), len(OUTCOMES))),
        np.empty(size(cases)),
        np.empty(size(cases)),
        np.empty((size(cases), len(CAUSES))),
    )
    for places, part in in_parts(cases, fit.training):
        windows = windows_of(part.cases)
        moves = first_moves(part.cases, windows, fit.mode)
        found.chances[places] = _published(averaged(part, outcome_chances(moves)), fit)
        causes = averaged(part, moves.down.sum(2).T)
        found.causes[places] = causes / causes.sum(1, keepdims=True)
        found.low[places], found.high[places] = interval(part, windows, fit)
    return found


def interval(part: Filled, windows: Windows, fit: Fit) -> Floats:
    """Ends of the interval of the chance of a retreat, shape (2, rows)."""
    drawn = [
        _published(averaged(part, outcome_chances(first_moves(part.cases, windows, Numbers(*draw)))), fit)
        for draw in fit.draws[:INTERVAL_DRAWS]
    ]
    return np.asarray(np.percentile(np.array(drawn)[:, :, BACK:].sum(2), (LOW, HIGH), axis=0))


def averaged(part: Filled, values: Floats) -> Floats:
    """The mean over those that fill each row, shape (rows, ...)."""
    sums = np.zeros((part.owner.max() + 1, *values.shape[1:]))
    np.add.at(sums, part.owner, values)
    return np.asarray(sums / np.bincount(part.owner)[:, None])


def _published(chances: Floats, fit: Fit) -> Floats:
    """What is said of chances that the model gives: a fifth of it is the base rates."""
    return MODEL_SHARE * chances + (1.0 - MODEL_SHARE) * fit.shares
