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
CHECK_RUNS, SEED = 1_000, 1  # as the other pages on history, and the tests, play them
HEAD = """# Calibration

What history says about the numbers, and what it cannot say. Written by `python docs/reference/make_calibration.py
results/fit` from what this command left:

```sh
{command}
```

How it is done, and why so: `docs/decisions/0009-sampler.md`. Observations and thresholds: `observations.md`; they,
and the code that reads statistics off the runs, were committed before the first calibration run.

* {numbers_screened} uncertain numbers mean the same in `venezuela_2005_2025` and `venezuela_2025`; {felt} of them move
  some pattern (rank correlation of .1 or more over a sample of the prior), and the {numbers_fitted} that move
  one most were fitted. The others keep their ranges.
* {points_played} points were played: {screen:,} of the prior, {generations} generations with {replications} runs
  a point, {fine} with {fine_replications}, and a last judgement with 256 (the {particles} points with which the finer
  generations begin count twice). Distance allowed, from the best of the prior through each of these, with the start of
  the finer ones as a value of its own: {tolerances} tolerances.
  A tolerance is a tenth, or what a threshold leaves to the end of a share (`docs/decisions/0014`).
* The sample holds {different_points} different points; in the end, when points are only settled, they took {last} of
  their steps, so that the sample is rougher than its size.
* Every generation judges its points anew, so that a tolerance may grow. At the end every point was judged once more, on
  256 runs, and the nearest third is the sample; the table below says how well it does on luck of its own.
* What is weak in it (`docs/decisions/0009-sampler.md`): the finer generations meet some of the coarser ones' luck
  again, and points are compared across batches that have not the same. Another `--seed` is another fit, on luck of its
  own.
* Code of the fit: rule book {rulebook_hash} ({code}).
* The sample is `src/scenarios/scenario/library/posterior/venezuela.csv`, its
  manifest beside it.

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

| | pattern | observed | required | raw ranges | sample | |
|---|---|---|---|---|---|---|
"""
WHY = """
## What is missed, and why

What holds with something frozen is read in `ablations.md`; levels of single years in the figure above.

* **P0a** (2010 and 2023 are the worst dates). In 2010 the words of Russia, Iran and Cuba and the loans of Russia and
  China lie too low: nothing in the model grows an alliance in peace. In 2016 Russia still lent against oil while it
  sent no arms, and both hang on one solvency. After 2022 the war takes nearly all Russian people, where the coders saw
  some stay, and Iran arms the client in too few runs.
* **P0b** is on the edge: 14 of 17 cells of the worst date are enough, and it is 13 or 14 with the luck of the runs.
  Levels are whole: where runs spread over two, the most frequent one may miss by a hair, as Russian oil of November
  2025 (nil about as often as 1) and Chinese words of 2023. **P0c** is on the edge as well: .49 to .50, where .5 is
  required.
* **P1b.** Russian arms fall within two years and do not stop until the war: new heights of pressure in 2015-18 bring
  requests. With the refusal of requests frozen the part is met or just missed.
* **P1c.** The client's money is not all that stops them: a third of the time since 2015 is wartime, when nothing is
  sent whoever pays. With the war frozen the part holds. A lender that counts on years of being paid does not trust
  the solvency of 2005 much either.
* **P3b.** The rung was high in mid-2020 without the fleet of 2025; on the model's scale acts of force were still
  in reach then. They did not come. With entrapment frozen there are more than twice as many.
* **P7.** In some runs Cuban people fall below 2 at one of the rungs, more often where they opened at 2. With the
  pressure frozen the part holds.

Where a part holds, the runs may still be far from what was observed: Russian people and arms fall to a quarter in
the war (P5a; coders saw half), Chinese oil of autumn 2025 hardly falls (P6c), the oil trade grows by a tenth and not
by three quarters (P2c). P4c counts an exit that did not happen as recovered, and so can be missed at its lower end
alone. And some parts pull against each other. Fewer shows of force at high rungs (P3b) take those at low rungs with
them (P3a: .22 on the raw ranges, .13 in the sample, observed .35). The less of its arms Russia gives a client that
cannot pay (P1b), the less it gives one with the solvency of 2005 (P1c). Loans that stop (P2b) are fewer in the boom as
well (P2a).
"""
NUMBERS = """
## What was learnt of each number

Narrowed: share of the prior variance, in prior quantiles, that is gone. Shift: of the mean, in prior standard
deviations. A number is taught by history if it lost {narrowed:.0%} of its variance or moved by {shifted} standard
deviations; all others, fitted or not, keep their ranges. The sample is small: where a variance seems to have grown by
a seventh, a loss of as much may be luck too, and a number that one fit narrows and the next does not is not known
(`docs/decisions/0014`). Whether this kind of fit finds numbers that are known is asked in `recovery.md`, with eight
numbers and a far smaller sampler: ranks are uneven for five of the eight, so that the intervals below are no exact
probabilities.

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

The strongest rank correlation of each of the first forty numbers with the shortfall of a pattern, over the sample
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
    cells = (row["id"], row["what"], value(row["observed"]), row["required"], *sides, holds)
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


def checked(runs: int, seed: int) -> list[dict[str, str]]:
    """The patterns under the raw ranges and under the sample of the library, played now as any user's runs are."""
    import pandas as pd

    from scenarios.calibrate.ensembles import AUTUMN, HISTORY, PRESENT, WAR, ensemble_of
    from scenarios.calibrate.learnt import predicted
    from scenarios.calibrate.patterns import pattern_rows
    from scenarios.cli.fit import both_patterns
    from scenarios.scenario.load import load

    shipped = {name: load(name) for name in (HISTORY, AUTUMN, WAR, PRESENT)}
    found = pd.DataFrame(pattern_rows(ensemble_of(shipped, runs, seed), shipped[HISTORY], seed))
    return list(csv.DictReader(io.StringIO(both_patterns(predicted(None, runs, seed), found).to_csv(index=False))))


def main(folder: Path) -> None:
    """Writes the page and its figure."""
    from scenarios.calibrate.fit import FELT as FELT_FROM
    from scenarios.calibrate.learnt import NARROWED, SHIFTED

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
    patterns = checked(CHECK_RUNS, SEED)
    text += "".join(pattern_line(row) for row in patterns)
    text += WHY + NUMBERS.format(narrowed=NARROWED, shifted=SHIFTED)
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
