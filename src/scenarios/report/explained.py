"""How do explanations read? Reasons, what is left with a term frozen, nearest counterfactuals, as tables."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from scenarios.report.tables import Section, label, words
from scenarios.report.wording import NOTHING, difference, is_missing, places, share, verdict

if TYPE_CHECKING:
    from pandas import DataFrame

    from scenarios.scenario.scenario import Scenario

FEW = 30  # step-backs; fewer say little of shares
MEANING = {
    "chance": "chance: the held number of luck was drawn anew, and with the old one the patron would have stayed; "
    "nothing in the world moved it.",
    "joint": "joint: no single term, put back as it was when the level was chosen, would have kept the patron; several "
    "together moved it.",
}
HEADINGS = {
    "reason": "Why patrons step back",
    "driver": "The same in the words of the case codebook",
    "channel": "Channel on which it starts",
}
MOST_NUMBERS = 15


def reason_sections(table: "DataFrame", scenario: "Scenario") -> list[Section]:
    """Tables of the reasons.

    Parameters
    ----------
    table : DataFrame
        As `scenarios.explain` returns it.
    """
    overall = table[table["channel"] == "all"]
    sections = []
    for by, heading in HEADINGS.items():
        rows = [
            (_name(scenario, row["patron"]), words(row["what"]), share(row["share"], row["se"], row["n"]), _count(row))
            for row in _records(overall[overall["by"] == by])
        ]
        sections.append(Section(heading, ("patron", by, "share of its step-backs", "runs"), tuple(rows)))
    narrow = [
        (
            _name(scenario, row["patron"]),
            words(row["channel"]),
            words(row["what"]),
            share(row["share"], row["se"], row["n"]),
            _count(row),
        )
        for row in _records(table[table["channel"] != "all"])
    ]
    columns = ("patron", "channel", "reason", "share of those that start there", "runs")
    return [*sections, Section("Why, by the channel on which it starts", columns, tuple(narrow))]


def reason_notes(table: "DataFrame", scenario: "Scenario", runs: int) -> list[str]:
    """What a reader must know beside the reasons."""
    overall = table[(table["channel"] == "all") & (table["by"] == "channel")]
    counts = overall.groupby("patron", observed=True)["n"].first().to_dict()
    lines = [
        "The reason is the necessary term that moved the choice most: put back as it was when the level was chosen, "
        "all else as now, the patron would have stayed.",
        *[meaning for word, meaning in MEANING.items() if word in set(table["what"])],
        "± is one Monte Carlo standard error; shares of a patron sum to 1. The reason is that of the crossing.",
    ]
    asked = [name for name in scenario.patrons if name in set(table["patron"])]
    few = [f"{_name(scenario, name)} ({counts[name]})" for name in asked if counts[name] < FEW]
    if few:
        lines.append(f"Fewer than {FEW} step-backs, so shares are mostly noise: {', '.join(few)}.")
    return [*lines, f"{runs} runs."]


def frozen_sections(table: "DataFrame", scenario: "Scenario") -> list[Section]:
    """One table a patron and event: what is left, and what became of it."""
    columns = (
        "held as at the opening",
        "share left",
        "difference",
        "verdict",
        "prevented",
        "client gone",
        "merely delayed",
        f"median delay ({scenario.step}s)",
        "brought forward",
        "added",
        "unchanged",
    )
    sections = []
    for (patron, event), rows in table.groupby(["patron", "event"], sort=False):
        first = rows.iloc[0]
        heading = (
            f"{_name(scenario, str(patron))}, {words(str(event))}: {share(first['share'], first['se'], first['n'])} "
            f"with everything on (n = {first['n']:.0f})"
        )
        sections.append(Section(heading, columns, tuple(_frozen_row(row) for row in _records(rows))))
    return sections


def _frozen_row(row: dict[str, Any]) -> tuple[str, ...]:
    """One thing frozen, in words."""
    name = words(row["frozen"]) + (" (input)" if row["kind"] == "input" else "")
    delay = NOTHING if is_missing(row["delay"]) else f"{row['delay']:.0f}"
    parts = [_part(row, fate) for fate in ("prevented", "client_gone", "delayed")]
    others = [_part(row, fate) for fate in ("brought_forward", "added", "unchanged")]
    return (
        name,
        share(row["share_frozen"], row["share_frozen_se"], row["n"]),
        difference(row["difference"], row["difference_se"]),
        verdict(row["difference"], row["difference_se"]),
        *parts,
        delay,
        *others,
    )


def _part(row: dict[str, Any], fate: str) -> str:
    """A share of the runs, 0 where there is none."""
    value, se = row[fate], row[f"{fate}_se"]
    if is_missing(value):
        return NOTHING
    return "0" if value == 0.0 else f"{value:.{places(se)}f} ± {se:.{places(se)}f}"


FROZEN_NOTES = [
    "Each row is the same matched runs, same luck and numbers, with one term or input held as it was at the opening.",
    "All shares are of the runs at risk. Prevented: it happened, and does not in the twin, whose client outlives the "
    "date; client gone: it does not in the twin because its client is gone by then; merely delayed: in both, later by "
    "more than a step; added: only in the twin. What one term prevents another may prevent too: the rows do not sum.",
    "± is one Monte Carlo standard error; within error (1.96 of them) read a difference as none.",
]


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
        for row in _records(table.head(MOST_NUMBERS))
    ]
    columns = ("number", "drawn", "needed", "unit", "change (share of its range)", "holds further out")
    outcome = "" if table.empty else f": {outcome_words(scenario, table['outcome'].iloc[0])} would not have happened"
    return [Section(f"Smallest change of one number{outcome}", columns, tuple(rows))]


def nearest_notes(table: "DataFrame", scenario: "Scenario", of: str, run: int, n_tried: int) -> list[str]:
    """The answer in a sentence, and what it does not mean."""
    who = outcome_words(scenario, of)
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
        "All other numbers as drawn in that run, and the same luck. One run: a change can also tip the luck of a "
        "single week; `holds further out` is the share of values tried beyond it that do the same. See the average.",
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
        for row in _records(table.head(MOST_NUMBERS + 1))
    ]
    columns = (
        "number",
        "alone suffices",
        "is the nearest",
        "median change (10-90 %)",
        "direction",
        "holds further out",
    )
    outcome = "" if table.empty else f" ({outcome_words(scenario, table['outcome'].iloc[0])})"
    return [Section(f"One number that would have kept the patron in{outcome}", columns, tuple(rows))]


def average_notes(table: "DataFrame", n_tried: int) -> list[str]:
    """What a reader must know beside the averages."""
    n = int(table["n"].iloc[0]) if len(table) else 0
    if n == 0:
        return ["It happened in none of the runs, so there is nothing to undo."]
    none = 1.0 - float(table["suffices"].iloc[0])
    error = float(table["suffices_se"].iloc[0])
    return [
        f"Over {n} runs in which it happened, {n_tried} numbers tried in each. In {none:.2f} ± {error:.2f} of the "
        "runs no single number within its range would have kept the patron in.",
        "Changes are in shares of the number's range, all other numbers as drawn in the run, and the same luck.",
        *([f"Fewer than {FEW} runs: mostly noise."] if n < FEW else []),
    ]


def outcome_words(scenario: "Scenario", of: str) -> str:
    """An outcome as people say it: ``russia.step_back`` -> ``Russia's step back``."""
    from scenarios.report.sentences import possessive

    patron, _, event = of.partition(".")
    return f"{possessive(_name(scenario, patron))} {words(event)}"


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


def _name(scenario: "Scenario", patron: str) -> str:
    """A patron's name for people."""
    return label(scenario, f"patrons.{patron}")


def _count(row: dict[str, Any]) -> str:
    """How many runs of how many."""
    return f"{row['count']} of {row['n']}"


def _records(table: "DataFrame") -> Sequence[dict[str, Any]]:
    """The rows of a table."""
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
