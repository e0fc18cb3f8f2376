"""When was it so? The rung, and what a patron intends or delivers on a channel, against a number."""

from typing import NamedTuple

import numpy as np

from scenarios.errors import QuestionRefused
from scenarios.moments import Floats, Truths
from scenarios.outcomes.grammar import COMPARISONS, Place, Said
from scenarios.outcomes.reading import Reading, Seen
from scenarios.outcomes.words import COMPARISON_WORDS, name_of
from scenarios.scenario.arrays import N_RUNGS
from scenarios.scenario.scenario import Scenario
from scenarios.spells import DELIVERED, RUNG, RUNG_NUMBER, known_quantities

INTENDED = "intended"
TOP_LEVEL = 3
MOST_OF_OPENING = 100.0


class QuantityState(NamedTuple):
    """A quantity against a number.

    Attributes
    ----------
    quantity : str
        One of `scenarios.spells.known_quantities`.
    comparison : str
    number : float
        A rung, a level, or a factor on the quantity's value at the opening if `is_of_opening`.
    """

    quantity: str
    comparison: str
    number: float
    is_of_opening: bool

    @property
    def name(self) -> str:
        """The state as it is written."""
        return f"{self.quantity} {self.comparison} {self.number:.12g}" + (" of opening" if self.is_of_opening else "")

    def seen(self, reading: Reading) -> Seen:
        """When it was so; it could not be where there was nothing at the opening of which to take a share."""
        found = reading.spells(self.quantity)
        row = reading.row_of(found.run)
        opening = np.ones(reading.n)
        if self.is_of_opening:
            opening[row[found.start == 0]] = found.value[found.start == 0]
        is_so = _compared(found.value, self.comparison, self.number * opening[row])
        return Seen(row[is_so], found.start[is_so], found.until[is_so], opening > 0.0)


def quantities_of(scenario: Scenario) -> dict[str, str]:
    """Every name of a quantity, and the one by which it is known.

    Examples
    --------
    >>> from scenarios import load
    >>> quantities_of(load("toy"))["redland.oil.intended"]
    'redland.oil'
    """
    plain = {name: name for name in known_quantities(scenario)}
    also = {f"{name}.{INTENDED}": name for name in plain if name != RUNG and not name.endswith(f".{DELIVERED}")}
    return plain | also | {RUNG_NUMBER: RUNG}


def state_of(text: str, said: Said, quantity: str) -> QuantityState:
    """A state as it is meant.

    Raises
    ------
    QuestionRefused
        If the number is none, or one that the quantity cannot have.
    """
    place = said.number or said.name
    number = _number(text, place)
    most = MOST_OF_OPENING if said.is_of_opening else N_RUNGS - 1 if quantity == RUNG else TOP_LEVEL
    if number > most:
        what = f"{quantity} times its value at the opening" if said.is_of_opening else quantity
        raise QuestionRefused(text, place.at, f"{number:.12g}: {what} is compared with numbers from 0 to {most:g}.")
    return QuantityState(quantity, said.comparison, number, said.is_of_opening)


def state_words(scenario: Scenario, state: QuantityState) -> tuple[str, str]:
    """A quantity and its limit in words.

    Examples
    --------
    >>> from scenarios import load
    >>> state_words(load("toy"), QuantityState("redland.oil.delivered", "<=", 0.5, True))
    ('what arrives from Redland on Oil trade and logistics', 'at most 0.5 times that of the opening')
    """
    of_opening = " times that of the opening" if state.is_of_opening else ""
    limit = f"{COMPARISON_WORDS[state.comparison]} {state.number:g}{of_opening}"
    if state.quantity == RUNG:
        return "the rung", limit
    patron, channel, *is_delivered = state.quantity.split(".")
    who, where = name_of(scenario, f"patrons.{patron}"), name_of(scenario, f"channels.{channel}")
    return f"{f'what arrives from {who}' if is_delivered else f'what {who} intends'} on {where}", limit


def _number(text: str, place: Place) -> float:
    """A number from 0 on, written with digits and a point."""
    digits = place.text.replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 15):
        cure = f" Write {place.text.replace(',', '.')}." if "," in place.text else ""
        why = f"{place.text[:40]!r} is no number from 0 on. Write it with digits and a point, as 9 or 0.5.{cure}"
        raise QuestionRefused(text, place.at, why)
    return float(place.text)


def _compared(values: Floats, comparison: str, number: Floats) -> Truths:
    """Where a comparison holds."""
    compare = dict(zip(COMPARISONS, (np.greater_equal, np.less_equal, np.greater, np.less, np.equal), strict=True))
    truths: Truths = compare[comparison](values, number)
    return truths
