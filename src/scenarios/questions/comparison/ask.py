"""What changes from one scenario to another? Matched differences, each with its interval and a verdict."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios.intervals import estimated
from scenarios.moments import Floats
from scenarios.questions.comparison.matching import Match, matching
from scenarios.questions.comparison.sides import LETTERS, Side, as_played
from scenarios.results import Results
from scenarios.significance import CHANGED, NOT_AT_RISK, WITHIN, Gap, apart_gap, holm, matched_gap, verdicts
from scenarios.summary import indicators
from scenarios.tally import chance_names

if TYPE_CHECKING:
    from scenarios.questions.comparison.changed_rows import Comparison

OUTCOME_COLUMNS = (
    "versus",
    "outcome",
    "a",
    "a_se",
    "a_low",
    "a_high",
    "b",
    "b_se",
    "b_low",
    "b_high",
    "difference",
    "difference_se",
    "low",
    "high",
    "n",
    "now",
    "no_longer",
    "same",
    "p_adjusted",
    "verdict",
    "effect",
)


def compare(a: Side, b: Side, *more: Side, **how: Any) -> "Comparison":
    """Matched differences of every headline outcome, with a verdict: more than Monte Carlo error or not.

    Parameters
    ----------
    a, b, *more : Results, Scenario, str or Path
        Results, result folders, or scenarios, which are played with the size and the seed of the first result. Each
        is compared with the first.
    **how
        ``replications``, ``rng``, ``points``, ``engine``, ``jobs``, ``progress`` of what is yet to be played.

    Returns
    -------
    Comparison
        A DataFrame that prints the rows that changed and one line for the rest, and draws itself (`plot`). Columns
        versus (B, C ...), outcome, a and b, each with se, low and high (95 %), difference (b - a), difference_se, low,
        high, n (runs compared), now, no_longer, same (shares of matched runs in which it happens on the other side
        only, in A only, or alike), p_adjusted, verdict, effect. `attrs["notes"]` says over what it was compared.

    Notes
    -----
    Over runs in which the patron is at risk on both sides. Verdicts account for the number of rows by Holm's rule: if
    nothing differed at all, a table would hold a row called changed in at most 5 % of cases.

    Examples
    --------
    >>> from scenarios import load
    >>> toy = load("toy")
    >>> table = compare(toy, toy, replications=20, engine="agents")
    >>> float(table["difference"].abs().max()), set(table["verdict"])
    (0.0, {'within Monte Carlo error'})
    """
    from scenarios.questions.comparison.changed_rows import Comparison

    first, *others = as_played([a, b, *more], **how)
    rows: list[dict[str, Any]] = []
    notes: list[str] = []
    for versus, other in zip(LETTERS[1:], others, strict=False):
        match = matching(first, other, versus)
        rows += outcome_rows(first, other, versus, match)
        notes += match.notes
    table = Comparison(rows, columns=list(OUTCOME_COLUMNS))
    table["p_adjusted"] = holm(table["p_adjusted"].to_numpy(dtype=float))
    table["verdict"] = verdicts(table["p_adjusted"].to_numpy(), table["verdict"])
    table["effect"] = [effect(row) for row in table.to_dict("records")]  # type: ignore[arg-type]
    table.attrs["notes"] = notes
    table.sides = [first, *others]
    return table


def outcome_rows(a: Results, b: Results, versus: str, match: Match) -> list[dict[str, Any]]:
    """One row an outcome, without its verdict; outcomes of one side only at the end."""
    mine, theirs = indicators(a), indicators(b)
    names = chance_names(a.scenario)
    others = chance_names(b.scenario)
    rows = [_compared(name, mine[name], theirs[name], a, b, match) for name in names if name in others]
    rows += [_lone(name, mine[name], a, "A") for name in names if name not in others]
    rows += [_lone(name, theirs[name], b, versus) for name in others if name not in names]
    return [{"versus": versus, **row} for row in rows]


def points_of(results: Results) -> NDArray[np.int64]:
    """Draw of the uncertain numbers that each run belongs to."""
    return results.runs["scenario_id"].to_numpy(dtype=np.int64)


def _compared(name: str, mine: Floats, theirs: Floats, a: Results, b: Results, match: Match) -> dict[str, Any]:
    """An outcome that both sides have."""
    moves: dict[str, float] = {}
    a_points, b_points = points_of(a), points_of(b)
    if match.is_matched:
        mine, theirs, a_points, b_points = mine[: match.n], theirs[: match.n], a_points[: match.n], b_points[: match.n]
        is_both = ~np.isnan(mine) & ~np.isnan(theirs)
        mine, theirs, a_points, b_points = mine[is_both], theirs[is_both], a_points[is_both], b_points[is_both]
        gap = matched_gap(mine, theirs, a_points)
        moves = _moves(theirs - mine)
    else:
        gap = apart_gap(mine, theirs, a_points, b_points)
    one, other = _side_cells("a", mine, a_points), _side_cells("b", theirs, b_points)
    n = min(one["n"], other["n"])
    cells = one | other | {"n": n} | _gap_cells(gap) | moves
    return {"outcome": name, **cells, "verdict": None if n else NOT_AT_RISK}


def _side_cells(column: str, values: Floats, points: NDArray[np.int64]) -> dict[str, float]:
    """An outcome on one side: its chance, error and limits, and the number of runs."""
    found = estimated(values, points)
    return found.named(column) | {"n": found.n}


def _gap_cells(gap: Gap) -> dict[str, float]:
    """A difference as cells of a row."""
    return {
        "difference": gap.value,
        "difference_se": gap.se,
        "low": gap.low,
        "high": gap.high,
        "p_adjusted": gap.p,
    }


def _moves(gaps: Floats) -> dict[str, float]:
    """Shares of matched runs in which an outcome now happens, no longer happens, or is the same."""
    if not len(gaps):
        return {}
    now, no_longer = float((gaps > 0).mean()), float((gaps < 0).mean())
    return {"now": now, "no_longer": no_longer, "same": float((gaps == 0).mean())}


def _lone(name: str, values: Floats, side: Results, letter: str) -> dict[str, Any]:
    """An outcome of one side only."""
    cells = _side_cells("a" if letter == "A" else "b", values, points_of(side))
    return {"outcome": name, **cells, "verdict": f"only in {letter}"}


def effect(row: dict[str, Any]) -> str:
    """A row's effect in words.

    Examples
    --------
    >>> effect({"verdict": "changed", "a": 0.31, "b": 0.24, "difference_se": 0.004})
    'less often: 31.0 % -> 24.0 %'
    """
    if row["verdict"] == WITHIN:
        return "no difference to be seen"
    if row["verdict"] != CHANGED:
        return str(row["verdict"])
    digits = int(np.clip(np.ceil(-np.log10(np.fmax(row["difference_se"], 1e-9))) - 2, 0, 4))
    # two shares that differ must not read alike
    while f"{100 * row['a']:.{digits}f}" == f"{100 * row['b']:.{digits}f}":
        digits += 1
    direction = "more often" if row["b"] > row["a"] else "less often"
    return f"{direction}: {100 * row['a']:.{digits}f} % -> {100 * row['b']:.{digits}f} %"
