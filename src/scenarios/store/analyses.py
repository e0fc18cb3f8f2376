"""Where does an analysis of many simulations live? In a folder named by its question, with its tables as CSV."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.errors import StoreError
from scenarios.scenario.posterior import fitted_paths
from scenarios.scenario.scenario import Scenario
from scenarios.store.aside import written_aside
from scenarios.store.folder import DAMAGE, MANIFEST, folder_of, read_manifest
from scenarios.store.manifest import numbers_drawn, question_hash, scenario_hash, scenario_record, versions

if TYPE_CHECKING:
    from pandas import DataFrame


def asked_of(analysis: str, scenario: Scenario, rulebook_hash: str, **choices: Any) -> dict[str, Any]:
    """All that the answer of an analysis depends on.

    Parameters
    ----------
    analysis : str
        ``sensitivity``, ``discovery`` ...
    scenario : Scenario
        What is asked.
    rulebook_hash : str
        Hash of the source that decides results.
    **choices
        Seed, size and whatever else the answer hangs on; plain values.
    """
    return {
        "analysis": analysis,
        "scenario_name": scenario.name,
        "scenario_hash": scenario_hash(scenario),
        "rulebook_hash": rulebook_hash,
        **choices,
    }


def origin(scenario: Scenario) -> dict[str, Any]:
    """Where the numbers that runs of a scenario draw come from, as a manifest says it."""
    return {"numbers": numbers_drawn(scenario), "fitted": len(fitted_paths(scenario))}


def find_answer(out: Path | str, asked: Mapping[str, Any]) -> Path | None:
    """The folder of an earlier answer to the same question; None if there is none."""
    folder = folder_of(out, asked)
    return folder if (folder / MANIFEST).is_file() else None


def save_answer(
    out: Path | str,
    scenario: Scenario,
    asked: Mapping[str, Any],
    tables: "Mapping[str, DataFrame]",
    said: Mapping[str, Any],
) -> Path:
    """Writes an answer to the folder named by its question, whole or not at all; returns the folder.

    Parameters
    ----------
    out : Path or str
        Folder of all results.
    scenario : Scenario
        What was asked.
    asked : mapping
        As `asked_of` puts it.
    tables : mapping of str to DataFrame
        Written as CSV; empty ones are left out.
    said : mapping
        What else the manifest should hold: notes, sentences, numbers of runs.

    Raises
    ------
    StoreError
        If the folder cannot be written.
    """
    folder = folder_of(out, asked)
    filled = {name: table for name, table in tables.items() if len(table)}
    record: dict[str, Any] = {
        "id": question_hash(asked),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        **versions(),
    }
    record |= {**said, **asked, "tables": list(filled), "scenario": scenario_record(scenario)}
    with written_aside(folder) as aside:
        aside.mkdir()
        for name, table in filled.items():
            table.to_csv(aside / f"{name}.csv", index=False)
        (aside / MANIFEST).write_text(json.dumps(record, indent=1, default=str, ensure_ascii=False) + "\n", "utf-8")
    return folder


def read_answer(folder: Path | str) -> "tuple[dict[str, Any], dict[str, DataFrame]]":
    """The manifest and the tables of an answer.

    Raises
    ------
    StoreError
        If the folder is missing or damaged.
    """
    import pandas as pd

    manifest = read_manifest(folder)
    try:
        # this engine alone reads every float back to the bit in all versions of pandas
        return manifest, {
            name: pd.read_csv(Path(folder) / f"{name}.csv", engine="python") for name in manifest["tables"]
        }
    except DAMAGE as fault:
        raise StoreError(f"{folder}: damaged answer ({fault}). Delete it and ask again.") from fault
