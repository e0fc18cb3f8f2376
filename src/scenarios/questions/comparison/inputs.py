"""In what do two scenarios differ? Only the numbers, switches and paths that are not the same on both sides."""

from collections.abc import Callable, Sequence
from itertools import accumulate
from string import ascii_uppercase
from typing import Any

import pandas as pd

from scenarios.scenario.describe import condition_words, fitted_range, range_of, seen_words, short
from scenarios.scenario.scenario import Parameter, Path, Scenario

INPUT_COLUMNS = ("versus", "path", "what", "a", "b")
IN_FORCE = ("dates", "values", "until")  # of a path over time: what changes a result
FIELDS = (("value", ("value",)), ("range", ("low", "high", "distribution")), ("unit", ("unit",)))
MOST_DATES = 3
TIMES = ("start", "step", "step_days", "steps", "persistence_days")
Row = dict[str, Any]
Texts = dict[str, str]  # path -> what it reads
Facts = dict[str, tuple[Callable[[Scenario], Texts], str | None]]


def changed_inputs(a: Scenario, b: Scenario, versus: str = "B") -> pd.DataFrame:
    """What differs between two scenarios, one row a path.

    Parameters
    ----------
    a, b : Scenario
    versus : str
        What the second side is called.

    Returns
    -------
    DataFrame
        Columns versus, path, what (value, range, unit, switch, freeze, rule, mode, time, sample, path over time, key,
        set, held under, or only in A), a, b (as text). Sources and notes are not compared: they change no result.

    Examples
    --------
    >>> from scenarios import load
    >>> toy = load("toy")
    >>> changed_inputs(toy, toy.believed({"client.hold": 0.4}))[["path", "what", "b"]].to_dict("records")
    [{'path': 'client.hold', 'what': 'value and range', 'b': '0.4, fixed'}]
    >>> changed_inputs(toy, toy.with_values({"client.hold": 0.4}))[["path", "what", "b"]].to_dict("records")
    [{'path': 'client.hold', 'what': 'set', 'b': '0.4'}]
    """
    rows = [*_read_otherwise(FACTS, a, b), *_numbers(a, b), *_one_sided(a, b, versus), *_courses(a, b)]
    rows += _read_otherwise(LATER, a, b)
    return pd.DataFrame([{"versus": versus, **row} for row in rows], columns=list(INPUT_COLUMNS))


def inputs_of_sides(scenarios: Sequence[Scenario]) -> pd.DataFrame:
    """What differs between the first scenario and each other one: B, C and so on."""
    others = zip(scenarios[1:], ascii_uppercase[1:], strict=False)
    return pd.concat([changed_inputs(scenarios[0], *other) for other in others], ignore_index=True)


def _settings(side: Scenario) -> Texts:
    """What is set from the first step, or from a date on."""
    said = [setting.words.partition("=") for setting in side.settings]
    return {path: value for path, _, value in said}


# what -> its paths as one side has them, and what a path reads that only the other side has; None: it is not compared
FACTS: Facts = {
    "time": (lambda side: {name: str(getattr(side, name)) for name in TIMES} | {"observed": seen_words(side)}, None),
    "sample": (lambda side: {"posterior": side.posterior or "none"}, None),
    "mode": (lambda side: {"coercer.mode": side.mode}, None),
    "freeze": (lambda side: {"freeze": ", ".join(sorted(side.freeze)) or "nothing"}, None),
    "key": (lambda side: {f"{who}.key": key for who, key in side.keys.items()}, None),
    "switch": (lambda side: {f"terms.{term}": state for term, state in side.terms.items()}, None),
    "rule": (lambda side: {f"decision.{rule}": short(weight) for rule, weight in side.decision.items()}, short(0.0)),
}
LATER: Facts = {
    "set": (_settings, "not set"),
    "held under": (lambda side: {"held": "; ".join(map(condition_words, side.held))}, None),
}


def _read_otherwise(facts: Facts, *sides: Scenario) -> list[Row]:
    """A row for every path that reads otherwise on the other side."""
    rows = []
    for what, (told, absent) in facts.items():
        mine, theirs = map(told, sides)
        for path in dict.fromkeys([*mine, *theirs]):
            a, b = mine.get(path, absent), theirs.get(path, absent)
            if a != b and a is not None and b is not None:
                rows.append({"path": path, "what": what, "a": a, "b": b})
    return rows


def _numbers(a: Scenario, b: Scenario) -> list[Row]:
    """Numbers that stand on both sides."""
    rows = []
    for path in [path for path in a.numbers if path in b.numbers]:
        one, other = a.numbers[path], b.numbers[path]
        differing = [name for name, fields in FIELDS if _of(one, fields) != _of(other, fields)]
        if differing:
            texts = [_said(side.numbers[path], side) for side in (a, b)]
            # two numbers that read alike to six digits are written out
            texts = texts if texts[0] != texts[1] else [str(_of(number, _ALL)) for number in (one, other)]
            rows.append({"path": path, "what": " and ".join(differing), "a": texts[0], "b": texts[1]})
    return rows


_ALL = tuple(field for _, fields in FIELDS for field in fields)


def _of(number: Parameter | Path, fields: tuple[str, ...]) -> tuple[Any, ...]:
    """Some fields of a number, or of a path over time."""
    return tuple(getattr(number, field) for field in fields)


def _said(number: Parameter, scenario: Scenario) -> str:
    """Value and range of a number in words, and where history puts it if that is what runs draw from."""
    fitted = fitted_range(scenario, number.path)
    return f"{short(number.value)}, {range_of(number)}" + (f"; drawn from {fitted}" if fitted else "")


def _one_sided(a: Scenario, b: Scenario, versus: str) -> list[Row]:
    """What stands on one side only, by the shortest path that has nothing on the other side."""
    rows = []
    for name, mine, other in (("A", a, b), (versus, b, a)):
        for path in _roots(list(mine.numbers), list(other.numbers)):
            number = mine.numbers.get(path)
            count = sum(found.startswith(f"{path}.") for found in mine.numbers)
            text = _said(number, mine) if number is not None else f"{count} numbers"
            column = "a" if name == "A" else "b"
            rows.append({"path": path, "what": f"only in {name}", "a": "", "b": "", column: text})
    return rows


def _roots(mine: list[str], others: list[str]) -> list[str]:
    """The shortest dotted paths of one side under which the other has nothing.

    Examples
    --------
    >>> _roots(["patrons.cuba.stake", "patrons.cuba.threat", "model.rho"], ["patrons.iran.stake", "model.rho"])
    ['patrons.cuba']
    """

    def beginnings(path: str) -> list[str]:
        return list(accumulate(path.split("."), "{}.{}".format))

    taken = {beginning for path in others for beginning in beginnings(path)}
    missing = (next((each for each in beginnings(path) if each not in taken), "") for path in mine)
    return [root for root in dict.fromkeys(missing) if root]


def _courses(a: Scenario, b: Scenario) -> list[Row]:
    """Paths over time."""
    rows = []
    for path in dict.fromkeys([*a.paths, *b.paths]):
        one, other = a.paths.get(path), b.paths.get(path)
        if one is None or other is None or _of(one, IN_FORCE) != _of(other, IN_FORCE):
            rows.append({"path": path, "what": "path over time", "a": _course(one), "b": _course(other)})
    return rows


def _course(course: Path | None) -> str:
    """A path over time in words; a script says nothing where it is below 0."""
    if course is None:
        return "none"
    values = ["free" if value < 0 else short(value) for value in course.values]
    pairs = [f"{value} from {day}" for day, value in zip(course.dates, values, strict=True)]
    if len(pairs) > MOST_DATES:
        pairs = [pairs[0], f"... {pairs[-1]} ({len(pairs)} dates)"]
    return ", ".join(pairs) + ("" if course.until is None else f", until {course.until}")
