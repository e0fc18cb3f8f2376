"""What was observed, with its uncertainty? Postures, yearly quantities, dated acts, thresholds and claims, as data.

The files in `observations/` were coded from the evidence before any calibration. Nothing here knows the model; the rule
by which a quantity becomes a share of a patron's own peak is `coded_shares` (docs/reference/observations.md).
"""

import csv
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path as File
from typing import Any, TypeVar

FOLDER = File(__file__).parent / "observations"
TOP_LEVEL = 3
WINDOW = 1  # years on either side over which lumpy quantities are spread
LUMPY = ("arms_delivered", "official_finance")  # contracts and loans come in lumps, what they feed runs on
FLOWS = ("oil_bought",)
Row = TypeVar("Row")


@dataclass(frozen=True)
class CodedPosture:
    """A level of support at a date, by two coders."""

    date: date
    patron: str
    channel: str
    level: int  # what the first coder said [level]
    second_coder: int  # and the second
    low: int  # union of what both held possible [level]
    high: int
    unit: str
    source: str
    quality: str
    basis: str


@dataclass(frozen=True)
class Quantity:
    """A quantity of one year, or of several years together, in `unit`."""

    series: str
    patron: str
    channel: str
    first_year: int
    last_year: int
    value: float
    low: float
    high: float
    unit: str
    source: str
    quality: str
    note: str


@dataclass(frozen=True)
class Act:
    """A dated act or its measured consequence, with the standing rung at the time."""

    id: str
    date: date
    kind: str  # force, exit, trough, recovery, stay, fall, request, words, level, none
    patron: str
    channel: str
    value: float
    low: float
    high: float
    unit: str
    rung: int
    source: str
    quality: str
    note: str


@dataclass(frozen=True)
class Pattern:
    """A pattern that the model must reproduce; its threshold was set before any calibration."""

    id: str
    what: str
    statistic: str
    observed: float  # NaN for a counterfactual, which nobody observes
    direction: str  # at least, at most, above, or within: from `threshold` to `threshold_high`
    threshold: float
    threshold_high: float
    basis: str

    def holds(self, simulated: float) -> bool:
        """Whether a simulated statistic meets the threshold."""
        if self.direction == "within":
            return self.threshold <= simulated <= self.threshold_high
        if self.direction == "above":
            return simulated > self.threshold
        return simulated >= self.threshold if self.direction == "at least" else simulated <= self.threshold


@dataclass(frozen=True)
class Claim:
    """A claim of the article, the mechanism that it implies, and the verdict in the evidence."""

    id: str
    claim: str
    switch: str  # what freezing would test it: freeze=INPUT or term=TERM, parted by spaces; none if nothing would
    observable: str
    scenario: str  # of the library, in which it is tested; empty if it is not an input of the model
    verdict: str
    note: str


@dataclass(frozen=True)
class Share:
    """A year's quantity over the patron's own peak, with its uncertainty [share]."""

    series: str
    patron: str
    channel: str
    year: int
    value: float
    low: float
    high: float
    quality: str


@cache
def rows_in(name: str, kind: type[Row]) -> tuple[Row, ...]:
    """The rows of a file of observations; an empty number is NaN."""
    special: dict[Any, Any] = {date: date.fromisoformat, float: lambda text: float(text or "nan")}
    read = {field.name: special.get(field.type, field.type) for field in fields(kind)}  # type: ignore[arg-type]
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            kind(**{column: read[column](text) for column, text in row.items()}) for row in csv.DictReader(file)
        )


def postures() -> tuple[CodedPosture, ...]:
    """Levels by patron and channel at five dates, both coders."""
    return rows_in("postures", CodedPosture)


def quantities() -> tuple[Quantity, ...]:
    """Yearly quantities between those dates."""
    return rows_in("series", Quantity)


def acts() -> tuple[Act, ...]:
    """Dated acts: shows of force, exits and recoveries, requests, words."""
    return rows_in("acts", Act)


def patterns() -> tuple[Pattern, ...]:
    """The patterns P0 to P11 with their thresholds."""
    return rows_in("patterns", Pattern)


def article_claims() -> tuple[Claim, ...]:
    """The claims of the article."""
    return rows_in("article_claims", Claim)


def yearly(series: str, patron: str) -> dict[int, Quantity]:
    """The rows of a series that stand for one year each."""
    rows = [row for row in quantities() if (row.series, row.patron) == (series, patron)]
    return {row.first_year: row for row in rows if row.first_year == row.last_year}


def spread_of_codes(values: dict[int, float]) -> dict[int, float]:
    """Each year's mean with the years beside it, as far as they are known.

    Examples
    --------
    >>> spread_of_codes({2006: 3.0, 2007: 0.0, 2008: 3.0})
    {2006: 1.5, 2007: 2.0, 2008: 1.5}
    """
    found = {}
    for year in values:
        near = [values[other] for other in range(year - WINDOW, year + WINDOW + 1) if other in values]
        found[year] = sum(near) / len(near)
    return found


def shares_coded(series: str, patron: str) -> list[Share]:
    """A series over the patron's own peak: the best three-year mean of what comes in lumps, the best year of a flow."""
    rows = yearly(series, patron)
    is_lumpy = series in LUMPY
    own = {year: row.value for year, row in rows.items()}
    smooth = spread_of_codes(own) if is_lumpy else own
    full = [year for year in smooth if not is_lumpy or {year - WINDOW, year + WINDOW} <= set(own)]
    peak = max(smooth[year] for year in full)
    found = []
    for year, row in rows.items():
        low, high = min(row.low, smooth[year]), max(row.high, smooth[year])
        value, least, most = (min(1.0, end / peak) for end in (smooth[year], low, high))
        found.append(Share(series, patron, row.channel, year, value, least, most, row.quality))
    return found


@cache
def coded_shares() -> tuple[Share, ...]:
    """All series that have a peak to be measured by, over that peak."""
    pairs = sorted({(row.series, row.patron) for row in quantities() if row.series in (*LUMPY, *FLOWS)})
    return tuple(share for series, patron in pairs for share in shares_coded(series, patron))
