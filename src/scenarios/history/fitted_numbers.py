"""Which numbers can history speak to, and how are they drawn from their ranges?"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.scenario.posterior import prior_of
from scenarios.scenario.priors import KINDS, drawn
from scenarios.scenario.scenario import Parameter, Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

Floats = NDArray[np.float64]


def shared(one: Scenario, other: Scenario) -> list[str]:
    """Uncertain numbers that mean the same in two scenarios: equal value, range and distribution, no whole numbers.

    Examples
    --------
    >>> from scenarios import load
    >>> "patrons.russia.payment_weight" in shared(load("venezuela_2005_2025"), load("venezuela_2025"))
    True
    """
    mine, theirs = one.uncertain, other.uncertain
    same = [path for path in mine if path in theirs and prior_of(mine[path]) == prior_of(theirs[path])]
    return [path for path in same if mine[path].unit not in ("level", "rung")]


def quantiles_of_fit(number: Parameter, u: Floats) -> Floats:
    """Values of a number at some quantiles of its distribution."""
    kind = KINDS[number.distribution]
    return np.array([drawn(kind, number.low, number.value, number.high, 0, float(each)) for each in u])


def at_quantiles(scenario: Scenario, paths: list[str], cube: Floats) -> "DataFrame":
    """Numbers at quantiles of their distributions.

    Parameters
    ----------
    cube : ndarray of float64, shape (points, paths)
        Each in (0, 1).

    Examples
    --------
    >>> import numpy as np
    >>> from scenarios import load
    >>> table = at_quantiles(load("toy"), ["client.hold"], np.array([[0.0001], [0.9999]]))
    >>> bool(table["client.hold"].is_monotonic_increasing)
    True
    """
    import pandas as pd

    columns = {path: quantiles_of_fit(scenario.numbers[path], cube[:, i]) for i, path in enumerate(paths)}
    return pd.DataFrame(columns)
