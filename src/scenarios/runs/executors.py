"""Where are runs played? In threads here, in processes here, or on a Dask cluster there: the bits are the same."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any, TypeVar

from scenarios.engine.compiler import rulebook_hash
from scenarios.errors import EngineError, RequestRefused, UserError

ALLOWED = "Allowed: processes:N, dask:ADDRESS (for instance dask:tcp://10.0.0.1:8786)."
SECONDS_TO_CONNECT = 10
CLOSES_ITS_PIPE = (3, 11, 5)  # the first Python whose broken pool does
Found = TypeVar("Found")


def broken(fault: BrokenExecutor) -> EngineError:
    """What a broken executor is to the user: a worker was killed, or a script without a guard started itself anew."""
    return EngineError(
        f"The executor broke ({fault}). If a script of yours starts its processes, let it do so below "
        "`if __name__ == '__main__':`."
    )


class DaskExecutor(Executor):
    """Work on a Dask cluster; Dask's own executor takes a result for an error if its worker dies just then."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def submit(self, work: Callable[..., Found], /, *args: Any, **kwargs: Any) -> "Future[Found]":
        """Sends work to the cluster."""
        task = self.client.submit(work, *args, pure=False, **kwargs)
        promise: Future[Found] = Future()

        def keep(done: Any) -> None:
            if not promise.set_running_or_notify_cancel():
                return
            try:
                promise.set_result(done.result())
            except BaseException as fault:  # whoever asked must hear of it
                promise.set_exception(fault)

        def take_back(kept: "Future[Found]") -> None:
            if kept.cancelled():
                task.cancel()

        promise.add_done_callback(take_back)
        task.add_done_callback(keep)
        return promise


def steadied(executor: Executor) -> Executor:
    """The caller's executor; that of Dask with ours in its place."""
    is_of_dask = type(executor).__module__.startswith("distributed.")
    return DaskExecutor(getattr(executor, "_client")) if is_of_dask else executor  # noqa: B009


@contextmanager
def executor_of(words: str | None) -> Iterator[Executor | None]:
    """What ``processes:N`` or ``dask:ADDRESS`` names, open while it is used; None for threads of our own."""
    place = f"--executor {words}"
    kind, _, rest = (words or "").partition(":")
    if words is None:
        yield None
    elif kind == "processes" and rest.isdecimal() and 1 <= int(rest) <= 1024:
        # spawned, not forked: threads of numba and of pyarrow do not survive a fork
        pool = ProcessPoolExecutor(int(rest), mp_context=get_context("spawn"), initializer=serve)
        try:
            yield pool
        finally:
            let_go(pool)
    elif kind == "dask" and rest:
        with dask_client(rest) as client:
            yield DaskExecutor(client)
    else:
        raise RequestRefused(f"{place}: unknown. {ALLOWED}")


def serve() -> None:
    """A process of ours leaves Ctrl-C to the one that started it, and ends when that one is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(parent_process(),), daemon=True).start()


def _end_with(parent: Any) -> None:
    """Waits for the end of the process that started this one."""
    parent.join()
    os._exit(1)


def let_go(pool: ProcessPoolExecutor) -> None:
    """Closes a pool of processes, also one that broke."""
    # Before Python 3.11.5 a pool whose process died while work was being sent to it waits for ever: nobody reads the
    # pipe, and nobody closes it (CPython issue 94777). Later Pythons close it, and must not find it closed.
    queue = getattr(pool, "_call_queue", None)
    if sys.version_info < CLOSES_ITS_PIPE and getattr(pool, "_broken", False) and queue is not None:
        getattr(queue, "_reader").close()  # noqa: B009
    pool.shutdown()


@contextmanager
def dask_client(address: str) -> Iterator[Any]:
    """A connection to a Dask cluster whose workers read the same rule book as we do."""
    try:
        import distributed
    except ImportError as fault:
        raise UserError("--executor dask: distributed is not installed. Install scenarios[dask].") from fault
    try:
        client = distributed.Client(address, timeout=SECONDS_TO_CONNECT)
    except (OSError, ValueError) as fault:
        reason = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
        raise UserError(f"dask:{address}: no cluster answers ({reason}). Start one: dask scheduler.") from fault
    with client:
        check_workers(client, address)
        yield client


def check_workers(client: Any, address: str) -> None:
    """Refuses a cluster without workers, or with workers that would give other results."""
    try:
        found = client.run(rulebook_hash)
    except ImportError as fault:
        raise UserError(f"dask:{address}: a worker cannot import scenarios ({fault}). Install it there.") from fault
    if not found:
        raise UserError(f"dask:{address}: the cluster has no workers. Start one: dask worker {address}.")
    others = sorted(worker for worker, hashed in found.items() if hashed != rulebook_hash())
    if others:
        raise UserError(
            f"dask:{address}: the rule book of {', '.join(others)} is not that of this machine ({rulebook_hash()}). "
            "Install the same version of scenarios there."
        )
