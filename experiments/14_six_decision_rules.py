"""How much hangs on how we believe that patrons decide?

Question   What becomes of the headlines under each of the six decision rules, over the same worlds and the same
           luck?
Scenario   venezuela_2025 under quantal response (its own), strategic quantal, prospect, threshold, poliheuristic,
           imitation
Covers     structural uncertainty: none of the rules is established for patrons

Why they differ: prospect weighs losses from the posture held, threshold stays as long as a level satisfies, imitation
looks at the others; all read the same terms. Numbers were chosen, and what history taught was fitted, under quantal
response: the other rules play with numbers that suit another.

What you may conclude: whether a finding stands under all six rules or hangs on some. Cuba steps back least under all.
That Russia steps back more often than China, and further more often, stands under five; under imitation it is the
other way round. The choice of rule alone explains at most some four hundredths of the variance between runs.

What you may not: average the six, as if each were as likely, unless that is what you believe.
"""

from scenarios import rule_shares
from scenarios.cli.experiment import Experiment, experiment
from scenarios.report.contrast import contrast, of_rules
from scenarios.report.weights import rules_notes, rules_sections

RUNS, QUICK = 4_000, 40
OF = [
    "russia.step_back",
    "russia.step_back_further",
    "china.step_back",
    "china.step_back_further",
    "cuba.step_back",
    "iran.step_back",
]


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """Each rule, and the share of the variance that the choice of rule explains."""
    scenario = asked.scenario("venezuela_2025")
    values, shares = rule_shares(scenario, OF, asked.runs, asked.seed)
    manifest = asked.manifest(scenario)
    shown, said = rules_sections({"rules": values, "shares": shares}), rules_notes(scenario, manifest)
    figures = {"rules": lambda: contrast(of_rules(values, scenario), "Six decision rules", scenario, manifest)}
    asked.tell(values, shown, said, figures)


if __name__ == "__main__":
    main()
