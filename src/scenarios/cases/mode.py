"""Which numbers do the cases leave? The mode of the posterior, and draws around it by importance sampling."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.cases.columns import NOT_GIVEN, OUTCOMES
from scenarios.cases.hazards import Numbers
from scenarios.cases.likelihood import PRIOR, log_posterior
from scenarios.cases.pieces import Windows, windows_of
from scenarios.cases.rows import Cases, Floats, taken

DRAWS, PROPOSALS = 400, 4_000
TAIL = 6.0  # degrees of freedom of the proposals: heavier tails than the posterior's
GRADIENT = 1e-3  # at which the mode is found
BEND = 1e-3  # step of the second differences at the mode


class Peak(NamedTuple):
    """The mode of the posterior and the covariance of the normal that has its bend there."""

    mode: Floats
    covariance: NDArray[Any]


class Fit(NamedTuple):
    """What was learnt from some rows.

    Attributes
    ----------
    training : Cases
        The rows, whose outcomes are known.
    mode : Numbers
    draws : ndarray of float64, shape (draws, 8)
        Equally likely, in the order of `Numbers`.
    shares : ndarray of float64, shape (4,)
        Of the four outcomes among the rows: the base rates.
    """

    training: Cases
    mode: Numbers
    draws: Floats
    shares: Floats


def known(cases: Cases) -> Cases:
    """The rows whose outcome is given."""
    return taken(cases, cases.outcome != NOT_GIVEN)


def outcome_shares(cases: Cases) -> Floats:
    """Shares of the four outcomes among some rows."""
    return np.bincount(cases.outcome, minlength=len(OUTCOMES)) / len(cases.outcome)


def mode_of(cases: Cases, near: Fit | None = None) -> Floats:
    """The mode of the posterior of some rows; a fit of nearly the same rows helps to find it sooner."""
    from scipy.optimize import minimize

    windows = windows_of(cases)
    hint = {} if near is None else {"hess_inv0": np.cov(near.draws.T)}
    start = np.array(PRIOR if near is None else near.mode)

    def height(numbers: Floats) -> float:
        return -log_posterior(cases, windows, Numbers(*numbers))

    return np.asarray(minimize(height, start, method="BFGS", options={"gtol": GRADIENT, **hint}).x)


def peak_of(cases: Cases) -> Peak:
    """The mode of the posterior of some rows, and the covariance there."""
    mode = mode_of(cases)
    return Peak(mode, np.linalg.inv(bend_of(cases, windows_of(cases), mode)))


def bend_of(cases: Cases, windows: Windows, mode: Floats) -> Floats:
    """Second differences of minus the log posterior at the mode."""
    steps = np.eye(len(mode)) * BEND

    def height(place: Floats) -> float:
        return -log_posterior(cases, windows, Numbers(*place))

    bend = np.empty((len(mode), len(mode)))
    for i, one in enumerate(steps):
        for j, other in enumerate(steps[: i + 1]):
            corners = height(mode + one + other) - height(mode + one - other)
            corners += height(mode - one - other) - height(mode - one + other)
            bend[i, j] = bend[j, i] = corners / (4 * BEND * BEND)
    return bend


def sampled(cases: Cases, peak: Peak, draws: int, proposals: int, seed: int) -> tuple[Floats, float]:
    """Draws of the posterior, shape (draws, 8), and the effective number of proposals behind them."""
    rng, windows = np.random.default_rng(seed), windows_of(cases)
    root = np.linalg.cholesky(peak.covariance)
    normal = rng.standard_normal((proposals, len(peak.mode)))
    stretch = np.sqrt(TAIL / rng.chisquare(TAIL, proposals))
    places = peak.mode + (normal * stretch[:, None]) @ root.T
    squared = ((normal * stretch[:, None]) ** 2).sum(1)
    proposed = -0.5 * (TAIL + len(peak.mode)) * np.log1p(squared / TAIL)
    heights = np.array([log_posterior(cases, windows, Numbers(*place)) for place in places])
    weights = np.exp(heights - proposed - (heights - proposed).max())
    weights /= weights.sum()
    ends = np.cumsum(weights)
    picked = np.searchsorted(ends, (np.arange(draws) + rng.random()) / draws * ends[-1])
    return places[rng.permutation(picked)], float(1.0 / (weights**2).sum())


def fitted(cases: Cases, draws: int = DRAWS, proposals: int = PROPOSALS, seed: int = 1) -> tuple[Fit, float]:
    """The fit of some rows with its draws, and the effective number of proposals behind them."""
    peak = peak_of(cases)
    found, effective = sampled(cases, peak, draws, proposals, seed)
    return Fit(cases, Numbers(*peak.mode.tolist()), found, outcome_shares(cases)), effective


def refitted(fit: Fit, cases: Cases) -> Fit:
    """A fit of nearly the same rows, for the many of a cross-validation: its draws are moved to the new mode."""
    mode = mode_of(cases, fit)
    return Fit(cases, Numbers(*mode.tolist()), fit.draws + (mode - np.array(fit.mode)), outcome_shares(cases))
