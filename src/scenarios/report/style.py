"""How do all figures look? Colours, type, date axes, captions and files.

Colours are those of Okabe and Ito (Color Universal Design, 2008), told apart by the colour-blind; line styles, markers
and hatches carry the same message in grey.
"""

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial, wraps
from io import BytesIO
from pathlib import Path
from typing import Any, ParamSpec

import matplotlib
import numpy as np
from matplotlib import artist, axes, figure, layout_engine, ticker, transforms
from numpy.typing import NDArray

from scenarios.legible import notebook
from scenarios.report.wording import horizon, numbers_line
from scenarios.scenario.scenario import Scenario
from scenarios.store.aside import put_whole

Figure = figure.Figure
Panel = axes.Axes
Given = ParamSpec("Given")
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, RED, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
GREY, FAINT = "#6B6B6B", "#D9D9D9"
WIDTH = 8.0  # inches
DOTS = 150  # per inch, PNG
PRESSED: Any = {"compress_level": 3}  # the usual 6 takes half as long again for a hundredth less
CAPTION_SIZE = 7.5
EDGE, HEADING_LINE, KEY_LINE, CAPTION_LINE = 0.08, 0.2, 0.185, 0.13  # inches
HEADING_LETTERS, CAPTION_LETTERS = 82, 138  # in a line
FIRM = "\u00a0"  # a space at which no line ends
TOGETHER = re.compile(r"(?<=\d) (?=%)|(?<=\d) (?=[A-Z][a-z]+ \d{4})|(?<=[a-z]) (?=\d{4}\b)")  # 25 %, 1 May 2026
UNDATED: Any = {"Date": None}
EPOCH = date(1970, 1, 1)
# unit, how many of them lie between two ticks, inches that a label needs; the first that fits is taken
TICKS = (
    *(("day", days, 0.5) for days in (1, 2, 5, 7, 14)),
    *(("month", months, 0.42) for months in (1, 2, 3, 4, 6, 12)),
    *(("year", years, 0.45) for years in (1, 2, 5, 10)),
)
SETTINGS: Any = {
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "text.parse_math": False,  # a name with two dollar signs is a name
    "svg.hashsalt": "scenarios",
    "svg.fonttype": "none",
}


def sheet(height: float) -> Figure:
    """An empty figure of the common width and a height [inches] whose texts are measured; no window."""
    return Figure(figsize=(WIDTH, height), layout="constrained")


@dataclass(frozen=True)
class Room:
    """Inches around and between panels, for their titles and ticks."""

    left: float = 0.75
    right: float = 0.3
    above: float = 0.3
    below: float = 0.3
    across: float = 0.3
    down: float = 0.38


def grid(n_rows: int, n_columns: int, height: float, room: Room) -> tuple[Figure, NDArray[Any]]:
    """A figure with panels of one height [inches] at given places: nothing is measured, which costs most of drawing.

    `caption` makes it higher by what it needs.
    """
    body = room.above + n_rows * height + (n_rows - 1) * room.down + room.below
    width = panel_width(n_columns, room)
    figure = Figure(figsize=(WIDTH, body))
    figure.subplots_adjust(
        left=room.left / WIDTH,
        right=1.0 - room.right / WIDTH,
        top=1.0 - room.above / body,
        bottom=room.below / body,
        wspace=room.across / width,
        hspace=room.down / height,
    )
    return figure, figure.subplots(n_rows, n_columns, squeeze=False)


def panel_width(n_columns: int, room: Room) -> float:
    """Inches that a panel of a `grid` is wide."""
    return (WIDTH - room.left - room.right - (n_columns - 1) * room.across) / n_columns


def name_panel(panel: Panel, text: str, pad: float = 5.0, **look: Any) -> None:
    """A title at a fixed place: one that moves out of the way measures every tick."""
    panel.set_title(text, y=1.0, pad=pad, **look)


def drawn_as(figure: Figure, form: str, **how: Any) -> bytes:
    """A figure as a file of a form holds it, in the look of all and on white."""
    written = BytesIO()
    with matplotlib.rc_context(SETTINGS):
        figure.savefig(written, format=form, facecolor="white", **how)
    return written.getvalue()


def write(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Writes a figure as PNG and as SVG into a folder, made if it is not there; the same figure gives the same SVG."""
    files = [folder / f"{name}.png", folder / f"{name}.svg"]
    put_whole(files[0], drawn_as(figure, "png", dpi=DOTS, pil_kwargs=PRESSED))
    figure.set_layout_engine("none")  # the places are found; finding them again costs as much as drawing
    put_whole(files[1], drawn_as(figure, "svg", metadata=UNDATED))
    return files


def svg_of(figure: Figure, part: transforms.Bbox | None = None) -> str:
    """A figure, or what of it lies in a box [inches], as the text of an SVG element, to stand in a page.

    Examples
    --------
    >>> svg_of(sheet(1.0))[:4]
    '<svg'
    """
    text = drawn_as(figure, "svg", metadata=UNDATED, bbox_inches=part).decode()
    return text[text.index("<svg") :]


@dataclass(frozen=True)
class Key:
    """What the marks of a figure mean, between its title and its panels."""

    handles: Sequence[artist.Artist]
    names: Sequence[str]
    n_columns: int


def panel_key(panel: Panel, n_columns: int) -> Key:
    """What is named in a panel."""
    handles, names = panel.get_legend_handles_labels()
    return Key(handles, names, n_columns)


def caption(
    figure: Figure,
    heading: str,
    text: str,
    scenario: Scenario,
    manifest: Mapping[str, Any],
    key: Key | None = None,
) -> None:
    """Puts the finding above a figure, and below it what is shown, with n, interval and the numbers drawn from."""
    title = _in_lines(heading, HEADING_LETTERS)
    seed = f", seed {manifest['seed']}" if "seed" in manifest else ""
    said = f"{text} {numbers_line(scenario, manifest)} Scenario {scenario.name}{seed}."
    said = _filled(said, CAPTION_LETTERS)
    titled = EDGE + HEADING_LINE * (1 + title.count("\n"))
    head = titled + (KEY_LINE * -(-len(key.names) // key.n_columns) if key and key.names else 0.0)
    height = _make_room(figure, head, EDGE + CAPTION_LINE * (2 + said.count("\n")))
    bold = {"fontsize": 11, "fontweight": "bold"}
    figure.suptitle(title, x=0.01, y=1.0 - EDGE / height, ha="left", va="top", **bold).set_in_layout(False)
    foot = figure.supxlabel(said, x=0.01, y=EDGE / height, ha="left", va="bottom", fontsize=CAPTION_SIZE, color=GREY)
    foot.set_in_layout(False)
    if key and key.names:
        spot = (0.005, 1.0 - titled / height)
        known = figure.legend(
            key.handles, key.names, ncols=key.n_columns, loc="upper left", bbox_to_anchor=spot, borderaxespad=0.0
        )
        known.set_in_layout(False)


def _in_lines(heading: str, letters: int) -> str:
    """A heading in as few lines as it needs, of about the same length.

    Examples
    --------
    >>> _in_lines("China steps back in 25 % of runs", 25)
    'China steps back\\nin 25 % of runs'
    """
    n = 1 + _filled(heading, letters).count("\n")
    return next(
        lines
        for lines in (_filled(heading, width) for width in range(len(heading) // n, letters + 1))
        if lines.count("\n") < n
    )


def _filled(text: str, letters: int) -> str:
    """A text in lines; numbers stay with their sign, and the parts of a date together."""
    return textwrap.fill(TOGETHER.sub(FIRM, text), letters).replace(FIRM, " ")


def _make_room(figure: Figure, head: float, foot: float) -> float:
    """Room above and below the panels, taken from a measured figure, added to a placed one; its height [inches]."""
    height, measured = figure.get_figheight(), figure.get_layout_engine()
    if isinstance(measured, layout_engine.ConstrainedLayoutEngine):
        measured.set(rect=(0.0, foot / height, 1.0, 1.0 - (head + foot) / height))
        return height
    above, below = (1.0 - figure.subplotpars.top) * height, figure.subplotpars.bottom * height
    height += head + foot
    figure.set_figheight(height)
    figure.subplots_adjust(top=1.0 - (above + head) / height, bottom=(below + foot) / height)
    return height


def between_texts(figure: Figure) -> transforms.Bbox:
    """What of a captioned figure lies between title and caption [inches], for a page that says both as text."""
    title = HEADING_LINE * (1 + figure.get_suptitle().count("\n"))
    said = figure.get_supxlabel()
    foot = EDGE + CAPTION_LINE * (1 + said.count("\n")) if said else 0.0
    return transforms.Bbox([[0.0, foot], [figure.get_figwidth(), figure.get_figheight() - EDGE / 2 - title]])


def days_of(scenario: Scenario, steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Steps as matplotlib's day numbers: days since 1970."""
    return day_number(scenario.start) + np.asarray(steps, dtype=np.float64) * scenario.step_days


def day_number(day: date) -> float:
    """A date as matplotlib counts it."""
    return float((day - EPOCH).days)


def date_ticks(scenario: Scenario, inches: float) -> tuple[list[date], list[str]]:
    """Dates for an axis of a width, and their labels: each has its month or year, the year stands where it is new.

    Examples
    --------
    >>> from scenarios import load
    >>> date_ticks(load("toy"), 2.0)[1]
    ['Apr\\n2030', 'Jul', 'Oct', 'Jan\\n2031']
    """
    first, last = scenario.start, horizon(scenario)
    for unit, interval, letters in TICKS:
        found = _beginnings(first, last, unit, interval)
        if found and len(found) * letters <= inches:
            break
    years = [None, *[day.year for day in found]]
    return found, [_day_name(day, unit, is_new=day.year != before) for day, before in zip(found, years, strict=False)]


def _beginnings(first: date, last: date, unit: str, interval: int) -> list[date]:
    """Every so many days, months or years within a time: days from its first, the others where they begin."""
    if unit == "day":
        return [first + timedelta(days=days) for days in range(0, (last - first).days + 1, interval)]
    months = range(12 * first.year, 12 * last.year + 12, interval if unit == "month" else 12 * interval)
    begun = [date(month // 12, month % 12 + 1, 1) for month in months]
    return [day for day in begun if first <= day <= last]


def _day_name(day: date, unit: str, is_new: bool) -> str:
    """A day as it stands on an axis; the year below it where it is new."""
    if unit == "year":
        return f"{day.year}"
    month = f"{day:%b}" if unit == "month" else f"{day.day} {day:%b}"
    return f"{month}\n{day.year}" if is_new else month


def date_axis(
    panel: Panel, scenario: Scenario, has_dates: bool = True, has_steps: bool = True, inches: float = 6.5
) -> None:
    """Dates below an axis so wide, and steps since the opening above, over the whole horizon."""
    days, names = date_ticks(scenario, inches)
    panel.set_xlim(day_number(scenario.start), day_number(horizon(scenario)))
    panel.set_xticks([day_number(day) for day in days], names if has_dates else [""] * len(names))
    if has_steps:
        _steps_above(panel, scenario)


def _steps_above(panel: Panel, scenario: Scenario) -> None:
    """A second axis above a date axis that counts the steps since the opening."""
    opening, length = day_number(scenario.start), scenario.step_days
    ticks = ticker.MaxNLocator(7, integer=True, steps=[1, 2, 5, 10]).tick_values(0, scenario.steps)
    steps_and_days = (lambda day: (day - opening) / length, lambda step: opening + step * length)
    top = panel.secondary_xaxis("top", functions=steps_and_days)
    top.set_xticks([tick for tick in ticks if 0 <= tick <= scenario.steps])
    top.set_xlabel(f"{scenario.step}s since the opening", fontsize=8, color=GREY)
    top.tick_params(labelsize=8, colors=GREY)


def share_axis(panel: Panel, text: str, top: float = 1.0) -> None:
    """A vertical axis of shares from 0 to `top` with faint lines."""
    panel.set_ylim(0, top)
    panel.set_yticks([tick for tick in (0, 0.25, 0.5, 0.75, 1) if tick <= top])
    panel.set_ylabel(text)
    panel.grid(axis="y", color=FAINT, linewidth=0.6)
    panel.set_axisbelow(True)


def as_shown(draw: Callable[Given, Figure]) -> Callable[Given, Figure]:
    """Makes a function draw in the look of all; the notebook in which it is called shows the figure."""

    @wraps(draw)
    def drawn(*given: Given.args, **named: Given.kwargs) -> Figure:
        shell = notebook()
        if shell is not None:
            show_figures(shell.display_formatter.formatters["image/png"])
        with matplotlib.rc_context(SETTINGS):
            return draw(*given, **named)

    return drawn


def show_figures(formatter: Any) -> None:
    """Tells a notebook how to show a figure, unless it knows: it learns that from pyplot alone, which is not used."""
    try:
        formatter.lookup_by_type(Figure)
    except KeyError:
        formatter.for_type(Figure, partial(drawn_as, form="png"))
