"""What does a comparison show of itself? The rows that changed, and one line for the others."""

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from scenarios.errors import UnknownName
from scenarios.questions.comparison.figure import contrast, sides_of
from scenarios.report.style import as_shown
from scenarios.significance import CHANGED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from scenarios.results import Results

SHOWN = ["versus", "outcome", "a", "b", "difference", "low", "high", "effect"]
MOST_ROWS = 15


class Comparison(pd.DataFrame):
    """The table of a comparison. What is taken out of it is a plain table; ``to_string()`` writes all of it."""

    _metadata = ["sides"]  # noqa: RUF012  # pandas reads it from the class
    sides: "list[Results]"

    @property
    def _constructor(self) -> Any:
        return pd.DataFrame

    @property
    def changed(self) -> pd.DataFrame:
        """The rows that changed by more than Monte Carlo error."""
        return self[self["verdict"] == CHANGED]

    def rest(self) -> str:
        """One line for the rows that are not shown."""
        same, n = len(self) - len(self.changed), len(self)
        cut = len(self.changed) - MOST_ROWS
        more = f"{cut} more that changed in .changed; " if cut > 0 else ""
        return f"{more}{same} of {n} rows did not change by more than Monte Carlo error. All: .to_string()"

    def __repr__(self) -> str:
        rows = self.changed.head(MOST_ROWS)[SHOWN]
        table = rows.to_string(index=False, float_format=lambda value: f"{value:.3f}") if len(rows) else ""
        return "\n".join(filter(None, ["Comparison, the rows that changed:" if table else "", table, self.rest()]))

    def _repr_html_(self) -> str:
        rows = self.changed.head(MOST_ROWS)[SHOWN]
        table = rows.to_html(index=False, float_format=lambda value: f"{value:.3f}") if len(rows) else ""
        return f"<b>Comparison</b>{table}<p>{escape(self.rest())}</p>"

    def plot(self, outcomes: "str | Iterable[str] | None" = None) -> "Figure":  # type: ignore[override]
        """Outcomes of every side with their intervals; filled where they differ from the first side.

        Parameters
        ----------
        outcomes : str, iterable of str or None
            Which; those that changed if None, or all if none did.

        Raises
        ------
        UnknownName
            If there is no such outcome.
        """
        both = self[self["a"].notna() & self["b"].notna()]
        known = list(dict.fromkeys(both["outcome"]))
        some = list(dict.fromkeys(self.changed["outcome"])) or known
        asked = [outcomes] if isinstance(outcomes, str) else list(outcomes) if outcomes is not None else some
        for name in asked:
            if name not in known:
                raise UnknownName("outcome", name, known)
        first, names = self.sides[0], side_names(self.sides)
        table = sides_of(pd.DataFrame(both), names, asked, first.scenario)
        return as_shown(lambda: contrast(table, "What changes", first.scenario, first.manifest))


def side_names(sides: "list[Results]") -> list[str]:
    """What each side is called: its letter and what was changed in it."""
    changes = [" ".join(text.removeprefix("--set ") for text in side.scenario.overlays) for side in sides]
    return [f"{chr(ord('A') + place)}: {text or sides[place].scenario.name}" for place, text in enumerate(changes)]
