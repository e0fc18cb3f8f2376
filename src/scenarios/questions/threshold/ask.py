"""From which value of a number on does an event have a given probability? By bisection on matched runs."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from scenarios.errors import RequestRefused, UnknownName
from scenarios.intervals import Estimate
from scenarios.outcomes.outcome import CHANCE, checked
from scenarios.questions.factors import number_named
from scenarios.questions.threshold import crossings
from scenarios.runs.counting import COLUMNS, climb_rows, ends_of_rungs, rows_of, worlds
from scenarios.runs.job import Play, Progress, seed_of, told
from scenarios.runs.play import played
from scenarios.scenario import arrays, entries, finding, overlay
from scenarios.scenario.check_numbers import outside, said
from scenarios.scenario.scenario import Scenario
from scenarios.store.answers import origin
from scenarios.tally import facts_of

GRID = 9
FINEST = 1e-6  # share of the range below which floating-point numbers would be split
USUAL = 1 / 1024  # share of the range to which a crossing is narrowed down
Points = dict[float, Estimate]


def threshold(
    scenario: Scenario,
    *,
    of: str,
    over: str,
    probability: float = 0.5,
    span: crossings.Range | None = None,
    grid: int = GRID,
    tolerance: float | None = None,
    replications: int = 10_000,
    rng: Any = 1,
    engine: str = "batch",
    jobs: int = 0,
    progress: Progress | None = None,
) -> crossings.Threshold:
    """The least value of a number at which an event has a given probability.

    Parameters
    ----------
    scenario : Scenario
    of : str
        Anything that `ask` understands, such as ``russia.step_back``.
    over : str
        Dotted path of any number, which is set from the first step on (``PATH@DATE``: from a date on); or
        ``believe:PATH``, which has been so all along; or ``rung``, which is held at each value 0-10.
    probability : float
        Above 0 and below 1.
    span : tuple of float, optional
        Lowest and highest value; the number's range if not given, or its domain if it has no range.
    grid : int
        Values of the coarse grid; whole numbers (levels, rungs, flags) are all tried.
    tolerance : float, optional
        How far a crossing is narrowed down [unit of the number]; a 1024th of the span if not given.
    replications, rng, engine, jobs
        As in `simulate`; every value is played with the same luck.
    progress : callable, optional
        Called with the number of values played, and of those to play at least.

    Returns
    -------
    Threshold

    Raises
    ------
    RequestRefused, UnknownName
        If the outcome has no probability, the path is no number, or the span makes no sense.

    Examples
    --------
    >>> from scenarios import load
    >>> found = threshold(load("toy"), of="client.holds", over="client.hold", replications=50, grid=3)
    >>> found.unit, len(found.curve) >= 3
    ('share', True)
    """
    of = checked(of, scenario, [CHANCE])[0].text
    if not 0.0 < probability < 1.0:
        raise RequestRefused(f"--probability {probability:g}: must lie above 0 and below 1.")
    if over == crossings.RUNG and (span is not None or tolerance is not None):
        raise RequestRefused("--over rung: holds each rung from 0 to 10. Leave --range and --tolerance out.")
    play = Play(replications, seed_of(rng), engine, jobs)
    with told(progress, scenario.name, " values") as tell:
        told_play = play._replace(progress=tell)
        if over == crossings.RUNG:
            found = rung_threshold(scenario, of, probability, told_play)
        else:
            values = values_to_try(scenario, over, span, grid)
            found = number_threshold(scenario, of, over, probability, values, tolerance, told_play)
    return replace(found, scenario=scenario, manifest=play.manifest(None) | origin(scenario))


def number_threshold(
    scenario: Scenario, of: str, over: str, probability: float, values: list[float], tolerance: float | None, play: Play
) -> crossings.Threshold:
    """The threshold over a number that is set or believed; progress counts the values played."""
    unit = finding.number_at(number_named(over)).unit
    width = 0.0 if unit in arrays.WHOLE_UNITS else checked_tolerance(tolerance, values[-1] - values[0])
    known: Points = {}

    def ask(value: float) -> Estimate:
        world = overlay.with_changes(scenario, {over: value}, "--over")
        known[value] = crossings.estimate(played(world, play._replace(progress=None)), of)
        if play.progress is not None:
            play.progress(len(known), max(len(known), len(values)))
        return known[value]

    answer = crossings.find_crossings(ask, values, probability, width)
    rows = [("grid" if value in values else "bisection", value, *known[value]) for value in sorted(known)]
    curve = pd.DataFrame(rows, columns=list(crossings.CURVE_COLUMNS))
    return crossings.Threshold(of, over, unit, probability, (values[0], values[-1]), answer, curve)


def checked_tolerance(tolerance: float | None, width: float) -> float:
    """How far a crossing is narrowed down, for a span of a width."""
    if tolerance is not None and not tolerance >= FINEST * width:
        raise RequestRefused(
            f"--tolerance {tolerance:g}: must be at least a millionth of the range ({FINEST * width:g})."
        )
    return USUAL * width if tolerance is None else tolerance


def values_to_try(scenario: Scenario, over: str, span: crossings.Range | None, grid: int) -> list[float]:
    """The values of the coarse grid: every whole value, or evenly spread ones."""
    low, high = checked_span(scenario, over, span)
    if finding.number_at(number_named(over)).unit in arrays.WHOLE_UNITS:
        whole = [float(value) for value in range(int(np.ceil(low)), int(np.floor(high)) + 1)]
        if len(whole) < 2:
            raise RequestRefused(f"--range {low:g}:{high:g}: holds no two whole numbers, and {over} is a whole number.")
        return whole
    if not 3 <= grid <= 1000:
        raise RequestRefused(f"--grid {grid}: must lie in 3 to 1000.")
    return [float(value) for value in np.linspace(low, high, grid).round(12)]


def checked_span(scenario: Scenario, over: str, span: crossings.Range | None) -> crossings.Range:
    """The lowest and highest value to try, within the domain of the number."""
    path = finding.name_now(number_named(over))
    if path not in scenario.numbers:
        if path == crossings.RUNG:
            raise RequestRefused(
                f"--over {over}: a rung that is held is held from the first step on. Ask for --over {crossings.RUNG}; "
                f"or set the rung from a date on: --over {over.replace(crossings.RUNG, 'coercer.rung', 1)}."
            )
        if entries.is_switch(path):
            raise RequestRefused(
                f"--over {over}: is a switch, no number with a range. Compare its settings: "
                f"scenarios compare {scenario.name} --set {path}=VALUE."
            )
        if finding.why_gone(path):
            raise RequestRefused(f"--over {over}: {finding.why_gone(path)}")
        raise UnknownName("number", over, finding.near_paths(path, [*scenario.numbers, crossings.RUNG]))
    number, limits = scenario.numbers[path], finding.number_at(path)
    found = span or ((number.low, number.high) if number.is_uncertain else (limits.low, limits.high))
    asked = f"--range {said(found[0])}:{said(found[1])}"
    for end in found:
        if fault := outside(limits, end):
            raise RequestRefused(f"{asked}: {over}: {fault}")
    if not found[0] < found[1]:
        raise RequestRefused(f"{asked}: must rise. Name the lower end first.")
    return found


def rung_threshold(scenario: Scenario, of: str, probability: float, play: Play) -> crossings.Threshold:
    """The least rung at which an event has a given probability, held and along a scripted climb from rung 4.

    Notes
    -----
    The control is the scenario's own: the pressure frozen as it opens, at the opening rung. A held rung is in force
    from the first step on, and forces, ships and threats follow it; so the two differ at the opening rung where the
    scenario opens with other forces, or where direct threats are made.
    """
    curves: dict[str, Points] = {crossings.HELD: {}, crossings.CLIMB: {}, crossings.CONTROL: {}}
    rows = []
    asked = [
        (crossings.CONTROL, int(scenario.numbers["coercer.rung"].value), overlay.control(scenario)),
        *worlds(scenario),
    ]
    for place, (kind, rung, world) in enumerate(asked):
        results = played(world, play._replace(progress=None))
        if kind == crossings.CLIMB:
            ends = ends_of_rungs(world)
            curves[kind] = {float(step): crossings.estimate(results, of, end) for step, end in ends.items()}
            rows += climb_rows(world, facts_of(results))
        else:
            curves[kind][float(rung)] = crossings.estimate(results, of)
            rows += rows_of(kind, rung, world, facts_of(results))
        if place and play.progress is not None:  # the control is not counted
            play.progress(place * play.replications, (len(asked) - 1) * play.replications)
    # rungs are whole, so nothing lies between them
    held, climbed = (
        crossings.find_crossings(points.__getitem__, sorted(points), probability, 0.0)
        for points in (curves[crossings.HELD], curves[crossings.CLIMB])
    )
    points = [(kind, rung, *found) for kind, curve in curves.items() for rung, found in curve.items()]
    curve = pd.DataFrame(points, columns=list(crossings.CURVE_COLUMNS))
    span = (min(curves[crossings.HELD]), max(curves[crossings.HELD]))
    ladder = pd.DataFrame(rows, columns=COLUMNS)
    return crossings.Threshold(of, crossings.RUNG, crossings.RUNG, probability, span, held, curve, climbed, ladder)
