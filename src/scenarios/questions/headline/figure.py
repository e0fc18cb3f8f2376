"""Which figures belong to a run? The list of them, one by its name, and bars of the reasons."""

import math
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from scenarios.errors import UnknownName
from scenarios.history.ensembles import HISTORY
from scenarios.history.patterns import part_of
from scenarios.questions.headline.findings import Weighed, reason_finding
from scenarios.questions.headline.over_time import fan, shares, survival
from scenarios.questions.headline.past import history
from scenarios.report.curves import ladder
from scenarios.report.style import BLUE, FAINT, GREY, Room, as_shown, caption, grid, name_panel, panel_key, write
from scenarios.report.wording import ON_THE_EDGE, definition, edge_line, label, shares_on_the_edge, words
from scenarios.results import Results
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import Reason

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


FIGURES = ("support", "step_back", "levels", "reasons")
LADDER = "ladder"
Z95 = 1.96
WORTH_A_BAR = 0.005
LETTER = 0.078  # inches of a name at the left


def draw_run(folder: Path, figures: "Mapping[str, Callable[[], Figure]]") -> list[Path]:
    """Draws figures as `figures_of` makes them into a folder; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    return [file for name, make in figures.items() for file in write(make(), folder, name)]


def figures_of(
    results: Results, summary: pd.DataFrame, control: Results | None = None, curve: pd.DataFrame | None = None
) -> "dict[str, Callable[[], Figure]]":
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
        made["history"] = lambda: history(results)
    drawn: dict[str, Callable[[], Figure]] = {name: partial(as_shown, make) for name, make in made.items()}
    return drawn if curve is None else drawn | ladder_figure(lambda: curve, results)


def _made(
    results: Results, summary: Callable[[], pd.DataFrame], control: Results | None = None
) -> "dict[str, Callable[[], Figure]]":
    """What draws each figure that all runs have."""
    return {
        "support": lambda: fan(results),
        "step_back": lambda: survival(results, control),
        "levels": lambda: shares(results),
        "reasons": lambda: reasons(summary(), results.scenario, results.manifest),
    }


def ladder_figure(curve: Callable[[], pd.DataFrame], results: Results) -> "dict[str, Callable[[], Figure]]":
    """What draws the curve over the rungs, which is asked for when it is drawn."""
    return {LADDER: partial(as_shown, lambda: ladder(curve(), results.scenario, results.manifest))}


def figure_files(with_ladder: bool) -> list[str]:
    """Names of the files of every figure of a run."""
    names = [*FIGURES, LADDER] if with_ladder else FIGURES
    return [f"{name}.{ending}" for name in names for ending in ("png", "svg")]


def figure_of(results: Results, what: str) -> "Figure":
    """A figure of some runs by its name."""
    if what not in FIGURES:
        raise UnknownName("figure", what, FIGURES)
    return as_shown(_made(results, lambda: results.summary)[what])


def reasons(summary: pd.DataFrame, scenario: Scenario, manifest: Mapping[str, Any]) -> "Figure":
    """Share of each patron's step-backs by the reason that weighed most; those held by little are said in words."""
    bars = _bars(summary, scenario)
    shown = list(bars.index.unique("reason"))
    room = Room(left=0.25 + LETTER * max((len(reason) for reason in shown), default=0), above=0.48, below=0.45)
    figure, grid_of_panels = grid(1, len(scenario.patrons), 0.34 * max(len(shown), 3), room)
    panels = grid_of_panels[0]
    has_control = bool(summary["control"].notna().any())
    top = _top(bars)
    for place, (panel, patron) in enumerate(zip(panels, scenario.patrons, strict=True)):
        mine = bars[bars.index.get_level_values("patron") == patron]
        n = mine["n"].fillna(0).iloc[0] if shown else 0
        _draw_patron(panel, mine, has_control)
        if n == 0:
            panel.text(0.5, 0.5, "no step-back", transform=panel.transAxes, ha="center", color=GREY)
        name_panel(panel, f"{label(scenario, f'patrons.{patron}')}\n{n:.0f} step-backs")
        panel.set_xlim(0.0, top)
        ticks = np.arange(0.0, top + 0.01, 0.25 if top < 1.0 else 0.5)
        panel.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        panel.set_yticks(range(len(shown)), [words(reason) if place == 0 else "" for reason in shown])
        panel.set_ylim(max(len(shown), 1) - 0.5, -0.5)
    text = (
        "Each step-back has one reason: the term that has moved the choice most since the posture was chosen, if by "
        "0.05 of utility or more, or a budget that no longer pays. Bars are shares of all its step-backs; reasons "
        f"under {100 * WORTH_A_BAR} % everywhere are left out. {edge_line(shares_on_the_edge(summary), scenario)} "
        f"{definition(scenario)} Lines: 95 % Monte Carlo interval; n above each panel."
    )
    heading = reason_finding(_weighed(bars), _is_on_edge(summary), scenario)
    caption(figure, heading, text, scenario, manifest, panel_key(panels[0], 2))
    return figure


def _bars(summary: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """The rows of each patron's reasons, by both; of the reasons that matter for any of them, the most common first."""
    rows = summary.set_index("outcome")
    names = {(patron, word): f"{patron}.reason.{word}" for word in Reason.words() for patron in scenario.patrons}
    bars = rows.reindex([*names.values()]).set_index(pd.MultiIndex.from_tuples(names, names=["patron", "reason"]))
    by_reason = bars["value"].astype(float).fillna(0.0).drop(ON_THE_EDGE, level="reason").groupby("reason", sort=False)
    sizes = by_reason.sum()[by_reason.max() >= WORTH_A_BAR].sort_values(ascending=False, kind="stable")
    return bars.reindex(pd.MultiIndex.from_product([scenario.patrons, sizes.index], names=["patron", "reason"]))


def _weighed(bars: pd.DataFrame) -> list[Weighed]:
    """The longest bar of each patron that has one."""
    worth = bars[bars["value"] >= WORTH_A_BAR].reset_index()
    longest = worth.loc[worth.groupby("patron", sort=False)["value"].idxmax()]
    return [Weighed(*row) for row in longest[["patron", "reason", "value", "n"]].itertuples(index=False)]


def _is_on_edge(summary: pd.DataFrame) -> bool:
    """Whether most of all step-backs were held by little."""
    found = [(share, n) for share, _, n in shares_on_the_edge(summary).values() if n > 0 and not math.isnan(share)]
    return sum(share * n for share, n in found) > 0.5 * sum(n for _, n in found)


def _top(bars: pd.DataFrame) -> float:
    """Where the scale of all panels ends: at a quarter, a half, three quarters or 1."""
    ends = [bars["value"] + Z95 * bars["se"].fillna(0.0), bars["control"].astype(float)]
    highest = max((float(end.max()) for end in ends if end.notna().any()), default=0.0)
    return min(1.0, max(1.0, math.ceil(4.0 * highest)) / 4.0)


def _draw_patron(panel: "Axes", rows: pd.DataFrame, has_control: bool) -> None:
    """The bars of one patron."""
    place = np.arange(len(rows))
    thick = 0.42 if has_control else 0.7
    offset = thick / 2 if has_control else 0.0
    value, se = rows["value"].fillna(0.0), rows["se"].fillna(0.0)
    panel.barh(place - offset, value, thick, color=BLUE, xerr=Z95 * se, error_kw={"lw": 1.0}, label="scenario")
    if has_control:
        panel.barh(
            place + offset,
            rows["control"].fillna(0.0),
            thick,
            facecolor="white",
            edgecolor=GREY,
            hatch="////",
            lw=0.8,
            label="control (pressure frozen)",
        )
    panel.set_xlabel("share of step-backs", fontsize=8)
    panel.grid(axis="x", color=FAINT, lw=0.6)
    panel.set_axisbelow(True)
