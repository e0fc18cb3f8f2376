"""What happens in a run without an event of its own? Lines crossed, channels closed, arrivals, read off its path."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

LINES = ("step_back", "step_back_further", "abandonment", "step_up")
Floats = NDArray[np.float64]
Row = dict[str, Any]


def material(scenario: Scenario) -> list[str]:
    """Channels that count for a step-back."""
    return [name for name in scenario.channels if scenario.numbers[f"channels.{name}.material"].value > 0.5]


def lasting(scenario: Scenario) -> int:
    """How long a step-back must last to count [steps]."""
    return max(1, round(scenario.persistence_days / scenario.step_days))


def beyond_lines(scenario: Scenario, path: "DataFrame") -> dict[str, NDArray[np.bool_]]:
    """Whether a patron stands beyond each line, step by step.

    Parameters
    ----------
    path : DataFrame
        Rows of one patron of one run.

    Returns
    -------
    dict of str to ndarray of bool, shape (steps,)
    """
    levels = path[[f"level.{name}" for name in material(scenario)]].to_numpy()
    loss = levels[0] - levels
    given = levels.sum(axis=1)
    return {
        "step_back": loss.max(axis=1) >= 1.0,
        "step_back_further": np.maximum(loss, 0.0).sum(axis=1) >= 2.0,
        "abandonment": (given <= 0.0) & (given[0] > 0.0),
        "step_up": loss.min(axis=1) <= -1.0,
    }


def line_rows(scenario: Scenario, patron: str, path: "DataFrame") -> list[Row]:
    """Each line crossed, come back from, and confirmed because it lasted; the first confirmed crossing counts."""
    rows: list[Row] = []
    steps = path["step"].to_numpy()
    for line, is_beyond in beyond_lines(scenario, path).items():
        since, is_confirmed = -1, False
        for i in range(1, len(steps)):
            if is_beyond[i] and since < 0:
                since = int(steps[i])
                rows.append(row(since, patron, "crosses", reason=line))
            elif not is_beyond[i] and since >= 0:
                rows.append(row(int(steps[i]), patron, "returns", reason=line, before=float(since)))
                since = -1
            if since >= 0 and not is_confirmed and steps[i] - since >= lasting(scenario):
                is_confirmed = True
                rows.append(row(int(steps[i]), patron, "confirmed", reason=line, before=float(since)))
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
        arriving = nearest_levels(delivered)
        is_met = arriving == intended
        for i in range(1, len(steps)):
            has_changed = intended[i] != intended[i - 1]
            if is_met[i] and not is_met[i - 1] and not has_changed:
                rows.append(row(int(steps[i]), patron, "arrives", channel, intended[i], delivered[i]))
            if not is_met[i] and is_met[i - 1] and not has_changed:
                rows.append(row(int(steps[i]), patron, "falls_short", channel, intended[i], delivered[i]))
    return rows


def closing_rows(patron: str, path: "DataFrame", channels: tuple[str, ...], expelled_at: int) -> list[Row]:
    """Channels that close because the client expels the patron."""
    rows: list[Row] = []
    now, before = path[path["step"] == expelled_at], path[path["step"] == expelled_at - 1]
    for channel in channels:
        old, new = float(before[f"level.{channel}"].iloc[0]), float(now[f"level.{channel}"].iloc[0])
        if new == 0.0 and old > 0.0:
            rows.append(row(expelled_at, patron, "closes", channel, old, new, "expelled"))
    return rows


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
