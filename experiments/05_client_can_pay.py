"""What if the client can pay again, or no longer?

Question   Do patrons stay, come back or go, and does the client hold, with oil at 20 or 100 dollars, or with more oil?
Scenario   venezuela_2025 (45 dollars, .94 mb/d); from 1 March 2026 another price, or price and output
Covers     claims C10 (support is bought with oil) and C11 (it weakened as output fell)
"""

from scenarios.cli.concluded import side_lines
from scenarios.cli.experiment import Experiment, experiment

RUNS, QUICK = 10_000, 60
DAY = "2026-03-01"
PRICE, OUTPUT = f"client.oil_price@{DAY}", f"client.oil_output@{DAY}"
LOW, HIGH = 20.0, 100.0  # USD a barrel that the client gets
MUCH = 1.9  # mb/d, twice the opening's
CHEAP, DEAR, PLENTY = "oil at 20 dollars", "oil at 100 dollars", "at 100, output doubled"
SIDES = {"as it is": {}, CHEAP: {PRICE: LOW}, DEAR: {PRICE: HIGH}, PLENTY: {PRICE: HIGH, OUTPUT: MUCH}}
OUTCOMES = ["russia.step_back", "china.step_back", "china.step_up", "client.holds", "client.collapses"]
CONCLUDED = (("client: holds", CHEAP), ("China: step back", DEAR), ("China: step back", PLENTY))


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """Oil cheap, dear, and dear and plenty."""
    asked.compare(asked.scenario("venezuela_2025"), SIDES, OUTCOMES, side_lines(*CONCLUDED))


if __name__ == "__main__":
    main()
