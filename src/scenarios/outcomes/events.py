"""When did it happen? Events and endings of single runs, read off the tables."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from scenarios.moments import Floats, Truths
from scenarios.outcomes.reading import Reading, Seen
from scenarios.outcomes.words import CHANNEL_WORDS, EVENT_WORDS, named
from scenarios.scenario.scenario import Scenario
from scenarios.spells import opening_levels
from scenarios.tally import EVENTS, codes_of
from scenarios.vocabulary import EventKind, Fate

GONE_FIRST, NEITHER = "client_gone_first", "neither"
FIRST_ON = ("step_back", "step_back_further")
ABANDONMENT, STEP_UP = "abandonment", "step_up"
BEFORE_THE_RUN, AFTER_THE_RUN = -1, 2**31


class Event(NamedTuple):
    """Something that happens in a run, or that is still so at some step.

    Attributes
    ----------
    name : str
    words : tuple of str
        That it happens, and that it does not.
    seen : callable
        When it happened in each run.
    is_lasting : bool
        Whether it is asked at the end of a window, as that a client still holds; else whether it happened within it.
    """

    name: str
    words: tuple[str, str]
    seen: Callable[[Reading], Seen]
    is_lasting: bool = False


def events_of(scenario: Scenario) -> dict[str, Event]:
    """Every event of a scenario by name.

    Examples
    --------
    >>> from scenarios import load
    >>> [name for name in events_of(load("toy")) if name.startswith("coercer.")][:2]
    ['coercer.escalation', 'coercer.easing']
    """
    found = []
    for patron in scenario.patrons:
        found += [*_postures(scenario, patron), *_of_channels(scenario, patron), *_noted(scenario, patron, "patron")]
    found += [*_fates(scenario), *_noted(scenario, "client", "client"), *_noted(scenario, "coercer", "coercer")]
    return {event.name: event for event in found}


def _postures(scenario: Scenario, patron: str) -> list[Event]:
    """What becomes of a patron's posture."""
    read = {event: partial(_posture, patron, event) for event in EVENTS}
    read |= {GONE_FIRST: partial(_gone_first, patron), NEITHER: partial(_neither, patron)}
    who = named(scenario, f"patrons.{patron}", EVENT_WORDS)
    return [Event(f"{patron}.{name}", who(name), seen, name == NEITHER) for name, seen in read.items()]


def _of_channels(scenario: Scenario, patron: str) -> list[Event]:
    """Steps back by the channel that goes first, and channels that are given up."""
    who = named(scenario, f"patrons.{patron}", CHANNEL_WORDS)
    found = []
    for event in (*FIRST_ON, ABANDONMENT):
        for channel in scenario.channels:
            is_first = partial(_first_on, patron, event, channel)
            seen = partial(_given_up, patron, channel) if event == ABANDONMENT else is_first
            found.append(Event(f"{patron}.{event}.{channel}", who(event, channel), seen))
    return found


def _fates(scenario: Scenario) -> list[Event]:
    """What becomes of the client."""
    who = named(scenario, "client", EVENT_WORDS)
    ends = [Event(f"client.{fate.word}", who(fate.word), partial(_ended, fate)) for fate in Fate if fate != Fate.HOLDS]
    return [Event(f"client.{Fate.HOLDS.word}", who(Fate.HOLDS.word), _holds, is_lasting=True), *ends]


def _noted(scenario: Scenario, actor: str, whose: str) -> list[Event]:
    """What is written down of an actor, on all channels and on each."""
    who, found = named(scenario, f"patrons.{actor}" if whose == "patron" else actor, EVENT_WORDS), []
    on_channel = named(scenario, f"patrons.{actor}", CHANNEL_WORDS)
    # a denial counts from its first day, which the patron's row has
    for kind in (kind for kind in EventKind if kind.actor == whose and kind != EventKind.DENIED):
        name = f"{actor}.{kind.word.removeprefix(f'{actor}_')}"
        found.append(Event(name, who(kind.word), partial(_happened, actor, kind, "")))
        if kind.is_on_a_channel:
            found += [
                Event(f"{name}.{channel}", on_channel(kind.word, channel), partial(_happened, actor, kind, channel))
                for channel in scenario.channels
            ]
    return found


def once(at: Floats, could_be: Truths | None = None) -> Seen:
    """Something that happened at most once in each run, at a step or at NaN."""
    row = np.flatnonzero(~np.isnan(at))
    step = at[row].astype(np.int64)
    return Seen(row, step, step + 1, could_be)


def _posture(patron: str, event: str, reading: Reading) -> Seen:
    """A change of posture; only who gives something can step back, everybody can step up."""
    at_risk = None if event == STEP_UP else _at_risk(patron, reading)
    return once(_at(patron, event, reading), at_risk)


def _first_on(patron: str, event: str, channel: str, reading: Reading) -> Seen:
    """A step back that began on a channel."""
    first = codes_of(reading.patron(patron)["first_channel"], reading.scenario.channels)
    is_there = first == reading.scenario.channels.index(channel)
    return once(np.where(is_there, _at(patron, event, reading), np.nan), _at_risk(patron, reading))


def _given_up(patron: str, channel: str, reading: Reading) -> Seen:
    """The beginnings of lasting spells without anything on a channel, for a patron that gave something there."""
    scenario, levels = reading.scenario, reading.spells(f"{patron}.{channel}")
    lasting = max(1, round(scenario.persistence_days / scenario.step_days))
    # nothing is in force in the step of the next change
    is_gone = (levels.value <= 0.0) & (levels.until - 1 - levels.start >= lasting)
    start = levels.start[is_gone]
    gave = opening_levels(reading.whole, patron, channel) > 0.0
    return Seen(reading.row_of(levels.run[is_gone]), start, start + 1, gave)


def _gone_first(patron: str, reading: Reading) -> Seen:
    """The client's end where the patron still stands by it."""
    stays = np.isnan(_at(patron, "step_back", reading))
    return once(np.where(stays, reading.ended_at, np.nan), _at_risk(patron, reading))


def _neither(patron: str, reading: Reading) -> Seen:
    """The steps before the patron steps back or the client ends."""
    return _until(np.fmin(_at(patron, "step_back", reading), reading.ended_at), _at_risk(patron, reading))


def _ended(fate: Fate, reading: Reading) -> Seen:
    """The client's end, if it was of one kind."""
    return once(np.where(reading.fate == fate, reading.ended_at, np.nan))


def _holds(reading: Reading) -> Seen:
    """The steps before the client's end."""
    return _until(reading.ended_at)


def _until(at: Floats, could_be: Truths | None = None) -> Seen:
    """The steps before one, all of them where there is none."""
    until = np.where(np.isnan(at), AFTER_THE_RUN, at).astype(np.int64)
    return Seen(np.arange(len(at)), np.full(len(at), BEFORE_THE_RUN), until, could_be)


def _happened(actor: str, kind: EventKind, channel: str, reading: Reading) -> Seen:
    """What was written down."""
    row, step = reading.events(actor, kind, channel)
    return Seen(row, step, step + 1)


def _at(patron: str, event: str, reading: Reading) -> Floats:
    """Step of an event in each run, NaN if it did not happen."""
    at: Floats = reading.patron(patron)[f"{event}_at"].to_numpy(dtype=np.float64)
    return at


def _at_risk(patron: str, reading: Reading) -> Truths:
    """In which runs a patron gave something at the opening."""
    truths: Truths = reading.patron(patron)["at_risk"].to_numpy(dtype=bool)
    return truths
