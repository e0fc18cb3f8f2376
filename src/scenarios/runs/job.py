"""What is played? A scenario laid in arrays, with the address of its luck; any of its runs comes back as records."""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from importlib.util import find_spec
from multiprocessing import parent_process
from threading import Thread
from typing import Any, NamedTuple

import numpy as np

from scenarios.draws import fresh_seed
from scenarios.engine.compiler import is_interpreted, rulebook_hash
from scenarios.engine.records import EVENT_WIDTH, Chunk, Records, empty_records
from scenarios.errors import RequestRefused, UnknownName
from scenarios.legible import notebook
from scenarios.recorded import RUNS_WITH_EVENTS
from scenarios.scenario.arrays import NOTHING_GIVEN, Given, Plan, as_plan, relived_by
from scenarios.scenario.check_numbers import shown
from scenarios.scenario.scenario import Scenario

MOST_RUNS = 100_000_000
RUNS_IN_FULL = 200
EVENTS_A_RUN = 48  # a first guess, of deliveries too; a chunk with more is played again
Progress = Callable[[int, int], None]
Player = Callable[[Records, int, int], None]


class Play(NamedTuple):
    """How runs are played; the attributes are the parameters of `simulate`, with the base seed for `rng`."""

    replications: int
    seed: int = 1
    engine: str = "batch"
    jobs: int = 0
    progress: Progress | None = None
    executor: Executor | None = None

    def manifest(self, points: int | None) -> dict[str, Any]:
        """What is said of a simulation."""
        return {
            "seed": self.seed,
            "replications": int(self.replications),
            "points": points,
            "engine": self.engine,
            "rulebook_hash": rulebook_hash(),
        }


class Job(NamedTuple):
    """What is played; plain enough to be sent to another process or machine."""

    engine: str
    scenario: Scenario
    plan: Plan
    seed: int  # base seed
    per_point: int  # runs in each draw of the uncertain numbers
    in_full: int = RUNS_IN_FULL  # how many of the first runs are kept in full


def seed_of(rng: Any) -> int:
    """The base seed that a caller means: an int, a SeedSequence, or None for fresh luck, whose seed is told.

    Examples
    --------
    >>> seed_of(7), seed_of(None) == seed_of(None)
    (7, False)
    """
    if rng is None:
        return fresh_seed()
    if isinstance(rng, np.random.SeedSequence):
        return int(rng.generate_state(1, np.uint64)[0] >> np.uint64(1))
    if isinstance(rng, (int, np.integer)) and not isinstance(rng, bool) and 0 <= int(rng) < 2**63:
        return int(rng)
    raise RequestRefused(
        f"rng {shown(rng)} is no seed. Allowed: an integer from 0 to 2^63 - 1, a SeedSequence, or None."
    )


def threads_of(jobs: int) -> int:
    """Number of threads; 0 is as many as there are cores."""
    if jobs < 0:
        raise RequestRefused(f"jobs is {jobs}; allowed are 0 (all threads) and whole numbers above.")
    return jobs or os.cpu_count() or 1


def checked_size(replications: int, points: int | None, most: int = MOST_RUNS) -> int:
    """Number of runs of a request; refuses what makes no sense."""
    for name, count in (("replications", replications), ("points", 1 if points is None else points)):
        if isinstance(count, bool) or not isinstance(count, (int, np.integer)) or count < 1:
            raise RequestRefused(f"{name} is {count!r}; allowed are whole numbers from 1.")
    runs = int(replications) * int(1 if points is None else points)
    if runs > most:
        elsewhere = "" if most == MOST_RUNS else " Or use scenarios.run_to_disk, whose memory does not grow with them."
        raise RequestRefused(
            f"{runs:,} runs are more than {most:,}. Errors fall with the root: ask for fewer.{elsewhere}"
        )
    return runs


def job_of(scenario: Scenario, play: Play, points: int | None = None, given: Given = NOTHING_GIVEN) -> Job:
    """What an engine needs to play any run of a request."""
    if play.engine not in PLAYERS:
        raise UnknownName("engine", play.engine, PLAYERS)
    check_rules(scenario)
    per_point = per_point_of(scenario, int(play.replications), points, len(given.paths) > 0)
    return Job(play.engine, scenario, as_plan(scenario, given), play.seed, per_point)


def per_point_of(scenario: Scenario, replications: int, points: int | None, is_given: bool = False) -> int:
    """Runs that share one draw of the uncertain numbers; where the past is relived, that and all of the past."""
    if scenario.observed is None:
        return 1 if points is None else replications
    pasts = len(scenario.observed.parents)
    if points is None:
        return -(-replications // pasts)
    if (replications if is_given else points) > pasts:
        raise RequestRefused(
            f"{scenario.name} has {pasts:,} pasts, and each of {replications if is_given else points:,} "
            f"{'replications' if is_given else 'points'} needs its own. Ask for fewer, or update with more --runs."
        )
    return replications


def check_rules(scenario: Scenario) -> None:
    """Refuses to relive a past under other rules than those under which it was seen."""
    seen = scenario.observed
    if seen is not None and seen.rules != rulebook_hash():
        raise RequestRefused(
            f"{scenario.name}: its past was chosen under rules {seen.rules}, and these are {rulebook_hash()}. "
            f"Update {scenario.base or 'its base'} anew."
        )


def agents_player(job: Job) -> Player:
    """Plays runs on the readable engine."""
    from scenarios.engine.agents import play_chunk

    def play(records: Records, first: int, last: int) -> None:
        play_chunk(job.scenario, job.plan, records, Chunk(job.seed, first, last, job.per_point, job.in_full))

    return play


def batch_player(job: Job) -> Player:
    """Plays runs on the fast engine, one chunk after the other: the working memory is its own."""
    from scenarios.engine.batch import machine_loop
    from scenarios.engine.sheets import new_desk

    loop, desk, past = machine_loop(), new_desk(job.plan), relived_by(job.scenario)

    def play(records: Records, first: int, last: int) -> None:
        # interpreted, numpy's integers warn where machine integers wrap as they should
        with np.errstate(over="ignore") if is_interpreted() else np.errstate():
            loop(job.plan, past, desk, records, Chunk(job.seed, first, last, job.per_point, job.in_full))

    return play


PLAYERS = {"batch": batch_player, "agents": agents_player}


def records_of(job: Job, first: int, last: int, keep_events: bool = True) -> Records:
    """Records of runs `first` to `last` - 1, with events and deliveries or without; again if they did not fit."""
    play, runs = PLAYERS[job.engine](job), last - first
    in_full, fit = max(0, min(job.in_full, last) - first), runs * EVENTS_A_RUN if keep_events else 0
    while True:
        records = empty_records(job.plan, runs, fit, in_full)
        play(records, first, last)
        n, arrived = int(records.n_events[0]), int(records.n_deliveries[0])
        if max(n, arrived) <= fit or not keep_events:
            return records._replace(events=records.events[: n * EVENT_WIDTH], deliveries=records.deliveries[:arrived])
        fit = max(n, arrived)


def played_chunk(job: Job, first: int, last: int, keep_events: bool = False) -> Records:
    """A chunk of runs as their tables keep it, with events and deliveries of the first runs, or of any if so asked.

    Events are in single precision: every run, step and level is exact, and the largest table half as large.
    """
    records = records_of(job, first, last, keep_events or first < RUNS_WITH_EVENTS)
    # copies, so that the room for what did not come is given back
    return records._replace(events=records.events.astype(np.float32), deliveries=records.deliveries.copy())


@contextmanager
def told(progress: Progress | None, name: str, unit: str = " runs") -> Iterator[Progress | None]:
    """Whom to tell how far it is: whoever asked, else a bar in a notebook, else nobody."""
    if progress is not None or notebook() is None:
        yield progress
        return
    if find_spec("ipywidgets") is not None:
        from tqdm.auto import tqdm
    else:  # tqdm.auto would warn that it wants them
        from tqdm import tqdm
    with tqdm(desc=name, unit=unit, leave=False) as bar:

        def tell(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield tell


# -- a process that plays for another ----------------------------------------------------------------------------------


def serve() -> None:
    """Leaves Ctrl-C to the process that started this one, and ends when that one is killed.

    Here, and not where tables are made of what was played: each process would import pandas for nothing.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(parent_process(),), daemon=True).start()


def _end_with(parent: Any) -> None:
    """Waits for the end of the process that started this one."""
    parent.join()
    os._exit(1)
