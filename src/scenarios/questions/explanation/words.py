"""How do the reasons of step-backs read? As tables in words; those that carry no weight in a sentence."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scenarios.outcomes.outcome import outcome_named
from scenarios.report.answer import Answer
from scenarios.report.tables import ON_THE_EDGE, Section, definition, edge_line, label, share, words

if TYPE_CHECKING:
    from pandas import DataFrame

    from scenarios.scenario.scenario import Scenario

FEW = 30  # step-backs; fewer say little of shares
TOLD = 0.05  # of a test, adjusted for all numbers
MOST_LINES = 12
KIND_OF_REASONS = (
    "Reasons of the patrons' own moves in the runs in which {}: the term that moved each choice of a level most. "
    "--frozen tells what is left without a term."
)
OF_MOVES = {"Why patrons step back": "Why they move", "Channel on which it starts": "Channel that moves"}
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


def reasons_said(table: "DataFrame", scenario: "Scenario", runs: int, of: str | None) -> Answer:
    """Reasons as an answer; of a question, said what kind of explanation they are."""
    title, sections, notes = scenario.title, reason_sections(table, scenario), reason_notes(table, scenario, runs)
    if of is not None:
        question = outcome_named(of, scenario).words
        title = f"{title}: why it comes that {question}"
        sections = [
            replace(
                section,
                heading=OF_MOVES.get(section.heading, section.heading),
                columns=tuple(name.replace("its step-backs", "its moves") for name in section.columns),
            )
            for section in sections
        ]
        notes = [KIND_OF_REASONS.format(question), *notes[1:]]
    return Answer(title, sections, notes, {"reasons": table})


def apart_said(table: "DataFrame", scenario: "Scenario", of: str) -> Answer:
    """What tells runs apart as an answer."""
    question, told = outcome_named(of, scenario).words, table[table["p"] < TOLD].head(MOST_LINES)
    rows = tuple(
        (row["path"], f"{row['with']:.4g}", f"{row['without']:.4g}", row["unit"], f"{row['higher']:.3f}")
        for row in rows_of_reasons(told)
    )
    columns = ("number", "median where it comes", "where not", "unit", "higher where it comes")
    head = Section("Numbers that differ by more than luck, the most telling first", columns, rows)
    n, n_told = int(table["n"].iloc[0]), int((table["p"] < TOLD).sum())
    notes = [
        f"It comes in {table['count'].iloc[0]:,} of {n:,} runs; {n_told} of {len(table)} numbers tell them apart (Mann "
        "and Whitney's test, adjusted for all by Holm). Higher: the chance that the number is higher in a run in which "
        "it comes than in one in which it does not; 0.5 tells nothing.",
        "No patron's own choice of a level is asked about, so there are no reasons: this is what goes together in the "
        "runs, not what causes it. --frozen holds a mechanism still, --nearest changes a number of one run, --signs "
        "tells which news foretells it.",
    ]
    return Answer(f"{scenario.title}: what goes with it that {question}", [head], notes, {"numbers": table})


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
