"""Where does an outcome tip? A heat map over two numbers with the line of a given probability."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle

from scenarios.errors import RequestRefused
from scenarios.intervals import Z95
from scenarios.moments import Floats
from scenarios.report import style, wording

if TYPE_CHECKING:
    from scenarios.questions.sweep.ask import Sweep
    from scenarios.scenario.scenario import Scenario


MOST_CELLS = 12  # in a row, for figures to be readable in them
LIGHT_FROM = 0.55  # probability from which the ground is light


@style.as_shown
def tipping_map(
    table: pd.DataFrame,
    across: str,
    up: str,
    outcome: str,
    scenario: "Scenario",
    manifest: Mapping[str, Any],
    probability: float = 0.5,
) -> style.Figure:
    """Heat map of a probability over two numbers, with the line at which it tips."""
    xs, ys, value, se = grid_of(table, across, up)
    figure = style.sheet(6.2)
    panel = figure.subplots()
    steps = [_edges(axis) for axis in (xs, ys)]
    mesh = panel.pcolormesh(steps[0], steps[1], value, cmap="cividis", vmin=0.0, vmax=1.0)
    unsure = np.abs(value - probability) <= Z95 * se
    _dot(panel, steps, unsure)
    _draw_line(panel, xs, ys, value, probability)
    if len(xs) <= MOST_CELLS:
        _write_cells(panel, xs, ys, value, mesh)
    panel.set_xlabel(_axis_name(scenario, across))
    panel.set_ylabel(_axis_name(scenario, up))
    figure.colorbar(mesh, ax=panel, label=f"probability of {outcome} by the horizon")
    # what happens in none or in all runs of every point has no error
    error = "" if np.isnan(se).all() else f", standard error at most {np.nanmax(se):.3f}"
    text = (
        f"Matched runs, n = {wording.size_words(table['n'])} at each point{error}. "
        f"{_line_words(value, probability)} Dotted cells: within Monte Carlo error of {probability:g}, either side is "
        "possible."
    )
    heading = (
        f"{outcome} has a chance of {probability:g} or more at {(value >= probability).sum()} of {value.size} points"
    )
    style.caption(figure, heading, text, scenario, manifest)
    return figure


@style.as_shown
def tipping_curve(
    table: pd.DataFrame,
    across: str,
    outcome: str,
    scenario: "Scenario",
    manifest: Mapping[str, Any],
    probability: float = 0.5,
) -> style.Figure:
    """An outcome over the one number that was varied, with limits, and where it tips; as `tipping_map`."""
    rows = table.sort_values(across)
    figure = style.sheet(3.6)
    panel = figure.subplots()
    middle = rows["value"].to_numpy(dtype=float)
    panel.fill_between(rows[across], rows["low"], rows["high"], color=style.BLUE, alpha=0.2, lw=0)
    panel.plot(rows[across], middle, color=style.BLUE, lw=1.5, marker="o", ms=4)
    is_chance = bool(((middle >= 0.0) & (middle <= 1.0) | np.isnan(middle)).all())
    if is_chance:
        panel.axhline(probability, color=style.GREY, lw=0.9, ls=":")
    panel.set_xlabel(_axis_name(scenario, across))
    panel.set_ylabel(outcome)
    ends = [f"{value:.2g} at {at:g}" for at, value in zip(rows[across], middle, strict=True)]
    text = f"Matched runs, n = {wording.size_words(table['n'])} at each point; pale: 95 % Monte Carlo interval." + (
        f" Dotted: {probability:g}." if is_chance else ""
    )
    style.caption(figure, f"{outcome} goes from {ends[0]} to {ends[-1]}", text, scenario, manifest)
    return figure


def of_sweep(done: "Sweep", outcome: str) -> pd.DataFrame:
    """One outcome of a sweep over a grid: a row a point, the numbers that were varied, value, se, low, high, n."""
    rows = done.outcomes[done.outcomes["outcome"] == outcome]
    return done.points[["point", *done.varied]].merge(rows, on="point")


def tipping_section(table: pd.DataFrame, across: str, up: str, outcome: str) -> wording.Section:
    """The map as a table, the highest value of `up` above."""
    rows = table.sort_values([up, across], ascending=[False, True])
    xs = sorted(set(table[across]))
    cells = tuple(
        (f"{value:.3g}", *(wording.share(*found) for found in line[["value", "se", "n"]].itertuples(index=False)))
        for value, line in rows.groupby(up, sort=False)
    )
    return wording.Section(f"{outcome}: {up} (down) by {across} (across)", ("", *(f"{x:.3g}" for x in xs)), cells)


def tipping_notes(scenario: "Scenario", manifest: Mapping[str, Any]) -> list[str]:
    """What a reader must know beside the map."""
    return [
        "Probabilities by the horizon; ± is one Monte Carlo standard error. All points have the same luck, and "
        "the same draws of the numbers that are not varied.",
        wording.numbers_line(scenario, manifest),
        f"{manifest['replications']:,} matched runs at each point, seed {manifest['seed']}.",
    ]


def grid_of(table: pd.DataFrame, across: str, up: str) -> tuple[Floats, Floats, Floats, Floats]:
    """The axes of a full grid, and probability and error on it, shape (up, across)."""
    wide = table.pivot_table(index=up, columns=across, values=["value", "se"], aggfunc="first", dropna=False)
    value, se = wide["value"], wide["se"]
    if min(value.shape) < 2 or value.isna().to_numpy().any() or value.size != len(table):
        raise RequestRefused(
            f"{len(table)} points over {across} and {up} are no full grid of at least 2 x 2 with a value each. Vary "
            "both numbers by the design `grid`."
        )
    xs, ys, values, errors = (each.to_numpy(dtype=np.float64) for each in (value.columns, value.index, value, se))
    return xs, ys, values, errors


def _write_cells(panel: style.Panel, xs: Any, ys: Any, value: Any, mesh: Any) -> None:
    """Each probability in its cell, below the middle so that the line leaves it readable; light on dark."""
    low = 0.3 * np.diff(ys).min()
    for (row, column), p in np.ndenumerate(value):
        colour = "white" if p < LIGHT_FROM else "black"
        ground = {"facecolor": mesh.to_rgba(p), "edgecolor": "none", "pad": 1.0}
        panel.text(
            xs[column], ys[row] - low, f"{p:.2f}", ha="center", va="center", fontsize=7, color=colour, bbox=ground
        )


def _edges(middles: Floats) -> Floats:
    """Edges of cells halfway between their middles."""
    inner = (middles[1:] + middles[:-1]) / 2.0
    edges: Floats = np.r_[2.0 * middles[0] - inner[0], inner, 2.0 * middles[-1] - inner[-1]]
    return edges


def _draw_line(panel: style.Panel, xs: Any, ys: Any, value: Any, probability: float) -> None:
    """The tipping line, where there is one, black with a white rim so that it is seen on any ground."""
    if value.min() < probability < value.max():
        panel.contour(xs, ys, value, levels=[probability], colors=["white"], linewidths=4.5)
        panel.contour(xs, ys, value, levels=[probability], colors=[style.BLACK], linewidths=2.2)


def _dot(panel: style.Panel, edges: Any, unsure: Any) -> None:
    """Dots over the cells that are within error of the tipping probability."""
    for row, column in np.argwhere(unsure):
        corner = (edges[0][column], edges[1][row])
        size = (edges[0][column + 1] - corner[0], edges[1][row + 1] - corner[1])
        panel.add_patch(Rectangle(corner, *size, fill=False, hatch="..", edgecolor="white", lw=0))


def _axis_name(scenario: "Scenario", path: str) -> str:
    """Path and unit of a number."""
    number = scenario.numbers.get(path)
    return path if number is None else f"{path} [{number.unit}]"


def _line_words(value: Any, probability: float) -> str:
    """What there is to say of the line."""
    if value.max() <= probability:
        return f"Nowhere on this map does the probability pass {probability:g}."
    if value.min() >= probability:
        return f"Everywhere on this map the probability is at least {probability:g}."
    return f"Line: probability {probability:g}, between the points by straight lines."
