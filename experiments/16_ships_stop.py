"""What if the coercer seizes ships, and shipowners are afraid?

Question   What reaches the client, and who steps back, if ships are seized from now on or never?
Scenario   venezuela_2025 (no ship seized yet); seizures from the first week, seizure_fear at both ends; none
Covers     the headline hangs on seizure_fear: the risk of a seizure at which half of the ships stay away
"""

from scenarios.cli.concluded import side_lines
from scenarios.cli.experiment import Experiment, experiment

RUNS, QUICK = 10_000, 60
SEIZED = {"coercer.ships_stopped": 1}
FEAR, SOON, LATE = "coercer.seizure_fear", 0.02, 0.2  # probability of a seizure a voyage
NEVER = {f"ladder.{rung}.seizure": 0.0 for rung in (8, 9)}  # probability a voyage
AFRAID, BOLD, FREE = "seized, owners timid", "seized, owners bold", "never seized"
SIDES = {
    "as it is": {},
    "seized from now": SEIZED,
    AFRAID: SEIZED | {FEAR: SOON},
    BOLD: SEIZED | {FEAR: LATE},
    FREE: NEVER,
}
OUTCOMES = ["russia.step_back", "china.step_back", "china.denied", "cuba.step_back", "client.holds"]
CONCLUDED = (("China: step back", AFRAID), ("China: step back", BOLD), ("Russia: step back", FREE))


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """Seizures as they come, from now on by how owners fear them, and never."""
    asked.compare(asked.scenario("venezuela_2025"), SIDES, OUTCOMES, side_lines(*CONCLUDED))


if __name__ == "__main__":
    main()
