"""Where does each number of a scenario stand: in its own file, in that of a base, or in the library?"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from scenarios.scenario.load import WHOLE, FilesRead, Table, base_of, load, locate, read_chain, read_file, whole_table
from scenarios.scenario.posterior import fitted_paths
from scenarios.scenario.scenario import OUT_OF_REACH, Scenario

OWN = "this file"


class Origins(NamedTuple):
    """Where the numbers of a scenario stand.

    Attributes
    ----------
    numbers : dict of str to str
        Path of each number within reach -> "this file", the name of a base, or that of a library patron or channel.
    posterior : str
        Whose posterior the runs draw from, and why, in words.
    """

    numbers: dict[str, str]
    posterior: str


def origins(name: str, overlays: Iterable[str] = (), allow_outside: bool = False) -> Origins:
    """Where the numbers of a scenario stand; the parameters are those of `load`.

    Examples
    --------
    >>> found = origins("iran_2025")
    >>> found.numbers["client.hold"], found.numbers["patrons.russia.risk_tolerance"]
    ('this file', 'library patron russia')
    """
    scenario, own = load(name, overlays, allow_outside), locate(name).stem
    table = whole_table(name, overlays, FilesRead([], tagged), allow_outside)[0]
    found = {path: origin_of(table, path) for path, number in scenario.numbers.items() if number.note != OUT_OF_REACH}
    return Origins({path: OWN if place == own else place for path, place in found.items()}, taught_by(scenario, name))


def tagged(table: Table, origin: str) -> Table:
    """A file's table with where it stands in the place of each number."""
    return {name: tag_of(entry, origin) for name, entry in table.items()}


def tag_of(entry: Any, origin: str) -> Any:
    """An entry with where it stands in the place of each number in it."""
    if not isinstance(entry, dict):
        return entry
    return {"value": origin} if set(entry) & WHOLE else tagged(entry, origin)


def origin_of(table: Mapping[str, Any], path: str) -> str:
    """Where the number at a dotted path stands."""
    sheet: Any = table
    for part in path.split("."):
        sheet = sheet[part]
    return str(sheet["value"])


def taught_by(scenario: Scenario, name: str) -> str:
    """Whose posterior the runs draw from, and why, in words."""
    fitted, drawn = len(fitted_paths(scenario)), len(scenario.uncertain)
    if scenario.posterior:
        own = any("posterior" in read_file(locate(file)) for file in (name, *scenario.overlays))
        why = "as the file asks" if own else f"as its base {scenario.base}, of the same client"
        return f"'{scenario.posterior}', {why}: {fitted} numbers together, {drawn - fitted} from their ranges"
    said, unused = f"none, {drawn} numbers from their ranges", posterior_of_base(scenario, name)
    if unused:
        said += f'; that of {scenario.base} is of another client (posterior = "{unused}" asks for it)'
    return said


def posterior_of_base(scenario: Scenario, name: str) -> str:
    """The posterior that the base of a scenario draws from; empty if it has none."""
    under = base_of(locate(name), scenario.base, FilesRead([])) if scenario.base else None
    return "" if under is None else str(read_chain(under, FilesRead([]))[0].get("posterior", ""))


def by_section(numbers: Mapping[str, str]) -> dict[str, Counter[str]]:
    """How many numbers of each section stand where; a patron is a section of its own.

    Examples
    --------
    >>> by_section({"client.hold": "this file", "patrons.iran.stake": "library patron iran"})
    {'client': Counter({'this file': 1}), 'patrons.iran': Counter({'library patron iran': 1})}
    """
    counts: dict[str, Counter[str]] = {}
    for path, place in numbers.items():
        parts = path.split(".")
        counts.setdefault(".".join(parts[: 2 if parts[0] == "patrons" else 1]), Counter())[place] += 1
    return counts
