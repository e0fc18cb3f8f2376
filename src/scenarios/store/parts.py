"""How are more runs kept than memory holds? In parts: a block of runs is written as it comes, and read when needed.

A table of few runs is one file, ``runs.parquet``; of many it is a folder of that name with one file a block. Readers of
Parquet take both alike.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.errors import RequestRefused
from scenarios.results import Results
from scenarios.scenario.arrays import uncertain_paths
from scenarios.scenario.scenario import Scenario
from scenarios.store.aside import put_file, remove, sum_of, table_of_parts

if TYPE_CHECKING:
    from pandas import DataFrame

OF_THE_FIRST = ("events", "deliveries")  # rows of the first runs alone
IN_PARTS = ("runs", "patrons", *OF_THE_FIRST)  # rows of runs; the other tables have a fixed size
WHOLE = ("levels", "support", "paths")
TABLES = (*IN_PARTS, *WHOLE)
COUNTS = ["intended", "delivered"]
RUNS_WITH_NUMBERS = 100_000
MOST_IN_MEMORY = 1_000_000


class Shelf:
    """A set of runs while it is written, block after block, to a folder that must not exist."""

    scenario: Scenario

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.n_parts = 0
        self.n_runs = 0
        self.sums: dict[str, str] = {}  # of each file that was written
        self._whole: dict[str, DataFrame] = {}

    def add(self, block: Results) -> None:
        """Writes one more block; the runs go on where the last block ended."""
        self.take(block, self.written(block))

    def written(self, block: Results) -> dict[str, str]:
        """The checksum of each file of one more block, which is written but not taken yet."""
        tables = ((name, self._table(name, block)) for name in IN_PARTS)
        return {part_name(name, self.n_parts): self._put(name, table) for name, table in tables if table is not None}

    def drop(self) -> None:
        """Deletes the files of a block that was not taken."""
        for name in IN_PARTS:
            file = self.folder / part_name(name, self.n_parts)
            remove(file if self.n_parts else file.parent)

    def take(self, block: Results, sums: Mapping[str, str]) -> None:
        """Counts a block that is written among the others."""
        self.scenario = block.scenario
        self.sums |= sums
        for name in WHOLE:
            table = getattr(block, name)
            self._whole[name] = tables_joined(name, self._whole[name], table) if self.n_parts else table
        self.n_parts += 1
        self.n_runs += len(block.runs)

    def close(self) -> None:
        """Writes the tables that are of all the runs; a single part becomes the table itself."""
        for name, table in self._whole.items():
            place = self.folder / f"{name}.parquet"
            put_file(place, table.to_parquet(index=False))
            self.sums[place.name] = sum_of(place)
        if self.n_parts == 1:
            for name in IN_PARTS:
                place = self.folder / f"{name}.parquet"
                folder = place.rename(place.with_suffix(".parts"))
                (folder / Path(part_name(name, 0)).name).rename(place)
                folder.rmdir()
                self.sums[place.name] = self.sums.pop(part_name(name, 0))

    def _table(self, name: str, block: Results) -> "DataFrame | None":
        """What is kept of a table of one block, if anything."""
        table: DataFrame = getattr(block, name)
        if name in OF_THE_FIRST and self.n_parts and table.empty:
            return None
        if name == "runs" and self.n_runs >= RUNS_WITH_NUMBERS:
            # hundreds of columns that follow from the seed would be nearly all of what is on the disk
            return table.drop(columns=uncertain_paths(block.scenario))
        return table

    def _put(self, name: str, table: "DataFrame") -> str:
        """Writes one part of a table; its checksum."""
        place = self.folder / part_name(name, self.n_parts)
        place.parent.mkdir(exist_ok=True)
        put_file(place, table.to_parquet(index=False))
        return sum_of(place)


class Kept(Results):
    """Results in parts in a folder, or one part of them; a table is read when it is first asked for.

    Whatever lies in the folder beside its files is not of the results; levels and support always count all the runs.
    """

    def __init__(
        self, scenario: Scenario, manifest: dict[str, Any], folder: Path, files: Iterable[str], part: int | None = None
    ) -> None:
        self.scenario = scenario
        self.manifest = manifest
        self.folder = folder
        self.files = sorted(files)
        self.part = part

    def __getattr__(self, name: str) -> Any:
        """A table that has not been read yet."""
        if name not in TABLES:
            raise AttributeError(name)
        table = self._whole(name) if self.part is None or name in WHOLE else self._part(name, self.part)
        setattr(self, name, table)
        return table

    def parts(self) -> Iterator[Results]:
        """Consecutive blocks of the runs."""
        n_parts = len(self._files("runs"))
        for part in range(n_parts) if self.part is None else [self.part]:
            yield Kept(self.scenario, self.manifest, self.folder, self.files, part)

    def _whole(self, name: str) -> "DataFrame":
        """A table of all runs, or of a part if it is of single runs."""
        if name in ("runs", "patrons"):
            self._check_size()
        files = self._files(name)
        table = table_of_parts(files[0], *files)
        if name == "paths" and self.part is not None:
            return table[table["run"].isin(self.runs["run"])]
        return table

    def _part(self, name: str, part: int) -> "DataFrame":
        """The rows of one part; after the first runs there are neither events nor deliveries."""
        is_there = name not in OF_THE_FIRST or part_name(name, part) in self.files
        file = self.folder / part_name(name, part if is_there else 0)
        table = table_of_parts(file, file)
        return table if is_there else table.iloc[:0]

    def _files(self, name: str) -> list[Path]:
        """The file of a table, or those of its parts."""
        return [self.folder / file for file in self.files if file.split("/")[0] == f"{name}.parquet"]

    def _check_size(self) -> None:
        """Refuses to read more runs than memory may hold."""
        runs = self.manifest.get("runs_done") or self.manifest["replications"] * (self.manifest.get("points") or 1)
        if runs > MOST_IN_MEMORY:
            raise RequestRefused(
                f"{self.folder}: {runs:,} runs are too many to be read at once (at most {MOST_IN_MEMORY:,}). "
                "Go through them part after part: for part in results.parts(): part.runs, part.patrons ..."
            )


def tables_joined(name: str, table: "DataFrame", more: "DataFrame") -> "DataFrame":
    """A table of all runs with that of further runs: counts are added, paths of single runs stand below."""
    import pandas as pd

    if name == "paths":
        return table if more.empty else pd.concat([table, more], ignore_index=True)
    return table.assign(**{column: table[column] + more[column] for column in COUNTS})


def part_name(name: str, place: int) -> str:
    """The name of one part of a table within its folder."""
    return f"{name}.parquet/part-{place:05d}.parquet"
