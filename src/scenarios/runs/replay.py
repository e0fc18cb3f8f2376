"""How is one run played again? At its own address: the same seed, run and point give the same run to the bit.

A run can also be played with one of its numbers changed and all else, luck included, as it was; so cheaply (some
0.1 ms) that a search may ask thousands of times.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.engine.compiler import is_interpreted, rulebook_hash
from scenarios.engine.records import EVENT_WIDTH, Records, empty_records
from scenarios.errors import RequestRefused, UnknownName
from scenarios.recorded import PatronRow, RunRow
from scenarios.results import Results, as_results
from scenarios.runs.simulate import seed_of
from scenarios.scenario.arrays import Laid, Plan, Uncertain, as_plan
from scenarios.scenario.scenario import Scenario

Floats = NDArray[np.float64]
Loop = Callable[[Plan, Records, int, int, int, int, int], None]
ENGINES = ("batch", "agents")
EVENTS_A_RUN = 200  # a first guess; a run with more is played again


def loop_of(scenario: Scenario, engine: str) -> Loop:
    """Plays runs `first` to `last` - 1 into records: (plan, records, seed, first, last, per_point, sample).

    Raises
    ------
    UnknownName
        If there is no such engine.
    """
    if engine not in ENGINES:
        raise UnknownName("engine", engine, ENGINES)
    if engine == "agents":
        from scenarios.engine.agents import play_chunk

        return lambda plan, records, *address: play_chunk(scenario, plan, records, *address)
    from scenarios.engine.batch import machine_loop
    from scenarios.engine.world import new_desk

    machine, desk = machine_loop(), new_desk(as_plan(scenario))

    def play(plan: Plan, records: Records, *address: int) -> None:
        # interpreted, numpy's integers warn where machine integers wrap as they should
        with np.errstate(over="ignore") if is_interpreted() else np.errstate():
            machine(plan, desk, records, *address)

    return play


def played(loop: Loop, plan: Plan, seed: int, first: int, last: int, per_point: int) -> Records:
    """Records of some runs with all their events and paths."""
    runs = last - first
    records = empty_records(plan, runs, runs * EVENTS_A_RUN, runs)
    loop(plan, records, seed, first, last, per_point, last)
    n = int(records.n_events[0])
    if n * EVENT_WIDTH > len(records.events):
        records = empty_records(plan, runs, n, runs)
        loop(plan, records, seed, first, last, per_point, last)
    # single precision, as `simulate` keeps events
    return records._replace(events=records.events[: n * EVENT_WIDTH].astype(np.float32))


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
    plan, seed = as_plan(scenario), seed_of(rng)
    records = played(loop_of(scenario, engine), plan, seed, run, end, per_point)
    manifest = {"seed": seed, "replications": end - run, "points": None, "engine": engine, "first_run": run}
    results = as_results(scenario, plan, [records], seed, 1, manifest | {"rulebook_hash": rulebook_hash()})
    numbers = results.runs["run"].to_numpy() + run
    results.runs = results.runs.assign(
        run=numbers, scenario_id=numbers // per_point, replication_id=numbers % per_point
    )
    for name in ("patrons", "paths"):
        table = getattr(results, name)
        setattr(results, name, table.assign(run=table["run"] + run))
    return results


class Bench(NamedTuple):
    """A run clamped in: its drawn numbers are pinned, its luck stays addressed by its number.

    Attributes
    ----------
    plan : Plan
        With the numbers of this run as central values and nothing left to draw.
    run, seed, per_point : int
        Address of its luck.
    base : Outcome
        What became of it as it was drawn.
    """

    loop: Loop
    plan: Plan
    records: Records
    seed: int
    run: int
    per_point: int
    base: "Outcome"


class Outcome(NamedTuple):
    """What became of one run.

    Attributes
    ----------
    ended_at : float
        Step of the client's end, infinity if it holds.
    patrons : ndarray of float64, shape (patrons, fields)
        Rows of `PatronRow`, patrons in the order of the arrays; -1 for never.
    """

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


def pinned(plan: Plan, central: Floats) -> Plan:
    """A plan with every number at a value of its own and nothing to draw."""
    nobody, nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
    no_row = Laid(table=nothing, spot=nobody, column=nobody)
    return plan._replace(
        central=central,
        uncertain=Uncertain(
            spot=nobody, kind=nobody, whole=nobody, key=nobody, low=nothing, middle=nothing, high=nothing
        ),
        joint=no_row,
        given=no_row,
        drain_column=np.full(plan.shape.n_patrons, -1, dtype=np.int64),
    )


def clamped(scenario: Scenario, run: int, rng: Any = 1, per_point: int = 1, engine: str = "batch") -> Bench:
    """One run, ready to be played again with other numbers.

    Examples
    --------
    >>> from scenarios import load
    >>> bench = clamped(load("toy"), 3, engine="agents")
    >>> bool((with_number(bench, 0, bench.plan.central[0]).patrons == bench.base.patrons).all())
    True
    """
    plan, seed, loop = as_plan(scenario), seed_of(rng), loop_of(scenario, engine)
    first = empty_records(plan, 1, 0, 0)
    loop(plan, first, seed, run, run + 1, per_point, 0)
    central = plan.central.copy()
    central[plan.uncertain.spot] = first.drawn
    held = pinned(plan, central)
    return Bench(loop, held, empty_records(held, 1, 0, 0), seed, run, per_point, outcome_of(first))


def with_number(bench: Bench, spot: int, value: float) -> Outcome:
    """What becomes of the run with one number changed.

    Parameters
    ----------
    spot : int
        Place of the number in `arrays.number_paths`.
    value : float
        In the unit of the number.
    """
    before = bench.plan.central[spot]
    bench.plan.central[spot] = value
    bench.loop(bench.plan, bench.records, bench.seed, bench.run, bench.run + 1, bench.per_point, 0)
    bench.plan.central[spot] = before
    return outcome_of(bench.records)
