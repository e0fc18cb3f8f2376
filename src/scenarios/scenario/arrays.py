"""How does a scenario lie in arrays, so that an engine needs no names? One flat row of numbers and a plan.

Actors and channels are laid in the order of their keys, not of the file: so adding, renaming or reordering them
leaves every sum, and so every bit, as it was.
"""

import math
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.draws import key_of
from scenarios.rulebook.conditions import Freezes, Switches
from scenarios.rulebook.traits import (
    ChannelTraits,
    ClientTraits,
    CoercerTraits,
    ModelTraits,
    PairTraits,
    PatronTraits,
    Pressure,
)
from scenarios.scenario.posterior import fitted_paths, rows_for
from scenarios.scenario.priors import KINDS
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import DecisionRule, Freeze, Mode, Switch, Term

N_RUNGS = 11
ULTIMATUM = "coercer.ultimatum"  # acts on its day alone
INPUTS = (
    "coercer.rung",
    "coercer.presence",
    "coercer.interdiction",
    "client.oil_output",
    "client.oil_price",
    ULTIMATUM,
)
PATRON_INPUTS = ("war_drain", "own_crisis", "bargain", "threat")
PAIR_INPUT = "need"
SCRIPTS = ("rung", "presence", "interdiction", "threat", "ultimatum")  # absolute values; the others are factors
NO_SCRIPT = -1.0  # in a script: from here on the mode decides
HELD_WIDTH = 2  # rung and presence of a dated condition; the factors on patrons follow
NOT_SAID = -1.0  # in a dated condition: as at the opening
QUARTER_YEARS = 0.25
LEAST_DAYS = 28.0  # that a loss must have lasted when the client ends
WHOLE_UNITS = ("level", "rung", "flag")  # of numbers that are whole

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Shape(NamedTuple):
    """How large a scenario is, how its time runs, and where its sheets begin in a row of numbers."""

    dt: float  # length of a step [years]
    steps: int  # horizon
    overtime: int  # steps that a run is played past its horizon, so that late losses can last
    persistence: int  # how long a step-back must last [steps]
    notch: int  # how long a notch must last [steps]
    least: int  # how long a loss must have lasted when the client ends [steps]
    habit_steps: int  # steps of a quarter, after which patrons have grown used to some more
    mode: int  # Mode
    n_patrons: int
    n_channels: int
    at_coercer: int
    at_client: int
    at_ladder: int
    at_channels: int
    at_patrons: int
    at_pairs: int


class Draws(NamedTuple):
    """How the numbers of a run are drawn; arrays of length (numbers,), (uncertain,) or (columns of the sample,)."""

    central: Floats  # every number at its central value, sheet after sheet
    spot: Integers  # place of each uncertain number in `central`
    kind: Integers
    whole: Integers
    parameter_key: Integers
    low: Floats
    middle: Floats
    high: Floats
    joint: Floats  # posterior sample, row after row; each point draws one
    joint_spot: Integers
    joint_column: Integers  # its place among the uncertain numbers
    budget_column: Integers  # of each patron's support budget; -1 where it is certain or given
    rule_reach: Floats  # cumulative weights of the decision rules


class Laid(NamedTuple):
    """Numbers given for each point of a design, row after row."""

    rows: Floats
    spot: Integers
    column: Integers  # place among the uncertain numbers, -1 if it is none
    is_set: int  # 1: in force from the first step on; 0: believed, so the opening is inferred under them


class Changes(NamedTuple):
    """What is set: rows of numbers after the opening's, and the step from which each is in force."""

    steps: Integers  # shape (rows,); the first, of the opening, is 0
    row: Integers  # shape (settings,)
    spot: Integers
    value: Floats
    is_factor: Integers


class Held(NamedTuple):
    """Dated conditions under which the opening posture was chosen and held."""

    n: int
    rows: Floats  # rung, presence, then a factor on each patron's threat and on its bargain


class Keys(NamedTuple):
    """By which draws are addressed."""

    coercer: int
    client: int
    patrons: Integers
    pairs: Integers


class TimePaths(NamedTuple):
    """The scenario's paths, step after step."""

    inputs: Floats
    patron_inputs: Floats
    needs: Floats


class Plan(NamedTuple):
    """Everything that an engine reads of a scenario; nothing in it changes during a run."""

    shape: Shape
    draws: Draws
    given: Laid
    changes: Changes
    held: Held
    switches: Switches
    freezes: Freezes
    keys: Keys
    paths: TimePaths


class Given(NamedTuple):
    """Numbers given for each point of a design.

    Attributes
    ----------
    paths : tuple of str
        Dotted path of each column.
    rows : ndarray of float64, shape (points, columns)
    is_set : bool
        Whether they act from the first step on (interventions); otherwise they are believed, and the opening is
        inferred under them.
    """

    paths: tuple[str, ...]
    rows: Floats
    is_set: bool = False


NOTHING_GIVEN = Given((), np.zeros((0, 0)))


def ordered(scenario: Scenario, kind: str) -> list[str]:
    """Names of the patrons or channels in the order of their keys, as the arrays hold them."""
    names = scenario.patrons if kind == "patrons" else scenario.channels
    return sorted(names, key=lambda name: scenario.keys[f"{kind}.{name}"])


def number_paths(scenario: Scenario) -> list[str]:
    """Dotted path of every number in the order of the flat row."""
    patrons, channels = ordered(scenario, "patrons"), ordered(scenario, "channels")
    sheets: list[tuple[str, Any]] = [("model", ModelTraits), ("coercer", CoercerTraits), ("client", ClientTraits)]
    sheets += [(f"ladder.{rung}", Pressure) for rung in range(N_RUNGS)]
    sheets += [(f"channels.{name}", ChannelTraits) for name in channels]
    sheets += [(f"patrons.{name}", PatronTraits) for name in patrons]
    sheets += [(f"patrons.{p}.channels.{c}", PairTraits) for p in patrons for c in channels]
    return [f"{prefix}.{field}" for prefix, sheet in sheets for field in sheet._fields]


def keyed_path(scenario: Scenario, path: str) -> str:
    """A dotted path with stable keys in the place of names, by which its draw is addressed."""
    parts = path.split(".")
    for i in range(len(parts) - 1):
        if parts[i] in ("patrons", "channels"):
            parts[i + 1] = scenario.keys[f"{parts[i]}.{parts[i + 1]}"]
    return ".".join(parts)


def uncertain_paths(scenario: Scenario) -> list[str]:
    """Dotted paths of the uncertain numbers in the order of the arrays."""
    return [path for path in number_paths(scenario) if scenario.numbers[path].is_uncertain]


def steps_in(scenario: Scenario, days: float) -> int:
    """Whole steps in some days, at least one."""
    return max(1, round(days / scenario.step_days))


def step_of(scenario: Scenario, on: "date | None") -> int:
    """The step from which a setting is in force: the first that ends on or after its day.

    Examples
    --------
    >>> from scenarios import load
    >>> toy = load("toy")
    >>> step_of(toy, None), step_of(toy, date(2030, 1, 13)), step_of(toy, date(2030, 1, 14))
    (1, 1, 2)
    """
    return 1 if on is None else max(1, math.ceil((on - scenario.start).days / scenario.step_days))


def path_values(scenario: Scenario, path: str, is_frozen: bool) -> Floats:
    """A path's value at every step, past the horizon too; 1 for a missing factor, -1 for a missing script."""
    last = scenario.steps + steps_in(scenario, scenario.persistence_days)
    if path not in scenario.paths:
        return np.full(last + 1, missing_value(path))
    script = scenario.paths[path]
    if path == ULTIMATUM:
        return ultimatums(scenario, last)
    dates = np.array(script.dates, dtype="datetime64[D]")
    steps = [scenario.start + timedelta(days=scenario.step_days * step) for step in range(last + 1)]
    days = np.array(steps, dtype="datetime64[D]")
    # a step is the days since the step before, so the last scripted day decides the step in which it lies
    is_over = np.zeros(len(days), dtype=bool)
    if script.until is not None:
        is_over[1:] = days[:-1] >= np.datetime64(script.until)
        days = np.minimum(days, np.datetime64(script.until))
    found = np.searchsorted(dates, days, side="right") - 1
    values = np.where(is_over, missing_value(path), np.array(script.values)[np.maximum(found, 0)])
    values = np.full_like(values, values[0]) if is_frozen else values
    # what is set takes the place of what the path says from that day on; a factor leaves it
    set_from = [step_of(scenario, each.on) for each in scenario.settings if each.path == path and not each.is_factor]
    return np.where(np.arange(len(values)) >= min(set_from), missing_value(path), values) if set_from else values


def ultimatums(scenario: Scenario, last: int) -> Floats:
    """Chance in each step that an ultimatum which runs out in it is acted on; it acts on its day alone."""
    chances, script = np.full(last + 1, 0.0), scenario.paths[ULTIMATUM]
    for day, chance in zip(script.dates, script.values, strict=True):
        step = step_of(scenario, day)
        if day > scenario.start and step <= last:
            chances[step] = chance
    return chances


def is_script(path: str) -> bool:
    """Whether a path over time says what a number is, not by how much it is multiplied.

    Examples
    --------
    >>> is_script("coercer.rung"), is_script("client.oil_price")
    (True, False)
    """
    return path.rsplit(".", 1)[-1] in SCRIPTS


def number_acted_on(path: str) -> str:
    """The number that a path over time acts on: its own, or for a pair's need that of the channel.

    Examples
    --------
    >>> number_acted_on("client.oil_price"), number_acted_on("patrons.iran.channels.oil.need")
    ('client.oil_price', 'channels.oil.need')
    """
    return path.split(".", 2)[2] if path.endswith(".need") else path


def missing_value(path: str) -> float:
    """What stands for a path that says nothing: 1 for a factor, -1 for a script; no ultimatum is no chance."""
    if path == ULTIMATUM:
        return 0.0
    return NO_SCRIPT if is_script(path) else 1.0


def frozen_by(field: str) -> str:
    """The `freeze` word that holds a patron's path at its opening value; empty if none does."""
    return {"war_drain": "war", "own_crisis": "crisis", "threat": "pressure"}.get(field, "")


def budget_column(patron: str, columns: dict[str, int], given: Given) -> int:
    """Place of a patron's support budget among the uncertain numbers; -1 where it is certain or believed."""
    path = f"patrons.{patron}.support_budget"
    return -1 if path in given.paths and not given.is_set else columns.get(path, -1)


def shape_of(scenario: Scenario, spots: dict[str, int], patrons: list[str], channels: list[str]) -> Shape:
    """Sizes, time and places of a scenario."""
    persistence = steps_in(scenario, scenario.persistence_days)
    return Shape(
        dt=scenario.step_years,
        steps=scenario.steps,
        overtime=persistence,
        persistence=persistence,
        notch=steps_in(scenario, scenario.notch_days),
        least=min(persistence, steps_in(scenario, LEAST_DAYS)),
        habit_steps=max(1, round(QUARTER_YEARS / scenario.step_years)),
        mode=int(Mode[scenario.mode.upper()]),
        n_patrons=len(patrons),
        n_channels=len(channels),
        at_coercer=spots[f"coercer.{CoercerTraits._fields[0]}"],
        at_client=spots[f"client.{ClientTraits._fields[0]}"],
        at_ladder=spots[f"ladder.0.{Pressure._fields[0]}"],
        at_channels=spots[f"channels.{channels[0]}.{ChannelTraits._fields[0]}"],
        at_patrons=spots[f"patrons.{patrons[0]}.{PatronTraits._fields[0]}"],
        at_pairs=spots[f"patrons.{patrons[0]}.channels.{channels[0]}.{PairTraits._fields[0]}"],
    )


def draws_of(scenario: Scenario, spots: dict[str, int], patrons: list[str], given: Given) -> Draws:
    """How the numbers of a run are drawn."""
    numbers = [scenario.numbers[path] for path in spots]
    uncertain = [number for number in numbers if number.is_uncertain]
    columns = {number.path: i for i, number in enumerate(uncertain)}
    fitted = fitted_paths(scenario)
    weights = np.array([scenario.decision.get(rule, 0.0) for rule in DecisionRule.words()])
    return Draws(
        central=np.array([number.value for number in numbers], dtype=np.float64),
        spot=np.array([spots[number.path] for number in uncertain], dtype=np.int64),
        kind=np.array([KINDS[number.distribution] for number in uncertain], dtype=np.int64),
        whole=np.array([int(number.unit in WHOLE_UNITS) for number in uncertain], dtype=np.int64),
        parameter_key=np.array([key_of(keyed_path(scenario, number.path)) for number in uncertain], dtype=np.int64),
        low=np.array([number.low for number in uncertain], dtype=np.float64),
        middle=np.array([number.value for number in uncertain], dtype=np.float64),
        high=np.array([number.high for number in uncertain], dtype=np.float64),
        joint=np.ascontiguousarray(rows_for(scenario, fitted)).ravel(),
        joint_spot=np.array([spots[path] for path in fitted], dtype=np.int64),
        joint_column=np.array([columns[path] for path in fitted], dtype=np.int64),
        budget_column=np.array([budget_column(name, columns, given) for name in patrons], dtype=np.int64),
        rule_reach=np.cumsum(weights) / weights.sum(),
    )


def laid(scenario: Scenario, spots: dict[str, int], given: Given) -> Laid:
    """The numbers given for each point of a design."""
    uncertain = {path: i for i, path in enumerate(uncertain_paths(scenario))}
    return Laid(
        rows=np.ascontiguousarray(given.rows, dtype=np.float64).ravel(),
        spot=np.array([spots[path] for path in given.paths], dtype=np.int64),
        column=np.array([uncertain.get(path, -1) for path in given.paths], dtype=np.int64),
        is_set=int(given.is_set),
    )


def changes_of(scenario: Scenario, spots: dict[str, int], given: Given) -> Changes:
    """What is set, row after row of the numbers; the opening's row comes first."""
    found = [step_of(scenario, setting.on) for setting in scenario.settings]
    first = [1] if given.is_set and given.paths else []
    steps = [0, *sorted({*found, *first})]
    return Changes(
        steps=np.array(steps, dtype=np.int64),
        row=np.array([steps.index(step) for step in found], dtype=np.int64),
        spot=np.array([spots[setting.path] for setting in scenario.settings], dtype=np.int64),
        value=np.array([setting.value for setting in scenario.settings], dtype=np.float64),
        is_factor=np.array([int(setting.is_factor) for setting in scenario.settings], dtype=np.int64),
    )


def held_rows(scenario: Scenario, patrons: list[str]) -> Held:
    """The dated conditions under which the opening posture was chosen and held."""
    rows = [
        [NOT_SAID if each.rung is None else each.rung, NOT_SAID if each.presence is None else each.presence]
        + [factors.get(name, 1.0) for factors in (each.threat, each.bargain) for name in patrons]
        for each in scenario.held
    ]
    return Held(n=len(rows), rows=np.array(rows, dtype=np.float64).ravel())


def time_paths(scenario: Scenario, patrons: list[str], channels: list[str]) -> TimePaths:
    """The scenario's paths, step after step."""
    inputs = [path_values(scenario, path, False) for path in INPUTS]
    patron_inputs = [
        path_values(scenario, f"patrons.{name}.{field}", frozen_by(field) in scenario.freeze)
        for name in patrons
        for field in PATRON_INPUTS
    ]
    needs = [path_values(scenario, f"patrons.{p}.channels.{c}.{PAIR_INPUT}", False) for p in patrons for c in channels]
    return TimePaths(*[np.ascontiguousarray(np.array(each).T).ravel() for each in (inputs, patron_inputs, needs)])


def keys_of(scenario: Scenario, patrons: list[str], channels: list[str]) -> Keys:
    """By which draws are addressed: by the keys of actors and channels."""
    keys = scenario.keys
    pairs = [f"{keys[f'patrons.{p}']}/{keys[f'channels.{c}']}" for p in patrons for c in channels]
    return Keys(
        coercer=key_of(keys["coercer"]),
        client=key_of(keys["client"]),
        patrons=np.array([key_of(keys[f"patrons.{name}"]) for name in patrons], dtype=np.int64),
        pairs=np.array([key_of(pair) for pair in pairs], dtype=np.int64),
    )


def as_plan(scenario: Scenario, given: Given = NOTHING_GIVEN) -> Plan:
    """Lays a scenario in arrays.

    Parameters
    ----------
    scenario : Scenario
        A checked scenario.
    given : Given
        Numbers for each point, laid over all that is drawn, or set from the first step on.

    Returns
    -------
    Plan
    """
    patrons, channels = ordered(scenario, "patrons"), ordered(scenario, "channels")
    spots = {path: i for i, path in enumerate(number_paths(scenario))}
    return Plan(
        shape=shape_of(scenario, spots, patrons, channels),
        draws=draws_of(scenario, spots, patrons, given),
        given=laid(scenario, spots, given),
        changes=changes_of(scenario, spots, given),
        held=held_rows(scenario, patrons),
        switches=Switches(*[float(Switch[scenario.terms[term].upper()]) for term in Term.words()]),
        freezes=Freezes(*[float(word in scenario.freeze) for word in Freeze.words()]),
        keys=keys_of(scenario, patrons, channels),
        paths=time_paths(scenario, patrons, channels),
    )
