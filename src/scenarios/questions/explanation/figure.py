"""What does one run look like? The rung on top, the client below it, then every patron's channels with event marks."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import patheffects
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from scenarios.questions.explanation.story import Story
from scenarios.report import style, wording
from scenarios.scenario.posterior import fitted_paths
from scenarios.scenario.scenario import Scenario
from scenarios.store.manifest import numbers_drawn

# kind -> marker, colour, size, name in the legend; shape alone tells them apart in grey
MARKS: dict[str, tuple[str, str, float, str]] = {
    "request": ("o", style.ORANGE, 22, "request"),
    "threat": ("v", style.RED, 30, "threat"),
    "threat_carried_out": ("X", style.RED, 36, "threat carried out"),
    "bluff": ("1", style.RED, 48, "bluff"),
    "crisis": ("D", style.PURPLE, 24, "crisis at home"),
    "savings_gone": ("s", style.BLACK, 30, "savings gone"),
    "act": ("^", style.BLUE, 26, "show of force"),
    "attempt_failed": ("*", style.RED, 60, "attempt on the leader fails"),
}
LINES = {"step_back": "step back", "step_back_further": "further", "abandonment": "abandons", "step_up": "step up"}
ROW = 0.27  # inches a channel
HEAD = 1.45  # rows above the channels, for marks and dates
FULL = 0.85  # height of level 3 in its row
LEGEND = 0.5  # inches
TINY = 1e-9  # USD bn
LATE = 0.6  # of the horizon; names of rungs reached later stand to the left
VERY_LATE = 0.85  # of the horizon; so do shorter labels
SOON = 0.2  # of the horizon; about the length of a name


@style.as_shown
def story_figure(story: Story) -> style.Figure:
    """One run as a figure.

    Parameters
    ----------
    story : Story
        As `scenarios.story` returns it.
    """
    scenario = story.scenario
    patrons = [str(name) for name in story.patrons["patron"]]
    given = {patron: _channels(story, patron) for patron in patrons}
    heights = [LEGEND, 1.15, 0.8, *[ROW * (len(channels) + 1 + HEAD) for channels in given.values()]]
    figure = style.sheet(2.1 + sum(heights) + 0.12 * len(heights))
    top, *panels = figure.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
    _draw_legend(top, story)
    _draw_rung(panels[0], story)
    _draw_client(panels[1], story)
    for panel, patron in zip(panels[2:], patrons, strict=True):
        _draw_patron(panel, story, patron, given[patron])
    for panel in panels:
        style.date_axis(panel, scenario, has_dates=panel is panels[-1], has_steps=panel is panels[0])
        _mark_settings(panel, story)
        _mark_end(panel, story)
    text = (
        "One run, n = 1: what can happen and why, not how likely it is. Each channel has a row from level 0 to 3: "
        "filled is intended, the line is delivered; the lowest row is the support budget (filled) with the savings on "
        "top (line), against the most of the run. Marks above the rows are events; a dotted upright is a step-back (a "
        f"net loss of a level or more over the material channels for {scenario.persistence_days:.0f} days) or step-up, "
        "at its crossing. Grey band: ships stop cargo. Dashed upright: something is set. Thick bar: the client's end."
    )
    drawn = {"seed": story.seed, "numbers": numbers_drawn(scenario), "fitted": len(fitted_paths(scenario))}
    style.caption(figure, story_finding(story), text, scenario, drawn)
    return figure


def write_story(story: Story, folder: Path) -> list[Path]:
    """Draws a story into a folder as PNG and SVG; returns the files."""
    return style.write(story_figure(story), folder, f"story_{story.scenario.name}_{story.run}")


def story_finding(story: Story) -> str:
    """Who steps back in a run, and when."""
    scenario = story.scenario
    rows = story.patrons[story.patrons["step_back_at"].notna()].sort_values("step_back_at").to_dict("records")
    days = [scenario.start + timedelta(days=row["step_back_at"] * scenario.step_days) for row in rows]
    names = [wording.label(scenario, f"patrons.{row['patron']}") for row in rows]
    said = [f"{name} steps back on {wording.day_words(day)}" for name, day in zip(names, days, strict=True)]
    return f"Run {story.run}: {'; '.join(said) or 'no patron steps back'}"


def _channels(story: Story, patron: str) -> list[str]:
    """Channels on which a patron intends or delivers anything in this run."""
    path = story.paths[story.paths["patron"] == patron]
    return [
        name
        for name in story.scenario.channels
        if path[f"level.{name}"].max() > 0.0 or path[f"delivered.{name}"].max() >= 0.5
    ]


def _draw_rung(panel: style.Panel, story: Story) -> None:
    """The rung, with the time in which ships stop cargo."""
    scenario, path = story.scenario, story.paths.drop_duplicates("step")
    days = style.days_of(scenario, path["step"].to_numpy(dtype=float))
    panel.step(days, path["rung"], where="post", color=style.BLACK, lw=1.6)
    low, high = int(path["rung"].min()), int(path["rung"].max())
    panel.set_ylim(max(low - 1, 0) - 0.5, min(high + 1, 10) + 0.6)
    ticks = list(range(max(low - 1, 0), min(high + 1, 10) + 1))
    panel.set_yticks(ticks[:: max(1, len(ticks) // 5)])
    panel.set_ylabel("rung")
    panel.set_title(f"Pressure of {wording.label(scenario, 'coercer')}")
    for rung in sorted({int(value) for value in path["rung"].unique()}):
        _name_rung(panel, scenario, days, path["rung"].to_numpy(), rung)
    _mark_events(panel, story, "coercer", high, zorder=7)
    for began, ended in _times_of_seizures(story):
        spans = style.days_of(scenario, np.array([began, ended]))
        panel.axvspan(spans[0], spans[1], color=style.FAINT, alpha=0.8, lw=0, zorder=0)


def _name_rung(panel: style.Panel, scenario: Scenario, days: Any, rungs: Any, rung: int) -> None:
    """The name of a rung where it is first reached, on the side that has room; below the line if that soon rises."""
    span = scenario.steps * scenario.step_days
    spot = int(np.flatnonzero(rungs == rung)[0])
    is_late, soon = days[spot] > days[0] + LATE * span, rungs[spot:][days[spot:] <= days[spot] + SOON * span]
    is_below = not is_late and soon.max() > rung
    said: dict[str, Any] = {
        "xytext": (-3 if is_late else 3, -3 if is_below else 3),
        "textcoords": "offset points",
        "ha": "right" if is_late else "left",
        "va": "top" if is_below else "bottom",
        "path_effects": [patheffects.withStroke(linewidth=2.0, foreground="white")],
    }
    name = scenario.labels.get(f"ladder.{rung}", "")
    panel.annotate(name, (days[spot], rung), fontsize=7, color=style.GREY, zorder=6, **said).set_in_layout(False)


def _times_of_seizures(story: Story) -> list[tuple[float, float]]:
    """First and last step of each time in which ships stop cargo."""
    last, spans, began = float(story.paths["step"].max()), [], float("nan")
    for event in story.events.to_dict("records"):
        if event["kind"] == "interdiction":
            began = float(event["step"])
        if event["kind"] == "interdiction_ends":
            spans.append((0.0 if wording.is_missing(began) else began, float(event["step"])))
            began = float("nan")
    return spans if wording.is_missing(began) else [*spans, (began, last)]


def _draw_client(panel: style.Panel, story: Story) -> None:
    """The client's hold and solvency."""
    path = story.paths.drop_duplicates("step")
    days = style.days_of(story.scenario, path["step"].to_numpy(dtype=float))
    panel.plot(days, path["hold"], color=style.BLACK, lw=1.3, label="hold on power")
    panel.plot(days, path["solvency"], color=style.ORANGE, lw=1.5, ls=(0, (4, 2)), label="solvency")
    panel.set_ylim(0, 1)
    panel.set_yticks([0, 0.5, 1])
    panel.set_title(wording.label(story.scenario, "client"))
    panel.legend(loc="upper right", ncols=2, bbox_to_anchor=(1.0, 1.42))
    panel.grid(axis="y", color=style.FAINT, lw=0.6)


def _draw_patron(panel: style.Panel, story: Story, patron: str, channels: list[str]) -> None:
    """One patron's channels, a row each, with the marks of what happened to it above."""
    scenario, path = story.scenario, story.paths[story.paths["patron"] == patron]
    days = style.days_of(scenario, path["step"].to_numpy(dtype=float))
    for place, channel in enumerate(channels):
        foot = len(channels) - place
        intended = foot + path[f"level.{channel}"].to_numpy() * FULL / 3.0
        delivered = foot + path[f"delivered.{channel}"].to_numpy() * FULL / 3.0
        panel.fill_between(days, foot, intended, step="post", color=style.SKY, alpha=0.8, lw=0)
        panel.plot(days, delivered, color=style.BLACK, lw=0.9)
        panel.axhline(foot, color=style.GREY, lw=0.5)
        panel.axhline(foot + FULL, color=style.FAINT, lw=0.5)
    _draw_budget(panel, days, path)
    names = [*[wording.words(name) for name in channels], "budget"]
    panel.set_ylim(-0.05, len(names) + HEAD)
    panel.set_yticks([len(names) - 1 - i + 0.4 for i in range(len(names))], names)
    panel.tick_params(axis="y", length=0, labelsize=8)
    panel.set_title(wording.label(scenario, f"patrons.{patron}"))
    _mark_events(panel, story, patron, len(names) + 0.4)
    _mark_lines(panel, story, patron, len(names) + HEAD)


def _draw_budget(panel: style.Panel, days: Any, path: pd.DataFrame) -> None:
    """The support budget, and on top of it the savings, against the most of both in the run."""
    budget, savings = path["budget"].to_numpy(), path["savings"].to_numpy()
    scale = FULL / max(float((budget + savings).max()), TINY)
    panel.fill_between(days, 0.0, budget * scale, step="post", color=style.YELLOW, alpha=0.8, lw=0)
    panel.step(days, (budget + savings) * scale, where="post", color=style.GREY, lw=0.9)
    panel.axhline(0.0, color=style.GREY, lw=0.5)


def _mark_events(panel: style.Panel, story: Story, actor: str, height: float, zorder: int = 5) -> None:
    """A mark for each event of an actor; several requests in a step are one mark."""
    events = story.events[story.events["actor"] == actor].drop_duplicates(["step", "kind"])
    for kind, (marker, colour, size, _) in MARKS.items():
        steps = events.loc[events["kind"] == kind, "step"].to_numpy(dtype=float)
        if len(steps):
            days = style.days_of(story.scenario, steps)
            panel.scatter(days, np.full(len(days), height), s=size, marker=marker, color=colour, lw=0.9, zorder=zorder)


def _mark_lines(panel: style.Panel, story: Story, patron: str, top: float) -> None:
    """A dotted upright where a confirmed line was crossed."""
    row = story.patrons[story.patrons["patron"] == patron].iloc[0]
    at: dict[float, list[str]] = {}
    for line, name in LINES.items():
        if not wording.is_missing(row[f"{line}_at"]):
            at.setdefault(float(row[f"{line}_at"]), []).append(name)
    for step, names in at.items():
        day = float(style.days_of(story.scenario, np.array([step]))[0])
        panel.axvline(day, color=style.RED, lw=1.1, ls=":", zorder=4)
        side = "right" if step > VERY_LATE * story.scenario.steps else "left"
        panel.text(day, top, ", ".join(names), fontsize=7, color=style.RED, ha=side, va="top", clip_on=False)


def _mark_settings(panel: style.Panel, story: Story) -> None:
    """A dashed upright where something that the user set comes into force."""
    steps = story.events.loc[story.events["kind"] == "set", "step"].unique().astype(float)
    for day in style.days_of(story.scenario, steps) if len(steps) else ():
        panel.axvline(float(day), color=style.GREEN, lw=1.0, ls=(0, (4, 3)), zorder=3)


def _mark_end(panel: style.Panel, story: Story) -> None:
    """A thick bar at the client's end."""
    at = story.facts["client_outcome_at"]
    if not wording.is_missing(at):
        panel.axvline(float(style.days_of(story.scenario, np.array([at]))[0]), color=style.BLACK, lw=3)


def _draw_legend(panel: style.Panel, story: Story) -> None:
    """What the marks in this run mean, in a panel of its own."""
    kinds = set(story.events["kind"])
    handles: list[Any] = [
        Line2D([], [], marker=marker, color=colour, ls="", ms=6, label=name)
        for kind, (marker, colour, _, name) in MARKS.items()
        if kind in kinds
    ]
    if "set" in kinds:
        handles.append(Line2D([], [], color=style.GREEN, lw=1.0, ls=(0, (4, 3)), label="set"))
    bars = [
        Patch(color=style.SKY, label="intended"),
        Line2D([], [], color=style.BLACK, lw=0.9, label="delivered"),
        Patch(color=style.YELLOW, label="budget"),
        Line2D([], [], color=style.GREY, lw=0.9, label="with savings"),
    ]
    panel.set_axis_off()
    known = panel.legend(handles=[*bars, *handles], loc="upper left", ncols=6, borderaxespad=0.0, columnspacing=1.2)
    known.set_in_layout(False)  # a long row must not make every panel narrower
