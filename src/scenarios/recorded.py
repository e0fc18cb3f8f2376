"""What is written down of a run? The rows of its records as sheets, and so the columns of the tables."""

from typing import Any, NamedTuple, get_type_hints

from scenarios.rulebook.layout import width

RUNS_WITH_EVENTS = 100_000  # the first runs, of which it is kept what happened and what arrived
QUARTERS = 4  # of a level: in them what arrives is kept
N_QUARTERS = 13  # from nothing to level 3


class RunRow(NamedTuple):
    """What has become of a run."""

    fate: float  # Fate
    ended_at: float  # step of the client's end, or the last one
    max_rung: float
    final_rung: float
    interdicted_at: float  # first step with a delivery stopped, -1 if none
    decision_rule: float  # DecisionRule


class PatronRow(NamedTuple):
    """What has become of a patron in a run; steps, -1 for never."""

    at_risk: float  # flag: it gives something material at the opening
    step_back_at: float
    step_back_further_at: float
    abandonment_at: float
    step_up_at: float
    denied_at: float
    notch_at: float  # by the first edition's definition: one level on some channel, for eight weeks
    pause_at: float  # a loss that was made good before it had lasted
    rung_at_step_back: float
    first_channel: float  # its place in the order of the keys
    reason: float  # Reason
    support_start: float  # share
    support_end: float  # share
    delivered_end: float  # share
    support_min: float  # share
    requests: float
    requests_met: float
    opening_chance: float  # share of the held numbers that agree with the posture on which the run opens


class Swing(NamedTuple):
    """How far each term moved the choice since the posture was chosen [utility], in the order of `vocabulary.Term`."""

    payment: float
    bargain: float
    secondary_sanctions: float
    entrapment: float
    material_cost: float
    commitment: float


class EventRow(NamedTuple):
    """Something that happened in a run."""

    run: float
    step: float
    actor: float  # place of a patron in the order of the keys; -1 the client, -2 the coercer
    kind: float  # EventKind
    channel: float  # its place in the order of the keys, -1 if none
    before: float
    after: float
    rung: float
    reason: float  # Reason, -1 if none
    swing: Swing  # NaN but for a level that was chosen


class PathRow(NamedTuple):
    """One step of a patron in a run that is kept in full; its channels follow in the row."""

    rung: float
    hold: float  # share
    solvency: float  # share
    support: float  # share; support index, intended
    delivered: float  # share; support index, delivered
    savings: float  # USD bn
    budget: float  # USD bn a year


class PathChannel(NamedTuple):
    """One channel in such a step."""

    level: float
    delivered: float
    shielded: float  # share


def columns(kind: Any, rows: Any) -> Any:
    """The columns of some rows under the names of their sheet.

    Examples
    --------
    >>> import numpy as np
    >>> columns(PathChannel, np.array([[1.0, 0.5, 0.0], [2.0, 2.0, 0.1]])).level.tolist()
    [1.0, 2.0]
    """
    first, parts = 0, []
    for inner in get_type_hints(kind).values():
        is_sheet = hasattr(inner, "_fields")
        size = width(inner) if is_sheet else 1
        part = rows[..., first : first + size]
        parts.append(columns(inner, part) if is_sheet else part[..., 0])
        first += size
    return kind(*parts)
