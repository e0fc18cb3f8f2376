"""How is one run played again? At its own address: the same seed, run and point give the same run to the bit.

A run can also be played with one of its numbers changed and all else, luck included, as it was; so cheaply (some
0.1 ms) that a search may ask thousands of times.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.engine.records import Records, empty_records
from scenarios.errors import RequestRefused
from scenarios.recorded import PatronRow, RunRow
from scenarios.results import Results, as_results
from scenarios.runs.job import PLAYERS, Job, Play, Player, in_single_precision, job_of, manifest_of, records_of, seed_of
from scenarios.scenario.arrays import Plan
from scenarios.scenario.overlay import fixed
from scenarios.scenario.scenario import Scenario

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


def replayed(scenario: Scenario, rng: Any, per_point: int, engine: str) -> Job:
    """The simulation of which some runs are played again."""
    return job_of(scenario, Play(per_point, seed_of(rng), engine), points=1)


class Bench(NamedTuple):
    """A run clamped in: its numbers are pinned in the plan, its luck stays addressed by its number."""

    play: Player
    plan: Plan
    records: Records
    run: int
    base: "Outcome"  # of the run as it was drawn


class Outcome(NamedTuple):
    """What became of one run: step of the client's end (infinity if it holds), and each patron's `PatronRow`."""

    ended_at: float
    patrons: Floats

    def of(self, patron: int, field: str) -> float:
        """One field of one patron."""
        return float(self.patrons[patron, PatronRow._fields.index(field)])


def outcome_of(records: Records) -> Outcome:
    """What records of a single run say."""
    run = RunRow(*records.runs)
    rows = records.patrons.reshape(-1, len(PatronRow._fields)).copy()
    return Outcome(float(run.ended_at) if run.fate > 0.0 else np.inf, rows)


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
    # nothing is left to draw, or to lay over what was drawn
    held = replayed(fixed(scenario), rng, per_point, engine)
    held = held._replace(plan=held.plan._replace(central=central), in_full=0)
    return Bench(PLAYERS[engine](held), held.plan, empty_records(held.plan, 1, 0, 0), run, outcome_of(first))


def with_number(bench: Bench, spot: int, value: float) -> Outcome:
    """What becomes of the run with the number at a place of `arrays.number_paths` changed."""
    before = bench.plan.central[spot]
    bench.plan.central[spot] = value
    bench.play(bench.records, bench.run, bench.run + 1)
    bench.plan.central[spot] = before
    return outcome_of(bench.records)
