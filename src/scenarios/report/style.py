"""How do all figures look? Colours, type, date axes, captions and files.

Colours are those of Okabe and Ito (Color Universal Design, 2008), told apart by the colour-blind; line styles, markers
and hatches carry the same message in grey.
"""

import textwrap
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.report.tables import numbers_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from scenarios.scenario.scenario import Scenario

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, RED, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
GREY, FAINT = "#6B6B6B", "#D9D9D9"
WIDTH = 8.0  # inches
DOTS = 150  # per inch, PNG
CAPTION_SIZE = 7.5
SETTINGS: Any = {
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "svg.hashsalt": "scenarios",
    "svg.fonttype": "none",
}


def sheet(height: float) -> "Figure":
    """An empty figure of the common width and a height [inches]; no window, no shared condition."""
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH, height), layout="constrained")


def write(figure: "Figure", folder: Path, name: str) -> list[Path]:
    """Writes a figure as PNG and as SVG; the same figure gives the same SVG."""
    files = [folder / f"{name}.png", folder / f"{name}.svg"]
    figure.savefig(files[0], dpi=DOTS, facecolor="white")
    figure.savefig(files[1], metadata={"Date": None}, facecolor="white")
    return files


def caption(
    figure: "Figure", heading: str, text: str, scenario: "Scenario", manifest: "Mapping[str, Any]", width: int = 138
) -> None:
    """Puts a heading above a figure, and below it what is shown, with n, interval and the numbers drawn from."""
    figure.suptitle(heading, x=0.01, ha="left", fontsize=11, fontweight="bold")
    said = f"{text} {numbers_line(scenario, manifest)} Scenario {scenario.name}, seed {manifest.get('seed', '–')}."
    figure.supxlabel(textwrap.fill(said, width), x=0.01, ha="left", fontsize=CAPTION_SIZE, color=GREY)


def days_of(scenario: "Scenario", steps: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Steps as matplotlib's day numbers."""
    from matplotlib.dates import date2num

    opening: float = date2num(scenario.start)  # type: ignore[no-untyped-call]
    days: NDArray[np.float64] = opening + np.asarray(steps, dtype=np.float64) * scenario.step_days
    return days


def date_ticks(scenario: "Scenario", most: int) -> Any:
    """Ticks on a date axis: at most so many, at the beginning of a day, a month or a year."""
    from matplotlib.dates import DayLocator, MonthLocator, YearLocator

    months = scenario.steps * scenario.step_days / 30.4
    if months < 2 * most / 3:
        return DayLocator(interval=max(1, round(months * 30.4 / most)))  # type: ignore[no-untyped-call]
    for interval in (1, 2, 3, 4, 6, 12):
        if months / interval <= most:
            return MonthLocator(bymonth=range(1, 13, interval))  # type: ignore[no-untyped-call]
    return YearLocator(base=max(1, round(months / 12 / most)))  # type: ignore[no-untyped-call]


def date_axis(axes: "Axes", scenario: "Scenario", has_dates: bool = True, has_steps: bool = True) -> None:
    """Dates below and steps since the opening above, over the whole horizon."""
    from matplotlib.dates import ConciseDateFormatter, date2num

    last = scenario.start + timedelta(days=scenario.steps * scenario.step_days)
    opening: float = date2num(scenario.start)  # type: ignore[no-untyped-call]
    axes.set_xlim(opening, date2num(last))  # type: ignore[no-untyped-call]
    locator = date_ticks(scenario, 9)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    axes.tick_params(labelbottom=has_dates)
    if has_steps:
        _steps_above(axes, scenario, opening)


def _steps_above(axes: "Axes", scenario: "Scenario", opening: float) -> None:
    """A second axis above a date axis that counts the steps since the opening."""
    length = scenario.step_days

    def step_of(day: Any) -> Any:
        return (day - opening) / length

    def day_of(step: Any) -> Any:
        return opening + step * length

    top = axes.secondary_xaxis("top", functions=(step_of, day_of))
    top.set_xlabel(f"{scenario.step}s since the opening", fontsize=8, color=GREY)
    top.tick_params(labelsize=8, colors=GREY)


def share_axis(axes: "Axes", text: str, top: float = 1.0) -> None:
    """A vertical axis of shares from 0 to `top` with faint lines."""
    axes.set_ylim(0, top)
    axes.set_yticks([tick for tick in (0, 0.25, 0.5, 0.75, 1) if tick <= top])
    axes.set_ylabel(text)
    axes.grid(axis="y", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
