"""What is the smallest change of one number that would have kept the patron in? Asked of one run, all else as it was.

The change is an intervention: it acts from the first step on, and the posture on which the run opens, every other
number and the luck, which is addressed by the run, stay. A number is moved through its range and away from its drawn
value on both sides, on a small grid first, because what it does need not be monotone; then the nearest value that flips
the run is found by bisection.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from scenarios.errors import RequestRefused
from scenarios.questions.explanation.ensemble import Ensemble, ensemble_of, parsed_outcome
from scenarios.questions.explanation.kept_in import Question, changeable, question_of_run
from scenarios.questions.explanation.places import place_of, value_at
from scenarios.results import Results
from scenarios.scenario.arrays import number_paths
from scenarios.scenario.scenario import Parameter, Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

GRID = 4  # values tried on each side of the drawn one before the search
TOLERANCE = 0.005  # of the range; how near the value found lies to one that does not flip the run
COLUMNS = ("run", "outcome", "path", "unit", "drawn", "needed", "change", "stays_at", "beyond")


class Flip(NamedTuple):
    """The nearest value of a number at which the patron stays.

    Attributes
    ----------
    needed : float
        In the unit of the number.
    change : float
        From the drawn value, in shares of the range; negative for a lower value.
    stays_at : float
        The nearest value tried on the way there that does not keep the patron in.
    beyond : float
        Share of the grid values at or beyond `needed`, on its side, that keep the patron in as well.
    """

    needed: float
    change: float
    stays_at: float
    beyond: float


def nearest(
    subject: Results | Ensemble,
    of: str,
    run: int,
    over: Iterable[str] | None = None,
    grid: int = GRID,
    is_screened: bool = False,
    engine: str = "batch",
) -> "DataFrame":
    """The numbers that alone, set from the first step on, would have kept a patron in, in one run; the smallest first.

    Parameters
    ----------
    subject : Results or Ensemble
        Which runs.
    of : str
        Outcome ``PATRON.EVENT``: step_back, step_back_further, abandonment or notch.
    run : int
    over : iterable of str or None
        Numbers to try; see `candidates`.
    grid : int
        Values tried on each side before the search; a number that flips the run only between them is missed.
    is_screened : bool
        Search only numbers that flip the run at an end of their range: three times as quick, and a number that does so
        only on the way is missed.
    engine : str
        As in `simulate`.

    Returns
    -------
    DataFrame
        Columns run, outcome, path, unit, drawn, needed, change [share of the range], stays_at, beyond; see `Flip`. No
        row: no single number does it.

    Raises
    ------
    RequestRefused
        If it did not happen in that run.
    """
    import pandas as pd

    ensemble = ensemble_of(subject)
    scenario = ensemble.scenario
    patron, _ = parsed_outcome(scenario, of)
    paths = changeable(scenario, patron, over)
    asked = question_of_run(ensemble, of, run, engine)
    if asked.happened_at < 0.0 or asked.bench.base.of(asked.patron, "at_risk") < 0.5:
        raise RequestRefused(
            f"run {run}: {of} did not happen, so nothing need be undone. Choose a run in which it did."
        )
    rows = [{"run": run, "outcome": of, **found} for found in flips(scenario, asked, paths, grid, is_screened)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values("change", key=abs, kind="stable").reset_index(drop=True)


def flips(
    scenario: Scenario, asked: Question, paths: list[str], grid: int, is_screened: bool
) -> Iterator[dict[str, Any]]:
    """Every number that flips a run alone."""
    spots = {path: spot for spot, path in enumerate(number_paths(scenario))}
    for path in paths:
        number, spot = scenario.numbers[path], spots[path]
        found = nearest_flip(asked, number, spot, grid, is_screened)
        if found is not None:
            drawn = float(asked.bench.plan.central[spot])
            yield {"path": path, "unit": number.unit, "drawn": drawn, **found._asdict()}


def nearest_flip(asked: Question, number: Parameter, spot: int, grid: int, is_screened: bool) -> Flip | None:
    """The nearest value of one number that keeps the patron in; None if no value does."""
    drawn = place_of(number, float(asked.bench.plan.central[spot]))
    sides = [side_flip(asked, number, spot, drawn, end, grid, is_screened) for end in (0.0, 1.0)]
    found = [flip for flip in sides if flip is not None]
    return min(found, key=lambda flip: abs(flip.change)) if found else None


def side_flip(
    asked: Question, number: Parameter, spot: int, drawn: float, end: float, grid: int, is_screened: bool
) -> Flip | None:
    """The nearest flip on one side of the drawn value: the grid from inside out, then bisection.

    Notes
    -----
    After each search the halfway value is tried again, so that half of the change found does not flip the run.
    """

    def keeps(place: float) -> bool:
        return asked.keeps(spot, value_at(number, place))

    if abs(end - drawn) < TOLERANCE or (is_screened and not keeps(end)):
        return None
    places = [drawn + (end - drawn) * step / grid for step in range(1, grid + 1)]
    kept = [keeps(place) for place in places]
    if not any(kept):
        return None
    first = kept.index(True)
    outside = places[first]
    inside = places[first - 1] if first > 0 else drawn
    while True:
        while abs(outside - inside) > TOLERANCE:
            middle = (inside + outside) / 2.0
            inside, outside = (inside, middle) if keeps(middle) else (middle, outside)
        half = (drawn + outside) / 2.0
        if abs(half - drawn) <= TOLERANCE or not keeps(half):
            break
        inside, outside = drawn, half
    needed = value_at(number, outside)
    beyond = sum(kept[first:]) / len(kept[first:])
    return Flip(needed, place_of(number, needed) - drawn, value_at(number, inside), beyond)
