"""Why do patrons step back? Bars of the reasons, the scenario beside its control."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.report.style import BLUE, FAINT, GREY, caption, sheet
from scenarios.report.tables import ON_THE_EDGE, edge_line, label, shares_on_the_edge, words
from scenarios.vocabulary import Reason

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

    from scenarios.scenario.scenario import Scenario

Z95 = 1.96
WORTH_A_BAR = 0.005


def reasons(summary: "DataFrame", scenario: "Scenario", manifest: Mapping[str, Any]) -> "Figure":
    """Share of each patron's step-backs by the reason that weighed most; those held by little are said in words."""
    rows = summary.set_index("outcome")
    shown = _shown(rows, scenario)
    figure = sheet(1.9 + 0.34 * max(len(shown), 3))
    panels = figure.subplots(1, len(scenario.patrons), sharey=True, sharex=True, squeeze=False)[0]
    has_control = bool(summary["control"].notna().any())
    for panel, patron in zip(panels, scenario.patrons, strict=True):
        _draw_patron(panel, rows.reindex([f"{patron}.reason.{reason}" for reason in shown]), has_control)
        n = rows["n"].get(f"{patron}.reason.{shown[0]}", 0) if shown else 0
        if not n > 0:
            panel.text(0.5, 0.5, "no step-back", transform=panel.transAxes, ha="center", color=GREY)
        panel.set_title(f"{label(scenario, f'patrons.{patron}')}\n{n if n > 0 else 0:.0f} step-backs")
    panels[0].set_xlim(0.0, _top(rows, shown, scenario))
    panels[0].set_yticks(range(len(shown)), [words(reason) for reason in shown])
    panels[0].invert_yaxis()
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper right", ncols=2)
    text = (
        "Each step-back has one reason: the term that has moved the choice most since the posture was chosen, if by "
        "0.05 of utility or more, or a budget that no longer pays. Bars are shares of all its step-backs; reasons "
        f"under {100 * WORTH_A_BAR} % everywhere are left out. {edge_line(shares_on_the_edge(summary), scenario)} "
        "Lines: 95 % Monte Carlo interval; n above each panel."
    )
    caption(figure, "Why patrons step back", text, scenario, manifest)
    return figure


def _shown(rows: "DataFrame", scenario: "Scenario") -> list[str]:
    """The reasons that matter for any patron, the most common first."""
    size = {}
    for reason in (word for word in Reason.words() if word != ON_THE_EDGE):
        found = rows["value"].reindex([f"{patron}.reason.{reason}" for patron in scenario.patrons]).fillna(0.0)
        if found.max() >= WORTH_A_BAR:
            size[reason] = float(found.sum())
    return sorted(size, key=lambda reason: -size[reason])


def _top(rows: "DataFrame", shown: list[str], scenario: "Scenario") -> float:
    """Where the scale of all panels ends: at a quarter, a half, three quarters or 1."""
    found = rows.reindex([f"{patron}.reason.{reason}" for patron in scenario.patrons for reason in shown])
    highest = float(found[["value", "control"]].max().fillna(0.0).max()) if shown else 0.0
    return min(1.0, max(1.0, math.ceil(4.0 * 1.1 * highest)) / 4.0)


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
