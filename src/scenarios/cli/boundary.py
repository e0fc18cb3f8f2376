"""How does a command end? With an exit code, and one clear line on stderr instead of a traceback."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import typer

from scenarios.cli.groups import regrouped, spread_out
from scenarios.errors import ScenarioError, ScenariosError, StoreError, UserError

FAULT_INSIDE, USERS_INPUT, INTERRUPTED, TERMINATED = 1, 2, 130, 143


def command(function: Callable[..., None]) -> Callable[..., None]:
    """A command whose options may stand in groups, and whose errors end in a message and an exit code."""

    @wraps(function)
    def guarded(**given: Any) -> None:
        try:
            with exits_as_told():
                asked = regrouped(function, given)
                clear_up(getattr(asked.get("shown"), "out", asked.get("out")))
                function(**asked)
        except (UserError, StoreError) as fault:
            say_fault(fault)
            raise typer.Exit(USERS_INPUT) from fault
        except ScenariosError as fault:
            say(f"Error inside: {fault}")
            raise typer.Exit(FAULT_INSIDE) from fault

    guarded.__signature__ = spread_out(function)  # type: ignore[attr-defined]
    return guarded


@contextmanager
def exits_as_told() -> Iterator[None]:
    """Ctrl-C ends with 130; SIGTERM, which a cluster sends at its time limit, in the same way, with 143."""
    from scenarios.store.aside import stoppable

    with stoppable() as came:
        try:
            try:
                yield
            except KeyboardInterrupt as stop:
                say("Interrupted.")
                raise typer.Exit(INTERRUPTED) from stop
        except typer.Exit as end:
            if came and end.exit_code == INTERRUPTED:
                raise typer.Exit(TERMINATED) from end
            raise


def clear_up(out: Any) -> None:
    """Deletes what killed commands left in the folder of results, and says so."""
    from scenarios.store.aside import sweep_up

    n, size = sweep_up(out) if isinstance(out, Path) else (0, 0)
    if n:
        say(f"Swept up what killed commands left in {out}: {n} hidden files or folders, {size / 1e6:,.1f} MB.")


def say(line: str, is_quiet: bool = False) -> None:
    """Writes a line to stderr, where it does not mix with results."""
    if not is_quiet:
        typer.echo(line, err=True)


def say_fault(fault: ScenariosError) -> None:
    """Writes what is wrong to stderr, every fault on its own line."""
    if isinstance(fault, ScenarioError):
        n = len(fault.faults)
        say(f"{n} fault{'' if n == 1 else 's'}:")
        for line in fault.faults:
            say(f"  {line}")
    else:
        say(f"Error: {fault}")
