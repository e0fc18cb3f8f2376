"""Which scenarios are there, what do they say, are they sound? `list`, `show`, `check` and `new`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from scenarios.cli.boundary import USERS_INPUT, command, say, say_fault
from scenarios.cli.options import FormatOption, NameArgument, OutOption
from scenarios.errors import StoreError, UserError
from scenarios.report.formats import Format, rows_text


@command
def list_library(form: FormatOption = Format.TABLE) -> None:
    """Lists the library's scenarios."""
    from scenarios.scenario.describe import list_rows

    typer.echo(rows_text(list_rows(), form), nl=False)


@command
def show(
    name: NameArgument,
    path: Annotated[str | None, typer.Argument(help="Dotted path of one number.")] = None,
    out: OutOption = Path("results"),
    form: FormatOption = Format.TABLE,
) -> None:
    """Shows a scenario, or one of its numbers.

    A number comes with its range, unit, source and note, and with what setting it and believing it do. Uncertain
    numbers stand first, by their importance if the results hold a sensitivity of this scenario.
    """
    from scenarios.scenario.describe import parameter_rows, scenario_rows
    from scenarios.scenario.load import load
    from scenarios.store.answers import importance

    scenario = load(name)
    rows = scenario_rows(scenario, importance(out, scenario)) if path is None else parameter_rows(scenario, path)
    typer.echo(rows_text(rows, form, f"{scenario.name}: {path or scenario.title}"), nl=False)


@command
def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Scenario files.")],
    full: Annotated[bool, typer.Option("--full", help="List where each number stands.")] = False,
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
            for line in soundness(load(file), file, full):
                typer.echo(line)
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

    typer.echo(json.dumps(file_schema(), indent=1, ensure_ascii=False))


@command
def new(
    file: Annotated[Path, typer.Argument(help="File to write; must not exist.")],
    origin: Annotated[str, typer.Option("--from", metavar="NAME", help="Scenario to copy.")],
) -> None:
    """Writes a commented copy to edit.

    Never overwrites a file.
    """
    from scenarios.scenario.describe import commented_copy

    text = commented_copy(origin)
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(text)
    except FileExistsError as fault:
        raise UserError(f"{file}: exists already and is left as it is. Choose another name.") from fault
    except OSError as fault:
        raise StoreError(f"{file}: cannot be written ({fault.strerror or fault}). Choose another place.") from fault
    typer.echo(f"{file}: written. Edit it, then: scenarios check {file}")
