"""A disk that fails at the k-th touch, or a process that is killed there; and what lies in a folder."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scenarios.store import aside

TOUCHES = ("open", "write", "fsync", "rename", "replace", "mkdir", "unlink", "rmdir")
DEAD = "4194305"  # beyond the largest number of a process


class Killed(BaseException):
    """The end of a process, which nothing catches."""


class Disk:
    """A disk below one folder that counts its touches, and fails or kills at one of them.

    Parameters
    ----------
    below : Path
        What is touched elsewhere is not counted.
    at : int
        The touch that goes wrong; 0 for none.
    fault : int
        The number of the error; 0 kills. A write that goes wrong has written half of what it should.
    """

    def __init__(self, below: Path, at: int, fault: int = 0) -> None:
        self.below, self.at, self.fault = str(below), at, fault
        self.n, self.files = 0, {}

    def touch(self, name: str, honest: Any, place: Any, *rest: Any, **more: Any) -> Any:
        """One touch of the disk."""
        path = self.files.get(place) if isinstance(place, int) else os.fspath(place)
        if path is None or not path.startswith(self.below):
            return honest(place, *rest, **more)
        self.n += 1
        is_dead = not self.fault and self.at and self.n > self.at
        if is_dead or self.n == self.at:
            if name == "write" and not is_dead:
                honest(place, rest[0][: len(rest[0]) // 2])
            raise OSError(self.fault, os.strerror(self.fault), path) if self.fault else Killed
        found = honest(place, *rest, **more)
        if name == "open":
            self.files[found] = path
        return found


@contextmanager
def touched(below: Path, at: int = 0, fault: int = 0) -> Iterator[Disk]:
    """A disk that goes wrong at a touch, for as long as this lasts; its process is a dead one afterwards."""
    disk = Disk(below, at, fault)
    with pytest.MonkeyPatch.context() as patch:
        for name in TOUCHES:
            honest = getattr(os, name)
            patch.setattr(os, name, lambda *given, _n=name, _h=honest, **more: disk.touch(_n, _h, *given, **more))
        patch.setattr(aside, "writer", lambda _: f"{aside.machine()}-{DEAD}-000000")
        yield disk


def content(below: Path) -> dict[str, bytes | dict[str, Any]]:
    """Every file below a folder, hidden ones too; a record without what the clock says."""
    files = sorted(file for file in below.rglob("*") if file.is_file())
    return {str(file.relative_to(below)): timeless(file) for file in files}


def timeless(file: Path) -> bytes | dict[str, Any]:
    """What a file says, whenever it was written."""
    if file.suffix != ".json":
        return file.read_bytes()
    record = json.loads(file.read_text("utf-8"))
    files = {name: size for name, size in record.get("files", {}).items() if not name.endswith(".json")}
    return {name: value for name, value in record.items() if name not in CLOCK} | {"files": files}


CLOCK = ("date", "duration_s", "sha256", "files")
