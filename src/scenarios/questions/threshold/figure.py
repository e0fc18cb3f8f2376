"""Where does a curve reach a probability? The curve with its band, the probability, and the crossings."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from scenarios.questions.threshold.crossings import CLIMB, CONTROL, HELD, Threshold
from scenarios.questions.threshold.words import answer_lines
from scenarios.report import style
from scenarios.report.curves import error_bars, ladder, name_rungs
from scenarios.scenario.scenario import Scenario

HEIGHT, HEIGHT_WITH_NAMES = 4.4, 4.8  # inches
STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    (HELD, {"color": style.BLUE, "marker": "o", "ls": "-", "label": "rung held"}),
    (CLIMB, {"color": style.RED, "marker": "^", "ls": ":", "label": "climb from rung 4"}),
)


def threshold_figures(
    found: Threshold, scenario: Scenario, manifest: Mapping[str, Any]
) -> dict[str, Callable[[], style.Figure]]:
    """What draws the figures of a threshold, by the names of their files."""
    beside = {} if found.ladder is None else {"ladder": partial(ladder, found.ladder, scenario, manifest)}
    return {"threshold": partial(crossing, found, scenario, manifest), **beside}


@style.as_shown
def crossing(found: Threshold, scenario: Scenario, manifest: Mapping[str, Any]) -> style.Figure:
    """The probability of an event against a number, with the probability asked for and where it is reached."""
    figure = style.sheet(HEIGHT if found.ladder is None else HEIGHT_WITH_NAMES)
    panel = figure.subplots()
    panel.axhline(found.probability, color=style.ORANGE, lw=1.5, ls="--", label=f"probability {found.probability:g}")
    if found.ladder is None:
        _draw_curve(panel, found)
        panel.set_xlabel(f"{found.number} [{found.unit}]{found.since}")
    else:
        _draw_rungs(panel, found)
        name_rungs(panel, scenario, is_lowest=True)
    style.share_axis(panel, "probability by the horizon")
    curve = found.curve if found.ladder is None else found.curve[found.curve["kind"] == HELD]
    heading = answer_lines(found, found.answer, curve)[0].removesuffix(".")
    style.caption(figure, heading, _text(found, manifest), scenario, manifest, style.panel_key(panel, 4))
    return figure


def _draw_curve(panel: style.Panel, found: Threshold) -> None:
    """A curve over a number, its 95 % band, and the interval of each crossing."""
    curve = found.curve
    panel.fill_between(
        curve["value"], curve["low"], curve["high"], color=style.BLUE, alpha=0.25, lw=0, label="95 % interval"
    )
    panel.plot(curve["value"], curve["probability"], color=style.BLUE, lw=1.5, marker="o", ms=3.5, label="estimate")
    panel.set_xlim(*found.span)
    for place, found_at in enumerate(found.answer.crossings):
        low, high = max(found_at.low, found.span[0]), min(found_at.high, found.span[1])
        panel.axvspan(low, high, facecolor="none", edgecolor=style.FAINT, hatch="////", lw=0)
        panel.axvline(found_at.value, color=style.BLACK, lw=1.2, label=None if place else "crossing (hatched: 95 %)")
    panel.grid(axis="x", color=style.FAINT, lw=0.4)


def _draw_rungs(panel: style.Panel, found: Threshold) -> None:
    """A curve over the rungs held and along the climb, beside the control."""
    for kind, look in STEPS:
        curve = found.curve[found.curve["kind"] == kind]
        bars = error_bars(curve)
        panel.errorbar(curve["value"], curve["probability"], bars, **look, ms=5, lw=1.5, capsize=2)
    for _, row in found.curve[found.curve["kind"] == CONTROL].iterrows():
        panel.axhspan(row["low"], row["high"], color=style.GREY, alpha=0.25, lw=0)
        panel.axhline(row["probability"], color=style.BLACK, lw=1, ls="-.", label=f"control (rung {row['value']:g})")


def _text(found: Threshold, manifest: Mapping[str, Any]) -> str:
    """What is shown, with n."""
    runs = f"{manifest['replications']} matched runs at each point"
    if found.ladder is None:
        return (
            f"Chance of {found.of} by the horizon against {found.number}{found.since}, {runs}. Pale band: 95 % "
            "Monte Carlo interval. A crossing's interval holds the values at which the limits of the band cross the "
            "probability asked for."
        )
    return (
        f"Chance of {found.of} with the rung held (by the horizon) and on a scripted climb from rung 4 to 10 (by the "
        f"end of each rung), {runs}. Bars: 95 % Monte Carlo interval. Control: the scenario with its pressure frozen "
        "as it opens. The client's end competes; no run is dropped."
    )
