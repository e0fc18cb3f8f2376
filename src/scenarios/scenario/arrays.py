"""How does a scenario lie in arrays, so that an engine needs no names? One flat row of numbers and a plan.

Actors and channels are laid in the order of their keys, not of the file: so adding, renaming or reordering them
leaves every sum, and so every bit, as it was.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.draws import key_of
from scenarios.errors import RequestRefused
from scenarios.rulebook.conditions import NEVER, Freezes, Switches
from scenarios.rulebook.traits import TRAITS, numbers
from scenarios.scenario.posterior import fitted_paths, rows_for
from scenarios.scenario.priors import KINDS
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import DecisionRule, Freeze, Mode, Switch, Term

N_RUNGS = 11
ULTIMATUM = "coercer.ultimatum"  # acts on its day alone
INPUTS = (
    *("coercer.rung", "coercer.presence", "coercer.interdiction", "client.oil_output", "client.oil_price"),
    ULTIMATUM,
)
PATRON_INPUTS = ("war_drain", "own_crisis", "bargain", "threat")
PAIR_INPUT = "need"
FROZEN_BY = {"war_drain": "war", "own_crisis": "crisis", "threat": "pressure"}  # input of a patron -> `freeze` word
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
    """How large a run is, and how long."""

    dt: float  # years; length of a step
    steps: int  # horizon
    overtime: int  # steps that a run is played past its horizon, so that late losses can last
    persistence: int  # steps; how long a step-back must last
    notch: int  # steps; how long a notch must last
    least: int  # steps; how long a loss must have lasted when the client ends
    habit_steps: int  # steps of a quarter, after which patrons have grown used to some more
    mode: int  # Mode
    n_patrons: int
    n_channels: int


class Places(NamedTuple):
    """Where the sheets of each kind begin in the row of numbers; the model's sheet comes first."""

    coercer: int
    client: int
    ladder: int
    channels: int
    patrons: int
    pairs: int


KINDS_OF_SHEETS = ("model", *Places._fields)
FIELDS = {kind: tuple(numbers(TRAITS[kind])) for kind in KINDS_OF_SHEETS}


class Uncertain(NamedTuple):
    """The uncertain numbers, one after the other."""

    spot: Integers  # place in the row of numbers
    kind: Integers  # of distribution
    whole: Integers  # flag: rounded
    key: Integers  # of the draw
    low: Floats
    middle: Floats
    high: Floats


class Laid(NamedTuple):
    """Rows of numbers of which one is laid over those of a run."""

    table: Floats  # shape (rows * columns,)
    spot: Integers  # place of each column in the row of numbers
    column: Integers  # and among the uncertain numbers; -1 if it is not uncertain


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
    """By which the luck of each actor, and of each channel of a patron, is addressed."""

    coercer: int
    client: int
    patrons: Integers
    pairs: Integers


class Paths(NamedTuple):
    """The paths over time, step after step."""

    inputs: Floats  # shape ((steps + 1) * inputs,)
    patron_inputs: Floats  # shape ((steps + 1) * patrons * inputs of a patron,)
    needs: Floats  # shape ((steps + 1) * patrons * channels,)


class Relived(NamedTuple):
    """A past that runs relive: its luck and its numbers are those of other runs, up to a step."""

    last: int  # step; 0 if nothing is relived
    seed: int  # of those runs
    parents: Integers  # their numbers


class Plan(NamedTuple):
    """Everything that an engine reads of a scenario; nothing in it changes during a run."""

    shape: Shape
    places: Places
    keys: Keys
    paths: Paths
    central: Floats  # every number at its central value, sheet after sheet
    uncertain: Uncertain  # what is drawn
    joint: Laid  # posterior sample, of which each point draws a row
    given: Laid  # numbers given for each point, laid over all that is drawn
    # row of the numbers in which those given are set, that of the first step that is not relived; 0: they are believed,
    # and the opening is inferred under them
    set_in: int
    changes: Changes  # what is set later
    held: Held
    budget_column: Integers  # of each patron's support budget among the uncertain; -1 where it is certain or believed
    rule_reach: Floats  # cumulative weights of the decision rules
    switches: Switches  # what the scenario does with the terms
    freezes: Freezes  # which inputs it holds at their opening values


class Given(NamedTuple):
    """Numbers given for each point of a design."""

    paths: tuple[str, ...]  # of each column
    rows: Floats  # shape (points, columns)
    # whether they act from the first step on that is not relived (interventions); otherwise they are believed, and the
    # opening is inferred under them
    is_set: bool = False


NOTHING_GIVEN = Given((), np.zeros((0, 0)))


def ordered(scenario: Scenario, kind: str) -> list[str]:
    """Names of the patrons or channels in the order of their keys, as the arrays hold them."""
    names = scenario.patrons if kind == "patrons" else scenario.channels
    return sorted(names, key=lambda name: scenario.keys[f"{kind}.{name}"])


def sheets_of(patrons: Iterable[str], channels: Iterable[str]) -> list[tuple[str, str]]:
    """Kind and dotted prefix of every sheet of a scenario; those of a patron lie together."""
    found = [(kind, kind) for kind in ("model", "coercer", "client")]
    found += [("ladder", f"ladder.{rung}") for rung in range(N_RUNGS)]
    found += [("channels", f"channels.{name}") for name in channels]
    for name in patrons:
        found += [("patrons", f"patrons.{name}"), *(("pairs", f"patrons.{name}.channels.{c}") for c in channels)]
    return found


def number_paths(scenario: Scenario) -> list[str]:
    """Dotted path of every number in the order of the flat row, in which the sheets of a kind lie together."""
    sheets = sheets_of(ordered(scenario, "patrons"), ordered(scenario, "channels"))
    sheets.sort(key=lambda sheet: KINDS_OF_SHEETS.index(sheet[0]))
    return [f"{prefix}.{field}" for kind, prefix in sheets for field in FIELDS[kind]]


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
    """The step from which a setting is in force: the first that ends on or after its day; the first of all by default.

    What is relived has no room for settings without a day: then the first of all is the first that is not.
    """
    if on is None:
        return scenario.steps_gone + 1
    return max(1, math.ceil((on - scenario.start).days / scenario.step_days))


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
    if is_frozen:
        values[scenario.steps_gone :] = values[scenario.steps_gone]
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
    """Whether a path over time says what a number is, not by how much it is multiplied."""
    return path.rsplit(".", 1)[-1] in SCRIPTS


def number_acted_on(path: str) -> str:
    """The number that a path over time acts on: its own, or for a pair's need that of the channel."""
    return path.split(".", 2)[2] if path.endswith(".need") else path


def missing_value(path: str) -> float:
    """What stands for a path that says nothing: 1 for a factor, -1 for a script; no ultimatum is no chance."""
    if path == ULTIMATUM:
        return 0.0
    return NO_SCRIPT if is_script(path) else 1.0


def as_plan(scenario: Scenario, given: Given = NOTHING_GIVEN) -> Plan:
    """Lays a scenario in arrays, if the past that it relives is the one that was seen."""
    plan = laid_plan(scenario, given)
    check_past(scenario, plan, given)
    return plan


def laid_plan(scenario: Scenario, given: Given) -> Plan:
    """A scenario in arrays, whatever past it relives."""
    paths = number_paths(scenario)
    spots = {path: i for i, path in enumerate(paths)}
    uncertain = [scenario.numbers[path] for path in paths if scenario.numbers[path].is_uncertain]
    columns = {number.path: i for i, number in enumerate(uncertain)}
    fitted = fitted_paths(scenario)
    weights = np.array([scenario.decision.get(rule, 0.0) for rule in DecisionRule.words()])
    switches = [float(Switch[scenario.terms[term].upper()]) for term in Term.words()]
    changes = _changes_of(scenario, spots, given)
    patrons, is_believed = ordered(scenario, "patrons"), bool(given.paths) and not given.is_set
    budgets = [f"patrons.{name}.support_budget" for name in patrons]
    drawn = [-1 if is_believed and path in given.paths else columns.get(path, -1) for path in budgets]
    return Plan(
        shape=shape_of(scenario),
        places=places_of(len(patrons), len(scenario.channels)),
        keys=keys_of(scenario),
        paths=laid_paths(scenario),
        central=np.array([scenario.numbers[path].value for path in paths], dtype=np.float64),
        uncertain=Uncertain(
            spot=np.array([spots[number.path] for number in uncertain], dtype=np.int64),
            kind=np.array([KINDS[number.distribution] for number in uncertain], dtype=np.int64),
            whole=np.array([int(number.unit in WHOLE_UNITS) for number in uncertain], dtype=np.int64),
            key=np.array([key_of(keyed_path(scenario, number.path)) for number in uncertain], dtype=np.int64),
            low=np.array([number.low for number in uncertain], dtype=np.float64),
            middle=np.array([number.value for number in uncertain], dtype=np.float64),
            high=np.array([number.high for number in uncertain], dtype=np.float64),
        ),
        joint=laid(rows_for(scenario, fitted), fitted, spots, columns),
        given=laid(given.rows, given.paths, spots, columns),
        set_in=changes.steps.tolist().index(step_of(scenario, None)) if given.is_set and given.paths else 0,
        changes=changes,
        held=held_rows(scenario),
        budget_column=np.array(drawn, dtype=np.int64),
        rule_reach=np.cumsum(weights) / weights.sum(),
        switches=Switches(*switches),
        freezes=freezes_of(scenario),
    )


def freezes_of(scenario: Scenario) -> Freezes:
    """Which inputs are held; the pressure where it stands when nothing is relived any more."""
    flags = {word: float(word in scenario.freeze) for word in Freeze.words()}
    return Freezes(**{**flags, "pressure": float(scenario.steps_gone) if flags["pressure"] else NEVER})


def relived_by(scenario: Scenario) -> Relived:
    """What the runs of a scenario relive."""
    seen = scenario.observed
    parents = np.array([] if seen is None else seen.parents, dtype=np.int64)
    return Relived(scenario.steps_gone, 0 if seen is None else seen.seed, parents)


def check_past(scenario: Scenario, plan: Plan, given: Given) -> None:
    """Refuses a past that is not the one that was seen."""
    seen = scenario.observed
    is_believed = bool(given.paths) and not given.is_set
    if seen is not None and (is_believed or past_of(scenario, plan) != seen.past):
        raise RequestRefused(
            f"{scenario.name}: its past up to {seen.to} is relived as it was seen, and something that decides it is "
            f"another now (a belief, an overlay, a setting before that day, or a file on which it builds). Allowed: "
            f"settings after that day. Change {scenario.base or 'its base'}, and update that anew."
        )


def past_of(scenario: Scenario, plan: Plan) -> str:
    """Hash of all that decides what runs relive; freezing the pressure, the horizon and later settings do not."""
    last, changes, shape = scenario.steps_gone, plan.changes, plan.shape
    is_early = changes.steps <= last
    rows = is_early[changes.row]
    widths = (len(INPUTS), len(PATRON_INPUTS) * shape.n_patrons, shape.n_patrons * shape.n_channels)
    decides = (
        *(shape.dt, shape.habit_steps, shape.mode, shape.n_patrons, shape.n_channels, *plan.places, *plan.keys),
        *(path[: width * (last + 1)] for path, width in zip(plan.paths, widths, strict=True)),
        *(plan.central, *plan.uncertain, *plan.joint, *plan.held, plan.budget_column, plan.rule_reach),
        *(changes.steps[is_early], *(column[rows] for column in changes[1:])),
        *(*plan.switches, *plan.freezes[1:], *relived_by(scenario)),
    )
    return blake2b(b"|".join(np.asarray(part).tobytes() for part in decides), digest_size=6).hexdigest()


def shape_of(scenario: Scenario) -> Shape:
    """How large a run of a scenario is, and how long."""
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
        n_patrons=len(scenario.patrons),
        n_channels=len(scenario.channels),
    )


def places_of(n_patrons: int, n_channels: int) -> Places:
    """Where the sheets of each kind begin among the numbers of a scenario."""
    counts = (1, 1, 1, N_RUNGS, n_channels, n_patrons, n_patrons * n_channels)
    sizes = [n * len(FIELDS[kind]) for kind, n in zip(KINDS_OF_SHEETS, counts, strict=True)]
    return Places(*np.cumsum(sizes)[:-1].tolist())


def _pairs_of(scenario: Scenario) -> list[tuple[str, str]]:
    """Every patron with every channel, as the arrays hold them."""
    return [(p, c) for p in ordered(scenario, "patrons") for c in ordered(scenario, "channels")]


def keys_of(scenario: Scenario) -> Keys:
    """By which luck is addressed in a scenario."""
    keys, pairs = scenario.keys, _pairs_of(scenario)
    return Keys(
        coercer=key_of(keys["coercer"]),
        client=key_of(keys["client"]),
        patrons=np.array([key_of(keys[f"patrons.{name}"]) for name in ordered(scenario, "patrons")], dtype=np.int64),
        pairs=np.array([key_of(f"{keys[f'patrons.{p}']}/{keys[f'channels.{c}']}") for p, c in pairs], dtype=np.int64),
    )


def _changes_of(scenario: Scenario, spots: dict[str, int], given: Given) -> Changes:
    """What is set, row after row of the numbers; the opening's row comes first.

    Numbers given for each point are set last in the first step that is not relived: in the place of what was set there.
    """
    begins = step_of(scenario, None)
    anew = given.paths if given.is_set else ()
    settings = [each for each in scenario.settings if each.path not in anew or step_of(scenario, each.on) != begins]
    found = [step_of(scenario, setting.on) for setting in settings]
    steps = [0, *sorted({*found, *([begins] if anew else [])})]
    return Changes(
        steps=np.array(steps, dtype=np.int64),
        row=np.array([steps.index(step) for step in found], dtype=np.int64),
        spot=np.array([spots[setting.path] for setting in settings], dtype=np.int64),
        value=np.array([setting.value for setting in settings], dtype=np.float64),
        is_factor=np.array([int(setting.is_factor) for setting in settings], dtype=np.int64),
    )


def held_rows(scenario: Scenario) -> Held:
    """The dated conditions under which the opening posture was chosen and held."""
    patrons = ordered(scenario, "patrons")
    rows = [
        [NOT_SAID if each.rung is None else each.rung, NOT_SAID if each.presence is None else each.presence]
        + [factors.get(name, 1.0) for factors in (each.threat, each.bargain) for name in patrons]
        for each in scenario.held
    ]
    return Held(n=len(rows), rows=np.array(rows, dtype=np.float64).ravel())


def laid_paths(scenario: Scenario) -> Paths:
    """The paths of a scenario over time, step after step."""
    inputs = [path_values(scenario, path, False) for path in INPUTS]
    patron_inputs = [
        path_values(scenario, f"patrons.{name}.{field}", FROZEN_BY.get(field) in scenario.freeze)
        for name in ordered(scenario, "patrons")
        for field in PATRON_INPUTS
    ]
    pairs = _pairs_of(scenario)
    needs = [path_values(scenario, f"patrons.{p}.channels.{c}.{PAIR_INPUT}", False) for p, c in pairs]
    return Paths(*[np.ascontiguousarray(np.array(each).T).ravel() for each in (inputs, patron_inputs, needs)])


def laid(rows: Any, paths: Sequence[str], spots: dict[str, int], columns: dict[str, int]) -> Laid:
    """Rows of numbers, with a column for each path, as they are laid over those of a run."""
    return Laid(
        table=np.ascontiguousarray(rows, dtype=np.float64).ravel(),
        spot=np.array([spots[path] for path in paths], dtype=np.int64),
        column=np.array([columns.get(path, -1) for path in paths], dtype=np.int64),
    )
