"""How is one event of a run put into words? One sentence a kind of event, in the names of the scenario."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from scenarios.report.because import Event, because
from scenarios.report.tables import label, words
from scenarios.vocabulary import Fate

if TYPE_CHECKING:
    from scenarios.scenario.scenario import Scenario

LEVELS = ("none", "low", "middle", "high")
LINES = {
    "step_back": "one level lost",
    "step_back_further": "two levels lost in all",
    "abandonment": "nothing material left",
    "step_up": "one level gained",
}


def level(value: float) -> str:
    """A level with its word.

    Examples
    --------
    >>> level(2.0)
    '2 (middle)'
    """
    return f"{value:.0f} ({LEVELS[int(value)]})"


def rung(scenario: "Scenario", value: float) -> str:
    """A rung with its name."""
    name = scenario.labels.get(f"ladder.{value:.0f}", "")
    return f"rung {value:.0f} ({name})" if name else f"rung {value:.0f}"


def possessive(name: str) -> str:
    """A name as an owner.

    Examples
    --------
    >>> possessive("Russia"), possessive("United States")
    ("Russia's", "United States'")
    """
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def sentence(scenario: "Scenario", event: Event) -> str:
    """One event in words.

    Parameters
    ----------
    event : mapping
        A row of `Story.events`.
    """
    kind = str(event["kind"])
    names = {
        "coercer": label(scenario, "coercer"),
        "client": label(scenario, "client"),
        "patron": label(scenario, f"patrons.{event['actor']}"),
        "channel": words(str(event["channel"])),
    }
    owners = {f"{who}s": possessive(names[who]) for who in ("coercer", "patron")}
    said = SENTENCES[kind](scenario, event).format(**names, **owners)
    return said[0].upper() + said[1:]


def _moves(scenario: "Scenario", event: Event) -> str:
    """The coercer goes up or down."""
    verb = "goes up" if event["after"] > event["before"] else "eases off"
    return f"{{coercer}} {verb}: from {rung(scenario, event['before'])} to {rung(scenario, event['after'])}"


def _changes(scenario: "Scenario", event: Event) -> str:
    """A patron moves a level."""
    verb = "raises" if event["after"] > event["before"] else "lowers"
    moves = f"{verb} {{channel}} from {level(event['before'])} to {level(event['after'])}"
    return f"{{patron}} {moves}, {because(scenario, event)}"


def _offer(_: "Scenario", event: Event) -> str:
    """The coercer's offer comes or goes."""
    if not event["after"] > 0.0:
        return "{coercers} offer to {patron} is off the table"
    return f"{{coercer}} offers {{patron}} a deal, worth {event['after']:.2f}"


def _line(scenario: "Scenario", event: Event) -> str:
    """A line is crossed, left again, or has been crossed for long enough to count."""
    line, days = words(str(event["reason"])), f"{scenario.persistence_days:.0f} days"
    meaning = LINES[str(event["reason"])]
    if event["kind"] == "crosses":
        return f"{{patron}} crosses the line of {line} ({meaning}); it counts if it lasts {days}"
    since = f"{scenario.step} {event['before']:.0f}"
    if event["kind"] == "returns":
        return f"{{patron}} is back on this side of {line}, crossed in {since}"
    return f"{{patrons}} {line} of {since} has lasted {days}: it counts, dated at the crossing"


def _end(_: "Scenario", event: Event) -> str:
    """The client's end."""
    fate = Fate(int(event["after"])).word
    return "{client} " + ("is removed" if fate == "removed" else fate) + "; the run ends"


def _leader(_: "Scenario", event: Event) -> str:
    """A new leader."""
    return (
        f"{{patron}} has a new leader; the weight of its stake goes from {event['before']:.2f} to {event['after']:.2f}"
    )


def _differs(_: "Scenario", event: Event) -> str:
    """What arrives is not what is intended: ships or an empty purse stop some of it, or more is still under way."""
    how = "still" if event["after"] > event["before"] else "only"
    return f"{{patron}} intends {{channel}} at {level(round(event['before']))}, but {how} {event['after']:.2f} arrives"


def _plain(text: str, *fields: str) -> "Callable[[Scenario, Event], str]":
    """A sentence with numbers of the event in it: ``<after>`` as a number, ``<level after>`` as a level."""

    def made(_: "Scenario", event: Event) -> str:
        said = text
        for field in fields:
            is_level = f"<level {field}>" in said
            value = level(round(event[field])) if is_level else f"{event[field]:.2f}"
            said = said.replace(f"<level {field}>" if is_level else f"<{field}>", value)
        return said

    return made


SENTENCES: "dict[str, Callable[[Scenario, Event], str]]" = {
    "escalation": _moves,
    "easing": _moves,
    "interdiction": _plain("{coercers} ships begin to stop cargo (<after> of what ships can reach)", "after"),
    "interdiction_ends": _plain("{coercers} ships stop no more cargo"),
    "threat": _plain("{coercer} threatens {patrons} firms directly (threat <before> to <after>)", "before", "after"),
    "threat_carried_out": _plain("{coercer} carries out its threat to {patrons} firms (threat <after>)", "after"),
    "bluff": _plain("{coercers} threat to {patrons} firms passes its date: a bluff"),
    "request": _plain(
        "{client} asks {patron} for {channel} at <level after>; it gives <level before>", "before", "after"
    ),
    "request_met": _plain("what {client} asked of {patron} has arrived: {channel} at <level before>", "before"),
    "request_lapsed": _plain(
        "what {client} asked of {patron} has not come in time: {channel} at <level before>, <after> arrives",
        "before",
        "after",
    ),
    "level_up": _changes,
    "level_down": _changes,
    "offer": _offer,
    "deal": _plain(
        "{patron} takes the deal with {coercer}: worth <after>, against <before> for the support that it forbids",
        "before",
        "after",
    ),
    "deal_ends": _plain("{patrons} deal with {coercer} ends"),
    "new_leader": _leader,
    "crisis": _plain("{patron} has a crisis at home (depth <after>)", "after"),
    "expulsion": _plain("{client} expels {patron}"),
    "act": _plain("{patron} shows force ({channel})"),
    "client_end": _end,
    "denied": _plain(
        "{patron} is denied: for long enough to count, less arrives than it intends (index <after> of <before>)",
        "before",
        "after",
    ),
    "crosses": _line,
    "returns": _line,
    "confirmed": _line,
    "arrives": _plain("What {patron} gives in {channel} now arrives as intended, <level before>", "before"),
    "falls_short": _differs,
    "closes": _plain(
        "What {patron} gives in {channel} ends, <level before> to 0, because {client} expelled it", "before"
    ),
}
