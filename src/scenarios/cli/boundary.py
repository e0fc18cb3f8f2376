"""How does a command end? With an exit code, and one clear line on stderr instead of a traceback."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, TextIO

import typer

from scenarios.cli.groups import regrouped, spread_out
from scenarios.errors import ScenarioError, ScenariosError, StoreError, UserError
from scenarios.legible import legible

FAULT_INSIDE, USERS_INPUT, INTERRUPTED = 1, 2, 130


def command(function: Callable[..., None]) -> Callable[..., None]:
    """A command whose options may stand in groups, and whose errors end in a message and an exit code."""

    @wraps(function)
    def guarded(**given: Any) -> None:
        try:
            function(**regrouped(function, given))
        except KeyboardInterrupt as stop:
            say("Interrupted.")
            raise typer.Exit(INTERRUPTED) from stop
        except (UserError, StoreError) as fault:
            say_fault(fault)
            raise typer.Exit(USERS_INPUT) from fault
        except ScenariosError as fault:
            say(f"Error inside: {fault}")
            raise typer.Exit(FAULT_INSIDE) from fault

    guarded.__signature__ = spread_out(function)  # type: ignore[attr-defined]
    return guarded


def say(line: str, is_quiet: bool = False) -> None:
    """Writes a line to stderr, where it does not mix with results."""
    if not is_quiet:
        typer.echo(with_known_letters(legible(line), sys.stderr), err=True)


def tell_line(line: str) -> None:
    """Writes a line to stdout."""
    put_made(f"{legible(line)}\n")


def put_made(text: str) -> None:
    """Writes to stdout what the report kit has made of an answer, names and all."""
    typer.echo(with_known_letters(text, sys.stdout), nl=False)


def with_known_letters(text: str, stream: TextIO) -> str:
    """A text whose letters a stream has; a mark stands for the others."""
    letters = stream.encoding or "utf-8"
    return text.encode(letters, "replace").decode(letters)


def say_fault(fault: ScenariosError) -> None:
    """Writes what is wrong to stderr, every fault on its own line."""
    if isinstance(fault, ScenarioError):
        n = len(fault.faults)
        say(f"{n} fault{'' if n == 1 else 's'}:")
        for line in fault.faults:
            say(f"  {line}")
    else:
        say(f"Error: {fault}")
