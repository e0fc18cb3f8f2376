"""What does the page show? A view: a scenario and what is changed in it, as the command line would say it."""

import shlex
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from scenarios.errors import RequestRefused, ScenarioError
from scenarios.page.changed_lines import lines_apart, overlay_text
from scenarios.runs.ladder import scripted
from scenarios.scenario.arrays import N_RUNGS
from scenarios.scenario.load import load
from scenarios.scenario.overlay import believed, with_lines, with_values
from scenarios.scenario.scenario import Scenario
from scenarios.scenario.settings import parse_setting

RUNS, SEED = 2_000, 1
FILE = "view.toml"
LINKED = {"set": "settings", "believe": "beliefs", "rung": "rungs"}
LONGEST_LINK = 200  # lines
MOST_STEPS = 2_500  # a link must not fill the memory


@dataclass(frozen=True)
class View:
    """A scenario and what is changed in it.

    Attributes
    ----------
    name : str
        Library scenario or file.
    overlays : tuple of str
        Files laid over it.
    settings, beliefs : tuple of str
        ``PATH[@DATE]=VALUE`` and ``PATH=VALUE``, as options give them.
    rungs : tuple of str
        ``DATE=RUNG``: from then on the pressure stands there.
    with_control : bool
        Whether the matched runs with the pressure frozen are played beside it.
    allow_outside : bool
        Whether the files may build on files outside their folder.
    """

    name: str
    overlays: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    beliefs: tuple[str, ...] = ()
    rungs: tuple[str, ...] = ()
    with_control: bool = False
    allow_outside: bool = False

    @property
    def base(self) -> "View":
        """The scenario before anything is changed on the page."""
        return View(self.name, self.overlays, allow_outside=self.allow_outside)

    def scenario(self) -> Scenario:
        """The scenario of the view: its pressure drawn, then what is believed, then what is set.

        Raises
        ------
        ScenarioError, UnknownName, RequestRefused
        """
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

    def link(self) -> dict[str, Any]:
        """What of the view stands in the address of the page."""
        lines = {word: list(getattr(self, field)) for word, field in LINKED.items()}
        return {word: said for word, said in lines.items() if said} | ({"control": "1"} if self.with_control else {})

    def linked(self, said: dict[str, list[str]]) -> "View":
        """The view that the address of the page describes.

        Raises
        ------
        RequestRefused, ScenarioError, UnknownName
            If it makes no sense.
        """
        if sum(map(len, said.values())) > LONGEST_LINK:
            raise RequestRefused(f"The link has more than {LONGEST_LINK} settings. Put them in a file: --overlay FILE.")
        lines = {field: tuple(said.get(word, ())) for word, field in LINKED.items()}
        return replace(self, **lines, with_control=bool(said.get("control")))  # type: ignore[arg-type]


def _parsed(lines: tuple[str, ...], option: str) -> dict[str, str]:
    """Path -> value."""
    return dict(parse_setting(line, option) for line in lines)


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
    if not 0 <= found[1] < N_RUNGS:
        raise ScenarioError([f"path of the pressure: {line}: a rung is a whole number from 0 to {N_RUNGS - 1}."])
    return found
