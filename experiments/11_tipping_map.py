"""Where does a patron tip, over its risk tolerance and its bargain with Washington?

Question   At which pairs of risk tolerance and bargain does Russia, does China, step back more often than not?
Scenario   venezuela_2025; both numbers of one patron over a grid, all other numbers drawn
Covers     claims C08 (the bargain) and the two numbers that a user turns first; C21: the two patrons beside each other

Why the map bends: risk tolerance is the price of a lottery. Who tolerates much counts a chance of losing the bargain
at about its mean, who tolerates little dreads it; so the two work together. Tolerance of risk prices two other
lotteries too, a sanction on firms and a clash, so it matters even where little is to be lost with Washington. Both
numbers stand from the opening on, so the opening posture is taken as chosen with them, and what moves is the answer
to what comes after.

What you may conclude: how far each of the two numbers would have to lie from its central value for the answer to be
another, and that they are not two copies of one patron. Beyond Monte Carlo error Russia steps back more often than
not only at the least tolerance with a bargain of 0.4 or more, and at a tolerance of about 0.3 with a bargain of 1;
at its central tolerance nowhere. China does so only in a corner, at the least tolerance with a bargain of 1.55 or
more. History has put China's bargain at 0.96 to 1.6, and says little of its tolerance.

What you may not: that a country has such a number. Nobody has measured risk tolerance; the map says what hangs on it.
"""

from functools import partial

from pandas import concat

from scenarios import sweep
from scenarios.cli.experiment import Experiment, experiment
from scenarios.report.tipping import of_sweep, tipping_map, tipping_notes, tipping_section

RUNS, QUICK = 800, 12  # at each point of the grid, the same luck at each
GRID, TRIAL = 7, 3  # values of each number
TOLERANCE, BARGAIN = "patrons.{}.risk_tolerance", "patrons.{}.bargain"
RANGES = {"russia": ((0.2, 0.9), (0.1, 1.0)), "china": ((0.35, 1.8), (0.3, 1.8))}  # utility; as in their files
EVENT = "step_back"
PROBABILITY = 0.5


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """Two grids, one for each patron."""
    scenario, n = asked.scenario("venezuela_2025"), TRIAL if asked.is_quick else GRID
    names = {patron: (TOLERANCE.format(patron), BARGAIN.format(patron)) for patron in RANGES}
    found = {
        patron: sweep(
            scenario,
            {path: (*span, n) for path, span in zip(names[patron], spans, strict=True)},
            "grid",
            replications=asked.runs,
            rng=asked.seed,
        )
        for patron, spans in RANGES.items()
    }
    maps = {patron: of_sweep(done, f"{patron}.{EVENT}") for patron, done in found.items()}
    shown = [tipping_section(maps[patron], *names[patron], f"{patron}.{EVENT}") for patron in maps]
    manifest = asked.manifest(scenario)
    figures = {
        patron: partial(tipping_map, maps[patron], *names[patron], f"{patron}.{EVENT}", scenario, manifest, PROBABILITY)
        for patron in maps
    }
    asked.tell(concat(maps.values()), shown, tipping_notes(scenario, manifest), figures)


if __name__ == "__main__":
    main()
