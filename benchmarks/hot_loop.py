"""Is the compiled rule book as fast as C by hand? A patron's review of one channel, many times.

What its levels are worth, the chances over them, the level that follows: where a run does most of its arithmetic. The
same stands in `hot_loop.c`, is compiled here by gcc and must give the same bits.

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

from scenarios.engine.compiler import compiled
from scenarios.rulebook.choice import chances_of
from scenarios.rulebook.conditions import Beside, Chances, Chooser, Outlook, Switches, Worth
from scenarios.rulebook.layout import flat_fields, row_access, width
from scenarios.rulebook.reviewing import level_at, one_step_towards
from scenarios.rulebook.traits import ChannelTraits
from scenarios.rulebook.utility import worth_of

CASES = 20_000
SWEEPS = 20
REPEATS = 5
TARGET = 0.9
STRICT = ["-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC"]


class Case(NamedTuple):
    """All that one review reads."""

    channel: ChannelTraits
    outlook: Outlook
    beside: Beside
    shielded: float
    need: float
    bill_low: float
    bill_middle: float
    bill_high: float
    reference: Worth
    chooser: Chooser
    number: float


class Answer(NamedTuple):
    """What comes of it."""

    worth: Worth
    chances: Chances
    level: float


CASE_WIDTH, ANSWER_WIDTH = width(Case), width(Answer)
pick_case, _ = row_access(Case)
_, put_answer = row_access(Answer)


def reviewed(case: Case, switches: Switches) -> Answer:
    """The review of one channel."""
    bills = (case.bill_low, case.bill_middle, case.bill_high)
    worth = worth_of(case.channel, case.outlook, case.beside, case.shielded, case.need, bills)
    chances = chances_of(case.chooser, worth, case.reference, switches)
    return Answer(worth, chances, one_step_towards(case.chooser.now, level_at(chances, case.number)))


def play_cases(cases: Any, answers: Any, switches: Switches, n: int) -> None:
    """All cases, each once."""
    for i in range(n):
        put_answer(answers, i * ANSWER_WIDTH, reviewed(pick_case(cases, i * CASE_WIDTH), switches))


def random_cases() -> Any:
    """Random cases, a row for each, all by quantal response."""
    rng = np.random.default_rng(1)
    columns = {name: rng.random(CASES) for name in flat_fields(Case)}
    for fear in ("bargain", "business", "peace"):
        z = rng.uniform(0.01, 2.5, CASES)
        columns |= {f"outlook.{fear}.weight": z, f"outlook.{fear}.growth": np.exp(z) - 1.0}
    columns |= {name: -column for name, column in columns.items() if name.startswith("reference.")}
    level = rng.integers(0, 4, CASES)
    columns |= {
        "chooser.rule": np.zeros(CASES),
        "chooser.precision": rng.uniform(7.0, 13.0, CASES),
        "chooser.commitment": rng.uniform(1.0, 2.0, CASES),
        "chooser.feasible": rng.integers(1, 4, CASES),
        "chooser.now": level,
        "chooser.home": level,
    }
    return np.stack([columns[name] for name in flat_fields(Case)], axis=1, dtype=np.float64, casting="unsafe").ravel()


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
    cases, switches = random_cases(), Switches(*[0.0] * len(Switches._fields))
    answers = [np.zeros(CASES * ANSWER_WIDTH) for _ in range(3)]
    machine = compiled(play_cases)

    def by_hand(flags: list[str], out: Any) -> Callable[[], Any]:
        function = in_c(folder, flags)
        return lambda: function(address(cases), address(out), ctypes.c_int64(CASES))

    ours = [lambda: machine(cases, answers[0], switches, CASES)]
    return [*ours, by_hand(STRICT, answers[1]), by_hand([*STRICT, "-ffast-math"], answers[2])], answers


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
        # a nothing with a minus sign is nothing
        unlike = answers[0] != answers[1]
        if unlike.any():
            names = [flat_fields(Answer)[i] for i in np.flatnonzero(unlike.reshape(-1, ANSWER_WIDTH).any(axis=0))]
            raise SystemExit(f"hot loop: hot_loop.c no longer says what the rules say of {', '.join(names)}")
        times = np.min([[seconds(work) for work in works] for _ in range(REPEATS)], axis=0)
    ours, strict, fast = CASES * SWEEPS / times / 1e6
    print(f"hot loop: {CASES:,} reviews of a channel, the same bits as C")
    print(
        f"hot loop: ours {ours:.2f} M reviews/s, C {strict:.2f} M, ratio {ours / strict:.2f} (target {TARGET});"
        f" with -ffast-math {ours / fast:.2f}"
    )


if __name__ == "__main__":
    main()
