"""In which runs did an outcome occur? The outcomes by name, as users write them after ``--of``."""

from typing import TYPE_CHECKING

import numpy as np

from scenarios.errors import RequestRefused, UnknownName
from scenarios.questions.answers import channel_abandoned
from scenarios.scenario.dated import near_paths
from scenarios.summary import indicators
from scenarios.tally import chance_names

if TYPE_CHECKING:
    from scenarios.moments import Floats
    from scenarios.results import Results
    from scenarios.scenario.scenario import Scenario

ENDS = ("step_back", "client_gone_first", "neither")  # of each patron's support; they compete and sum to 1
OF_CHANNELS = ("step_back", "step_back_further", "abandonment")
TIME = ".at"


def channel_outcomes(scenario: "Scenario") -> list[str]:
    """Every step-back by the channel that went first."""
    return [
        f"{patron}.{event}.{channel}"
        for patron in scenario.patrons
        for event in OF_CHANNELS
        for channel in scenario.channels
    ]


def check_outcome(outcome: str, scenario: "Scenario") -> None:
    """Refuses what is no outcome of a scenario, or one that has no probability.

    Raises
    ------
    RequestRefused
        For a time.
    UnknownName
        With the nearest name.
    """
    plain, of_channels = chance_names(scenario), channel_outcomes(scenario)
    if outcome.endswith(TIME) and outcome.removesuffix(TIME) in plain:
        raise RequestRefused(
            f"--of {outcome}: is a time, which has no probability. Ask for {outcome.removesuffix(TIME)}, "
            "its probability by the horizon."
        )
    if outcome not in plain and outcome not in of_channels:
        known = plain if outcome.count(".") < 2 else of_channels
        raise UnknownName("outcome", outcome, near_paths(outcome, known))


def occurs(results: "Results", outcome: str, before: float = np.inf) -> "Floats":
    """Whether an outcome occurred in each run: 0 or 1, NaN where the patron was not at risk.

    Parameters
    ----------
    outcome : str
        ``PATRON.EVENT``, ``PATRON.EVENT.CHANNEL`` (the channel that went first; for abandonment the channel that was
        abandoned) or ``client.FATE``.
    before : float
        Only what happened before this step counts; all until the horizon if not given.

    Returns
    -------
    ndarray of float64, shape (runs,)

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> toy = simulate(load("toy"), replications=20, engine="agents")
    >>> bool((occurs(toy, "client.holds") + occurs(toy, "client.holds", before=0) >= 1).all())
    True
    """
    found = indicators(results, before)
    if outcome in found:
        return found[outcome]
    event, _, channel = outcome.rpartition(".")
    if event.endswith(".abandonment"):
        return channel_abandoned(results, event.partition(".")[0], channel, before)
    rows = results.patrons[results.patrons["patron"] == event.partition(".")[0]]
    is_first = (rows["first_channel"] == channel).fillna(False).to_numpy(dtype=bool)
    happened = found[event]
    return np.where(np.isnan(happened), np.nan, happened * is_first)
