"""Two engines play the same book: the readable one and the fast one, interpreted and as machine code, agree to the bit.

What holds of an engine holds of each: the same seed gives the same tables, whatever the chunks, the threads, the
horizon, or the order and the names of actors and channels in the file.
"""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios.engine import agents, batch
from scenarios.engine.records import EVENT_WIDTH, PATRON_RECORD_WIDTH, RUN_WIDTH, Chunk, Records, empty_records
from scenarios.engine.sheets import new_desk
from scenarios.results import as_results
from scenarios.runs import job, play
from scenarios.scenario.arrays import Given, as_plan, relived_by
from scenarios.scenario.scenario import Condition, Scenario, Setting
from scenarios.vocabulary import DecisionRule, EventKind, Fate, Freeze, Reason, Term
from worlds import START, random_worlds, script, world

PER_RUN = 400  # events that fit
TABLES = ("runs", "patrons", "events", "deliveries", "levels", "support", "paths")
seeds = st.integers(0, 2**63 - 1)

# any world, and few of them: the readable engine is slow
few = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
fewer = settings(few, max_examples=15)


# -- the engines -------------------------------------------------------------------------------------------------------


def by_agents(scenario: Scenario, plan: Any, records: Records, seed: int, first: int, last: int, sample: int) -> None:
    """Plays some runs on the readable engine."""
    agents.play_chunk(scenario, plan, records, Chunk(seed, first, last, 1, sample))


def by_batch(scenario: Scenario, plan: Any, records: Records, seed: int, first: int, last: int, sample: int) -> None:
    """Plays some runs on the fast engine as plain Python."""
    with np.errstate(over="ignore"):  # numpy's integers warn where machine integers wrap as they should
        batch.play_chunk(plan, relived_by(scenario), new_desk(plan), records, Chunk(seed, first, last, 1, sample))


def by_machine(scenario: Scenario, plan: Any, records: Records, seed: int, first: int, last: int, sample: int) -> None:
    """Plays some runs on the fast engine as machine code."""
    with np.errstate(over="ignore"):  # should somebody want plain Python
        batch.machine_loop()(plan, relived_by(scenario), new_desk(plan), records, Chunk(seed, first, last, 1, sample))


ENGINES = {"agents": by_agents, "batch, interpreted": by_batch, "batch, compiled": by_machine}


def played(play: Any, scenario: Scenario, seed: int, last: int, first: int = 0, sample: int = 3) -> Records:
    """The records of some runs; the first few runs of all are kept in full."""
    plan = as_plan(scenario)
    records = empty_records(plan, last - first, PER_RUN * (last - first), max(0, min(sample, last) - first))
    play(scenario, plan, records, seed, first, last, sample)
    n = int(records.n_events[0])
    assert 0 <= n * EVENT_WIDTH <= len(records.events), "make room for more events"
    assert 0 <= records.n_deliveries[0] <= len(records.deliveries), "make room for more deliveries"
    return records


def tables(scenario: Scenario, records: Records) -> Any:
    """The tables of some records."""
    written = records._replace(
        events=records.events[: int(records.n_events[0]) * EVENT_WIDTH],
        deliveries=records.deliveries[: int(records.n_deliveries[0])],
    )
    return as_results(scenario, [written], 1, 1, {})


def assert_same_records(first: Records, second: Records) -> None:
    """Every array of two records is the same to the bit; missing is missing in both."""
    for name, one, other in zip(Records._fields, first, second, strict=True):
        is_float = np.issubdtype(one.dtype, np.floating)
        assert np.array_equal(one, other, equal_nan=is_float), name


def assert_same_tables(first: Any, second: Any) -> None:
    """Every table of two results is the same to the bit."""
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name), check_exact=True, obj=name)


# -- parity ------------------------------------------------------------------------------------------------------------


@few
@given(scenario=random_worlds(steps=30), seed=seeds)
def test_in_any_world_the_agents_do_what_the_fast_engine_does(scenario, seed):
    assert_same_records(played(by_agents, scenario, seed, 4), played(by_machine, scenario, seed, 4))


@fewer
@given(scenario=random_worlds(steps=20), seed=seeds)
def test_in_any_world_the_fast_engine_does_in_plain_python_what_it_does_as_machine_code(scenario, seed):
    assert_same_records(played(by_batch, scenario, seed, 3), played(by_machine, scenario, seed, 3))


# a world in which everything happens: hot, poor, watched, with a coercer that climbs, jumps, eases and strikes
EVENTFUL = {
    "model.rho": 1.0,
    "model.words_fade": 4.0,
    "coercer.rung": 6.0,
    "coercer.presence": 0.2,
    "coercer.deployment_lag": 1.0,
    "coercer.rise_rate": 4.0,
    "coercer.easing_rate": 3.0,
    "coercer.strikes_end": 6.0,
    "coercer.seizure_fear": 0.01,
    "channels.*.interdictable": 1.0,
    "model.elusive": 0.0,
    "coercer.threat_rate": 3.0,
    "coercer.ships_stopped": 0.0,
    "coercer.interdiction": 0.0,
    "client.hold": 0.3,
    "client.end_rate": 0.5,
    "client.interdiction_reach": 1.0,
    "patrons.*.crisis_rate": 1.0,
    "patrons.*.bargain": 0.6,
    "patrons.*.payment_weight": 4.0,
    "patrons.*.stake": 1.0,
    "patrons.cuba.support_budget": 0.02,
    "patrons.cuba.dependence": 8.0,
    "patrons.cuba.channels.people.opening": 3.0,
    "patrons.russia.channels.arms.request": 1.0,
    "channels.*.lag": 0.05,
}


def eventful(**changes: Any) -> Scenario:
    """The world in which everything happens."""
    usual: dict[str, Any] = {"persistence_days": 42.0}
    usual |= {"decision": dict.fromkeys(DecisionRule.words(), 1.0), "held": HELD, "interventions": SET}
    channels = ("words", "oil", "finance", "arms", "people", "force")
    patrons = ("russia", "china", "cuba", "iran")
    return world(patrons, channels, EVENTFUL, has_ranges=True, **(usual | changes))


HELD = (
    Condition(START - timedelta(days=90), 4.0, 0.1, {"russia": 0.7}, {"china": 0.7}, "judgement"),
    Condition(START - timedelta(days=2), 5.0, None, {}, {}, "judgement"),
)
SET = (
    Setting("patrons.russia.support_budget", START + timedelta(days=100), 0.02),
    Setting("patrons.china.bargain", START + timedelta(days=200), 0.1, is_factor=True),
)


def test_in_the_world_where_everything_happens_everything_happens():
    found = tables(eventful(), played(by_machine, eventful(), 1, 600))
    for column, words in (("client_outcome", Fate.words()), ("decision_rule", DecisionRule.words())):
        assert set(found.runs[column].dropna()) == set(words)
    assert set(found.events["kind"]) == set(EventKind.words())
    assert set(found.events["reason"].dropna()) == set(Reason.words())
    for outcome in ("step_back", "step_back_further", "abandonment", "step_up", "denied", "notch", "pause"):
        assert found.patrons[f"{outcome}_at"].notna().any(), outcome
    assert found.patrons["requests_met"].max() >= 1
    assert found.runs["interdicted_at"].notna().any()


def test_the_engines_agree_where_everything_happens():
    assert_same_records(played(by_agents, eventful(), 1, 60), played(by_machine, eventful(), 1, 60))


@pytest.mark.parametrize("freeze", Freeze.words())
def test_the_engines_agree_where_an_input_is_frozen(freeze):
    paths = [script("patrons.russia.war_drain", (0.5, 1.0, 0.2)), script("patrons.china.own_crisis", (0.0, 3.0))]
    frozen = eventful(freeze=frozenset({freeze}), paths={path.path: path for path in paths})
    assert_same_records(played(by_agents, frozen, 1, 8), played(by_machine, frozen, 1, 8))


@pytest.mark.parametrize("term", Term.words())
@pytest.mark.parametrize("switch", ["off", "frozen"])
def test_the_engines_agree_where_a_term_is_switched(term, switch):
    switched = eventful(terms=dict.fromkeys(Term.words(), "on") | {term: switch})
    assert_same_records(played(by_agents, switched, 1, 4), played(by_machine, switched, 1, 4))


@pytest.mark.parametrize("rule", DecisionRule.words())
def test_the_engines_agree_whatever_the_decision_rule(rule):
    ruled = eventful(decision={rule: 1.0})
    assert_same_records(played(by_agents, ruled, 1, 6), played(by_machine, ruled, 1, 6))


def test_the_engines_agree_on_an_ultimatum():
    pressed = eventful(paths={"coercer.ultimatum": script("coercer.ultimatum", (0.0, 0.9, 0.5))})
    assert_same_records(played(by_agents, pressed, 1, 8), played(by_machine, pressed, 1, 8))


@pytest.mark.parametrize("is_set", [False, True])
def test_the_engines_agree_on_numbers_that_are_given(is_set):
    rows = np.array([[0.02, 0.1], [0.3, 4.0]])
    numbers = Given(("patrons.russia.support_budget", "patrons.china.payment_weight"), rows, is_set)
    plan = as_plan(eventful(), numbers)
    both = []
    for play_chunk in (by_agents, by_machine):
        records = empty_records(plan, 2, PER_RUN * 2, 2)
        play_chunk(eventful(), plan, records, 1, 0, 2, 2)
        both.append(records)
    assert_same_records(*both)


# -- what holds of each engine -----------------------------------------------------------------------------------------


class EngineContract:
    """What holds of an engine."""

    play: Any
    runs = 6

    def records(self, scenario: Scenario, seed: int, last: int, first: int = 0) -> Records:
        """Records of some runs on this engine."""
        return played(type(self).play, scenario, seed, last, first)

    def tables(self, scenario: Scenario, seed: int = 1) -> Any:
        """Tables of some runs on this engine."""
        return tables(scenario, self.records(scenario, seed, self.runs))

    def test_the_same_seed_gives_the_same_records(self):
        assert_same_records(self.records(eventful(), 1, self.runs), self.records(eventful(), 1, self.runs))

    def test_another_seed_gives_other_records(self):
        first, second = self.records(eventful(), 1, 2), self.records(eventful(), 2, 2)
        assert not np.array_equal(first.drawn, second.drawn)
        assert not np.array_equal(first.events, second.events)

    @pytest.mark.parametrize("size", [1, 3])
    def test_the_size_of_the_chunks_changes_nothing(self, size):
        whole = self.records(eventful(), 1, self.runs)
        cuts = range(0, self.runs, size)
        parts = [self.records(eventful(), 1, min(first + size, self.runs), first) for first in cuts]
        for name in ("runs", "patrons", "drawn", "paths"):
            joined = np.concatenate([getattr(part, name) for part in parts])
            assert np.array_equal(joined, getattr(whole, name), equal_nan=True), name
        for name in ("levels", "support", "n_events", "n_deliveries"):
            assert np.array_equal(sum(getattr(part, name) for part in parts), getattr(whole, name)), name
        events = np.concatenate([part.events[: int(part.n_events[0]) * EVENT_WIDTH] for part in parts])
        assert np.array_equal(events, whole.events[: len(events)], equal_nan=True)
        deliveries = np.concatenate([part.deliveries[: int(part.n_deliveries[0])] for part in parts])
        assert np.array_equal(deliveries, whole.deliveries[: len(deliveries)])

    def test_a_longer_horizon_leaves_what_came_earlier_as_it_was(self):
        short, long = (self.tables(eventful(steps=steps)) for steps in (25, 40))
        for name in ("paths", "events", "deliveries", "levels", "support"):
            early = getattr(long, name)[getattr(long, name)["step"] <= 25].reset_index(drop=True)
            pd.testing.assert_frame_equal(early, getattr(short, name), check_exact=True)
        ended = long.runs["client_outcome_at"].where(long.runs["client_outcome_at"] <= 25)
        assert np.array_equal(short.runs["client_outcome_at"], ended, equal_nan=True)
        is_confirmed = short.patrons["step_back_at"].notna()
        assert is_confirmed.any()
        assert short.patrons["step_back_at"][is_confirmed].equals(long.patrons["step_back_at"][is_confirmed])

    def test_the_order_in_the_file_permutes_the_tables_and_nothing_else(self):
        first = eventful()
        second = replace(
            first,
            patrons=first.patrons[::-1],
            channels=first.channels[2:] + first.channels[:2],
            numbers=dict(reversed(first.numbers.items())),
        )
        assert second.patrons != first.patrons
        assert_same_records(self.records(first, 1, self.runs), self.records(second, 1, self.runs))
        one, other = self.tables(first), self.tables(second)
        assert list(other.patrons["patron"][:4]) == list(second.patrons)
        keyed = [t.patrons.assign(patron=t.patrons["patron"].astype(str)) for t in (one, other)]
        keyed = [t.sort_values(["run", "patron"], ignore_index=True) for t in keyed]
        pd.testing.assert_frame_equal(*keyed, check_exact=True, check_categorical=False)

    def test_other_names_with_the_same_keys_change_the_names_and_nothing_else(self):
        first = eventful()
        assert_same_records(self.records(first, 1, self.runs), self.records(renamed(first), 1, self.runs))

    def test_other_keys_are_other_luck(self):
        # the key sorts where the old one did, so that only the luck differs
        other = replace(eventful(), keys={**eventful().keys, "patrons.russia": "russib"})
        first, second = self.records(eventful(), 1, 2), self.records(other, 1, 2)
        assert not np.array_equal(first.drawn, second.drawn)
        assert not np.array_equal(first.events, second.events, equal_nan=True)

    def test_every_run_is_counted_in_one_level_until_the_client_is_gone(self):
        found = self.tables(eventful())
        alive = [
            (found.runs["client_outcome_at"].isna() | (found.runs["client_outcome_at"] > step)).sum()
            for step in range(found.scenario.steps + 1)
        ]
        for table in (found.levels, found.support):
            keys = ["step", "patron"] + (["channel"] if "channel" in table else [])
            for column in ("intended", "delivered"):
                counts = table.groupby(keys, observed=True)[column].sum().unstack("step")
                assert (counts.to_numpy() == np.array(alive)).all()

    def test_the_counted_levels_are_those_of_the_runs_kept_in_full(self):
        scenario = eventful(steps=30)
        found = tables(scenario, played(type(self).play, scenario, 1, 4, sample=4))
        for channel in scenario.channels:
            counted = found.levels[found.levels["channel"] == channel].set_index(["step", "patron", "level"])
            kept = found.paths.assign(level=found.paths[f"level.{channel}"].astype(int))
            sizes = kept.groupby(["step", "patron", "level"], observed=True).size()
            assert (counted["intended"].reindex(sizes.index) == sizes).all()
            assert counted["intended"].sum() == sizes.sum()


def renamed(scenario: Scenario) -> Scenario:
    """The scenario with other names for its actors and channels, and the same keys."""
    names = {name: f"{name[::-1]}_x" for name in (*scenario.patrons, *scenario.channels)}

    def other(path: str) -> str:
        return ".".join(names.get(part, part) for part in path.split("."))

    return replace(
        scenario,
        patrons=tuple(names[name] for name in scenario.patrons),
        channels=tuple(names[name] for name in scenario.channels),
        numbers={other(path): replace(number, path=other(path)) for path, number in scenario.numbers.items()},
        paths={other(path): replace(course, path=other(path)) for path, course in scenario.paths.items()},
        keys={other(name): key for name, key in scenario.keys.items()},
        settings=tuple(replace(each, path=other(each.path)) for each in scenario.settings),
        held=tuple(
            replace(each, threat=renamed_keys(each.threat, names), bargain=renamed_keys(each.bargain, names))
            for each in scenario.held
        ),
    )


def renamed_keys(factors: Any, names: dict[str, str]) -> dict[str, float]:
    """Factors under other names."""
    return {names[name]: factor for name, factor in factors.items()}


class TestAgents(EngineContract):
    """The readable engine."""

    play = staticmethod(by_agents)


class TestBatchInPlainPython(EngineContract):
    """The fast engine, interpreted."""

    play = staticmethod(by_batch)


class TestBatchAsMachineCode(EngineContract):
    """The fast engine, compiled."""

    play = staticmethod(by_machine)
    runs = 60


# -- simulate ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [2, 5])
def test_the_number_of_threads_changes_nothing(monkeypatch, jobs):
    monkeypatch.setattr(play, "CHUNK", 7)
    alone = play.simulate(eventful(), replications=60, rng=1, jobs=1)
    assert_same_tables(play.simulate(eventful(), replications=60, rng=1, jobs=jobs), alone)
    assert len(alone.runs) == 60


def test_both_engines_give_the_same_tables_through_the_same_door():
    by_both = [play.simulate(eventful(), replications=45, rng=3, engine=engine) for engine in ("batch", "agents")]
    assert_same_tables(*by_both)


def test_both_engines_nest_the_same_runs_in_points():
    by_both = [
        play.simulate(eventful(), replications=5, points=6, rng=3, engine=engine) for engine in ("batch", "agents")
    ]
    assert_same_tables(*by_both)
    drawn = by_both[0].runs.groupby("scenario_id")["model.rho"]
    assert (drawn.nunique() == 1).all()
    assert by_both[0].runs["model.rho"].nunique() == 6


def test_a_chunk_whose_events_or_deliveries_do_not_fit_is_played_again(monkeypatch):
    roomy = play.simulate(eventful(), replications=30, rng=1)
    monkeypatch.setattr(job, "EVENTS_A_RUN", 1)
    assert_same_tables(play.simulate(eventful(), replications=30, rng=1), roomy)
    assert len(roomy.events) > 30
    assert len(roomy.deliveries) > 30


def test_a_mesa_model_step_by_step_is_the_run_of_that_number():
    scenario = eventful(steps=20)
    model = agents.PatronageModel(scenario, rng=5, run=2)
    while model.running:
        model.step()
    rows = SimpleNamespace(run=slice(2 * RUN_WIDTH, 3 * RUN_WIDTH), width=4 * PATRON_RECORD_WIDTH)
    whole = played(by_machine, scenario, 5, 3)
    assert np.array_equal(model.records.runs, whole.runs[rows.run])
    assert np.array_equal(model.records.patrons, whole.patrons[2 * rows.width : 3 * rows.width])
    agents.forget(model)
