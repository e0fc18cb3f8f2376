"""What is left of P6 to P8 and of the headline if an opening level was coded wrong by one?

Question   Do the findings on autumn 2025 hang on how one opening level was coded?
Scenario   venezuela_2025 and its control, venezuela_2025_august, iran_2025, and venezuela_2005_2025 for P7
Covers     patterns P6 to P8; step_back and step_back_further of Russia and China from 30 November 2025
"""

from reference_pages.borne_out import shift_lines
from reference_pages.opening_words import counted, largest_moves, opening_table
from reference_pages.openings import shifted_openings
from reference_pages.shifted import openings
from scenarios.cli.experiment import Experiment, experiment, sections_of_rows

RUNS, QUICK = 400, 40  # of each part of history, for each shift
CONCLUDED = ("russia.step_back, less control", "china.step_back, less control", "step_back, russia less china")
OPEN = 10  # times as many of venezuela_2025 and of its control


@experiment(__file__, __doc__, RUNS, QUICK, takes_settings=False)
def main(asked: Experiment) -> None:
    """One row a shift, the largest moves, and what becomes of the headline."""
    runs_open = OPEN * asked.runs
    found = shifted_openings(asked.runs, runs_open, asked.seed)
    said = (
        f"{counted(found)} Blank: the shift finds no room there. Moves are from the openings as coded. ± is one Monte "
        f"Carlo standard error (none: all runs alike). {asked.runs} matched runs of each part, {runs_open} of "
        f"venezuela_2025 and its control, seed {asked.seed}."
    )
    tables = {"Openings shifted": opening_table(found), "Largest moves": largest_moves(found)}
    asked.tell(
        found, sections_of_rows(tables), [said], lambda: openings(found, said), lambda: shift_lines(found, CONCLUDED)
    )


if __name__ == "__main__":
    main()
