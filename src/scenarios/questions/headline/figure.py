"""Which figures belong to a run? All of them, one by its name; bars of the reasons, twenty years at a glance."""

import math
import textwrap
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.errors import UnknownName
from scenarios.history.ensembles import HISTORY
from scenarios.history.observations import CodedPosture, coded_shares, postures
from scenarios.history.patterns import part_of
from scenarios.questions.headline import findings, over_time
from scenarios.report import style, wording
from scenarios.report.curves import ladder
from scenarios.results import Results
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import Reason

Z95 = 1.96
WORTH_A_BAR = 0.005
LETTER = 0.078  # inches of a name at the left
TOP = 3
BAND = (0.1, 0.9)
NAMED_YEARS = (2010, 2020)
ROOM = style.Room(left=0.65, above=0.5, below=0.3, across=0.16, down=0.18)
Band = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]


def draw_run(folder: Path, figures: Mapping[str, Callable[[], style.Figure]]) -> list[Path]:
    """Draws figures as `figures_of` makes them into a folder; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    return [file for name, make in figures.items() for file in style.write(make(), folder, name)]


def figures_of(
    results: Results, summary: pd.DataFrame, control: Results | None = None, curve: pd.DataFrame | None = None
) -> dict[str, Callable[[], style.Figure]]:
    """What draws each figure of a run, by its name; nothing is drawn before it is called. `svg_of` makes it text.

    Examples
    --------
    >>> from scenarios import load, simulate, summarise
    >>> played = simulate(load("toy"), 5, engine="agents")
    >>> list(figures_of(played, summarise(played)))
    ['support', 'step_back', 'levels', 'reasons']
    """
    made = _made(results, lambda: summary, control)
    if part_of(results.scenario) == HISTORY:
        made["history"] = partial(history, results)
    return made if curve is None else made | ladder_figure(lambda: curve, results)


def _made(
    results: Results, summary: Callable[[], pd.DataFrame], control: Results | None = None
) -> dict[str, Callable[[], style.Figure]]:
    """What draws each figure that all runs have."""
    return {
        "support": partial(over_time.fan, results),
        "step_back": partial(over_time.survival, results, control),
        "levels": partial(over_time.shares, results),
        "reasons": lambda: reasons(summary(), results.scenario, results.manifest),
    }


def ladder_figure(curve: Callable[[], pd.DataFrame], results: Results) -> dict[str, Callable[[], style.Figure]]:
    """What draws the curve over the rungs, which is asked for when it is drawn."""
    return {findings.LADDER: lambda: ladder(curve(), results.scenario, results.manifest)}


def figure_of(results: Results, what: str) -> style.Figure:
    """A figure of some runs by its name."""
    if what not in findings.FIGURES:
        raise UnknownName("figure", what, findings.FIGURES)
    return _made(results, lambda: results.summary)[what]()


@style.as_shown
def reasons(summary: pd.DataFrame, scenario: Scenario, manifest: Mapping[str, Any]) -> style.Figure:
    """Share of each patron's step-backs by the reason that weighed most; those held by little are said in words."""
    bars = _bars(summary, scenario)
    shown = list(bars.index.unique("reason"))
    room = style.Room(left=0.25 + LETTER * max((len(reason) for reason in shown), default=0), above=0.48, below=0.45)
    figure, grid_of_panels = style.grid(1, len(scenario.patrons), 0.34 * max(len(shown), 3), room)
    panels = grid_of_panels[0]
    has_control = bool(summary["control"].notna().any())
    top = _top(bars)
    for place, (panel, patron) in enumerate(zip(panels, scenario.patrons, strict=True)):
        mine = bars[bars.index.get_level_values("patron") == patron]
        n = mine["n"].fillna(0).iloc[0] if shown else 0
        _draw_patron(panel, mine, has_control)
        if n == 0:
            panel.text(0.5, 0.5, "no step-back", transform=panel.transAxes, ha="center", color=style.GREY)
        style.name_panel(panel, f"{wording.label(scenario, f'patrons.{patron}')}\n{n:.0f} step-backs")
        panel.set_xlim(0.0, top)
        ticks = np.arange(0.0, top + 0.01, 0.25 if top < 1.0 else 0.5)
        panel.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        panel.set_yticks(range(len(shown)), [wording.words(reason) if place == 0 else "" for reason in shown])
        panel.set_ylim(max(len(shown), 1) - 0.5, -0.5)
    held = wording.edge_line(wording.shares_on_the_edge(summary), scenario)
    text = (
        "Each step-back has one reason: the term that has moved the choice most since the posture was chosen, if by "
        "0.05 of utility or more, or a budget that no longer pays. Bars are shares of all its step-backs; reasons "
        f"under {100 * WORTH_A_BAR} % everywhere are left out. {held} "
        f"{wording.definition(scenario)} Lines: 95 % Monte Carlo interval; n above each panel."
    )
    heading = findings.reason_finding(_weighed(bars), _is_on_edge(summary), scenario)
    style.caption(figure, heading, text, scenario, manifest, style.panel_key(panels[0], 2))
    return figure


def _bars(summary: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """The rows of each patron's reasons, by both; of the reasons that matter for any of them, the most common first."""
    rows = summary.set_index("outcome")
    names = {(patron, word): f"{patron}.reason.{word}" for word in Reason.words() for patron in scenario.patrons}
    bars = rows.reindex([*names.values()]).set_index(pd.MultiIndex.from_tuples(names, names=["patron", "reason"]))
    weighty = bars["value"].astype(float).fillna(0.0).drop(wording.ON_THE_EDGE, level="reason")
    by_reason = weighty.groupby("reason", sort=False)
    sizes = by_reason.sum()[by_reason.max() >= WORTH_A_BAR].sort_values(ascending=False, kind="stable")
    return bars.reindex(pd.MultiIndex.from_product([scenario.patrons, sizes.index], names=["patron", "reason"]))


def _weighed(bars: pd.DataFrame) -> list[findings.Weighed]:
    """The longest bar of each patron that has one."""
    worth = bars[bars["value"] >= WORTH_A_BAR].reset_index()
    longest = worth.loc[worth.groupby("patron", sort=False)["value"].idxmax()]
    return [findings.Weighed(*row) for row in longest[["patron", "reason", "value", "n"]].itertuples(index=False)]


def _is_on_edge(summary: pd.DataFrame) -> bool:
    """Whether most of all step-backs were held by little."""
    held = wording.shares_on_the_edge(summary).values()
    found = [(share, n) for share, _, n in held if n > 0 and not math.isnan(share)]
    return sum(share * n for share, n in found) > 0.5 * sum(n for _, n in found)


def _top(bars: pd.DataFrame) -> float:
    """Where the scale of all panels ends: at a quarter, a half, three quarters or 1."""
    ends = [bars["value"] + Z95 * bars["se"].fillna(0.0), bars["control"].astype(float)]
    highest = max((float(end.max()) for end in ends if end.notna().any()), default=0.0)
    return min(1.0, max(1.0, math.ceil(4.0 * highest)) / 4.0)


def _draw_patron(panel: style.Panel, rows: pd.DataFrame, has_control: bool) -> None:
    """The bars of one patron."""
    place = np.arange(len(rows))
    thick = 0.42 if has_control else 0.7
    offset = thick / 2 if has_control else 0.0
    value, se = rows["value"].fillna(0.0), rows["se"].fillna(0.0)
    panel.barh(place - offset, value, thick, color=style.BLUE, xerr=Z95 * se, error_kw={"lw": 1.0}, label="scenario")
    if has_control:
        panel.barh(
            place + offset, rows["control"].fillna(0.0), thick, facecolor="white", edgecolor=style.GREY, hatch="////",
            lw=0.8, label="control (pressure frozen)",
        )  # fmt: skip
    panel.set_xlabel("share of step-backs", fontsize=8)
    panel.grid(axis="x", color=style.FAINT, lw=0.6)
    panel.set_axisbelow(True)


@style.as_shown
def history(results: Results) -> style.Figure:
    """Level of each patron's channels over the years: bands of the runs, codings at five dates, yearly quantities."""
    scenario = results.scenario
    cells = [c for c in scenario.channels if any(_is_in_reach(scenario, p, c) for p in scenario.patrons)]
    figure, panels = style.grid(len(scenario.patrons), len(cells), 1.05, ROOM)
    within = coded = 0
    for place, patron in enumerate(scenario.patrons):
        for panel, channel in zip(panels[place], cells, strict=True):
            if _is_in_reach(scenario, patron, channel):
                band = _draw_runs(panel, results, patron, channel)
                postures_here = _draw_observed(panel, patron, channel)
                within += sum(_is_in_band(posture, band) for posture in postures_here)
                coded += len(postures_here)
            else:
                beyond: Any = {"transform": panel.transAxes, "ha": "center", "fontsize": 7, "color": style.GREY}
                panel.text(0.5, 0.5, "out of reach", **beyond)
            _set_axes(panel, scenario, has_years=place == len(panels) - 1, has_levels=channel == cells[0])
    for panel, channel in zip(panels[0], cells, strict=True):
        style.name_panel(panel, textwrap.fill(wording.label(scenario, f"channels.{channel}"), 16), fontsize=7.5)
    for panel, patron in zip(panels[:, 0], scenario.patrons, strict=True):
        panel.set_ylabel(f"{wording.label(scenario, f'patrons.{patron}')}\nlevel", fontsize=8)
    named = (panels[0, 0], panels[0, cells.index("arms") if "arms" in cells else 0])
    keys = [style.panel_key(panel, 4) for panel in named]
    known = {name: handle for key in keys for name, handle in zip(key.names, key.handles, strict=True)}
    text = (
        "Level 3 is the patron's own peak of 2005-25. Line and band: mean and 10 to 90 % of the runs, as intended "
        f"(n = {int(results.manifest['replications'])}). Dots: two codings of the evidence; bars: what both held "
        "possible. A posture lies in the band if one of its codings does. Steps: yearly deliveries over the patron's "
        "own peak, times 3."
    )
    key = style.Key([*known.values()], [*known], 4)
    style.caption(figure, findings.history_finding(within, coded), text, scenario, results.manifest, key)
    return figure


def _is_in_band(posture: CodedPosture, band: Band) -> bool:
    """Whether one of the two codings lies between the limits of the runs at its date."""
    years, low, high = band
    at = int(np.searchsorted(years, _year_of(posture), side="right")) - 1
    return any(low[at] <= level <= high[at] for level in (posture.level, posture.second_coder))


def _year_of(posture: CodedPosture) -> float:
    """When a posture was coded for, as a calendar year."""
    return posture.date.year + posture.date.timetuple().tm_yday / 365.25


def _set_axes(panel: style.Panel, scenario: Scenario, has_years: bool, has_levels: bool) -> None:
    """Levels and years of one cell."""
    first, last = _years_of(scenario, np.array([0, scenario.steps]))
    panel.set_xlim(first - 0.6, last + 0.6)
    years = [2005, 2010, 2015, 2020, 2025]
    panel.set_xticks(years, [f"{year}" if year in NAMED_YEARS and has_years else "" for year in years])
    panel.set_ylim(-0.15, TOP + 0.15)
    panel.set_yticks(range(TOP + 1))
    panel.tick_params(labelsize=7, labelleft=has_levels)
    panel.grid(axis="y", color=style.FAINT, linewidth=0.5)


def _is_in_reach(scenario: Scenario, patron: str, channel: str) -> bool:
    """Whether a patron could give anything on a channel."""
    return scenario.numbers[f"patrons.{patron}.channels.{channel}.feasible"].value >= 1.0


def _years_of(scenario: Scenario, steps: NDArray[Any]) -> NDArray[np.float64]:
    """Steps as calendar years."""
    start = scenario.start.year + (scenario.start.timetuple().tm_yday - 1) / 365.25
    return np.asarray(start + steps * scenario.step_years, dtype=np.float64)


def _draw_runs(panel: style.Panel, results: Results, patron: str, channel: str) -> Band:
    """Mean and band of the intended level over the runs; returns the band."""
    rows = results.levels[(results.levels["patron"] == patron) & (results.levels["channel"] == channel)]
    steps, counts = over_time.counts_by(rows, "level", TOP + 1, "intended")
    reach = counts.cumsum(axis=1) / counts.sum(axis=1, keepdims=True)
    years = _years_of(results.scenario, steps)
    low, high = (np.argmax(reach >= mark, axis=1) for mark in BAND)
    panel.fill_between(years, low, high, step="post", color=style.SKY, alpha=0.45, linewidth=0, label="runs, 10-90 %")
    mean = counts @ np.arange(counts.shape[1]) / counts.sum(axis=1)
    panel.plot(years, mean, color=style.BLUE, linewidth=1.3, label="runs, mean")
    return years, low, high


def _draw_observed(panel: style.Panel, patron: str, channel: str) -> list[CodedPosture]:
    """Both codings with their range, and yearly quantities where there are any; returns the coded postures."""
    found = [s for s in coded_shares() if (s.patron, s.channel) == (patron, channel)]
    if found:
        years = [share.year for share in found]
        shares = [TOP * share.value for share in found]
        panel.step(years, shares, where="mid", color=style.ORANGE, linewidth=1.0, label="yearly quantity")
    rows = [row for row in postures() if (row.patron, row.channel) == (patron, channel)]
    for row in rows:
        at = _year_of(row)
        panel.plot([at, at], [row.low, row.high], color=style.GREY, linewidth=0.9)
        panel.plot([at, at], [row.level, row.second_coder], "o", color=style.RED, markersize=2.6, linestyle="")
    panel.plot([], [], "o", color=style.RED, markersize=2.6, label="two codings, and their range")
    return rows
