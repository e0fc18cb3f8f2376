"""How far does a headline hang on a number that nobody knows, and through what does a budget bite?"""

import numpy as np
import pandas as pd

from scenarios.outcomes.events import name_of
from scenarios.outcomes.outcome import answers
from scenarios.questions.naming import listed
from scenarios.results import Results
from scenarios.runs.soundness import bills
from scenarios.scenario.scenario import Scenario

PRECISION = "model.precision"
HEADLINE = "step_back"
THIRDS = 3
NEXT_TO_NOTHING = 0.1  # share of the budget; what costs less is given up for other reasons first


def thirds(results: Results, path: str = PRECISION) -> dict[str, list[float]]:
    """Share of the runs at risk in which each patron steps back, by thirds of a number drawn, from low to high.

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> [len(shares) for shares in thirds(simulate(load("toy"), 12, engine="agents")).values()]
    [3, 3]
    """
    if path not in results.scenario.uncertain:
        return {}
    happened = answers(results, [f"{patron}.{HEADLINE}" for patron in results.scenario.patrons])
    values = np.concatenate([part.runs[path].to_numpy(dtype=np.float64) for part in results.parts()])
    place = np.searchsorted(np.quantile(values, [1 / THIRDS, 2 / THIRDS]), values, side="left")
    shares = pd.DataFrame(happened).groupby(place).mean().reindex(range(THIRDS))
    return {name.partition(".")[0]: shares[name].tolist() for name in happened}


def spread_words(results: Results) -> str:
    """The spread of the headline over the precision of choice, in one sentence; empty where that is not drawn.

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> spread_words(simulate(load("toy"), 12, engine="agents"))[:33]
    'Nobody knows how sharply patrons '
    """
    said = [
        f"{name_of(results.scenario, f'patrons.{patron}')} {' '.join(f'{100 * share:.0f} %' for share in shares)}"
        for patron, shares in thirds(results).items()
        if not np.isnan(shares).any()
    ]
    if not said:
        return ""
    return (
        "Nobody knows how sharply patrons tell better from worse. Steps back in the lowest, middle and highest third "
        f"of {PRECISION}: {'; '.join(said)}."
    )


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
