"""How does a file become a scenario? Found, read, merged with its base and its library patrons, checked, frozen."""

import re
import tomllib
from collections.abc import Callable, Iterable
from copy import deepcopy
from pathlib import Path as File
from typing import Any, NamedTuple

from scenarios.errors import ScenarioError, UnknownName, known_names
from scenarios.scenario import build, check, finding, written
from scenarios.scenario.check_numbers import entry_at, is_real
from scenarios.scenario.entries import refused
from scenarios.scenario.scenario import Scenario
from scenarios.scenario.user_table import Series, find_series, read_series, text_of

LIBRARY = File(__file__).parent / "library"
GENERAL = "general"  # the base that is of no conflict; a part of a scenario
PARTS = (GENERAL, "sources")
OF_ONE_CLIENT = ("posterior", "publication", "reference_class", "observed")
WHOLE = {"value", "at", "file"}  # a table with one of these is replaced as a whole
DEEPEST = 8  # files that build on one another
DEEPEST_TABLE = 16  # tables and lists in one another
LONGEST_NAME = 100  # letters
MOST_BITS = 14_000  # Python writes no whole number of more than 4,300 digits
NESTED = re.compile(rf"(?<![\w\"'.-])(?:[\w\"'-]+[ \t]*\.[ \t]*){{{DEEPEST_TABLE},}}")
Table = dict[str, Any]
Told = Callable[[Table, str], Table]
CURE = "Copy it there, or say --allow-outside (Python: allow_outside=True) if you trust who wrote the file."
NO_BASE, NO_PATRON = ": base: ", ".library: "  # in faults that bring others with them


def library() -> list[str]:
    """Names of the library scenarios.

    Examples
    --------
    >>> "toy" in library()
    True
    """
    return sorted(file.stem for file in LIBRARY.glob("*.toml") if file.stem not in PARTS)


def as_read(table: Table, _origin: str) -> Table:
    """A file's table as it is."""
    return table


class FilesRead(NamedTuple):
    """How files are read."""

    faults: list[str]  # what is wrong with what was read so far
    told: Told = as_read  # what is made of each table that is read, with the name of where it stands
    fence: File | None = None  # the folder that no path within a file may leave, but for the library; None: any place

    def within(self, file: File, allow_outside: bool) -> "FilesRead":
        """The same for a file that the user named, and what it names."""
        return self._replace(fence=None if allow_outside else file.parent)


def is_within(file: File, fence: File | None) -> bool:
    """Whether a place lies behind a fence or in the library, once every link and ``..`` in it is followed."""
    if fence is None:
        return True
    try:
        there = file.resolve()
        return any(there.is_relative_to(folder.resolve()) for folder in (fence, LIBRARY))
    except (OSError, RuntimeError, ValueError):  # links in a circle, names that no file can have
        return False


def locate(name: str, beside: File | None = None) -> File:
    """The file of a library name or path; `beside` is the folder of the file that asks.

    A scenario that is written when it is asked for has no file but its name.
    """
    if name in library():
        return LIBRARY / f"{name}.toml"
    if written.is_written(name):
        return File(name)
    for file in ([beside / name] if beside else []) + [File(name)]:
        try:
            is_folder, is_there = file.is_dir(), file.exists()
        except OSError as error:
            raise ScenarioError([f"{name}: cannot be read ({error.strerror}). Check its path and rights."]) from error
        if is_folder:
            raise ScenarioError([f"{name}: is a folder. Allowed: the name of a library scenario, or a TOML file."])
        if is_there:
            return file
    if name.endswith(".toml"):
        raise ScenarioError([f"{name}: there is no such file. Check the path; scenarios list names the library."])
    raise UnknownName("scenario", name, library())


def read_file(file: File) -> Table:
    """The table in a TOML file; broken ones are one clear fault each."""
    if written.is_written(file.name):
        return written.written(file.name)
    text = text_of(file)
    try:
        if NESTED.search(text):  # tomllib takes the square of their number in time
            raise ValueError(f"tables stand in one another more than {DEEPEST_TABLE} deep")
        table = tomllib.loads(text)
        check_sizes(table)
    except (ValueError, RecursionError) as error:  # also numbers of 5,000 digits, lists 1,000 deep
        raise ScenarioError([f"{file.name}: is no TOML: {error}. Mend that line; text needs quotes."]) from error
    if not table:
        raise ScenarioError([f"{file.name}: is empty. Start from a copy: scenarios new FILE --from NAME."])
    return table


def check_sizes(table: Table) -> None:
    """Refuses what TOML could not say: names, whole numbers and nesting without a limit."""
    level: list[Any] = [table]
    for _ in range(DEEPEST_TABLE):
        for name in (name for entry in level if isinstance(entry, dict) for name in entry):
            if len(name) > LONGEST_NAME:
                raise ValueError(
                    f"the name {name[:20]!r}... has {len(name):,} letters, at most {LONGEST_NAME} are allowed"
                )
        inner = (entry.values() if isinstance(entry, dict) else entry for entry in level)
        level = [entry for entries in inner for entry in entries if isinstance(entry, (dict, list, int))]
        if any(isinstance(entry, int) and entry.bit_length() > MOST_BITS for entry in level):
            raise ValueError("a whole number has thousands of digits, more than can be told")
        level = [entry for entry in level if not isinstance(entry, int)]
    if level:
        raise ValueError(f"tables or lists stand in one another more than {DEEPEST_TABLE} deep")


def merged(under: Table, over: Table) -> Table:
    """Two tables, the second laid over the first; a number is replaced as a whole."""
    out = dict(under)
    for name, entry in over.items():
        below = out.get(name)
        both = isinstance(entry, dict) and isinstance(below, dict)
        out[name] = merged(below, entry) if both and not set(entry) & WHOLE else entry  # type: ignore[arg-type]
    return out


def with_library(table: Table, place: str, faults: list[str], told: Told = as_read) -> Table:
    """The table with the numbers of library channels and patrons under its own; unknown ones go to the faults."""
    table = deepcopy(table)
    for kind in ("channels", "patrons"):
        entries = table.get(kind, {})
        for name, entry in entries.items() if isinstance(entries, dict) else []:
            if isinstance(entry, dict) and "library" in entry:
                entries[name] = on_shelf(kind, entry, f"{place}: {kind}.{name}.library", faults, told)
    return table


def on_shelf(kind: str, entry: Table, where: str, faults: list[str], told: Told) -> Table:
    """A patron or channel over that of the library which it names, and this over the one that it names itself."""
    general = entry.pop("library")
    known = sorted(file.stem for file in (LIBRARY / kind).glob("*.toml"))
    if general not in known:
        faults.append(f"{where}: unknown library {kind[:-1]} '{general}'. {known_names(str(general), known)}")
        return entry
    below = of_library(kind, general, told)
    # the library knows more channels than a scenario has
    reach, own = below.pop("channels", {}), entry.get("channels", {})
    kept = {name: pair for name, pair in reach.items() if isinstance(own, dict) and name in own}
    return merged({**below, **({"channels": kept} if kept else {})}, entry)


def of_library(kind: str, name: str, told: Told = as_read) -> Table:
    """A patron or channel of the library, over the one that it builds on itself."""
    table = told(read_file(LIBRARY / kind / f"{name}.toml"), f"library {kind[:-1]} {name}")
    general = table.pop("library", None)
    return table if general is None else merged(of_library(kind, general, told), table)


def with_series(table: Table, folder: File, fence: File | None) -> Table:
    """The table with the rows of its series files in the place of their names."""
    paths = table.get("paths", {})
    for entry in paths.values() if isinstance(paths, dict) else []:
        if isinstance(entry, dict) and isinstance(entry.get("file"), str):
            entry["file"] = series_of(entry["file"], folder, fence)
    return table


def series_of(name: str, folder: File, fence: File | None) -> Series:
    """The rows of a series file that a scenario names, beside it or in the library."""
    found = find_series(name, (folder, LIBRARY))
    if not is_within(found or folder / name, fence):
        return Series(name, trouble=f"{name}: {outside_of('the scenario file')}")
    return read_series(name, found)


def outside_of(whose: str) -> str:
    """What to say of a path that leaves the folder of a file."""
    return f"leaves the folder of {whose}. Allowed: files in that folder, and the library. {CURE}"


def own_table(file: File, reading: FilesRead) -> Table:
    """What a file itself says, with what it takes from the library and the series that it names, without its base."""
    table = with_library(reading.told(read_file(file), file.stem), file.name, reading.faults, reading.told)
    return finding.with_names_now(with_series(table, file.parent, reading.fence))


def completed(over: Table, under: Table) -> Table:
    """A table of changed lines, each value alone made a number in the unit of the one that it changes.

    Examples
    --------
    >>> completed({"hold": 0.4}, {"hold": {"value": 0.6, "range": [0.5, 0.7], "unit": "share", "source": "judgement"}})
    {'hold': {'value': 0.4, 'unit': 'share', 'source': 'judgement', 'note': 'set by the user'}}
    """
    made = dict(over)
    for name, entry in over.items():
        below = under.get(name)
        if isinstance(below, dict) and isinstance(entry, dict):
            made[name] = completed(entry, below)
        elif isinstance(below, dict) and "unit" in below and is_real(entry):
            made[name] = build.pinned(entry, below["unit"])
    return made


def left_out(table: Table, without: Any, place: str, faults: list[str]) -> Table:
    """The base's table less the patrons that a file does without; unknown ones are added to the faults."""
    patrons, paths = (table.get(name, {}) for name in ("patrons", "paths"))
    if not isinstance(patrons, dict) or not isinstance(paths, dict):
        return table  # what is wrong with the base is told with the rest
    if not isinstance(without, list) or not all(isinstance(name, str) for name in without):
        faults.append(f"{place}: without: {without!r} is no list of names. Allowed: patrons of the base.")
        return table
    unknown = [name for name in without if name not in patrons]
    faults += [f"{place}: without: unknown patron '{name}'. {known_names(name, patrons)}" for name in unknown]
    kept_paths = {
        path: entry for path, entry in paths.items() if not any(path.startswith(f"patrons.{name}.") for name in without)
    }
    kept = {name: patron for name, patron in patrons.items() if name not in without}
    return {**table, "patrons": kept, **({"paths": kept_paths} if "paths" in table else {})}


def laid_over(under: Table, over: Table) -> Table:
    """A file's table over that of its base; what history and cases say of one client does not hold for another."""
    words = [[entry_at(table, f"client.{word}") for word in ("name", "key")] for table in (under, over)]
    is_other = any(new is not None and new != old for old, new in zip(*words, strict=True))
    kept = {name: entry for name, entry in under.items() if not (is_other and name in OF_ONE_CLIENT)}
    return merged(kept, over)


def read_chain(file: File, reading: FilesRead, depth: int = 0) -> tuple[Table, str]:
    """A file's table over those of its bases, and the name of its base; what is wrong is added to the faults."""
    if depth > DEEPEST:
        raise ScenarioError([f"{file.name}: base: goes in a circle, or more than {DEEPEST} files deep. Cut the chain."])
    return chained(own_table(file, reading), file, reading, depth)


def chained(own: Table, file: File, reading: FilesRead, depth: int = 0) -> tuple[Table, str]:
    """What a file itself says over the tables of its bases, and the name of its base."""
    base, without = own.pop("base", ""), own.pop("without", [])
    if base == "":
        if without:
            reading.faults.append(f"{file.name}: without: needs a base to leave something out of. Drop it.")
        return own, ""
    under = base_of(file, base, reading)
    if under is None:
        return own, ""
    below = read_chain(under, reading, depth + 1)[0]
    return laid_over(left_out(below, without, file.name, reading.faults), own), base


def base_of(file: File, base: Any, reading: FilesRead) -> File | None:
    """The file that a file builds on; None, and a fault, if there is none."""
    if not isinstance(base, str):
        reading.faults.append(f"{file.name}: base: {base!r} is not a name. Allowed: a library scenario or a file.")
        return None
    if base == GENERAL:
        return LIBRARY / f"{GENERAL}.toml"
    try:
        under = locate(base, file.parent)
        if written.is_written(base) or is_within(under, reading.fence):
            return under
        reading.faults.append(f"{file.name}: base: {base} {outside_of('the file that you named')}")
    except UnknownName as error:
        reading.faults.append(f"{file.name}: base: {error}")
    return None


def whole_table(
    name: str, overlays: Iterable[str], reading: FilesRead, allow_outside: bool = False
) -> tuple[Table, str]:
    """The table of a scenario under its overlays, and the name of its base."""
    file = locate(name)
    table, base = read_chain(file, reading.within(file, allow_outside))
    for overlay in map(locate, overlays):
        table = laid_over(table, completed(own_table(overlay, reading.within(overlay, allow_outside)), table))
    return table, base


def not_followed(found: list[str], earlier: list[str]) -> list[str]:
    """Faults less what is missing only because a base or a library patron could not be found."""
    if any(NO_BASE in fault for fault in earlier):
        return [fault for fault in found if ": missing" not in fault]
    lost = tuple(fault.partition(NO_PATRON)[0] + "." for fault in earlier if NO_PATRON in fault)
    return [fault for fault in found if not (fault.startswith(lost) and ": missing" in fault)]


def load(name: str, overlays: Iterable[str] = (), allow_outside: bool = False) -> Scenario:
    """Loads and checks a scenario.

    Parameters
    ----------
    name : str
        Name of a library scenario, path of a TOML file, or ``case:ID`` for a row of the cases.
    overlays : iterable of str
        TOML files with changed lines, laid over it in order.
    allow_outside : bool
        Whether what the files name (a base, a series) may lie outside their folder and the library. Say so only of
        files whose author you trust.

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
    file, named = locate(str(name)), [str(overlay) for overlay in overlays]
    faults: list[str] = []
    table, base = whole_table(str(name), named, FilesRead(faults), allow_outside)
    place = " + ".join([file.name, *[File(overlay).name for overlay in named]])
    return scenario_in(table, place, (file.stem.rpartition(":")[2], base, tuple(named)), faults)


def from_table(own: Table, name: str) -> Scenario:
    """A scenario from what its file would say."""
    faults: list[str] = []
    table, base = chained(with_library(own, name, faults), File(name), FilesRead(faults, fence=File()))
    return scenario_in(table, name, (name, base, ()), faults)


def scenario_in(table: Table, place: str, names: tuple[str, str, tuple[str, ...]], faults: list[str]) -> Scenario:
    """The scenario in a whole table, of a name, a base and overlays; refused with every fault at once."""
    faults += not_followed(check.faults_of(table, place), faults)
    faults += check.faults_of_unseen(names[0], f"{place!a}: name of the file")
    if faults:
        raise ScenarioError(faults)
    scenario = build.as_scenario(table, *names)
    faults = [f"{place}: {fault}" for fault in refused(scenario)]
    if faults:
        raise ScenarioError(faults)
    return scenario
