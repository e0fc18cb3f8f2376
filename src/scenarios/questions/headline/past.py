"""Twenty years at a glance: what was observed, over what the runs gave, for each patron and channel."""

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from scenarios.history.observations import coded_shares, postures
from scenarios.report.style import BLUE, FAINT, GREY, ORANGE, RED, SKY, caption, sheet
from scenarios.report.tables import label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from scenarios.results import Results
    from scenarios.scenario.scenario import Scenario

TOP = 3
BAND = (0.1, 0.9)


def history(results: "Results") -> "Figure":
    """Level of each patron's channels over the years: bands of the runs, codings at five dates, yearly quantities."""
    scenario = results.scenario
    cells = [c for c in scenario.channels if any(is_in_reach(scenario, p, c) for p in scenario.patrons)]
    figure = sheet(1.6 + 1.35 * len(scenario.patrons))
    grid = figure.subplots(len(scenario.patrons), len(cells), squeeze=False, sharex=True, sharey=True)
    for row, patron in zip(grid, scenario.patrons, strict=True):
        for axes, channel in zip(row, cells, strict=True):
            if is_in_reach(scenario, patron, channel):
                draw_runs(axes, results, patron, channel)
                draw_observed(axes, patron, channel)
            else:
                axes.text(0.5, 0.5, "out of reach", transform=axes.transAxes, ha="center", fontsize=7, color=GREY)
            axes.set_ylim(-0.15, TOP + 0.15)
            axes.set_yticks(range(TOP + 1))
            axes.tick_params(labelsize=7)
            axes.grid(axis="y", color=FAINT, linewidth=0.5)
    for axes, channel in zip(grid[0], cells, strict=True):
        axes.set_title(textwrap.fill(label(scenario, f"channels.{channel}"), 16), fontsize=7.5)
    for axes, patron in zip(grid[:, 0], scenario.patrons, strict=True):
        axes.set_ylabel(f"{label(scenario, f'patrons.{patron}')}\nlevel", fontsize=8)
    for axes in grid[-1]:
        axes.set_xticks([2005, 2010, 2015, 2020, 2025], ["05", "10", "15", "20", "25"])
    handles, names = grid[0, 0].get_legend_handles_labels()
    other, more = grid[0, cells.index("arms")].get_legend_handles_labels() if "arms" in cells else ([], [])
    known = dict(zip([*names, *more], [*handles, *other], strict=True))
    figure.legend(known.values(), known.keys(), loc="outside upper right", ncols=2, fontsize=6.5)
    text = (
        "Level 3 is the patron's own peak of 2005-25. Line and band: mean and 10 to 90 % of the runs, as intended "
        f"(n = {int(results.manifest['replications'])}). Dots: two codings of the evidence; bars: what both held "
        "possible. Steps: yearly deliveries over the patron's own peak, times 3."
    )
    caption(figure, "Twenty years: observed and simulated", text, scenario, results.manifest)
    return figure


def is_in_reach(scenario: "Scenario", patron: str, channel: str) -> bool:
    """Whether a patron could give anything on a channel."""
    return scenario.numbers[f"patrons.{patron}.channels.{channel}.feasible"].value >= 1.0


def years_of(scenario: "Scenario", steps: "NDArray[np.int64]") -> "NDArray[np.float64]":
    """Steps as calendar years."""
    start = scenario.start.year + (scenario.start.timetuple().tm_yday - 1) / 365.25
    found: NDArray[np.float64] = np.asarray(start + steps * scenario.step_years, dtype=np.float64)
    return found


def draw_runs(axes: "Axes", results: "Results", patron: str, channel: str) -> None:
    """Mean and band of the intended level over the runs."""
    rows = results.levels[(results.levels["patron"] == patron) & (results.levels["channel"] == channel)]
    counts = rows.pivot_table(index="step", columns="level", values="intended", observed=True).to_numpy()
    reach = counts.cumsum(axis=1) / counts.sum(axis=1, keepdims=True)
    years = years_of(results.scenario, np.arange(len(counts)))
    low, high = (np.argmax(reach >= mark, axis=1) for mark in BAND)
    axes.fill_between(years, low, high, step="post", color=SKY, alpha=0.45, linewidth=0, label="runs, 10-90 %")
    mean = counts @ np.arange(counts.shape[1]) / counts.sum(axis=1)
    axes.plot(years, mean, color=BLUE, linewidth=1.3, label="runs, mean")


def draw_observed(axes: "Axes", patron: str, channel: str) -> None:
    """Both codings with their range, and yearly quantities where there are any."""
    found = [s for s in coded_shares() if (s.patron, s.channel) == (patron, channel)]
    if found:
        years = [share.year for share in found]
        axes.step(
            years, [TOP * s.value for s in found], where="mid", color=ORANGE, linewidth=1.0, label="yearly quantity"
        )
    rows = [row for row in postures() if (row.patron, row.channel) == (patron, channel)]
    for row in rows:
        at = row.date.year + row.date.timetuple().tm_yday / 365.25
        axes.plot([at, at], [row.low, row.high], color=GREY, linewidth=0.9)
        axes.plot([at, at], [row.level, row.second_coder], "o", color=RED, markersize=2.6, linestyle="")
    axes.plot([], [], "o", color=RED, markersize=2.6, label="two codings, and their range")
