"""What makes a function a rule: it is registered here, and both engines read the register.

A rule stays a plain Python function: the readable engine calls it as it stands, and the fast engine compiles the very
same source (`scenarios.engine.compiler`). So importing the rule book needs no compiler, and one process can compare
the two.
"""

from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

REGISTER: list[Callable[..., Any]] = []
CALLED: set[Callable[..., Any]] = set()


def rule(function: Function) -> Function:
    """Registers a scalar function as part of the law book; returns it unchanged."""
    REGISTER.append(function)
    return function


def large_rule(function: Function) -> Function:
    """Registers a rule that is large or rarely needed: the compiler calls it instead of copying it into each caller.

    Copied everywhere, such rules would make compilation take minutes and gain nothing.
    """
    CALLED.add(function)
    return rule(function)
