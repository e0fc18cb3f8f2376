"""How likely are eight numbers, given rows whose outcome is known? Four outcomes, decided by the first move.

A dated first step back is a step down in that month of the window, not anywhere in it: most are dated by their month
alone.
"""

import numpy as np
from numpy.typing import NDArray

from scenarios.cases.columns import ABANDONED, BACK, UP
from scenarios.cases.hazards import Numbers, first_moves
from scenarios.cases.pieces import Windows
from scenarios.cases.rows import Cases, Floats, size

PRIOR = Numbers(-0.5, 1.5, 0.0, 1.5, 1.5, -0.8, 0.0, -0.7)
SPREAD = Numbers(1.0, 1.0, 1.0, 1.5, 1.5, 1.0, 0.5, 0.5)
LEAST = 1e-12


def first_move(cases: Cases) -> NDArray[np.int64]:
    """The outcome that the first move led to: a row that stepped back, and ended as it began, stepped back first."""
    returned = ~np.isnan(cases.stepped_back) & (cases.outcome != UP)
    return np.where(returned, np.maximum(cases.outcome, BACK), cases.outcome)


def log_chances(cases: Cases, windows: Windows, numbers: Numbers) -> Floats:
    """Log of the chance of what happened in each row, shape (rows,)."""
    moves = first_moves(cases, windows, numbers)
    down = moves.down * windows.seen
    left = (down * moves.abandoned).sum((0, 2))
    chances = np.stack([moves.up.sum(1), moves.staying[:, -1], down.sum((0, 2)) - left, left], axis=1)
    found = chances[np.arange(size(cases)), np.minimum(first_move(cases), ABANDONED)]
    return np.asarray(np.log(np.maximum(found, LEAST)))


def log_prior(numbers: Numbers) -> float:
    """Log of the prior density, up to a constant; independent normals."""
    return -0.5 * float((((np.array(numbers) - np.array(PRIOR)) / np.array(SPREAD)) ** 2).sum())


def log_posterior(cases: Cases, windows: Windows, numbers: Numbers) -> float:
    """Log of the posterior density, up to a constant."""
    return float(log_chances(cases, windows, numbers).sum()) + log_prior(numbers)
