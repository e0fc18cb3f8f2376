"""Runs are played in threads, in processes or on a cluster, and give the same bits, also when a worker dies."""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from pandas.testing import assert_frame_equal

import scenarios as sc
from scenarios.errors import EngineError, RequestRefused, UserError
from scenarios.questions.sweep import ask as sweeps
from scenarios.runs import play
from scenarios.runs.play import executor_of
from scenarios.store.aside import stoppable
from scenarios.store.parts import TABLES

VARY = {"patrons.redland.risk_tolerance": (0.2, 0.8), "terms.bargain": ["on", "frozen"]}
RUNS = 1_200  # three chunks
DIES = """
import os, signal, time
from concurrent.futures.process import BrokenProcessPool
from scenarios.runs.play import executor_of

with executor_of("processes:1") as pool:
    process = pool.submit(os.getpid).result()
    pool.submit(time.sleep, 60.0)
    large = pool.submit(len, bytes(10_000_000))  # more than fits into the pipe of a process that does not read
    time.sleep(0.2)
    os.kill(process, signal.SIGKILL)
    try:
        large.result()
    except BrokenProcessPool:
        print("let go")
"""


def swept(**changes: Any) -> sc.Sweep:
    """Sixty points of the toy scenario in parts of one point."""
    return sc.sweep(sc.load("toy"), VARY, "lhs", 60, 30, **changes)


def assert_same_sweep(found: sc.Sweep, expected: sc.Sweep) -> None:
    """Every point was played and is the same to the bit."""
    assert found.is_complete
    assert_frame_equal(found.points, expected.points, check_exact=True)
    assert_frame_equal(found.outcomes, expected.outcomes, check_exact=True)


@pytest.fixture
def small_parts(monkeypatch: Any) -> None:
    """One point a part."""
    monkeypatch.setattr(sweeps, "RUNS_A_PART", 30)


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    """Two processes that share nothing with this one."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield pool


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A Dask cluster of two worker processes on this machine."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local,
        distributed.Client(local) as client,
    ):
        yield client


def test_threads_of_the_caller_give_the_same_bits_and_stay_open(small_parts: None) -> None:
    del small_parts
    with ThreadPoolExecutor(3) as pool:
        assert_same_sweep(swept(executor=pool), swept())
        found, expected = sc.simulate(sc.load("toy"), RUNS, executor=pool), sc.simulate(sc.load("toy"), RUNS)
        for name in TABLES:
            assert_frame_equal(getattr(found, name), getattr(expected, name), check_exact=True)
        assert pool.submit(int, "1").result() == 1


def test_processes_give_the_same_bits(small_parts: None, processes: ProcessPoolExecutor) -> None:
    del small_parts
    assert_same_sweep(swept(executor=processes), swept())
    found, expected = sc.simulate(sc.load("toy"), RUNS, executor=processes), sc.simulate(sc.load("toy"), RUNS)
    for name in TABLES:
        assert_frame_equal(getattr(found, name), getattr(expected, name), check_exact=True)
    assert sc.runs_needed(sc.load("toy"), 0.02, executor=processes) == sc.runs_needed(sc.load("toy"), 0.02)


def test_a_process_that_dies_ends_the_sweep_with_all_that_was_finished(small_parts: None, tmp_path: Path) -> None:
    del small_parts
    with executor_of("processes:1") as pool:
        assert pool is not None

        def kill(done: int, _: int) -> None:
            if done == 5:
                os.kill(pool.submit(os.getpid).result(), signal.SIGKILL)

        with pytest.raises(EngineError, match=r"executor broke .* go on with --resume"):
            swept(executor=pool, out=tmp_path, progress=kill)
    resumed = swept(out=tmp_path, resume=True)
    assert resumed.failed == []
    assert_same_sweep(resumed, swept())


def test_a_script_without_a_guard_is_told_to_have_one(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from concurrent.futures import ProcessPoolExecutor\n"
        "from multiprocessing import get_context\n"
        "import scenarios as sc\n"
        "pool = ProcessPoolExecutor(1, mp_context=get_context('spawn'))\n"
        "sc.simulate(sc.load('toy'), 10, executor=pool)\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120)
    assert "EngineError: The executor broke" in done.stderr
    assert "below `if __name__ == '__main__':`" in done.stderr


class Broken:
    """A pool that broke, and what was done to it."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self._broken = "a process died"
        self._call_queue = self
        self._reader = self

    def close(self) -> None:
        """Closes the end of the pipe that is read."""
        self.done.append("pipe closed")

    def shutdown(self) -> None:
        """Waits for the processes."""
        self.done.append("shut down")


@pytest.mark.parametrize(("closes_itself_from", "done"), [((99,), ["pipe closed", "shut down"]), ((3,), ["shut down"])])
def test_the_pipe_of_a_broken_pool_is_closed_before_waiting_where_python_does_not(
    closes_itself_from: tuple[int, ...], done: list[str], monkeypatch: Any
) -> None:
    monkeypatch.setattr(play, "CLOSES_ITS_PIPE", closes_itself_from)
    pool: Any = Broken()
    play.let_go(pool)
    assert pool.done == done


def test_a_pool_whose_process_dies_while_work_is_sent_to_it_lets_go() -> None:
    # in a process of its own: where a pool does not let go, nothing within its process gets any further
    done = subprocess.run([sys.executable, "-c", DIES], timeout=60, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "let go\n", "")


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_same_bits_though_one_of_its_workers_is_killed(
    small_parts: None, cluster: Any, tmp_path: Path
) -> None:
    del small_parts
    killed = []

    def kill(done: int, _: int) -> None:
        if done >= 10 and not killed:
            killed.append(next(iter(cluster.run(os.getpid).values())))
            os.kill(killed[0], signal.SIGKILL)

    found = swept(executor=cluster.get_executor(), out=tmp_path, progress=kill)
    assert killed
    assert found.failed == []
    assert_same_sweep(found, swept())


@pytest.mark.filterwarnings("ignore")
def test_a_sweep_on_a_cluster_that_is_stopped_goes_on_from_what_was_finished(
    small_parts: None, cluster: Any, tmp_path: Path
) -> None:
    del small_parts

    def stop(done: int, _: int) -> None:
        if done == 10:
            os.kill(os.getpid(), signal.SIGTERM)

    with stoppable(), pytest.raises(KeyboardInterrupt):
        swept(executor=cluster.get_executor(), out=tmp_path, progress=stop)
    assert len(list(tmp_path.rglob("outcomes.parquet/part-*"))) >= 10
    assert_same_sweep(swept(executor=cluster.get_executor(), out=tmp_path, resume=True), swept())


@pytest.mark.filterwarnings("ignore")
def test_a_run_on_a_cluster_is_the_run_at_home(cluster: Any, tmp_path: Path) -> None:
    with executor_of(f"dask:{cluster.scheduler.address}") as pool:
        there = sc.read(sc.run_to_disk(sc.load("toy"), RUNS, executor=pool, out=tmp_path / "there"))
    here = sc.read(sc.run_to_disk(sc.load("toy"), RUNS, out=tmp_path / "here"))
    for name in TABLES:
        assert_frame_equal(getattr(there, name), getattr(here, name), check_exact=True)


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_with_another_rule_book_is_refused(cluster: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(play, "rulebook_hash", lambda: "0123456789ab")
    monkeypatch.setattr(cluster, "run", lambda _: {"tcp://elsewhere": "ba9876543210"})
    with pytest.raises(UserError, match="rule book of tcp://elsewhere is not that of this machine"):
        play.check_workers(cluster, "tcp://here")
    monkeypatch.setattr(cluster, "run", lambda _: {})
    with pytest.raises(UserError, match="has no workers"):
        play.check_workers(cluster, "tcp://here")

    def missing(_: Any) -> None:
        raise ImportError("No module named 'scenarios'")

    monkeypatch.setattr(cluster, "run", missing)
    with pytest.raises(UserError, match="a worker cannot import scenarios"):
        play.check_workers(cluster, "tcp://here")


@pytest.mark.filterwarnings("ignore")
def test_an_address_where_nobody_answers_is_refused(monkeypatch: Any) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(play, "SECONDS_TO_CONNECT", 1)
    for address in ("tcp://127.0.0.1:9", "nowhere at all"):
        with pytest.raises(UserError, match="no cluster answers"), executor_of(f"dask:{address}"):
            pass
    # a client that found nobody closes when it is collected; within the start of a cluster that would wait for ever
    gc.collect()


def test_dask_that_is_not_installed_is_named(monkeypatch: Any) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(UserError, match=r"Install scenarios\[dask\]"), executor_of("dask:tcp://127.0.0.1:9"):
        pass


@pytest.mark.parametrize("words", ["", "cloud", "processes", "processes:none", "processes:0", "dask:", "dask"])
def test_words_that_name_no_executor_are_refused(words: str) -> None:
    with pytest.raises(RequestRefused, match="Allowed: processes:N, dask:ADDRESS"), executor_of(words):
        pass


def test_words_for_processes_open_as_many() -> None:
    with executor_of("processes:1") as pool:
        assert isinstance(pool, ProcessPoolExecutor)
        assert pool.submit(int, "7").result() == 7
    with executor_of(None) as pool:
        assert pool is None
