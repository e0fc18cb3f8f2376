"""Would one patron's exit bring the other's?

Question   If Russia's support budget is gone from a date on, does China follow; if China's is, does Russia?
Scenario   venezuela_2025; from 1 March 2026 no budget; with commitment by stake and by the others, and without
Covers     in the cases other patrons hold a patron; the literature on alliances says free riding
"""

from scenarios.cli.concluded import side_lines
from scenarios.cli.experiment import Experiment, experiment

RUNS, QUICK = 6_000, 60
DAY = "2026-03-01"
NOTHING_LEFT = "x0.01"  # of each run's own budget
WITHOUT_RUSSIA, WITHOUT_CHINA = "Russia out", "China out"
SIDES = {
    "both are in": {},
    WITHOUT_RUSSIA: {f"patrons.russia.support_budget@{DAY}": NOTHING_LEFT},
    WITHOUT_CHINA: {f"patrons.china.support_budget@{DAY}": NOTHING_LEFT},
}
TIED, LOOSE = "commitment tied", "commitment loose"
OUTCOMES = ["russia.step_back", "china.step_back", "cuba.step_back", "iran.step_back", "client.holds"]
CONCLUDED = (
    (f"China: step back, {TIED}", WITHOUT_RUSSIA),
    (f"Russia: step back, {TIED}", WITHOUT_CHINA),
    (f"China: step back, {LOOSE}", WITHOUT_RUSSIA),
)


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """Both in, Russia out, China out; with commitment by stake and others, and without."""
    base = asked.scenario("venezuela_2025")
    worlds = {TIED: base, LOOSE: base.with_values({"model.commitment_by_stake": 0.0})}
    asked.compare(worlds, SIDES, OUTCOMES, side_lines(*CONCLUDED))


if __name__ == "__main__":
    main()
