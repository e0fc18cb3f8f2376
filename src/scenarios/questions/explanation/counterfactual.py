"""What is the smallest change of a number that turns the answer of one run round? All else stays as it was.

The change is an intervention: it acts from the first step on, and the posture on which the run opens, every other
number and the luck, which is addressed by the run, stay. A number is moved through its range and away from its drawn
value on both sides, on a small grid first, because what it does need not be monotone; then the nearest value that turns
the answer is found by bisection. All searches go on side by side, so that what was played is read at once.
"""

import math
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, groupby, product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scenarios.errors import RequestRefused, UnknownName
from scenarios.intervals import estimated
from scenarios.moments import Floats
from scenarios.outcomes.outcome import CHANCE, Outcome, checked
from scenarios.outcomes.reading import Reading
from scenarios.outcomes.truth import Not, atoms_of
from scenarios.questions.explanation.ask import Ensemble, ensemble_of
from scenarios.questions.explanation.frozen import play_twin
from scenarios.results import Results
from scenarios.runs.job import Progress, threads_of
from scenarios.runs.replay import TOGETHER, Bench, clamped, side_by_side, with_numbers
from scenarios.scenario.arrays import number_paths, uncertain_paths
from scenarios.scenario.finding import near_paths
from scenarios.scenario.scenario import Parameter

GRID = 4  # values tried on each side of the drawn one before the search
TOLERANCE = 0.005  # of the range; how near the value found lies to one that does not turn the answer
AT_ONCE = 4000  # runs that are read at once
MOST_PAIRS = 20  # of which the smallest change is sought
OF_CLIENT = (".client_gone_first", ".neither")
HELD = ("opening", "feasible", "rung")  # how the run opens, against which what happens is measured
COLUMNS = ("run", "outcome", "comes", "path", "unit", "drawn", "needed", "change", "stays_at", "beyond", "together")
ANY = "(any one number)"
AVERAGE_COLUMNS = (
    *("outcome", "path", "suffices", "suffices_se", "suffices_low", "suffices_high"),
    *("nearest", "nearest_se", "nearest_low", "nearest_high", "change", "change_se", "q10", "q90", "up", "beyond", "n"),
)


class Turn(NamedTuple):
    """A run whose answer is to be turned round."""

    bench: Bench
    outcome: Outcome
    is_so: bool  # as the run was drawn
    until: float  # what is undone because the client has gone by this step is not undone


class Flip(NamedTuple):
    """The nearest place on one side of where a search begins that turns the answer round."""

    at: float  # in shares of the range
    stays_at: float  # the nearest place tried on the way there that does not
    beyond: float  # share of the grid at or beyond it that turns the answer as well


class DrawnNumber(NamedTuple):
    """One number of a run, and where in its range it was drawn."""

    path: str
    spot: int
    number: Parameter
    drawn: float

    def nearer(self, *flips: Flip | None) -> Flip | None:
        """Of what was found on both sides, what lies nearer to where it was drawn."""
        return min(
            (flip for flip in flips if flip is not None), key=lambda flip: abs(flip.at - self.drawn), default=None
        )


Setter = Callable[[float], Mapping[int, float]]
Search = Generator[Mapping[int, float], bool, Flip | None]


def nearest(
    subject: Results | Ensemble,
    of: str,
    run: int,
    over: Iterable[str] | None = None,
    grid: int = GRID,
    is_screened: bool = False,
    engine: str = "batch",
) -> pd.DataFrame:
    """The numbers that alone, set from the first step on, make something come or not come in a run; smallest first.

    Parameters
    ----------
    subject : Results or Ensemble
        Which runs.
    of : str
        A question, as docs/how-to/ask.md has them. If it is so in the run, it is undone; else it is brought about.
    run : int
    over : iterable of str or None
        Numbers to try; see `changeable`.
    grid : int
        Values tried on each side before the search; a number that does it only between them is missed.
    is_screened : bool
        Search only numbers that do it at an end of their range: three times as quick, and a number that does so only
        on the way is missed; nor is a change of several sought.
    engine : str
        As in `simulate`.

    Returns
    -------
    DataFrame
        Columns run, outcome, comes (whether it comes by the change), path, unit, drawn, needed, change [share of the
        range], stays_at, beyond, together (the value in the smallest change found of several numbers at once, if that
        is smaller than any of one). No row: no single number does it, and no two.

    Raises
    ------
    QuestionRefused, UnknownName, RequestRefused
        Also if nobody can say whether it is so in that run.

    Examples
    --------
    >>> from scenarios import Ensemble, load
    >>> toy = Ensemble(load("toy"), seed=1, replications=50)
    >>> nearest(toy, "rung >= 1", 0, ["patrons.redland.exposure"], engine="agents").empty
    True
    """
    ensemble = ensemble_of(subject)
    outcome = checked(of, ensemble.scenario, [CHANCE])[0]
    paths = changeable(outcome, over)
    asked = open_turns(ensemble, outcome, [ensemble.checked(run)], engine)
    return nearest_of(asked, paths, grid, is_screened)[0]


def nearest_of(
    asked: list[Turn], paths: list[str], grid: int = GRID, is_screened: bool = False, jobs: int = 1,
    count: Callable[[int, int], None] | None = None,
) -> list[pd.DataFrame]:  # fmt: skip
    """The answer for each of some runs, in their order."""
    ways = [(one, axes_of(one.bench, paths)) for one in asked]
    searches = [
        (one, side_flip(setter(((axis, 1.0),)), axis.drawn, end, grid, is_screened))
        for one, axes in ways
        for axis in axes
        for end in (0.0, 1.0)
    ]
    found, tables = iter(settled(searches, jobs, count)), []
    for one, axes in ways:
        nearer = {axis: axis.nearer(next(found), next(found)) for axis in axes}
        mine = {axis: flip for axis, flip in nearer.items() if flip is not None}
        together = {} if is_screened else several(one, mine, axes, jobs)
        tables.append(as_frame(one, mine, together))
    return tables


def as_frame(asked: Turn, flips: Mapping[DrawnNumber, Flip], together: Mapping[DrawnNumber, float]) -> pd.DataFrame:
    """One row a number, the smallest change first; below them those that count only together."""
    rows: list[dict[str, Any]] = []
    for axis in [*flips, *[axis for axis in together if axis not in flips]]:
        flip, central = flips.get(axis), float(asked.bench.plan.central[axis.spot])
        row = {"run": asked.bench.run, "outcome": asked.outcome.text, "comes": not asked.is_so, "path": axis.path}
        row |= {"unit": axis.number.unit, "drawn": central, "together": together.get(axis, np.nan)}
        if flip is not None:
            needed = value_at(axis.number, flip.at)
            row |= {"needed": needed, "change": place_of(axis.number, needed) - axis.drawn}
            row |= {"stays_at": value_at(axis.number, flip.stays_at), "beyond": flip.beyond}
        rows.append(row)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values("change", key=abs, kind="stable").reset_index(drop=True)


def several(
    asked: Turn, flips: Mapping[DrawnNumber, Flip], axes: list[DrawnNumber], jobs: int
) -> dict[DrawnNumber, float]:
    """Values of some numbers that do it together with a smaller change than one alone; where none does, of two.

    Notes
    -----
    If the answer turned on a plane, its nearest point would move each number by the reciprocal of the change that it
    needs alone. The search goes in that direction, with the three numbers that need least. Smaller is meant as the
    root of the summed squares of the changes.
    """
    changes = {axis: flip.at - axis.drawn for axis, flip in flips.items()}
    best = sorted(changes, key=lambda axis: abs(changes[axis]))[:TOGETHER]
    if len(best) > 1:
        scale = changes[best[0]] ** 2
        found = along(asked, [tuple((axis, scale / changes[axis]) for axis in best)], jobs)
        limit = abs(changes[best[0]])
    else:
        found, limit = ([], 0.0) if best else (along(asked, telling_pairs(asked, axes, jobs), jobs), math.inf)
    moves = min(found, key=size_of, default=())
    return {axis: value_at(axis.number, axis.drawn + by) for axis, by in moves} if size_of(moves) < limit else {}


Moves = tuple[tuple[DrawnNumber, float], ...]


def size_of(moves: Moves) -> float:
    """The root of the summed squares of some changes."""
    return math.hypot(*(by for _, by in moves))


def along(asked: Turn, directions: list[Moves], jobs: int) -> list[Moves]:
    """The smallest change in each of some directions that turns the answer, where one does."""
    found = settled([(asked, side_flip(setter(way), 0.0, 1.0, GRID, False)) for way in directions], jobs)
    return [
        tuple((axis, by * flip.at) for axis, by in way)
        for way, flip in zip(directions, found, strict=True)
        if flip is not None
    ]


def telling_pairs(asked: Turn, axes: list[DrawnNumber], jobs: int) -> list[Moves]:
    """Pairs of numbers that turn the answer at the ends of their ranges; a few of them."""
    ends = [(axis, end - axis.drawn) for axis, end in product(axes, (0.0, 1.0))]
    pairs: list[Moves] = [pair for pair in combinations(ends, 2) if pair[0][0] != pair[1][0]]
    turned = judged_at_once([(asked, setter(pair)(1.0)) for pair in pairs], jobs)
    return [pair for pair, is_turned in zip(pairs, turned, strict=True) if is_turned][:MOST_PAIRS]


def setter(moves: Moves) -> Setter:
    """What sets some numbers: one alone at a place of its range, several at a share of their way."""
    if len(moves) == 1:
        axis = moves[0][0]
        return lambda place: {axis.spot: value_at(axis.number, place)}
    return lambda share: {axis.spot: value_at(axis.number, axis.drawn + by * share) for axis, by in moves}


def side_flip(put: Setter, drawn: float, end: float, grid: int, is_screened: bool) -> Search:
    """The nearest flip on one side: the grid from inside out, then bisection; asks for each answer that it needs.

    Notes
    -----
    After each search the halfway value is tried again, so that half of the change found does not turn the answer.
    """
    if abs(end - drawn) < TOLERANCE or (is_screened and not (yield put(end))):
        return None
    places = [drawn + (end - drawn) * step / grid for step in range(1, grid + 1)]
    turned = []
    for place in places:
        turned.append((yield put(place)))
    if not any(turned):
        return None
    first = turned.index(True)
    outside = places[first]
    inside = places[first - 1] if first > 0 else drawn
    while True:
        while abs(outside - inside) > TOLERANCE:
            middle = (inside + outside) / 2.0
            inside, outside = (inside, middle) if (yield put(middle)) else (middle, outside)
        half = (drawn + outside) / 2.0
        if abs(half - drawn) <= TOLERANCE or not (yield put(half)):
            return Flip(outside, inside, sum(turned[first:]) / len(turned[first:]))
        inside, outside = drawn, half


def settled(
    searches: Sequence[tuple[Turn, Search]], jobs: int, count: Callable[[int, int], None] | None = None
) -> list[Flip | None]:
    """What all searches find; whatever they ask for next is played and read at once."""
    found: dict[int, Flip | None] = {}
    wanted: dict[int, Mapping[int, float]] = {}

    def go_on(place: int, answer: bool | None) -> None:
        wanted.pop(place, None)
        try:
            wanted[place] = searches[place][1].send(answer)  # type: ignore[arg-type]
        except StopIteration as end:
            found[place] = end.value

    for place in range(len(searches)):
        go_on(place, None)
    while wanted:
        places = list(wanted)
        for place, answer in zip(
            places, judged_at_once([(searches[at][0], wanted[at]) for at in places], jobs), strict=True
        ):
            go_on(place, answer)
        if count is not None:
            count(len(found), len(searches))
    return [found[place] for place in range(len(searches))]


def judged_at_once(trials: Sequence[tuple[Turn, Mapping[int, float]]], jobs: int) -> list[bool]:
    """Whether each trial turns the answer of its run round; the trials of a run stand together."""
    answers: list[bool] = []
    for start in range(0, len(trials), AT_ONCE):
        some = trials[start : start + AT_ONCE]
        groups = [list(group) for _, group in groupby(some, key=lambda trial: id(trial[0]))]
        with ThreadPoolExecutor(threads_of(jobs)) as pool:
            # a bench plays one run at a time
            played = pool.map(lambda group: [with_numbers(one.bench, numbers) for one, numbers in group], groups)
            records = [each for group in played for each in group]
        asked = [one for one, _ in some]
        reading = Reading(side_by_side([one.bench for one in asked], records))
        said, ended = asked[0].outcome.values(reading), np.nan_to_num(reading.ended_at, nan=np.inf)
        is_so, until = (np.array([getattr(one, name) for one in asked], dtype=float) for name in ("is_so", "until"))
        answers += ((said == 1.0 - is_so) & (ended > until)).tolist()
    return answers


def open_turns(ensemble: Ensemble, outcome: Outcome, runs: Sequence[int], engine: str = "batch") -> list[Turn]:
    """Runs whose answer is to be turned round."""
    benches = [clamped(ensemble.scenario, run, ensemble.seed, ensemble.per_point, engine) for run in runs]
    if not benches:
        return []
    reading = Reading(side_by_side(benches, [with_numbers(bench, {}) for bench in benches]))
    answers = outcome.values(reading)
    if np.isnan(answers).any():
        run = runs[int(np.flatnonzero(np.isnan(answers))[0])]
        raise RequestRefused(f"run {run}: nobody can say whether {outcome.text}, so it cannot be turned. Take another.")
    until = _counts_until(outcome, reading, benches[0].plan.shape.least)
    return [
        Turn(bench, outcome, bool(answer > 0.5), float(end))
        for bench, answer, end in zip(benches, answers, until, strict=True)
    ]


def _counts_until(outcome: Outcome, reading: Reading, least: int) -> Floats:
    """How long each client must last for what is undone to count as undone; any time if it is asked about itself."""
    what: Any = outcome.meaning.part if isinstance(outcome.meaning, Not) else outcome.meaning
    names = [atom.what.name for atom in atoms_of(what)]
    of_client = any(name.startswith("client.") or name.endswith(OF_CLIENT) for name in names)
    if of_client or any(isinstance(part, Not) for part in getattr(what, "parts", ())):
        return np.full(reading.n, -np.inf)
    at = what.first_at(reading)
    return np.where(np.isfinite(at), at + least, -np.inf)


def changeable(outcome: Outcome, over: Iterable[str] | None = None) -> list[str]:
    """Paths of the numbers that may be changed: those named or below a name; else all with a range, of patrons asked.

    Notes
    -----
    Opening and feasible levels are left out: they set what a step-back is measured against. So is what the user set:
    it is what was asked about.
    """
    scenario, held = outcome.scenario, {setting.path for setting in outcome.scenario.settings}
    free = [path for path in uncertain_paths(scenario) if path not in held and path.rsplit(".", 1)[-1] not in HELD]
    if not free:
        raise RequestRefused(
            f"{scenario.name}: no number has a range to search. Leave out --fixed, or give one a range."
        )
    if over is None:
        atoms = atoms_of(outcome.meaning)  # type: ignore[arg-type]
        named = {atom.what.name.partition(".")[0] for atom in atoms}.intersection(scenario.patrons)
        others = tuple(f"patrons.{name}." for name in scenario.patrons if named and name not in named)
        return [path for path in free if not path.startswith(others)]
    found: list[str] = []
    for wanted in over:
        below = _at_or_below(wanted, free)
        if not below and not _at_or_below(wanted, scenario.numbers):
            raise UnknownName("path", wanted, near_paths(wanted, list(scenario.numbers)))
        if not below:
            raise RequestRefused(
                f"{wanted}: has no range to search, is set already, or sets the reference posture. Name another path."
            )
        found += [path for path in below if path not in found]
    return found


def _at_or_below(name: str, paths: Iterable[str]) -> list[str]:
    """The paths that a name means: that one, or those that begin with it."""
    return [path for path in paths if path == name or path.startswith(f"{name}.")]


def axes_of(bench: Bench, paths: list[str]) -> list[DrawnNumber]:
    """Some numbers of a run, with where they were drawn."""
    numbers, spots = bench.job.scenario.numbers, number_paths(bench.job.scenario)
    places = [(path, spots.index(path)) for path in paths]
    return [
        DrawnNumber(path, at, numbers[path], place_of(numbers[path], float(bench.plan.central[at])))
        for path, at in places
    ]


def place_of(number: Parameter, value: float) -> float:
    """A value as a share of the way through the range; of the way in logarithms for a loguniform number."""
    if number.distribution == "loguniform":
        return math.log(value / number.low) / math.log(number.high / number.low)
    return (value - number.low) / (number.high - number.low)


def value_at(number: Parameter, place: float) -> float:
    """The value at a share of the way through the range; whole for levels and rungs."""
    if number.distribution == "loguniform":
        value = number.low * math.exp(place * math.log(number.high / number.low))
    else:
        value = number.low + place * (number.high - number.low)
    if number.unit in ("level", "rung"):
        value = float(math.floor(value + 0.5))
    return min(max(value, number.low), number.high)


def runs_with(subject: Results | Ensemble, outcome: Outcome, most: int, runs: int = 2000) -> list[int]:
    """The first runs, at most `most` of them and among at most `runs`, in which something is so."""
    ensemble = ensemble_of(subject).at_most(runs)
    played = subject if isinstance(subject, Results) else play_twin(ensemble, ensemble.scenario, jobs=0)
    is_so = outcome.read(played)[: ensemble.runs] == 1.0
    return [int(run) for run in np.flatnonzero(is_so)[:most]]


def nearest_on_average(
    subject: Results | Ensemble,
    of: str,
    over: Iterable[str] | None = None,
    most: int = 100,
    runs: int = 2000,
    jobs: int = 0,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """How often each number alone would have undone something, and how far it had to move.

    Parameters
    ----------
    subject, of, over
        As in `nearest`, screened. ``not QUESTION`` asks what would have brought it about where it is not so.
    most, runs : int
        The first `most` runs in which it is so, among the first `runs`.
    jobs : int
        Threads; 0 = as many as there are cores.
    progress : callable or None
        Called with the number of finished searches and of all.

    Returns
    -------
    DataFrame
        One row a number that sufficed at least once, the most common first, after a row for any one number at all;
        columns in docs/reference/tables.md.
    """
    ensemble = ensemble_of(subject)
    outcome = checked(of, ensemble.scenario, [CHANCE])[0]
    paths, chosen = changeable(outcome, over), runs_with(subject, outcome, most, runs)
    found = nearest_of(open_turns(ensemble, outcome, chosen), paths, is_screened=True, jobs=jobs, count=progress)
    points = np.array(chosen, dtype=np.int64) // ensemble.per_point
    return pd.DataFrame(counted_changes(outcome.text, found, points), columns=list(AVERAGE_COLUMNS))


def counted_changes(of: str, found: list[pd.DataFrame], points: Any) -> list[dict[str, Any]]:
    """Rows of the table of averages."""
    seen = [
        (i, place == 0, *way)
        for i, table in enumerate(found)
        for place, way in enumerate(zip(table["path"], table["change"], table["beyond"], strict=True))
    ]
    ways = pd.DataFrame(seen, columns=["place", "is_nearest", "path", "change", "beyond"])
    ways = ways.astype({"is_nearest": bool, "change": np.float64, "beyond": np.float64})
    rows = [_average_row(of, str(path), way, points) for path, way in ways.groupby("path")]
    rows.sort(key=lambda row: (-row["suffices"], abs(row["change"]), row["path"]))
    return [_average_row(of, ANY, ways[ways["is_nearest"]], points), *rows]


def _average_row(of: str, path: str, way: pd.DataFrame, points: Any) -> dict[str, Any]:
    """One number's row."""
    runs, is_nearest = np.arange(len(points)), way["is_nearest"]
    suffices, leads = (
        estimated(np.isin(runs, those["place"]).astype(np.float64), points) for those in (way, way[is_nearest])
    )
    changes = way["change"].to_numpy()
    sizes = np.abs(changes) if len(changes) else np.array([np.nan])
    half = 0.5 / np.sqrt(len(sizes))
    q10, low, median, high, q90 = np.quantile(sizes, [0.1, max(0.0, 0.5 - half), 0.5, min(1.0, 0.5 + half), 0.9])
    row = {"outcome": of, "path": path, **suffices.named("suffices"), **leads.named("nearest")}
    row |= {"change": float(median), "change_se": float((high - low) / 2.0) or np.nan}
    row |= {"q10": float(q10), "q90": float(q90), "up": float(np.mean(changes > 0.0)) if len(changes) else np.nan}
    return row | {"beyond": float(way["beyond"].mean()), "n": len(points)}
