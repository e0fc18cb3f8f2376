"""What becomes of the same worlds? How each patron's support ends in matched runs of two scenarios."""

from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.intervals import estimated
from scenarios.questions.comparison.matching import matching
from scenarios.questions.comparison.sides import LETTERS, Side, as_played
from scenarios.results import Results
from scenarios.summary import indicators
from scenarios.tally import ENDINGS

if TYPE_CHECKING:
    from pandas import DataFrame

ENDS = ("step_back", *ENDINGS)  # of each patron's support; they compete and sum to 1
TRANSITION_COLUMNS = ("versus", "patron", "transition", "share", "se", "low", "high", "n")
TRANSITIONS = ("same", "now stays", "now steps back", "client now gone first", "client now lasts")
MOVES = {  # from the end of a patron's support in A to that in the other
    ("step_back", "neither"): "now stays",
    ("neither", "step_back"): "now steps back",
    ("client_gone_first", "step_back"): "now steps back",
    ("step_back", "client_gone_first"): "client now gone first",
    ("neither", "client_gone_first"): "client now gone first",
    ("client_gone_first", "neither"): "client now lasts",
}


def transitions(a: Side, b: Side, *more: Side, **how: Any) -> "DataFrame":
    """How each patron's support ends in matched runs, from A to each other side: who now stays, who now steps back.

    Parameters
    ----------
    a, b, *more, **how
        As in `compare`.

    Returns
    -------
    DataFrame
        Columns versus, patron, transition, share, se, n. Shares of a patron sum to 1: same, now stays (stepped back in
        A, is still there now), now steps back, client now gone first, client now lasts. No rows for sides that are not
        matched, or where a patron is never at risk on both.

    Examples
    --------
    >>> from scenarios import load
    >>> toy = load("toy")
    >>> table = transitions(toy, toy, replications=20, engine="agents")
    >>> set(table.loc[table["share"] > 0, "transition"])
    {'same'}
    """
    import pandas as pd

    first, *others = as_played([a, b, *more], **how)
    rows = []
    for versus, other in zip(LETTERS[1:], others, strict=False):
        match = matching(first, other, versus)
        if match.is_matched:
            rows += [{"versus": versus, **row} for row in transition_rows(first, other, match.n)]
    return pd.DataFrame(rows, columns=list(TRANSITION_COLUMNS))


def transition_rows(a: Results, b: Results, n: int) -> list[dict[str, Any]]:
    """Shares of the first n matched runs by what became of each patron's support."""
    mine, theirs = indicators(a), indicators(b)
    points = a.runs["scenario_id"].to_numpy()[:n]
    rows = []
    for patron in [patron for patron in a.scenario.patrons if patron in b.scenario.patrons]:
        before, after = ([side[f"{patron}.{end}"][:n] for end in ENDS] for side in (mine, theirs))
        found = {name: np.zeros(n) for name in TRANSITIONS}
        for i, old in enumerate(ENDS):
            for j, new in enumerate(ENDS):
                found[MOVES.get((old, new), "same")] += before[i] * after[j]
        for name, values in found.items():
            found_share = estimated(values, points)
            if found_share.n:
                cells = found_share.named("share", "") | {"n": found_share.n}
                rows.append({"patron": patron, "transition": name, **cells})
    return rows
