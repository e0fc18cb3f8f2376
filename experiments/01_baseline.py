"""Who steps back within two years of 30 November 2025, and how much of it is the pressure's doing?

Question   When do Russia and China step back further, beside the same worlds with the pressure frozen?
Scenario   venezuela_2025
Covers     claims C01 and C02 of the article: support falls as the pressure rises, and because of it

What you may conclude: how the model, under wide and mostly judged ranges of which history has narrowed a few, splits
step-backs between the pressure and what would have happened anyway. At the opening the pressure is high already, so
the difference is what a further rise adds, not what the fleet has done so far (07 asks that). Step-ups are more than in
the control as well: a coercer that is free to move lets a threat pass and comes down a rung too, and its rises bring
requests.

What you may not: that these are the chances of the real events, nor that a small difference clears the pressure of
what it did before 30 November 2025. Nor that fewer abandonments under pressure are loyalty: in more worlds the client
goes first.
"""

from scenarios import control, load, simulate, summarise
from scenarios.cli.experiment import Experiment, experiment
from scenarios.report.survival import survival
from scenarios.report.tables import notes, sections

RUNS, QUICK = 10_000, 60


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """The scenario beside its control."""
    scenario = load("venezuela_2025")
    results, frozen = (simulate(side, asked.runs, asked.seed) for side in (scenario, control(scenario)))
    summary, manifest = summarise(results, frozen), asked.manifest(scenario)
    said = notes(summary, scenario, manifest)
    asked.tell(summary, sections(summary, scenario)[:3], said, {"baseline": lambda: survival(results, frozen)})


if __name__ == "__main__":
    main()
