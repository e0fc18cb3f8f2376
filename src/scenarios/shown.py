"""What does a table say of itself at a prompt or in a notebook? Some of its columns, and where the rest is."""

from html import escape
from typing import Any

import pandas as pd

MOST_ROWS = 15
LETTERS = 40  # of a cell


class ShownTable(pd.DataFrame):
    """A table that shows some of its columns; what is taken out of it is a plain table."""

    shown: tuple[str, ...] = ()

    @property
    def _constructor(self) -> Any:
        return pd.DataFrame

    def _seen(self) -> pd.DataFrame:
        """The rows and columns that are shown."""
        return pd.DataFrame(self[[name for name in self.shown if name in self]].head(MOST_ROWS))

    def _rest(self) -> str:
        """One line for what is not shown."""
        return f"{len(self)} rows, columns {', '.join(map(str, self.columns))}. All: .to_string()"

    def __repr__(self) -> str:
        return f"{self._seen().to_string(index=False, max_colwidth=LETTERS, float_format=_short)}\n{self._rest()}"

    def _repr_html_(self) -> str:
        return f"{self._seen().to_html(index=False, float_format=_short)}<p>{escape(self._rest())}</p>"


def _short(value: float) -> str:
    """A number in the digits that matter."""
    return f"{value:.3g}"
