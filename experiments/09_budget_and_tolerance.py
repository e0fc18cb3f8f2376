"""What do a patron's support budget and its risk tolerance do, alone and together?

Question   Who steps back if Russia and China have half the budget, half the tolerance of risk, or half of both?
Scenario   venezuela_2025; each run's own number times a half from the first week, in both patrons
Covers     the two traits of a patron that a user turns first
"""

from scenarios.cli.concluded import side_lines
from scenarios.cli.experiment import Experiment, experiment

RUNS, QUICK = 10_000, 60
HALF = "x0.5"
POOR = {f"patrons.{name}.support_budget": HALF for name in ("russia", "china")}
TIMID = {f"patrons.{name}.risk_tolerance": HALF for name in ("russia", "china")}
SIDES = {"as they are": {}, "half the budget": POOR, "half the tolerance": TIMID, "half of both": POOR | TIMID}
OUTCOMES = [f"{name}.{event}" for name in ("russia", "china") for event in ("step_back", "step_back_further")]
CONCLUDED = tuple(("Russia: step back", side) for side in SIDES if side != "as they are")


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """Both traits as they are, halved one by one, and both."""
    asked.compare(asked.scenario("venezuela_2025"), SIDES, OUTCOMES, side_lines(*CONCLUDED))


if __name__ == "__main__":
    main()
