"""What does the page show? A view: a scenario and what is changed in it, as the command line would say it."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from scenarios.errors import RequestRefused, ScenarioError
from scenarios.runs.counting import scripted
from scenarios.scenario import arrays, build, entries
from scenarios.scenario.load import WHOLE, load
from scenarios.scenario.overlay import believed, with_lines, with_values
from scenarios.scenario.scenario import Scenario

RUNS, SEED = 2_000, 1
FILE = "view.toml"
LINKED = {"set": "settings", "believe": "beliefs", "rung": "rungs"}
PINNED = "pin."
LONGEST_LINK = 200  # lines
MOST_STEPS = 2_500  # a link must not fill the memory
Table = dict[str, Any]
HEAD = "# Lay this over {name}: scenarios run {name} --overlay FILE\n"
BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class View:
    """A scenario and what is changed in it, as the options of the command line say it."""

    name: str  # of the library, or a file
    overlays: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    beliefs: tuple[str, ...] = ()
    rungs: tuple[str, ...] = ()  # DATE=RUNG: from then on the pressure stands there
    with_control: bool = False  # whether the matched runs with the pressure frozen are played beside it
    allow_outside: bool = False

    @property
    def beside(self) -> str:
        """What it is called where others are held against it."""
        return "the scenario as it stands" if self == self.base else "the view that is pinned"

    @property
    def base(self) -> "View":
        """The scenario before anything is changed on the page."""
        return View(self.name, self.overlays, allow_outside=self.allow_outside)

    def scenario(self) -> Scenario:
        """The scenario of the view: its pressure drawn, then what is believed, then what is set."""
        scenario = load(self.name, self.overlays, self.allow_outside)
        scenario = _with_rungs(scenario, self.rungs) if self.rungs else scenario
        if self.beliefs:
            scenario = believed(scenario, _parsed(self.beliefs, "--believe"))
        scenario = with_values(scenario, _parsed(self.settings, "--set")) if self.settings else scenario
        if scenario.steps > MOST_STEPS:
            raise RequestRefused(
                f"steps: {scenario.steps:,} are too many for the page, which plays at most {MOST_STEPS:,} while you "
                f"wait. Set fewer, or use the command: scenarios run {self.name}."
            )
        return scenario

    @property
    def command(self) -> str:
        """The command that plays the same runs; what is drawn of the pressure stands in the file of the view."""
        overlays = [*self.overlays, *([FILE] if self.rungs else [])]
        said = ["scenarios", "run", self.name, *_options("--overlay", overlays)]
        if not self.rungs:
            said += [*_options("--believe", self.beliefs), *_options("--set", self.settings)]
        said += ["--replications", str(RUNS), "--seed", str(SEED)]
        said += [] if self.with_control else ["--no-control"]
        return shlex.join([*said, "--allow-outside"] if self.allow_outside else said)

    def overlay(self) -> str:
        """The view as a file of changed lines."""
        return overlay_text(self.base.scenario(), self.scenario())

    def link(self, before: str = "") -> dict[str, Any]:
        """What of the view stands in the address of the page; `PINNED` before each word for the one that is pinned."""
        lines = {word: list(getattr(self, field)) for word, field in LINKED.items()}
        said = {word: line for word, line in lines.items() if line} | ({"control": "1"} if self.with_control else {})
        return {before + word: line for word, line in said.items()}

    def linked(self, said: dict[str, list[str]]) -> "View":
        """The view that the address of the page describes."""
        if sum(map(len, said.values())) > LONGEST_LINK:
            raise RequestRefused(f"The link has more than {LONGEST_LINK} settings. Put them in a file: --overlay FILE.")
        lines = {field: tuple(said.get(word, ())) for word, field in LINKED.items()}
        return replace(self, **lines, with_control=bool(said.get("control")))  # type: ignore[arg-type]


def _parsed(lines: tuple[str, ...], option: str) -> dict[str, str]:
    """Path -> value."""
    return dict(entries.parse_setting(line, option) for line in lines)


def _options(option: str, values: Any) -> list[str]:
    """An option before each of its values."""
    return [word for value in values for word in (option, value)]


def _with_rungs(scenario: Scenario, rungs: tuple[str, ...]) -> Scenario:
    """The scenario whose pressure is drawn: from each date on it stands at a rung; as its overlay would make it.

    Examples
    --------
    >>> from scenarios import load
    >>> _with_rungs(load("toy"), ("2030-03-03=7",)).paths["coercer.rung"].values
    (-1.0, 7.0)
    """
    if scenario.observed is not None:
        raise RequestRefused(f"{scenario.name}: its past was seen, and bears no path of the pressure. Leave it out.")
    drawn = dict(map(_rung_of, rungs))
    days = sorted(drawn)
    if days and days[0] <= scenario.start:
        raise ScenarioError([f"path of the pressure: {days[0]} must lie after the opening, {scenario.start}."])
    lines = lines_apart(scenario, scripted(scenario, days, [drawn[day] for day in days], "drawn by the user"))
    return with_lines(scenario, lines, FILE)


def _rung_of(line: str) -> tuple[date, int]:
    """Day and rung of a line of the path."""
    day, _, rung = line.partition("=")
    try:
        found = date.fromisoformat(day), int(rung)
    except ValueError as error:
        raise ScenarioError([f"path of the pressure: {line}: must be DATE=RUNG, as in 2026-03-02=7."]) from error
    if not 0 <= found[1] < arrays.N_RUNGS:
        raise ScenarioError([f"path of the pressure: {line}: a rung is a whole number from 0 to {arrays.N_RUNGS - 1}."])
    return found


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
    return _apart(build.as_table(base), build.as_table(changed))


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


OPENED = [View("venezuela_2025")]  # with which the page was opened: one server shows one scenario
