"""What has history taught? Each fitted number before and after, as a figure."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.report import style

COLUMNS = 4
BINS = 16
HEADROOM = 1.3  # of the highest bar, so that the figures stand above it


def short_name(path: str) -> str:
    """A dotted path without the words that say nothing.

    Examples
    --------
    >>> short_name("patrons.russia.channels.arms.cost"), short_name("model.rho")
    ('russia arms cost', 'model rho')
    """
    return " ".join(part for part in path.split(".") if part not in ("patrons", "channels")).replace("_", " ")


def draw_fitted(folder: Path, cube: NDArray[np.float64], table: pd.DataFrame) -> list[Path]:
    """Draws the share of the posterior in each sixteenth of the prior, for every fitted number, into a folder."""
    return style.write(_fitted(cube, table), folder, "fitted")


@style.as_shown
def _fitted(cube: NDArray[np.float64], table: pd.DataFrame) -> style.Figure:
    """The figure: a panel a number."""
    n = len(table)
    rows = -(-n // COLUMNS)
    figure = style.sheet(1.15 * rows + 0.9)
    panels = figure.subplots(rows, COLUMNS, squeeze=False, sharex=True)
    for spare in panels.flat[n:]:
        spare.set_axis_off()
    for place, (panel, row) in enumerate(zip(panels.flat, table.to_dict("records"), strict=False)):
        heights, edges = np.histogram(cube[:, place], BINS, (0.0, 1.0))
        shares = heights * BINS / len(cube)
        colour = style.FAINT if row["verdict"] == "keeps its range" else style.BLUE
        panel.bar(edges[:-1], shares, 1.0 / BINS, align="edge", color=colour)
        panel.set_ylim(0.0, HEADROOM * shares.max())
        panel.axhline(1.0, color=style.GREY, linewidth=0.8, linestyle="--")
        panel.set_title(short_name(row["path"]), fontsize=7.5, fontweight="normal")
        span = f"{row['q10']:.2g} - {row['q90']:.2g}"
        panel.text(0.98, 0.9, span, transform=panel.transAxes, ha="right", fontsize=6.5)
        panel.set_yticks([])
        panel.set_xticks([0.0, 0.5, 1.0], ["low", "", "high"], fontsize=6.5)
    title = "What history teaches about the fitted numbers"
    figure.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")
    said = (
        "Bars: share of the posterior in each sixteenth of the prior, low to high end. Dashed: the prior.\n"
        "Blue: history narrows or moves the number; grey: it keeps its range. Figures: 10 to 90 % of the posterior."
    )
    figure.supxlabel(said, x=0.01, ha="left", fontsize=style.CAPTION_SIZE, color=style.GREY)
    return figure
