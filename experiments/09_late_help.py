"""Does late help matter?

Question   Would arms that arrive at once, instead of after most of a year, change what Russia gives or what becomes
           of the client?
Scenario   venezuela_2025_august; delivery lag of arms and advisers at its range or a week, with Russia's purse as it
           is or as at peace
Covers     claims C17 (what was asked for cannot come quickly), C19 (calls go unanswered) and C07 (such help does not
           change the end)

Why: the lag acts in two places. What is decided arrives late, and a patron that doubts whether the client outlives
the delivery does not begin (`survival` x the chance to outlive it). With the purse of the war nothing of the size of
arms can be paid (`material_cost`), so the lag alone moves no step-up of Russia's beyond Monte Carlo error; peace
opens the purse and makes four of one, and a week instead of the lag adds .02 to that. Iran, whose wars leave more of
its purse, answers the lag even so. Opened in August, the run itself sends the letters, as the rung reaches new highs
(early September and December, a little off the real ones of October): at an opening on 30 November they have been
read, and a patron whom they would move at once is not drawn (decision 0012), so that the lag would be asked of those
whom it does not concern.

What you may conclude: that in this model the purse, far more than the lag, stands between Russia and an answer to
such letters; and that neither changes much for the client: a week instead of the lag takes .002 from its chance of
holding on, and nothing else that is shown of its fates moves beyond Monte Carlo error.

What you may not: anything about which weapons would deter. In the model arms help the client's hold on power; whether
they make the coercer think twice enters through visible support alone (claim C20: not identifiable).
"""

from scenarios.cli.experiment import Experiment, experiment

RUNS, QUICK = 10_000, 60
WEEK = 7 / 365.25  # years
PEACE = 0.1  # share of Russia's yearly support budget that its wars take
AT_ONCE = {"channels.arms.lag": WEEK, "channels.people.lag": WEEK}
OPEN_PURSE = {"patrons.russia.war_drain": PEACE}
SIDES = {
    "as it is": {},
    "help arrives within a week": AT_ONCE,
    "Russia at peace": OPEN_PURSE,
    "at peace, and within a week": {**OPEN_PURSE, **AT_ONCE},
}
OUTCOMES = ["russia.step_up", "russia.step_back", "iran.step_up", "client.holds", "client.removed", "client.collapses"]


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """The lag as it is and a week, with Russia at war and at peace."""
    asked.compare(asked.scenario("venezuela_2025_august"), SIDES, OUTCOMES)


if __name__ == "__main__":
    main()
