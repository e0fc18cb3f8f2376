"""When is it so? Quantities against numbers, events in windows, and what is joined of them, in each run."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from scenarios.errors import QuestionRefused, RequestRefused
from scenarios.moments import Floats
from scenarios.outcomes.events import Event, name_of
from scenarios.outcomes.grammar import COMPARISONS, Place, Said, Window
from scenarios.outcomes.reading import NEVER, Reading, Seen, first_within
from scenarios.scenario.arrays import N_RUNGS
from scenarios.scenario.scenario import Scenario
from scenarios.spells import DELIVERED, RUNG, RUNG_NUMBER, known_quantities

INTENDED = "intended"
TOP_LEVEL = 3
MOST_OF_OPENING = 100.0


class QuantityState(NamedTuple):
    """A quantity against a number."""

    quantity: str  # one of `scenarios.spells.known_quantities`
    comparison: str
    number: float  # a rung, a level, or a factor on the quantity's value at the opening if `is_of_opening`
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
        _, compare = COMPARISONS[self.comparison]
        is_so = compare(found.value, self.number * opening[row])
        return Seen(row[is_so], found.start[is_so], found.until[is_so], opening > 0.0)

    def words(self, scenario: Scenario) -> tuple[str, str]:
        """The quantity and its limit in words.

        Examples
        --------
        >>> from scenarios import load
        >>> QuantityState("redland.oil.delivered", "<=", 0.5, True).words(load("toy"))
        ('what arrives from Redland on Oil trade and logistics', 'at most 0.5 times that of the opening')
        """
        of_opening = " times that of the opening" if self.is_of_opening else ""
        limit = f"{COMPARISONS[self.comparison][0]} {self.number:g}{of_opening}"
        if self.quantity == RUNG:
            return "the rung", limit
        patron, channel, *is_delivered = self.quantity.split(".")
        who, where = name_of(scenario, f"patrons.{patron}"), name_of(scenario, f"channels.{channel}")
        return f"{f'what arrives from {who}' if is_delivered else f'what {who} intends'} on {where}", limit


def quantities_of(scenario: Scenario) -> dict[str, str]:
    """Every name of a quantity, such as ``redland.oil.intended``, and the one by which it is known.

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
    """A state as it is meant."""
    place = said.number or said.name
    number = _number(text, place)
    most = MOST_OF_OPENING if said.is_of_opening else N_RUNGS - 1 if quantity == RUNG else TOP_LEVEL
    if number > most:
        what = f"{quantity} times its value at the opening" if said.is_of_opening else quantity
        raise QuestionRefused(text, place.at, f"{number:.12g}: {what} is compared with numbers from 0 to {most:g}.")
    return QuantityState(quantity, said.comparison, number, said.is_of_opening)


def _number(text: str, place: Place) -> float:
    """A number from 0 on, written with digits and a point."""
    digits = place.text.replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 15):
        cure = f" Write {place.text.replace(',', '.')}." if "," in place.text else ""
        why = f"{place.text[:40]!r} is no number from 0 on. Write it with digits and a point, as 9 or 0.5.{cure}"
        raise QuestionRefused(text, place.at, why)
    return float(place.text)


# -- events and states within windows, and what is made of them --------------------------------------------------------


class Atom(NamedTuple):
    """An event or a state within a window."""

    what: Event | QuantityState
    window: Window

    @property
    def text(self) -> str:
        """As it is written."""
        return f"{self.what.name} {self.window.text}".rstrip()

    def words(self, scenario: Scenario, is_absent: bool = False) -> str:
        """As people say it, or that it is not so."""
        if isinstance(self.what, QuantityState):
            subject, limit = self.what.words(scenario)
            is_one_day = self.window.text.startswith("on ")
            often = (" not" if is_absent else "") if is_one_day else " at no time" if is_absent else " at some time"
            return f"{subject} is{often} {limit} {self.window.words}".rstrip()
        when = self.window.end if self.what.is_lasting else self.window.words
        return f"{self.what.words[is_absent]} {when}".rstrip()

    def truth(self, reading: Reading) -> Floats:
        """1 or 0 in each run, NaN where it could not be."""
        at = self.first_at(reading)
        return np.where(np.isnan(at), np.nan, (at < NEVER).astype(np.float64))

    def first_at(self, reading: Reading) -> Floats:
        """The first step at which it is so, `NEVER` where it is not, NaN where it could not be."""
        is_lasting = getattr(self.what, "is_lasting", False)
        first = self.window.last if is_lasting else self.window.first
        return first_within(self.what.seen(reading), first, self.window.last, reading.n)

    def windowed(self, change: Callable[[Window], Window]) -> "Meaning":
        """The same in another window."""
        return self._replace(window=change(self.window))


class Not(NamedTuple):
    """That something is not so."""

    part: "Meaning"

    @property
    def text(self) -> str:
        """As it is written."""
        return f"not ({self.part.text})" if isinstance(self.part, Join) else f"not {self.part.text}"

    def words(self, scenario: Scenario, is_absent: bool = False) -> str:
        """As people say it, or that it is so after all."""
        if isinstance(self.part, Atom):
            return self.part.words(scenario, not is_absent)
        said = self.part.words(scenario)
        return said if is_absent else f"it is not so that {said}"

    def truth(self, reading: Reading) -> Floats:
        """1 or 0 in each run, NaN where nobody can say."""
        return 1.0 - self.part.truth(reading)

    def first_at(self, _: Reading) -> Floats:
        """Refused: that something is not so has no first day."""
        raise RequestRefused(f"{self.text}: that it is not so has no date. Ask when it is so: {self.part.text}.")

    def windowed(self, change: Callable[[Window], Window]) -> "Meaning":
        """The same in another window."""
        return Not(self.part.windowed(change))


class Join(NamedTuple):
    """Several things that are so together (``and``), or of which one is enough (``or``)."""

    word: str
    parts: tuple["Meaning", ...]

    @property
    def text(self) -> str:
        """As it is written."""
        return f" {self.word} ".join(self._each(lambda part: part.text, "({})"))

    def words(self, scenario: Scenario, is_absent: bool = False) -> str:
        """As people say it, or that it is not so."""
        joined = f", {self.word} ".join(self._each(lambda part: part.words(scenario), "(either {})"))
        return f"it is not so that {joined}" if is_absent else joined

    def truth(self, reading: Reading) -> Floats:
        """1 or 0 in each run, NaN where the answer hangs on what nobody can say (Kleene 1938)."""
        found = np.stack([part.truth(reading) for part in self.parts])
        settles = 0.0 if self.word == "and" else 1.0
        is_open = np.isnan(found).any(axis=0)
        return np.where((found == settles).any(axis=0), settles, np.where(is_open, np.nan, 1.0 - settles))

    def first_at(self, reading: Reading) -> Floats:
        """The step at which the first of them is so, or the last where all must be."""
        found = np.stack([part.first_at(reading) for part in self.parts])
        is_sure = ~np.isnan(self.truth(reading))
        at = np.nan_to_num(found, nan=NEVER, posinf=NEVER)
        return np.where(is_sure, at.max(axis=0) if self.word == "and" else at.min(axis=0), np.nan)

    def windowed(self, change: Callable[[Window], Window]) -> "Meaning":
        """The same in other windows."""
        return Join(self.word, tuple(part.windowed(change) for part in self.parts))

    def _each(self, say: Callable[["Meaning"], str], frame: str) -> list[str]:
        """What is said of each part; one that joins by another word needs a frame if this word binds closer."""
        needs = [self.word == "and" and isinstance(part, Join) for part in self.parts]
        return [frame.format(say(part)) if need else say(part) for part, need in zip(self.parts, needs, strict=True)]


Meaning = Atom | Not | Join


def joined(word: str, parts: tuple[Meaning, ...]) -> Join:
    """Parts joined by a word; those that are joined by it already are taken apart."""
    flat: list[Meaning] = []
    for part in parts:
        flat += part.parts if isinstance(part, Join) and part.word == word else [part]
    return Join(word, tuple(flat))


def negated(part: Meaning) -> Meaning:
    """That something is not so; twice is so again."""
    return part.part if isinstance(part, Not) else Not(part)


def atoms_of(meaning: Meaning) -> list[Atom]:
    """The events and states that a question is made of."""
    if isinstance(meaning, Atom):
        return [meaning]
    parts = meaning.parts if isinstance(meaning, Join) else (meaning.part,)
    return [atom for part in parts for atom in atoms_of(part)]
