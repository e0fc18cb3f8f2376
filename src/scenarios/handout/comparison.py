"""What changes from one result to another? The matched differences that are more than luck, before all else."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from scenarios.handout.assumptions import outcome_words
from scenarios.handout.gathered import Played
from scenarios.handout.pictures import Picture, comparison_pictures, headline_names
from scenarios.questions.comparison.ask import compare, transitions
from scenarios.questions.comparison.inputs import inputs_of_sides
from scenarios.questions.comparison.words import Part, reading_notes, sections_of
from scenarios.questions.headline.sentences import amount
from scenarios.report.tables import Section, runs_line
from scenarios.report.wording import NOTHING
from scenarios.significance import CHANGED

if TYPE_CHECKING:
    from pandas import DataFrame

    from scenarios.scenario.scenario import Scenario


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
    changed = outcomes[outcomes["verdict"] == CHANGED]
    shown = [_named(sides), *sections_of(Part.OUTCOMES, changed, scenario)]
    shown += sections_of(Part.INPUTS, tables[Part.INPUTS], scenario)
    shown += sections_of(Part.TRANSITIONS, tables[Part.TRANSITIONS], scenario)
    said = [count_words(outcomes), *outcomes.attrs.get("notes", []), *reading_notes(tables, scenario)]
    return Compared(
        list(dict.fromkeys(said)), comparison_pictures(outcomes, sides, finding_of(outcomes, scenario)), shown, tables
    )


def count_words(outcomes: "DataFrame") -> str:
    """How much changes by more than luck, and how much does not."""
    n_changed = int((outcomes["verdict"] == CHANGED).sum())
    n_same = int(outcomes["p_adjusted"].notna().sum()) - n_changed
    return f"{n_changed} outcomes change by more than luck; {n_same} differences are within Monte Carlo error."


def finding_of(outcomes: "DataFrame", scenario: "Scenario") -> str:
    """The largest change of a headline outcome that is more than luck."""
    is_drawn = outcomes["outcome"].isin(headline_names(scenario)) & (outcomes["verdict"] == CHANGED)
    changed = outcomes[is_drawn].to_dict("records")
    if not changed:
        return "No step back becomes more or less likely by more than luck"
    row = max(changed, key=lambda found: abs(found["difference"]))
    what = outcome_words(scenario, str(row["outcome"]))
    return f"What changes most: {what}, {amount(row['a'])} in A and {amount(row['b'])} in {row['versus']}"


def _named(sides: Sequence[Played]) -> Section:
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
