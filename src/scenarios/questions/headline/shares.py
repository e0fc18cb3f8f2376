"""Which channels give way? Shares of runs by the level of each channel, week by week."""

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from scenarios.report.style import GREY, RED, caption, date_axis, date_ticks, days_of, sheet
from scenarios.report.tables import label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray
    from pandas import DataFrame

    from scenarios.results import Results
    from scenarios.scenario.scenario import Scenario

# Light to dark in steps that survive printing in grey (level 0 to level 3).
SHADES = ("#F7F7F7", "#BCD7EA", "#5B9BC8", "#0B3C6F")


def shares(results: "Results") -> "Figure":
    """Stacked shares of runs by intended level, a panel for each patron and channel; line: anything delivered."""
    scenario = results.scenario
    n_patrons, n_channels = len(scenario.patrons), len(scenario.channels)
    figure = sheet(1.8 + 1.25 * n_patrons)
    panels = figure.subplots(n_patrons, n_channels, sharex=True, sharey=True, squeeze=False)
    for row, patron in enumerate(scenario.patrons):
        for column, channel in enumerate(scenario.channels):
            panel = panels[row, column]
            _draw_channel(panel, results, level_shares(results.levels, patron, channel, "intended"), patron, channel)
            date_axis(panel, scenario, has_dates=row == n_patrons - 1, has_steps=False)
            _few_dates(panel, scenario)
            if row == 0:
                panel.set_title(textwrap.fill(label(scenario, f"channels.{channel}"), 14), fontsize=8)
        panels[row, 0].set_ylabel(label(scenario, f"patrons.{patron}"), fontweight="bold")
    _legend(figure)
    counted = results.levels[
        (results.levels["patron"] == scenario.patrons[0]) & (results.levels["channel"] == scenario.channels[0])
    ]
    n = int(counted[counted["step"] == 0]["intended"].sum())
    text = (
        f"Height of a shade: share of runs in which the patron intends that level (n = {n} at the opening, "
        "later those whose client still stands); exact counts. Line: share in which anything at all is delivered. "
        "Where it runs below the shaded area, intended support does not arrive."
    )
    caption(figure, "Share of runs by level", text, scenario, results.manifest)
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
    counts = rows.pivot_table(index="step", columns="level", values=column, aggfunc="sum", fill_value=0)
    counts = counts.reindex(columns=range(4), fill_value=0)
    values = counts.to_numpy(dtype=float)
    total = values.sum(axis=1, keepdims=True)
    kept = total[:, 0] > 0
    return counts.index.to_numpy(dtype=float)[kept], values[kept] / total[kept]


def _draw_channel(
    panel: "Axes",
    results: "Results",
    intended: tuple["NDArray[np.float64]", "NDArray[np.float64]"],
    patron: str,
    channel: str,
) -> None:
    """One channel of one patron."""
    from matplotlib.patheffects import withStroke

    steps, values = intended
    panel.set_ylim(0, 1)
    panel.set_yticks([0, 0.5, 1])
    panel.tick_params(labelsize=7.5)
    if values[:, 1:].max(initial=0.0) == 0.0:
        panel.text(0.5, 0.5, "never used", transform=panel.transAxes, ha="center", va="center", color=GREY, fontsize=8)
        return
    days = days_of(results.scenario, steps)
    panel.stackplot(days, values[:, ::-1].T, colors=SHADES[::-1], lw=0)
    steps, delivered = level_shares(results.levels, patron, channel, "delivered")
    # the pale edge keeps the line apart from the shades when all is grey
    edge = [withStroke(linewidth=3.2, foreground="white")]
    panel.plot(days_of(results.scenario, steps), 1 - delivered[:, 0], color=RED, lw=1.4, path_effects=edge)


def _few_dates(panel: "Axes", scenario: "Scenario") -> None:
    """Fewer dates, because the panels are narrow."""
    from matplotlib.dates import ConciseDateFormatter

    locator = date_ticks(scenario, 4)
    panel.xaxis.set_major_locator(locator)
    panel.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))  # type: ignore[no-untyped-call]


def _legend(figure: "Figure") -> None:
    """One legend for all panels."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Patch | Line2D] = [
        Patch(facecolor=shade, edgecolor=GREY, lw=0.5, label=f"level {level}") for level, shade in enumerate(SHADES)
    ]
    handles.append(Line2D([], [], color=RED, lw=1.4, label="anything delivered"))
    figure.legend(handles=handles, loc="outside upper right", ncols=len(handles))
