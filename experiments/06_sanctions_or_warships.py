"""Secondary sanctions or warships: which of the two makes patrons step back?

Question   With the rung held at 4, what does a great threat to the patrons' firms do, and what a fleet?
Scenario   venezuela_2025 with rung 4 held; from 1 March 2026 threats of 0.9, or rung 7 with its fleet
Covers     evidence: firms leave within 1-40 days of a direct threat (4 of 4), shielded agents stay; claim C21
"""

from scenarios.cli.concluded import side_lines
from scenarios.cli.experiment import Experiment, experiment
from scenarios.runs.counting import held_at

RUNS, QUICK = 10_000, 60
DAY = "2026-03-01"
QUIET, FLEET = 4, 7  # rungs: sanctions on oil; lethal strikes at sea
THREAT = 0.9  # to the patrons' firms, share
PATRONS = ("russia", "china", "cuba", "iran")
SANCTIONS, WARSHIPS = "secondary sanctions", "warships"
SIDES = {
    "rung 4 is held": {},
    SANCTIONS: {f"patrons.{name}.threat@{DAY}": THREAT for name in PATRONS},
    WARSHIPS: {f"coercer.rung@{DAY}": FLEET},
}
OUTCOMES = [f"{patron}.step_back" for patron in PATRONS] + ["russia.step_back_further", "china.step_back_further"]
CONCLUDED = (("Russia: step back", SANCTIONS), ("Russia: step back", WARSHIPS), ("China: step back", SANCTIONS))


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """Rung 4 held, and from a date on a threat or a fleet."""
    asked.compare(held_at(asked.scenario("venezuela_2025"), QUIET), SIDES, OUTCOMES, side_lines(*CONCLUDED))


if __name__ == "__main__":
    main()
