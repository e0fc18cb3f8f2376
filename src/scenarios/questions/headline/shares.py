"""Which channels give way? Shares of runs by the level of each channel, week by week."""

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.questions.headline.counts import counts_by
from scenarios.questions.headline.findings import level_finding
from scenarios.report.style import (
    GREY,
    RED,
    WIDTH,
    Key,
    Room,
    caption,
    date_ticks,
    day_number,
    grid,
    horizon,
)
from scenarios.report.tables import label

if TYPE_CHECKING:
    from datetime import date

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray
    from pandas import DataFrame

    from scenarios.results import Results
    from scenarios.scenario.scenario import Scenario

# Light to dark in steps that survive printing in grey (level 0 to level 3).
SHADES = ("#F7F7F7", "#BCD7EA", "#5B9BC8", "#0B3C6F")
LEVELS = ("nothing", "some", "much", "all it can give")  # as the questions of a new scenario call them
ROOM = Room(left=0.6, above=0.42, below=0.42)
CELL, GAP = 1.15, 0.14  # inches a row is high; share of a cell that stays free
LAST_NAME = 0.8  # of a cell; the name of a date further right would run into the next one
NAME_LETTERS = 90  # in a line over all channels


def shares(results: "Results") -> "Figure":
    """Stacked shares of runs by intended level, a cell for each patron and channel; line: anything delivered.

    All cells stand in one panel, 1 wide and 1 high: two dozen panels take ten times as long to draw.
    """
    scenario = results.scenario
    figure, panels = grid(1, 1, CELL * len(scenario.patrons), ROOM)
    panel = panels[0, 0]
    by_cell = dict(list(results.levels.groupby(["patron", "channel"], observed=True)))
    ends = {}
    for row, patron in enumerate(scenario.patrons):
        for column, channel in enumerate(scenario.channels):
            steps, values = level_shares(by_cell[patron, channel], patron, channel, "intended")
            delivered = level_shares(by_cell[patron, channel], patron, channel, "delivered")
            corner = (float(column), float(len(scenario.patrons) - 1 - row))
            if _draw_cell(panel, corner, steps / scenario.steps, values, delivered[1]):
                ends[patron, channel] = (values[0] @ range(4), values[-1] @ range(4))
    _name_cells(panel, scenario)
    counted = by_cell[scenario.patrons[0], scenario.channels[0]]
    n = int(counted[counted["step"] == 0]["intended"].sum())
    text = (
        f"Height of a shade: share of runs in which the patron intends that level (n = {n} at the opening, "
        "later those whose client still stands); exact counts. Line: share in which anything at all is delivered. "
        "Where it runs below the shaded area, intended support does not arrive."
    )
    caption(figure, level_finding(ends, scenario), text, scenario, results.manifest, _key())
    return figure


def level_shares(
    levels: "DataFrame", patron: str, channel: str, column: str
) -> tuple["NDArray[np.float64]", "NDArray[np.float64]"]:
    """Steps, and the share of runs at each level.

    Returns
    -------
    steps : ndarray of float64, shape (steps,)
    values : ndarray of float64, shape (steps, 4)
        Levels 0 to 3. [share]
    """
    rows = levels[(levels["patron"] == patron) & (levels["channel"] == channel)]
    steps, counts = counts_by(rows, "level", 4, column)
    return steps, counts / counts.sum(axis=1, keepdims=True)


def _draw_cell(panel: "Axes", corner: tuple[float, float], time: Any, intended: Any, delivered: Any) -> bool:
    """One channel of one patron, time and shares from 0 to 1 of its cell; whether it is used at all."""
    from matplotlib.patheffects import withStroke

    left, foot = corner
    wide, high = 1.0 - GAP, 1.0 - GAP
    if intended[:, 1:].max(initial=0.0) == 0.0:
        panel.text(left + wide / 2, foot + high / 2, "never used", ha="center", va="center", color=GREY, fontsize=8)
        return False
    heaped = foot + high * np.c_[np.zeros(len(intended)), intended[:, ::-1].cumsum(axis=1)]
    across = left + wide * time
    for place, shade in enumerate(SHADES[::-1]):
        panel.fill_between(across, heaped[:, place], heaped[:, place + 1], color=shade, lw=0)
    # the pale edge keeps the line apart from the shades when all is grey
    edge = [withStroke(linewidth=3.2, foreground="white")]
    arrives = foot + high * (1.0 - delivered[:, 0])
    panel.plot(across[: len(arrives)], arrives, color=RED, lw=1.4, path_effects=edge, clip_on=False)
    return True


def _name_cells(panel: "Axes", scenario: "Scenario") -> None:
    """Channels above, patrons at the left, shares and dates at the edge of every cell."""
    n_rows, n_columns = len(scenario.patrons), len(scenario.channels)
    panel.set_xlim(0.0, n_columns - GAP)
    panel.set_ylim(0.0, n_rows - GAP)
    panel.spines[:].set_visible(False)
    high, width = 1.0 - GAP, (WIDTH - ROOM.left - ROOM.right) / (n_columns - GAP)
    feet = [float(n_rows - 1 - row) for row in range(n_rows)]
    ticks = [(foot + share * high, f"{share:g}") for foot in feet for share in (0.0, 0.5, 1.0)]
    panel.set_yticks([at for at, _ in ticks], [name for _, name in ticks], fontsize=7.5)
    days, names = date_ticks(scenario, width * (1.0 - GAP))
    spots = [
        (column + _at(scenario, day), name if _at(scenario, day) < LAST_NAME else "")
        for column in range(n_columns)
        for day, name in zip(days, names, strict=True)
    ]
    panel.set_xticks([at for at, _ in spots], [name for _, name in spots], fontsize=7.5)
    for column, channel in enumerate(scenario.channels):
        name = textwrap.fill(label(scenario, f"channels.{channel}"), max(NAME_LETTERS // n_columns, 8))
        panel.text(column, n_rows - GAP + 0.05, name, fontsize=8, fontweight="bold", va="bottom", linespacing=1.05)
    for foot, patron in zip(feet, scenario.patrons, strict=True):
        name = label(scenario, f"patrons.{patron}")
        across = -0.42 / width
        panel.text(across, foot + high / 2, name, fontweight="bold", rotation=90, ha="right", va="center")
    panel.vlines(
        [*range(n_columns)] * n_rows,
        np.repeat(feet, n_columns),
        np.repeat(feet, n_columns) + high,
        color="black",
        lw=0.8,
    )
    panel.hlines(
        np.repeat(feet, n_columns),
        [*range(n_columns)] * n_rows,
        [column + high for column in range(n_columns)] * n_rows,
        color="black",
        lw=0.8,
    )


def _at(scenario: "Scenario", day: "date") -> float:
    """Where a date lies in a cell."""
    first = day_number(scenario.start)
    return (1.0 - GAP) * (day_number(day) - first) / (day_number(horizon(scenario)) - first)


def _key() -> Key:
    """What the shades and the line mean, in words."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Patch | Line2D] = [Patch(facecolor=shade, edgecolor=GREY, lw=0.5) for shade in SHADES]
    names = [f"{level} {name}" for level, name in enumerate(LEVELS)]
    return Key([*handles, Line2D([], [], color=RED, lw=1.4)], [*names, "anything delivered"], 5)
