"""In which worlds does China step back further?

Question   Which ranges of the uncertain numbers hold most of the worlds in which China loses two levels in all?
Scenario   venezuela_2025, 20,000 draws of its uncertain numbers, one run each
Covers     scenario discovery (PRIM boxes, and a tree as a second opinion)

Why boxes are wide: the event is rare and much of it is luck, so a box that holds many of the cases holds many other
worlds too; the trade-off in the figure shows how many.

What you may conclude: which worlds to look at if you want to see China step back further, and how sure that is on
runs that the box has not seen.

What you may not: that these are the causes, nor that the share of such worlds is a probability.
"""

from scenarios import discover, load
from scenarios.cli.experiment import Experiment, experiment
from scenarios.report.tradeoff import tradeoff
from scenarios.report.worlds import discovery_notes, discovery_sections

RUNS, QUICK = 20_000, 2_000
OF = "china.step_back_further"
COVERAGE = 0.3  # least share of the cases that the box must hold


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """Boxes and a tree."""
    scenario = load("venezuela_2025")
    found = discover(scenario, OF, points=asked.runs, coverage=COVERAGE, rng=asked.seed)
    tables = {"limits": found.limits, "boxes": found.boxes, "tree": found.tree}
    tables = {name: table for name, table in tables.items() if len(table)}
    drawn = {"numbers": asked.manifest(scenario)["numbers"], "fitted": asked.manifest(scenario)["fitted"]}
    manifest = found.manifest | drawn | {"sentence": found.sentence, "notes": found.notes}
    figures = {"tradeoff": lambda: tradeoff(tables, scenario, manifest)}
    asked.tell(found.boxes, discovery_sections(tables), discovery_notes(scenario, manifest), figures)


if __name__ == "__main__":
    main()
