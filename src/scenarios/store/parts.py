"""How are more runs kept than memory holds? In parts: a block of runs is written as it comes, and read when needed.

A table of few runs is one file, ``runs.parquet``; of many it is a folder of that name with one file a block. Readers of
Parquet take both alike.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.errors import RequestRefused, StoreError
from scenarios.results import Results
from scenarios.scenario.arrays import uncertain_paths
from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

IN_PARTS = ("runs", "patrons", "events")  # rows of runs; the other tables have a fixed size
WHOLE = ("levels", "support", "paths")
TABLES = (*IN_PARTS, *WHOLE)
COUNTS = ["intended", "delivered"]
RUNS_WITH_NUMBERS = 100_000
MOST_IN_MEMORY = 1_000_000
# What a damaged or foreign file raises on its way through json, pyarrow and the constructors (ArrowInvalid and
# JSONDecodeError are ValueErrors).
DAMAGE = (OSError, ValueError, KeyError, TypeError)


class Shelf:
    """A set of runs while it is written, block after block.

    Parameters
    ----------
    folder : Path
        Where the tables go; must not exist.
    """

    scenario: Scenario

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.n_parts = 0
        self.n_runs = 0
        self._whole: dict[str, DataFrame] = {}

    def add(self, block: Results) -> None:
        """Writes one more block; the runs go on where the last block ended."""
        self.scenario = block.scenario
        for name in IN_PARTS:
            self._write_part(name, getattr(block, name), block.scenario)
        for name in WHOLE:
            table = getattr(block, name)
            self._whole[name] = joined(name, self._whole[name], table) if self.n_parts else table
        self.n_parts += 1
        self.n_runs += len(block.runs)

    def close(self) -> None:
        """Writes the tables that are of all the runs; a single part becomes the table itself."""
        for name, table in self._whole.items():
            table.to_parquet(self.folder / f"{name}.parquet", index=False)
        if self.n_parts == 1:
            for name in IN_PARTS:
                place = self.folder / f"{name}.parquet"
                folder = place.rename(place.with_suffix(".parts"))
                part_file(folder, 0).rename(place)
                folder.rmdir()

    def _write_part(self, name: str, table: "DataFrame", scenario: Scenario) -> None:
        """Writes one part of a table, whole or not at all."""
        if name == "events" and self.n_parts and table.empty:
            return
        if name == "runs" and self.n_runs >= RUNS_WITH_NUMBERS:
            # hundreds of columns that follow from the seed would be nearly all of what is on the disk
            table = table.drop(columns=uncertain_paths(scenario))
        folder = self.folder / f"{name}.parquet"
        folder.mkdir(exist_ok=True)
        place = part_file(folder, self.n_parts)
        aside = place.with_name(f".{place.name}")
        table.to_parquet(aside, index=False)
        aside.rename(place)


class Kept(Results):
    """Results in parts in a folder, or one part of them; a table is read when it is first asked for.

    Parameters
    ----------
    scenario : Scenario
    manifest : dict
    folder : Path
    part : int or None
        Which part; None for all the runs. Levels and support always count all of them.
    """

    def __init__(self, scenario: Scenario, manifest: dict[str, Any], folder: Path, part: int | None = None) -> None:
        self.scenario = scenario
        self.manifest = manifest
        self.folder = folder
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
        files = (self.folder / "runs.parquet").glob("part-*.parquet")
        for part in range(len(list(files))) if self.part is None else [self.part]:
            yield Kept(self.scenario, self.manifest, self.folder, part)

    def _whole(self, name: str) -> "DataFrame":
        """A table of all runs, or of a part if it is of single runs."""
        if name in ("runs", "patrons"):
            self._check_size()
        table = read_file(self.folder / f"{name}.parquet")
        if name == "paths" and self.part is not None:
            return table[table["run"].isin(self.runs["run"])]
        return table

    def _part(self, name: str, part: int) -> "DataFrame":
        """The rows of one part; there are no events after the first runs."""
        file = part_file(self.folder / f"{name}.parquet", part)
        if name == "events" and not file.exists():
            return read_file(part_file(file.parent, 0)).iloc[:0]
        return read_file(file)

    def _check_size(self) -> None:
        """Refuses to read more runs than memory may hold."""
        runs = self.manifest.get("runs_done") or self.manifest["replications"] * (self.manifest.get("points") or 1)
        if runs > MOST_IN_MEMORY:
            raise RequestRefused(
                f"{self.folder}: {runs:,} runs are too many to be read at once (at most {MOST_IN_MEMORY:,}). "
                "Go through them part after part: for part in results.parts(): part.runs, part.patrons ..."
            )


def joined(name: str, table: "DataFrame", more: "DataFrame") -> "DataFrame":
    """A table of all runs with that of further runs: counts are added, paths of single runs stand below."""
    import pandas as pd

    if name == "paths":
        return table if more.empty else pd.concat([table, more], ignore_index=True)
    return table.assign(**{column: table[column] + more[column] for column in COUNTS})


def part_file(folder: Path, place: int) -> Path:
    """The file of one part of a table."""
    return folder / f"part-{place:05d}.parquet"


def read_file(file: Path) -> "DataFrame":
    """A table from its file or from the folder of its parts.

    Raises
    ------
    StoreError
        If it is missing or damaged.
    """
    import pandas as pd

    try:
        return pd.read_parquet(file)
    except DAMAGE as fault:
        raise StoreError(damaged(file, fault)) from fault


def damaged(folder: Path, fault: Exception) -> str:
    """What to say of a folder that cannot be read."""
    reason = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
    return f"{folder}: damaged result folder ({reason}). Delete it and run the scenario again."
