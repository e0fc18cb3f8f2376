"""Which number would have undone it, on average? The nearest counterfactuals of many runs, counted."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.intervals import estimated
from scenarios.outcomes.outcome import CHANCE, Outcome, checked
from scenarios.questions.explanation.counterfactual import changeable, nearest_of, open_turns
from scenarios.questions.explanation.ensemble import Ensemble, ensemble_of
from scenarios.questions.explanation.frozen import play_twin
from scenarios.results import Results

if TYPE_CHECKING:
    from pandas import DataFrame

ANY = "(any one number)"
COLUMNS = (
    "outcome",
    "path",
    "suffices",
    "suffices_se",
    "suffices_low",
    "suffices_high",
    "nearest",
    "nearest_se",
    "nearest_low",
    "nearest_high",
    "change",
    "change_se",
    "q10",
    "q90",
    "up",
    "beyond",
    "n",
)
Progress = Callable[[int, int], None]


def runs_with(subject: Results | Ensemble, outcome: Outcome, most: int, runs: int = 2000) -> list[int]:
    """The first runs, at most `most` of them and among at most `runs`, in which something is so."""
    ensemble = ensemble_of(subject).at_most(runs)
    played = subject if isinstance(subject, Results) else play_twin(ensemble, ensemble.scenario, jobs=0)
    is_so = outcome.read(played)[: ensemble.runs] == 1.0
    return [int(run) for run in np.flatnonzero(is_so)[:most]]


def nearest_on_average(
    subject: Results | Ensemble,
    of: str,
    over: Iterable[str] | None = None,
    most: int = 100,
    runs: int = 2000,
    jobs: int = 0,
    progress: Progress | None = None,
) -> "DataFrame":
    """How often each number alone would have undone something, and how far it had to move.

    Parameters
    ----------
    subject, of, over
        As in `nearest`, screened. ``not QUESTION`` asks what would have brought it about where it is not so.
    most, runs : int
        The first `most` runs in which it is so, among the first `runs`.
    jobs : int
        Threads; 0 = as many as there are cores.
    progress : callable or None
        Called with the number of finished searches and of all.

    Returns
    -------
    DataFrame
        One row a number that sufficed at least once, the most common first, after a row for any one number at all;
        columns in docs/reference/tables.md.
    """
    import pandas as pd

    ensemble = ensemble_of(subject)
    outcome = checked(of, ensemble.scenario, [CHANCE])[0]
    paths, chosen = changeable(outcome, over), runs_with(subject, outcome, most, runs)
    found = nearest_of(open_turns(ensemble, outcome, chosen), paths, is_screened=True, jobs=jobs, count=progress)
    points = np.array(chosen, dtype=np.int64) // ensemble.per_point
    return pd.DataFrame(counted_changes(outcome.text, found, points), columns=list(COLUMNS))


def counted_changes(of: str, found: "list[DataFrame]", points: Any) -> list[dict[str, Any]]:
    """Rows of the table of averages.

    Parameters
    ----------
    found : list of DataFrame
        One a run, as `nearest` returns it.
    points : ndarray of int64, shape (runs,)
        Draw of the uncertain numbers that each run belongs to.
    """
    ways: dict[str, dict[int, tuple[float, float]]] = {ANY: {}}
    first: dict[str, set[int]] = {ANY: set()}
    for i, table in enumerate(found):
        for place, (path, change, beyond) in enumerate(
            zip(table["path"], table["change"], table["beyond"], strict=True)
        ):
            ways.setdefault(path, {})[i] = (change, beyond)
            if place == 0:
                first.setdefault(path, set()).add(i)
                ways[ANY][i] = (change, beyond)
                first[ANY].add(i)
    rows = [_row_of(of, path, way, first.get(path, set()), points) for path, way in ways.items()]
    return rows[:1] + sorted(rows[1:], key=lambda row: (-row["suffices"], abs(row["change"]), row["path"]))


def _row_of(of: str, path: str, way: dict[int, tuple[float, float]], first: set[int], points: Any) -> dict[str, Any]:
    """One number's row."""
    n = len(points)
    suffices, leads = (estimated(np.array([float(i in those) for i in range(n)]), points) for those in (way, first))
    changes = np.array([change for change, _ in way.values()])
    sizes = np.abs(changes) if len(changes) else np.array([np.nan])
    half = 0.5 / np.sqrt(len(sizes))
    q10, low, median, high, q90 = np.quantile(sizes, [0.1, max(0.0, 0.5 - half), 0.5, min(1.0, 0.5 + half), 0.9])
    beyond = [beyond for _, beyond in way.values()]
    return {
        "outcome": of,
        "path": path,
        **suffices.named("suffices"),
        **leads.named("nearest"),
        "change": float(median),
        "change_se": float((high - low) / 2.0) or np.nan,
        "q10": float(q10),
        "q90": float(q90),
        "up": float(np.mean(changes > 0.0)) if way else np.nan,
        "beyond": float(np.mean(beyond)) if way else np.nan,
        "n": n,
    }
