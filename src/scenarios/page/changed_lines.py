"""Which lines of a file make one scenario of another? The overlay that says what was changed, as TOML."""

import json
import re
from collections.abc import Iterator
from typing import Any

from scenarios.scenario.load import WHOLE
from scenarios.scenario.scenario import Scenario
from scenarios.scenario.table import as_table

Table = dict[str, Any]
HEAD = "# Lay this over {name}: scenarios run {name} --overlay FILE\n"
BARE = re.compile(r"[A-Za-z0-9_-]+")


def overlay_text(base: Scenario, changed: Scenario) -> str:
    """The file of changed lines that `--overlay` lays over the first scenario to play the second.

    Examples
    --------
    >>> from scenarios import load
    >>> toy = load("toy")
    >>> print(overlay_text(toy, toy.with_values({"client.hold": 0.4})).splitlines()[2])
    [[settings]]
    """
    lines = _toml_lines(lines_apart(base, changed))
    return HEAD.format(name=" ".join(base.name.split())) + "\n".join(lines).rstrip() + "\n"


def lines_apart(base: Scenario, changed: Scenario) -> Table:
    """The table of what differs, as a file of changed lines has it."""
    return _apart(as_table(base), as_table(changed))


def _apart(under: Table, over: Table) -> Table:
    """The entries of the second table that the first has not; a number is taken as a whole."""
    found: Table = {}
    for name, entry in over.items():
        below = under.get(name)
        if isinstance(entry, dict) and isinstance(below, dict) and not set(entry) & WHOLE:
            if inner := _apart(below, entry):
                found[name] = inner
        elif entry != below:
            found[name] = entry
    return found


def _toml_lines(table: Table, prefix: str = "") -> Iterator[str]:
    """A table as lines of TOML: what is no table first.

    Examples
    --------
    >>> list(_toml_lines({"client": {"hold": {"value": 0.4}}, "freeze": ["war"]}))
    ['freeze = ["war"]', '', '[client]', 'hold = { value = 0.4 }']
    """
    for name, entry in table.items():
        if not _is_section(entry):
            yield f"{_key(name)} = {_value(entry)}"
    for name, entry in table.items():
        if _is_section(entry):
            rows, brackets = (entry, "[[{}]]") if isinstance(entry, list) else ([entry], "[{}]")
            for row in rows:
                inner = list(_toml_lines(row, f"{prefix}{_key(name)}."))
                has_head = not inner or inner[0] != ""  # a table of tables alone needs none
                yield from ("", brackets.format(f"{prefix}{_key(name)}")) if has_head else ()
                yield from inner


def _is_section(entry: Any) -> bool:
    """Whether an entry stands below a head of its own: tables but numbers, and lists of tables."""
    if isinstance(entry, list):
        return bool(entry) and isinstance(entry[0], dict)
    return isinstance(entry, dict) and "value" not in entry


def _key(name: str) -> str:
    """A key, in quotes where it needs them."""
    return name if BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _value(entry: Any) -> str:
    """A value."""
    if isinstance(entry, dict):
        return f"{{ {', '.join(f'{_key(name)} = {_value(inner)}' for name, inner in entry.items())} }}"
    if isinstance(entry, (list, tuple)):
        return f"[{', '.join(map(_value, entry))}]"
    # TOML's escapes are those of JSON
    return json.dumps(entry, ensure_ascii=False) if isinstance(entry, (str, bool)) else str(entry)
