"""Where do the numbers come from? The catalogue of sources, and how many numbers each kind of pedigree has."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path as File

from scenarios.scenario.scenario import OUT_OF_REACH, Scenario

CATALOGUE = File(__file__).parent / "library" / "sources.toml"
KINDS = ("sourced", "derived", "fitted", "judgement")


@dataclass(frozen=True)
class Source:
    """A source that states numbers of a scenario itself.

    Attributes
    ----------
    quality : str
        A wire or primary text, B decent copy, C weak or one-sided, U analyst knowledge, unverified.
    """

    title: str
    publisher: str
    year: int
    address: str
    quality: str
    note: str = ""


@cache
def sources() -> dict[str, Source]:
    """The catalogue by id."""
    return {name: Source(**entry) for name, entry in tomllib.loads(CATALOGUE.read_text(encoding="utf-8")).items()}


def pedigree_counts(scenario: Scenario) -> dict[str, int]:
    """How many numbers are sourced, derived, fitted or judged; channels out of a patron's reach are left out."""
    counts = dict.fromkeys(KINDS, 0)
    for number in scenario.numbers.values():
        if number.note != OUT_OF_REACH:
            counts[number.pedigree] += 1
    return counts
