"""The claims of the article one by one: what the model says of each, with its mechanism on and frozen.

Question   Which claims of the article does the model bear out, which does it contradict, and where can it not tell?
Scenario   venezuela_2005_2025, venezuela_2025_august, venezuela_2025 and iran_2025, matched runs
Covers     all 23 claims of the article; the rule of each verdict was set before a run was looked at

What you may conclude: what follows from the mechanisms and numbers of the model, and whether the evidence, coded
apart from it, says the same. What you may not: that a claim is true because the model agrees with it; nor that it is
false because the model disagrees. Where model and evidence disagree, one of the two is wrong, or the rule is too blunt.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from scenarios.calibrate.claim_plays import all_readings
from scenarios.calibrate.claims import claims_table, details_table
from scenarios.report.claimed import claim_rows, counts_in_words, detail_rows, rule_rows
from scenarios.report.experiment import asked, tell

RUNS = 2_000  # of each play
QUICK_RUNS = 60
SEED = 1
FILE = Path("results/claims/article_claims.csv")


def main(options: Sequence[str] = ()) -> None:
    """Prints the claims, and the rule by which each was judged."""
    want = asked(options, __doc__)
    runs = min(RUNS, QUICK_RUNS) if want.is_quick else RUNS
    played = all_readings(runs, SEED)
    table = claims_table(played)
    said = (
        f"{counts_in_words(table)}. {runs} matched runs of each play, seed {SEED}; intervals by bootstrap of the runs."
    )
    tables = {
        "Claims": claim_rows(table),
        "Rules, set before a run was looked at": rule_rows(table),
        "Behind some of them": detail_rows(details_table(played)),
    }
    tell(tables, said, FILE, table, want.page)


if __name__ == "__main__":
    main(sys.argv[1:])
