"""How are runs counted without making tables of them? What a summary must know is read off the records."""

import numpy as np
from numpy.typing import NDArray

from scenarios.engine.records import PATRON_RECORD_WIDTH, RUN_WIDTH, Records
from scenarios.recorded import PatronRow, RunRow, columns
from scenarios.runs.chunks import CHUNK, Job, without_events
from scenarios.scenario.arrays import ordered
from scenarios.tally import EVENTS, NEVER, Facts, Tally, no_tally, with_runs


def counted_facts(job: Job, first: int, last: int) -> Facts:
    """Plays a chunk of runs and says what the summary must know of them."""
    return facts_of_records(job, without_events(job._replace(in_full=0), first, last), first)


def facts_of_records(job: Job, records: Records, first: int) -> Facts:
    """What the summary must know of some records; as `scenarios.tally.facts_of` reads it off their tables."""
    scenario = job.scenario
    names, channels = ordered(scenario, "patrons"), ordered(scenario, "channels")
    cube = records.patrons.reshape(-1, len(names), PATRON_RECORD_WIDTH)
    cube = cube[:, [names.index(name) for name in scenario.patrons]].astype(np.int64)
    rows = columns(PatronRow, cube)
    has_stepped = rows.step_back_at >= 0
    in_file = np.array([*(scenario.channels.index(name) for name in channels), NEVER])

    runs = columns(RunRow, records.runs.reshape(-1, RUN_WIDTH).astype(np.int64))

    def of_step_back(column: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.where(has_stepped, column, NEVER)

    return Facts(
        point=(first + np.arange(len(cube))) // job.per_point,
        fate=runs.fate,
        ended_at=np.where(runs.fate > 0, runs.ended_at, NEVER),
        at_risk=rows.at_risk > 0,
        unconfirmed=rows.unconfirmed > 0,
        at=np.maximum(np.stack([getattr(rows, f"{event}_at") for event in EVENTS], axis=-1), NEVER),
        channel=in_file[of_step_back(rows.first_channel)],
        rung=of_step_back(rows.rung_at_step_back),
        reason=of_step_back(rows.reason),
    )


def tally_of(job: Job, runs: int) -> Tally:
    """Plays the first runs of a job one chunk after the other, and counts them."""
    tally = no_tally(job.scenario)
    for first in range(0, runs, CHUNK):
        tally = with_runs(tally, counted_facts(job, first, min(first + CHUNK, runs)))
    return tally
