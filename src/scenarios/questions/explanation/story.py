"""What happened in one run? Everything in order: moves, requests, threats, and why each level changed.

The run is played again at its own address, so any run can be told, not only those that were kept in full.
"""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scenarios.moments import Truths
from scenarios.questions.explanation.ask import Ensemble, ensemble_of, material, patrons_asked
from scenarios.results import Results, dates_of
from scenarios.runs.replay import replay
from scenarios.scenario.arrays import shape_of, step_of
from scenarios.scenario.scenario import Scenario

CHANGES = ("level_up", "level_down")
# Within a step the world moves first, then what the patron hears, decides and delivers, then what follows from it.
ORDER = (
    *("set", "escalation", "attempt_failed", "easing", "interdiction", "interdiction_ends", "client_end"),
    *("threat_carried_out", "bluff", "threat", "crisis", "request", "budget", "savings_gone"),
    *("level_up", "level_down", "act", "request_met", "request_lapsed"),
    *("arrives", "falls_short", "denied", "crosses", "returns", "confirmed"),
)
LINES = ("step_back", "step_back_further", "abandonment", "step_up")
USER = "user"  # who set what is set
WORTH_TELLING = 0.1  # change of a budget against the one last told


class StoryLine(NamedTuple):
    """One line of a story that is no event of the tables."""

    step: int
    actor: str
    kind: str
    channel: str | None = None
    before: float = np.nan
    after: float = np.nan
    reason: str | None = None


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
    patrons: pd.DataFrame
    events: pd.DataFrame
    paths: pd.DataFrame

    @property
    def changes(self) -> pd.DataFrame:
        """The changes of level."""
        return self.events[self.events["kind"].isin(CHANGES)]

    def only(self, patron: str | None) -> "Story":
        """The story with one patron; the coercer, the client and what was set stay."""
        if patron is None:
            return self
        patrons_asked(self.scenario, patron)
        is_told = self.events["actor"].isin([USER, "coercer", "client", patron])
        return replace(
            self,
            patrons=self.patrons[self.patrons["patron"] == patron],
            events=self.events[is_told].reset_index(drop=True),
            paths=self.paths[self.paths["patron"] == patron].reset_index(drop=True),
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
    facts, events = dict(again.runs.iloc[0]), in_order(scenario, again)
    return Story(scenario, number, ensemble.seed, facts, again.patrons, events, again.paths).only(patron)


def in_order(scenario: Scenario, again: Results) -> pd.DataFrame:
    """The events of a run, with what was set and what follows from its path, sorted."""
    events = again.events.drop(columns="run").astype({"actor": str, "kind": str, "channel": object, "reason": object})
    found = pd.DataFrame(derived(scenario, again), columns=list(StoryLine._fields))
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


def derived(scenario: Scenario, again: Results) -> list[StoryLine]:
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


def beyond_lines(scenario: Scenario, path: pd.DataFrame) -> dict[str, Truths]:
    """Whether a patron stands beyond each line, step by step: levels lost and gained are netted over channels."""
    given = path[[f"level.{name}" for name in material(scenario)]].to_numpy().sum(axis=1)
    loss = given[0] - given
    return {
        "step_back": loss >= 1.0,
        "step_back_further": loss >= 2.0,
        "abandonment": (given <= 0.0) & (given[0] > 0.0),
        "step_up": loss <= -1.0,
    }


def line_rows(scenario: Scenario, patron: str, path: pd.DataFrame, counts: pd.Series, last: int) -> list[StoryLine]:
    """Each line crossed, come back from, and confirmed because it lasted."""
    rows: list[StoryLine] = []
    steps, persistence = path["step"].to_numpy(), shape_of(scenario).persistence
    for line, is_beyond in beyond_lines(scenario, path).items():
        turns = [int(step) for step in steps[1:][np.diff(is_beyond)]]  # at the opening nobody is beyond a line
        rows += [StoryLine(step, patron, "crosses", reason=line) for step in turns[::2]]
        for since, step in zip(turns[::2], turns[1::2], strict=False):
            rows.append(StoryLine(step, patron, "returns", reason=line, before=float(since)))
        at = counts[f"{line}_at"]
        if at >= 0:
            until = min(int(at) + persistence, last)
            rows.append(StoryLine(until, patron, "confirmed", None, float(at), float(until - int(at)), line))
    return rows


def arrival_rows(scenario: Scenario, patron: str, path: pd.DataFrame) -> list[StoryLine]:
    """When what arrives begins or ceases to match what is intended, by channel."""
    rows: list[StoryLine] = []
    steps = path["step"].to_numpy()
    for channel in scenario.channels:
        intended, delivered = path[f"level.{channel}"].to_numpy(), path[f"delivered.{channel}"].to_numpy()
        is_met = np.floor(delivered + 0.5) == intended  # the nearest level
        for i in 1 + np.flatnonzero((np.diff(intended) == 0) & (is_met[1:] != is_met[:-1])):
            kind = "arrives" if is_met[i] else "falls_short"
            rows.append(StoryLine(int(steps[i]), patron, kind, channel, intended[i], delivered[i]))
    return rows


def budget_rows(patron: str, path: pd.DataFrame) -> list[StoryLine]:
    """When a patron's budget has moved by a tenth, and when its savings are gone: then the next review must cut."""
    rows: list[StoryLine] = []
    steps, budget, savings = (path[name].to_numpy() for name in ("step", "budget", "savings"))
    told = float(budget[0])
    for i in range(1, len(steps)):
        if abs(budget[i] - told) >= WORTH_TELLING * told:
            rows.append(StoryLine(int(steps[i]), patron, "budget", before=told, after=float(budget[i])))
            told = float(budget[i])
        if savings[i] <= 0.0 < savings[i - 1]:
            rows.append(StoryLine(int(steps[i]), patron, "savings_gone", before=float(savings[i - 1]), after=0.0))
    return rows


def setting_rows(scenario: Scenario, last: int) -> list[StoryLine]:
    """What the user set, in the step from which it is in force."""
    return [
        StoryLine(step, USER, "set", each.path, after=each.value, reason="factor" if each.is_factor else None)
        for each in scenario.settings
        if (step := step_of(scenario, each.on)) <= last
    ]
