"""How does one run read? Week by week as text, and as rows for other programs."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd

from scenarios.questions.explanation.story import CHANGES, Story
from scenarios.report.wording import is_missing, label, words
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import Fate, Reason, Term

DATES = ("step_back", "step_back_further", "abandonment", "step_up", "denied", "pause", "notch")
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
Event = Mapping[Any, Any]
# what has moved, by the reason it is
TERMS = {
    "payment": "what {client} pays",
    "bargain": "the risk to its bargain with {coercer}",
    "secondary_sanctions": "the threat to its firms",
    "entrapment": "the risk of a clash with {coercer}",
    "material_cost": "what its support costs against its budget",
    "commitment": "its commitment: what others give and its own crisis",
}
SWINGS = tuple(Term.words()[: len(TERMS)])
ON_THE_EDGE = Reason.ON_THE_EDGE.word
MOVED = "because of {reason}: {thing} moved the choice by {swing}"
BY_RULE = {
    "budget": "because it can no longer pay: its support costs more than its budget, and its savings are gone",
    ON_THE_EDGE: "held by little: no single term has moved the choice by 0.05",
}
OF_WORDS = {True: "as the pressure reaches a new high", False: "as the occasion has passed"}
OF_ACTS = {
    True: "to show its ties while few of {coercer}'s forces are near",
    False: "as {coercer}'s forces are near, or it has no ties to show",
}
SMALL = 0.005  # of utility; less does not show in two decimals


def story_text(story: "Story", is_markdown: bool = False) -> str:
    """One run as text, quiet steps named but not told.

    Examples
    --------
    >>> from scenarios import load, simulate, story
    >>> print(story_text(story(simulate(load("toy"), 20, engine="agents"), 7)).splitlines()[0])
    Run 7 of toy, seed 1
    """
    bullet, head = ("- ", "### ") if is_markdown else ("  - ", "")
    lines = [("## " if is_markdown else "") + f"Run {story.run} of {story.scenario.name}, seed {story.seed}", ""]
    lines += opening_lines(story, head, bullet)
    paths = story.paths.drop_duplicates("step").set_index("step")
    told = 0
    for step, events in story.events.groupby("step", sort=True):
        lines += quiet(story.scenario, paths, told + 1, int(str(step)) - 1, head)
        lines += ["", head + heading(story.scenario, paths, int(str(step)), events["date"].iloc[0])]
        lines += list(told_lines(story.scenario, events, bullet))
        told = int(str(step))
    lines += quiet(story.scenario, paths, told + 1, int(story.paths["step"].max()), head)
    return "\n".join(lines + closing_lines(story, head, bullet)) + "\n"


def story_rows(story: "Story") -> list[dict[str, Any]]:
    """One row an event, with its sentence and how far each term moved a choice; missing values are None."""
    rows = []
    for event in story.events.to_dict("records"):
        row: dict[str, Any] = {"run": story.run, **{str(key): _plain(value) for key, value in event.items()}}
        row["date"] = str(event["date"])[:10]
        row["text"] = sentence(story.scenario, event)
        first = [name for name in row if name not in SWINGS]
        rows.append({name: row[name] for name in [*first, *(name for name in row if name not in first)]})
    return rows


def _plain(value: Any) -> Any:
    """A value without a missing number."""
    return None if value is None or (isinstance(value, float) and is_missing(value)) else value


def day(date: Any) -> str:
    """A calendar date as people write it."""
    return f"{date.day} {date:%B %Y}"


def opening_lines(story: "Story", head: str, bullet: str) -> list[str]:
    """Who chooses how, what became of it all, and where everybody starts."""
    scenario, first = story.scenario, story.paths[story.paths["step"] == 0]
    start = first.iloc[0]
    lines = [
        f"{label(scenario, 'coercer')} presses {label(scenario, 'client')}; {scenario.steps} {scenario.step}s from "
        f"{day(scenario.start)}. The patrons choose by {words(str(story.facts['decision_rule']))}.",
        "",
        f"{head}Opening, {day(scenario.start)}: {rung(scenario, start['rung'])}, {client_words(start)}",
    ]
    for path in first.to_dict("records"):
        lines.append(f"{bullet}{label(scenario, 'patrons.' + str(path['patron']))} gives {posture(scenario, path)}")
    return lines


def client_words(path: Any) -> str:
    """Hold and solvency in a step."""
    return f"hold {path['hold']:.2f}, solvency {path['solvency']:.2f}"


def posture(scenario: Scenario, path: Any) -> str:
    """What a patron intends in a step, and what arrives where that is not the same."""
    said = []
    for channel in scenario.channels:
        intended, delivered = path[f"level.{channel}"], path[f"delivered.{channel}"]
        if intended > 0.0 or delivered >= 0.5:
            short = abs(intended - delivered) >= 0.5
            still = "still " if delivered > intended else ""
            arrives = f" ({delivered:.1f} {still}arrives)" if short else ""
            said.append(f"{words(channel)} {intended:.0f}{arrives}")
    return ", ".join(said) or "nothing"


def heading(scenario: Scenario, paths: pd.DataFrame, step: int, date: Any) -> str:
    """Step, date, rung, hold and solvency."""
    when = f"{scenario.step.capitalize()} {step}, {day(date)}"
    if step not in paths.index:  # the client's end: nobody acts in that step
        return when
    now = paths.loc[step]
    return f"{when}: rung {now['rung']:.0f}, {client_words(now)}"


def told_lines(scenario: Scenario, events: pd.DataFrame, bullet: str) -> Iterator[str]:
    """A step's events in sentences, a patron's requests in one; a level that was chosen with what moved the choice."""
    requests = events[events["kind"] == "request"]
    for place, event in zip(events.index, events.to_dict("records"), strict=True):
        of_patron = requests[requests["actor"] == event["actor"]]
        if event["kind"] != "request":
            yield f"{bullet}{sentence(scenario, event)}."
        elif place == of_patron.index[0]:
            yield f"{bullet}{asks(scenario, of_patron.to_dict('records'))}."
        if event["kind"] in CHANGES and (said := swings_of(event)):
            yield f"{' ' * len(bullet)}{said}."


def quiet(scenario: Scenario, paths: pd.DataFrame, first: int, last: int, head: str) -> list[str]:
    """One line for steps without an event; no line if there are none."""
    if last < first:
        return []
    span = f"{scenario.step.capitalize()} {first}" if first == last else f"{scenario.step.capitalize()}s {first}-{last}"
    ends = [paths.loc[step] for step in (first, last) if step in paths.index]
    hold = "" if not ends else f" (hold {ends[0]['hold']:.2f} to {ends[-1]['hold']:.2f})"
    return ["", f"{head}{span}: nothing moves{hold}."]


def closing_lines(story: "Story", head: str, bullet: str) -> list[str]:
    """Where everybody stands in the end, and what counts."""
    scenario, last = story.scenario, int(story.paths["step"].max())
    end = story.paths[story.paths["step"] == last]
    fate, at = str(story.facts["client_outcome"]), story.facts["client_outcome_at"]
    client = label(scenario, "client")
    became = f"{client} holds to the horizon" if is_missing(at) else f"{client}: {fate} in {scenario.step} {at:.0f}"
    lines = ["", f"{head}The end: {became}"]
    for path, row in zip(end.to_dict("records"), story.patrons.to_dict("records"), strict=True):
        name = label(scenario, f"patrons.{row['patron']}")
        lines.append(f"{bullet}{name} gives {posture(scenario, path)}; {number_and_noun(scenario, row)}")
    return lines


def number_and_noun(scenario: Scenario, row: Any) -> str:
    """The outcomes of a patron that count, with their dates."""
    found = [
        f"{words(event)} in {scenario.step} {row[f'{event}_at']:.0f}"
        for event in DATES
        if not is_missing(row[f"{event}_at"])
    ]
    if not row["at_risk"]:
        found.append("nothing material at the opening, so not at risk")
    return ", ".join(found) or "neither a step back nor a step up counts"


def level(value: float) -> str:
    """A level with its word."""
    return f"{value:.0f} ({LEVELS[int(value)]})"


def rung(scenario: Scenario, value: float) -> str:
    """A rung with its name."""
    name = scenario.labels.get(f"ladder.{value:.0f}", "")
    return f"rung {value:.0f} ({name})" if name else f"rung {value:.0f}"


def possessive(name: str) -> str:
    """A name as an owner."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def sentence(scenario: Scenario, event: Event) -> str:
    """One event in words."""
    kind = str(event["kind"])
    names = {
        "coercer": label(scenario, "coercer"),
        "client": label(scenario, "client"),
        "patron": label(scenario, f"patrons.{event['actor']}"),
        "channel": words(str(event["channel"])),
    }
    names |= {f"{who}s": possessive(names[who]) for who in ("coercer", "client", "patron")}
    told = SENTENCES[kind]
    if not isinstance(told, str):
        said = told(scenario, event).format(**names)
    elif "{level_before}" in told:
        said = told.format(**names, after=event["after"], level_before=level(round(event["before"])))
    else:
        said = told.format(**names, before=event["before"], after=event["after"])
    return said[0].upper() + said[1:]


def asks(scenario: Scenario, requests: "list[Any]") -> str:
    """All that the client asks of a patron in a step, in one sentence."""
    client, patron = label(scenario, "client"), label(scenario, f"patrons.{requests[0]['actor']}")
    things = [
        f"{words(str(each['channel']))} at {each['after']:.0f} (it gives {each['before']:.0f})" for each in requests
    ]
    return f"{client} asks {patron} for {', '.join(things)}"


def _moves(scenario: Scenario, event: Event) -> str:
    """The coercer goes up or down, by a rung or by more; strikes on land begin or end."""
    before, after = event["before"], event["after"]
    verb = "goes up" if after > before else "eases off"
    verb = ("jumps" if after > before else "falls back") if abs(after - before) > 1.0 else verb
    said = f"{{coercer}} {verb}: from {rung(scenario, before)} to {rung(scenario, after)}"
    if (before >= STRIKES) == (after >= STRIKES):
        return said
    return f"{said}; strikes on land {'begin' if after > before else 'end'}"


def _fails(scenario: Scenario, event: Event) -> str:
    """An attempt on the client's leader that failed."""
    return f"{{coercer}} tries to take {{clients}} leader and fails; it stays on {rung(scenario, event['after'])}"


def _set(scenario: Scenario, event: Event) -> str:
    """What the user set comes into force."""
    path = str(event["channel"])
    value = f"{event['after']:.4g}"
    to = f"{value} times what it was" if event["reason"] == "factor" else f"{value} {scenario.numbers[path].unit}"
    return f"set from here on: {path} is {to}"


def _changes(scenario: Scenario, event: Event) -> str:
    """A patron moves a level."""
    verb = "raises" if event["after"] > event["before"] else "lowers"
    moves = f"{verb} {{channel}} from {level(event['before'])} to {level(event['after'])}"
    return f"{{patron}} {moves}, {because(scenario, event)}"


def _line(scenario: Scenario, event: Event) -> str:
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


def _end(_: Scenario, event: Event) -> str:
    """The client's end."""
    return "{client} " + ENDS[Fate(int(event["after"])).word] + "; the run ends"


def _differs(_: Scenario, event: Event) -> str:
    """What arrives is not what is intended: ships stop some of it, or more is still under way."""
    how = "still" if event["after"] > event["before"] else "only"
    return f"{{patron}} intends {{channel}} at {level(round(event['before']))}, but {how} {event['after']:.2f} arrives"


def _budget(_: Scenario, event: Event) -> str:
    """A patron's budget has moved."""
    verb = "rises" if event["after"] > event["before"] else "falls"
    return f"{{patrons}} support budget {verb} from {event['before']:.3g} to {event['after']:.3g} USD bn a year"


# of what follows from the event alone a template is enough, with its numbers and the names of `sentence`
SENTENCES: dict[str, str | Callable[[Scenario, Event], str]] = {
    "escalation": _moves,
    "easing": _moves,
    "attempt_failed": _fails,
    "interdiction": "{coercers} ships begin to stop cargo ({after:.2f} of what ships can reach)",
    "interdiction_ends": "{coercers} ships stop no more cargo",
    "threat": "{coercer} threatens {patrons} firms directly (threat {before:.2f} to {after:.2f})",
    "threat_carried_out": "{coercer} carries out its threat to {patrons} firms (threat {after:.2f})",
    "bluff": "{coercers} threat to {patrons} firms passes its date: a bluff",
    "request": lambda scenario, event: asks(scenario, [event]),
    "request_met": "what {client} asked of {patron} has arrived: {channel} at {level_before}",
    "request_lapsed": (
        "what {client} asked of {patron} has not come in time: {channel} at {level_before}, {after:.2f} arrives"
    ),
    "level_up": _changes,
    "level_down": _changes,
    "crisis": "{patron} has a crisis at home (depth {after:.2f})",
    "act": "{patron} shows force ({channel})",
    "client_end": _end,
    "denied": (
        "{patron} is denied: for long enough to count, less arrives than it intends (index {after:.2f} of {before:.2f})"
    ),
    "crosses": _line,
    "returns": _line,
    "confirmed": _line,
    "arrives": "What {patron} gives in {channel} now arrives as intended, {level_before}",
    "falls_short": _differs,
    "budget": _budget,
    "savings_gone": "{patron} has used up its savings, {before:.2f} USD bn a step ago",
    "set": _set,
}


def because(scenario: Scenario, event: Event) -> str:
    """Why a level changed, in words."""
    reason = str(event["reason"])
    names = {"client": label(scenario, "client"), "coercer": label(scenario, "coercer")}
    if reason in TERMS:
        return MOVED.format(reason=words(reason), thing=TERMS[reason].format(**names), swing=f"{event[reason]:+.2f}")
    if reason in BY_RULE:
        return BY_RULE[reason]
    is_act = scenario.numbers[f"channels.{event['channel']}.acts"].value > 0.5
    said = (OF_ACTS if is_act else OF_WORDS)[bool(event["after"] > event["before"])]
    return "by rule, " + said.format(**names)


def swings_of(event: Event) -> str:
    """How far each term moved a choice of levels, the furthest first; empty where none was made."""
    if is_missing(event[SWINGS[0]]):
        return ""
    moved = sorted((term for term in SWINGS if abs(event[term]) >= SMALL), key=lambda term: -abs(event[term]))
    said = ", ".join(f"{words(term)} {event[term]:+.2f}" for term in moved) or "nothing of weight"
    return f"Moved the choice towards it since the posture was chosen [utility]: {said}"
