"""What does one setting say? ``PATH=VALUE`` as a scenario file would say it: the entry of a number, or of a switch."""

from datetime import date, datetime
from typing import Any

import numpy as np

from scenarios.errors import ScenarioError
from scenarios.scenario.check_numbers import Table, as_real
from scenarios.scenario.scenario import Parameter

BELIEF = "believe:"  # before a path that is varied: it has been so all along
SWITCHES = ("freeze", "coercer.mode", "step", "steps", "persistence_days", "start")


def parse_setting(text: str, option: str = "--set") -> tuple[str, str]:
    """The path and the value in ``PATH=VALUE``, as an option gives them.

    Examples
    --------
    >>> parse_setting("client.hold=0.4")
    ('client.hold', '0.4')
    """
    path, equals, value = text.partition("=")
    if not equals or not path.strip() or (not value.strip() and path.strip() != "freeze"):
        raise ScenarioError([f"{option} {text}: must be PATH=VALUE, for instance client.hold=0.4."])
    return path.strip(), value.strip()


def is_switch(path: str) -> bool:
    """Whether a path names something that is no number."""
    return path in SWITCHES or path.partition(".")[0] in ("terms", "decision")


def pinned(number: Parameter, value: Any) -> Table:
    """A number at one value, without a range; it must lie in its domain, not in its range."""
    return {"value": as_real(value), "unit": number.unit, "source": "judgement", "note": "set by the user"}


def set_switch(head: Table, path: str, value: Any) -> Table:
    """The head of a scenario's table with one switch set."""
    table, _, word = path.partition(".")
    if word:
        return {**head, table: {**head[table], word: as_real(value) if table == "decision" else value}}
    read = READERS.get(path)
    return {**head, path: read(value) if read else value}


def as_words(value: Any) -> Any:
    """A list of words from a comma list, a set or a tuple; anything else as it is."""
    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, (list, tuple, set, frozenset)):
        return value
    return [word for word in (each.strip() if isinstance(each, str) else each for each in words) if word != ""]


def as_whole(value: Any) -> Any:
    """A whole number from its digits or from numpy; anything else as it is."""
    try:
        return int(value) if isinstance(value, (str, np.integer)) else value
    except ValueError:
        return value


def as_day(value: Any) -> Any:
    """A date from its text, or that of a moment; anything else as it is."""
    if isinstance(value, datetime):
        return value.date()
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


READERS = {"freeze": as_words, "steps": as_whole, "persistence_days": as_real, "start": as_day}
