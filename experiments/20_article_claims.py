"""Does the model bear out the claims of the article, one by one, with each mechanism on and frozen?

Question   Which claims of the article does the model bear out, which does it contradict, and where can it not tell?
Scenario   venezuela_2005_2025, venezuela_2025_august, venezuela_2025 and iran_2025, matched runs
Covers     all 23 claims of the article; the rule of each verdict was set before a run was looked at
"""

from reference_pages.borne_out import claim_lines
from reference_pages.claim_plays import all_readings
from reference_pages.claimed import claim_rows, counts_in_words, detail_rows, rule_rows
from reference_pages.claims import claims_table, details_table
from scenarios.cli.experiment import Experiment, experiment, sections_of_rows

RUNS, QUICK = 2_000, 60  # of each play


@experiment(__file__, __doc__, RUNS, QUICK, takes_settings=False)
def main(asked: Experiment) -> None:
    """The claims, and the rule by which each was judged."""
    played = all_readings(asked.runs, asked.seed)
    table = claims_table(played)
    said = (
        f"{counts_in_words(table)}. {asked.runs} matched runs of each play, seed {asked.seed}; intervals by "
        "bootstrap of the runs."
    )
    tables = {
        "Claims": claim_rows(table),
        "Rules, set before a run was looked at": rule_rows(table),
        "Behind some of them": detail_rows(details_table(played)),
    }
    asked.tell(table, sections_of_rows(tables), [said], None, lambda: claim_lines(table))


if __name__ == "__main__":
    main()
