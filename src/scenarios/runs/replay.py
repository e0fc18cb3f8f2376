"""How is one run played again? At its own address: the same seed, run and point give the same run to the bit.

A run can also be played with one of its numbers set from the first step on, and all else as it was: the other numbers,
the posture on which it opens, the luck; so cheaply (some 0.1 ms) that a search may ask thousands of times.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from os import cpu_count
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.engine.records import Records, empty_records
from scenarios.errors import RequestRefused
from scenarios.recorded import PatronRow, RunRow
from scenarios.results import Results, as_results
from scenarios.runs.job import (
    PLAYERS,
    Job,
    Play,
    Player,
    in_single_precision,
    job_of,
    manifest_of,
    per_point_of,
    records_of,
    seed_of,
)
from scenarios.scenario.arrays import Changes, Laid, Paths, Plan, Uncertain, laid_paths, number_paths
from scenarios.scenario.scenario import Scenario, Setting

Floats = NDArray[np.float64]


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
    records = in_single_precision(records_of(job, run, end))
    manifest = manifest_of(Play(end - run, job.seed, engine), None) | {"first_run": run}
    results = as_results(scenario, job.plan, [records], job.seed, 1, manifest)
    numbers = results.runs["run"].to_numpy() + run
    results.runs = results.runs.assign(
        run=numbers, scenario_id=numbers // per_point, replication_id=numbers % per_point
    )
    for name in ("patrons", "paths"):
        table = getattr(results, name)
        setattr(results, name, table.assign(run=table["run"] + run))
    return results


def played_again(results: Results) -> Results:
    """Consecutive runs of a simulation once more, with all that happened in them; no paths.

    Raises
    ------
    RequestRefused
        If they do not come again: by another rule book, or with numbers that were given.
    """
    said, scenario, first = results.manifest, results.scenario, int(results.runs["run"].iloc[0])
    per_point = per_point_of(scenario, int(said["replications"]), said.get("points"))
    job = replayed(scenario, int(said["seed"]), per_point, str(said["engine"]))._replace(in_full=0)
    threads = cpu_count() or 1
    cuts = sorted({first + len(results.runs) * place // threads for place in range(threads + 1)})
    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(lambda ends: in_single_precision(records_of(job, *ends)), pairwise(cuts)))
    again = as_results(scenario, job.plan, parts, job.seed, per_point, {**said, "first_run": first}, first)
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
    """A run clamped in: its numbers are pinned in the plan, its luck stays addressed by its number.

    Attributes
    ----------
    plan : Plan
        Its last change is free to be used: what it sets is in force from the first step on.
    scripted : dict of int to str
        Numbers that a path over time acts on, by their place; what is set takes the place of the path.
    base : RunOutcome
        Of the run as it was drawn.
    """

    play: Player
    scenario: Scenario
    plan: Plan
    scripted: dict[int, str]
    records: Records
    run: int
    base: "RunOutcome"


class RunOutcome(NamedTuple):
    """What became of one run: step of the client's end (infinity if it holds), and each patron's `PatronRow`."""

    ended_at: float
    patrons: Floats

    def of(self, patron: int, field: str) -> float:
        """One field of one patron."""
        return float(self.patrons[patron, PatronRow._fields.index(field)])


def outcome_of(records: Records) -> RunOutcome:
    """What records of a single run say."""
    run = RunRow(*records.runs)
    rows = records.patrons.reshape(-1, len(PatronRow._fields)).copy()
    return RunOutcome(float(run.ended_at) if run.fate > 0.0 else np.inf, rows)


def clamped(scenario: Scenario, run: int, rng: Any = 1, per_point: int = 1, engine: str = "batch") -> Bench:
    """One run, ready to be played again with other numbers.

    Examples
    --------
    >>> from scenarios import load
    >>> bench = clamped(load("toy"), 3, engine="agents")
    >>> bool((with_number(bench, 0, bench.plan.central[0]).patrons == bench.base.patrons).all())
    True
    """
    job = replayed(scenario, rng, per_point, engine)._replace(in_full=0)
    first = records_of(job, run, run + 1, keep_events=False)
    central = job.plan.central.copy()
    central[job.plan.uncertain.spot] = first.drawn
    plan = undrawn(job.plan)._replace(central=central, changes=with_room(job.plan.changes, scenario.steps_gone + 1))
    return Bench(
        play=PLAYERS[engine](job._replace(plan=plan)),
        scenario=scenario,
        plan=plan,
        scripted={spot: path for spot, path in enumerate(number_paths(scenario)) if path in scenario.paths},
        records=empty_records(plan, 1, 0, 0),
        run=run,
        base=outcome_of(first),
    )


def undrawn(plan: Plan) -> Plan:
    """A plan in which nothing is left to draw, or to lay over what was drawn."""
    nothing = Laid(np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    none: Any = [column[:0] for column in plan.uncertain]
    return plan._replace(
        uncertain=Uncertain(*none), joint=nothing, given=nothing, budget_column=np.full_like(plan.budget_column, -1)
    )


def with_room(changes: Changes, first: int) -> Changes:
    """What is set, with room for one more number from step `first` on; until it is used, a factor of 1."""
    is_new, row = first not in changes.steps, int(np.searchsorted(changes.steps, first))
    return Changes(
        steps=np.insert(changes.steps, row, first) if is_new else changes.steps,
        row=np.append(changes.row + (is_new & (changes.row >= row)), row),
        spot=np.append(changes.spot, 0),
        value=np.append(changes.value, 1.0),
        is_factor=np.append(changes.is_factor, 1),
    )


def with_number(bench: Bench, spot: int, value: float) -> RunOutcome:
    """What becomes of the run with the number at a place of `arrays.number_paths` set from the first step on."""
    put_last(bench.plan.changes, spot, value, 0)
    usual = bench.plan.paths
    if spot in bench.scripted:
        put_paths(usual, paths_set(bench, spot))
    bench.play(bench.records, bench.run, bench.run + 1)
    if spot in bench.scripted:
        put_paths(usual, laid_paths(bench.scenario))
    put_last(bench.plan.changes, 0, 1.0, 1)
    return outcome_of(bench.records)


def put_last(changes: Changes, spot: int, value: float, is_factor: int) -> None:
    """Writes the last of what is set."""
    changes.spot[-1], changes.value[-1], changes.is_factor[-1] = spot, value, is_factor


def paths_set(bench: Bench, spot: int) -> Paths:
    """The paths over time where a number is set from the first step on."""
    setting = Setting(bench.scripted[spot], None, float(bench.plan.central[spot]))
    return laid_paths(replace(bench.scenario, settings=(*bench.scenario.settings, setting)))


def put_paths(paths: Paths, other: Paths) -> None:
    """Writes other paths over those of a plan, which its player holds."""
    for mine, theirs in zip(paths, other, strict=True):
        mine[:] = theirs
