"""How much, and when? Amounts and times of single runs: answers that are no chances."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from scenarios.moments import Floats
from scenarios.outcomes.events import Event, events_of
from scenarios.outcomes.reading import NEVER, Reading, first_within
from scenarios.outcomes.words import name_of
from scenarios.scenario.scenario import Scenario
from scenarios.tally import EVENTS

TIME, AMOUNT = "time", "amount"
AMOUNTS = {
    "support_end": "support index at the end",
    "delivered_end": "delivered support index at the end",
    "support_min": "lowest support index",
}
AT = ".at"


class Measure(NamedTuple):
    """A number that each run has.

    Attributes
    ----------
    name, words, kind : str
        ``time`` [step] or ``amount`` [share].
    values : callable
        The number in each run.
    """

    name: str
    words: str
    kind: str
    values: Callable[[Reading], Floats]


def measures_of(scenario: Scenario) -> dict[str, Measure]:
    """Every amount and time of a scenario by name.

    Examples
    --------
    >>> from scenarios import load
    >>> measures_of(load("toy"))["redland.step_back.at"].words
    'the step at which Redland steps back'
    """
    events, found = events_of(scenario), []
    for patron in scenario.patrons:
        who = name_of(scenario, f"patrons.{patron}")
        found += [
            Measure(f"{patron}.{name}", f"{who}'s {words}", AMOUNT, partial(_amount, patron, name))
            for name, words in AMOUNTS.items()
        ]
        for event in (events[f"{patron}.{name}"] for name in EVENTS):
            words = f"the step at which {event.words[0]}"
            found.append(Measure(f"{event.name}{AT}", words, TIME, partial(_time, event)))
    return {measure.name: measure for measure in found}


def _amount(patron: str, name: str, reading: Reading) -> Floats:
    """An amount of a patron's row."""
    amounts: Floats = reading.patron(patron)[name].to_numpy(dtype=np.float64)
    return amounts


def _time(event: Event, reading: Reading) -> Floats:
    """Step of an event, the horizon where it did not happen."""
    steps = reading.scenario.steps
    at = first_within(event.seen(reading), 0, steps, reading.n)
    return np.where(at == NEVER, float(steps), at)
