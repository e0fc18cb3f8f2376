"""What if the truce between the US and China holds, grows, or collapses?

Question   Does China's support for Caracas hang on what it has to lose with Washington?
Scenario   venezuela_2025; worth of China's bargain (truce of 30 October 2025) as each run draws it, on 1 March 2026
           down to an eighth of that, or up by a quarter or to twice; threats to its firms by chance, or set for good
Covers     claims C08 (who has something to lose with Washington hesitates to provoke it) and C21 (not alike: Russia
           beside it)

Why so much: the bargain acts twice. It is what a provocation may cost (`bargain`), and what offers over the client's
head are made of (`deal`). What tempts China to give more, a little payment and an open request, is small, and the
fear of losing the truce is about all that weighs against it; so with the truce gone China also steps up, people in
most worlds, arms in nearly half, although the client can hardly pay (which channels rise: the lines at the end of
docs/how-to/experiments.md). Who knows China's record with clients that do not pay should doubt this side more than
the other. With the bargain up by a quarter China steps back in most worlds, with twice the bargain in seven of eight,
by two levels or more in nearly three of four: the fear of a loss grows faster than the loss. A threat that is set for
good takes the place of those that come at random, so the side with a great threat belongs beside the one with the
threat of the opening: it keeps away half of the loans that would have come and some of the arms, but not people (the
same lines); step-backs are .03 more, and step-ups no fewer. A threat that stands for good costs little in this model
once shielded agents have taken over.

What you may conclude: how far the model's China is bound by the truce, which way, and how much of that is seen within
two years; and that Russia hardly answers it.

What you may not: that a trade war would free China's hand. It would bring tariffs and designations with it, of which
one side shows only the threat to firms. Nor take the truce that grows for a likely one: history has taught that the
bargain is worth much already (.96 to 1.6 in eight draws of ten, of the 1.8 that its range allows); a quarter more
lies beyond that limit in one draw of four, twice as much in nineteen of twenty, where nothing has been held against
history.
"""

from scenarios.cli.experiment import Experiment, experiment

RUNS, QUICK = 10_000, 60
DAY = "2026-03-01"
# utility; a change on a date is in proportion to the central value 0.8, so 1/8, 5/4 and 2 times
COLLAPSED, GROWN, DOUBLED = 0.1, 1.0, 1.6
AS_IT_WAS, GREAT = 0.45, 0.9  # threat to its firms, share; the central value at the opening, and twice that
SIDES = {
    "the truce holds": {},
    f"collapses on {DAY}": {f"patrons.china.bargain@{DAY}": COLLAPSED},
    "collapses, the threat stays as it was": {
        f"patrons.china.bargain@{DAY}": COLLAPSED,
        f"patrons.china.threat@{DAY}": AS_IT_WAS,
    },
    "collapses, and a great threat": {
        f"patrons.china.bargain@{DAY}": COLLAPSED,
        f"patrons.china.threat@{DAY}": GREAT,
    },
    "grows by a quarter": {f"patrons.china.bargain@{DAY}": GROWN},
    "doubles": {f"patrons.china.bargain@{DAY}": DOUBLED},
}
OUTCOMES = [
    *(f"china.{event}" for event in ("step_back", "step_back_further", "step_up")),
    "russia.step_back",
    "client.holds",
]


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """The truce as it is, gone, gone with threats that stand, and grown."""
    asked.compare(asked.scenario("venezuela_2025"), SIDES, OUTCOMES)


if __name__ == "__main__":
    main()
