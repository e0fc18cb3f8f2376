"""How long does the live page take from a slider's release to all its figures? Processor and wall time, a line a view.

    python benchmarks/page.py [--scenario NAME]

The baseline is pinned and played before; each line is a view that was not seen yet. Read it on an idle machine.
"""

import argparse
import os
import resource
import time

from scenarios.page.replayed import ASIDE, play_view, view_shown
from scenarios.page.serving import drawing_aside
from scenarios.page.view import RUNS, View

FACTORS = (0.9, 0.8, 0.7, 0.6, 0.5)


def of_process() -> float:
    """Processor time of the process that is asked."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def spent() -> float:
    """Processor time of this process and of the one that draws beside it."""
    return of_process() + float(ASIDE[0].submit(of_process).result())


def main() -> None:
    """Moves one number to five values, without and with the control."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="venezuela_2025")
    base = View(parser.parse_args().scenario)
    path = f"patrons.{base.scenario().patrons[0]}.support_budget"
    with drawing_aside(base):
        view_shown(base, base)
        view_shown(View(base.name, settings=(f"{path}=x1.5",)), base)
        print(f"{base.name}: {RUNS} runs a view, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        for with_control in (False, True):
            for factor in FACTORS:
                view = View(base.name, settings=(f"{path}=x{factor}",), with_control=with_control)
                wall, processor = time.perf_counter(), spent()
                play_view(view)
                played = time.perf_counter() - wall
                view_shown(view, base)
                took = time.perf_counter() - wall
                what = f"{path} x{factor}{' and control' if with_control else ''}"
                print(f"{what}: {took:.2f} s, of which played {played:.2f} s; processor {spent() - processor:.2f} s")


if __name__ == "__main__":
    main()
