"""Writes docs/reference/calibration.md from what `scenarios fit` left.

Run it: python docs/reference/make_calibration.py results/fit
"""

import csv
import io
import json
import shutil
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
NEW = ("P9", "P10", "P11")
CHECK_RUNS, SEED = 1_000, 1  # as the other pages on history, and the tests, play them
HEAD = """# Calibration

What history says about the numbers, and what it cannot say. Written by `python docs/reference/make_calibration.py
results/fit` from what this command left:

```sh
{command}
```

How it is done, and why so: `docs/decisions/0015-second-edition-open-ends.md`. Observations and thresholds:
`observations.md`; they were committed before the first run of the second edition.

* {numbers_screened} uncertain numbers mean the same in `venezuela_2005_2025` and `venezuela_2025`, precision and the
  two traits of the patrons (support budget, risk tolerance) left out: those are always drawn. {felt} of them move
  some pattern (rank correlation of .1 or more over a sample of the prior), and the {numbers_fitted} that move one
  most were fitted. The others keep their ranges.
* {points_played} points were played: {screen:,} of the prior with {replications} runs a point, {generations}
  generations with as many, {fine} with {fine_replications} runs and more steps, and a last judgement with twice as
  many. Distance allowed, from the best of the prior through each of these: {tolerances} tolerances. A tolerance is a
  tenth, or what a threshold leaves to the end of a share.
* Only the numbers that history narrows or moves (below) are in the sample that scenarios draw from, row by row; the
  others keep their ranges.
* The sample holds {different_points} different points; in the last generation {last} of the steps were taken.
* All points of a generation are judged on the same luck, every generation on luck that no other has met, and points
  are judged anew before a tolerance shrinks, so that it may grow. The table below says how well the sample does on
  luck of its own.
* Code of the fit: rule book {rulebook_hash}.
* The sample is `src/scenarios/scenario/library/posterior/venezuela.csv`, its manifest beside it.

![What history teaches about the fitted numbers](figures/fitted.png)

Twenty years, as `scenarios run venezuela_2005_2025 --replications 1000` draws them:

![Twenty years: observed and simulated](figures/history.png)
"""
PATTERNS = """
## Patterns under the raw ranges and under the sample

The posterior predictive check. Played by `make_calibration.py` itself, seed {seed}: {runs} runs of each part, as
`scenarios run venezuela_2005_2025 --replications {plain}` draws them; in brackets the middle 95 % of bootstrap samples,
which say how well the number is known, not how far histories differ (the band in the figure above). *Holds* means on
the right side of a threshold, which may be far from what was observed. The same table for any change:
`scenarios run venezuela_2005_2025 --set ...`.

| | pattern | observed | required | raw ranges | sample | | distance |
|---|---|---|---|---|---|---|---|
"""
P0 = """
Distance: sample less observed, over .1 or a quarter of what was observed; root mean square {before:.2f} under the
raw ranges, {after:.2f} under the sample. {held} of {parts} parts hold, {old} of the 22 that are older than the second
edition.

P0 date by date, the share of the cells within reach at a coder's own level (inside the coders' range), beside two
guesses without a model:

| | 2010 | 2016 | 2020 | 2023 | 2025 |
|---|---|---|---|---|---|
"""
WHY = """
## What is missed, and why

What holds with something frozen is read in `ablations.md`; levels of single years in the figure above.

* **P0a** (2020 and 2023 are the worst dates: 10 of 17 cells, where 11 are needed). Iranian arms are paid on credit in
  the model, as all arms are, and the client has had none since 2017; Iran took gold and cargoes. Russian people are a
  level too low, Chinese oil of 2023 too. **P0b** misses by one cell for the same reasons.
* **P1c.** The client's money is not all that stops Russian arms: a lender that counts on being paid for years does not
  trust the solvency of 2005 much either.
* **P7** and **P10c** are on the edge of their thresholds: Cuban people fall below 2 at one of the rungs in one run of
  seventeen, and Iran loses ground in a quarter of the intervals, where coders see half or three quarters.

Where a part holds, the runs may still be far from what was observed: Chinese oil of autumn 2025 hardly falls (P6c), the
oil trade does not grow while the loans fall (P2c), Russia loses ground in half of the intervals and not in three
quarters (P10a), and some ten in a hundred runs begin a Russian step-back in autumn 2025 of which nothing is on record
(P11a). At the dates of 2010 and 2016 P0 says nothing of words, whose home was read off the coders. P4c counts an exit
that did not happen as recovered, and so can be missed at its lower end alone.
"""
NUMBERS = """
## What was learnt of each number

Narrowed: share of the prior variance, in prior quantiles, that is gone. Shift: of the mean, in prior standard
deviations. A number is taught by history if it lost {narrowed:.0%} of its variance or moved by {shifted} standard
deviations; all others, fitted or not, keep their ranges. Whether this kind of fit finds numbers that are known is
asked in `recovery.md`, with a smaller sampler; there too stands what a fit to 2018 is worth on the years after.

| number | raw range, 10 - 50 - 90 % | sample, 10 - 50 - 90 % | narrowed | shift | |
|---|---|---|---|---|---|
"""
UNKNOWN = """
## What history cannot tell

* Fitted, and taught nothing: {untaught}.
* Felt by some pattern (correlation of .1 or more), and left out because {most} others are felt more: {left_out}.
* Felt by none: {unfelt} numbers. By what they belong to: {groups}.
"""
FELT = """
## Which pattern feels which number

The strongest rank correlation of each fitted number with the shortfall of a pattern, over the sample
of the prior.

| number | pattern | correlation |
|---|---|---|
"""


def rows_in(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def value(text: str) -> str:
    """A number with two decimals, a dash if there is none."""
    return f"{float(text):.2f}" if text else "–"


def pattern_line(row: dict[str, str]) -> str:
    """A pattern before and after."""
    sides = [
        f"{value(row[f'{side}_simulated'])} ({value(row[f'{side}_low'])}-{value(row[f'{side}_high'])})"
        for side in ("prior", "posterior")
    ]
    holds = "holds" if row["posterior_holds"] == "True" else "**missed**"
    cells = (row["id"], row["what"], value(row["observed"]), row["required"], *sides, holds, value(row["distance"]))
    return "| " + " | ".join(cells) + " |\n"


def number_line(row: dict[str, str]) -> str:
    """A number before and after."""
    spans = [" - ".join(f"{float(row[f'{side}{q}']):.3g}" for q in ("q10", "q50", "q90")) for side in ("prior_", "")]
    return (
        f"| `{row['path']}` | {spans[0]} | {spans[1]} | {float(row['narrowed']):.2f} | {float(row['shift']):+.2f} | "
        f"{row['verdict']} |\n"
    )


def unknown(paths: list[str], felt: list[str], learnt: list[dict[str, str]]) -> str:
    """What keeps its range: fitted in vain, felt but not fitted, and not felt."""
    fitted = [row["path"] for row in learnt]
    groups = Counter(".".join(path.split(".")[: 2 if path.startswith("patrons") else 1]) for path in paths[len(felt) :])
    return UNKNOWN.format(
        untaught=", ".join(f"`{row['path']}`" for row in learnt if row["verdict"].startswith("keeps")),
        most=len(fitted),
        left_out=", ".join(f"`{path}`" for path in felt if path not in fitted),
        unfelt=len(paths) - len(felt),
        groups=", ".join(f"{name} {count}" for name, count in groups.most_common()),
    )


def checked(runs: int, seed: int) -> tuple[list[dict[str, str]], list[str]]:
    """The patterns under the raw ranges and under the sample of the library, as any user's runs are; and P0."""
    import numpy as np
    import pandas as pd

    from scenarios.history.ensembles import AUTUMN, HISTORY, PRESENT, WAR, history_runs
    from scenarios.history.fit import both_patterns
    from scenarios.history.patterns import baselines, fit_of_postures, pattern_rows
    from scenarios.scenario.load import load
    from scenarios.scenario.overlay import prior

    shipped = {name: load(name) for name in (HISTORY, AUTUMN, WAR, PRESENT)}
    raw = {name: prior(scenario) for name, scenario in shipped.items()}
    played, before = history_runs(shipped, runs, seed), history_runs(raw, runs, seed)
    found, was = (pd.DataFrame(pattern_rows(each, shipped[HISTORY], seed)) for each in (played, before))
    table = both_patterns(was, found).assign(distance=found["distance"], prior_distance=was["distance"])
    exact, inside = (shares[0] for shares in fit_of_postures(played, shipped[HISTORY]))
    lines = []
    for name, (at, near) in {"the runs": (exact, inside), **baselines(shipped[HISTORY])}.items():
        cells = ["–" if np.isnan(a) else f"{a:.2f} ({b:.2f})" for a, b in zip(at, near, strict=True)]
        lines.append(f"| {name} | " + " | ".join(cells) + " |\n")
    return list(csv.DictReader(io.StringIO(table.to_csv(index=False)))), lines


def root_mean_square(rows: list[dict[str, str]], column: str) -> float:
    """Of the distances that there are."""
    known = [float(row[column]) for row in rows if row[column]]
    return float((sum(each * each for each in known) / len(known)) ** 0.5)


def p0_text(rows: list[dict[str, str]], lines: list[str]) -> str:
    """Distances and P0 beside the guesses."""
    holding = [row["id"] for row in rows if row["posterior_holds"] == "True"]
    counts = {"held": len(holding), "parts": len(rows), "old": sum(not name.startswith(NEW) for name in holding)}
    sides = {"before": root_mean_square(rows, "prior_distance"), "after": root_mean_square(rows, "distance")}
    return P0.format(**counts, **sides) + "".join(lines)


def main(folder: Path) -> None:
    """Writes the page and its figure."""
    from scenarios.history.fit import FELT as FELT_FROM
    from scenarios.history.fit import NARROWED, SHIFTED

    manifest = json.loads((folder / "posterior.json").read_text("utf-8"))
    said = manifest | {
        "tolerances": ", ".join(f"{each:.2f}" for each in manifest["tolerances"]),
        "last": f"{manifest['steps_taken'][-1]:.0%}",
        "points_played": f"{manifest['points_played']:,}",
    }
    screening, learnt = rows_in(folder / "screening.csv"), rows_in(folder / "identification.csv")
    felt = [row["path"] for row in screening if abs(float(row["correlation"])) >= FELT_FROM]
    said["felt"] = len(felt)
    text = HEAD.format(**said) + PATTERNS.format(runs=f"{CHECK_RUNS:,}", plain=CHECK_RUNS, seed=SEED)
    patterns, postures = checked(CHECK_RUNS, SEED)
    text += "".join(pattern_line(row) for row in patterns)
    text += p0_text(patterns, postures) + WHY + NUMBERS.format(narrowed=NARROWED, shifted=SHIFTED)
    text += "".join(number_line(row) for row in learnt)
    text += unknown([row["path"] for row in screening], felt, learnt)
    text += FELT + "".join(
        f"| `{row['path']}` | {row['statistic']} | {float(row['correlation']):+.2f} |\n"
        for row in screening[: len(learnt)]
    )
    (HERE / "calibration.md").write_text(text, "utf-8")
    (HERE / "figures").mkdir(exist_ok=True)
    shutil.copy(folder / "fitted.png", HERE / "figures" / "fitted.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
