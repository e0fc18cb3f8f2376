"""Which answers are kept? One row a folder: what sort it is, what was asked and set, its size, when."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scenarios.errors import StoreError
from scenarios.store.checksums import read_record
from scenarios.store.folder import INTERRUPTED, MANIFEST

ASKED = ("of", "over", "design", "method", "event")


def kept_rows(out: Path | str, name: str | None = None) -> list[dict[str, Any]]:
    """All kept answers, or those about one scenario, the latest first.

    Parameters
    ----------
    out : Path or str
        Folder of all results.
    name : str or None
        Name of a scenario.
    """
    folders = (folder for folder in Path(out).glob("*/*/") if not folder.name.startswith("."))
    rows = [row for folder in folders if name in (None, folder.parent.name) for row in _rows_of(folder)]
    return sorted(rows, key=lambda row: (row["date"], row["folder"]), reverse=True)


def _rows_of(folder: Path) -> Iterator[dict[str, Any]]:
    """The answer in a folder as a row; none if there is none."""
    files = sorted(folder.glob("*.json"), key=lambda file: (file.name != MANIFEST, file.name))
    if not files:
        return
    try:
        record, asked = read_record(files[0]), ""
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
    said = [f"{name} {_plain(record[name])}" for name in ASKED if record.get(name)]
    said += [f"{side['side']}: {side['changes'] or side['scenario']}" for side in record.get("sides", [])]
    scenario = record.get("scenario") or {}
    return "; ".join([*said, *(scenario.get("overlays") or [] if not record.get("sides") else [])])


def _plain(value: Any) -> str:
    """A word, or a list of words."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
