"""Does the fit of the cases recover its own draws? Simulation-based calibration over synthetic outcomes.

    python benchmarks/cases_recovery.py [STUDIES]      100 by default, three minutes on one core

The 91 windows with their pressure and covariates are kept; numbers are drawn from the prior, what came of each row and
on which day is drawn from the model, and the fit sees the outcomes alone. The rank of the truth among the draws of a
sound fit is uniform (Talts and others 2018).
"""

import sys

import numpy as np
from scipy.stats import kstest

from scenarios.cases.hazards import DAYS_IN_YEAR, PRIOR, SPREAD, Numbers, first_moves, windows_of
from scenarios.cases.library import library_cases, peak_of, sampled
from scenarios.cases.rows import ABANDONED, BACK, HELD, UP, Cases, size

STUDIES, DRAWS, PROPOSALS, SEED = 100, 99, 1_500, 1
HEAD = """# Recovery of known numbers by the fit of the cases

Printed by `python benchmarks/cases_recovery.py {studies}`: {studies} sets of outcomes of the 91 windows, numbers drawn
from the prior, {draws} draws a fit from {proposals} proposals (share of them effective: {effective:.2f} in the median,
below {worst:.2f} in a tenth of the fits), seed {seed}. Truths within the interval should be near .8, ranks even (p not
small). Where truth and mean hardly agree, or the width is near 1, the cases say little of a number.

| number | truths within 80 % interval | mean rank | even ranks, p | truth against mean | width against the prior |
|---|---|---|---|---|---|"""


def synthetic(cases: Cases, numbers: Numbers, rng: np.random.Generator) -> Cases:
    """The same windows with outcomes, and days of the first step back, that the model itself draws."""
    undated = cases._replace(stepped_back=np.full(size(cases), np.nan))
    windows = windows_of(undated)
    moves = first_moves(undated, windows, numbers)
    outcome, days = np.full(size(cases), HELD), np.full(size(cases), np.nan)
    for row in range(size(cases)):
        down = moves.down[:, row]
        place = np.searchsorted(np.cumsum([*moves.up[row], *down.ravel()]), rng.random())
        if place < len(moves.up[row]):
            outcome[row] = UP
        elif place < moves.up[row].size + down.size:
            cause, piece = divmod(int(place) - moves.up[row].size, down.shape[1])
            outcome[row] = ABANDONED if rng.random() < moves.abandoned[cause, row, 0] else BACK
            days[row] = rng.uniform(*windows.edges[row, piece : piece + 2]) * DAYS_IN_YEAR
    return cases._replace(outcome=outcome, stepped_back=days)


def study(studies: int, proposals: int = PROPOSALS, seed: int = SEED) -> tuple[np.ndarray, np.ndarray, list[float]]:
    """Truths, shape (studies, 8), draws, shape (studies, draws, 8), and the effective share of the proposals."""
    rng, cases = np.random.default_rng(seed), library_cases()
    truths = rng.normal(PRIOR, SPREAD, (studies, len(PRIOR)))
    found, effective = [], []
    for number, truth in enumerate(truths):
        outcomes = synthetic(cases, Numbers(*truth), rng)
        draws, n = sampled(outcomes, peak_of(outcomes), DRAWS, proposals, seed + number)
        found.append(draws)
        effective.append(n / proposals)
    return truths, np.array(found), effective


def ranks(truths: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Share of the draws below each truth, shape (studies, 8)."""
    return (draws < truths[:, None]).mean(1)


def print_study(studies: int) -> None:
    """Plays the study and prints it."""
    truths, draws, effective = study(studies)
    worst, middle = np.quantile(effective, (0.1, 0.5))
    print(HEAD.format(studies=studies, draws=DRAWS, proposals=PROPOSALS, effective=middle, worst=worst, seed=SEED))
    below = ranks(truths, draws)
    jitter = np.random.default_rng(SEED).random(below.shape) / (DRAWS + 1)
    for place, name in enumerate(Numbers._fields):
        inside = ((below[:, place] >= 0.1) & (below[:, place] <= 0.9)).mean()
        p = kstest(below[:, place] * DRAWS / (DRAWS + 1) + jitter[:, place], "uniform").pvalue
        agree = np.corrcoef(truths[:, place], draws[:, :, place].mean(1))[0, 1]
        width = draws[:, :, place].std(1).mean() / SPREAD[place]
        error = np.sqrt(0.8 * 0.2 / studies)
        cells = (below[:, place].mean(), p, agree, width)
        print(f"| `{name}` | {inside:.2f} ± {error:.2f} | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |")


if __name__ == "__main__":
    print_study(int(sys.argv[1]) if len(sys.argv) > 1 else STUDIES)
