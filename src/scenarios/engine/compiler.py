"""How do plain rules become machine code? The very source of the register, compiled once and cached.

The cache lies in a folder named by a hash of every source that decides results and of the versions that compile it:
numba's own cache would go on with the old machine code after a rule in another file has changed.
"""

import functools
import os
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from scenarios.engine.cache import Cache, private_cache, tell
from scenarios.rulebook import rows
from scenarios.rulebook.rule import CALLED, REGISTER

PACKAGE = Path(__file__).parents[1]
PLAYING = ("batch*", "desk", "notes", "numbers", "records", "sheets", "linking")


@functools.cache
def rulebook_hash() -> str:
    """Twelve hexadecimal digits that change with any source that decides results, whatever the machine.

    Examples
    --------
    >>> len(rulebook_hash())
    12
    """
    digest = sha256()
    engine = [f"engine/{name}.py" for name in PLAYING]
    rest = ["scenario/priors.py", "scenario/arrays.py", "results.py", "draws.py", "outcomes.py", "vocabulary.py"]
    for pattern in ["rulebook/*.py", *engine, *rest]:
        for file in sorted(PACKAGE.glob(pattern)):
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def cache() -> Cache:
    """Where the machine code of this rule book lies on this machine; SCENARIOS_CACHE moves it."""
    import numba

    version = f"numba{numba.__version__}-py{sys.version_info.major}{sys.version_info.minor}"
    return private_cache(f"{rulebook_hash()}-{version}")


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
    from numba.core import config

    from scenarios.engine import linking
    from scenarios.engine.linking import LoopCompiler, RuleCompiler

    folder, fault = cache()
    if folder is None:
        tell(fault)
    else:
        config.CACHE_DIR = str(folder)
    # no reference counting: rules allocate nothing, and its atomic operations would take half of the time
    strict: dict[str, Any] = {"error_model": "numpy", "fastmath": False, "_nrt": False}
    spaces: dict[int, dict[str, Any]] = {}
    machine: dict[int, Any] = {}

    def renamed(function: Any) -> FunctionType:
        space = spaces.setdefault(id(function.__globals__), dict(function.__globals__))
        copy = FunctionType(function.__code__, space, function.__name__, function.__defaults__, function.__closure__)
        copy.__module__, copy.__qualname__ = function.__module__, function.__qualname__
        return copy

    for function in REGISTER:
        machine[id(function)] = numba.njit(forceinline=function not in CALLED, pipeline_class=RuleCompiler, **strict)(
            renamed(function)
        )
    machine |= {id(rows.peek): linking.peek, id(rows.poke): linking.poke}
    loops = [
        numba.njit(nogil=True, cache=folder is not None, pipeline_class=LoopCompiler, **strict)(renamed(entry))
        for entry in entries
    ]
    for space in spaces.values():
        for name, value in list(space.items()):
            if isinstance(value, ModuleType):
                continue
            space[name] = machine.get(id(value), value)
    return loops
