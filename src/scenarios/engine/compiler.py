"""How do plain rules become machine code? The very source of all that the loop calls, compiled once and cached.

The cache lies in a folder named by a hash of every source that decides results and of the versions that compile it:
numba's own cache would go on with the old machine code after a rule in another file has changed. Nobody but this user
can write there, or nothing is kept: whoever can write machine code decides what runs when it is called.
"""

import functools
import os
import re
import stat
import sys
from collections.abc import Callable
from hashlib import sha256
from importlib import metadata
from multiprocessing import parent_process
from pathlib import Path
from tempfile import TemporaryFile
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from scenarios.engine.native import Code, Loop, lend_division
from scenarios.rulebook import layout
from scenarios.rulebook.rule import LARGE

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
    """A cache of this name, made if need be; only this user can write it."""
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


# -- compilation -------------------------------------------------------------------------------------------------------


PACKAGE = Path(__file__).parents[1]
# no reference counting: rules allocate nothing, and its atomic operations would take half of the time
STRICT: dict[str, Any] = {"error_model": "numpy", "fastmath": False, "_nrt": False}
LOOP = "engine/batch.py"
TABLES = ("results.py", "recorded.py")  # not played, but a table is made by them
TOLD = {"report", "shown", "legible"}  # what is drawn or written of numbers decides none
IMPORTED = re.compile(r"^[ \t]*from scenarios\.?([\w.]*) import (\([^)]*\)|[^\n]*)", re.MULTILINE)


def playing(package: Path) -> set[str]:
    """The files of the package that the loop over runs imports, directly or not, the loop among them.

    Examples
    --------
    >>> {"draws.py", "engine/steps.py", "rulebook/notice.py"} <= playing(PACKAGE)
    True
    """
    found, waiting = set(), [LOOP]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        for module, names in IMPORTED.findall((package / name).read_text("utf-8")):
            folder = module.replace(".", "/")
            if folder.split("/")[0] in TOLD:
                continue
            inner = [f"{folder}/{word}.py".lstrip("/") for word in re.findall(r"\w+", names)]
            waiting += [file for file in (f"{folder}.py", *inner) if (package / file).is_file()]
    return found


def is_checked() -> bool:
    """Whether the user asked that no row is left (SCENARIOS_CHECKED=1): slower, an error instead of a crash."""
    return os.environ.get("SCENARIOS_CHECKED", "0") not in ("", "0")


@functools.cache
def rulebook_hash() -> str:
    """Twelve hexadecimal digits that change with any source that decides results, whatever the machine.

    Examples
    --------
    >>> len(rulebook_hash())
    12
    """
    digest = sha256()
    for name in sorted({*playing(PACKAGE), *TABLES}):
        digest.update(name.encode() + (PACKAGE / name).read_bytes())
    return digest.hexdigest()[:12]


def cache() -> Cache:
    """Where the machine code of this rule book lies on this machine; SCENARIOS_CACHE moves it."""
    version = f"numba{metadata.version('numba')}-py{sys.version_info.major}{sys.version_info.minor}"
    version += "-checked" if is_checked() else ""
    return private_cache(f"{rulebook_hash()}-{version}")


if is_checked():
    # optimised in full, the checks of many rows end in divisions of 128 bits, for which no library is at hand
    os.environ.setdefault("NUMBA_OPT", "1")


def is_compiled() -> bool:
    """Whether the machine code of this rule book is in the cache, so that the first run need not wait."""
    folder = cache().folder
    return folder is not None and any(folder.rglob("*.nbc"))


def is_interpreted() -> bool:
    """Whether the user asked for plain Python (NUMBA_DISABLE_JIT=1)."""
    return os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")


def compiled(entry: Callable[..., Any]) -> Callable[..., Any]:
    """An entry function as machine code, with every rule that it calls; as it stands if the user wants plain Python."""
    if is_interpreted():
        return entry
    folder, fault = cache()
    if folder is None:
        tell_fault(fault)
    return Loop(entry, folder, functools.partial(compiled_for, entry, folder))


def as_written(value: Any) -> Any:
    """A function as it was written, whatever is wrapped around it for plain Python."""
    return getattr(value, "__wrapped__", value)


def called_by(function: FunctionType) -> list[FunctionType]:
    """The rules that a function calls: by their own names, or by the modules in which they lie."""
    used, names = function.__code__.co_names, function.__globals__
    values = [names[name] for name in used if name in names]
    modules = [value for value in values if isinstance(value, ModuleType) and value.__name__.startswith("scenarios.")]
    values += [vars(module)[name] for module in modules for name in used if name in vars(module)]
    return [as_written(value) for value in values if isinstance(as_written(value), FunctionType)]


def rules_of(entry: Callable[..., Any]) -> list[FunctionType]:
    """The rules that an entry function calls, directly or not."""
    found: list[Any] = [entry]
    for function in found:  # which grows
        found += [rule for rule in dict.fromkeys(called_by(function)) if rule not in found]
    return found[1:]


def copied(function: Any, modules: dict[int, ModuleType]) -> FunctionType:
    """A function as the compiler can read it, in a copy of its module, where machine code will stand for the rules."""
    from scenarios.engine.replacing import spelled

    names = function.__globals__
    if id(names) not in modules:
        modules[id(names)] = ModuleType(names["__name__"])
        vars(modules[id(names)]).update(names)
    space = vars(modules[id(names)])
    code, called = spelled(function)
    space |= called
    copy = FunctionType(code, space, function.__name__, function.__defaults__, function.__closure__)
    copy.__module__, copy.__qualname__ = function.__module__, function.__qualname__
    return copy


def compiled_for(entry: Callable[..., Any], folder: Path | None, given: tuple[Any, ...]) -> Code | Callable[..., Any]:
    """The machine code of an entry function for arguments like these; where numba has moved, what numba makes of it."""
    import numba

    inside = inside_of_numba()
    of_rule, of_loop = ({}, {}) if inside is None else ({"pipeline_class": p} for p in inside.PIPELINES)
    options = STRICT | {"boundscheck": is_checked()}
    modules: dict[int, ModuleType] = {}
    machine: dict[int, Any] = {}
    for function in rules_of(entry):
        rule = numba.njit(forceinline=function not in LARGE, **of_rule, **options)(copied(function, modules))
        machine[id(function)] = rule if inside is None else inside.for_any_value(rule)
    if inside is not None and not is_checked():
        machine |= {id(getattr(layout, name)): getattr(inside, name) for name in ("peek", "poke", "within")}
    if inside is None and folder is not None:
        numba.config.CACHE_DIR, of_loop = str(folder), {"cache": True}
    loop = numba.njit(nogil=True, **of_loop, **options)(copied(entry, modules))
    for space in map(vars, list(modules.values())):
        for name, value in list(space.items()):
            is_module = isinstance(value, ModuleType)
            space[name] = (
                modules.get(id(vars(value)), value) if is_module else machine.get(id(as_written(value)), value)
            )
    return loop if inside is None else inside.code_of(loop, given)


@functools.cache
def inside_of_numba() -> Any:
    """`linking`, which stands on private parts of numba; None, and a word about it, if they are no longer there."""
    try:
        from scenarios.engine import linking

        linking.tried(STRICT)
    except Exception as error:  # whatever has moved
        print(f"scenarios: numba has moved ({error}); compiling plainly takes minutes, once.", file=sys.stderr)
        lend_division()
        return None
    return linking
