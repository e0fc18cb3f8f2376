"""At which rung do patrons step back? The rung held at each value, and a scripted climb."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.intervals import estimated
from scenarios.runs.counting import facts_of_all
from scenarios.runs.job import Play, Progress, seed_of
from scenarios.scenario.arrays import N_RUNGS, NO_SCRIPT, ULTIMATUM
from scenarios.scenario.scenario import Path, Scenario
from scenarios.summary import indicators_of
from scenarios.tally import Facts, seen_before

if TYPE_CHECKING:
    from pandas import DataFrame

RUNG = "coercer.rung"
FIRST_STEP = timedelta(days=1)  # after the opening: a day in the first step, whatever its length
BOTTOM = 4  # rung from which the scripted climb begins
OUTCOMES = ("step_back", "step_back_further", "client_gone_first", "neither")
COLUMNS = ["kind", "rung", "patron", "outcome", "probability", "se", "low", "high", "n"]
Row = tuple[str, int, str, str, float, float, float, float, int]


def held_at(scenario: Scenario, rung: int) -> Scenario:
    """The scenario with a rung from 0 to 10 held from the first step on; forces, ships and threats follow.

    Notes
    -----
    It opens as it is coded, and its postures are inferred as ever: a rung that is held says nothing of the past.

    Examples
    --------
    >>> from scenarios import load
    >>> held_at(load("toy"), 4).paths["coercer.rung"].values
    (-1.0, 4.0)
    """
    return scripted(scenario, [scenario.start + FIRST_STEP], [rung], "held")


def climb(scenario: Scenario) -> Scenario:
    """The scenario with the rung scripted to climb from 4 to 10, each for the same time; it opens as it is coded.

    Examples
    --------
    >>> from scenarios import load
    >>> climb(load("toy")).paths["coercer.rung"].values
    (-1.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0)
    """
    rungs = range(BOTTOM, N_RUNGS)
    days = scenario.steps * scenario.step_days / len(rungs)
    begins = [scenario.start + max(FIRST_STEP, timedelta(days=days * i)) for i in range(len(rungs))]
    return scripted(scenario, begins, rungs, "an even climb")


def scripted(scenario: Scenario, dates: Sequence[date], rungs: Iterable[int], note: str) -> Scenario:
    """The scenario with its rung scripted from the first step on, in the place of whatever else would move it.

    Notes
    -----
    Other scripts of the pressure say how the scenario opens, and nothing more: what goes with a rung follows from it.
    """
    paths = {path: way for path, way in scenario.paths.items() if not scripts_pressure(path)}
    scripts = {path: way for path, way in scenario.paths.items() if scripts_pressure(path) and path != ULTIMATUM}
    opening = scripts.pop(RUNG).values[0] if RUNG in scripts else NO_SCRIPT
    paths |= {path: replace(way, until=scenario.start) for path, way in scripts.items()}
    values = (opening, *map(float, rungs))
    paths[RUNG] = Path(RUNG, (scenario.start, *dates), values, "rung", "judgement", "", note)
    settings = tuple(setting for setting in scenario.settings if setting.path != RUNG)
    freeze = scenario.freeze - {"pressure"}
    return replace(scenario, mode="scripted", freeze=freeze, paths=paths, settings=settings)


def scripts_pressure(path: str) -> bool:
    """Whether a path over time scripts the pressure."""
    return path.startswith("coercer.") or path.endswith(".threat")


def rows_of(kind: str, rung: int, scenario: Scenario, facts: Facts) -> list[Row]:
    """Chances of what ends each patron's support, that compete and sum to 1; and of the further step-back."""
    found = indicators_of(facts, scenario)
    return [
        (kind, rung, patron, outcome, *estimated(found[f"{patron}.{outcome}"], facts.point))
        for patron in scenario.patrons
        for outcome in OUTCOMES
    ]


def ends_of_rungs(climbing: Scenario) -> dict[int, float]:
    """Step before which each rung of a scripted climb is over; the last one never is.

    Examples
    --------
    >>> from scenarios import load
    >>> [round(step, 2) for step in ends_of_rungs(climb(load("toy"))).values()][:2]
    [7.43, 14.86]
    """
    script = climbing.paths[RUNG]
    begins = [(day - climbing.start).days / climbing.step_days for day in script.dates]
    return dict(zip(map(int, script.values[1:]), [*begins[2:], float(np.inf)], strict=True))


def worlds(scenario: Scenario) -> Iterator[tuple[str, int, Scenario]]:
    """The scenario with the rung ``held`` at each value, then its ``climb``."""
    for rung in range(N_RUNGS):
        yield "held", rung, held_at(scenario, rung)
    yield "climb", N_RUNGS - 1, climb(scenario)


def ladder_curve(
    scenario: Scenario,
    replications: int = 2_000,
    rng: Any = 1,
    engine: str = "batch",
    jobs: int = 0,
    progress: Progress | None = None,
) -> "DataFrame":
    """Chance of a step-back with the rung held at each value 0-10, and along a scripted climb from rung 4.

    Parameters
    ----------
    scenario, replications, rng, engine, jobs, progress
        As in `simulate`; the same luck at every rung.

    Returns
    -------
    DataFrame
        Columns kind (held: by the horizon; climb: by the end of the rung), rung, patron, outcome (step_back,
        step_back_further, client_gone_first, neither), probability with se, low and high (95 %), n.
    """
    import pandas as pd

    rows: list[Row] = []
    played = list(worlds(scenario))
    counted = facts_of_all([world for *_, world in played], Play(replications, seed_of(rng), engine, jobs, progress))
    for (kind, rung, world), facts in zip(played, counted, strict=True):
        rows += rows_of(kind, rung, world, facts) if kind == "held" else climb_rows(world, facts)
    return pd.DataFrame(rows, columns=COLUMNS)


def climb_rows(climbing: Scenario, facts: Facts) -> list[Row]:
    """Chances that it has happened by the time that a rung of the climb is over."""
    ends = ends_of_rungs(climbing).items()
    return [row for rung, end in ends for row in rows_of("climb", rung, climbing, seen_before(facts, end))]
