"""What is compared? Results, result folders, or scenarios, played with the luck of the results beside them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scenarios.errors import RequestRefused
from scenarios.results import Results
from scenarios.runs.job import Progress
from scenarios.runs.play import simulate
from scenarios.scenario.scenario import Scenario
from scenarios.store.folder import read

Side = Results | Scenario | str | Path
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
REPLICATIONS = 10_000
SEED = 1


def size_beside(
    played: Sequence[Results], replications: int | None, rng: Any, points: int | None
) -> tuple[int, Any, int | None]:
    """Replications, seed and points of what is yet to be played: as asked for, else those of the first result.

    Examples
    --------
    >>> size_beside([], None, None, None)
    (10000, 1, None)
    """
    beside: Mapping[str, Any] = (
        played[0].manifest if played else {"replications": REPLICATIONS, "seed": SEED, "points": None}
    )
    seed = beside["seed"] if rng is None else rng
    if replications is None and points is None:
        return int(beside["replications"]), seed, beside.get("points")
    return int(replications or beside["replications"]), seed, points


def as_played(
    sides: Sequence[Side],
    replications: int | None = None,
    rng: Any = None,
    points: int | None = None,
    engine: str = "batch",
    jobs: int = 0,
    progress: Progress | None = None,
) -> list[Results]:
    """Results of every side: given, read from a folder, or played.

    Parameters
    ----------
    sides : sequence of Results, Scenario, str or Path
        A text or path is a result folder.
    replications, rng, points : optional
        Size and seed of what is played; those of the first result if not given, else 10,000 runs with seed 1.
    engine, jobs, progress
        As in `simulate`.

    Raises
    ------
    RequestRefused
        If there are fewer than two sides or more than 26.
    """
    if not 2 <= len(sides) <= len(LETTERS):
        raise RequestRefused(f"{len(sides)} sides to compare; allowed are 2 to {len(LETTERS)}.")
    there = [read(side) if isinstance(side, (str, Path)) else side for side in sides]
    size, seed, draws = size_beside([side for side in there if isinstance(side, Results)], replications, rng, points)
    return [
        simulate(side, size, seed, engine, draws, jobs, progress) if isinstance(side, Scenario) else side
        for side in there
    ]
