"""What do runs say that are counted and not kept? Counts for a summary, how many runs it takes, and rung by rung."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios import tally
from scenarios.engine.records import RUN_WIDTH, Records
from scenarios.errors import RequestRefused
from scenarios.intervals import estimated
from scenarios.outcomes.outcome import headlines
from scenarios.recorded import PatronRow, RunRow, columns
from scenarios.results import in_file, rows_of_patrons
from scenarios.runs.job import MOST_RUNS, Job, Play, Progress, job_of, records_of, seed_of
from scenarios.runs.play import CHUNK, cancelled, submitted, workers
from scenarios.scenario.arrays import N_RUNGS, NO_SCRIPT, ULTIMATUM
from scenarios.scenario.scenario import Path, Scenario
from scenarios.summary import indicators_of, known_chances, outcomes_of_counts
from scenarios.tally import NEVER, Facts

MOST_AT_ONCE = 100  # points; each has a count for every patron, event and step
Floats = NDArray[np.float64]
Known = list[tuple[Scenario, int, Facts]]  # what was played, how many runs of it, what they say


def counted_facts(job: Job, first: int, last: int) -> Facts:
    """Plays a chunk of runs and says what the summary must know of them."""
    return facts_of_records(job, records_of(job._replace(in_full=0), first, last, keep_events=False), first)


def facts_of_all(scenarios: Sequence[Scenario], play: Play, known: Known | None = None) -> Iterator[Facts]:
    """The same runs of some scenarios, counted and not kept: no worker waits for a scenario to end.

    What is `known` of the same seed is not played again, and what was played is known from then on.
    """
    known = [] if known is None else known
    found = [
        next((facts for one, n, facts in known if n == play.replications and one == each), None) for each in scenarios
    ]
    with workers(play) as pool:
        under_way = [
            deque() if facts else submitted(pool, counted_facts, job_of(each, play), 0, play.replications)
            for each, facts in zip(scenarios, found, strict=True)
        ]
        try:
            for place, (each, facts, parts) in enumerate(zip(scenarios, found, under_way, strict=True)):
                if facts is None:
                    facts = Facts(*map(np.concatenate, zip(*(part.result() for part in parts), strict=True)))
                    known.append((each, play.replications, facts))
                yield facts
                if play.progress is not None:
                    play.progress((place + 1) * play.replications, len(scenarios) * play.replications)
        finally:
            for waiting in under_way:
                cancelled(waiting)


def facts_of_records(job: Job, records: Records, first: int) -> Facts:
    """What the summary must know of some records; as `scenarios.tally.facts_of` reads it off their tables."""
    rows = columns(PatronRow, rows_of_patrons(job.scenario, records.patrons).astype(np.int64))
    runs = columns(RunRow, records.runs.reshape(-1, RUN_WIDTH).astype(np.int64))
    has_stepped = rows.step_back_at >= 0
    spots = np.array([*np.argsort(in_file(job.scenario, "channels")), NEVER])  # in the file, by place in the arrays

    def of_step_back(column: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.where(has_stepped, column, NEVER)

    return Facts(
        point=(first + np.arange(len(runs.fate))) // job.per_point,
        fate=runs.fate,
        ended_at=np.where(runs.fate > 0, runs.ended_at, NEVER),
        at_risk=rows.at_risk > 0,
        at=np.maximum(np.stack([getattr(rows, f"{event}_at") for event in tally.EVENTS], axis=-1), NEVER),
        channel=spots[of_step_back(rows.first_channel)],
        rung=of_step_back(rows.rung_at_step_back),
        reason=of_step_back(rows.reason),
    )


def outcomes_of(job: Job, points: int, replications: int) -> Floats:
    """Plays the points of a job and counts their runs, each a draw of its own; shape (points, outcomes, 5)."""
    at_once = max(1, min(MOST_AT_ONCE, CHUNK // replications))
    firsts = range(0, points, at_once)
    return np.concatenate([outcomes_of_some(job, at, min(at + at_once, points), replications) for at in firsts])


def outcomes_of_some(job: Job, first: int, last: int, replications: int) -> Floats:
    """The same of points `first` to `last` - 1, which are whole in a chunk of runs, or one that takes several."""
    sums: list[NDArray[np.int64]] = []
    for start in range(first * replications, last * replications, CHUNK):
        facts = counted_facts(job, start, min(start + CHUNK, last * replications))
        by_run: tuple[NDArray[Any], ...] = (*tally.outcomes_of_runs(facts), tally.times_of(facts))
        values, counts, times = (  # by run of a point, then by point
            np.moveaxis(column.reshape(last - first, -1, *column.shape[1:]), 1, 0) for column in by_run
        )
        found = [counts.sum(axis=0), values.sum(axis=0), tally.counted(times, job.scenario.steps + 1)]
        sums = [total + part for total, part in zip(sums, found, strict=True)] if sums else found
    return outcomes_of_counts(*sums)


# -- how many runs it takes until the headline is known well enough ----------------------------------------------------


FIRST_BATCH = 1_000
ROUND = 100
PILOT = 1  # which luck the counted runs have: never that of the runs that are reported
FASTEST_GROWTH = 4
AHEAD = 20_000  # runs under way at once, so that memory stays flat


class Needed(NamedTuple):
    """How many runs bring every headline number below an error, and which of them decided."""

    replications: int
    outcome: str
    se: float


def runs_needed(
    scenario: Scenario,
    until_se: float,
    rng: Any = 1,
    engine: str = "batch",
    jobs: int = 0,
    progress: Progress | None = None,
    executor: Executor | None = None,
    most: int = MOST_RUNS,
) -> Needed:
    """Number of runs at which the largest Monte Carlo error of the headline is below a bound.

    Parameters
    ----------
    scenario, rng, engine, jobs, progress, executor
        As in `simulate`; the same seed gives the same number.
    until_se : float
        The bound, between 0 and 0.5 [probability].
    most : int
        Refuses to go beyond this number of runs.

    Returns
    -------
    Needed
        ``replications`` for `simulate` or `run_to_disk`, the outcome with the largest error, and that error.

    Raises
    ------
    RequestRefused
        If the bound makes no sense, or would take more runs than `most`.

    Notes
    -----
    The headline is the chance that each patron steps back and steps back further, and the fates of the client. The
    runs that are counted have luck of their own, and those that are played after are as many as they say: a run that
    stops when its own error looks small enough stops too early where rare events happen not to have come, and its
    estimates are biased (docs/reference/coverage.md). The error is the largest that the 95 % limits of a chance allow,
    so that a chance of which no case has come has one too.

    Examples
    --------
    >>> from scenarios import load
    >>> needed = runs_needed(load("toy"), 0.03, engine="batch")
    >>> needed.se < 0.03
    True
    """
    if isinstance(until_se, bool) or not isinstance(until_se, (int, float)) or not 0.0 < until_se < 0.5:
        raise RequestRefused(f"until_se is {until_se!r}; allowed are errors of a probability between 0 and 0.5.")
    if scenario.observed is not None:
        raise RequestRefused(
            f"{scenario.name} has {len(scenario.observed.parents):,} pasts, of which more runs make no more: no number "
            "of runs reaches every error. Ask for --replications, or update with more --runs."
        )
    apart = np.random.SeedSequence(seed_of(rng), spawn_key=(PILOT,))
    play = Play(1, seed_of(apart), engine, jobs, progress, executor)
    job, tallied, done = job_of(scenario, play), tally.no_tally(scenario), 0
    target = FIRST_BATCH
    with workers(play) as pool:
        while True:
            check_limit(target, until_se, most)
            for first in range(done, target, AHEAD):
                waiting = submitted(pool, counted_facts, job, first, min(first + AHEAD, target))
                try:
                    for future in waiting:
                        tallied = tally.with_runs(tallied, future.result())
                        if progress is not None:
                            progress(int(tallied.chances.n.max()), target)
                finally:
                    cancelled(waiting)
            done = target
            outcome, error = largest_error(scenario, tallied)
            if error < until_se:
                return Needed(done, outcome, error)
            target = next_target(done, error, until_se, most)


def largest_error(scenario: Scenario, tallied: tally.Tally) -> tuple[str, float]:
    """The headline number that may be known least well, with the error that its limits allow, if ever at risk."""
    names = headlines(scenario)
    errors = {
        name: largest_allowed(cell["low"], cell["high"], cell["n"])
        for name, cell in zip(tally.chance_names(scenario), known_chances(tallied.chances), strict=True)
        if cell["n"] > 0 and (name in names or name.startswith("client."))
    }
    return max(errors.items(), key=lambda item: item[1])


def largest_allowed(low: float, high: float, n: int) -> float:
    """The largest error of a share of n runs whose true chance lies between two limits.

    Examples
    --------
    >>> round(largest_allowed(0.0, 0.003, 1_000), 4), round(largest_allowed(0.47, 0.53, 1_000), 4)
    (0.0017, 0.0158)
    """
    chance = min(max(0.5, low), high)
    return float((chance * (1.0 - chance) / n) ** 0.5)


def next_target(done: int, error: float, until_se: float, most: int) -> int:
    """How many runs to play in all before looking again: what the error asks for, growing neither slowly nor wildly."""
    wanted = 1.02 * done * (error / until_se) ** 2
    check_limit(wanted, until_se, most)
    target = min(max(wanted, 1.1 * done), FASTEST_GROWTH * done)
    return min(int(np.ceil(target / ROUND)) * ROUND, most)


def check_limit(wanted: float, until_se: float, most: int) -> None:
    """Refuses an error that takes more runs than are allowed."""
    if wanted > most:
        raise RequestRefused(
            f"An error below {until_se:g} would take {wanted:,.0f} runs or more, and at most {most:,} are allowed. "
            f"Ask for a larger error: {0.5 / most**0.5:.2g} is always reached."
        )


# -- what support does at each rung ------------------------------------------------------------------------------------


RUNG = "coercer.rung"
FIRST_STEP = timedelta(days=1)  # after the opening: a day in the first step, whatever its length
BOTTOM = 4  # rung from which the scripted climb begins
OUTCOMES = ("step_back", "step_back_further", "client_gone_first", "neither")
COLUMNS = ["kind", "rung", "patron", "outcome", "probability", "se", "low", "high", "n"]
Row = tuple[str, int, str, str, float, float, float, float, int]


def held_at(scenario: Scenario, rung: int) -> Scenario:
    """The scenario with a rung from 0 to 10 held from the first step on; forces, ships and threats follow.

    Notes
    -----
    It opens as it is coded, and its postures are inferred as ever: a rung that is held says nothing of the past.

    Examples
    --------
    >>> from scenarios import load
    >>> held_at(load("toy"), 4).paths["coercer.rung"].values
    (-1.0, 4.0)
    """
    return scripted(scenario, [scenario.start + FIRST_STEP], [rung], "held")


def climb(scenario: Scenario) -> Scenario:
    """The scenario with the rung scripted to climb from 4 to 10, each for the same time; it opens as it is coded.

    Examples
    --------
    >>> from scenarios import load
    >>> climb(load("toy")).paths["coercer.rung"].values
    (-1.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0)
    """
    rungs = range(BOTTOM, N_RUNGS)
    days = scenario.steps * scenario.step_days / len(rungs)
    begins = [scenario.start + max(FIRST_STEP, timedelta(days=days * i)) for i in range(len(rungs))]
    return scripted(scenario, begins, rungs, "an even climb")


def scripted(scenario: Scenario, dates: Sequence[date], rungs: Iterable[int], note: str) -> Scenario:
    """The scenario with its rung scripted from the first step on, in the place of whatever else would move it.

    Notes
    -----
    Other scripts of the pressure say how the scenario opens, and nothing more: what goes with a rung follows from it.
    """
    paths = {path: way for path, way in scenario.paths.items() if not scripts_pressure(path)}
    scripts = {path: way for path, way in scenario.paths.items() if scripts_pressure(path) and path != ULTIMATUM}
    opening = scripts.pop(RUNG).values[0] if RUNG in scripts else NO_SCRIPT
    paths |= {path: replace(way, until=scenario.start) for path, way in scripts.items()}
    values = (opening, *map(float, rungs))
    paths[RUNG] = Path(RUNG, (scenario.start, *dates), values, "rung", "judgement", "", note)
    settings = tuple(setting for setting in scenario.settings if setting.path != RUNG)
    freeze = scenario.freeze - {"pressure"}
    return replace(scenario, mode="scripted", freeze=freeze, paths=paths, settings=settings)


def scripts_pressure(path: str) -> bool:
    """Whether a path over time scripts the pressure."""
    return path.startswith("coercer.") or path.endswith(".threat")


def rows_of(kind: str, rung: int, scenario: Scenario, facts: Facts) -> list[Row]:
    """Chances of what ends each patron's support, that compete and sum to 1; and of the further step-back."""
    found = indicators_of(facts, scenario)
    return [
        (kind, rung, patron, outcome, *estimated(found[f"{patron}.{outcome}"], facts.point))
        for patron in scenario.patrons
        for outcome in OUTCOMES
    ]


def ends_of_rungs(climbing: Scenario) -> dict[int, float]:
    """Step before which each rung of a scripted climb is over; the last one never is.

    Examples
    --------
    >>> from scenarios import load
    >>> [round(step, 2) for step in ends_of_rungs(climb(load("toy"))).values()][:2]
    [7.43, 14.86]
    """
    script = climbing.paths[RUNG]
    begins = [(day - climbing.start).days / climbing.step_days for day in script.dates]
    return dict(zip(map(int, script.values[1:]), [*begins[2:], float(np.inf)], strict=True))


def worlds(scenario: Scenario) -> Iterator[tuple[str, int, Scenario]]:
    """The scenario with the rung ``held`` at each value, then its ``climb``."""
    for rung in range(N_RUNGS):
        yield "held", rung, held_at(scenario, rung)
    yield "climb", N_RUNGS - 1, climb(scenario)


def ladder_curve(
    scenario: Scenario,
    replications: int = 2_000,
    rng: Any = 1,
    engine: str = "batch",
    jobs: int = 0,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Chance of a step-back with the rung held at each value 0-10, and along a scripted climb from rung 4.

    Parameters
    ----------
    scenario, replications, rng, engine, jobs, progress
        As in `simulate`; the same luck at every rung.

    Returns
    -------
    DataFrame
        Columns kind (held: by the horizon; climb: by the end of the rung), rung, patron, outcome (step_back,
        step_back_further, client_gone_first, neither), probability with se, low and high (95 %), n.
    """
    return ladder_played(scenario, Play(replications, seed_of(rng), engine, jobs, progress))


def ladder_played(scenario: Scenario, play: Play, known: Known | None = None) -> pd.DataFrame:
    """The same, where some of it may be known."""
    rows: list[Row] = []
    played = list(worlds(scenario))
    counted = facts_of_all([world for *_, world in played], play, known)
    for (kind, rung, world), facts in zip(played, counted, strict=True):
        rows += rows_of(kind, rung, world, facts) if kind == "held" else climb_rows(world, facts)
    return pd.DataFrame(rows, columns=COLUMNS)


def climb_rows(climbing: Scenario, facts: Facts) -> list[Row]:
    """Chances that it has happened by the time that a rung of the climb is over."""
    ends = ends_of_rungs(climbing).items()
    return [row for rung, end in ends for row in rows_of("climb", rung, climbing, tally.seen_before(facts, end))]
