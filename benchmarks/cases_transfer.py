"""Does the reference class travel in time, and what do the dates of the first step back do to it?

    python benchmarks/cases_transfer.py      half a minute

Calibration rows only: the open test is no place to choose by.
"""

from collections.abc import Iterator

import numpy as np

from scenarios.cases.forecast import forecast
from scenarios.cases.library import CALIBRATION, Fit, fitted, library_cases, refitted, shipped_fit
from scenarios.cases.rows import Cases, Floats, size, taken
from scenarios.cases.scoring import BASELINES, brier_of_retreat, log_score_of_outcome

TURN = 1991
HEAD = "| forecaster | rows | Brier of retreat | log score |\n|---|---|---|---|"


def line(name: str, chances: Floats, cases: Cases) -> str:
    """A forecaster and its scores."""
    scores = (judge(chances, cases.outcome) for judge in (brier_of_retreat, log_score_of_outcome))
    return f"| {name} | {size(cases)} | " + " | ".join(f"{score:.3f}" for score in scores) + " |"


def across_the_turn(fit: Fit) -> Iterator[str]:
    """Fitted before the turn and scored after it."""
    is_early = np.array([start is not None and start.year < TURN for start in fit.training.starts])
    early, late = taken(fit.training, is_early), taken(fit.training, ~is_early)
    yield line("reference class", forecast(late, refitted(fit, early)).chances, late)
    for name, make in BASELINES.items():
        yield line(name, make(early)(late), late)


def left_out(fit: Fit) -> Floats:
    """Chances of each row by a fit that leaves its crisis out."""
    chances, crises = np.empty((size(fit.training), 4)), np.array(fit.training.crises)
    for crisis in dict.fromkeys(fit.training.crises):
        own = crises == crisis
        chances[own] = forecast(taken(fit.training, own), refitted(fit, taken(fit.training, ~own))).chances
    return chances


def print_transfer() -> None:
    """Plays and prints both tables."""
    dated = shipped_fit(CALIBRATION)
    rows = library_cases(CALIBRATION)
    undated, _ = fitted(rows._replace(stepped_back=np.full(size(rows), np.nan)))
    print("Printed by `python benchmarks/cases_transfer.py`.\n")
    print(f"Fitted on the calibration rows before {TURN}, scored on those after:\n")
    print("\n".join([HEAD, *across_the_turn(dated)]))
    print("\nThe same without the dates of the first steps back in the fit:\n")
    print("\n".join([HEAD, next(across_the_turn(undated))]))
    print("\nLeave one crisis out, calibration rows, with the dates and without:\n")
    told = ((f"reference class, {name}", fit) for name, fit in (("dated", dated), ("undated", undated)))
    print("\n".join([HEAD, *(line(name, left_out(fit), fit.training) for name, fit in told)]))


if __name__ == "__main__":
    print_transfer()
