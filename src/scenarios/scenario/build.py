"""How does a checked table become a Scenario, and a Scenario a table again? Nothing is judged here; `check` has."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from scenarios.rulebook.traits import TRAITS, numbers
from scenarios.scenario.arrays import N_RUNGS, is_script, number_acted_on, sheets_of
from scenarios.scenario.check_numbers import entries_of, entry_at
from scenarios.scenario.entries import held_of, held_table, observed_of, observed_table, settings_of, settings_table
from scenarios.scenario.scenario import OUT_OF_REACH, STEP_DAYS, Distribution, Parameter, Path, Scenario, Source
from scenarios.vocabulary import Term

EACH_ROW = "each value has its own"
NOTCH_DAYS = 56.0  # how long a step-back had to last in the first edition
WIDE = 10.0  # ratio of the ends of a range from which it is drawn on a logarithmic scale
Table = dict[str, Any]


def distribution_of(entry: Table) -> Distribution:
    """The distribution of a number: as given, else by its range."""
    if "range" not in entry or entry["range"][0] == entry["range"][1]:
        return "fixed"
    low, high = entry["range"]
    given: Distribution | None = entry.get("distribution")
    return given or ("loguniform" if low > 0 and high / low >= WIDE else "triangular")


def pinned(value: Any, unit: str) -> Table:
    """A number that a user has set to one value, without a range."""
    return {"value": value, "unit": unit, "source": "judgement", "note": "set by the user"}


def number_of(path: str, entry: Table) -> Parameter:
    """A number with its pedigree."""
    value = float(entry["value"])
    low, high = (float(end) for end in entry.get("range", (value, value)))
    kind, note = distribution_of(entry), entry.get("note", "")
    return Parameter(path, value, low, high, kind, entry["unit"], entry["source"], entry.get("where", ""), note)


def numbers_of(table: Table) -> dict[str, Parameter]:
    """Every number of a scenario by path, in the order of the file."""
    found = {}
    for kind, prefix in sheets_of(table["patrons"], table["channels"]):
        sheet = entry_at(table, prefix)
        for field, number in numbers(TRAITS[kind]).items():
            nothing = {"value": 0.0, "unit": number.unit, "source": "judgement", "note": OUT_OF_REACH}
            path = f"{prefix}.{field}"
            found[path] = number_of(path, sheet[field] if sheet else nothing)
    return found


def path_of(name: str, entry: Table, yardstick: Parameter | None) -> Path:
    """A path over time; quantities in the unit of the number that it acts on become factors of that number."""
    series = entry.get("file")
    dates, values = (entry["at"], entry["values"]) if series is None else (series.dates, series.values)
    sources = tuple(entry.get("sources", ()) if series is None else series.sources)
    is_quantity = yardstick is not None and entry["unit"] == yardstick.unit and not is_script(name)
    scale = yardstick.value if yardstick is not None and is_quantity else 1.0
    return Path(
        path=name,
        dates=tuple(dates),
        values=tuple(float(value) / scale for value in values),
        unit="factor" if is_quantity else entry["unit"],
        source=EACH_ROW if sources else entry["source"],
        where=entry.get("where", ""),
        note=entry.get("note", ""),
        until=entry.get("until"),
        sources=sources,
    )


def names_of(table: Table, field: str) -> dict[str, str]:
    """A word (`key` or `name`) of every actor, channel and rung; the name in the file where none is given."""
    found = {who: table[who].get(field, who) for who in ("coercer", "client")}
    for kind in ("patrons", "channels"):
        found |= {f"{kind}.{name}": entry.get(field, name) for name, entry in table[kind].items()}
    if field == "name":
        found |= {f"ladder.{rung}": table["ladder"][str(rung)].get("name", "") for rung in range(N_RUNGS)}
    return found


def head_of(table: Table, step_days: Mapping[str, float] = STEP_DAYS) -> dict[str, Any]:
    """The fields of a Scenario that are neither numbers nor names: choices, weights of the decision rules, time."""
    return {
        "start": table["start"],
        "step": table["step"],
        "step_days": step_days[table["step"]],
        "steps": table["steps"],
        "persistence_days": float(table["persistence_days"]),
        "notch_days": float(table.get("notch_days", min(NOTCH_DAYS, table["persistence_days"]))),
        "mode": table["coercer"]["mode"],
        "decision": {rule: float(weight) for rule, weight in table["decision"].items()},
        "terms": {term: table.get("terms", {}).get(term, "on") for term in Term.words()},
        "freeze": frozenset(table.get("freeze", ())),
    }


def as_scenario(table: Table, name: str, base: str, overlays: tuple[str, ...]) -> Scenario:
    """A frozen scenario from a checked table."""
    found = numbers_of(table)
    return Scenario(
        name=name,
        title=table["title"],
        question=table.get("question", ""),
        **head_of(table),
        numbers=found,
        paths={
            path: path_of(path, entry, found.get(number_acted_on(path)))
            for path, entry in table.get("paths", {}).items()
        },
        patrons=tuple(table["patrons"]),
        channels=tuple(table["channels"]),
        keys=names_of(table, "key"),
        labels=names_of(table, "name"),
        base=base,
        overlays=overlays,
        posterior=table.get("posterior", ""),
        held=held_of(table),
        settings=settings_of(table),
        publication={
            path: number_of(f"publication.{path}", entry)
            for path, entry in entries_of(table.get("publication", {})).items()
        },
        reference_class=table.get("reference_class", {}),
        observed=observed_of(table),
        sources={name: Source(**entry) for name, entry in table.get("sources", {}).items()},
    )


# -- the table of a scenario, over which a file of changed lines can be laid -------------------------------------------


def entry_of(number: Parameter) -> Table:
    """A number as it stands in a file."""
    entry: Table = {"value": number.value, "unit": number.unit, "source": number.source}
    if number.is_uncertain:
        entry |= {"range": [number.low, number.high], "distribution": number.distribution}
    return entry | remarks_of(number)


def course_of(path: Path) -> Table:
    """A path over time as it stands in a file."""
    origin: Table = {"sources": list(path.sources)} if path.sources else {"source": path.source}
    until: Table = {} if path.until is None else {"until": path.until}
    course = {"at": list(path.dates), "values": list(path.values), **until, "unit": path.unit}
    return course | origin | remarks_of(path)


def remarks_of(entry: Parameter | Path) -> Table:
    """Place in the source and note, where there are any."""
    return {name: text for name, text in (("where", entry.where), ("note", entry.note)) if text}


def sheet_at(table: Table, prefix: str) -> Table:
    """The table at a dotted prefix, made if it is not there."""
    for part in prefix.split("."):
        table = table.setdefault(part, {})
    return table


def _reached(scenario: Scenario) -> set[str]:
    """Dotted prefixes of the sheets that have a table: all but the channels out of a patron's reach."""
    return {path.rpartition(".")[0] for path, number in scenario.numbers.items() if number.note != OUT_OF_REACH}


def head_table(scenario: Scenario) -> Table:
    """The table of what is neither number nor name; `build.head_of` reads it back."""
    return {
        "start": scenario.start,
        "step": scenario.step,
        "steps": scenario.steps,
        "persistence_days": scenario.persistence_days,
        "notch_days": scenario.notch_days,
        "freeze": sorted(scenario.freeze),
        "decision": dict(scenario.decision),
        "terms": dict(scenario.terms),
        "coercer": {"mode": scenario.mode},
    }


def as_table(scenario: Scenario) -> Table:
    """The table of a complete scenario file; `build.as_scenario` makes the same scenario of it."""
    table: Table = {"title": scenario.title, "question": scenario.question, **head_table(scenario)}
    if scenario.posterior:
        table["posterior"] = scenario.posterior
    reached = _reached(scenario)
    for path, number in scenario.numbers.items():
        prefix, _, field = path.rpartition(".")
        if prefix in reached:
            sheet_at(table, prefix)[field] = entry_of(number)
    for who, label in scenario.labels.items():
        sheet_at(table, who)["name"] = label
    for who, key in scenario.keys.items():
        sheet_at(table, who)["key"] = key
    table["paths"] = {name: course_of(path) for name, path in scenario.paths.items()}
    for path, number in scenario.publication.items():
        prefix, _, field = f"publication.{path}".rpartition(".")
        sheet_at(table, prefix)[field] = entry_of(number)
    table |= {"held": held_table(scenario), "settings": settings_table(scenario)}
    return table | beside_the_numbers(scenario)


def beside_the_numbers(scenario: Scenario) -> Table:
    """The tables of which no run reads a number, where there are any."""
    table: Table = {}
    if scenario.reference_class:
        table["reference_class"] = dict(scenario.reference_class)
    if scenario.sources:
        table["sources"] = {name: asdict(source) for name, source in scenario.sources.items()}
    return table | ({} if scenario.observed is None else {"observed": observed_table(scenario.observed)})
