"""At which rung does an event have a given probability? The rung held at each value, a climb, and the control."""

from typing import TYPE_CHECKING, Any

from scenarios.intervals import Estimate
from scenarios.questions.threshold.crossings import Crossed, find_crossings
from scenarios.questions.threshold.reached import CURVE_COLUMNS, RUNG, Threshold, estimate
from scenarios.runs.job import Play
from scenarios.runs.ladder import COLUMNS, climb_rows, ends_of_rungs, rows_of, worlds
from scenarios.runs.play import played
from scenarios.scenario.overlay import control
from scenarios.scenario.scenario import Scenario
from scenarios.tally import facts_of

if TYPE_CHECKING:
    from pandas import DataFrame

HELD, CLIMB, CONTROL = "held", "climb", "control"
Points = dict[float, Estimate]


def rung_threshold(scenario: Scenario, of: str, probability: float, play: Play) -> Threshold:
    """The least rung at which an event has a given probability, held and along a scripted climb from rung 4.

    Notes
    -----
    The control is the scenario's own: the pressure frozen as it opens, at the opening rung. A held rung is in force
    from the first step on, and forces, ships and threats follow it; so the two differ at the opening rung where the
    scenario opens with other forces, or where direct threats are made.
    """
    curves: dict[str, Points] = {HELD: {}, CLIMB: {}, CONTROL: {}}
    rows = []
    opening = int(scenario.numbers["coercer.rung"].value)
    quietly = play._replace(progress=None)
    frozen = played(control(scenario), quietly)
    curves[CONTROL][float(opening)] = estimate(frozen, of)
    rows += rows_of(CONTROL, opening, scenario, facts_of(frozen))
    del frozen
    asked = list(worlds(scenario))
    for place, (kind, rung, world) in enumerate(asked):
        results = played(world, quietly)
        if kind == HELD:
            curves[HELD][float(rung)] = estimate(results, of)
            rows += rows_of(HELD, rung, world, facts_of(results))
        else:
            ends = ends_of_rungs(world)
            curves[CLIMB] = {float(step): estimate(results, of, end) for step, end in ends.items()}
            rows += climb_rows(world, facts_of(results))
        if play.progress is not None:
            play.progress((place + 1) * play.replications, len(asked) * play.replications)
    held, climbed = (_answer(curves[kind], probability) for kind in (HELD, CLIMB))
    curve, ladder = _tables(curves, rows)
    span = (min(curves[HELD]), max(curves[HELD]))
    return Threshold(of, RUNG, RUNG, probability, span, held, curve, climbed, ladder)


def _answer(points: Points, probability: float) -> Crossed:
    """Where a curve over rungs crosses; rungs are whole, so nothing lies between them."""
    return find_crossings(points.__getitem__, sorted(points), probability, 0.0)


def _tables(curves: dict[str, Points], rows: list[Any]) -> "tuple[DataFrame, DataFrame]":
    """The curve of the event, and what ends each patron's support."""
    import pandas as pd

    points = [(kind, rung, *found) for kind, curve in curves.items() for rung, found in curve.items()]
    return pd.DataFrame(points, columns=list(CURVE_COLUMNS)), pd.DataFrame(rows, columns=COLUMNS)
