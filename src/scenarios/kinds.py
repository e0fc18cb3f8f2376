"""Is a value of the kind that an annotation says? One judge of what is handed to a public name and of what a file says.

Annotations alone decide, so that a public name says once what it takes. Of a class of ours only the class is asked.
"""

import inspect
import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache, wraps
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from types import FunctionType, NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from scenarios.errors import WrongArgument, places_told

LARGEST = 2**63
LONGEST = 60  # letters of a value that a fault repeats
PLAIN: dict[Any, str] = {
    int: "a whole number",
    float: "a finite number",
    bool: "True or False",
    str: "text",
    Path: "a path",
    date: "a date",
    NoneType: "None",
}
UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
Named = Callable[[str], Any]


def fits(value: Any, kind: Any) -> bool:
    """Whether a value is of the kind that an annotation says; numpy's numbers are numbers, True is none.

    Examples
    --------
    >>> fits(3, int), fits(3, float), fits(True, int), fits(math.nan, float), fits(["a", 1], list[str])
    (True, True, False, False, False)
    """
    origin, inner = get_origin(kind) or kind, get_args(kind)
    if origin in (Union, UnionType):
        return any(fits(value, each) for each in inner)
    if origin is Literal:
        return isinstance(value, str) and value in inner
    if origin is tuple and inner and inner[-1] is not Ellipsis:
        return isinstance(value, (tuple, list)) and len(value) == len(inner) and all(map(fits, value, inner))
    if origin in PLAIN or origin is None:
        return _fits_plain(value, origin)
    if origin is Callable:
        return callable(value)
    if origin is Any or not isinstance(origin, type):  # Any is a class from Python 3.11 on
        return True
    if origin is Mapping and not isinstance(value, Mapping):  # a pandas Series, which is no Mapping and reads as one
        return callable(getattr(value, "keys", None)) and callable(getattr(value, "items", None))
    return isinstance(value, origin) and all(
        fits(each, inner[-1 if origin is not tuple else 0]) for each in _within(value, inner)
    )


def _within(value: Any, inner: tuple[Any, ...]) -> Iterable[Any]:
    """What is within a container whose annotation says of what kind that is; nothing that can be gone through once."""
    if not inner or not isinstance(value, Collection) or isinstance(value, str):
        return ()
    return value.values() if isinstance(value, Mapping) else value


def _fits_plain(value: Any, kind: Any) -> bool:
    """Whether a value is a number, a text, a path or nothing."""
    if kind in (int, float):
        is_number = isinstance(value, Integral if kind is int else Real) and not isinstance(value, bool)
        return is_number and -LARGEST < value < LARGEST if kind is int else is_number and _is_finite(value)
    if kind is bool:
        return type(value).__name__ in ("bool", "bool_")  # numpy's too
    if kind in (str, Path):
        is_text = isinstance(value, str) if kind is str else isinstance(value, PathLike)
        return is_text and UNWRITABLE.search(str(value)) is None
    return value is None if kind in (None, NoneType) else isinstance(value, kind)


def _is_finite(value: Any) -> bool:
    """Whether a number is finite, also as a float."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def kind_in_words(kind: Any) -> str:
    """A kind in words.

    Examples
    --------
    >>> kind_in_words(int | None), kind_in_words(list[str])
    ('a whole number or None', 'list of text')
    """
    origin, inner = get_origin(kind) or kind, get_args(kind)
    if origin in (Union, UnionType):
        return " or ".join(map(kind_in_words, inner))
    if origin in PLAIN or origin is None:
        return PLAIN[origin or NoneType]
    name = str(getattr(origin, "__name__", origin))
    of = [kind_in_words(each) for each in inner if each is not Ellipsis and not isinstance(each, list)]
    return name if not of or origin is Callable else f"{name} of {' and '.join(of)}"


def misfit(thing: Any) -> str:
    """The first field of a dataclass that holds what its annotation does not say; empty if there is none."""
    for name, kind in _fields_of(type(thing)):  # type: ignore[arg-type]
        value = getattr(thing, name)
        if not fits(value, kind):
            return f"{name} is {_shown(value)}{_cure(value, kind)}".removesuffix(".")
        inner = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, tuple) else [value]
        for each in inner:
            if is_dataclass(each) and (fault := misfit(each)):
                return f"{name}: {fault}"
    return ""


@cache
def _fields_of(kind: type) -> list[tuple[str, Any]]:
    """Names and annotations of the fields of a dataclass."""
    hints = get_type_hints(kind)
    return [(field.name, hints[field.name]) for field in fields(kind)]


def _shown(value: Any) -> str:
    """A value as Python writes it, cut; or what it is, if that cannot be written."""
    try:
        text = repr(value)
    except Exception:
        return f"a {type(value).__name__}"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _cure(value: Any, kind: Any) -> str:
    """What is wrong with a value that does not fit, and what to do."""
    must = kind_in_words(kind)
    for each in value if isinstance(value, (list, tuple)) else (value,):
        fault = UNWRITABLE.search(str(each)) if isinstance(each, (str, PathLike)) else None
        if fault and ("text" in must or "path" in must):
            what = "NUL" if fault.group() == "\0" else "half of a letter, which no file can hold"
            return f"; character {fault.start() + 1} of {_shown(each)} is {what}. Leave it out."
    return f"; must be {must}{' below 2**63' if type(value) is int and abs(value) >= LARGEST else ''}."


def judging_all(found: Any, named: Named) -> Any:
    """A public name that judges what it is handed; a class judges it in its methods."""
    if isinstance(found, FunctionType):
        return _judging(found, named)
    if isinstance(found, type):
        for name, method in list(vars(found).items()):
            if isinstance(method, FunctionType) and (not name.startswith("_") or name == "__init__"):
                setattr(found, name, _judging(method, named))
    return found


def _judging(function: FunctionType, named: Named) -> Callable[..., Any]:
    """A function that refuses an argument of another kind than its annotation says, before anything is done."""
    taken = inspect.signature(function)
    called = function.__qualname__.removesuffix(".__init__")

    @wraps(function)
    def judging(*args: Any, **kwargs: Any) -> Any:
        try:
            given = taken.bind(*args, **kwargs)
        except TypeError as fault:
            raise WrongArgument(f"{called}: {fault}. Taken are: {', '.join(taken.parameters)}.") from fault
        kinds = _kinds_of(function, named)
        for name, value, kind in _handed(given, kinds):
            if not fits(value, kind):
                raise WrongArgument(f"{called}: {name} is {_shown(value)} ({type(value).__name__}){_cure(value, kind)}")
        with places_told():
            return function(*args, **kwargs)

    return judging


def _handed(given: inspect.BoundArguments, kinds: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Name, value and kind of everything that is handed to a function."""
    for name, value in given.arguments.items():
        how = given.signature.parameters[name].kind
        if how is not inspect.Parameter.VAR_KEYWORD:
            for each in value if how is inspect.Parameter.VAR_POSITIONAL else (value,):
                yield name, each, kinds.get(name, Any)


@cache
def _kinds_of(function: FunctionType, named: Named) -> dict[str, Any]:
    """The annotations of a function, with the classes for those that only the type checker reads."""
    quoted = " ".join(kind for kind in function.__annotations__.values() if isinstance(kind, str))
    lacking = {name for name in re.findall(r"[A-Za-z_]\w*", quoted) if name not in function.__globals__}
    return get_type_hints(function, localns={name: named(name) for name in lacking})
