"""How do plain rules become machine code? The very source of the register, compiled once and cached.

The cache lies in a folder named by a hash of every source that decides results and of the versions that compile it:
numba's own cache would go on with the old machine code after a rule in another file has changed.
"""

import functools
import os
import re
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from scenarios.engine.cache import Cache, private_cache, tell_fault
from scenarios.rulebook import layout
from scenarios.rulebook.rule import CALLED, REGISTER

PACKAGE = Path(__file__).parents[1]
# no reference counting: rules allocate nothing, and its atomic operations would take half of the time
STRICT: dict[str, Any] = {"error_model": "numpy", "fastmath": False, "_nrt": False}
LOOP = "engine/batch.py"
TABLES = ("results.py", "recorded.py")  # not played, but a table is made by them
IMPORTED = re.compile(r"^[ \t]*from scenarios\.?([\w.]*) import (\([^)]*\)|[^\n]*)", re.MULTILINE)


def playing(package: Path) -> set[str]:
    """The files of the package that the loop over runs imports, directly or not, the loop among them.

    Examples
    --------
    >>> {"draws.py", "engine/steps.py", "rulebook/turns.py"} <= playing(PACKAGE)
    True
    """
    found, waiting = set(), [LOOP]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        for module, names in IMPORTED.findall((package / name).read_text("utf-8")):
            folder = "/".join(filter(None, module.split(".")))
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
    import numba

    version = f"numba{numba.__version__}-py{sys.version_info.major}{sys.version_info.minor}"
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


def compiled(entries: list[Callable[..., Any]]) -> list[Callable[..., Any]]:
    """Compiles the entry functions with every rule they call.

    Parameters
    ----------
    entries : list of functions
        Loops over runs; they release Python's lock.

    Returns
    -------
    list of functions
        The same functions as machine code; as they were if NUMBA_DISABLE_JIT is set.
    """
    if is_interpreted():
        return entries
    import numba

    from scenarios.engine.replacing import spelled

    keeps, inside = keeps_code(), inside_of_numba()
    of_rule, of_loop = ({}, {}) if inside is None else ({"pipeline_class": p} for p in inside.PIPELINES)
    options = STRICT | {"boundscheck": is_checked()}
    spaces: dict[int, dict[str, Any]] = {}
    machine: dict[int, Any] = {}

    def renamed(function: Any) -> FunctionType:
        space = spaces.setdefault(id(function.__globals__), dict(function.__globals__))
        code, called = spelled(function)
        space |= called
        copy = FunctionType(code, space, function.__name__, function.__defaults__, function.__closure__)
        copy.__module__, copy.__qualname__ = function.__module__, function.__qualname__
        return copy

    for function in REGISTER:
        rule = numba.njit(forceinline=function not in CALLED, **of_rule, **options)(renamed(function))
        machine[id(function)] = rule if inside is None else inside.for_any_value(rule)
    if inside is not None and not is_checked():
        machine |= {id(getattr(layout, name)): getattr(inside, name) for name in ("peek", "poke", "within")}
    loops = [numba.njit(nogil=True, cache=keeps, **of_loop, **options)(renamed(entry)) for entry in entries]
    for space in spaces.values():
        for name, value in list(space.items()):
            if not isinstance(value, ModuleType):
                space[name] = machine.get(id(getattr(value, "__wrapped__", value)), value)
    return loops


def keeps_code() -> bool:
    """Whether machine code is kept; says why if it is not."""
    from numba.core import config

    folder, fault = cache()
    if folder is None:
        tell_fault(fault)
        return False
    config.CACHE_DIR = str(folder)
    return True


@functools.cache
def inside_of_numba() -> Any:
    """`linking`, which stands on private parts of numba; None, and a word about it, if they are no longer there."""
    try:
        from scenarios.engine import linking

        linking.tried(STRICT)
    except Exception as error:  # whatever has moved
        print(f"scenarios: numba has moved ({error}); compiling plainly takes minutes, once.", file=sys.stderr)
        return None
    return linking
