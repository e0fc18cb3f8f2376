"""How may a rule say `sheet._replace(field=value)`, which the compiler does not know? By a call that it does know.

The source of such a rule is read again with each `_replace` spelled as a call of a function of its own, which copies
the sheet but for those fields. Interpreted, a sheet replaces its fields itself. No private part of numba is used.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable
from functools import cache
from types import CodeType
from typing import Any

from numba.core.errors import TypingError
from numba.core.types.containers import BaseNamedTuple, Tuple
from numba.extending import intrinsic


@cache
def replacing(fields: tuple[str, ...]) -> Any:
    """The function of a sheet and some values that changes these fields; a sheet without them does not compile."""

    @intrinsic
    def replaced(typing: Any, sheet: Any, *values: Any) -> Any:
        if not isinstance(sheet, BaseNamedTuple):
            raise TypingError(f"_replace({', '.join(fields)}): {sheet} is no sheet.")
        for field, value in zip(fields, values, strict=True):
            if field not in sheet.fields:
                raise TypingError(f"{sheet.instance_class.__name__} has no field {field!r} to replace.")
            if typing.can_convert(value, sheet.types[sheet.fields.index(field)]) is None:
                raise TypingError(f"{sheet.instance_class.__name__}.{field} cannot be {value}.")
        spots = [sheet.fields.index(field) for field in fields]

        def lower(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            made, given = arguments
            for place, spot in enumerate(spots):
                value = builder.extract_value(given, place)
                value = context.cast(builder, value, signature.args[1].types[place], sheet.types[spot])
                made = builder.insert_value(made, value, spot)
            return made

        return sheet(sheet, Tuple.from_types(values)), lower

    return replaced


class Spelling(ast.NodeTransformer):
    """Spells `sheet._replace(field=value)` as a call of `replacing` these fields."""

    def __init__(self) -> None:
        self.called: dict[str, Any] = {}

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Called by the walk over the tree."""
        self.generic_visit(node)
        if not (isinstance(node.func, ast.Attribute) and node.func.attr == "_replace"):
            return node
        fields = tuple(str(keyword.arg) for keyword in node.keywords)
        name = f"replacing_{'_and_'.join(fields)}"
        self.called[name] = replacing(fields)
        values = [node.func.value, *(keyword.value for keyword in node.keywords)]
        return ast.copy_location(ast.Call(ast.copy_location(ast.Name(name, ast.Load()), node), values, []), node)


def spelled(function: Callable[..., Any]) -> tuple[CodeType, dict[str, Any]]:
    """The code of a rule as the compiler can read it, and the functions that this code calls besides."""
    code: CodeType = function.__code__
    if "_replace" not in code.co_names:
        return code, {}
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    tree.body[0].decorator_list = []  # type: ignore[attr-defined]
    spelling = Spelling()
    spelling.visit(tree)
    ast.increment_lineno(tree, code.co_firstlineno - 1)
    made = compile(tree, code.co_filename, "exec")
    return next(part for part in made.co_consts if isinstance(part, CodeType)), spelling.called
