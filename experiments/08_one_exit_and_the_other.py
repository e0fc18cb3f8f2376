"""Would one patron's exit bring the other's?

Question   If Russia is out of the game from a date on, does China follow; if China is, does Russia?
Scenario   venezuela_2025; the patron that leaves falls into a domestic crisis of 0.95 on 1 March 2026, which ends
           nearly all it gives
Covers     the sign of company: in the cases other patrons present hold a patron (odds ratio 0.61); the literature on
           alliances says free riding

Why so little: company is one term, company x the mean level of the others, and its range spans free riding and
joining in (-0.2 to 0.4). Shown are company by its range, where Russia steps back more often by .01 without China, and
China without Russia no more often beyond Monte Carlo error, and at the upper end for all, where it is .06 (Russia)
and .02 (China). Indirect ways are open too: without the people and the oil of the one the client is worse off, which
moves `survival` and `payment` of the other. The rows of the patron that is put out show only that it is out.

What you may conclude: that there is next to no chain of exits in the model. By the range of company nobody abandons
the client because another is out, beyond Monte Carlo error; with company at its upper end for all Russia does, in
.003 of the worlds. The client holds a hundredth less often without either.

What you may not: that patrons do not watch each other. The term is small because the evidence does not say more, and
imitation is a decision rule of its own (14).
"""

from scenarios import compare
from scenarios.cli.experiment import Experiment, experiment
from scenarios.report.contrast import by_outcome, sides_of

RUNS, QUICK = 6_000, 60
DAY = "2026-03-01"
CALM, COLLAPSE = 0.1, 0.95  # domestic crisis, share of every benefit that it takes
JOINING_IN = 0.4  # company, utility: the upper end of its range
PINNED = {"patrons.russia.own_crisis": CALM, "patrons.china.own_crisis": CALM}
WITH_COMPANY = {
    "company by its range": {},
    "company 0.4": {"model.company": JOINING_IN},
}
SIDES = {
    "both in": {},
    "Russia out": {f"patrons.russia.own_crisis@{DAY}": COLLAPSE},
    "China out": {f"patrons.china.own_crisis@{DAY}": COLLAPSE},
}
OUTCOMES = ["russia.abandonment", "russia.step_back", "china.abandonment", "china.step_back", "client.holds"]


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """Both in, Russia out, China out; with company by its range and at its upper end."""
    base = asked.scenario("venezuela_2025").with_values(PINNED)
    tables = [
        sides_of(
            compare(
                *(base.with_values({**company, **values}) for values in SIDES.values()),
                replications=asked.runs, rng=asked.seed,
            ),
            list(SIDES), OUTCOMES, base, where,
        )
        for where, company in WITH_COMPANY.items()
    ]  # fmt: skip
    asked.tell_sides(by_outcome(tables), base)


if __name__ == "__main__":
    main()
