"""What do tables of counts say of each step? As arrays, which figures read many times faster than a pivot."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pandas import DataFrame


def counts_by(
    rows: "DataFrame", column: str, size: int, counted: str
) -> tuple["NDArray[np.float64]", "NDArray[np.float64]"]:
    """Steps at which any run was counted, and how many there fall on each value 0 to size - 1 of a column.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"step": [0, 0, 7], "level": [0, 2, 1], "intended": [3, 1, 4]})
    >>> [found.tolist() for found in counts_by(rows, "level", 3, "intended")]
    [[0.0, 7.0], [[3.0, 0.0, 1.0], [0.0, 4.0, 0.0]]]
    """
    steps, place = np.unique(rows["step"].to_numpy(), return_inverse=True)
    counts = np.zeros((len(steps), size))
    np.add.at(counts, (place, rows[column].to_numpy()), rows[counted].to_numpy())
    is_counted = counts.sum(axis=1) > 0
    return steps[is_counted].astype(np.float64), counts[is_counted]
