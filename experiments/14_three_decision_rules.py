"""How much hangs on how we believe that patrons decide?

Question   What becomes of the headlines under each decision rule, over the same worlds and the same luck?
Scenario   venezuela_2025 under quantal response (its own), prospect and threshold
Covers     structural uncertainty: none of the rules is established for patrons; the numbers suit the first
"""

from scenarios import rule_shares
from scenarios.cli.concluded import rule_lines
from scenarios.cli.experiment import Experiment, experiment
from scenarios.questions.comparison.figure import of_rules
from scenarios.questions.sensitivity.words import rules_notes, rules_sections
from scenarios.report.contrast import contrast, contrast_finding

RUNS, QUICK = 4_000, 40
OF = [f"{patron}.step_back" for patron in ("russia", "china", "cuba", "iran")] + ["russia.step_back_further"]
CONCLUDED = OF[:2]


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """Each rule, and the share of the variance that the choice of rule explains."""
    scenario = asked.scenario("venezuela_2025")
    values, shares = rule_shares(scenario, OF, asked.runs, asked.seed)
    manifest = asked.manifest(scenario)
    sides = of_rules(values, scenario)
    asked.tell(
        values,
        rules_sections({"rules": values, "shares": shares}),
        rules_notes(scenario, manifest),
        lambda: contrast(sides, contrast_finding(sides), scenario, manifest),
        lambda: rule_lines(values, shares, CONCLUDED),
    )


if __name__ == "__main__":
    main()
