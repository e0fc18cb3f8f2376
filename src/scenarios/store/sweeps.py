"""Where does a sweep live? In a folder that fills part by part: ``results/<name>/sweep-<hash>/``.

A part is written under a hidden name and renamed, its checksums last: so a part whose checksums are there is whole, and
one that is missing, or that is not as it was written, is played again.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.errors import RequestRefused, StoreError
from scenarios.scenario.scenario import Scenario
from scenarios.store import aside
from scenarios.store.folder import MANIFEST, flat, is_there, read_manifest, scenario_folder
from scenarios.store.manifest import complete, question_hash, scenario_from, scenario_record
from scenarios.store.parts import part_name

CHECKSUMS = "checksums"
FAILED = "failed"


class SweepFolder:
    """The folder of one sweep, among all results, by all that the numbers of the sweep depend on."""

    def __init__(self, out: Path | str, asked: Mapping[str, Any]) -> None:
        self.asked = dict(asked)
        self.folder = scenario_folder(out, asked["scenario_name"]) / f"sweep-{question_hash(asked)}"
        self.n_parts = -(-asked["points"] // asked["part_points"])

    @classmethod
    def at(cls, folder: Path) -> "SweepFolder":
        """The sweep in a folder, wherever it was put."""
        store = cls(folder.parent.parent, read_manifest(folder))
        store.folder = folder
        return store

    def is_begun(self) -> bool:
        """Whether this very sweep has been begun."""
        return is_there(self.folder) and bool(aside.read_record(self.folder / MANIFEST))

    def clear(self) -> None:
        """Forgets all that was played."""
        aside.discard(self.folder)

    def begin(self, scenario: Scenario, engine: str, how: Sequence[str]) -> None:
        """Writes down what is asked, and how the command line asks it, before anything is played."""
        record = complete({**self.asked, "engine": engine, "how": [*how]}, scenario) | self.asked
        record["id"] = self.folder.name
        record["scenario"] = scenario_record(scenario)
        with aside.written_aside(self.folder) as place:
            place.mkdir()
            aside.write_record(place / MANIFEST, record, {})

    def keep(self, part: int, tables: Mapping[str, pd.DataFrame]) -> None:
        """Writes a part, whole or not at all."""
        with aside.undisturbed():
            files = [self.folder / part_name(name, part) for name in tables]
            for file, table in zip(files, tables.values(), strict=True):
                aside.put_whole(file, table.to_parquet(index=False))
            aside.write_record(self._beside(CHECKSUMS, part), {"part": part}, aside.sums_of(self.folder, files))
            aside.remove(self._beside(FAILED, part))

    def keep_failure(self, part: int, first: int, last: int, fault: BaseException) -> None:
        """Writes down which points could not be played, and why."""
        message = f"{type(fault).__name__}: {fault}"
        record = {"part": part, "first_point": first, "last_point": last, "error": message}
        aside.write_record(self._beside(FAILED, part), record, {})

    def done(self) -> set[int]:
        """Numbers of the parts that are whole."""
        return {part for part in range(self.n_parts) if self._beside(CHECKSUMS, part).is_file()}

    def check(self, is_mended: bool) -> None:
        """Refuses parts that are not as they were written; or forgets them, so that they are played again."""
        faults = {part: faults for part in range(self.n_parts) if (faults := self._faults(part))}
        if faults and not is_mended:
            named = [fault for found in faults.values() for fault in found]
            raise StoreError(
                f"{aside.damaged(self.folder, aside.in_words(named))} --resume (resume=True) plays these parts alone."
            )
        for part in faults:
            aside.discard(self._beside(CHECKSUMS, part))
            aside.discard(self._beside(FAILED, part))

    def _faults(self, part: int) -> list[str]:
        """What is wrong with the files of a part, if it is there."""
        failed, kept = self._beside(FAILED, part), self._beside(CHECKSUMS, part)
        try:
            if failed.is_file():
                aside.read_record(failed)
            sums = aside.read_record(kept)[aside.FILES] if kept.is_file() else {}
        except StoreError:
            return [f"what is kept of part {part} was changed"]
        return [fault for name, expected in sums.items() if (fault := aside.damage_of(self.folder, name, expected))]

    def failures(self) -> list[dict[str, Any]]:
        """The parts that failed, with their points and the error."""
        missing = sorted(set(range(self.n_parts)) - self.done())
        files = [file for part in missing if (file := self._beside(FAILED, part)).is_file()]
        return [flat(aside.read_record(file)) for file in files]

    def manifest(self) -> dict[str, Any]:
        """What the sweep says of itself."""
        return read_manifest(self.folder)

    def scenario(self) -> Scenario:
        """What was played, before anything was varied."""
        return scenario_from(aside.read_record(self.folder / MANIFEST)["scenario"])

    def table(self, name: str) -> pd.DataFrame:
        """A table of all parts that are there, in the order of the points."""
        files = [self.folder / part_name(name, part) for part in sorted(self.done())]
        return aside.table_of_parts(files[0], *files) if files else pd.DataFrame()

    def parts(self, name: str) -> Iterator[pd.DataFrame]:
        """The same part after part, for tables that memory does not hold."""
        for file in (self.folder / part_name(name, part) for part in sorted(self.done())):
            yield aside.table_of_parts(file, file)

    def check_resumable(self) -> None:
        """Refuses to begin beside a sweep that waits to be resumed, naming what differs; where none waits, all is well.

        So one command line with --resume begins a sweep and goes on with it.
        """
        others = [] if self.is_begun() else self._unfinished()
        if not others:
            return
        other, there = others[-1]
        said = [
            f"{name} is {there.get(name)} there and {value} here"
            for name, value in self.asked.items()
            if there.get(name) != value
        ]
        raise RequestRefused(
            f"{other}: cannot be resumed, it is another sweep: {'; '.join(said)}. Ask as before, or leave out --resume."
        )

    def _unfinished(self) -> list[tuple[Path, dict[str, Any]]]:
        """Sweeps of the scenario that lack parts, with what they say of themselves, the latest last."""
        found = []
        for file in sorted(self.folder.parent.glob(f"sweep-*/{MANIFEST}"), key=lambda file: file.stat().st_mtime):
            with suppress(StoreError):
                there = read_manifest(file.parent)
                n_parts = -(-there["points"] // there["part_points"])
                if len(list(file.parent.glob(f"{CHECKSUMS}/part-*.json"))) < n_parts:
                    found.append((file.parent, there))
        return found

    def _beside(self, kind: str, part: int) -> Path:
        """The file of the checksums of a part, or of its failure."""
        return self.folder / kind / f"part-{part:05d}.json"
