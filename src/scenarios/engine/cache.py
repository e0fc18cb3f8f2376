"""Where may machine code lie? In a folder that nobody but this user can write, or nowhere.

The index of a compile cache is a pickle: whoever can write it decides what runs when it is read.
"""

import functools
import os
import stat
import sys
from multiprocessing import parent_process
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

VARIABLE = "SCENARIOS_CACHE"
CURE = f"Set {VARIABLE} to a folder of your own that nobody else can write."
WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH
OWN = 0o700
ROOM = 4_000_000  # bytes


class Cache(NamedTuple):
    """The folder of the machine code; None and the reason if there is no safe one."""

    folder: Path | None
    fault: str


class UnsafePlaceError(Exception):
    """A place where somebody else could put code for us."""


def private_cache(name: str) -> Cache:
    """A cache of this name, made if need be; only this user can write it.

    Parameters
    ----------
    name : str
        Changes with whatever the machine code hangs on.
    """
    place = VARIABLE
    try:
        root = cache_root()
        folder = root / "scenarios" / name
        place = str(folder)
        make_own(folder)
        check_way(root.resolve())
        for each in (folder.parent, folder):
            check_own(each)
        if _mode_of(folder) & ~OWN:
            # others could have reached what lies in it; into a folder of mode 0700 nobody gets
            for each in folder.rglob("*"):
                check_own(each)
        check_cache_room(folder)
        return Cache(folder, "")
    except OSError as fault:
        return Cache(None, f"{place}: cannot be written ({fault.strerror or fault})")
    except (UnsafePlaceError, RuntimeError) as fault:
        return Cache(None, str(fault))


def cache_root() -> Path:
    """The folder of all caches of this user."""
    asked = os.environ.get(VARIABLE) or os.environ.get("XDG_CACHE_HOME")
    if asked:
        return Path(asked).absolute()
    try:
        return Path.home() / ".cache"
    except RuntimeError as fault:
        raise RuntimeError("this user has no home folder") from fault


def make_own(folder: Path) -> None:
    """Makes a folder and what is missing above it, for this user alone."""
    missing = [place for place in (folder, *folder.parents) if not os.path.lexists(place)]
    for place in reversed(missing):
        # another process may be making it too; whoever did, it is checked below
        place.mkdir(OWN, exist_ok=True)


def check_way(root: Path) -> None:
    """Refuses a way on which somebody else may swap a folder for another."""
    if not has_owners():
        return
    if root.stat().st_uid not in (0, os.geteuid()):
        raise UnsafePlaceError(f"{root}: belongs to another user")
    for place in (root, *root.parents):
        mode = place.stat().st_mode
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            raise UnsafePlaceError(f"{place}: everybody can write it")


def check_own(place: Path) -> None:
    """Refuses a place that is a link, another user's, or writable by others."""
    status = os.lstat(place)
    if stat.S_ISLNK(status.st_mode):
        raise UnsafePlaceError(f"{place}: a link, not a place of its own")
    if not has_owners():
        return
    if status.st_uid != os.geteuid():
        raise UnsafePlaceError(f"{place}: belongs to another user")
    if status.st_mode & WRITABLE_BY_OTHERS:
        raise UnsafePlaceError(
            f"{place}: others can write it (chmod go-w takes that away, delete it if it may have been used)"
        )


def check_cache_room(folder: Path) -> None:
    """Tries to write as much as machine code may take, unless some is there."""
    with TemporaryFile(dir=folder, buffering=0) as probe:
        if not any(folder.rglob("*.nbc")):
            probe.write(bytes(ROOM))


def _mode_of(place: Path) -> int:
    """Who may do what with a place; of no meaning on Windows."""
    return stat.S_IMODE(place.stat().st_mode) if has_owners() else OWN


def has_owners() -> bool:
    """Whether files of this system have owners and modes; on Windows a home is private by other means."""
    return hasattr(os, "geteuid")


@functools.cache
def tell_fault(fault: str) -> None:
    """Says once that there is no cache; the processes that work for this one say nothing."""
    if parent_process() is None:
        print(f"No compile cache: {fault}. Every process compiles the rule book anew. {CURE}", file=sys.stderr)
