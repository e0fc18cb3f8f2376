"""How far does a shifted opening move the headline? One line a shift, as a figure."""

import textwrap
from typing import TYPE_CHECKING, Any

from scenarios.report.style import BLUE, CAPTION_SIZE, FAINT, GREY, RED, sheet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

PANELS = (
    ("Step back further", "{patron}.step_back_further", "probability by the horizon"),
    ("Less the control", "{patron}.step_back_further, less control", "difference, same runs"),
)
LINE = 138  # characters of a caption
MARKS = {"russia": (RED, "o", -0.14), "china": (BLUE, "s", 0.14)}


def openings(found: "DataFrame", said: str) -> "Figure":
    """Step_back_further of Russia and China under every shift that finds room, with its control.

    Parameters
    ----------
    found : DataFrame
        As `calibrate.openings.shifted_openings` returns it.
    said : str
        How it was played, in one line.
    """
    rows: list[Any] = [row for row in found.to_dict("records") if "step_back_further" in row["quantity"]]
    names = list(dict.fromkeys(name_of(row) for row in rows))
    figure = sheet(0.17 * len(names) + 1.5)
    for axes, (title, pattern, unit) in zip(figure.subplots(1, 2, sharey=True), PANELS, strict=True):
        for patron in MARKS:
            draw_patron(axes, [row for row in rows if row["quantity"] == pattern.format(patron=patron)], names, patron)
        axes.set_title(title)
        axes.set_xlabel(unit, fontsize=8)
        axes.set_yticks(range(len(names)), names, fontsize=7)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.grid(axis="y", color=FAINT, linewidth=0.4)
    axes.axvline(0.0, color=GREY, linewidth=0.8)
    axes.legend(loc="lower right", fontsize=7)
    figure.suptitle("Openings shifted by a level: what moves", x=0.01, ha="left", fontsize=11, fontweight="bold")
    words = textwrap.fill(f"Bars: 95 %. Dashed: the openings as coded. {said}", LINE)
    figure.supxlabel(words, x=0.01, ha="left", fontsize=CAPTION_SIZE, color=GREY)
    return figure


def name_of(row: Any) -> str:
    """A shift as it stands on the axis."""
    return f"{row['patron']} {row['channel']} {int(row['by']):+d}" if row["by"] else str(row["channel"])


def draw_patron(axes: "Axes", rows: list[Any], names: list[str], patron: str) -> None:
    """The values of one patron with their intervals, and a line where it stands with the openings as coded."""
    colour, mark, beside = MARKS[patron]
    places = [names.index(name_of(row)) + beside for row in rows]
    values = [row["value"] for row in rows]
    sides = [[row["value"] - row["low"] for row in rows], [row["high"] - row["value"] for row in rows]]
    axes.errorbar(values, places, xerr=sides, fmt=mark, color=colour, markersize=3, linewidth=0.9, label=patron)
    for row in rows:
        if name_of(row) == "as coded":
            axes.axvline(row["value"], color=colour, linewidth=0.7, linestyle="--")
