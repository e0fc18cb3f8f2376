"""How do options that go together stand in a command? As one parameter: a dataclass with an option a field."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from inspect import Parameter, Signature, signature
from typing import Any, get_type_hints

Hints = dict[str, Any]


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
