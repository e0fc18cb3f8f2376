"""What has history taught? Each fitted number before and after, as a figure."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.report.style import BLUE, CAPTION_SIZE, FAINT, GREY, SETTINGS, sheet, write

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
    """Draws the share of the posterior in each sixteenth of the prior, for every fitted number."""
    import matplotlib as mpl

    with mpl.rc_context(SETTINGS):
        n = len(table)
        rows = -(-n // COLUMNS)
        figure = sheet(1.15 * rows + 0.9)
        grid = figure.subplots(rows, COLUMNS, squeeze=False, sharex=True)
        for i, axes in enumerate(grid.flat):
            if i >= n:
                axes.set_axis_off()
                continue
            row = table.iloc[i]
            heights, edges = np.histogram(cube[:, i], BINS, (0.0, 1.0))
            is_taught = row["verdict"] != "keeps its range"
            shares = heights * BINS / len(cube)
            axes.bar(edges[:-1], shares, 1.0 / BINS, align="edge", color=BLUE if is_taught else FAINT)
            axes.set_ylim(0.0, HEADROOM * shares.max())
            axes.axhline(1.0, color=GREY, linewidth=0.8, linestyle="--")
            axes.set_title(short_name(row["path"]), fontsize=7.5, fontweight="normal")
            axes.text(
                0.98, 0.9, f"{row['q10']:.2g} - {row['q90']:.2g}", transform=axes.transAxes, ha="right", fontsize=6.5
            )
            axes.set_yticks([])
            axes.set_xticks([0.0, 0.5, 1.0], ["low", "", "high"], fontsize=6.5)
        figure.suptitle(
            "What history teaches about the fitted numbers", x=0.01, ha="left", fontsize=11, fontweight="bold"
        )
        said = (
            "Bars: share of the posterior in each sixteenth of the prior, low to high end. Dashed: the prior.\n"
            "Blue: history narrows or moves the number; grey: it keeps its range. Figures: 10 to 90 % of the posterior."
        )
        figure.supxlabel(said, x=0.01, ha="left", fontsize=CAPTION_SIZE, color=GREY)
        return write(figure, folder, "fitted")
