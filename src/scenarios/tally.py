"""How are runs counted, block after block, so that a summary needs no run in memory? Whole numbers that add up exactly.

Every quantity of the summary follows from counts: a chance and its error from sums of zeros and ones, a median from the
count of runs by step. Whole numbers have no rounding, so that the blocks in which runs come cannot change a bit.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scenarios.errors import RequestRefused
from scenarios.moments import Integers, Moments, Truths, no_moments, with_lone_truths, with_more, with_points
from scenarios.results import Results
from scenarios.scenario.arrays import N_RUNGS
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import Fate, Reason

EVENTS = ("step_back", "step_back_further", "abandonment", "step_up", "denied", "notch", "pause")
ENDINGS = ("client_gone_first", "neither")
SLICE = 10_000  # runs counted at once
CELLS = 2_000_000  # cases x points that are counted at once where runs share draws
NEVER = -1


class Facts(NamedTuple):
    """What the summary must know of some consecutive runs; patrons and channels in the order of the file."""

    # shape (runs,)
    point: Integers  # draw of the uncertain numbers that each run belongs to
    fate: Integers  # what became of the client
    ended_at: Integers  # step, -1 for never
    # shape (runs, patrons); (runs, patrons, events) of `at`
    at_risk: Truths
    at: Integers  # step of each of `EVENTS`, -1 for never
    channel: Integers  # of the step-back, -1 if there was none, as rung and reason
    rung: Integers
    reason: Integers

    def slices(self) -> Iterator["Facts"]:
        """The same in pieces of at most `SLICE` runs."""
        for first in range(0, len(self.point), SLICE):
            yield Facts(*(column[first : first + SLICE] for column in self))  # type: ignore[arg-type]


class Counts(NamedTuple):
    """How often events fell on each step, and step-backs on each channel, rung and reason; shape (..., n)."""

    times: Integers
    channels: Integers
    rungs: Integers
    reasons: Integers


class Tally(NamedTuple):
    """All that the summary needs of the runs so far."""

    chances: Moments  # of the outcomes of `chance_names`
    counts: Counts  # shape (patrons, events, steps + 1) of runs; (patrons, ...) of step-backs of patrons at risk
    cases: Moments  # of `cases_of` these counts, with what runs that share a draw have in common

    @property
    def backs(self) -> Integers:
        """Step-backs of each patron at risk."""
        found: Integers = self.counts.times[:, 0].sum(axis=-1)
        return found


def chance_names(scenario: Scenario) -> list[str]:
    """The outcomes that have a probability, in the order of the summary.

    Examples
    --------
    >>> from scenarios import load
    >>> chance_names(load("toy"))[-1]
    'client.exits'
    """
    names = [f"{patron}.{word}" for patron in scenario.patrons for word in (*EVENTS, *ENDINGS)]
    return names + [f"client.{fate}" for fate in Fate.words()]


def facts_of(results: Results) -> Facts:
    """What the summary must know of runs that are held in memory."""
    scenario = results.scenario
    tables = [results.patrons[results.patrons["patron"] == patron] for patron in scenario.patrons]

    def of_patrons(name: str, read: Callable[[Any], Any]) -> Any:
        return np.stack([read(table[name]) for table in tables], axis=1)

    points = results.runs["scenario_id"] if "scenario_id" in results.runs else results.runs["run"]
    return Facts(
        point=points.to_numpy(dtype=np.int64),
        fate=codes_of(results.runs["client_outcome"], tuple(Fate.words())),
        ended_at=_steps_of(results.runs["client_outcome_at"]),
        at_risk=of_patrons("at_risk", lambda column: column.to_numpy(dtype=bool)),
        at=np.stack([of_patrons(f"{event}_at", _steps_of) for event in EVENTS], axis=2),
        channel=of_patrons("first_channel", lambda column: codes_of(column, scenario.channels)),
        rung=of_patrons("rung_at_step_back", _steps_of),
        reason=of_patrons("reason", lambda column: codes_of(column, tuple(Reason.words()))),
    )


def seen_before(facts: Facts, step: float) -> Facts:
    """What was to be seen of the runs before some step."""
    is_over = (facts.ended_at >= 0) & (facts.ended_at < step)
    return facts._replace(
        at=np.where(facts.at < step, facts.at, NEVER), fate=np.where(is_over, facts.fate, int(Fate.HOLDS))
    )


def _steps_of(column: "pd.Series[Any]") -> Integers:
    """A column of whole numbers, -1 where there is none."""
    found: Integers = column.fillna(NEVER).to_numpy(dtype=np.int64)
    return found


def codes_of(column: "object", words: tuple[str, ...]) -> Integers:
    """Places of the words of a column in a list, -1 where there is none."""
    return pd.Categorical(column, categories=list(words)).codes.astype(np.int64)  # type: ignore[call-overload,no-any-return]


def outcomes_of_runs(facts: Facts) -> tuple[Integers, Truths]:
    """Outcomes of each run as 0 or 1, and where they count: a patron that gives nothing cannot step back, only up."""
    n = len(facts.point)
    happened = facts.at >= 0
    back, ended = happened[:, :, 0], (facts.fate != Fate.HOLDS)[:, None]
    words = [*np.moveaxis(happened, 2, 0), ended & ~back, ~ended & ~back]
    values = np.stack(words, axis=2)
    counts = np.repeat(facts.at_risk[:, :, None], values.shape[2], axis=2)
    counts[:, :, EVENTS.index("step_up")] = True
    fates = facts.fate[:, None] == np.arange(len(Fate))
    values = np.concatenate([values.reshape(n, -1), fates], axis=1).astype(np.int64)
    counts = np.concatenate([counts.reshape(n, -1), np.ones_like(fates)], axis=1)
    return values * counts, counts


def no_tally(scenario: Scenario) -> Tally:
    """A tally before any run has been counted."""
    sizes = (len(EVENTS), scenario.steps + 1), (len(scenario.channels),), (N_RUNGS,), (len(Reason),)
    counts = Counts(*(np.zeros((len(scenario.patrons), *size), dtype=np.int64) for size in sizes))
    return Tally(no_moments(len(chance_names(scenario))), counts, no_moments(len(cases_of(counts)[0])))


def with_runs(tally: Tally, facts: Facts) -> Tally:
    """The tally with some more consecutive runs."""
    for piece in facts.slices():
        codes = codes_by_kind(piece)
        counts = Counts(*(counted(column, sums.shape[-1]) for column, sums in zip(codes, tally.counts, strict=True)))
        tally = Tally(
            chances=with_more(tally.chances, *outcomes_of_runs(piece), piece.point),
            counts=Counts(*map(np.add, tally.counts, counts)),
            cases=with_cases(tally.cases, codes, counts, piece.point),
        )
    return tally


def codes_by_kind(facts: Facts) -> Counts:
    """Step of each event, and channel, rung and reason of each step-back that counts, -1 for none; by run."""
    back = facts.at_risk & (facts.at[:, :, 0] >= 0)
    kinds = (np.where(back, codes, NEVER) for codes in (facts.channel, facts.rung, facts.reason))
    return Counts(times_of(facts), *kinds)


def times_of(facts: Facts) -> Integers:
    """Steps of the events that count: a patron that gives nothing can only step up. Shape (runs, patrons, events)."""
    counts = facts.at_risk[:, :, None] | (np.arange(len(EVENTS)) == EVENTS.index("step_up"))
    return np.where(counts, facts.at, NEVER)


def counted(codes: Integers, n: int) -> Integers:
    """How often each of n codes occurs over the runs; negative ones are left out. Shape (..., n)."""
    found: Integers = counted_by(codes, n, np.array([0, len(codes)]))[0]
    return found


def cases_of(counts: Counts) -> tuple[Integers, Integers]:
    """Cases and of how many, one after the other: events by each step, channels, rungs, reasons. Shape (..., cases)."""
    events = counts.times.sum(axis=-1)
    backs = events[..., 0]
    found = (np.cumsum(counts.times, axis=-1), *counts[1:])
    numbers = (np.broadcast_to(n[..., None], of.shape) for n, of in zip((events, *[backs] * 3), found, strict=True))
    flat = [[column.reshape(*backs.shape[:-1], -1) for column in columns] for columns in (found, numbers)]
    return np.concatenate(flat[0], axis=-1), np.concatenate(flat[1], axis=-1)


def with_cases(moments: Moments, codes: Counts, counts: Counts, point: Integers) -> Moments:
    """The sums of `cases_of` with some more runs: those that share a draw point by point, the others all at once."""
    edges = np.flatnonzero(np.r_[True, point[1:] != point[:-1]])
    sizes = np.diff(np.r_[edges, len(point)])
    is_lone = sizes == 1
    is_lone[-1] = False  # its further runs may still come
    is_lone[0] &= bool(point[0] != moments.open_point)
    shared = np.flatnonzero(~np.repeat(is_lone, sizes))
    codes, point = Counts(*(column[shared] for column in codes)), point[shared]
    lone = (column - counted(code, column.shape[-1]) for code, column in zip(codes, counts, strict=True))
    moments = with_lone_truths(moments, *cases_of(Counts(*lone)))
    edges = np.r_[np.flatnonzero(np.r_[True, point[1:] != point[:-1]]), len(point)]
    at_once = max(1, CELLS // len(moments.n))
    for first in range(0, len(edges) - 1, at_once):
        begins = edges[first : first + at_once + 1]
        some = slice(begins[0], begins[-1])
        by_point = (
            counted_by(code[some], column.shape[-1], begins) for code, column in zip(codes, counts, strict=True)
        )
        moments = with_points(moments, *cases_of(Counts(*by_point)), point[begins[:-1]])
    return moments


def counted_by(codes: Integers, n: int, begins: Integers) -> Integers:
    """How often each of n codes occurs in the runs of each point, between two beginnings. Shape (points, ..., n)."""
    flat = codes.reshape(len(codes), -1)
    points = len(begins) - 1
    place = np.repeat(np.arange(points), np.diff(begins))
    places = (place[:, None] * flat.shape[1] + np.arange(flat.shape[1])) * n + flat
    found = np.bincount(places[flat >= 0], minlength=points * flat.shape[1] * n)
    return found.reshape(points, *codes.shape[1:], n)


class Gaps(NamedTuple):
    """Sums of matched differences, and in how many runs it happened in the scenario only; shape (outcomes,)."""

    moments: Moments
    ups: Integers


def with_differences(gaps: Gaps, mine: Facts, theirs: Facts) -> Gaps:
    """The matched differences with some more runs, run by run."""
    moments, ups = gaps
    for one, other in zip(mine.slices(), theirs.slices(), strict=True):
        values, counts = outcomes_of_runs(one)
        others, also = outcomes_of_runs(other)
        both = counts & also
        differences = (values - others) * both
        moments, ups = with_more(moments, differences, both, one.point), ups + (differences > 0).sum(axis=0)
    return Gaps(moments, ups)


class Tallies(NamedTuple):
    """Counts of the scenario's runs, of the control's, and of their matched differences."""

    scenario: Tally
    control: Tally | None = None
    gap: Gaps | None = None


def no_tallies(scenario: Scenario, with_control: bool) -> Tallies:
    """Counts before any run, with or without a control."""
    empty = no_tally(scenario)
    nothing = no_moments(len(empty.chances.n))
    return Tallies(empty, empty, Gaps(nothing, nothing.n)) if with_control else Tallies(empty)


def with_block(found: Tallies, block: Results, control: Results | None = None) -> Tallies:
    """The counts with some more consecutive runs and their matched control."""
    mine = facts_of(block)
    tally = with_runs(found.scenario, mine)
    if control is None or found.control is None or found.gap is None:
        return Tallies(tally)
    theirs = facts_of(control)
    if len(mine.point) != len(theirs.point):
        raise RequestRefused(
            f"{len(mine.point)} runs and {len(theirs.point)} of the control are no pairs. Simulate both with the same "
            "replications, points and rng."
        )
    return Tallies(tally, with_runs(found.control, theirs), with_differences(found.gap, mine, theirs))
