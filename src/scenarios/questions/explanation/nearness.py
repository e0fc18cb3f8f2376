"""How do nearest counterfactuals read? For one run and on average, with `none` said in words."""

from typing import TYPE_CHECKING, Any

from scenarios.questions.explanation.event_sentences import possessive
from scenarios.questions.explanation.words import FEW, patron_name, rows_of_reasons
from scenarios.report.tables import Section, words
from scenarios.report.wording import NOTHING, is_missing, share

if TYPE_CHECKING:
    from pandas import DataFrame

    from scenarios.scenario.scenario import Scenario

MOST_NUMBERS = 15


def nearest_sections(table: "DataFrame", scenario: "Scenario") -> list[Section]:
    """The numbers that alone would have kept a patron in, in one run."""
    rows = [
        (
            row["path"],
            f"{row['drawn']:.4g}",
            f"{row['needed']:.4g}",
            row["unit"],
            f"{row['change']:+.3f}",
            f"{row['beyond']:.2f}",
        )
        for row in rows_of_reasons(table.head(MOST_NUMBERS))
    ]
    columns = ("number", "drawn", "needed", "unit", "change (share of its range)", "holds further out")
    outcome = "" if table.empty else f": {_outcome_words(scenario, table['outcome'].iloc[0])} would not have happened"
    return [Section(f"Smallest change of one number{outcome}", columns, tuple(rows))]


def nearest_notes(table: "DataFrame", scenario: "Scenario", of: str, run: int, n_tried: int) -> list[str]:
    """The answer in a sentence, and what it does not mean."""
    who = _outcome_words(scenario, of)
    if table.empty:
        answer = (
            f"None: no single number of {n_tried}, moved anywhere in its range, would have undone {who} in run {run}."
        )
    else:
        best = table.iloc[0]
        way = "higher" if best["change"] > 0 else "lower"
        answer = (
            f"Nearest: {best['path']} at {best['needed']:.4g} instead of {best['drawn']:.4g}, "
            f"{abs(best['change']):.3f} of its range {way}. {len(table)} of {n_tried} numbers would do it alone."
        )
    return [
        answer,
        "Set from the first step on (--set): the opening, all other numbers and the luck stay as they were in that "
        "run. One run: a change can also tip the luck of a single week; `holds further out` is the share of values "
        "tried beyond it that do the same. See the average.",
    ]


def average_sections(table: "DataFrame", scenario: "Scenario") -> list[Section]:
    """The numbers that most often would have kept a patron in."""
    rows = [
        (
            row["path"],
            share(row["suffices"], row["suffices_se"], row["n"]),
            share(row["nearest"], row["nearest_se"], row["n"]),
            _size(row),
            _way(row["up"]),
            NOTHING if is_missing(row["beyond"]) else f"{row['beyond']:.2f}",
        )
        for row in rows_of_reasons(table.head(MOST_NUMBERS + 1))
    ]
    columns = (
        "number",
        "alone suffices",
        "is the nearest",
        "median change (10-90 %)",
        "direction",
        "holds further out",
    )
    outcome = "" if table.empty else f" ({_outcome_words(scenario, table['outcome'].iloc[0])})"
    return [Section(f"One number that would have kept the patron in{outcome}", columns, tuple(rows))]


def average_notes(table: "DataFrame", n_tried: int) -> list[str]:
    """What a reader must know beside the averages."""
    n = int(table["n"].iloc[0]) if len(table) else 0
    if n == 0:
        return ["It happened in none of the runs, so there is nothing to undo."]
    none = 1.0 - float(table["suffices"].iloc[0])
    unreached = share(none, float(table["suffices_se"].iloc[0]), n)
    return [
        f"Over {n} runs in which it happened, {n_tried} numbers tried in each. No single number within its "
        f"range would have kept the patron in: {unreached} of the runs.",
        "Changes act from the first step on (--set), in shares of the number's range; the opening, all other numbers "
        "and the luck stay as they were in the run.",
        *([f"Fewer than {FEW} runs: mostly noise."] if n < FEW else []),
    ]


def _outcome_words(scenario: "Scenario", of: str) -> str:
    """An outcome as people say it: ``russia.step_back`` -> ``Russia's step back``."""
    patron, _, event = of.partition(".")
    return f"{possessive(patron_name(scenario, patron))} {words(event)}"


def _size(row: dict[str, Any]) -> str:
    """Median size of a change with its error and span."""
    if is_missing(row["change"]):
        return NOTHING
    return f"{row['change']:.2f} ± {row['change_se']:.2f} ({row['q10']:.2f}-{row['q90']:.2f})"


def _way(up: float) -> str:
    """Whether a number had to rise or fall."""
    if is_missing(up):
        return NOTHING
    return "up" if up >= 0.9 else "down" if up <= 0.1 else f"up in {up:.2f}"
