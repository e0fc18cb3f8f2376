"""The baseline: who steps back within two years of 30 November 2025, beside the control with the pressure frozen.

Question   When do Russia and China step back further, and how much of it is the pressure's doing?
Scenario   venezuela_2025
Covers     claims C01 and C02 of the article: support falls as the pressure rises, and because of it

What you may conclude: how the model, under wide and mostly judged ranges, splits step-backs between the pressure and
what would have happened anyway. What you may not: that these are the chances of the real events.
"""

from scenarios import control, load, simulate, summarise

RUNS = 10_000
SEED = 1
EVENTS = ("step_back", "step_back_further", "abandonment", "step_up")


def main() -> None:
    """Prints one table: chances, control, matched difference, each with its Monte Carlo error."""
    scenario = load("venezuela_2025")
    summary = summarise(simulate(scenario, RUNS, SEED), simulate(control(scenario), RUNS, SEED))
    wanted = [f"{patron}.{event}" for patron in scenario.patrons for event in EVENTS]
    columns = ["outcome", "value", "se", "control", "difference", "difference_se", "n"]
    print(summary.loc[summary["outcome"].isin(wanted), columns].to_string(index=False, float_format="%.3f"))


if __name__ == "__main__":
    main()
