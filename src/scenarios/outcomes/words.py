"""What do people call an event? Words for sentences, from the labels of the scenario."""

from collections.abc import Callable

from scenarios.scenario.scenario import Scenario

Sayer = Callable[..., tuple[str, str]]
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
    "threat": ("is threatened", "is not threatened"),
    "threat_carried_out": ("sees a threat carried out", "sees no threat carried out"),
    "bluff": ("sees a threat pass", "sees no threat pass"),
    "request": ("is asked for more", "is not asked for more"),
    "request_met": ("meets a request", "meets no request"),
    "request_lapsed": ("lets a request lapse", "lets no request lapse"),
    "level_up": ("raises a level", "raises no level"),
    "level_down": ("lowers a level", "lowers no level"),
    "crisis": ("falls into a crisis of its own", "falls into no crisis of its own"),
    "act": ("shows force", "does not show force"),
    "holds": ("holds", "does not hold"),
    "concedes": ("concedes", "does not concede"),
    "collapses": ("collapses", "does not collapse"),
    "removed": ("is removed", "is not removed"),
    "exits": ("goes into exile by agreement", "does not go into exile by agreement"),
    "client_end": ("comes to its end", "does not come to its end"),
    "escalation": ("escalates", "does not escalate"),
    "easing": ("eases the pressure", "does not ease the pressure"),
    "interdiction": ("begins to stop ships", "does not begin to stop ships"),
    "interdiction_ends": ("ceases to stop ships", "does not cease to stop ships"),
    "attempt_failed": ("fails in an attempt on the leader", "does not fail in an attempt on the leader"),
}
CHANNEL_WORDS = {
    "abandonment": ("gives up", "does not give up"),
    "step_back": ("steps back first on", "does not step back first on"),
    "step_back_further": ("steps back further, first on", "does not step back further, first on"),
    "request": ("is asked for more on", "is not asked for more on"),
    "request_met": ("meets a request on", "meets no request on"),
    "request_lapsed": ("lets a request lapse on", "lets no request lapse on"),
    "level_up": ("raises its level on", "does not raise its level on"),
    "level_down": ("lowers its level on", "does not lower its level on"),
    "act": ("shows force on", "does not show force on"),
}
COMPARISON_WORDS = {">=": "at least", "<=": "at most", ">": "above", "<": "below", "=": "exactly"}


def name_of(scenario: Scenario, actor: str) -> str:
    """What people call an actor or channel: ``patrons.russia`` -> ``Russia``."""
    return scenario.labels.get(actor) or actor.split(".")[-1].replace("_", " ")


def named(scenario: Scenario, actor: str, words: dict[str, tuple[str, str]]) -> Sayer:
    """What says that something happens to an actor, perhaps on a channel, and that it does not.

    Examples
    --------
    >>> from scenarios import load
    >>> named(load("toy"), "patrons.redland", CHANNEL_WORDS)("abandonment", "oil")[0]
    'Redland gives up Oil trade and logistics'
    """
    who = name_of(scenario, actor)

    def say(event: str, channel: str = "") -> tuple[str, str]:
        where = f" {name_of(scenario, f'channels.{channel}')}" if channel else ""
        happens, does_not = words[event]
        return f"{who} {happens}{where}", f"{who} {does_not}{where}"

    return say
