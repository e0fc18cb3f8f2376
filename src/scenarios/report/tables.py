"""What is printed? Tables in words, whatever they are printed on, and what stands beside every one of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scenarios.report.wording import NOTHING, is_missing, share
from scenarios.vocabulary import Reason

if TYPE_CHECKING:
    from pandas import DataFrame

    from scenarios.scenario.scenario import Scenario

ON_THE_EDGE = Reason.ON_THE_EDGE.word


@dataclass(frozen=True)
class Section:
    """One table in words: a heading, columns, rows of text."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def definition(scenario: "Scenario") -> str:
    """What a step back is, and a notch."""
    return (
        "Step back: a net loss of a level or more over the material channels that lasts "
        f"{scenario.persistence_days:.0f} days, dated at its first. Notch: a level lost on one channel for "
        f"{scenario.notch_days:.0f} days, whatever was gained on others."
    )


def shares_on_the_edge(summary: "DataFrame") -> "dict[str, tuple[float, float, float]]":
    """Share of each patron's step-backs that were held by little, its error, and their number."""
    rows = {str(row["outcome"]): row for row in summary.to_dict("records")}
    ending = f".reason.{ON_THE_EDGE}"
    return {
        name.removesuffix(ending): (row["value"], row["se"], row["n"])
        for name, row in rows.items()
        if name.endswith(ending)
    }


def edge_line(on_the_edge: "Mapping[str, tuple[float, float, float]]", scenario: "Scenario") -> str:
    """How many step-backs have no reason of weight; empty if there were none."""
    said = [
        f"{label(scenario, f'patrons.{patron}')} {share(*found)}"
        for patron, found in on_the_edge.items()
        if found[2] > 0 and not is_missing(found[0])
    ]
    if not said:
        return ""
    return (
        "On the edge: no single term had moved the choice by 0.05 of utility, the level was held by little. Share of "
        f"step-backs: {', '.join(said)}. The reasons are those of the others."
    )


def numbers_line(scenario: "Scenario", manifest: Mapping[str, Any]) -> str:
    """Which numbers the runs drew from."""
    # imported here: both need numpy, and ``scenarios --help`` must not wait for it
    from scenarios.scenario.posterior import fitted_paths
    from scenarios.store.manifest import numbers_drawn

    drawn, total = len(scenario.uncertain), len(scenario.numbers)
    if drawn == 0:
        return f"Numbers: central values, all {total} held fixed; the runs differ by luck alone."
    kind = str(manifest.get("numbers") or numbers_drawn(scenario))  # results that were never saved do not say
    meaning = " (the raw ranges of the scenario file, not fitted to history)" if kind == "prior" else ""
    if kind == "posterior":
        taught = manifest.get("fitted", len(fitted_paths(scenario)))
        meaning = (
            f" ({taught} numbers as the history '{scenario.posterior}' has taught, the others from their raw ranges)"
        )
    return f"Numbers drawn from: {kind}{meaning}; {drawn} of {total} numbers drawn, the others fixed."


def runs_line(manifest: Mapping[str, Any]) -> str:
    """How many runs there are."""
    replications, points = manifest.get("replications", NOTHING), manifest.get("points")
    if manifest.get("interrupted") and "runs_done" in manifest:
        return f"{manifest['runs_done']} of {replications} runs"
    return f"{replications} runs" if points is None else f"{points} points x {replications} runs"


def words(name: str) -> str:
    """A name of a table or file as people write it."""
    return name.replace("_", " ")


def label(scenario: "Scenario", name: str) -> str:
    """What people call an actor or channel: ``patrons.russia`` -> ``Russia``."""
    return scenario.labels.get(name) or words(name.split(".")[-1])
