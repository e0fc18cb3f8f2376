"""What a page shows can be typed as it stands there."""

import ast
import re
import shlex
from importlib.resources import files
from inspect import signature
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import scenarios
from scenarios.cli.app import app

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").rglob("*.md"))]
COMMANDS = typer.main.get_command(app).commands
LONG = {"fit", "page"}  # tens of minutes, and a server that does not end by itself

# how few runs a trial of a command takes, where it is told so
FEWER = {
    "run": "--replications 150 --no-figures",
    "ask": "--replications 1000",
    "update": "--replications 1000",
    "compare": "--replications 60",
    "threshold": "--replications 20",
    "explain": "--replications 200",
    "sweep": "--replications 20",
    "sensitivity": "--replications 20 --over patrons.russia --method morris",
    "discover": "--points 1500",
}
# what a reader is asked to have
FILES = {
    "mine.csv": "id,question\none,russia.step_back by 2026-03-01\n",
    "came.csv": "id,outcome\none,0\n",
    "seen.csv": "date,event\n2026-01-10,rung >= 6\n",
    "cases.csv": (files("scenarios") / "cases" / "data" / "calibration.csv").read_text(),
}


def typed(page: Path) -> list[list[str]]:
    """The commands in the code of a page, as words, without what is said of them."""
    fenced = re.findall(r"^```sh\n(.*?)^```", page.read_text(), flags=re.M | re.S)
    indented = re.findall(r"^    (?:.*\\\n)*.*\n", page.read_text(), flags=re.M)
    lines = "".join(fenced + indented).replace("\\\n", " ").splitlines()
    found = (re.match(r"(?:    |\.venv/bin/|exec )?scenarios ([a-z].*)", line) for line in lines)
    return [shlex.split(line[1], comments=True) for line in found if line]


def in_small(words: list[str], folder: str) -> list[str]:
    """A command with fewer runs, of files and of a folder that are there."""
    here = [word.replace("results/venezuela_2025/HASH", folder) for word in words]
    if "--cases" in words:
        here[-1] = "cases.csv"
    fewer = [] if "--given" in words and words[0] == "sensitivity" else FEWER.get(words[0], "").split()
    return here + (fewer[:2] if "--over-rules" in words else fewer)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_command_on_a_page_is_understood(page: Path) -> None:
    for name, *words in typed(page):
        assert name in COMMANDS
        COMMANDS[name].make_context(name, words)


def test_the_pages_are_read_for_their_commands() -> None:
    assert len(typed(README)) > 35
    assert sum(len(typed(page)) for page in PAGES) > 120


def test_every_command_of_the_readme_does_its_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text)
    folder, failed = "", []
    for words in typed(README):
        if words[0] in LONG:
            continue
        if words[0] == "new":
            Path(words[1]).unlink(missing_ok=True)  # the page gives two ways to the same file
        done = CliRunner().invoke(app, in_small(words, folder))
        failed += [(shlex.join(words), done.output)] if done.exit_code else []
        folder = folder or next(map(str, Path().glob("results/venezuela_2025/*/")), "")
    assert not failed


def calls(page: Path) -> list[ast.Call]:
    """The calls of the package in the Python code of a page."""
    code = "".join(re.findall(r"^```python\n(.*?)^```", page.read_text(), flags=re.M | re.S))
    found = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call))
    return [call for call in found if ast.unparse(call.func).startswith("sc.")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_call_on_a_page_names_what_there_is(page: Path) -> None:
    for call in calls(page):
        public = getattr(scenarios, ast.unparse(call.func).removeprefix("sc."))
        named = {keyword.arg: None for keyword in call.keywords if keyword.arg}
        signature(public).bind_partial(*call.args, **named)


def test_the_pages_are_read_for_their_calls() -> None:
    assert sum(len(calls(page)) for page in PAGES) > 30
