"""Why do patrons step back? Bars of the reasons, the scenario beside its control."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.report.style import BLUE, FAINT, GREY, caption, sheet
from scenarios.report.tables import label, words
from scenarios.vocabulary import Reason

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

    from scenarios.scenario.scenario import Scenario

Z95 = 1.96
WORTH_A_BAR = 0.005


def reasons(summary: "DataFrame", scenario: "Scenario", manifest: Mapping[str, Any]) -> "Figure":
    """Share of each patron's step-backs by the reason that weighed most."""
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
    panels[0].set_yticks(range(len(shown)), [words(reason) for reason in shown])
    panels[0].invert_yaxis()
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper right", ncols=2)
    text = (
        "Each step-back has one reason: the part of the patron's utility that changed most against the level that it "
        "gave up, or what overrode its choice. Bars of a patron sum to 1, save for reasons under "
        f"{WORTH_A_BAR:.1%} everywhere, left out. Lines: 95 % Monte Carlo interval; n above each panel."
    )
    caption(figure, "Why patrons step back", text, scenario, manifest)
    return figure


def _shown(rows: "DataFrame", scenario: "Scenario") -> list[str]:
    """The reasons that matter for any patron, the most common first."""
    size = {}
    for reason in Reason.words():
        found = rows["value"].reindex([f"{patron}.reason.{reason}" for patron in scenario.patrons]).fillna(0.0)
        if found.max() >= WORTH_A_BAR:
            size[reason] = float(found.sum())
    return sorted(size, key=lambda reason: -size[reason])


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
    panel.set_xlim(0, 1)
    panel.set_xticks([0, 0.5, 1])
    panel.set_xlabel("share of step-backs", fontsize=8)
    panel.grid(axis="x", color=FAINT, lw=0.6)
    panel.set_axisbelow(True)
