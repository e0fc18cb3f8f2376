"""A file of somebody else's stays in its folder, its texts stay texts wherever they are shown, nothing in it runs."""

import ast
import csv
import io
import json
import re
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import matplotlib
import pandas as pd
import pytest
from rich.console import Console
from typer.testing import CliRunner

import scenarios
from scenarios import load, simulate
from scenarios.cli.app import app
from scenarios.errors import ScenarioError, StoreError
from scenarios.handout import ask, content
from scenarios.handout.content import Content, Weighty
from scenarios.handout.gathered import gathered
from scenarios.handout.pictures import Picture
from scenarios.legible import looks_like_a_formula
from scenarios.questions.headline.figure import figures_of
from scenarios.report import answer as answers
from scenarios.report.answer import Answer, Format, as_csv, render, rows_text
from scenarios.report.style import SETTINGS, write
from scenarios.report.wording import Section
from scenarios.scenario.overlay import with_overlay
from scenarios.store.aside import check_files

SERIES = "date,value,source,note\n2030-01-01,1.0,judgement,\n2031-01-01,1.2,judgement,\n"
NAMES = '[paths]\n"client.oil_price" = {{ unit = "factor", file = {} }}\n'
ROOT = Path(scenarios.__file__).parent


@pytest.fixture
def mine(tmp_path):
    """A folder of somebody's, with the files of others around it."""
    folder = tmp_path / "mine"
    (folder / "part").mkdir(parents=True)
    for place in (tmp_path, folder / "part"):
        (place / "oil.csv").write_text(SERIES)
        (place / "under.toml").write_text('base = "toy"\n')
    (folder / "linked.csv").symlink_to(tmp_path / "oil.csv")
    (folder / "linked.toml").symlink_to(tmp_path / "under.toml")
    (folder / "way").symlink_to(tmp_path)
    (folder / "round.toml").symlink_to(folder / "round.toml")
    return folder


def write_scenario(folder: Path, base: str = "toy", series: str | None = None) -> str:
    """The scenario of a folder, with what it names."""
    file = folder / "scenario.toml"
    file.write_text(f"base = {json.dumps(base)}\n" + (NAMES.format(json.dumps(series)) if series else ""))
    return str(file)


def ways_out(name: str, folder: Path) -> list[str]:
    """All the ways to a file outside a folder."""
    ending = name.rpartition(".")[2]
    return [f"../{name}", f"part/../../{name}", str(folder.parent / name), f"linked.{ending}", f"way/{name}"]


@pytest.mark.parametrize("way", range(5))
@pytest.mark.parametrize("entry", ["base", "series"])
def test_no_path_in_a_scenario_leaves_its_folder_unless_the_user_trusts_it(mine, entry, way):
    name = {"base": "under.toml", "series": "oil.csv"}[entry]
    file = write_scenario(mine, **{entry: ways_out(name, mine)[way]})
    with pytest.raises(ScenarioError, match=r"leaves the folder of .* Allowed: .* --allow-outside"):
        load(file)
    assert load(file, allow_outside=True).base in ("toy", ways_out(name, mine)[way])


@pytest.mark.parametrize("named", [{"base": "part/under.toml"}, {"series": "part/oil.csv"}, {"base": "toy"}])
def test_what_lies_in_the_folder_or_the_library_may_be_named(mine, named):
    assert load(write_scenario(mine, **named)).base == named.get("base", "toy")


def test_a_base_is_bound_to_the_folder_of_the_file_that_was_named(mine):
    (mine / "part" / "under.toml").write_text('base = "toy"\n' + NAMES.format('"../oil.csv"'))
    (mine / "oil.csv").write_text(SERIES)
    assert "client.oil_price" in load(write_scenario(mine, base="part/under.toml")).paths
    (mine / "part" / "under.toml").write_text('base = "toy"\n' + NAMES.format('"../../oil.csv"'))
    with pytest.raises(ScenarioError, match="leaves the folder"):
        load(write_scenario(mine, base="part/under.toml"))


def test_links_in_a_circle_and_names_of_no_file_lead_nowhere(mine):
    for name in ("round.toml", "a\\u0000b"):
        with pytest.raises(ScenarioError):
            load(write_scenario(mine, base=name))


def test_an_overlay_is_bound_to_its_own_folder(mine):
    preset = mine / "preset.toml"
    preset.write_text(NAMES.format('"../oil.csv"'))
    for laid in (partial(load, "toy", [str(preset)]), partial(with_overlay, load("toy"), str(preset))):
        with pytest.raises(ScenarioError, match="leaves the folder"):
            laid()
        assert "client.oil_price" in laid(allow_outside=True).paths


COMMANDS = (
    "show {}", "check {}", "new {}.copy --from {}", "run {} --runs 4 --no-figures", "ask {} client.falls --runs 4",
    "sensitivity {} --of client.holds --method morris --base-samples 2 --runs 2", "explain {} --runs 4",
    "discover {} --of client.falls --points 10", "sweep {} --vary client.hold=0.4:0.5:2 --runs 2",
    "compare {} --set client.hold=0.4 --runs 4", "threshold {} --of client.falls --over client.hold --runs 4 --grid 3",
    "update {} --observed {}/../seen.csv --to 2030-02-03 --runs 4",
)  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_that_loads_a_scenario_refuses_it_and_can_be_told_to_trust(mine, words, monkeypatch):
    monkeypatch.chdir(mine)
    said = words.replace("{}", write_scenario(mine, base="../under.toml")).split()
    refused = CliRunner().invoke(app, said)
    assert refused.exit_code == 2
    assert "scenario.toml: base: ../under.toml leaves the folder" in refused.output
    assert "leaves the folder" not in CliRunner().invoke(app, [*said, "--allow-outside"]).output


def test_a_copy_of_a_scenario_elsewhere_says_how_it_is_checked(mine, monkeypatch):
    monkeypatch.chdir(mine)
    beside = CliRunner().invoke(app, ["new", "copy.toml", "--from", write_scenario(mine)]).output
    away = CliRunner().invoke(app, ["new", "part/copy.toml", "--from", write_scenario(mine)]).output
    assert beside.strip().endswith("scenarios check copy.toml")
    assert away.strip().endswith("scenarios check part/copy.toml --allow-outside")
    assert CliRunner().invoke(app, ["check", "copy.toml"]).exit_code == 0


@pytest.mark.parametrize("name", ["../oil.csv", "/etc/hostname"])
def test_the_record_of_a_result_folder_names_nothing_outside_it(mine, name):
    with pytest.raises(StoreError, match="lies outside the folder"):
        check_files(mine, {name: "0" * 64})


UNSEEN = ("\x1b[31m", "\x9b2J", "\u202e", "\u2066", "\x07", "\r", "\u2028", "\U000e0041")


@pytest.mark.parametrize("unseen", UNSEEN)
@pytest.mark.parametrize("entry", ['title = "{}"', '[client]\nname = "{}"', '[sources."{}"]\ntitle = "x"'])
def test_a_scenario_says_nothing_that_cannot_be_seen(tmp_path, entry, unseen):
    file = tmp_path / "scenario.toml"
    file.write_text('base = "toy"\n' + entry.format("".join(f"\\U{ord(letter):08x}" for letter in f"a{unseen}")))
    with pytest.raises(ScenarioError, match=r"U\+[0-9A-F]{4,5}, letter 2, cannot be seen.* Allowed: "):
        load(str(file))


def test_a_file_whose_name_cannot_be_seen_is_no_scenario(tmp_path):
    file = tmp_path / "a\x1b[2Jb.toml"
    file.write_text('base = "toy"\n')
    with pytest.raises(ScenarioError, match=r"a\\x1b.*: name of the file: U\+001B, letter 2"):
        load(str(file))


EVIL = (
    "=cmd|' /C calc'!A0", "@SUM(A1)", "+1+1", "-2+3", "\t=1", "\r=1", "<script>x</script>", "\\<img src=x>",
    "[bold]x[/bold]", "[link=http://x]x[/link]", "[x](http://x)", "[x]: http://x", "a|b", "x\x1b[2Jy", "x\x9b2Jy",
    "x\u202ey", "$x^2$", "$\\frac{", ":warning:", "../../x", "# x", "x\n\n# y",
)  # fmt: skip


def answer_of(name: str) -> Answer:
    """An answer in which every text is a name."""
    table = pd.DataFrame({"what": [name], "value": [0.5]})
    return Answer(name, [Section(name, (name, "value"), ((name, "0.5"),))], [name], {"t": table}, sentences=[name])


@pytest.mark.parametrize("name", EVIL)
def test_on_a_terminal_a_name_is_letters(name, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setattr(answers, "FILE_WIDTH", 400)
    said = re.sub("\x1b\\[[01]m", "", render(answer_of(name), Format.TABLE))  # the bold of headings
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", said)
    seen = re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "\ufffd", name)
    assert " ".join(seen.split()) in " ".join(said.split())


@pytest.mark.parametrize("name", EVIL)
def test_no_cell_of_csv_is_worked_out_and_numbers_stay_numbers(name):
    for text in (
        render(answer_of(name), Format.CSV),
        rows_text([{name: -0.5, "what": name, "n": "-0.5"}], Format.CSV),
        as_csv(pd.DataFrame({name: [-0.5], "what": [name], "n": ["-0.5"]})),
    ):
        rows = list(csv.reader(io.StringIO(text)))
        assert len(rows) == 2
        cells = [cell for row in rows for cell in row]
        assert not any(looks_like_a_formula(cell) for cell in cells if cell != "-0.5")
        assert cells.count("-0.5") in (0, 2)


@pytest.mark.parametrize("name", EVIL)
def test_json_gives_names_back_and_shows_nothing_unseen(name):
    said = render(answer_of(name), Format.JSON)
    assert json.loads(said)[0]["what"] == name
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", said)


@pytest.mark.parametrize("name", EVIL)
def test_in_markdown_a_name_is_no_tag_link_heading_or_column(name):
    said = render(answer_of(name), Format.MARKDOWN)
    assert not re.search(r"(?<!\\)(\\\\)*<[A-Za-z/!?]|(?<!\\)(\\\\)*\][(:]|[\x1b\x9b\u202e]", said)
    assert [line for line in said.splitlines() if re.match("#+ ", line)] == [
        line for line in said.splitlines() if line.startswith(("## ", "### "))
    ]
    table = [line for line in said.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in table} == {3}


class Tags(HTMLParser):
    """The tags of a page, and where its links lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, _attrs):
        self.tags.append(tag)


@pytest.fixture(scope="module")
def toy():
    return simulate(load("toy"), 40, rng=1)


def called(toy, name):
    """Results of a scenario in which everything has one name."""
    labels = dict.fromkeys(toy.scenario.labels, name)
    return replace(toy, scenario=replace(toy.scenario, name=name, title=name, question=name, labels=labels))


@pytest.mark.parametrize("name", [" ".join(EVIL), *EVIL[6:8]])
def test_in_a_page_and_a_notebook_a_name_is_no_tag(toy, name, monkeypatch):
    monkeypatch.setattr(content, "pictures", lambda _: [page_picture(name)])
    pages = [page_with(called(toy, each), each) for each in (name, "plain")]
    assert Tags(pages[0]).tags == Tags(pages[1]).tags
    for thing in (lambda each: called(toy, each).scenario, lambda each: called(toy, each), answer_of):
        assert Tags(thing(name)._repr_html_()).tags == Tags(thing("plain")._repr_html_()).tags
        assert not re.search("[\x1b\x9b\u202e]", repr(thing(name)))


def page_with(results, name: str) -> str:
    """The page of some runs in which no number matters."""
    return ask.page_of(Content([(gathered([results])[0], Weighty([], name))]))


def page_picture(name: str):
    """Stands for the figures."""
    return Picture(name, "data:image/png;base64,")


@pytest.mark.parametrize("name", ["$x^2$ & <b>", "$\\frac{"])
def test_in_a_figure_a_name_is_no_mathematics_and_no_tag(toy, name, tmp_path):
    played = called(toy, name)
    with matplotlib.rc_context(SETTINGS):
        figure = figures_of(played, played.summary)["step_back"]()
    write(figure, tmp_path, "figure")
    drawn = (tmp_path / "figure.svg").read_text("utf-8")
    assert name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in drawn


CALLS_THAT_RUN = {"eval", "exec", "compile", "__import__"}
MAKING_SHEETS = ("engine/replacing.py", "rulebook/layout.py")  # functions of the fields of the package's own sheets
CALLING_MACHINE_CODE = "engine/native.py"
MODULES_THAT_RUN = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "yaml", "subprocess", "runpy"}
FETCHING = {"urllib", "requests", "httpx", "http", "socket", "ftplib"}
RUNNING = {"read_pickle", "to_pickle", "system", "popen", "eval", "import_module", "query", "read_html", "read_sql"}


@pytest.mark.parametrize("file", sorted(ROOT.rglob("*.py")), ids=lambda file: file.relative_to(ROOT).as_posix())
def test_nothing_that_is_read_can_run_and_nothing_is_fetched(file):
    """What machine code says of an error is a pickle in its own memory: whoever could change it could run anything."""
    is_page = "page" in file.relative_to(ROOT).parts[:-1]  # it serves this machine, by its own tests
    makes_sheets = file.relative_to(ROOT).as_posix() in MAKING_SHEETS
    is_called = file.relative_to(ROOT).as_posix() == CALLING_MACHINE_CODE
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
            banned = MODULES_THAT_RUN - ({"pickle"} if is_called else set()) | (set() if is_page else FETCHING)
            assert not {name.split(".")[0] for name in names} & banned, names
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                assert makes_sheets or node.func.id not in CALLS_THAT_RUN, ast.unparse(node)
            if isinstance(node.func, ast.Attribute):
                assert node.func.attr not in RUNNING, ast.unparse(node)
                if node.func.attr == "load" and ast.unparse(node.func.value) in ("np", "numpy"):
                    assert "allow_pickle=False" in ast.unparse(node)


MADE = {"render", "rows_text", "page", "as_csv", "story_of"}


@pytest.mark.parametrize("file", sorted(ROOT.rglob("*.py")), ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_word_to_the_terminal_goes_through_one_door(file):
    if file.name == "boundary.py":
        return
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            said = ast.unparse(node.func)
            assert said not in ("typer.echo", "click.echo", "typer.secho", "sys.stdout.write"), ast.unparse(node)
            if said == "print":
                assert "file=sys.stderr" in ast.unparse(node)
            if said == "put_made":
                assert isinstance(node.args[0], ast.Call) and ast.unparse(node.args[0].func) in MADE, ast.unparse(node)


def test_the_console_takes_no_markup():
    console = Console(file=io.StringIO(), markup=False, emoji=False)
    console.print("[bold]:warning:[/bold]")
    assert console.file.getvalue() == "[bold]:warning:[/bold]\n"
