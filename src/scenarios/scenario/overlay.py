"""How is a scenario changed? With other values, another file, without its ranges, or with its pressure frozen."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path as File
from typing import Any

from scenarios.errors import ScenarioError, known_names
from scenarios.scenario.build import as_scenario
from scenarios.scenario.check import MOST_STEPS, WEIGHT_TOLERANCE, WHOLE, ends_in_time, faults_of, hint, is_real, said
from scenarios.scenario.dated import near_paths, number_at, with_dated
from scenarios.scenario.load import locate, merged, own_table
from scenarios.scenario.scenario import STEP_DAYS, Parameter, Scenario
from scenarios.scenario.table import as_table
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
    if (limits.unit in WHOLE and real != int(real)) or (limits.unit == "flag" and real not in (0, 1)):
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


def checked(scenario: Scenario) -> Scenario:
    """A changed scenario, if it still holds together."""
    faults = []
    most = scenario.steps * scenario.step_days / 4
    if not 0 < scenario.persistence_days <= most:
        faults.append(
            f"persistence_days: {said(scenario.persistence_days)} must lie above 0 and within a quarter of the horizon "
            f"({said(most)} days)."
        )
    if not any(weight > 0 for weight in scenario.decision.values()):
        faults.append("decision: no rule has a weight above 0. Set one, for instance decision.quantal_response=1.")
    if scenario.mode == "scripted" and "coercer.rung" not in scenario.paths:
        faults.append('coercer.mode: "scripted" needs a path for coercer.rung in the file.')
    if not ends_in_time(scenario.start, scenario.steps, scenario.step_days):
        faults.append(f"start: {scenario.start}: the horizon ends after the year 9999. Set start or steps lower.")
    faults += faults_of_levels(scenario)
    # a support index beyond 1 has no bin in the tables
    total = sum(scenario.numbers[f"channels.{name}.weight"].value for name in scenario.channels)
    if abs(total - 1) > WEIGHT_TOLERANCE:
        sums = f"the weights of the support index sum to {said(total)}"
        faults.append(f"channels: {sums}; must be 1. Set the other channels' weight too.")
    if faults:
        raise ScenarioError([f"--set: {fault}" for fault in faults])
    return scenario


def faults_of_levels(scenario: Scenario) -> list[str]:
    """Opening levels beyond what is feasible."""
    faults = []
    for path in (f"patrons.{p}.channels.{c}" for p in scenario.patrons for c in scenario.channels):
        opening, feasible = (scenario.numbers[f"{path}.{field}"].value for field in ("opening", "feasible"))
        if opening > feasible:
            levels = f"level {said(opening)} is beyond the feasible level {said(feasible)}"
            faults.append(f"{path}.opening: {levels}. Set {path}.feasible too.")
    return faults


def with_values(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    """The scenario with some values pinned.

    Parameters
    ----------
    scenario : Scenario
    values : mapping of str to number or str
        Dotted path -> value. A number drops its range and must lie in its domain. Other paths: ``terms.NAME``
        (on, off, frozen), ``PATH@DATE`` (from that day on), ``freeze`` (comma list), ``coercer.mode``,
        ``decision.RULE`` (weight), ``step``, ``steps``, ``persistence_days``, ``start``.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        With every fault at once.

    Examples
    --------
    >>> from scenarios import load
    >>> with_values(load("toy"), {"client.hold": 0.4}).numbers["client.hold"].value
    0.4
    """
    numbers_now = dict(scenario.numbers)
    changed, faults = scenario, []
    known = [*numbers_now, *SWITCHES, *[f"terms.{word}" for word in Term.words()]]
    # a number that is set, and changes on a date, changes from what it was set to, whichever is named first
    for path, value in sorted(values.items(), key=lambda setting: "@" in setting[0]):
        try:
            if "@" in path:
                changed = with_dated(replace(changed, numbers=numbers_now), path, value)
            elif path in numbers_now:
                numbers_now[path] = pinned(numbers_now[path], value)
            elif path in SWITCHES or path.partition(".")[0] in ("terms", "decision"):
                changed = switched(changed, path, value)
            else:
                faults.append(
                    f"--set {path}={value}: unknown path '{path}'. {known_names(path, near_paths(path, known))}"
                )
        except ScenarioError as error:
            faults += error.faults
    if faults:
        raise ScenarioError(faults)
    settings = tuple(f"--set {path}={value}" for path, value in values.items())
    return checked(replace(changed, numbers=numbers_now, overlays=(*scenario.overlays, *settings)))


def with_overlay(scenario: Scenario, file: str) -> Scenario:
    """The scenario with a file of changed lines laid over it.

    Raises
    ------
    ScenarioError
        With every fault at once.
    UnknownName
        If there is no such file.
    """
    name = File(file).name
    table = merged(as_table(scenario), own_table(locate(str(file))))
    faults = faults_of(table, f"{scenario.name} + {name}")
    if faults:
        raise ScenarioError(faults)
    changed = as_scenario(table, scenario.name, scenario.base, (*scenario.overlays, str(file)))
    # a halved step has no word of its own in a file
    return replace(changed, step_days=scenario.step_days) if changed.step == scenario.step else changed


def fixed(scenario: Scenario) -> Scenario:
    """The scenario with every number at its central value.

    Examples
    --------
    >>> from scenarios import load
    >>> len(fixed(load("toy")).uncertain)
    0
    """
    still = {
        path: replace(number, low=number.value, high=number.value, distribution="fixed")
        for path, number in scenario.numbers.items()
    }
    return replace(scenario, numbers=still, overlays=(*scenario.overlays, "--fixed"))


def prior(scenario: Scenario) -> Scenario:
    """The scenario on its raw ranges, whatever history has taught.

    Examples
    --------
    >>> from scenarios import load
    >>> prior(load("toy")).posterior
    ''
    """
    return replace(scenario, posterior="", overlays=(*scenario.overlays, "--prior"))


def control(scenario: Scenario) -> Scenario:
    """The scenario with the pressure frozen where it starts: what happens there too is not the pressure's doing.

    Examples
    --------
    >>> from scenarios import load
    >>> sorted(control(load("toy")).freeze)
    ['pressure']
    """
    return replace(scenario, freeze=scenario.freeze | {"pressure"})


def halve_step(scenario: Scenario) -> Scenario:
    """The scenario in steps of half the length; results must not change in distribution."""
    return replace(scenario, step_days=scenario.step_days / 2.0, steps=scenario.steps * 2)
