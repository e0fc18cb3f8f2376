"""What does one setting change? ``PATH=VALUE`` pins a number, or turns a switch: a term, a rule, the horizon ..."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from scenarios.errors import ScenarioError, known_names
from scenarios.scenario.arrays import WHOLE_UNITS
from scenarios.scenario.check import MOST_STEPS
from scenarios.scenario.check_numbers import hint, is_real, said
from scenarios.scenario.dated import number_at
from scenarios.scenario.scenario import STEP_DAYS, Parameter, Scenario
from scenarios.vocabulary import DecisionRule, Freeze, Mode, Switch, Term

SWITCHES = ("freeze", "coercer.mode", "step", "steps", "persistence_days", "start")


def parse_setting(text: str) -> tuple[str, str]:
    """The path and the value in ``PATH=VALUE``.

    Examples
    --------
    >>> parse_setting("client.hold=0.4")
    ('client.hold', '0.4')
    """
    path, equals, value = text.partition("=")
    if not equals or not path.strip() or (not value.strip() and path.strip() != "freeze"):
        raise ScenarioError([f"--set {text}: must be PATH=VALUE, for instance client.hold=0.4."])
    return path.strip(), value.strip()


def pinned(number: Parameter, value: Any) -> Parameter:
    """A number at one value, without a range; it must lie in its domain, not in its range."""
    limits, place = number_at(number.path), f"--set {number.path}={value}"
    real = as_real(value)
    if not is_real(real):
        raise ScenarioError([f"{place}: {value!r} is not a finite number ({limits.unit})."])
    if not limits.low <= real <= limits.high:
        domain = f"[{said(limits.low)}, {said(limits.high)}] ({limits.unit})"
        raise ScenarioError([f"{place}: lies outside {domain}.{hint(real, limits)}"])
    if limits.unit in WHOLE_UNITS and real != int(real):
        raise ScenarioError([f"{place}: must be {'0 or 1' if limits.unit == 'flag' else 'a whole number'}."])
    changes: dict[str, Any] = {"value": real, "low": real, "high": real, "distribution": "fixed"}
    return replace(number, **changes, source="judgement", where="", note="set by the user")


def as_real(value: Any) -> float:
    """A number from the command line or from Python; NaN if it is none."""
    try:
        return float("nan") if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        return float("nan")


def one_of(place: str, value: Any, words: list[str]) -> str:
    """A word of a closed list."""
    if value not in words:
        raise ScenarioError([f"{place}: unknown word '{value}'. {known_names(str(value), words)}"])
    return str(value)


def whole(place: str, value: Any, low: int, high: int) -> int:
    """A whole number within limits."""
    try:
        found = int(str(value))
    except ValueError:
        found = low - 1
    if not low <= found <= high:
        raise ScenarioError([f"{place}: {value!r} must be a whole number in [{low}, {high}]."])
    return found


def weight_of(place: str, value: Any) -> float:
    """A weight from 0."""
    found = as_real(value)
    if not is_real(found) or found < 0:
        raise ScenarioError([f"{place}: weight {value!r} must be a number from 0."])
    return found


def words_of(place: str, value: Any) -> list[Any]:
    """A list or set of words from Python."""
    if not isinstance(value, (list, tuple, set, frozenset)):
        raise ScenarioError([f"{place}: {value!r} must be a list of words. {known_names('', Freeze.words())}"])
    return list(value)


def day_of(place: str, value: Any) -> date:
    """A calendar date."""
    if isinstance(value, datetime):
        return value.date()
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError as error:
        raise ScenarioError([f"{place}: {value!r} must be a date like 2025-11-30."]) from error


def switched(scenario: Scenario, path: str, value: Any) -> Scenario:
    """The scenario with one thing changed that is not a number."""
    place = f"--set {path}={value}"
    kind, _, name = path.partition(".")
    if path == "freeze":
        words = [word.strip() for word in value.split(",")] if isinstance(value, str) else words_of(place, value)
        return replace(scenario, freeze=frozenset(one_of(place, word, Freeze.words()) for word in words if word))
    if path == "step":
        step = one_of(place, value, list(STEP_DAYS))
        return replace(scenario, step=step, step_days=STEP_DAYS[step])  # type: ignore[arg-type]
    if path == "coercer.mode":
        return replace(scenario, mode=one_of(place, value, Mode.words()))
    if path == "steps":
        return replace(scenario, steps=whole(place, value, 1, MOST_STEPS))
    if path == "persistence_days":
        return replace(scenario, persistence_days=weight_of(place, value))
    if path == "start":
        return replace(scenario, start=day_of(place, value))
    if kind == "terms":
        one_of(f"--set {path}", name, Term.words())
        return replace(scenario, terms={**scenario.terms, name: one_of(place, value, Switch.words())})
    one_of(f"--set {path}", name, DecisionRule.words())
    return replace(scenario, decision={**scenario.decision, name: weight_of(place, value)})
