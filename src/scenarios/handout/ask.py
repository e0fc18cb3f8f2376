"""How is an answer handed on? As one page that holds all it needs, and as a workbook."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from scenarios.errors import RequestRefused, StoreError
from scenarios.handout import content
from scenarios.handout.gathered import Answered, Played, Side
from scenarios.handout.repeated import RUN, command_of, repeated_by
from scenarios.handout.workbook import check_library, write_workbook
from scenarios.legible import legible
from scenarios.questions.headline import sentences, words
from scenarios.report.answer import records, section_of
from scenarios.store.aside import put_whole

TEMPLATE = Path(__file__).parent / "page.html.jinja"
MEANINGS = 2  # notes of the short table that say what its columns are; the others are said elsewhere in the page
HTML, XLSX = (".html", ".htm"), (".xlsx",)


def write_report(results: Side | Sequence[Side], file: Path | str, workbook: Path | str | None = None) -> Path:
    """Writes one page that can be handed on: sentences, figures, tables, assumptions with sources, how to repeat.

    Parameters
    ----------
    results : Results, str or Path, or a sequence of these
        Runs, or the folders of runs and of other answers. With several runs, their comparison with the first of them
        stands first; other answers come last.
    file : str or Path
        Ends in ``.html``. The page holds all it needs: nothing is fetched when it is opened.
    workbook : str or Path, optional
        Ends in ``.xlsx``. The tables as a workbook; needs the extra ``xlsx``.

    Returns
    -------
    Path
        Of the page.

    Raises
    ------
    RequestRefused
        If a folder holds nothing that a report knows, a file has another ending, or the extra is not installed.
    StoreError
        If a folder is damaged, or a file cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from scenarios import load, simulate
    >>> with TemporaryDirectory() as folder:
    ...     page = write_report(simulate(load("toy"), 20, engine="agents"), Path(folder) / "toy.html")
    ...     page.read_text("utf-8")[:15]
    '<!doctype html>'
    """
    page = checked_place(file, HTML)
    book = None if workbook is None else checked_place(workbook, XLSX)
    if book is not None:
        check_library()
    whole = content.content_of(results)
    put_whole(page, page_of(whole))
    if book is not None:
        write_workbook(book, whole)
    return page


def checked_place(file: Path | str, endings: Sequence[str]) -> Path:
    """A file that may be written, or written anew."""
    place = Path(file)
    if place.suffix.lower() not in endings:
        raise RequestRefused(f"{place}: must end in {' or '.join(endings)}. Name another file.")
    if place.is_dir():
        raise StoreError(f"{place}: is a folder. Name a file.")
    return place


def page_of(whole: content.Content) -> str:
    """The whole page as text: one template, filled; every name is escaped and made legible on its way in."""
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
        "sentences": [said.split(". ", 1) for said in sentences.sentences(summary, scenario, told)],
        "pictures": content.pictures(played),
        "short": words.short_section(summary, scenario, told),
        "meanings": words.short_notes(scenario, manifest)[:MEANINGS],
        "tables": [section for section in words.run_sections(summary, scenario, told.further) if section.rows],
        "notes": words.run_notes(summary, scenario, manifest),
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
def template() -> Template:
    """The template of the page."""

    def fit(value: Any) -> Any:
        """Text as it may stand in the page; what the template itself has made is left alone."""
        return legible(value) if type(value) is str else value

    places = Environment(autoescape=True, finalize=fit, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return places.from_string(TEMPLATE.read_text("utf-8"))
