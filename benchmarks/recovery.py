"""Does the fit to history recover numbers that are known? Prints the table of docs/reference/recovery.md.

python benchmarks/recovery.py [TRUTHS]: 100 truths by default, some quarter of an hour on two cores.
"""

import sys
import time

from scenarios import load, prior
from scenarios.calibrate.ensembles import HISTORY
from scenarios.calibrate.recovery import recovery, recovery_table

NUMBERS = [
    "model.rho",
    "model.recovery",
    "model.cost_scale",
    "model.sanction_weight",
    "patrons.russia.payment_weight",
    "patrons.russia.channels.arms.cost",
    "patrons.china.bargain",
    "patrons.china.exposure",
]
TRUTHS, PARTICLES, GENERATIONS, RUNS, SEED = 100, 120, 2, 8, 1


def main() -> None:
    """Plays the study and prints it."""
    truths = int(sys.argv[1]) if len(sys.argv) > 1 else TRUTHS
    began = time.perf_counter()
    study = recovery(prior(load(HISTORY)), NUMBERS, truths, PARTICLES, GENERATIONS, RUNS, SEED, report)
    table = recovery_table(study)
    print(
        f"# Recovery of known numbers\n\nPrinted by `python benchmarks/recovery.py {truths}`: {truths} truths, ", end=""
    )
    print(f"{PARTICLES} particles, {GENERATIONS} generations, {RUNS} runs a point, seed {SEED}.\n")
    print("| number | truths within 80 % interval | truth against mean | width against the prior | even ranks, p |")
    print("|---|---|---|---|---|")
    for row in table.itertuples():
        covered = f"{row.covered:.2f} ± {row.covered_se:.2f}"
        print(f"| `{row.path}` | {covered} | {row.correlation:.2f} | {row.width:.2f} | {row.p_value:.2f} |")
    print(f"\n{time.perf_counter() - began:.0f} s", file=sys.stderr)


def report(line: str) -> None:
    """Says how far it is."""
    print(line, file=sys.stderr)


if __name__ == "__main__":
    main()
