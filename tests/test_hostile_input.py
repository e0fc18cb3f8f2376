"""Whatever is handed over is taken, or refused with a clear error: never a traceback, never a wait without an end."""

import importlib
import inspect
import io
import math
import os
import pickle
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import scenarios as sc
from scenarios.cli.app import app
from scenarios.errors import ScenarioError, ScenariosError, StoreError, WrongArgument, known_names
from scenarios.store.aside import FILES, OWN_SUM, read_record, write_record

ROOT = Path(__file__).parents[1]
BIG = "9" * 5_000


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own to stand in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal(*words: str) -> str:
    """What a command says that ends with 2."""
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 2, (words, done.output, done.exception)
    return done.stderr


def test_a_slice_of_the_fuzzer_ends_as_it_should(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    fuzzer, told = importlib.import_module("fuzz"), []
    counts = fuzzer.fuzz(200, 1, list(fuzzer.KINDS), told=lambda *said: told.append(said))
    assert not told
    assert counts.total() == 200
    assert {kind for kind, _ in counts} == set(fuzzer.KINDS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("base = 'toy'\n" + "a." * 2_000 + "a = 1", "more than 16 deep"),
        ("base = 'toy'\n[" + "a." * 2_000 + "a]", "more than 16 deep"),
        ("base = 'toy'\nx = " + "{ a = " * 40 + "1" + " }" * 40, "more than 16 deep"),
        ("base = 'toy'\n" + "k" * 300 + " = 1", "has 300 letters"),
        (f"base = 'toy'\nsteps = {BIG}", "is no TOML: Exceeds the limit"),
        ("base = 'toy'\nsteps = 0x" + "f" * 6_000, "thousands of digits"),
        ("base = 'toy'\nwithout = [{}]", "without: [{}] is no list of names"),
        ("base = 'other.toml'\nwithout = ['x']", "patrons: 3 has the wrong type"),
    ],
)
def test_depths_and_sizes_of_a_scenario_file_have_limits_that_are_said(here: Path, text: str, said: str) -> None:
    (here / "mine.toml").write_text(text)
    (here / "other.toml").write_text("patrons = 3")
    assert said in refusal("check", "mine.toml")


@pytest.mark.parametrize("entry", ["[]", "{}", "[[1]]", "[{ a = [] }]"])
@pytest.mark.parametrize("field", ["unit", "source", "distribution", "range", "value", "note", "where"])
def test_a_list_or_table_where_a_text_stands_is_a_fault_of_its_number(here: Path, field: str, entry: str) -> None:
    words = {"value": "0.4", "range": "[0.3, 0.5]", "unit": '"share"', "source": '"judgement"'} | {field: entry}
    said = ", ".join(f"{name} = {value}" for name, value in words.items())
    (here / "mine.toml").write_text(f"base = 'toy'\n[client]\nhold = {{ {said} }}\n")
    assert "client.hold" in refusal("check", "mine.toml")


@pytest.mark.parametrize("words", [
    ("ask", "toy", "rung >= 3", "--set", f"client.hold={BIG}"),
    ("ask", "toy", "rung >= 3", "--believe", f"client.hold={BIG}"),
    ("ask", "toy", "rung >= 3", "--set", f"client.hold@{BIG}=0.4"),
    ("ask", "toy", "rung >= 3", "--set", "client.hold@0000-01-01=0.4"),
    ("ask", "toy", "rung >= 3", "--set", "client.hold@99999-01-01=0.4"),
    ("ask", "toy", "rung >= 3", "--set", "client.hold=nan"),
    ("ask", "toy", f"rung >= {BIG}"),
    ("ask", "toy", "rung >= 3", "--replications", BIG),
    ("ask", "toy", "rung >= 3", "--points", "9" * 400),
    ("compare", "toy", "--set", "client.hold=0.3", "--runs", "2", "--name", "x" * 300),
    ("ask", "toy", "rung >= 3", "--seed", "9" * 400),
    ("sweep", "toy", "--vary", f"client.hold={BIG}:{BIG}"),
    ("sweep", "toy", "--vary", "client.hold=nan:inf"),
    ("threshold", "toy", "--of", "redland.step_back", "--over", "client.hold", "--probability", "nan"),
])  # fmt: skip
@pytest.mark.usefixtures("here")
def test_numbers_without_end_and_days_outside_the_calendar_are_refused(words: tuple[str, ...]) -> None:
    assert refusal(*words)


@pytest.mark.parametrize("words", [
    ("show", "{}"), ("explain", "{}"), ("compare", "{}", "toy"), ("compare", "toy", "--set", "{}:x=1"),
    ("report", "{}"),
    ("new", "{}", "--from", "toy"),
    ("ask", "{}", "rung >= 3"), ("score", "{}", "--outcomes", "{}"),
    ("update", "toy", "--observed", "{}", "--to", "2030-03-01"),
    ("sweep", "toy", "--design", "table={}"), ("ask", "toy", "--questions", "{}"), ("score", "--cases", "{}"),
])  # fmt: skip
@pytest.mark.parametrize("name", ["x" * 300, "/dev/zero", "pipe", "http://localhost/x.csv", "packed.csv", "."])
def test_what_is_no_file_of_this_machine_is_refused_at_once(here: Path, words: tuple[str, ...], name: str) -> None:
    os.mkfifo(here / "pipe")
    with tarfile.open(here / "packed.csv", "w") as packed:
        packed.addfile(tarfile.TarInfo("points.csv"), io.BytesIO())
    assert refusal(*[word.format(name) for word in words])


@pytest.mark.usefixtures("here")
def test_a_change_of_a_side_that_is_not_there_names_those_that_are() -> None:
    assert "there is no side Z. Sides: A, B." in refusal("compare", "toy", "--set", "z:client.hold=0.4")


def test_a_series_with_a_name_that_no_file_can_have_is_a_fault_of_its_path(here: Path) -> None:
    said = f'base = "toy"\n[paths."client.oil_price"]\nfile = "{"x" * 300}"\nunit = "factor"\n'
    (here / "mine.toml").write_text(said)
    assert "no such file beside the scenario" in refusal("check", "mine.toml")


def test_a_file_is_read_up_to_a_size_that_is_said(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.scenario.user_table.LARGEST", 10)
    (here / "mine.toml").write_text("base = 'toy'\n")
    assert "has 13 bytes; at most 10 are read" in refusal("check", "mine.toml")


def command_line(words: str, **streams: Any) -> "subprocess.CompletedProcess[str]":
    """What a shell sees of the command."""
    program = f"exec {sys.executable} -m scenarios {words}"
    return subprocess.run(["bash", "-c", program], text=True, capture_output=True, check=False, timeout=120, **streams)


@pytest.mark.parametrize(("words", "code"), [
    ("list > /dev/full", 2), ("--help > /dev/full", 2), ("list >&-", 0), ("show nowhere 2> /dev/full", 2),
    ("list 2>&-", 0),
    (r"show $'a\e[2J'", 2), (r"show $'\xff'", 2), ("list > >(exec true)", 141),
])  # fmt: skip
def test_where_nothing_can_be_printed_the_end_is_an_exit_code(words: str, code: int) -> None:
    done = command_line(words)
    assert done.returncode in ((code, 0) if code == 141 else (code,)), done.stderr  # a reader may go too late
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("lost", "value"), [("seed", None), ("scenario", None), ("replications", "x"), ("scenario", []), ("date", [])]
)
@pytest.mark.parametrize("command", [["explain"], ["ask"], ["results"], ["compare"]])
def test_a_manifest_that_lacks_a_line_is_damage(here: Path, lost: str, value: Any, command: list[str]) -> None:
    folder = sc.save(sc.simulate(sc.load("toy"), 2, engine="agents"), here / "results")
    record = read_record(folder / "manifest.json")
    record = (
        {**record, lost: value} if value is not None else {name: said for name, said in record.items() if name != lost}
    )
    sums = record.pop(FILES)
    record.pop(OWN_SUM, None)
    write_record(folder / "manifest.json", record, sums)
    more = {"ask": ["rung >= 3"], "compare": [str(folder), "--no-figures"]}.get(command[0], [])
    named = [] if command == ["results"] else [str(folder)]
    done = CliRunner().invoke(app, [*command, *named, *more])
    assert done.exit_code in (0, 2), done.exception  # what a command does not read does not hurt it
    assert lost != "scenario" or command == ["results"] or done.exit_code == 2


class Odd:
    """What nobody expects, and what cannot even be written down."""

    def __repr__(self) -> str:
        raise ValueError


WRONG = (Odd(), 10**5_000, math.nan, -math.inf, 2.5, True, b"x", "\x00", "\ud800", [[]], {"a": 1}, {1}, 1j, int)
FUNCTIONS = [name for name in sc.__all__ if inspect.isfunction(getattr(sc, name))]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_name_refuses_an_argument_of_another_kind_and_names_it(name: str) -> None:
    function = getattr(sc, name)
    taken = inspect.signature(function).parameters
    for argument in (
        each for each in taken.values() if each.kind is not each.VAR_KEYWORD and each.annotation is not Any
    ):
        refused = 0
        for wrong in WRONG:
            given = {each.name: None for each in taken.values() if each.default is each.empty} | {argument.name: wrong}
            try:
                function(**given) if argument.kind is not argument.VAR_POSITIONAL else function(wrong, wrong, wrong)
            except WrongArgument as fault:
                refused += 1
                assert str(fault).startswith(f"{function.__wrapped__.__qualname__}: ")
        assert refused >= len(WRONG) - 4, (name, argument.name)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("ab\x00c", r"character 3 of 'ab\\x00c' is NUL\. Leave it out\.$"),
        ("x\ud800", r"character 2 of 'x\\ud800' is half of a letter"),
        (3, r"must be text\b"),
    ],
)
def test_a_text_that_no_file_can_hold_is_not_said_to_be_no_text(given: Any, said: str) -> None:
    with pytest.raises(WrongArgument, match=said):
        sc.load(given)


def test_what_a_function_returned_judges_its_arguments_too() -> None:
    program = (
        "import scenarios as sc\ntoy = sc.load('toy')\n"
        "try:\n    toy.find(5)\nexcept sc.errors.WrongArgument as fault:\n    print(fault)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "Scenario.find: word is 5 (int); must be text.\n"


def test_a_whole_number_beyond_all_sizes_is_told_the_limit() -> None:
    with pytest.raises(WrongArgument, match=r"must be a whole number below 2\*\*63\.$"):
        sc.simulate(sc.load("toy"), 10**30)


def test_capitals_do_not_hide_what_was_meant() -> None:
    assert known_names("RUSSIA", ["china", "russia"]).endswith("Did you mean 'russia'?")
    assert known_names("russia", ["China", "Russia"]).endswith("Did you mean 'Russia'?")


def test_the_argument_that_is_wrong_is_named_with_what_is_allowed() -> None:
    toy = sc.load("toy")
    with pytest.raises(WrongArgument, match=r"^simulate: jobs is nan \(float\); must be a whole number\.$"):
        sc.simulate(toy, 5, jobs=math.nan)  # type: ignore[arg-type]
    with pytest.raises(WrongArgument, match=r"^Scenario.with_values: values is 3 \(int\); must be Mapping of"):
        toy.with_values(3)  # type: ignore[arg-type]
    with pytest.raises(
        WrongArgument, match=r"^simulate: missing a required argument: 'scenario'\. Taken are: scenario,"
    ):
        sc.simulate()  # type: ignore[call-arg]
    with pytest.raises(ScenariosError, match="jobs is -1; allowed are 0"):
        sc.simulate(toy, 5, jobs=-1)
    with pytest.raises(StoreError, match="File name too long"):
        sc.read("x" * 300)
    with pytest.raises(ScenarioError, match="cannot be read"):
        sc.load("x" * 5_000)


def test_a_public_function_can_be_sent_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(sc.simulate)) is sc.simulate
