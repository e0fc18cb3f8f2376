"""Which scenarios and answers are there, what do they say, are they sound? `list`, `show`, `check`, `new` ..."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from scenarios.cli.boundary import USERS_INPUT, command, put_made, say, say_fault, tell_line
from scenarios.cli.options import FormatOption, NameArgument, OutOption, OutsideOption
from scenarios.errors import StoreError, UserError, known_names
from scenarios.report.answer import Format, rows_text

LAST_START = date(9990, 1, 1)


@command
def list_library(form: FormatOption = Format.TABLE) -> None:
    """Lists the library's scenarios; `scenarios cases` lists the cases, each a scenario called case:ID."""
    from scenarios.scenario.describe import list_rows

    put_made(rows_text(list_rows(), form))
    say("Any of the 91 cases is one, too: case:ID, such as case:SYR15R; scenarios cases lists them.")


@command
def show(
    name: NameArgument,
    path: Annotated[str | None, typer.Argument(help="Dotted path of one number.")] = None,
    word: Annotated[str | None, typer.Option("--find", metavar="WORD", help="The numbers that have a word.")] = None,
    allow_outside: OutsideOption = False,
    out: OutOption = Path("results"),
    form: FormatOption = Format.TABLE,
) -> None:
    """Shows a scenario, or one of its numbers.

    A number comes with its range, unit, source and note, and with what setting it and believing it do. Uncertain
    numbers stand first, by their importance if the results hold a sensitivity of this scenario. A word is looked for
    in path, meaning and note, and among other names.
    """
    from scenarios.scenario import describe, finding, load
    from scenarios.store.answers import importance

    scenario = load.load(name, allow_outside=allow_outside)
    if path is not None and word is not None:
        raise UserError(f"--find {word}: beside {path}. Name a path, or look for a word.")
    if word is not None:
        rows = [describe.number_row(number) for number in finding.found(scenario, word)]
    elif path is not None:
        rows = describe.parameter_rows(scenario, path)
    else:
        rows = describe.scenario_rows(scenario, importance(out, scenario))
    put_made(rows_text(rows, form, f"{scenario.name}: {path or word or scenario.title}"))


@command
def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Scenario files.")],
    full: Annotated[bool, typer.Option("--full", help="List where each number stands.")] = False,
    allow_outside: OutsideOption = False,
) -> None:
    """Checks files, every fault at once.

    Says where the numbers of a sound file stand, whose posterior it draws from, and warns of what is doubtful. Exits
    with 2 if there is a fault; a warning is none.
    """
    from scenarios.runs.soundness import soundness
    from scenarios.scenario.load import load

    n_faulty = 0
    for file in files:
        try:
            for line in soundness(load(file, allow_outside=allow_outside), file, full, allow_outside):
                tell_line(line)
        except UserError as fault:
            n_faulty += 1
            say_fault(fault)
    if n_faulty:
        say(f"{n_faulty} of {len(files)} files must change.")
        raise typer.Exit(USERS_INPUT)


@command
def schema() -> None:
    """Prints the JSON Schema of scenario files, by which an editor checks them while they are written."""
    from scenarios.scenario.schema import file_schema

    tell_line(json.dumps(file_schema(), indent=1, ensure_ascii=False))


@command
def new(
    file: Annotated[Path, typer.Argument(help="File to write; must not exist.")],
    origin: Annotated[str | None, typer.Option("--from", metavar="NAME", help="Scenario to copy.")] = None,
    client: Annotated[str | None, typer.Option(help="Who is pressed, of a new conflict.")] = None,
    coercer: Annotated[str | None, typer.Option(help="Who presses.")] = None,
    patrons: Annotated[
        str | None, typer.Option(metavar="NAME[:like=PATRON],...", help="Who supports the client.")
    ] = None,
    start: Annotated[str | None, typer.Option(metavar="DATE", help="Day on which runs open; today.")] = None,
    allow_outside: OutsideOption = False,
) -> None:
    """Writes a file to edit: a copy, or the questions of a new conflict.

    A copy is commented (--from). A new conflict (--client, --coercer, --patrons) gets some thirty questions with
    neutral defaults; :like=iran takes the numbers of that library patron. Never overwrites a file.
    """
    text = text_of_new(origin, {"--client": client, "--coercer": coercer, "--patrons": patrons}, start, allow_outside)
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(text)
    except FileExistsError as fault:
        raise UserError(f"{file}: exists already and is left as it is. Choose another name.") from fault
    except OSError as fault:
        raise StoreError(f"{file}: cannot be written ({fault.strerror or fault}). Choose another place.") from fault
    from scenarios.scenario.load import is_within

    more = "" if origin is None or is_within(Path(origin), file.parent) else " --allow-outside"
    tell_line(f"{file}: written. Edit it, then: scenarios check {file}{more}")


def text_of_new(
    origin: str | None, conflict: dict[str, str | None], start: str | None, allow_outside: bool = False
) -> str:
    """What a new file says: a commented copy, or the questions of a conflict."""
    from scenarios.scenario import blank, describe

    given = [name for name, word in conflict.items() if word is not None]
    if origin is not None and (given or start is not None):
        raise UserError(f"--from copies a scenario and goes with no {(given or ['--start'])[0]}. Drop one of the two.")
    if origin is not None:
        return describe.commented_copy(origin, allow_outside)
    missing = [name for name, word in conflict.items() if not (word or "").strip()]
    if missing:
        raise UserError(f"{', '.join(missing)}: missing. Give all of {', '.join(conflict)}; or copy one: --from NAME.")
    client, coercer, patrons = (str(word).strip() for word in conflict.values())
    return blank.blank_file(client, coercer, blank.new_patrons(patrons), _day_of(start))


def _day_of(text: str | None) -> date:
    """The day that an option names; today if it names none."""
    if text is None:
        return date.today()
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UserError(f"--start {text}: must be a date like 2024-11-27.") from error
    if day >= LAST_START:
        raise UserError(f"--start {text}: must lie before {LAST_START}, so that the calendar holds all steps.")
    return day


@command
def list_results(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Name of a scenario; all if none.")] = None,
    out: OutOption = Path("results"),
    form: FormatOption = Format.TABLE,
) -> None:
    """Lists kept answers, the latest first: what was asked and set, size, date."""
    from scenarios.store.folder import kept_rows

    rows = kept_rows(out, name)
    if not rows and form in (Format.TABLE, Format.MARKDOWN):
        others = {row["scenario"] for row in kept_rows(out)} if name else set()
        known = f" {known_names(name or '', others)}" if others else ""
        tell_line(f"{out}: no answers are kept here{f' about {name}' if name else ''}.{known}")
        return
    put_made(rows_text(rows, form, f"Answers in {out}"))
