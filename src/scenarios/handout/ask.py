"""How is an answer handed on? As one page that holds all it needs, and as a workbook."""

from collections.abc import Sequence
from pathlib import Path

from scenarios.errors import RequestRefused, StoreError
from scenarios.handout.content import content_of
from scenarios.handout.gathered import Side
from scenarios.handout.page import page_of
from scenarios.handout.workbook import check_library, write_workbook
from scenarios.store.aside import put_whole

HTML, XLSX = (".html", ".htm"), (".xlsx",)


def write_report(results: Side | Sequence[Side], file: Path | str, workbook: Path | str | None = None) -> Path:
    """Writes one page that can be handed on: sentences, figures, tables, assumptions with sources, how to repeat.

    Parameters
    ----------
    results : Results, str or Path, or a sequence of these
        Runs, or the folders of runs and of other answers. With several runs, their comparison with the first of them
        stands first; other answers come last.
    file : str or Path
        Ends in ``.html``. The page holds all it needs: nothing is fetched when it is opened.
    workbook : str or Path, optional
        Ends in ``.xlsx``. The tables as a workbook; needs the extra ``xlsx``.

    Returns
    -------
    Path
        Of the page.

    Raises
    ------
    RequestRefused
        If a folder holds nothing that a report knows, a file has another ending, or the extra is not installed.
    StoreError
        If a folder is damaged, or a file cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from scenarios import load, simulate
    >>> with TemporaryDirectory() as folder:
    ...     page = write_report(simulate(load("toy"), 20, engine="agents"), Path(folder) / "toy.html")
    ...     page.read_text("utf-8")[:15]
    '<!doctype html>'
    """
    page = checked_place(file, HTML)
    book = None if workbook is None else checked_place(workbook, XLSX)
    if book is not None:
        check_library()
    whole = content_of(results)
    put_whole(page, page_of(whole))
    if book is not None:
        write_workbook(book, whole)
    return page


def checked_place(file: Path | str, endings: Sequence[str]) -> Path:
    """A file that may be written, or written anew."""
    place = Path(file)
    if place.suffix.lower() not in endings:
        raise RequestRefused(f"{place}: must end in {' or '.join(endings)}. Name another file.")
    if place.is_dir():
        raise StoreError(f"{place}: is a folder. Name a file.")
    return place
