"""In which worlds does China step back further?

Question   Which ranges of the uncertain numbers hold most of the worlds in which China loses two levels net?
Scenario   venezuela_2025, 20,000 draws of its uncertain numbers, one run each
Covers     scenario discovery (PRIM boxes, and a tree as a second opinion); no causes, no probabilities of worlds
"""

from scenarios import discover
from scenarios.cli.concluded import box_lines
from scenarios.cli.experiment import Experiment, experiment
from scenarios.questions.discovery.figure import tradeoff
from scenarios.questions.discovery.words import discovery_notes, discovery_sections

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
    manifest = asked.manifest(scenario) | found.manifest | {"sentence": found.sentence, "notes": found.notes}
    asked.tell(
        found.boxes,
        discovery_sections(tables),
        discovery_notes(scenario, manifest),
        lambda: tradeoff(tables, scenario, manifest),
        lambda: box_lines(found.boxes, found.limits, found.manifest["base_rate"], OF),
    )


if __name__ == "__main__":
    main()
