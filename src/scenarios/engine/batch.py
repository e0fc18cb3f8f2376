"""The fast engine: the steps of `steps` as a loop, compiled, one run at a time.

Working memory comes from outside, so that a run allocates nothing.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from scenarios.engine.compiler import compiled, is_interpreted
from scenarios.engine.opening import new_world, open_run, opening_moment
from scenarios.engine.records import Records
from scenarios.engine.steps import State, finish, played_on
from scenarios.engine.world import Desk, World, address_of
from scenarios.rulebook.rule import rule
from scenarios.scenario.arrays import Plan


@rule
def play(world: World) -> None:
    """One run from the opening to the client's end or the horizon."""
    opening = opening_moment(world)
    backing = open_run(world, opening)
    state = State(world, 0, opening.coercer, opening.client, backing, -1.0)
    state, last = played_on(state, 0, world.plan.shape.steps)
    finish(state, last)


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
