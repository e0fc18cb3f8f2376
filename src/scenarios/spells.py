"""How long did each run stand on which rung, or intend or receive which level? Whole runs as stretches of steps."""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import RequestRefused, UnknownName
from scenarios.recorded import RUNS_WITH_EVENTS
from scenarios.results import Results
from scenarios.scenario.arrays import NO_SCRIPT, path_values, step_of
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import EventKind

RUNG = "rung"
RUNG_NUMBER = "coercer.rung"
DELIVERED = "delivered"
RUNG_MOVES = (EventKind.ESCALATION.word, EventKind.EASING.word)
LEVEL_MOVES = (EventKind.LEVEL_UP.word, EventKind.LEVEL_DOWN.word)
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Spells(NamedTuple):
    """Stretches of steps with one value, sorted by run and step; together they cover every run without a gap."""

    run: Integers
    start: Integers  # first step, 0 for the opening
    until: Integers  # first step after it
    value: Floats  # rung, intended level, or what arrives in quarters of a level


class Moves(NamedTuple):
    """Changes of a quantity: place of the run among the runs, step, and value from that step on."""

    row: Integers
    step: Integers
    value: Floats


def known_quantities(scenario: Scenario) -> list[str]:
    """What `spells` can be asked for.

    Examples
    --------
    >>> from scenarios import load
    >>> known_quantities(load("toy"))[:3]
    ['rung', 'redland.words', 'redland.words.delivered']
    """
    pairs = [f"{patron}.{channel}" for patron in scenario.patrons for channel in scenario.channels]
    return [RUNG, *(f"{pair}{end}" for pair in pairs for end in ("", f".{DELIVERED}"))]


def spells(results: Results, of: str) -> Spells:
    """Every run as stretches of steps in which a quantity keeps its value.

    Parameters
    ----------
    results : Results
        With events and deliveries: no more than the first 10^5 runs.
    of : str
        ``rung``, ``PATRON.CHANNEL`` (the level it intends) or ``PATRON.CHANNEL.delivered``.

    Returns
    -------
    Spells
        Up to the horizon. The step of a client's end is not lived through by the patrons: their last spell is over
        then. The coercer moves before the client ends, so its last spell holds that step.

    Raises
    ------
    UnknownName, RequestRefused

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> found = spells(simulate(load("toy"), 3, engine="agents"), "redland.oil")
    >>> found.start[0], sorted(set(found.run.tolist()))
    (np.int64(0), [0, 1, 2])
    """
    scenario = results.scenario
    if of not in known_quantities(scenario):
        raise UnknownName("quantity", of, known_quantities(scenario))
    check_kept(results, of)
    if of == RUNG:
        return _spells(results, opening_rung(results), _rung_moves(results), _ends(results, with_last=True))
    patron, channel, *is_delivered = of.split(".")
    if is_delivered:
        arrived = results.deliveries
        is_here = (arrived["patron"] == patron) & (arrived["channel"] == channel)
        moves = [_moves(results, arrived[is_here], DELIVERED)]
    else:
        moves = _level_moves(results, patron, channel)
    # what is sent at the opening has arrived
    return _spells(results, opening_levels(results, patron, channel), moves, _ends(results))


def opening_levels(results: Results, patron: str, channel: str) -> Floats:
    """Level of a channel at the opening of each run, shape (runs,)."""
    opening, feasible = (_in_force(results, path)[0][1] for path in _paths_of(patron, channel))
    return _within_reach(opening, feasible)


def opening_rung(results: Results) -> Floats:
    """Rung on which each run opens, by its script or its number, shape (runs,)."""
    scripted = path_values(results.scenario, RUNG_NUMBER, is_frozen=False)[0]
    drawn = _in_force(results, RUNG_NUMBER)[0][1]
    return drawn if scripted == NO_SCRIPT else np.full_like(drawn, scripted)


def runs_kept(results: Results) -> int:
    """Of how many of the runs it was kept what happened, from the first on; runs that are played again have it all."""
    first, runs = int(results.runs["run"].iloc[0]), len(results.runs)
    return runs if "first_run" in results.manifest else min(max(RUNS_WITH_EVENTS - first, 0), runs)


def check_kept(results: Results, of: str) -> None:
    """Refuses runs of which it was not kept what happened."""
    if runs_kept(results) < len(results.runs):
        raise RequestRefused(
            f"{of} is read off the events and deliveries, which only the first {RUNS_WITH_EVENTS:,} runs have. "
            "Take no more runs than that, or ask a question: for that the others are played again."
        )


def _ends(results: Results, with_last: bool = False) -> Integers:
    """First step of each run that is not part of it: that of the client's end, or the one after it; shape (runs,)."""
    ended = results.runs["client_outcome_at"].to_numpy(dtype=np.float64) + float(with_last)
    return np.where(np.isnan(ended), results.scenario.steps + 1, ended).astype(np.int64)


def _rung_moves(results: Results) -> list[Moves]:
    """What was set of the rung, and how the coercer moved."""
    events, rungs = results.events, _in_force(results, RUNG_NUMBER)
    return [*_set_moves(rungs, rungs), _moves(results, events[events["kind"].isin(RUNG_MOVES)], "after")]


def _level_moves(results: Results, patron: str, channel: str) -> list[Moves]:
    """What was set of the opening level of a channel, which puts it there, and how its level moved."""
    opening, feasible = (_in_force(results, path) for path in _paths_of(patron, channel))
    levels = [
        (step, _within_reach(values, [reach for since, reach in feasible if since <= step][-1]))
        for step, values in opening
    ]
    events = results.events
    is_move = (events["actor"] == patron) & (events["channel"] == channel) & events["kind"].isin(LEVEL_MOVES)
    return [*_set_moves(opening, levels), _moves(results, events[is_move], "after")]


def _paths_of(patron: str, channel: str) -> tuple[str, str]:
    """Numbers of which an opening level is made."""
    pair = f"patrons.{patron}.channels.{channel}"
    return f"{pair}.opening", f"{pair}.feasible"


def _within_reach(opening: Floats, feasible: Floats) -> Floats:
    """Opening levels; as `rulebook.opening.opening_level`, of many runs at once."""
    return np.minimum(np.floor(opening + 0.5), np.floor(feasible + 0.5))


def _in_force(results: Results, path: str) -> list[tuple[int, Floats]]:
    """A number of each run as it opened, and from each step on in which it is set."""
    scenario, runs = results.scenario, results.runs
    drawn: Any = runs[path] if path in runs else scenario.numbers[path].value
    values = np.broadcast_to(np.asarray(drawn, dtype=np.float64), len(runs))
    found = {0: values}
    settings = [(step_of(scenario, setting.on), setting) for setting in scenario.settings if setting.path == path]
    for step, setting in sorted(settings, key=lambda each: each[0]):
        values = values * setting.value if setting.is_factor else np.full(len(runs), setting.value)
        found[step] = values
    return list(found.items())


def _set_moves(numbers: list[tuple[int, Floats]], values: list[tuple[int, Floats]]) -> list[Moves]:
    """What is set puts a condition at the value that follows from it, in the runs whose number it changes."""
    found = []
    for ((_, before), (_, after)), (step, value) in zip(pairwise(numbers), values[1:], strict=True):
        rows = np.flatnonzero(after != before)
        found.append(Moves(rows, np.full(len(rows), step), value[rows]))
    return found


def _moves(results: Results, rows: Any, column: str) -> Moves:
    """Rows of a table as changes."""
    row, step = (rows[name].to_numpy(dtype=np.int64) for name in ("run", "step"))
    return Moves(row - int(results.runs["run"].iloc[0]), step, rows[column].to_numpy(dtype=np.float64))


def _spells(results: Results, opening: Floats, moves: list[Moves], ends: Integers) -> Spells:
    """The opening and all changes as spells; of several in a step the last counts, and none to the same value."""
    n, width = len(opening), results.scenario.steps + 2
    first = Moves(np.arange(n), np.zeros(n, dtype=np.int64), opening)
    row, step, value = (np.concatenate(columns) for columns in zip(first, *moves, strict=True))
    keys = row * width + step
    order = np.argsort(keys, kind="stable")
    order = order[(np.diff(keys[order], append=-1) != 0) & (step[order] < ends[row[order]])]
    row, step, value = row[order], step[order], value[order]
    is_new = np.append(True, (row[1:] != row[:-1]) | (value[1:] != value[:-1]))
    row, step, value = row[is_new], step[is_new], value[is_new]
    is_last = np.append(row[1:] != row[:-1], True)
    until = np.where(is_last, ends[row], np.append(step[1:], 0))
    return Spells(row + int(results.runs["run"].iloc[0]), step, until, value)
