"""Does the fit to history recover numbers that are known? Prints docs/reference/recovery.md.

python benchmarks/recovery.py [TRUTHS]: 40 truths by default, some five minutes on two cores. The joint coverage is that
of tarp (Lemos, Coogan and others 2023), a library of the extra `test`.
"""

import sys
import time

import numpy as np
from tarp import get_tarp_coverage

from reference_pages.recovery import Study, recovery, recovery_table
from scenarios import load, prior
from scenarios.history.ensembles import HISTORY
from scenarios.history.fit import held_out

NUMBERS = [
    "patrons.russia.payment_weight",
    "patrons.china.payment_weight",
    "patrons.iran.payment_weight",
    "patrons.china.exposure",
    "model.credit_years",
    "model.clash_probability",
]
TRUTHS, PARTICLES, GENERATIONS, RUNS, SEED = 40, 50, 2, 6, 1
POINTS, POINT_RUNS = 400, 6
CREDIBILITIES = (0.25, 0.5, 0.75, 0.9)
STUDY = """# Recovery of known numbers, and years that the fit has not seen

Printed by `python benchmarks/recovery.py {truths}`: {truths} truths, {particles} particles, {generations}
generations, {runs} runs a point, seed {seed}. Truths within the interval should be near .8, ranks evenly spread (p
not small). Where the width is near 1 history says little.

| number | truths within 80 % interval | truth against mean | width against the prior | even ranks, p |
|---|---|---|---|---|"""
COVERAGE = """
All numbers together: share of truths inside regions of a credibility, drawn around points taken at random (tarp),
mean of {draws} draws.

| credibility | share of truths inside |
|---|---|"""
HELD_OUT = """
Fitted to 2018, scored on 2019 to 2025: the nearest twentieth of {points} points of the prior ({runs} runs each, seed
{seed}) by the postures of 2010 and 2016, P1a and P2a, beside all points and two guesses without a model. Distance:
parts of the patterns after 2018, in tolerances.

| | a coder's level, 2020-25 | inside the coders' range | distance |
|---|---|---|---|"""
DRAWS = 50


def joint_coverage(study: Study) -> dict[float, float]:
    """Share of truths inside joint regions of some credibilities, and so the coverage of the sample as a whole."""
    samples, reached = study.samples.transpose(1, 0, 2), []
    for draw in range(DRAWS):
        found, credibility = get_tarp_coverage(samples, study.truths, norm=False, num_alpha_bins=20, seed=draw)
        reached.append(np.interp(CREDIBILITIES, credibility, found))
    return dict(zip(CREDIBILITIES, np.mean(reached, axis=0).tolist(), strict=True))


def print_study(truths: int) -> None:
    """Plays the study and prints it."""
    study = recovery(prior(load(HISTORY)), NUMBERS, truths, PARTICLES, GENERATIONS, RUNS, SEED, report)
    print(STUDY.format(truths=truths, particles=PARTICLES, generations=GENERATIONS, runs=RUNS, seed=SEED))
    for row in recovery_table(study).itertuples():
        covered = f"{row.covered:.2f} ± {row.covered_se:.2f}"
        print(f"| `{row.path}` | {covered} | {row.correlation:.2f} | {row.width:.2f} | {row.p_value:.2f} |")
    print(COVERAGE.format(draws=DRAWS))
    for credibility, share in joint_coverage(study).items():
        error = np.sqrt(credibility * (1.0 - credibility) / truths)
        print(f"| {credibility:g} | {share:.2f} ± {error:.2f} |")


def print_holdout() -> None:
    """Plays the years that were held out and prints them."""
    print(HELD_OUT.format(points=POINTS, runs=POINT_RUNS, seed=SEED))
    for row in held_out(NUMBERS, POINTS, POINT_RUNS, SEED).itertuples():
        distance = "–" if np.isnan(row.distance) else f"{row.distance:.2f}"
        print(f"| {row.who} | {row.exact:.2f} | {row.inside:.2f} | {distance} |")


def report(line: str) -> None:
    """Says how far it is."""
    print(line, file=sys.stderr)


if __name__ == "__main__":
    began = time.perf_counter()
    print_study(int(sys.argv[1]) if len(sys.argv) > 1 else TRUTHS)
    print_holdout()
    report(f"{time.perf_counter() - began:.0f} s")
