"""How do nearest counterfactuals read? For one run and on average, with `none` said in words."""

from typing import TYPE_CHECKING, Any

from scenarios.outcomes.outcome import Outcome, outcome_named
from scenarios.questions.explanation.words import FEW, rows_of_reasons
from scenarios.report.tables import NOTHING, Section, is_missing, share

if TYPE_CHECKING:
    from pandas import DataFrame

Said = tuple[list[Section], list[str]]
MOST_NUMBERS = 15


def nearest_said(table: "DataFrame", outcome: Outcome, run: int, n_tried: int) -> Said:
    """The numbers that alone, or together, turn the answer of one run; the answer in a sentence, what it is not."""
    comes = not table.empty and bool(table["comes"].iloc[0])
    what = _turned(outcome, comes) if len(table) else f"turned {outcome.text} round"
    alone, together = table[table["needed"].notna()], table[table["together"].notna()]
    rows = tuple(
        (
            row["path"],
            f"{row['drawn']:.4g}",
            f"{row['needed']:.4g}",
            row["unit"],
            f"{row['change']:+.3f}",
            f"{row['beyond']:.2f}",
        )
        for row in rows_of_reasons(alone.head(MOST_NUMBERS))
    )
    columns = ("number", "drawn", "needed", "unit", "change (share of its range)", "holds further out")
    head = f"Smallest change of one number: then {outcome.words if comes else negated_words(outcome)}"
    if alone.empty:
        answer = f"None: no single number of {n_tried}, moved anywhere in its range, would have {what} in run {run}."
    else:
        best = alone.iloc[0]
        way = "higher" if best["change"] > 0 else "lower"
        answer = (
            f"Nearest: {best['path']} at {best['needed']:.4g} instead of {best['drawn']:.4g}, "
            f"{abs(best['change']):.3f} of its range {way}. {len(alone)} of {n_tried} numbers would do it alone."
        )
    moved = [f"{row['path']} at {row['together']:.4g}" for row in rows_of_reasons(together)]
    said = [
        answer,
        *([f"Together, with a smaller change: {', '.join(moved)}."] if moved and len(alone) else []),
        *([f"Two together do it: {', '.join(moved)}."] if moved and alone.empty else []),
        "Set from the first step on (--set): the opening, all other numbers and the luck stay as they were in that "
        "run. One run: a change can also tip the luck of a single week; `holds further out` is the share of values "
        "tried beyond it that do the same. See the average.",
    ]
    return [Section(head, columns, rows)] if rows else [], said


def average_sections(table: "DataFrame", outcome: Outcome) -> list[Section]:
    """The numbers that most often would have undone something."""
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
    return [Section(f"One number with which {negated_words(outcome)}", columns, tuple(rows))]


def average_notes(table: "DataFrame", n_tried: int) -> list[str]:
    """What a reader must know beside the averages."""
    n = int(table["n"].iloc[0]) if len(table) else 0
    if n == 0:
        return ["It happened in none of the runs, so there is nothing to undo."]
    none = 1.0 - float(table["suffices"].iloc[0])
    unreached = share(none, float(table["suffices_se"].iloc[0]), n)
    return [
        f"Over {n} runs in which it happened, {n_tried} numbers tried in each. No single number within its "
        f"range would have undone it: {unreached} of the runs.",
        "Changes act from the first step on (--set), in shares of the number's range; the opening, all other numbers "
        "and the luck stay as they were in the run.",
        *([f"Fewer than {FEW} runs: mostly noise."] if n < FEW else []),
    ]


def negated_words(outcome: Outcome) -> str:
    """That it does not come, for people."""
    return outcome_named(f"not ({outcome.text})", outcome.scenario).words


def _turned(outcome: Outcome, comes: bool) -> str:
    """What a change does: ``brought about that ...``."""
    return f"{'brought about' if comes else 'undone'} that {outcome.words}"


def _size(row: dict[str, Any]) -> str:
    """Median size of a change with its error and span."""
    if is_missing(row["change"]):
        return NOTHING
    error = "" if is_missing(row["change_se"]) else f" ± {row['change_se']:.2f}"
    return f"{row['change']:.2f}{error} ({row['q10']:.2f}-{row['q90']:.2f})"


def _way(up: float) -> str:
    """Whether a number had to rise or fall."""
    if is_missing(up):
        return NOTHING
    return "up" if up >= 0.9 else "down" if up <= 0.1 else f"up in {up:.2f}"
