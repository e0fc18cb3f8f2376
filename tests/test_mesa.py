"""The readable engine is an ordinary Mesa model."""

import gc
import weakref

import mesa

from scenarios import load, simulate
from scenarios.engine.agents import PatronageModel, PatronAgent, forget


def test_the_model_works_in_mesas_batch_run() -> None:
    rows = mesa.batch_run(
        PatronageModel,
        {"scenario": "toy", "rng": [1, 2]},
        number_processes=1,
        iterations=1,
        max_steps=5,
        data_collection_period=-1,
        display_progress=False,
    )
    assert {row["rng"] for row in rows} == {1, 2}
    supports = [row["support"] for row in rows if row["actor"] in ("redland", "blueland")]
    assert len(supports) == 4
    assert all(0.0 <= support <= 1.0 for support in supports)


def test_the_data_collector_keeps_the_opening_and_every_step() -> None:
    model = PatronageModel("toy", rng=3)
    for _ in range(4):
        model.step()
    table = model.datacollector.get_model_vars_dataframe()
    assert len(table) == 5
    assert table["rung"].iloc[0] == model.scenario.numbers["coercer.rung"].value


def test_a_run_is_the_run_of_the_same_number_in_a_simulation() -> None:
    scenario = load("toy")
    model = PatronageModel(scenario, rng=5, run=2)
    while model.running:
        model.step()
    rows = simulate(scenario, 3, 5).patrons.query("run == 2").set_index("patron")
    for patron in model.patrons:
        assert rows.loc[patron.name, "support_end"] == patron.support


def test_a_finished_model_does_nothing_more() -> None:
    model = PatronageModel(load("toy").with_values({"steps": 80}), rng=1)
    for _ in range(90):
        model.step()
    assert model.now <= 80
    assert not model.running


def test_without_a_seed_a_model_has_fresh_luck_which_its_seed_repeats() -> None:
    fresh, other = (PatronageModel("toy") for _ in range(2))
    again = PatronageModel("toy", rng=fresh.base_seed)
    for model in (fresh, again):
        for _ in range(20):
            model.step()
    assert fresh.base_seed != other.base_seed
    assert fresh.client.condition == again.client.condition
    assert fresh.coercer.condition == again.coercer.condition


def test_models_that_are_forgotten_leave_no_trace_in_memory() -> None:
    model = PatronageModel("toy", rng=1)
    trace = weakref.ref(model)
    forget(model)
    del model
    gc.collect()
    assert trace() is None


def test_agents_are_told_apart_by_their_names() -> None:
    model = PatronageModel("toy", rng=1)
    assert [agent.name for agent in model.agents_by_type[PatronAgent]] == ["blueland", "redland"]
