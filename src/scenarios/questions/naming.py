"""What do people call a number or an outcome? Words for sentences, from the labels of the scenario."""

from scenarios.scenario.scenario import Scenario

# what happens, and what is said if it does not
EVENT_WORDS = {
    "step_back": ("steps back", "does not step back"),
    "step_back_further": ("steps back further", "does not step back further"),
    "abandonment": ("gives up everything material", "does not give up everything material"),
    "step_up": ("steps up", "does not step up"),
    "denied": ("is kept from delivering", "is not kept from delivering"),
    "client_gone_first": ("still stands by its client when that goes", "steps back, or does not lose its client"),
    "neither": ("neither steps back nor loses its client", "steps back or loses its client"),
    "notch": ("gives up a level on some channel", "gives up no level on any channel"),
    "pause": ("steps back and makes it good", "makes no step back good"),
    "holds": ("holds", "does not hold"),
    "concedes": ("concedes", "does not concede"),
    "collapses": ("collapses", "does not collapse"),
    "removed": ("is removed", "is not removed"),
    "exits": ("goes into exile by agreement", "does not go into exile by agreement"),
}
ON_A_CHANNEL = {
    "abandonment": ("gives up", "does not give up"),
    "step_back": ("steps back first on", "does not step back first on"),
    "step_back_further": ("steps back further, first on", "does not step back further, first on"),
}
FIELD_WORDS = {"opening": "opening level", "paid": "pay", "rho": "rate of new luck"}


def name_of(scenario: Scenario, actor: str) -> str:
    """What people call an actor or channel: ``patrons.russia`` -> ``Russia``."""
    return scenario.labels.get(actor) or actor.split(".")[-1].replace("_", " ")


def event_words(scenario: Scenario, outcome: str, is_absent: bool = False) -> str:
    """An event in words, or that it does not happen.

    Examples
    --------
    >>> from scenarios import load
    >>> event_words(load("toy"), "redland.abandonment.oil")
    'Redland gives up Oil trade and logistics'
    """
    actor, _, rest = outcome.partition(".")
    kind, _, channel = rest.partition(".")
    who = name_of(scenario, "client" if actor == "client" else f"patrons.{actor}")
    if not channel:
        return f"{who} {EVENT_WORDS[kind][is_absent]}"
    return f"{who} {ON_A_CHANNEL[kind][is_absent]} {name_of(scenario, f'channels.{channel}')}"


def number_words(scenario: Scenario, path: str) -> str:
    """A number in words.

    Examples
    --------
    >>> from scenarios import load
    >>> number_words(load("toy"), "patrons.redland.channels.oil.cost")
    "Redland's cost (Oil trade and logistics)"
    """
    parts = path.split(".")
    field = FIELD_WORDS.get(parts[-1]) or parts[-1].replace("_", " ")
    if parts[0] == "model":
        return f"the model's {field}"
    if parts[0] == "ladder":
        return f"{field} at rung {parts[1]}"
    if parts[0] == "channels":
        return f"{field} of {name_of(scenario, f'channels.{parts[1]}')}"
    who = name_of(scenario, parts[0] if len(parts) == 2 else f"patrons.{parts[1]}")
    owner = f"{who}'" if who.endswith("s") else f"{who}'s"
    return f"{owner} {field}" + (f" ({name_of(scenario, f'channels.{parts[3]}')})" if len(parts) == 5 else "")


def limit_words(scenario: Scenario, path: str, low: float, high: float) -> str:
    """A number within limits in words; NaN for a side that is open.

    Examples
    --------
    >>> from scenarios import load
    >>> limit_words(load("toy"), "client.hold", 0.4, float("nan"))
    "Portsmouth's hold is at least 0.4"
    """
    what = number_words(scenario, path)
    if high != high:
        return f"{what} is at least {low:.3g}"
    if low != low:
        return f"{what} is at most {high:.3g}"
    return f"{what} is {low:.3g}" if low == high else f"{what} lies between {low:.3g} and {high:.3g}"


def listed(parts: list[str]) -> str:
    """A list in words.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
