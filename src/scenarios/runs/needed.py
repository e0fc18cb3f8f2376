"""How many runs does it take until the headline is known well enough? More and more are played and counted."""

from concurrent.futures import Executor
from typing import Any, NamedTuple

import numpy as np

from scenarios.errors import RequestRefused
from scenarios.runs.counting import counted_facts
from scenarios.runs.job import MOST_RUNS, Play, Progress, job_of, seed_of
from scenarios.runs.play import cancelled, submitted, workers
from scenarios.scenario.scenario import Scenario
from scenarios.summary import known_chances
from scenarios.tally import Tally, chance_names, no_tally, with_runs

HEADLINE = ("step_back", "step_back_further")
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
    job, tally, done = job_of(scenario, play), no_tally(scenario), 0
    target = FIRST_BATCH
    with workers(play) as pool:
        while True:
            check_limit(target, until_se, most)
            for first in range(done, target, AHEAD):
                waiting = submitted(pool, counted_facts, job, first, min(first + AHEAD, target))
                try:
                    for future in waiting:
                        tally = with_runs(tally, future.result())
                        if progress is not None:
                            progress(int(tally.chances.n.max()), target)
                finally:
                    cancelled(waiting)
            done = target
            outcome, error = largest_error(scenario, tally)
            if error < until_se:
                return Needed(done, outcome, error)
            target = next_target(done, error, until_se, most)


def largest_error(scenario: Scenario, tally: Tally) -> tuple[str, float]:
    """The headline number that may be known least well, with the error that its limits allow, if ever at risk."""
    names = [f"{patron}.{event}" for patron in scenario.patrons for event in HEADLINE]
    errors = {
        name: largest_allowed(cell["low"], cell["high"], cell["n"])
        for name, cell in zip(chance_names(scenario), known_chances(tally.chances), strict=True)
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
    return min(rounded(min(max(wanted, 1.1 * done), FASTEST_GROWTH * done)), most)


def rounded(runs: float) -> int:
    """A number of runs rounded up to hundreds.

    Examples
    --------
    >>> rounded(1201.5)
    1300
    """
    return int(np.ceil(runs / ROUND)) * ROUND


def check_limit(wanted: float, until_se: float, most: int) -> None:
    """Refuses an error that takes more runs than are allowed."""
    if wanted > most:
        raise RequestRefused(
            f"An error below {until_se:g} would take {wanted:,.0f} runs or more, and at most {most:,} are allowed. "
            f"Ask for a larger error: {0.5 / most**0.5:.2g} is always reached."
        )
