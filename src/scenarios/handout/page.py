"""How does the page look? One template, filled; every name is escaped and made legible on its way in."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.handout import content
from scenarios.handout.gathered import Answered, Played
from scenarios.handout.repeated import RUN, command_of, repeated_by
from scenarios.legible import legible
from scenarios.questions.headline.sentences import sentences
from scenarios.questions.headline.words import run_notes, run_sections, short_notes, short_section
from scenarios.report.answer import records, section_of

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATE = Path(__file__).parent / "page.html.jinja"
MEANINGS = 2  # notes of the short table that say what its columns are; the others are said elsewhere in the page


def page_of(whole: content.Content) -> str:
    """The whole page as text."""
    sides = [_side_of_page(played, weighed) for played, weighed in whole.sides]
    answers = [_answer_of_page(answer) for answer in whole.answers]
    first = [*sides, *answers][0]["scenario"]
    return template().render(sides=sides, answers=answers, between=whole.between, pages=content.PAGES, first=first)


def _side_of_page(played: Played, weighed: content.Weighty) -> dict[str, Any]:
    """What the page says of one result."""
    told, summary, scenario, manifest = played.told, played.summary, played.scenario, played.manifest
    return {
        "letter": played.letter,
        "scenario": scenario,
        "sentences": [said.split(". ", 1) for said in sentences(summary, scenario, told)],
        "pictures": content.pictures(played),
        "short": short_section(summary, scenario, told),
        "meanings": short_notes(scenario, manifest)[:MEANINGS],
        "tables": [section for section in run_sections(summary, scenario, told.further) if section.rows],
        "notes": run_notes(summary, scenario, manifest),
        "changes": content.changes(scenario),
        "facts": content.facts(scenario),
        "weighed": weighed,
        "cases": None if told.cases is None or not len(told.cases) else section_of(records(told.cases.round(2)), ""),
        "caveats": content.caveats(played),
        "command": command_of(RUN, scenario, manifest, played.control is not None),
        "repeated_by": repeated_by(manifest),
    }


def _answer_of_page(found: Answered) -> dict[str, Any]:
    """What the page says of one answer that is no runs."""
    return {
        **vars(found),
        "changes": [*content.changes(found.scenario), *found.varied],
        "facts": content.facts(found.scenario),
        "repeated_by": [("folder", str(found.answer.folder)), *repeated_by(found.manifest)],
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
