"""Writes the tables of docs/reference/observations.md and history.md from the data files.

Run it: python docs/reference/make_observations.py
"""

import csv
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from scenarios.history import observations as seen
from scenarios.scenario.load import LIBRARY

HERE = Path(__file__).parent
MARK = "<!-- tables -->\n"
Rows = Iterable[Iterable[object]]


def short(value: object) -> str:
    """A cell as people read it; nothing for what nobody observed."""
    if isinstance(value, float):
        return "" if value != value else f"{value:g}"
    return str(value).replace("|", "/")


def table(head: str, rows: Rows) -> list[str]:
    """A markdown table; `head` holds the columns, parted by commas."""
    columns = head.split(",")
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    return [*lines, *["| " + " | ".join(short(cell) for cell in row) + " |" for row in rows], ""]


def posture_rows() -> Rows:
    """One row a patron and channel, one column a date: both coders' levels, low-high."""
    cells = sorted(seen.postures(), key=lambda row: (row.patron, row.channel, row.date))
    for (patron, channel), rows in groupby(cells, key=lambda row: (row.patron, row.channel)):
        yield [patron, channel, *[f"{r.level}, {r.second_coder} ({r.low}-{r.high})" for r in rows]]


def share_rows() -> Rows:
    """One row a year: the share of each series, low-high."""
    shares = {(share.year, f"{share.patron} {share.series}"): share for share in seen.coded_shares()}
    names = sorted({name for _, name in shares})
    for year in sorted({year for year, _ in shares}):
        found = [shares.get((year, name)) for name in names]
        yield [year, *[f"{s.value:.2f} ({s.low:.2f}-{s.high:.2f})" if s else "" for s in found]]


def observation_tables() -> str:
    """The tables of observations.md."""
    dates = ",".join(sorted({str(row.date) for row in seen.postures()}))
    series = ",".join(sorted({f"{share.patron} {share.series}".replace("_", " ") for share in seen.coded_shares()}))
    lines = ["## Patterns and their thresholds", ""]
    patterns = [(p.id, p.what, p.statistic, p.observed, limit_of(p), p.basis) for p in seen.patterns()]
    lines += table("id,what,statistic,observed,holds if,basis", patterns)
    lines += ["## Postures: first coder, second coder (low-high)", ""]
    lines += table(f"patron,channel,{dates}", posture_rows())
    lines += ["## Years over the patron's own peak: value (low-high)", ""]
    lines += table(f"year,{series}", share_rows())
    lines += ["## Acts and their consequences", ""]
    acts = [(a.id, a.date, a.patron, a.channel, f"{a.value:g} ({a.low:g}-{a.high:g}) {a.unit}") for a in seen.acts()]
    notes = [(a.rung, f"{a.source}, {a.quality}", a.note) for a in seen.acts()]
    both = [(*act, *note) for act, note in zip(acts, notes, strict=True)]
    lines += table("id,date,patron,channel,value (low-high),rung,source and quality,note", both)
    lines += ["## Claims of the article", ""]
    claims = [(c.id, c.claim, c.switch, c.observable, c.scenario, c.verdict, c.note) for c in seen.article_claims()]
    lines += table("id,claim,switch,observable,scenario,verdict,note", claims)
    return "\n".join(lines)


def limit_of(pattern: seen.Pattern) -> str:
    """The threshold of a pattern in words."""
    top = f" to {pattern.threshold_high:g}" if pattern.direction == "within" else ""
    return f"{pattern.direction} {pattern.threshold:g}{top}"


def history_tables() -> str:
    """The tables of history.md: every input series, row by row."""
    lines = []
    for file in sorted((LIBRARY / "history").glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as text:
            head, *rows = csv.reader(text)
        lines += [f"## `{file.name}`", "", *table(",".join(head), rows)]
    return "\n".join(lines)


def page(name: str, tables: str) -> str:
    """A page as it should read: its own words, then the tables."""
    words = (HERE / name).read_text(encoding="utf-8").split(MARK)[0]
    return words + MARK + "\n" + tables


PAGES = {"observations.md": observation_tables, "history.md": history_tables}


if __name__ == "__main__":
    for name, tables in PAGES.items():
        (HERE / name).write_text(page(name, tables()), encoding="utf-8")
