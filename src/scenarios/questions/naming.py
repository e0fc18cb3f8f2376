"""What do people call a number? Words for sentences, from the labels of the scenario."""

from scenarios.outcomes.events import name_of
from scenarios.scenario.scenario import Scenario

FIELD_WORDS = {"opening": "opening level", "paid": "pay", "rho": "rate of new luck"}


def number_words(scenario: Scenario, path: str) -> str:
    """A number in words."""
    parts = path.split(".")
    field = FIELD_WORDS.get(parts[-1]) or parts[-1].replace("_", " ")
    if len(parts) == 1 or parts[0] in ("terms", "decision"):
        return f"'{path}'"
    if parts[0] == "model":
        return f"the model's {field}"
    if parts[0] == "ladder":
        return f"{field} at rung {parts[1]}"
    if parts[0] == "channels":
        return f"{field} of {name_of(scenario, f'channels.{parts[1]}')}"
    who = name_of(scenario, parts[0] if len(parts) == 2 else f"patrons.{parts[1]}")
    return f"{possessive(who)} {field}" + (f" ({name_of(scenario, f'channels.{parts[3]}')})" if len(parts) == 5 else "")


def limit_words(scenario: Scenario, path: str, low: float, high: float) -> str:
    """A number within limits in words; NaN for a side that is open."""
    what = number_words(scenario, path)
    if high != high:
        return f"{what} is at least {low:.3g}"
    if low != low:
        return f"{what} is at most {high:.3g}"
    return f"{what} is {low:.3g}" if low == high else f"{what} lies between {low:.3g} and {high:.3g}"


def possessive(name: str) -> str:
    """A name as an owner."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def listed(parts: list[str]) -> str:
    """A list in words."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
