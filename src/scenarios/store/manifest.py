"""What does a result folder say about itself? The question that it answers, and what answered it."""

import json
import platform
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from scenarios import __version__
from scenarios.kinds import misfit
from scenarios.scenario import entries, posterior, reference_class
from scenarios.scenario.scenario import Condition, Parameter, Scenario, Setting, Source
from scenarios.scenario.scenario import Path as Course

PACKAGES = ("numpy", "pandas", "numba", "mesa")
HASH_LENGTH = 12
# Two ways of writing down the same numbers are the same question; what the cases code of it moves no run.
NOT_ASKED = ("base", "overlays", "reference_class", "sources")


def scenario_record(scenario: Scenario) -> dict[str, Any]:
    """The whole scenario as plain JSON values; every number with its range, unit and source."""
    record = {field.name: _plain(getattr(scenario, field.name)) for field in fields(scenario)}
    for name in ("publication", "reference_class", "sources"):  # as files had it before there were any
        if not record[name]:
            del record[name]
    if scenario.reference_class:
        record["reference_class"] = reference_class.as_text(scenario.reference_class)
    record["posterior_hash"] = posterior.posterior(scenario.posterior).hash if scenario.posterior else ""
    del record["observed"]  # a scenario whose clock stands where it did says nothing of it
    return record if scenario.observed is None else record | {"observed": entries.observed_record(scenario.observed)}


def _plain(value: Any) -> Any:
    """What a scenario holds, as plain JSON values."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, (tuple, frozenset)):
        return [_plain(each) for each in (value if isinstance(value, tuple) else sorted(value))]
    return value.isoformat() if isinstance(value, date) else value


def scenario_from(record: Mapping[str, Any]) -> Scenario:
    """The scenario that `scenario_record` wrote down."""
    changed = {
        "start": date.fromisoformat(record["start"]),
        "freeze": frozenset(record["freeze"]),
        "numbers": {path: Parameter(**number) for path, number in record["numbers"].items()},
        "paths": {path: _course_from(course) for path, course in record["paths"].items()},
        "held": tuple(Condition(**each | {"on": date.fromisoformat(each["on"])}) for each in record["held"]),
        "settings": tuple(Setting(**each | {"on": _day_from(each["on"])}) for each in record["settings"]),
        "observed": record.get("observed") and entries.observed_from(record["observed"]),
    }
    changed["publication"] = {path: Parameter(**number) for path, number in record.get("publication", {}).items()}
    if "reference_class" in record:
        changed["reference_class"] = reference_class.from_text(record["reference_class"])
    if "sources" in record:
        changed["sources"] = {name: Source(**source) for name, source in record["sources"].items()}
    tuples = {name: tuple(record[name]) for name in ("patrons", "channels", "overlays")}
    kept = {name: entry for name, entry in record.items() if name != "posterior_hash"}
    scenario = Scenario(**{**kept, **changed, **tuples})
    if fault := misfit(scenario):
        raise ValueError(f"scenario: {fault}")
    return scenario


def _day_from(text: str | None) -> date | None:
    """A day that may not be given."""
    return date.fromisoformat(text) if text else None


def _course_from(record: Mapping[str, Any]) -> Course:
    """The path over time that `scenario_record` wrote down."""
    days, until = tuple(map(date.fromisoformat, record["dates"])), _day_from(record.get("until"))
    tuples = {name: tuple(record.get(name, ())) for name in ("values", "sources")}
    return Course(**{**record, "dates": days, "until": until, **tuples})


def scenario_hash(scenario: Scenario) -> str:
    """Hash of all that the scenario says, however it came to say it (file, overlay or ``--set``)."""
    asked = {name: value for name, value in scenario_record(scenario).items() if name not in NOT_ASKED}
    return _short_hash(json.dumps(asked, sort_keys=True))


def _short_hash(text: str) -> str:
    """The first digits of the SHA-256 of a text."""
    return sha256(text.encode()).hexdigest()[:HASH_LENGTH]


def question(
    scenario: Scenario, seed: int, replications: int, points: int | None, rulebook_hash: str
) -> dict[str, Any]:
    """All that the numbers of a result depend on; not the engine, because engines agree to the bit."""
    return {
        "scenario_name": scenario.name,
        "scenario_hash": scenario_hash(scenario),
        "seed": int(seed),
        "replications": int(replications),
        "points": None if points is None else int(points),
        "rulebook_hash": rulebook_hash,
    }


def question_of(manifest: Mapping[str, Any], scenario: Scenario) -> dict[str, Any]:
    """The question that a run answered, from its manifest and what was run."""
    return question(
        scenario, manifest["seed"], manifest["replications"], manifest.get("points"), manifest["rulebook_hash"]
    )


def question_hash(asked: Mapping[str, Any]) -> str:
    """The name of the folder that answers a question."""
    return _short_hash(json.dumps(dict(asked), sort_keys=True))


def versions() -> dict[str, str]:
    """Versions of what has a hand in the numbers, as flat keys."""
    found = {"version_scenarios": __version__, "version_python": platform.python_version()}
    return found | {f"version_{package}": _installed(package) for package in PACKAGES}


def _installed(package: str) -> str:
    """The version of an installed package."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def numbers_drawn(scenario: Scenario) -> str:
    """Where the numbers of the runs come from: ``posterior``, ``prior`` or ``central values``."""
    if not scenario.uncertain:
        return "central values"
    return "posterior" if posterior.fitted_paths(scenario) else "prior"


def complete(manifest: Mapping[str, Any], scenario: Scenario) -> dict[str, Any]:
    """The manifest of a run with the question, its hash, the overlays and the versions; flat keys."""
    asked = question_of(manifest, scenario)
    said = {
        "id": "",  # filled in below; stands first for the reader
        "scenario_title": scenario.title,
        "base": scenario.base,
        "overlays": list(scenario.overlays),
        "settings": [setting.words for setting in scenario.settings],
        "numbers": numbers_drawn(scenario),
        "fitted": len(posterior.fitted_paths(scenario)),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        **versions(),
    }
    # The run's own words win, save for the question: its hash must follow from what is written.
    return said | dict(manifest) | asked | {"id": question_hash(asked)}
