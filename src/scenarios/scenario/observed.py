"""Which past was seen? The table [observed] of a scenario file, which `update` writes."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from scenarios.errors import known_names
from scenarios.scenario.check_numbers import is_kind, shown
from scenarios.scenario.scenario import Observation, Observed

Table = dict[str, Any]
KINDS: dict[str, tuple[Any, str]] = {
    "to": (date, "a date like 2026-01-20"),
    "rows": (list, "tables of a date `on` and an `event`"),
    "seed": (int, "a whole number"),
    "runs": (int, "a whole number"),
    "parents": (list, "the numbers of the runs that agree, at least one"),
    "past": (str, "the hash that `scenarios update` wrote"),
    "rules": (str, "the hash that `scenarios update` wrote"),
}
CURE = "Write the file with: scenarios update NAME --observed FILE.csv --to DATE."


def faults_of_observed(table: Table) -> Iterator[str]:
    """Faults of a past that was seen, in a scenario's table."""
    seen = table.get("observed")
    if seen is None:
        return
    yield from (f"observed.{word}: unknown entry. {known_names(word, KINDS)}" for word in seen if word not in KINDS)
    for word, (kind, meaning) in KINDS.items():
        if not is_kind(seen.get(word), kind):
            yield f"observed.{word}: {shown(seen.get(word))} must be {meaning}. {CURE}"
    if not all(map(is_row, as_list(seen.get("rows")))):
        yield f"observed.rows: must be {KINDS['rows'][1]}. {CURE}"
    parents = as_list(seen.get("parents"))
    if not parents or not all(is_kind(run, int) and run >= 0 for run in parents):
        yield f"observed.parents: must be {KINDS['parents'][1]}. {CURE}"
    if is_kind(seen.get("to"), date) and is_kind(table.get("start"), date) and seen["to"] <= table["start"]:
        yield f"observed.to: {seen['to']} must lie after the opening, {table['start']}. {CURE}"


def as_list(entry: Any) -> list[Any]:
    """An entry that should be a list; empty if it is none."""
    return entry if isinstance(entry, list) else []


def is_row(entry: Any) -> bool:
    """Whether an entry is something that was seen."""
    return (
        isinstance(entry, dict)
        and set(entry) == {"on", "event"}
        and is_kind(entry["on"], date)
        and isinstance(entry["event"], str)
    )


def observed_of(table: Table) -> Observed | None:
    """The past that was seen, in a checked table."""
    seen = table.get("observed")
    if seen is None:
        return None
    rows = tuple(Observation(row["on"], row["event"]) for row in seen["rows"])
    return Observed(**{**seen, "rows": rows, "parents": tuple(seen["parents"])})


def observed_table(seen: Observed) -> Table:
    """A past that was seen, as it stands in a file."""
    return {**asdict(seen), "rows": [asdict(row) for row in seen.rows], "parents": list(seen.parents)}


def observed_record(seen: Observed) -> Table:
    """A past that was seen, as plain JSON values."""
    rows = [{"on": row.on.isoformat(), "event": row.event} for row in seen.rows]
    return {**observed_table(seen), "to": seen.to.isoformat(), "rows": rows}


def observed_from(record: Mapping[str, Any]) -> Observed | None:
    """The past that `observed_record` wrote down."""
    rows = [{**row, "on": date.fromisoformat(row["on"])} for row in record["rows"]]
    return observed_of({"observed": {**record, "to": date.fromisoformat(record["to"]), "rows": rows}})
