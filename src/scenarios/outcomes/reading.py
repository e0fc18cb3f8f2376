"""What is to be known of some runs, each thing looked up once: the patrons' rows, the events by kind, the spells."""

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from scenarios.moments import Floats, Integers, Truths
from scenarios.results import Results
from scenarios.spells import Spells, runs_kept, spells
from scenarios.tally import codes_of
from scenarios.vocabulary import EventKind, Fate

if TYPE_CHECKING:
    from pandas import DataFrame

NEVER = np.inf
AT_ONCE = 20_000  # runs that are played again at once; what happens in them takes some 100 MB
Found = TypeVar("Found")


class Seen(NamedTuple):
    """When something was so: stretches of steps.

    Attributes
    ----------
    row : ndarray of int64, shape (stretches,)
        Place of the run.
    start, until : ndarray of int64, shape (stretches,)
        First step, and the first step after it.
    could_be : ndarray of bool, shape (runs,), or None
        In which runs it could be at all; None for all.
    """

    row: Integers
    start: Integers
    until: Integers
    could_be: Truths | None = None


class _Events(NamedTuple):
    """Events sorted by actor and kind."""

    key: Integers
    row: Integers
    step: Integers
    channel: Integers


class Reading:
    """Some runs while questions are put to them.

    Parameters
    ----------
    results : Results
        Held in memory, or one part of them.
    """

    def __init__(self, results: Results) -> None:
        self.results = results
        self.scenario = results.scenario
        self.n = len(results.runs)
        self._known: dict[Any, Any] = {}

    @cached_property
    def whole(self) -> Results:
        """The runs with what happened in them; where that was not kept, they are played again."""
        if runs_kept(self.results) == self.n:
            return self.results
        # what is read stands far below what is played
        from scenarios.runs.replay import played_again

        return played_again(self.results)

    @cached_property
    def fate(self) -> Integers:
        """The client's fate in each run, shape (runs,)."""
        return codes_of(self.results.runs["client_outcome"], tuple(Fate.words()))

    @cached_property
    def ended_at(self) -> Floats:
        """Step of the client's end in each run, NaN if it has none, shape (runs,)."""
        return self.results.runs["client_outcome_at"].to_numpy(dtype=np.float64)

    def patron(self, name: str) -> "DataFrame":
        """A patron's row in each run."""
        table = self.results.patrons
        return self._once(("patron", name), lambda: table[table["patron"] == name])

    def spells(self, of: str) -> Spells:
        """Each run as stretches in which a quantity keeps its value."""
        return self._once(("spells", of), lambda: spells(self.whole, of))

    def row_of(self, run: Integers) -> Integers:
        """Places of runs by their numbers."""
        found: Integers = run - int(self.results.runs["run"].iloc[0])
        return found

    def events(self, actor: str, kind: EventKind, channel: str = "") -> tuple[Integers, Integers]:
        """Run and step of each event of a kind, on one channel or on all."""
        key = self._actors.index(actor) * len(EventKind) + kind
        low, high = np.searchsorted(self._events.key, [key, key + 1])
        row, step, spot = (column[low:high] for column in self._events[1:])
        if not channel:
            return row, step
        is_there = spot == self.scenario.channels.index(channel)
        return row[is_there], step[is_there]

    @cached_property
    def _actors(self) -> tuple[str, ...]:
        """Whose events there are."""
        return ("coercer", "client", *self.scenario.patrons)

    @cached_property
    def _events(self) -> _Events:
        """All events, split once."""
        events = self.whole.events
        key = codes_of(events["actor"], self._actors) * len(EventKind)
        key += codes_of(events["kind"], tuple(EventKind.words()))
        order = np.argsort(key.astype(np.int16), kind="stable")
        columns: list[NDArray[np.int64]] = [
            key,
            self.row_of(events["run"].to_numpy(dtype=np.int64)),
            events["step"].to_numpy(dtype=np.int64),
            codes_of(events["channel"], self.scenario.channels),
        ]
        return _Events(*(column[order] for column in columns))

    def _once(self, name: tuple[str, str], make: Callable[[], Found]) -> Found:
        """Something that is made when it is first asked for."""
        if name not in self._known:
            self._known[name] = make()
        found: Found = self._known[name]
        return found


def readings(results: Results) -> Iterator[Reading]:
    """Consecutive runs, so few at once that their events can be held in memory.

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> [reading.n for reading in readings(simulate(load("toy"), 5, engine="agents"))]
    [5]
    """
    for part in results.parts():
        kept, n = runs_kept(part), len(part.runs)
        if kept == n:
            yield Reading(part)
            continue
        for first, last in pairwise(sorted({0, *range(kept, n, AT_ONCE), n})):
            yield Reading(_piece(part, first, last))


def _piece(part: Results, first: int, last: int) -> Results:
    """Some runs of a part, by their places."""
    runs, rows = part.runs.iloc[first:last], len(part.scenario.patrons)
    events, deliveries = (table[table["run"].isin(runs["run"])] for table in (part.events, part.deliveries))
    patrons, nothing = part.patrons.iloc[first * rows : last * rows], part.runs.iloc[:0]
    return Results(part.scenario, part.manifest, runs, patrons, events, deliveries, nothing, nothing, nothing)


def first_within(seen: Seen, first: int, last: int, runs: int) -> Floats:
    """The first step of a window in which something was so.

    Examples
    --------
    >>> once = Seen(row=np.array([0, 0]), start=np.array([2, 9]), until=np.array([5, 10]))
    >>> first_within(once, 4, 20, 2).tolist(), first_within(once, 5, 8, 1).tolist()
    ([4.0, inf], [inf])
    """
    is_in = (seen.start <= last) & (seen.until > first)
    found = np.full(runs, NEVER)
    np.minimum.at(found, seen.row[is_in], np.maximum(seen.start[is_in], first).astype(np.float64))
    return found if seen.could_be is None else np.where(seen.could_be, found, np.nan)
