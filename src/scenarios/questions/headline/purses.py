"""Where does a support budget bite? Only through what costs something: the bills of the posture held, beside it."""

from scenarios.outcomes.words import name_of
from scenarios.questions.naming import listed
from scenarios.scenario.bills import bills
from scenarios.scenario.scenario import Scenario

NEXT_TO_NOTHING = 0.1  # share of the budget; what costs less is given up for other reasons first


def idle_budgets(scenario: Scenario) -> list[str]:
    """A sentence for each patron whose budget works through part of what it gives alone, or through nothing."""
    said = []
    for patron in scenario.patrons:
        budget = scenario.numbers[f"patrons.{patron}.support_budget"].value
        if scenario.numbers[f"patrons.{patron}.peacetime_budget"].value > 0.0:
            continue  # in a history the budget follows the peacetime one
        spent = bills(scenario, patron)
        cheap = [name for name, cost in spent.items() if cost < NEXT_TO_NOTHING * budget]
        if cheap:
            said.append(purse_sentence(scenario, patron, cheap, [name for name in spent if name not in cheap]))
    return said


def purse_sentence(scenario: Scenario, patron: str, cheap: list[str], dear: list[str]) -> str:
    """Through what a patron's budget works, in words.

    Examples
    --------
    >>> from scenarios import load
    >>> purse_sentence(load("toy"), "redland", ["oil"], ["arms"])
    'Redland: Oil trade and logistics costs it next to nothing; its support budget works through Arms alone.'
    """

    def named(channels: list[str]) -> str:
        return listed([name_of(scenario, f"channels.{channel}") for channel in channels])

    verb, works = (
        "costs" if len(cheap) == 1 else "cost",
        f"works through {named(dear)} alone" if dear else "moves nothing",
    )
    who = name_of(scenario, f"patrons.{patron}")
    return f"{who}: {named(cheap)} {verb} it next to nothing; its support budget {works}."
