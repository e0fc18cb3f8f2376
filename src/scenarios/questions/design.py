"""At which points is a scenario played, and what comes out there? Grids, cubes, a table of one's own; matched runs."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from importlib.util import find_spec
from itertools import product
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scenarios.errors import RequestRefused, ScenarioError, UnknownName, UserError
from scenarios.moments import Floats, Integers
from scenarios.outcomes.outcome import answers
from scenarios.questions import factors
from scenarios.runs.job import Play
from scenarios.runs.play import played
from scenarios.scenario.overlay import believed, with_changes
from scenarios.scenario.scenario import Scenario
from scenarios.scenario.user_table import MOST_FAULTS, decimal_hint, read_table

MOST_POINTS = 1_000_000
VALUES_OF_A_RANGE = 5  # in a grid, if neither the range nor --points says how many
LEVELS = 4  # of Morris
RUNS_AT_ONCE = 5000  # whose tables are held in memory
Points = list[tuple[Any, ...]]
Axes = Sequence[factors.Axis]


class Design(NamedTuple):
    """The points of a sweep."""

    kind: str
    paths: tuple[str, ...]
    rows: Points  # the values of each point, in the order of the paths; their order is part of the design
    how: tuple[str, ...] = ()  # as the command line asks for it

    @property
    def hash(self) -> str:
        """Twelve hexadecimal digits that change with any value of any point."""
        return sha256(json.dumps([self.paths, self.rows]).encode()).hexdigest()[:12]


def _grid(axes: Axes, points: int | None, _: int) -> Points:
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


def pairs(axes: Axes, points: int | None, _: int) -> Points:
    """The first values together, the second together, and so on."""
    steps = [axis.steps(points or VALUES_OF_A_RANGE) for axis in axes]
    sizes = {axis.path: len(values) for axis, values in zip(axes, steps, strict=True)}
    if len(set(sizes.values())) > 1:
        said = ", ".join(f"{path} has {n}" for path, n in sizes.items())
        raise RequestRefused(f"--design zip: every --vary needs the same number of values; {said}. Write low:high:n.")
    return list(zip(*steps, strict=True))


def latin(axes: Axes, points: int | None, seed: int) -> Points:
    """A Latin hypercube: each range is cut into as many slices as there are points, and each slice used once."""
    from scipy.stats.qmc import LatinHypercube

    return placed(axes, LatinHypercube(len(axes), rng=np.random.default_rng(seed)).random(needed("lhs", points)))


def sobol(axes: Axes, points: int | None, seed: int) -> Points:
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


def morris(axes: Axes, points: int | None, seed: int) -> Points:
    """Morris trajectories: from point to point one number moves, in the order that elementary effects need."""
    if find_spec("SALib") is None:
        raise UserError("--design morris: SALib is not installed. Install scenarios[analysis].")
    size, n = len(axes) + 1, needed("morris", points)
    if n % size or n < 2 * size:
        near = max(2, round(n / size)) * size
        raise RequestRefused(
            f"--design morris: {n} points are no two or more trajectories of {size} points each. Ask for {near}."
        )
    return placed(axes, morris_cube([axis.path for axis in axes], n // size, seed))


def problem_of(names: Sequence[str]) -> dict[str, Any]:
    """What SALib asks of a problem: names over the unit cube."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def morris_cube(names: Sequence[str], trajectories: int, seed: int) -> Floats:
    """Trajectories through the unit cube that move one number at a time; row order is the design."""
    from SALib.sample.morris import sample

    cube: Floats = sample(problem_of(names), trajectories, num_levels=LEVELS, seed=seed)
    return cube


def sobol_cube(names: Sequence[str], base_samples: int, seed: int) -> Floats:
    """Saltelli's design in the unit cube, shape (base samples * (numbers + 2), numbers); row order is the design."""
    from SALib.sample.sobol import sample

    cube: Floats = sample(problem_of(names), base_samples, calc_second_order=False, seed=seed)
    return cube


DESIGNS: dict[str, Callable[[Axes, int | None, int], Points]] = {
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


def placed(axes: Axes, shares: Floats) -> Points:
    """Points of the unit cube as values on the axes."""
    return [tuple(axis.at(share) for axis, share in zip(axes, row, strict=True)) for row in shares.tolist()]


def as_design(kind: str, axes: Axes, points: int | None, seed: int) -> Design:
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
        words = zip(table.head, row, strict=True)
        values = tuple(factors.value_of(scenario, path, factors.as_number(word)) for path, word in words)
        try:
            with_changes(scenario, dict(zip(table.head, values, strict=True)), f"{name}, line {line}")
            rows.append(values)
        except ScenarioError as fault:
            faults += [said for said in fault.faults if not hints]
    if faults:
        raise ScenarioError(faults[:MOST_FAULTS])
    return Design("table", table.head, rows, ("--design", f"table={file}"))


def as_values(scenario: Scenario, varied: factors.Factors, cube: Floats) -> pd.DataFrame:
    """A design in the unit cube as a table of values."""
    columns: dict[str, Any] = {}
    for column, (path, choices) in zip(cube.T, varied.items(), strict=True):
        if choices:
            columns[path] = [factors.chosen(choices, u) for u in column]
        else:
            columns[path] = factors.as_drawn(scenario.numbers[path], column)
    return pd.DataFrame(columns)


def parted(scenario: Scenario, table: pd.DataFrame) -> Iterator[tuple[Scenario, pd.DataFrame, Integers]]:
    """The rows of a table with the same switches, the scenario in which they are so, and the places of the rows.

    Notes
    -----
    Numbers of many rows lie in one plan; a switch is part of what a plan is.
    """
    switches = [path for path in table if path not in scenario.numbers]
    if not switches:
        yield scenario, table, np.arange(len(table))
        return
    for _, rows in table.reset_index(drop=True).groupby(switches, sort=False):
        switched = believed(scenario, {str(path): rows[path].iloc[0] for path in switches})
        yield switched, rows.drop(columns=switches), rows.index.to_numpy(dtype=np.int64)


def outcomes_at(scenario: Scenario, table: pd.DataFrame, of: Iterable[str], play: Play) -> dict[str, Floats]:
    """Outcomes of every run at every point; run r has the same luck, and the same numbers not varied, at all points."""
    asked, runs, done = list(of), play.replications, 0
    found = {name: np.empty((len(table), runs)) for name in asked}
    size = max(1, RUNS_AT_ONCE // runs)
    for world, rows, places in parted(scenario, table):
        for first in range(0, len(rows), size):
            part = rows.iloc[first : first + size]
            # points that differ by switches alone are that world itself
            results = played(world, play._replace(progress=None), numbers=part if len(part.columns) else None)
            for name, values in answers(results, asked).items():
                found[name][places[first : first + size]] = values.reshape(-1, runs)
            done += len(part) * runs
            if play.progress is not None:
                play.progress(done, len(table) * runs)
    return found
