"""What is said of a sound scenario file: where its numbers stand, what it draws from, and what its author may not want.

Whether the numbers would choose the posture on which the runs open is played, for one step only.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import reduce
from itertools import product
from operator import getitem
from typing import Any, NamedTuple

import numpy as np

from scenarios.rulebook.budget import bill_at_opening
from scenarios.rulebook.traits import ChannelTraits, PairTraits
from scenarios.runs.courses import reduced
from scenarios.runs.job import Play
from scenarios.scenario.check_numbers import said
from scenarios.scenario.citations import loose_ends
from scenarios.scenario.load import WHOLE, FilesRead, base_of, load, locate, read_chain, read_file, whole_table
from scenarios.scenario.posterior import fitted_paths
from scenarios.scenario.scenario import OUT_OF_REACH, Scenario


def sheet_of(scenario: Scenario, kind: Any, prefix: str) -> Any:
    """A sheet of traits at central values."""
    return kind(*[scenario.numbers[f"{prefix}.{field}"].value for field in kind._fields])


def bills(scenario: Scenario, patron: str) -> dict[str, float]:
    """What each material channel that a patron gives on costs it [USD bn a year].

    Examples
    --------
    >>> from scenarios import load
    >>> {channel: round(cost, 3) for channel, cost in bills(load("toy"), "redland").items()}
    {'oil': 0.067, 'arms': 0.2}
    """
    found = {}
    for channel in scenario.channels:
        reach = sheet_of(scenario, PairTraits, f"patrons.{patron}.channels.{channel}")
        traits = sheet_of(scenario, ChannelTraits, f"channels.{channel}")
        level = min(reach.opening, reach.feasible)
        if level > 0.0 and traits.material > 0.5:
            found[channel] = bill_at_opening(traits, reach, level)
    return found


# -- doubts: said as warnings, never as faults -------------------------------------------------------------------------


WIDE = 0.1  # share of a range that draws may miss before it is worth a word
EFFECTS = ("hold_effect", "solvency_effect")


def doubts_of(scenario: Scenario) -> list[str]:
    """What is doubtful in a sound scenario, one line each.

    Examples
    --------
    >>> from scenarios import load
    >>> doubts_of(load("toy"))
    []
    """
    return [*unreached(scenario), *uncounted(scenario), *out_of_reach(scenario), *loose_ends(scenario)]


def unreached(scenario: Scenario) -> Iterator[str]:
    """A patron that reaches no channel, and a channel that no patron reaches: tables that were forgotten."""
    notes = {path: number.note for path, number in scenario.numbers.items() if path.endswith(".opening")}
    marks = {f"patrons.{name}": (f"patrons.{name}.channels.", "reaches no channel") for name in scenario.patrons}
    marks |= {f"channels.{name}": (f".channels.{name}.", "is reached by no patron") for name in scenario.channels}
    for name, (mark, what) in marks.items():
        if {note for path, note in notes.items() if mark in path} == {OUT_OF_REACH}:
            yield f"{name}: {what}, so nothing is given there. Write its tables, [patrons.PATRON.channels.CHANNEL]."


def uncounted(scenario: Scenario) -> Iterator[str]:
    """Support that is given at the opening on a channel that does not count."""
    for patron, channel in product(scenario.patrons, scenario.channels):
        path = f"patrons.{patron}.channels.{channel}.opening"
        level, why = scenario.numbers[path].value, why_uncounted(scenario, channel)
        if level > 0 and why:
            yield f"{path}: level {said(level)} {why}"


def why_uncounted(scenario: Scenario, channel: str) -> str:
    """Why support on a channel does not count; empty if it does, or if words are all that it is."""
    traits = {field: scenario.numbers[f"channels.{channel}.{field}"].value for field in ("material", "acts", "weight")}
    if traits["acts"] > 0:
        return (
            "does not count: acts of force are shown by rule, risk nothing and are no part of a step-back. Code forces "
            "that stay or fight on a material channel."
        )
    if traits["material"] > 0 and traits["weight"] == 0:
        return f"does not count with the coercer: channels.{channel}.weight is 0. Give it a share of the weights."
    if traits["material"] > 0 and not any(scenario.numbers[f"channels.{channel}.{name}"].value for name in EFFECTS):
        return f"does nothing for the client: hold_effect and solvency_effect of channels.{channel} are 0."
    return ""


def out_of_reach(scenario: Scenario) -> Iterator[str]:
    """Ranges of which draws cannot reach a part."""
    for patron in scenario.patrons:
        yield from budgets_lifted(scenario, patron)
        for channel in scenario.channels:
            pair = f"patrons.{patron}.channels.{channel}"
            opening, feasible = (scenario.numbers[f"{pair}.{field}"] for field in ("opening", "feasible"))
            if opening.high > feasible.high:
                yield (
                    f"{pair}.opening: range to {said(opening.high)}, but no level above {said(feasible.high)} is "
                    f"feasible. Lower it, or raise {pair}.feasible."
                )


def budgets_lifted(scenario: Scenario, patron: str) -> Iterator[str]:
    """A budget whose range begins below what the posture held costs: a drawn budget pays for it at least."""
    if scenario.numbers[f"patrons.{patron}.peacetime_budget"].value > 0:
        return  # a history reads that one before its deep war
    budget, bill = scenario.numbers[f"patrons.{patron}.support_budget"], sum(bills(scenario, patron).values())
    missed = (bill - budget.low) / (budget.high - budget.low) if budget.is_uncertain else float(bill > budget.value)
    if missed > WIDE:
        span = (
            f"range [{said(budget.low)}, {said(budget.high)}]" if budget.is_uncertain else f"value {said(budget.value)}"
        )
        yield (
            f"{budget.path}: {span}, but the posture held costs {bill:.3g} {budget.unit}, and no draw lies below. "
            "Raise it, lower the costs, or code less support."
        )


# -- where each number stands: in its own file, in that of a base, or in the library -----------------------------------


OWN = "this file"


class Origins(NamedTuple):
    """Where the numbers of a scenario stand."""

    numbers: dict[str, str]  # path of each within reach -> "this file", name of a base, of a library patron or channel
    posterior: str  # whose posterior the runs draw from, and why, in words


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
    reached = [path for path, number in scenario.numbers.items() if number.note != OUT_OF_REACH]
    found = {path: str(reduce(getitem, path.split("."), table)["value"]) for path in reached}
    return Origins({path: OWN if place == own else place for path, place in found.items()}, taught_by(scenario, name))


def tagged(entry: Any, origin: str) -> Any:
    """A table of a file, or an entry in it, with where it stands in the place of each number."""
    if not isinstance(entry, dict):
        return entry
    if set(entry) & WHOLE:
        return {"value": origin}
    return {name: tagged(inner, origin) for name, inner in entry.items()}


def taught_by(scenario: Scenario, name: str) -> str:
    """Whose posterior the runs draw from, and why, in words."""
    fitted, drawn = len(fitted_paths(scenario)), len(scenario.uncertain)
    if scenario.posterior:
        own = any("posterior" in read_file(locate(file)) for file in (name, *scenario.overlays))
        why = "as the file asks" if own else f"as its base {scenario.base}, of the same client"
        return f"'{scenario.posterior}', {why}: {fitted} numbers together, {drawn - fitted} from their ranges"
    under = base_of(locate(name), scenario.base, FilesRead([])) if scenario.base else None
    unused = "" if under is None else read_chain(under, FilesRead([]))[0].get("posterior", "")
    of_another = f'; that of {scenario.base} is of another client (posterior = "{unused}" asks for it)'
    return f"none, {drawn} numbers from their ranges" + (of_another if unused else "")


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


# -- a file as a whole -------------------------------------------------------------------------------------------------


RUNS = 50
LEAST = 0.05  # share of held numbers that should agree with a posture


def soundness(scenario: Scenario, file: str, full: bool = False, allow_outside: bool = False) -> Iterator[str]:
    """What is said of a sound file, line by line; the warnings come last.

    Examples
    --------
    >>> from scenarios import load
    >>> next(soundness(load("toy"), "toy"))
    'toy: sound, 228 numbers, 64 of them with a range'
    """
    yield f"{file}: sound, {len(scenario.numbers)} numbers, {len(scenario.uncertain)} of them with a range"
    found = origins(file, allow_outside=allow_outside)
    yield f"  numbers within reach: {counts_in_words(Counter(found.numbers.values()))}"
    yield from (f"    {section}: {counts_in_words(places)}" for section, places in by_section(found.numbers).items())
    if full:
        yield from (f"      {path}: {place}" for path, place in found.numbers.items())
    yield f"  posterior: {found.posterior}"
    yield from (f"  warning: {doubt}" for doubt in [*doubts_of(scenario), *hardly_chosen(scenario)])


def counts_in_words(counts: Counter[str]) -> str:
    """Counts with what was counted, the largest first; the channels of the library are one.

    Examples
    --------
    >>> counts_in_words(Counter({"toy": 1, "this file": 2}))
    '2 this file, 1 toy'
    """
    grouped: Counter[str] = Counter()
    for place, count in counts.items():
        grouped["library channels" if place.startswith("library channel ") else place] += count
    return ", ".join(f"{count} {place}" for place, count in grouped.most_common())


def opening_chances(scenario: Scenario, runs: int = RUNS) -> dict[str, float]:
    """How likely the numbers are to choose the posture on which each patron opens, over all that it decides: medians.

    Examples
    --------
    >>> from scenarios import load
    >>> all(chance > 0.3 for chance in opening_chances(load("toy"), 5).values())
    True
    """
    opened = replace(scenario, steps=1)
    found = reduced(opened, lambda courses: courses.opening_chance, Play(runs, engine="agents"))
    return dict(zip(scenario.patrons, np.median(np.concatenate(found), axis=0).tolist(), strict=True))


def hardly_chosen(scenario: Scenario) -> Iterator[str]:
    """Postures that the numbers would hardly choose, one line each."""
    for patron, chance in opening_chances(scenario).items():
        if chance < LEAST:
            yield (
                f"patrons.{patron}: the numbers would hardly choose the posture on which it opens (chance {chance:.2g} "
                f"in the median of {RUNS} draws): a step-back may have no other reason. Look at its opening levels, "
                "its budget, what it fears, and at [[held]]."
            )
