"""How good were chances, and what must they beat? Proper scores, order, calibration, and five simpler forecasts."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from scenarios.cases.library import outcome_shares
from scenarios.cases.rows import BACK, JUDGED, OUTCOMES, Cases, Floats, Places, in_parts, put_together, size

Forecaster = Callable[[Cases], Floats]
RIDGE = 1.0
STAKE_CUT, CRISIS_CUT = 0.75, 0.5
PRIOR_ROWS = 4.0  # rows at the base rates that each cell of the rule begins with
Score = Callable[[Floats, Places], float]
RESAMPLES = 1_000
LOW, HIGH = 5, 95  # [percent]
SAFE = 1e-6


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

    return lambda cases: put_together(
        (places, [part.mean(forecaster(part.cases))]) for places, part in in_parts(cases, donors)
    )[0]


BASELINES: dict[str, Callable[[Cases], Forecaster]] = {
    "base rate": base_rate,
    "never retreat": never_retreat,
    "logistic, 8 covariates": _logistic(JUDGED),
    "logistic, 8 covariates and start": _logistic((*JUDGED, "support_start")),
    "2x2 rule": two_by_two,
}


def brier_of_retreat(chances: Floats, outcome: Places) -> float:
    """Mean squared error of the chance of a retreat; 0 is best."""
    return float(np.mean(squared_errors(chances, outcome)).round(12))


def squared_errors(chances: Floats, outcome: Places) -> Floats:
    """Squared error of the chance of a retreat of each row."""
    return np.asarray((chances[:, BACK:].sum(1) - (outcome >= BACK)) ** 2)


def log_score_of_outcome(chances: Floats, outcome: Places) -> float:
    """Mean of minus the log of the chance that what happened was given, over four outcomes; 0 is best."""
    with np.errstate(divide="ignore"):
        return float(-np.log(chances[np.arange(len(outcome)), outcome]).mean())


def ranked_probability(chances: Floats, outcome: Places) -> float:
    """Mean squared error of the three cumulated chances, from stepped up to abandoned; 0 is best."""
    happened = np.eye(chances.shape[1])[outcome]
    return float(((np.cumsum(chances - happened, axis=1)[:, :-1]) ** 2).mean())


def auc(chances: Floats, outcome: Places) -> float:
    """Chance that a row that retreated was given more than one that did not; .5 is a guess, NaN where all are alike."""
    happened = outcome >= BACK
    n, m = int(happened.sum()), int((~happened).sum())
    if not n or not m:
        return float("nan")
    ranks = rankdata(chances[:, BACK:].sum(1).round(12))
    return float((ranks[happened].sum() - n * (n + 1) / 2) / (n * m))


def calibration_slope(chances: Floats, outcome: Places) -> float:
    """Slope of the outcome on the log-odds that were given: 1 is right, below 1 too bold; NaN where all are alike."""
    given = np.clip(chances[:, BACK:].sum(1), SAFE, 1.0 - SAFE)
    log_odds, happened = np.log(given / (1.0 - given)), outcome >= BACK
    if log_odds.std() < 1e-9 or happened.all() or not happened.any():
        return float("nan")
    return float(ridge((log_odds - log_odds.mean())[:, None], happened, 1e-6)[1])


SCORES: dict[str, Score] = {
    "brier": brier_of_retreat,
    "ranked_probability": ranked_probability,
    "log_score": log_score_of_outcome,
    "auc": auc,
    "calibration_slope": calibration_slope,
}


def brier_intervals(
    errors: Floats, others: Floats, crises: Sequence[str], seed: int = 1
) -> tuple[tuple[float, float], tuple[float, float]]:
    """90 % intervals of a Brier score, and of its difference from another, by drawing whole crises anew."""
    names, crisis = np.unique(np.array(crises), return_inverse=True)
    drawn = np.random.default_rng(seed).integers(len(names), size=(RESAMPLES, len(names)))
    counts = np.array([np.bincount(draw, minlength=len(names)) for draw in drawn])
    sizes = counts @ np.bincount(crisis)
    one, gap = (counts @ np.bincount(crisis, values) / sizes for values in (errors, errors - others))
    low, high = np.percentile(np.stack([one, gap]), (LOW, HIGH), axis=1)
    return (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))
