"""What if the coercer seizes ships, and shipowners are afraid?

Question   What reaches the client, and who steps back, if ships are seized from now on, by how much owners fear it?
Scenario   venezuela_2025 (no ship seized yet); seizures from the first week, and seizure_fear at the ends of its range
Covers     the headline hangs on seizure_fear: the risk of a seizure at which half of the ships stay away
"""

from scenarios.cli.experiment import Experiment, experiment
from scenarios.report.concluded import side_lines

RUNS, QUICK = 10_000, 60
SEIZED = {"coercer.ships_stopped": 1}
FEAR, SOON, LATE = "coercer.seizure_fear", 0.02, 0.2  # probability of a seizure a voyage
AFRAID, BOLD = "seized, owners timid", "seized, owners bold"
SIDES = {
    "as it is": {},
    "seized from now": SEIZED,
    AFRAID: SEIZED | {FEAR: SOON},
    BOLD: SEIZED | {FEAR: LATE},
    "never seized": {"coercer.seizure_rate": 0.0},
}
OUTCOMES = ["russia.step_back", "china.step_back", "china.denied", "cuba.step_back", "client.holds"]
CONCLUDED = (("China: step back", "seized from now"), ("client: holds", AFRAID), ("China: step back", BOLD))


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """Seizures as they come, from now on by how owners fear them, and never."""
    asked.compare(asked.scenario("venezuela_2025"), SIDES, OUTCOMES, side_lines(*CONCLUDED))


if __name__ == "__main__":
    main()
