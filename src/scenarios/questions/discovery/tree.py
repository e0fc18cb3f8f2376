"""What does a second opinion say? A small classification tree over the same runs."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios.questions.discovery.boxes import LEAST_MASS, Box, Limit, measures
from scenarios.questions.extras import require

if TYPE_CHECKING:
    from pandas import DataFrame

DEPTH = 3
Truths = NDArray[np.bool_]


def leaves(numbers: "DataFrame", happened: Truths) -> list[Box]:
    """The leaves of a tree of at most three splits, as boxes, densest first.

    Parameters
    ----------
    numbers : DataFrame
        One row a run, one column a number that may be split.
    happened : ndarray of bool, shape (runs,)

    References
    ----------
    L. Breiman and others, Classification and Regression Trees (1984).
    """
    require("sklearn", "A tree")
    from sklearn.tree import DecisionTreeClassifier

    least = max(2, int(LEAST_MASS * len(numbers)))
    grown = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=least, random_state=0)
    grown.fit(numbers.to_numpy(dtype=np.float64), happened)
    found = _below(grown.tree_, 0, (), [str(path) for path in numbers])
    return sorted(found, key=lambda box: -measures(box, numbers, happened)["density"])


def _below(tree: Any, node: int, box: Box, paths: list[str]) -> list[Box]:
    """The leaves below a node, each with the limits on the way to it."""
    if tree.children_left[node] < 0:
        return [tightest(box)]
    path, value = paths[tree.feature[node]], float(tree.threshold[node])
    left = _below(tree, tree.children_left[node], (*box, Limit(path, False, value)), paths)
    # the tree sends what lies above the threshold to the right, so the next number up is the limit
    right = _below(
        tree, tree.children_right[node], (*box, Limit(path, True, float(np.nextafter(value, np.inf)))), paths
    )
    return left + right


def tightest(box: Box) -> Box:
    """A box with only the tightest of several limits on the same side of a number.

    Examples
    --------
    >>> [limit.value for limit in tightest((Limit("a", True, 1.0), Limit("a", True, 2.0)))]
    [2.0]
    """
    kept: dict[tuple[str, bool], Limit] = {}
    for limit in box:
        key = (limit.path, limit.is_above)
        other = kept.get(key)
        if other is None or (limit.value > other.value) == limit.is_above:
            kept[key] = limit
    return tuple(kept.values())
