"""What is to be known of some runs, each thing looked up once: the patrons' rows, the events by kind, the spells."""

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scenarios.moments import Floats, Integers, Truths
from scenarios.results import Results
from scenarios.spells import Spells, runs_kept, spells
from scenarios.tally import codes_of
from scenarios.vocabulary import EventKind, Fate

NEVER = np.inf
AT_ONCE = 20_000  # runs that are played again at once; what happens in them takes some 100 MB


class Seen(NamedTuple):
    """When something was so: stretches of steps."""

    row: Integers  # place of the run, shape (stretches,)
    start: Integers  # first step
    until: Integers  # first step after it
    could_be: Truths | None = None  # in which runs it could be at all, shape (runs,); None for all


class Reading:
    """Some runs, held in memory or one part of them, while questions are put to them."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.scenario = results.scenario
        self.n = len(results.runs)
        self._spells: dict[str, Spells] = {}

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

    @cached_property
    def patrons(self) -> dict[str, pd.DataFrame]:
        """Each patron's row in each run."""
        return {str(name): rows for name, rows in self.results.patrons.groupby("patron", observed=True)}

    def spells(self, of: str) -> Spells:
        """Each run as stretches in which a quantity keeps its value."""
        if of not in self._spells:
            self._spells[of] = spells(self.whole, of)
        return self._spells[of]

    def row_of(self, run: Integers) -> Integers:
        """Places of runs by their numbers."""
        found: Integers = run - int(self.results.runs["run"].iloc[0])
        return found

    def events(self, actor: str, kind: EventKind, channel: str = "") -> tuple[Integers, Integers]:
        """Run and step of each event of a kind, on one channel or on all."""
        found = self._events.get((actor, kind.word), self.whole.events.iloc[:0])
        found = found[found["channel"] == channel] if channel else found
        return self.row_of(found["run"].to_numpy(dtype=np.int64)), found["step"].to_numpy(dtype=np.int64)

    @cached_property
    def _events(self) -> dict[Any, pd.DataFrame]:
        """All events, split once by actor and kind."""
        events = self.whole.events[["run", "step", "actor", "kind", "channel"]]
        return dict(iter(events.groupby(["actor", "kind"], observed=True)))


def readings(results: Results) -> Iterator[Reading]:
    """Consecutive runs, so few at once that their events can be held in memory."""
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
