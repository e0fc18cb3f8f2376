"""Which of the numbers that nobody knows moves the headline?

Question   On which numbers do the further step-backs of Russia and China hang, and how much is chance?
Scenario   venezuela_2025, every uncertain number over its raw range
Covers     what to argue about: a number that moves nothing needs no better source

Why few numbers stand out: nine tenths of what differs between single runs is luck within a run, which no number
moves. Of the rest Russia's hangs first on what its war takes (war drain), by those values that leave too little income
to pay for the posture: a design gives the drain, and what is given stays, where a run of 01 draws it among those that
pay (decision 0011). And where an opening level stands out, as for China, that is arithmetic before it is politics: who
gives more at the opening has more to lose, and two levels lost in all are two levels of what there was.

What you may conclude: which judged ranges the headline rests on, in this model and under its usual decision rule: for
Russia its war drain, and after it how steeply money gets dear (price elasticity); for China what it has to lose with
Washington (bargain) and the opening levels of loans and of people. The screening by itself tells all of these from
luck; how much oil provokes passes the mark for China in the total order alone, and just so. The intervals are wide:
that Russia's drain comes first is seen in the Sobol indices, not in the screening, and the order of China's three is
not settled.

What you may not: that a number with a low index does not matter in the world (its range may be narrow), nor that one
with a high index can be moved by anybody. Nor read the chances here as those of 01: a design moves every number by
itself over its raw range, whatever history has taught of several together. 13 asks under what history has left.
"""

from functools import partial

from scenarios import sensitivity
from scenarios.cli.experiment import Experiment, experiment
from scenarios.report.tornado import tornado
from scenarios.report.weights import sensitivity_notes, sensitivity_sections

RUNS, QUICK = 80, 60  # at each point of the design, the same luck at each
# screening of all numbers, then Sobol indices of the six foremost; a trial screens three numbers
DESIGN = {"base_samples": 128, "top": 6}
TRIED = ("patrons.russia.war_drain", "patrons.russia.bargain", "patrons.china.bargain")
TRIAL = {"method": "morris", "base_samples": 6, "over": TRIED}
OF = ("russia.step_back_further", "china.step_back_further")


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """Split, screening and Sobol indices of both headlines."""
    scenario = asked.scenario("venezuela_2025")
    design = TRIAL if asked.is_quick else DESIGN
    found = sensitivity(scenario, OF, replications=asked.runs, rng=asked.seed, **design)
    tables = {"indices": found.indices, "screening": found.screening, "split": found.split}
    tables = {name: table for name, table in tables.items() if len(table)}
    manifest = asked.manifest(scenario) | found.manifest | {"refused": found.refused}
    answered = [outcome for outcome in OF if outcome not in found.refused]
    figures = {outcome: partial(tornado, outcome, tables, scenario, manifest) for outcome in answered}
    asked.tell(tables["split"], sensitivity_sections(tables), sensitivity_notes(tables, manifest), figures)


if __name__ == "__main__":
    main()
