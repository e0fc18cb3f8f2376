"""What happened in one run? Everything in order: moves, requests, threats, deals, and why each level changed.

The run is played again at its own address, so any run can be told, not only those that were kept in full.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.explore.ensemble import Ensemble, checked_patron, ensemble_of
from scenarios.explore.lines import arrival_rows, closing_rows, line_rows
from scenarios.results import Results, dates_of
from scenarios.runs.recall import recalled
from scenarios.runs.replay import replay
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import EventKind, Term

if TYPE_CHECKING:
    from pandas import DataFrame

CHANGES = ("level_up", "level_down")
# Within a step the world moves first, then what the patron hears, decides and delivers, then what follows from it.
ORDER = (
    *EventKind.words()[:4],
    *("client_end", "new_leader", "crisis", "threat_carried_out", "bluff", "deal_ends", "request", "threat"),
    *("offer", "expulsion", "closes", "deal", "level_up", "level_down", "act", "request_met", "request_lapsed"),
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
        Its events and what follows from its path, in order: step, date, actor, kind, channel, before, after, rung,
        reason, the worth of each term, and ``then.TERM``, its worth when the old level was chosen.
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
        """The story with one patron; the coercer and the client stay."""
        if patron is None:
            return self
        checked_patron(self.scenario, patron)
        is_told = self.events["actor"].isin(["coercer", "client", patron])
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
    then = recalled(scenario, number, ensemble.seed, ensemble.per_point)
    return Story(
        scenario=scenario,
        run=number,
        seed=ensemble.seed,
        facts=dict(again.runs.iloc[0]),
        patrons=again.patrons,
        events=in_order(scenario, again, then),
        paths=again.paths,
    ).only(patron)


def in_order(scenario: Scenario, again: Results, then: "DataFrame") -> "DataFrame":
    """The events of a run with the terms of before, and what follows from its path, sorted."""
    import pandas as pd

    events = again.events.drop(columns="run").astype({"actor": str, "kind": str})
    for name in ("channel", "reason"):
        events[name] = events[name].astype(object).where(events[name].notna(), None)
    is_change = events["kind"].isin(CHANGES).to_numpy()
    for term in Term.words():
        worth = np.full(len(events), np.nan)
        worth[is_change] = then[term].to_numpy()
        events[f"then.{term}"] = worth
    found = pd.DataFrame(derived(scenario, again))
    if len(found):
        rungs = again.paths.drop_duplicates("step").set_index("step")["rung"]
        found["rung"] = found["step"].map(rungs)
        found["date"] = dates_of(scenario, found["step"].to_numpy(dtype=np.int64))
        events = pd.concat([events, found.reindex(columns=list(COLUMNS))], ignore_index=True)
    actors = ["coercer", "client", *scenario.patrons]
    keys = pd.DataFrame({"actor": events["actor"].map(actors.index), "kind": events["kind"].map(ORDER.index)})
    for name in ("channel", "reason"):
        events[name] = events[name].where(events[name].notna(), None)
    order = pd.concat([events["step"], keys], axis=1).sort_values(["step", "actor", "kind"], kind="stable").index
    return events.loc[order].reset_index(drop=True)


def derived(scenario: Scenario, again: Results) -> list[dict[str, Any]]:
    """What follows from the path of a run."""
    rows: list[dict[str, Any]] = []
    expelled = again.events[again.events["kind"] == "expulsion"].set_index("actor")["step"].to_dict()
    for patron in scenario.patrons:
        path = again.paths[again.paths["patron"] == patron]
        rows += line_rows(scenario, patron, path) + arrival_rows(scenario, patron, path)
        if patron in expelled:
            rows += closing_rows(patron, path, scenario.channels, int(expelled[patron]))
    return rows
