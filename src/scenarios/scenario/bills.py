"""What does the posture that a patron holds cost it? Channel by channel, at the central values of a scenario."""

from typing import Any

from scenarios.rulebook.budget import bill_at_opening
from scenarios.rulebook.traits import ChannelTraits, PairTraits
from scenarios.scenario.scenario import Scenario


def sheet_of(scenario: Scenario, kind: Any, prefix: str) -> Any:
    """A sheet of traits at central values."""
    return kind(*[scenario.numbers[f"{prefix}.{field}"].value for field in kind._fields])


def bills(scenario: Scenario, patron: str) -> dict[str, float]:
    """What each material channel that a patron gives on costs it [USD bn a year].

    Examples
    --------
    >>> from scenarios import load
    >>> {channel: round(cost, 3) for channel, cost in bills(load("toy"), "redland").items()}
    {'oil': 0.067, 'arms': 0.2}
    """
    found = {}
    for channel in scenario.channels:
        reach = sheet_of(scenario, PairTraits, f"patrons.{patron}.channels.{channel}")
        traits = sheet_of(scenario, ChannelTraits, f"channels.{channel}")
        level = min(reach.opening, reach.feasible)
        if level > 0.0 and traits.material > 0.5:
            found[channel] = bill_at_opening(traits, reach, level)
    return found
