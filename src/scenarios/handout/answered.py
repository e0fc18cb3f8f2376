"""What does a folder hold that is an answer but no runs? What its command prints, and the figures that are there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.errors import RequestRefused, StoreError
from scenarios.handout.pictures import FIRST, SHADES, Picture, kept_picture, pictures_drawn
from scenarios.handout.words import changes, facts, repeated_by
from scenarios.questions.comparison.words import Part, comparison_answer
from scenarios.questions.discovery.words import discovery_answer
from scenarios.questions.sensitivity.words import sensitivity_answer
from scenarios.questions.sweep.ask import Sweep, kept_sweep
from scenarios.questions.sweep.words import sweep_answer
from scenarios.questions.threshold.crossings import from_record
from scenarios.questions.threshold.words import threshold_answer
from scenarios.report.answer import Answer
from scenarios.scenario.scenario import Scenario
from scenarios.store.answers import kept_answer, origin, record_file
from scenarios.store.checksums import FILES, damaged, read_record
from scenarios.store.folder import MANIFEST, SUMMARY, flat
from scenarios.store.manifest import scenario_from

if TYPE_CHECKING:
    from pandas import DataFrame

Tables = Mapping[str, "DataFrame"]
Record = Mapping[str, Any]
SWEEP = "sweep"


@dataclass(frozen=True)
class Answered:
    """A kept answer as it stands in a report."""

    kind: str
    answer: Answer
    scenario: Scenario
    manifest: Record
    pictures: list[Picture]

    @property
    def changes(self) -> list[tuple[str, str]]:
        """What was laid over the scenario, believed or set."""
        return changes(self.scenario)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What was played, before its numbers."""
        return facts(self.scenario)

    @property
    def repeated_by(self) -> list[tuple[str, str]]:
        """What a repetition must agree with."""
        return [("folder", str(self.answer.folder)), *repeated_by(self.manifest)]


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
    """The answer in a folder.

    Raises
    ------
    RequestRefused, StoreError
        If a report knows nothing of its kind, or it is not as it was written.
    """
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
    asked = [f"{patron}.{FIRST}" for patron in scenario.patrons if chances.get(f"{patron}.{FIRST}", 0)]
    is_map = said["design"] == "grid" and len(found.varied) == 2
    maps = pictures_drawn([partial(found.plot, outcome) for outcome in asked], SHADES) if is_map else []
    return Answered(SWEEP, sweep_answer(found, scenario, said.get("of")), scenario, said, maps)


def answer_in(folder: Path, kind: str, record: Record) -> Answered:
    """The answer that a record stands for, with the figures that it lists."""
    kept = kept_answer(folder, kind)
    scenario, tables = scenario_from(record["scenario"]), {} if kept is None else kept[1]
    in_order = {name: tables[name] for name in record.get("tables", tables)}
    manifest = flat(record)
    answer = MAKERS[kind](scenario, in_order, manifest, folder)
    drawn = [folder / name for name in sorted(record[FILES]) if name.endswith(".png")]
    return Answered(kind, answer, scenario, manifest, [kept_picture(file) for file in drawn])
