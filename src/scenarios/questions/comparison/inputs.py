"""In what do two scenarios differ? Only the numbers, switches and paths that are not the same on both sides."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from scenarios.scenario.describe import condition_words, fitted_range, range_of, seen_words, short
from scenarios.scenario.scenario import Parameter, Path, Scenario

INPUT_COLUMNS = ("versus", "path", "what", "a", "b")
FIELDS = (("value", ("value",)), ("range", ("low", "high", "distribution")), ("unit", ("unit",)))
ABSENT = ""
MOST_DATES = 3
Row = dict[str, Any]


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
    rows = [*_facts(a, b), *_switches(a, b), *_numbers(a, b), *_one_sided(a, b, versus), *_courses(a, b)]
    rows += [*_settings(a, b), *_conditions(a, b)]
    return pd.DataFrame([{"versus": versus, **row} for row in rows], columns=list(INPUT_COLUMNS))


def inputs_of_sides(scenarios: Sequence[Scenario]) -> pd.DataFrame:
    """What differs between the first scenario and each other one: B, C and so on."""
    letters = map(chr, range(ord("B"), ord("B") + len(scenarios) - 1))
    tables = [changed_inputs(scenarios[0], other, versus) for other, versus in zip(scenarios[1:], letters, strict=True)]
    return pd.concat(tables, ignore_index=True)


def _row(path: str, what: str, a: str, b: str) -> list[Row]:
    """A row if both sides differ, else none."""
    return [{"path": path, "what": what, "a": a, "b": b}] if a != b else []


def _facts(a: Scenario, b: Scenario) -> list[Row]:
    """Time, posterior sample, mode, what is frozen, keys of those on both sides."""
    rows = []
    for name in ("start", "step", "step_days", "steps", "persistence_days"):
        rows += _row(name, "time", *(str(getattr(side, name)) for side in (a, b)))
    rows += _row("observed", "time", *(seen_words(side) for side in (a, b)))
    rows += _row("posterior", "sample", *(side.posterior or "none" for side in (a, b)))
    rows += _row("coercer.mode", "mode", a.mode, b.mode)
    rows += _row("freeze", "freeze", *(", ".join(sorted(side.freeze)) or "nothing" for side in (a, b)))
    for who in [who for who in a.keys if who in b.keys]:
        rows += _row(f"{who}.key", "key", a.keys[who], b.keys[who])
    return rows


def _switches(a: Scenario, b: Scenario) -> list[Row]:
    """Utility terms and weights of decision rules."""
    rows = []
    for term in a.terms:
        rows += _row(f"terms.{term}", "switch", a.terms[term], b.terms[term])
    for rule in dict.fromkeys([*a.decision, *b.decision]):
        rows += _row(f"decision.{rule}", "rule", *(short(side.decision.get(rule, 0.0)) for side in (a, b)))
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


def _of(number: Parameter, fields: tuple[str, ...]) -> tuple[Any, ...]:
    """Some fields of a number."""
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
            rows.append({"path": path, "what": f"only in {name}", "a": ABSENT, "b": ABSENT} | {_column(name): text})
    return rows


def _column(side: str) -> str:
    """The column of a side."""
    return "a" if side == "A" else "b"


def _roots(mine: list[str], others: list[str]) -> list[str]:
    """The shortest dotted paths of one side under which the other has nothing.

    Examples
    --------
    >>> _roots(["patrons.cuba.stake", "patrons.cuba.threat", "model.rho"], ["patrons.iran.stake", "model.rho"])
    ['patrons.cuba']
    """
    taken = {".".join(parts[:depth]) for parts in (path.split(".") for path in others) for depth in range(1, 9)}
    roots = []
    for path in mine:
        parts = path.split(".")
        beginnings = [".".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
        missing = [beginning for beginning in beginnings if beginning not in taken]
        roots += missing[:1]
    return list(dict.fromkeys(roots))


def _courses(a: Scenario, b: Scenario) -> list[Row]:
    """Paths over time."""
    rows = []
    for path in dict.fromkeys([*a.paths, *b.paths]):
        one, other = a.paths.get(path), b.paths.get(path)
        if one is None or other is None or _shape(one) != _shape(other):
            rows.append({"path": path, "what": "path over time", "a": _course(one), "b": _course(other)})
    return rows


def _settings(a: Scenario, b: Scenario) -> list[Row]:
    """What is set from the first step, or from a date on."""
    mine, theirs = ({each.words.partition("=")[0]: each for each in side.settings} for side in (a, b))
    rows = []
    for path in dict.fromkeys([*mine, *theirs]):
        texts = [side[path].words.partition("=")[2] if path in side else "not set" for side in (mine, theirs)]
        rows += _row(path, "set", *texts)
    return rows


def _conditions(a: Scenario, b: Scenario) -> list[Row]:
    """The dated conditions under which the opening posture was held."""
    return _row("held", "held under", *("; ".join(map(condition_words, side.held)) or ABSENT for side in (a, b)))


def _shape(course: Path) -> tuple[Any, ...]:
    """All of a path over time that changes a result."""
    return course.dates, course.values, course.until


def _course(course: Path | None) -> str:
    """A path over time in words; a script says nothing where it is below 0."""
    if course is None:
        return "none"
    values = ["free" if value < 0 else short(value) for value in course.values]
    pairs = [f"{value} from {day}" for day, value in zip(course.dates, values, strict=True)]
    if len(pairs) > MOST_DATES:
        pairs = [pairs[0], f"... {pairs[-1]} ({len(pairs)} dates)"]
    return ", ".join(pairs) + ("" if course.until is None else f", until {course.until}")
