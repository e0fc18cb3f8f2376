"""In which steps is something to be so? Windows of dates, as steps of a scenario."""

import math
import re
from bisect import bisect_right
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from scenarios.errors import QuestionRefused
from scenarios.outcomes.grammar import Place, SaidWindow
from scenarios.scenario.scenario import Scenario

ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WORDS = {"within": "between {} and {}"}
AT_THE_END = {"before": "just before {}", "after": "at the horizon", "within": "as of {1}"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Window(NamedTuple):
    """Some consecutive steps.

    Attributes
    ----------
    first, last : int
        Steps, both of them in it.
    text : str
        As it is written after an event; empty for all steps.
    words : str
        The same for people.
    end : str
        For people, of what is asked at its end.
    """

    first: int
    last: int
    text: str = ""
    words: str = ""
    end: str = ""


def whole_run(scenario: Scenario) -> Window:
    """All steps from the opening to the horizon."""
    return Window(0, scenario.steps)


def window_of(text: str, said: SaidWindow, scenario: Scenario) -> Window:
    """The steps that a window means; a date stands for the step in which it falls.

    Parameters
    ----------
    text : str
        The question, for the error.
    said : SaidWindow
    scenario : Scenario

    Raises
    ------
    QuestionRefused
        For dates in another form or beyond the run, and for windows in which there is no step.
    """
    days = [_day_of(text, place, scenario) for place in said.dates]
    first, last = _steps(said.word, [step_at(scenario, day) for day in days], scenario)
    if first > last:
        empty = "its dates are reversed" if said.word == "within" else "the run has no step there"
        why = f"{said.word} {'..'.join(map(str, days))}: {empty}. The run goes from {_span(scenario)}."
        raise QuestionRefused(text, said.dates[0].at, why)
    words = WORDS.get(said.word, f"{said.word} {{}}").format(*map(spoken, days))
    end = AT_THE_END.get(said.word, "as of {}").format(*map(spoken, days))
    return Window(first, last, f"{said.word} {'..'.join(map(str, days))}", words, end)


def in_window(window: Window) -> Callable[[Window], Window]:
    """What puts in a window whatever has none."""
    return lambda own: own if own.text else window


def before_step(step: float) -> Callable[[Window], Window]:
    """What ends a window before some step, which need not be a step of the run."""

    def cut(own: Window) -> Window:
        words = f"before step {step:g}"
        last = int(min(math.ceil(step) - 1, own.last))
        return Window(own.first, last, f"{own.text} {words}".lstrip(), f"{own.words} {words}".lstrip(), f"just {words}")

    return cut


def step_at(scenario: Scenario, day: date) -> int:
    """The step in which a day falls: the last that begins on or before it.

    Examples
    --------
    >>> from scenarios import load
    >>> toy = load("toy")  # in weeks from 6 January
    >>> step_at(toy, date(2030, 1, 6)), step_at(toy, date(2030, 1, 12)), step_at(toy, date(2030, 1, 13))
    (0, 0, 1)
    """
    return bisect_right(range(scenario.steps + 1), day, key=lambda step: begin_of(scenario, step)) - 1


def begin_of(scenario: Scenario, step: int) -> date:
    """The day on which a step begins, as the events have it."""
    return scenario.start + timedelta(days=scenario.step_days * step)


def spoken(day: date) -> str:
    """A date for people.

    Examples
    --------
    >>> spoken(date(2026, 3, 1))
    '1 Mar 2026'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _steps(word: str, steps: list[int], scenario: Scenario) -> tuple[int, int]:
    """First and last step of a window whose dates fall in some steps."""
    at, until = steps[0], steps[-1]
    spans = {"by": (0, at), "before": (0, at - 1), "after": (at + 1, scenario.steps)}
    return spans.get(word, (at, until))


def _day_of(text: str, place: Place, scenario: Scenario) -> date:
    """A date that is written as it must be, and lies within the run."""
    try:
        day = date.fromisoformat(place.text) if ISO.fullmatch(place.text) else None
    except ValueError:
        day = None
    if day is None:
        raise QuestionRefused(text, place.at, f"{place.text[:40]!r} is no date. Write year-month-day, as 2026-03-01.")
    if not scenario.start <= day <= begin_of(scenario, scenario.steps):
        raise QuestionRefused(text, place.at, f"{day} lies outside the run, which goes from {_span(scenario)}.")
    return day


def _span(scenario: Scenario) -> str:
    """First and last day of a run."""
    return f"{scenario.start} to {begin_of(scenario, scenario.steps)}"
