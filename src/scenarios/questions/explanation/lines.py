"""What happens in a run without an event of its own? Lines crossed, arrivals, budgets, settings, read off its path."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios.scenario.arrays import shape_of, step_of
from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame, Series

LINES = ("step_back", "step_back_further", "abandonment", "step_up")
USER = "user"  # who set what is set
WORTH_TELLING = 0.1  # change of a budget against the one last told
Floats = NDArray[np.float64]
Row = dict[str, Any]


def material(scenario: Scenario) -> list[str]:
    """Channels that count for a step-back."""
    return [name for name in scenario.channels if scenario.numbers[f"channels.{name}.material"].value > 0.5]


def beyond_lines(scenario: Scenario, path: "DataFrame") -> dict[str, NDArray[np.bool_]]:
    """Whether a patron stands beyond each line, step by step: levels lost and gained are netted over channels.

    Parameters
    ----------
    path : DataFrame
        Rows of one patron of one run.

    Returns
    -------
    dict of str to ndarray of bool, shape (steps,)
    """
    given = path[[f"level.{name}" for name in material(scenario)]].to_numpy().sum(axis=1)
    loss = given[0] - given
    return {
        "step_back": loss >= 1.0,
        "step_back_further": loss >= 2.0,
        "abandonment": (given <= 0.0) & (given[0] > 0.0),
        "step_up": loss <= -1.0,
    }


def line_rows(scenario: Scenario, patron: str, path: "DataFrame", counts: "Series", last: int) -> list[Row]:
    """Each line crossed, come back from, and confirmed because it lasted.

    Parameters
    ----------
    counts : Series
        The patron's row of the table patrons: it says which crossing counts, also where that shows past the horizon.
    last : int
        Last step of the run.
    """
    rows: list[Row] = []
    steps, persistence = path["step"].to_numpy(), shape_of(scenario).persistence
    for line, is_beyond in beyond_lines(scenario, path).items():
        since = -1
        for i in range(1, len(steps)):
            if is_beyond[i] and since < 0:
                since = int(steps[i])
                rows.append(row(since, patron, "crosses", reason=line))
            elif not is_beyond[i] and since >= 0:
                rows.append(row(int(steps[i]), patron, "returns", reason=line, before=float(since)))
                since = -1
        at = counts[f"{line}_at"]
        if at >= 0:
            lasted = min(int(at) + persistence, last) - int(at)
            rows.append(row(int(at) + lasted, patron, "confirmed", reason=line, before=float(at), after=float(lasted)))
    return rows


def nearest_levels(delivered: Floats) -> Floats:
    """The level nearest to each delivered quantity."""
    return np.floor(delivered + 0.5)


def arrival_rows(scenario: Scenario, patron: str, path: "DataFrame") -> list[Row]:
    """When what arrives begins or ceases to match what is intended, by channel."""
    rows: list[Row] = []
    steps = path["step"].to_numpy()
    for channel in scenario.channels:
        intended, delivered = path[f"level.{channel}"].to_numpy(), path[f"delivered.{channel}"].to_numpy()
        is_met = nearest_levels(delivered) == intended
        for i in range(1, len(steps)):
            has_changed = intended[i] != intended[i - 1]
            if is_met[i] and not is_met[i - 1] and not has_changed:
                rows.append(row(int(steps[i]), patron, "arrives", channel, intended[i], delivered[i]))
            if not is_met[i] and is_met[i - 1] and not has_changed:
                rows.append(row(int(steps[i]), patron, "falls_short", channel, intended[i], delivered[i]))
    return rows


def budget_rows(patron: str, path: "DataFrame") -> list[Row]:
    """When a patron's budget has moved by a tenth, and when its savings are gone: then the next review must cut."""
    rows: list[Row] = []
    steps, budget, savings = (path[name].to_numpy() for name in ("step", "budget", "savings"))
    told = float(budget[0])
    for i in range(1, len(steps)):
        if abs(budget[i] - told) >= WORTH_TELLING * told:
            rows.append(row(int(steps[i]), patron, "budget", before=told, after=float(budget[i])))
            told = float(budget[i])
        if savings[i] <= 0.0 < savings[i - 1]:
            rows.append(row(int(steps[i]), patron, "savings_gone", before=float(savings[i - 1]), after=0.0))
    return rows


def setting_rows(scenario: Scenario, last: int) -> list[Row]:
    """What the user set, in the step from which it is in force."""
    found = [(step_of(scenario, setting.on), setting) for setting in scenario.settings]
    return [
        row(
            step, USER, "set", channel=setting.path, after=setting.value, reason="factor" if setting.is_factor else None
        )
        for step, setting in found
        if step <= last
    ]


def row(
    step: int,
    actor: str,
    kind: str,
    channel: str | None = None,
    before: float = np.nan,
    after: float = np.nan,
    reason: str | None = None,
) -> Row:
    """One line of a story that is no event of the tables."""
    return {
        "step": step,
        "actor": actor,
        "kind": kind,
        "channel": channel,
        "before": before,
        "after": after,
        "reason": reason,
    }
