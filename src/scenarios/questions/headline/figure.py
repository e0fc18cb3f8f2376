"""Which figures belong to a run? The list of them, one by its name, and bars of the reasons."""

import math
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

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
    from pandas import DataFrame


FIGURES = ("support", "step_back", "levels", "reasons")
LADDER = "ladder"
BY_NAME: "dict[str, Callable[[Results], Figure]]" = {
    "support": fan,
    "step_back": survival,
    "levels": shares,
    "reasons": lambda results: reasons(results.summary, results.scenario, results.manifest),
}
Z95 = 1.96
WORTH_A_BAR = 0.005
LETTER = 0.078  # inches of a name at the left


def draw_run(folder: Path, figures: "Mapping[str, Callable[[], Figure]]") -> list[Path]:
    """Draws figures as `figures_of` makes them into a folder; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    return [file for name, make in figures.items() for file in write(make(), folder, name)]


def figures_of(
    results: Results, summary: "DataFrame", control: Results | None = None, curve: "DataFrame | None" = None
) -> "dict[str, Callable[[], Figure]]":
    """What draws each figure of a run, by its name; nothing is drawn before it is called. `svg_of` makes it text.

    Parameters
    ----------
    results, control : Results
        The scenario's runs and the matched control.
    summary : DataFrame
        As `scenarios.summary.summarise` returns it.
    curve : DataFrame, optional
        As `scenarios.runs.counting.ladder_curve` returns it.

    Examples
    --------
    >>> from scenarios import load, simulate, summarise
    >>> played = simulate(load("toy"), 5, engine="agents")
    >>> list(figures_of(played, summarise(played)))
    ['support', 'step_back', 'levels', 'reasons']
    """
    made: dict[str, Callable[[], Figure]] = {
        "support": lambda: fan(results),
        "step_back": lambda: survival(results, control),
        "levels": lambda: shares(results),
        "reasons": lambda: reasons(summary, results.scenario, results.manifest),
    }
    if part_of(results.scenario) == HISTORY:
        made["history"] = lambda: history(results)
    drawn: dict[str, Callable[[], Figure]] = {name: partial(as_shown, make) for name, make in made.items()}
    return drawn if curve is None else drawn | ladder_figure(lambda: curve, results)


def ladder_figure(curve: "Callable[[], DataFrame]", results: Results) -> "dict[str, Callable[[], Figure]]":
    """What draws the curve over the rungs, which is asked for when it is drawn."""
    return {LADDER: partial(as_shown, lambda: ladder(curve(), results.scenario, results.manifest))}


def figure_files(with_ladder: bool) -> list[str]:
    """Names of the files of every figure of a run."""
    names = [*FIGURES, LADDER] if with_ladder else FIGURES
    return [f"{name}.{ending}" for name in names for ending in ("png", "svg")]


def figure_of(results: Results, what: str) -> "Figure":
    """A figure of some runs by its name."""
    if what not in BY_NAME:
        raise UnknownName("figure", what, BY_NAME)
    return as_shown(lambda: BY_NAME[what](results))


def reasons(summary: "DataFrame", scenario: Scenario, manifest: Mapping[str, Any]) -> "Figure":
    """Share of each patron's step-backs by the reason that weighed most; those held by little are said in words."""
    rows = summary.set_index("outcome")
    shown = _shown(rows, scenario)
    room = Room(left=0.25 + LETTER * max((len(reason) for reason in shown), default=0), above=0.48, below=0.45)
    figure, grid_of_panels = grid(1, len(scenario.patrons), 0.34 * max(len(shown), 3), room)
    panels = grid_of_panels[0]
    has_control = bool(summary["control"].notna().any())
    top = _top(rows, shown, scenario)
    for place, (panel, patron) in enumerate(zip(panels, scenario.patrons, strict=True)):
        _draw_patron(panel, rows.reindex([f"{patron}.reason.{reason}" for reason in shown]), has_control)
        n = rows["n"].get(f"{patron}.reason.{shown[0]}", 0) if shown else 0
        if not n > 0:
            panel.text(0.5, 0.5, "no step-back", transform=panel.transAxes, ha="center", color=GREY)
        name_panel(panel, f"{label(scenario, f'patrons.{patron}')}\n{n if n > 0 else 0:.0f} step-backs")
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
    heading = reason_finding(_weighed(rows, shown, scenario), _is_on_edge(summary), scenario)
    caption(figure, heading, text, scenario, manifest, panel_key(panels[0], 2))
    return figure


def _weighed(rows: "DataFrame", shown: list[str], scenario: Scenario) -> list[Weighed]:
    """The longest bar of each patron that has one."""
    found = []
    for patron in scenario.patrons:
        bars = {reason: rows["value"].get(f"{patron}.reason.{reason}", math.nan) for reason in shown}
        bars = {reason: bar for reason, bar in bars.items() if bar >= WORTH_A_BAR}
        if bars:
            most = max(bars, key=lambda reason: bars[reason])
            found.append(Weighed(patron, most, bars[most], rows["n"].get(f"{patron}.reason.{most}", 0)))
    return found


def _is_on_edge(summary: "DataFrame") -> bool:
    """Whether most of all step-backs were held by little."""
    found = [(share, n) for share, _, n in shares_on_the_edge(summary).values() if n > 0 and not math.isnan(share)]
    return sum(share * n for share, n in found) > 0.5 * sum(n for _, n in found)


def _shown(rows: "DataFrame", scenario: Scenario) -> list[str]:
    """The reasons that matter for any patron, the most common first."""
    size = {}
    for reason in (word for word in Reason.words() if word != ON_THE_EDGE):
        found = rows["value"].reindex([f"{patron}.reason.{reason}" for patron in scenario.patrons]).fillna(0.0)
        if found.max() >= WORTH_A_BAR:
            size[reason] = float(found.sum())
    return sorted(size, key=lambda reason: -size[reason])


def _top(rows: "DataFrame", shown: list[str], scenario: Scenario) -> float:
    """Where the scale of all panels ends: at a quarter, a half, three quarters or 1."""
    found = rows.reindex([f"{patron}.reason.{reason}" for patron in scenario.patrons for reason in shown])
    ends = [found["value"] + Z95 * found["se"].fillna(0.0), found["control"].astype(float)]
    highest = max((float(end.max()) for end in ends if end.notna().any()), default=0.0)
    return min(1.0, max(1.0, math.ceil(4.0 * highest)) / 4.0)


def _draw_patron(panel: "Axes", rows: "DataFrame", has_control: bool) -> None:
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
