"""Which scenarios stand in no file? Those that the package writes when they are asked for, such as ``case:SYR15R``.

Who writes a kind stands higher in the house than who reads it, and enters itself here.
"""

from collections.abc import Callable
from typing import Any

WRITERS: dict[str, Callable[[str], dict[str, Any]]] = {}  # word before the colon -> the table of a name after it


def is_written(name: str) -> bool:
    """Whether a name means a scenario that stands in no file."""
    kind, colon, _ = name.partition(":")
    return bool(colon) and kind in WRITERS


def written(name: str) -> dict[str, Any]:
    """The table of a scenario that stands in no file."""
    kind, _, rest = name.partition(":")
    return WRITERS[kind](rest)
