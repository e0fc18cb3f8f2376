"""What if the client can pay again?

Question   Do patrons stay, or come back, if Venezuela earns money?
Scenario   venezuela_2025; on 1 March 2026 the oil price doubles, or the output does, or both
Covers     claims C10 (support is bought with oil) and C11 (it weakened as output fell)

Why: income, less imports and debt service, moves the client's solvency with a lag of some months. Solvency pays for
loans and arms (`payment`); oil is paid in goods at once, so a price alone moves it little and output does. China's
loans and arms come back in numbers only with both (in a third and a quarter of the worlds, by the lines at the end of
docs/how-to/experiments.md): income must pass imports and debt service by enough for solvency to rise. Russia and
China step back no less with both together than with output alone, Russia rather more: a client that is safe needs
nobody, and the wish to save it (`survival`) fades; with that term frozen (`--set terms.survival=frozen`) they step
back less with both.

What you may conclude: how much money it would take in this model before lenders return, and which patron answers to
it how: output keeps both, taking off more than a fifth of Russia's step-backs and more than a quarter of China's,
while a price alone adds .01 to them; with both China comes back (it steps up in half of the worlds), Russia somewhat,
without loans or arms.

What you may not: that price or output could double. 1.9 mb/d is less than the output of 2017, and nobody expects that
back within two years under sanctions. Nor what a lifting of sanctions would do, which moves rung and threat as well.
"""

from scenarios.cli.experiment import Experiment, experiment

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
    asked.compare(asked.scenario("venezuela_2025"), SIDES, OUTCOMES)


if __name__ == "__main__":
    main()
