"""How does support move over time? A fan of the support index for each patron, with the rung above it."""

import math
from typing import TYPE_CHECKING

import numpy as np

from scenarios.questions.headline.counts import counts_by
from scenarios.questions.headline.findings import Spread, support_finding
from scenarios.report.style import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    SKY,
    Room,
    caption,
    date_axis,
    days_of,
    grid,
    name_panel,
    panel_key,
    share_axis,
)
from scenarios.report.tables import label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray
    from pandas import DataFrame

    from scenarios.results import Results

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
BINS = 100
ROOM = Room(above=0.6, below=0.42)


def fan(results: "Results") -> "Figure":
    """Support index of each patron: exact bands over all runs, and the rung of a sample above them."""
    scenario = results.scenario
    figure, grid_of_panels = grid(len(scenario.patrons) + 1, 1, 1.0, ROOM)
    panels = grid_of_panels[:, 0]
    n_sample = _draw_rungs(panels[0], results)
    spreads, highest = {}, 0.0
    for panel, patron in zip(panels[1:], scenario.patrons, strict=True):
        rows = results.support[results.support["patron"] == patron]
        intended = _draw_support(panel, results, rows)
        first, last = intended[0], intended[-1]
        spreads[patron] = Spread(first[2], last[2], last[0], last[4])
        highest = max(highest, float(intended[:, 4].max()))
        name_panel(panel, label(scenario, f"patrons.{patron}"))
    for panel in panels:
        date_axis(panel, scenario, has_dates=panel is panels[-1], has_steps=panel is panels[0])
    for panel in panels[1:]:
        share_axis(panel, "support index", top=min(math.ceil(4 * highest + 0.2) / 4, 1.0))
    first, last = _counts(results.support, scenario.patrons[0])
    text = (
        "Support index: 0 = nothing, 1 = every channel at its highest level. Bands hold 50 % and 90 % of the runs of "
        f"that {scenario.step} (n = {first} at the opening, {last} at the horizon); exact to 0.01. "
        f"Rung: median and 90 % band of {n_sample} sampled runs. "
        "The gap between intended and delivered is support that was meant but did not arrive."
    )
    key = panel_key(panels[1], 4)
    caption(figure, support_finding(spreads, scenario), text, scenario, results.manifest, key)
    return figure


def bands(rows: "DataFrame", column: str) -> tuple["NDArray[np.float64]", "NDArray[np.float64]"]:
    """Steps, and quantiles of the support index at each step from counts by bin.

    Parameters
    ----------
    rows : DataFrame
        Rows of one patron of the table `support`.
    column : str
        ``intended`` or ``delivered``.

    Returns
    -------
    steps : ndarray of float64, shape (steps,)
    values : ndarray of float64, shape (steps, 5)
        At 5, 25, 50, 75 and 95 %. [share]
    """
    steps, counts = counts_by(rows, "bin", BINS + 1, column)
    heaped = counts.cumsum(axis=1)
    values = np.stack([(heaped < q * heaped[:, -1:]).sum(axis=1) / BINS for q in QUANTILES], axis=1)
    return steps, values


def _draw_support(panel: "Axes", results: "Results", rows: "DataFrame") -> "NDArray[np.float64]":
    """The fan of one patron; returns the quantiles of what it intends, as `bands` does."""
    steps, intended = bands(rows, "intended")
    days = days_of(results.scenario, steps)
    panel.fill_between(days, intended[:, 0], intended[:, 4], color=SKY, alpha=0.35, lw=0, label="intended, 90 %")
    panel.fill_between(days, intended[:, 1], intended[:, 3], color=SKY, alpha=0.9, lw=0, label="intended, 50 %")
    panel.plot(days, intended[:, 2], color=BLUE, lw=1.6, label="intended, median")
    steps, delivered = bands(rows, "delivered")
    panel.plot(
        days_of(results.scenario, steps),
        delivered[:, 2],
        color=BLACK,
        lw=1.3,
        ls=(0, (4, 2)),
        label="delivered, median",
    )
    return intended


def _draw_rungs(panel: "Axes", results: "Results") -> int:
    """Median and band of the rung over the sampled runs; returns how many there are."""
    sample = results.paths.drop_duplicates(["run", "step"])[["run", "step", "rung"]].dropna()
    by_run = sample.pivot(index="run", columns="step", values="rung")
    low, middle, high = np.nanquantile(by_run.to_numpy(dtype=float), [0.05, 0.5, 0.95], axis=0)
    days = days_of(results.scenario, by_run.columns.to_numpy(dtype=float))
    panel.fill_between(days, low, high, step="post", color=ORANGE, alpha=0.45, lw=0, label="90 %")
    panel.step(days, middle, where="post", color=BLACK, lw=1.4, label="median")
    panel.set_ylim(-0.3, 10.3)
    panel.set_yticks([0, 2, 4, 6, 8, 10])
    panel.set_ylabel("rung")
    name_panel(panel, "Rung of the ladder of pressure", pad=30.0)
    panel.grid(axis="y", color=GREY, alpha=0.2, lw=0.6)
    panel.legend(loc="lower right", ncols=2, bbox_to_anchor=(1.0, 1.38), borderaxespad=0.0)
    return int(sample["run"].nunique())


def _counts(support: "DataFrame", patron: str) -> tuple[int, int]:
    """Runs counted at the first and at the last step."""
    counts = support[support["patron"] == patron].groupby("step")["intended"].sum()
    return int(counts.iloc[0]), int(counts.iloc[-1])
