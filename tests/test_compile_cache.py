"""Machine code is read only from a folder that nobody else can write; else it is compiled anew, and that is said."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

import scenarios as sc
from scenarios.cli.doctor import code
from scenarios.engine import compiler
from scenarios.engine.compiler import CURE, private_cache
from scenarios.engine.native import CHECK

STRANGER = 4711


@pytest.fixture
def root(tmp_path: Path, monkeypatch: Any) -> Path:
    """A new root of all caches."""
    monkeypatch.setenv("SCENARIOS_CACHE", str(tmp_path / "caches"))
    return tmp_path / "caches"


def mode(place: Path) -> int:
    """Who may do what with a place."""
    return place.stat().st_mode & 0o777


def owned_by_a_stranger(monkeypatch: Any, foreign: Path) -> None:
    """Makes a place look as if another user had made it."""
    looks = os.lstat

    def as_seen(place: Any, **rest: Any) -> os.stat_result:
        seen = looks(place, **rest)
        return os.stat_result([*seen[:4], STRANGER, *seen[5:10]]) if Path(place) == foreign else seen

    monkeypatch.setattr(os, "lstat", as_seen)


def test_a_new_cache_and_all_that_is_made_for_it_are_this_users_alone(root: Path) -> None:
    before = os.umask(0)
    try:
        found = private_cache("made")
    finally:
        os.umask(before)
    assert found == (root / "scenarios" / "made", "")
    assert [mode(place) for place in (root, root / "scenarios", root / "scenarios" / "made")] == [0o700] * 3
    assert private_cache("made") == found


@pytest.mark.parametrize("place", ["scenarios", "scenarios/made", "scenarios/made/play_chunk-0.nbc"])
def test_a_cache_of_another_user_is_refused(root: Path, place: str, monkeypatch: Any) -> None:
    folder = private_cache("made").folder
    assert folder is not None
    folder.chmod(0o755)
    (folder / "play_chunk-0.nbc").write_text("code")
    assert private_cache("made").folder == folder
    owned_by_a_stranger(monkeypatch, root / place)
    assert private_cache("made") == (None, f"{root / place}: belongs to another user")


@pytest.mark.parametrize("place", ["scenarios", "scenarios/made", "scenarios/made/play_chunk-0.nbc"])
@pytest.mark.parametrize("writable", [0o720, 0o702])
def test_a_cache_that_others_can_write_is_refused(root: Path, place: str, writable: int) -> None:
    folder = private_cache("made").folder
    assert folder is not None
    folder.chmod(0o755)
    (folder / "play_chunk-0.nbc").write_text("code")
    (root / place).chmod(writable)
    found = private_cache("made")
    assert found.folder is None
    assert found.fault.startswith(f"{root / place}: others can write it")


def test_what_lies_in_a_folder_that_nobody_else_enters_may_have_any_mode(root: Path) -> None:
    folder = private_cache("made").folder
    assert folder == root / "scenarios" / "made"
    (folder / "engine").mkdir()
    (folder / "engine").chmod(0o777)
    assert private_cache("made").folder == folder


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
def test_a_disk_that_is_full_holds_no_cache(root: Path, monkeypatch: Any) -> None:
    with Path("/dev/full").open("wb", buffering=0) as full:
        monkeypatch.setattr("scenarios.engine.compiler.TemporaryFile", lambda **_: full)
        found = private_cache("made")
    assert found == (None, f"{root / 'scenarios' / 'made'}: cannot be written (No space left on device)")


@pytest.mark.parametrize("place", ["scenarios", "scenarios/made"])
def test_a_link_is_no_cache(root: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "elsewhere" / "made").mkdir(parents=True)
    (root / place).parent.mkdir(parents=True)
    (root / place).symlink_to(tmp_path / "elsewhere")
    assert private_cache("made") == (None, f"{root / place}: a link, not a place of its own")


def test_a_link_to_nowhere_is_no_cache(root: Path, tmp_path: Path) -> None:
    root.mkdir()
    (root / "scenarios").symlink_to(tmp_path / "nowhere")
    assert private_cache("made").folder is None
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_everybody_can_write_holds_no_cache_unless_it_keeps_owners_apart(root: Path) -> None:
    root.mkdir()
    root.chmod(0o777)
    assert private_cache("made") == (None, f"{root}: everybody can write it")
    root.chmod(0o1777)
    assert private_cache("made").folder == root / "scenarios" / "made"


@pytest.mark.parametrize("variable", ["SCENARIOS_CACHE", "XDG_CACHE_HOME", "HOME"])
def test_a_place_that_cannot_be_made_is_no_cache(tmp_path: Path, variable: str, monkeypatch: Any) -> None:
    (tmp_path / "file").write_text("in the way")
    for other in ("SCENARIOS_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(variable, str(tmp_path / "file"))
    found = private_cache("made")
    assert found.folder is None
    assert found.fault.startswith(str(tmp_path / "file")) and "cannot be written (Not a directory)" in found.fault


@pytest.mark.usefixtures("root")
def test_a_cache_that_can_only_be_read_is_no_cache(monkeypatch: Any) -> None:
    def read_only(**_: Any) -> None:
        raise OSError(30, "Read-only file system")

    folder = private_cache("made").folder
    assert folder is not None
    (folder / "rules.nbc").write_text("code")
    monkeypatch.setattr("scenarios.engine.compiler.TemporaryFile", read_only)
    assert private_cache("made") == (None, f"{folder}: cannot be written (Read-only file system)")
    assert not compiler.is_compiled()


def test_a_user_without_a_home_has_no_cache(monkeypatch: Any) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("SCENARIOS_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert private_cache("made") == (None, "this user has no home folder")


@pytest.mark.usefixtures("root")
def test_the_doctor_names_the_cache_or_what_to_do_without(tmp_path: Path, monkeypatch: Any) -> None:
    *_, kept = code()
    assert kept.found.endswith("(private, not compiled yet)") and not kept.is_ill
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("SCENARIOS_CACHE", str(tmp_path / "file"))
    *_, lost = code()
    assert lost.found.startswith(f"none: {tmp_path / 'file'}") and lost.to_do.endswith(CURE) and lost.is_ill


@pytest.mark.skipif(compiler.is_interpreted(), reason="plain Python needs no machine code")
def test_without_a_cache_runs_are_played_here_and_in_processes_and_nothing_planted_is_read(tmp_path: Path) -> None:
    temporary, home = tmp_path / "tmp", tmp_path / "home"
    sc.simulate(sc.load("toy"), 2)
    filled = compiler.cache().folder
    assert filled is not None
    copytree(filled, temporary / "scenarios" / filled.name)
    planted = list(temporary.rglob("*.nbc"))
    assert planted
    for file in planted:
        name, _, _ = file.read_bytes()[CHECK:].partition(b"\n")
        content = name + b"\nno machine code: whoever reads it is told by the linker"
        file.write_bytes(sha256(content).digest() + content)
    home.write_text("a file")
    environment = {key: value for key, value in os.environ.items() if key not in ("SCENARIOS_CACHE", "XDG_CACHE_HOME")}
    environment |= {"HOME": str(home), "TMPDIR": str(temporary)}
    words = ["run", "toy", "--runs", "20", "--no-figures", "--no-ladder", "--no-control", "--executor", "processes:1"]
    done = subprocess.run(
        [sys.executable, "-c", "from scenarios.cli.app import main; main()", *words, "--out", str(tmp_path / "out")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("No compile cache") == 1
    assert "Traceback" not in done.stderr
