"""Where does Russia tip, over its risk tolerance and its support budget?

Question   At which pairs of the two does it step back more often than not?
Scenario   venezuela_2025; both numbers set over a grid from the first week, all other numbers drawn
Covers     the two traits of a patron that a user turns first, together; for China change the constants
"""

from scenarios import sweep
from scenarios.cli.concluded import map_lines
from scenarios.cli.experiment import Experiment, experiment
from scenarios.questions.sweep.figure import of_sweep, tipping_map, tipping_notes, tipping_section

RUNS, QUICK = 800, 12  # at each point of the grid, the same luck at each
GRID, TRIAL = 7, 3  # values of each number
TOLERANCE, TOLERANCES = "patrons.russia.risk_tolerance", (0.2, 0.9)  # utility; China: .35 to 1.8
BUDGET, BUDGETS = "patrons.russia.support_budget", (0.03, 0.21)  # USD bn a year; China: .4 to 2
OF, PROBABILITY = "russia.step_back", 0.5


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """A grid over both numbers."""
    scenario, n = asked.scenario("venezuela_2025"), TRIAL if asked.is_quick else GRID
    vary = {TOLERANCE: (*TOLERANCES, n), BUDGET: (*BUDGETS, n)}
    found = of_sweep(sweep(scenario, vary, "grid", replications=asked.runs, rng=asked.seed), OF)
    manifest = asked.manifest(scenario)
    asked.tell(
        found,
        [tipping_section(found, TOLERANCE, BUDGET, OF)],
        tipping_notes(scenario, manifest),
        lambda: tipping_map(found, TOLERANCE, BUDGET, OF, scenario, manifest, PROBABILITY),
        lambda: map_lines(found, TOLERANCE, BUDGET, OF, PROBABILITY),
    )


if __name__ == "__main__":
    main()
