"""How does an editor check a scenario file while it is written? The JSON Schema of the file, made from the sheets.

It judges one file on its own, so nothing but the parts of a number is required: what a file leaves out may stand in
its base, in a library patron, or under an overlay. Whether the whole is complete and holds together, `check` says.
"""

import math
from collections.abc import Iterable
from dataclasses import MISSING, fields
from typing import Any

from scenarios.rulebook.traits import TRAITS, Number, numbers
from scenarios.scenario import arrays, check, citations, finding, priors, reference_class
from scenarios.scenario.check_numbers import NUMBERS, RATES, WEIGHT
from scenarios.scenario.scenario import STEP_DAYS, Source
from scenarios.vocabulary import DecisionRule, Freeze, Mode, Switch, Term

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
WORDS: Schema = {"type": "string", "minLength": 1}
DAY: Schema = {"type": "string", "format": "date"}
RUNG = "10|[0-9]"


def one_of(words: Iterable[str]) -> Schema:
    """A word of a closed list."""
    return {"enum": list(words)}


def list_of(entry: Schema, at_least: int = 0) -> Schema:
    """A list."""
    return {"type": "array", "items": entry, "minItems": at_least}


def meaning(what: str, entry: Schema) -> Schema:
    """An entry with what it means."""
    return {"description": what, **entry}


def table_of(entries: Schema, required: Iterable[str] = ()) -> Schema:
    """A table of named entries and no others."""
    return {"type": "object", "properties": entries, "required": list(required), "additionalProperties": False}


def _named(entries: Schema) -> Schema:
    """A table whose names follow patterns."""
    whole = {f"^({pattern})$": entry for pattern, entry in entries.items()}
    return {"type": "object", "patternProperties": whole, "additionalProperties": False}


def value_schema(number: Number) -> Schema:
    """A value in the domain of a number."""
    whole = {"multipleOf": 1} if number.unit in arrays.WHOLE_UNITS else {}
    top = {} if math.isinf(number.high) else {"maximum": number.high}
    return {"type": "number", "minimum": number.low, **top, **whole}


def pedigree() -> Schema:
    """Where a number comes from."""
    said = '"judgement", "derived: FORMULA", "fitted: PROCEDURE", or the id of a source'
    return {
        "source": meaning(said, WORDS),
        "where": meaning("table, row or page in the source", WORDS),
        "note": meaning("one line for the reader", TEXT),
    }


def number_schema(number: Number) -> Schema:
    """The table of one number: value, range, unit and pedigree."""
    end = value_schema(number._replace(unit=""))
    uncertainty = {
        "range": meaning("low and high; without it the number is fixed", {**list_of(end, 2), "maxItems": 2}),
        "distribution": meaning("over the range", one_of(priors.KINDS)),
    }
    parts = {"value": value_schema(number), **({} if number.unit == "flag" else uncertainty)}
    parts |= {"unit": one_of([number.unit]), **pedigree()}
    return meaning(number.meaning, table_of(parts, ["value", "unit", "source"]))


def sheet_schema(kind: str, **words: Schema) -> Schema:
    """The table of one sheet, with the words that go with its numbers."""
    fields = {name: number_schema(number) for name, number in numbers(TRAITS[kind]).items()}
    return meaning(TRAITS[kind].__doc__ or kind, table_of({**words, **fields}))


def course_schema(path: str) -> Schema:
    """A path over time, in one of the units that it may have."""
    courses = [course_in(path, unit) for unit in finding.units_of(path)]
    return courses[0] if len(courses) == 1 else {"anyOf": courses}


def course_in(path: str, unit: str) -> Schema:
    """The table of a path over time: its dates and values with their sources, or the file that holds them."""
    limits = finding.limits_of(path, unit)
    value = value_schema(limits._replace(low=arrays.NO_SCRIPT) if arrays.is_script(path) else limits)
    entries = {
        "at": meaning("days, rising", list_of(DAY, 1)),
        "values": meaning("one value a day in at", list_of(value, 1)),
        "file": meaning("CSV file of date,value,source,note beside this one or in the library", WORDS),
        "until": meaning("last day on which the path says anything", DAY),
        "unit": one_of([unit]),
        "sources": meaning("one source a value", list_of(WORDS)),
        **pedigree(),
    }
    return table_of(entries, ["unit"])


def courses() -> Schema:
    """The table of all paths over time; those of patrons have the names of patron and channel in theirs."""
    found = {path.replace(".", r"\."): course_schema(path) for path in arrays.INPUTS}
    patron, pair = rf"patrons\.{check.NAME.pattern}\.", rf"channels\.{check.NAME.pattern}\."
    found |= {patron + field: course_schema(f"patrons.any.{field}") for field in arrays.PATRON_INPUTS}
    found[patron + pair + arrays.PAIR_INPUT] = course_schema(f"patrons.any.channels.any.{arrays.PAIR_INPUT}")
    return meaning("step functions of time", _named(found))


def sheets() -> Schema:
    """The tables that hold numbers."""
    name, key = meaning("name for people", WORDS), meaning("stable key of draws", WORDS)
    mode = meaning("how the coercer moves along the ladder", one_of(Mode.words()))
    reach = meaning("a channel without a table is out of reach", _named({check.NAME.pattern: sheet_schema("pairs")}))
    general, shelf = (meaning(f"library {kind} to build on", WORDS) for kind in ("patron", "channel"))
    patron = sheet_schema("patrons", name=name, key=key, library=general, channels=reach)
    return {
        "model": sheet_schema("model"),
        "coercer": sheet_schema("coercer", name=name, key=key, mode=mode),
        "client": sheet_schema("client", name=name, key=key),
        "ladder": _named({RUNG: sheet_schema("ladder", name=name)}),
        "channels": _named({check.NAME.pattern: sheet_schema("channels", name=name, key=key, library=shelf)}),
        "patrons": _named({check.NAME.pattern: patron}),
        "paths": courses(),
    }


def choices() -> Schema:
    """The tables that hold no numbers with a pedigree."""
    weight = {"type": "number", "minimum": 0}
    return {
        "decision": meaning("decision rule -> weight", table_of(dict.fromkeys(DecisionRule.words(), weight))),
        "terms": meaning("utility term -> switch", table_of(dict.fromkeys(Term.words(), one_of(Switch.words())))),
        "freeze": meaning("inputs held at their opening values", list_of(one_of(Freeze.words()))),
    }


def condition() -> Schema:
    """A dated condition: rung and presence of the coercer, and factors on the numbers of patrons."""
    factors = _named({check.NAME.pattern: {"type": "number", "minimum": 0}})
    entries = {
        "rung": value_schema(finding.number_at("coercer.rung")),
        "presence": value_schema(finding.number_at("coercer.presence")),
    }
    entries |= {"threat": factors, "bargain": factors, "on": DAY, "source": WORDS, "note": WORDS}
    return table_of(entries, ["on", "source"])


def setting() -> Schema:
    """An intervention: a value, or a factor on the run's own number."""
    entries = {"path": WORDS, "on": DAY, "value": {"type": "number"}, "factor": {"type": "number", "minimum": 0}}
    return table_of({**entries, "source": WORDS, "note": WORDS}, ["path", "source"])


def publication() -> Schema:
    """What a chance is mixed with before it is published."""
    rates = meaning("event -> base rate", _named({check.NAME.pattern: number_schema(NUMBERS[RATES])}))
    return meaning("how a chance is published", table_of({WEIGHT: number_schema(NUMBERS[WEIGHT]), RATES: rates}))


def own_sources() -> Schema:
    """The table of a file's own sources."""
    words = {field.name: {"type": "integer"} if field.name == "year" else TEXT for field in fields(Source)}
    needed = [field.name for field in fields(Source) if field.default is MISSING]
    return _named({citations.ID: table_of({**words, "quality": one_of(citations.QUALITIES)}, needed)})


def coded_patrons() -> Schema:
    """The table that codes a scenario's patrons in the columns of the cases."""
    codes = {
        name: table_of({"value": value_schema(number), **pedigree()}, ["value"])
        for name, number in reference_class.COVARIATES.items()
    }
    patron = table_of({**codes, reference_class.EXEMPT: {"type": "boolean"}})
    entries = {
        "client": WORDS,
        "since": DAY,
        "at": list_of(DAY, 1),
        "values": list_of(value_schema(reference_class.CODED_RUNG), 1),
    }
    needed = [*entries, "source", "patrons"]
    return table_of({**entries, **pedigree(), "patrons": _named({check.NAME.pattern: patron})}, needed)


def past() -> Schema:
    """A past that was seen, as `scenarios update` writes it."""
    whole = {"type": "integer", "minimum": 0}
    row = table_of({"on": DAY, "event": WORDS}, ["on", "event"])
    entries = {"to": DAY, "rows": list_of(row), "seed": whole, "runs": whole, "parents": list_of(whole)}
    entries |= {"past": WORDS, "rules": WORDS}
    return table_of(entries, list(entries))


def file_schema() -> Schema:
    """The JSON Schema of a scenario file or an overlay.

    Examples
    --------
    >>> sorted(file_schema()["properties"])[:3]
    ['base', 'channels', 'client']
    """
    steps = {"type": "integer", "minimum": 1, "maximum": check.MOST_STEPS}
    sample = "sample of the library that gives the numbers which history identifies"
    top = {
        "title": TEXT,
        "question": TEXT,
        "posterior": meaning(sample, TEXT),
        "base": meaning("library scenario, or file beside this one, that this file builds on", WORDS),
        "without": meaning("patrons of the base that this file does without", list_of(WORDS)),
        "start": meaning("the opening", DAY),
        "step": one_of(STEP_DAYS),
        "steps": meaning("horizon", steps),
        "persistence_days": meaning("how long a step-back must last", {"type": "number", "exclusiveMinimum": 0}),
        "notch_days": meaning("how long a notch must last", {"type": "number", "exclusiveMinimum": 0}),
        "held": meaning("dated conditions under which the opening posture was held", list_of(condition())),
        "settings": meaning("interventions: what is so from the first step, or a date, on", list_of(setting())),
        "publication": publication(),
        "sources": meaning("the file's own sources, by the id by which numbers cite them", own_sources()),
        "reference_class": meaning("the patrons in the columns of the cases; no run reads it", coded_patrons()),
        "observed": meaning("a past that was seen: written by `scenarios update`", past()),
    }
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Scenario file"}
    return head | table_of({**top, **choices(), **sheets()})
