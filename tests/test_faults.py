"""At whatever touch the disk fails or the process is killed: the old answer or the new one, whole, and nothing half."""

import errno
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pandas as pd
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from pandas.testing import assert_frame_equal

import scenarios as sc
from faults import Killed, content, touched
from scenarios.errors import RequestRefused, StoreError
from scenarios.questions.sweep import ask as sweeping
from scenarios.runs import play
from scenarios.store.answers import keep_answer, kept_answer
from scenarios.store.aside import HIDDEN, add_files, check_files, put_whole, read_record, sweep_up
from scenarios.store.folder import MANIFEST, add_table

FAULTS = {"kill": 0, "full": errno.ENOSPC, "broken": errno.EIO}
# SCENARIOS_EVERY_TOUCH=1 lets each touch go wrong and prints how many there were; else every seventh one does
STRIDE = 1 if os.environ.get("SCENARIOS_EVERY_TOUCH") else 7
VARY = {"patrons.redland.risk_tolerance": [0.3, 0.4, 0.5]}


def run(out: Path) -> None:
    """A run of two blocks over whatever is there."""
    sc.run_to_disk(sc.load("toy"), 4, jobs=1, with_control=False, out=out, again=True)


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
            sc.read(folder)
        else:
            assert kept_answer(folder, record.stem) is not None
    pages = [page.read_text("utf-8") for page in out.glob("*/[!.]*.html")]
    assert pages in ([], ["<!doctype html>" * 1000])


def records(out: Path) -> set[str]:
    """The answers that are there; a figure may have gone with the tables that it drew, and is drawn again."""
    return {name for name in finished(out) if name.endswith((".json", ".html"))}


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
    for at in range(1 + fault % STRIDE, disk.n + 1, STRIDE):
        out = place / str(at)
        shutil.copytree(before, out)
        with touched(out, at, fault), suppress(Killed, StoreError):
            ask(out)
        sweep_up(out)
        assert_whole(out)
        assert records(before) <= records(out), f"touch {at}: an answer was lost"
        ask(out)
        assert finished(out) == finished(honest), f"touch {at}: what comes after is another answer"
        assert not [file for file in out.rglob(".*") if HIDDEN.fullmatch(file.name)], f"touch {at}: left behind"
        shutil.rmtree(out)
    print(f"{disk.n} touches")
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


class Life(RuleBasedStateMachine):
    """Runs and sweeps of a scenario that is edited now and then, killed, damaged, asked again."""

    def __init__(self) -> None:
        super().__init__()
        self.out = Path(mkdtemp())
        self.damaged: set[Path] = set()
        self.finished: set[Path] = set()
        self.share = 0.5

    def teardown(self) -> None:
        shutil.rmtree(self.out)

    @rule(share=st.sampled_from([0.5, 0.6]))
    def edit(self, share: float) -> None:
        self.share = share

    @rule(at=st.integers(0, 120))
    def run(self, at: int) -> None:
        def ask(again: bool) -> Path:
            return sc.run_to_disk(edited(self.share), 4, jobs=1, with_control=False, out=self.out, again=again)

        if (folder := self.asked(ask, at)) is not None:
            assert_frame_equal(sc.read(folder).runs, fresh_run(self.share), check_dtype=False)

    @rule(at=st.integers(0, 60))
    def sweep(self, at: int) -> None:
        def ask(again: bool) -> Path:
            how: dict[str, Any] = {"resume": not again, "again": again, "jobs": 1, "out": self.out}
            return sc.sweep(edited(self.share), VARY, "grid", None, 2, **how).folder

        with suppress(RequestRefused):  # another sweep waits to be resumed, and is named
            if (folder := self.asked(ask, at)) is not None:
                points = pd.concat([pd.read_parquet(file) for file in sorted((folder / "points.parquet").iterdir())])
                assert_frame_equal(points.reset_index(drop=True), fresh_sweep(self.share), check_dtype=False)

    def asked(self, ask: Callable[[bool], Path], at: int) -> Path | None:
        """The folder of an answer; None if its command was killed. What is damaged is refused before it is replaced."""
        sweep_up(self.out)
        try:
            with touched(self.out, at):
                folder = ask(False)
        except Killed:
            return None
        except StoreError as fault:
            folder = next(each for each in self.damaged if str(each) in str(fault))
            assert ask(True) == folder
        self.damaged.discard(folder)
        self.finished.add(folder)
        return folder

    @precondition(lambda self: self.finished - self.damaged)
    @rule(data=st.data())
    def damage(self, data: st.DataObject) -> None:
        folder = data.draw(st.sampled_from(sorted(self.finished - self.damaged)))
        named = [folder / name for record in folder.rglob("*.json") for name in read_record(record)["files"]]
        file = data.draw(st.sampled_from(sorted(named)))
        file.write_bytes(file.read_bytes()[:-1])
        self.damaged.add(folder)

    @precondition(lambda self: len(self.runs()) > 1)
    @rule()
    def compare(self) -> None:
        one, other = self.runs()[:2]
        found = sc.compare(sc.read(one), sc.read(other))
        assert len(found) > 0

    def runs(self) -> list[Path]:
        """Runs that are finished and as they were."""
        return sorted(each for each in self.finished - self.damaged if not each.name.startswith("sweep"))

    @invariant()
    def nothing_is_lost(self) -> None:
        assert all((folder / MANIFEST).is_file() for folder in self.finished)
        for folder in self.runs():
            sc.read(folder)


def edited(share: float) -> Any:
    """The toy scenario with a number of its own."""
    return sc.load("toy").with_values({"patrons.redland.stake": share})


@cache
def fresh_run(share: float) -> Any:
    """The runs of a scenario that never saw a disk."""
    return sc.simulate(edited(share), 4, jobs=1).runs


@cache
def fresh_sweep(share: float) -> Any:
    """The points of a sweep that nothing disturbed."""
    return sc.sweep(edited(share), VARY, "grid", None, 2, jobs=1).points


def test_whatever_becomes_of_a_folder_of_results_what_is_said_to_be_there_is_there(small: None) -> None:
    del small
    run_state_machine_as_test(Life, settings=settings(max_examples=6, stateful_step_count=10, deadline=None))
