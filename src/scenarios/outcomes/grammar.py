"""How is a question read? One grammar; whatever is not of it is refused with the place.

question   := all { "or" all }
all        := one { "and" one }
one        := "not" one | "(" question ")" [window] | EVENT [window] | QUANTITY OP NUMBER ["of" "opening"] [window]
window     := "by" DATE | "before" DATE | "after" DATE | "on" DATE | "within" DATE ".." DATE
OP         := ">=" | "<=" | ">" | "<" | "="
"""

import math
import operator
import re
from bisect import bisect_right
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

import pyparsing as pp

from scenarios.errors import QuestionRefused
from scenarios.scenario.scenario import Scenario

LONGEST = 2000  # letters
DEEPEST = 20  # parentheses within parentheses; each costs the parser some 15 calls within calls
WORDS = ("and", "or", "not", "by", "before", "after", "on", "within", "of", "opening")
COMPARISONS: dict[str, tuple[str, Callable[..., Any]]] = {
    ">=": ("at least", operator.ge),
    "<=": ("at most", operator.le),
    ">": ("above", operator.gt),
    "<": ("below", operator.lt),
    "=": ("exactly", operator.eq),
}
EXAMPLE = "russia.step_back by 2026-03-01 and not rung >= 9"


class Place(NamedTuple):
    """A word of a question and where it stands."""

    text: str
    at: int


class SaidWindow(NamedTuple):
    """A window as it is written: its word, and one date or two."""

    word: str
    dates: tuple[Place, ...]


class Said(NamedTuple):
    """An event or a state as it is written."""

    name: Place
    comparison: str = ""
    number: Place | None = None
    is_of_opening: bool = False
    window: SaidWindow | None = None


class Branch(NamedTuple):
    """Parts joined by ``and`` or ``or``, one that is ``not`` so, or what stands in parentheses before a window."""

    word: str
    parts: tuple["Tree", ...]
    window: SaidWindow | None = None


Tree = Said | Branch


def parsed(text: str) -> Tree:
    """The parts of a question."""
    _check_size(text)
    try:
        found: Tree = _grammar().parse_string(text, parse_all=True)[0]
    except pp.ParseBaseException as fault:
        why = f"{fault.msg[:1].upper()}{fault.msg[1:]}. For instance: {EXAMPLE}."
        raise QuestionRefused(text, fault.loc, why) from None
    return found


def _check_size(text: str) -> None:
    """Refuses what is too long, or has too many parentheses within parentheses."""
    if len(text) > LONGEST:
        raise QuestionRefused(text, LONGEST, f"A question has at most {LONGEST:,} letters. Ask several.")
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth > DEEPEST:
            raise QuestionRefused(
                text, at, f"At most {DEEPEST} parentheses may be open at once. Ask several questions."
            )


@cache
def _grammar() -> pp.ParserElement:
    """The grammar; a minus sign in it says that from there on only what follows can be meant."""
    word = {each: pp.CaselessKeyword(each).suppress() for each in WORDS}
    token = ~pp.MatchFirst([pp.CaselessKeyword(each) for each in WORDS]) + _regex(r"[^\s()<>=]+", "a name")
    date = _regex(r"(?:(?!\.\.)[^\s()])+", "a date like 2026-03-01")
    two = date - pp.Literal("..").suppress().set_name("two dots and a second date, as in 2026-01-01..2026-06-30") - date
    window = pp.MatchFirst(
        [
            (pp.CaselessKeyword(each) - (two if each == "within" else date)).set_parse_action(_window)
            for each in ("by", "before", "after", "on", "within")
        ]
    ).set_name("a window")
    number = _regex(r"[^\s()<>=]+", "a number like 9 or 0.5")
    of_opening = word["of"] - pp.CaselessKeyword("opening").set_name("the word opening")
    comparison = pp.one_of(list(COMPARISONS)) - number - pp.Optional(of_opening)
    atom = (token + pp.Group(pp.Optional(comparison)) + pp.Optional(window)).set_parse_action(_atom)
    question = pp.Forward()
    close = pp.Literal(")").suppress().set_name("and, or, a window (by, before, after, on, within), or )")
    framed = (pp.Literal("(").suppress() - question - close - pp.Optional(window)).set_parse_action(_framed)
    nots = pp.ZeroOrMore(pp.CaselessKeyword("not"))
    what = "an event like russia.step_back, a state like rung >= 9, not, or ("
    one = (nots + (framed | atom).set_name(what)).set_parse_action(_negated)
    every = (one + pp.ZeroOrMore(word["and"] - one)).set_parse_action(_joined("and"))
    question <<= (every + pp.ZeroOrMore(word["or"] - every)).set_parse_action(_joined("or"))
    end = pp.StringEnd().set_name("and, or, a window (by, before, after, on, within), or the end")
    return (question + end).parse_with_tabs()


def _regex(pattern: str, name: str) -> pp.ParserElement:
    """A word with its place."""
    found = pp.Regex(re.compile(pattern)).set_name(name)
    return found.set_parse_action(lambda _, at, words: [Place(words[0], at)])


def _window(words: pp.ParseResults) -> SaidWindow:
    return SaidWindow(words[0], tuple(words[1:]))


def _atom(words: pp.ParseResults) -> Said:
    name, compared, *window = words
    if not compared:
        return Said(name, window=window[0] if window else None)
    comparison, number, *opening = compared
    return Said(name, comparison, number, bool(opening), window[0] if window else None)


def _framed(words: pp.ParseResults) -> Tree:
    return words[0] if len(words) == 1 else Branch("", (words[0],), words[1])


def _negated(words: pp.ParseResults) -> Tree:
    *nots, part = words
    # twice not is so again
    return Branch("not", (part,)) if len(nots) % 2 else part


def _joined(word: str) -> Callable[[pp.ParseResults], Tree]:
    def join(words: pp.ParseResults) -> Tree:
        return words[0] if len(words) == 1 else Branch(word, tuple(words))

    return join


# -- windows of dates, as steps of a scenario --------------------------------------------------------------------------


ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WINDOW_WORDS = {"within": "between {} and {}"}
AT_THE_END = {"before": "just before {}", "after": "at the horizon", "within": "as of {1}"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Window(NamedTuple):
    """Some consecutive steps."""

    first: int
    last: int  # is in it
    text: str = ""  # as it is written after an event; empty for all steps
    words: str = ""  # the same for people
    end: str = ""  # for people, of what is asked at its end


def window_of(text: str, said: SaidWindow, scenario: Scenario) -> Window:
    """The steps that a window means; a date stands for the step in which it falls."""
    days = [_day_of(text, place, scenario) for place in said.dates]
    at, until = (step_at(scenario, day) for day in (days[0], days[-1]))
    spans = {"by": (0, at), "before": (0, at - 1), "after": (at + 1, scenario.steps)}
    first, last = spans.get(said.word, (at, until))
    if first > last:
        empty = "its dates are reversed" if said.word == "within" else "the run has no step there"
        why = f"{said.word} {'..'.join(map(str, days))}: {empty}. The run goes from {_span(scenario)}."
        raise QuestionRefused(text, said.dates[0].at, why)
    words = WINDOW_WORDS.get(said.word, f"{said.word} {{}}").format(*map(spoken, days))
    end = AT_THE_END.get(said.word, "as of {}").format(*map(spoken, days))
    return Window(first, last, f"{said.word} {'..'.join(map(str, days))}", words, end)


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
