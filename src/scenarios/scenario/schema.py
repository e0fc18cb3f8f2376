"""How does an editor check a scenario file while it is written? The JSON Schema of the file, made from the sheets.

It judges one file on its own, so nothing but the parts of a number is required: what a file leaves out may stand in
its base, in a library patron, or under an overlay. Whether the whole is complete and holds together, `check` says.
Only this module needs pydantic, and nothing needs this module to run.
"""

import json
from datetime import date
from functools import cache, reduce
from operator import or_
from pathlib import Path as File
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from scenarios.rulebook.traits import TRAITS, Number, numbers
from scenarios.scenario.arrays import INPUTS, N_RUNGS, NO_SCRIPT, PATRON_INPUTS, WHOLE_UNITS
from scenarios.scenario.build import number_acted_on
from scenarios.scenario.check import MOST_STEPS
from scenarios.scenario.check_sheets import NAME
from scenarios.scenario.dated import number_at, units_of
from scenarios.scenario.priors import KINDS
from scenarios.scenario.scenario import STEP_DAYS
from scenarios.vocabulary import DecisionRule, Freeze, Mode, Switch, Term

SCHEMA_FILE = File(__file__).parent / "scenario.schema.json"
STRICT = ConfigDict(frozen=True, extra="forbid")
Model = type[BaseModel]
Name = Annotated[str, StringConstraints(pattern=f"^{NAME.pattern}$")]
Text = Annotated[str, StringConstraints(min_length=1)]
Weight = Annotated[float, Field(ge=0)]


class Plain(GenerateJsonSchema):
    """Leaves out what a TOML file cannot say: null, and defaults that stand in another file."""

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """The schema of a field without its default."""
        return self.generate_inner(schema["schema"])

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """The schema of an optional field without null."""
        return self.generate_inner(schema["schema"])


def optional(kind: Any, meaning: str = "", alias: str | None = None) -> tuple[Any, Any]:
    """A field that a file may leave out."""
    return (kind | None, Field(None, description=meaning or None, alias=alias))


def one_of(words: Any) -> Any:
    """The type of a closed list of words."""
    return Literal[tuple(words)]


@cache
def number_model(unit: str, low: float, high: float) -> Model:
    """The table of one number: value, range, unit and pedigree."""
    whole = 1 if unit in WHOLE_UNITS else None
    value = Annotated[float, Field(ge=low, le=high, multiple_of=whole)]
    ends = Annotated[list[Annotated[float, Field(ge=low, le=high)]], Field(min_length=2, max_length=2)]
    uncertainty: dict[str, Any] = {
        "range": optional(ends, "low and high; without it the number is fixed"),
        "distribution": optional(one_of(KINDS), "over the range"),
    }
    return create_model(
        f"{unit} from {low:g} to {high:g}".replace(".", "_"),  # a dot would cut the name short in the schema
        __config__=STRICT,
        value=(value, ...),
        unit=(one_of([unit]), ...),
        source=(Text, Field(description='"judgement", "derived: FORMULA", "fitted: PROCEDURE", or the id of a source')),
        where=optional(Text, "table, row or page in the source"),
        note=optional(str, "one line for the reader"),
        **({} if unit == "flag" else uncertainty),
    )


def number_fields(kind: str) -> dict[str, Any]:
    """The fields of a sheet's numbers."""
    found: dict[str, Number] = numbers(TRAITS[kind])
    return {name: optional(number_model(n.unit, n.low, n.high), n.meaning) for name, n in found.items()}


def sheet_model(kind: str, **words: Any) -> Model:
    """The table of one sheet, with the words that go with its numbers."""
    title = TRAITS[kind].__name__
    return create_model(title, __config__=STRICT, __doc__=TRAITS[kind].__doc__, **words, **number_fields(kind))


def course_model(unit: str, high: float | None) -> Model:
    """The table of one path over time: its dates and values with their sources, or the file that holds them."""
    low = int(NO_SCRIPT) if unit in ("rung", "share") else 0
    value = Annotated[float, Field(ge=low, le=high, multiple_of=1 if unit == "rung" else None)]
    return create_model(
        f"path in {unit}",
        __config__=STRICT,
        at=optional(Annotated[list[date], Field(min_length=1)], "days, rising"),
        values=optional(Annotated[list[value], Field(min_length=1)], "one value a day in at"),
        file=optional(Text, "CSV file of date,value,source,note beside this one or in the library"),
        until=optional(date, "last day on which the path says anything"),
        unit=(one_of([unit]), ...),
        source=optional(Text),
        sources=optional(list[Text], "one source a value"),
        where=optional(Text),
        note=optional(str),
    )


@cache
def courses(path: str) -> Any:
    """The models of a path over time, one a unit that it may have."""
    top = number_at(number_acted_on(path)).high
    return reduce(or_, [course_model(unit, None if unit == "factor" else top) for unit in units_of(path)])


def paths_model() -> Model:
    """The table of all paths over time; those of patrons have the patron's name in theirs."""
    fields: dict[str, Any] = {path.replace(".", "_"): optional(courses(path), "", path) for path in INPUTS}

    course: Any = reduce(or_, [courses(f"patrons.any.{field}") for field in PATRON_INPUTS])

    class Paths(BaseModel):
        """Step functions of time."""

        model_config = ConfigDict(frozen=True, extra="allow")
        __pydantic_extra__: dict[str, course]

    return create_model("Paths", __base__=Paths, **fields)


def choice_models() -> dict[str, Any]:
    """The tables that hold no numbers with a pedigree."""
    switches: dict[str, Any] = {word: optional(one_of(Switch.words())) for word in Term.words()}
    rules: dict[str, Any] = {word: optional(Weight) for word in DecisionRule.words()}
    return {
        "decision": optional(create_model("Decision", __config__=STRICT, **rules), "decision rule -> weight"),
        "terms": optional(create_model("Terms", __config__=STRICT, **switches), "utility term -> switch"),
        "freeze": optional(list[one_of(Freeze.words())], "inputs held at their opening values"),  # type: ignore[misc]
    }


def table_models() -> dict[str, Any]:
    """The tables that hold numbers."""
    named: dict[str, Any] = {"name": optional(Text, "name for people"), "key": optional(Text, "stable key of draws")}
    mode = optional(one_of(Mode.words()), "how the coercer moves along the ladder")
    rung = sheet_model("ladder", name=named["name"])
    rungs: dict[str, Any] = {f"rung_{r}": optional(rung, "", str(r)) for r in range(N_RUNGS)}
    pairs = optional(dict[Name, sheet_model("pairs")], "a channel without a table is out of reach")  # type: ignore[misc]
    patron = sheet_model("patrons", **named, library=optional(Text, "library patron to build on"), channels=pairs)
    return {
        "model": optional(sheet_model("model")),
        "coercer": optional(sheet_model("coercer", **named, mode=mode)),
        "client": optional(sheet_model("client", **named)),
        "ladder": optional(create_model("Ladder", __config__=STRICT, **rungs)),
        "channels": optional(dict[Name, sheet_model("channels", **named)]),  # type: ignore[misc]
        "patrons": optional(dict[Name, patron]),  # type: ignore[valid-type]
        "paths": optional(paths_model()),
    }


@cache
def file_model() -> Model:
    """The pydantic model of a scenario file or an overlay."""
    steps = Annotated[int, Field(ge=1, le=MOST_STEPS)]
    return create_model(
        "Scenario file",
        __config__=STRICT,
        title=optional(str),
        question=optional(str),
        posterior=optional(str, "sample of the library that gives the numbers which history identifies"),
        base=optional(Text, "library scenario, or file beside this one, that this file builds on"),
        without=optional(list[Name], "patrons of the base that this file does without"),
        start=optional(date, "the opening"),
        step=optional(one_of(STEP_DAYS)),
        steps=optional(steps, "horizon"),
        persistence_days=optional(Annotated[float, Field(gt=0)], "how long a step-back must last to count"),
        **choice_models(),
        **table_models(),
    )


def file_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file.

    Examples
    --------
    >>> sorted(file_schema()["properties"])[:3]
    ['base', 'channels', 'client']
    """
    schema = file_model().model_json_schema(schema_generator=Plain)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_text() -> str:
    """The JSON Schema as it stands in the committed file."""
    return json.dumps(file_schema(), indent=1, ensure_ascii=False) + "\n"


def is_current() -> bool:
    """Whether the committed file says what the sheets say."""
    return SCHEMA_FILE.is_file() and SCHEMA_FILE.read_text(encoding="utf-8") == schema_text()


def write_schema(file: File = SCHEMA_FILE) -> None:
    """Writes the JSON Schema; call it after a change of the sheets."""
    file.write_text(schema_text(), encoding="utf-8")
