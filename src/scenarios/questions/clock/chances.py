"""What are the chances now? Those of the headline before and after, by the old horizon and by the new one."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.intervals import estimated
from scenarios.moments import Floats
from scenarios.questions.clock.ask import Updated
from scenarios.results import Results
from scenarios.runs.job import Play
from scenarios.runs.needed import HEADLINE
from scenarios.runs.play import played
from scenarios.scenario.scenario import Scenario
from scenarios.significance import NOT_AT_RISK, apart_gap, holm, verdicts
from scenarios.summary import indicators
from scenarios.tally import chance_names

if TYPE_CHECKING:
    from pandas import DataFrame


def changed_chances(updated: Updated, play: Play) -> "DataFrame":
    """The headline of the base and of the updated scenario, over as many runs each.

    Parameters
    ----------
    updated : Updated
    play : Play

    Returns
    -------
    DataFrame
        One row an outcome and step ``by``: ``before`` and ``after`` with ``_se``, ``_low``, ``_high`` and ``_n``,
        ``difference`` with ``_se``, ``_low``, ``_high``, ``p``, ``p_adjusted`` (Holm, over all rows), ``verdict``.
    """
    import pandas as pd

    base, scenario = updated.base, updated.scenario
    before, after = played(replace(base, steps=scenario.steps), play), played(scenario, play)
    rows = [row for by in (base.steps, scenario.steps) for row in rows_by(scenario, before, after, by)]
    table = pd.DataFrame(rows)
    table["p_adjusted"] = holm(table["p"].to_numpy())
    said = [NOT_AT_RISK if np.isnan(value) else None for value in table["difference"]]
    return table.assign(verdict=verdicts(table["p_adjusted"].to_numpy(), said))


def rows_by(scenario: Scenario, before: Results, after: Results, by: int) -> list[dict[str, Any]]:
    """What has happened by a step, before and after the update."""
    sides = [indicators(results, by + 1) for results in (before, after)]
    points = [results.runs["scenario_id"].to_numpy() for results in (before, after)]
    return [_row_of(name, by, *(side[name] for side in sides), *points) for name in headline(scenario)]


def headline(scenario: Scenario) -> list[str]:
    """Who steps back, how far, and what becomes of the client."""
    patrons = [f"{patron}.{event}" for patron in scenario.patrons for event in HEADLINE]
    return patrons + [name for name in chance_names(scenario) if name.startswith("client.")]


def _row_of(name: str, by: int, before: Floats, after: Floats, *points: Any) -> dict[str, Any]:
    """One outcome; runs of one past count as one draw."""
    row: dict[str, Any] = {"outcome": name, "by": by}
    for side, values, at in zip(("before", "after"), (before, after), points, strict=True):
        found = estimated(values, at)
        row |= found.named(side) | {f"{side}_n": found.n}
    gap = apart_gap(before, after, *points)
    return (
        row
        | {"difference": gap.value, "difference_se": gap.se}
        | {
            "difference_low": gap.low,
            "difference_high": gap.high,
            "p": gap.p,
        }
    )
