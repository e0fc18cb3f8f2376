"""What does a report say beside its figures? What was set, what the model cannot tell, how to repeat it."""

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scenarios.handout.gathered import Played
from scenarios.questions.headline.words import run_notes, run_sections
from scenarios.report.tables import Section, runs_line, words
from scenarios.scenario.describe import head_rows
from scenarios.scenario.load import library
from scenarios.scenario.sources import pedigree_counts

if TYPE_CHECKING:
    from scenarios.scenario.scenario import Scenario

ALREADY_SAID = ("title", "question", "set")
CAVEATS = (
    "The chances are those of a model under ranges that people judged. They are no forecast that was held against what "
    "came after.",
    "The model knows no firms, factions, changes of leader, deals over the client's head, nor the domestic politics of "
    "the coercer.",
    "How sharply patrons tell better from worse sets the level of every chance and cannot be read off history.",
    "It can be misused by those who apply the pressure. It holds no more than public evidence and shows wide ranges.",
)
PAGES = (
    ("docs/model.md", "the model in words and equations; its limits in section 9"),
    ("docs/reference/health.md", "what is right and what is missed, sign by sign"),
    ("docs/reference/claims.md", "what stands and falls of published claims"),
    ("docs/reference/coverage.md", "how often the printed intervals hold the truth"),
    ("docs/reference/reference-class.md", "the cases, and what they can say"),
    ("docs/reference/tables.md", "every column"),
)


def all_tables(played: Played) -> list[Section]:
    """Every table of the run that has a row."""
    return [section for section in run_sections(played.summary, played.scenario) if section.rows]


def notes(played: Played) -> list[str]:
    """How the tables are to be read."""
    return run_notes(played.summary, played.scenario, played.manifest)


def changes(scenario: "Scenario") -> list[tuple[str, str]]:
    """What was laid over the scenario, believed or set, in order."""
    kinds = {"--set": "set", "--believe": "believed"}
    found = []
    for line in scenario.overlays:
        option, _, rest = line.partition(" ")
        if option in kinds:
            found.append((kinds[option], rest))
        elif line.startswith("--"):
            found.append(
                ("numbers", {"--fixed": "all at their central values", "--prior": "the raw ranges"}.get(line, line))
            )
        else:
            found.append(("overlaid", line))
    return found


def facts(scenario: "Scenario") -> list[tuple[str, str]]:
    """What was played, before its numbers."""
    return [(str(row["path"]), str(row["value"])) for row in head_rows(scenario) if row["path"] not in ALREADY_SAID]


def caveats(played: Played) -> list[str]:
    """What the model cannot tell, and what these very runs lack."""
    counts = ", ".join(f"{count} {kind}" for kind, count in pedigree_counts(played.scenario).items())
    own = [f"Numbers of this scenario by origin: {counts}."]
    if played.manifest.get("interrupted"):
        own.append(f"The runs were interrupted: {runs_line(played.manifest)}. Chances of rare events suffer most.")
    if played.control is None:
        own.append("No control was run: how much of this is the pressure's doing remains open.")
    return [*CAVEATS, *own]


def command_of(played: Played) -> str:
    """The very command that gives these runs again.

    Notes
    -----
    Of a scenario that is none of the library the file is named; whether it is the same one, its hash tells.
    """
    scenario, manifest = played.scenario, played.manifest
    name = scenario.name if scenario.name in library() else f"{scenario.name}.toml"
    said = ["scenarios", "run", name]
    for line in scenario.overlays:
        said += line.split(" ", 1) if line.startswith("--") else ["--overlay", line]
    said += ["--replications", str(manifest["replications"])]
    said += [] if manifest.get("points") is None else ["--points", str(manifest["points"])]
    said += ["--seed", str(manifest["seed"])]
    said += [] if played.control is not None else ["--no-control"]
    return shlex.join(said)


def repeated_by(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a repetition must agree with: hashes, seed, size, versions."""
    named = ("id", "scenario_hash", "rulebook_hash", "seed", "engine", "date")
    found = [(words(name), str(manifest[name])) for name in named if name in manifest]
    versions = [
        f"{name.removeprefix('version_')} {value}" for name, value in manifest.items() if name.startswith("version_")
    ]
    return [*found, ("size", runs_line(manifest)), ("versions", ", ".join(versions))]
