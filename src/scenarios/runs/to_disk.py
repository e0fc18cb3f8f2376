"""How are more runs played than memory holds? Block after block, straight to disk, with a summary that is counted."""

import time
from collections.abc import Generator, Iterator
from concurrent.futures import BrokenExecutor, Executor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from scenarios.errors import ScenariosError, StoreError
from scenarios.results import Results
from scenarios.runs.job import Play, Progress, checked_size, job_of, seed_of
from scenarios.runs.play import blocks, broken, workers
from scenarios.scenario.overlay import control
from scenarios.scenario.scenario import Scenario
from scenarios.store.aside import hidden, put_file, remove, stoppable, told_unwritable, undisturbed, written_aside
from scenarios.store.folder import CONTROL, INTERRUPTED, SUMMARY, close_folder, find, folder_of
from scenarios.store.manifest import question_of
from scenarios.store.parts import Shelf
from scenarios.summary import summary_of
from scenarios.tally import no_tallies, with_block

RESERVE = 24_000_000  # bytes; what closing a book takes, kept free for the day on which the disk fills


class Book:
    """The runs of a scenario and of its control while they are written: tables in parts, and counts."""

    def __init__(self, folder: Path, scenario: Scenario, with_control: bool) -> None:
        self.scenario = scenario
        self.shelves = [Shelf(folder)] + ([Shelf(folder / CONTROL)] if with_control else [])
        self.counts = no_tallies(scenario, with_control)
        self.is_cut = False
        self.fault: ScenariosError | None = None
        self.reserve = folder / "reserve"

    def add(self, found: list[Results]) -> None:
        """Writes one more block, and its control; what Ctrl-C cut short is kept only if there is nothing better.

        Notes
        -----
        A comparison over part of the runs would not be the one that was asked for: so runs without their control are
        kept only if no block has one yet.
        """
        self.is_cut = len(found) < len(self.shelves) or bool(found[-1].manifest.get("interrupted"))
        if self.is_cut and len(self.shelves) > 1:
            if self.shelves[0].n_parts:
                return
            remove(self.shelves.pop().folder)
            self.counts = no_tallies(self.scenario, with_control=False)
        if self.shelves[0].n_parts == 1:
            put_file(self.reserve, bytes(RESERVE))
        blocks = list(zip(self.shelves, found, strict=False))
        written = [shelf.written(results) for shelf, results in blocks]
        for (shelf, results), sums in zip(blocks, written, strict=True):
            shelf.take(results, sums)
        self.counts = with_block(self.counts, *found[: len(self.shelves)])

    def end(self, fault: ScenariosError) -> None:
        """Ends the book after the last block that is whole: the disk takes no more, or nobody plays."""
        self.is_cut, self.fault = True, fault
        for shelf in self.shelves:
            shelf.drop()

    def close(self, manifest: dict[str, Any]) -> None:
        """Writes the summary, the tables of all runs and the manifests."""
        remove(self.reserve)
        first, *others = self.shelves
        put_file(first.folder / SUMMARY, summary_of(self.scenario, self.counts).to_csv(index=False))
        for shelf in others:
            close_folder(shelf, manifest, has_control=False)
        close_folder(first, manifest, has_control=bool(others))


def run_to_disk(
    scenario: Scenario,
    replications: int = 10_000,
    rng: Any = 1,
    engine: str = "batch",
    points: int | None = None,
    jobs: int = 0,
    progress: Progress | None = None,
    executor: Executor | None = None,
    with_control: bool = True,
    out: Path | str = "results",
    again: bool = False,
) -> Path:
    """Plays a scenario and its control into a result folder, in memory that does not grow with the runs.

    Parameters
    ----------
    scenario, replications, rng, engine, points, jobs, progress, executor
        As in `simulate`.
    with_control : bool
        Whether the same matched runs with the pressure frozen are played beside them.
    out : Path or str
        Folder of all results.
    again : bool
        Plays everything again, whatever is there.

    Returns
    -------
    Path
        The folder, named by its content; an earlier answer to the same question is taken if every file is as it was
        written. After Ctrl-C or SIGTERM, the blocks that were finished are kept in a folder that ends in
        ``-interrupted``.

    Raises
    ------
    RequestRefused, UnknownName, StoreError
        If the disk fills, the blocks that were finished are kept in that folder too, and the error names it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from scenarios import load, read, run_to_disk
    >>> with TemporaryDirectory() as out:
    ...     len(read(run_to_disk(load("toy"), 20, engine="agents", out=out)).runs)
    20
    """
    play = Play(replications, seed_of(rng), engine, jobs, progress, executor)
    runs = checked_size(replications, points)
    sides = [job_of(side, play, points) for side in (scenario, control(scenario))[: 1 + with_control]]
    manifest = play.manifest(points)
    asked = question_of(manifest, scenario)
    found = None if again else find(out, asked, with_control)
    if found is not None:
        return found
    folder, began = folder_of(out, asked), time.perf_counter()
    with scratch(folder) as place, stoppable():
        with told_unwritable(folder):
            book = Book(place, scenario, with_control)
        with workers(play) as pool:
            _fill(book, blocks(sides, runs, pool, manifest, progress))
        manifest["duration_s"] = round(time.perf_counter() - began, 3)
        if book.is_cut:
            manifest |= {"interrupted": True, "runs_done": book.shelves[0].n_runs}
            folder = folder.with_name(folder.name + INTERRUPTED)
        with undisturbed(), told_unwritable(folder):
            book.close(manifest)
            with written_aside(folder) as aside:
                place.rename(aside)
    if book.fault:
        kept = f"The first {manifest['runs_done']:,} runs are kept in {folder}."
        raise type(book.fault)(f"{book.fault} {kept}") from book.fault
    return folder


def _fill(book: Book, played: Generator[list[Results]]) -> None:
    """Writes all blocks; Ctrl-C, a full disk, a broken executor end the book after the last block that is whole."""
    try:
        with closing(played):
            for found in played:
                with undisturbed(), told_unwritable(book.shelves[0].folder.parent):
                    book.add(found)
    except KeyboardInterrupt:
        book.is_cut = True
    except StoreError as fault:
        book.end(fault)
    except BrokenExecutor as fault:
        book.end(broken(fault))
    if not book.shelves[0].n_parts:
        raise book.fault or KeyboardInterrupt


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A hidden folder beside a folder, for what takes long to come; it disappears in the end."""
    place = hidden(folder)
    with told_unwritable(folder):
        place.mkdir(parents=True)
    try:
        yield place
    finally:
        remove(place)
