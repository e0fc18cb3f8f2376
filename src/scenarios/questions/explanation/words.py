"""How do the reasons of step-backs read? As tables in words; those that carry no weight in a sentence."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from scenarios.report.tables import ON_THE_EDGE, Section, definition, edge_line, label, words
from scenarios.report.wording import share

if TYPE_CHECKING:
    from pandas import DataFrame

    from scenarios.scenario.scenario import Scenario

FEW = 30  # step-backs; fewer say little of shares
HEADINGS = {
    "reason": "Why patrons step back",
    "driver": "The same in the words of the case codebook",
    "channel": "Channel on which it starts",
}


def reason_sections(table: "DataFrame", scenario: "Scenario") -> list[Section]:
    """Tables of the reasons.

    Parameters
    ----------
    table : DataFrame
        As `scenarios.explain` returns it.
    """
    table = table[table["what"] != ON_THE_EDGE]
    overall = table[table["channel"] == "all"]
    sections = []
    for by, heading in HEADINGS.items():
        rows = [
            (
                patron_name(scenario, row["patron"]),
                words(row["what"]),
                share(row["share"], row["se"], row["n"]),
                _count(row),
            )
            for row in rows_of_reasons(overall[overall["by"] == by])
        ]
        sections.append(Section(heading, ("patron", by, "share of its step-backs", "runs"), tuple(rows)))
    narrow = [
        (
            patron_name(scenario, row["patron"]),
            words(row["channel"]),
            words(row["what"]),
            share(row["share"], row["se"], row["n"]),
            _count(row),
        )
        for row in rows_of_reasons(table[table["channel"] != "all"])
    ]
    columns = ("patron", "channel", "reason", "share of those that start there", "runs")
    return [*sections, Section("Why, by the channel on which it starts", columns, tuple(narrow))]


def reason_notes(table: "DataFrame", scenario: "Scenario", runs: int) -> list[str]:
    """What a reader must know beside the reasons."""
    overall = table[(table["channel"] == "all") & (table["by"] == "channel")]
    counts = overall.groupby("patron", observed=True)["n"].first().to_dict()
    edge = overall_edge(table)
    lines = [
        definition(scenario),
        "The reason is the term that moved the choice most since the posture was chosen, if by 0.05 of utility or "
        "more; budget: the patron could no longer pay.",
        *([edge_line(edge, scenario)] if edge else []),
        "± is one Monte Carlo standard error; shares are of all step-backs of a patron, those on the edge too. The "
        "reason is that of the crossing.",
    ]
    asked = [name for name in scenario.patrons if name in set(table["patron"])]
    few = [f"{patron_name(scenario, name)} ({counts[name]})" for name in asked if counts[name] < FEW]
    if few:
        lines.append(f"Fewer than {FEW} step-backs, so shares are mostly noise: {', '.join(few)}.")
    return [*lines, f"{runs} runs."]


def overall_edge(table: "DataFrame") -> dict[str, tuple[float, float, float]]:
    """Share of each patron's step-backs that were held by little, its error, and their number."""
    found = table[(table["channel"] == "all") & (table["by"] == "reason") & (table["what"] == ON_THE_EDGE)]
    return {str(row["patron"]): (row["share"], row["se"], row["n"]) for row in rows_of_reasons(found)}


def patron_name(scenario: "Scenario", patron: str) -> str:
    """A patron's name for people."""
    return label(scenario, f"patrons.{patron}")


def _count(row: dict[str, Any]) -> str:
    """How many runs of how many."""
    return f"{row['count']} of {row['n']}"


def rows_of_reasons(table: "DataFrame") -> Sequence[dict[str, Any]]:
    """The rows of a table."""
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
