"""How do the reasons of step-backs read? As tables in words; those that carry no weight in a sentence."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scenarios.outcomes.outcome import Outcome, outcome_named
from scenarios.report import answer, wording
from scenarios.scenario.scenario import Scenario

FEW = 30  # step-backs; fewer say little of shares
TOLD = 0.05  # of a test, adjusted for all numbers
MOST_LINES = 12
KIND_OF_REASONS = (
    "Reasons of the patrons' own moves in the runs in which {}: the term that moved each choice of a level most. "
    "--frozen tells what is left without a term."
)
HEADINGS = {  # of step-backs, and of the moves in something that was asked
    "reason": ("Why patrons step back", "Why they move"),
    "driver": ("The same in the words of the case codebook",) * 2,
    "channel": ("Channel on which it starts", "Channel that moves"),
}
Row = Mapping[Any, Any]
Said = tuple[list[wording.Section], list[str]]
MOST_NUMBERS = 15
SIGNS = "Signs that luck does not explain, the most telling first"
CELLS_OF_SIGNS: wording.Cells = {
    "sign": "{sign}",
    "seen in": "{share:.3f}",
    "chance with / without": "{chance_with:.3f} / {chance_without:.3f}",
    "odds if seen (95 %)": "x{ratio:.2f} ({ratio_low:.2f}-{ratio_high:.2f})",
    "odds if not": "x{absent_ratio:.2f} ({absent_low:.2f}-{absent_high:.2f})",
    "bits": "{bits:.4f}",
}
CELLS_OF_NEAREST: wording.Cells = {
    "number": "{path}",
    "drawn": "{drawn:.4g}",
    "needed": "{needed:.4g}",
    "unit": "{unit}",
    "change (share of its range)": "{change:+.3f}",
    "holds further out": "{beyond:.2f}",
}
LITTLE = 0.05  # bits; a sign that tells a fair coin tells 1


def reason_sections(table: pd.DataFrame, scenario: Scenario, is_of_moves: bool = False) -> list[wording.Section]:
    """Tables of the reasons, as `scenarios.explain` returns them."""
    table = table[table["what"] != wording.ON_THE_EDGE]
    overall, narrow = table[table["channel"] == "all"], table[table["channel"] != "all"]
    who: wording.Cells = {"patron": lambda row: patron_name(scenario, row["patron"])}

    def cells(by: str, part: str) -> wording.Cells:
        return {by: lambda row: wording.words(row["what"]), part: wording.told_share, "runs": "{count} of {n}"}

    part = f"share of its {'moves' if is_of_moves else 'step-backs'}"
    sections = [
        wording.told_section(headings[is_of_moves], overall[overall["by"] == by], who | cells(by, part))
        for by, headings in HEADINGS.items()
    ]
    who |= {"channel": lambda row: wording.words(row["channel"])}
    heading = "Why, by the channel on which it starts"
    return [*sections, wording.told_section(heading, narrow, who | cells("reason", "share of those that start there"))]


def reasons_said(table: pd.DataFrame, scenario: Scenario, runs: int, of: str | None) -> answer.Answer:
    """Reasons as an answer; of a question, said what kind of explanation they are."""
    title, sections = scenario.title, reason_sections(table, scenario, is_of_moves=of is not None)
    notes = reason_notes(table, scenario, runs)
    if of is not None:
        question = outcome_named(of, scenario).words
        title, notes = f"{title}: why it comes that {question}", [KIND_OF_REASONS.format(question), *notes[1:]]
    return answer.Answer(title, sections, notes, {"reasons": table})


def apart_said(table: pd.DataFrame, scenario: Scenario, of: str) -> answer.Answer:
    """What tells runs apart as an answer."""
    question, told = outcome_named(of, scenario).words, table[table["p"] < TOLD].head(MOST_LINES)
    cells: wording.Cells = {"number": "{path}", "median where it comes": "{with:.4g}", "where not": "{without:.4g}"}
    cells |= {"unit": "{unit}", "higher where it comes": "{higher:.3f}"}
    head = wording.told_section("Numbers that differ by more than luck, the most telling first", told, cells)
    n, n_told = int(table["n"].iloc[0]), int((table["p"] < TOLD).sum())
    notes = [
        f"It comes in {table['count'].iloc[0]:,} of {n:,} runs; {n_told} of {len(table)} numbers tell them apart (Mann "
        "and Whitney's test, adjusted for all by Holm). Higher: the chance that the number is higher in a run in which "
        "it comes than in one in which it does not; 0.5 tells nothing.",
        "No patron's own choice of a level is asked about, so there are no reasons: this is what goes together in the "
        "runs, not what causes it. --frozen holds a mechanism still, --nearest changes a number of one run, --signs "
        "tells which news foretells it.",
    ]
    return answer.Answer(f"{scenario.title}: what goes with it that {question}", [head], notes, {"numbers": table})


def reason_notes(table: pd.DataFrame, scenario: Scenario, runs: int) -> list[str]:
    """What a reader must know beside the reasons."""
    overall = table[(table["channel"] == "all") & (table["by"] == "channel")]
    counts = overall.groupby("patron", observed=True)["n"].first().to_dict()
    edge = overall_edge(table)
    lines = [
        wording.definition(scenario),
        "The reason is the term that moved the choice most since the posture was chosen, if by 0.05 of utility or "
        "more; budget: the patron could no longer pay.",
        *([wording.edge_line(edge, scenario)] if edge else []),
        "± is one Monte Carlo standard error; shares are of all step-backs of a patron, those on the edge too. The "
        "reason is that of the crossing.",
    ]
    asked = [name for name in scenario.patrons if name in set(table["patron"])]
    few = [f"{patron_name(scenario, name)} ({counts[name]})" for name in asked if counts[name] < FEW]
    if few:
        lines.append(f"Fewer than {FEW} step-backs, so shares are mostly noise: {', '.join(few)}.")
    return [*lines, f"{runs} runs."]


def overall_edge(table: pd.DataFrame) -> dict[str, tuple[float, float, float]]:
    """Share of each patron's step-backs that were held by little, its error, and their number."""
    found = table[(table["channel"] == "all") & (table["by"] == "reason") & (table["what"] == wording.ON_THE_EDGE)]
    return {str(row["patron"]): (row["share"], row["se"], row["n"]) for row in found.to_dict("records")}


def patron_name(scenario: Scenario, patron: str) -> str:
    """A patron's name for people."""
    return wording.label(scenario, f"patrons.{patron}")


def nearest_said(table: pd.DataFrame, outcome: Outcome, run: int, n_tried: int) -> Said:
    """The numbers that alone, or together, turn the answer of one run; the answer in a sentence, what it is not."""
    comes = not table.empty and bool(table["comes"].iloc[0])
    done = f"{'brought about' if comes else 'undone'} that {outcome.words}"
    what = done if len(table) else f"turned {outcome.text} round"
    alone, together = table[table["needed"].notna()], table[table["together"].notna()]
    head = f"Smallest change of one number: then {outcome.words if comes else negated_words(outcome)}"
    if alone.empty:
        found = f"None: no single number of {n_tried}, moved anywhere in its range, would have {what} in run {run}."
    else:
        best = alone.iloc[0]
        way = "higher" if best["change"] > 0 else "lower"
        found = (
            f"Nearest: {best['path']} at {best['needed']:.4g} instead of {best['drawn']:.4g}, "
            f"{abs(best['change']):.3f} of its range {way}. {len(alone)} of {n_tried} numbers would do it alone."
        )
    moved = [f"{row['path']} at {row['together']:.4g}" for row in together.to_dict("records")]
    said = [
        found,
        *([f"Together, with a smaller change: {', '.join(moved)}."] if moved and len(alone) else []),
        *([f"Two together do it: {', '.join(moved)}."] if moved and alone.empty else []),
        "Set from the first step on (--set): the opening, all other numbers and the luck stay as they were in that "
        "run. One run: a change can also tip the luck of a single week; `holds further out` is the share of values "
        "tried beyond it that do the same. See the average.",
    ]
    shown = wording.told_section(head, alone.head(MOST_NUMBERS), CELLS_OF_NEAREST)
    return [shown] if shown.rows else [], said


def average_said(table: pd.DataFrame, outcome: Outcome, n_tried: int) -> Said:
    """The numbers that most often would have undone something, and what a reader must know beside them."""
    n = int(table["n"].iloc[0]) if len(table) else 0
    if n == 0:
        return [], ["It happened in none of the runs, so there is nothing to undo."]
    cells: wording.Cells = {
        "number": "{path}",
        "alone suffices": lambda row: wording.share(row["suffices"], row["suffices_se"], row["n"]),
        "is the nearest": lambda row: wording.share(row["nearest"], row["nearest_se"], row["n"]),
        "median change (10-90 %)": _median_change,
        "direction": lambda row: _way(row["up"]),
        "holds further out": lambda row: (
            wording.NOTHING if wording.is_missing(row["beyond"]) else f"{row['beyond']:.2f}"
        ),
    }
    heading = f"One number with which {negated_words(outcome)}"
    none, error = 1.0 - float(table["suffices"].iloc[0]), float(table["suffices_se"].iloc[0])
    said = [
        f"Over {n} runs in which it happened, {n_tried} numbers tried in each. No single number within its "
        f"range would have undone it: {wording.share(none, error, n)} of the runs.",
        "Changes act from the first step on (--set), in shares of the number's range; the opening, all other numbers "
        "and the luck stay as they were in the run.",
        *([f"Fewer than {FEW} runs: mostly noise."] if n < FEW else []),
    ]
    return [wording.told_section(heading, table.head(MOST_NUMBERS + 1), cells)], said


def negated_words(outcome: Outcome) -> str:
    """That it does not come, for people."""
    return outcome_named(f"not ({outcome.text})", outcome.scenario).words


def _median_change(row: Row) -> str:
    """Median size of a change with its error and span."""
    if wording.is_missing(row["change"]):
        return wording.NOTHING
    error = "" if wording.is_missing(row["change_se"]) else f" ± {row['change_se']:.2f}"
    return f"{row['change']:.2f}{error} ({row['q10']:.2f}-{row['q90']:.2f})"


def _way(up: float) -> str:
    """Whether a number had to rise or fall."""
    if wording.is_missing(up):
        return wording.NOTHING
    return "up" if up >= 0.9 else "down" if up <= 0.1 else f"up in {up:.2f}"


def nearest_of_all(found: list[tuple[pd.DataFrame, Said]]) -> answer.Answer:
    """The tables of all that was turned round, and what is said of each, as one answer."""
    tables = [table for table, _ in found]
    whole = pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True)
    sections = [section for _, (shown, _) in found for section in shown]
    return answer.Answer("", sections, [line for _, (_, said) in found for line in said], {"nearest": whole})


def frozen_sections(table: pd.DataFrame, scenario: Scenario) -> list[wording.Section]:
    """One table a patron and event: what is left, and what became of it."""
    sections, delayed = [], f"merely delayed (median {scenario.step}s)"
    cells: wording.Cells = {
        "held as at the opening": lambda row: (
            wording.words(row["frozen"]) + (" (input)" if row["kind"] == "input" else "")
        ),
        "share left": lambda row: wording.share(row["share_frozen"], row["share_frozen_se"], row["n"]),
        "difference": lambda row: wording.difference(row["difference"], row["difference_se"], row["difference_high"]),
        "verdict": lambda row: wording.verdict(row["verdict"]),
        "prevented": lambda row: _part(row, "prevented"),
        "client gone": lambda row: _part(row, "client_gone"),
        delayed: lambda row: _part(row, "delayed") + _delay(row),
        "brought forward": lambda row: _part(row, "brought_forward"),
        "added": lambda row: _part(row, "added"),
    }
    for (patron, event), rows in table.groupby(["patron", "event"], sort=False):
        what = f"{patron_name(scenario, str(patron))}, {wording.words(str(event))}" if patron else str(event)
        before = wording.told_share(rows.iloc[0])
        heading = f"{what}: {before} with everything on (n = {rows['n'].iloc[0]:.0f})"
        sections.append(without_empty(wording.told_section(heading, rows, cells)))
    return sections


def without_empty(section: wording.Section) -> wording.Section:
    """A table without the columns in which every cell is 0: they would only make it too wide to read."""
    kept = [i for i in range(len(section.columns)) if not section.rows or any(row[i] != "0" for row in section.rows)]
    rows = tuple(tuple(row[i] for i in kept) for row in section.rows)
    return wording.Section(section.heading, tuple(section.columns[i] for i in kept), rows)


def _delay(row: Row) -> str:
    """By how much what is merely delayed comes later, in brackets; nothing where nothing is."""
    error = "" if wording.is_missing(row["delay_se"]) else f" ± {row['delay_se']:.0f}"
    return "" if wording.is_missing(row["delay"]) else f" ({row['delay']:.0f}{error})"


def _part(row: Row, fate: str) -> str:
    """A share of the runs, 0 where there is none."""
    value, se = row[fate], row[f"{fate}_se"]
    is_bare = wording.is_missing(se) and not wording.is_missing(value)
    return f"{value:g}" if is_bare else wording.pm(value, se)


FROZEN_NOTES = [
    "Each row is the same matched runs, same luck and numbers, with one term or input held as it was at the opening.",
    "All shares are of the runs at risk. Prevented: it happened, and does not in the twin, whose client outlives the "
    "date by four weeks; client gone: it does not in the twin because its client is gone by then; merely delayed: in "
    "both, later by more than a step; added: only in the twin. What one term prevents another may prevent too: the "
    "rows do not sum. 0, or no column: in none of the n runs, so below 3/n at 95 %. --format csv has the rest of the "
    "runs and every error.",
    f"± is one Monte Carlo standard error. {wording.account('all rows of the answer')}",
]


def signs_answer(table: pd.DataFrame, scenario: Scenario, of: str, by: str) -> answer.Answer:
    """The signs as an answer, its one table one row a sign, and how far they carry."""
    asked, told = outcome_named(of, scenario).words, table[table["p"] < TOLD]
    n, best = int(table["n"].iloc[0]) if len(table) else 0, told["bits"].max()
    told_little = f"Even the best tells {best:.4f} bits: no single piece of news by {by} tells much of whether {asked}."
    notes = [
        f"{len(told)} of {len(table)} signs tell more than luck would (Fisher's exact test, adjusted for all by Holm). "
        f"Counted: {n:,} runs in which it is still open on {by} and the client is there.",
        *([told_little] if best < LITTLE else []),
        "Signs overlap: do not multiply the odds of several. A sign foretells; it need not be a cause.",
    ]
    shown = wording.told_section(SIGNS, told.head(MOST_LINES), CELLS_OF_SIGNS)
    title = f"{scenario.title}: which news by {by} tells whether {asked}?"
    return answer.Answer(title, [shown], notes, {"signs": table})
