"""What is said of early signs? The most telling ones in a table, and how far they carry."""

from typing import TYPE_CHECKING

from scenarios.outcomes.outcome import outcome_named
from scenarios.report.answer import Answer
from scenarios.report.tables import Section

if TYPE_CHECKING:
    from pandas import DataFrame

    from scenarios.scenario.scenario import Scenario

MOST_LINES = 12
TOLD = 0.05  # of the test, adjusted for all signs
LITTLE = 0.05  # bits; a sign that tells a fair coin tells 1


def signs_answer(table: "DataFrame", scenario: "Scenario", of: str, by: str) -> Answer:
    """The signs as an answer; its one table is one row a sign."""
    words = outcome_named(of, scenario).words
    title = f"{scenario.title}: which news by {by} tells whether {words}?"
    return Answer(title, [_section(table)], _notes(table, words, by), {"signs": table})


def _section(table: "DataFrame") -> Section:
    """One line a sign, the most telling first."""
    rows = [
        (
            str(row["sign"]),
            f"{row['share']:.3f}",
            f"{row['chance_with']:.3f} / {row['chance_without']:.3f}",
            f"x{row['ratio']:.2f} ({row['ratio_low']:.2f}-{row['ratio_high']:.2f})",
            f"x{row['absent_ratio']:.2f} ({row['absent_low']:.2f}-{row['absent_high']:.2f})",
            f"{row['bits']:.4f}",
        )
        for row in table[table["p"] < TOLD].head(MOST_LINES).to_dict("records")
    ]
    columns = ("sign", "seen in", "chance with / without", "odds if seen (95 %)", "odds if not", "bits")
    return Section("Signs that luck does not explain, the most telling first", columns, tuple(rows))


def _notes(table: "DataFrame", words: str, by: str) -> list[str]:
    """How far the signs carry."""
    told = table[table["p"] < TOLD]
    n = int(table["n"].iloc[0]) if len(table) else 0
    said = [
        f"{len(told)} of {len(table)} signs tell more than luck would (Fisher's exact test, adjusted for all by Holm). "
        f"Counted: {n:,} runs in which it is still open on {by} and the client is there."
    ]
    if len(told) and told["bits"].iloc[0] < LITTLE:
        said.append(
            f"Even the best tells {told['bits'].iloc[0]:.4f} bits: no single piece of news by {by} tells much of "
            f"whether {words}."
        )
    return [*said, "Signs overlap: do not multiply the odds of several. A sign foretells; it need not be a cause."]
