"""Did it happen, and often enough for a box to say anything? The cases of an event, and its base rate."""

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import RequestRefused
from scenarios.outcomes.outcome import answers
from scenarios.results import Results
from scenarios.tally import chance_names

RARE, COMMON, TOO_COMMON = 0.05, 0.5, 0.8  # boxes say most between the first two, and nothing beyond the last
FEWEST_CASES = 60
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


def checked_event(results: Results, of: str, values: Floats, is_absent: bool) -> Truths:
    """Whether the event (or its absence) happened in each run that has an answer.

    Raises
    ------
    RequestRefused
        If it is no event, or happens so often or so seldom that no box could tell anything.
    """
    known = values[~np.isnan(values)]
    if len(known) == 0:
        raise RequestRefused(
            f"{of}: no run has an answer, the patron gave nothing at the opening. Ask for another event."
        )
    happened: Truths = known < 0.5 if is_absent else known > 0.5
    base, n = float(happened.mean()), int(happened.sum())
    what = f"{'not ' if is_absent else ''}{of} happens in {base:.1%} of {len(known):,} runs"
    if n < FEWEST_CASES:
        raise RequestRefused(
            f"{what}, {n} cases, fewer than the {FEWEST_CASES} that a box needs. Ask for more --points, press harder "
            f"with --set, or ask for a milder event. {_others(results, of)}"
        )
    if base > TOO_COMMON:
        raise RequestRefused(
            f"{what}, more than {TOO_COMMON:.0%}: a box of where it happens would be nearly the whole space. Ask for "
            f"where it {'does (leave out --absent)' if is_absent else 'does not: --absent'}. {_others(results, of)}"
        )
    return happened


def _others(results: Results, of: str) -> str:
    """Events of the same actor that are neither rare nor common in these runs."""
    actor = of.partition(".")[0]
    names = [name for name in chance_names(results.scenario) if name.startswith(f"{actor}.") and name != of]
    fit = []
    for name, values in answers(results, names).items():
        rate = float(np.nanmean(values)) if not np.isnan(values).all() else np.nan
        fit += [f"{name} ({rate:.0%})"] if RARE <= rate <= COMMON else []
    return f"In 5 to 50 % of the runs: {', '.join(fit)}." if fit else ""
