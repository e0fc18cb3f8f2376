"""How are more runs played than memory holds? Block after block, straight to disk, with a summary that is counted."""

import shutil
import time
from collections.abc import Generator, Iterator
from concurrent.futures import Executor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from scenarios.results import Results
from scenarios.runs.job import Play, Progress, checked_size, job_of, manifest_of, seed_of
from scenarios.runs.play import blocks, workers
from scenarios.scenario.overlay import control
from scenarios.scenario.scenario import Scenario
from scenarios.store.aside import undisturbed, written_aside
from scenarios.store.folder import CONTROL, INTERRUPTED, SUMMARY, close_folder, find, folder_of
from scenarios.store.manifest import question_of
from scenarios.store.parts import Shelf
from scenarios.summary import summary_of
from scenarios.tally import no_tallies, with_block


class Book:
    """The runs of a scenario and of its control while they are written: tables in parts, and counts."""

    def __init__(self, folder: Path, scenario: Scenario, with_control: bool) -> None:
        self.scenario = scenario
        self.shelves = [Shelf(folder)] + ([Shelf(folder / CONTROL)] if with_control else [])
        self.counts = no_tallies(scenario, with_control)
        self.is_cut = False

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
            beside = self.shelves.pop()
            beside.folder.rmdir()
            self.counts = no_tallies(self.scenario, with_control=False)
        for shelf, results in zip(self.shelves, found, strict=False):
            shelf.add(results)
        self.counts = with_block(self.counts, *found[: len(self.shelves)])

    def close(self, manifest: dict[str, Any]) -> None:
        """Writes the summary, the tables of all runs and the manifests."""
        first, *others = self.shelves
        summary_of(self.scenario, self.counts).to_csv(first.folder / SUMMARY, index=False)
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
        written. After Ctrl-C, the
        blocks that were finished are kept in a folder that ends in ``-interrupted``.

    Raises
    ------
    RequestRefused, UnknownName, StoreError

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
    manifest = manifest_of(play, points)
    asked = question_of(manifest, scenario)
    found = None if again else find(out, asked, with_control)
    if found is not None:
        return found
    folder, began = folder_of(out, asked), time.perf_counter()
    with scratch(folder) as place:
        book = Book(place, scenario, with_control)
        with workers(play) as pool:
            _fill(book, blocks(sides, runs, pool, manifest, progress))
        manifest["duration_s"] = round(time.perf_counter() - began, 3)
        if book.is_cut:
            manifest |= {"interrupted": True, "runs_done": book.shelves[0].n_runs}
            folder = folder.with_name(folder.name + INTERRUPTED)
        with undisturbed():
            book.close(manifest)
            with written_aside(folder) as aside:
                place.rename(aside)
    return folder


def _fill(book: Book, played: Generator[list[Results]]) -> None:
    """Writes all blocks; Ctrl-C ends the book after the last block that is whole."""
    try:
        with closing(played):
            for found in played:
                with undisturbed():
                    book.add(found)
    except KeyboardInterrupt:
        book.is_cut = True
    if not book.shelves[0].n_parts:
        raise KeyboardInterrupt


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A hidden place beside a folder, not made yet, for what takes long to come; it disappears in the end."""
    place = folder.with_name(f".{folder.name}.{uuid4().hex[:8]}.parts")
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
