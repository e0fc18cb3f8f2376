"""What is the chance that this happens by that date? Of runs that are there, beside their control."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from scenarios.outcomes.chance import chances
from scenarios.outcomes.outcome import answers, outcome_named
from scenarios.results import Results
from scenarios.shown import ShownTable


class ChanceTable(ShownTable):
    """The table of `ask`; it prints each chance with its interval, and draws them."""

    _metadata = ["results"]  # noqa: RUF012  # pandas reads it from the class
    shown = ("question", "chance", "low", "high", "control", "n", "published")
    results: Results

    def plot(self) -> Any:  # type: ignore[override]
        """Each chance with its interval, and beside it that of the control if there is one."""
        from scenarios.report.contrast import contrast

        scenario, manifest = self.results.scenario, self.results.manifest
        said = {"value": self["chance"], "value_low": self["low"], "value_high": self["high"]}
        sides = [pd.DataFrame({"side": "as asked", **said})]
        if "control" in self:
            frozen = {"side": "control, without its interval: the pressure frozen", "value": self["control"]}
            sides.append(pd.DataFrame(frozen))
        table = pd.concat([side.assign(what=self["words"], n=self["n"]) for side in sides], ignore_index=True).assign(
            verdict=None
        )
        likeliest = self.nlargest(1, "chance").to_dict("records")
        found = [f"{row['words']}, {100 * row['chance']:.0f} %" for row in likeliest] or ["Nobody can say"]
        heading = f"{'Likeliest: ' if len(self) > 1 else ''}{found[0]}"
        return contrast(table, heading, scenario, manifest, "within the dates asked")


def ask(
    results: Results, questions: str | Iterable[str], *, given: str | None = None, control: Results | None = None
) -> ChanceTable:
    """The chance of each question, with its interval, its spread over what nobody knows, and the published chance.

    Parameters
    ----------
    results : Results
        From `simulate`, or `read` from a folder.
    questions : str or iterable of str
        Such as ``russia.step_back by 2026-03-01``; docs/how-to/ask.md has the whole language.
    given : str, optional
        A condition: only the runs in which it is so are counted, and of the control those matched with them.
    control : Results, optional
        The same runs with the pressure frozen; gives the column ``control``.

    Returns
    -------
    ChanceTable
        A DataFrame that prints chance and interval and draws itself (`plot`). One row a question, columns as in
        docs/reference/tables.md, "chances".

    Raises
    ------
    QuestionRefused
        For what is not understood, with the place marked.
    RequestRefused
        For what has no chance, and for a condition that holds in fewer than 30 runs.

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> runs = simulate(load("toy"), 200, engine="agents")
    >>> ask(runs, "client.holds")["question"].tolist()
    ['client.holds']
    """
    table = chances(results, questions, given)
    if control is not None:
        kept = True if given is None else outcome_named(given, results.scenario).read(results) == 1.0
        said = answers(control, table["question"]).values()
        beside = [pd.Series(np.where(kept, values, np.nan)).mean() for values in said]
        table.insert(list(table.columns).index("n"), "control", beside)
    found = ChanceTable(table)
    found.attrs = table.attrs  # of which pandas 3 hands nothing on
    found.results = results
    return found
