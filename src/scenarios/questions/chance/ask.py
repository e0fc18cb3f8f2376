"""What is the chance that this happens by that date? Of runs that are there, beside their control."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from scenarios.moments import Floats
from scenarios.outcomes.chance import chances
from scenarios.outcomes.outcome import answers, outcome_named
from scenarios.results import Results


def ask(
    results: Results, questions: str | Iterable[str], *, given: str | None = None, control: Results | None = None
) -> pd.DataFrame:
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
    DataFrame
        One row a question, columns as in docs/reference/tables.md, "chances".

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
    asked = [questions] if isinstance(questions, str) else list(questions)
    table = chances(results, asked, given)
    if control is None:
        return table
    kept = True if given is None else outcome_named(given, results.scenario).read(results) == 1.0
    said = answers(control, table["question"])
    beside = [mean_of_known(np.where(kept, said[str(question)], np.nan)) for question in table["question"]]
    table.insert(list(table.columns).index("n"), "control", beside)
    return table


def mean_of_known(values: Floats) -> float:
    """The mean without what is NaN; NaN if nothing is left."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
