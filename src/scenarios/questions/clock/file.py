"""How is an updated scenario written down? A file of its own: the base, and the past that was seen."""

import json
import os
from pathlib import Path
from typing import Any

from scenarios.errors import StoreError, UserError
from scenarios.scenario.interventions import settings_table
from scenarios.scenario.load import library
from scenarios.scenario.scenario import Scenario
from scenarios.scenario.written import is_written

A_LINE = 16  # numbers of runs on one line


def write_updated(scenario: Scenario, base: str, file: Path) -> None:
    """Writes an updated scenario to a file that must not exist.

    Parameters
    ----------
    base : str
        Library name or file of the scenario that was updated.

    Raises
    ------
    UserError, StoreError
    """
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(updated_text(scenario, base, file))
    except FileExistsError as fault:
        raise UserError(f"{file}: exists already and is left as it is. Choose another name with --out.") from fault
    except OSError as fault:
        raise StoreError(f"{file}: cannot be written ({fault.strerror or fault}). Choose another place.") from fault


def updated_text(scenario: Scenario, base: str, file: Path) -> str:
    """An updated scenario as a file."""
    seen = scenario.observed
    if seen is None:
        raise ValueError(f"{scenario.name} was not updated")
    beside = base if base in library() or is_written(base) else os.path.relpath(base, file.parent)
    lines = [f"# Runs that agree with what was seen up to {seen.to}, played on; written by `scenarios update`."]
    lines += [f"base = {json.dumps(beside)}", f"title = {json.dumps(scenario.title)}", f"steps = {scenario.steps}", ""]
    for entry in settings_table(scenario):
        lines += ["[[settings]]", *[f"{word} = {_value(value)}" for word, value in entry.items()], ""]
    lines += ["[observed]", f"to = {seen.to}", "rows = ["]
    lines += [f"  {{ on = {row.on}, event = {json.dumps(row.event, ensure_ascii=False)} }}," for row in seen.rows]
    lines += ["]", f"seed = {seen.seed}", f"runs = {seen.runs}", f'past = "{seen.past}"', f'rules = "{seen.rules}"']
    lines += ["parents = [", *[f"  {', '.join(map(str, some))}," for some in _batches(seen.parents)], "]", ""]
    return "\n".join(lines)


def _value(value: Any) -> str:
    """A value of a setting in a file."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (str, float)) else str(value)


def _batches(parents: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Numbers of runs, line by line."""
    return [parents[k : k + A_LINE] for k in range(0, len(parents), A_LINE)]
