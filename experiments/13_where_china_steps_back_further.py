"""In which worlds does China step back further?

Question   Which ranges of the uncertain numbers hold most of the worlds in which China loses two levels in all?
Scenario   venezuela_2025, 20,000 draws of its uncertain numbers, one run each
Covers     scenario discovery (PRIM boxes, and a tree as a second opinion)

Why an opening level limits the box, and nothing else: whether China still lends, or has people there, at the opening
is coded 0 or 1 (one level either side is drawn), and who has more to lose can lose two levels. That is a doubt about
the coding before it is a cause. The tree splits on both; the box takes the loans. Where China opens with loans the
tree also names the threat to its firms at the opening and, under a greater threat, what it has to lose with
Washington; where it opens with people and no loans, the same bargain; and where with neither, how much oil provokes
the coercer. Boxes are wide because the event is rare and much of it is luck; the trade-off in the figure shows what a
denser box would cost.

What you may conclude: which worlds to look at if you want to see China step back further (those in which it opens
with loans: about twice as often as in all, and half of the cases), and how sure that is on runs that the box has not
seen.

What you may not: that these are the causes, nor that the share of such worlds is a probability.
"""

from scenarios import discover
from scenarios.cli.experiment import Experiment, experiment
from scenarios.report.tradeoff import tradeoff
from scenarios.report.worlds import discovery_notes, discovery_sections

RUNS, QUICK = 20_000, 2_000
OF = "china.step_back_further"
COVERAGE = 0.3  # least share of the cases that the box must hold


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """Boxes and a tree."""
    scenario = asked.scenario("venezuela_2025")
    found = discover(scenario, OF, points=asked.runs, coverage=COVERAGE, rng=asked.seed)
    tables = {"limits": found.limits, "boxes": found.boxes, "tree": found.tree}
    tables = {name: table for name, table in tables.items() if len(table)}
    drawn = {"numbers": asked.manifest(scenario)["numbers"], "fitted": asked.manifest(scenario)["fitted"]}
    manifest = found.manifest | drawn | {"sentence": found.sentence, "notes": found.notes}
    figures = {"tradeoff": lambda: tradeoff(tables, scenario, manifest)}
    asked.tell(found.boxes, discovery_sections(tables), discovery_notes(scenario, manifest), figures)


if __name__ == "__main__":
    main()
