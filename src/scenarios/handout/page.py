"""How does the page look? One template, filled; every name is escaped and made legible on its way in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from scenarios.errors import RequestRefused, StoreError
from scenarios.handout import content
from scenarios.handout.gathered import Played
from scenarios.legible import legible
from scenarios.questions.comparison.words import Part, comparison_answer
from scenarios.questions.discovery.words import discovery_answer
from scenarios.questions.headline.sentences import sentences
from scenarios.questions.headline.words import short_notes, short_section
from scenarios.questions.sensitivity.words import sensitivity_answer
from scenarios.questions.sweep.ask import Sweep, kept_sweep
from scenarios.questions.sweep.words import sweep_answer, varied_words
from scenarios.questions.threshold.crossings import from_record
from scenarios.questions.threshold.words import threshold_answer
from scenarios.report.answer import Answer, records, section_of
from scenarios.scenario.scenario import Scenario
from scenarios.store.answers import kept_answer, origin, record_file
from scenarios.store.aside import FILES, damaged, read_record
from scenarios.store.folder import MANIFEST, SUMMARY, flat
from scenarios.store.manifest import scenario_from

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATE = Path(__file__).parent / "page.html.jinja"
MEANINGS = 2  # notes of the short table that say what its columns are; the others are said elsewhere in the page
Tables = Mapping[str, pd.DataFrame]
Record = Mapping[str, Any]
SWEEP = "sweep"


@dataclass(frozen=True)
class Answered:
    """A kept answer as it stands in a report."""

    kind: str
    answer: Answer
    scenario: Scenario
    manifest: Record
    pictures: list[content.Picture]
    varied: Sequence[tuple[str, str]] = ()
    command: str = ""

    @property
    def changes(self) -> list[tuple[str, str]]:
        """What was laid over the scenario, believed or set, and what was varied."""
        return [*content.changes(self.scenario), *self.varied]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What was played, before its numbers."""
        return content.facts(self.scenario)

    @property
    def repeated_by(self) -> list[tuple[str, str]]:
        """What a repetition must agree with."""
        return [("folder", str(self.answer.folder)), *content.repeated_by(self.manifest)]


def page_of(
    sides: Sequence[Played],
    weighed: Sequence[content.Weighty],
    between: content.Compared | None,
    answers: Sequence[Answered] = (),
) -> str:
    """The whole page as text."""
    parts = [part_of_page(side, found) for side, found in zip(sides, weighed, strict=True)]
    first = sides[0].scenario if sides else answers[0].scenario
    return template().render(sides=parts, answers=answers, between=between, pages=content.PAGES, first=first)


def part_of_page(played: Played, weighed: content.Weighty) -> dict[str, Any]:
    """What the page says of one result."""
    told, summary, scenario = played.told, played.summary, played.scenario
    return {
        "letter": played.letter,
        "scenario": scenario,
        "sentences": [said.split(". ", 1) for said in sentences(summary, scenario, told)],
        "pictures": content.pictures(played),
        "short": short_section(summary, scenario, told),
        "meanings": short_notes(scenario, played.manifest)[:MEANINGS],
        "tables": content.all_tables(played),
        "notes": content.notes(played),
        "changes": content.changes(scenario),
        "facts": content.facts(scenario),
        "weighed": weighed,
        "cases": None if told.cases is None or not len(told.cases) else section_of(records(told.cases.round(2)), ""),
        "caveats": content.caveats(played),
        "command": content.command_of(played),
        "repeated_by": content.repeated_by(played.manifest),
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


def threshold_kept(scenario: Scenario, tables: Tables, record: Record, folder: Path) -> Answer:
    """The answer of `scenarios threshold`."""
    found = from_record(record["threshold"], tables["curve"], tables.get("ladder"))
    return threshold_answer(found, scenario, {**record, **origin(scenario)}, folder)


def comparison_kept(scenario: Scenario, tables: Tables, record: Record, folder: Path) -> Answer:
    """The answer of `scenarios compare`."""
    parts = {part: tables[part.value] for part in Part if part.value in tables}
    if Part.INPUTS in parts:  # values as people write them, not as a file of tables is read
        parts[Part.INPUTS] = parts[Part.INPUTS].astype(object).fillna("").astype(str)
    parts[Part.OUTCOMES].attrs["notes"] = record["notes"]
    return comparison_answer(parts, record["sides"], scenario, folder=folder)


MAKERS: dict[str, Callable[[Scenario, Tables, Record, Path], Answer]] = {
    "comparison": comparison_kept,
    "discovery": discovery_answer,
    "given": sensitivity_answer,
    "rules": sensitivity_answer,
    "sensitivity": sensitivity_answer,
    "threshold": threshold_kept,
}


def answer_kind(folder: Path) -> str:
    """What sort of answer a folder holds; empty if it holds runs, or is none of an answer."""
    if (folder / MANIFEST).is_file():
        return SWEEP if folder.name.startswith(f"{SWEEP}-") and not (folder / SUMMARY).is_file() else ""
    return next((kind for kind in folder.name.split("-")[:1] if record_file(folder, kind).is_file()), "")


def answered(folder: Path, kind: str) -> Answered:
    """The answer in a folder."""
    if kind != SWEEP and kind not in MAKERS:
        known = ", ".join([*MAKERS, SWEEP])
        raise RequestRefused(f"{folder}: holds the answer of `{kind}`. A report is made of runs, and of: {known}.")
    try:
        if kind == SWEEP:
            return swept(kept_sweep(folder))
        record = read_record(record_file(folder, kind))
        return answer_in(folder, kind, record)
    except (KeyError, TypeError) as fault:  # of an earlier edition, which kept less
        raise StoreError(damaged(folder, f"{kind}.json lacks {fault}")) from fault


def swept(found: Sweep) -> Answered:
    """A sweep, with a map for each patron where two numbers were varied over a grid."""
    scenario, said = found.scenario, found.manifest
    chances = found.outcomes.groupby("outcome")["value"].count()
    asked = [f"{patron}.{content.FIRST}" for patron in scenario.patrons if chances.get(f"{patron}.{content.FIRST}", 0)]
    is_map = said["design"] == "grid" and len(found.varied) == 2
    maps = content.pictures_drawn([partial(found.plot, outcome) for outcome in asked], content.SHADES) if is_map else []
    answer, command = sweep_answer(found, scenario, said.get("of")), content.sweep_command(scenario, said)
    return Answered(SWEEP, answer, scenario, said, maps, varied_words(found), command)


def answer_in(folder: Path, kind: str, record: Record) -> Answered:
    """The answer that a record stands for, with the figures that it lists."""
    kept = kept_answer(folder, kind)
    scenario, tables = scenario_from(record["scenario"]), {} if kept is None else kept[1]
    in_order = {name: tables[name] for name in record.get("tables", tables)}
    manifest = flat(record)
    answer = MAKERS[kind](scenario, in_order, manifest, folder)
    drawn = [folder / name for name in sorted(record[FILES]) if name.endswith(".png")]
    command = content.comparison_command(manifest) if kind == "comparison" else ""
    return Answered(kind, answer, scenario, manifest, [content.kept_picture(file) for file in drawn], command=command)
