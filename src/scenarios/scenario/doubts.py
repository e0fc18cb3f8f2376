"""What of a sound scenario would its author hardly want? Said as warnings, never as faults."""

from collections.abc import Iterator

from scenarios.scenario.bills import bills
from scenarios.scenario.check_numbers import said
from scenarios.scenario.citations import loose_ends
from scenarios.scenario.scenario import Scenario

WIDE = 0.1  # share of a range that draws may miss before it is worth a word
EFFECTS = ("hold_effect", "solvency_effect")


def doubts_of(scenario: Scenario) -> list[str]:
    """What is doubtful in a sound scenario, one line each.

    Examples
    --------
    >>> from scenarios import load
    >>> doubts_of(load("toy"))
    []
    """
    return [*uncounted(scenario), *out_of_reach(scenario), *loose_ends(scenario)]


def uncounted(scenario: Scenario) -> Iterator[str]:
    """Support that is given at the opening on a channel that does not count."""
    for patron in scenario.patrons:
        for channel in scenario.channels:
            path = f"patrons.{patron}.channels.{channel}.opening"
            if scenario.numbers[path].value > 0:
                why = why_uncounted(scenario, channel)
                if why:
                    yield f"{path}: level {said(scenario.numbers[path].value)} {why}"


def why_uncounted(scenario: Scenario, channel: str) -> str:
    """Why support on a channel does not count; empty if it does, or if words are all that it is."""
    traits = {field: scenario.numbers[f"channels.{channel}.{field}"].value for field in ("material", "acts", "weight")}
    if traits["acts"] > 0:
        return (
            "does not count: acts of force are shown by rule, risk nothing and are no part of a step-back. Code forces "
            "that stay or fight on a material channel."
        )
    if traits["material"] > 0 and traits["weight"] == 0:
        return f"does not count with the coercer: channels.{channel}.weight is 0. Give it a share of the weights."
    if traits["material"] > 0 and not any(scenario.numbers[f"channels.{channel}.{name}"].value for name in EFFECTS):
        return f"does nothing for the client: hold_effect and solvency_effect of channels.{channel} are 0."
    return ""


def out_of_reach(scenario: Scenario) -> Iterator[str]:
    """Ranges of which draws cannot reach a part."""
    for patron in scenario.patrons:
        yield from budgets_lifted(scenario, patron)
        for channel in scenario.channels:
            pair = f"patrons.{patron}.channels.{channel}"
            opening, feasible = (scenario.numbers[f"{pair}.{field}"] for field in ("opening", "feasible"))
            if opening.high > feasible.high:
                yield (
                    f"{pair}.opening: range to {said(opening.high)}, but no level above {said(feasible.high)} is "
                    f"feasible. Lower it, or raise {pair}.feasible."
                )


def budgets_lifted(scenario: Scenario, patron: str) -> Iterator[str]:
    """A budget whose range begins below what the posture held costs: a drawn budget pays for it at least."""
    if scenario.numbers[f"patrons.{patron}.peacetime_budget"].value > 0:
        return  # a history reads that one before its deep war
    budget, bill = scenario.numbers[f"patrons.{patron}.support_budget"], sum(bills(scenario, patron).values())
    missed = (bill - budget.low) / (budget.high - budget.low) if budget.is_uncertain else float(bill > budget.value)
    if missed > WIDE:
        span = (
            f"range [{said(budget.low)}, {said(budget.high)}]" if budget.is_uncertain else f"value {said(budget.value)}"
        )
        yield (
            f"{budget.path}: {span}, but the posture held costs {bill:.3g} {budget.unit}, and no draw lies below. "
            "Raise it, lower the costs, or code less support."
        )
