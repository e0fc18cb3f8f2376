"""Which patterns of history break if a mechanism is frozen?

Question   Which of the twelve terms and four inputs does history need, and which could as well be left out?
Scenario   venezuela_2005_2025, venezuela_2025_august and iran_2025, matched runs
Covers     patterns P0 to P8; claims C02, C04, C08, C10, C11 and C14, each through its mechanism

What you may conclude: which patterns would be lost if a mechanism stayed at its opening value.

What you may not: that a mechanism that breaks nothing does not exist; these patterns do not speak of it. A pattern that
is missed with nothing frozen cannot break, so the fewer patterns hold, the less this table can support.
"""

from scenarios.calibrate.ablation import ablation_table, ablations, marked_rows
from scenarios.cli.experiment import Experiment, experiment
from scenarios.report.screenful import sections_of_rows

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
    asked.tell(found, sections_of_rows(tables), [said], {})


if __name__ == "__main__":
    main()
