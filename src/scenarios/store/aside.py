"""How is a folder or a file written whole or not at all? Beside its place, under a hidden name, and renamed at the end.

All that is kept passes through here. The hidden name says which process writes: what a killed one has left behind is
swept up by the next command, and what a living one is writing is left alone.
"""

import errno
import json
import os
import re
import shutil
import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from hashlib import file_digest, sha256
from pathlib import Path
from platform import node
from types import FrameType
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from scenarios.errors import StoreError, Unvouched

if TYPE_CHECKING:
    from pandas import DataFrame

STOPS = (signal.SIGINT, signal.SIGTERM)
HIDDEN = re.compile(r"\.(?P<name>.+)\.(?P<writer>(?P<host>\w{6})-(?P<pid>\d+)-\w{6})\.\w{8}(?P<replaced>\.replaced)?")
FORGOTTEN = 86_400  # seconds after which nobody on another machine is still writing
NO_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.EBADF)  # of a folder, where a file system knows no such thing


def put_file(place: Path, content: bytes | str) -> None:
    """Writes a file, and waits until the disk holds it."""
    rest = memoryview(content.encode() if isinstance(content, str) else content)
    opened = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o666)
    try:
        while rest:
            rest = rest[os.write(opened, rest) :]
        os.fsync(opened)
    finally:
        os.close(opened)


def put_whole(place: Path, content: bytes | str) -> None:
    """Writes a file, whole or not at all."""
    with written_aside(place) as aside:
        put_file(aside, content)


@contextmanager
def written_aside(place: Path) -> Iterator[Path]:
    """A hidden path beside `place`, for a file or folder that takes its place if all goes well and else disappears."""
    aside = hidden(place)
    replaced = aside.with_name(aside.name + ".replaced")
    with told_unwritable(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield aside
            for folder, _, _ in os.walk(aside):
                _sync(Path(folder))
            if place.is_dir():
                place.rename(replaced)
            aside.replace(place)
            _sync(place.parent)
        finally:
            with suppress(OSError):
                if replaced.exists() and not place.exists():
                    replaced.rename(place)
            remove(aside)
            remove(replaced)


@contextmanager
def told_unwritable(place: Path) -> Iterator[None]:
    """Says in words that a place cannot be written."""
    try:
        yield
    except OSError as fault:
        cure = "Make room there, or choose" if fault.errno in (errno.ENOSPC, errno.EDQUOT) else "Choose"
        raise StoreError(
            f"{place}: cannot be written ({fault.strerror or fault}). {cure} another place with --out DIR."
        ) from fault


def hidden(place: Path) -> Path:
    """A name beside a place that nobody takes for a result, and that says which process uses it."""
    return place.with_name(f".{place.name}.{writer(os.getpid())}.{uuid4().hex[:8]}")


def discard(place: Path) -> None:
    """Deletes a file or folder at once: it is out of its place before the first of it goes."""
    with told_unwritable(place), suppress(FileNotFoundError):
        out_of_place = hidden(place)
        place.rename(out_of_place)
        remove(out_of_place)


def remove(place: Path) -> None:
    """Deletes a file or folder if it is there and can be deleted."""
    with suppress(OSError):
        for folder, folders, files in os.walk(place, topdown=False):
            for name in files:
                Path(folder, name).unlink()
            for name in folders:
                Path(folder, name).rmdir()
        place.rmdir() if place.is_dir() else place.unlink()


def _sync(folder: Path) -> None:
    """Waits until the disk holds the names in a folder."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    except OSError as fault:
        if fault.errno not in NO_SYNC:
            raise
    finally:
        os.close(opened)


# -- what killed processes leave behind --------------------------------------------------------------------------------


def writer(pid: int) -> str:
    """A process as hidden names say it: machine, number, and when it began; empty if there is none."""
    try:
        began = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[19]
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("utf-8")
    except OSError:  # no such process; or another system, where one cannot tell
        began, boot = "", ""
        if pid != os.getpid():
            return ""
    return f"{machine()}-{pid}-{_letters(began, boot)}"


def machine() -> str:
    """This machine, or this container, where processes have numbers of their own."""
    with suppress(OSError):
        return _letters(node(), str(Path("/proc/self/ns/pid").readlink()))
    return _letters(node(), str(uuid4()))


def _letters(*words: str) -> str:
    """Six letters that stand for some words."""
    return sha256("\n".join(words).encode()).hexdigest()[:6]


def sweep_up(out: Path | str) -> tuple[int, int]:
    """Deletes what killed processes have left in a folder of results, and puts back what they had moved away.

    Notes
    -----
    A process of another machine may be alive: what it writes is left alone until nothing was added for a day.
    """
    found = [(place, match) for place in _places(Path(out)) if (match := HIDDEN.fullmatch(place.name))]
    n, size = 0, 0
    for place, match in sorted(found, key=lambda each: each[1]["replaced"] is None):
        with suppress(OSError):  # somebody else sweeps too
            files = [place, *place.rglob("*")]
            if not is_left(match, files):
                continue
            if match["replaced"] and not place.with_name(match["name"]).exists():
                place.rename(place.with_name(match["name"]))
                continue
            n, size = n + 1, size + sum(file.stat().st_size for file in files if file.is_file())
            remove(place)
    return n, size


def is_left(match: "re.Match[str]", files: list[Path]) -> bool:
    """Whether the process that a hidden name names is gone."""
    if match["host"] == machine():
        return writer(int(match["pid"])) != match["writer"]
    return max(file.stat().st_mtime for file in files) < time.time() - FORGOTTEN


def _places(out: Path) -> Iterator[Path]:
    """Whatever lies where hidden names may lie: beside answers, in them, and in their folders."""
    for pattern in (".*", "*/.*", "*/*/.*", "*/*/*/.*"):
        yield from out.glob(pattern)


# -- what ends a command -----------------------------------------------------------------------------------------------


@contextmanager
def stoppable() -> Iterator[list[int]]:
    """SIGTERM, which a cluster sends at its time limit, ends what is within as Ctrl-C does; the signals that came."""
    came: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        came.append(number)
        raise KeyboardInterrupt

    is_ours = threading.current_thread() is threading.main_thread()
    if not is_ours or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield came  # somebody else decides
        return
    signal.signal(signal.SIGTERM, stop)
    try:
        yield came
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Puts Ctrl-C and SIGTERM off until something that belongs together has been written."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals reach the main thread only
        return
    came: list[int] = []

    def remember(number: int, _: FrameType | None) -> None:
        came.append(number)

    before = {number: signal.signal(number, remember) for number in STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for first in came[:1]:
        signal.raise_signal(first)


# -- what is asked before long work ------------------------------------------------------------------------------------


def check_writable(out: Path | str) -> None:
    """Refuses a place that cannot be written, before a long run and not after it."""
    probe = hidden(Path(out) / "probe")
    with told_unwritable(Path(out)):
        Path(out).mkdir(parents=True, exist_ok=True)
        try:
            put_file(probe, b"?")
        finally:
            remove(probe)


def check_room(out: Path | str, need: float, said: str) -> None:
    """Refuses what the disk has no room for."""
    free = shutil.disk_usage(out).free
    if need > free:
        raise StoreError(
            f"{out}: {said} need {need / 1e6:,.0f} MB on the disk, and {free / 1e6:,.0f} MB are free. "
            "Ask for fewer, or choose another place with --out DIR."
        )


# -- whether a folder is as it was written; a file that its record does not list is nobody's answer: it is not read ----


FILES, OWN_SUM = "files", "sha256"
CURE = "Ask the same question with --again (again=True), which plays it anew and replaces the folder"
MOST_NAMED = 5
# What a damaged or foreign file raises on its way through json, pyarrow and the constructors (ArrowInvalid and
# JSONDecodeError are ValueErrors).
DAMAGE = (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
READ: deque[Path] = deque(maxlen=1)  # the folder that was read last


def sum_of(file: Path) -> str:
    """The SHA-256 of a file, read block after block."""
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def sums_of(folder: Path, files: Iterable[Path]) -> dict[str, str]:
    """Name within the folder -> SHA-256."""
    return {file.relative_to(folder).as_posix(): sum_of(file) for file in sorted(files)}


def write_record(place: Path, record: Mapping[str, Any], files: Mapping[str, str]) -> None:
    """Writes a record with the checksums of its files and of itself, whole or not at all."""
    text = json.dumps({**record, FILES: dict(files)}, default=jsonable, ensure_ascii=False, allow_nan=False)
    plain = json.loads(text)
    plain.pop(OWN_SUM, None)
    plain[OWN_SUM] = _own_sum(plain)
    put_whole(place, json.dumps(plain, indent=1, ensure_ascii=False) + "\n")


def read_record(place: Path) -> dict[str, Any]:
    """A record that is as it was written."""
    if not place.is_file():  # a pipe would be waited for
        raise StoreError(damaged(place.parent, f"{place.name} is missing"))
    READ.append(place.parent)
    try:
        record = dict(json.loads(place.read_text("utf-8")))
    except DAMAGE as fault:
        raise StoreError(damaged(place.parent, f"{place.name}: {_reason(fault)}")) from fault
    if OWN_SUM not in record and FILES not in record:
        raise Unvouched(place.parent)
    if record.get(OWN_SUM) != _own_sum(record) or FILES not in record:
        raise StoreError(damaged(place.parent, f"{place.name} was changed"))
    return record


def check_files(folder: Path, sums: Mapping[str, str]) -> None:
    """Refuses a folder of which a listed file is missing or was changed."""
    # hashing lets go of Python's lock
    with ThreadPoolExecutor() as pool:
        faults = [fault for fault in pool.map(partial(damage_of, folder), sums, sums.values()) if fault]
    if faults:
        raise StoreError(damaged(folder, in_words(faults)))


def in_words(faults: list[str]) -> str:
    """The first faults, and how many more there are."""
    more = f", and {len(faults) - MOST_NAMED} more" if len(faults) > MOST_NAMED else ""
    return ", ".join(faults[:MOST_NAMED]) + more


def damage_of(folder: Path, name: str, expected: str) -> str:
    """What is wrong with a listed file of a folder; empty if nothing is."""
    if Path(name).is_absolute() or ".." in Path(name).parts:
        return f"{name} lies outside the folder"
    if not (folder / name).is_file():
        return f"{name} is missing"
    try:
        return "" if sum_of(folder / name) == expected else f"{name} was changed"
    except OSError as fault:
        return f"{name} cannot be read ({_reason(fault)})"


def are_listed(place: Path, names: Iterable[str]) -> bool:
    """Whether a record lists all these files."""
    return set(names) <= set(read_record(place)[FILES])


def add_files(place: Path, files: Iterable[Path]) -> None:
    """Enters further files of its folder into a record."""
    with undisturbed():
        record = read_record(place)
        write_record(place, record, record[FILES] | sums_of(place.parent, files))


def damaged(folder: Path, reason: str) -> str:
    """What to say of a folder that is not as it was written."""
    return f"{folder}: damaged result folder ({reason}). {CURE}."


def unreadable(place: Path, fault: Exception) -> StoreError:
    """What to raise for a file that its reader cannot read."""
    return StoreError(damaged(place, _reason(fault)))


@contextmanager
def told_unreadable(place: Path) -> Iterator[None]:
    """Says in words that what is read at a place is not what is kept there."""
    try:
        yield
    except DAMAGE as fault:
        raise unreadable(place, fault) from fault


def table_of_text(file: Path) -> "DataFrame":
    """A table that is kept as CSV."""
    import pandas as pd

    with told_unreadable(file.parent):
        # this engine alone reads every float back to the bit in all versions of pandas
        return pd.read_csv(file, engine="python")


def table_of_parts(place: Path, *files: Path) -> "DataFrame":
    """A table from its Parquet file or from those of its parts, in their order; `place` is named if they are none."""
    import pandas as pd

    with told_unreadable(place):
        return pd.read_parquet(files[0] if len(files) == 1 else list(map(str, files)))  # type: ignore[arg-type]


def _own_sum(record: Mapping[str, Any]) -> str:
    """The SHA-256 of a record without that line, however it is laid out."""
    rest = {name: value for name, value in record.items() if name != OWN_SUM}
    return sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def jsonable(value: Any) -> Any:
    """A numpy number, a date or a path as JSON can hold it."""
    return value.item() if hasattr(value, "item") else str(value)


def _reason(fault: Exception) -> str:
    """The first line of an error."""
    said = f"{fault} is missing" if isinstance(fault, KeyError) else str(fault)
    return said.splitlines()[0] if said else type(fault).__name__
