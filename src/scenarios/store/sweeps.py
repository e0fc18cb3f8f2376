"""Where does a sweep live? In a folder that fills part by part: ``results/<name>/sweep-<hash>/``.

A part is written under a hidden name and renamed, its table of points last: so a part whose points are there is whole,
and one that is missing is played again.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.errors import RequestRefused
from scenarios.scenario.scenario import Scenario
from scenarios.store.aside import undisturbed, written_aside
from scenarios.store.folder import MANIFEST, read_manifest, scenario_folder
from scenarios.store.manifest import complete, question_hash, scenario_hash, scenario_record
from scenarios.store.parts import part_file, read_file

if TYPE_CHECKING:
    from pandas import DataFrame

LAST_WRITTEN = "points"
FAILED = "failed"


def sweep_question(
    scenario: Scenario,
    seed: int,
    replications: int,
    rulebook_hash: str,
    design: Mapping[str, Any],
    keeps_runs: bool,
) -> dict[str, Any]:
    """All that the numbers of a sweep depend on.

    Parameters
    ----------
    design : mapping
        ``design`` (kind), ``design_hash``, ``points`` and ``part_points`` (points in a part).
    """
    return {
        "scenario_name": scenario.name,
        "scenario_hash": scenario_hash(scenario),
        "seed": int(seed),
        "replications": int(replications),
        "rulebook_hash": rulebook_hash,
        **design,
        "keeps_runs": keeps_runs,
    }


class SweepFolder:
    """The folder of one sweep.

    Parameters
    ----------
    out : Path or str
        Folder of all results.
    asked : mapping
        As `sweep_question` puts it.
    """

    def __init__(self, out: Path | str, asked: Mapping[str, Any]) -> None:
        self.asked = dict(asked)
        self.folder = scenario_folder(out, asked["scenario_name"]) / f"sweep-{question_hash(asked)}"
        self.n_parts = -(-asked["points"] // asked["part_points"])

    def is_begun(self) -> bool:
        """Whether this very sweep has been begun."""
        return (self.folder / MANIFEST).is_file()

    def begin(self, scenario: Scenario, engine: str) -> None:
        """Writes down what is asked, before anything is played."""
        record = complete({**self.asked, "engine": engine}, scenario) | self.asked | {"id": self.folder.name}
        record["scenario"] = scenario_record(scenario)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write_text(self.folder / MANIFEST, record)

    def keep(self, part: int, tables: "Mapping[str, DataFrame]") -> None:
        """Writes a part, whole or not at all."""
        with undisturbed():
            for name in sorted(tables, key=lambda name: name == LAST_WRITTEN):
                with written_aside(part_file(self.folder / f"{name}.parquet", part)) as aside:
                    tables[name].to_parquet(aside, index=False)
            self._failure(part).unlink(missing_ok=True)

    def keep_failure(self, part: int, first: int, last: int, fault: BaseException) -> None:
        """Writes down which points could not be played, and why."""
        message = f"{type(fault).__name__}: {fault}"
        (self.folder / FAILED).mkdir(exist_ok=True)
        record = {"part": part, "first_point": first, "last_point": last, "error": message}
        self._write_text(self._failure(part), record)

    def done(self) -> set[int]:
        """Numbers of the parts that are whole."""
        files = (self.folder / f"{LAST_WRITTEN}.parquet").glob("part-*.parquet")
        return {int(file.stem.removeprefix("part-")) for file in files}

    def failures(self) -> list[dict[str, Any]]:
        """The parts that failed, with their points and the error."""
        return [json.loads(file.read_text("utf-8")) for file in sorted((self.folder / FAILED).glob("part-*.json"))]

    def manifest(self) -> dict[str, Any]:
        """What the sweep says of itself."""
        return read_manifest(self.folder)

    def table(self, name: str) -> "DataFrame":
        """A table of all parts that are there, in the order of the points."""
        import pandas as pd

        place = self.folder / f"{name}.parquet"
        return read_file(place) if place.is_dir() else pd.DataFrame()

    def parts(self, name: str) -> "Iterator[DataFrame]":
        """The same part after part, for tables that memory does not hold."""
        for part in sorted(self.done()):
            yield read_file(part_file(self.folder / f"{name}.parquet", part))

    def check_resumable(self) -> None:
        """Refuses to go on with a sweep that was never begun, naming what differs from those that were."""
        if self.is_begun():
            return
        others = sorted(self.folder.parent.glob(f"sweep-*/{MANIFEST}"), key=lambda file: file.stat().st_mtime)
        if not others:
            raise RequestRefused(f"Nothing to resume in {self.folder.parent}. Leave out --resume and --retry-failed.")
        there = read_manifest(others[-1].parent)
        said = [
            f"{name} is {there.get(name)} there and {value} here"
            for name, value in self.asked.items()
            if there.get(name) != value
        ]
        raise RequestRefused(
            f"{others[-1].parent}: cannot be resumed, it is another sweep: {'; '.join(said)}. "
            "Ask as before, or leave out --resume."
        )

    def _failure(self, part: int) -> Path:
        """The file of a failed part."""
        return part_file(self.folder / FAILED, part).with_suffix(".json")

    def _write_text(self, place: Path, record: Mapping[str, Any]) -> None:
        """Writes a record as JSON, whole or not at all."""
        with written_aside(place) as aside:
            aside.write_text(json.dumps(record, indent=1, ensure_ascii=False, default=str) + "\n", "utf-8")
