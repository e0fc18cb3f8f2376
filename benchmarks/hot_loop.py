"""Is the compiled rule book as fast as C by hand? A patron's weekly turn and its review of one channel, many times.

The same arithmetic stands in `hot_loop.c`, is compiled here by gcc and must give the same bits. The but-for reasons are
left out of both.

Run it: python benchmarks/hot_loop.py
"""

import ctypes
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from scenarios import load
from scenarios.engine.compiler import compiled
from scenarios.engine.sheets import (
    CHANNEL_WIDTH,
    PAIR_TRAITS_WIDTH,
    PATRON_TRAITS_WIDTH,
    PRESSURE_WIDTH,
    pick_channel,
    pick_client_traits,
    pick_coercer_traits,
    pick_model,
    pick_patron_traits,
    pick_pressure,
    pick_reach,
)
from scenarios.rulebook.arithmetic import waiting_time
from scenarios.rulebook.choice import chances_of
from scenarios.rulebook.conditions import (
    NEVER,
    Chances,
    Client,
    Coercer,
    Frame,
    Freezes,
    Link,
    Moment,
    News,
    Pace,
    Pair,
    Patron,
    PatronInputs,
)
from scenarios.rulebook.held import level_at, one_step_towards
from scenarios.rulebook.opening import pace_of
from scenarios.rulebook.reviewing import chooser_of
from scenarios.rulebook.rows import flat_fields, row_access, width
from scenarios.rulebook.rule import rule
from scenarios.rulebook.turns import patron_turn
from scenarios.rulebook.utility import terms_of
from scenarios.scenario.arrays import as_plan
from scenarios.vocabulary import DecisionRule, Mode

WORLDS = 40
PER_WORLD = 500
SWEEPS = 20
QUANTAL_RESPONSE = int(DecisionRule.QUANTAL_RESPONSE)
REPEATS = 5
TARGET = 0.8
STRICT = ["-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC"]


class Case(NamedTuple):
    """All that one turn and one review read, apart from the numbers of the run."""

    patron: Patron
    pair: Pair
    coercer: Coercer
    client: Client
    inputs: PatronInputs
    news: News
    is_called: float
    company: float
    t: float
    u_offer: float
    u_threat: float
    u_number: float
    u_wait: float


class Answer(NamedTuple):
    """What comes of them."""

    patron: Patron
    chances: Chances
    number: float
    redraw_at: float
    level: float
    target: float


class Places(NamedTuple):
    """Where the sheets begin in the numbers of a run."""

    width: int
    coercer: int
    ladder: int
    channels: int
    patrons: int
    pairs: int
    n_channels: int
    client: int  # last, as the loop in C does not read it


CASE_WIDTH, ANSWER_WIDTH, PACE_WIDTH = width(Case), width(Answer), width(Pace)
pick_case, _ = row_access(Case)
_, put_answer = row_access(Answer)
pick_pace, put_pace = row_access(Pace)


@rule
def played(worlds: Any, base: int, places: Places, frame: Frame, case: Case, pair: int, mode: int) -> Answer:
    """The patron's turn and its review of one channel."""
    p, c = pair // places.n_channels, pair % places.n_channels
    link = Link(
        channel=pick_channel(worlds, base + places.channels + c * CHANNEL_WIDTH),
        reach=pick_reach(worlds, base + places.pairs + pair * PAIR_TRAITS_WIDTH),
        pair=case.pair,
        need=1.0,
        company=case.company,
    )
    traits = pick_patron_traits(worlds, base + places.patrons + p * PATRON_TRAITS_WIDTH)
    moment = Moment(
        step=0,
        t=case.t,
        mode=mode,
        coercer=case.coercer,
        client=case.client,
        pressure=pick_pressure(worlds, base + places.ladder + int(case.coercer.rung) * PRESSURE_WIDTH),
        news=case.news,
        is_new_high=False,
    )
    is_called = case.is_called > 0.5
    patron = patron_turn(frame, moment, traits, case.patron, case.inputs, is_called, case.u_offer, case.u_threat)
    now = terms_of(frame.model, traits, case.inputs, moment, patron, link)
    chances = chances_of(now, now, chooser_of(QUANTAL_RESPONSE, frame, traits, link))
    luck = case.pair.luck
    is_redrawn = luck.redraw_at <= case.t
    number = case.u_number if is_redrawn else luck.number
    target = level_at(chances, number)
    return Answer(
        patron=patron,
        chances=chances,
        number=number,
        redraw_at=case.t + waiting_time(frame.model.rho, case.u_wait) if is_redrawn else luck.redraw_at,
        level=one_step_towards(case.pair.level, target),
        target=target,
    )


def play_cases(
    worlds: Any,
    paces: Any,
    places: Places,
    cases: Any,
    pairs: Any,
    answers: Any,
    freezes: Freezes,
    mode: int,
    n_worlds: int,
    per_world: int,
) -> None:
    """All cases of all worlds, each once."""
    for world in range(n_worlds):
        base = world * places.width
        frame = Frame(
            model=pick_model(worlds, base),
            coercer=pick_coercer_traits(worlds, base + places.coercer),
            client=pick_client_traits(worlds, base + places.client),
            pace=pick_pace(paces, world * PACE_WIDTH),
            freezes=freezes,
        )
        for row in range(world * per_world, (world + 1) * per_world):
            case = pick_case(cases, row * CASE_WIDTH)
            put_answer(answers, row * ANSWER_WIDTH, played(worlds, base, places, frame, case, pairs[row], mode))


def some(rng: Any, n: int, share: float, usual: float, least: float, most: float) -> Any:
    """A column that is `usual` but in a share of its rows, where it lies between two numbers."""
    return np.where(rng.random(n) < share, rng.uniform(least, most, n), usual)


def random_cases(rng: Any, capacity: Any, feasible: Any) -> Any:
    """Random conditions, a row for each case, with events as rare as they are in a run."""
    n = len(capacity)
    t = rng.uniform(0.0, 4.0, n)
    columns = {name: rng.random(n) for name in flat_fields(Case)}
    columns |= {name: rng.uniform(0.7, 1.3, n) for name in columns if "leader" in name or "inputs" in name}
    columns |= {name: rng.uniform(0.5, 6.0, n) for name in columns if "beliefs" in name}
    columns |= {name: some(rng, n, 0.02, 0.0, 1.0, 1.0) for name in columns if "news" in name}
    level = rng.integers(0, 4, n) % (feasible + 1)
    columns |= {
        "patron.purse.money": columns["patron.purse.money"] * capacity,
        "patron.threat.seen": columns["patron.threat.height"] + some(rng, n, 0.1, 0.0, -0.3, 0.3),
        "patron.threat.due_at": some(rng, n, 0.2, NEVER, 4.0, 5.0),
        "patron.watch.alert": rng.integers(0, 3, n),
        "patron.watch.purse_low": columns["patron.purse.money"] < 0.6,  # still a share of the capacity
        "patron.watch.hold_low": columns["client.hold"] < 0.4,
        "patron.crisis.depth": some(rng, n, 0.2, 0.0, 0.0, 0.5),
        "patron.deal.offer": some(rng, n, 0.02, 0.0, 0.0, 1.0),
        "patron.deal.worth": some(rng, n, 0.1, 0.0, 0.0, 1.0),
        "pair.level": level,
        "pair.delivered": columns["pair.delivered"] * level,
        "pair.luck.redraw_at": t + rng.uniform(-0.02, 1.0, n),
        "pair.request.force": some(rng, n, 0.5, 0.0, 0.0, 1.0),
        "coercer.rung": rng.integers(0, 11, n),
        "coercer.move": some(rng, n, 0.1, 0.0, -1.0, 1.0),
        "inputs.threat": some(rng, n, 0.02, -1.0, 0.0, 1.0),
        "is_called": rng.random(n) < 0.1,
        "t": t,
    }
    return np.stack([columns[name] for name in flat_fields(Case)], axis=1, dtype=np.float64, casting="unsafe").ravel()


def arrays() -> tuple[Any, ...]:
    """What both loops read: runs' numbers around those of a library scenario, and random cases."""
    rng = np.random.default_rng(1)
    plan = as_plan(load("venezuela_2025"))
    size = len(plan.central)
    worlds = (plan.central * rng.uniform(0.8, 1.0, (WORLDS, size))).ravel()
    places = Places(
        size,
        plan.places.coercer,
        plan.places.ladder,
        plan.places.channels,
        plan.places.patrons,
        plan.places.pairs,
        plan.shape.n_channels,
        plan.places.client,
    )
    paces = np.zeros(WORLDS * PACE_WIDTH)
    for world in range(WORLDS):
        base = world * size
        coercer = pick_coercer_traits(worlds, base + plan.places.coercer)
        client = pick_client_traits(worlds, base + plan.places.client)
        put_pace(paces, world * PACE_WIDTH, pace_of(pick_model(worlds, base), coercer, client, plan.shape.dt))
    n_pairs = plan.shape.n_patrons * plan.shape.n_channels
    reach = np.array([pick_reach(plan.central, plan.places.pairs + i * PAIR_TRAITS_WIDTH) for i in range(n_pairs)])
    pairs = rng.choice(np.flatnonzero(reach[:, 1] >= 1.0), WORLDS * PER_WORLD)
    traits = [
        pick_patron_traits(plan.central, plan.places.patrons + p * PATRON_TRAITS_WIDTH)
        for p in range(plan.shape.n_patrons)
    ]
    capacity = np.array([each.capacity for each in traits])[pairs // plan.shape.n_channels]
    return worlds, paces, places, random_cases(rng, capacity, reach[pairs, 1]), pairs.astype(np.int64)


def in_c(folder: Path, flags: list[str]) -> Any:
    """The loop of `hot_loop.c`, compiled by gcc."""
    library = folder / f"hot_loop{len(flags)}.so"
    source = Path(__file__).with_suffix(".c")
    subprocess.run(["gcc", *flags, str(source), "-o", str(library), "-lm"], check=True)
    return ctypes.CDLL(str(library)).play_cases


def address(array: Any) -> Any:
    """An array as C takes it."""
    return ctypes.c_void_p(array.ctypes.data)


def seconds(work: Callable[[], Any]) -> float:
    """Processor time of some sweeps over all cases [s]."""
    start = time.process_time()
    for _ in range(SWEEPS):
        work()
    return time.process_time() - start


def loops(folder: Path) -> tuple[list[Callable[[], Any]], list[Any]]:
    """Ours, strict C and C with -ffast-math, each ready to play all cases, and what each writes."""
    worlds, paces, places, cases, pairs = arrays()
    freezes, mode = Freezes(0.0, 0.0, 0.0, 0.0), int(Mode.ADAPTIVE)
    answers = [np.zeros(len(pairs) * ANSWER_WIDTH) for _ in range(3)]
    machine = compiled([play_cases])[0]
    where, held = np.array(places, dtype=np.int64), np.array(freezes)
    sizes = [ctypes.c_int64(value) for value in (mode, WORLDS, PER_WORLD)]

    def ours() -> None:
        machine(worlds, paces, places, cases, pairs, answers[0], freezes, mode, WORLDS, PER_WORLD)

    def by_hand(flags: list[str], out: Any) -> Callable[[], Any]:
        function, inputs = in_c(folder, flags), [address(each) for each in (worlds, paces, where, cases, pairs)]
        return lambda: function(*inputs, address(out), address(held), *sizes)

    return [ours, by_hand(STRICT, answers[1]), by_hand([*STRICT, "-ffast-math"], answers[2])], answers


def main() -> None:
    """Checks the bits, then prints the ratios."""
    if shutil.which("gcc") is None:
        print("hot loop: gcc is missing, nothing to compare with")
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SCENARIOS_CACHE"] = folder
        works, answers = loops(Path(folder))
        for work in works:
            work()
        assert answers[0].any() and np.isfinite(answers[0]).all(), "the loop gave no sensible numbers"
        unlike = answers[0].view(np.int64) != answers[1].view(np.int64)
        if unlike.any():
            names = [flat_fields(Answer)[i] for i in np.flatnonzero(unlike.reshape(-1, ANSWER_WIDTH).any(axis=0))]
            raise SystemExit(f"hot loop: hot_loop.c no longer says what the rules say of {', '.join(names)}")
        times = np.min([[seconds(work) for work in works] for _ in range(REPEATS)], axis=0)
    ours, strict, fast = WORLDS * PER_WORLD * SWEEPS / times / 1e6
    print(f"hot loop: {WORLDS * PER_WORLD:,} turns with a review, the same bits as C")
    print(
        f"hot loop: ours {ours:.2f} M turns/s, C {strict:.2f} M, ratio {ours / strict:.2f} (target {TARGET});"
        f" with -ffast-math {ours / fast:.2f}"
    )


if __name__ == "__main__":
    main()
