"""Where does a support budget bite? Only through what costs something: the bills of the posture held, beside it."""

from typing import Any

from scenarios.explore.naming import listed, name_of
from scenarios.rulebook.budget import bill
from scenarios.rulebook.traits import ChannelTraits, PairTraits, PatronTraits
from scenarios.scenario.scenario import Scenario

NEXT_TO_NOTHING = 0.1  # share of the budget; what costs less is given up for other reasons first


def sheet_of(scenario: Scenario, kind: Any, prefix: str) -> Any:
    """A sheet of traits at the central values of a scenario."""
    return kind(*[scenario.numbers[f"{prefix}.{field}"].value for field in kind._fields])


def bills(scenario: Scenario, patron: str) -> dict[str, float]:
    """What each material channel of the posture held costs a patron [USD bn a year], at central values.

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
            found[channel] = bill(traits, reach, level, 0.0, 0.0)
    return found


def idle_budgets(scenario: Scenario) -> list[str]:
    """A sentence for each patron whose budget works through part of what it gives alone, or through nothing."""
    said = []
    for patron in scenario.patrons:
        traits, spent = sheet_of(scenario, PatronTraits, f"patrons.{patron}"), bills(scenario, patron)
        # in a history the budget follows the peacetime one
        budget = traits.support_budget if traits.peacetime_budget <= 0.0 else 0.0
        cheap = [name for name, cost in spent.items() if cost < NEXT_TO_NOTHING * budget]
        if cheap:
            said.append(sentence(scenario, patron, cheap, [name for name in spent if name not in cheap]))
    return said


def sentence(scenario: Scenario, patron: str, cheap: list[str], dear: list[str]) -> str:
    """Through what a patron's budget works, in words.

    Examples
    --------
    >>> from scenarios import load
    >>> sentence(load("toy"), "redland", ["oil"], [])
    'Redland: Oil trade and logistics costs it next to nothing; its support budget moves none of what it gives.'
    """
    who, nothing = name_of(scenario, f"patrons.{patron}"), listed([name_of(scenario, f"channels.{c}") for c in cheap])
    begins = f"{who}: {nothing} cost{'s' if len(cheap) == 1 else ''} it next to nothing; its support budget"
    if not dear:
        return f"{begins} moves none of what it gives."
    return f"{begins} works through {listed([name_of(scenario, f'channels.{c}') for c in dear])} alone."
