"""What if the truce between the US and China ends, or grows?

Question   Does China's support for Caracas hang on what it has to lose with Washington?
Scenario   venezuela_2025; from 1 March 2026 China's bargain (truce of 30 October 2025) gone, up by a quarter, twice
Covers     claims C08 (who has something to lose with Washington hesitates to provoke it) and C21 (not alike)
"""

from scenarios.cli.concluded import side_lines
from scenarios.cli.experiment import Experiment, experiment

RUNS, QUICK = 10_000, 60
DAY = "2026-03-01"
BARGAIN, THREAT = f"patrons.china.bargain@{DAY}", f"patrons.china.threat@{DAY}"
GONE, GREAT = 0.0, 0.9  # utility; threat to its firms, share
ENDS, TRADE_WAR, GROWS, DOUBLES = "the truce ends", "it ends in a trade war", "it grows by a quarter", "it doubles"
SIDES = {
    "the truce holds": {},
    ENDS: {BARGAIN: GONE},
    TRADE_WAR: {BARGAIN: GONE, THREAT: GREAT},
    GROWS: {BARGAIN: "x1.25"},
    DOUBLES: {BARGAIN: "x2"},
}
OUTCOMES = ["china.step_back", "china.step_back_further", "china.step_up", "russia.step_back", "client.holds"]
CONCLUDED = (("China: step back", ENDS), ("China: step up", ENDS), ("China: step back", GROWS))


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """The truce as it is, gone, gone with a great threat, and grown."""
    asked.compare(asked.scenario("venezuela_2025"), SIDES, OUTCOMES, side_lines(*CONCLUDED))


if __name__ == "__main__":
    main()
