"""How does a scenario lie in arrays, so that an engine needs no names? One flat row of numbers and a plan.

Actors and channels are laid in the order of their keys, not of the file: so adding, renaming or reordering them
leaves every sum, and so every bit, as it was.
"""

from datetime import timedelta
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
INPUTS = ("coercer.rung", "coercer.presence", "coercer.interdiction", "client.oil_output", "client.oil_price")
PATRON_INPUTS = ("war_drain", "own_crisis", "bargain", "threat")
PAIR_INPUT = "need"
SCRIPTS = ("rung", "presence", "interdiction", "threat")  # absolute values; the others are factors
NO_SCRIPT = -1.0  # in a script: from here on the mode decides
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


class Courses(NamedTuple):
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
    paths: Courses


class Given(NamedTuple):
    """Numbers given for each point of a design.

    Attributes
    ----------
    paths : tuple of str
        Dotted path of each column.
    rows : ndarray of float64, shape (points, columns)
    is_drawn : bool
        Whether they stand for draws, as the rows of a sample do: then a war drain among them must pay for the opening
        posture like any other that is drawn.
    """

    paths: tuple[str, ...]
    rows: Floats
    is_drawn: bool = False


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


def path_values(scenario: Scenario, path: str, is_frozen: bool) -> Floats:
    """A path's value at every step, shape (steps + 1,); 1 for a missing factor, -1 for a missing script."""
    if path not in scenario.paths:
        return np.full(scenario.steps + 1, missing_value(path))
    script = scenario.paths[path]
    dates = np.array(script.dates, dtype="datetime64[D]")
    steps = [scenario.start + timedelta(days=scenario.step_days * step) for step in range(scenario.steps + 1)]
    days = np.array(steps, dtype="datetime64[D]")
    # a step is the days since the step before, so the last scripted day decides the step in which it lies
    is_over = np.zeros(len(days), dtype=bool)
    if script.until is not None:
        is_over[1:] = days[:-1] >= np.datetime64(script.until)
        days = np.minimum(days, np.datetime64(script.until))
    found = np.searchsorted(dates, days, side="right") - 1
    values = np.where(is_over, missing_value(path), np.array(script.values)[np.maximum(found, 0)])
    return np.full_like(values, values[0]) if is_frozen else values


def is_script(path: str) -> bool:
    """Whether a path over time says what a number is, not by how much it is multiplied.

    Examples
    --------
    >>> is_script("coercer.rung"), is_script("client.oil_price")
    (True, False)
    """
    return path.rsplit(".", 1)[-1] in SCRIPTS


def missing_value(path: str) -> float:
    """What stands for a path that says nothing: 1 for a factor, -1 for a script."""
    return NO_SCRIPT if is_script(path) else 1.0


def frozen_by(field: str) -> str:
    """The `freeze` word that holds a patron's path at its opening value; empty if none does."""
    return {"war_drain": "war", "own_crisis": "crisis", "threat": "pressure"}.get(field, "")


def drain_column(patron: str, columns: dict[str, int], given: Given) -> int:
    """Place of a patron's war drain among the uncertain numbers; -1 where it is certain, or given and not drawn."""
    path = f"patrons.{patron}.war_drain"
    return -1 if path in given.paths and not given.is_drawn else columns.get(path, -1)


def as_plan(scenario: Scenario, given: Given = NOTHING_GIVEN) -> Plan:
    """Lays a scenario in arrays.

    Parameters
    ----------
    scenario : Scenario
        A checked scenario.
    given : Given
        Numbers for each point, laid over all that is drawn.

    Returns
    -------
    Plan
    """
    patrons, channels = ordered(scenario, "patrons"), ordered(scenario, "channels")
    paths = number_paths(scenario)
    spots = {path: i for i, path in enumerate(paths)}
    numbers = [scenario.numbers[path] for path in paths]
    uncertain = [number for number in numbers if number.is_uncertain]
    columns = {number.path: i for i, number in enumerate(uncertain)}
    fitted = fitted_paths(scenario)
    weights = np.array([scenario.decision.get(rule, 0.0) for rule in DecisionRule.words()])
    switches = [float(Switch[scenario.terms[term].upper()]) for term in Term.words()]
    inputs = [path_values(scenario, path, False) for path in INPUTS]
    patron_inputs = [
        path_values(scenario, f"patrons.{name}.{field}", frozen_by(field) in scenario.freeze)
        for name in patrons
        for field in PATRON_INPUTS
    ]
    pair_names = [(p, c) for p in patrons for c in channels]
    needs = [path_values(scenario, f"patrons.{p}.channels.{c}.{PAIR_INPUT}", False) for p, c in pair_names]
    keys = scenario.keys
    return Plan(
        dt=scenario.step_years,
        steps=scenario.steps,
        persistence=max(1, round(scenario.persistence_days / scenario.step_days)),
        mode=int(Mode[scenario.mode.upper()]),
        n_patrons=len(patrons),
        n_channels=len(channels),
        at_coercer=spots[f"coercer.{CoercerTraits._fields[0]}"],
        at_client=spots[f"client.{ClientTraits._fields[0]}"],
        at_ladder=spots[f"ladder.0.{Pressure._fields[0]}"],
        at_channels=spots[f"channels.{channels[0]}.{ChannelTraits._fields[0]}"],
        at_patrons=spots[f"patrons.{patrons[0]}.{PatronTraits._fields[0]}"],
        at_pairs=spots[f"patrons.{patrons[0]}.channels.{channels[0]}.{PairTraits._fields[0]}"],
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
        drain_column=np.array([drain_column(name, columns, given) for name in patrons], dtype=np.int64),
        given=np.ascontiguousarray(given.rows, dtype=np.float64).ravel(),
        given_spot=np.array([spots[path] for path in given.paths], dtype=np.int64),
        given_column=np.array([columns.get(path, -1) for path in given.paths], dtype=np.int64),
        rule_reach=np.cumsum(weights) / weights.sum(),
        switches=Switches(*switches),
        is_switched=int(any(switch != float(Switch.ON) for switch in switches)),
        freezes=Freezes(*[float(word in scenario.freeze) for word in Freeze.words()]),
        coercer_key=key_of(keys["coercer"]),
        client_key=key_of(keys["client"]),
        patron_keys=np.array([key_of(keys[f"patrons.{name}"]) for name in patrons], dtype=np.int64),
        pair_keys=np.array(
            [key_of(f"{keys[f'patrons.{p}']}/{keys[f'channels.{c}']}") for p, c in pair_names], dtype=np.int64
        ),
        inputs=np.ascontiguousarray(np.array(inputs).T).ravel(),
        patron_inputs=np.ascontiguousarray(np.array(patron_inputs).T).ravel(),
        needs=np.ascontiguousarray(np.array(needs).T).ravel(),
    )
