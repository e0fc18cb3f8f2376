"""What happened in one run? Everything in order: moves, requests, threats, and why each level changed.

The run is played again at its own address, so any run can be told, not only those that were kept in full.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.questions.explanation.ensemble import Ensemble, checked_patron, ensemble_of
from scenarios.questions.explanation.lines import USER, arrival_rows, budget_rows, line_rows, setting_rows
from scenarios.results import Results, dates_of
from scenarios.runs.replay import replay
from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

CHANGES = ("level_up", "level_down")
# Within a step the world moves first, then what the patron hears, decides and delivers, then what follows from it.
ORDER = (
    *("set", "escalation", "attempt_failed", "easing", "interdiction", "interdiction_ends", "client_end"),
    *("threat_carried_out", "bluff", "threat", "crisis", "request", "budget", "savings_gone"),
    *("level_up", "level_down", "act", "request_met", "request_lapsed"),
    *("arrives", "falls_short", "denied", "crosses", "returns", "confirmed"),
)
COLUMNS = ("step", "date", "actor", "kind", "channel", "before", "after", "rung", "reason")


@dataclass(frozen=True)
class Story:
    """One run in order.

    Attributes
    ----------
    scenario : Scenario
    run, seed : int
        Its address.
    facts : dict
        Its row of the table runs.
    patrons : DataFrame
        Its rows of the table patrons.
    events : DataFrame
        Its events, what was set and what follows from its path, in order: step, date, actor, kind, channel, before,
        after, rung, reason, and how far each term moved a choice of levels.
    paths : DataFrame
        Its steps.
    """

    scenario: Scenario
    run: int
    seed: int
    facts: dict[str, Any]
    patrons: "DataFrame"
    events: "DataFrame"
    paths: "DataFrame"

    @property
    def changes(self) -> "DataFrame":
        """The changes of level."""
        return self.events[self.events["kind"].isin(CHANGES)]

    def only(self, patron: str | None) -> "Story":
        """The story with one patron; the coercer, the client and what was set stay."""
        if patron is None:
            return self
        checked_patron(self.scenario, patron)
        is_told = self.events["actor"].isin([USER, "coercer", "client", patron])
        return Story(
            self.scenario,
            self.run,
            self.seed,
            self.facts,
            self.patrons[self.patrons["patron"] == patron],
            self.events[is_told].reset_index(drop=True),
            self.paths[self.paths["patron"] == patron].reset_index(drop=True),
        )


def story(subject: Results | Ensemble, run: int, patron: str | None = None) -> Story:
    """One run, played again and put in order.

    Parameters
    ----------
    subject : Results or Ensemble
        Which runs.
    run : int
        Its number in the table runs.
    patron : str or None
        Tell of one patron only.

    Raises
    ------
    RequestRefused
        If there is no such run, or the results were made by another rule book.

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> told = story(simulate(load("toy"), 20, engine="agents"), 7)
    >>> int(told.facts["run"]), list(told.patrons["patron"])
    (7, ['redland', 'blueland'])
    """
    ensemble = ensemble_of(subject)
    scenario, number = ensemble.scenario, ensemble.checked(run)
    again = replay(scenario, number, ensemble.seed, ensemble.per_point)
    return Story(
        scenario=scenario,
        run=number,
        seed=ensemble.seed,
        facts=dict(again.runs.iloc[0]),
        patrons=again.patrons,
        events=in_order(scenario, again),
        paths=again.paths,
    ).only(patron)


def in_order(scenario: Scenario, again: Results) -> "DataFrame":
    """The events of a run, with what was set and what follows from its path, sorted."""
    import pandas as pd

    events = again.events.drop(columns="run").astype({"actor": str, "kind": str, "channel": object, "reason": object})
    found = pd.DataFrame(derived(scenario, again), columns=list(COLUMNS))
    rungs = again.paths.drop_duplicates("step").set_index("step")["rung"]
    found["rung"] = found["step"].map(rungs)
    found["date"] = dates_of(scenario, found["step"].to_numpy(dtype=np.int64))
    if len(found):
        events = pd.concat([events, found], ignore_index=True)
    for name in ("channel", "reason"):
        events[name] = events[name].astype(object).where(events[name].notna(), None)
    actors = [USER, "coercer", "client", *scenario.patrons]
    keys = pd.DataFrame({"actor": events["actor"].map(actors.index), "kind": events["kind"].map(ORDER.index)})
    order = pd.concat([events["step"], keys], axis=1).sort_values(["step", "actor", "kind"], kind="stable").index
    return events.loc[order].reset_index(drop=True)


def derived(scenario: Scenario, again: Results) -> list[dict[str, Any]]:
    """What was set, and what follows from the path of a run."""
    ended = again.runs["client_outcome_at"].iloc[0]
    last = scenario.steps if np.isnan(ended) else int(ended)
    rows = setting_rows(scenario, last)
    for patron in scenario.patrons:
        path = again.paths[again.paths["patron"] == patron]
        counts = again.patrons[again.patrons["patron"] == patron].iloc[0]
        rows += line_rows(scenario, patron, path, counts, last) + arrival_rows(scenario, patron, path)
        rows += budget_rows(patron, path)
    return rows
