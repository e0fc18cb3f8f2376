"""What does news change? The runs that agree with what was seen are kept, and played on from there.

What is seen on a day hangs on nothing later: the runs are asked as they stand on that day, and the future of each is
drawn anew. So the chances of an updated scenario are the chances given what was seen.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scenarios.engine.compiler import rulebook_hash
from scenarios.errors import RequestRefused, ScenarioError, UserError
from scenarios.intervals import estimated
from scenarios.legible import Glimpsed
from scenarios.moments import Floats, Truths
from scenarios.outcomes.outcome import Outcome, headlines, outcome_named
from scenarios.outcomes.reading import Reading
from scenarios.recorded import RUNS_WITH_EVENTS
from scenarios.results import Results
from scenarios.runs.job import Play, checked_size, job_of, seed_of
from scenarios.runs.play import played, played_job
from scenarios.scenario import arrays, finding, user_table
from scenarios.scenario.scenario import Observation, Observed, Scenario
from scenarios.significance import NOT_AT_RISK, apart_gap, holm, verdicts
from scenarios.summary import indicators
from scenarios.tally import chance_names
from scenarios.vocabulary import Fate

COLUMNS = ("date", "event")
DAYS = re.compile(r"\d{4}-\d{2}-\d{2}")
Row = tuple[str, Any, str]  # where it stands, day, event
LEAST_KEPT = 50  # judgement: with fewer pasts an error is itself known to no better than a tenth
PERMUTATIONS = 400
QUANTILE = 0.95
ROUNDING = 1e-9  # of a mean over all runs
GAP = ("difference", "difference_se", "difference_low", "difference_high", "p")


def observations_of(
    base: Scenario, observed: Path | str | Iterable[tuple[Any, str]], to: date | str
) -> tuple[tuple[Observation, ...], date]:
    """What was seen, in the order of the dates, and the day to which the clock is moved."""
    check_base(base)
    day = finding.day_within("--to", str(to), base)
    if steps_to(base, day) < 1:
        raise RequestRefused(f"--to {day}: no step is over by then. Allowed: from {base.step} 1 after {base.start} on.")
    found, faults = [], []
    for place, said, event in _rows_of(observed):
        row = Observation(user_table.as_day(said), event)
        fault = fault_of_row(base, row, day)
        faults += [f"{place}: {fault}"] if fault else []
        found.append(row)
    if faults:
        raise ScenarioError(faults[: user_table.MOST_FAULTS])
    if not found:
        raise RequestRefused("Nothing was seen: no row. Write at least one date and event.")
    return tuple(sorted(found, key=lambda row: row.on)), day


def asked(row: Observation, scenario: Scenario) -> Outcome:
    """Whether a run agrees: by the day, wherever the event says no other window."""
    return outcome_named(f"({row.event}) by {row.on}", scenario)


def check_base(base: Scenario) -> None:
    """Refuses a base of which the past cannot be chosen."""
    if base.observed is not None:
        raise RequestRefused(
            f"{base.name} was updated already. Add the new rows to those that it was updated by, and update "
            f"{base.base or 'its base'} with all of them."
        )
    if "pressure" in base.freeze:
        raise RequestRefused(f"{base.name} has its pressure frozen: no news can agree with that. Update it unfrozen.")


def _rows_of(observed: Path | str | Iterable[tuple[Any, str]]) -> list[Row]:
    """The rows with the places where they stand."""
    if not isinstance(observed, (Path, str)):
        return [(f"row {k}", day, str(event)) for k, (day, event) in enumerate(observed, start=1)]
    table, name = user_table.read_table(observed), Path(observed).name
    if sorted(table.head) != sorted(COLUMNS):
        raise ScenarioError(
            [f"{name}, line 1: the columns are {', '.join(table.head)}. Needed: {', '.join(COLUMNS)}, and no other."]
        )
    on, event = (table.head.index(column) for column in COLUMNS)
    return [(f"{name}, line {at}", row[on], row[event]) for at, row in zip(table.lines, table.rows, strict=True)]


def fault_of_row(base: Scenario, row: Observation, to: date) -> str:
    """What is wrong with something seen; empty if nothing is."""
    if not isinstance(row.on, date):
        return f"{str(row.on)[:40]!r} must be a date like 2026-01-20."
    for day in (row.on, *map(user_table.as_day, DAYS.findall(row.event))):
        if isinstance(day, date) and not base.start <= day <= to:
            return f"{day} must lie from the opening, {base.start}, to the day of the update, {to}."
    try:
        asked(row, base)
    except UserError as error:
        return str(error)
    return ""


@dataclass(frozen=True, repr=False)
class Updated(Glimpsed):
    """A scenario whose clock was moved on, and what was learnt of it.

    Attributes
    ----------
    scenario : Scenario
        Its runs relive the past that was seen; `simulate` and all other questions take it.
    base : Scenario
    observations : DataFrame
        One row something seen: ``on``, ``event``, ``runs`` that agree with it alone, their ``share``, and ``others``,
        the runs that agree with all but it.
    numbers : DataFrame
        One row an uncertain number, the most moved first: ``path``, ``mean``, ``mean_kept``, ``shift`` [standard
        deviations], and ``bound``, which the largest shift of as many runs chosen by lot passes in one case of twenty.
    client_gone : int
        Runs that agree and in which the client has met its end.
    """

    scenario: Scenario
    base: Scenario
    observations: pd.DataFrame
    numbers: pd.DataFrame
    client_gone: int

    def glimpse(self) -> tuple[str, dict[str, str]]:
        """To which day, and how many runs agree with what was seen."""
        seen = self.scenario.observed
        facts = {} if seen is None else {"runs that agree": f"{len(seen.parents):,} of {seen.runs:,}"}
        facts |= {"client gone in": f"{self.client_gone:,} of them", "goes on as": ".scenario"}
        return f"{self.base.name}, moved on to {self.scenario.opening}", facts | {"tables": "observations, numbers"}


def update(
    base: Scenario,
    observed: Path | str | Iterable[tuple[Any, str]],
    to: date | str,
    runs: int = 20_000,
    rng: Any = 1,
    jobs: int = 0,
) -> Updated:
    """Moves the clock of a scenario on to a later day, by what was seen until then.

    Parameters
    ----------
    base : Scenario
    observed : Path, str, or iterable of (date, str)
        CSV file with the columns ``date`` and ``event``, or its rows: an event in the words of a question, by that day
        unless it has a window of its own.
    to : date or str
        The later opening, within the horizon.
    runs : int
        Runs of the base among which those that agree are sought; at most 100,000.
    rng, jobs
        As in `simulate`.

    Returns
    -------
    Updated

    Raises
    ------
    ScenarioError
        With every faulty row.
    RequestRefused
        If fewer than 50 runs agree, or the base cannot be updated.

    Notes
    -----
    A past has as many futures as it takes to make up the runs that are asked for; in every error they count as one
    draw. Something that must last to count, as a step-back, is seen on the day on which it begins: nobody sees how long
    it will last.

    Examples
    --------
    >>> from scenarios import load
    >>> found = update(load("toy"), [("2030-03-03", "rung >= 4")], "2030-03-03", runs=400)
    >>> found.scenario.steps - found.base.steps, len(found.scenario.observed.parents) >= 50
    (8, True)
    """
    checked_size(runs, None, RUNS_WITH_EVENTS)
    rows, day = observations_of(base, observed, to)
    play = Play(int(runs), seed_of(rng), jobs=jobs)
    seen = runs_as_seen(replace(base, steps=steps_to(base, day)), play)
    reading = Reading(seen)
    # a run that cannot say does not agree; shape (runs, rows)
    agree: Truths = np.column_stack([asked(row, base).values(reading) == 1.0 for row in rows])
    table = observation_table(rows, agree)
    kept: Truths = np.logical_and.reduce(agree, axis=1)
    is_gone = seen.runs["client_outcome"].to_numpy() != Fate.HOLDS.word
    check_enough(table, int(kept.sum()), play.replications)
    parents = tuple(int(run) for run in np.flatnonzero(kept))
    observed_now = Observed(day, rows, play.seed, play.replications, parents, "", rulebook_hash())
    numbers = number_table(seen, kept, play.seed)
    return Updated(moved_on(base, observed_now), base, table, numbers, int((kept & is_gone).sum()))


def steps_to(scenario: Scenario, day: date) -> int:
    """Whole steps from the opening to a day."""
    return int((day - scenario.start).days // scenario.step_days)


def runs_as_seen(scenario: Scenario, play: Play) -> Results:
    """Runs as they stand at the horizon, where nobody knows what comes: what must last counts from its first step."""
    job = job_of(scenario, play)
    shape = job.plan.shape._replace(overtime=0, persistence=0, notch=0, least=0)
    job = job._replace(plan=job.plan._replace(shape=shape), in_full=0)
    return played_job(job, play.replications, play, play.manifest(None))


def moved_on(base: Scenario, seen: Observed) -> Scenario:
    """The base with its clock moved on: as many steps lie ahead as before, and what was set stays in the past."""
    first_day = base.start + timedelta(days=1)
    settings = tuple(replace(each, on=each.on or first_day) for each in base.settings)
    moved = replace(
        base,
        name=f"{base.name}_to_{seen.to}",
        title=f"{base.title}, seen up to {seen.to}",
        base=base.name,
        overlays=(),
        steps=base.steps + steps_to(base, seen.to),
        settings=settings,
        observed=seen,
    )
    return replace(
        moved, observed=replace(seen, past=arrays.past_of(moved, arrays.laid_plan(moved, arrays.NOTHING_GIVEN)))
    )


def observation_table(rows: tuple[Observation, ...], agree: Truths) -> pd.DataFrame:
    """How many runs agree with each thing seen, and with all but it."""
    missed = (~agree).sum(axis=1)
    others = [int(((missed == 0) | ((missed == 1) & ~agree[:, k])).sum()) for k in range(len(rows))]
    columns = {"on": [row.on for row in rows], "event": [row.event for row in rows]}
    counts = agree.sum(axis=0)
    return pd.DataFrame({**columns, "runs": counts, "share": counts / len(agree), "others": others})


def costliest(observations: pd.DataFrame) -> tuple[str, date, int, int]:
    """What was seen without which most runs would be left; of several the one that fewest runs agree with."""
    first = observations.sort_values(["others", "runs"], ascending=[False, True]).iloc[0]
    return first["event"], first["on"], first["runs"], first["others"]


def check_enough(observations: pd.DataFrame, kept: int, runs: int) -> None:
    """Refuses to go on from too few runs."""
    if kept >= LEAST_KEPT:
        return
    event, on, alone, others = costliest(observations)
    needed = f"--runs {runs * LEAST_KEPT * 1.3 / kept:,.0f}" if kept else "more --runs"
    raise RequestRefused(
        f"{kept} of {runs:,} runs agree with all that was seen; {LEAST_KEPT} are needed to go on from. It costs most "
        f"that by {on} '{event}': {alone:,} runs agree with it, {others:,} with all else. Ask for {needed} (at most "
        f"{RUNS_WITH_EVENTS:,}), or drop or soften that row. If what was seen is as rare as that, doubt the scenario."
    )


def number_table(seen: Results, kept: Truths, seed: int) -> pd.DataFrame:
    """How far what was seen moved each uncertain number, the most moved first."""
    paths = [path for path in seen.scenario.uncertain if path in seen.runs]
    values = seen.runs[paths].to_numpy(dtype=np.float64)
    spread = values.std(axis=0)
    spread[spread == 0.0] = np.inf
    standard = (values - values.mean(axis=0)) / spread
    bound = shift_by_lot(standard, int(kept.sum()), seed)
    table = pd.DataFrame(
        {
            "path": paths,
            "mean": values.mean(axis=0),
            "mean_kept": values[kept].mean(axis=0),
            "shift": standard[kept].mean(axis=0),
            "bound": bound,
        }
    )
    return table.sort_values("shift", key=abs, ascending=False, kind="stable", ignore_index=True)


def shift_by_lot(standard: Floats, kept: int, seed: int) -> float:
    """The 95 % point of the largest shift of any number when as many runs are kept by lot."""
    if standard.shape[1] == 0:
        return 0.0
    lots = np.random.Generator(np.random.Philox(seed))
    largest = [np.abs(standard[lots.permutation(len(standard))[:kept]].mean(axis=0)).max() for _ in range(PERMUTATIONS)]
    return max(float(np.quantile(largest, QUANTILE)), ROUNDING)


def changed_chances(updated: Updated, play: Play) -> pd.DataFrame:
    """The headline of the base and of the updated scenario, over as many runs each."""
    base, scenario = updated.base, updated.scenario
    before, after = played(replace(base, steps=scenario.steps), play), played(scenario, play)
    rows = [row for by in (base.steps, scenario.steps) for row in rows_by(scenario, before, after, by)]
    table = pd.DataFrame(rows)
    table["p_adjusted"] = holm(table["p"].to_numpy())
    said = [NOT_AT_RISK if np.isnan(value) else None for value in table["difference"]]
    return table.assign(verdict=verdicts(table["p_adjusted"].to_numpy(), said))


def rows_by(scenario: Scenario, before: Results, after: Results, by: int) -> Iterator[dict[str, Any]]:
    """Who has stepped back by a step, how far, and what has become of the client, before and after the update."""
    sides = [indicators(results, by + 1) for results in (before, after)]
    points = [results.runs["scenario_id"].to_numpy() for results in (before, after)]
    for name in headlines(scenario) + [name for name in chance_names(scenario) if name.startswith("client.")]:
        row: dict[str, Any] = {"outcome": name, "by": by}
        was, now = (side[name] for side in sides)
        for side, *runs in zip(("before", "after"), (was, now), points, strict=True):
            found = estimated(*runs)  # runs of one past count as one draw
            row |= found.named(side) | {f"{side}_n": found.n}
        yield row | dict(zip(GAP, apart_gap(was, now, *points), strict=True))
