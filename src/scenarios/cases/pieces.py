"""Into which pieces is a window cut? Sixty, and one more at each step, so that pressure is constant in each."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.cases.paths import Steps
from scenarios.cases.rows import Cases, Floats, size

PIECES = 60
DAYS_IN_YEAR = 365.0
RUNGS = 10.0
# A first step back is often dated by its month alone. Fixed months of the window, not days around the date: only what
# could have been counted beforehand has a likelihood (the recovery of known numbers showed the difference).
MONTH = 30.0  # [days]


class Windows(NamedTuple):
    """Windows cut into pieces; shorter rows end in pieces of no length.

    Attributes
    ----------
    edges : ndarray of float64, shape (rows, pieces + 1)
        Time since the window opened. [years]
    log_edges : ndarray of float64, shape (rows, pieces + 1)
        Its logarithm, by which powers are taken faster; minus infinity at 0.
    pressure : ndarray of float64, shape (rows, pieces)
        Rung of the codebook's ladder / 10.
    seen : ndarray of bool, shape (rows, pieces)
        Pieces in which a first step back may have fallen: those of the month of its date, all where none is given.
    """

    edges: Floats
    log_edges: Floats
    pressure: Floats
    seen: NDArray[np.bool_]


def windows_of(cases: Cases, cuts: Sequence[float] = ()) -> Windows:
    """The windows of some rows.

    Parameters
    ----------
    cuts : sequence of float
        Days at which every row is cut besides.
    """
    when = [around(*given) for given in zip(cases.stepped_back.tolist(), cases.days.tolist(), strict=True)]
    edges = [edges_of(cases.days[i], cases.steps[i], (*when[i], *cuts)) for i in range(size(cases))]
    pieces = max(len(row) for row in edges) - 1
    whole = np.array([np.append(row, np.full(pieces + 1 - len(row), row[-1])) for row in edges])
    pressure = [_pressure_at(steps, row[:-1]) for steps, row in zip(cases.steps, whole, strict=True)]
    low, high = np.array(when).T[:, :, None]
    seen = (whole[:, :-1] >= low) & (whole[:, 1:] <= high)
    with np.errstate(divide="ignore"):
        log_edges = np.log(whole / DAYS_IN_YEAR)
    return Windows(whole / DAYS_IN_YEAR, log_edges, np.array(pressure) / RUNGS, seen)


def around(day: float, days: float) -> tuple[float, float]:
    """First and last day of the month of the window in which a first step back fell; the whole if it is not dated.

    Examples
    --------
    >>> around(100.0, 365.0), around(11.0, 11.0), around(float("nan"), 90.0)
    ((90.0, 120.0), (0.0, 11.0), (0.0, 90.0))
    """
    if np.isnan(day):
        return 0.0, days
    months = min(max(day, 0.0) // MONTH, np.ceil(days / MONTH) - 1.0)
    return float(months * MONTH), float(min((months + 1.0) * MONTH, days))


def edges_of(days: float, steps: Steps, cuts: Sequence[float]) -> Floats:
    """Ends of the pieces of one window. [days]"""
    inside = [float(day) for day in (*(day for day, _ in steps), *cuts) if 0 < day < days]
    return np.unique([*np.linspace(0.0, days, PIECES + 1), *inside])


def _pressure_at(steps: Steps, days: Floats) -> Floats:
    """Rung on some days; the first holds before its day, too."""
    at, rungs = np.array(steps, float).T
    return np.asarray(rungs[np.maximum(np.searchsorted(at, days, side="right") - 1, 0)])
