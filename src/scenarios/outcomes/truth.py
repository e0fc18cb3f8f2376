"""Is it so? Events and states within their windows, joined by and, or, not; 1, 0, or NaN where nobody can say."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from scenarios.errors import RequestRefused
from scenarios.moments import Floats
from scenarios.outcomes.events import Event
from scenarios.outcomes.reading import NEVER, Reading, first_within
from scenarios.outcomes.states import QuantityState, state_words
from scenarios.outcomes.windows import Window
from scenarios.scenario.scenario import Scenario


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
            subject, limit = state_words(scenario, self.what)
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
        first = self.window.last if _is_lasting(self.what) else self.window.first
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

    def first_at(self, reading: Reading) -> Floats:
        """Refused: that something is not so has no first day."""
        del reading
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


def _is_lasting(what: Event | QuantityState) -> bool:
    """Whether it is asked at the end of a window."""
    return isinstance(what, Event) and what.is_lasting


def atoms_of(meaning: Meaning) -> list[Atom]:
    """The events and states that a question is made of."""
    if isinstance(meaning, Atom):
        return [meaning]
    return [
        atom for part in (meaning.parts if isinstance(meaning, Join) else [meaning.part]) for atom in atoms_of(part)
    ]
