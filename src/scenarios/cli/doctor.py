"""Is the installation sound? What is installed, where machine code and results go, whether both engines agree."""

import os
import platform
import shutil
import sys
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from typing import TYPE_CHECKING, NamedTuple

import typer

from scenarios.cli.boundary import FAULT_INSIDE, command, put_made
from scenarios.cli.options import Engine, FormatOption, OutOption
from scenarios.cli.work import memory_size, room
from scenarios.report.answer import Format, rows_text

if TYPE_CHECKING:
    from packaging.requirements import Requirement

PACKAGE = "scenarios"
TOY, TOY_RUNS = "toy", 8
MAIN_JOB = 2 * 10_000  # runs of `scenarios run` and its control
EXTRAS = ("analysis", "dask", "xlsx")
FEW_CORES = 2


class Finding(NamedTuple):
    """What was looked at, what was found, and what to do about it.

    What may be done without need begins with "If".
    """

    what: str
    found: str
    to_do: str = ""

    @property
    def is_ill(self) -> bool:
        """Whether something needs doing."""
        return self.to_do != "" and not self.to_do.startswith("If ")


@command
def doctor(out: OutOption = Path("results"), form: FormatOption = Format.TABLE) -> None:
    """Checks the installation, and says what to do.

    Versions and extras, cores, the cache of machine code, the folder of results and the room for them, the screen, and
    whether both engines give the same tables to the bit. Exits with 1 if something needs doing; what begins with "If"
    need not be done.
    """
    findings = [*installed(), *surroundings(), *code(), *_places(out), self_test()]
    put_made(rows_text([finding._asdict() for finding in findings], form))
    if any(finding.is_ill for finding in findings):
        raise typer.Exit(FAULT_INSIDE)


def installed() -> Iterator[Finding]:
    """Python and every library that is declared, held against the versions that are."""
    from packaging.requirements import Requirement

    python = platform.python_version()
    try:
        needed, bounds = map(Requirement, requires(PACKAGE) or []), metadata(PACKAGE)["Requires-Python"] or ""
    except PackageNotFoundError:
        yield Finding(PACKAGE, "runs from its source", "Install it, so that versions can be checked: pip install .")
        return
    yield Finding(PACKAGE, version(PACKAGE))
    good = Requirement(f"python{bounds}").specifier.contains(python, prereleases=True)
    yield Finding("python", python, "" if good else f"Install Python {bounds}, and this package in it.")
    for need in needed:
        extra = next((name for name in EXTRAS if need.marker and need.marker.evaluate({"extra": name})), "")
        if extra or need.marker is None or need.marker.evaluate({"extra": ""}):
            yield _library(need, extra)


def _library(need: "Requirement", extra: str) -> Finding:
    """A library that is declared, for all or for an extra."""
    what = f"{need.name} ({extra})" if extra else need.name
    cure = f"pip install '{need.name}{need.specifier}'"
    try:
        found = version(need.name)
    except PackageNotFoundError:
        wanted = f"If you want it: pip install '{PACKAGE}[{extra}]'" if extra else f"It is needed: {cure}"
        return Finding(what, "not installed", wanted)
    is_good = need.specifier.contains(found, prereleases=True)
    return Finding(what, found, "" if is_good else f"Outside {need.specifier}: {cure}")


def surroundings() -> Iterator[Finding]:
    """How many runs are played side by side, and whether the screen knows all letters."""
    of_machine, ours = os.cpu_count() or 1, cores()
    found = f"{ours}" if ours == of_machine else f"{ours} of the machine's {of_machine}"
    few = f"If you wait: a time said on one core is halved at best by {FEW_CORES}; ask for fewer --runs."
    yield Finding("cores", found, few if ours <= FEW_CORES else "")
    encoding = sys.stdout.encoding or "none"
    is_whole = encoding.lower().replace("-", "") == "utf8"
    yield Finding("letters on the screen", encoding, "" if is_whole else "± and names print as ?: set PYTHONUTF8=1.")
    yield Finding("today, for `new`", time.strftime("%Y-%m-%d (%Z)"))


def cores() -> int:
    """Cores that this process may use; a container may have fewer than its machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def code() -> Iterator[Finding]:
    """Whether rules are played as machine code, and whether that is kept."""
    from scenarios.engine.compiler import CURE, VARIABLE, cache, is_compiled, is_interpreted, rulebook_hash

    yield Finding("rule book", rulebook_hash())
    slow = "If you want speed: unset NUMBA_DISABLE_JIT; plain Python is hundreds of times slower."
    yield Finding("played as", *(("plain Python", slow) if is_interpreted() else ("machine code",)))
    folder, fault = cache()
    if folder is None:
        yield Finding("compile cache", f"none: {fault}", f"Every process compiles anew, for a minute. {CURE}")
        return
    unready = f"If you like: the first command compiles, once. {VARIABLE} moves the folder."
    words = f"{folder} (private, {'compiled' if is_compiled() else 'not compiled yet'})"
    yield Finding("compile cache", words, "" if is_compiled() or is_interpreted() else unready)


def _places(out: Path) -> Iterator[Finding]:
    """Whether results can be written, and how many runs there is room for."""
    place = next((each for each in (out.absolute(), *out.absolute().parents) if each.exists()), Path("/"))
    try:
        with TemporaryFile(dir=place):
            yield Finding("folder of results", f"{out}: can be written")
    except OSError as fault:
        yield Finding("folder of results", f"{out}: {fault.strerror or fault}", "Choose a place with --out DIR.")
    free = shutil.disk_usage(place).free
    scarce = f"A run with its control takes {memory_size(room(MAIN_JOB))}. Make room, or choose a place with --out DIR."
    yield Finding("free on that disk", memory_size(free), "" if free > room(MAIN_JOB) else scarce)
    import matplotlib

    if (lists := Path(matplotlib.get_cachedir())).is_relative_to(gettempdir()):
        yield Finding("list of fonts", f"{lists}: is lost", "If drawing begins slowly: set MPLCONFIGDIR to a folder.")


def self_test() -> Finding:
    """Whether both engines give the same tables to the bit."""
    began = time.perf_counter()
    differing = differing_tables()
    found = f"engines differ in {', '.join(differing)}" if differing else "both engines agree to the bit"
    cure = "The results of this installation cannot be trusted. Please report it." if differing else ""
    return Finding("self-test", f"{found} ({TOY_RUNS} runs of {TOY}, {time.perf_counter() - began:.1f} s)", cure)


def differing_tables() -> list[str]:
    """The tables in which the two engines differ on the toy scenario; none if all is well."""
    from scenarios.runs.play import simulate
    from scenarios.scenario.load import load
    from scenarios.store.parts import TABLES

    toy = load(TOY)
    fast, readable = (simulate(toy, replications=TOY_RUNS, rng=1, engine=engine.value) for engine in Engine)
    return [name for name in TABLES if not getattr(fast, name).equals(getattr(readable, name))]
