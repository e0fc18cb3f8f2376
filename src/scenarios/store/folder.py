"""Where do results live? One folder a question, named by its content: ``results/<name>/<hash>/``.

A folder is written beside its place under a hidden name and renamed when it is complete, so that nothing half-written
is ever taken for a result.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.errors import StoreError
from scenarios.results import Results
from scenarios.store import aside
from scenarios.store.manifest import complete, question_hash, question_of, scenario_from, scenario_record
from scenarios.store.parts import TABLES, Kept, Shelf

if TYPE_CHECKING:
    from pandas import DataFrame

MANIFEST = "manifest.json"
SUMMARY = "summary.csv"
CONTROL = "control"
INTERRUPTED = "-interrupted"


def folder_of(out: Path | str, asked: Mapping[str, Any]) -> Path:
    """The folder in which the answer to a question belongs."""
    return scenario_folder(out, asked["scenario_name"]) / question_hash(asked)


def scenario_folder(out: Path | str, name: str) -> Path:
    """The folder of all answers about a scenario; whatever its name, it stays within the folder of all results."""
    return Path(out) / (re.sub(r"[^\w.-]+", "_", name).strip(".") or "scenario")


def find(out: Path | str, asked: Mapping[str, Any], with_control: bool = True) -> Path | None:
    """The folder of an earlier answer to the same question; None if there is none."""
    folder = folder_of(out, asked)
    if not is_there(folder):
        return None
    record = _checked(folder)
    return folder if record.get("control") or not with_control else None


def is_there(folder: Path) -> bool:
    """Whether there is anything in a folder."""
    return folder.is_dir() and any(not file.name.startswith(".") for file in folder.iterdir())


def _checked(folder: Path) -> dict[str, Any]:
    """The manifest of a folder that is, with its control, as it was written; all its files are read for that."""
    record = aside.read_record(folder / MANIFEST)
    aside.check_files(folder, record[aside.FILES])
    if record.get("control"):
        _checked(folder / CONTROL)
    return record


def save(
    results: Results,
    out: Path | str,
    control: Results | None = None,
    summary: "DataFrame | None" = None,
    extra_tables: "Mapping[str, DataFrame] | None" = None,
) -> Path:
    """Writes results to the folder named by their content; returns the folder.

    Parameters
    ----------
    results : Results
        What was run; its manifest must hold ``seed``, ``replications``, ``points`` and ``rulebook_hash``.
    out : Path or str
        Folder of all results.
    control : Results, optional
        The matched runs with the pressure frozen, for the folder's ``control``.
    summary : DataFrame, optional
        The summary table; worked out from the results if not given.
    extra_tables : mapping of str to DataFrame, optional
        Further tables, name -> table.

    Raises
    ------
    StoreError
        If the folder cannot be written.
    """
    if summary is None:
        from scenarios.summary import summarise

        summary = summarise(results, control)
    folder = folder_of(out, question_of(results.manifest, results.scenario))
    if results.manifest.get("interrupted"):
        folder = folder.with_name(folder.name + INTERRUPTED)
    with aside.written_aside(folder) as place:
        shelf = Shelf(place)
        shelf.add(results)
        for name, table in dict(extra_tables or {}).items():
            aside.put_file(place / f"{name}.parquet", table.to_parquet(index=False))
        aside.put_file(place / SUMMARY, summary.to_csv(index=False))
        if control is not None:
            beside = Shelf(place / CONTROL)
            beside.add(control)
            close_folder(beside, control.manifest, has_control=False)
        close_folder(shelf, results.manifest, has_control=control is not None)
    return folder


def close_folder(shelf: Shelf, manifest: Mapping[str, Any], has_control: bool) -> None:
    """Writes what is said of all the runs of a set, the manifest last."""
    shelf.close()
    record = complete(manifest, shelf.scenario) | {"control": has_control}
    record["scenario"] = scenario_record(shelf.scenario)
    others = [file for file in shelf.folder.iterdir() if file.is_file() and file.name not in shelf.sums]
    others += [shelf.folder / CONTROL / MANIFEST] if has_control else []
    aside.write_record(shelf.folder / MANIFEST, record, shelf.sums | aside.sums_of(shelf.folder, others))


def read(folder: Path | str) -> Results:
    """The results in a folder, as they were saved; a folder's ``control`` is read in the same way.

    Returns
    -------
    Results
        If the runs were written in parts, a table is read when it is first asked for, and ``parts()`` reads the runs
        part after part, however many there are.

    Raises
    ------
    StoreError
        If the folder is missing, or not as it was written: every file is checked, and those that differ are named.
    """
    folder = Path(folder)
    check_named(folder)
    record = _checked(folder)
    with aside.told_unreadable(folder):
        scenario, files = scenario_from(record["scenario"]), record[aside.FILES]
        check_tables(folder, files)
    record = flat(record)
    if "runs.parquet" not in files:
        return Kept(scenario, record, folder, files)
    tables = {name: aside.table_of_parts(folder, folder / f"{name}.parquet") for name in TABLES}
    return Results(scenario=scenario, manifest=record, **tables)


def check_tables(folder: Path, files: Iterable[str]) -> None:
    """Refuses a folder from before a table was kept; the same question has another folder now, by its rule book."""
    there = {file.split("/")[0] for file in files}
    if missing := [name for name in TABLES if f"{name}.parquet" not in there]:
        raise StoreError(
            f"{folder}: an earlier edition wrote it, without the table {missing[0]}. Ask the same question again: it "
            "is played anew into a folder of its own. The tables that are there are Parquet files, which pandas reads."
        )


def read_manifest(folder: Path | str) -> dict[str, Any]:
    """The flat manifest of a result folder, without the scenario's numbers."""
    check_named(Path(folder))
    return flat(aside.read_record(Path(folder) / MANIFEST))


def flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """What a manifest says of the runs."""
    return {name: value for name, value in record.items() if name not in ("scenario", aside.FILES, aside.OWN_SUM)}


def read_summary(folder: Path | str) -> "DataFrame":
    """The summary table of a result folder."""
    return aside.table_of_text(Path(folder) / SUMMARY)


def read_kept_table(folder: Path | str, name: str) -> "DataFrame | None":
    """A further table of a result folder; None if it has none of that name."""
    file = Path(folder) / f"{name}.parquet"
    is_kept = aside.are_listed(file.parent / MANIFEST, [file.name])
    return aside.table_of_parts(file.parent, file) if is_kept else None


def add_table(folder: Path | str, name: str, table: "DataFrame") -> None:
    """Adds a further table to a result folder, whole or not at all."""
    place = Path(folder) / f"{name}.parquet"
    with aside.undisturbed():
        aside.put_whole(place, table.to_parquet(index=False))
        aside.add_files(place.parent / MANIFEST, [place])


@dataclass(frozen=True)
class KeptRun:
    """A result folder whose parts are read once, when they are needed."""

    folder: Path

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What was asked, with what, and when."""
        return read_manifest(self.folder)

    @cached_property
    def summary(self) -> "DataFrame":
        """The summary table."""
        return read_summary(self.folder)

    @cached_property
    def results(self) -> Results:
        """The runs."""
        return read(self.folder)

    def table(self, name: str, make: "Callable[[], DataFrame]") -> "DataFrame":
        """A further table of the folder, made and put there if it is not there yet."""
        found = read_kept_table(self.folder, name)
        if found is None:
            found = make()
            add_table(self.folder, name, found)
        return found


def check_named(folder: Path) -> None:
    """Refuses a folder that is none of results."""
    if not folder.is_dir():
        raise StoreError(
            f"{folder}: no such result folder. Results are saved as results/NAME/HASH/ by `scenarios run`."
        )
    if not (folder / MANIFEST).is_file():
        raise StoreError(f"{folder}: not a result folder, it has no {MANIFEST}. Name the folder that holds one.")


# -- what is kept in a folder of results -------------------------------------------------------------------------------


ASKED = ("of", "over", "design", "method", "event")


def kept_rows(out: Path | str, name: str | None = None) -> list[dict[str, Any]]:
    """All kept answers, or those about one scenario, the latest first."""
    folders = (folder for folder in Path(out).glob("*/*/") if not folder.name.startswith("."))
    rows = [row for folder in folders if name in (None, folder.parent.name) for row in _rows_of(folder)]
    return sorted(rows, key=lambda row: (row["date"], row["folder"]), reverse=True)


def _rows_of(folder: Path) -> Iterator[dict[str, Any]]:
    """The answer in a folder as a row; none if there is none."""
    files = sorted(folder.glob("*.json"), key=lambda file: (file.name != MANIFEST, file.name))
    if not files:
        return
    try:
        record, asked = aside.read_record(files[0]), ""
        asked = asked_words(record)
    except StoreError:
        record, asked = {}, "damaged: what it says of itself was changed"
    yield {
        "kind": kind_of(folder, files[0]),
        "scenario": record.get("scenario_name") or folder.parent.name,
        "asked and set": asked,
        "runs": record.get("replications") or "",
        "seed": record.get("seed", ""),
        "date": str(record.get("date", ""))[:10],
        "MB": round(sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6, 1),
        "folder": str(folder),
    }


def kind_of(folder: Path, file: Path) -> str:
    """What sort of answer a folder holds."""
    if file.name != MANIFEST:
        return file.stem
    kind = "sweep" if folder.name.startswith("sweep-") else "run"
    return f"{kind}, interrupted" if folder.name.endswith(INTERRUPTED) else kind


def asked_words(record: Mapping[str, Any]) -> str:
    """What was asked, and what was set or believed, in the words of the user."""
    how = record.get("how") or []
    said = [f"{name} {_plain(record[name])}" for name in ASKED if record.get(name)]
    said += [change for option, change in pairwise(how) if option == "--vary"]
    said += [f"{side['side']}: {side['changes'] or side['scenario']}" for side in record.get("sides", [])]
    scenario = record.get("scenario") or {}
    return "; ".join([*said, *(scenario.get("overlays") or [] if not record.get("sides") else [])])


def _plain(value: Any) -> str:
    """A word, or a list of words."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
