"""Which assumptions matter most? The drawn numbers by what they explain of the runs at hand, with their sources."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from scenarios.errors import RequestRefused
from scenarios.handout.gathered import Played
from scenarios.outcomes.words import name_of
from scenarios.questions.naming import number_words
from scenarios.questions.sensitivity.first_order import BEYOND, sensitivity_given
from scenarios.report.tables import words
from scenarios.scenario.dated import number_at
from scenarios.scenario.describe import fitted_range, range_of, short
from scenarios.scenario.sources import known_sources

if TYPE_CHECKING:
    from pandas import DataFrame

    from scenarios.scenario.scenario import Parameter, Scenario

MOST = 10  # that a reader will look at
REACHED = ("https://", "http://")
READING = (
    "Share: what knowing this number alone would explain of whether an outcome happens in a run, with its 95 % "
    "interval; the outcome of which it explains most is named. Most of the rest is luck within runs. Shares overlap "
    "where numbers go together. Numbers that explain no more than luck would are left out."
)


class Assumption(NamedTuple):
    """One number that matters, as a reader needs it."""

    path: str
    name: str
    meaning: str
    value: str
    span: str
    unit: str
    share: float
    interval: str
    of: str
    source: str
    address: str
    note: str


class Weighty(NamedTuple):
    """The numbers that matter most, and what is to be said of them or of their absence."""

    found: list[Assumption]
    said: str


def weighty(played: Played) -> Weighty:
    """The drawn numbers that explain most of any headline outcome, the largest first."""
    scenario = played.scenario
    if not scenario.uncertain:
        return Weighty([], "Every number was held at its central value: the runs cannot tell which one matters.")
    try:
        shares = sensitivity_given(played.results).shares
    except RequestRefused as why:
        return Weighty([], f"The runs cannot tell which numbers matter. {why}")
    told = largest(shares)
    if not len(told):
        return Weighty([], "No single number explains more of an outcome than luck would.")
    return Weighty([assumption(scenario, row) for row in told.to_dict("records")], READING)


def largest(shares: "DataFrame") -> "DataFrame":
    """The largest share of each number that is more than luck, the largest first."""
    kept = shares[shares["verdict"] == BEYOND].sort_values("share", ascending=False, kind="stable")
    return kept.drop_duplicates("path").head(MOST)


def assumption(scenario: "Scenario", row: Mapping[Any, Any]) -> Assumption:
    """A number with its pedigree and what it explains."""
    path, number = row["path"], scenario.numbers[row["path"]]
    limits = number_at(path)
    source, address = cited(scenario, number)
    return Assumption(
        path,
        number_words(scenario, path),
        limits.meaning,
        short(number.value),
        fitted_range(scenario, path) or range_of(number),
        number.unit,
        float(row["share"]),
        f"{100 * row['low']:.1f} to {100 * row['high']:.1f} %",
        outcome_words(scenario, row["outcome"]),
        source,
        address,
        number.note,
    )


def cited(scenario: "Scenario", number: "Parameter") -> tuple[str, str]:
    """A number's source in words, and its address if it is one of the web."""
    if number.pedigree != "sourced":
        return number.source, ""
    source = known_sources(scenario).get(number.source)
    if source is None:
        return number.source, ""
    said = f"{source.title}, {source.publisher} {source.year}, {number.where} (quality {source.quality})"
    return said, source.address if source.address.startswith(REACHED) else ""


def outcome_words(scenario: "Scenario", outcome: str) -> str:
    """An outcome as people say it.

    Examples
    --------
    >>> from scenarios import load
    >>> outcome_words(load("toy"), "redland.step_back")
    'Redland: step back'
    """
    who, _, event = outcome.partition(".")
    return f"{name_of(scenario, who if who == 'client' else f'patrons.{who}')}: {words(event)}"
