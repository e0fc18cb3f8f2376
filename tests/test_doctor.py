"""`scenarios doctor` finds what is wrong with an installation, says what to do, and exits with 1 if it must be done."""

import ast
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

import scenarios
from scenarios.cli import doctor
from scenarios.cli.app import app
from scenarios.cli.doctor import Finding

DECLARED = ("numpy>=2.2", "numba<0.70,>=0.63.1", 'SALib>=1.5.1; extra == "analysis"', 'pytest>=8; extra == "test"')
FREE = SimpleNamespace(free=10**12)


@pytest.fixture
def healthy(monkeypatch, tmp_path):
    """A machine on which nothing is wrong; returns how to change it and what the doctor finds."""
    versions = {"scenarios": "0.1.0", "numpy": "2.4.6", "numba": "0.68.1", "SALib": "1.6.0"}

    def version(name):
        if versions.get(name) is None:
            raise doctor.PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr(doctor, "version", version)
    monkeypatch.setattr(doctor, "requires", lambda _: list(DECLARED))
    monkeypatch.setattr(doctor, "metadata", lambda _: {"Requires-Python": ">=3.11"})
    monkeypatch.setattr(doctor, "cores", lambda: 8)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: FREE)
    monkeypatch.setattr(doctor, "differing_tables", lambda: [])
    monkeypatch.setenv("SCENARIOS_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return versions


def asked(*words: str) -> tuple[int, str]:
    """Exit code of the doctor, and what it says in one line."""
    done = CliRunner().invoke(app, ["doctor", "--format", "csv", *words])
    return done.exit_code, done.stdout


@pytest.mark.usefixtures("healthy")
def test_a_sound_installation_exits_with_0_and_nothing_is_written():
    code, said = asked()
    assert (code, "both engines agree" in said, Path("results").exists()) == (0, True, False)
    assert "\npytest" not in said  # of those who develop it alone


@pytest.mark.parametrize(
    ("name", "found", "cure"),
    [
        ("numpy", "2.1.0", "pip install 'numpy>=2.2'"),
        ("numba", "0.71", "pip install 'numba"),
        ("numpy", None, "It is needed: pip install"),
    ],
)
def test_a_library_out_of_bounds_or_missing_is_named_with_the_command_that_mends_it(healthy, name, found, cure):
    healthy[name] = found
    code, said = asked()
    assert code == 1
    assert cure in said


def test_an_extra_that_is_not_there_is_told_and_needs_nothing_done(healthy):
    healthy["SALib"] = None
    code, said = asked()
    assert code == 0
    assert "SALib (analysis),not installed,If you want it: pip install 'scenarios[analysis]'" in said


@pytest.mark.usefixtures("healthy")
def test_a_python_out_of_bounds_is_told(monkeypatch):
    monkeypatch.setattr(doctor.platform, "python_version", lambda: "3.10.4")
    code, said = asked()
    assert (code, 'python,3.10.4,"Install Python >=3.11' in said) == (1, True)


@pytest.mark.usefixtures("healthy")
def test_a_cache_that_cannot_be_written_and_a_user_without_a_home_are_told(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("SCENARIOS_CACHE", str(tmp_path / "file"))
    code, said = asked()
    assert code == 1
    assert "cannot be written" in said and "Set SCENARIOS_CACHE" in said
    monkeypatch.delenv("SCENARIOS_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    code, said = asked()
    assert (code, "this user has no home folder" in said) == (1, True)


def homeless():
    """What a container without a home says."""
    raise RuntimeError("Could not determine home directory.")


@pytest.mark.usefixtures("healthy")
def test_a_folder_of_results_that_cannot_be_written_is_told(monkeypatch):
    def refuse(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor, "TemporaryFile", refuse)
    code, said = asked("--out", "elsewhere/results")
    assert (code, "elsewhere/results: Permission denied,Choose a place with --out DIR." in said) == (1, True)


@pytest.mark.usefixtures("healthy")
def test_a_disk_without_room_for_the_main_job_is_told(monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: SimpleNamespace(free=10_000_000))
    code, said = asked()
    assert (code, "A run with its control takes 61.5 MB. Make room" in said) == (1, True)


@pytest.mark.usefixtures("healthy")
def test_two_cores_and_plain_python_are_told_and_need_nothing_done(monkeypatch):
    monkeypatch.setattr(doctor, "cores", lambda: 2)
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    code, said = asked()
    assert code == 0
    assert "If you wait: a time said on one core is halved at best" in said
    assert "plain Python,If you want speed" in said


@pytest.mark.usefixtures("healthy")
def test_engines_that_differ_are_an_illness(monkeypatch):
    monkeypatch.setattr(doctor, "differing_tables", lambda: ["runs"])
    code, said = asked()
    assert (code, "engines differ in runs" in said and "cannot be trusted" in said) == (1, True)


@pytest.mark.usefixtures("healthy")
def test_a_screen_without_our_letters_is_told_and_no_command_fails_on_it():
    runner = CliRunner(charset="ascii")
    done = runner.invoke(app, ["doctor"])
    assert done.exit_code == 1
    assert "set PYTHONUTF8=1" in " ".join(done.stdout.split())
    assert runner.invoke(app, ["show", "toy"]).exit_code == 0


def test_what_may_be_left_undone_is_no_illness():
    assert [Finding("cores", "2", to_do).is_ill for to_do in ("", "If you wait: fewer", "Install it")] == [0, 0, 1]


ROOT = Path(scenarios.__file__).parent


@pytest.mark.parametrize("file", sorted(ROOT.rglob("*.py")), ids=lambda file: file.relative_to(ROOT).as_posix())
def test_no_text_is_read_or_written_in_the_letters_of_the_machine(file):
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            said = ast.unparse(node)
            assert node.func.attr not in ("read_text", "write_text") or "utf-8" in said, said
            is_text = node.func.attr == "open" and node.args and isinstance(node.args[0], ast.Constant)
            assert not is_text or "b" in str(node.args[0].value) or "utf-8" in said, said
