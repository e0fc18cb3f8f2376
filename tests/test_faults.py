"""At whatever touch the disk fails or the process is killed: the old answer or the new one, whole, and nothing half."""

import errno
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import scenarios as sc
from faults import Killed, content, touched
from scenarios.errors import StoreError
from scenarios.questions.sweep import ask as sweeping
from scenarios.runs import play
from scenarios.store.answers import keep_answer, kept_answer
from scenarios.store.aside import HIDDEN, put_whole, sweep_up
from scenarios.store.checksums import add_files, check_files, read_record
from scenarios.store.folder import MANIFEST, add_table, checked

FAULTS = {"kill": 0, "full": errno.ENOSPC, "broken": errno.EIO, "read-only": errno.EROFS}
VARY = {"patrons.redland.risk_tolerance": [0.3, 0.4, 0.5]}


def run(out: Path) -> None:
    """A run of three blocks, with its control, over whatever is there."""
    sc.run_to_disk(sc.load("toy"), 6, jobs=1, out=out, again=True)


def sweep(out: Path) -> None:
    """A sweep of three parts, begun or gone on with."""
    sc.sweep(sc.load("toy"), VARY, "grid", None, 2, jobs=1, out=out, resume=True)


def compare(out: Path) -> None:
    """The tables of a comparison and its figure, as the command keeps them."""
    folder = out / "toy" / "comparison-named"
    keep_answer(folder, "comparison", {"scenario_name": "toy"}, {"outcomes": pd.DataFrame({"a": [1.5]})})
    put_whole(folder / "figures" / "comparison.svg", "<svg/>")
    add_files(folder / "comparison.json", [folder / "figures" / "comparison.svg"])


def add(out: Path) -> None:
    """A further table of a run that is there."""
    (folder,) = (out / "toy").glob("*[!d]")
    add_table(folder, "ladder", pd.DataFrame({"rung": [1, 2]}))


def report(out: Path) -> None:
    """A page."""
    put_whole(out / "toy" / "page.html", "<!doctype html>" * 1000)


def assert_whole(out: Path) -> None:
    """Every answer that can be seen is as it was written; a sweep in all the parts that it says are there."""
    for record in out.glob("*/*/*.json"):
        folder = record.parent
        if folder.name.startswith("."):
            continue
        if folder.name.startswith("sweep-"):
            for part in folder.glob("checksums/[!.]*"):
                check_files(folder, read_record(part)["files"])
        elif record.name == MANIFEST:
            checked(folder)
        else:
            assert kept_answer(folder, record.stem) is not None
    pages = [page.read_text("utf-8") for page in out.glob("*/[!.]*.html")]
    assert pages in ([], ["<!doctype html>" * 1000])


def finished(out: Path) -> dict[str, Any]:
    """All that lies in a folder of results, but for the runs that were cut short."""
    return {name: what for name, what in content(out).items() if "-interrupted" not in name}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of two runs, and sweeps of one point a part."""
    monkeypatch.setattr(play, "BLOCK", 2)
    monkeypatch.setattr(sweeping, "RUNS_A_PART", 2)
    monkeypatch.setattr("scenarios.runs.to_disk.RESERVE", 1000)


def everywhere(ask: Callable[[Path], None], before: Path, place: Path, fault: int) -> int:
    """Lets every touch of the disk go wrong in turn, and holds what is there afterwards against an honest disk."""
    honest = place / "honest"
    shutil.copytree(before, honest)
    with touched(honest) as disk:
        ask(honest)
    for at in range(1, disk.n + 1):
        out = place / str(at)
        shutil.copytree(before, out)
        with touched(out, at, fault), suppress(Killed, StoreError):
            ask(out)
        sweep_up(out)
        assert_whole(out)
        assert set(finished(before)) <= set(finished(out)), f"touch {at}: an answer was lost"
        ask(out)
        assert finished(out) == finished(honest), f"touch {at}: what comes after is another answer"
        assert not [file for file in out.rglob(".*") if HIDDEN.fullmatch(file.name)], f"touch {at}: left behind"
        shutil.rmtree(out)
    return disk.n


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("ask", [run, sweep, compare, report])
def test_whatever_goes_wrong_on_the_disk_answers_are_whole(
    ask: Callable[[Path], None], fault: str, tmp_path: Path
) -> None:
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    assert everywhere(ask, nothing, tmp_path, FAULTS[fault]) > 5


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("ask", [run, add, compare, report])
def test_whatever_goes_wrong_on_the_disk_an_answer_that_was_there_is_there(
    ask: Callable[[Path], None], fault: str, tmp_path: Path
) -> None:
    before = tmp_path / "before"
    run(before)
    if ask is not add:
        ask(before)
    assert everywhere(ask, before, tmp_path, FAULTS[fault]) > 5
