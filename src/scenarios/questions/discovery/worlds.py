"""Which worlds are looked at? Draws of the numbers, with switches and levels drawn beside them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from scenarios.questions.factors import Choices, Factors, is_of_words
from scenarios.results import Results
from scenarios.runs.job import Play
from scenarios.runs.play import played, played_in_turn
from scenarios.scenario.overlay import believed
from scenarios.scenario.scenario import Scenario


class ChosenWorld(NamedTuple):
    """One combination of choices.

    Attributes
    ----------
    spots : tuple of int
        Place of each choice in its list.
    scenario : Scenario
        In which they have been so all along.
    points : int
        Draws of the numbers that it plays.
    """

    spots: tuple[int, ...]
    scenario: Scenario
    points: int


def played_worlds(scenario: Scenario, factors: Factors, points: int, play: Play) -> Results:
    """Runs at draws of the uncertain numbers, with a column in `runs` for each choice drawn beside them.

    Notes
    -----
    A column of words holds the place in the list of choices. Counts by step are left out: they would mix worlds.
    """
    import pandas as pd

    choices = {path: values for path, values in factors.items() if values}
    if not choices:
        return played(scenario, play, points)
    worlds = list(worlds_of(scenario, choices, points, play.seed))
    parts = played_in_turn([(world.scenario, world.points) for world in worlds], play, points)
    for world, part in zip(worlds, parts, strict=True):
        for (path, values), spot in zip(choices.items(), world.spots, strict=True):
            part.runs[path] = float(spot) if is_of_words(values) else float(values[spot])
    tables: dict[str, Any] = {
        name: pd.concat([getattr(part, name) for part in parts], ignore_index=True)
        for name in ("runs", "patrons", "events")
    }
    empty = {name: getattr(parts[0], name).iloc[:0] for name in ("levels", "support", "paths")}
    return replace(parts[0], **tables, **empty)


def worlds_of(scenario: Scenario, choices: dict[str, Choices], points: int, seed: int) -> Iterator[ChosenWorld]:
    """Every combination that is drawn, with the points that drew it; each choice is as likely as the others.

    Examples
    --------
    >>> from scenarios import load
    >>> found = list(worlds_of(load("toy"), {"terms.words": ("off", "on")}, 100, 1))
    >>> [world.scenario.terms["words"] for world in found], sum(world.points for world in found)
    (['off', 'on'], 100)
    """
    rng = np.random.default_rng(seed)
    drawn = np.stack([rng.integers(len(values), size=points) for values in choices.values()], axis=1)
    for spots, n in zip(*np.unique(drawn, axis=0, return_counts=True), strict=True):
        chosen = {path: values[spot] for (path, values), spot in zip(choices.items(), spots, strict=True)}
        yield ChosenWorld(tuple(map(int, spots)), believed(scenario, chosen), int(n))
