"""What does a threshold say? The answer in sentences, the curve as a table, the step-back curves of all patrons."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.questions.factors import number_named
from scenarios.questions.threshold import crossings
from scenarios.report.answer import Answer
from scenarios.report.wording import NOTHING, Cells, Section, cell, label, numbers_line, share, told_section, words
from scenarios.scenario.arrays import WHOLE_UNITS
from scenarios.scenario.entries import BELIEF
from scenarios.scenario.scenario import Scenario

CHANCE = cell(share, "probability", "se", "n")
KINDS = (crossings.HELD, crossings.CLIMB, crossings.CONTROL)
ENDS = ("step_back", "client_gone_first", "neither")
SHAPES = {
    crossings.RISING: "The curve rises: the higher the value, the likelier.",
    crossings.FALLING: "The curve falls: the higher the value, the less likely.",
    crossings.BOTH: "The curve is not monotone: it rises and falls by more than Monte Carlo error; if it crosses more "
    "than once, every crossing is listed.",
    crossings.FLAT: "The curve is flat within Monte Carlo error: the number has no bearing on it that these runs could "
    "show.",
}
WHY_HELD_AND_CLIMB_DIFFER = (
    "They differ because a rung that is held acts from the first step to the horizon, while on a climb each rung comes "
    "after those below it and lasts for a part of the time (docs/model.md, section 8)."
)


def threshold_answer(
    found: crossings.Threshold, scenario: Scenario, manifest: Mapping[str, Any], folder: Path | None
) -> Answer:
    """A threshold as an answer; its first table is the curve."""
    tables = {"curve": found.curve} | ({} if found.ladder is None else {"ladder": found.ladder})
    facts = {**crossings.as_record(found), "ladder": None}  # always there, for programs
    said = [*threshold_sentences(found), *threshold_notes(found, scenario, manifest)]
    title = f"{found.of} with a probability of {found.probability:g}"
    return Answer(title, threshold_sections(found, scenario), said, tables, manifest, folder, facts)


def threshold_sections(found: crossings.Threshold, scenario: Scenario) -> list[Section]:
    """The curve as a table; over rungs, what ends each patron's support as well."""
    return [_curve(found)] if found.ladder is None else _ladders(found, found.ladder, scenario)


def threshold_sentences(found: crossings.Threshold) -> list[str]:
    """The answer in sentences."""
    if found.climb is None:
        return [*answer_lines(found, found.answer, found.curve), SHAPES[found.answer.shape]]
    lines = []
    for name, kind, answer in (
        ("Rung held", crossings.HELD, found.answer),
        ("Climb from rung 4", crossings.CLIMB, found.climb),
    ):
        said = answer_lines(found, answer, found.curve[found.curve["kind"] == kind])
        lines += [f"{name}: {line}" for line in [*said, SHAPES[answer.shape]]]
    return [*lines, WHY_HELD_AND_CLIMB_DIFFER]


def answer_lines(found: crossings.Threshold, answer: crossings.Crossed, curve: pd.DataFrame) -> list[str]:
    """Whether and where an event has the probability; every further crossing; what cannot be told apart."""
    goal = f"{found.probability:g}"
    first, last = float(curve["value"].min()), float(curve["value"].max())
    span = f"within {first:g} to {last:g}{_unit(found)}"
    if answer.outcome == crossings.CROSSED:
        least = next(crossing for crossing in answer.crossings if crossing.direction == crossings.RISING)
        place = _place(found, least, first, last)
        lines = [f"{found.of} reaches {goal} at {found.number} = {place}{found.since}, the least value {span}."]
    elif answer.outcome == crossings.ALREADY:
        there = _point(curve[curve["value"] == first])
        lines = [
            f"{found.of} has {goal} or more already at the low end, {found.number} = {first:g}{found.since}: {there}."
        ]
    else:
        turned = f" with {found.number}{found.since}," if found.on else ""
        lines = [f"{found.of} never reaches {goal}{turned} {span}: {_highest(curve)}."]
    further = answer.crossings[0 if answer.outcome == crossings.ALREADY else 1 :]
    lines += [f"{_move(found, crossing)} = {_place(found, crossing, first, last)}." for crossing in further]
    if any(one.high > other.low for one, other in zip(answer.crossings, answer.crossings[1:], strict=False)):
        lines.append("Neighbouring crossings whose intervals overlap cannot be told apart; more --replications may.")
    return lines


def _move(found: crossings.Threshold, crossing: crossings.Crossing) -> str:
    """What happens at a crossing after the first."""
    if crossing.direction == crossings.FALLING:
        return f"It falls below {found.probability:g} above {found.number}"
    return f"It reaches {found.probability:g} again at {found.number}"


def _highest(curve: pd.DataFrame) -> str:
    """The highest probability of a curve, and where."""
    shares = curve["probability"].to_numpy(dtype=float)
    if not (shares >= 0).any():
        return "the patron is at risk at none of the values"
    top = curve[curve["probability"] == curve["probability"].max()].iloc[:1]
    return f"the highest is {_point(top)} at {top['value'].iloc[0]:g}"


def _point(row: pd.DataFrame) -> str:
    """A probability with its error and n."""
    value, se, n = row[["probability", "se", "n"]].iloc[0]
    return f"{share(value, se, n)} (n = {n:.0f})"


def _place(found: crossings.Threshold, crossing: crossings.Crossing, first: float, last: float) -> str:
    """A value with its unit and 95 % interval."""
    low = f"{crossing.low:.4g}" if math.isfinite(crossing.low) else f"below {first:g}"
    high = f"{crossing.high:.4g}" if math.isfinite(crossing.high) else f"beyond {last:g}"
    return f"{crossing.value:.4g}{_unit(found)} (95 %: {low} to {high})"


def _unit(found: crossings.Threshold) -> str:
    """The unit after a value; a rung needs none."""
    return "" if found.unit in WHOLE_UNITS else f" {found.unit}"


def threshold_notes(found: crossings.Threshold, scenario: Scenario, manifest: Mapping[str, Any]) -> list[str]:
    """How the answer was found."""
    size = f"{manifest['replications']} runs at each of {len(found.curve)} values, all with the same luck"
    lines = []
    if found.ladder is not None:
        errors = found.ladder["se"].max()
        size = f"{manifest['replications']} runs at each rung, on the climb and in the control, all with the same luck"
        lines += [
            "The client's end competes: at each rung stepped back, client gone first and neither sum to 1; no run is "
            f"dropped. Monte Carlo errors of the shares by patron are at most ± {errors:.3f}.",
            "Held: by the horizon. Climb: by the end of the rung. Control: the scenario with its pressure frozen as it "
            "opens.",
        ]
    else:
        grid = (found.curve["kind"] == "grid").sum()
        bump = f"A bump narrower than the coarse grid of {grid} values would be missed (--grid)."
        lines.append("Every whole value was played." if found.unit in WHOLE_UNITS else bump)
        if found.curve["probability"].nunique() == 1:
            lines.insert(0, f"Every value of {found.number} gives the very same share: it may have no bearing here.")
        path = number_named(found.over)
        if path in scenario.paths and found.over.startswith(BELIEF):
            lines.insert(0, f"A path over time acts on {path} as well.")
        elif path in scenario.paths and found.on:  # what is set takes the place of what a path says
            lines.insert(0, f"Until {found.on} the scenario's path over time acts on {found.number}.")
    lines.append("95 % intervals: the values at which the estimate plus or minus 1.96 Monte Carlo errors crosses.")
    return [*lines, numbers_line(scenario, manifest), f"{size}, seed {manifest['seed']}."]


def _curve(found: crossings.Threshold) -> Section:
    """Every value that was played."""
    cells: Cells = {f"value [{found.unit}]": "{value:.6g}", "probability": CHANCE}
    cells |= {"n": "{n:.0f}", "played for": "{kind}"}
    return told_section(f"{found.of} by {found.number}{found.since}", found.curve, cells)


def _ladders(found: crossings.Threshold, ladder: pd.DataFrame, scenario: Scenario) -> list[Section]:
    """The event by rung, and what ends each patron's support."""
    said = {(row["kind"], f"{row['value']:g}"): CHANCE(row) for row in found.curve.to_dict("records")}
    rungs = map(str, range(11))
    cells = tuple((_rung(scenario, rung), *(said.get((kind, rung), NOTHING) for kind in KINDS)) for rung in rungs)
    event = Section(f"{found.of} by rung", ("rung", *KINDS), cells)
    return [event, *(_ends(ladder, kind, scenario) for kind in KINDS)]


def _rung(scenario: Scenario, rung: str) -> str:
    """Number and name of a rung."""
    return f"{rung} {scenario.labels.get(f'ladder.{rung}', '')}".strip()


def _ends(ladder: pd.DataFrame, kind: str, scenario: Scenario) -> Section:
    """Shares that sum to 1, one column a patron."""
    rows = ladder[ladder["kind"] == kind].set_index(["rung", "patron", "outcome"])["probability"]
    cells = []
    for rung in rows.index.get_level_values("rung").unique():
        shares = [" / ".join(f"{rows[rung, patron, end]:.2f}" for end in ENDS) for patron in scenario.patrons]
        cells.append((_rung(scenario, str(rung)), *shares))
    columns = ("rung", *(label(scenario, f"patrons.{patron}") for patron in scenario.patrons))
    return Section(f"{words(kind).capitalize()}: stepped back / client gone first / neither", columns, tuple(cells))
