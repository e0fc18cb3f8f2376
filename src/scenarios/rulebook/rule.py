"""What is a rule? A plain function of the rule book, and so is what hands it its sheets in an engine.

The readable engine calls a rule as it stands, and the fast engine compiles the very same source, with all that it calls
(`scenarios.engine.compiler`). So importing the rule book needs no compiler, and one process can compare the two.
"""

from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

LARGE: set[Callable[..., Any]] = set()


def large_rule(function: Function) -> Function:
    """Marks a rule that is large or rarely needed: the compiler calls it instead of copying it into each caller.

    Copied everywhere, such rules would make compilation take minutes and gain nothing.
    """
    LARGE.add(function)
    return function
