"""Who steps back within two years of 30 November 2025, and how much of it is the pressure's doing?

Question   Chance and time of each patron's step-back, beside the same worlds with the pressure frozen
Scenario   venezuela_2025 and its control
Covers     claims C01 and C02 of the article: support falls as the pressure rises, and because of it
"""

from scenarios import control, simulate, summarise
from scenarios.cli.concluded import pressure_lines
from scenarios.cli.experiment import Experiment, experiment
from scenarios.questions.headline.over_time import survival
from scenarios.questions.headline.words import run_notes, run_sections

RUNS, QUICK = 10_000, 60
CONCLUDED = ("russia.step_back", "china.step_back", "client.holds")


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """The scenario beside its control."""
    scenario = asked.scenario("venezuela_2025")
    results, frozen = (simulate(side, asked.runs, asked.seed) for side in (scenario, control(scenario)))
    summary = summarise(results, frozen)
    asked.tell(
        summary,
        run_sections(summary, scenario)[:1],
        run_notes(summary, scenario, asked.manifest(scenario)),
        lambda: survival(results, frozen),
        lambda: pressure_lines(summary, CONCLUDED, scenario),
    )


if __name__ == "__main__":
    main()
