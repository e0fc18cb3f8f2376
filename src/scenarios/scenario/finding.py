"""What does a path name? Numbers as they are and once were called, what can change over time, and numbers by a word."""

import math
import re
import sys
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from multiprocessing import parent_process
from typing import TYPE_CHECKING, Any

from scenarios.errors import ScenarioError, UnknownName
from scenarios.rulebook.traits import TRAITS, Number, numbers
from scenarios.scenario.arrays import INPUTS, PAIR_INPUT, PATRON_INPUTS, ULTIMATUM, is_script, number_acted_on
from scenarios.scenario.scenario import OUT_OF_REACH, Parameter, Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

Table = dict[str, Any]
# what a number, term or rule of the first edition has become -> its names there
CURES = {
    "the peacetime budget of the first edition, some 33 times the support budget, lives in a history alone "
    "(peacetime_budget). Set support_budget: what the patron is willing and able to spend on this client now": (
        "capacity"
    ),
    "one precision for all took its place. Set model.precision": "rationality",
    "set coercer.isolation_sensitivity: how much lost support invites a rise": "support_sensitivity",
    "a likely clash deters the coercer no more; it deters patrons. Set model.clash_probability": "clash_sensitivity",
    "commitment by stake took its place. Set model.commitment_by_stake, or the patron's stake": "audience_cost",
    "the chance that a bargain is lost follows from provocation and rung. Set model.bargain_floor": "trust",
    "a rung now has a risk of seizure. Set ladder.RUNG.seizure, or coercer.seizure_fear": "interdiction",
    "requests move no utility any more: they are events with answers": "refusal request_fade",
    "beliefs no longer learn. Set model.belief_in_strikes, in which the precedent of 2025 counts": (
        "belief_kept followed bluffed helped stood_by precedent bluff_weight"
    ),
    "deals are gone: they cut nothing in a third of the cases, and history fits better without them": (
        "deal deal_rate deal_worth deal_duration"
    ),
    "the coercer tires no more. Set coercer.easing_rate, and coercer.strikes_end": (
        "fatigue_sensitivity fatigue_growth fatigue_decay fatigue_rung cost_tolerance resolve"
    ),
    "rises now come in bursts. Set coercer.rise_rate, and coercer.memory": (
        "escalation_rate ramp_rate ramp_top support_reference"
    ),
    "set coercer.seizure_rate: how soon ships are seized at rung 8; and coercer.seizure_fear": (
        "interdiction_rung interdiction_rate interdiction_end interdiction_strength"
    ),
    "rung 10 is the capture of the leader. Set coercer.capture_chance": "removal_rate removal_rung",
    "the hold of the opening is client.hold; what moves it are hold_revenue, hold_support and hold_pressure": (
        "hold_base hold_solvency hold_blockade hold_speed hold_noise"
    ),
    "set client.end_rate, or client.hold": "collapse_rate collapse_threshold collapse_width",
    "set client.concession_share, and client.exit_share": "concession_rate concession_threshold concession_width",
    "words and shows of force go by rule. Set model.words_rise, or model.show_chance": (
        "prestige prestige_base rung_slope presence_effect backing_down"
    ),
    "what the other patrons do loosens or ties commitment. Set model.commitment_by_stake": "company expulsion_rate",
    "money is a support budget. Set support_budget, or model.thrift: the utility of spending all of it": (
        "cost_scale price_elasticity war_price"
    ),
    "old loans are part of a channel's bill. Set the cost of the finance channel": (
        "outstanding repayment_rate recovery"
    ),
    "changes of leader are gone: they moved nothing that history shows": "leader_rate leader_spread",
    "the client's survival moves no utility of its own. Set the patron's stake: it ties commitment": "outlive survival",
    "its decision rule is gone: rules explain next to nothing of the variance": (
        "anticipation hysteresis domestic_floor strategic_quantal poliheuristic imitation"
    ),
    "a crisis lowers budget and commitment, and is no term. Set the number own_crisis of the patron": "own_crisis",
    "reviews are the same for all patrons. Set model.review_rate": "review_rate",
}
GONE = {name: cure for cure, names in CURES.items() for name in names.split()}
# sheet -> old name of a number -> its name now; the same number in the same unit
ALIASES = {"channels": {"clash": "exposed"}}


def why_gone(path: str) -> str:
    """Where a number, a term or a rule of the first edition went; empty if it never was one."""
    field = path.rpartition(".")[2]
    return f"is gone with the first edition: {GONE[field]}." if field in GONE else ""


def name_now(path: str) -> str:
    """A dotted path by its name of today; says so on stderr if the old one was given."""
    prefix, _, field = path.rpartition(".")
    field, at, day = field.partition("@")
    sheet = "" if prefix.count(".") > 1 else prefix.partition(".")[0]
    new = ALIASES.get(sheet, {}).get(field)
    if new is None:
        return path
    tell(f"{prefix}.{field}", f"{prefix}.{new}")
    return f"{prefix}.{new}{at}{day}"


def with_names_now(table: Table) -> Table:
    """A file's table with the numbers of the first edition under their names of today."""
    made = dict(table)
    for sheet, names in ALIASES.items():
        if isinstance(groups := made.get(sheet), dict):
            made[sheet] = {name: renamed(f"{sheet}.{name}", group, names) for name, group in groups.items()}
    return made


def renamed(prefix: str, group: Any, names: dict[str, str]) -> Any:
    """One table of numbers with some of them renamed."""
    if not isinstance(group, dict):
        return group
    for old in names.keys() & group.keys():
        tell(f"{prefix}.{old}", f"{prefix}.{names[old]}")
    return {names.get(field, field): entry for field, entry in group.items()}


@cache
def tell(old: str, new: str) -> None:
    """Says once that a name is an old one; the processes that work for this one say nothing."""
    if parent_process() is None:
        print(f"{old}: is called {new} now, and is understood for one release more.", file=sys.stderr)


# -- what can change over time, in which units, on which days ----------------------------------------------------------


DEEPEST_PATH = 5  # parts of a path: patrons.P.channels.C.NUMBER


def datable(patrons: Iterable[str], channels: Iterable[str]) -> list[str]:
    """Paths of all that can change over time."""
    names = [f"patrons.{patron}.{field}" for patron in patrons for field in PATRON_INPUTS]
    pairs = [f"patrons.{p}.channels.{c}.{PAIR_INPUT}" for p in patrons for c in channels]
    return [*INPUTS, *names, *pairs]


def near_paths(path: str, known: list[str]) -> list[str]:
    """The paths among which to look for a mistyped one: those with the same beginning if there are any, else all."""
    parts = path.split(".")[:DEEPEST_PATH]  # of one with thousands of dots the rest says nothing
    for depth in range(len(parts) - 1, 0, -1):
        near = [name for name in known if name.startswith(".".join(parts[:depth]) + ".")]
        if near:
            return near
    return known


@cache
def number_at(path: str) -> Number:
    """Unit and domain of the number at a dotted path."""
    if path == ULTIMATUM:
        return Number("probability", 0, 1, "chance that an ultimatum that runs out on this day is acted on")
    parts = path.split(".")
    kind = "pairs" if len(parts) == 5 else parts[0]
    return numbers(TRAITS[kind])[parts[-1]]


def units_of(path: str) -> tuple[str, ...]:
    """Units that a path over time may have: a script has that of its number, the others are factors or quantities.

    Examples
    --------
    >>> units_of("coercer.rung"), units_of("client.oil_price")
    (('rung',), ('factor', 'USD per barrel'))
    """
    unit = number_at(number_acted_on(path)).unit
    return (unit,) if is_script(path) else ("factor", unit)


def limits_of(path: str, unit: Any) -> Number:
    """Domain of the values of a path over time in one of its units; a factor has no upper end.

    Examples
    --------
    >>> limits_of("client.oil_price", "factor").high, limits_of("client.oil_price", "USD per barrel").high
    (inf, 300)
    """
    number = number_at(number_acted_on(path))
    return number._replace(low=0, **({"unit": unit, "high": math.inf} if unit == "factor" else {}))


def day_within(place: str, text: str, scenario: Scenario) -> date:
    """A date after the opening and before the horizon."""
    last = scenario.start + timedelta(days=scenario.step_days * scenario.steps)
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ScenarioError([f"{place}: {text!r} must be a date like 2026-06-01."]) from error
    if not scenario.start < day <= last:
        raise ScenarioError(
            [f"{place}: {day} must lie after the opening and by the horizon, {scenario.start} to {last}."]
        )
    return day


# -- numbers by a word: of their path, meaning, note, actor, or of a name they once had --------------------------------


COLUMNS = ("path", "meaning", "value", "low", "high", "unit", "source", "note")
# what people say -> the number that they mean; words of meanings and of the first edition are found without
SAID = {
    "support_budget": "money purse spending willingness ability",
    "risk_tolerance": "risk appetite caution fear boldness",
    "war_drain": "own war ukraine",
    "payment_weight": "payback profit loans repayment solvency",
    "exposure": "secondary sanctions trade banks",
    "bargain": "deal linkage grand bargain",
    "rise_rate": "escalation pressure",
    "jump_chance": "escalation surprise",
    "easing_rate": "de-escalation fatigue",
    "commitment": "loyalty inertia reputation status quo",
    "precision": "rationality noise temperature",
    "clash_probability": "war entrapment escalation",
    "belief_in_strikes": "credibility threat resolve",
    "hold": "regime stability survival",
    "threat": "pressure ultimatum",
}


def found(scenario: Scenario, word: str) -> list[Parameter]:
    """The numbers that have a word, or all of several, about them; those that are named so stand first.

    Raises
    ------
    UnknownName
        If there is none.

    Examples
    --------
    >>> from scenarios import load
    >>> [number.path for number in found(load("toy"), "Hold revenue")]
    ['client.hold_revenue']
    """
    asked = word.lower().replace("_", " ").split()
    ranked = [
        (rank, number)
        for number in scenario.numbers.values()
        if number.note != OUT_OF_REACH and (rank := rank_of(texts_of(scenario, number), asked)) is not None
    ]
    if not ranked or not asked:
        raise UnknownName("word", word, {path.rpartition(".")[2] for path in scenario.numbers})
    return [number for _, number in sorted(ranked, key=lambda pair: pair[0])]


def texts_of(scenario: Scenario, number: Parameter) -> list[str]:
    """What is said of a number, the most telling first: its own name, its path and actors, its meaning, its note."""
    place, _, field = number.path.rpartition(".")
    names = [scenario.labels.get(key, "") for key in (place, place.partition(".channels")[0])]
    said = (field, f"{number.path} {' '.join(names)}", f"{number_at(number.path).meaning} {also(field)}", number.note)
    return [text.lower().replace("_", " ") for text in said]


def rank_of(texts: list[str], asked: list[str]) -> int | None:
    """How many texts must be read for all words that are asked to have been met; None if they are not met."""
    for rank in range(1, len(texts) + 1):
        if all(word in " ".join(texts[:rank]) for word in asked):
            return rank
    return None


@cache
def also(field: str) -> str:
    """Other words for a number: names of the first edition that it took the place of, and what people say."""
    old = [name for name, cure in GONE.items() if re.search(rf"\b{field}\b", cure)]
    old += [name for names in ALIASES.values() for name, new in names.items() if new == field]
    return " ".join([*old, SAID.get(field, "")])


def findings_table(numbers: list[Parameter]) -> "DataFrame":
    """Numbers as a table for the user; columns `COLUMNS`."""
    from scenarios.shown import FoundNumbers

    rows = [vars(number) | {"meaning": number_at(number.path).meaning} for number in numbers]
    return FoundNumbers(rows, columns=list(COLUMNS))
