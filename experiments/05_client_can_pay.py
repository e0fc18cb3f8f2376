"""What if the client can pay again?

Question   Do patrons stay, or come back, if Venezuela earns money?
Scenario   venezuela_2025; on 1 March 2026 the oil price doubles, or the output does, or both
Covers     claims C10 (support is bought with oil) and C11 (it weakened as output fell)

Why: the client's income, less imports and debt service, moves its solvency with a lag of half a year. Solvency pays for
loans and arms (`payment`) and repays what is outstanding; oil is paid in goods at once, so the price moves it little
and the output does. One of the two alone leaves income about where imports eat it.

What you may conclude: how much money it would take in this model before lenders return, and which patron answers to it.

What you may not: that the price or the output could double. 2.0 mb/d is the output of 2016, and nobody expects it back
within two years under sanctions. Nor what a cut of sanctions would do, which moves rung and threat as well.
"""

from scenarios import compare, load
from scenarios.cli.experiment import Experiment, experiment
from scenarios.report.contrast import sides_of

RUNS, QUICK = 10_000, 60
DAY = "2026-03-01"
PRICE = 90.0  # USD a barrel that the client gets; at the opening 45
OUTPUT = 1.9  # mb/d; at the opening 0.94
SIDES = {
    "as it is": {},
    "price doubled": {f"client.oil_price@{DAY}": PRICE},
    "output doubled": {f"client.oil_output@{DAY}": OUTPUT},
    "both": {f"client.oil_price@{DAY}": PRICE, f"client.oil_output@{DAY}": OUTPUT},
}
OUTCOMES = [
    *(f"{patron}.{event}" for patron in ("russia", "china") for event in ("step_back", "step_back_further", "step_up")),
    "client.holds",
]


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """Oil price, oil output, and both, from a date on."""
    base = load("venezuela_2025")
    sides = [base.with_values(values) for values in SIDES.values()]
    compared = compare(*sides, replications=asked.runs, rng=asked.seed)
    asked.tell_sides(sides_of(compared, list(SIDES), OUTCOMES, base), base)


if __name__ == "__main__":
    main()
