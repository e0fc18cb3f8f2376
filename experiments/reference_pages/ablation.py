"""Which patterns of history need which mechanism? Each term and each input frozen in turn, and what breaks."""

from collections.abc import Callable
from math import isnan
from typing import TYPE_CHECKING, Any

from scenarios.history.ensembles import AUTUMN, HISTORY, PRESENT, WAR, history_runs
from scenarios.history.observations import Pattern, patterns
from scenarios.history.patterns import pattern_rows
from scenarios.scenario.load import load
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import Freeze, Term

if TYPE_CHECKING:
    from pandas import DataFrame

PARTS = (HISTORY, AUTUMN, WAR, PRESENT)
BASE = "nothing frozen"
# what compares a frozen input with the same input frozen says nothing of it
BY_CONSTRUCTION = {("war", "P5b"), ("solvency", "P1c")}
KEPT, BREAKS, MENDS = "", "x", "+"
COLUMNS = ("mechanism", "id", "what", "required", "base", "simulated", "low", "high", "holds", "mark", "n")
UNSUPPORTED = "unsupported by the evidence"
NEVER_MOVES = "never moves, so freezing it says nothing"
Progress = Callable[[int, int], None]


def mechanisms() -> dict[str, dict[str, Any]]:
    """What is frozen in turn: the settings by the name of the mechanism; nothing first.

    Examples
    --------
    >>> len(mechanisms()), mechanisms()["bargain"]
    (12, {'terms.bargain': 'frozen'})
    """
    terms: dict[str, dict[str, Any]] = {term: {f"terms.{term}": "frozen"} for term in Term.words()}
    return {BASE: {}} | terms | {word: {"freeze": [word]} for word in Freeze.words()}


def frozen_parts(settings: dict[str, Any]) -> dict[str, Scenario]:
    """The parts of history with some settings."""
    return {part: load(part).with_values(settings) if settings else load(part) for part in PARTS}


def mark_of(pattern: Pattern, base: dict[str, Any], row: dict[str, Any]) -> str:
    """Whether a pattern breaks or is mended; in brackets if one of the two intervals reaches across the threshold.

    What cannot be read off, such as acts at rungs that never came, is neither.

    Parameters
    ----------
    base, row : dict
        The part of the pattern with nothing and with the mechanism frozen, as `pattern_rows` returns it.
    """
    if base["holds"] == row["holds"] or isnan(row["simulated"]):
        return KEPT
    mark = MENDS if row["holds"] else BREAKS
    is_clear = all(pattern.holds(each[end]) == each["holds"] for each in (base, row) for end in ("low", "high"))
    return mark if is_clear else f"({mark})"


def ablations(replications: int = 1_000, rng: int = 1, jobs: int = 0, progress: Progress | None = None) -> "DataFrame":
    """Every part of every pattern with each mechanism frozen in turn, on matched runs.

    Parameters
    ----------
    replications : int
        Runs of each part of history.
    progress : callable or None
        Called with the number of mechanisms played and of all.

    Returns
    -------
    DataFrame
        Columns mechanism, id, what, required, base, simulated, low, high, holds, mark, n; the mark is ``x`` if the
        pattern held and breaks, ``+`` if it did not and is mended, in brackets if the interval of 95 % does not bear
        it out.
    """
    import pandas as pd

    by_id = {pattern.id: pattern for pattern in patterns()}
    found: list[dict[str, Any]] = []
    base: dict[str, dict[str, Any]] = {}
    for i, (name, settings) in enumerate(mechanisms().items()):
        parts = frozen_parts(settings)
        rows = pattern_rows(history_runs(parts, replications, rng, jobs=jobs), parts[HISTORY], rng)
        base = base or {row["id"]: row for row in rows}
        for row in rows:
            was = base[row["id"]]
            is_empty = (name, row["id"]) in BY_CONSTRUCTION
            mark = KEPT if is_empty else mark_of(by_id[row["id"]], was, row)
            kept = {key: row[key] for key in ("id", "what", "required", "simulated", "low", "high", "holds")}
            found.append({"mechanism": name} | kept | {"base": was["simulated"], "mark": mark, "n": replications})
        if progress is not None:
            progress(i + 1, len(mechanisms()))
    return pd.DataFrame(found, columns=list(COLUMNS))


def judged(broken: list[str], mended: list[str]) -> str:
    """What freezing a mechanism says of it, in words.

    Examples
    --------
    >>> judged(["P1b", "P2b"], [])
    'needed for P1b, P2b'
    >>> judged([], ["P6a"])
    'unsupported by the evidence: freezing it breaks nothing and mends P6a'
    """
    mends = f"mends {', '.join(mended)}" if mended else ""
    if broken:
        return f"needed for {', '.join(broken)}" + (f"; freezing it {mends}" if mended else "")
    return f"{UNSUPPORTED}: freezing it breaks nothing" + (f" and {mends}" if mended else "")


def cell(mark: str, value: float) -> str:
    """A mark and a value.

    Examples
    --------
    >>> cell("x", 0.424), cell("", 0.424), cell("", float("nan"))
    ('x 0.42', '0.42', '')
    """
    return "" if isnan(value) else f"{mark} {value:.2f}".strip()


def ablation_table(found: "DataFrame") -> list[dict[str, str]]:
    """One row a mechanism, one column a part of a pattern with mark and value, and the words.

    Parameters
    ----------
    found : DataFrame
        As `ablations` returns it.

    Notes
    -----
    Only marks without brackets count in the words.
    """
    groups: dict[str, list[Any]] = {}
    for row in found.to_dict("records"):
        groups.setdefault(row["mechanism"], []).append(row)
    return [table_row(name, rows) for name, rows in groups.items()]


def table_row(name: str, rows: list[Any]) -> dict[str, str]:
    """The row of one mechanism."""
    cells = {row["id"]: cell(row["mark"], row["simulated"]) for row in rows}
    broken, mended = ([row["id"] for row in rows if row["mark"] == mark] for mark in (BREAKS, MENDS))
    misses = [row["id"] for row in rows if not row["holds"]]
    words = f"misses {', '.join(misses) or 'nothing'}" if name == BASE else judged(broken, mended)
    if name != BASE and all(row["simulated"] == row["base"] for row in rows):
        words = NEVER_MOVES
    return {"frozen": name.replace("_", " "), **cells, "in words": words}


def marked_rows(found: "DataFrame") -> list[dict[str, str]]:
    """What breaks or is mended, with intervals: one row a mark.

    Parameters
    ----------
    found : DataFrame
        As `ablations` returns it.
    """
    return [
        {
            "frozen": row["mechanism"].replace("_", " "),
            "pattern": f"{row['id']} {row['what']}",
            "mark": row["mark"],
            "required": row["required"],
            "nothing frozen": f"{row['base']:.3f}",
            "frozen: simulated": f"{row['simulated']:.3f} ({row['low']:.3f} to {row['high']:.3f})",
        }
        for row in found.to_dict("records")
        if row["mark"] != KEPT
    ]
