"""What did the terms look like when a level was chosen that is now given up? Asked of the readable engine.

The events table says what each term is worth at a change of level; the but-for rule compares with what it was worth
when the level had been chosen. The readable engine remembers that, and agrees with the fast one to the bit.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.engine.agents import PatronageModel, forget
from scenarios.engine.notes import LEVEL_DOWN, LEVEL_UP, note, worth_of
from scenarios.engine.records import EVENT_WIDTH, Records, empty_records, pick_event
from scenarios.results import events_table
from scenarios.rulebook.conditions import Terms
from scenarios.runs.job import seed_of
from scenarios.scenario.arrays import as_plan
from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

EVENTS_A_STEP = 20  # and patron; far more than there can be


def recalled(scenario: Scenario, run: int, rng: Any = 1, per_point: int = 1) -> "DataFrame":
    """The changes of level of one run, as in `Results.events`, with the terms as when the old level was chosen.

    Examples
    --------
    >>> from scenarios import load
    >>> from scenarios.runs.replay import replay
    >>> toy = load("toy")
    >>> events = replay(toy, 3, engine="agents").events
    >>> len(recalled(toy, 3)) == len(events[events["kind"].isin(["level_up", "level_down"])])
    True
    """
    plan = as_plan(scenario)
    capacity = EVENTS_A_STEP * plan.shape.steps * plan.shape.n_patrons
    records, then = empty_records(plan, 1, capacity, 0), empty_records(plan, 1, capacity, 0)
    model = PatronageModel(scenario, seed_of(rng), run, run // per_point, plan=plan, records=records)
    while model.running:
        chosen = {
            (patron.spot, channel.spot): channel.chosen for patron in model.patrons for channel in patron.channels
        }
        seen = int(records.n_events[0])
        model.step()
        note_changes(model, records, seen, chosen, then)
    forget(model)
    n = int(then.n_events[0])
    return events_table(scenario, then.events[: n * EVENT_WIDTH].astype(np.float32))


def note_changes(
    model: PatronageModel, records: Records, seen: int, chosen: dict[tuple[int, int], Terms], then: Records
) -> None:
    """Writes the changes of level since event `seen` again, with what the old terms were worth."""
    for place in range(seen, int(records.n_events[0])):
        event = pick_event(records.events, place * EVENT_WIDTH)
        if event.kind in (LEVEL_UP, LEVEL_DOWN):
            p, c = int(event.actor), int(event.channel)
            worth = worth_of(chosen[p, c], model.patrons[p].traits.risk_tolerance)
            note(then, event._replace(worth=worth))
