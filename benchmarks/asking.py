"""How long do twenty questions take on stored runs? Reading the folder, its checksums, answers, limits and spread.

python benchmarks/asking.py             10,000 runs of venezuela_2025 are played and stored first
python benchmarks/asking.py 100000      another number of runs
"""

import sys
import tempfile
import time

import scenarios as sc

QUESTIONS = (
    "russia.step_back by 2026-03-01",
    "russia.step_back_further",
    "china.step_back before 2026-06-04",
    "china.oil.delivered <= 0.5 of opening by 2026-03-01",
    "china.oil < 2 on 2026-09-01",
    "iran.abandonment.oil",
    "cuba.pause within 2026-01-01..2026-12-31",
    "client.removed by 2026-06-30",
    "client.holds by 2026-12-31",
    "client.end within 2026-01-01..2026-06-30",
    "rung >= 9 by 2026-02-01",
    "rung <= 4 after 2026-06-01",
    "coercer.attempt_failed",
    "coercer.interdiction after 2026-06-01",
    "russia.request.arms by 2026-12-31",
    "russia.arms.delivered >= 1 within 2026-01-01..2026-06-30",
    "china.threat_carried_out by 2026-12-31",
    "russia.level_down.people by 2026-06-30",
    "(rung >= 9 and not russia.step_back) by 2026-06-30",
    "client.removed and (russia.step_back or china.step_back)",
)


def main() -> None:
    """Plays once, asks twice, and says how long each took."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as out:
        began = time.perf_counter()
        folder = sc.run_to_disk(sc.load("venezuela_2025"), replications=runs, rng=1, out=out)
        played = time.perf_counter()
        for name in ("first", "again"):
            start = time.perf_counter()
            table = sc.ask(sc.read(folder), QUESTIONS)
            print(f"{name}: {len(table)} questions on {runs:,} stored runs in {time.perf_counter() - start:.2f} s")
        print(f"playing and storing them took {played - began:.1f} s")


if __name__ == "__main__":
    main()
