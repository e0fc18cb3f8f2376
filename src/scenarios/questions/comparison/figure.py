"""How do several versions of a scenario differ? Outcomes of named sides, one below the other, as a table and drawn."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from scenarios.questions.comparison.words import gap, what_of, who_of
from scenarios.report.wording import NOTHING, Cells, Section, is_missing, numbers_line, share, told_section, words
from scenarios.scenario.scenario import Scenario

CELLS = {"value": "", "se": "_se", "value_low": "_low", "value_high": "_high"}
COLUMNS = ("what", "side", *CELLS, "n", "difference", "difference_se", "low", "high", "verdict")
COMPARED = ("difference", "difference_se", "low", "high", "verdict")


def sides_of(
    compared: pd.DataFrame, sides: Sequence[str], outcomes: Sequence[str], scenario: Scenario, where: str = ""
) -> pd.DataFrame:
    """Some outcomes of a comparison, a row for each side, by name.

    Parameters
    ----------
    compared : DataFrame
        As `scenarios.compare` returns it.
    sides : sequence of str
        What A, B, C ... are called.
    outcomes : sequence of str
        Which, in this order.
    scenario : Scenario
        For the names of actors.
    where : str
        What is said of an outcome beside its name, to tell several comparisons in one table apart.

    Returns
    -------
    DataFrame
        Columns what, side, value with se, value_low and value_high, n, and, but for the first side, difference from
        it, difference_se, low, high (95 %), verdict.
    """
    rows: list[dict[str, Any]] = []
    for outcome in outcomes:
        found = compared[compared["outcome"] == outcome].to_dict("records")
        what = side_name(outcome, scenario) + (f", {where}" if where else "")
        for place, (side, row) in enumerate(zip(sides, [found[0], *found], strict=True)):
            cells = {column: row[f"{'b' if place else 'a'}{end}"] for column, end in CELLS.items()}
            said = {column: row[column] for column in COMPARED} if place else {}
            rows.append({"what": what, "side": side, "n": row["n"], **cells, **said})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def of_rules(values: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """The first table of `scenarios.rule_shares` with the rules as sides, for `contrast`."""
    return values.rename(columns={"low": "value_low", "high": "value_high"}).assign(
        what=[side_name(outcome, scenario) for outcome in values["outcome"]],
        side=[words(rule) for rule in values["decision_rule"]],
        verdict=None,
    )


def by_outcome(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Several tables of `sides_of` as one: the first outcome of each, then the second, and so on."""
    placed = [table.assign(place=pd.factorize(table["what"])[0]) for table in tables]
    joined = pd.concat(placed).sort_values("place", kind="stable", ignore_index=True)
    return joined.drop(columns="place")


def side_name(outcome: str, scenario: Scenario) -> str:
    """An outcome as people write it.

    Examples
    --------
    >>> from scenarios import load
    >>> side_name("redland.step_back", load("toy"))
    'Redland: step back'
    """
    who, what = who_of(outcome, scenario), what_of(outcome, scenario)
    return f"{who}: {what}" if who else what


def contrast_section(table: pd.DataFrame, heading: str) -> Section:
    """Outcomes of every side in words."""
    cells: Cells = {
        "what": "{what}",
        "": "{side}",
        "probability": lambda row: share(row["value"], row["se"], row["n"]),
        "difference (95 %)": gap,
        "verdict": lambda row: NOTHING if is_missing(row["difference"]) else str(row["verdict"]),
        "n": "{n:.0f}",
    }
    return told_section(heading, table, cells)


def contrast_notes(table: pd.DataFrame, scenario: Scenario, manifest: Mapping[str, Any]) -> list[str]:
    """What a reader must know beside the sides."""
    first = str(table["side"].iloc[0])
    return [
        f"Probabilities by the horizon, {scenario.steps} {scenario.step}s; ± is one Monte Carlo standard error. "
        f"Differences are from '{first}', run by run over the same worlds and the same luck. Verdicts account for all "
        "outcomes of a comparison (Holm), also those not shown; within Monte Carlo error: read it as no difference.",
        numbers_line(scenario, manifest),
        f"{manifest['replications']:,} matched runs of each side, seed {manifest['seed']}.",
    ]
