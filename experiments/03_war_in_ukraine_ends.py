"""What if the war in Ukraine ends?

Question   Does Russia stay, and give more, if its war stops eating its budget, and does it matter when?
Scenario   venezuela_2025; war_drain set to 0.1 (drawn .895 to .993), from the first week and from 1 June 2026
Covers     claim C04: Russia's contributions have dwindled since the onset of its war in Ukraine
"""

from scenarios.cli.concluded import side_lines
from scenarios.cli.experiment import Experiment, experiment

RUNS, QUICK = 10_000, 60
PEACE = 0.1  # share of what Russia could spend on clients that its wars take, once Ukraine is over
DAY = "2026-06-01"
NOW, LATER = "peace now", f"peace on {DAY}"
SIDES = {
    "the war goes on": {},
    NOW: {"patrons.russia.war_drain": PEACE},
    LATER: {f"patrons.russia.war_drain@{DAY}": PEACE},
}
OUTCOMES = ["russia.step_back", "russia.step_back_further", "russia.step_up", "china.step_back", "client.holds"]
CONCLUDED = (("Russia: step back", NOW), ("Russia: step back", LATER), ("Russia: step up", NOW))


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """The war going on, over now, over on a date."""
    asked.compare(asked.scenario("venezuela_2025"), SIDES, OUTCOMES, side_lines(*CONCLUDED))


if __name__ == "__main__":
    main()
