"""At which points is a scenario played? Grid, pairs, Latin hypercube, Sobol, Morris, or a table of one's own."""

import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from itertools import product
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import RequestRefused, ScenarioError, UnknownName, UserError
from scenarios.questions.factors import Axis, as_number, value_of
from scenarios.scenario.overlay import with_changes
from scenarios.scenario.scenario import Scenario
from scenarios.scenario.user_table import MOST_FAULTS, decimal_hint, read_table

MOST_POINTS = 1_000_000
VALUES_OF_A_RANGE = 5  # in a grid, if neither the range nor --points says how many
LEVELS_OF_MORRIS = 4
Shares = NDArray[np.float64]


class Design(NamedTuple):
    """The points of a sweep.

    Attributes
    ----------
    kind : str
    paths : tuple of str
    rows : list of tuple
        The values of each point, in the order of the paths; the order of the rows is part of the design.
    how : tuple of str
        As the command line asks for it.
    """

    kind: str
    paths: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    how: tuple[str, ...] = ()

    @property
    def hash(self) -> str:
        """Twelve hexadecimal digits that change with any value of any point."""
        return sha256(json.dumps([self.paths, self.rows]).encode()).hexdigest()[:12]


def _grid(axes: Sequence[Axis], points: int | None, _: int) -> list[tuple[Any, ...]]:
    """Every combination of the values."""
    open_ended = [axis for axis in axes if not axis.values and axis.n is None]
    fixed = prod(len(axis.steps(1)) for axis in axes if axis not in open_ended)
    default = VALUES_OF_A_RANGE
    if points is not None and open_ended:
        # the small excess: the cube root of 64 is 3.9999... to a computer
        default = max(2, int((max(points, fixed) / fixed) ** (1 / len(open_ended)) + 1e-9))
    steps = [axis.steps(default) for axis in axes]
    check_size(prod(map(len, steps)))
    return list(product(*steps))


def pairs(axes: Sequence[Axis], points: int | None, _: int) -> list[tuple[Any, ...]]:
    """The first values together, the second together, and so on."""
    steps = [axis.steps(points or VALUES_OF_A_RANGE) for axis in axes]
    sizes = {axis.path: len(values) for axis, values in zip(axes, steps, strict=True)}
    if len(set(sizes.values())) > 1:
        said = ", ".join(f"{path} has {n}" for path, n in sizes.items())
        raise RequestRefused(f"--design zip: every --vary needs the same number of values; {said}. Write low:high:n.")
    return list(zip(*steps, strict=True))


def latin(axes: Sequence[Axis], points: int | None, seed: int) -> list[tuple[Any, ...]]:
    """A Latin hypercube: each range is cut into as many slices as there are points, and each slice used once."""
    from scipy.stats.qmc import LatinHypercube

    return placed(axes, LatinHypercube(len(axes), rng=np.random.default_rng(seed)).random(needed("lhs", points)))


def sobol(axes: Sequence[Axis], points: int | None, seed: int) -> list[tuple[Any, ...]]:
    """Scrambled Sobol points, which fill the ranges evenly if their number is a power of 2."""
    from scipy.stats.qmc import Sobol

    n = needed("sobol", points)
    power = n.bit_length() - 1
    if n != 2**power:
        raise RequestRefused(
            f"--design sobol: {n} points are no power of 2, without which they are not balanced. "
            f"Ask for {2**power} or {2 ** (power + 1)}."
        )
    return placed(axes, Sobol(len(axes), rng=np.random.default_rng(seed)).random_base2(power))


def morris(axes: Sequence[Axis], points: int | None, seed: int) -> list[tuple[Any, ...]]:
    """Morris trajectories: from point to point one number moves, in the order that elementary effects need."""
    try:
        from SALib.sample import morris as sampler
    except ImportError as fault:
        raise UserError("--design morris: SALib is not installed. Install scenarios[analysis].") from fault
    size, n = len(axes) + 1, needed("morris", points)
    if n % size or n < 2 * size:
        near = max(2, round(n / size)) * size
        raise RequestRefused(
            f"--design morris: {n} points are no two or more trajectories of {size} points each. Ask for {near}."
        )
    problem = {"num_vars": len(axes), "names": [axis.path for axis in axes], "bounds": [[0.0, 1.0]] * len(axes)}
    return placed(axes, sampler.sample(problem, n // size, num_levels=LEVELS_OF_MORRIS, seed=seed))


DESIGNS: dict[str, Callable[[Sequence[Axis], int | None, int], list[tuple[Any, ...]]]] = {
    "grid": _grid,
    "zip": pairs,
    "lhs": latin,
    "sobol": sobol,
    "morris": morris,
}


def needed(kind: str, points: int | None) -> int:
    """The number of points, which this design cannot do without."""
    if points is None:
        raise RequestRefused(f"--design {kind}: say how many points, with --points P.")
    check_size(points)
    return int(points)


def check_size(points: int) -> None:
    """Refuses a number of points that makes no sense."""
    if isinstance(points, bool) or not isinstance(points, (int, np.integer)) or not 1 <= points <= MOST_POINTS:
        raise RequestRefused(f"{points} points; allowed are whole numbers from 1 to {MOST_POINTS:,}.")


def placed(axes: Sequence[Axis], shares: Shares) -> list[tuple[Any, ...]]:
    """Points of the unit cube as values on the axes."""
    return [tuple(axis.at(share) for axis, share in zip(axes, row, strict=True)) for row in shares.tolist()]


def as_design(kind: str, axes: Sequence[Axis], points: int | None, seed: int) -> Design:
    """The points of a design over some axes."""
    if kind not in DESIGNS:
        raise UnknownName("design", kind, [*DESIGNS, "table=FILE.csv"])
    if points is not None:
        check_size(points)
    how = [word for axis in axes for word in ("--vary", axis.words)]
    how += ["--design", kind, *([] if points is None else ["--points", str(points)])]
    return Design(kind, tuple(axis.path for axis in axes), DESIGNS[kind](axes, points, seed), tuple(how))


def points_from_table(scenario: Scenario, file: str | Path) -> Design:
    """The points of a CSV file: a column for each path, a row for each point."""
    table = read_table(file)
    name = Path(file).name
    if not table.rows:
        raise UserError(f"--design table={file}: has no rows. The first line names the paths, each other is a point.")
    check_size(len(table.rows))
    rows, faults = [], []
    for line, row in zip(table.lines, table.rows, strict=True):
        hints = list(filter(None, map(decimal_hint, row)))
        faults += [f"{name}, line {line}: {hint}" for hint in hints]
        values = tuple(value_of(scenario, path, as_number(word)) for path, word in zip(table.head, row, strict=True))
        try:
            with_changes(scenario, dict(zip(table.head, values, strict=True)), f"{name}, line {line}")
            rows.append(values)
        except ScenarioError as fault:
            faults += [said for said in fault.faults if not hints]
    if faults:
        raise ScenarioError(faults[:MOST_FAULTS])
    return Design("table", table.head, rows, ("--design", f"table={file}"))
