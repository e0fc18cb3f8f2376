"""What if the truce between the US and China holds, grows, or collapses?

Question   Does China's support for Caracas hang on what it has to lose with Washington?
Scenario   venezuela_2025; worth of China's bargain (truce of 30 October 2025) as each run draws it, on 1 March 2026
           down to an eighth of that or up to twice
Covers     claims C08 (who has something to lose with Washington hesitates to provoke it) and C21 (not alike: Russia
           beside it)

Why so much: the bargain acts twice. It is what a provocation may cost (`bargain`), and what offers over the client's
head are made of (`deal`). What tempts China to give more, a little payment and an open request, is small, and the
fear of losing the truce is about all that weighs against it; so with the truce gone China also steps up, people and
arms first, although the client can hardly pay. Who knows China's record with clients that do not pay should doubt
this side more than the other. A threat to its firms on the same day keeps loans away, but not people and arms, which
no firm carries: the mix changes, the count of step-backs and step-ups hardly.

What you may conclude: how far the model's China is bound by the truce, which way, and how much of that is seen
within two years.

What you may not: that a trade war would free China's hand. It would bring tariffs and designations with it, of which
the third side shows only the threat to firms. Nor take the truce that grows for a likely one: history has taught that
the bargain is worth much already, and twice that lies beyond what its range allows at the opening.
"""

from scenarios import load
from scenarios.cli.experiment import Experiment, experiment

RUNS, QUICK = 10_000, 60
DAY = "2026-03-01"
COLLAPSED, GROWN = 0.1, 1.6  # utility; a change on a date is in proportion to the central value 0.8, so 1/8 and 2 times
THREAT = 0.9  # threat to its firms, share; at the opening 0.45
SIDES = {
    "the truce holds": {},
    f"collapses on {DAY}": {f"patrons.china.bargain@{DAY}": COLLAPSED},
    "collapses, and its firms are threatened": {
        f"patrons.china.bargain@{DAY}": COLLAPSED,
        f"patrons.china.threat@{DAY}": THREAT,
    },
    f"grows into a deal on {DAY}": {f"patrons.china.bargain@{DAY}": GROWN},
}
OUTCOMES = [
    *(f"china.{event}" for event in ("step_back", "step_back_further", "step_up")),
    "russia.step_back",
    "client.holds",
]


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """The truce as it is, gone, gone with a threat, and grown."""
    asked.compare(load("venezuela_2025"), SIDES, OUTCOMES)


if __name__ == "__main__":
    main()
