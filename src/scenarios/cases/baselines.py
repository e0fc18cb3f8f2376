"""What must a forecast beat? Five simpler ones, each fitted on the training rows only."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from scenarios.cases.blanks import in_parts
from scenarios.cases.columns import BACK, JUDGED, OUTCOMES
from scenarios.cases.mode import outcome_shares
from scenarios.cases.rows import Cases, Floats, size

Forecaster = Callable[[Cases], Floats]
RIDGE = 1.0
STAKE_CUT, CRISIS_CUT = 0.75, 0.5
PRIOR_ROWS = 4.0  # rows at the base rates that each cell of the rule begins with


def base_rate(training: Cases) -> Forecaster:
    """The shares of the training rows, whatever the row."""
    return lambda cases: np.tile(outcome_shares(training), (size(cases), 1))


def never_retreat(training: Cases) -> Forecaster:
    """No patron ever retreats; up or held as often as in the training rows."""
    return lambda cases: split(np.zeros(size(cases)), outcome_shares(training))


def split(retreat: Floats, shares: Floats) -> Floats:
    """Chances of four outcomes from that of a retreat, shared out within it and without it as in the base rates."""
    kept, gone = shares[:BACK] / shares[:BACK].sum(), shares[BACK:] / max(shares[BACK:].sum(), 1e-12)
    return np.concatenate([np.outer(1.0 - retreat, kept), np.outer(retreat, gone)], axis=1)


def _logistic(columns: Sequence[str]) -> Callable[[Cases], Forecaster]:
    """A ridge logistic of retreat on some covariates, standardised over the training rows."""

    def trained(training: Cases) -> Forecaster:
        values = np.stack([training.column(name) for name in columns], axis=1)
        middle, spread = values.mean(0), values.std(0)
        spread = np.where(spread > 0, spread, 1.0)
        weights = ridge((values - middle) / spread, training.outcome >= BACK)
        shares = outcome_shares(training)

        def predicted(cases: Cases) -> Floats:
            found = (np.stack([cases.column(name) for name in columns], axis=1) - middle) / spread
            return split(1.0 / (1.0 + np.exp(-(weights[0] + found @ weights[1:]))), shares)

        return predicted

    return trained


def ridge(values: Floats, happened: NDArray[np.bool_], penalty: float = RIDGE) -> Floats:
    """Intercept and weights of a logistic regression with a ridge on the weights."""
    from scipy.optimize import minimize

    signs = np.where(happened, 1.0, -1.0)

    def loss(weights: Floats) -> tuple[float, Floats]:
        margin = signs * (weights[0] + values @ weights[1:])
        pull = -signs / (1.0 + np.exp(margin))
        slope = np.append(pull.sum(), pull @ values + penalty * weights[1:])
        return float(np.logaddexp(0.0, -margin).sum() + 0.5 * penalty * (weights[1:] ** 2).sum()), slope

    return np.asarray(minimize(loss, np.zeros(values.shape[1] + 1), jac=True, method="BFGS", options={"gtol": 1e-6}).x)


def two_by_two(training: Cases) -> Forecaster:
    """The rule of two cuts: a stake with the presser of .75, a crisis at home of .5; shares of the cell."""
    shares, cell = outcome_shares(training), cell_of(training)
    counts = np.array([np.bincount(training.outcome[cell == i], minlength=len(OUTCOMES)) for i in range(4)])
    table = (counts + PRIOR_ROWS * shares) / (counts.sum(1, keepdims=True) + PRIOR_ROWS)
    return lambda cases: table[cell_of(cases)]


def cell_of(cases: Cases) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """The cell of each row: 0 neither, 1 crisis, 2 stake, 3 both."""
    has_stake = cases.column("stake_with_presser") >= STAKE_CUT
    return 2 * has_stake + 1 * (cases.column("patron_domestic_crisis") >= CRISIS_CUT)


def with_blanks(forecaster: Forecaster, donors: Cases) -> Forecaster:
    """A forecaster that takes blanks: the mean of its forecasts over the donors."""

    def predicted(cases: Cases) -> Floats:
        found = np.zeros((size(cases), len(OUTCOMES)))
        for places, part in in_parts(cases, donors):
            np.add.at(found, places[part.owner], forecaster(part.cases))
            found[places] /= np.bincount(part.owner)[:, None]
        return found

    return predicted


BASELINES: dict[str, Callable[[Cases], Forecaster]] = {
    "base rate": base_rate,
    "never retreat": never_retreat,
    "logistic, 8 covariates": _logistic(JUDGED),
    "logistic, 8 covariates and start": _logistic((*JUDGED, "support_start")),
    "2x2 rule": two_by_two,
}
