"""When, and why further? What runs say of their headline beyond the summary: chances by date, reasons of the second."""

import pandas as pd

from scenarios.outcomes import chance, grammar, outcome
from scenarios.results import Results
from scenarios.scenario.scenario import DAYS_IN_YEAR, Scenario
from scenarios.vocabulary import EventKind, Fate, Reason

HEADLINE = ("step_back", "step_back_further")
MONTHS = (3, 12, 24)
MONTH_DAYS = DAYS_IN_YEAR / 12
WHEN_COLUMNS = ("outcome", "within", "by", "chance", "low", "high", "n", "spread_low", "spread_high")
FURTHER_COLUMNS = ("patron", "reason", "share", "n")


def horizons(scenario: Scenario) -> dict[str, int]:
    """How far ahead people look, in words, and the step: 3, 12 and 24 months where the run is so long, and its end.

    Examples
    --------
    >>> from scenarios import load
    >>> horizons(load("toy")), horizons(load("iran_2025"))
    ({'3 months': 13, '12 months': 52}, {'60 days': 60})
    """
    gone = scenario.steps_gone
    found = {f"{months} months": gone + round(months * MONTH_DAYS / scenario.step_days) for months in MONTHS}
    found = {words: step for words, step in found.items() if gone < step <= scenario.steps}
    if scenario.steps not in found.values():
        found[f"{scenario.steps - gone} {scenario.step}s"] = scenario.steps
    return found


def chances_when(results: Results) -> pd.DataFrame:
    """The chance of each headline outcome and of each fate of the client by some horizons: the table `when`.

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> table = chances_when(simulate(load("toy"), 50, engine="agents"))
    >>> table["within"].unique().tolist()
    ['3 months', '12 months']
    """
    scenario = results.scenario
    ahead = {words: grammar.begin_of(scenario, step) for words, step in horizons(scenario).items()}
    names = [*outcome.headlines(scenario), *(f"client.{fate}" for fate in Fate.words())]
    asked = [(name, within, day) for name in names for within, day in ahead.items()]
    found = chance.chances(results, [f"{name} by {day}" for name, _, day in asked])
    table = pd.DataFrame(asked, columns=["outcome", "within", "by"])
    return pd.concat([table, found[list(WHEN_COLUMNS[3:])]], axis=1)


def reasons_further(results: Results) -> pd.DataFrame:
    """Why patrons step back further: reasons for which a material level fell in the step in which it begins: `further`.

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> list(reasons_further(simulate(load("toy"), 20, engine="agents")))
    ['patron', 'reason', 'share', 'n']
    """
    at = f"{HEADLINE[1]}_at"
    begun, falls = [], []
    for part in results.parts():
        rows = part.patrons[part.patrons["at_risk"].astype(bool) & part.patrons[at].notna()]
        begun.append(rows[["run", "patron", at]].astype({"patron": "str"}))
        found = part.events[part.events["kind"] == EventKind.LEVEL_DOWN.word]
        falls.append(found[["run", "actor", "step", "reason"]].astype({"actor": "str", "reason": "str"}))
    fell = pd.concat(falls).rename(columns={"actor": "patron", "step": at}).drop_duplicates()
    fell = fell[fell["reason"] != Reason.WORDS.word]
    kept = pd.concat(begun).merge(fell, on=["run", "patron", at])
    counts = kept.groupby("patron")["run"].nunique()
    cases = kept.groupby(["patron", "reason"]).size().rename("share").reset_index()
    n = cases["patron"].map(counts).astype("int64")
    return cases.assign(share=cases["share"] / n, n=n)[list(FURTHER_COLUMNS)]
