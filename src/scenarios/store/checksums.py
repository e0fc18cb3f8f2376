"""Is a folder as it was written? Its record holds the SHA-256 of every file, and one of itself.

A file that the record does not list is nobody's answer: it is neither read nor does it hurt.
"""

import json
from collections import deque
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from scenarios.errors import StoreError, Unvouched
from scenarios.store.aside import put_whole, undisturbed

FILES, OWN_SUM = "files", "sha256"
CURE = "Ask the same question with --again (again=True), which plays it anew and replaces the folder"
MOST_NAMED = 5
# What a damaged or foreign file raises on its way through json, pyarrow and the constructors (ArrowInvalid and
# JSONDecodeError are ValueErrors).
DAMAGE = (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
READ: deque[Path] = deque(maxlen=1)  # the folder that was read last


def sum_of(file: Path) -> str:
    """The SHA-256 of a file, read block after block."""
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def sums_of(folder: Path, files: Iterable[Path]) -> dict[str, str]:
    """Name within the folder -> SHA-256."""
    return {file.relative_to(folder).as_posix(): sum_of(file) for file in sorted(files)}


def write_record(place: Path, record: Mapping[str, Any], files: Mapping[str, str]) -> None:
    """Writes a record with the checksums of its files and of itself, whole or not at all."""
    text = json.dumps({**record, FILES: dict(files)}, default=_plain, ensure_ascii=False, allow_nan=False)
    plain = json.loads(text)
    plain.pop(OWN_SUM, None)
    plain[OWN_SUM] = _own_sum(plain)
    put_whole(place, json.dumps(plain, indent=1, ensure_ascii=False) + "\n")


def read_record(place: Path) -> dict[str, Any]:
    """A record that is as it was written.

    Raises
    ------
    StoreError
        If it was changed, or is none.
    Unvouched
        If it holds no checksums.
    """
    if not place.is_file():  # a pipe would be waited for
        raise StoreError(damaged(place.parent, f"{place.name} is missing"))
    READ.append(place.parent)
    try:
        record = dict(json.loads(place.read_text("utf-8")))
    except DAMAGE as fault:
        raise StoreError(damaged(place.parent, f"{place.name}: {_reason(fault)}")) from fault
    if OWN_SUM not in record and FILES not in record:
        raise Unvouched(place.parent)
    if record.get(OWN_SUM) != _own_sum(record) or FILES not in record:
        raise StoreError(damaged(place.parent, f"{place.name} was changed"))
    return record


def check_files(folder: Path, sums: Mapping[str, str]) -> None:
    """Refuses a folder of which a listed file is missing or was changed.

    Raises
    ------
    StoreError
        Which names the files.
    """
    # hashing lets go of Python's lock
    with ThreadPoolExecutor() as pool:
        faults = [fault for fault in pool.map(partial(damage_of, folder), sums, sums.values()) if fault]
    if faults:
        raise StoreError(damaged(folder, in_words(faults)))


def in_words(faults: list[str]) -> str:
    """The first faults, and how many more there are."""
    more = f", and {len(faults) - MOST_NAMED} more" if len(faults) > MOST_NAMED else ""
    return ", ".join(faults[:MOST_NAMED]) + more


def damage_of(folder: Path, name: str, expected: str) -> str:
    """What is wrong with a listed file of a folder; empty if nothing is."""
    if Path(name).is_absolute() or ".." in Path(name).parts:
        return f"{name} lies outside the folder"
    if not (folder / name).is_file():
        return f"{name} is missing"
    try:
        return "" if sum_of(folder / name) == expected else f"{name} was changed"
    except OSError as fault:
        return f"{name} cannot be read ({_reason(fault)})"


def are_listed(place: Path, names: Iterable[str]) -> bool:
    """Whether a record lists all these files."""
    return set(names) <= set(read_record(place)[FILES])


def add_files(place: Path, files: Iterable[Path]) -> None:
    """Enters further files of its folder into a record."""
    with undisturbed():
        record = read_record(place)
        write_record(place, record, record[FILES] | sums_of(place.parent, files))


def damaged(folder: Path, reason: str) -> str:
    """What to say of a folder that is not as it was written."""
    return f"{folder}: damaged result folder ({reason}). {CURE}."


def unreadable(place: Path, fault: Exception) -> StoreError:
    """What to raise for a file that its reader cannot read."""
    return StoreError(damaged(place, _reason(fault)))


def _own_sum(record: Mapping[str, Any]) -> str:
    """The SHA-256 of a record without that line, however it is laid out."""
    rest = {name: value for name, value in record.items() if name != OWN_SUM}
    return sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """A numpy number, a date or a path as JSON can hold it."""
    return value.item() if hasattr(value, "item") else str(value)


def _reason(fault: Exception) -> str:
    """The first line of an error."""
    said = f"{fault} is missing" if isinstance(fault, KeyError) else str(fault)
    return said.splitlines()[0] if said else type(fault).__name__
