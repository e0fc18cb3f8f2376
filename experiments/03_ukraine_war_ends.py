"""What if the war in Ukraine ends?

Question   Does Russia stay if its war stops eating its support budget, and does it matter when?
Scenario   venezuela_2025; war_drain from 0.972 to 0.1 of the budget, at the opening and on 1 June 2026
Covers     claim C04: Russia's contributions have dwindled since the onset of its war in Ukraine

Why: the war takes the income of the purse from which help is paid, and makes what it wants itself dearer
(`material_cost`). At once and on a date are two questions. At once, the opening posture counts as chosen at
peace, though without the requests that lie open (decision 0008): what Russia adds mostly answers
those, or comes as a danger passes. On a date, a posture that was chosen in want meets plenty: it rises where it can,
and so leaves more room above what would count as stepping back. Hardly a further step-back falls after that day, but
those before it stand, so they are fewer in all if peace is there from the opening on.

What you may conclude: how much of Russia's step-backs in this model is want of money and men, not fear or bargain,
and whether peace would bring help back that was not there before (step up).

What you may not: that peace would find the bargain with Washington as it is. The end of the war would move it too;
11 shows what a change of the bargain does.
"""

from scenarios import load
from scenarios.cli.experiment import Experiment, experiment

RUNS, QUICK = 10_000, 60
PEACE = 0.1  # share of Russia's yearly support budget that its wars take, once Ukraine is over
DAY = "2026-06-01"
SIDES = {
    "the war goes on": {},
    "over at the opening": {"patrons.russia.war_drain": PEACE},
    f"over on {DAY}": {f"patrons.russia.war_drain@{DAY}": PEACE},
}
OUTCOMES = [
    *(f"russia.{event}" for event in ("step_back", "step_back_further", "abandonment", "step_up", "denied")),
    "china.step_back",
    "client.holds",
]


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """The war going on, over at once, over on a date."""
    asked.compare(load("venezuela_2025"), SIDES, OUTCOMES)


if __name__ == "__main__":
    main()
