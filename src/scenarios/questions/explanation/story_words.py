"""How does one run read? Week by week as text, and as rows for other programs."""

from typing import TYPE_CHECKING, Any

from scenarios.questions.explanation.because import SWINGS, swings_of
from scenarios.questions.explanation.event_sentences import asks, rung, sentence
from scenarios.questions.explanation.story import Story
from scenarios.report.tables import is_missing, label, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pandas import DataFrame

    from scenarios.scenario.scenario import Scenario

CHANGES = ("level_up", "level_down")
DATES = ("step_back", "step_back_further", "abandonment", "step_up", "denied", "pause", "notch")


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
    """A calendar date as people write it.

    Examples
    --------
    >>> from datetime import date
    >>> day(date(2026, 3, 8))
    '8 March 2026'
    """
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


def posture(scenario: "Scenario", path: Any) -> str:
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


def heading(scenario: "Scenario", paths: "DataFrame", step: int, date: Any) -> str:
    """Step, date, rung, hold and solvency."""
    when = f"{scenario.step.capitalize()} {step}, {day(date)}"
    if step not in paths.index:  # the client's end: nobody acts in that step
        return when
    now = paths.loc[step]
    return f"{when}: rung {now['rung']:.0f}, {client_words(now)}"


def told_lines(scenario: "Scenario", events: "DataFrame", bullet: str) -> "Iterator[str]":
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


def quiet(scenario: "Scenario", paths: "DataFrame", first: int, last: int, head: str) -> list[str]:
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


def number_and_noun(scenario: "Scenario", row: Any) -> str:
    """The outcomes of a patron that count, with their dates."""
    found = [
        f"{words(event)} in {scenario.step} {row[f'{event}_at']:.0f}"
        for event in DATES
        if not is_missing(row[f"{event}_at"])
    ]
    if not row["at_risk"]:
        found.append("nothing material at the opening, so not at risk")
    return ", ".join(found) or "neither a step back nor a step up counts"
