"""What did each run answer to an outcome such as ``china.abandonment.oil``? One number a run."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import RequestRefused, UnknownName
from scenarios.results import Results
from scenarios.scenario.scenario import Scenario
from scenarios.spells import opening_levels, spells
from scenarios.summary import indicators
from scenarios.tally import ENDINGS, EVENTS
from scenarios.vocabulary import Fate

AMOUNTS = ("support_end", "delivered_end", "support_min")
HEADLINES = ("step_back", "step_back_further")
Floats = NDArray[np.float64]


def known_outcomes(scenario: Scenario) -> list[str]:
    """Every outcome that can be asked for; see docs/reference/tables.md, "outcomes of single runs".

    Examples
    --------
    >>> from scenarios import load
    >>> "redland.step_back.at" in known_outcomes(load("toy"))
    True
    """
    found = []
    for patron in scenario.patrons:
        found += [f"{patron}.{name}" for name in (*EVENTS, *ENDINGS, *AMOUNTS)]
        found += [f"{patron}.{event}.at" for event in EVENTS]
        found += [f"{patron}.{event}.{c}" for event in (*HEADLINES, "abandonment") for c in scenario.channels]
    return found + [f"client.{fate}" for fate in Fate.words()]


def headlines(scenario: Scenario) -> list[str]:
    """The outcomes that stand for the others where nobody has named one: both step-backs of each patron."""
    return [f"{patron}.{event}" for patron in scenario.patrons for event in HEADLINES]


def checked_outcomes(scenario: Scenario, of: str | Iterable[str]) -> list[str]:
    """The outcomes asked for, each once.

    Raises
    ------
    UnknownName
        With those that are known and the nearest.
    RequestRefused
        If there is none.
    """
    asked = list(dict.fromkeys([of] if isinstance(of, str) else of))
    known = known_outcomes(scenario)
    for name in asked:
        if name not in known:
            patron = name.partition(".")[0]
            near = [outcome for outcome in known if outcome.startswith(f"{patron}.")]
            raise UnknownName("outcome", name, near or known)
    if not asked:
        raise RequestRefused(f"No outcome is asked for. Name one, for instance {headlines(scenario)[0]}.")
    return asked


def answers(results: Results, of: Iterable[str]) -> dict[str, Floats]:
    """What each run answered to each outcome.

    Parameters
    ----------
    results : Results
    of : iterable of str
        Names from `known_outcomes`.

    Returns
    -------
    dict of str to ndarray of float64, shape (runs,)
        1 or 0 for an event; for ``.at`` the step, and the horizon where it did not happen; NaN where the patron was
        not at risk.

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> answers(simulate(load("toy"), 3, engine="agents"), ["client.holds"])["client.holds"].shape
    (3,)
    """
    events = indicators(results)
    return {name: events[name] if name in events else _other(results, name, events) for name in of}


def _other(results: Results, name: str, events: dict[str, Floats]) -> Floats:
    """An outcome that is neither an event nor an ending."""
    patron, _, rest = name.partition(".")
    kind, _, last = rest.partition(".")
    rows = results.patrons[results.patrons["patron"] == patron]
    if kind in AMOUNTS:
        return rows[kind].to_numpy(dtype=np.float64)
    happened = events[f"{patron}.{kind}"]
    if last == "at":
        at = rows[f"{kind}_at"].fillna(float(results.scenario.steps)).to_numpy(dtype=np.float64)
        return np.where(np.isnan(happened), np.nan, at)
    if kind in HEADLINES:
        is_first = (rows["first_channel"] == last).to_numpy()
        return np.where(np.isnan(happened), np.nan, (is_first & (happened > 0.5)).astype(np.float64))
    return channel_abandoned(results, patron, last)


def channel_abandoned(results: Results, patron: str, channel: str, before: float = np.inf) -> Floats:
    """Whether a patron came to intend nothing on a channel, lasting; NaN where it gave nothing there at the opening.

    Parameters
    ----------
    results : Results
        With events of every run.
    patron, channel : str
    before : float
        Only what began before this step counts.

    Returns
    -------
    ndarray of float64, shape (runs,)
    """
    scenario, levels = results.scenario, spells(results, f"{patron}.{channel}")
    lasting = max(1, round(scenario.persistence_days / scenario.step_days))
    found = np.where(opening_levels(results, patron, channel) > 0.0, 0.0, np.nan)
    # nothing is in force in the step of the next change
    is_gone = (levels.value <= 0.0) & (levels.until - 1 - levels.start >= lasting) & (levels.start < before)
    gone = np.unique(levels.run[is_gone]) - results.runs["run"].iloc[0]
    found[gone] = np.where(np.isnan(found[gone]), np.nan, 1.0)
    return found
