"""The fast engine: the steps of `steps` as a loop, compiled, one run at a time.

Working memory comes from outside, so that a run allocates nothing.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from scenarios.engine.compiler import compiled, is_interpreted
from scenarios.engine.opening import new_world, open_run, opening_moment
from scenarios.engine.records import Records
from scenarios.engine.steps import client_step, close, coercer_step, patron_step
from scenarios.engine.world import STOPPED, Desk, World, address_of, moment_of, no_backing, turn_the_page
from scenarios.rulebook.rule import rule
from scenarios.rulebook.turns import HOLDS
from scenarios.scenario.arrays import Plan


@rule
def play(world: World) -> None:
    """One run from the opening to the client's end or the horizon."""
    opening = opening_moment(world)
    backing, coercer, client = open_run(world, opening), opening.coercer, opening.client
    last, interdicted_at = world.plan.shape.steps, -1.0
    for step in range(1, world.plan.shape.steps + 1):
        high = client.high_rung
        coercer = coercer_step(world, coercer, backing, step)
        client = client_step(world, client, coercer, backing, step)
        if client.fate != HOLDS:
            last = step
            break
        moment, backing = moment_of(world, step, coercer, client, client.high_rung > high), no_backing()
        for p in range(world.plan.shape.n_patrons):
            backing = patron_step(world, moment, backing, p)
        turn_the_page(world)
        if interdicted_at < 0.0 and world.desk.news[STOPPED] > 0.0:
            interdicted_at = float(step)
    close(world, last, coercer, client, interdicted_at)


def play_chunk(
    plan: Plan, desk: Desk, records: Records, seed: int, first: int, last: int, per_point: int, sample: int
) -> None:
    """Runs `first` to `last` - 1; the first `sample` runs of all are kept in full.

    Parameters
    ----------
    per_point : int
        Runs in each draw of the uncertain numbers, or in each point for which numbers are given.
    """
    for number in range(first, last):
        play(new_world(plan, desk, records, address_of(plan, seed, number, first, per_point, sample)))


def machine_loop() -> Callable[..., Any]:
    """`play_chunk` as machine code, or as it stands if the user wants plain Python."""
    return play_chunk if is_interpreted() else compiled_loop()


@cache
def compiled_loop() -> Callable[..., Any]:
    """`play_chunk` as machine code; compiled at the first call on a machine, or read from the cache."""
    return compiled([play_chunk])[0]
