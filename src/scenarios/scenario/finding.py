"""Where is the number for this? Numbers by a word: of their path, meaning, note, actor, or of a name they once had."""

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from scenarios.errors import UnknownName
from scenarios.scenario.dated import number_at
from scenarios.scenario.gone import ALIASES, GONE
from scenarios.scenario.scenario import OUT_OF_REACH, Parameter, Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

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


def _row_of(number: Parameter) -> dict[str, Any]:
    """A number as a row of a table."""
    return {name: getattr(number, name, None) for name in COLUMNS} | {"meaning": number_at(number.path).meaning}


def findings_table(numbers: list[Parameter]) -> "DataFrame":
    """Numbers as a table for the user; columns `COLUMNS`."""
    import pandas as pd

    return pd.DataFrame([_row_of(number) for number in numbers], columns=list(COLUMNS))
