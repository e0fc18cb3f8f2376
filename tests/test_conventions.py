"""Things are as users of other tools expect them: versions, completion, seeds, lists, decimal commas."""

import inspect
import os
import shlex
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import scenarios as sc
from scenarios.cli.app import COMMANDS, app
from scenarios.questions.factors import as_axes


@pytest.fixture
def ask(tmp_path, monkeypatch):
    """Runs a command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def test_the_version_is_told_alone(ask):
    done = ask("--version")
    assert (done.exit_code, done.stdout) == (0, f"scenarios {sc.__version__}\n")


def test_a_shell_is_told_the_commands_that_begin_with_what_was_typed():
    asked = os.environ | {"_SCENARIOS_COMPLETE": "complete_bash", "COMP_WORDS": "scenarios th", "COMP_CWORD": "1"}
    program = "import sys; from scenarios.cli.app import main; sys.argv = ['scenarios']; main()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=asked, check=False)
    assert done.stdout.split() == ["threshold"], done.stderr


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["run", "toy", "--set", "client.hold=0,4"], "did you mean 0.4"),
        (["run", "toy", "--set", "client.oil_price=x0,5"], "did you mean 0.5"),
        (["run", "toy", "--set", "client.oil_price@2030-03-03=0,5"], "did you mean 0.5"),
        (["run", "toy", "--believe", "client.hold=0,4"], "did you mean 0.4"),
        (["sweep", "toy", "--vary", "client.hold=0,1:0,6"], "0,1: did you mean 0.1? 0,6: did you mean 0.6?"),
        (["sweep", "toy", "--vary", "client.hold=0,1;0,6"], "a number has a point"),
    ],
)
def test_a_decimal_comma_is_named_with_what_was_meant(ask, words, meant):
    done = ask(*words)
    assert done.exit_code == 2
    assert meant in done.stderr


def test_a_table_parted_by_semicolons_is_named(ask, tmp_path):
    (tmp_path / "points.csv").write_text("client.hold;client.oil_price\n0,4;60\n")
    done = ask("sweep", "toy", "--design", "table=points.csv")
    assert done.exit_code == 2
    assert "parted by ';'" in done.stderr


@pytest.mark.parametrize(
    "listed", [range(2, 5), np.arange(2, 5), pd.Series([2, 3, 4], index=[7, 8, 9]), pd.Index([2, 3, 4])], ids=type
)
def test_what_is_varied_may_be_any_list(listed):
    assert as_axes(sc.load("toy"), {"coercer.rung": listed})[0].values == (2.0, 3.0, 4.0)


def test_a_row_of_a_table_sets_and_believes_as_a_mapping_does():
    row, toy = pd.Series({"client.hold": 0.4, "client.oil_price": 30}), sc.load("toy")
    assert toy.with_values(row).settings == toy.with_values(row.to_dict()).settings
    assert toy.believed(row).numbers == toy.believed(row.to_dict()).numbers


def test_python_and_the_command_line_have_the_same_default_design(ask, tmp_path):
    ask("sweep", "toy", "--vary", "client.hold=0.3:0.6:2", "--replications", 5, "--quiet")
    found = sc.sweep(sc.load("toy"), {"client.hold": (0.3, 0.6, 2)}, replications=5, out=tmp_path / "results")
    assert found.manifest["design"] == "grid"
    assert not found.was_played
    assert inspect.signature(sc.sweep).parameters["design"].default == "grid"


@pytest.fixture(scope="module")
def played():
    """Some runs of the toy conflict."""
    return sc.simulate(sc.load("toy"), 400, rng=3)


def test_the_day_stands_beside_the_step_and_is_missing_with_it(played):
    toy, patrons = played.scenario, played.patrons
    steps = [name for name in patrons.columns if name.endswith("_at")]
    assert steps
    for name in steps:
        beside = patrons.columns[patrons.columns.get_loc(name) + 1]
        assert beside == name.replace("_at", "_date")
        expected = pd.Timestamp(toy.start) + pd.to_timedelta(toy.step_days * patrons[name], unit="D")
        assert (patrons[beside].dropna() == expected.dropna().dt.floor("D")).all()
        assert (patrons[beside].isna() == patrons[name].isna()).all()
    assert patrons["step_back_date"].notna().any()


def test_the_numbers_drawn_in_long_form_are_those_of_the_runs(played):
    long = played.numbers_long
    wide = long.astype({"path": str}).pivot(index="run", columns="path", values="value")
    drawn = played.runs.set_index("run")[list(played.scenario.uncertain)]
    assert np.array_equal(wide[list(drawn)], drawn)


def test_a_number_in_long_form_says_whose_it_is_and_on_which_channel(played):
    long = played.numbers_long.astype({"owner": str, "channel": str, "number": str})
    channel = long["channel"].ne("")
    told = long["owner"] + "." + (long["channel"] + ".").where(channel, "") + long["number"]
    paths = long["path"].astype(str)
    said = paths.str.removeprefix("patrons.").str.replace(r"\.?channels\.", ".", regex=True)
    assert (told == said).all()
    assert channel.any()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_shows_how_it_is_typed(ask, name):
    said = ask(name, "--help").stdout
    _, *lines = COMMANDS[name]
    assert lines
    for line in lines:
        assert f"  scenarios {line}\n" in said
        words = shlex.split(line)
        assert words[0] == name
        assert {word for word in words if word.startswith("--")} <= {word.rstrip(",") for word in said.split()}
