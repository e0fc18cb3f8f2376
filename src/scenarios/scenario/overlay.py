"""How is a scenario changed? With other values, another file, without its ranges, or with its pressure frozen."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path as File
from typing import Any

from scenarios.errors import ScenarioError, known_names
from scenarios.scenario.build import as_scenario
from scenarios.scenario.check import ends_in_time, faults_of
from scenarios.scenario.check_numbers import said
from scenarios.scenario.check_sheets import WEIGHT_TOLERANCE
from scenarios.scenario.dated import near_paths, with_dated
from scenarios.scenario.load import locate, merged, own_table
from scenarios.scenario.scenario import Scenario
from scenarios.scenario.settings import SWITCHES, pinned, switched
from scenarios.scenario.table import as_table
from scenarios.vocabulary import Term


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
