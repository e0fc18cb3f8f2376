"""How is a folder written whole or not at all? Beside its place, under a hidden name, and renamed when complete."""

import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from uuid import uuid4

from scenarios.errors import StoreError


@contextmanager
def written_aside(place: Path) -> Iterator[Path]:
    """A hidden path beside `place`, for a file or folder that takes its place if all goes well and else disappears."""
    aside = place.with_name(f".{place.name}.{uuid4().hex[:8]}")
    replaced = aside.with_name(aside.name + ".replaced")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        yield aside
        if place.exists():
            place.rename(replaced)
        aside.rename(place)
    except OSError as fault:
        raise StoreError(unwritable(place, fault)) from fault
    finally:
        if replaced.exists() and not place.exists():
            replaced.rename(place)
        _remove(aside)
        _remove(replaced)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Puts Ctrl-C off until something that belongs together has been written."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Ctrl-C reaches the main thread only
        return
    came: list[int] = []

    def remember(number: int, _: FrameType | None) -> None:
        came.append(number)

    before = signal.signal(signal.SIGINT, remember)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt


def check_writable(out: Path | str) -> None:
    """Refuses a place that cannot be written, before a long run and not after it.

    Raises
    ------
    StoreError
        If no file can be written there.
    """
    probe = Path(out) / f".{uuid4().hex[:8]}"
    try:
        Path(out).mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as fault:
        raise StoreError(unwritable(Path(out), fault)) from fault


def check_room(out: Path | str, need: float, said: str) -> None:
    """Refuses what the disk has no room for.

    Parameters
    ----------
    need : float
        Bytes that will be written.
    said : str
        What that is, in words.
    """
    free = shutil.disk_usage(out).free
    if need > free:
        raise StoreError(
            f"{out}: {said} need {need / 1e9:,.1f} GB on the disk, and {free / 1e9:,.1f} GB are free. "
            "Ask for fewer, or choose another place with --out DIR."
        )


def unwritable(place: Path, fault: OSError) -> str:
    """What to say of a place that cannot be written."""
    return f"{place}: cannot be written ({fault.strerror or fault}). Choose another place with --out DIR."


def _remove(place: Path) -> None:
    """Deletes a file or folder if it is there and can be deleted."""
    if place.is_dir():
        shutil.rmtree(place, ignore_errors=True)
    else:
        with suppress(OSError):
            place.unlink()
