"""How long do the figures of a run take? Each drawn, each written as PNG and SVG, and what measuring texts would cost.

Run it: python benchmarks/figures.py [SCENARIO]
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib

from scenarios import control, load, simulate, summarise
from scenarios.questions.headline.figure import figures_of
from scenarios.report.style import SETTINGS, write
from scenarios.runs.counting import ladder_curve

RUNS, LADDER_RUNS, REPEATS, SEED = 2_000, 100, 3, 1
MEASURED = "constrained"  # the layout that asks each panel for the box of its texts


def seconds(work: Callable[[], Any]) -> float:
    """Least processor time of a few repeats [s]."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def main(name: str) -> None:
    """A line for each figure, and the sum."""
    scenario = load(name)
    played, frozen = simulate(scenario, RUNS, SEED), simulate(control(scenario), RUNS, SEED)
    curve = None if scenario.observed is not None else ladder_curve(scenario, LADDER_RUNS, SEED)
    figures = figures_of(played, summarise(played, frozen), frozen, curve)
    print(f"{name}, {RUNS:,} runs, processor time [s]: drawn, written as PNG and SVG, written with texts measured")
    sums = [0.0, 0.0, 0.0]
    with tempfile.TemporaryDirectory() as place, matplotlib.rc_context(SETTINGS):
        for file, make in figures.items():
            times = [
                seconds(make),
                seconds(lambda make=make: write(make(), Path(place), "figure")),
                seconds(lambda make=make: write(measured(make()), Path(place), "figure")),
            ]
            sums = [total + found for total, found in zip(sums, times, strict=True)]
            print(f"  {file:<10} " + "  ".join(f"{found:6.3f}" for found in times))
    print(f"  {'all':<10} " + "  ".join(f"{total:6.3f}" for total in sums))
    print(f"  texts measured / not: {sums[2] / sums[1]:.1f}")


def measured(figure: Any) -> Any:
    """The same figure with a layout that measures its texts."""
    figure.set_layout_engine(MEASURED)
    return figure


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "venezuela_2025")
