"""A number is found by a word, and its meaning stands beside it."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

import scenarios as sc
from scenarios.cli.app import app
from scenarios.errors import UnknownName
from scenarios.rulebook.traits import TRAITS, numbers
from scenarios.scenario.describe import UNITS
from scenarios.scenario.finding import GONE, near_paths, number_at

ROOT = Path(__file__).parents[1]
GLOSSARY = (ROOT / "docs" / "reference" / "glossary.md").read_text("utf-8").lower()


@pytest.fixture(scope="module")
def venezuela():
    return sc.load("venezuela_2025")


@pytest.fixture
def ask(tmp_path, monkeypatch):
    """Runs a command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def test_numbers_named_by_the_word_stand_before_those_that_only_speak_of_it(venezuela):
    paths = venezuela.find("budget")["path"].tolist()
    named = ["budget" in path for path in paths]
    assert named == sorted(named, reverse=True)
    assert 0 < sum(named) < len(paths)


@pytest.mark.parametrize(
    ("word", "path"),
    [
        ("Support Budget", "patrons.china.support_budget"),
        ("russia war", "patrons.russia.war_drain"),
        ("ukraine", "patrons.russia.war_drain"),
        ("money", "patrons.cuba.support_budget"),
        ("how sharply", "model.precision"),
        ("rationality", "model.precision"),
        ("escalation_rate", "coercer.rise_rate"),
        ("clash", "channels.oil.exposed"),
    ],
)
def test_a_number_is_found_by_its_name_its_actor_its_meaning_and_its_former_name(venezuela, word, path):
    assert path in venezuela.find(word)["path"].tolist()


def test_every_word_that_is_asked_must_be_there(venezuela):
    both, one = (set(venezuela.find(word)["path"]) for word in ("china budget", "budget"))
    assert "patrons.china.support_budget" in both
    assert both < one


def test_what_is_found_are_the_numbers_of_the_scenario(venezuela):
    table = venezuela.find("oil")
    for row in table.to_dict("records"):
        number = venezuela.numbers[row["path"]]
        assert (row["value"], row["low"], row["high"]) == (number.value, number.low, number.high)
        assert row["meaning"] == number_at(row["path"]).meaning


@pytest.mark.parametrize("word", ["buget", "", "   "])
def test_a_word_that_no_number_has_is_refused_with_those_that_are_near(venezuela, word):
    with pytest.raises(UnknownName, match="Known: "):
        venezuela.find(word)


def test_a_name_of_the_first_edition_finds_what_took_its_place(venezuela):
    fields = {path.rpartition(".")[2] for path in venezuela.numbers}
    named = {old for old, cure in GONE.items() if fields & set(re.findall(r"[a-z_]+_[a-z_]+", cure))}
    assert len(named) > 20
    for old in named:
        assert len(venezuela.find(old))


def test_the_command_line_finds_what_python_finds(ask, venezuela):
    done = ask("show", "venezuela_2025", "--find", "budget", "--format", "json")
    assert [row["path"] for row in json.loads(done.stdout)] == venezuela.find("budget")["path"].tolist()
    assert ask("show", "venezuela_2025", "--find", "buget").exit_code == 2
    assert ask("show", "venezuela_2025", "client.hold", "--find", "hold").exit_code == 2


def test_meanings_stand_beside_numbers_in_what_is_shown_and_in_a_new_file(ask, tmp_path):
    shown = json.loads(ask("show", "toy", "--format", "json").stdout)
    numbers = sc.load("toy").numbers
    assert all(row["meaning"] == number_at(row["path"]).meaning for row in shown if row["path"] in numbers)
    ask("new", "mine.toml", "--from", "toy")
    line = next(line for line in (tmp_path / "mine.toml").read_text().splitlines() if line.startswith("# hold = "))
    assert line.endswith("# hold on power")
    assert tomllib.loads(line.removeprefix("# "))["hold"]["value"] == numbers["client.hold"].value


WORDS = ("coercer", "client", "patron", "escalation ladder", "support budget", "risk tolerance", "channel", "control")


@pytest.mark.parametrize("word", WORDS)
def test_the_words_of_the_readme_stand_in_the_glossary(word):
    assert word in (ROOT / "README.md").read_text("utf-8").lower().replace("\n", " ")
    assert re.search(rf"^\| ([^|]*, )?{word}(,[^|]*)? \|", GLOSSARY, re.MULTILINE), word


@pytest.mark.parametrize("word", ["budget", "tolerance", "war", "escalation", "stake", "payment", "exposure", "hold"])
def test_a_word_of_the_readme_finds_a_number(venezuela, word):
    assert len(venezuela.find(word))


def test_every_unit_of_a_number_is_said_in_words_that_people_grasp(ask):
    units = {number.unit for kind in TRAITS.values() for number in numbers(kind).values()}
    assert set(UNITS) == units
    said = {row["what"]: row["is"] for row in json.loads(ask("show", "toy", "client.hold", "--format", "json").stdout)}
    assert said["which is"] == UNITS["share"]


def test_of_a_path_with_thousands_of_parts_the_first_ones_say_where_to_look():
    known = list(sc.load("toy").numbers)
    endless = "patrons.redland" + ".a" * 50_000  # looked for part by part it would take hours
    assert near_paths(endless, known) == near_paths("patrons.redland.a", known)
