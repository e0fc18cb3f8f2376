"""Does escalation cause anything?

Question   How many step-backs are gone if the pressure stays where it was, from an opening at rung 4, 6 and 8?
Scenario   venezuela_2025 with the coercer free to move; beside each its control, with the pressure frozen as it
           opens
Covers     claim C02 (the reduction happens under increasing military pressure): ablate the escalation and look again

Why: from rung 8 there are two rungs left, and what they do is done to the client first: often it is gone before
patrons leave, so a rise adds least there, to further step-backs .01 (Russia) and .02 (China). From rung 4 and 6 there
is room to climb, and each new rung meets postures that were chosen under a lower one. The frozen step-backs are more
from rung 8 than from rung 4, China's by .07, Russia's by .02, for the reasons in 02; those with the pressure free are
the fewer the higher it opens.

What you may conclude: which part of the step-backs hangs on a rise of the pressure after the opening, in this model
and at the pace of its coercer (uncertain, and wide): from rung 4 about half of those of Russia and more than half of
China's, from rung 8 some .24 and .28 of them.

What you may not: that the rest has nothing to do with pressure. The opening posture at rung 8 is one that years of
pressure have left over.
"""

from scenarios import compare, control
from scenarios.cli.experiment import Experiment, experiment
from scenarios.report.contrast import by_outcome, sides_of
from scenarios.runs.ladder import opened_at

RUNS, QUICK = 6_000, 60
RUNGS = (4, 6, 8)  # at the opening; with the presence, threat and interdiction that go with each
SIDES = ["pressure frozen", "pressure free"]
OUTCOMES = [
    "russia.step_back",
    "russia.step_back_further",
    "china.step_back",
    "china.step_back_further",
    "client.holds",
]


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """Three openings, each beside its control."""
    base = asked.scenario("venezuela_2025")
    opened = {rung: base.with_values(opened_at(base, rung)) for rung in RUNGS}
    tables = [
        sides_of(
            compare(control(scenario), scenario, replications=asked.runs, rng=asked.seed),
            SIDES, OUTCOMES, base, f"from rung {rung}",
        )
        for rung, scenario in opened.items()
    ]  # fmt: skip
    asked.tell_sides(by_outcome(tables), base)


if __name__ == "__main__":
    main()
