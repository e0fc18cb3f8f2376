"""What does one run look like? The rung on top, the client below it, then every patron's channels with event marks."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.errors import StoreError
from scenarios.report.style import (
    BLACK,
    BLUE,
    FAINT,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    RED,
    SETTINGS,
    SKY,
    caption,
    date_axis,
    days_of,
    sheet,
    write,
)
from scenarios.report.tables import label, words
from scenarios.report.wording import is_missing
from scenarios.scenario.posterior import fitted_paths
from scenarios.store.manifest import numbers_drawn

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

    from scenarios.explore.story import Story

# kind -> marker, colour, size, name in the legend; shape alone tells them apart in grey
MARKS: dict[str, tuple[str, str, float, str]] = {
    "request": ("o", ORANGE, 22, "request"),
    "threat": ("v", RED, 30, "threat"),
    "threat_carried_out": ("X", RED, 36, "threat carried out"),
    "bluff": ("1", RED, 48, "bluff"),
    "offer": ("$?$", GREEN, 34, "offer"),
    "deal": ("*", GREEN, 60, "deal"),
    "new_leader": ("P", PURPLE, 34, "new leader"),
    "crisis": ("D", PURPLE, 24, "crisis at home"),
    "expulsion": ("s", BLACK, 30, "expelled"),
    "act": ("^", BLUE, 26, "show of force"),
}
LINES = {"step_back": "step back", "step_back_further": "further", "abandonment": "abandons", "step_up": "step up"}
ROW = 0.27  # inches a channel
HEAD = 1.45  # rows above the channels, for marks and dates
FULL = 0.85  # height of level 3 in its row
LEGEND = 0.42  # inches
LATE = 0.6  # of the horizon; names of rungs reached later stand to the left


def story_figure(story: "Story") -> "Figure":
    """One run as a figure.

    Parameters
    ----------
    story : Story
        As `scenarios.story` returns it.
    """
    import matplotlib

    with matplotlib.rc_context(SETTINGS):
        return _drawn(story)


def write_story(story: "Story", folder: Path) -> list[Path]:
    """Draws a story into a folder as PNG and SVG; returns the files."""
    import matplotlib

    with matplotlib.rc_context(SETTINGS), writable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        return write(_drawn(story), folder, f"story_{story.scenario.name}_{story.run}")


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Says in words that a folder cannot be written."""
    try:
        yield
    except OSError as fault:
        raise StoreError(f"{folder}: cannot be written ({fault.strerror or fault}). Choose another place.") from fault


def _drawn(story: "Story") -> "Figure":
    """The figure, in the common style."""
    scenario = story.scenario
    patrons = [str(name) for name in story.patrons["patron"]]
    given = {patron: _channels(story, patron) for patron in patrons}
    heights = [LEGEND, 1.15, 0.8, *[ROW * (len(channels) + HEAD) for channels in given.values()]]
    figure = sheet(2.1 + sum(heights) + 0.12 * len(heights))
    top, *panels = figure.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
    _draw_legend(top, story)
    _draw_rung(panels[0], story)
    _draw_client(panels[1], story)
    for panel, patron in zip(panels[2:], patrons, strict=True):
        _draw_patron(panel, story, patron, given[patron])
    for panel in panels:
        date_axis(panel, scenario, has_dates=panel is panels[-1], has_steps=panel is panels[0])
        _mark_end(panel, story)
    text = (
        "One run, n = 1: what can happen and why, not how likely it is. Each channel has a row from level 0 to 3: "
        "filled is intended, the line is delivered. Marks above the rows are events; a dotted upright is a step-back "
        "or step-up that lasted long enough to count, at its crossing. Grey band: ships stop cargo. Thick bar: the "
        "client's end."
    )
    caption(
        figure,
        f"Run {story.run} of {scenario.name}, {scenario.step} by {scenario.step}",
        text,
        scenario,
        {"seed": story.seed, "numbers": numbers_drawn(scenario), "fitted": len(fitted_paths(scenario))},
    )
    return figure


def _channels(story: "Story", patron: str) -> list[str]:
    """Channels on which a patron intends or delivers anything in this run."""
    path = story.paths[story.paths["patron"] == patron]
    return [
        name
        for name in story.scenario.channels
        if path[f"level.{name}"].max() > 0.0 or path[f"delivered.{name}"].max() >= 0.5
    ]


def _steps(story: "Story") -> "DataFrame":
    """One row a step."""
    return story.paths.drop_duplicates("step")


def _draw_rung(panel: "Axes", story: "Story") -> None:
    """The rung, with the time in which ships stop cargo."""
    scenario, path = story.scenario, _steps(story)
    days = days_of(scenario, path["step"].to_numpy(dtype=float))
    panel.step(days, path["rung"], where="post", color=BLACK, lw=1.6)
    low, high = int(path["rung"].min()), int(path["rung"].max())
    panel.set_ylim(max(low - 1, 0) - 0.5, min(high + 1, 10) + 0.6)
    ticks = list(range(max(low - 1, 0), min(high + 1, 10) + 1))
    panel.set_yticks(ticks[:: max(1, len(ticks) // 5)])
    panel.set_ylabel("rung")
    panel.set_title(f"Pressure of {label(scenario, 'coercer')}")
    named = {int(path["rung"].iloc[0])} | {int(value) for value in path["rung"].unique()}
    span = scenario.steps * scenario.step_days
    for rung in sorted(named):
        first = float(days[np.flatnonzero(path["rung"].to_numpy() == rung)[0]])
        _name_rung(panel, scenario.labels.get(f"ladder.{rung}", ""), first, rung, is_late=first > days[0] + LATE * span)
    for began, ended in _blockades(story):
        spans = days_of(scenario, np.array([began, ended]))
        panel.axvspan(spans[0], spans[1], color=FAINT, alpha=0.8, lw=0, zorder=0)


def _name_rung(panel: "Axes", name: str, day: float, rung: int, is_late: bool) -> None:
    """The name of a rung beside the line, on the side that has room."""
    said: dict[str, Any] = {"textcoords": "offset points", "fontsize": 7, "color": GREY, "zorder": 6}
    side = {"ha": "right", "xytext": (-3, 3)} if is_late else {"ha": "left", "xytext": (3, 3)}
    panel.annotate(name, (day, rung), **said, **side).set_in_layout(False)


def _blockades(story: "Story") -> list[tuple[float, float]]:
    """First and last step of each time in which ships stop cargo."""
    last, spans, began = float(story.paths["step"].max()), [], float("nan")
    for event in story.events.to_dict("records"):
        if event["kind"] == "interdiction":
            began = float(event["step"])
        if event["kind"] == "interdiction_ends":
            spans.append((0.0 if is_missing(began) else began, float(event["step"])))
            began = float("nan")
    return spans if is_missing(began) else [*spans, (began, last)]


def _draw_client(panel: "Axes", story: "Story") -> None:
    """The client's hold and solvency."""
    path = _steps(story)
    days = days_of(story.scenario, path["step"].to_numpy(dtype=float))
    panel.plot(days, path["hold"], color=BLACK, lw=1.3, label="hold on power")
    panel.plot(days, path["solvency"], color=ORANGE, lw=1.5, ls=(0, (4, 2)), label="solvency")
    panel.set_ylim(0, 1)
    panel.set_yticks([0, 0.5, 1])
    panel.set_title(label(story.scenario, "client"))
    panel.legend(loc="upper right", ncols=2, bbox_to_anchor=(1.0, 1.42))
    panel.grid(axis="y", color=FAINT, lw=0.6)


def _draw_patron(panel: "Axes", story: "Story", patron: str, channels: list[str]) -> None:
    """One patron's channels, a row each, with the marks of what happened to it above."""
    scenario, path = story.scenario, story.paths[story.paths["patron"] == patron]
    days = days_of(scenario, path["step"].to_numpy(dtype=float))
    for place, channel in enumerate(channels):
        foot = len(channels) - 1 - place
        intended = foot + path[f"level.{channel}"].to_numpy() * FULL / 3.0
        delivered = foot + path[f"delivered.{channel}"].to_numpy() * FULL / 3.0
        panel.fill_between(days, foot, intended, step="post", color=SKY, alpha=0.8, lw=0)
        panel.plot(days, delivered, color=BLACK, lw=0.9)
        panel.axhline(foot, color=GREY, lw=0.5)
        panel.axhline(foot + FULL, color=FAINT, lw=0.5)
    panel.set_ylim(-0.05, len(channels) + HEAD)
    panel.set_yticks([len(channels) - 1 - i + 0.4 for i in range(len(channels))], [words(name) for name in channels])
    panel.tick_params(axis="y", length=0, labelsize=8)
    panel.set_title(label(scenario, f"patrons.{patron}"))
    _mark_events(panel, story, patron, len(channels) + 0.4)
    _mark_lines(panel, story, patron, len(channels) + HEAD)


def _mark_events(panel: "Axes", story: "Story", patron: str, height: float) -> None:
    """A mark for each event that reaches a patron; several requests in a step are one mark."""
    events = story.events[story.events["actor"] == patron].drop_duplicates(["step", "kind"])
    for kind, (marker, colour, size, _) in MARKS.items():
        steps = events.loc[events["kind"] == kind, "step"].to_numpy(dtype=float)
        if len(steps):
            days = days_of(story.scenario, steps)
            panel.scatter(days, np.full(len(days), height), s=size, marker=marker, color=colour, lw=0.9, zorder=5)


def _mark_lines(panel: "Axes", story: "Story", patron: str, top: float) -> None:
    """A dotted upright where a confirmed line was crossed."""
    row = story.patrons[story.patrons["patron"] == patron].iloc[0]
    at: dict[float, list[str]] = {}
    for line, name in LINES.items():
        if not is_missing(row[f"{line}_at"]):
            at.setdefault(float(row[f"{line}_at"]), []).append(name)
    for step, names in at.items():
        day = float(days_of(story.scenario, np.array([step]))[0])
        panel.axvline(day, color=RED, lw=1.1, ls=":", zorder=4)
        said: dict[str, Any] = {"fontsize": 7, "color": RED, "va": "top", "clip_on": False}
        panel.text(day, top, ", ".join(names), **said)


def _mark_end(panel: "Axes", story: "Story") -> None:
    """A thick bar at the client's end."""
    at = story.facts["client_outcome_at"]
    if not is_missing(at):
        panel.axvline(float(days_of(story.scenario, np.array([at]))[0]), color=BLACK, lw=3)


def _draw_legend(panel: "Axes", story: "Story") -> None:
    """What the marks in this run mean, in a panel of its own."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    kinds = set(story.events["kind"])
    handles: list[Any] = [
        Line2D([], [], marker=marker, color=colour, ls="", ms=6, label=name)
        for kind, (marker, colour, _, name) in MARKS.items()
        if kind in kinds
    ]
    bars = [Patch(color=SKY, label="intended"), Line2D([], [], color=BLACK, lw=0.9, label="delivered")]
    panel.set_axis_off()
    panel.legend(handles=[*bars, *handles], loc="upper left", ncols=6, borderaxespad=0.0)
