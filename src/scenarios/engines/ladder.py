"""At which rung do patrons step back? The rung held at each value, and a scripted climb."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.engines.simulate import Progress, simulate
from scenarios.results import Results
from scenarios.scenario.arrays import N_RUNGS
from scenarios.scenario.overlay import with_values
from scenarios.scenario.scenario import Path, Scenario
from scenarios.summary import indicators, mean_and_error

if TYPE_CHECKING:
    from pandas import DataFrame

BOTTOM = 4  # rung from which the scripted climb begins
OUTCOMES = ("step_back", "step_back_further", "client_gone_first")
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
    """The scenario with the rung, and the presence, threat and interdiction that go with it, held.

    Parameters
    ----------
    scenario : Scenario
    rung : int
        0 to 10.

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


def held_rows(results: Results, rung: int) -> list[Row]:
    """Chances by the horizon with the rung held."""
    found, points = indicators(results), results.runs["scenario_id"].to_numpy()
    rows = []
    for patron in results.scenario.patrons:
        for outcome in OUTCOMES:
            rows.append(("held", rung, patron, outcome, *mean_and_error(found[f"{patron}.{outcome}"], points)))
    return rows


def rung_in_force(results: Results, at: Any) -> Any:
    """The scripted rung at some steps; NaN stays."""
    dates, rungs = results.scenario.paths["coercer.rung"].dates, results.scenario.paths["coercer.rung"].values
    steps = [(day - results.scenario.start).days / results.scenario.step_days for day in dates]
    place = np.searchsorted(steps, np.nan_to_num(at), side="right") - 1
    return np.where(np.isnan(at), np.nan, np.array(rungs)[np.maximum(place, 0)])


def climb_rows(results: Results) -> list[Row]:
    """Chances that it has happened by the time that a rung of the climb is over."""
    rows: list[Row] = []
    ended = rung_in_force(results, results.runs["client_outcome_at"].to_numpy())
    points = results.runs["scenario_id"].to_numpy()
    for patron in results.scenario.patrons:
        table = results.patrons[results.patrons["patron"] == patron]
        is_at_risk = table["at_risk"].to_numpy()
        back = rung_in_force(results, table["step_back_at"].to_numpy())
        further = rung_in_force(results, table["step_back_further_at"].to_numpy())
        gone = np.where(np.isnan(back), ended, np.nan)
        for outcome, at in zip(OUTCOMES, (back, further, gone), strict=True):
            for rung in range(BOTTOM, N_RUNGS):
                happened = np.where(is_at_risk, (at <= rung).astype(float), np.nan)
                rows.append(("climb", rung, patron, outcome, *mean_and_error(happened, points)))
    return rows


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
        step_back_further, client_gone_first), probability, se, n.
    """
    import pandas as pd

    rows: list[Row] = []
    total = (N_RUNGS + 1) * replications
    for rung in range(N_RUNGS):
        rows += held_rows(simulate(held_at(scenario, rung), replications, rng, engine, None, jobs), rung)
        if progress is not None:
            progress((rung + 1) * replications, total)
    rows += climb_rows(simulate(climb(scenario), replications, rng, engine, None, jobs))
    if progress is not None:
        progress(total, total)
    return pd.DataFrame(rows, columns=COLUMNS)
