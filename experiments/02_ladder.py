"""At which rung of the ladder does each patron step back?

Question   How does the chance of a step-back grow with the rung, held for two years or climbed?
Scenario   venezuela_2025 with the rung, and the presence, threat and interdiction that go with it, held at 0-10; a
           scripted climb from 4
Covers     claims C01, C02; the finding of the cases that the height of the pressure alone does not predict retreat

Why held and climb differ: an opening posture is taken as chosen under the rung that is held, so holding it moves
less; on a climb each rung meets a posture that was chosen under a lower one. From rung 0 to 8 China's held curve
rises to nearly four times its height all the same, Russia's by .09, Cuba's by .03, and Iran's ends about where it
began: under a higher rung threats and offers go on arriving after the opening (`secondary_sanctions`, `deal`) and
what China may lose with Washington weighs more (`bargain`). Each of the three, switched off (`--set
terms.secondary_sanctions=off`, `terms.bargain=off`, `terms.deal=off`), takes a part of Russia's and of China's rise:
without the threats hardly anything (.01) is left of Russia's; of China's the bargain takes most, then threats, then
offers. Between 4 and 5 no held curve rises. At rungs 9 and 10 the client's end competes: who is gone cannot be left
any more, so the held curves fall there (hatched in the figure).

What you may conclude: from which rung on the model's patrons give way to a rise (on this climb half of the worlds
have seen Russia step back by the end of rung 6, China and Iran by that of 7, Cuba never), and whom a pressure to
which everybody has grown used still moves.

What you may not: read the two curves as one, or the dip at the top of the held curve as loyalty. Nor take the level
of a held curve for an effect: what it has at rung 0 already is no doing of the pressure.
"""

from scenarios import threshold
from scenarios.cli.experiment import Experiment, experiment
from scenarios.report.curves import ladder
from scenarios.report.thresholds import notes, threshold_sections

RUNS, QUICK = 4_000, 40
OF = "russia.step_back"


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """The rung held at each value, a climb, and the control."""
    scenario = asked.scenario("venezuela_2025")
    found = threshold(scenario, of=OF, over="rung", replications=asked.runs, rng=asked.seed)
    manifest, curve = asked.manifest(scenario), found.ladder
    said = notes(found, scenario, manifest)
    asked.tell(curve, threshold_sections(found, scenario), said, {"ladder": lambda: ladder(curve, scenario, manifest)})


if __name__ == "__main__":
    main()
