"""What changes from one result to another? The matched differences that are more than luck, before all else."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from scenarios.handout.gathered import Played
from scenarios.handout.pictures import Picture, comparison_pictures
from scenarios.questions.comparison.ask import compare
from scenarios.questions.comparison.inputs import inputs_of_sides
from scenarios.questions.comparison.transitions import transitions
from scenarios.questions.comparison.words import Part, reading_notes, sections_of
from scenarios.report.tables import Section, runs_line
from scenarios.report.wording import NOTHING
from scenarios.significance import CHANGED

if TYPE_CHECKING:
    from pandas import DataFrame


class Compared(NamedTuple):
    """A comparison as it stands in the page."""

    said: list[str]
    pictures: list[Picture]
    sections: list[Section]
    tables: "dict[Part, DataFrame]"


def compared(sides: Sequence[Played]) -> Compared:
    """Every side against the first, over matched runs."""
    results, scenario = [side.results for side in sides], sides[0].scenario
    tables = {
        Part.OUTCOMES: compare(*results),
        Part.INPUTS: inputs_of_sides([found.scenario for found in results]),
        Part.TRANSITIONS: transitions(*results),
    }
    outcomes = tables[Part.OUTCOMES]
    finding = finding_of(outcomes)
    changed = outcomes[outcomes["verdict"] == CHANGED]
    shown = [named(sides), *sections_of(Part.OUTCOMES, changed, scenario)]
    shown += sections_of(Part.INPUTS, tables[Part.INPUTS], scenario)
    shown += sections_of(Part.TRANSITIONS, tables[Part.TRANSITIONS], scenario)
    said = [finding, *outcomes.attrs.get("notes", []), *reading_notes(tables, scenario)]
    return Compared(list(dict.fromkeys(said)), comparison_pictures(outcomes, sides, finding), shown, tables)


def finding_of(outcomes: "DataFrame") -> str:
    """How much changes, and how much does not."""
    changed = outcomes[outcomes["verdict"] == CHANGED]
    same = int(outcomes["p_adjusted"].notna().sum()) - len(changed)
    if not len(changed):
        return f"Nothing changes by more than luck: all {same} differences are within Monte Carlo error."
    return f"{len(changed)} outcomes change by more than luck; {same} differences are within Monte Carlo error."


def named(sides: Sequence[Played]) -> Section:
    """What each side is."""
    rows = tuple(
        (
            side.letter,
            side.scenario.title,
            "; ".join(side.scenario.overlays) or NOTHING,
            runs_line(side.manifest),
            str(side.manifest.get("seed", NOTHING)),
        )
        for side in sides
    )
    return Section("What is compared", ("side", "scenario", "changes", "runs", "seed"), rows)
