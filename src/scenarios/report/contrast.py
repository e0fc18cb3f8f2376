"""How do sides differ? Chances of each, one below the other, filled where they differ by more than luck."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from scenarios.report import style, wording
from scenarios.report.curves import error_bars
from scenarios.scenario.scenario import Scenario
from scenarios.significance import CHANGED

# black and round: the side that the others are held against
COLOURS = (style.BLACK, style.BLUE, style.RED, style.GREEN, style.ORANGE, style.PURPLE)
LOOKS = tuple(zip(COLOURS, "os^DvP", strict=True))
ROW_INCHES, SIDE_INCHES, LINE_INCHES, LEAST_INCHES = 0.2, 0.17, 0.16, 3.2
LABEL = 24  # letters of a line beside the axis


def contrast_finding(table: pd.DataFrame) -> str:
    """The largest difference from the first side, if any is more than luck; without verdicts, the largest of all."""
    first = str(table["side"].iloc[0])
    firsts = table[table["side"] == first].drop_duplicates("what").set_index("what")["value"]
    others = table[table["side"] != first]
    beside = others["what"].map(firsts)
    others = others.assign(first=beside, gap=(others["value"] - beside).abs())
    known = others[others["verdict"] == CHANGED] if others["verdict"].notna().any() else others
    known = known[known["gap"].notna()]
    if known.empty:
        return f"Nothing differs from '{first}' by more than Monte Carlo error"
    row = known.sort_values("gap").iloc[-1]
    return (
        f"{row['what']}: {100 * row['first']:.0f} % under '{first}', {100 * row['value']:.0f} % under '{row['side']}'"
    )


@style.as_shown
def contrast(
    table: pd.DataFrame, heading: str, scenario: Scenario, manifest: Mapping[str, Any], within: str = "by the horizon"
) -> style.Figure:
    """The probability of each outcome on each side with its interval; filled where it differs from the first side.

    The table is that of `sides_of`, or several of them one below the other; without verdicts every mark is filled.
    """
    whats, sides = list(dict.fromkeys(table["what"])), list(dict.fromkeys(table["side"]))
    row = ROW_INCHES + SIDE_INCHES * len(sides)
    rows_high = sum(max(row, LINE_INCHES * (2 + _in_lines(what).count("\n"))) for what in whats)
    figure = style.sheet(max(LEAST_INCHES, 1.7 + rows_high))
    panel = figure.subplots()
    height = 0.8 / len(sides)
    for place, side in enumerate(sides):
        rows = table[table["side"] == side]
        spots = np.array([whats.index(what) for what in rows["what"]]) + height * (place - (len(sides) - 1) / 2)
        _draw_side(panel, rows, spots, side, LOOKS[place % len(LOOKS)])
    _finish(panel, whats, float(np.nanmax(table[["value", "value_high"]])), within)
    panel.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3 if len(sides) in (3, 5, 6) else 2)
    n = wording.size_words(table["n"])
    text = f"Chance {within}. Bars: 95 % Monte Carlo interval of each by itself (rule of three at 0 and 1), n = {n}."
    if table["verdict"].notna().any():
        text += (
            f" Filled: differs from '{sides[0]}' by more than Monte Carlo error, over the same worlds and the same "
            "luck; hollow: does not."
        )
    style.caption(figure, heading, text, scenario, manifest)
    return figure


def _draw_side(panel: style.Panel, rows: pd.DataFrame, spots: Any, side: str, look: tuple[str, str]) -> None:
    """The marks of one side; hollow where it does not differ from the first."""
    colour, marker = look
    bars = error_bars(rows[["value", "value_low", "value_high"]].set_axis(["probability", "low", "high"], axis=1))
    panel.errorbar(rows["value"], spots, xerr=bars, fmt="none", ecolor=colour, elinewidth=1.1, capsize=2)
    is_filled = (rows["verdict"].isna() | (rows["verdict"] == CHANGED)).to_numpy()
    for kept, face in ((is_filled, colour), (~is_filled, "white")):
        if not kept.any():  # an empty line that is not clipped would count as lying in the corner of the figure
            continue
        panel.plot(
            rows["value"][kept], spots[kept], ls="none", marker=marker, ms=5.5, mec=colour, mfc=face, clip_on=False
        )
    panel.plot([], [], ls="none", marker=marker, ms=5.5, color=colour, label=side)


def _in_lines(what: str) -> str:
    """A long label in two lines, where it has a comma; a question in as many as it needs."""
    if len(what) > 2 * LABEL:
        return textwrap.fill(what, LABEL + 10)
    return what if len(what) <= LABEL else what.replace(", ", ",\n", 1)


def _finish(panel: style.Panel, whats: Sequence[str], top: float, within: str) -> None:
    """Names of the outcomes, lines between them, a scale from 0."""
    for edge in range(1, len(whats)):
        panel.axhline(edge - 0.5, color=style.FAINT, lw=0.8)
    panel.set_yticks(range(len(whats)), [_in_lines(what) for what in whats])
    panel.set_ylim(len(whats) - 0.5, -0.5)
    panel.tick_params(axis="y", length=0)
    panel.set_xlim(0.0, min(1.02, max(0.05, 1.06 * top)))
    panel.set_xlabel(f"probability {within}", color=style.GREY)
    panel.grid(axis="x", color=style.FAINT, lw=0.6)
    panel.set_axisbelow(True)
