"""The live page: what is moved is played and shown, can be taken away, and nothing leaves the machine."""

import asyncio
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scenarios import load, simulate
from scenarios.cli.app import app
from scenarios.page import offered, replayed, serving
from scenarios.page import view as views
from scenarios.page.view import PINNED, SEED, View
from scenarios.scenario.finding import number_at
from scenarios.scenario.overlay import with_overlay

SCRIPT = Path(views.__file__).with_name("script.py")
CHROMIUM = Path("/usr/bin/chromium")
QUIET = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
TOY = View("toy")
BUDGET = "patrons.redland.support_budget"
MOVED = View(
    "toy",
    settings=(f"{BUDGET}=0.2", "patrons.redland.war_drain@2030-06-02=0.1", "client.oil_price=x0.75", "freeze=war"),
    beliefs=("client.hold=0.4",),
)
DRAWN = View("toy", MOVED.overlays, MOVED.settings, MOVED.beliefs, rungs=("2030-03-03=7", "2030-09-01=9"))

needs_streamlit = pytest.mark.skipif(find_spec("streamlit") is None, reason="the extra page is not installed")
needs_chromium = pytest.mark.skipif(
    find_spec("playwright") is None or not CHROMIUM.exists(), reason="neither playwright nor Chromium is there"
)


def page_of(view, link=None):
    """The page as a session has it, without a browser."""
    from streamlit.testing.v1 import AppTest

    views.OPENED[0] = view
    session = AppTest.from_file(str(SCRIPT), default_timeout=300)
    for word, said in (link or {}).items():
        session.query_params[word] = said
    return session.run()


def as_read(markup):
    """What a reader sees of a text in which no letter is markup."""
    return markup.replace("\\", "")


def command_on(session):
    """The command that the page shows."""
    return session.code[0].value


def linked(session, word):
    """What the address of the page says."""
    said = session.query_params[word]
    return [said] if isinstance(said, str) else said


def slider_of(session, path):
    """The slider of a number."""
    return next(slider for slider in session.slider if slider.key == f"value {path}")


@needs_streamlit
@pytest.mark.parametrize("name", ["toy", "venezuela_2025"])
def test_the_page_opens_with_a_finding_figures_and_one_short_table(name):
    session = page_of(View(name))
    assert not session.exception and not session.error
    assert "most often" in session.title[0].value
    assert len(session.get("html")) == 1 + len(replayed.FIGURES)  # the look of the page, and the figures
    assert len(session.dataframe) == 1
    assert command_on(session) == f"scenarios run {name} --replications 2000 --seed 1 --no-control"


@needs_streamlit
def test_a_slider_that_is_moved_changes_table_finding_command_and_link():
    session = page_of(TOY)
    before = session.dataframe[0].value
    slider_of(session, BUDGET).set_value(0.1).run()
    assert not session.exception and not session.error
    assert not session.dataframe[0].value.equals(before)
    assert re.fullmatch(r"Redland .* in .* of runs, not in .*", session.title[0].value)
    assert f"--set {BUDGET}=0.1 " in command_on(session)
    assert linked(session, "set") == [f"{BUDGET}=0.1"]


@needs_streamlit
def test_a_number_is_set_from_now_on_from_a_date_on_or_believed():
    session = page_of(TOY)
    slider_of(session, BUDGET).set_value(0.1).run()
    since = next(control for control in session.get("button_group") if control.key == f"since {BUDGET}")
    since.set_value("all along").run()
    assert f"--believe {BUDGET}=0.1 " in command_on(session)
    since.set_value("from a date on").run()
    assert re.search(rf"--set {BUDGET}@2030-\d\d-\d\d=0.1 ", command_on(session))
    assert not session.exception and not session.error


@needs_streamlit
def test_the_next_views_are_held_against_the_one_that_is_pinned():
    session = page_of(TOY)
    slider_of(session, BUDGET).set_value(0.1).run()
    assert "**Now, beside the scenario as it stands**" in [text.value for text in session.markdown]
    next(button for button in session.button if button.label.startswith("Pin this view")).click().run()
    assert "most often" in session.title[0].value  # it stands alone
    slider_of(session, BUDGET).set_value(0.35).run()  # as the scenario has it
    assert re.fullmatch(r"Redland .* in .* of runs, not in .*", session.title[0].value)
    assert "**Now, beside the view that is pinned**" in [text.value for text in session.markdown]


@needs_streamlit
def test_a_link_restores_the_view_and_starting_anew_leaves_it():
    session = page_of(TOY, MOVED.link())
    assert not session.exception and not session.error
    assert sorted(shlex.split(command_on(session))) == sorted(shlex.split(MOVED.command))
    assert slider_of(session, BUDGET).value == 0.2
    next(button for button in session.button if button.label == "Start anew").click().run()
    assert command_on(session) == TOY.command
    drawn = page_of(TOY, DRAWN.link())
    assert command_on(drawn) == DRAWN.command and linked(drawn, "rung") == list(DRAWN.rungs)


@needs_streamlit
def test_a_link_holds_the_view_against_the_one_that_was_pinned():
    lower, higher = View("toy", settings=(f"{BUDGET}=0.1",)), View("toy", settings=(f"{BUDGET}=0.5",))
    session = page_of(TOY, higher.link() | lower.link(PINNED))
    assert re.fullmatch(r"Redland .* in .* of runs, not in .*", session.title[0].value)
    assert linked(session, f"{PINNED}set") == list(lower.settings)
    assert linked(session, "set") == list(higher.settings)


@needs_streamlit
def test_the_pressure_is_drawn_week_by_week_from_where_it_opens():
    session = page_of(TOY)
    next(toggle for toggle in session.toggle if toggle.key == "is_drawn").set_value(True).run()
    weeks = session.session_state.path
    toy = load("toy")
    assert len(weeks) == toy.steps and weeks["from"].is_monotonic_increasing
    assert weeks["rung"].dropna().tolist() == [toy.numbers["coercer.rung"].value]
    assert linked(session, "rung") == [f"{weeks['from'][0]}={toy.numbers['coercer.rung'].value:.0f}"]


HOSTILE = {
    "an unknown number": ({"set": ["patrons.nobody.war_drain=1"]}, "unknown path"),
    "no number": ({"set": ["client.hold=nan"]}, "client.hold"),
    "out of its domain": ({"believe": ["client.hold=7"]}, "client.hold"),
    "no setting": ({"set": ["<script>alert(1)</script>"]}, "must be PATH=VALUE"),
    "a dated belief": ({"believe": ["client.hold@2030-06-02=0.4"]}, "no date"),
    "a day that is none": ({"set": ["client.hold@2030-99-99=0.4"]}, "must be a date"),
    "a rung that is none": ({"rung": ["2030-06-02=11"]}, "from 0 to 10"),
    "a path that is none": ({"rung": ["../../etc/passwd"]}, "must be DATE=RUNG"),
    "too long a run": ({"set": ["steps=100000"]}, "at most 2,500"),
    "too much": ({"set": [f"client.hold=0.{k}" for k in range(1, 400)]}, "more than 200"),
}


@needs_streamlit
@pytest.mark.parametrize(("link", "said"), HOSTILE.values(), ids=HOSTILE)
def test_a_link_that_makes_no_sense_is_answered_in_words_and_the_scenario_stands(link, said):
    session = page_of(TOY, link)
    assert not session.exception
    assert said in as_read(session.error[0].value)
    assert command_on(session) == TOY.command


@needs_streamlit
def test_a_line_that_makes_no_sense_is_answered_in_words_and_the_sliders_stand():
    session = page_of(TOY)
    session.text_area[0].set_value("client.hodl=0.4").run()
    assert not session.exception
    assert "Did you mean 'client.hold'?" in session.error[0].value
    assert session.slider


@needs_streamlit
def test_a_run_is_told_and_a_map_of_two_numbers_drawn():
    session = page_of(TOY)
    figures = len(session.get("html"))
    next(toggle for toggle in session.toggle if toggle.key == "is_told").set_value(True).run()
    assert any("The end: Portsmouth" in as_read(said.value) for said in session.markdown)
    next(button for button in session.button if button.label == "Draw the map").click().run()
    assert not session.exception and not session.error
    assert len(session.get("html")) == figures + 2
    slider_of(session, BUDGET).set_value(0.1).run()
    assert len(session.get("html")) == figures + 3  # the difference from the view that is pinned
    assert "Of an earlier view: Nothing is set." in [said.value for said in session.caption]


@needs_streamlit
def test_a_number_that_is_found_by_a_word_gets_a_slider():
    session = page_of(TOY)
    session.text_input[0].set_value("hold revenue").run()
    next(button for button in session.button if button.key == "add client.hold_revenue").click().run()
    assert slider_of(session, "client.hold_revenue").value == load("toy").numbers["client.hold_revenue"].value
    session.text_input[0].set_value("qwertz").run()
    assert "Unknown word 'qwertz'" in session.error[0].value


@pytest.mark.parametrize("name", ["toy", "venezuela_2025", "syria_2024", "belarus_2020"])
def test_every_scenario_offers_the_numbers_of_the_what_ifs_first_within_their_domains(name):
    scenario = load(name)
    groups = offered.offered(scenario)
    paths = [path for paths in groups.values() for path in paths]
    assert len(paths) == len(set(paths))
    assert {f"patrons.{patron}.risk_tolerance" for patron in scenario.patrons} <= set(paths)
    for path in paths:
        span, number, limits = offered.span_of(scenario, path), scenario.numbers[path], number_at(path)
        assert limits.low <= span.low <= number.low <= number.high <= span.high <= limits.high
        assert 0.0 < span.step <= span.high - span.low
        tip = as_read(offered.tip_of(scenario, path))
        assert all(said in tip for said in (path, limits.meaning, number.unit, "Source: ", number.note))


@pytest.mark.parametrize("view", [MOVED, DRAWN], ids=["set and believed", "the pressure drawn"])
def test_the_overlay_of_a_view_plays_the_very_runs_of_the_view(view, tmp_path):
    file = tmp_path / "view.toml"
    file.write_text(view.overlay(), "utf-8")
    mine, theirs = simulate(view.scenario(), 100), simulate(with_overlay(load("toy"), str(file)), 100)
    for table in ("runs", "patrons", "events"):
        assert getattr(mine, table).equals(getattr(theirs, table))
    assert not mine.runs.equals(simulate(load("toy"), 100).runs)
    again = with_overlay(load("toy"), str(file))
    assert views.overlay_text(load("toy"), again) == view.overlay()


@pytest.mark.parametrize("view", [MOVED, DRAWN], ids=["set and believed", "the pressure drawn"])
def test_the_table_is_to_the_byte_what_the_command_of_the_view_writes(view, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("view.toml").write_text(view.overlay(), "utf-8")
    words = [*shlex.split(view.command)[1:], "--no-ladder", "--no-what-ifs", "--no-figures", "--quiet"]
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 0
    (written,) = Path("results", "toy").glob("*/summary.csv")
    assert written.read_bytes() == replayed.play_view(view).table.encode()


def answer_of(headers, kind="http"):
    """The status of what the gate answers; 200 if it lets through."""

    async def inner(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    sent = []

    async def send(message):
        sent.append(message.get("status", 403 if message["type"] == "websocket.close" else 0))

    async def receive():
        return {"type": "websocket.connect"}

    raw = [(name.encode(), value.encode()) for name, value in headers]
    scope = {"type": kind, "headers": raw, "extensions": {}}
    asyncio.run(serving.OnlyHere(inner, 8501)(scope, receive, send))
    return sent[0]


@needs_streamlit
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_other_hosts_names_and_pages_of_other_sites_are_refused(kind):
    here = [("host", "127.0.0.1:8501")]
    assert answer_of(here, kind) == 200
    assert answer_of([("host", "localhost:8501"), ("origin", "http://localhost:8501")], kind) == 200
    for refused in (
        [],
        [("host", "evil.example")],
        [("host", "evil.example:8501")],
        [("host", "127.0.0.1.evil.example:8501")],
        [*here, ("host", "evil.example")],
        [*here, ("origin", "http://evil.example")],
        [*here, ("origin", "http://localhost:1234")],
        [*here, ("origin", "null")],
    ):
        assert answer_of(refused, kind) == 403


def test_a_port_that_is_taken_is_told_with_a_cure():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = CliRunner().invoke(app, ["page", "toy", "--port", str(port), "--no-browser"])
    assert told.exit_code == 2
    assert f"--port {port}: 127.0.0.1 cannot be listened to there" in told.stderr
    assert "--port 0" in told.stderr


def test_without_the_extra_the_command_that_installs_it_is_told(monkeypatch):
    monkeypatch.setattr("scenarios.questions.extras.find_spec", lambda _: None)
    told = CliRunner().invoke(app, ["page", "toy"])
    assert told.exit_code == 2
    assert "pip install 'scenarios[page]'" in told.stderr


def test_a_scenario_that_makes_no_sense_is_told_before_anything_is_served():
    told = CliRunner().invoke(app, ["page", "toy", "--set", "client.hodl=0.4"])
    assert told.exit_code == 2
    assert "client.hold" in told.stderr


@contextmanager
def page_in(folder, fonts):
    """A page that is served from a folder, once it answers, and its address."""
    words = [sys.executable, "-m", "scenarios", "page", "toy", "--port", "0", "--no-browser"]
    home = {"HOME": str(folder), "SCENARIOS_CACHE": str(cache_of_code()), "MPLCONFIGDIR": str(fonts)}
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, cwd=folder, env=os.environ | home) as page:
        address = ""
        while not address:
            line = page.stderr.readline()
            assert line, "the page was not served"
            address = "".join(re.findall(r"http://\S+", line))
        while status_of(f"{address}/_stcore/health") != 200:
            time.sleep(0.1)
        yield page, address
        page.kill()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A page that is served, and its address."""
    if find_spec("streamlit") is None:
        pytest.skip("the extra page is not installed")
    with page_in(tmp_path_factory.mktemp("served"), tmp_path_factory.mktemp("fonts")) as found:
        yield found


def cache_of_code():
    """Where the compiled rules lie: a home of its own would have them compiled again."""
    from scenarios.engine.compiler import cache

    return cache().folder.parent.parent


def status_of(address, headers=None):
    """What the server answers."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers or {}), timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code
    except urllib.error.URLError:  # nobody listens yet
        return 0


def test_the_page_is_served_to_this_machine_alone(served):
    _, address = served
    assert status_of(address) == 200
    assert status_of(f"{address}/_stcore/health") == 200
    assert status_of(address, {"Host": "evil.example"}) == 403
    assert status_of(f"{address}/_stcore/health", {"Origin": "http://evil.example"}) == 403


@pytest.fixture
def browsed(served):
    """A tab of a browser in which the page is open, its address, and every address that it has asked for."""
    from playwright.sync_api import sync_playwright

    _, address = served
    asked = []
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        tab = browser.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("websocket", lambda socket: asked.append(socket.url))
        yield tab, address, asked
        browser.close()


def places(asked):
    """The machines and ports that were asked for something."""
    return {re.sub(r"^\w+://", "", url).split("/")[0] for url in asked if not url.startswith(("data:", "blob:"))}


@needs_chromium
def test_in_a_browser_charts_follow_a_slider_and_the_table_is_the_command_lines(browsed):
    tab, address, asked = browsed
    tab.goto(address)
    first = tab.locator(".figure img").first
    first.wait_for(timeout=60_000)
    before = first.get_attribute("src")
    tab.get_by_role("slider").nth(4).press("ArrowRight")
    tab.get_by_text("Now, beside the scenario as it stands").wait_for(timeout=60_000)
    tab.wait_for_function("before => document.querySelector('.figure img').src !== before", arg=before)
    command = shlex.split(tab.locator("code", has_text="--set").last.inner_text())
    tab.get_by_test_id("stStatusWidget").wait_for(state="detached", timeout=60_000)
    with tab.expect_download() as begun:
        tab.get_by_text("Table (CSV)").click()
    setting = command[command.index("--set") + 1]
    assert setting.startswith(BUDGET)
    assert Path(begun.value.path()).read_text("utf-8") == replayed.play_view(View("toy", settings=(setting,))).table
    assert places(asked) == {address.removeprefix("http://")}
    tab.set_viewport_size({"width": 390, "height": 844})  # of a phone: nothing of a figure lies out of sight
    tab.wait_for_function("document.querySelector('.figure img').getBoundingClientRect().right <= 390")


@needs_chromium
def test_in_a_browser_a_hostile_link_is_answered_in_words_and_fetches_nothing(browsed):
    tab, address, asked = browsed
    tab.goto(f"{address}/?set=![a](http%3A%2F%2F192.0.2.1%2Fa.png)%3D1")
    tab.get_by_text("The link is not understood").wait_for(timeout=60_000)
    assert places(asked) == {address.removeprefix("http://")}


def test_ctrl_c_ends_the_page_in_one_line_and_nothing_was_written(tmp_path_factory):
    pytest.importorskip("streamlit", reason="the extra page is not installed")
    folder = tmp_path_factory.mktemp("ended")
    with page_in(folder, tmp_path_factory.mktemp("fonts")) as (page, _):
        page.send_signal(signal.SIGINT)
        assert page.wait(timeout=30) == 130
        assert page.stderr.read().strip() == "Interrupted."
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_a_view_is_played_with_the_seed_that_its_command_names():
    assert f"--seed {SEED} " in TOY.command
    assert replayed.play_view(TOY).results.manifest["seed"] == SEED
