"""What do a number that is set on the day and one that is believed all along differ in?

Question   A great threat to Russian firms: what if it comes now, and what if they have lived with it all along?
Scenario   venezuela_2025; the same value with --set and with --believe, of a threat and of a risk tolerance
Covers     intervention against belief: under a belief the opening posture was chosen, and held, under that number
"""

from scenarios.cli.concluded import side_lines
from scenarios.cli.experiment import Experiment, experiment

RUNS, QUICK = 10_000, 60
THREAT, GREAT = "patrons.russia.threat", 0.9  # share
TOLERANCE, LITTLE = "patrons.russia.risk_tolerance", 0.2  # utility
SET, BELIEVED, TIMID = "threat .9 set", "threat .9 believed", "tolerance .2 set"
SIDES = {
    "as drawn": {},
    SET: {THREAT: GREAT},
    BELIEVED: {f"believe:{THREAT}": GREAT},
    TIMID: {TOLERANCE: LITTLE},
    "tolerance .2 believed": {f"believe:{TOLERANCE}": LITTLE},
}
OUTCOMES = ["russia.step_back", "russia.step_back_further", "china.step_back", "client.holds"]
CONCLUDED = tuple(("Russia: step back", side) for side in (SET, BELIEVED, TIMID))


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """Two numbers, each set and believed."""
    asked.compare(asked.scenario("venezuela_2025"), SIDES, OUTCOMES, side_lines(*CONCLUDED))


if __name__ == "__main__":
    main()
