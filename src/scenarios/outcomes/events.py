"""What can happen in a run, when did it, and how much? Events, endings, amounts and times, and their words."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np

from scenarios.moments import Floats, Truths
from scenarios.outcomes.reading import NEVER, Reading, Seen, first_within
from scenarios.scenario.scenario import Scenario
from scenarios.spells import opening_levels
from scenarios.tally import EVENTS, codes_of
from scenarios.vocabulary import EventKind, Fate

# what happens, and what is said if it does not
EVENT_WORDS = {
    "step_back": ("steps back", "does not step back"),
    "step_back_further": ("steps back further", "does not step back further"),
    "abandonment": ("gives up everything material", "does not give up everything material"),
    "step_up": ("steps up", "does not step up"),
    "denied": ("is kept from delivering", "is not kept from delivering"),
    "client_gone_first": ("still stands by its client when that goes", "steps back, or does not lose its client"),
    "neither": ("neither steps back nor loses its client", "steps back or loses its client"),
    "notch": ("gives up a level on some channel", "gives up no level on any channel"),
    "pause": ("steps back and makes it good", "makes no step back good"),
    "threat": ("is threatened", "is not threatened"),
    "threat_carried_out": ("sees a threat carried out", "sees no threat carried out"),
    "bluff": ("sees a threat pass", "sees no threat pass"),
    "request": ("is asked for more", "is not asked for more"),
    "request_met": ("meets a request", "meets no request"),
    "request_lapsed": ("lets a request lapse", "lets no request lapse"),
    "level_up": ("raises a level", "raises no level"),
    "level_down": ("lowers a level", "lowers no level"),
    "crisis": ("falls into a crisis of its own", "falls into no crisis of its own"),
    "act": ("shows force", "does not show force"),
    "holds": ("holds", "does not hold"),
    "concedes": ("concedes", "does not concede"),
    "collapses": ("collapses", "does not collapse"),
    "removed": ("is removed", "is not removed"),
    "exits": ("goes into exile by agreement", "does not go into exile by agreement"),
    "client_end": ("comes to its end", "does not come to its end"),
    "escalation": ("escalates", "does not escalate"),
    "easing": ("eases the pressure", "does not ease the pressure"),
    "interdiction": ("begins to stop ships", "does not begin to stop ships"),
    "interdiction_ends": ("ceases to stop ships", "does not cease to stop ships"),
    "attempt_failed": ("fails in an attempt on the leader", "does not fail in an attempt on the leader"),
}
CHANNEL_WORDS = {
    "abandonment": ("gives up", "does not give up"),
    "step_back": ("steps back first on", "does not step back first on"),
    "step_back_further": ("steps back further, first on", "does not step back further, first on"),
    "request": ("is asked for more on", "is not asked for more on"),
    "request_met": ("meets a request on", "meets no request on"),
    "request_lapsed": ("lets a request lapse on", "lets no request lapse on"),
    "level_up": ("raises its level on", "does not raise its level on"),
    "level_down": ("lowers its level on", "does not lower its level on"),
    "act": ("shows force on", "does not show force on"),
}


def name_of(scenario: Scenario, actor: str) -> str:
    """What people call an actor or channel: ``patrons.russia`` -> ``Russia``."""
    return scenario.labels.get(actor) or actor.split(".")[-1].replace("_", " ")


def happening(scenario: Scenario, actor: str, event: str, channel: str = "") -> tuple[str, str]:
    """What says that something happens to an actor, perhaps on a channel, and that it does not.

    Examples
    --------
    >>> from scenarios import load
    >>> happening(load("toy"), "patrons.redland", "abandonment", "oil")[0]
    'Redland gives up Oil trade and logistics'
    """
    who, where = name_of(scenario, actor), f" {name_of(scenario, f'channels.{channel}')}" if channel else ""
    happens, does_not = (CHANNEL_WORDS if channel else EVENT_WORDS)[event]
    return f"{who} {happens}{where}", f"{who} {does_not}{where}"


# -- events ------------------------------------------------------------------------------------------------------------


GONE_FIRST, NEITHER = "client_gone_first", "neither"
FIRST_ON = ("step_back", "step_back_further")
ABANDONMENT, STEP_UP = "abandonment", "step_up"
BEFORE_THE_RUN, AFTER_THE_RUN = -1, 2**31


class Event(NamedTuple):
    """Something that happens in a run, or that is still so at some step."""

    name: str
    words: tuple[str, str]  # that it happens, and that it does not
    seen: Callable[[Reading], Seen]
    is_lasting: bool = False  # asked at the end of a window, as that a client still holds; else if it came within it


def events_of(scenario: Scenario) -> dict[str, Event]:
    """Every event of a scenario by name."""
    found = []
    for patron in scenario.patrons:
        found += [*_postures(scenario, patron), *_of_channels(scenario, patron), *_noted(scenario, patron, "patron")]
    found += [*_fates(scenario), *_noted(scenario, "client", "client"), *_noted(scenario, "coercer", "coercer")]
    return {event.name: event for event in found}


def _postures(scenario: Scenario, patron: str) -> Iterator[Event]:
    """What becomes of a patron's posture."""
    read = {event: partial(_posture, patron, event) for event in EVENTS}
    read |= {GONE_FIRST: partial(_gone_first, patron), NEITHER: partial(_neither, patron)}
    for name, seen in read.items():
        yield Event(f"{patron}.{name}", happening(scenario, f"patrons.{patron}", name), seen, name == NEITHER)


def _of_channels(scenario: Scenario, patron: str) -> Iterator[Event]:
    """Steps back by the channel that goes first, and channels that are given up."""
    for event in (*FIRST_ON, ABANDONMENT):
        for channel in scenario.channels:
            is_first = partial(_first_on, patron, event, channel)
            seen = partial(_given_up, patron, channel) if event == ABANDONMENT else is_first
            words = happening(scenario, f"patrons.{patron}", event, channel)
            yield Event(f"{patron}.{event}.{channel}", words, seen)


def _fates(scenario: Scenario) -> Iterator[Event]:
    """What becomes of the client."""
    for fate in Fate:
        seen = _holds if fate == Fate.HOLDS else partial(_ended, fate)
        yield Event(f"client.{fate.word}", happening(scenario, "client", fate.word), seen, fate == Fate.HOLDS)


def _noted(scenario: Scenario, actor: str, whose: str) -> Iterator[Event]:
    """What is written down of an actor, on all channels and on each."""
    who = f"patrons.{actor}" if whose == "patron" else actor
    # a denial counts from its first day, which the patron's row has
    for kind in (kind for kind in EventKind if kind.actor == whose and kind != EventKind.DENIED):
        name = f"{actor}.{kind.word.removeprefix(f'{actor}_')}"
        for channel in ("", *(scenario.channels if kind.is_on_a_channel else ())):
            words, seen = happening(scenario, who, kind.word, channel), partial(_happened, actor, kind, channel)
            yield Event(f"{name}.{channel}" if channel else name, words, seen)


def _once(at: Floats, could_be: Truths | None = None) -> Seen:
    """Something that happened at most once in each run, at a step or at NaN."""
    row = np.flatnonzero(~np.isnan(at))
    step = at[row].astype(np.int64)
    return Seen(row, step, step + 1, could_be)


def _posture(patron: str, event: str, reading: Reading) -> Seen:
    """A change of posture; only who gives something can step back, everybody can step up."""
    at_risk = None if event == STEP_UP else _at_risk(patron, reading)
    return _once(_of_row(patron, f"{event}_at", reading), at_risk)


def _first_on(patron: str, event: str, channel: str, reading: Reading) -> Seen:
    """A step back that began on a channel."""
    first = codes_of(reading.patrons[patron]["first_channel"], reading.scenario.channels)
    is_there = first == reading.scenario.channels.index(channel)
    return _once(np.where(is_there, _of_row(patron, f"{event}_at", reading), np.nan), _at_risk(patron, reading))


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
    stays = np.isnan(_of_row(patron, "step_back_at", reading))
    return _once(np.where(stays, reading.ended_at, np.nan), _at_risk(patron, reading))


def _neither(patron: str, reading: Reading) -> Seen:
    """The steps before the patron steps back or the client ends."""
    return _until(np.fmin(_of_row(patron, "step_back_at", reading), reading.ended_at), _at_risk(patron, reading))


def _ended(fate: Fate, reading: Reading) -> Seen:
    """The client's end, if it was of one kind."""
    return _once(np.where(reading.fate == fate, reading.ended_at, np.nan))


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


def _of_row(patron: str, column: str, reading: Reading) -> Floats:
    """A number of a patron's row in each run: an amount, or the step of an event, NaN if it did not happen."""
    values: Floats = reading.patrons[patron][column].to_numpy(dtype=np.float64)
    return values


def _at_risk(patron: str, reading: Reading) -> Truths:
    """In which runs a patron gave something at the opening."""
    truths: Truths = reading.patrons[patron]["at_risk"].to_numpy(dtype=bool)
    return truths


# -- amounts and times, which are no chances ---------------------------------------------------------------------------


TIME, AMOUNT = "time", "amount"
AMOUNTS = {
    "support_end": "support index at the end",
    "delivered_end": "delivered support index at the end",
    "support_min": "lowest support index",
}
AT = ".at"


class Measure(NamedTuple):
    """A number that each run has."""

    name: str
    words: str
    kind: str  # ``time`` [step] or ``amount`` [share]
    values: Callable[[Reading], Floats]


def measures_of(scenario: Scenario) -> dict[str, Measure]:
    """Every amount and time of a scenario by name."""
    events, found = events_of(scenario), []
    for patron in scenario.patrons:
        who = name_of(scenario, f"patrons.{patron}")
        for name, words in AMOUNTS.items():
            found.append(Measure(f"{patron}.{name}", f"{who}'s {words}", AMOUNT, partial(_of_row, patron, name)))
        for event in (events[f"{patron}.{name}"] for name in EVENTS):
            words = f"the step at which {event.words[0]}"
            found.append(Measure(f"{event.name}{AT}", words, TIME, partial(_time, event)))
    return {measure.name: measure for measure in found}


def _time(event: Event, reading: Reading) -> Floats:
    """Step of an event, the horizon where it did not happen."""
    steps = reading.scenario.steps
    at = first_within(event.seen(reading), 0, steps, reading.n)
    return np.where(at == NEVER, float(steps), at)
