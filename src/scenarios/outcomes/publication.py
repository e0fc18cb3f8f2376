"""Which chance is published? The model's, drawn a little towards a base rate, so that nothing is said to be certain."""

from collections.abc import Mapping

from scenarios.errors import RequestRefused, known_names
from scenarios.moments import Floats
from scenarios.outcomes.events import Event
from scenarios.outcomes.outcome import Outcome
from scenarios.outcomes.truth import Atom, Meaning, Not
from scenarios.outcomes.words import EVENT_WORDS
from scenarios.scenario.check_publication import RATES, WEIGHT
from scenarios.scenario.scenario import Parameter, Scenario

MODELS_SHARE = 0.95  # judgement, where the scenario file says nothing
UNKNOWN = 0.5  # base rate of what has none


def published(chance: Floats, base_rate: Floats, scenario: Scenario) -> Floats:
    """Chances as they are published: so much of the model's, the rest of the base rate.

    Examples
    --------
    >>> import numpy as np
    >>> from scenarios import load
    >>> published(np.array([0.0, 1.0]), np.array([0.5, 0.5]), load("toy")).round(3).tolist()
    [0.025, 0.975]
    """
    given = scenario.publication.get(WEIGHT)
    weight = MODELS_SHARE if given is None else given.value
    return weight * chance + (1.0 - weight) * base_rate


def base_rate_of(outcome: Outcome) -> float:
    """How often such an event comes in such a time, by the base rates of the scenario file; a half where none is known.

    Notes
    -----
    Known are the events of which the file gives the chance in a year, whoever's they are; states, and what is joined
    from several, have none.

    Raises
    ------
    RequestRefused
        For a base rate of an event that does not exist.
    """
    rates = outcome.scenario.publication
    for path in rates:
        event = path.removeprefix(f"{RATES}.")
        if path != WEIGHT and event not in EVENT_WORDS:
            raise RequestRefused(f"publication.{path}: unknown event '{event}'. {known_names(event, EVENT_WORDS)}")
    return UNKNOWN if not rates else _base_rate(outcome.meaning, outcome.scenario, rates)  # type: ignore[arg-type]


def _base_rate(meaning: Meaning, scenario: Scenario, rates: Mapping[str, Parameter]) -> float:
    """The base rate of an event within its window, or of its absence."""
    if isinstance(meaning, Not):
        return 1.0 - _base_rate(meaning.part, scenario, rates)
    if not isinstance(meaning, Atom) or not isinstance(meaning.what, Event) or meaning.what.is_lasting:
        return UNKNOWN
    rate = rates.get(f"{RATES}.{meaning.what.name.split('.')[1]}")
    if rate is None:
        return UNKNOWN
    # nothing happens in the step of the opening
    steps = meaning.window.last - max(meaning.window.first, 1) + 1
    return 1.0 - float((1.0 - rate.value) ** (steps * scenario.step_years))
