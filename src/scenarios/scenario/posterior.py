"""What has history taught about the numbers together? A posterior sample, from which each run draws one row."""

import json
from functools import cache
from hashlib import sha256
from pathlib import Path as File
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import ScenarioError, known_names
from scenarios.scenario.scenario import Parameter, Scenario

FOLDER = File(__file__).parent / "library" / "posterior"
HASH_LENGTH = 12


class Posterior(NamedTuple):
    """Equally likely rows of numbers that belong together."""

    paths: tuple[str, ...]  # of each column
    rows: NDArray[np.float64]  # shape (rows, columns)
    priors: dict[str, dict[str, Any]]  # value, range and distribution of each number when it was fitted
    hash: str  # of the content


def posteriors() -> list[str]:
    """Names of the posterior samples of the library."""
    return sorted(file.stem for file in FOLDER.glob("*.csv"))


@cache
def posterior(name: str) -> Posterior:
    """A posterior sample of the library."""
    if name not in posteriors():
        raise ScenarioError([f"posterior: unknown sample '{name}'. {known_names(name, posteriors())}"])
    text = (FOLDER / f"{name}.csv").read_text("utf-8")
    header, *lines = text.splitlines()
    rows = np.array([[float(cell) for cell in line.split(",")] for line in lines])
    priors = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))["priors"]
    return Posterior(tuple(header.split(",")), rows, priors, sha256(text.encode()).hexdigest()[:HASH_LENGTH])


def prior_of(number: Parameter) -> dict[str, Any]:
    """What a sample remembers of the number that it was fitted over."""
    return {name: getattr(number, name) for name in ("value", "low", "high", "distribution")}


def fitted_paths(scenario: Scenario) -> list[str]:
    """Numbers that a scenario draws from its posterior: not those that were pinned, nor those with another range."""
    if not scenario.posterior:
        return []
    sample, numbers = posterior(scenario.posterior), scenario.numbers
    return [
        path
        for path in sample.paths
        if path in numbers and numbers[path].is_uncertain and prior_of(numbers[path]) == sample.priors[path]
    ]


def rows_for(scenario: Scenario, paths: list[str]) -> NDArray[np.float64]:
    """The columns of a scenario's posterior for some numbers, shape (rows, paths)."""
    if not paths:
        return np.zeros((0, 0))
    sample = posterior(scenario.posterior)
    return sample.rows[:, [sample.paths.index(path) for path in paths]]


def write_posterior(
    folder: File, name: str, paths: list[str], rows: NDArray[np.float64], scenario: Scenario, manifest: dict[str, Any]
) -> File:
    """Writes a posterior sample with its manifest; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.csv"
    lines = [",".join(paths), *[",".join(f"{value:.6g}" for value in row) for row in rows.tolist()]]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    record = manifest | {"priors": {path: prior_of(scenario.numbers[path]) for path in paths}}
    file.with_suffix(".json").write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    posterior.cache_clear()
    return file
