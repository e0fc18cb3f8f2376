"""How is one event of a run put into words? One sentence a kind of event, in the names of the scenario."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scenarios.questions.explanation.because import Event, because
from scenarios.report.tables import label, words
from scenarios.vocabulary import Fate

if TYPE_CHECKING:
    from scenarios.scenario.scenario import Scenario

LEVELS = ("none", "low", "middle", "high")
LINES = {
    "step_back": "one level lost in all",
    "step_back_further": "two levels lost in all",
    "abandonment": "nothing material left",
    "step_up": "one level gained in all",
}
TO_END = "has lasted to the end of the run, or lasts past it"
LASTS = 0.9  # of the days; a whole number of steps may fall short of them
STRIKES = 9.0  # rung of strikes on land


ENDS = {
    "concedes": "concedes",
    "collapses": "collapses from within",
    "removed": "loses its leader, captured by {coercer}",
    "exits": "gets a new leader: the old one leaves by agreement",
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
    owners = {f"{who}s": possessive(names[who]) for who in ("coercer", "client", "patron")}
    said = SENTENCES[kind](scenario, event).format(**names, **owners)
    return said[0].upper() + said[1:]


def asks(scenario: "Scenario", requests: "list[Any]") -> str:
    """All that the client asks of a patron in a step, in one sentence."""
    client, patron = label(scenario, "client"), label(scenario, f"patrons.{requests[0]['actor']}")
    things = [
        f"{words(str(each['channel']))} at {each['after']:.0f} (it gives {each['before']:.0f})" for each in requests
    ]
    return f"{client} asks {patron} for {', '.join(things)}"


def _request(scenario: "Scenario", event: Event) -> str:
    """One request alone."""
    return asks(scenario, [event])


def _moves(scenario: "Scenario", event: Event) -> str:
    """The coercer goes up or down, by a rung or by more; strikes on land begin or end."""
    before, after = event["before"], event["after"]
    verb = "goes up" if after > before else "eases off"
    verb = ("jumps" if after > before else "falls back") if abs(after - before) > 1.0 else verb
    said = f"{{coercer}} {verb}: from {rung(scenario, before)} to {rung(scenario, after)}"
    if (before >= STRIKES) == (after >= STRIKES):
        return said
    return f"{said}; strikes on land {'begin' if after > before else 'end'}"


def _fails(scenario: "Scenario", event: Event) -> str:
    """An attempt on the client's leader that failed."""
    return f"{{coercer}} tries to take {{clients}} leader and fails; it stays on {rung(scenario, event['after'])}"


def _set(scenario: "Scenario", event: Event) -> str:
    """What the user set comes into force."""
    path = str(event["channel"])
    value = f"{event['after']:.4g}"
    to = f"{value} times what it was" if event["reason"] == "factor" else f"{value} {scenario.numbers[path].unit}"
    return f"set from here on: {path} is {to}"


def _changes(scenario: "Scenario", event: Event) -> str:
    """A patron moves a level."""
    verb = "raises" if event["after"] > event["before"] else "lowers"
    moves = f"{verb} {{channel}} from {level(event['before'])} to {level(event['after'])}"
    return f"{{patron}} {moves}, {because(scenario, event)}"


def _line(scenario: "Scenario", event: Event) -> str:
    """A line is crossed, left again, or has been crossed for long enough to count."""
    line, days = words(str(event["reason"])), f"{scenario.persistence_days:.0f} days"
    meaning = LINES[str(event["reason"])]
    if event["kind"] == "crosses":
        return f"{{patron}} crosses the line of {line} ({meaning}); it counts if it lasts {days}"
    since = f"{scenario.step} {event['before']:.0f}"
    if event["kind"] == "returns":
        return f"{{patron}} is back on this side of {line}, crossed in {since}"
    lasts = f"has lasted {days}" if event["after"] * scenario.step_days >= LASTS * scenario.persistence_days else TO_END
    return f"{{patrons}} {line} of {since} {lasts}: it counts, dated at the crossing"


def _end(_: "Scenario", event: Event) -> str:
    """The client's end."""
    return "{client} " + ENDS[Fate(int(event["after"])).word] + "; the run ends"


def _differs(_: "Scenario", event: Event) -> str:
    """What arrives is not what is intended: ships stop some of it, or more is still under way."""
    how = "still" if event["after"] > event["before"] else "only"
    return f"{{patron}} intends {{channel}} at {level(round(event['before']))}, but {how} {event['after']:.2f} arrives"


def _budget(_: "Scenario", event: Event) -> str:
    """A patron's budget has moved."""
    verb = "rises" if event["after"] > event["before"] else "falls"
    return f"{{patrons}} support budget {verb} from {event['before']:.3g} to {event['after']:.3g} USD bn a year"


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
    "attempt_failed": _fails,
    "interdiction": _plain("{coercers} ships begin to stop cargo (<after> of what ships can reach)", "after"),
    "interdiction_ends": _plain("{coercers} ships stop no more cargo"),
    "threat": _plain("{coercer} threatens {patrons} firms directly (threat <before> to <after>)", "before", "after"),
    "threat_carried_out": _plain("{coercer} carries out its threat to {patrons} firms (threat <after>)", "after"),
    "bluff": _plain("{coercers} threat to {patrons} firms passes its date: a bluff"),
    "request": _request,
    "request_met": _plain("what {client} asked of {patron} has arrived: {channel} at <level before>", "before"),
    "request_lapsed": _plain(
        "what {client} asked of {patron} has not come in time: {channel} at <level before>, <after> arrives",
        "before",
        "after",
    ),
    "level_up": _changes,
    "level_down": _changes,
    "crisis": _plain("{patron} has a crisis at home (depth <after>)", "after"),
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
    "budget": _budget,
    "savings_gone": _plain("{patron} has used up its savings, <before> USD bn a step ago", "before"),
    "set": _set,
}
