"""How does support move over time? A fan of the support index for each patron, with the rung above it."""

import math
from typing import TYPE_CHECKING

import numpy as np

from scenarios.report.style import BLACK, BLUE, GREY, ORANGE, SKY, caption, date_axis, days_of, share_axis, sheet
from scenarios.report.tables import label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray
    from pandas import DataFrame

    from scenarios.results import Results

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
BINS = 100


def fan(results: "Results") -> "Figure":
    """Support index of each patron: exact bands over all runs, and the rung of a sample above them."""
    scenario = results.scenario
    figure = sheet(1.9 + 1.55 * len(scenario.patrons))
    panels = figure.subplots(len(scenario.patrons) + 1, 1, sharex=True, squeeze=False)[:, 0]
    n_sample = _draw_rungs(panels[0], results)
    highest = 0.0
    for panel, patron in zip(panels[1:], scenario.patrons, strict=True):
        rows = results.support[results.support["patron"] == patron]
        highest = max(highest, _draw_support(panel, results, rows))
        panel.set_title(label(scenario, f"patrons.{patron}"))
    for panel in panels:
        date_axis(panel, scenario, has_dates=panel is panels[-1], has_steps=panel is panels[0])
    for panel in panels[1:]:
        share_axis(panel, "support index", top=min(math.ceil(4 * highest + 0.2) / 4, 1.0))
    panels[1].legend(loc="upper right", ncols=4, bbox_to_anchor=(1.0, 1.28))
    first, last = _counts(results.support, scenario.patrons[0])
    text = (
        "Support index: 0 = nothing, 1 = every channel at its highest level. Bands hold 50 % and 90 % of the runs of "
        f"that {scenario.step} (n = {first} at the opening, {last} at the horizon); exact to 0.01. "
        f"Rung: median and 90 % band of {n_sample} sampled runs. "
        "The gap between intended and delivered is support that was meant but did not arrive."
    )
    caption(
        figure,
        f"Support for {label(scenario, 'client')} over time, and the pressure on it",
        text,
        scenario,
        results.manifest,
    )
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
    counts = rows.pivot_table(index="step", columns="bin", values=column, aggfunc="sum", fill_value=0)
    counts = counts.reindex(columns=range(BINS + 1), fill_value=0)
    heaped = counts.to_numpy(dtype=float).cumsum(axis=1)
    kept = heaped[:, -1] > 0
    heaped = heaped[kept]
    values = np.stack([(heaped < q * heaped[:, -1:]).sum(axis=1) / BINS for q in QUANTILES], axis=1)
    return counts.index.to_numpy(dtype=float)[kept], values


def _draw_support(panel: "Axes", results: "Results", rows: "DataFrame") -> float:
    """The fan of one patron; returns its highest point."""
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
    return float(intended[:, 4].max())


def _draw_rungs(panel: "Axes", results: "Results") -> int:
    """Median and band of the rung over the sampled runs; returns how many there are."""
    sample = results.paths.drop_duplicates(["run", "step"])[["run", "step", "rung"]].dropna()
    spread = sample.groupby("step")["rung"].quantile([0.05, 0.5, 0.95]).unstack()  # type: ignore[arg-type]
    days = days_of(results.scenario, spread.index.to_numpy(dtype=float))
    panel.fill_between(days, spread[0.05], spread[0.95], step="post", color=ORANGE, alpha=0.45, lw=0, label="90 %")
    panel.step(days, spread[0.5], where="post", color=BLACK, lw=1.4, label="median")
    panel.set_ylim(-0.3, 10.3)
    panel.set_yticks([0, 2, 4, 6, 8, 10])
    panel.set_ylabel("rung")
    panel.set_title("Rung of the ladder of pressure")
    panel.grid(axis="y", color=GREY, alpha=0.2, lw=0.6)
    panel.legend(loc="lower right", ncols=2)
    return int(sample["run"].nunique())


def _counts(support: "DataFrame", patron: str) -> tuple[int, int]:
    """Runs counted at the first and at the last step."""
    counts = support[support["patron"] == patron].groupby("step")["intended"].sum()
    return int(counts.iloc[0]), int(counts.iloc[-1])
