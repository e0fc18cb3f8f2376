"""Laws of whole runs, in expectation over matched draws from the same opening."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from scenarios import load, simulate, summarise
from scenarios.engines.ladder import held_at
from scenarios.results import Results
from scenarios.scenario.overlay import fixed, halve_step
from scenarios.scenario.scenario import Scenario

RUNS = 1_500
OPEN_MATERIAL = ("oil", "arms")


@pytest.fixture(scope="module")
def toy() -> Scenario:
    return load("toy")


@pytest.fixture(scope="module")
def venezuela() -> Scenario:
    return load("venezuela_2025")


def mean_support(results: Results, patron: str) -> float:
    """Mean support index of a patron over runs and steps, intended [share]."""
    rows = results.support[results.support["patron"] == patron]
    return float(np.average(rows["bin"] / 100, weights=rows["intended"]))


def material(results: Results, patron: str, column: str = "intended") -> float:
    """Mean level of a patron over its material channels, runs and steps [level]."""
    names = [c for c in results.scenario.channels if results.scenario.numbers[f"channels.{c}.material"].value > 0]
    rows = results.levels[(results.levels["patron"] == patron) & results.levels["channel"].isin(names)]
    return float(np.average(rows["level"], weights=rows[column]))


def lasting(scenario: Scenario) -> Scenario:
    """The scenario without the client's end, so that the same runs are compared throughout."""
    rates = ("client.collapse_rate", "client.concession_rate", "coercer.removal_rate")
    return scenario.with_values(dict.fromkeys(rates, 0))


@pytest.mark.parametrize("patron", ["russia", "china", "cuba", "iran"])
def test_more_stake_never_lowers_mean_support(venezuela: Scenario, patron: str) -> None:
    path = f"patrons.{patron}.stake"
    still = lasting(venezuela).with_values({"model.leader_spread": 0})
    low, high = venezuela.numbers[path].low, venezuela.numbers[path].high
    little, much = (simulate(still.with_values({path: value}), RUNS, 1) for value in (low, high))
    assert mean_support(much, patron) >= mean_support(little, patron) - 0.002


@pytest.mark.parametrize("patron", ["russia", "iran"])
def test_a_deeper_drain_never_raises_the_patrons_material_support(venezuela: Scenario, patron: str) -> None:
    path, still = f"patrons.{patron}.war_drain", lasting(venezuela)
    levels = [material(simulate(still.with_values({path: drain}), RUNS, 1), patron) for drain in (0.3, 0.9, 0.97)]
    assert levels[0] >= levels[1] - 0.005
    assert levels[1] >= levels[2] - 0.005


def test_a_higher_rung_held_never_raises_force(venezuela: Scenario) -> None:
    openings = {"patrons.russia.channels.force.opening": 1, "patrons.russia.prestige": 1.0}
    still = lasting(venezuela).with_values(openings)
    acts = []
    for rung in (0, 4, 8, 10):
        results = simulate(held_at(still, rung), RUNS, 1)
        force = results.levels[(results.levels["patron"] == "russia") & (results.levels["channel"] == "force")]
        acts.append(float(np.average(force["level"], weights=force["intended"])))
    assert acts[0] > 0.0
    assert all(later <= earlier + 0.02 for earlier, later in pairwise(acts)), acts


def free_and_constant(scenario: Scenario) -> Scenario:
    """Benefits that do not change, every cost off, best replies, no luck."""
    values: dict[str, Any] = {f"terms.{term}": "off" for term in ("refusal", "company", "own_crisis", "deal")}
    values |= {f"terms.{term}": "off" for term in ("material_cost", "bargain", "secondary_sanctions", "entrapment")}
    values |= {f"terms.{term}": "frozen" for term in ("survival", "payment", "prestige")}
    values |= {"model.rho": 0, "model.leader_spread": 0, "client.expulsion_rate": 0}
    for patron in scenario.patrons:
        values[f"patrons.{patron}.rationality"] = 1000
    return scenario.with_values(values)


def test_with_constant_benefits_and_every_cost_off_nobody_steps_back(toy: Scenario) -> None:
    summary = summarise(simulate(free_and_constant(toy), RUNS, 1)).set_index("outcome")["value"]
    assert summary["redland.step_back"] == 0.0
    assert summary["blueland.step_back"] == 0.0


def test_an_empty_purse_delivers_nothing_that_costs(toy: Scenario) -> None:
    poor = {"patrons.redland.capacity": 0.001, "patrons.redland.war_drain": 0.995}
    results = simulate(toy.with_values(poor), 200, 1)
    rows = results.levels[(results.levels["patron"] == "redland") & (results.levels["step"] > 0)]
    costly = rows[rows["channel"].isin(OPEN_MATERIAL) & (rows["level"] > 0)]
    assert costly["delivered"].sum() == 0
    assert costly["intended"].sum() > 0


def test_equal_patrons_with_the_same_luck_act_equally(toy: Scenario) -> None:
    from dataclasses import replace

    still = fixed(toy)
    mine = {path: n for path, n in still.numbers.items() if path.startswith("patrons.redland.")}
    twin = {
        path.replace("redland", "blueland"): replace(n, path=path.replace("redland", "blueland"))
        for path, n in mine.items()
    }
    equal = replace(still, numbers={**still.numbers, **twin})
    alone = [
        simulate(replace(equal, patrons=(name,), keys={**equal.keys, f"patrons.{name}": "twin"}), 300, 1)
        for name in ("redland", "blueland")
    ]
    first, second = (results.patrons.drop(columns="patron") for results in alone)
    assert first.equals(second)


@pytest.mark.parametrize("name", ["toy", "venezuela_2025"])
def test_halving_the_step_leaves_the_shares_as_they_were(name: str) -> None:
    scenario, runs = load(name), 6_000
    whole, half = (summarise(simulate(each, runs, 1)) for each in (scenario, halve_step(scenario)))
    for event in ("step_back", "step_back_further", "abandonment", "step_up"):
        for patron in scenario.patrons:
            rows = [table.set_index("outcome").loc[f"{patron}.{event}"] for table in (whole, half)]
            error = 4.0 * float(np.hypot(rows[0]["se"], rows[1]["se"])) + 0.02
            assert abs(rows[0]["value"] - rows[1]["value"]) < error, (patron, event)
