"""How often are shares read off runs right? Intervals of known shares, and numbers that do nothing.

    python benchmarks/shares.py

Every set of runs is made up, so that the truth is known: two numbers that go together (0.6) act on an outcome, a third
does nothing; and a rare event on which none of 40 numbers acts.
"""

import argparse

import numpy as np
import pandas as pd

from scenarios.questions.sensitivity.first_order import correlation_ratios

SETS, RUNS = 200, 2000
TOGETHER = 0.6
IDLE, CHANCE = 40, 0.1


def together(rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray, dict[str, float]]:
    """Numbers, outcome and true shares of 2 a + b + noise, where a and b go together."""
    a, b = rng.multivariate_normal([0.0, 0.0], [[1.0, TOGETHER], [TOGETHER, 1.0]], RUNS).T
    outcome = 2.0 * a + b + rng.normal(0.0, 2.0, RUNS)
    variance = 4.0 + 1.0 + 4.0 * TOGETHER + 4.0
    true = {"a": (2.0 + TOGETHER) ** 2 / variance, "b": (2.0 * TOGETHER + 1.0) ** 2 / variance}
    return pd.DataFrame({"a": a, "b": b, "nothing": rng.random(RUNS)}), outcome, true


def main() -> None:
    """Prints how many of the sets hold."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    rng, point = np.random.default_rng(1), np.arange(RUNS)
    held, one, any_one = [], [], []
    for seed in range(SETS):
        table, outcome, true = together(rng)
        found = correlation_ratios(table, outcome, point, seed).set_index("path")
        held += [found["low"][path] <= share <= found["high"][path] for path, share in true.items()]
        idle = pd.DataFrame({f"x{i}": rng.random(RUNS) for i in range(IDLE)})
        found = correlation_ratios(idle, (rng.random(RUNS) < CHANCE).astype(np.float64), point, seed)
        one.append((found["share"] > found["luck_one"]).mean())
        any_one.append((found["share"] > found["luck"]).any())
    print(f"{SETS} sets of {RUNS:,} runs")
    print(f"true share within its 95 % interval: {np.mean(held):.1%} of {len(held)}")
    print(f"one number that does nothing beyond its own luck: {np.mean(one):.1%} of {SETS * IDLE:,}")
    print(f"any of {IDLE} that do nothing beyond the luck of any: {np.mean(any_one):.1%} of {SETS}")


if __name__ == "__main__":
    main()
