"""Where do the numbers come from? The catalogue of sources, a file's own, and a count of the kinds of pedigree."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path as File

from scenarios.scenario.scenario import OUT_OF_REACH, Scenario, Source

CATALOGUE = File(__file__).parent / "library" / "sources.toml"
KINDS = ("sourced", "derived", "fitted", "judgement")
FREE_SOURCES = ("derived", "fitted")


@cache
def sources() -> dict[str, Source]:
    """The catalogue by id."""
    return {name: Source(**entry) for name, entry in tomllib.loads(CATALOGUE.read_text(encoding="utf-8")).items()}


def known_sources(scenario: Scenario) -> Mapping[str, Source]:
    """The catalogue with the scenario's own sources, by id."""
    return {**sources(), **scenario.sources}


def pedigree_counts(scenario: Scenario) -> dict[str, int]:
    """How many numbers are sourced, derived, fitted or judged; channels out of a patron's reach are left out."""
    counts = dict.fromkeys(KINDS, 0)
    for number in scenario.numbers.values():
        if number.note != OUT_OF_REACH:
            counts[number.pedigree] += 1
    return counts
