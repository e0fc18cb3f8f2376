"""What is said of a chance? The chances as a table in words, and what must be read beside it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scenarios.outcomes.chance import published
from scenarios.report.answer import Answer
from scenarios.report.wording import NOTHING, Cells, Section, is_missing, numbers_line, runs_line, told_section
from scenarios.scenario.scenario import Scenario

INTERVAL = (
    "The interval is the Monte Carlo error: luck of the draw. The middle 80 % is what nobody knows: how far the chance "
    "moves with the numbers that are drawn"
)
AT_LEAST = (
    ", at least: of runs with numbers of their own only the three that tell most can be seen; --points P "
    "--replications R shows all."
)


def chance_answer(
    table: pd.DataFrame, scenario: Scenario, manifest: Mapping[str, Any], folder: Path, given: str | None
) -> Answer:
    """The chances as an answer; its one table is one row a question."""
    title = f"{scenario.title}: how likely is it?"
    spread = INTERVAL + (AT_LEAST if manifest.get("points") is None else ".")
    said = [*_notes(table, scenario, given), spread, numbers_line(scenario, manifest)]
    said.append(f"{runs_line(manifest)}, seed {manifest.get('seed', NOTHING)}.")
    return Answer(title, [section(table)], said, {"chances": table}, manifest, folder, {"given": given})


def section(table: pd.DataFrame) -> Section:
    """One line a question."""
    cells: Cells = {
        "question": "{question}",
        "chance (95 %)": lambda row: between(row["chance"], row["low"], row["high"]),
        "control": lambda row: plain_chance(row.get("control")),
        "middle 80 %": lambda row: between(None, row["spread_low"], row["spread_high"]),
        "published": "{published:.2f}",
        "n": "{n}",
    }
    return told_section("Chances", table, cells)


def between(value: float | None, low: float, high: float) -> str:
    """A chance with its interval, or an interval alone.

    Examples
    --------
    >>> between(0.1234, 0.11, 0.13), between(None, 0.05, 0.4), between(0.0004, 0.0001, 0.0012)
    ('.123 (.110-.130)', '.050-.400', '.0004 (.0001-.0012)')
    """
    if is_missing(low) or is_missing(high):
        return NOTHING if value is None else plain_chance(value)
    ends = f"{plain_chance(low)}-{plain_chance(high)}"
    return ends if value is None else f"{plain_chance(value)} ({ends})"


def plain_chance(value: float | None) -> str:
    """A chance with three decimals, or four where it is rare."""
    if is_missing(value) or value is None:
        return NOTHING
    text = f"{value:.4f}" if 0.0 < value < 0.01 else f"{value:.3f}"
    return text.removeprefix("0") if 0.0 < value < 1.0 else f"{value:.0f}"


def _notes(table: pd.DataFrame, scenario: Scenario, given: str | None) -> list[str]:
    """How a chance is published, and under which condition it holds."""
    weight = float(published(np.ones(1), np.zeros(1), scenario)[0])
    said = [
        f"Published: {weight:.3g} of the chance and {1 - weight:.3g} of the base rate (.5 where none is known), "
        "so that nothing is published as 0 or 1."
    ]
    if given is None:
        return said
    return [f"Given {given}: {table.attrs['left']:,} of {table.attrs['played']:,} runs are left.", *said]
