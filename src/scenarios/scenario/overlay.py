"""How is a scenario changed? With other values, another file, without its ranges, or with its pressure frozen."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path as File
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import RequestRefused, ScenarioError, UnknownName
from scenarios.scenario import build, check, entries, finding, user_table
from scenarios.scenario.arrays import NOTHING_GIVEN, WHOLE_UNITS, Floats, Given
from scenarios.scenario.check_numbers import faults_of_number, is_real
from scenarios.scenario.load import FilesRead, completed, laid_over, locate, own_table, scenario_in
from scenarios.scenario.scenario import STEP_DAYS, Parameter, Scenario


def with_values(scenario: Scenario, values: Mapping[str, Any], place: str = "--set") -> Scenario:
    """The scenario with interventions: what is set is so from the first step on, or from a date on.

    Parameters
    ----------
    scenario : Scenario
    values : mapping of str to number or str
        Dotted path -> value. A number is set in every run from the first step on, whatever it was before; it must lie
        in its domain. ``PATH@DATE`` sets it from that day on; the value ``x1.25`` is a factor on the run's own number.
        Other paths define the scenario and have no date: ``terms.NAME`` (on, off, frozen), ``freeze`` (comma list),
        ``coercer.mode``, ``decision.RULE`` (weight), ``step``, ``steps``, ``persistence_days``, ``start``.
    place : str
        Where the values come from, for the beginning of each fault.

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
    >>> with_values(load("toy"), {"client.hold": 0.4}).settings[0].words
    'client.hold=0.4'
    """
    switches = {path: value for path, value in values.items() if entries.is_switch(str(path))}
    made, faults = list(scenario.settings), []
    for path, value in values.items():
        if path not in switches:
            try:
                made.append(entries.setting_of(scenario, str(path), value))
            except ScenarioError as error:
                faults += error.faults
    changed = replace(scenario, settings=tuple(made))
    faults = faults or faults_of_levels_set(changed, [str(path).partition("@")[0] for path in values])
    return with_switches(changed, switches, faults, place, (f"--set {path}={value}" for path, value in values.items()))


def believed(scenario: Scenario, values: Mapping[str, Any], place: str = "--believe") -> Scenario:
    """The scenario in which some numbers have been so all along: the opening is inferred under them.

    Parameters
    ----------
    scenario : Scenario
    values : mapping of str to number
        Dotted path -> value. A number drops its range and must lie in its domain. No dates: what has been so all along
        has none.
    place : str
        Where the values come from, for the beginning of each fault.

    Raises
    ------
    ScenarioError
        With every fault at once: those that a scenario file with these values has.

    Examples
    --------
    >>> from scenarios import load
    >>> believed(load("toy"), {"client.hold": 0.4}).numbers["client.hold"].value
    0.4
    """
    numbers_now, faults = dict(scenario.numbers), []
    values = {finding.name_now(str(path)): value for path, value in values.items()}
    switches = {path: value for path, value in values.items() if entries.is_switch(path)}
    for path, value in values.items():
        if "@" in path:
            faults.append(
                f"{path}: what has been so all along has no date. Allowed: {path.partition('@')[0]}=V, "
                f"or --set {path}=V."
            )
        elif path not in switches:
            try:
                numbers_now[path] = set_number(scenario, path, value)
            except ScenarioError as error:
                faults += error.faults
    faults = faults or faults_together(numbers_now, weight_paths(scenario), values)
    changed = replace(scenario, numbers=numbers_now)
    return with_switches(
        changed, switches, faults, place, (f"--believe {path}={value}" for path, value in values.items())
    )


def with_changes(scenario: Scenario, values: Mapping[str, Any], place: str = "--set") -> Scenario:
    """The scenario with what is believed of it (``believe:PATH``), then with what is set."""
    beliefs = {
        path.removeprefix(entries.BELIEF): value for path, value in values.items() if path.startswith(entries.BELIEF)
    }
    settings = {path: value for path, value in values.items() if not path.startswith(entries.BELIEF)}
    believing = believed(scenario, beliefs, place) if beliefs else scenario
    return with_values(believing, settings, place) if settings else believing


def with_switches(
    scenario: Scenario, switches: Mapping[str, Any], faults: list[str], place: str, lines: Iterator[str]
) -> Scenario:
    """The scenario with what is no number set, and the lines that say what was changed; refuses all faults at once.

    The lines are written once nothing is at fault: some values cannot be.
    """
    head = before = build.head_table(scenario)
    for path, value in switches.items():
        try:
            head = entries.set_switch(head, path, value)
        except ScenarioError as error:
            faults = [*faults, *error.faults]
    step_days = {**STEP_DAYS, scenario.step: scenario.step_days}  # a halved step has no word of its own
    if head is not before:
        faults = [*faults, *check.faults_of_head({**head, "paths": scenario.paths}, step_days)]
    if faults:
        raise ScenarioError([f"{place}: {fault}" for fault in faults])
    switched = scenario if head is before else replace(scenario, **build.head_of(head, step_days))
    return replace(switched, overlays=(*scenario.overlays, *lines))


def faults_of_levels_set(scenario: Scenario, touched: Iterable[str]) -> list[str]:
    """Faults of what is set that must fit what else is set: the weights of the channels, levels and reach."""
    numbers_then = dict(scenario.numbers)
    for setting in scenario.settings:
        number = numbers_then[setting.path]
        value = number.value * setting.value if setting.is_factor else setting.value
        numbers_then[setting.path] = replace(number, value=value)
    return faults_together(numbers_then, weight_paths(scenario), touched)


def set_number(scenario: Scenario, path: str, value: Any) -> Parameter:
    """A number of the scenario at another value, judged and built as one of a file."""
    entries.known_number(scenario, str(path))
    entry = build.pinned(user_table.as_real(value), scenario.numbers[path].unit)
    faults = list(faults_of_number(path, entry, finding.number_at(path)))
    if faults:
        raise ScenarioError(faults)
    return build.number_of(path, entry)


def faults_together(numbers: Mapping[str, Parameter], weights: list[str], touched: Iterable[str]) -> list[str]:
    """Faults of numbers that must fit those that are touched: the weights of the channels, opening levels and reach."""
    faults: list[str] = []
    if not set(weights).isdisjoint(touched):
        faults += check.faults_of_weights(numbers[path].value for path in weights)
    for pair in pairs_named(touched):
        faults += check.faults_of_levels(pair, *(numbers[f"{pair}.{field}"].value for field in check.LEVELS))
    return faults


def weight_paths(scenario: Scenario) -> list[str]:
    """Paths of the weights of the support index."""
    return [f"channels.{name}.weight" for name in scenario.channels]


def pairs_named(paths: Iterable[str]) -> list[str]:
    """Dotted prefix of each patron's numbers on a channel whose levels are among some paths."""
    parts = [path.rpartition(".") for path in paths]
    return list(dict.fromkeys(prefix for prefix, _, field in parts if field in check.LEVELS))


def with_overlay(scenario: Scenario, file: str, allow_outside: bool = False) -> Scenario:
    """The scenario with a file of changed lines laid over it; `allow_outside` as for `load`."""
    place = locate(str(file))
    faults: list[str] = []
    lines = own_table(place, FilesRead(faults).within(place, allow_outside))
    return with_lines(scenario, lines, str(file), faults)


def with_lines(scenario: Scenario, lines: dict[str, Any], file: str, faults: Iterable[str] = ()) -> Scenario:
    """The scenario with the table of a file of changed lines laid over it; `faults` is what was wrong when read."""
    under, place = build.as_table(scenario), f"{scenario.name} + {File(file).name}"
    names = scenario.name, scenario.base, (*scenario.overlays, file)
    changed = scenario_in(laid_over(under, completed(lines, under)), place, names, list(faults))
    # a halved step has no word of its own in a file
    return replace(changed, step_days=scenario.step_days) if changed.step == scenario.step else changed


def fixed(scenario: Scenario) -> Scenario:
    """The scenario with every number at its central value."""
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


# -- numbers given for each point, judged row by row as settings are ---------------------------------------------------


MOST_FAULTS = 20  # rows that are told of


def given_of(scenario: Scenario, numbers: Any) -> Given:
    """A table of numbers for each point, if a scenario with the numbers of each row could be played."""
    if numbers is None:
        return NOTHING_GIVEN
    paths = columns_of(scenario, numbers)
    rows = np.column_stack([reals(numbers[path]) for path in paths]) if paths else np.zeros((len(numbers), 0))
    faults: list[str] = []
    for row in np.flatnonzero(is_faulty(scenario, dict(zip(paths, rows.T, strict=True)), len(rows)))[:MOST_FAULTS]:
        try:
            believed(scenario, dict(zip(paths, numbers.iloc[row], strict=True)), f"numbers: row {row}")
        except ScenarioError as error:
            faults += error.faults
    if faults:
        raise ScenarioError(faults)
    return Given(paths, rows)


def columns_of(scenario: Scenario, numbers: Any) -> tuple[str, ...]:
    """The columns of a table, if each is a number of the scenario."""
    if not hasattr(numbers, "iloc") or not hasattr(numbers, "columns"):
        raise RequestRefused(f"numbers: a {type(numbers).__name__} is no table; must be a DataFrame, a row a point.")
    for path in numbers.columns:
        if path not in scenario.numbers:
            raise UnknownName("number", str(path), finding.near_paths(str(path), list(scenario.numbers)))
    if not numbers.columns.is_unique:
        twice = numbers.columns[numbers.columns.duplicated()][0]
        raise RequestRefused(f"numbers: column {twice} stands there twice; must stand there once. Drop one of the two.")
    return tuple(numbers.columns)


def reals(column: Any) -> Floats:
    """A column as floats; NaN where there is no finite number."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "fiu":
        return np.asarray(column, dtype=np.float64)
    found = [user_table.as_real(value) for value in column]
    return np.array([value if is_real(value) else np.nan for value in found], dtype=np.float64)


def is_faulty(scenario: Scenario, columns: dict[str, Floats], n: int) -> NDArray[np.bool_]:
    """Which rows hold a value outside its domain, or values that do not fit each other, shape (rows,)."""

    def at(path: str) -> Any:
        return columns.get(path, scenario.numbers[path].value)

    faulty = np.zeros(n, dtype=bool)
    for path, column in columns.items():
        number = finding.number_at(path)
        faulty |= ~((column >= number.low) & (column <= number.high))
        if number.unit in WHOLE_UNITS:
            faulty |= column != np.floor(column)
    weights = weight_paths(scenario)
    if not columns.keys().isdisjoint(weights):
        faulty |= abs(check.total_of(map(at, weights)) - 1) > check.WEIGHT_TOLERANCE
    for pair in pairs_named(columns):
        faulty |= at(f"{pair}.opening") > at(f"{pair}.feasible")
    return faulty
