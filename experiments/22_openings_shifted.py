"""Every opening level shifted by one: what is left of P6 to P8 and of the headline.

Question   Do the findings on autumn 2025 hang on how one opening level was coded?
Scenario   venezuela_2025 and its control, venezuela_2025_august, iran_2025, and venezuela_2005_2025 for P7
Covers     patterns P6 to P8; step_back and step_back_further of Russia and China from 30 November 2025

What you may conclude: how far a finding moves if a coder was wrong by a level on one channel, or on all channels of a
patron in the same direction, and whether its sign survives. What you may not: that larger errors would do no harm.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from scenarios.calibrate.opening_words import counted, largest_moves, opening_table
from scenarios.calibrate.openings import shifted_openings
from scenarios.report.experiment import asked, tell
from scenarios.report.shifted import draw_openings

RUNS = 400  # of each part of history, for each shift
RUNS_OPEN = 4_000  # of venezuela_2025 and of its control
QUICK_RUNS = 40
SEED = 1
FILE = Path("results/openings/openings.csv")


def main(options: Sequence[str] = ()) -> None:
    """Prints one row a shift and the largest moves, and draws what becomes of the headline."""
    want = asked(options, __doc__)
    runs = min(RUNS, QUICK_RUNS) if want.is_quick else RUNS
    runs_open = min(RUNS_OPEN, 10 * runs)
    found = shifted_openings(runs, runs_open, SEED)
    said = (
        f"{counted(found)} Blank: the shift finds no room there. Moves are from the openings as coded. "
        f"{runs} matched runs of each part, {runs_open} of venezuela_2025 and its control, seed {SEED}."
    )
    tables = {"Openings shifted": opening_table(found), "Largest moves": largest_moves(found)}
    tell(tables, said, FILE, found, want.page)
    print(f"Figure: {draw_openings(FILE.parent, found, said)[0]}")


if __name__ == "__main__":
    main(sys.argv[1:])
