"""Twenty years at a glance: what was observed, over what the runs gave, for each patron and channel."""

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios.history.observations import CodedPosture, coded_shares, postures
from scenarios.questions.headline.findings import history_finding
from scenarios.questions.headline.over_time import counts_by
from scenarios.report.style import BLUE, FAINT, GREY, ORANGE, RED, SKY, Key, Room, caption, grid, name_panel, panel_key
from scenarios.report.wording import label
from scenarios.results import Results
from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


TOP = 3
BAND = (0.1, 0.9)
NAMED_YEARS = (2010, 2020)
ROOM = Room(left=0.65, above=0.5, below=0.3, across=0.16, down=0.18)
Band = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]


def history(results: Results) -> "Figure":
    """Level of each patron's channels over the years: bands of the runs, codings at five dates, yearly quantities."""
    scenario = results.scenario
    cells = [c for c in scenario.channels if any(is_in_reach(scenario, p, c) for p in scenario.patrons)]
    figure, panels = grid(len(scenario.patrons), len(cells), 1.05, ROOM)
    within = coded = 0
    for place, patron in enumerate(scenario.patrons):
        for axes, channel in zip(panels[place], cells, strict=True):
            if is_in_reach(scenario, patron, channel):
                band = draw_runs(axes, results, patron, channel)
                postures_here = draw_observed(axes, patron, channel)
                within += sum(is_in_band(posture, band) for posture in postures_here)
                coded += len(postures_here)
            else:
                axes.text(0.5, 0.5, "out of reach", transform=axes.transAxes, ha="center", fontsize=7, color=GREY)
            _set_axes(axes, scenario, has_years=place == len(panels) - 1, has_levels=channel == cells[0])
    for axes, channel in zip(panels[0], cells, strict=True):
        name_panel(axes, textwrap.fill(label(scenario, f"channels.{channel}"), 16), fontsize=7.5)
    for axes, patron in zip(panels[:, 0], scenario.patrons, strict=True):
        axes.set_ylabel(f"{label(scenario, f'patrons.{patron}')}\nlevel", fontsize=8)
    keys = [panel_key(axes, 4) for axes in (panels[0, 0], panels[0, cells.index("arms") if "arms" in cells else 0])]
    known = {name: handle for key in keys for name, handle in zip(key.names, key.handles, strict=True)}
    text = (
        "Level 3 is the patron's own peak of 2005-25. Line and band: mean and 10 to 90 % of the runs, as intended "
        f"(n = {int(results.manifest['replications'])}). Dots: two codings of the evidence; bars: what both held "
        "possible. A posture lies in the band if one of its codings does. Steps: yearly deliveries over the patron's "
        "own peak, times 3."
    )
    key = Key([*known.values()], [*known], 4)
    caption(figure, history_finding(within, coded), text, scenario, results.manifest, key)
    return figure


def is_in_band(posture: CodedPosture, band: Band) -> bool:
    """Whether one of the two codings lies between the limits of the runs at its date."""
    years, low, high = band
    at = int(np.searchsorted(years, year_of(posture), side="right")) - 1
    return any(low[at] <= level <= high[at] for level in (posture.level, posture.second_coder))


def year_of(posture: CodedPosture) -> float:
    """When a posture was coded for, as a calendar year."""
    return posture.date.year + posture.date.timetuple().tm_yday / 365.25


def _set_axes(axes: "Axes", scenario: Scenario, has_years: bool, has_levels: bool) -> None:
    """Levels and years of one cell."""
    first, last = years_of(scenario, np.array([0, scenario.steps]))
    axes.set_xlim(first - 0.6, last + 0.6)
    years = [2005, 2010, 2015, 2020, 2025]
    axes.set_xticks(years, [f"{year}" if year in NAMED_YEARS and has_years else "" for year in years])
    axes.set_ylim(-0.15, TOP + 0.15)
    axes.set_yticks(range(TOP + 1))
    axes.tick_params(labelsize=7, labelleft=has_levels)
    axes.grid(axis="y", color=FAINT, linewidth=0.5)


def is_in_reach(scenario: Scenario, patron: str, channel: str) -> bool:
    """Whether a patron could give anything on a channel."""
    return scenario.numbers[f"patrons.{patron}.channels.{channel}.feasible"].value >= 1.0


def years_of(scenario: Scenario, steps: NDArray[Any]) -> NDArray[np.float64]:
    """Steps as calendar years."""
    start = scenario.start.year + (scenario.start.timetuple().tm_yday - 1) / 365.25
    found: NDArray[np.float64] = np.asarray(start + steps * scenario.step_years, dtype=np.float64)
    return found


def draw_runs(axes: "Axes", results: Results, patron: str, channel: str) -> Band:
    """Mean and band of the intended level over the runs; returns the band."""
    rows = results.levels[(results.levels["patron"] == patron) & (results.levels["channel"] == channel)]
    steps, counts = counts_by(rows, "level", TOP + 1, "intended")
    reach = counts.cumsum(axis=1) / counts.sum(axis=1, keepdims=True)
    years = years_of(results.scenario, steps)
    low, high = (np.argmax(reach >= mark, axis=1) for mark in BAND)
    axes.fill_between(years, low, high, step="post", color=SKY, alpha=0.45, linewidth=0, label="runs, 10-90 %")
    mean = counts @ np.arange(counts.shape[1]) / counts.sum(axis=1)
    axes.plot(years, mean, color=BLUE, linewidth=1.3, label="runs, mean")
    return years, low, high


def draw_observed(axes: "Axes", patron: str, channel: str) -> list[CodedPosture]:
    """Both codings with their range, and yearly quantities where there are any; returns the coded postures."""
    found = [s for s in coded_shares() if (s.patron, s.channel) == (patron, channel)]
    if found:
        years = [share.year for share in found]
        axes.step(
            years, [TOP * s.value for s in found], where="mid", color=ORANGE, linewidth=1.0, label="yearly quantity"
        )
    rows = [row for row in postures() if (row.patron, row.channel) == (patron, channel)]
    for row in rows:
        at = year_of(row)
        axes.plot([at, at], [row.low, row.high], color=GREY, linewidth=0.9)
        axes.plot([at, at], [row.level, row.second_coder], "o", color=RED, markersize=2.6, linestyle="")
    axes.plot([], [], "o", color=RED, markersize=2.6, label="two codings, and their range")
    return rows
