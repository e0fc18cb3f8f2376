"""What if the war in Ukraine ends?

Question   Does Russia stay if its war stops eating its support budget, and does it matter when?
Scenario   venezuela_2025; war_drain from 0.972 to 0.1 of the budget, at the opening and on 1 June 2026
Covers     claim C04: Russia's contributions have dwindled since the onset of its war in Ukraine

Why: the war takes the income of the purse from which help is paid, and makes what it wants itself dearer
(`material_cost`). Both stand from the opening on, and the opening posture is paid for (decision 0011), so want is
seldom why Russia steps back while the war goes on (01). At once and on a date are two questions, and at once hardly
answers this one: the opening posture counts as chosen at peace and kept after the letters of October were read
(decisions 0008 and 0012), so a Russia that peace would have moved at once is not drawn. At peace it steps back more
than nine tenths as often as in war, where the main reasons are threats, chance and the danger of a clash (01). On a
date, a posture that was chosen in want meets plenty: it rises in more than seven worlds of ten, and so leaves more
room above what would count as stepping back. The step-backs before that day stand, fewer come after it; so they are
fewer in all, and the further ones too, if peace comes half a year late than if it is there from the opening on. That
order says how an opening is read, not that waiting pays.

What you may conclude: that want of money and men is a small part of Russia's step-backs in this model, and that peace
that comes on top of a posture of want would bring help that was not there before (step up). China does not answer it
beyond Monte Carlo error, and the client hardly: what peace on a date adds to its chance of holding on is less than a
hundredth.

What you may not: that peace would find the bargain with Washington as it is. The end of the war would move it too; 11
shows what a change of the bargain does.
"""

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
    asked.compare(asked.scenario("venezuela_2025"), SIDES, OUTCOMES)


if __name__ == "__main__":
    main()
