"""How does the page look? One template, filled; every name is escaped and made legible on its way in."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.handout.answered import Answered
from scenarios.handout.assumptions import Weighty
from scenarios.handout.comparison import Compared
from scenarios.handout.gathered import Played
from scenarios.handout.pictures import pictures
from scenarios.handout.words import (
    PAGES,
    all_tables,
    caveats,
    changes,
    command_of,
    facts,
    notes,
    repeated_by,
)
from scenarios.legible import legible
from scenarios.questions.headline.sentences import sentences
from scenarios.questions.headline.words import short_notes, short_section
from scenarios.report.formats import records, section_of

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATE = Path(__file__).parent / "page.html.jinja"
MEANINGS = 2  # notes of the short table that say what its columns are; the others are said elsewhere in the page


def page_of(
    sides: Sequence[Played], weighed: Sequence[Weighty], between: Compared | None, answers: Sequence[Answered] = ()
) -> str:
    """The whole page as text."""
    parts = [part_of_page(side, found) for side, found in zip(sides, weighed, strict=True)]
    first = sides[0].scenario if sides else answers[0].scenario
    return template().render(sides=parts, answers=answers, between=between, pages=PAGES, first=first)


def part_of_page(played: Played, weighed: Weighty) -> dict[str, Any]:
    """What the page says of one result."""
    told, summary, scenario = played.told, played.summary, played.scenario
    return {
        "letter": played.letter,
        "scenario": scenario,
        "sentences": [said.split(". ", 1) for said in sentences(summary, scenario, told)],
        "pictures": pictures(played),
        "short": short_section(summary, scenario, told),
        "meanings": short_notes(scenario, played.manifest)[:MEANINGS],
        "tables": all_tables(played),
        "notes": notes(played),
        "changes": changes(scenario),
        "facts": facts(scenario),
        "weighed": weighed,
        "cases": None if told.cases is None or not len(told.cases) else section_of(records(told.cases.round(2)), ""),
        "caveats": caveats(played),
        "command": command_of(played),
        "repeated_by": repeated_by(played.manifest),
    }


@cache
def template() -> "Template":
    """The template of the page."""
    from jinja2 import Environment, StrictUndefined

    def fit(value: Any) -> Any:
        """Text as it may stand in the page; what the template itself has made is left alone."""
        return legible(value) if type(value) is str else value

    places = Environment(autoescape=True, finalize=fit, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return places.from_string(TEMPLATE.read_text("utf-8"))
