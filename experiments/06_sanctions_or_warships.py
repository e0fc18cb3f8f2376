"""Secondary sanctions or warships: which of the two makes patrons step back?

Question   From the same opening at rung 4, what does a threat to the patrons' firms do, and what a fleet?
Scenario   venezuela_2025 opened and held at rung 4; on 1 March 2026 either threats of 0.9 or rung 7 with its fleet
Covers     evidence: firms leave within 1-40 days of a direct threat (4 of 4), shielded agents stay (0 of 4); claim
           C21

Why: a threat acts on exposed firms through `secondary_sanctions`, and shielded agents mind it little: oil and loans
give way, Cuba does not; by the end of two years more than half of the lost oil is back (channels: the lines at the
end of docs/how-to/experiments.md). A fleet takes the prestige of being there and may clash with whoever is
(`prestige`, `entrapment`): Russia's and Iran's people and Iran's arms give way. With the rung the bargain with
Washington is likelier to be lost (`bargain`), which is most of China's answer to a fleet and a small part of Russia's
(`--set terms.bargain=off`). That Cuba steps back before a fleet as well, in nearly one world of six, comes of the
same two terms as Iran's, and happens less with either switched off (`--set terms.prestige=off`,
`terms.entrapment=off`); history says that Cuba stays, so doubt that. Threat and fleet are set on a date, and so meet
a posture that was chosen without them; no cargo is stopped at rung 7, and on the side of the fleet the threat to
firms stays as it was.

What you may conclude: which patron in this model answers to which of the two. Cuba answers to the fleet alone, Iran
to the fleet far more, Russia to both and more to the fleet, China to both and somewhat more to the threat, with
further step-backs about alike. A height of pressure says little as long as it does not say of what kind.

What you may not: that the one tool is the better. The aim of a fleet is the client, not its patrons; at rung 8 and
above cargoes are stopped whether the patron wants or not (`denied`), and firms that leave come back through
intermediaries, which does not undo a step-back that has been counted.
"""

from scenarios.cli.experiment import Experiment, experiment
from scenarios.runs.ladder import opened_at

RUNS, QUICK = 10_000, 60
DAY, NEXT_WEEK = "2026-03-01", "2025-12-07"
QUIET, FLEET = 4, 7  # rungs: sanctions on oil; lethal strikes at sea
PRESENCE = 1.0  # share of the largest fleet
THREAT = 0.9  # to the patrons' firms, share
PATRONS = ("russia", "china", "cuba", "iran")
HELD = {f"coercer.rung@{NEXT_WEEK}": QUIET}
# what goes with rung 4, for good: no threat at random, so that the threat and the fleet are all that differs
CALM = {
    f"patrons.{name}.threat@{NEXT_WEEK}": threat
    for name, threat in zip(PATRONS, (0.21, 0.24, 0.03, 0.045), strict=True)
}
SIDES = {
    "rung 4 held": {**HELD, **CALM},
    "secondary sanctions": {**HELD, **CALM, **{f"patrons.{name}.threat@{DAY}": THREAT for name in PATRONS}},
    "warships": {**HELD, **CALM, f"coercer.rung@{DAY}": FLEET, f"coercer.presence@{DAY}": PRESENCE},
}
OUTCOMES = [f"{patron}.{event}" for patron in PATRONS for event in ("step_back", "step_back_further")]


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """Rung 4 held, and from a date on a threat or a fleet."""
    base = asked.scenario("venezuela_2025")
    asked.compare(base.with_values(opened_at(base, QUIET)), SIDES, OUTCOMES)


if __name__ == "__main__":
    main()
