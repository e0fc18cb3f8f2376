"""What can be asked of a run? One vocabulary for every command: a name or a question becomes one number a run."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from scenarios.errors import QuestionRefused, RequestRefused, known_names
from scenarios.moments import Floats
from scenarios.outcomes import grammar
from scenarios.outcomes.events import AT, FIRST_ON, TIME, Event, Measure, events_of, measures_of
from scenarios.outcomes.reading import NEVER, Reading, readings
from scenarios.outcomes.truth import Atom, Meaning, QuantityState, joined, negated, quantities_of, state_of
from scenarios.results import Results
from scenarios.scenario.finding import near_paths
from scenarios.scenario.scenario import Scenario

CHANCE = "chance"
KINDS = (CHANCE, TIME, "amount")


@dataclass(frozen=True)
class Outcome:
    """Something that can be asked of every run."""

    text: str  # the question in its plainest form; understood, it is the same outcome again
    words: str  # for people
    kind: str  # ``chance`` (so or not so in a run), ``time`` [step] or ``amount``
    scenario: Scenario = field(repr=False, compare=False)
    meaning: Meaning | Measure = field(repr=False, compare=False)

    def __str__(self) -> str:
        """The question."""
        return self.text

    def read(self, results: Results) -> Floats:
        """The answer of each run.

        Examples
        --------
        >>> from scenarios import load, simulate
        >>> toy = simulate(load("toy"), 3, engine="agents")
        >>> outcome_named("rung >= 0", toy.scenario).read(toy).tolist()
        [1.0, 1.0, 1.0]
        """
        return np.concatenate([self.values(reading) for reading in readings(results)])

    def values(self, reading: Reading) -> Floats:
        """The answers of runs to which several questions are put."""
        return self.meaning.values(reading) if isinstance(self.meaning, Measure) else self.meaning.truth(reading)

    def first_at(self, results: Results) -> Floats:
        """The first step at which it is so in each run, NaN where it is not, shape (runs,)."""
        if isinstance(self.meaning, Measure):
            raise RequestRefused(f"{self.text}: {_is_no_chance(self.meaning)}")
        at = np.concatenate([self.meaning.first_at(reading) for reading in readings(results)])
        return np.where(at == NEVER, np.nan, at)

    def before_step(self, step: float) -> "Outcome":
        """The same, where only what happens before some step counts; itself for an infinite one.

        Examples
        --------
        >>> from scenarios import load
        >>> outcome_named("redland.step_back", load("toy")).before_step(4).text
        'redland.step_back before step 4'
        """
        if isinstance(self.meaning, Measure) or not np.isfinite(step):
            return self
        meaning = self.meaning.windowed(grammar.before_step(step))
        return replace(self, text=meaning.text, words=meaning.words(self.scenario), meaning=meaning)


class _Known(NamedTuple):
    """What a scenario knows by name."""

    scenario: Scenario
    events: dict[str, Event]
    quantities: dict[str, str]
    measures: dict[str, Measure]

    def near(self, name: str) -> str:
        """The names that are like a mistyped one; the actors where already that is unknown."""
        known = [*self.events, *self.quantities, *self.measures]
        actors = {each.partition(".")[0] for each in known}
        actor, dot, rest = name.partition(".")
        if actor in actors:
            return known_names(name, near_paths(name, known))
        return known_names(name, {f"{each}{dot}{rest}" for each in actors}.intersection(known) or actors)


def outcome_named(text: str, scenario: Scenario) -> Outcome:
    """What a name or a question means in a scenario; see docs/how-to/ask.md for the language.

    Examples
    --------
    >>> from scenarios import load
    >>> asked = outcome_named("(rung >= 9 and not redland.step_back) by 2030-03-01", load("toy"))
    >>> asked.text
    'rung >= 9 by 2030-03-01 and not redland.step_back by 2030-03-01'
    >>> asked.words
    'the rung is at some time at least 9 by 1 Mar 2030, and Redland does not step back by 1 Mar 2030'
    """
    return _outcome(str(text), _known(scenario))


def checked(texts: str | Iterable[str], scenario: Scenario, kinds: Iterable[str] = KINDS) -> list[Outcome]:
    """The outcomes asked for, each once."""
    known = _known(scenario)
    asked = [_outcome(str(text), known) for text in ([texts] if isinstance(texts, str) else texts)]
    for outcome in asked:
        if outcome.kind not in kinds and isinstance(outcome.meaning, Measure):
            raise RequestRefused(f"{outcome.text}: {_is_no_chance(outcome.meaning)}")
    if not asked:
        raise RequestRefused(f"No outcome is asked for. Name one, for instance {next(iter(known.events))}.")
    return list({outcome.text: outcome for outcome in asked}.values())


def headlines(scenario: Scenario) -> list[str]:
    """The outcomes that stand for the others where nobody has named one: both step-backs of each patron."""
    return [f"{patron}.{event}" for patron in scenario.patrons for event in FIRST_ON]


def texts_asked(of: str | Iterable[str] | None, scenario: Scenario) -> list[str]:
    """What is asked, each in its plainest form; the headlines if nothing is named."""
    return [each.text for each in checked(headlines(scenario) if of is None else of, scenario)]


def known_outcomes(scenario: Scenario, kinds: Iterable[str] = KINDS) -> list[str]:
    """Every outcome that has a name; questions join them, and states, without end.

    Examples
    --------
    >>> from scenarios import load
    >>> "redland.step_back.at" in known_outcomes(load("toy"))
    True
    """
    known, asked = _known(scenario), set(kinds)
    chances = list(known.events) if CHANCE in asked else []
    return chances + [name for name, measure in known.measures.items() if measure.kind in asked]


def answers(results: Results, of: Iterable[str | Outcome]) -> dict[str, Floats]:
    """What each run answers to each of several questions.

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> answers(simulate(load("toy"), 3, engine="agents"), ["client.holds"])["client.holds"].shape
    (3,)
    """
    known = _known(results.scenario)
    outcomes = {str(each): each if isinstance(each, Outcome) else _outcome(str(each), known) for each in of}
    parts = [[outcome.values(reading) for outcome in outcomes.values()] for reading in readings(results)]
    return {name: np.concatenate(values) for name, values in zip(outcomes, zip(*parts, strict=True), strict=True)}


def _known(scenario: Scenario) -> _Known:
    """What a scenario knows by name."""
    return _Known(scenario, events_of(scenario), quantities_of(scenario), measures_of(scenario))


def _outcome(text: str, known: _Known) -> Outcome:
    """What a text means."""
    text, scenario = " ".join(text.split()), known.scenario
    tree = grammar.parsed(text)
    if isinstance(tree, grammar.Said) and tree.name.text in known.measures and not (tree.comparison or tree.window):
        measure = known.measures[tree.name.text]
        return Outcome(measure.name, measure.words, measure.kind, scenario, measure)
    meaning = _meaning(text, tree, known)
    return Outcome(meaning.text, meaning.words(scenario), CHANCE, scenario, meaning)


def _meaning(text: str, tree: grammar.Tree, known: _Known) -> Meaning:
    """What the parts of a question mean."""
    parts = () if isinstance(tree, grammar.Said) else tuple(_meaning(text, part, known) for part in tree.parts)
    steps = grammar.Window(0, known.scenario.steps)
    window = steps if tree.window is None else grammar.window_of(text, tree.window, known.scenario)
    if isinstance(tree, grammar.Said):
        return Atom(_what(text, tree, known), window)
    if tree.word == "not":
        return negated(*parts)
    return joined(tree.word, parts) if tree.word else parts[0].windowed(lambda own: own if own.text else window)


def _what(text: str, said: grammar.Said, known: _Known) -> Event | QuantityState:
    """The event or the state that is named."""
    name = said.name.text
    if name in known.events and not said.comparison:
        return known.events[name]
    if name in known.quantities and said.comparison:
        return state_of(text, said, known.quantities[name])
    if name in known.events:
        why = f"{name} is an event, which happens or not. Leave out what follows from {said.comparison} on."
    elif name in known.quantities:
        why = f"{name} is a quantity. Compare it with a number, as {name} >= 2; allowed are >=, <=, >, < and =."
    elif name in known.measures:
        why = f"{name} {_is_no_chance(known.measures[name])}"
    else:
        why = f"Unknown name '{name[:60]}'. {known.near(name)}"
    raise QuestionRefused(text, said.name.at, why)


def _is_no_chance(measure: Measure) -> str:
    """Why a time or an amount has no chance, and what to ask instead."""
    if measure.kind == TIME:
        return (
            f"is a time, which has no probability. Ask for {measure.name.removesuffix(AT)}, its probability by the "
            "horizon, or by a date."
        )
    patron = measure.name.partition(".")[0]
    return (
        f"is an amount, which has no probability; a sweep or a sensitivity can be asked for it. Here ask for an event "
        f"or a state, for instance {patron}.step_back."
    )
