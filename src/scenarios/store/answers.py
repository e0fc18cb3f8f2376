"""Where do answers live that are not runs? One folder a question beside the results: a record, tables, figures."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.errors import StoreError
from scenarios.scenario.posterior import fitted_paths
from scenarios.scenario.scenario import Scenario
from scenarios.store.aside import written_aside
from scenarios.store.folder import folder_of
from scenarios.store.manifest import numbers_drawn, scenario_hash, scenario_record, versions
from scenarios.store.parts import DAMAGE

if TYPE_CHECKING:
    from pandas import DataFrame


def answer_folder(out: Path | str, kind: str, asked: Mapping[str, Any]) -> Path:
    """The folder in which the answer to a question of a kind belongs: ``results/NAME/KIND-HASH``.

    Parameters
    ----------
    out : Path or str
        Folder of all results.
    kind : str
        What sort of question it is, such as ``threshold``.
    asked : mapping
        All that the answer depends on; must hold ``scenario_name``.
    """
    folder = folder_of(out, asked)
    return folder.with_name(f"{kind}-{folder.name}")


def keep_answer(folder: Path, kind: str, record: Mapping[str, Any], tables: "Mapping[str, DataFrame]") -> None:
    """Writes an answer, whole or not at all: ``KIND.json`` and each table as CSV.

    Raises
    ------
    StoreError
        If the folder cannot be written.
    """
    with written_aside(folder) as aside:
        aside.mkdir()
        for name, table in tables.items():
            table.to_csv(aside / f"{name}.csv", index=False)
        text = json.dumps(dict(record), indent=1, ensure_ascii=False, allow_nan=False)
        (aside / f"{kind}.json").write_text(text + "\n", "utf-8")


def kept_answer(folder: Path, kind: str) -> "tuple[dict[str, Any], dict[str, DataFrame]] | None":
    """The record and the tables of an answer; None if there is none.

    Raises
    ------
    StoreError
        If it is damaged.
    """
    import pandas as pd

    file = folder / f"{kind}.json"
    if not file.is_file():
        return None
    try:
        # this engine alone reads every float back to the bit in all versions of pandas
        tables = {path.stem: pd.read_csv(path, engine="python") for path in sorted(folder.glob("*.csv"))}
        return dict(json.loads(file.read_text("utf-8"))), tables
    except DAMAGE as fault:
        raise StoreError(f"{folder}: damaged answer ({fault}). Delete it and ask again.") from fault


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


def save_answer(
    out: Path | str,
    scenario: Scenario,
    asked: Mapping[str, Any],
    tables: "Mapping[str, DataFrame]",
    said: Mapping[str, Any],
) -> Path:
    """Writes the answer of an analysis, with its question, the scenario and the versions; returns the folder.

    Raises
    ------
    StoreError
        If the folder cannot be written.
    """
    folder = answer_folder(out, asked["analysis"], asked)
    record = {"date": datetime.now(UTC).isoformat(timespec="seconds"), **versions(), **said, **asked}
    record |= {"tables": list(tables), "scenario": scenario_record(scenario)}
    keep_answer(folder, asked["analysis"], record, tables)
    return folder


def find_answer(
    out: Path | str, asked: Mapping[str, Any]
) -> "tuple[Path, dict[str, Any], dict[str, DataFrame]] | None":
    """An earlier answer to the same question: folder, record and tables in their order; None if there is none."""
    folder = answer_folder(out, asked["analysis"], asked)
    kept = kept_answer(folder, asked["analysis"])
    if kept is None:
        return None
    record, tables = kept
    record.pop("scenario")
    return folder, record, {name: tables[name] for name in record["tables"]}
