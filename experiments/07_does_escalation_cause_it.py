"""Does escalation cause anything?

Question   How many step-backs are gone if the pressure stays where it was in August, in November?
Scenario   venezuela_2025_august and venezuela_2025, each beside its control with the pressure frozen as it opens
Covers     claim C02 (the reduction happens under increasing military pressure): take the rise away and look again
"""

from scenarios.cli.concluded import side_lines
from scenarios.cli.experiment import Experiment, experiment

RUNS, QUICK = 6_000, 60
FREE = "the pressure moves"
SIDES = {"the pressure is frozen": {"freeze": "pressure"}, FREE: {}}
AUGUST, NOVEMBER = "from August", "from November"
OUTCOMES = [
    "russia.step_back",
    "russia.step_back_further",
    "china.step_back",
    "china.step_back_further",
    "client.holds",
]
CONCLUDED = (
    (f"Russia: step back, {AUGUST}", FREE),
    (f"Russia: step back, {NOVEMBER}", FREE),
    (f"China: step back, {NOVEMBER}", FREE),
)


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """Two openings, each beside its control."""
    worlds = {AUGUST: asked.scenario("venezuela_2025_august"), NOVEMBER: asked.scenario("venezuela_2025")}
    asked.compare(worlds, SIDES, OUTCOMES, side_lines(*CONCLUDED))


if __name__ == "__main__":
    main()
