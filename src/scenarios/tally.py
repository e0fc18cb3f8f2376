"""How are runs counted, block after block, so that a summary needs no run in memory? Whole numbers that add up exactly.

Every quantity of the summary follows from counts: a chance and its error from sums of zeros and ones, a median from the
count of runs by step. Whole numbers have no rounding, so that the blocks in which runs come cannot change a bit.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from scenarios.errors import RequestRefused
from scenarios.moments import Integers, Moments, Truths, no_moments, with_values
from scenarios.results import Results
from scenarios.scenario.arrays import N_RUNGS
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import Fate, Reason

EVENTS = ("step_back", "step_back_further", "abandonment", "step_up", "denied", "notch", "pause")
ENDINGS = ("client_gone_first", "neither")
SLICE = 10_000  # runs counted at once
NEVER = -1


class Facts(NamedTuple):
    """What the summary must know of some consecutive runs; patrons and channels in the order of the file.

    Attributes
    ----------
    point : ndarray of int64, shape (runs,)
        Draw of the uncertain numbers that each run belongs to.
    fate, ended_at : ndarray of int64, shape (runs,)
        What became of the client, and at which step, -1 for never.
    at_risk : ndarray of bool, shape (runs, patrons)
    at : ndarray of int64, shape (runs, patrons, events)
        Step of each of `EVENTS`, -1 for never.
    channel, rung, reason : ndarray of int64, shape (runs, patrons)
        Of the step-back, -1 if there was none.
    """

    point: Integers
    fate: Integers
    ended_at: Integers
    at_risk: Truths
    at: Integers
    channel: Integers
    rung: Integers
    reason: Integers

    def slices(self) -> Iterator["Facts"]:
        """The same in pieces of at most `SLICE` runs."""
        for first in range(0, len(self.point), SLICE):
            yield Facts(*(column[first : first + SLICE] for column in self))  # type: ignore[arg-type]


class Tally(NamedTuple):
    """All that the summary needs of the runs so far.

    Attributes
    ----------
    chances : Moments
        Of the outcomes of `chance_names`.
    times : ndarray of int64, shape (patrons, events, steps + 1)
        Count of runs by the step of an event.
    backs : ndarray of int64, shape (patrons,)
        Step-backs of patrons at risk.
    channels, rungs, reasons : ndarray of int64, shape (patrons, channels | 11 | reasons)
        The same by channel, rung and reason.
    """

    chances: Moments
    times: Integers
    backs: Integers
    channels: Integers
    rungs: Integers
    reasons: Integers


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

    def steps(name: str) -> Integers:
        return np.stack([table[name].fillna(NEVER).to_numpy(dtype=np.int64) for table in tables], axis=1)

    def truths(name: str) -> Truths:
        return np.stack([table[name].to_numpy(dtype=bool) for table in tables], axis=1)

    def codes(name: str, words: tuple[str, ...]) -> Integers:
        return np.stack([codes_of(table[name], words) for table in tables], axis=1)

    points = results.runs["scenario_id"] if "scenario_id" in results.runs else results.runs["run"]
    return Facts(
        point=points.to_numpy(dtype=np.int64),
        fate=codes_of(results.runs["client_outcome"], tuple(Fate.words())),
        ended_at=results.runs["client_outcome_at"].fillna(NEVER).to_numpy(dtype=np.int64),
        at_risk=truths("at_risk"),
        at=np.stack([steps(f"{event}_at") for event in EVENTS], axis=2),
        channel=codes("first_channel", scenario.channels),
        rung=steps("rung_at_step_back"),
        reason=codes("reason", tuple(Reason.words())),
    )


def seen_before(facts: Facts, step: float) -> Facts:
    """What was to be seen of the runs before some step."""
    is_over = (facts.ended_at >= 0) & (facts.ended_at < step)
    return facts._replace(
        at=np.where(facts.at < step, facts.at, NEVER), fate=np.where(is_over, facts.fate, int(Fate.HOLDS))
    )


def codes_of(column: "object", words: tuple[str, ...]) -> Integers:
    """Places of the words of a column in a list, -1 where there is none."""
    import pandas as pd

    return pd.Categorical(column, categories=list(words)).codes.astype(np.int64)  # type: ignore[call-overload,no-any-return]


def chances_of(facts: Facts) -> tuple[Integers, Truths]:
    """Outcomes of each run as 0 or 1, and where they count: a patron that gives nothing cannot step back, only up.

    Returns
    -------
    values : ndarray of int64, shape (runs, outcomes)
    counts : ndarray of bool, shape (runs, outcomes)
    """
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
    patrons, channels = len(scenario.patrons), len(scenario.channels)
    return Tally(
        chances=no_moments(len(chance_names(scenario))),
        times=np.zeros((patrons, len(EVENTS), scenario.steps + 1), dtype=np.int64),
        backs=np.zeros(patrons, dtype=np.int64),
        channels=np.zeros((patrons, channels), dtype=np.int64),
        rungs=np.zeros((patrons, N_RUNGS), dtype=np.int64),
        reasons=np.zeros((patrons, len(Reason)), dtype=np.int64),
    )


def with_runs(tally: Tally, facts: Facts) -> Tally:
    """The tally with some more consecutive runs."""
    for piece in facts.slices():
        back = piece.at_risk & (piece.at[:, :, 0] >= 0)
        tally = Tally(
            chances=with_values(tally.chances, *chances_of(piece), piece.point),
            times=tally.times + counted(times_of(piece), tally.times.shape[-1]),
            backs=tally.backs + back.sum(axis=0),
            channels=tally.channels + counted(np.where(back, piece.channel, NEVER), tally.channels.shape[-1]),
            rungs=tally.rungs + counted(np.where(back, piece.rung, NEVER), N_RUNGS),
            reasons=tally.reasons + counted(np.where(back, piece.reason, NEVER), len(Reason)),
        )
    return tally


def times_of(facts: Facts) -> Integers:
    """Steps of the events that count: a patron that gives nothing can only step up. Shape (runs, patrons, events)."""
    counts = facts.at_risk[:, :, None] | (np.arange(len(EVENTS)) == EVENTS.index("step_up"))
    return np.where(counts, facts.at, NEVER)


def counted(codes: Integers, n: int) -> Integers:
    """How often each of n codes occurs over the runs; negative ones are left out. Shape (..., n)."""
    flat = codes.reshape(len(codes), -1)
    places = flat + n * np.arange(flat.shape[1])
    found = np.bincount(places[flat >= 0], minlength=n * flat.shape[1])
    return found.reshape(*codes.shape[1:], n)


def with_differences(moments: Moments, mine: Facts, theirs: Facts) -> Moments:
    """The sums of matched differences with some more runs, run by run."""
    for one, other in zip(mine.slices(), theirs.slices(), strict=True):
        values, counts = chances_of(one)
        others, also = chances_of(other)
        both = counts & also
        moments = with_values(moments, (values - others) * both, both, one.point)
    return moments


class Tallies(NamedTuple):
    """Counts of the scenario's runs, of the control's, and of their matched differences."""

    scenario: Tally
    control: Tally | None = None
    gap: Moments | None = None


def no_tallies(scenario: Scenario, with_control: bool) -> Tallies:
    """Counts before any run, with or without a control."""
    empty = no_tally(scenario)
    return Tallies(empty, empty, no_moments(len(empty.chances.n))) if with_control else Tallies(empty)


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
