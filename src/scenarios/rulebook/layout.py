"""How does a sheet lie in a row of an array? The only generated code of the package.

For each sheet: `pick(row, at)` reads it from `row[at:]`, `put(row, at, sheet)` writes it; a sheet made of sheets lies
flat. The generated functions are rules like any other.
"""

from typing import Any, get_type_hints


def within(row: Any, at: int, size: int) -> bool:
    """Whether `size` numbers from `at` lie in a row; the compiler takes it for granted unless it is told to check."""
    return at >= 0 and at + size <= len(row)


def peek(row: Any, at: int) -> float:
    """A number of a row; the compiler reads it without asking whether `at` counts from the end."""
    return row[at]  # type: ignore[no-any-return]


def poke(row: Any, at: int, value: float) -> None:
    """Writes a number into a row; compiled like `peek`."""
    row[at] = value


def width(sheet: Any) -> int:
    """How many numbers a sheet holds.

    Examples
    --------
    >>> from scenarios.rulebook.conditions import Crisis
    >>> width(Crisis)
    2
    """
    return len(flat_fields(sheet))


def flat_fields(sheet: Any) -> list[str]:
    """Names of the numbers of a sheet in the order of a row, as attribute paths.

    Examples
    --------
    >>> from scenarios.rulebook.conditions import Review
    >>> flat_fields(Review)[:2]
    ['number', 'redraw_at']
    """
    hints = get_type_hints(sheet)
    fields = []
    for name in sheet._fields:
        inner = hints[name]
        fields += [f"{name}.{field}" for field in flat_fields(inner)] if hasattr(inner, "_fields") else [name]
    return fields


def sheets_within(sheet: Any) -> list[Any]:
    """A sheet and all sheets of which it is made."""
    inner = [each for each in get_type_hints(sheet).values() if hasattr(each, "_fields")]
    return [sheet, *(part for each in inner for part in sheets_within(each))]


def reading(sheet: Any, first: int) -> str:
    """Source text that builds a sheet from `row[at + first:]`."""
    hints = get_type_hints(sheet)
    parts = []
    for name in sheet._fields:
        inner = hints[name]
        if hasattr(inner, "_fields"):
            parts.append(reading(inner, first))
            first += width(inner)
        else:
            parts.append(f"peek(row, at + {first})")
            first += 1
    return f"{sheet.__name__}({', '.join(parts)})"


def row_access(sheet: Any) -> tuple[Any, Any]:
    """The two rules that read a sheet from a row and write it there."""
    writes = "\n".join(f"    poke(row, at + {i}, sheet.{field})" for i, field in enumerate(flat_fields(sheet)))
    checked = (
        f"    if not within(row, at, {width(sheet)}):\n        raise IndexError('a {sheet.__name__} is %s its rows')\n"
    )
    text = f"def pick(row, at):\n{checked % 'read outside'}    return {reading(sheet, 0)}\n"
    text += f"def put(row, at, sheet):\n{checked % 'written outside'}{writes}\n"
    names = {each.__name__: each for each in sheets_within(sheet)} | {"peek": peek, "poke": poke, "within": within}
    names["__name__"] = __name__  # a module that exists: the cache of machine code looks it up
    exec(compile(text, f"<row of {sheet.__name__}>", "exec"), names)
    return names["pick"], names["put"]
