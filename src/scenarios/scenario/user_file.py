"""How is a file that a user names read? By one door for tables and scenarios, which refuses at once what is no text.

Only files on this machine are read: an address is never fetched, nothing is unpacked, and a pipe or a device is never
waited for.
"""

from pathlib import Path as File

from scenarios.errors import ScenarioError

LARGEST = 64_000_000  # a million points of a design; scenarios of the library have 30,000 [bytes]
PACKED_AS = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf", b"PAR1")
TAR = slice(257, 262), b"ustar"  # where a tar archive says that it is one


def text_of(file: File | str) -> str:
    """The text of a file on this machine, without the mark that some editors put before it.

    Raises
    ------
    ScenarioError
        If there is no such file, or it is none of text.
    """
    try:
        fault = _fault_of_place(file)
        written = b"" if fault else File(file).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        why = getattr(error, "strerror", None) or error
        raise ScenarioError([f"{file}: cannot be read ({why}). Check its path and rights."]) from error
    if written.startswith(PACKED_AS) or written[TAR[0]] == TAR[1]:
        fault = "is compressed, an archive or a workbook. Unpack it, or save it as text (CSV, TOML)"
    if fault:
        raise ScenarioError([f"{file}: {fault}."])
    try:
        return written.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = written.count(b"\n", 0, error.start) + 1
        raise ScenarioError([f"{File(file).name}, line {line}: is not UTF-8. Save the file as UTF-8."]) from error


def _fault_of_place(file: File | str) -> str:
    """Why nothing can be read from a place; empty if it is a file."""
    if "://" in str(file):
        return "is an address, and nothing is fetched. Save it on this machine and name the file"
    if not File(file).exists():
        return "no such file. Check its path"
    if File(file).is_dir():
        return "is a folder. Name a file in it"
    if not File(file).is_file():
        return "is a pipe or a device. Save what it gives as a file, and name that"
    size = File(file).stat().st_size
    return "" if size <= LARGEST else f"has {size:,} bytes; at most {LARGEST:,} are read. Cut it in parts"
