"""A report can be handed on: it holds all it needs, says what the runs say, and no name in it does anything."""

import math
import re
import shlex
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from shutil import copytree

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from scenarios import load, save, simulate, summarise, write_report
from scenarios.cli.app import app
from scenarios.errors import RequestRefused, StoreError
from scenarios.handout import ask, content
from scenarios.handout.content import Content, Weighty, weighty
from scenarios.handout.gathered import gathered
from scenarios.handout.pictures import Picture
from scenarios.handout.repeated import RUN, command_of
from scenarios.legible import legible
from scenarios.report.wording import share

BIGGEST = 3_000_000  # bytes
CHROMIUM = Path("/usr/bin/chromium")
LOADING = {"script", "link", "iframe", "object", "embed", "audio", "video", "source", "base", "form"}


class Read(HTMLParser):
    """A page as a browser takes it: its tags, what they name, its text by the tag around it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.named: list[tuple[str, str, str]] = []
        self.texts: dict[str, list[str]] = {}
        self.rows: list[list[str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.named += [(tag, name, value or "") for name, value in attrs]
        self.texts.setdefault(tag, []).append("")
        if tag == "tr":
            self.rows.append([])
        if tag == "td":
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.tags:
            self.texts[self.tags[-1]][-1] += data
            if self.tags[-1] in ("td", "bdi") and self.rows and self.rows[-1]:
                self.rows[-1][-1] += data


@pytest.fixture(scope="module")
def toy():
    return simulate(load("toy"), 200, rng=1, engine="batch")


@pytest.fixture
def place(tmp_path):
    return tmp_path / "report.html"


def unfigured(played) -> list[Picture]:
    """Stands for the figures, whose drawing takes most of the time."""
    return [Picture(played.scenario.title, "data:image/png;base64,", caption=f"Of {played.scenario.title}")]


@pytest.fixture
def undrawn(monkeypatch):
    """Pages without figures."""
    monkeypatch.setattr(content, "pictures", unfigured)


without_figures = pytest.mark.usefixtures("undrawn")


def plain(text: str) -> str:
    """Text as a browser breaks it."""
    return " ".join(text.split())


def changed(results, **changes):
    """Results of a scenario that says something else of itself."""
    return replace(results, scenario=replace(results.scenario, **changes))


def check_alone(place) -> Read:
    """A page that loads nothing, and is small enough to be sent."""
    text = place.read_text("utf-8")
    found = Read(text)
    assert len(text.encode()) < BIGGEST
    assert not LOADING & set(found.tags)
    assert all(
        value.startswith("data:image/png;base64,") for _, name, value in found.named if name in ("src", "srcset")
    )
    assert all(tag == "a" for tag, name, _ in found.named if name == "href")
    assert not any(name.startswith("on") for _, name, _ in found.named)
    assert not re.search(r"@import|url\(", "".join(found.texts["style"]))
    return found


def test_the_page_of_a_run_loads_nothing_and_opens_with_the_question(toy, place, tmp_path):
    folder = save(toy, tmp_path, control=toy)
    found = check_alone(write_report(folder, place))
    assert plain(found.texts["h1"][0]) == toy.scenario.title
    assert found.tags.index("dl") < found.tags.index("img") < found.tags.index("table")
    topics = [plain(text) for text in found.texts["dt"][:3]]
    assert [topic.split(",")[0] for topic in topics] == ["When", "Why", "How sure"]


def test_a_figure_is_never_too_narrow_to_be_read_and_scrolls_by_itself(toy, place):
    text = write_report(toy, place).read_text("utf-8")
    assert "@media screen { .wide img { min-width: 44rem; } }" in text
    assert len(re.findall(r'<div class="wide"><img ', text)) == text.count("<img ") >= 4


@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not there")
def test_on_a_phone_a_figure_scrolls_sideways_at_a_readable_size_and_the_page_does_not(toy, place):
    sync_api = pytest.importorskip("playwright.sync_api")
    write_report(toy, place)
    with sync_api.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page(viewport={"width": 360, "height": 740})
        tab.goto(place.as_uri())
        figure = tab.locator(".wide:has(img)").first
        assert figure.locator("img").bounding_box()["width"] == 704
        assert figure.evaluate("box => [box.clientWidth <= 360, box.scrollWidth]") == [True, 704]
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360
        assert "sideways" in figure.evaluate("box => getComputedStyle(box, '::before').content")
        tab.set_viewport_size({"width": 1000, "height": 740})
        assert figure.evaluate("box => getComputedStyle(box, '::before').content") == "none"
        browser.close()


@without_figures
def test_the_tables_say_what_the_summary_says(toy, place):
    rows = {row["outcome"]: row for row in summarise(toy).to_dict("records")}
    found = Read(write_report(toy, place).read_text("utf-8")).rows
    for patron in toy.scenario.patrons:
        for event, heads in (("step_back", {"step back"}), ("step_back_further", {"further", "step back further"})):
            row = rows[f"{patron}.{event}"]
            limit = row["high" if row["value"] == 0.0 else "low"]
            name = toy.scenario.labels[f"patrons.{patron}"]
            first, whole = (cells for cells in found if cells[:1] == [name] and cells[1] in heads)
            assert f"{row['value']:.3f}" in first
            assert whole[2] == share(row["value"], row["se"], row["n"], limit)


@pytest.mark.parametrize(
    "scenario", [load("venezuela_2025"), load("toy").with_values({"client.hold": 0.4})], ids=lambda s: s.name
)
def test_a_scenario_of_the_library_and_a_changed_one_have_a_page(scenario, place):
    results = simulate(scenario, 150, rng=1)
    found = check_alone(write_report(results, place))
    assert [value for tag, _, value in found.named if tag == "html"] == ["en"]
    assert found.tags.count("img") >= 4
    assert all(setting.words in " ".join(found.texts["bdi"]) for setting in scenario.settings)


@without_figures
def test_a_page_says_what_its_runs_lack(toy, place):
    lacking = replace(toy, manifest={**toy.manifest, "interrupted": True, "runs_done": 150})
    text = plain(" ".join(Read(write_report(lacking, place).read_text("utf-8")).texts["li"]))
    assert "interrupted: 150 of 200 runs" in text
    assert "No control was run" in text


@without_figures
def test_runs_at_central_values_cannot_tell_which_number_matters(toy, place):
    from scenarios.scenario.overlay import fixed

    still = simulate(fixed(toy.scenario), 50, rng=1)
    check_alone(write_report(still, place))
    assert weighty(gathered([still])[0]) == Weighty(
        [], "Every number was held at its central value: the runs cannot tell which one matters."
    )


@without_figures
def test_runs_of_few_points_say_that_they_are_too_few(place):
    drawn = simulate(load("toy"), 20, rng=1, points=10)
    check_alone(write_report(drawn, place))
    assert "at least 100 draws" in weighty(gathered([drawn])[0]).said


def test_the_numbers_that_matter_stand_with_meaning_and_source():
    runs = simulate(load("venezuela_2025"), 2000, rng=1)
    found = weighty(gathered([runs])[0]).found
    assert found
    assert [each.share for each in found] == sorted((each.share for each in found), reverse=True)
    assert all(each.meaning and each.unit and each.source and each.span for each in found)
    assert {each.path for each in found} <= set(runs.scenario.uncertain)


def test_of_several_results_the_comparison_stands_first(toy, place):
    other = simulate(toy.scenario.with_values({"client.hold": 0.2}), 200, rng=1)
    found = check_alone(write_report([toy, other], place))
    heads = [plain(text) for text in found.texts["h1"]]
    assert heads == [f"{toy.scenario.title}: what changes", f"A: {toy.scenario.title}", f"B: {toy.scenario.title}"]
    assert any(cells[:2] == ["client.hold", "set"] for cells in found.rows)
    drawn = plain(found.texts["h3"][0])  # of step backs alone: other outcomes may change more
    assert drawn.startswith(("Of the step backs this changes most: ", "No step back becomes"))


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        (load("toy"), "scenarios run toy --replications 30 --seed 1 --no-control --engine agents"),
        (
            load("toy").believed({"client.hold": 0.4}).with_values({"coercer.rung@2030-03-03": 7}),
            "scenarios run toy --believe client.hold=0.4 --set coercer.rung@2030-03-03=7 --replications 30 --seed 1 "
            "--no-control --engine agents",
        ),
    ],
)
def test_the_command_that_is_printed_asks_the_same_question_again(scenario, said):
    results = simulate(scenario, 30, rng=1, engine="agents")
    assert command_of(RUN, scenario, results.manifest, with_control=False) == said


DANGEROUS = st.one_of(
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),  # no name has one, nor half a letter
    st.sampled_from(
        ["<script>alert(1)</script>", "a & b", "\"'><img src=x onerror=y>", "</title>", "\u202eevil", "{{ 7 * 7 }}"]
    ),
)


@pytest.fixture(scope="module")
def page_with(toy):
    """A page in which everything is called by one name."""

    def made(name: str) -> str:
        played = changed(toy, title=name, question=name, labels=dict.fromkeys(toy.scenario.labels, name))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(content, "pictures", unfigured)
            return ask.page_of(Content([(gathered([played])[0], Weighty([], f"Nothing of {name}"))]))

    return made


@given(name=DANGEROUS)
@settings(max_examples=25, deadline=None)
def test_no_name_becomes_a_part_of_the_page(page_with, name):
    found = Read(page_with(name))
    assert found.tags == Read(page_with("Ruritania")).tags
    assert plain(found.texts["h1"][0]) == plain(legible(name))


@pytest.mark.parametrize("name", ["\x00", "\x1b[31m", "\u202e", "\u2067", "\ud800", "\x85"])
def test_what_cannot_be_seen_is_shown_as_lost(name):
    assert legible(f"a{name}b").count("\ufffd") == 1
    legible(name).encode("utf-8")


@without_figures
def test_the_workbook_holds_the_summary_and_every_number(toy, place, tmp_path):
    write_report(toy, place, tmp_path / "toy.xlsx")
    book = openpyxl.load_workbook(tmp_path / "toy.xlsx")
    header, *rows = book["summary"].iter_rows(values_only=True)
    table = summarise(toy)
    assert list(header) == list(table.columns)
    assert [row[0] for row in rows] == table["outcome"].tolist()
    values = [math.nan if row[1] is None else row[1] for row in rows]
    assert values == pytest.approx(table["value"].tolist(), rel=1e-14, nan_ok=True)
    assert book["numbers"].max_row == 1 + len(toy.scenario.numbers)


@without_figures
@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", "a\x07b"])
def test_a_text_in_a_workbook_is_never_a_formula(title, toy, place, tmp_path):
    write_report(changed(toy, title=title), place, tmp_path / "named.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "named.xlsx")["about"]
    cell = sheet["B2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", title[0] != "a")
    assert cell.value == title.replace("\x07", "?")


@pytest.mark.parametrize(("name", "said"), [("report.txt", "must end in .html"), ("folder.html", "is a folder")])
def test_nothing_but_a_page_is_written_over(name, said, toy, tmp_path):
    (tmp_path / "folder.html").mkdir()
    with pytest.raises((RequestRefused, StoreError), match=said):
        write_report(toy, tmp_path / name)


def told(*arguments: object) -> tuple[int, str]:
    """Exit code and words of the command."""
    ended = CliRunner().invoke(app, ["report", *map(str, arguments)])
    return ended.exit_code, ended.output


@without_figures
def test_the_command_writes_both_files_and_says_where(toy, place, tmp_path):
    folder = save(toy, tmp_path)
    code, said = told(folder, "--out", place, "--xlsx", tmp_path / "book.xlsx")
    assert code == 0
    assert f"Report: {place}" in said
    assert (tmp_path / "book.xlsx").is_file()


KEPT = {
    "threshold": ("threshold", "toy", "--of", "redland.step_back", "--over", "rung", "--runs", "20"),
    "discovery": ("discover", "toy", "--of", "redland.step_back", "--points", "400"),
    "sensitivity": (
        "sensitivity", "toy", "--of", "redland.step_back", "--method", "morris", "--base-samples", "4",
        "--runs", "40",
    ),
    "rules": ("sensitivity", "toy", "--of", "client.holds", "--over-rules", "--runs", "20"),
    "given": ("sensitivity", "--of", "redland.step_back", "--given"),
    "comparison": ("compare", "toy", "--set", "client.hold=0.2", "--runs", "40"),
    "sweep": (
        "sweep", "toy", "--vary", "client.hold=0.2:0.6:2", "--vary", "patrons.redland.risk_tolerance=0.2:0.8:2",
        "--runs", "5",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def kept(toy, tmp_path_factory):
    """The folders of answers that are no runs, and what their commands printed."""
    out = tmp_path_factory.mktemp("kept")
    asked = KEPT | {"given": (*KEPT["given"], str(save(toy, out)))}
    printed = {
        kind: CliRunner().invoke(app, [*words, "--out", str(out), "--quiet", "--format", "markdown"]).stdout
        for kind, words in asked.items()
    }
    return {kind: (next((out / "toy").glob(f"{kind}-*")), said) for kind, said in printed.items()}


@pytest.mark.parametrize("kind", KEPT)
def test_any_kept_answer_has_a_page_that_says_what_its_command_printed(kept, kind, place, tmp_path):
    folder, printed = kept[kind]
    code, said = told(folder, "--out", place, "--xlsx", tmp_path / "book.xlsx")
    assert code == 0, said
    found = check_alone(place)
    assert found.tags.count("img") == {"rules": 0, "threshold": 2, "sweep": 2}.get(kind, 1)
    rows = {tuple(filter(None, (cell.strip() for cell in row))) for row in found.rows}
    tables = [line for line in printed.splitlines() if line.startswith("|") and not line.startswith("|-")]
    numbers = [tuple(filter(None, (cell.strip() for cell in line.strip("|").split("|")))) for line in tables]
    assert any(row in rows for row in numbers)
    sheets = openpyxl.load_workbook(tmp_path / "book.xlsx").sheetnames
    assert all(name.startswith(kind) for name in sheets) and sheets


def test_the_page_of_a_sweep_says_what_was_varied_and_the_command_that_is_printed_asks_it_again(kept, place):
    folder, _ = kept["sweep"]
    found = check_alone(write_report(folder, place))
    assert plain(found.texts["h1"][0]).endswith("chances over Portsmouth's hold and Redland's risk tolerance")
    assert "client.hold: 0.2, 0.6" in found.texts["bdi"]
    words = shlex.split(found.texts["pre"][0])[1:]
    asked = CliRunner().invoke(app, [*words, "--out", str(folder.parents[1])])
    assert "The same sweep was played before" in asked.output


def test_the_command_that_is_printed_asks_a_comparison_again(kept, place):
    folder, _ = kept["comparison"]
    words = shlex.split(check_alone(write_report(folder, place)).texts["pre"][0])[1:]
    assert words == ["compare", "toy", "--set", "client.hold=0.2", "--replications", "40", "--seed", "1"]
    asked = CliRunner().invoke(app, [*words, "--out", str(folder.parents[1])])
    assert f"Results: {folder}" in asked.output


AGAIN = ("discovery", "given", "rules", "sensitivity", "threshold")


@pytest.mark.parametrize("kind", AGAIN)
def test_the_command_on_the_page_of_an_answer_finds_the_same_answer_again(kept, kind, place):
    folder, _ = kept[kind]
    words = shlex.split(check_alone(write_report(folder, place)).texts["pre"][0])[1:]
    asked = CliRunner().invoke(app, [*words, "--no-figures", "--out", str(folder.parents[1])])
    assert "The same question was answered on" in asked.output, asked.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("threshold", "--of", "redland.step_back by 2030-09-01", "--over", "client.hold", "--range", "0.2:0.6"),
            "scenarios threshold toy --set client.oil_price=60 --of 'redland.step_back by 2030-09-01' "
            "--over client.hold --probability 0.5 --range 0.2:0.6 --grid 9 --replications 10 --seed 3",
        ),
        (
            ("discover", "--of", "redland.client_gone_first", "--absent", "--points", "300", "--coverage", "0.5"),
            "scenarios discover toy --set client.oil_price=60 --of redland.client_gone_first --absent --points 300 "
            "--replications 10 --coverage 0.5 --seed 3",
        ),
    ],
    ids=["threshold", "discovery"],
)
def test_the_command_of_an_answer_names_every_choice(words, said, tmp_path, place):
    verb, *choices = words
    how = ("--set", "client.oil_price=60", "--runs", "10", "--seed", "3", "--no-figures", "--out", str(tmp_path))
    assert CliRunner().invoke(app, [verb, "toy", *choices, *how]).exit_code == 0
    (folder,) = (tmp_path / "toy").iterdir()
    assert Read(write_report(folder, place).read_text("utf-8")).texts["pre"][0].strip() == said


def test_runs_and_other_answers_stand_in_one_page(kept, toy, place):
    write_report([toy, kept["threshold"][0]], place)
    assert check_alone(place).tags.count("h1") == 2


def test_an_answer_that_was_changed_or_of_which_a_report_knows_nothing_is_refused(kept, tmp_path, place):
    folder = tmp_path / "threshold-0123456789ab"
    copytree(kept["threshold"][0], folder)
    (folder / "curve.csv").write_text("value\n1\n")
    code, said = told(folder, "--out", place)
    assert (code, place.exists(), "curve.csv was changed" in said) == (2, False, True)
    other = tmp_path / "score-0123456789ab"
    other.mkdir()
    (other / "score.json").write_text("{}")
    code, said = told(other, "--out", place)
    assert (code, "holds the answer of `score`" in said) == (2, True)


def test_a_folder_that_is_not_there_is_refused(tmp_path, place):
    code, said = told(tmp_path / "nowhere", "--out", place)
    assert code == 2
    assert "no such result folder" in said


def test_without_its_library_a_workbook_is_refused_before_anything_is_written(toy, place, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(RequestRefused, match=r"scenarios\[xlsx\]"):
        write_report(toy, place, tmp_path / "book.xlsx")
    assert not place.exists()
