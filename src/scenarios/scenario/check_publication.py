"""How far is a chance drawn towards a base rate before it is published? The table [publication] of a file."""

from collections.abc import Iterator
from typing import Any

from scenarios.errors import known_names
from scenarios.rulebook.traits import Number
from scenarios.scenario.check_numbers import Table, faults_of_number, shown

WEIGHT, RATES = "weight", "base_rates"
NUMBERS = {
    WEIGHT: Number("share", 0, 1, "weight of the model's chance in a published one; the rest is the base rate's"),
    RATES: Number("probability", 0, 1, "chance of such an event in a year, from elsewhere than the model"),
}


def entries_of(table: Table) -> dict[str, Any]:
    """The numbers of the table by path, as they are given.

    Examples
    --------
    >>> list(entries_of({"weight": {}, "base_rates": {"step_back": {}}}))
    ['weight', 'base_rates.step_back']
    """
    weight = {WEIGHT: table[WEIGHT]} if WEIGHT in table else {}
    return weight | {f"{RATES}.{event}": entry for event, entry in table.get(RATES, {}).items()}


def faults_of_publication(table: Table) -> Iterator[str]:
    """Faults of the weight and of the base rates."""
    for name in table:
        if name not in NUMBERS:
            yield f"publication.{name}: unknown entry. {known_names(name, NUMBERS)}"
    if not isinstance(table.get(RATES, {}), dict):
        yield f"publication.{RATES}: {shown(table[RATES])} must be a table of base rates, one a kind of event."
        return
    for path, entry in entries_of(table).items():
        yield from faults_of_number(f"publication.{path}", entry, NUMBERS[path.partition(".")[0]])
