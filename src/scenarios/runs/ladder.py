"""At which rung do patrons step back? The rung held at each value, and a scripted climb."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.moments import mean_and_error
from scenarios.results import Results
from scenarios.runs.job import Play, Progress, seed_of
from scenarios.runs.play import played
from scenarios.scenario.arrays import N_RUNGS
from scenarios.scenario.overlay import with_values
from scenarios.scenario.scenario import Path, Scenario
from scenarios.summary import indicators

if TYPE_CHECKING:
    from pandas import DataFrame

BOTTOM = 4  # rung from which the scripted climb begins
OUTCOMES = ("step_back", "step_back_further", "client_gone_first", "neither")
COLUMNS = ["kind", "rung", "patron", "outcome", "probability", "se", "n"]
Row = tuple[str, int, str, str, float, float, int]


def opened_at(scenario: Scenario, rung: int) -> dict[str, Any]:
    """Settings that open a scenario at a rung, with the presence, threat and interdiction that go with it."""
    names = ("presence", "threat", "interdiction")
    pressure = {name: scenario.numbers[f"ladder.{rung}.{name}"].value for name in names}
    values: dict[str, Any] = {
        "coercer.rung": rung,
        "coercer.presence": pressure["presence"],
        "coercer.interdiction": pressure["interdiction"],
    }
    for name in scenario.patrons:
        weight = scenario.numbers[f"patrons.{name}.threat_weight"].value
        values[f"patrons.{name}.threat"] = pressure["threat"] * weight
    return values


def held_at(scenario: Scenario, rung: int) -> Scenario:
    """The scenario with a rung from 0 to 10, and the presence, threat and interdiction that go with it, held.

    Examples
    --------
    >>> from scenarios import load
    >>> held_at(load("toy"), 4).numbers["coercer.rung"].value
    4.0
    """
    freeze = ",".join(sorted({*scenario.freeze, "pressure"}))
    # frozen, no mode moves the rung; a script would set the opening
    kept = {path: way for path, way in scenario.paths.items() if not scripts_pressure(path)}
    settings = opened_at(scenario, rung) | {"coercer.mode": "ramp", "freeze": freeze}
    return with_values(replace(scenario, paths=kept), settings)


def scripts_pressure(path: str) -> bool:
    """Whether a path over time scripts the pressure."""
    return path.startswith("coercer.") or path.endswith(".threat")


def climb(scenario: Scenario) -> Scenario:
    """The scenario with the pressure scripted to climb from rung 4 to 10, each rung for the same time.

    Examples
    --------
    >>> from scenarios import load
    >>> climb(load("toy")).paths["coercer.rung"].values
    (4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0)
    """
    rungs = range(BOTTOM, N_RUNGS)
    days = scenario.steps * scenario.step_days / len(rungs)
    dates = tuple(scenario.start + timedelta(days=days * i) for i in range(len(rungs)))
    script = Path("coercer.rung", dates, tuple(map(float, rungs)), "rung", "judgement", "", "an even climb")
    kept = {path: way for path, way in scenario.paths.items() if not scripts_pressure(path)}
    # the script first: a scenario that is scripted already has lost its own
    climbing = replace(scenario, paths={**kept, script.path: script})
    return with_values(climbing, opened_at(scenario, BOTTOM) | {"coercer.mode": "scripted"})


def rows_of(kind: str, rung: int, results: Results, before: float = np.inf) -> list[Row]:
    """Chances of what ends each patron's support, that compete and sum to 1; and of the further step-back."""
    found, points = indicators(results, before), results.runs["scenario_id"].to_numpy()
    return [
        (kind, rung, patron, outcome, *mean_and_error(found[f"{patron}.{outcome}"], points))
        for patron in results.scenario.patrons
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
    script = climbing.paths["coercer.rung"]
    begins = [(day - climbing.start).days / climbing.step_days for day in script.dates]
    return dict(zip(map(int, script.values), [*begins[1:], float(np.inf)], strict=True))


def played_rungs(scenario: Scenario, play: Play) -> Iterator[tuple[str, int, Results]]:
    """The scenario with the rung ``held`` at each value, then its ``climb``, one after the other, the same luck."""
    quietly = play._replace(progress=None)
    for place in range(N_RUNGS + 1):
        if place < N_RUNGS:
            yield "held", place, played(held_at(scenario, place), quietly)
        else:
            yield "climb", N_RUNGS - 1, played(climb(scenario), quietly)
        if play.progress is not None:
            play.progress((place + 1) * play.replications, (N_RUNGS + 1) * play.replications)


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
        step_back_further, client_gone_first, neither), probability, se, n.
    """
    import pandas as pd

    rows: list[Row] = []
    play = Play(replications, seed_of(rng), engine, jobs, progress)
    for kind, rung, results in played_rungs(scenario, play):
        rows += rows_of(kind, rung, results) if kind == "held" else climb_rows(results)
    return pd.DataFrame(rows, columns=COLUMNS)


def climb_rows(results: Results) -> list[Row]:
    """Chances that it has happened by the time that a rung of the climb is over."""
    return [
        row for rung, end in ends_of_rungs(results.scenario).items() for row in rows_of("climb", rung, results, end)
    ]
