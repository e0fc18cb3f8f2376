"""What is printed? Tables in words, each number with its error, and what stands beside every one of them."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from scenarios.vocabulary import Reason

if TYPE_CHECKING:
    from pandas import DataFrame, Series

    from scenarios.scenario.scenario import Scenario

ON_THE_EDGE = Reason.ON_THE_EDGE.word
NOTHING = "–"
Cells = dict[str, str | Callable[[Any], str]]  # column -> how a row is told in it


@dataclass(frozen=True)
class Section:
    """One table in words: a heading, columns, rows of text."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def told_section(heading: str, table: "DataFrame", cells: "Cells") -> Section:
    """A table in words, row by row: each column by a template, such as ``{luck:.3f}``, or by a function of the row."""
    rows = [
        tuple(cell.format_map(row) if isinstance(cell, str) else cell(row) for cell in cells.values())
        for row in table.to_dict("records")
    ]
    return Section(heading, tuple(cells), tuple(rows))


def cell(tell: Callable[..., str], *columns: str) -> Callable[[Any], str]:
    """How a row is told by some of its columns."""
    return lambda row: tell(*(row[column] for column in columns))


def told_share(row: Any) -> str:
    """A row's share of runs with its Monte Carlo error."""
    return share(row["share"], row["se"], row["n"])


def definition(scenario: "Scenario") -> str:
    """What a step back is."""
    return (
        "Step back: a net loss of a level or more over the material channels that lasts "
        f"{scenario.persistence_days:.0f} days, dated at its first."
    )


def notch_words(scenario: "Scenario") -> str:
    """What a notch is, where notches are counted."""
    return f"Notch: a level lost on one channel for {scenario.notch_days:.0f} days, whatever was gained on others."


def shares_on_the_edge(summary: "DataFrame") -> "dict[str, tuple[float, float, float]]":
    """Share of each patron's step-backs that were held by little, its error, and their number."""
    rows = {str(row["outcome"]): row for row in summary.to_dict("records")}
    ending = f".reason.{ON_THE_EDGE}"
    return {
        name.removesuffix(ending): (row["value"], row["se"], row["n"])
        for name, row in rows.items()
        if name.endswith(ending)
    }


def edge_line(on_the_edge: "Mapping[str, tuple[float, float, float]]", scenario: "Scenario") -> str:
    """How many step-backs have no reason of weight; empty if there were none."""
    said = [
        f"{label(scenario, f'patrons.{patron}')} {share(*found)}"
        for patron, found in on_the_edge.items()
        if found[2] > 0 and not is_missing(found[0])
    ]
    if not said:
        return ""
    return (
        "On the edge: no single term had moved the choice by 0.05 of utility, the level was held by little. Share of "
        f"step-backs: {', '.join(said)}. The reasons are those of the others."
    )


def numbers_line(scenario: "Scenario", manifest: Mapping[str, Any]) -> str:
    """Which numbers the runs drew from."""
    # imported here: both need numpy, and ``scenarios --help`` must not wait for it
    from scenarios.scenario.posterior import fitted_paths
    from scenarios.store.manifest import numbers_drawn

    drawn, total = len(scenario.uncertain), len(scenario.numbers)
    if drawn == 0:
        return f"Numbers: central values, all {total} held fixed; the runs differ by luck alone."
    kind = str(manifest.get("numbers") or numbers_drawn(scenario))  # results that were never saved do not say
    meaning = " (the raw ranges of the scenario file, not fitted to history)" if kind == "prior" else ""
    if kind == "posterior":
        taught = manifest.get("fitted", len(fitted_paths(scenario)))
        meaning = (
            f" ({taught} numbers as the history '{scenario.posterior}' has taught, the others from their raw ranges)"
        )
    return f"Numbers drawn from: {kind}{meaning}; {drawn} of {total} numbers drawn, the others fixed."


def runs_line(manifest: Mapping[str, Any]) -> str:
    """How many runs there are."""
    replications, points = manifest.get("replications", NOTHING), manifest.get("points")
    if manifest.get("interrupted") and "runs_done" in manifest:
        return f"{manifest['runs_done']} of {replications} runs"
    return f"{replications} runs" if points is None else f"{points} points x {replications} runs"


def size_words(counts: "Series[int]") -> str:
    """How many runs there are at each of some points: one number, or from which to which they range."""
    low, high = (int(counts.min()), int(counts.max())) if len(counts) else (0, 0)
    return f"{low}" if low == high else f"{low} to {high}"


def words(name: str) -> str:
    """A name of a table or file as people write it."""
    return name.replace("_", " ")


def label(scenario: "Scenario", name: str) -> str:
    """What people call an actor or channel: ``patrons.russia`` -> ``Russia``."""
    return scenario.labels.get(name) or words(name.split(".")[-1])


def horizon(scenario: "Scenario") -> date:
    """The date at which a scenario ends."""
    return scenario.start + timedelta(days=scenario.steps * scenario.step_days)


def day_words(day: date) -> str:
    """A date in a sentence.

    Examples
    --------
    >>> day_words(date(2026, 5, 1))
    '1 May 2026'
    """
    return f"{day.day} {day:%B %Y}"


def share(value: float, se: float, n: float, limit: float | None = None) -> str:
    """A share of n runs with its Monte Carlo error; where no run or every run did it, the limit, or else the bound.

    Examples
    --------
    >>> share(0.4121, 0.0049, 10_000)
    '0.412 ± 0.005'
    >>> share(0.0, math.nan, 10_000)
    '< 0.0003 (0 of 10000)'
    """
    if is_missing(value) or is_missing(n) or n <= 0:
        return NOTHING
    if value in (0.0, 1.0):
        return bound(value, int(n), limit)
    return f"{value:.{places(se)}f} ± {se:.{places(se)}f}"


def bound(value: float, n: int, limit: float | None = None) -> str:
    """What n runs say of a share when none of them or all of them did it: within 0.05^(1/n) of it (rule of three).

    References
    ----------
    J. A. Hanley and A. Lippman-Hand, If nothing goes wrong, is everything all right?, JAMA 249 (1983) 1743-1745.

    Examples
    --------
    >>> bound(1.0, 10_000)
    '> 0.9997 (10000 of 10000)'
    """
    if n <= 3:
        return f"{int(value * n)} of {n}"
    off = 1.0 - 0.05 ** (1.0 / n) if limit is None or is_missing(limit) else abs(value - limit)
    digits = max(2, math.ceil(-math.log10(off)))
    return f"< {off:.{digits}f} (0 of {n})" if value == 0.0 else f"> {1 - off:.{digits}f} ({n} of {n})"


def difference(value: float, se: float, high: float) -> str:
    """A difference of two shares over matched runs with its Monte Carlo error; `high` is missing for a single draw.

    Examples
    --------
    >>> difference(0.1034, 0.0061, 0.1154)
    '+0.103 ± 0.006'
    >>> difference(0.0, math.nan, 0.0003)
    '0 (no run differs)'
    """
    if is_missing(value) or is_missing(high):
        return NOTHING
    if is_missing(se):
        return "0 (no run differs)" if value == 0.0 else f"{value:+g} (every run differs)"
    return f"{value:+.{places(se)}f} ± {se:.{places(se)}f}"


def account(rows: str) -> str:
    """How verdicts allow for the number of rows.

    Examples
    --------
    >>> account("all 32 rows")[:42]
    'Verdicts account for all 32 rows (Holm): i'
    """
    chance = "luck would call a row changed in at most 5 % of cases"
    return f"Verdicts account for {rows} (Holm): if nothing differed, {chance}."


def verdict(text: Any) -> str:
    """A verdict of a table in a narrow column; NOTHING where there is none.

    Examples
    --------
    >>> verdict("within Monte Carlo error"), verdict("changed"), verdict(None)
    ('within error', 'changed', '–')
    """
    return text.replace("Monte Carlo ", "") if isinstance(text, str) else NOTHING


def plain(value: float) -> str:
    """A share without its error, for a column beside one that has it."""
    return NOTHING if is_missing(value) else f"{value:.3f}"


def places(se: float) -> int:
    """Decimal places at which a number with this standard error is honest."""
    if is_missing(se) or se <= 0.0:
        return 3
    return min(max(math.ceil(-math.log10(se)), 2), 7)


def pm(value: float, half: float) -> str:
    """A number with what follows the ±.

    Examples
    --------
    >>> pm(0.4121, 0.0049)
    '0.412 ± 0.005'
    """
    if is_missing(value):
        return NOTHING
    return f"{value:.3g}" if is_missing(half) else f"{value:.{places(half)}f} ± {half:.{places(half)}f}"


def is_missing(value: Any) -> bool:
    """Whether there is no number."""
    return value is None or math.isnan(float(value))
