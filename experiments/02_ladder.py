"""At which rung of the ladder does each patron step back?

Question   Chance of a step-back with each rung held for two years, and along a climb; where does it pass a half?
Scenario   venezuela_2025 with the rung held at 0-10 (forces, ships and threats follow), and climbing from 4 to 10
Covers     claims C01 and C02; in the cases the height of the pressure alone does not predict retreat
"""

from scenarios import threshold
from scenarios.cli.concluded import rung_lines
from scenarios.cli.experiment import Experiment, experiment
from scenarios.questions.threshold.words import threshold_notes, threshold_sections
from scenarios.report.curves import ladder

RUNS, QUICK = 4_000, 40
OF, PROBABILITY = "russia.step_back", 0.5
CONCLUDED = ("russia", "china")


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """The rung held at each value, a climb, and the control."""
    scenario = asked.scenario("venezuela_2025")
    found = threshold(scenario, of=OF, over="rung", probability=PROBABILITY, replications=asked.runs, rng=asked.seed)
    manifest = asked.manifest(scenario)
    asked.tell(
        found.ladder,
        threshold_sections(found, scenario)[:2],
        threshold_notes(found, scenario, manifest),
        lambda: ladder(found.ladder, scenario, manifest),
        lambda: rung_lines(found, scenario, CONCLUDED),
    )


if __name__ == "__main__":
    main()
