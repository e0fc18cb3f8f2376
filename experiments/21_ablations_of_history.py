"""Which patterns of history break if a mechanism is frozen?

Question   Which terms and inputs does history need, and which could as well be left out?
Scenario   venezuela_2005_2025, venezuela_2025_august and iran_2025, matched runs
Covers     patterns P0 to P11; claims C02, C04, C08, C10, C11 and C14, each through its mechanism
"""

from reference_pages.ablation import ablation_table, ablations, marked_rows
from reference_pages.borne_out import ablation_lines
from scenarios.cli.experiment import Experiment, experiment, sections_of_rows

RUNS, QUICK = 1_000, 40  # of each part of history, for each mechanism


@experiment(__file__, __doc__, RUNS, QUICK, takes_settings=False)
def main(asked: Experiment) -> None:
    """One row a mechanism, and what breaks with its interval."""
    found = ablations(asked.runs, asked.seed)
    said = (
        "x: held and breaks; +: missed and is mended; in brackets: an interval of 95 % reaches across. "
        f"{asked.runs} matched runs of each part, seed {asked.seed}."
    )
    tables = {"Mechanisms frozen in turn": ablation_table(found), "What changes, with intervals": marked_rows(found)}
    asked.tell(found, sections_of_rows(tables), [said], None, lambda: ablation_lines(found))


if __name__ == "__main__":
    main()
