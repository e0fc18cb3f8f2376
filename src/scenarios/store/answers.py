"""Where do answers live that are not runs? One folder a question beside the results: a record, tables, figures."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.errors import StoreError
from scenarios.scenario.posterior import fitted_paths
from scenarios.scenario.scenario import Scenario
from scenarios.store import aside
from scenarios.store.folder import flat, folder_of, is_there
from scenarios.store.manifest import numbers_drawn, scenario_hash, scenario_record, versions

if TYPE_CHECKING:
    from pandas import DataFrame


def answer_folder(out: Path | str, kind: str, asked: Mapping[str, Any]) -> Path:
    """The folder in which the answer to a question of a kind belongs: ``results/NAME/KIND-HASH``."""
    folder = folder_of(out, asked)
    return folder.with_name(f"{kind}-{folder.name}")


def keep_answer(folder: Path, kind: str, record: Mapping[str, Any], tables: "Mapping[str, DataFrame]") -> None:
    """Writes an answer, whole or not at all: ``KIND.json`` and each table as CSV."""
    with aside.written_aside(folder) as place:
        place.mkdir()
        for name, table in tables.items():
            aside.put_file(place / f"{name}.csv", table.to_csv(index=False))
        aside.write_record(record_file(place, kind), record, aside.sums_of(place, place.iterdir()))


def record_file(folder: Path, kind: str) -> Path:
    """The file that says what an answer answers."""
    return folder / f"{kind}.json"


def kept_answer(folder: Path, kind: str) -> "tuple[dict[str, Any], dict[str, DataFrame]] | None":
    """The record and the tables of an answer; None if there is none."""
    if not is_there(folder):
        return None
    record = aside.read_record(record_file(folder, kind))
    aside.check_files(folder, record[aside.FILES])
    names = [name.removesuffix(".csv") for name in sorted(record[aside.FILES]) if name.endswith(".csv")]
    return flat(record), {name: aside.table_of_text(folder / f"{name}.csv") for name in names}


def asked_of(analysis: str, scenario: Scenario, rulebook_hash: str, **choices: Any) -> dict[str, Any]:
    """All that the answer of an analysis depends on: the choices are plain values."""
    return {
        "analysis": analysis,
        "scenario_name": scenario.name,
        "scenario_hash": scenario_hash(scenario),
        "rulebook_hash": rulebook_hash,
        **choices,
    }


def origin(scenario: Scenario) -> dict[str, Any]:
    """Where the numbers that runs of a scenario draw come from, and what is set or believed, as a manifest says it."""
    said = {"overlays": list(scenario.overlays), "settings": [setting.words for setting in scenario.settings]}
    return {"numbers": numbers_drawn(scenario), "fitted": len(fitted_paths(scenario))} | said


def save_answer(
    out: Path | str,
    scenario: Scenario,
    asked: Mapping[str, Any],
    tables: "Mapping[str, DataFrame]",
    said: Mapping[str, Any],
) -> Path:
    """Writes the answer of an analysis, with its question, the scenario and the versions; returns the folder."""
    folder = answer_folder(out, asked["analysis"], asked)
    record = {"date": datetime.now(UTC).isoformat(timespec="seconds"), **versions(), **said, **asked}
    record |= {"tables": list(tables), "scenario": scenario_record(scenario)}
    keep_answer(folder, asked["analysis"], record, tables)
    return folder


def importance(out: Path | str, scenario: Scenario) -> list[str]:
    """Uncertain numbers by their importance, the largest first, as the latest sensitivity of a scenario has it.

    Notes
    -----
    Of a number that moves several outcomes, the largest effect counts. Empty if there is no such answer.
    """
    fitting = []
    for folder in (Path(out) / scenario.name).glob("sensitivity-*"):
        with suppress(StoreError):  # what cannot be read is none
            record, tables = kept_answer(folder, "sensitivity") or ({}, {})
            widest = next((tables[name] for name in ("screening", "indices") if name in tables), None)
            if widest is not None and record["scenario_hash"] == scenario_hash(scenario):
                fitting.append((record["date"], widest))
    if not fitting:
        return []
    _, table = max(fitting, key=lambda answer: answer[0])
    effect = "mu_star" if "mu_star" in table else "total_order"
    return table.groupby("path")[effect].max().sort_values(ascending=False, kind="stable").index.astype(str).tolist()


def find_answer(
    out: Path | str, asked: Mapping[str, Any]
) -> "tuple[Path, dict[str, Any], dict[str, DataFrame]] | None":
    """An earlier answer to the same question: folder, record and tables in their order; None if there is none."""
    folder = answer_folder(out, asked["analysis"], asked)
    kept = kept_answer(folder, asked["analysis"])
    if kept is None:
        return None
    record, tables = kept
    return folder, record, {name: tables[name] for name in record["tables"]}
