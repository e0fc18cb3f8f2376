"""Which sources does a file cite, and which does it have? A number names one, or its text has ids in brackets."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from typing import Any, NamedTuple

from scenarios.errors import known_names
from scenarios.scenario.build import as_table
from scenarios.scenario.check_numbers import FREE_SOURCES, Table, shown, sources
from scenarios.scenario.scenario import Scenario, Source
from scenarios.scenario.user_table import Series

ID = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
BRACKETS = re.compile(rf"\[({ID}(?:, {ID})*)\]")
QUALITIES = "ABCU"


class Citation(NamedTuple):
    """An id of a source in a file."""

    place: str  # dotted path of what cites it
    source: str
    states: bool  # whether the source states the number itself; else it stands in brackets in a formula or a note
    has_place: bool  # whether the table, row or page in the source is named


def in_brackets(text: str) -> list[str]:
    """Ids of sources in brackets, such as ``[contracts-2013, sipri]``."""
    return [name for group in BRACKETS.findall(text) for name in group.split(", ")]


def citations_in(table: Any, place: str = "") -> Iterator[Citation]:
    """Every citation in a table, however deep."""
    if not isinstance(table, dict):
        return
    yield from citations_of_entry(place, table)
    for name, inner in table.items():
        if name == "sources" and not place:
            continue
        spot = f"{place}.{name}" if place else str(name)
        if isinstance(inner, list):
            for i, each in enumerate(inner):
                yield from citations_in(each, f"{spot} {i + 1}")
        elif isinstance(inner, Series):
            yield from citations_of_series(spot.removesuffix(".file"), inner)
        else:
            yield from citations_in(inner, "paths: " + spot[6:] if place == "paths" else spot)


def citations_of_entry(place: str, entry: Table) -> Iterator[Citation]:
    """The citations of one entry: in its source or sources, and in its note."""
    named, each = entry.get("source"), entry.get("sources", [])
    has_place = bool(entry.get("where"))
    yield from citations_of_source(place, named, has_place)
    for source in each if isinstance(each, list) else []:
        yield from citations_of_source(place, source, True)
    note = entry.get("note")
    yield from (Citation(place, name, False, True) for name in in_brackets(note if isinstance(note, str) else ""))


def citations_of_source(place: str, source: Any, has_place: bool) -> Iterator[Citation]:
    """The citations in the word for where a number comes from."""
    if not isinstance(source, str) or not source.strip():
        return
    kind = source.partition(":")[0]
    if kind in (*FREE_SOURCES, "judgement"):
        yield from (Citation(place, name, False, True) for name in in_brackets(source))
    else:
        yield Citation(place, source, True, has_place)


def citations_of_series(place: str, series: Series) -> Iterator[Citation]:
    """The citations in the rows of a series."""
    for line, source in zip(series.lines, series.sources, strict=True):
        yield from citations_of_source(f"{place}: {series.file}, line {line}", source, True)


def faults_of_citations(table: Table) -> Iterator[str]:
    """Sources named for a number that neither the file nor the catalogue has, or without their place in it."""
    known = {*sources(), *table.get("sources", {})}
    for cited in citations_in(table):
        if not cited.states:
            continue
        if cited.source not in known:
            yield f"{cited.place}: unknown source '{cited.source}'. {known_names(cited.source, [*known, 'judgement'])}"
        elif not cited.has_place:
            yield f'{cited.place}: source "{cited.source}" without where; add where = "table, row or page".'


def faults_of_own_sources(own: Mapping[str, Any]) -> Iterator[str]:
    """Faults of the table [sources] of a file."""
    kinds = {field.name: int if field.name == "year" else str for field in fields(Source)}
    needed = [field.name for field in fields(Source) if field.default is MISSING]
    for name, entry in own.items():
        place = f"sources.{name}"
        if not re.fullmatch(ID, name):
            yield f"{place}: an id is made of small letters, digits and single -, and begins with a letter."
        elif name in sources():
            yield f"{place}: is an id of the library's catalogue already. Choose another."
        if not isinstance(entry, dict):
            yield f"{place}: {shown(entry)} has the wrong type; write a table [sources.{name}]."
            continue
        yield from (
            f"{place}.{word}: missing. A source has {', '.join(needed)}." for word in needed if word not in entry
        )
        yield from (fault for word in entry for fault in faults_of_word(place, word, entry[word], kinds))


def faults_of_word(place: str, word: str, value: Any, kinds: Mapping[str, type]) -> Iterator[str]:
    """Faults of one word about a source."""
    if word not in kinds:
        yield f"{place}.{word}: unknown entry. {known_names(word, kinds)}"
    elif not isinstance(value, kinds[word]) or isinstance(value, bool):
        yield f"{place}.{word}: {shown(value)} has the wrong type; must be {'a year' if word == 'year' else 'text'}."
    elif word == "quality" and value not in tuple(QUALITIES):
        yield f"{place}.quality: {shown(value)} must be A (primary), B (decent copy), C (weak) or U (unverified)."


def loose_ends(scenario: Scenario) -> list[str]:
    """Citations without an entry, and own sources that nothing cites."""
    known = {*sources(), *scenario.sources}
    found = list(citations_in(as_table(scenario)))
    lost = dict.fromkeys((cited.place, cited.source) for cited in found if cited.source not in known)
    cited = {each.source for each in found}
    return [
        *(f"{place}: cites [{name}], which has no entry under [sources]." for place, name in lost),
        *(f"sources.{name}: nothing cites it." for name in scenario.sources if name not in cited),
    ]
