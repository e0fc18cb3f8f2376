"""How is machine code called that was compiled before? Read, linked and called as the compiler left it, without numba.

Numba takes a second of every process to be imported and to find its own cache. Its calling convention is simple: a
place for what is returned, one for what is raised, then every number and every array of the arguments in their order.
"""

import ctypes
import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import suppress
from ctypes.util import find_library
from functools import cache
from hashlib import sha256
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

CHECK = 32  # bytes of a SHA-256 before what is kept
Call = Callable[..., Any]


class Code(NamedTuple):
    """Machine code of a loop: the name of its function, and the file that the linker reads."""

    name: str
    content: bytes


class Raised(ctypes.Structure):
    """What machine code says of an error: a pickle of its class, its words and its place."""

    _fields_ = (("text", ctypes.c_void_p), ("length", ctypes.c_int32))


class Loop:
    """A loop as machine code, for each layout of its arguments read from the cache or compiled at the first call.

    Parameters
    ----------
    entry : function
    folder : Path or None
        Where machine code is kept.
    compile : callable
        Makes the machine code for some arguments, or a function to call instead.
    """

    def __init__(self, entry: Call, folder: Path | None, compile: "Callable[[tuple[Any, ...]], Code | Call]") -> None:
        self.entry, self.folder, self.compile = entry, folder, compile
        self.lock = Lock()
        self.known: dict[str, Call] = {}

    def __call__(self, *given: Any) -> None:
        """Plays as `entry` would."""
        values = list(flattened(given))
        layout = layout_of(given)
        with self.lock:
            if layout not in self.known:
                self.known[layout] = self._found(given, layout)
        self.known[layout](given, values)

    def _found(self, given: tuple[Any, ...], layout: str) -> Call:
        """What plays arguments of a layout."""
        place = self.folder and self.folder / f"{self.entry.__name__}-{self._key(layout)}.nbc"
        code: Any = code_in(place) if place else None
        if code is None:
            code = self.compile(given)
            if not isinstance(code, Code):
                return lambda given, _: code(*given)
            if place:
                put_code(place, code)
        return linked(code)

    def _key(self, layout: str) -> str:
        """What machine code depends on besides the folder: the source of the entry, its arguments, this processor."""
        import llvmlite.binding as llvm

        source = Path(self.entry.__code__.co_filename).read_bytes()
        processor = f"{llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}"
        return sha256(source + f"{layout} {processor}".encode()).hexdigest()[:16]


def code_in(place: Path) -> Code | None:
    """Machine code from its file; None if there is none that is whole."""
    try:
        content = place.read_bytes()
    except OSError:
        return None
    if sha256(content[CHECK:]).digest() != content[:CHECK]:
        return None
    name, _, rest = content[CHECK:].partition(b"\n")
    return Code(name.decode(), rest)


def put_code(place: Path, code: Code) -> None:
    """Writes machine code, whole or not at all."""
    content, aside = code.name.encode() + b"\n" + code.content, place.with_suffix(f".{os.getpid()}")
    try:
        aside.write_bytes(sha256(content).digest() + content)
        aside.replace(place)
    except OSError:  # the next process compiles it anew
        with suppress(OSError):
            aside.unlink()


@cache
def lend_helpers() -> None:
    """Tells the linker of the functions in C that numba lends to machine code; nothing else of numba is imported."""
    import llvmlite.binding as llvm

    numba = find_spec("numba")
    library = PathFinder.find_spec("_helperlib", numba.submodule_search_locations if numba else [])
    if library is None or library.loader is None:
        raise ImportError("numba is not installed as it should be: it has no _helperlib.")
    module = module_from_spec(library)
    library.loader.exec_module(module)
    for name, address in module.c_helpers.items():
        llvm.add_symbol(f"numba_{name}", address)
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()


def lend_division() -> None:
    """Tells the linker of the division of 128 bits, which plain compilation asks of the C library of the compiler."""
    import llvmlite.binding as llvm

    with suppress(OSError, TypeError, AttributeError):  # where there is no such library it may not be needed
        library = ctypes.CDLL(find_library("gcc_s"))
        for name in ("__udivti3", "__umodti3", "__divti3", "__modti3"):
            llvm.add_symbol(name, ctypes.cast(getattr(library, name), ctypes.c_void_p).value)


def linked(code: Code) -> Call:
    """Machine code as a function of the arguments and the same flattened."""
    import llvmlite.binding as llvm

    lend_helpers()
    machine = llvm.Target.from_default_triple().create_target_machine()
    linker = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    linker.add_object_file(llvm.ObjectFileRef.from_data(code.content))
    linker.finalize_object()
    function = ctypes.CFUNCTYPE(ctypes.c_int32)(linker.get_function_address(code.name))

    def call(_given: Any, values: list[Any], _alive: Any = linker) -> None:
        returned, raised = ctypes.c_void_p(), ctypes.POINTER(Raised)()
        flat = [part for value in values for part in passed(value)]
        if function(ctypes.byref(returned), ctypes.byref(raised), *flat):
            if not raised:
                raise RuntimeError("machine code ended without saying why")
            fault, words, _ = pickle.loads(ctypes.string_at(raised.contents.text, raised.contents.length))
            raise fault(*(words or ()))

    return call


def flattened(value: Any) -> Iterator[Any]:
    """The numbers and arrays of nested tuples in their order."""
    if isinstance(value, tuple):
        for each in value:
            yield from flattened(each)
    else:
        yield value


def layout_of(value: Any) -> str:
    """What the compiler must know of nested tuples of numbers and arrays."""
    if isinstance(value, tuple):
        return f"{type(value).__name__}({' '.join(map(layout_of, value))})"
    if isinstance(value, np.ndarray):
        order = "C" if value.flags.c_contiguous else "F" if value.flags.f_contiguous else "A"
        return f"{value.dtype.str}{value.ndim}{order}{value.flags.writeable:d}"
    return type(value).__name__


def passed(value: Any) -> tuple[Any, ...]:
    """A number or an array as machine code takes it."""
    if isinstance(value, np.ndarray):
        sizes = map(ctypes.c_ssize_t, (value.size, value.itemsize, value.ctypes.data, *value.shape, *value.strides))
        return (None, None, *sizes)
    return (ctypes.c_double(value) if isinstance(value, float) else ctypes.c_int64(value),)
