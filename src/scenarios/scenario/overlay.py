"""How is a scenario changed? With other values, another file, without its ranges, or with its pressure frozen."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path as File
from typing import Any

from scenarios.errors import ScenarioError, known_names
from scenarios.scenario.build import as_scenario, head_of, number_of
from scenarios.scenario.check import faults_of, faults_of_head
from scenarios.scenario.check_numbers import faults_of_number
from scenarios.scenario.check_sheets import faults_of_levels, faults_of_weights
from scenarios.scenario.dated import near_paths, number_at, with_dated
from scenarios.scenario.load import locate, merged, own_table
from scenarios.scenario.scenario import STEP_DAYS, Parameter, Scenario
from scenarios.scenario.settings import SWITCHES, is_switch, pinned, set_switch
from scenarios.scenario.table import as_table, head_table
from scenarios.vocabulary import Term

LEVELS = ("opening", "feasible")


def with_values(scenario: Scenario, values: Mapping[str, Any], place: str = "--set") -> Scenario:
    """The scenario with some values pinned.

    Parameters
    ----------
    scenario : Scenario
    values : mapping of str to number or str
        Dotted path -> value. A number drops its range and must lie in its domain. Other paths: ``terms.NAME``
        (on, off, frozen), ``PATH@DATE`` (from that day on), ``freeze`` (comma list), ``coercer.mode``,
        ``decision.RULE`` (weight), ``step``, ``steps``, ``persistence_days``, ``start``.
    place : str
        Where the values come from, for the beginning of each fault.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        With every fault at once: those that a scenario file with these values has.

    Examples
    --------
    >>> from scenarios import load
    >>> with_values(load("toy"), {"client.hold": 0.4}).numbers["client.hold"].value
    0.4
    """
    head = before = head_table(scenario)
    numbers_now, dated, faults = dict(scenario.numbers), scenario, []
    # a number that is set, and changes on a date, changes from what it was set to, whichever is named first
    for path, value in sorted(values.items(), key=lambda setting: "@" in str(setting[0])):
        try:
            if "@" in str(path):
                dated = with_dated(replace(dated, numbers=numbers_now), path, value)
            elif is_switch(str(path)):
                head = set_switch(head, path, value)
            else:
                numbers_now[path] = set_number(scenario, path, value)
        except ScenarioError as error:
            faults += error.faults
    step_days = {**STEP_DAYS, scenario.step: scenario.step_days}  # a halved step has no word of its own
    if head is not before:
        faults += faults_of_head({**head, "paths": dated.paths}, step_days)
    faults = faults or faults_together(numbers_now, weight_paths(scenario), values)
    if faults:
        raise ScenarioError([f"{place}: {fault}" for fault in faults])
    overlays = (*scenario.overlays, *[f"--set {path}={value}" for path, value in values.items()])
    switched = scenario if head is before else replace(scenario, **head_of(head, step_days))
    return replace(switched, numbers=numbers_now, paths=dated.paths, overlays=overlays)


def set_number(scenario: Scenario, path: str, value: Any) -> Parameter:
    """A number of the scenario at another value, judged and built as one of a file."""
    if path not in scenario.numbers:
        known = [*scenario.numbers, *SWITCHES, *[f"terms.{word}" for word in Term.words()]]
        raise ScenarioError([f"unknown path '{path}'. {known_names(str(path), near_paths(str(path), known))}"])
    entry = pinned(scenario.numbers[path], value)
    faults = list(faults_of_number(path, entry, number_at(path)))
    if faults:
        raise ScenarioError(faults)
    return number_of(path, entry)


def faults_together(numbers: Mapping[str, Parameter], weights: list[str], touched: Iterable[str]) -> list[str]:
    """Faults of numbers that must fit those that are touched: the weights of the channels, opening levels and reach."""
    faults: list[str] = []
    if not set(weights).isdisjoint(touched):
        faults += faults_of_weights(numbers[path].value for path in weights)
    for pair in pairs_of(touched):
        faults += faults_of_levels(pair, *(numbers[f"{pair}.{field}"].value for field in LEVELS))
    return faults


def weight_paths(scenario: Scenario) -> list[str]:
    """Paths of the weights of the support index."""
    return [f"channels.{name}.weight" for name in scenario.channels]


def pairs_of(paths: Iterable[str]) -> list[str]:
    """Dotted prefix of each patron's numbers on a channel whose levels are among some paths."""
    parts = [path.rpartition(".") for path in paths]
    return list(dict.fromkeys(prefix for prefix, _, field in parts if field in LEVELS))


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
