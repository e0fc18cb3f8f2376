"""What does a view come to? Its matched runs played, told and drawn; what was shown before is at hand."""

import base64
import io
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from scenarios.page.view import RUNS, SEED, View
from scenarios.questions.comparison.ask import compare
from scenarios.questions.comparison.figure import contrast, contrast_finding, sides_of
from scenarios.questions.explanation.figure import story_figure
from scenarios.questions.explanation.story import story
from scenarios.questions.explanation.story_words import story_text
from scenarios.questions.headline.ask import HEADLINE, chances_when, reasons_further
from scenarios.questions.headline.figure import figures_of
from scenarios.questions.headline.sentences import Told, sentences
from scenarios.questions.headline.words import short_section
from scenarios.questions.sweep.ask import sweep
from scenarios.report.style import DOTS, SETTINGS, in_style, svg_of
from scenarios.results import Results
from scenarios.runs.play import simulate
from scenarios.scenario.overlay import control
from scenarios.summary import summarise
from scenarios.vocabulary import Fate

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

    from scenarios.report.tables import Section

FIGURES = ("step_back", "support", "reasons")  # the one that answers the question first
DIFFERENCE = "difference"
KEPT = 6  # views; the runs of each take some 40 MB
MAP_POINTS, MAP_RUNS = 6, 200
DRAWING = Lock()  # the look of a figure is set for all that is drawn


class Picture(NamedTuple):
    """A figure as it stands in the page: what it finds, and the image."""

    finding: str
    image: str


@dataclass(frozen=True)
class Replayed:
    """The runs of a view and what is said of them."""

    view: View
    results: Results
    control: Results | None
    summary: "DataFrame"
    sentences: list[str]
    section: "Section"

    @property
    def table(self) -> str:
        """The summary as `scenarios run --format csv` writes it."""
        return self.summary.to_csv(index=False)


class Answered(NamedTuple):
    """A view as it is shown: its finding, figures, and how long that took."""

    finding: str
    pictures: dict[str, Picture]
    seconds: float


@lru_cache(maxsize=KEPT)
def replayed(view: View) -> Replayed:
    """The runs of a view, the same luck in each.

    Raises
    ------
    UserError
        If the view makes no sense.
    """
    scenario = view.scenario()
    results = simulate(scenario, RUNS, SEED)
    beside = simulate(control(scenario), RUNS, SEED) if view.with_control else None
    summary = summarise(results, beside)
    told = Told(chances_when(results), reasons_further(results))
    said, section = sentences(summary, scenario, told), short_section(summary, scenario, told)
    return Replayed(view, results, beside, summary, said, section)


@lru_cache(maxsize=2 * KEPT)
def answered(view: View, pinned: View) -> Answered:
    """A view with its figures, beside the one that is pinned."""
    began = time.perf_counter()
    makers = makers_of(view, pinned)
    pictures = {name: picture_of(make) for name, make in makers.items()}
    said = pictures.get(DIFFERENCE, pictures[FIGURES[0]]).finding
    return Answered(said, pictures, time.perf_counter() - began)


def makers_of(view: View, pinned: View) -> "dict[str, Callable[[], Figure]]":
    """What draws each figure of a view, the difference from the pinned one first if there is any."""
    now = replayed(view)
    own = figures_of(now.results, now.summary, now.control)
    first = {} if view == pinned else {DIFFERENCE: in_style(lambda: difference_figure(now, replayed(pinned)))}
    return first | {name: own[name] for name in FIGURES}


def difference_figure(now: Replayed, before: Replayed) -> "Figure":
    """The step-backs and the fate of the client, now and in the view that is pinned."""
    compared, scenario = compare(before.results, now.results), now.results.scenario
    known = set(compared.loc[compared["n"] > 0, "outcome"])
    names = [f"{patron}.{event}" for patron in scenario.patrons for event in HEADLINE]
    names += [f"client.{fate}" for fate in Fate.words()]
    asked = [name for name in names if name in known and compared_is_seen(compared, name)]
    table = sides_of(compared, ["pinned", "now"], asked, scenario)
    return contrast(table, contrast_finding(table), scenario, now.results.manifest)


def compared_is_seen(compared: "DataFrame", name: str) -> bool:
    """Whether an outcome happens in some run of either side."""
    row = compared[compared["outcome"] == name].iloc[0]
    return bool(row["a"] > 0.0 or row["b"] > 0.0)


def picture_of(make: "Callable[[], Figure]") -> Picture:
    """A figure with its title taken out, which stands above it as text."""
    with DRAWING:
        figure = make()
        title = figure.get_suptitle()
        figure.suptitle("")
        text = svg_of(figure)
    address = f"data:image/svg+xml;base64,{base64.b64encode(text.encode()).decode()}"
    return Picture(" ".join(title.split()), address)


def png_of_view(view: View, pinned: View, name: str) -> bytes:
    """One figure as `scenarios run` writes it."""
    import matplotlib

    written = io.BytesIO()
    with DRAWING, matplotlib.rc_context(SETTINGS):
        makers_of(view, pinned)[name]().savefig(written, format="png", dpi=DOTS, facecolor="white")
    return written.getvalue()


def told_run(view: View, run: int) -> tuple[Picture, str]:
    """One run as a story, drawn and in words.

    Raises
    ------
    RequestRefused
        If there is no such run.
    """
    found = story(replayed(view).results, run)
    return picture_of(lambda: story_figure(found)), story_text(found, is_markdown=True)


def mapped(view: View, spans: Mapping[str, tuple[float, float]], outcome: str) -> Picture:
    """Where an outcome tips over two numbers of a view.

    Raises
    ------
    UserError
    """
    vary = {path: (low, high, MAP_POINTS) for path, (low, high) in spans.items()}
    done = sweep(view.scenario(), vary, "grid", replications=MAP_RUNS, rng=SEED)
    return picture_of(lambda: done.plot(outcome))
