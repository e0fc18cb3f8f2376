"""Who steps back within two years of 30 November 2025, and how much of it is the pressure's doing?

Question   When do Russia and China step back further, beside the same worlds with the pressure frozen?
Scenario   venezuela_2025
Covers     claims C01 and C02 of the article: support falls as the pressure rises, and because of it

Why: of Russia's step-backs seven in ten come in the control too, of China's two in three. What the moving pressure
adds is threats to firms (`secondary_sanctions`), for Russia the fear of a clash (`entrapment`), for China what it may
lose with Washington (`bargain`). Want of money is not among Russia's main reasons: a war drain is drawn among those
that leave the opening posture paid for (decision 0011), and from then on little moves the purse. Step-ups are more
than in the control as well, for the same terms turned round: a coercer that is free to move lets a threat pass and
comes down a rung too.

What you may conclude: how the model, under wide and mostly judged ranges of which history has narrowed a few, splits
step-backs between the pressure and what would have happened anyway. At the opening the pressure is high already, so
the difference is what a further rise adds, not what the fleet has done so far (07 asks that). It adds some .12 to the
step-backs of Russia and of China and .03 to Iran's, .02 to the further ones of Russia and of China. It moves neither
Cuba's step-backs nor its further ones, and no abandonment of Russia or China, beyond Monte Carlo error; to Cuba's
abandonments it adds .0014.

What you may not: that these are the chances of the real events, nor that a small difference clears the pressure of
what it did before 30 November 2025. Nor that Iran's further step-backs and abandonments, fewer under a pressure that
moves, are loyalty: in more worlds the client goes first, and in more Iran steps up.
"""

from scenarios import control, simulate, summarise
from scenarios.cli.experiment import Experiment, experiment
from scenarios.report.survival import survival
from scenarios.report.tables import notes, sections

RUNS, QUICK = 10_000, 60


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """The scenario beside its control."""
    scenario = asked.scenario("venezuela_2025")
    results, frozen = (simulate(side, asked.runs, asked.seed) for side in (scenario, control(scenario)))
    summary, manifest = summarise(results, frozen), asked.manifest(scenario)
    said = notes(summary, scenario, manifest)
    events, endings, channels, _, reasons, _ = sections(summary, scenario)
    asked.tell(summary, [events, endings, channels, reasons], said, {"baseline": lambda: survival(results, frozen)})


if __name__ == "__main__":
    main()
