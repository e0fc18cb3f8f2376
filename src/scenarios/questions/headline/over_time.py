"""What moves over time? Support as a fan, step-backs as shares of the runs, levels of each channel week by week."""

import math
import textwrap
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import patheffects
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from scenarios.questions.headline import findings
from scenarios.report import style, wording
from scenarios.results import Results
from scenarios.scenario.scenario import Scenario

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
BINS = 100
FAN_ROOM = style.Room(above=0.6, below=0.42)
Z95 = 1.96
BACK, FURTHER = "step_back", "step_back_further"
SURVIVAL_ROOM = style.Room(above=0.6, below=0.45, down=0.4)
SOLID: dict[str, Any] = {"color": style.BLUE, "ls": "-", "label": "stepped back"}
DOTTED: dict[str, Any] = {"color": style.RED, "ls": (0, (1, 1)), "label": "stepped back further"}
DASHED: dict[str, Any] = {"color": style.BLACK, "ls": (0, (5, 2)), "label": "stepped back, pressure frozen (control)"}
HATCHED: dict[str, Any] = {"facecolor": style.FAINT, "edgecolor": style.GREY, "hatch": "///", "lw": 0}
HATCHED |= {"label": "client gone first"}
Incidence = tuple[NDArray[np.float64], NDArray[np.float64], int]
# Light to dark in steps that survive printing in grey (level 0 to level 3).
SHADES = ("#F7F7F7", "#BCD7EA", "#5B9BC8", "#0B3C6F")
LEVELS = ("nothing", "some", "much", "all it can give")  # as the questions of a new scenario call them
SHARES_ROOM = style.Room(left=0.6, above=0.42, below=0.42)
CELL, GAP = 1.15, 0.14  # inches a row is high; share of a cell that stays free
LAST_NAME = 0.8  # of a cell; the name of a date further right would run into the next one
NAME_LETTERS = 90  # in a line over all channels


@style.as_shown
def fan(results: Results) -> style.Figure:
    """Support index of each patron: exact bands over all runs, and the rung of a sample above them."""
    scenario = results.scenario
    figure, grid_of_panels = style.grid(len(scenario.patrons) + 1, 1, 1.0, FAN_ROOM)
    panels = grid_of_panels[:, 0]
    n_sample = _draw_rungs(panels[0], results)
    spreads, highest = {}, 0.0
    for panel, patron in zip(panels[1:], scenario.patrons, strict=True):
        rows = results.support[results.support["patron"] == patron]
        intended = _draw_support(panel, results, rows)
        first, last = intended[0], intended[-1]
        spreads[patron] = findings.Spread(first[2], last[2], last[0], last[4])
        highest = max(highest, float(intended[:, 4].max()))
        style.name_panel(panel, wording.label(scenario, f"patrons.{patron}"))
    for panel in panels:
        style.date_axis(panel, scenario, has_dates=panel is panels[-1], has_steps=panel is panels[0])
    for panel in panels[1:]:
        style.share_axis(panel, "support index", top=min(math.ceil(4 * highest + 0.2) / 4, 1.0))
    counted = results.support[results.support["patron"] == scenario.patrons[0]].groupby("step")["intended"].sum()
    text = (
        "Support index: 0 = nothing, 1 = every channel at its highest level. Bands hold 50 % and 90 % of the runs of "
        f"that {scenario.step} (n = {counted.iloc[0]} at the opening, {counted.iloc[-1]} at the horizon); exact to "
        f"0.01. Rung: median and 90 % band of {n_sample} sampled runs. "
        "The gap between intended and delivered is support that was meant but did not arrive."
    )
    key = style.panel_key(panels[1], 4)
    style.caption(figure, findings.support_finding(spreads, scenario), text, scenario, results.manifest, key)
    return figure


def bands(rows: pd.DataFrame, column: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Steps, and the `QUANTILES` of a patron's support index, intended or delivered, at each from counts by bin."""
    steps, counts = counts_by(rows, "bin", BINS + 1, column)
    heaped = counts.cumsum(axis=1)
    values = np.stack([(heaped < q * heaped[:, -1:]).sum(axis=1) / BINS for q in QUANTILES], axis=1)
    return steps, values


def _draw_support(panel: style.Panel, results: Results, rows: pd.DataFrame) -> NDArray[np.float64]:
    """The fan of one patron; returns the quantiles of what it intends, as `bands` does."""
    steps, intended = bands(rows, "intended")
    days = style.days_of(results.scenario, steps)
    panel.fill_between(days, intended[:, 0], intended[:, 4], color=style.SKY, alpha=0.35, lw=0, label="intended, 90 %")
    panel.fill_between(days, intended[:, 1], intended[:, 3], color=style.SKY, alpha=0.9, lw=0, label="intended, 50 %")
    panel.plot(days, intended[:, 2], color=style.BLUE, lw=1.6, label="intended, median")
    steps, delivered = bands(rows, "delivered")
    days = style.days_of(results.scenario, steps)
    panel.plot(days, delivered[:, 2], color=style.BLACK, lw=1.3, ls=(0, (4, 2)), label="delivered, median")
    return intended


def _draw_rungs(panel: style.Panel, results: Results) -> int:
    """Median and band of the rung over the sampled runs; returns how many there are."""
    sample = results.paths.drop_duplicates(["run", "step"])[["run", "step", "rung"]].dropna()
    by_run = sample.pivot(index="run", columns="step", values="rung")
    low, middle, high = np.nanquantile(by_run.to_numpy(dtype=float), [0.05, 0.5, 0.95], axis=0)
    days = style.days_of(results.scenario, by_run.columns.to_numpy(dtype=float))
    panel.fill_between(days, low, high, step="post", color=style.ORANGE, alpha=0.45, lw=0, label="90 %")
    panel.step(days, middle, where="post", color=style.BLACK, lw=1.4, label="median")
    panel.set_ylim(-0.3, 10.3)
    panel.set_yticks([0, 2, 4, 6, 8, 10])
    panel.set_ylabel("rung")
    style.name_panel(panel, "Rung of the ladder of pressure", pad=30.0)
    panel.grid(axis="y", color=style.GREY, alpha=0.2, lw=0.6)
    panel.legend(loc="lower right", ncols=2, bbox_to_anchor=(1.0, 1.38), borderaxespad=0.0)
    return int(sample["run"].nunique())


def counts_by(
    rows: pd.DataFrame, column: str, size: int, counted: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Steps at which any run was counted, and how many there fall on each value 0 to size - 1 of a column.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"step": [0, 0, 7], "level": [0, 2, 1], "intended": [3, 1, 4]})
    >>> [found.tolist() for found in counts_by(rows, "level", 3, "intended")]
    [[0.0, 7.0], [[3.0, 0.0, 1.0], [0.0, 4.0, 0.0]]]
    """
    steps, place = np.unique(rows["step"].to_numpy(), return_inverse=True)
    counts = np.zeros((len(steps), size))
    np.add.at(counts, (place, rows[column].to_numpy()), rows[counted].to_numpy())
    is_counted = counts.sum(axis=1) > 0
    return steps[is_counted].astype(np.float64), counts[is_counted]


@style.as_shown
def survival(results: Results, control: Results | None = None) -> style.Figure:
    """Share of runs in which each patron has stepped back, and further; the control dashed."""
    scenario, patrons = results.scenario, results.scenario.patrons
    n_columns = min(len(patrons), 2)
    figure, panels = style.grid(-(-len(patrons) // n_columns), n_columns, 1.9, SURVIVAL_ROOM)
    panels = panels.ravel()
    played, frozen = incidences(results), None if control is None else incidences(control)
    ended = {}
    for panel, patron in zip(panels, patrons, strict=False):
        ended[patron] = _draw_patron(panel, results, played, frozen, patron)
    for spare in panels[len(patrons) :]:
        spare.set_visible(False)
    for place, panel in enumerate(panels[: len(patrons)]):
        is_lowest, width = place + n_columns >= len(patrons), style.panel_width(n_columns, SURVIVAL_ROOM)
        style.date_axis(panel, scenario, has_dates=is_lowest, has_steps=place < n_columns, inches=width)
        style.share_axis(panel, "share of runs" if place % n_columns == 0 else "")
        panel.tick_params(labelleft=place % n_columns == 0)
    # a panel of a patron that is not at risk has nothing to explain
    key = max((style.panel_key(panel, 4) for panel in panels), key=lambda found: len(found.names))
    text = (
        f"{wording.definition(scenario)} Further: two levels or more. Hatched from above: in the scenario the client "
        "was gone before the patron stepped back. What lies between is still open; runs are played on past the "
        "horizon, so that late losses are judged too. The shares are exact counts of n runs; pale bands: 95 % "
        "Monte Carlo interval."
    )
    style.caption(figure, findings.step_back_finding(ended, scenario), text, scenario, results.manifest, key)
    return figure


def incidences(results: Results) -> dict[tuple[str, str], Incidence]:
    """The incidence of every patron's step-back, and of the one that goes further, in one reading of the runs."""
    size = results.scenario.steps + 1
    asked = [(patron, event) for patron in results.scenario.patrons for event in (BACK, FURTHER)]
    counts = {key: np.zeros((2, size), dtype=np.int64) for key in asked}
    sizes = dict.fromkeys(asked, 0)
    for part in results.parts():
        ends = part.runs.set_index("run")[["client_outcome", "client_outcome_at"]]
        for patron in results.scenario.patrons:
            rows = part.patrons[(part.patrons["patron"] == patron) & part.patrons["at_risk"].astype(bool)]
            ended = ends.loc[rows["run"]]
            gone_at = np.where(ended["client_outcome"] != "holds", ended["client_outcome_at"].astype(float), np.nan)
            for event in (BACK, FURTHER):
                back_at = rows[f"{event}_at"].to_numpy(dtype=float)
                counts[patron, event][0] += _count_at(back_at, size)
                counts[patron, event][1] += _count_at(gone_at[np.isnan(back_at)], size)
                sizes[patron, event] += len(rows)
    return {key: (*(counts[key].cumsum(axis=1) / max(sizes[key], 1)), sizes[key]) for key in asked}


def _count_at(at: NDArray[np.float64], n_steps: int) -> NDArray[np.int64]:
    """How many times fall on each step; missing ones and those after the horizon on none."""
    kept = at[~np.isnan(at)].astype(np.int64)
    counts: NDArray[np.int64] = np.bincount(kept[kept < n_steps], minlength=n_steps)
    return counts


def _draw_patron(
    panel: style.Panel,
    results: Results,
    played: dict[tuple[str, str], Incidence],
    frozen: dict[tuple[str, str], Incidence] | None,
    patron: str,
) -> findings.Ended:
    """One patron's curves with the control and the client's end; returns where they end."""
    scenario = results.scenario
    back, gone, n = played[patron, BACK]
    further = played[patron, FURTHER][0]
    # the steps stand above the panels of the first row
    pad = 30.0 if patron in scenario.patrons[:2] else 5.0
    style.name_panel(panel, f"{wording.label(scenario, f'patrons.{patron}')} (n = {n})", pad=pad)
    if n == 0:
        said = "not at risk:\ngave nothing material at the opening"
        panel.text(0.5, 0.6, said, transform=panel.transAxes, ha="center")
        return findings.Ended(0.0, 0.0, 0)
    days = style.days_of(scenario, np.arange(scenario.steps + 1, dtype=float))
    panel.fill_between(days, 1.0 - gone, 1.0, step="post", **HATCHED)
    _draw_curve(panel, days, back, n, SOLID)
    _draw_curve(panel, days, further, n, DOTTED)
    if frozen is None:
        return findings.Ended(back[-1], further[-1], n)
    held, _, n_held = frozen[patron, BACK]
    _draw_curve(panel, days, held, n_held, DASHED)
    return findings.Ended(back[-1], further[-1], n, held[-1])


def _draw_curve(
    panel: style.Panel, days: NDArray[np.float64], share: NDArray[np.float64], n: int, look: dict[str, Any]
) -> None:
    """A step curve with its 95 % Monte Carlo band."""
    half = Z95 * np.sqrt(share * (1 - share) / max(n, 1))
    panel.fill_between(days, share - half, share + half, step="post", color=look["color"], alpha=0.2, lw=0)
    panel.step(days, share, where="post", lw=1.7, **look)


@style.as_shown
def shares(results: Results) -> style.Figure:
    """Stacked shares of runs by intended level, a cell for each patron and channel; line: anything delivered.

    All cells stand in one panel, 1 wide and 1 high: two dozen panels take ten times as long to draw.
    """
    scenario = results.scenario
    figure, panels = style.grid(1, 1, CELL * len(scenario.patrons), SHARES_ROOM)
    panel = panels[0, 0]
    by_cell = dict(list(results.levels.groupby(["patron", "channel"], observed=True)))
    ends = {}
    for row, patron in enumerate(scenario.patrons):
        for column, channel in enumerate(scenario.channels):
            steps, values = level_shares(by_cell[patron, channel], "intended")
            _, delivered = level_shares(by_cell[patron, channel], "delivered")
            corner = (float(column), float(len(scenario.patrons) - 1 - row))
            if _draw_cell(panel, corner, steps / scenario.steps, values, delivered):
                ends[patron, channel] = (values[0] @ range(4), values[-1] @ range(4))
    _name_cells(panel, scenario)
    counted = by_cell[scenario.patrons[0], scenario.channels[0]]
    n = int(counted[counted["step"] == 0]["intended"].sum())
    text = (
        f"Height of a shade: share of runs in which the patron intends that level (n = {n} at the opening, "
        "later those whose client still stands); exact counts. Line: share in which anything at all is delivered. "
        "Where it runs below the shaded area, intended support does not arrive."
    )
    style.caption(figure, findings.level_finding(ends, scenario), text, scenario, results.manifest, _key())
    return figure


def level_shares(rows: pd.DataFrame, column: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Steps, and the share of runs at each level, of one patron's rows of the table `levels` on one channel."""
    steps, counts = counts_by(rows, "level", 4, column)
    return steps, counts / counts.sum(axis=1, keepdims=True)


def _draw_cell(panel: style.Panel, corner: tuple[float, float], time: Any, intended: Any, delivered: Any) -> bool:
    """One channel of one patron, time and shares from 0 to 1 of its cell; whether it is used at all."""
    left, foot = corner
    wide, high = 1.0 - GAP, 1.0 - GAP
    if intended[:, 1:].max(initial=0.0) == 0.0:
        panel.text(
            left + wide / 2, foot + high / 2, "never used", ha="center", va="center", color=style.GREY, fontsize=8
        )
        return False
    heaped = foot + high * np.c_[np.zeros(len(intended)), intended[:, ::-1].cumsum(axis=1)]
    across = left + wide * time
    for place, shade in enumerate(SHADES[::-1]):
        panel.fill_between(across, heaped[:, place], heaped[:, place + 1], color=shade, lw=0)
    # the pale edge keeps the line apart from the shades when all is grey
    edge = [patheffects.withStroke(linewidth=3.2, foreground="white")]
    arrives = foot + high * (1.0 - delivered[:, 0])
    panel.plot(across[: len(arrives)], arrives, color=style.RED, lw=1.4, path_effects=edge, clip_on=False)
    return True


def _name_cells(panel: style.Panel, scenario: Scenario) -> None:
    """Channels above, patrons at the left, shares and dates at the edge of every cell."""
    n_rows, n_columns = len(scenario.patrons), len(scenario.channels)
    panel.set_xlim(0.0, n_columns - GAP)
    panel.set_ylim(0.0, n_rows - GAP)
    panel.spines[:].set_visible(False)
    high, width = 1.0 - GAP, (style.WIDTH - SHARES_ROOM.left - SHARES_ROOM.right) / (n_columns - GAP)
    feet = [float(n_rows - 1 - row) for row in range(n_rows)]
    ticks = [(foot + share * high, f"{share:g}") for foot in feet for share in (0.0, 0.5, 1.0)]
    panel.set_yticks([at for at, _ in ticks], [name for _, name in ticks], fontsize=7.5)
    days, names = style.date_ticks(scenario, width * (1.0 - GAP))
    spots = [
        (column + _at(scenario, day), name if _at(scenario, day) < LAST_NAME else "")
        for column in range(n_columns)
        for day, name in zip(days, names, strict=True)
    ]
    panel.set_xticks([at for at, _ in spots], [name for _, name in spots], fontsize=7.5)
    for column, channel in enumerate(scenario.channels):
        name = textwrap.fill(wording.label(scenario, f"channels.{channel}"), max(NAME_LETTERS // n_columns, 8))
        panel.text(column, n_rows - GAP + 0.05, name, fontsize=8, fontweight="bold", va="bottom", linespacing=1.05)
    for foot, patron in zip(feet, scenario.patrons, strict=True):
        name = wording.label(scenario, f"patrons.{patron}")
        across = -0.42 / width
        panel.text(across, foot + high / 2, name, fontweight="bold", rotation=90, ha="right", va="center")
    lefts, lows = np.tile(np.arange(n_columns), n_rows), np.repeat(feet, n_columns)
    panel.vlines(lefts, lows, lows + high, color="black", lw=0.8)
    panel.hlines(lows, lefts, lefts + high, color="black", lw=0.8)


def _at(scenario: Scenario, day: date) -> float:
    """Where a date lies in a cell."""
    first = style.day_number(scenario.start)
    return (1.0 - GAP) * (style.day_number(day) - first) / (style.day_number(wording.horizon(scenario)) - first)


def _key() -> style.Key:
    """What the shades and the line mean, in words."""
    handles: list[Patch | Line2D] = [Patch(facecolor=shade, edgecolor=style.GREY, lw=0.5) for shade in SHADES]
    names = [f"{level} {name}" for level, name in enumerate(LEVELS)]
    return style.Key([*handles, Line2D([], [], color=style.RED, lw=1.4)], [*names, "anything delivered"], 5)
