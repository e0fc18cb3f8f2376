"""Does the precedent of Iran matter?

Question   Who would step back without the lesson of June 2025, and if everybody took strikes for certain?
Scenario   venezuela_2025; belief_in_strikes at 0.6 (no lesson), by its range around 0.667, and 1
Covers     claim C15: the situation mirrors Iran in the twelve-day war
"""

from scenarios.cli.concluded import side_lines
from scenarios.cli.experiment import Experiment, experiment

RUNS, QUICK = 10_000, 60
BELIEF = "model.belief_in_strikes"  # chance that the coercer carries out what it threatens
UNTAUGHT, CERTAIN = 0.6, 1.0
NO_LESSON, FULL = "no lesson", "strikes are certain"
SIDES = {"by its range": {}, NO_LESSON: {BELIEF: UNTAUGHT}, FULL: {BELIEF: CERTAIN}}
OUTCOMES = [f"{patron}.step_back" for patron in ("russia", "china", "cuba", "iran")] + ["client.holds"]
CONCLUDED = (("Russia: step back", NO_LESSON), ("Russia: step back", FULL), ("Iran: step back", FULL))


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """The belief by its range, without the lesson, and certain."""
    asked.compare(asked.scenario("venezuela_2025"), SIDES, OUTCOMES, side_lines(*CONCLUDED))


if __name__ == "__main__":
    main()
