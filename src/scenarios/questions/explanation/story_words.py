"""How does one run read? Week by week as text, and as rows for other programs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scenarios.questions.explanation.story import CHANGES, Story
from scenarios.questions.naming import possessive
from scenarios.report.answer import records
from scenarios.report.wording import day_words, is_missing, label, words
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
GOES = {True: ("goes up", "jumps"), False: ("eases off", "falls back")}  # by a rung, and by more
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


def story_text(story: Story, is_markdown: bool = False) -> str:
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


def story_rows(story: Story) -> list[dict[str, Any]]:
    """One row an event, with its sentence and how far each term moved a choice; missing values are None."""
    events = story.events.to_dict("records")
    said = {"date": [str(event["date"])[:10] for event in events]}
    table = story.events.assign(**said, run=story.run, text=[sentence(story.scenario, event) for event in events])
    last = ["text", *SWINGS]
    return records(table[["run", *story.events.columns.drop(list(SWINGS)), *last]])


def opening_lines(story: Story, head: str, bullet: str) -> list[str]:
    """Who chooses how, what became of it all, and where everybody starts."""
    scenario, first = story.scenario, story.paths[story.paths["step"] == 0]
    start = first.iloc[0]
    lines = [
        f"{label(scenario, 'coercer')} presses {label(scenario, 'client')}; {scenario.steps} {scenario.step}s from "
        f"{day_words(scenario.start)}. The patrons choose by {words(str(story.facts['decision_rule']))}.",
        "",
        f"{head}Opening, {day_words(scenario.start)}: {rung(scenario, start['rung'])}, {client_words(start)}",
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
    when = f"{scenario.step.capitalize()} {step}, {day_words(date)}"
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


def closing_lines(story: Story, head: str, bullet: str) -> list[str]:
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


def sentence(scenario: Scenario, event: Event) -> str:
    """One event in words."""
    said = SENTENCES[str(event["kind"])].format_map(_Words(scenario, event))
    return said[0].upper() + said[1:]


def asks(scenario: Scenario, requests: list[Any]) -> str:
    """All that the client asks of a patron in a step, in one sentence."""
    client, patron = label(scenario, "client"), label(scenario, f"patrons.{requests[0]['actor']}")
    things = [
        f"{words(str(each['channel']))} at {each['after']:.0f} (it gives {each['before']:.0f})" for each in requests
    ]
    return f"{client} asks {patron} for {', '.join(things)}"


@dataclass(frozen=True)
class _Words:
    """What stands for the names in a template, looked up as they are met; an actor with an s is an owner."""

    scenario: Scenario
    event: Event

    def __getitem__(self, name: str) -> Any:
        """What stands for one name."""
        return WORDS[name](self.scenario, self.event) if name in WORDS else possessive(self[name[:-1]])


def _is_up(event: Event) -> bool:
    """Whether something rises."""
    return bool(event["after"] > event["before"])


def _strikes(_: Scenario, event: Event) -> str:
    """Whether strikes on land begin or end with a change of the rung."""
    if (event["before"] >= STRIKES) == (event["after"] >= STRIKES):
        return ""
    return f"; strikes on land {'begin' if _is_up(event) else 'end'}"


def _lasts(scenario: Scenario, event: Event) -> str:
    """That a line has been crossed for long enough to count."""
    is_whole = event["after"] * scenario.step_days >= LASTS * scenario.persistence_days
    return f"has lasted {scenario.persistence_days:.0f} days" if is_whole else TO_END


def _unit(scenario: Scenario, event: Event) -> str:
    """Of what a value that was set is one."""
    return "times what it was" if event["reason"] == "factor" else scenario.numbers[event["channel"]].unit


def _end(scenario: Scenario, event: Event) -> str:
    """The client's end."""
    return ENDS[Fate(int(event["after"])).word].format_map(_Words(scenario, event))


def because(scenario: Scenario, event: Event) -> str:
    """Why a level changed, in words."""
    reason, known = str(event["reason"]), _Words(scenario, event)
    if reason in TERMS:
        thing = TERMS[reason].format_map(known)
        return MOVED.format(reason=words(reason), thing=thing, swing=f"{event[reason]:+.2f}")
    if reason in BY_RULE:
        return BY_RULE[reason]
    is_act = scenario.numbers[f"channels.{event['channel']}.acts"].value > 0.5
    return "by rule, " + (OF_ACTS if is_act else OF_WORDS)[_is_up(event)].format_map(known)


WORDS: dict[str, Callable[[Scenario, Event], Any]] = {
    "coercer": lambda scenario, _: label(scenario, "coercer"),
    "client": lambda scenario, _: label(scenario, "client"),
    "patron": lambda scenario, event: label(scenario, f"patrons.{event['actor']}"),
    "channel": lambda _, event: words(str(event["channel"])),
    "before": lambda _, event: event["before"],
    "after": lambda _, event: event["after"],
    "level_before": lambda _, event: level(round(event["before"])),
    "level_after": lambda _, event: level(event["after"]),
    "rung_before": lambda scenario, event: rung(scenario, event["before"]),
    "rung_after": lambda scenario, event: rung(scenario, event["after"]),
    "goes": lambda _, event: GOES[_is_up(event)][abs(event["after"] - event["before"]) > 1.0],
    "rises": lambda _, event: "rises" if _is_up(event) else "falls",
    "still": lambda _, event: "still" if _is_up(event) else "only",
    "strikes": _strikes,
    "why": because,
    "end": _end,
    "request": lambda scenario, event: asks(scenario, [event]),
    "line": lambda _, event: words(str(event["reason"])),
    "meaning": lambda _, event: LINES[event["reason"]],
    "days": lambda scenario, _: f"{scenario.persistence_days:.0f} days",
    "since": lambda scenario, event: f"{scenario.step} {event['before']:.0f}",
    "lasts": _lasts,
    "path": lambda _, event: event["channel"],
    "unit": _unit,
}
SENTENCES = {
    "escalation": "{coercer} {goes}: from {rung_before} to {rung_after}{strikes}",
    "easing": "{coercer} {goes}: from {rung_before} to {rung_after}{strikes}",
    "attempt_failed": "{coercer} tries to take {clients} leader and fails; it stays on {rung_after}",
    "interdiction": "{coercers} ships begin to stop cargo ({after:.2f} of what ships can reach)",
    "interdiction_ends": "{coercers} ships stop no more cargo",
    "threat": "{coercer} threatens {patrons} firms directly (threat {before:.2f} to {after:.2f})",
    "threat_carried_out": "{coercer} carries out its threat to {patrons} firms (threat {after:.2f})",
    "bluff": "{coercers} threat to {patrons} firms passes its date: a bluff",
    "request": "{request}",
    "request_met": "what {client} asked of {patron} has arrived: {channel} at {level_before}",
    "request_lapsed": (
        "what {client} asked of {patron} has not come in time: {channel} at {level_before}, {after:.2f} arrives"
    ),
    "level_up": "{patron} raises {channel} from {level_before} to {level_after}, {why}",
    "level_down": "{patron} lowers {channel} from {level_before} to {level_after}, {why}",
    "crisis": "{patron} has a crisis at home (depth {after:.2f})",
    "act": "{patron} shows force ({channel})",
    "client_end": "{client} {end}; the run ends",
    "denied": (
        "{patron} is denied: for long enough to count, less arrives than it intends (index {after:.2f} of {before:.2f})"
    ),
    "crosses": "{patron} crosses the line of {line} ({meaning}); it counts if it lasts {days}",
    "returns": "{patron} is back on this side of {line}, crossed in {since}",
    "confirmed": "{patrons} {line} of {since} {lasts}: it counts, dated at the crossing",
    "arrives": "What {patron} gives in {channel} now arrives as intended, {level_before}",
    "falls_short": "{patron} intends {channel} at {level_before}, but {still} {after:.2f} arrives",
    "budget": "{patrons} support budget {rises} from {before:.3g} to {after:.3g} USD bn a year",
    "savings_gone": "{patron} has used up its savings, {before:.2f} USD bn a step ago",
    "set": "set from here on: {path} is {after:.4g} {unit}",
}


def swings_of(event: Event) -> str:
    """How far each term moved a choice of levels, the furthest first; empty where none was made."""
    if is_missing(event[SWINGS[0]]):
        return ""
    moved = sorted((term for term in SWINGS if abs(event[term]) >= SMALL), key=lambda term: -abs(event[term]))
    said = ", ".join(f"{words(term)} {event[term]:+.2f}" for term in moved) or "nothing of weight"
    return f"Moved the choice towards it since the posture was chosen [utility]: {said}"
