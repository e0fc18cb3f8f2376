"""What is handed on? Runs with all that was kept beside them, and other answers, from folders or from memory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.cases.forecast import reference_table
from scenarios.errors import RequestRefused, StoreError
from scenarios.handout.pictures import SHADES, Picture, kept_picture, pictures_drawn
from scenarios.handout.repeated import SWEEP, command_of
from scenarios.questions.comparison.ask import LETTERS
from scenarios.questions.comparison.words import Part, comparison_answer
from scenarios.questions.discovery.words import discovery_answer
from scenarios.questions.headline.ask import HEADLINE, chances_when, reasons_further
from scenarios.questions.headline.sentences import Told
from scenarios.questions.sensitivity.words import sensitivity_answer
from scenarios.questions.sweep import ask, words
from scenarios.questions.threshold.crossings import from_record
from scenarios.questions.threshold.words import threshold_answer
from scenarios.report.answer import Answer
from scenarios.results import Results
from scenarios.scenario.scenario import Scenario
from scenarios.store import answers, aside, folder
from scenarios.store.manifest import complete, scenario_from
from scenarios.summary import summarise

Side = Results | str | Path
Tables = Mapping[str, pd.DataFrame]
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Played:
    """The runs of one scenario and what was kept beside them."""

    letter: str  # A, B ... in a comparison
    results: Results
    summary: pd.DataFrame
    manifest: Record  # with versions and hashes
    told: Told  # what the sentences need
    control: Results | None = None
    curve: pd.DataFrame | None = None  # over the rungs

    @property
    def scenario(self) -> Scenario:
        """What was played."""
        return self.results.scenario


def gathered(sides: Sequence[Side], at_least: int = 1) -> list[Played]:
    """Every side with what was kept beside it."""
    if not at_least <= len(sides) <= len(LETTERS):
        raise RequestRefused(f"{len(sides)} results to report; allowed are 1 to {len(LETTERS)}.")
    letters = LETTERS if len(sides) > 1 else ("",)
    return [_played(letter, side) for letter, side in zip(letters, sides, strict=False)]


def _played(letter: str, side: Side) -> Played:
    """Results that were never saved, or were read before; or the runs of a result folder."""
    if isinstance(side, Results):
        manifest = complete(side.manifest, side.scenario)
        return Played(letter, side, summarise(side), manifest, told_of(side, {}))
    place, results = Path(side), folder.read(side)
    control = folder.read(place / folder.CONTROL) if results.manifest.get("control") else None
    kept = {name: folder.read_kept_table(place, name) for name in ("when", "further", "what_ifs", "ladder")}
    told, summary = told_of(results, kept), folder.read_summary(place)
    return Played(letter, results, summary, results.manifest, told, control, kept["ladder"])


def told_of(results: Results, kept: Mapping[str, pd.DataFrame | None]) -> Told:
    """What the sentences need, from the folder or from the runs; what-ifs would have to be played, so none are new."""
    when, further = kept.get("when"), kept.get("further")
    return Told(
        when=chances_when(results) if when is None else when,
        further=reasons_further(results) if further is None else further,
        what_ifs=kept.get("what_ifs"),
        cases=reference_table(results.scenario),
    )


@dataclass(frozen=True)
class Answered:
    """A kept answer that is no runs."""

    kind: str
    answer: Answer
    scenario: Scenario
    manifest: Record
    pictures: list[Picture]
    command: str
    varied: Sequence[tuple[str, str]] = ()


def threshold_kept(scenario: Scenario, tables: Tables, record: Record, place: Path) -> Answer:
    """The answer of `scenarios threshold`."""
    found = from_record(record["threshold"], tables["curve"], tables.get("ladder"))
    return threshold_answer(found, scenario, {**record, **answers.origin(scenario)}, place)


def comparison_kept(scenario: Scenario, tables: Tables, record: Record, place: Path) -> Answer:
    """The answer of `scenarios compare`."""
    parts = {part: tables[part.value] for part in Part if part.value in tables}
    if Part.INPUTS in parts:  # values as people write them, not as a file of tables is read
        parts[Part.INPUTS] = parts[Part.INPUTS].astype(object).fillna("").astype(str)
    parts[Part.OUTCOMES].attrs["notes"] = record["notes"]
    return comparison_answer(parts, record["sides"], scenario, folder=place)


MAKERS: dict[str, Callable[[Scenario, Tables, Record, Path], Answer]] = {
    "comparison": comparison_kept,
    "discovery": discovery_answer,
    "given": sensitivity_answer,
    "rules": sensitivity_answer,
    "sensitivity": sensitivity_answer,
    "threshold": threshold_kept,
}


def answer_kind(side: Side) -> str:
    """What sort of answer is given; empty for runs, and for what is no answer."""
    if isinstance(side, Results):
        return ""
    place = Path(side)
    if (place / folder.MANIFEST).is_file():
        return SWEEP if place.name.startswith(f"{SWEEP}-") and not (place / folder.SUMMARY).is_file() else ""
    kind = place.name.split("-")[0]
    return kind if answers.record_file(place, kind).is_file() else ""


def answered(place: Path, kind: str) -> Answered:
    """The answer in a folder."""
    if kind != SWEEP and kind not in MAKERS:
        known = ", ".join([*MAKERS, SWEEP])
        raise RequestRefused(f"{place}: holds the answer of `{kind}`. A report is made of runs, and of: {known}.")
    try:
        return _swept(ask.kept_sweep(place)) if kind == SWEEP else _answer_in(place, kind)
    except (KeyError, TypeError) as fault:  # of an earlier edition, which kept less
        raise StoreError(aside.damaged(place, f"{kind}.json lacks {fault}")) from fault


def _swept(found: ask.Sweep) -> Answered:
    """A sweep, with a map for each patron where two numbers were varied over a grid."""
    scenario, said = found.scenario, found.manifest
    chances = found.outcomes.groupby("outcome")["value"].count()
    asked = [name for patron in scenario.patrons if chances.get(name := f"{patron}.{HEADLINE[0]}", 0)]
    is_map = said["design"] == "grid" and len(found.varied) == 2
    maps = pictures_drawn([partial(found.plot, outcome) for outcome in asked], SHADES) if is_map else []
    answer, command = words.sweep_answer(found, scenario, said.get("of")), command_of(SWEEP, scenario, said)
    return Answered(SWEEP, answer, scenario, said, maps, command, words.varied_words(found))


def _answer_in(place: Path, kind: str) -> Answered:
    """The answer that a record stands for, with the figures that it lists."""
    record, kept = aside.read_record(answers.record_file(place, kind)), answers.kept_answer(place, kind)
    scenario, tables = scenario_from(record["scenario"]), {} if kept is None else kept[1]
    in_order = {name: tables[name] for name in record.get("tables", tables)}
    manifest = folder.flat(record)
    answer = MAKERS[kind](scenario, in_order, manifest, place)
    drawn = [kept_picture(place / name) for name in sorted(record[aside.FILES]) if name.endswith(".png")]
    return Answered(kind, answer, scenario, manifest, drawn, command_of(kind, scenario, manifest, folder=place))
