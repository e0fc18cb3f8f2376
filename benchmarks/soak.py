"""Does a long run stay whole and small? And do finer steps say the same?

    python benchmarks/soak.py                                 ten million runs of toy, some GB of disk for a while
    python benchmarks/soak.py --runs 100000 venezuela_2025
    python benchmarks/soak.py --halve                         steps of half the length, every library scenario

A soak plays runs into a folder, block after block, and says memory and time at each tenth; then every checksum is held
against its file, the first runs against those of a short run, and the summary against the counts of all parts.
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
from pandas.testing import assert_frame_equal

from scenarios import compare, load, run_to_disk, simulate
from scenarios.scenario.load import library
from scenarios.scenario.overlay import halve_step
from scenarios.store.folder import read, read_summary

RUNS, FIRST, HALVED = 10_000_000, 2_000, 4_000
LEAST_ERRORS = 3.0  # of a difference that a finer step makes


def peak() -> float:
    """The most memory so far [MB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def soak(name: str, runs: int) -> None:
    """A long run, watched and then checked."""
    print(f"| runs of {name} | peak memory [MB] | time a run, wall [us] |\n|---|---|---|")
    began, told = time.perf_counter(), [0]

    def watch(done: int, total: int) -> None:
        if done * 10 // total > told[0]:
            told[0] = done * 10 // total
            print(f"| {done:,} | {peak():.0f} | {1e6 * (time.perf_counter() - began) / done:.0f} |", flush=True)

    with tempfile.TemporaryDirectory() as out:
        folder = run_to_disk(load(name), runs, with_control=False, out=out, progress=watch)
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        print(f"\nOn the disk: {size / 1e9:.2f} GB. ", end="")
        check(name, folder, runs)


def check(name: str, folder: Path, runs: int) -> None:
    """Refuses what is not whole: files, runs, their bits, their counts."""
    whole, counted, back = read(folder), 0, 0
    event = f"{whole.scenario.patrons[0]}.step_back"
    for part in whole.parts():
        if counted == 0:
            short = simulate(load(name), FIRST)
            assert_frame_equal(part.runs.head(FIRST), short.runs)
        assert np.array_equal(part.runs["run"], counted + np.arange(len(part.runs)))
        counted += len(part.runs)
        mine = part.patrons[part.patrons["patron"] == event.partition(".")[0]]
        back += int(mine["step_back_at"].notna().sum())
    summary = read_summary(folder).set_index("outcome")
    assert counted == runs and summary.loc[event, "value"] == back / summary.loc[event, "n"]
    print(f"Every file is as it was written; {counted:,} runs, the first {FIRST:,} as a short run has them;")
    print(f"{event} {back / summary.loc[event, 'n']:.6f} in the summary and over the parts.")


def halve(names: list[str]) -> None:
    """What steps of half the length change of the chances of stepping back."""
    print("| scenario | outcome | step | half a step | difference | errors |\n|---|---|---|---|---|---|")
    for name in names:
        scenario = load(name)
        beside = compare(simulate(scenario, HALVED), simulate(halve_step(scenario), HALVED))
        asked = beside["outcome"].str.endswith((".step_back", ".step_back_further")) & (beside["difference_se"] > 0.0)
        for row in beside[asked].to_dict("records"):
            errors = abs(row["difference"]) / row["difference_se"]
            chances = f"{row['a']:.3f} | {row['b']:.3f} | {row['difference']:+.3f}"
            told = f"{errors:.1f}" + (" **apart**" if errors > LEAST_ERRORS else "")
            print(f"| {name} | {row['outcome']} | {chances} | {told} |", flush=True)


def main() -> None:
    """Soaks, or halves."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("name", nargs="?", default="toy")
    asked.add_argument("--runs", type=int, default=RUNS)
    asked.add_argument("--halve", action="store_true")
    said = asked.parse_args()
    if said.halve:
        halve([*library()])
    else:
        soak(said.name, said.runs)


if __name__ == "__main__":
    main()
