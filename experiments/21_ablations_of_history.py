"""Each mechanism frozen in turn: which patterns of history break.

Question   Which of the twelve terms and four inputs does history need, and which could as well be left out?
Scenario   venezuela_2005_2025, venezuela_2025_august and iran_2025, matched runs
Covers     patterns P0 to P8; claims C02, C04, C08, C10, C11 and C14, each through its mechanism

What you may conclude: which patterns would be lost if a mechanism stayed at its opening value. What you may not: that a
mechanism that breaks nothing does not exist; these patterns do not speak of it. A pattern that is missed with
nothing frozen cannot break, so the fewer patterns hold, the less this table can support.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from scenarios.calibrate.ablation import ablation_table, ablations, marked_rows
from scenarios.report.experiment import asked, tell

RUNS = 1_000  # of each part of history, for each mechanism
QUICK_RUNS = 40
SEED = 1
FILE = Path("results/ablations/ablations.csv")


def main(options: Sequence[str] = ()) -> None:
    """Prints one row a mechanism, and what breaks with its interval."""
    want = asked(options, __doc__)
    runs = min(RUNS, QUICK_RUNS) if want.is_quick else RUNS
    found = ablations(runs, SEED)
    said = (
        "x: held and breaks; +: missed and is mended; in brackets: an interval of 95 % reaches across. "
        f"{runs} matched runs of each part, seed {SEED}."
    )
    tables = {"Mechanisms frozen in turn": ablation_table(found), "What changes, with intervals": marked_rows(found)}
    tell(tables, said, FILE, found, want.page)


if __name__ == "__main__":
    main(sys.argv[1:])
