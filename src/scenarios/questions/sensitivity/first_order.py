"""Which numbers does an outcome hang on, in runs that are there? Nothing is played."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import RequestRefused
from scenarios.glimpse import Glimpsed
from scenarios.outcomes.outcome import answers, checked, headlines
from scenarios.questions.factors import chosen_paths
from scenarios.questions.sensitivity.correlation_ratio import correlation_ratios
from scenarios.questions.sensitivity.figure import drawn_tornado, foremost_of
from scenarios.results import Results
from scenarios.runs.job import seed_of
from scenarios.scenario.scenario import Scenario
from scenarios.store.answers import origin

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

FEWEST = 100  # draws of the numbers; below, a number would have to explain a tenth to be seen
COLUMNS = ("outcome", "path", "share", "low", "high", "luck_one", "luck", "verdict", "n", "points")
BEYOND, WITHIN = "beyond luck", "within luck"
Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class SensitivityGiven(Glimpsed):
    """The sensitivity that runs show which were played for something else; see docs/reference/tables.md, "given".

    Attributes
    ----------
    scenario : Scenario
    manifest : dict
        How the runs were come by, outcomes, and the seed of the permutations.
    shares : DataFrame
        One row an outcome and number, the largest share first.
    refused : dict of str to str
        Outcomes that were not answered, and why.
    """

    scenario: Scenario
    manifest: dict[str, Any]
    shares: "DataFrame"
    refused: dict[str, str] = field(default_factory=dict)

    def glimpse(self) -> tuple[str, dict[str, str]]:
        """What each outcome hangs on most."""
        facts = foremost_of(self.shares, "share") | self.refused
        return "Sensitivity, read off runs", facts | {"table": "shares", "figures": ".plot(OUTCOME)"}

    def plot(self, outcome: str | None = None) -> "Figure":
        """What moves an outcome, the largest share first; the first outcome if none is named."""
        return drawn_tornado(outcome, {"given": self.shares}, self.scenario, self.manifest)


def sensitivity_given(
    results: Results, of: str | Iterable[str] | None = None, over: Iterable[str] | None = None, rng: Any = 1
) -> SensitivityGiven:
    """The share of each outcome's variance that knowing one of the drawn numbers alone would explain.

    Parameters
    ----------
    results : Results
        From `simulate` or `read`.
    of : str or iterable of str, optional
        Outcomes; both step-backs of each patron if None.
    over : iterable of str, optional
        Numbers, or groups of them (``patrons.china``); all that were drawn if None.
    rng : int, SeedSequence or None
        Seed of the permutations that show what luck alone would give.

    Returns
    -------
    SensitivityGiven

    Raises
    ------
    UnknownName, RequestRefused
        If a name does not exist, or the runs have too few draws of the numbers.

    Notes
    -----
    The numbers may depend on each other, as those do that history ties together: a share is a correlation ratio,
    Var(E[outcome | number]) / Var(outcome) over single runs. It holds what the number tells of others that go with it,
    so that shares overlap and do not sum to one; where numbers are independent it is the first-order Sobol index.

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> found = sensitivity_given(simulate(load("toy"), 200, engine="agents"), "client.holds")
    >>> list(found.shares["outcome"].unique())
    ['client.holds']
    """
    import pandas as pd

    scenario, seed = results.scenario, seed_of(rng)
    asked = [each.text for each in checked(headlines(scenario) if of is None else of, scenario)]
    paths = chosen_paths(scenario, over)
    table = results.runs[[path for path in paths if results.runs[path].nunique() > 1]]
    point = results.runs["scenario_id"].to_numpy(dtype=np.int64)
    is_there = table.notna().all(axis=1).to_numpy()  # numbers are kept for the first runs only
    made, refused = [], {}
    for outcome, values in answers(results, asked).items():
        keep = is_there & ~np.isnan(values)
        try:
            check_runs(outcome, values[keep], point[keep])
        except RequestRefused as why:
            refused[outcome] = str(why)
            continue
        rows = correlation_ratios(table[keep], values[keep], point[keep], seed)
        made.append(_as_rows(outcome, rows).assign(points=len(np.unique(point[keep]))))
    if not made:
        raise RequestRefused("\n".join(refused.values()))
    played = ("seed", "replications", "points", "engine", "rulebook_hash")
    manifest = {name: results.manifest.get(name) for name in played} | origin(scenario)
    manifest |= {"runs": len(results.runs), "of": asked, "luck_seed": seed}
    return SensitivityGiven(scenario, manifest, pd.concat(made, ignore_index=True)[list(COLUMNS)], refused)


def check_runs(outcome: str, values: Floats, point: NDArray[np.int64]) -> None:
    """Refuses runs that can show nothing."""
    points = len(np.unique(point))
    if points < FEWEST:
        raise RequestRefused(
            f"{outcome}: {len(values):,} runs with an answer, of {points} draws of the numbers; at least {FEWEST} "
            "draws are needed, some thousand to see small shares. Play more: scenarios run --replications 10000."
        )
    if values.min() == values.max():
        raise RequestRefused(f"{outcome}: every run gave {values[0]:g}, so nothing moves it. Ask for another outcome.")


def _as_rows(outcome: str, found: "DataFrame") -> "DataFrame":
    """Shares of one outcome, the largest first, with a verdict."""
    rows = found.sort_values(["share", "path"], ascending=[False, True], kind="stable").reset_index(drop=True)
    rows.insert(0, "outcome", outcome)
    return rows.assign(verdict=(rows["share"] > rows["luck"]).map({True: BEYOND, False: WITHIN}))
