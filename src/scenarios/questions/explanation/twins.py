"""How does it read what is left of an event when a term or input is frozen? One table a patron and event."""

from typing import TYPE_CHECKING, Any

from scenarios.questions.explanation.words import patron_name, rows_of_reasons
from scenarios.report.tables import NOTHING, Section, account, difference, is_missing, places, share, verdict, words

if TYPE_CHECKING:
    from pandas import DataFrame

    from scenarios.scenario.scenario import Scenario


def frozen_sections(table: "DataFrame", scenario: "Scenario") -> list[Section]:
    """One table a patron and event: what is left, and what became of it."""
    columns = (
        "held as at the opening",
        "share left",
        "difference",
        "verdict",
        "prevented",
        "client gone",
        f"merely delayed (median {scenario.step}s)",
        "brought forward",
        "added",
    )
    sections = []
    for (patron, event), rows in table.groupby(["patron", "event"], sort=False):
        first = rows.iloc[0]
        what = f"{patron_name(scenario, str(patron))}, {words(str(event))}" if patron else str(event)
        heading = f"{what}: {share(first['share'], first['se'], first['n'])} with everything on (n = {first['n']:.0f})"
        cells = tuple(_frozen_row(row) for row in rows_of_reasons(rows))
        sections.append(without_empty(Section(heading, columns, cells)))
    return sections


def without_empty(section: Section) -> Section:
    """A table without the columns in which every cell is 0: they would only make it too wide to read."""
    kept = [i for i in range(len(section.columns)) if not section.rows or any(row[i] != "0" for row in section.rows)]
    rows = tuple(tuple(row[i] for i in kept) for row in section.rows)
    return Section(section.heading, tuple(section.columns[i] for i in kept), rows)


def _frozen_row(row: dict[str, Any]) -> tuple[str, ...]:
    """One thing frozen, in words."""
    name = words(row["frozen"]) + (" (input)" if row["kind"] == "input" else "")
    error = "" if is_missing(row["delay_se"]) else f" ± {row['delay_se']:.0f}"
    delay = "" if is_missing(row["delay"]) else f" ({row['delay']:.0f}{error})"
    return (
        name,
        share(row["share_frozen"], row["share_frozen_se"], row["n"]),
        difference(row["difference"], row["difference_se"], row["difference_high"]),
        verdict(row["verdict"]),
        _part(row, "prevented"),
        _part(row, "client_gone"),
        _part(row, "delayed") + delay,
        _part(row, "brought_forward"),
        _part(row, "added"),
    )


def _part(row: dict[str, Any], fate: str) -> str:
    """A share of the runs, 0 where there is none."""
    value, se = row[fate], row[f"{fate}_se"]
    if is_missing(value):
        return NOTHING
    return f"{value:g}" if is_missing(se) else f"{value:.{places(se)}f} ± {se:.{places(se)}f}"


FROZEN_NOTES = [
    "Each row is the same matched runs, same luck and numbers, with one term or input held as it was at the opening.",
    "All shares are of the runs at risk. Prevented: it happened, and does not in the twin, whose client outlives the "
    "date by four weeks; client gone: it does not in the twin because its client is gone by then; merely delayed: in "
    "both, later by more than a step; added: only in the twin. What one term prevents another may prevent too: the "
    "rows do not sum. 0, or no column: in none of the n runs, so below 3/n at 95 %. --format csv has the rest of the "
    "runs and every error.",
    f"± is one Monte Carlo standard error. {account('all rows of the answer')}",
]
