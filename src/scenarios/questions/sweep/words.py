"""How are the points of a sweep put into words?"""

from typing import Any

import pandas as pd

from scenarios.questions.factors import exact, number_named
from scenarios.questions.naming import listed, number_words
from scenarios.questions.sweep.ask import Sweep
from scenarios.report.answer import Answer, section_of
from scenarios.report.wording import NOTHING, is_missing, numbers_line, share
from scenarios.scenario.scenario import Scenario
from scenarios.store.answers import origin

MOST_ROWS = 50
MOST_VALUES = 10
FEW_PATRONS = 2  # of whom two columns each fit on a screen


def sweep_answer(found: Sweep, scenario: Scenario, of: list[str] | None = None) -> Answer:
    """The first points of a sweep as an answer, with the headline outcomes or those that are asked for."""
    events = ("step_back", "step_back_further") if len(scenario.patrons) <= FEW_PATRONS else ("step_back_further",)
    names = of or [f"{patron}.{event}" for patron in scenario.patrons for event in events]
    rows: list[dict[str, Any]] = []
    varied = found.varied
    for points, outcomes in zip(found.parts("points"), found.parts("outcomes"), strict=True):
        rows += points_in_words(points.head(MOST_ROWS - len(rows))[["point", *varied]], outcomes, names)
        if len(rows) >= MOST_ROWS:
            break
    cut = f"{len(rows)} of {found.manifest['points']:,} points; --format csv prints all that were played."
    said = [*([cut] if found.manifest["points"] > len(rows) else []), numbers_line(scenario, origin(scenario))]
    runs = f"{found.manifest['replications']} runs a point"
    heading = f"{scenario.name}: chance by the horizon ± Monte Carlo error, {runs}"
    over = listed([number_words(scenario, number_named(path)) for path in varied])
    title = f"{scenario.title}: chances over {over}"
    return Answer(title, [section_of(rows, heading)], said, {"points": found.points}, found.manifest, found.folder)


def varied_words(found: Sweep) -> list[tuple[str, str]]:
    """Each thing that was varied, and its values: all of them if they are few."""
    points, pairs = found.points, []
    for path in found.varied:
        values = points[path].unique().tolist()
        spanned = f"{len(values)} values from {exact(min(values))} to {exact(max(values))}"
        said = ", ".join(map(exact, values)) if len(values) <= MOST_VALUES else spanned
        pairs.append(("varied", f"{path}: {said}"))
    return pairs


def points_in_words(points: pd.DataFrame, outcomes: pd.DataFrame, names: list[str]) -> list[dict[str, Any]]:
    """Rows in which each outcome stands with its error, and as a bound where it never or always came."""
    kept = outcomes[outcomes["outcome"].isin(names) & outcomes["point"].isin(points["point"])]
    cells = {}
    for row in kept.to_dict("records"):
        name, value, error = str(row["outcome"]), float(row["value"]), float(row["se"])
        at = NOTHING if is_missing(value) else f"{value:.1f}" if is_missing(error) else f"{value:.1f} ± {error:.1f}"
        cells[row["point"], name] = at if name.endswith(".at") else share(value, error, float(row["n"]))
    return [
        {str(path): value for path, value in row.items()} | {name: cells[row["point"], name] for name in names}
        for row in points.to_dict("records")
    ]
