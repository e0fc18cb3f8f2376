"""How is one run played again? At its own address: the same seed, run and point give the same run to the bit.

A run can also be played with one of its numbers set from the first step on, and all else as it was: the other numbers,
the posture on which it opens, the luck; so cheaply (some 0.1 ms) that a search may ask thousands of times.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from os import cpu_count
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.engine.records import EVENT_WIDTH, Records, empty_records
from scenarios.errors import RequestRefused
from scenarios.recorded import N_QUARTERS, EventRow
from scenarios.results import Results, as_results, deliveries_table, events_table, patrons_table, runs_table
from scenarios.runs.job import PLAYERS, Job, Play, Player, job_of, per_point_of, played_chunk, records_of, seed_of
from scenarios.scenario.arrays import Changes, Laid, Paths, Plan, Uncertain, laid_paths, number_paths
from scenarios.scenario.scenario import Scenario, Setting

Floats = NDArray[np.float64]
TOGETHER = 3  # numbers that can be changed at once
ROOM = 1024  # events of a run; one with more gets more


def replay(
    scenario: Scenario, run: int, rng: Any = 1, per_point: int = 1, last: int | None = None, engine: str = "batch"
) -> Results:
    """Plays run `run` again, or runs `run` to `last` - 1, with every event and path.

    Parameters
    ----------
    scenario : Scenario
    run, last : int
        Numbers of the runs, as in the column ``run`` of the full simulation.
    rng : int, SeedSequence or None
        The base seed of the full simulation.
    per_point : int
        Runs in each draw of the uncertain numbers; 1 unless the simulation had points.
    engine : str
        ``batch`` or ``agents``.

    Returns
    -------
    Results
        Its rows of runs, patrons and events are those of the full simulation to the bit; levels and support count
        these runs only.

    Examples
    --------
    >>> from scenarios import load
    >>> replay(load("toy"), 14, engine="agents").runs["run"].tolist()
    [14]
    """
    end = run + 1 if last is None else last
    if run < 0 or end <= run or per_point < 1:
        raise RequestRefused(f"runs {run} to {end - 1} are none. Allowed: a run from 0, and a last one after it.")
    job = replayed(scenario, rng, per_point, engine)._replace(in_full=end)
    records = played_chunk(job, run, end, keep_events=True)
    manifest = Play(end - run, job.seed, engine).manifest(None) | {"first_run": run}
    return as_results(scenario, [records], job.seed, per_point, manifest, run)


def played_again(results: Results) -> Results:
    """Consecutive runs of a simulation once more, with all that happened in them; no paths."""
    said, scenario, first = results.manifest, results.scenario, int(results.runs["run"].iloc[0])
    per_point = per_point_of(scenario, int(said["replications"]), said.get("points"))
    job = replayed(scenario, int(said["seed"]), per_point, str(said["engine"]))._replace(in_full=0)
    threads = cpu_count() or 1
    cuts = sorted({first + len(results.runs) * place // threads for place in range(threads + 1)})
    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(lambda ends: played_chunk(job, ends[0], ends[1], keep_events=True), pairwise(cuts)))
    again = as_results(scenario, parts, job.seed, per_point, {**said, "first_run": first}, first)
    for column in ("client_outcome_at", "max_rung", "final_rung", "interdicted_at"):
        if not np.array_equal(again.runs[column], results.runs[column], equal_nan=True):
            raise RequestRefused(
                f"What happened in runs {first:,} to {cuts[-1] - 1:,} was not kept, and they do not come again: their "
                "numbers were given, or they were played by other rules. Ask for fewer runs, or run it again."
            )
    return again


def replayed(scenario: Scenario, rng: Any, per_point: int, engine: str) -> Job:
    """The simulation of which some runs are played again."""
    return job_of(scenario, Play(per_point, seed_of(rng), engine), points=1)


class Bench(NamedTuple):
    """A run clamped in: its numbers are pinned in the plan, its luck stays addressed by its number."""

    job: Job  # the simulation that it is a run of
    play: Player
    plan: Plan  # its last `TOGETHER` changes are free to be used: what they set is in force from the first step on
    scripted: dict[int, str]  # place -> path of numbers that a path over time acts on; what is set takes its place
    room: Records  # filled by each play
    run: int
    drawn: Floats  # shape (uncertain,)


def clamped(scenario: Scenario, run: int, rng: Any = 1, per_point: int = 1, engine: str = "batch") -> Bench:
    """One run, ready to be played again with other numbers.

    Examples
    --------
    >>> from scenarios import load
    >>> bench = clamped(load("toy"), 3, engine="agents")
    >>> bool((with_numbers(bench, {}).patrons == with_numbers(bench, {0: bench.plan.central[0]}).patrons).all())
    True
    """
    job = replayed(scenario, rng, per_point, engine)._replace(in_full=0)
    first = records_of(job, run, run + 1)
    central = job.plan.central.copy()
    central[job.plan.uncertain.spot] = first.drawn
    plan = undrawn(job.plan)._replace(central=central, changes=with_room(job.plan.changes, scenario.steps_gone + 1))
    return Bench(
        job=job,
        play=PLAYERS[engine](job._replace(plan=plan)),
        plan=plan,
        scripted={spot: path for spot, path in enumerate(number_paths(scenario)) if path in scenario.paths},
        room=empty_records(plan, 1, ROOM, 0),
        run=run,
        drawn=first.drawn,
    )


def undrawn(plan: Plan) -> Plan:
    """A plan in which nothing is left to draw, or to lay over what was drawn."""
    nothing = Laid(np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    none: Any = [column[:0] for column in plan.uncertain]
    return plan._replace(
        uncertain=Uncertain(*none), joint=nothing, given=nothing, budget_column=np.full_like(plan.budget_column, -1)
    )


def with_room(changes: Changes, first: int) -> Changes:
    """What is set, with room for some more numbers from step `first` on; until they are used, factors of 1."""
    is_new, row = first not in changes.steps, int(np.searchsorted(changes.steps, first))
    return Changes(
        steps=np.insert(changes.steps, row, first) if is_new else changes.steps,
        row=np.append(changes.row + (is_new & (changes.row >= row)), [row] * TOGETHER),
        spot=np.append(changes.spot, [0] * TOGETHER),
        value=np.append(changes.value, [1.0] * TOGETHER),
        is_factor=np.append(changes.is_factor, [1] * TOGETHER),
    )


def with_numbers(bench: Bench, numbers: Mapping[int, float]) -> Records:
    """Records of the run with the numbers at some places of `arrays.number_paths` set from the first step on."""
    changes, scripted = bench.plan.changes, [spot for spot in numbers if spot in bench.scripted]
    for place, (spot, value) in enumerate(numbers.items(), start=1):
        changes.spot[-place], changes.value[-place], changes.is_factor[-place] = spot, value, 0
    if scripted:
        put_paths(bench.plan.paths, paths_set(bench, scripted))
    found = _played(bench, bench.room)
    if scripted:
        put_paths(bench.plan.paths, laid_paths(bench.job.scenario))
    changes.spot[-TOGETHER:], changes.value[-TOGETHER:], changes.is_factor[-TOGETHER:] = 0, 1.0, 1
    return found


def _played(bench: Bench, room: Records) -> Records:
    """What is written down of the run, in more room if it does not fit."""
    room.n_events[0] = room.n_deliveries[0] = 0
    bench.play(room, bench.run, bench.run + 1)
    n, arrived = int(room.n_events[0]), int(room.n_deliveries[0])
    if max(n, arrived) > len(room.deliveries):
        return _played(bench, empty_records(bench.plan, 1, max(n, arrived), 0))
    return room._replace(
        runs=room.runs.copy(),
        patrons=room.patrons.copy(),
        events=room.events[: n * EVENT_WIDTH].copy(),
        deliveries=room.deliveries[:arrived].copy(),
    )


def side_by_side(benches: Sequence[Bench], found: Sequence[Records]) -> Results:
    """Runs that were played with other numbers, as runs 0, 1, 2 ... of one simulation; the numbers are those drawn."""
    job, shape = benches[0].job, benches[0].plan.shape
    stride = (shape.steps + 1) * shape.n_patrons * shape.n_channels * N_QUARTERS
    events = [records.events.reshape(-1, EVENT_WIDTH) for records in found]
    for place, rows in enumerate(events):
        rows[:, EventRow._fields.index("run")] = place
    moved = [
        records.deliveries + (place - bench.run) * stride
        for place, (bench, records) in enumerate(zip(benches, found, strict=True))
    ]
    rows, of_patrons = (np.concatenate([getattr(records, name) for records in found]) for name in ("runs", "patrons"))
    runs = runs_table(job.scenario, rows, np.concatenate([bench.drawn for bench in benches]), job.seed, 1, 0)
    patrons = patrons_table(job.scenario, of_patrons, 0)
    happened = events_table(job.scenario, np.concatenate(events))
    arrived = deliveries_table(job.scenario, np.concatenate(moved))
    nothing = runs.iloc[:0]
    return Results(job.scenario, {"first_run": 0}, runs, patrons, happened, arrived, nothing, nothing, nothing)


def paths_set(bench: Bench, spots: list[int]) -> Paths:
    """The paths over time where some numbers are set from the first step on."""
    scenario = bench.job.scenario
    settings = [Setting(bench.scripted[spot], None, float(bench.plan.central[spot])) for spot in spots]
    return laid_paths(replace(scenario, settings=(*scenario.settings, *settings)))


def put_paths(paths: Paths, other: Paths) -> None:
    """Writes other paths over those of a plan, which its player holds."""
    for mine, theirs in zip(paths, other, strict=True):
        mine[:] = theirs
