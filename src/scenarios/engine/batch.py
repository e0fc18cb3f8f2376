"""The fast engine: the steps of `steps` as a loop, compiled, one run at a time.

Working memory comes from outside, so that a run allocates nothing.
"""

from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import Any

from scenarios.engine.compiler import compiled, is_interpreted
from scenarios.engine.records import Chunk, Records
from scenarios.engine.sheets import Address, Desk, World, address_of, past_address
from scenarios.engine.starting import new_world, open_run, opening_moment
from scenarios.engine.steps import State, finish, played_on, relived
from scenarios.scenario.arrays import Plan, Relived


def play(world: World, past: int, own: Address) -> None:
    """One run, after `past` steps with luck of its own, from the opening to the client's end or the horizon."""
    opening = opening_moment(world)
    backing = open_run(world, opening)
    state = State(world, 0, opening.coercer, opening.client, backing, -1.0)
    state, step = relived(state, past, own)
    state, last = played_on(state, step, world.plan.shape.steps)
    finish(state, last)


def play_chunk(plan: Plan, past: Relived, desk: Desk, records: Records, chunk: Chunk) -> None:
    """Plays the runs of a chunk into its records."""
    for number in range(chunk.first, chunk.last):
        own = address_of(plan, chunk, number)
        play(new_world(plan, desk, records, past_address(own, past)), past.last, own)


LOCK = Lock()


def machine_loop() -> Callable[..., Any]:
    """`play_chunk` as machine code, or as it stands if the user wants plain Python."""
    with LOCK:  # threads that ask at once get one loop, which is compiled once
        return play_chunk if is_interpreted() else compiled_loop()


@cache
def compiled_loop() -> Callable[..., Any]:
    """`play_chunk` as machine code; compiled at the first call on a machine, or read from the cache."""
    return compiled(play_chunk)
