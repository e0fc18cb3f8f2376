"""Which of the numbers that nobody knows moves the headline?

Question   On which numbers do the step-backs of Russia and China hang, and how much is luck?
Scenario   venezuela_2025, every uncertain number over its raw range (a belief: it has been so all along)
Covers     what to argue about: a number that moves nothing needs no better source
"""

from scenarios import sensitivity
from scenarios.cli.concluded import weight_lines
from scenarios.cli.experiment import Experiment, experiment
from scenarios.questions.sensitivity.figure import tornado
from scenarios.questions.sensitivity.words import sensitivity_notes, sensitivity_sections

RUNS, QUICK = 80, 60  # at each point of the design, the same luck at each
# screening of all numbers, then Sobol indices of the six foremost; a trial screens three numbers
DESIGN = {"base_samples": 128, "top": 6}
TRIED = ("patrons.russia.risk_tolerance", "patrons.china.bargain", "coercer.seizure_fear")
TRIAL = {"method": "morris", "base_samples": 6, "over": TRIED}
OF = ("russia.step_back", "china.step_back")
DRAWN = OF[0]


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """Split, screening and Sobol indices of both headlines."""
    scenario = asked.scenario("venezuela_2025")
    design = TRIAL if asked.is_quick else DESIGN
    found = sensitivity(scenario, OF, replications=asked.runs, rng=asked.seed, **design)
    tables = {"indices": found.indices, "screening": found.screening, "split": found.split}
    tables = {name: table for name, table in tables.items() if len(table)}
    manifest = asked.manifest(scenario) | found.manifest | {"refused": found.refused}
    asked.tell(
        tables["split"],
        sensitivity_sections(tables),
        sensitivity_notes(tables, manifest),
        lambda: tornado(DRAWN, tables, scenario, manifest),
        lambda: weight_lines(tables),
    )


if __name__ == "__main__":
    main()
