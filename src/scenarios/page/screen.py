"""How does the page look? Sliders beside it; the finding, the figures, a short table; what can be taken away."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from scenarios.errors import ScenariosError
from scenarios.handout.pictures import Picture
from scenarios.page.offered import offered, plain_text, span_of, tip_of
from scenarios.page.replayed import DIFFERENCE, FIGURES, ViewShown, mapped, play_view, png_of_view, told_run, view_shown
from scenarios.page.view import FILE, LINKED, PINNED, RUNS, SEED, View
from scenarios.questions.naming import number_words
from scenarios.report.wording import horizon
from scenarios.scenario.finding import found, number_at
from scenarios.scenario.scenario import OUT_OF_REACH, Scenario
from scenarios.tally import chance_names
from scenarios.vocabulary import DecisionRule

NOW, DATED, ALL_ALONG = "from now on", "from a date on", "all along"
SINCE = (NOW, DATED, ALL_ALONG)
SINCE_TIP = (
    "From now on, or from a date on: an intervention; the opening is explained without it. All along: a belief; the "
    "opening is explained under it."
)
DRAWN = "all, one a run"
ABOVE = {DIFFERENCE: "Now, beside {}", FIGURES[0]: "Who steps back, and when"}
MOST_FOUND = 12
STYLE = """<style>
.block-container {padding-top: 2.2rem; padding-bottom: 3rem; max-width: 78rem;}
.figure img {width: 100%; max-width: 50rem;}
h1 {font-size: 1.35rem !important; font-weight: 600 !important; padding: 0 !important;}
@media (max-width: 640px) {.block-container {padding-top: 4rem;}}
</style>"""
State = Any  # what Streamlit keeps of a session


def show_page(first: View) -> None:
    """The page; a file that no longer makes sense is told in its place."""
    st.set_page_config(page_title=f"{first.name} – scenarios", layout="wide")
    with _guarded():
        _page_body(first, first.base.scenario())


def _page_body(first: View, base: Scenario) -> None:
    """The whole page, from what a session has moved so far."""
    st.html(STYLE)
    if "is_open" not in st.session_state:
        _begin_session(first, base)
    view = _view_asked(first, base)
    pinned = st.session_state.pinned
    st.query_params.from_dict(view.link() | ({} if pinned == pinned.base else pinned.link(PINNED)))
    if told := st.session_state.get("fault"):
        _complain(told)
    with _guarded():
        _main_part(view, pinned, base)


@contextmanager
def _guarded() -> Iterator[None]:
    """What the project says of a bad input is shown in its place, and the rest of the page stands."""
    try:
        yield
    except ScenariosError as fault:
        _complain(str(fault))


def _complain(fault: str) -> None:
    """What is wrong, every line on its own."""
    st.error(plain_text(fault).replace("\n", "  \n"))


def _begin_session(first: View, base: Scenario) -> None:
    """Puts sliders where the address, or the command line, says; a link that makes no sense is told."""
    state, view, pinned = st.session_state, first, first.base
    state.fault = ""
    try:
        view, pinned = _linked(first, ""), _linked(first.base, PINNED)
        view.scenario()
        pinned.scenario()
    except ScenariosError as fault:
        state.fault = f"The link is not understood, and the scenario stands as it is. {fault}"
        view, pinned = first.base, first.base
    state.is_open, state.pinned, state.shown, state.lines = True, pinned, [], ""
    state.with_control, state.first_rungs = view.with_control, view.rungs
    for option, lines in (("", view.settings), ("believe ", view.beliefs)):
        for line in lines:
            _put_on_slider(base, line, option)


def _linked(view: View, before: str) -> View:
    """A view as the address of the page changes it by the words that begin so."""
    words = [*LINKED, "control"]
    said = {word: st.query_params.get_all(before + word) for word in words if before + word in st.query_params}
    return view.linked(said) if said else view


def _put_on_slider(base: Scenario, line: str, option: str) -> None:
    """One setting as the slider that it moves, or, if none does, as a line."""
    state = st.session_state
    path, _, value = line.partition("=")
    path, _, day = path.strip().partition("@")
    is_moved = path in state.shown or f"value {path}" in state
    try:
        amount = float(value)
    except ValueError:
        amount = float("nan")
    if path not in base.numbers or amount != amount or is_moved:
        state.lines = "\n".join(filter(None, [state.lines, option + line]))
        return
    state.shown = [*state.shown, path]
    state[f"value {path}"], state[f"since {path}"] = amount, DATED if day else ALL_ALONG if option else NOW
    if day:
        state[f"day {path}"] = date.fromisoformat(day)


def _view_asked(first: View, base: Scenario) -> View:
    """The view that the sliders, switches and lines beside the page describe."""
    with st.sidebar:
        st.markdown("**What if …**", help=f"Each view is {RUNS:,} matched runs, seed {SEED}: the same luck in all.")
        settings, beliefs = _sliders(base)
        more = [*_switches(base)]
        rungs = _path_drawn(base)
        lines = st.text_area(
            "Any other setting, one a line",
            key="lines",
            placeholder="terms.words=off\npatrons.russia.war_drain@2026-06-01=x0.5\nbelieve client.hold=0.4",
            help="As after --set on the command line; with `believe ` before it as after --believe.",
        )
        st.toggle(
            "Show the control", key="with_control", help="The same runs with the pressure frozen; twice the time."
        )
        st.button("Start anew", on_click=_start_anew, width="stretch")
    for line in filter(None, map(str.strip, lines.splitlines())):
        (beliefs if line.startswith("believe ") else settings).append(line.removeprefix("believe ").strip())
    is_controlled = bool(st.session_state.with_control)
    return replace(first, settings=(*settings, *more), beliefs=tuple(beliefs), rungs=rungs, with_control=is_controlled)


def _start_anew() -> None:
    """The scenario as it was opened."""
    st.query_params.clear()
    st.session_state.clear()


def _sliders(base: Scenario) -> tuple[list[str], list[str]]:
    """Sliders in groups; what is set, and what is believed."""
    settings: list[str] = []
    beliefs: list[str] = []
    groups = offered(base)
    first = {path for paths in groups.values() for path in paths}
    others = [path for path in st.session_state.shown if path not in first]
    moved = [path for path in st.session_state.shown if path in first]
    for place, (name, paths) in enumerate(({"Found": others} | groups).items()):
        if paths:
            with st.expander(plain_text(name), expanded=place < 3 or any(path in moved for path in paths)):
                for path in paths:
                    slider(base, path, settings, beliefs)
    search(base, first)
    return settings, beliefs


def slider(base: Scenario, path: str, settings: list[str], beliefs: list[str]) -> None:
    """One number; where it is moved, since when, too."""
    state, number = st.session_state, base.numbers[path]
    value = state.setdefault(f"value {path}", float(number.value))
    span = span_of(base, path, value)
    name = number_words(base, path)
    label = plain_text(f"{name[0].upper()}{name[1:]} [{number.unit}]")
    value = st.slider(
        label, span.low, span.high, step=span.step, key=f"value {path}", format="%.4g", help=tip_of(base, path)
    )
    if value == number.value and path not in state.shown:
        return
    state.setdefault(f"since {path}", NOW)
    since = st.segmented_control(
        f"{label}: since when", SINCE, key=f"since {path}", label_visibility="collapsed", help=SINCE_TIP
    )
    day = _day_chosen(base, path) if since == DATED else None
    said = f"{path}{f'@{day}' if day else ''}={value:.12g}"
    (beliefs if since == ALL_ALONG else settings).append(said)


def _day_chosen(base: Scenario, path: str) -> date:
    """The day from which a number is so."""
    first, last = base.opening + timedelta(days=1), horizon(base)
    st.session_state.setdefault(f"day {path}", first)
    found_day: date = st.date_input(
        f"{path}: from", min_value=first, max_value=last, key=f"day {path}", label_visibility="collapsed"
    )
    return found_day


def search(base: Scenario, first: set[str]) -> None:
    """Any other number by a word; those that are chosen get a slider."""
    word = st.text_input("Find another number", placeholder="budget, war, sanctions …", key="word")
    if not word.strip():
        return
    with _guarded():
        paths = [number.path for number in found(base, word) if number.path not in first][:MOST_FOUND]
        for path in paths:
            if path not in st.session_state.shown:
                name, tip = plain_text(number_words(base, path)), tip_of(base, path)
                st.button(name, key=f"add {path}", on_click=add, args=(path,), help=tip)


def add(path: str) -> None:
    """A number that was found gets a slider."""
    st.session_state.shown = [*st.session_state.shown, path]


def _switches(base: Scenario) -> Iterator[str]:
    """What is no number: the pressure frozen, one rule of decision for all."""
    if st.toggle("Pressure frozen as it is", key="frozen", help="freeze=pressure"):
        yield f"freeze={','.join(sorted(base.freeze | {'pressure'}))}"
    rules = DecisionRule.words()
    rule = st.selectbox(
        "How patrons decide", [DRAWN, *rules], key="rule", format_func=lambda word: word.replace("_", " ")
    )
    if rule != DRAWN:
        yield from (f"decision.{word}={int(word == rule)}" for word in rules)


def _path_drawn(base: Scenario) -> tuple[str, ...]:
    """The coercer's own path, as dates and rungs; nothing unless it is drawn."""
    state = st.session_state
    if not st.toggle("Draw the path of the pressure", key="is_drawn", value=bool(state.first_rungs)):
        return ()
    if "path" not in state:
        state.path = pd.DataFrame(_weeks(base, state.first_rungs), columns=["from", "rung"])
    config = {
        "from": st.column_config.DateColumn(disabled=True),
        "rung": st.column_config.NumberColumn(min_value=0, max_value=10, step=1, help="Empty: as it was before."),
    }
    table = st.data_editor(state.path, column_config=config, hide_index=True, key="rows", width="stretch", height=250)
    st.caption(f"A rung in any {base.step} moves the pressure there, until the next one that is filled in.")
    table = table.dropna()
    return tuple(f"{day}={int(rung)}" for day, rung in zip(table["from"], table["rung"], strict=True))


def _weeks(base: Scenario, drawn: Sequence[str]) -> list[tuple[date, int | None]]:
    """Every step with the rung drawn there, if any: what a link has drawn, or the rung of the opening at the first."""
    first = base.opening + timedelta(days=1)
    rungs = {date.fromisoformat(day): int(rung) for day, rung in (line.split("=") for line in drawn)}
    rungs = rungs or {first: int(base.numbers["coercer.rung"].value)}
    steps = range(base.steps_gone + 1, base.steps)
    days = {first, *rungs, *(base.start + timedelta(days=step * base.step_days) for step in steps)}
    return [(day, rungs.get(day)) for day in sorted(days)]


def _main_part(view: View, pinned: View, base: Scenario) -> None:
    """The answer: the finding, the figures, one short table, and what can be taken away."""
    st.caption(plain_text(f"{base.title}. {base.question}"))
    with st.spinner(f"Playing {RUNS:,} runs …"):
        play_view(view)
    # between the two a run of this page that a later move has overtaken is given up
    with st.spinner("Drawing …"):
        shown = view_shown(view, pinned)
    st.title(plain_text(shown.finding), anchor=False)
    st.caption(_played_words(view, pinned, shown))
    _pinning(view, pinned)
    figures(shown, pinned)
    now = play_view(view)
    st.markdown(f"**{now.section.heading}**")
    columns = [name.replace("\n", " ") for name in now.section.columns]
    table = pd.DataFrame(now.section.rows, columns=columns)
    table = table if view.with_control else table.drop(columns="control", errors="ignore")
    st.dataframe(table, hide_index=True, width="stretch", height="content")
    with st.expander("In sentences"):
        st.markdown("\n\n".join(map(plain_text, now.sentences)))
    _take_away(view, pinned, shown)
    _one_run(view)
    _map_of_two(view, base)


def _played_words(view: View, pinned: View, shown: ViewShown) -> str:
    """What was played, how long it took, what is set."""
    said = f"{RUNS:,} matched runs, played and drawn in {shown.seconds:.1f} s. {_set_words(view)}"
    return said + ("" if view == pinned else f" Beside it stands {pinned.beside}.")


def _set_words(view: View) -> str:
    """What is set in a view."""
    changed = [*view.settings, *(f"believed {line}" for line in view.beliefs), *(f"rung {line}" for line in view.rungs)]
    return f"Set: {plain_text(', '.join(changed))}." if changed else "Nothing is set."


def _pinning(view: View, pinned: View) -> None:
    """What the next views are held against."""
    if view != pinned:
        st.button("Pin this view: hold the next ones against it", on_click=_pin, args=(view,))
    elif pinned != pinned.base:
        st.button("Pin the scenario as it stands", on_click=_pin, args=(pinned.base,))


def _pin(view: View) -> None:
    """Holds the next views against this one."""
    st.session_state.pinned = view


def figures(shown: ViewShown, pinned: View) -> None:
    """Figures, each below its finding: the first across the page, the others in two columns."""
    across, columns = st.container(), st.columns(2, gap="medium")
    for place, (name, picture) in enumerate(shown.pictures.items()):
        with columns[(place - 1) % 2] if place else across:
            is_said = name == DIFFERENCE or picture.finding == shown.finding  # it stands above all
            _framed(picture._replace(finding=ABOVE[name].format(pinned.beside)) if is_said else picture)


def _framed(picture: Picture) -> None:
    """One figure below what it finds."""
    st.markdown(f"**{plain_text(picture.finding)}**")
    st.html(f'<div class="figure"><img src="{picture.image}" alt=""></div>')
    st.caption(plain_text(picture.caption))


def _take_away(view: View, pinned: View, shown: ViewShown) -> None:
    """The very command, the table, a figure, the overlay."""
    st.markdown("**Take it away**")
    st.code(view.command, language=None, wrap_lines=True)
    left, middle, right = st.columns(3)
    how: dict[str, Any] = {"on_click": "ignore", "width": "stretch"}
    left.download_button("Table (CSV)", play_view(view).table, "summary.csv", "text/csv", **how)
    name = middle.selectbox("Figure", list(shown.pictures), label_visibility="collapsed")
    drawn = partial(png_of_view, view, pinned, name)
    middle.download_button("Figure (PNG)", drawn, f"{name}.png", "image/png", **how)
    if view != view.base:
        right.download_button("Overlay (TOML)", view.overlay, FILE, "application/toml", **how)


def _one_run(view: View) -> None:
    """One run as a story."""
    with st.expander("One run as a story"):
        run = st.number_input("Run", 0, RUNS - 1, 0, key="run")
        if st.toggle("Tell it", key="is_told"):
            picture, text = told_run(view, int(run))
            _framed(picture)
            with st.container(height=480):
                st.markdown("\n".join(map(_told_line, text.splitlines())))


def _told_line(line: str) -> str:
    """A line of a story; a heading is no larger than the text."""
    return f"**{plain_text(line.lstrip('# '))}**" if line.startswith("#") else plain_text(line)


def _map_of_two(view: View, base: Scenario) -> None:
    """Where an outcome tips over two numbers; played at a button, since it takes some seconds."""
    with st.expander("A map of two numbers"):
        paths = [number.path for number in base.numbers.values() if number.note != OUT_OF_REACH and number.value > 0]
        first = [path for paths_of in offered(base).values() for path in paths_of]
        places = [paths.index(path) for path in first if path.endswith((".risk_tolerance", ".support_budget"))]
        places = places or [0, 1]
        name: Callable[[str], str] = lambda path: f"{number_words(base, path)} ({number_at(path).meaning})"  # noqa: E731
        across = st.selectbox("Across", paths, places[1], key="across", format_func=name)
        up = st.selectbox("Up", paths, places[0], key="up", format_func=name)
        of = st.selectbox("Of", chance_names(base), key="of")
        if st.button("Draw the map") and across and up and of:
            spans = {path: span_of(base, path)[:2] for path in (across, up)}
            with _guarded(), st.spinner("Playing the map …"):
                st.session_state.map = mapped(view, spans, of), view
        if "map" in st.session_state:
            picture, of_view = st.session_state.map
            _framed(picture)
            if of_view != view:
                st.caption("Of an earlier view: " + _set_words(of_view))
