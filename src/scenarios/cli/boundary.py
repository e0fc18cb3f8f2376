"""How does a command begin and end? Its options in groups; an exit code, and one clear line instead of a traceback."""

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import MISSING, fields, is_dataclass
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Any, TextIO, get_type_hints

import typer

from scenarios.errors import ScenarioError, ScenariosError, StoreError, UserError, places_told
from scenarios.legible import legible
from scenarios.store.aside import DAMAGE, READ, unreadable

# as a shell tells of SIGINT, SIGPIPE and SIGTERM
FAULT_INSIDE, USERS_INPUT, INTERRUPTED, NO_READER, TERMINATED = 1, 2, 130, 141, 143
LONGEST = 10_000  # letters of one word
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
Hints = dict[str, Any]


def command(function: Callable[..., None]) -> Callable[..., None]:
    """A command whose options may stand in groups, and whose errors end in a message and an exit code."""

    @wraps(function)
    def guarded(**given: Any) -> None:
        READ.clear()
        try:
            with places_told(), exits_as_told():
                asked = regrouped(function, given)
                clear_up(getattr(asked.get("shown"), "out", asked.get("out")))
                function(**asked)
                sys.stdout.flush()
        except BrokenPipeError as gone:
            raise typer.Exit(NO_READER) from gone
        except (UserError, StoreError) as fault:
            say_fault(fault)
            raise typer.Exit(USERS_INPUT) from fault
        except DAMAGE as fault:
            if not READ:
                raise
            # its checksums fit, and yet it is not what this edition writes: made by hand, or by another edition
            say_fault(unreadable(READ[0], fault))
            raise typer.Exit(USERS_INPUT) from fault
        except ScenariosError as fault:
            say(f"Error inside: {fault}")
            raise typer.Exit(FAULT_INSIDE) from fault

    guarded.__signature__ = spread_out(function)  # type: ignore[attr-defined]
    return guarded


def check_words(words: Sequence[str]) -> None:
    """Refuses words of a command line that no file, name or number can have."""
    for word in words:
        fault = CONTROL.search(word)
        if len(word) > LONGEST:
            raise UserError(
                f"{word[:20]}...: has {len(word):,} letters; at most {LONGEST:,} are taken. Put it in a file."
            )
        if fault:
            at = f"letter {fault.start() + 1} of {word[:40]!a}"
            raise UserError(f"{at} is a control character, or no UTF-8. Write words without it.")


def to_its_end(work: Callable[[], Any]) -> None:
    """Does the work of the whole command line; where nobody reads it, or the disk is full, it ends all the same."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the caller
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
    code: Any = USERS_INPUT
    try:
        with places_told():
            check_words(sys.argv[1:])
            work()
    except SystemExit as end:
        code = end.code
    except (UserError, StoreError) as fault:
        say_fault(fault)
    raise SystemExit(drained(code))


def drained(code: Any) -> Any:
    """The exit code, once what was printed has left; another if it cannot."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            # what Python would say when it closes the stream is a traceback
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            code = code or USERS_INPUT
    return code


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
    """Writes a line to stderr, where it does not mix with results; what nobody can read is not written."""
    if not is_quiet:
        with suppress(OSError):
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


def hints_of(named: Any) -> Hints:
    """Types of the parameters of a function, or of the fields of a group, with what typer must know of them."""
    return {name: kind for name, kind in get_type_hints(named, include_extras=True).items() if name != "return"}


def spread_out(function: Callable[..., None]) -> Signature:
    """The parameters of a command as typer sees them: the options of each group in the place of the group.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass
    ... class Size:
    ...     runs: int
    ...     points: int = 1
    >>> def play(*, seed: int, size: Size, quiet: bool) -> None: ...
    >>> list(spread_out(play).parameters)
    ['seed', 'runs', 'points', 'quiet']
    """
    hints, found = hints_of(function), []
    for name, parameter in signature(function).parameters.items():
        if is_dataclass(hints[name]):
            found += options_of(hints[name])
        else:
            found.append(parameter.replace(kind=Parameter.KEYWORD_ONLY, annotation=hints[name]))
    return Signature(found)


def options_of(group: Any) -> list[Parameter]:
    """The fields of a group as parameters."""
    hints = hints_of(group)
    defaults = {field.name: field.default for field in fields(group)}
    return [
        Parameter(
            name,
            Parameter.KEYWORD_ONLY,
            default=Parameter.empty if default is MISSING else default,
            annotation=hints[name],
        )
        for name, default in defaults.items()
    ]


def regrouped(function: Callable[..., None], given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a command, the options of each group put into it."""
    left, groups = dict(given), {}
    for name, kind in hints_of(function).items():
        if isinstance(kind, type) and is_dataclass(kind):
            groups[name] = kind(**{field.name: left.pop(field.name) for field in fields(kind)})
    return left | groups
