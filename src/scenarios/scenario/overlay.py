"""Changes of a scenario."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scenarios.errors import UnknownName
from scenarios.scenario.scenario import Scenario


def with_values(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    numbers = dict(scenario.numbers)
    other: dict[str, Any] = {}
    for path, value in values.items():
        if path in numbers:
            v = float(value)
            numbers[path] = replace(
                numbers[path], value=v, low=v, high=v, distribution="fixed", source="judgement", note="set by the user"
            )
        elif path == "freeze":
            other["freeze"] = frozenset(x for x in str(value).split(",") if x)
        elif path == "coercer.mode":
            other["mode"] = value
        elif path == "steps":
            other["steps"] = int(value)
        elif path.startswith("terms."):
            other["terms"] = {**other.get("terms", scenario.terms), path[6:]: value}
        elif path.startswith("decision."):
            other["decision"] = {**other.get("decision", scenario.decision), path[9:]: float(value)}
        else:
            raise UnknownName("path", path, numbers)
    return replace(
        scenario, numbers=numbers, overlays=(*scenario.overlays, *[f"{k}={v}" for k, v in values.items()]), **other
    )


def control(scenario: Scenario) -> Scenario:
    return replace(scenario, freeze=scenario.freeze | {"pressure"})


def fixed(scenario: Scenario) -> Scenario:
    return replace(
        scenario,
        numbers={k: replace(n, low=n.value, high=n.value, distribution="fixed") for k, n in scenario.numbers.items()},
    )


def halve_step(scenario: Scenario) -> Scenario:
    return replace(scenario, step_days=scenario.step_days / 2, steps=scenario.steps * 2)


def parse_setting(text: str) -> tuple[str, str]:
    path, _, value = text.partition("=")
    return path.strip(), value.strip()
