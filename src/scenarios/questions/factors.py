"""What may be varied? Numbers with a range, switches, levels and rungs by choice; a sweep's axes; their quantiles."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from scenarios.errors import RequestRefused, ScenarioError, UnknownName, UserError
from scenarios.moments import Floats
from scenarios.scenario import arrays, entries, finding, overlay, user_table
from scenarios.scenario.check_numbers import is_real, said
from scenarios.scenario.priors import KINDS, drawn
from scenarios.scenario.scenario import Parameter, Scenario
from scenarios.vocabulary import Term

MOST_VALUES = 1_000_000
LARGEST_WHOLE = 2**53  # from here on a float tells whole numbers no longer apart
TERMS = "terms"
SETTINGS = ("off", "frozen", "on")  # of a term, the more of it the later
OTHER_OUTCOMES = ("step", "steps", "start", "persistence_days")
Choices = tuple[Any, ...]
Factors = Mapping[str, Choices]


class Axis(NamedTuple):
    """One number or switch that is varied."""

    path: str  # as in `Scenario.with_values`; ``believe:PATH`` for what has been so all along
    low: float  # of the range; NaN for a list of values
    high: float
    n: int | None  # values of the range that a grid takes, if that was said
    values: tuple[Any, ...]  # listed one by one; empty for a range
    is_whole: bool

    @property
    def words(self) -> str:
        """What is varied as the command line says it."""
        ends = [self.low, self.high, *([] if self.n is None else [self.n])]
        span = ",".join(map(exact, self.values)) if self.values else ":".join(map(exact, ends))
        return f"{self.path}={span}"

    def at(self, share: float) -> Any:
        """The value at a share of the way from the first to the last."""
        if self.values:
            return chosen(self.values, share)
        if self.is_whole:
            return min(self.low + float(int(share * (self.high - self.low + 1))), self.high)
        return float(self.low + share * (self.high - self.low))

    def steps(self, default: int) -> list[Any]:
        """All values of the list, or evenly spaced ones of the range."""
        if self.values:
            return list(self.values)
        n = self.n or default
        if self.is_whole and self.n is None:
            n = min(n, int(self.high - self.low) + 1)
        spaced = np.linspace(self.low, self.high, n)
        return [float(value) for value in (np.unique(np.round(spaced)) if self.is_whole else spaced)]


def exact(value: Any) -> str:
    """A value as it can be typed again, to the bit.

    Examples
    --------
    >>> exact(4.0), exact(0.1), exact(1 / 3), exact("off")
    ('4', '0.1', '0.3333333333333333', 'off')
    """
    is_brief = isinstance(value, float) and float(f"{value:g}") == value
    return f"{value:g}" if is_brief else str(value)


def as_axes(scenario: Scenario, vary: Mapping[str, Any]) -> list[Axis]:
    """What a caller wants varied, checked against the scenario."""
    if not vary:
        raise UserError("Nothing to vary. Say what: --vary PATH=low:high, for instance client.hold=0.2:0.6.")
    axes, faults = [], []
    for path, span in vary.items():
        try:
            axis = as_axis(scenario, path, span)
            for value in axis.values or (axis.low, axis.high):
                overlay.with_changes(scenario, {path: value}, "--vary")
            axes.append(axis)
        except ScenarioError as fault:
            faults += fault.faults
    if faults:
        raise ScenarioError(faults)
    return axes


def as_axis(scenario: Scenario, path: str, span: Any) -> Axis:
    """One range or list of values."""
    number = number_named(path)
    is_whole = number in scenario.numbers and finding.number_at(number).unit in arrays.WHOLE_UNITS
    is_listed = isinstance(span, (list, range)) or hasattr(span, "tolist")  # an array, a column of a table
    if is_listed and 0 < len(span) <= MOST_VALUES:
        values = tuple(value_of(scenario, path, value) for value in span)
        return Axis(path, float("nan"), float("nan"), None, values, is_whole)
    if not isinstance(span, tuple) or len(span) not in (2, 3) or not all(is_real(end) for end in span[:2]):
        meant = " ".join(filter(None, map(user_table.decimal_hint, span if isinstance(span, tuple) else [span])))
        fault = f"{said(span)} must be (low, high), (low, high, n) or a list of values. {meant}".rstrip()
        raise ScenarioError([f"--vary {path}: {fault}"])
    low, high = float(span[0]), float(span[1])
    if not low < high:
        raise ScenarioError([f"--vary {path}: the low end {low:g} must lie below the high end {high:g}."])
    n = span[2] if len(span) == 3 else None
    if n is not None and (isinstance(n, bool) or not isinstance(n, (int, np.integer)) or not 2 <= n <= MOST_VALUES):
        raise ScenarioError([f"--vary {path}: {said(n)} values; a range needs a whole number from 2."])
    return Axis(path, low, high, None if n is None else int(n), (), is_whole)


def value_of(scenario: Scenario, path: str, value: Any) -> Any:
    """A value as it is kept in a design: numbers of the scenario as floats, all else as it is."""
    return float(value) if number_named(path) in scenario.numbers and is_real(value) else value


def number_named(path: str) -> str:
    """The number that is varied: without ``believe:`` before it and a date after.

    Examples
    --------
    >>> number_named("believe:client.hold"), number_named("client.hold@2030-03-03")
    ('client.hold', 'client.hold')
    """
    return path.removeprefix(entries.BELIEF).partition("@")[0]


def parse_span(text: str) -> tuple[str, Any]:
    """The path and the range or list in ``PATH=low:high[:n]`` or ``PATH=a,b,c``."""
    path, _, span = (part.strip() for part in text.partition("="))
    ends = span.split(":")
    if not path or not span:
        raise ScenarioError([f"--vary {text}: must be PATH=low:high[:n] or PATH=a,b,c, like client.hold=0.2:0.6."])
    if ";" in span:
        raise ScenarioError([f"--vary {text}: commas part values, and a number has a point: PATH=0.1,0.6."])
    if len(ends) == 1:
        return path, [as_number(word.strip()) for word in span.split(",")]
    return path, tuple(as_number(end.strip()) for end in ends)


def as_number(word: str) -> Any:
    """A whole or finite number if it is one, else the word."""
    value = user_table.as_real(word)
    if not is_real(value):
        return word
    return int(value) if word.lstrip("+-").isdecimal() and abs(value) < LARGEST_WHOLE else value


def chosen_paths(scenario: Scenario, over: Iterable[str] | None = None) -> list[str]:
    """The uncertain numbers that paths, or beginnings of them, stand for, in the order of the file; all if None."""
    known = arrays.uncertain_paths(scenario)
    found = set(known) if over is None else {path for name in over for path in _named(scenario, known, name)}
    if not found:
        raise RequestRefused("No number is uncertain, so there is nothing to vary. Leave out --fixed, or give a range.")
    return [path for path in scenario.numbers if path in found]


def _named(scenario: Scenario, known: Sequence[str], name: str) -> set[str]:
    """The uncertain numbers that one path or group stands for."""

    def among(paths: Iterable[str]) -> set[str]:
        return {path for path in paths if path == name or path.startswith(f"{name}.")}

    if found := among(known):
        return found
    if among(scenario.numbers):
        raise RequestRefused(
            f"{name}: has no range in {scenario.name}, so it cannot be varied. Name a number that has, or values to "
            f"choose from: {name}=a,b."
        )
    raise UnknownName("number or group", name, finding.near_paths(name, [*scenario.numbers]))


def as_drawn(number: Parameter, u: Floats) -> Floats:
    """Quantiles of a number's own distribution, rounded where it is whole, in its unit."""
    kind, is_whole = KINDS[number.distribution], int(number.unit in arrays.WHOLE_UNITS)
    return np.array([drawn(kind, number.low, number.value, number.high, is_whole, float(share)) for share in u])


def factors_of(scenario: Scenario, over: Iterable[str] | None = None) -> dict[str, Choices]:
    """What is varied, and the equally likely choices of each; none for a number that has a range of its own.

    Parameters
    ----------
    scenario : Scenario
    over : iterable of str, optional
        Numbers with a range, or groups of them, as in `chosen_paths`; ``terms`` or ``terms.NAME`` (off, frozen, on); a
        whole number without a range (every value that the scenario can take); ``PATH=a,b,c`` (these). All numbers with
        a range if None.
    """
    if over is None:
        return dict.fromkeys(chosen_paths(scenario), ())
    named = {name: choices_named(scenario, name) for name in over}
    drawn = [name for name, found in named.items() if not found]
    choices = {path: values for found in named.values() for path, values in found.items()}
    return dict.fromkeys(chosen_paths(scenario, drawn) if drawn else [], ()) | choices


def choices_named(scenario: Scenario, name: str) -> dict[str, Choices]:
    """The choices of what a user names; nothing where it is a number with a range, or a group of them."""
    path, equals, words = (part.strip() for part in name.partition("="))
    if path in OTHER_OUTCOMES:
        raise RequestRefused(f"--over {path}: changes what an outcome is. Play each with --set {path}=V and compare.")
    if equals:
        return {path: checked_choices(scenario, path, [as_number(word.strip()) for word in words.split(",")])}
    if path == TERMS:
        return {f"{TERMS}.{term}": SETTINGS for term in Term.words()}
    if path.startswith(f"{TERMS}."):
        term = path.removeprefix(f"{TERMS}.")
        if term not in Term.words():
            raise UnknownName("term", term, list(Term.words()))
        return {path: SETTINGS}
    number = scenario.numbers.get(path)
    if number is None or number.is_uncertain or number.unit not in arrays.WHOLE_UNITS:
        return {}
    limits = finding.number_at(path)
    whole = [float(value) for value in range(int(limits.low), int(limits.high) + 1)]
    return {path: checked_choices(scenario, path, [value for value in whole if can_be(scenario, path, value)])}


def can_be(scenario: Scenario, path: str, value: float) -> bool:
    """Whether a scenario can have been so all along."""
    try:
        overlay.believed(scenario, {path: value})
    except ScenarioError:
        return False
    return True


def checked_choices(scenario: Scenario, path: str, values: list[Any]) -> Choices:
    """Choices that the scenario can take, each once."""
    kept = tuple(dict.fromkeys(value_of(scenario, path, value) for value in values))
    for value in kept:
        overlay.believed(scenario, {path: value}, "--over")
    if len(kept) < 2:
        raise RequestRefused(f"--over {path}: has one choice, {kept[0]}; name two or more: --over {path}=a,b.")
    return kept


def chosen(choices: Choices, share: float) -> Any:
    """The choice at a share of the way through equally likely ones."""
    return choices[min(int(share * len(choices)), len(choices) - 1)]


def is_of_words(choices: Choices) -> bool:
    """Whether choices have words for values, which stand in no order but that of the list."""
    return any(isinstance(each, str) for each in choices)


def choices_line(factors: Factors) -> str:
    """What is varied by choice, as a reader is told of it."""
    words = {
        path: ", ".join(f"{each:g}" if isinstance(each, float) else str(each) for each in choices)
        for path, choices in factors.items()
    }
    return f"By choice, each equally likely: {'; '.join(f'{path} ({said})' for path, said in words.items())}."
