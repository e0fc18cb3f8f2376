"""How does a file become a scenario? Found, read, merged with its base and its library patrons, checked, frozen."""

import tomllib
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path as File
from typing import Any

from scenarios.errors import ScenarioError, UnknownName, known_names
from scenarios.scenario.build import as_scenario
from scenarios.scenario.check import faults_of
from scenarios.scenario.gone import with_names_now
from scenarios.scenario.interventions import refused
from scenarios.scenario.scenario import Scenario
from scenarios.scenario.series import read_series

LIBRARY = File(__file__).parent / "library"
WHOLE = {"value", "at", "file"}  # a table with one of these is replaced as a whole
DEEPEST = 8  # files that build on one another
Table = dict[str, Any]


def library() -> list[str]:
    """Names of the library scenarios.

    Examples
    --------
    >>> "toy" in library()
    True
    """
    return sorted(file.stem for file in LIBRARY.glob("*.toml") if file.stem != "sources")


def locate(name: str, beside: File | None = None) -> File:
    """The file of a library name or path; `beside` is the folder of the file that asks.

    Raises
    ------
    UnknownName, ScenarioError
        If there is no such scenario, or it is not a file.
    """
    if name in library():
        return LIBRARY / f"{name}.toml"
    for file in ([beside / name] if beside else []) + [File(name)]:
        try:
            is_folder, is_there = file.is_dir(), file.exists()
        except OSError as error:
            raise ScenarioError([f"{name}: cannot be read ({error.strerror}). Check its path and rights."]) from error
        if is_folder:
            raise ScenarioError([f"{name}: is a folder. Allowed: the name of a library scenario, or a TOML file."])
        if is_there:
            return file
    raise UnknownName("scenario", name, library())


def read_file(file: File) -> Table:
    """The table in a TOML file; broken ones are one clear fault each."""
    try:
        text = file.read_bytes().decode("utf-8-sig")  # some editors put a byte order mark first
    except UnicodeDecodeError as error:
        raise ScenarioError([f"{file.name}: byte {error.start} is not UTF-8. Save the file as UTF-8."]) from error
    except OSError as error:
        raise ScenarioError([f"{file.name}: cannot be read ({error.strerror}). Check its path and rights."]) from error
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also numbers of 5,000 digits, tables 1,000 deep
        raise ScenarioError([f"{file.name}: is no TOML: {error}. Mend that line; text needs quotes."]) from error
    if not table:
        raise ScenarioError([f"{file.name}: is empty. Start from a copy: scenarios new FILE --from NAME."])
    return table


def merged(under: Table, over: Table) -> Table:
    """Two tables, the second laid over the first; a number is replaced as a whole."""
    out = dict(under)
    for name, entry in over.items():
        below = out.get(name)
        both = isinstance(entry, dict) and isinstance(below, dict)
        out[name] = merged(below, entry) if both and not set(entry) & WHOLE else entry  # type: ignore[arg-type]
    return out


def with_patrons(table: Table, place: str) -> Table:
    """The table with the numbers of library patrons under each patron's own."""
    table = deepcopy(table)
    patrons = table.get("patrons", {})
    known = sorted(file.stem for file in (LIBRARY / "patrons").glob("*.toml"))
    faults = []
    for name, patron in patrons.items() if isinstance(patrons, dict) else []:
        general = patron.pop("library", None) if isinstance(patron, dict) else None
        if general is None:
            continue
        if general not in known:
            where = f"{place}: patrons.{name}.library"
            faults.append(f"{where}: unknown library patron '{general}'. {known_names(str(general), known)}")
            continue
        patrons[name] = merged(read_file(LIBRARY / "patrons" / f"{general}.toml"), patron)
    if faults:  # at once: without them every number of the patron would be missing too
        raise ScenarioError(faults)
    return table


def with_series(table: Table, folder: File) -> Table:
    """The table with the rows of its series files in the place of their names."""
    paths = table.get("paths", {})
    for entry in paths.values() if isinstance(paths, dict) else []:
        if isinstance(entry, dict) and isinstance(entry.get("file"), str):
            entry["file"] = read_series(entry["file"], (folder, LIBRARY))
    return table


def own_table(file: File) -> Table:
    """What a file itself says, with the library patrons and series files that it names, without its base."""
    return with_names_now(with_series(with_patrons(read_file(file), file.name), file.parent))


def left_out(table: Table, without: Any, place: str) -> Table:
    """The base's table less the patrons that a file does without.

    Raises
    ------
    ScenarioError
        If the base has no such patron.
    """
    patrons = table.get("patrons", {})
    if not isinstance(without, list) or not all(isinstance(name, str) for name in without):
        raise ScenarioError([f"{place}: without: {without!r} is no list of names. Allowed: patrons of the base."])
    unknown = [name for name in without if name not in patrons]
    if unknown:
        faults = [f"{place}: without: unknown patron '{name}'. {known_names(name, patrons)}" for name in unknown]
        raise ScenarioError(faults)
    paths = {
        path: entry
        for path, entry in table.get("paths", {}).items()
        if not any(path.startswith(f"patrons.{name}.") for name in without)
    }
    kept = {name: patron for name, patron in patrons.items() if name not in without}
    return {**table, "patrons": kept, **({"paths": paths} if "paths" in table else {})}


def read_chain(file: File, depth: int = 0) -> tuple[Table, str]:
    """A file's table over those of its bases, and the name of its base."""
    if depth > DEEPEST:
        raise ScenarioError([f"{file.name}: base: goes in a circle, or more than {DEEPEST} files deep. Cut the chain."])
    own = own_table(file)
    base, without = own.pop("base", ""), own.pop("without", [])
    if not isinstance(base, str):
        raise ScenarioError([f"{file.name}: base: {base!r} is not a name. Allowed: a library scenario or a file."])
    if not base:
        if without:
            raise ScenarioError([f"{file.name}: without: needs a base to leave something out of. Drop it."])
        return own, ""
    try:
        under = locate(base, file.parent)
    except UnknownName as error:
        raise ScenarioError([f"{file.name}: base: {error}"]) from error
    return merged(left_out(read_chain(under, depth + 1)[0], without, file.name), own), base


def load(name: str, overlays: Iterable[str] = ()) -> Scenario:
    """Loads and checks a scenario.

    Parameters
    ----------
    name : str
        Name of a library scenario, or path of a TOML file.
    overlays : iterable of str
        TOML files with changed lines, laid over it in order.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        With every fault of the file at once.
    UnknownName
        If there is no such scenario.

    Examples
    --------
    >>> load("toy").patrons
    ('redland', 'blueland')
    """
    file = locate(str(name))
    table, base = read_chain(file)
    named = [str(overlay) for overlay in overlays]
    for overlay in named:
        table = merged(table, own_table(locate(overlay)))
    place = " + ".join([file.name, *[File(overlay).name for overlay in named]])
    faults = faults_of(table, place)
    if faults:
        raise ScenarioError(faults)
    scenario = as_scenario(table, file.stem, base, tuple(named))
    faults = [f"{place}: {fault}" for fault in refused(scenario)]
    if faults:
        raise ScenarioError(faults)
    return scenario
