"""How is an answer found again? The very command that asks for it, and what a repetition must agree with."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scenarios.cases.library import coded_rows
from scenarios.report.wording import runs_line, words
from scenarios.scenario.load import library
from scenarios.scenario.scenario import Scenario

RUN, SWEEP, GIVEN, COMPARISON = "run", "sweep", "given", "comparison"
TYPED = (SWEEP, COMPARISON)  # keep what was typed
# of the others the kind is the command
VERBS = {"discovery": "discover", "rules": "sensitivity", GIVEN: "sensitivity", COMPARISON: "compare"}
OPTIONS = {  # kind of answer -> what its command is told besides the scenario
    RUN: ("replications", "points", "seed", "no_control", "engine"),
    SWEEP: ("replications", "seed", "of", "keep_runs", "engine"),
    "threshold": ("of", "over", "probability", "range", "grid", "tolerance", "replications", "seed"),
    "sensitivity": ("of", "over", "method", "base_samples", "replications", "top", "rest", "seed"),
    "rules": ("over_rules", "of", "replications", "seed"),
    GIVEN: (GIVEN, "of", "over", "seed"),
    "discovery": ("of", "absent", "over", "points", "replications", "coverage", "seed"),
    COMPARISON: (),
}


def command_of(
    kind: str, scenario: Scenario, record: Mapping[str, Any], with_control: bool = True, folder: Path = Path()
) -> str:
    """The very command that asks a question again; empty where an earlier edition has not kept what was typed.

    Notes
    -----
    Of a scenario that is none of the library the file is named; whether it is the same one, its hash tells. Runs that
    were given are sought beside the folder of the answer. That files may build on others (``--allow-outside``), and the
    name of a comparison's folder, are for whoever types it again to say.
    """
    if kind not in OPTIONS or (kind in TYPED and not record.get("how")):
        return ""
    said = {
        **record,
        "seed": record.get("luck_seed", record.get("seed")),
        "no_control": not with_control,
        "keep_runs": record.get("keeps_runs"),
        "engine": None if record.get("engine") == "batch" else record.get("engine"),
        "range": ":".join(map(str, record.get("span") or ())) or None,
        "absent": record.get("is_absent"),
        "over_rules": True,
        GIVEN: folder.parent / str(record.get("result")),
    }
    begun = ["scenarios", VERBS.get(kind, kind), *([] if kind in (GIVEN, COMPARISON) else _scenario_words(scenario))]
    begun += record["how"] if kind in TYPED else []
    return shlex.join(begun + [word for name in OPTIONS[kind] for word in _option(name, said.get(name))])


def _scenario_words(scenario: Scenario) -> list[str]:
    """A scenario as it is typed, with what was laid over it."""
    cases = {row["case_id"] for row in coded_rows()}
    known = scenario.name if scenario.name in library() else f"{scenario.name}.toml"
    said = [f"case:{scenario.name}" if scenario.name in cases else known]
    for line in scenario.overlays:
        said += line.split(" ", 1) if line.startswith("--") else ["--overlay", line]
    return said


def _option(name: str, value: Any) -> list[str]:
    """An option as it is typed: alone if it is a switch, again for each of several values, not at all without one.

    Examples
    --------
    >>> _option("keep_runs", True), _option("of", ["a", "b"]), _option("points", None)
    (['--keep-runs'], ['--of', 'a', '--of', 'b'], [])
    """
    option = f"--{name.replace('_', '-')}"
    if value is None or isinstance(value, bool):
        return [option] if value else []
    values = value if isinstance(value, (list, tuple)) else [value]
    return [word for each in values for word in (option, str(each))]


def repeated_by(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a repetition must agree with: hashes, seed, size, versions."""
    named = ("id", "scenario_hash", "rulebook_hash", "seed", "engine", "date")
    found = [(words(name), str(manifest[name])) for name in named if name in manifest]
    versions = [
        f"{name.removeprefix('version_')} {value}" for name, value in manifest.items() if name.startswith("version_")
    ]
    return [*found, ("size", runs_line(manifest)), ("versions", ", ".join(versions))]
