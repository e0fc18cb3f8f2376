"""Is the installation sound? Versions, threads, cache, and both engines on the toy scenario."""

import os
import time
from typing import TYPE_CHECKING

from scenarios.cli.boundary import command, put
from scenarios.cli.options import Engine, FormatOption
from scenarios.errors import EngineError
from scenarios.report.formats import Format, rows_text

if TYPE_CHECKING:
    from scenarios.results import Results

TOY = "toy"
TOY_RUNS = 8


@command
def doctor(form: FormatOption = Format.TABLE) -> None:
    """Checks the installation.

    Says what is installed, and whether both engines give the same tables to the bit.
    """
    from scenarios.engine.compiler import rulebook_hash
    from scenarios.store.manifest import versions

    rows = [{"what": name.removeprefix("version_"), "found": found} for name, found in versions().items()]
    rows += [
        {"what": "threads", "found": str(os.cpu_count() or 1)},
        {"what": "rule book", "found": rulebook_hash()},
        {"what": "compile cache", "found": cache_in_words()},
    ]
    began = time.perf_counter()
    differing = differing_tables()
    seconds = time.perf_counter() - began
    verdict = "both engines agree to the bit" if not differing else f"engines differ in {', '.join(differing)}"
    rows.append({"what": "self-test", "found": f"{verdict} ({TOY_RUNS} runs of {TOY}, {seconds:.1f} s)"})
    put(rows_text(rows, form))
    if differing:
        raise EngineError(f"{verdict}. The results of this installation cannot be trusted; please report it.")


def cache_in_words() -> str:
    """Where the machine code lies and whether it is there; why nowhere, and what to do."""
    from scenarios.engine.cache import CURE
    from scenarios.engine.compiler import cache, is_compiled

    folder, fault = cache()
    if folder is None:
        return f"none: {fault}. {CURE}"
    return f"{folder} (private, {'compiled' if is_compiled() else 'not compiled yet'})"


def differing_tables() -> list[str]:
    """The tables in which the two engines differ on the toy scenario; none if all is well."""
    from scenarios.runs.play import simulate
    from scenarios.scenario.load import load
    from scenarios.store.parts import TABLES

    toy = load(TOY)
    fast, readable = (simulate(toy, replications=TOY_RUNS, rng=1, engine=engine.value) for engine in Engine)
    return [name for name in TABLES if not _is_same(fast, readable, name)]


def _is_same(first: "Results", second: "Results", table: str) -> bool:
    """Whether a table is the same to the bit."""
    return bool(getattr(first, table).equals(getattr(second, table)))
