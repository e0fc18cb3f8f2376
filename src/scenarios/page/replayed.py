"""What does a view come to? Its matched runs played, told and drawn; what was shown before is at hand."""

import base64
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from threading import Lock
from typing import NamedTuple

import numpy as np
import pandas as pd

from scenarios.handout.pictures import Picture, picture_said
from scenarios.outcomes.events import happening
from scenarios.outcomes.outcome import headlines
from scenarios.page.view import RUNS, SEED, View
from scenarios.questions.comparison.ask import compare
from scenarios.questions.comparison.figure import sides_of
from scenarios.questions.explanation.figure import story_figure
from scenarios.questions.explanation.story import story
from scenarios.questions.explanation.story_words import story_text
from scenarios.questions.headline import ask, figure, findings, sentences, words
from scenarios.questions.sweep.ask import sweep
from scenarios.report import style, wording
from scenarios.report.contrast import contrast, contrast_finding
from scenarios.results import Results
from scenarios.runs.play import simulate
from scenarios.scenario.overlay import control
from scenarios.significance import CHANGED
from scenarios.summary import summarise
from scenarios.vocabulary import Fate

FIGURES = ("step_back", "support", "reasons")  # the one that answers the question first
DIFFERENCE = "difference"
KEPT = 6  # views; the runs of each take some 40 MB
MAP_POINTS, MAP_RUNS = 6, 200
ASIDE: list[ProcessPoolExecutor] = []  # a process that draws beside this one, where the page is served
DRAWING = Lock()  # the look of a figure is set for all that is drawn


@dataclass(frozen=True, eq=False)
class Replayed:
    """The runs of a view and what is said of them."""

    view: View
    results: Results
    control: Results | None
    summary: pd.DataFrame
    sentences: list[str]
    section: wording.Section
    seconds: float

    @property
    def table(self) -> str:
        """The summary as `scenarios run --format csv` writes it."""
        return self.summary.to_csv(index=False)


class ViewShown(NamedTuple):
    """A view as it is shown: its finding, figures, and how long that took."""

    finding: str
    pictures: dict[str, Picture]
    seconds: float


@lru_cache(maxsize=KEPT)
def play_view(view: View) -> Replayed:
    """The runs of a view, the same luck in each."""
    began, scenario = time.perf_counter(), view.scenario()
    results = simulate(scenario, RUNS, SEED)
    beside = simulate(control(scenario), RUNS, SEED) if view.with_control else None
    summary = summarise(results, beside)
    told = sentences.Told(ask.chances_when(results), ask.reasons_further(results))
    said, section = sentences.sentences(summary, scenario, told), words.short_section(summary, scenario, told)
    return Replayed(view, results, beside, summary, said, section, time.perf_counter() - began)


@lru_cache(maxsize=2 * KEPT)
def view_shown(view: View, pinned: View) -> ViewShown:
    """A view with its figures, beside the one that is pinned."""
    now, before = play_view(view), None if view == pinned else play_view(pinned)
    began = time.perf_counter() - now.seconds
    beside = ASIDE[0].submit(drawn_of_view, now, None, FIGURES[1:]) if ASIDE else None
    shown = drawn_of_view(now, before, FIGURES[:1] if beside else FIGURES)
    shown |= beside.result() if beside else {}
    said = shown[FIGURES[0]].finding if before is None else _change_words(before, now)
    return ViewShown(said, shown, time.perf_counter() - began)


def drawn_of_view(now: Replayed, before: Replayed | None, names: Sequence[str]) -> dict[str, Picture]:
    """Some figures of a view, after its difference from an earlier one."""
    makers = _makers_of(now, before)
    return {name: _picture_of(makers[name]) for name in ([DIFFERENCE] if before else []) + list(names)}


def _makers_of(now: Replayed, before: Replayed | None) -> dict[str, Callable[[], style.Figure]]:
    """What draws each figure of a view."""
    own = figure.figures_of(now.results, now.summary, now.control)
    return own | ({DIFFERENCE: partial(_difference_figure, now, before)} if before else {})


def _difference_figure(now: Replayed, before: Replayed) -> style.Figure:
    """The step-backs and the fate of the client, now and in the view that is pinned."""
    table = _differences(before, now)
    return contrast(table, contrast_finding(table), now.results.scenario, now.results.manifest)


@lru_cache(maxsize=KEPT)
def _differences(before: Replayed, now: Replayed) -> pd.DataFrame:
    """The step-backs and the fate of the client that are seen at all, in the view that is pinned and now."""
    scenario = now.results.scenario
    compared = compare(before.results, now.results)
    seen = set(compared.loc[(compared["n"] > 0) & ((compared["a"] > 0.0) | (compared["b"] > 0.0)), "outcome"])
    names = [*headlines(scenario), *(f"client.{fate}" for fate in Fate.words())]
    shown = [name for name in names if name in seen]
    return sides_of(compared, [before.view.beside, "now"], shown, scenario).assign(outcome=np.repeat(shown, 2))


def _change_words(before: Replayed, now: Replayed) -> str:
    """What changes most, by more than luck."""
    table = _differences(before, now)
    known = table[table["verdict"] == CHANGED].to_dict("records")
    if not known:
        return "No step back and no fate of the client becomes more or less likely by more than luck"
    row = max(known, key=lambda found: abs(found["difference"]))
    actor, _, event = str(row["outcome"]).rpartition(".")
    scenario = now.results.scenario
    happens = happening(scenario, actor if actor == "client" else f"patrons.{actor}", event)[0]
    now_in, before_in = findings.percent(row["value"]), findings.percent(row["value"] - row["difference"])
    return f"{happens} in {now_in} of runs, not in {before_in}"


def _picture_of(make: Callable[[], style.Figure]) -> Picture:
    """A figure below its title, which stands above it as text."""
    with DRAWING:
        figure = make()
        text = style.svg_of(figure, style.between_texts(figure))
    address = f"data:image/svg+xml;base64,{base64.b64encode(text.encode()).decode()}"
    return picture_said(figure, address)


def png_of_view(view: View, pinned: View, name: str) -> bytes:
    """One figure as `scenarios run` writes it."""
    make = _makers_of(play_view(view), None if view == pinned else play_view(pinned))[name]
    with DRAWING:
        return style.drawn_as(make(), "png", dpi=style.DOTS)


@lru_cache(maxsize=KEPT)
def told_run(view: View, run: int) -> tuple[Picture, str]:
    """One run as a story, drawn and in words."""
    found = story(play_view(view).results, run)
    return _picture_of(lambda: story_figure(found)), story_text(found, is_markdown=True)


def mapped(view: View, spans: Mapping[str, tuple[float, float]], outcome: str) -> Picture:
    """Where an outcome tips over two numbers of a view."""
    vary = {path: (low, high, MAP_POINTS) for path, (low, high) in spans.items()}
    done = sweep(view.scenario(), vary, "grid", replications=MAP_RUNS, rng=SEED)
    return _picture_of(lambda: done.plot(outcome))
