"""Which numbers stand on the page first, and over which span? One rule for every scenario.

First what says when the coercer presses and what the client earns; then, patron by patron, the numbers of the what-ifs
of the main job; then those of which least is known. Any other number is found by a word.
"""

import math
from typing import NamedTuple

from scenarios.outcomes.events import name_of
from scenarios.questions.headline.what_ifs import WHAT_IFS
from scenarios.questions.naming import number_words
from scenarios.scenario.describe import CONDITIONS, fitted_range, range_of, source_of
from scenarios.scenario.finding import number_at
from scenarios.scenario.scenario import OUT_OF_REACH, Parameter, Scenario

COERCER = ("coercer.rung", "coercer.rise_rate", "coercer.jump_chance")
MOST_UNKNOWN = 6
WHOLE = ("rung", "level")
STEPS = 100  # of a slider, or up to twice as many
MARKUP = frozenset(r"\`*_{}[]<>$~|:")
WIDER = 0.5  # of the central value: a what-if may leave the range, which says what is credible


class Span(NamedTuple):
    """Ends and step of a slider."""

    low: float
    high: float
    step: float


def offered(scenario: Scenario) -> dict[str, list[str]]:
    """Paths of the numbers that stand on the page, by what they are of.

    Examples
    --------
    >>> from scenarios import load
    >>> list(offered(load("toy")))
    ['Pressure and client', 'Redland', 'Blueland', 'Least is known of']
    """
    whole = [path for each in WHAT_IFS if "*" not in (path := each.path)]
    groups = {"Pressure and client": [*COERCER, *whole]}
    for patron in scenario.patrons:
        starred = [each.path.replace("*", patron) for each in WHAT_IFS if "*" in each.path]
        groups[name_of(scenario, f"patrons.{patron}")] = starred
    named = {path for paths in groups.values() for path in paths}
    others = [number for path, number in scenario.uncertain.items() if path not in named and not _is_opening(path)]
    ranked = sorted(others, key=_certainty)
    groups["Least is known of"] = [number.path for number in ranked[:MOST_UNKNOWN]]
    return {name: kept for name, paths in groups.items() if (kept := [p for p in paths if _can_move_it(scenario, p)])}


def _can_move_it(scenario: Scenario, path: str) -> bool:
    """Whether a number exists and can move anything."""
    number = scenario.numbers.get(path)
    return number is not None and number.note != OUT_OF_REACH and (number.value > 0.0 or number.is_uncertain)


def _is_opening(path: str) -> bool:
    """Whether a number says how a run opens: whoever sets it from then on means something else."""
    return path.rpartition(".")[2] in CONDITIONS


def _certainty(number: Parameter) -> float:
    """How narrow the range of a number is for its size; the least first."""
    return -(number.high - number.low) / max(abs(number.low), abs(number.high), 1e-12)


def span_of(scenario: Scenario, path: str, value: float | None = None) -> Span:
    """The span of a slider: from the least that is allowed to half more than the central value, or the range's end.

    Examples
    --------
    >>> from scenarios import load
    >>> span_of(load("toy"), "client.oil_price")
    Span(low=0.0, high=90.0, step=0.5)
    """
    number, limits = scenario.numbers[path], number_at(path)
    farthest = max(number.high, (1.0 + WIDER) * number.value, value or 0.0)
    if number.unit in WHOLE:
        return Span(float(limits.low), float(limits.high), 1.0)
    low, high = limits.low, min(limits.high, farthest)
    high = high if low < high else low + 1.0
    step = 5.0 * 10.0 ** math.floor(math.log10((high - low) / STEPS))
    return Span(float(f"{step * math.ceil(low / step):.6g}"), float(f"{high:.6g}"), step)


def tip_of(scenario: Scenario, path: str) -> str:
    """What a reader must know of a number before it is moved: meaning, value, range, unit, source, note."""
    number, limits = scenario.numbers[path], number_at(path)
    spread = fitted_range(scenario, path) or range_of(number)
    said = [
        f"{number_words(scenario, path)}: {limits.meaning}",
        f"{path}: {number.value:g} {number.unit}; {spread}; allowed {limits.low:g} to {limits.high:g}",
        f"Source: {source_of(scenario, number)}",
        number.note,
    ]
    return plain_text("\n\n".join(filter(None, said)))


def plain_text(said: str) -> str:
    r"""A text as markup in which no letter is markup: a name in a file, or in a link, must not fetch an image.

    Examples
    --------
    >>> print(plain_text("![a](http://b)"))
    !\[a\](http\://b)
    """
    return "".join(f"\\{letter}" if letter in MARKUP else letter for letter in said)
