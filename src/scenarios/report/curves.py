"""What does a patron give at the opening, and at which rung does it step back? The opening and the ladder curve."""

import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from scenarios.intervals import ALPHA, Z95
from scenarios.report import style, wording
from scenarios.scenario.scenario import Scenario

BELOW = 0.75  # inches for the names of the rungs
RUNG_LETTERS, LONG_NAME = 11, 24
LOOKS: dict[str, dict[str, Any]] = {
    "step_back": {"color": style.BLUE, "marker": "o", "ls": "-"},
    "step_back_further": {"color": style.RED, "marker": "s", "ls": "--", "mfc": "white"},
}


@style.as_shown
def ladder(curve: pd.DataFrame, scenario: Scenario, manifest: Mapping[str, Any]) -> style.Figure:
    """Chance of a step-back by the horizon against the rung at which the pressure is held."""
    room = style.Room(below=BELOW if short_rung(scenario, 0) else style.Room.below)
    figure, grid_of_panels = style.grid(len(scenario.patrons), 1, 1.15, room)
    panels = grid_of_panels[:, 0]
    for panel, patron in zip(panels, scenario.patrons, strict=True):
        _draw_patron(panel, curve[curve["patron"] == patron])
        style.name_panel(panel, wording.label(scenario, f"patrons.{patron}"))
        style.share_axis(panel, "probability")
        name_rungs(panel, scenario, is_lowest=panel is panels[-1])
        _mark_opening(panel, scenario)
    count = wording.size_words(curve["n"][curve["n"] > 0])
    text = (
        "Probability by the horizon. The scenario played with the rung, and the presence, threat and interdiction that "
        f"go with it, held at each value for all {scenario.steps} {scenario.step}s; matched runs, n = {count} at each "
        "point. "
        f"{wording.definition(scenario)} Further: two levels or more. "
        "Bars: 95 % Monte Carlo interval (rule of three at 0 and 1). Hatched: the client was gone before the patron "
        "stepped back. Triangles: a scripted climb from rung 4 to 10, stepped back by the end of each rung. "
        "Dotted: the rung at which the scenario itself opens."
        + (" Dash-dotted: the control, pressure frozen as it opens." if (curve["kind"] == "control").any() else "")
    )
    key = style.panel_key(panels[0], 4 if (curve["kind"] != "control").all() else 3)
    style.caption(figure, ladder_finding(curve, scenario), text, scenario, manifest, key)
    return figure


def ladder_finding(curve: pd.DataFrame, scenario: Scenario) -> str:
    """Between which two rungs whose chance of stepping back rises most, if by more than luck."""
    rises = rises_of(curve)
    if rises.empty:
        return "No rung, held, makes any patron step back more often than the rung below it"
    most = rises.sort_values("rise").iloc[-1]
    name, who = short_rung(scenario, int(most["rung"])), wording.label(scenario, f"patrons.{most['patron']}")
    return (
        f"From rung {most['below_rung']:.0f} to {most['rung']:.0f}{name and f' ({name})'} the chance that {who} steps "
        f"back rises most: {100 * most['below_probability']:.0f} % to {100 * most['probability']:.0f} %"
    )


def rises_of(curve: pd.DataFrame) -> pd.DataFrame:
    """Rungs at which a patron steps back more often than at the rung below, by more than luck over all (Bonferroni)."""
    held = curve[(curve["kind"] == "held") & (curve["outcome"] == "step_back") & (curve["n"] > 0)]
    held = held.sort_values(["patron", "rung"])
    cells = ["rung", "probability", "high"]
    below = held.groupby("patron", observed=True)[cells].shift().add_prefix("below_")
    rises = (
        held.join(below).assign(rise=lambda both: both["probability"] - both["below_probability"]).dropna(subset="rise")
    )
    wide = -ndtri(ALPHA / 2 / max(len(rises), 1)) / Z95
    half = np.hypot(rises["probability"] - rises["low"], rises["below_high"] - rises["below_probability"])
    found: pd.DataFrame = rises[rises["rise"] > wide * half]
    return found


def _draw_patron(panel: style.Panel, rows: pd.DataFrame) -> None:
    """Both step-backs of one patron with the rung held, the client's end that competes, and the climb."""
    held, climb = rows[rows["kind"] == "held"], rows[rows["kind"] == "climb"]
    gone = held[held["outcome"] == "client_gone_first"].sort_values("rung")
    panel.fill_between(
        gone["rung"], gone["probability"], color=style.FAINT, hatch="////", facecolor="none", lw=0,
        label="client gone first",
    )  # fmt: skip
    for outcome, look in LOOKS.items():
        found = held[held["outcome"] == outcome].sort_values("rung")
        panel.errorbar(
            found["rung"], found["probability"], error_bars(found), **look, ms=4.5, lw=1.5, capsize=2,
            label=wording.words(outcome),
        )  # fmt: skip
    found = climb[climb["outcome"] == "step_back"].sort_values("rung")
    panel.plot(
        found["rung"], found["probability"], color=style.BLACK, ls=":", marker="^", ms=4, label="step back, climb"
    )
    control = rows[rows["kind"] == "control"].set_index("outcome")["probability"]
    for outcome, look in LOOKS.items() if len(control) else ():
        name = f"{wording.words(outcome)}, control"
        panel.axhline(control[outcome], color=look["color"], lw=0.9, ls="-.", label=name)


def error_bars(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Lengths of the error bars below and above each point, of its 95 % limits."""
    chance, low, high = (rows[name].to_numpy(dtype=float) for name in ("probability", "low", "high"))
    return np.stack([chance - low, high - chance])


def name_rungs(panel: style.Panel, scenario: Scenario, is_lowest: bool) -> None:
    """Numbers of the rungs on the horizontal axis; their short names below them, once."""
    names = [textwrap.fill(short_rung(scenario, rung), RUNG_LETTERS) for rung in range(11)]
    panel.set_xlim(-0.5, 10.5)
    said = [f"{rung}\n{name}" if name else f"rung {rung}" for rung, name in enumerate(names)]
    ticks = said if is_lowest else [""] * len(said)
    panel.set_xticks(range(11), ticks, fontsize=6.5)
    panel.grid(axis="x", color=style.FAINT, lw=0.4)


def short_rung(scenario: Scenario, rung: int) -> str:
    """The first words of a rung's name; empty where it has none of its own.

    Examples
    --------
    >>> from scenarios import load
    >>> short_rung(load("venezuela_2025"), 5), short_rung(load("toy"), 5)
    ('secondary sanctions', '')
    """
    name = scenario.labels.get(f"ladder.{rung}", "")
    first = name.split(",")[0]
    return "" if name == f"rung {rung}" else first.split(" and ")[0] if len(first) > LONG_NAME else first


def _mark_opening(panel: style.Panel, scenario: Scenario) -> None:
    """A dotted line at the rung at which the scenario opens."""
    opening = scenario.numbers.get("coercer.rung")
    if opening is not None:
        panel.axvline(opening.value, color=style.ORANGE, lw=1.5, ls=":", zorder=0)


@style.as_shown
def opening_figure(scenario: Scenario) -> style.Figure:
    """What each patron gives at the opening, channel by channel, as a grid of shades."""
    at = "patrons.{}.channels.{}.opening"
    levels = np.array([[scenario.numbers[at.format(p, c)].value for c in scenario.channels] for p in scenario.patrons])
    figure, panels = style.grid(1, 1, 0.4 * len(scenario.patrons), style.Room(left=1.2, below=0.6))
    panel = panels[0, 0]
    panel.pcolormesh(levels, cmap="Blues", vmin=0.0, vmax=3.6, edgecolors="white")
    panel.invert_yaxis()
    for (row, column), level in np.ndenumerate(levels):
        ink = "white" if level > 2 else style.BLACK
        panel.text(column + 0.5, row + 0.5, f"{level:g}", ha="center", va="center", color=ink)
    names = [textwrap.fill(wording.label(scenario, f"channels.{channel}"), 16) for channel in scenario.channels]
    panel.set_xticks(np.arange(len(names)) + 0.5, names, fontsize=7.5)
    patrons = [wording.label(scenario, f"patrons.{patron}") for patron in scenario.patrons]
    panel.set_yticks(np.arange(len(patrons)) + 0.5, patrons)
    title = (
        f"As the scenario opens, on {wording.day_words(scenario.start)}, {int((levels > 0).sum())} of {levels.size} "
        "channels bear something"
    )
    said = "Level of each channel at the opening: 0 = nothing, 1 = some, 2 = much, 3 = all it can give."
    style.caption(figure, title, said, scenario, {})
    return figure
