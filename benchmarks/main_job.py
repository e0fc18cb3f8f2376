"""How long does the main job take? `scenarios run` in a folder of its own, stage by stage, then asked once more.

Processor time counts all threads; it says less of the machine than wall time does, which is given beside it.

Run it: python benchmarks/main_job.py [SCENARIO]
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

# what is timed, and what it is called; the rest is the start, the sentences and what lies between
STAGES = {
    "scenarios.runs.to_disk._fill": "runs played, their tables written",
    "scenarios.runs.to_disk.Book.close": "summary, checksums",
    "scenarios.questions.headline.words.told_of_run": "chances, what-ifs",
    "scenarios.questions.headline.command.Pictures.draw_while": "figures, ladder",
}


def timed(work: Callable[..., Any], name: str) -> Callable[..., Any]:
    """The same work, which says on stderr what it took."""

    def told(*given: Any, **named: Any) -> Any:
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            return work(*given, **named)
        finally:
            said = f"{name:<36} {time.perf_counter() - wall:6.2f} {time.process_time() - cpu:6.2f}"
            print(said, file=sys.stderr)

    return told


def job(name: str, out: str) -> None:
    """The main job in this process, with its stages timed."""
    from pkgutil import resolve_name

    from scenarios.cli.app import main as command_line

    for path, said in STAGES.items():
        place, _, what = path.rpartition(".")
        holder = resolve_name(place)
        setattr(holder, what, timed(getattr(holder, what), said))
    sys.argv = ["scenarios", "run", name, "--out", out, "--quiet"]
    command_line()


def asked(command: list[str]) -> None:
    """Runs a command in a fresh process and says its wall and processor time."""
    before, start = os.times(), time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    print(f"{'in all':<36} {wall:6.2f} {cpu:6.2f}")


def main(name: str) -> None:
    """Warms up, then the job and the same question again."""
    subprocess.run([sys.executable, "-c", "import scenarios as s; s.simulate(s.load('toy'), 10)"], check=True)
    with tempfile.TemporaryDirectory() as out:
        print(f"scenarios run {name}: wall, processor time [s]; target 8 s of wall time on two idle cores", flush=True)
        asked([__file__, name, out])
        print("the same question, answered before", flush=True)
        asked(["-m", "scenarios", "run", name, "--out", out, "--quiet"])


if __name__ == "__main__":
    if len(sys.argv) > 2:
        job(*sys.argv[1:3])
    else:
        main(sys.argv[1] if len(sys.argv) > 1 else "venezuela_2025")
