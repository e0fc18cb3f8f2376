"""How is a scenario shown to people? Rows for the commands, and a commented copy to edit."""

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np

from scenarios.errors import UnknownName
from scenarios.scenario import arrays, build, citations, finding, posterior, written
from scenarios.scenario.check_numbers import ENTRIES, known_sources, pedigree_words
from scenarios.scenario.load import library, load, locate
from scenarios.scenario.scenario import OUT_OF_REACH, Condition, Parameter, Scenario, Source

UNITS = {  # of the numbers of a scenario, as people grasp them
    "share": "a part of a whole: 0.25 is a quarter",
    "probability": "a chance: 0.25 is one in four",
    "level": "of support on a channel: 0 is none, 3 the patron's own peak",
    "rung": "of the escalation ladder, 0 to 10",
    "flag": "1 is yes, 0 is no",
    "index": "a pure number by which actors, rungs or channels are compared",
    "per year": "how often a year: 0.5 is once in two years on average",
    "years": "0.25 is three months",
    "USD bn a year": "billions of US dollars a year",
    "USD per barrel": "US dollars for a barrel of oil",
    "mb/d": "millions of barrels a day",
    "utility": "what a choice is worth to a patron; 0.05 of it counts as a reason",
    "per utility": "how much one unit of worth moves the log-odds of a choice",
    "log-odds": "1 more makes the odds 2.7 times as large: from even to 73 %",
}
Row = dict[str, Any]
# numbers of the opening: what is set of them is put there, and goes on by its rules
CONDITIONS = (
    *("rung", "presence", "interdiction", "ships_stopped", "calm_years", "solvency", "threat", "opening", "shielded"),
)
IN_FORCE = "an intervention: so from the first step on, or from a date (@DATE); the opening is inferred without it"
OVERWRITTEN = f"{IN_FORCE}. A condition: it is put there, and goes on by its rules"
BELIEVED = "it has been so all along: the opening is inferred under it"


def short(value: float) -> str:
    """A number as people write it."""
    return f"{value:g}"


def range_of(number: Parameter) -> str:
    """A number's range and distribution in words."""
    if not number.is_uncertain:
        return "fixed"
    return f"{short(number.low)} to {short(number.high)} ({number.distribution})"


def source_of(scenario: Scenario, number: Parameter) -> str:
    """A number's source in words, with title, place and address."""
    if number.pedigree != "sourced":
        return number.source
    return _words_of(known_sources(scenario)[number.source], f", {number.where}")


def cited_facts(scenario: Scenario, number: Parameter) -> Row:
    """The sources that a number's formula and note cite in brackets, each with title and address."""
    known = known_sources(scenario)
    found = [name for text in (number.source, number.note) for name in citations.in_brackets(text) if name in known]
    return {f"[{name}]": _words_of(known[name]) for name in found}


def _words_of(source: Source, place: str = "") -> str:
    """A source in words."""
    return f"{source.title}, {source.publisher} {source.year}{place} (quality {source.quality}) {source.address}"


def list_rows() -> list[Row]:
    """One row a library scenario."""
    return [
        {
            "name": name,
            "coercer": scenario.labels["coercer"],
            "client": scenario.labels["client"],
            "patrons": ", ".join(scenario.labels[f"patrons.{patron}"] for patron in scenario.patrons),
            "step": scenario.step,
            "horizon": f"{scenario.steps} from {scenario.start.isoformat()}",
            "parameters": len(scenario.numbers),
            "uncertain": len(scenario.uncertain),
        }
        for name, scenario in zip(library(), map(load, library()), strict=True)
    ]


def head_rows(scenario: Scenario) -> list[Row]:
    """What a scenario is, before its numbers."""
    switched = [f"{term} {switch}" for term, switch in scenario.terms.items() if switch != "on"]
    weights = [f"{rule} {short(weight)}" for rule, weight in scenario.decision.items() if weight > 0]
    facts = {
        "title": scenario.title,
        "question": scenario.question,
        "horizon": f"{scenario.steps} steps of a {scenario.step} from {scenario.start.isoformat()}",
        "mode of the coercer": scenario.mode,
        "decision rules": ", ".join(weights),
        "terms not on": ", ".join(switched) or "none",
        "frozen": ", ".join(sorted(scenario.freeze)) or "nothing",
        "numbers": pedigree_words(scenario),
        "drawn from": drawn_from(scenario),
        "paths over time": ", ".join(scenario.paths) or "none",
        "set": " ".join(setting.words for setting in scenario.settings) or "nothing",
        "posture held under": "; ".join(map(condition_words, scenario.held)) or "the conditions of the opening",
    }
    facts |= {"seen": seen_words(scenario)} if scenario.observed else {}
    blank = dict.fromkeys(("range", "unit", "meaning", "source"), "")
    return [{"path": name, "value": fact, **blank} for name, fact in facts.items()]


def seen_words(scenario: Scenario) -> str:
    """What was seen, if the clock has been moved on, and how many runs agree with it."""
    seen = scenario.observed
    if seen is None:
        return "nothing"
    rows = "; ".join(f"by {row.on} {row.event}" for row in seen.rows)
    return f"up to {seen.to}: {rows} ({len(seen.parents):,} of {seen.runs:,} runs, seed {seen.seed})"


def condition_words(condition: Condition) -> str:
    """A dated condition under which the opening posture was held, in words.

    Examples
    --------
    >>> from datetime import date
    >>> condition_words(Condition(date(2025, 8, 14), 6.0, None, {"china": 0.75}, {}, "judgement"))
    'on 2025-08-14 rung 6, threat to china x0.75'
    """
    said = [f"{name} {short(value)}" for name in ("rung", "presence") if (value := getattr(condition, name))]
    said += [f"threat to {name} x{short(factor)}" for name, factor in condition.threat.items()]
    said += [f"bargain of {name} x{short(factor)}" for name, factor in condition.bargain.items()]
    return f"on {condition.on} {', '.join(said) or 'as at the opening'}"


def drawn_from(scenario: Scenario) -> str:
    """Where the uncertain numbers of the runs come from, in words."""
    fitted, drawn = len(posterior.fitted_paths(scenario)), len(scenario.uncertain)
    if not fitted:
        return f"the raw ranges, {drawn} numbers"
    return f"the posterior '{scenario.posterior}', {fitted} numbers together; {drawn - fitted} from their raw ranges"


def scenario_rows(scenario: Scenario, ranking: Sequence[str] = ()) -> list[Row]:
    """A scenario with all its numbers, one row each; channels out of a patron's reach are left out."""
    rows = head_rows(scenario)
    places = {path: place for place, path in enumerate(ranking)}
    order = sorted(scenario.numbers, key=lambda path: (path not in scenario.uncertain, places.get(path, len(places))))
    reached = [number for path in order if (number := scenario.numbers[path]).note != OUT_OF_REACH]
    return rows + [number_row(number) for number in reached]


def number_row(number: Parameter) -> Row:
    """One number among others."""
    return {
        "path": number.path,
        "value": short(number.value),
        "range": range_of(number),
        "unit": number.unit,
        "meaning": finding.number_at(number.path).meaning,
        "source": number.source,
    }


def parameter_rows(scenario: Scenario, path: str) -> list[Row]:
    """One number with its pedigree; or all the numbers below a path like ``patrons.russia``."""
    if path in scenario.numbers:
        number, limits = scenario.numbers[path], finding.number_at(path)
        facts = {
            "path": path,
            "meaning": limits.meaning,
            "value": short(number.value),
            "range": range_of(number),
            "unit": number.unit,
            "which is": UNITS[number.unit],
            "domain": f"{short(limits.low)} to {short(limits.high)}",
            "pedigree": number.pedigree,
            "source": source_of(scenario, number),
            "note": number.note,
        }
        taught = fitted_range(scenario, path)
        facts |= cited_facts(scenario, number) | setting_facts(path)
        facts |= {"as history has taught": taught} if taught else {}
        return [{"what": name, "is": fact} for name, fact in [*facts.items(), *course_facts(scenario, path)]]
    if path in scenario.paths:  # the need of a pair, or an ultimatum, which has a path and no number of its own
        return [{"what": name, "is": fact} for name, fact in [("path", path), *course_facts(scenario, path)]]
    below = [row for row in scenario_rows(scenario) if row["path"].startswith(f"{path}.")]
    if not below:
        raise UnknownName("path", path, finding.near_paths(path, list(scenario.numbers)))
    return below


def setting_facts(path: str) -> Row:
    """What setting a number does, and what believing it does."""
    field = path.rpartition(".")[2]
    kind = OVERWRITTEN if field in CONDITIONS and not path.startswith("ladder.") else IN_FORCE
    return {f"--set {path}=V": kind, f"--believe {path}=V": BELIEVED}


def fitted_range(scenario: Scenario, path: str) -> str:
    """Where a number lies in the posterior from which runs draw it; empty if they do not."""
    if path not in posterior.fitted_paths(scenario):
        return ""
    low, middle, high = np.quantile(posterior.rows_for(scenario, [path]), [0.1, 0.5, 0.9])
    return f"{short(low)} to {short(high)}, median {short(middle)} (10 to 90 % of the posterior '{scenario.posterior}')"


def course_facts(scenario: Scenario, path: str) -> list[tuple[str, str]]:
    """The path over time of a number: from each date its value, and where that comes from."""
    if path not in scenario.paths:
        return []
    course, number = scenario.paths[path], scenario.numbers.get(arrays.number_acted_on(path))
    each = course.sources or (course.source,) * len(course.dates)
    facts = []
    for day, value, source in zip(course.dates, course.values, each, strict=True):
        times = f", so {short(value * number.value)} {number.unit}" if number and course.unit == "factor" else ""
        said = (
            "no script"
            if value == arrays.NO_SCRIPT and course.unit != "factor"
            else f"{short(value)} {course.unit}{times}"
        )
        facts.append((f"from {day}", f"{said}; {source}"))
    return facts if course.until is None else [*facts, ("until", str(course.until))]


def toml_number(number: Parameter) -> str:
    """A number as a line of a scenario file."""
    entry = build.entry_of(number)
    return f"{number.path.rpartition('.')[2]} = {inline({name: entry[name] for name in ENTRIES if name in entry})}"


def inline(entry: Row) -> str:
    """A table as a line of a file has it."""
    said = {name: quoted(word) if isinstance(word, str) else repr(word) for name, word in entry.items()}
    return "{ " + ", ".join(f"{name} = {word}" for name, word in said.items()) + " }"


def quoted(text: str) -> str:
    """Text as a TOML string."""
    return json.dumps(text, ensure_ascii=False)  # TOML's escapes are those of JSON, line breaks too


def commented_copy(name: str, allow_outside: bool = False) -> str:
    """A file that builds on a scenario, with every number as a commented line to uncomment and edit.

    Examples
    --------
    >>> commented_copy("toy").splitlines()[0]
    '# A copy of toy to edit: take the # from a line and change it. Every other number stays as it is there.'
    """
    scenario = load(name, allow_outside=allow_outside)
    base = name if name in library() or written.is_written(name) else str(locate(name).resolve())
    lines = [
        f"# A copy of {name} to edit: take the # from a line and change it. Every other number stays as it is there.",
        f"base = {quoted(base)}",
        f"# title = {quoted(scenario.title)}",
        f"# start = {scenario.start.isoformat()}",
        f"# steps = {scenario.steps}",
        "",
        "[decision]",
        *[f"# {rule} = {weight!r}" for rule, weight in scenario.decision.items()],
        "",
        "[terms]",
        *[f'# {term} = "{switch}"' for term, switch in scenario.terms.items()],
    ]
    reached = [number for number in scenario.numbers.values() if number.note != OUT_OF_REACH]
    for table, inside in groupby(reached, key=lambda number: number.path.rpartition(".")[0]):
        lines += [
            "",
            f"[{table}]",
            *(f"# {toml_number(each)}  # {finding.number_at(each.path).meaning}" for each in inside),
        ]
    return "\n".join(lines) + "\n"
