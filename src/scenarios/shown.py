"""What does a table say of itself at a prompt or in a notebook? Some of its columns, and where the rest is."""

from html import escape
from typing import Any

import pandas as pd

MOST_ROWS = 15
LETTERS = 40  # of a cell


class ShownTable(pd.DataFrame):
    """A table that shows some of its columns; what is taken out of it is a plain table."""

    heading = ""
    shown: tuple[str, ...] = ()

    @property
    def _constructor(self) -> Any:
        return pd.DataFrame

    def told(self) -> pd.DataFrame:
        """The rows that are shown."""
        return pd.DataFrame(self)

    def rest(self) -> str:
        """One line for what is not shown."""
        return f"{len(self)} rows, columns {', '.join(map(str, self.columns))}. All: .to_string()"

    def _seen(self) -> pd.DataFrame:
        """The rows and columns that are shown."""
        rows = self.told().head(MOST_ROWS)
        return rows[[name for name in self.shown if name in rows]]

    def __repr__(self) -> str:
        rows = self._seen()
        table = rows.to_string(index=False, max_colwidth=LETTERS, float_format=_short) if len(rows) else ""
        return "\n".join(filter(None, [self.heading if table else "", table, self.rest()]))

    def _repr_html_(self) -> str:
        rows, heading = self._seen(), f"<b>{escape(self.heading)}</b>" if self.heading else ""
        table = rows.to_html(index=False, float_format=_short) if len(rows) else ""
        return f"{heading}{table}<p>{escape(self.rest())}</p>"


class FoundNumbers(ShownTable):
    """Numbers that were looked for; they show value, range and unit."""

    shown = ("path", "value", "low", "high", "unit")


def _short(value: float) -> str:
    """A number in the digits that matter."""
    return f"{value:.3g}"
