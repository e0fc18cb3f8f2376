"""Is the model healthy? How the headline answers to its numbers, what decides, what never happens.

Run it: python benchmarks/health.py [SCENARIO] > docs/reference/health.md
"""

import sys
from typing import Any

import numpy as np
from tqdm import tqdm

from scenarios import control, load, simulate, summarise
from scenarios.results import Results
from scenarios.runs.ladder import held_at
from scenarios.scenario.scenario import Scenario
from scenarios.store.manifest import numbers_drawn
from scenarios.vocabulary import DecisionRule, EventKind, Reason, Term

RUNS = 4_000
RUNS_FOR_COUNTS = 10_000
SEED = 1
STEPS = 5
# share of a number's range, and beyond it where a user may want to go
TURNED = ("risk_tolerance", "capacity", "war_drain", "bargain", "payment_weight", "exposure", "stake")
OUTCOMES = ("step_back", "step_back_further")


def chances(scenario: Scenario, patron: str) -> list[str]:
    """Chances of one patron's step-backs with their errors, as table cells."""
    summary = summarise(simulate(scenario, RUNS, SEED)).set_index("outcome")
    cells = [summary.loc[f"{patron}.{outcome}"] for outcome in (*OUTCOMES, "denied")]
    return [f"{cell['value']:.3f} ± {cell['se']:.3f}" for cell in cells]


def print_table(title: str, head: list[str], rows: list[list[Any]]) -> None:
    """Prints a markdown table under a heading."""
    print(f"\n## {title}\n")
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")


def print_answers(scenario: Scenario, patrons: tuple[str, ...]) -> None:
    """How the step-backs of some patrons answer to the numbers that a user turns first."""
    work = [(patron, field) for patron in patrons for field in TURNED]
    for patron, field in tqdm(work, desc="answers"):
        path = f"patrons.{patron}.{field}"
        number = scenario.numbers[path]
        if not number.is_uncertain:
            continue
        rows = []
        for value in np.linspace(number.low, number.high, STEPS):
            rows.append([f"{value:.3g}", *chances(scenario.with_values({path: float(value)}), patron)])
        head = [f"{field} ({number.unit})", "step back", "step back further", "denied"]
        print_table(path, head, rows)


def print_counts(results: Results, beside: Results) -> None:
    """How often each reason was named, each kind of event happened, and each rule decided; a zero wants a reason."""
    backs = results.patrons.dropna(subset=["reason"])
    reasons = backs.groupby(["reason", "patron"], observed=False).size().unstack()
    rows = [[word, *[int(reasons.loc[word, p]) for p in results.scenario.patrons]] for word in Reason.words()]
    print_table("Reasons of step-backs", ["reason", *results.scenario.patrons], rows)
    falls = results.events[results.events["kind"] == "level_down"]["reason"].value_counts()
    print_table("Reasons of all falls of a level", ["reason", "falls"], [[w, int(falls[w])] for w in Reason.words()])
    kinds = [table.events["kind"].value_counts() for table in (results, beside)]
    rows = [[word, *[f"{kind[word] / RUNS_FOR_COUNTS:.3f}" for kind in kinds]] for word in EventKind.words()]
    print_table("Events per run", ["event", "scenario", "control"], rows)


def print_rules(scenario: Scenario) -> None:
    """What each decision rule makes of the headline."""
    rows = []
    for rule in DecisionRule.words():
        weights = {f"decision.{name}": float(name == rule) for name in DecisionRule.words()}
        changed = scenario.with_values(weights)
        rows.append([rule, *chances(changed, "russia")[:2], *chances(changed, "china")[:2]])
    head = ["rule", "russia step back", "russia further", "china step back", "china further"]
    print_table("Decision rules", head, rows)


def print_purses(results: Results) -> None:
    """How often money is dear."""
    rows = []
    for patron in results.scenario.patrons:
        price = results.paths.loc[results.paths["patron"] == patron, "price"]
        rows.append([patron, f"{(price > 1.5).mean():.2f}", f"{price.median():.2f}", f"{price.quantile(0.95):.2f}"])
    head = ["patron", "share of steps with a price above 1.5", "median price", "95 % price"]
    print_table("Purses (sampled runs)", head, rows)


def print_changes(scenario: Scenario) -> None:
    """Changes of level per channel and year at constant pressure, without requests; the target is under 0.2."""
    rows = []
    for rung in (0, 4, 8):
        results = simulate(held_at(scenario, rung), RUNS, SEED)
        moves = results.events["kind"].isin(["level_up", "level_down"]).sum()
        used = results.levels.groupby(["patron", "channel"], observed=True)["intended"].apply(lambda n: n.gt(0).any())
        feasible = sum(
            scenario.numbers[f"patrons.{p}.channels.{c}.feasible"].value > 0
            for p in scenario.patrons
            for c in scenario.channels
        )
        lived = results.runs["client_outcome_at"].fillna(scenario.steps).sum() * scenario.step_years
        rows.append([rung, f"{moves / (lived * feasible):.3f}", int(used.sum())])
    print_table("Changes of level per feasible channel and year, rung held", ["rung", "changes", "channels"], rows)


def print_terms(scenario: Scenario) -> None:
    """What is left of the step-backs when a term is frozen at its opening value."""
    rows = [["none", *chances(scenario, "russia")[:2], *chances(scenario, "china")[:2]]]
    for term in tqdm(Term.words(), desc="terms"):
        changed = scenario.with_values({f"terms.{term}": "frozen"})
        rows.append([term, *chances(changed, "russia")[:2], *chances(changed, "china")[:2]])
    head = ["frozen term", "russia step back", "russia further", "china step back", "china further"]
    print_table("Terms frozen one at a time", head, rows)


def main() -> None:
    """Prints every sign of health as markdown."""
    scenario = load(sys.argv[1] if len(sys.argv) > 1 else "venezuela_2025")
    print(f"# Signs of health: {scenario.name}\n")
    print(f"Printed by `python benchmarks/health.py {scenario.name}`, seed {SEED}, {RUNS:,} runs a row,")
    print(f"{RUNS_FOR_COUNTS:,} for counts; ± is one Monte Carlo error. Numbers drawn from: {numbers_drawn(scenario)}.")
    results, beside = (simulate(each, RUNS_FOR_COUNTS, SEED) for each in (scenario, control(scenario)))
    print_answers(scenario, ("russia", "china"))
    print_terms(scenario)
    print_rules(scenario)
    print_counts(results, beside)
    print_purses(results)
    print_changes(scenario)


if __name__ == "__main__":
    main()
