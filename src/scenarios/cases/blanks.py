"""What stands in for a covariate that nobody coded? Those of every case in turn, and the forecast is their mean."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.cases.columns import COVARIATES
from scenarios.cases.rows import Cases, size, taken

MOST_FILLED = 2_000  # rows that are worked on at once


class Filled(NamedTuple):
    """Rows without a blank; one that had blanks stands once for every donor.

    Attributes
    ----------
    cases : Cases
    owner : ndarray of int64, shape (filled rows,)
        Place of the row that each one fills.
    """

    cases: Cases
    owner: NDArray[np.int64]


def blank_columns(cases: Cases) -> dict[str, int]:
    """Covariates that are blank somewhere, and in how many rows."""
    counts = np.isnan(cases.covariates).sum(0).tolist()
    return {name: count for name, count in zip(COVARIATES, counts, strict=True) if count}


def filled(cases: Cases, donors: Cases) -> Filled:
    """Rows whose blanks are filled with the covariates of each donor, those of one donor together."""
    blank = np.isnan(cases.covariates)
    copies = np.where(blank.any(1), size(donors), 1)
    owner = np.repeat(np.arange(size(cases)), copies)
    donor = np.concatenate([np.arange(n) for n in copies]) if len(copies) else np.zeros(0, np.int64)
    given = cases.covariates[owner]
    whole = np.where(np.isnan(given), donors.covariates[donor], given)
    return Filled(taken(cases, owner)._replace(covariates=whole), owner)


def in_parts(cases: Cases, donors: Cases) -> Iterator[tuple[NDArray[np.int64], Filled]]:
    """The rows in parts that fit into memory when filled: their places, and the part filled."""
    copies = np.where(np.isnan(cases.covariates).any(1), size(donors), 1)
    part = (np.cumsum(copies) - 1) // MOST_FILLED
    for number in np.unique(part):
        places = np.flatnonzero(part == number)
        yield places, filled(taken(cases, places), donors)
