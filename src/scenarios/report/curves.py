"""At which rung do patrons step back? The ladder curve: the rung held at each value from 0 to 10."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.report.style import BLACK, BLUE, FAINT, ORANGE, RED, caption, share_axis, sheet
from scenarios.report.tables import label, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray
    from pandas import DataFrame

    from scenarios.scenario.scenario import Scenario

Z95 = 1.96
LOOKS: dict[str, dict[str, Any]] = {
    "step_back": {"color": BLUE, "marker": "o", "ls": "-"},
    "step_back_further": {"color": RED, "marker": "s", "ls": "--", "mfc": "white"},
}


def ladder(curve: "DataFrame", scenario: "Scenario", manifest: Mapping[str, Any]) -> "Figure":
    """Chance of a step-back by the horizon against the rung at which the pressure is held.

    Parameters
    ----------
    curve : DataFrame
        Columns kind (held, climb, and control if there is one), rung, patron, outcome, probability, se, n.
    scenario : Scenario
        What was run.
    manifest : mapping
        How it was run.
    """
    n_columns = min(len(scenario.patrons), 2)
    n_rows = -(-len(scenario.patrons) // n_columns)
    figure = sheet(2.6 + 2.3 * n_rows)
    panels = figure.subplots(n_rows, n_columns, sharex=True, sharey=True, squeeze=False).ravel()
    for place, (panel, patron) in enumerate(zip(panels, scenario.patrons, strict=False)):
        _draw_patron(panel, curve[curve["patron"] == patron])
        panel.set_title(label(scenario, f"patrons.{patron}"))
        share_axis(panel, "probability by the horizon" if place % n_columns == 0 else "")
        name_rungs(panel, scenario, is_lowest=place + n_columns >= len(scenario.patrons))
        _mark_opening(panel, scenario)
    for spare in panels[len(scenario.patrons) :]:
        spare.set_visible(False)
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper right", ncols=2)
    sizes = curve["n"][curve["n"] > 0]
    low, high = (int(sizes.min()), int(sizes.max())) if len(sizes) else (0, 0)
    count = f"{low}" if low == high else f"{low} to {high}"
    text = (
        "The scenario played with the rung, and the presence, threat and interdiction that go with it, held at each "
        f"value for all {scenario.steps} {scenario.step}s; matched runs, n = {count} at each point. Step back: a net "
        f"loss of a level or more for {scenario.persistence_days:.0f} days. "
        "Bars: 95 % Monte Carlo interval (rule of three at 0 and 1). Hatched: the client was gone before the patron "
        "stepped back. Triangles: a scripted climb from rung 4 to 10, stepped back by the end of each rung. "
        "Dotted: the rung at which the scenario itself opens."
        + (" Dash-dotted: the control, pressure frozen as it opens." if (curve["kind"] == "control").any() else "")
    )
    caption(figure, "Chance of a step-back if the rung is held", text, scenario, manifest)
    return figure


def _draw_patron(panel: "Axes", rows: "DataFrame") -> None:
    """Both step-backs of one patron with the rung held, the client's end that competes, and the climb."""
    held, climb = rows[rows["kind"] == "held"], rows[rows["kind"] == "climb"]
    gone = held[held["outcome"] == "client_gone_first"].sort_values("rung")
    panel.fill_between(
        gone["rung"], gone["probability"], color=FAINT, hatch="////", facecolor="none", lw=0, label="client gone first"
    )
    for outcome, look in LOOKS.items():
        found = held[held["outcome"] == outcome].sort_values("rung")
        panel.errorbar(
            found["rung"],
            found["probability"],
            error_bars(found),
            **look,
            ms=4.5,
            lw=1.5,
            capsize=2,
            label=words(outcome),
        )
    found = climb[climb["outcome"] == "step_back"].sort_values("rung")
    panel.plot(found["rung"], found["probability"], color=BLACK, ls=":", marker="^", ms=4, label="step back, climb")
    control = rows[rows["kind"] == "control"].set_index("outcome")["probability"]
    for outcome, look in LOOKS.items() if len(control) else ():
        panel.axhline(control[outcome], color=look["color"], lw=0.9, ls="-.", label=f"{words(outcome)}, control")


def error_bars(rows: "DataFrame") -> "NDArray[np.float64]":
    """Lengths of the error bars below and above each point; the rule of three where no run or every run did it."""
    chance, half = rows["probability"].to_numpy(dtype=float), Z95 * rows["se"].fillna(0.0).to_numpy(dtype=float)
    three = 3.0 / rows["n"].to_numpy(dtype=float).clip(min=3.0)
    below = np.where(chance >= 1.0, three, np.minimum(half, chance))
    above = np.where(chance <= 0.0, three, np.minimum(half, 1.0 - chance))
    return np.stack([below, above])


def name_rungs(panel: "Axes", scenario: "Scenario", is_lowest: bool) -> None:
    """Numbers and names of the rungs on the horizontal axis."""
    names = [f"{scenario.labels.get(f'ladder.{rung}', '')} {rung}".strip() for rung in range(11)]
    panel.set_xlim(-0.4, 10.4)
    panel.set_xticks(range(11), names, rotation=50, ha="right", rotation_mode="anchor", fontsize=7.5)
    panel.tick_params(labelbottom=is_lowest)
    panel.grid(axis="x", color=FAINT, lw=0.4)


def _mark_opening(panel: "Axes", scenario: "Scenario") -> None:
    """A dotted line at the rung at which the scenario opens."""
    opening = scenario.numbers.get("coercer.rung")
    if opening is not None:
        panel.axvline(opening.value, color=ORANGE, lw=1.5, ls=":", zorder=0)
