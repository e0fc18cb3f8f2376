"""A command ends with the right exit code, its results on stdout and one clear line on stderr."""

import json
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from made_up import curve, results, scenario, summary, what_ifs, when
from scenarios.cli.app import app
from scenarios.cli.boundary import command
from scenarios.cli.options import Chosen, PlayAsked, Shown
from scenarios.cli.work import duration, memory_size
from scenarios.engine.compiler import Cache
from scenarios.errors import EngineError, ScenarioError, UnknownName
from scenarios.report.answer import Format
from scenarios.store.folder import save

PLAIN = ("--no-figures", "--no-ladder")


class Calls(list):
    """What the made-up engine was asked."""


@pytest.fixture
def calls(monkeypatch):
    """Replaces scenario files and engines by made-up ones and notes what they were asked."""
    noted = Calls()

    def load(name, overlays=(), allow_outside=False):
        assert not allow_outside
        if name == "nowhere":
            raise UnknownName("scenario", name, ["made_up"])
        if name == "bad.toml":
            raise ScenarioError(["bad.toml: first fault", "bad.toml: second fault"])
        return scenario(overlays=tuple(overlays))

    def run_to_disk(played, replications, rng, engine, points, jobs, progress, with_control, out, **_rest):
        noted.append((replications, rng, engine, points, jobs, with_control))
        progress(replications, replications)
        made = results(n=replications, played=played, seed=rng, engine=engine, points=points)
        return save(made, out, made if with_control else None, summary())

    def ladder_played(_played, play, _known):
        noted.append(("ladder", play.replications, play.seed))
        return curve(play.replications)

    monkeypatch.setattr("scenarios.scenario.load.load", load)
    monkeypatch.setattr("scenarios.runs.to_disk.run_to_disk", run_to_disk)
    monkeypatch.setattr("scenarios.questions.headline.what_ifs.ladder_played", ladder_played)
    monkeypatch.setattr("scenarios.engine.compiler.rulebook_hash", lambda: "0123456789ab")
    monkeypatch.setattr("scenarios.engine.compiler.is_compiled", lambda: False)
    # the made-up scenario has a few numbers alone
    monkeypatch.setattr("scenarios.questions.headline.spread.idle_budgets", lambda _scenario: [])
    monkeypatch.setattr("scenarios.questions.headline.what_ifs.what_ifs", what_ifs)
    monkeypatch.setattr("scenarios.questions.headline.ask.chances_when", when)
    monkeypatch.setattr("scenarios.engine.compiler.is_interpreted", lambda: False)
    return noted


@pytest.fixture
def ask(tmp_path, monkeypatch, calls):
    """Runs a command in an empty folder."""
    del calls
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def interrupt(*_args, **_kwargs):
    """What Ctrl-C does."""
    raise KeyboardInterrupt


def test_a_run_prints_the_summary_and_names_its_folder(ask, calls, tmp_path):
    done = ask("run", "made_up", "--runs", 30, *PLAIN)
    assert done.exit_code == 0, done.output
    assert "When, in the words of ICD 203. Russia steps back: " in done.stdout
    assert "if Russia has half the support budget, Russia steps back" in done.stdout
    assert "0.620 ± 0.005" not in done.stdout
    folder = next((tmp_path / "results" / "made_up").iterdir())
    assert f"Results: results/made_up/{folder.name}" in done.stdout
    assert (folder / "control" / "runs.parquet").is_file()
    assert calls == [(30, 1, "batch", None, 0, True)]


def test_the_first_compilation_is_announced_on_stderr(ask):
    assert "Compiling the rule book" in ask("run", "made_up", "--runs", 30, *PLAIN).stderr
    assert ask("run", "made_up", "--runs", 31, "--quiet", *PLAIN).stderr == ""
    assert "Compiling" not in ask("run", "made_up", "--runs", 32, "--engine", "agents", *PLAIN).stderr


def test_the_same_question_finds_its_old_answer_and_says_so(ask, calls):
    first = ask("run", "made_up", "--runs", 30, *PLAIN)
    n_calls = len(calls)
    again = ask("run", "made_up", "--runs", 30, "--engine", "agents", *PLAIN)
    assert again.exit_code == 0
    assert "nothing was run" in again.stderr
    assert again.stdout == first.stdout
    assert len(calls) == n_calls


def test_what_is_missing_from_an_old_answer_is_added(ask, calls, tmp_path):
    ask("run", "made_up", "--runs", 30, *PLAIN)
    done = ask("run", "made_up", "--runs", 30)
    assert done.exit_code == 0, done.output
    assert calls[-1] == ("ladder", 30, 1)
    folder = next((tmp_path / "results" / "made_up").iterdir())
    assert (folder / "ladder.parquet").is_file()
    assert (folder / "figures" / "ladder.svg").is_file()


def test_a_run_without_control_leaves_it_out(ask, calls):
    assert ask("run", "made_up", "--runs", 30, "--no-control", "--points", 4, "--seed", 9, *PLAIN).exit_code == 0
    assert calls == [(30, 9, "batch", 4, 0, False)]


def test_json_on_stdout_is_nothing_but_json(ask):
    done = ask("run", "made_up", "--runs", 30, "--format", "json", *PLAIN)
    answer = json.loads(done.stdout)
    assert answer["folder"].startswith("results/made_up/")
    assert answer["manifest"]["seed"] == 1
    assert "Results: " in done.stderr


@pytest.mark.parametrize("form", ["csv", "markdown"])
def test_other_forms_go_to_stdout_too(ask, form):
    done = ask("run", "made_up", "--runs", 30, "--format", form, *PLAIN)
    assert done.exit_code == 0
    assert "russia.step_back," in done.stdout or "| Russia" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "nowhere"), "Unknown scenario 'nowhere'"),
        (("run", "bad.toml"), "bad.toml: second fault"),
        (("run", "made_up", "--runs", 0), "--replications 0: must be at least 1"),
        (("run", "made_up", "--runs", -5), "must be at least 1"),
        (("run", "made_up", "--points", 0), "--points 0: must be at least 1"),
        (("run", "made_up", "--jobs", -1), "--jobs -1: must be 0"),
        (("run", "made_up", "--seed", -1), "--seed -1: must lie in 0 to"),
        (("run", "made_up", "--runs", 10**12), "about 7.9 years on one core and 75.0 TB on the disk"),
        (("run", "made_up", "--runs", 10**5, "--points", 10**5), "1e+10 runs would take"),
        (("run", "made_up", "--until-se", 0.01, "--points", 10), "--until-se with --points"),
        (("run", "made_up", "--until-se", 0.01, "--runs", 10), "--until-se and --replications both"),
        (("run", "made_up", "--executor", "magic:3"), "--executor magic:3: unknown. Allowed: processes:N, dask:"),
        (("run", "made_up", "--executor", "processes:0"), "--executor processes:0: unknown"),
        (("run", "made_up", "--engine", "magic"), "magic"),
        (("run", "made_up", "--runs", "many"), "--runs"),
        (("walk",), "walk"),
    ],
)
def test_a_users_mistake_ends_with_2_and_no_traceback(ask, calls, words, said):
    done = ask(*words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.output
    assert done.stdout == ""
    assert calls == []


def test_a_place_that_cannot_be_written_is_refused_before_the_run(ask, calls, tmp_path):
    (tmp_path / "taken").write_text("a file")
    done = ask("run", "made_up", "--out", "taken")
    assert done.exit_code == 2
    assert "taken: cannot be written" in done.stderr
    assert calls == []


def test_a_fault_inside_ends_with_1(ask, monkeypatch):
    def broken(*_args, **_kwargs):
        raise EngineError("the purse is negative")

    monkeypatch.setattr("scenarios.runs.to_disk.run_to_disk", broken)
    done = ask("run", "made_up")
    assert done.exit_code == 1
    assert "Error inside: the purse is negative" in done.stderr


def test_an_interrupted_run_keeps_and_prints_what_is_finished(ask, monkeypatch, tmp_path):
    def run_to_disk(_played, *_args, out, **_rest):
        return save(results(n=12, interrupted=True, runs_done=12, replications=30), out, None, summary())

    monkeypatch.setattr("scenarios.runs.to_disk.run_to_disk", run_to_disk)
    done = ask("run", "made_up", "--runs", 30)
    assert done.exit_code == 130
    assert "the runs that were finished are kept in" in done.stderr
    assert "12 of 30 runs" in done.stdout
    folder = next((tmp_path / "results" / "made_up").iterdir())
    assert folder.name.endswith("-interrupted")
    assert not (folder / "figures").exists()


def test_an_interruption_after_the_runs_keeps_the_tables(ask, monkeypatch, tmp_path):
    monkeypatch.setattr("scenarios.questions.headline.what_ifs.ladder_played", interrupt)
    done = ask("run", "made_up", "--runs", 30)
    assert done.exit_code == 130
    assert "the runs are kept in results/made_up/" in done.stderr
    assert len(list((tmp_path / "results" / "made_up").iterdir())) == 1


def test_an_interruption_anywhere_else_ends_with_130(ask, monkeypatch):
    monkeypatch.setattr("scenarios.scenario.load.load", interrupt)
    done = ask("run", "made_up")
    assert (done.exit_code, done.stderr) == (130, "Interrupted.\n")


def test_every_fault_of_every_file_is_reported_at_once(ask, monkeypatch):
    monkeypatch.setattr(
        "scenarios.runs.soundness.soundness", lambda _scenario, file, full, _outside: [f"{file}: sound", str(full)]
    )
    done = ask("check", "bad.toml", "good.toml", "nowhere")
    assert done.exit_code == 2
    assert done.stdout == "good.toml: sound\nFalse\n"
    for words in ("2 faults:", "first fault", "second fault", "Unknown scenario", "2 of 3 files must change"):
        assert words in done.stderr
    assert ask("check", "good.toml", "--full").stdout == "good.toml: sound\nTrue\n"
    assert ask("check", "good.toml").exit_code == 0


def test_a_new_conflict_is_written_once_and_asks_for_all_that_it_needs(ask, tmp_path):
    conflict = ("--client", "Syria", "--coercer", "Israel", "--patrons", "russia,hezbollah:like=iran")
    assert ask("new", "syria.toml", *conflict, "--start", "2024-11-27").exit_code == 0
    assert "start = 2024-11-27" in (tmp_path / "syria.toml").read_text()
    again = ask("new", "syria.toml", *conflict)
    assert (again.exit_code, "exists already and is left as it is" in again.stderr) == (2, True)
    for given, words in (
        ((), "--client, --coercer, --patrons: missing. Give all of"),
        (conflict[:4], "--patrons: missing."),
        (("--client", " ", *conflict[2:]), "--client: missing."),
        ((*conflict, "--from", "made_up"), "--from copies a scenario and goes with no --client. Drop one of the two."),
        ((*conflict, "--start", "27.11.2024"), "--start 27.11.2024: must be a date like 2024-11-27."),
        ((*conflict, "--start", "9999-12-31"), "--start 9999-12-31: must lie before 9990-01-01"),
        ((*conflict[:5], "russia:like=rusia"), "unknown library patron. Known: china, cuba, iran, median, russia."),
    ):
        done = ask("new", "other.toml", *given)
        assert (done.exit_code, words in done.stderr) == (2, True), words
    assert not (tmp_path / "other.toml").exists()


def test_a_copy_is_written_once_and_never_over_a_file(ask, monkeypatch, tmp_path):
    monkeypatch.setattr("scenarios.scenario.describe.commented_copy", lambda name, _outside: f"# copy of {name}\n")
    assert ask("new", "mine.toml", "--from", "made_up").exit_code == 0
    assert (tmp_path / "mine.toml").read_text() == "# copy of made_up\n"
    (tmp_path / "mine.toml").write_text("edited")
    done = ask("new", "mine.toml", "--from", "made_up")
    assert done.exit_code == 2
    assert "exists already and is left as it is" in done.stderr
    assert (tmp_path / "mine.toml").read_text() == "edited"
    assert ask("new", "no/such/place.toml", "--from", "made_up").exit_code == 2


def test_the_library_and_a_scenario_are_shown_in_every_form(ask, monkeypatch):
    rows = [{"name": "made_up", "horizon": "52 weeks"}]
    monkeypatch.setattr("scenarios.scenario.describe.list_rows", lambda: rows)
    monkeypatch.setattr("scenarios.scenario.describe.scenario_rows", lambda _played, _ranking: rows)
    monkeypatch.setattr("scenarios.scenario.describe.parameter_rows", lambda _played, path: [{"path": path}])
    assert json.loads(ask("list", "--format", "json").stdout) == rows
    assert "52 weeks" in ask("list").stdout
    assert "52 weeks" in ask("show", "made_up").stdout
    assert json.loads(ask("show", "made_up", "model.rho", "--format", "json").stdout) == [{"path": "model.rho"}]
    assert ask("show", "nowhere").exit_code == 2


def test_the_doctor_compares_the_engines(ask, monkeypatch, tmp_path):
    monkeypatch.setattr("scenarios.engine.compiler.cache", lambda: Cache(tmp_path, ""))
    monkeypatch.setattr("scenarios.runs.play.simulate", lambda *_, **__: results(n=8))
    done = ask("doctor")
    assert done.exit_code == 0, done.output
    assert "both engines agree to the bit" in done.stdout
    assert "(private, not compiled yet)" in " ".join(done.stdout.split())
    monkeypatch.setattr(
        "scenarios.runs.play.simulate", lambda *_, engine, **__: results(1.0 if engine == "batch" else 2.0, n=8)
    )
    done = ask("doctor")
    assert done.exit_code == 1
    assert "engines differ in runs" in done.stdout


def test_costs_are_said_in_units_that_people_use():
    assert [duration(0.5), duration(90), duration(7200)] == ["0.5 seconds", "1.5 minutes", "2.0 hours"]
    assert [memory_size(10), memory_size(3e6), memory_size(2e9)] == ["10 bytes", "3.0 MB", "2.0 GB"]


def test_a_command_that_goes_well_is_left_alone():
    noted = []

    def note(*, word: str) -> None:
        noted.append(word)

    command(note)(word="done")
    assert noted == ["done"]


def test_options_that_go_together_reach_a_command_as_one():
    noted = []

    def show(*, word: str, chosen: Chosen, shown: Shown) -> None:
        noted.append((word, chosen, shown.form, shown.out.name))

    one = typer.Typer()
    one.command()(command(show))
    done = CliRunner().invoke(one, ["hello", "toy", "--set", "a=1", "--set", "b=2", "--format", "csv"])
    assert done.exit_code == 0, done.output
    assert noted == [("hello", Chosen("toy", ["a=1", "b=2"], None), Format.CSV, "results")]


def test_an_option_that_a_group_declares_already_is_refused():
    def play(*, seed: int, luck: PlayAsked) -> None:
        raise AssertionError(seed, luck)

    with pytest.raises(ValueError, match="duplicate parameter name: 'seed'"):
        command(play)


def test_help_imports_nothing_heavy():
    heavy = "numpy pandas matplotlib rich numba mesa tqdm pyarrow packaging"
    program = (
        "import sys, scenarios\nfrom scenarios.cli.app import app\n"
        "try:\n    app(['run', '--help'])\nexcept SystemExit as end:\n    assert end.code == 0\n"
        f"found = [name for name in '{heavy}'.split() if name in sys.modules]\nassert not found, found"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_package_lists_its_names_and_knows_no_others():
    import scenarios

    assert {"load", "simulate", "save", "read"} <= set(dir(scenarios))
    assert scenarios.Scenario.__name__ == "Scenario"
    with pytest.raises(AttributeError, match="simulat"):
        scenarios.simulat  # noqa: B018


def test_the_version_is_that_of_the_package_file():
    import tomllib
    from pathlib import Path

    import scenarios

    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
    assert project.get("version", scenarios.__version__) == scenarios.__version__
