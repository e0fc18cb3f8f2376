"""What may be varied beside numbers with a range? Switches, levels and rungs, each by a list of choices."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import RequestRefused, ScenarioError, UnknownName
from scenarios.questions.axes import as_number, value_of
from scenarios.questions.quantiles import as_drawn, chosen_paths
from scenarios.scenario.arrays import WHOLE_UNITS
from scenarios.scenario.finding import number_at
from scenarios.scenario.overlay import believed
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import Term

if TYPE_CHECKING:
    from pandas import DataFrame

TERMS = "terms"
SETTINGS = ("off", "frozen", "on")  # of a term, the more of it the later
OTHER_OUTCOMES = ("step", "steps", "start", "persistence_days")
Choices = tuple[Any, ...]
Factors = Mapping[str, Choices]
Floats = NDArray[np.float64]


def factors_of(scenario: Scenario, over: Iterable[str] | None = None) -> dict[str, Choices]:
    """What is varied, and the equally likely choices of each; none for a number that has a range of its own.

    Parameters
    ----------
    scenario : Scenario
    over : iterable of str, optional
        Numbers with a range, or groups of them, as in `chosen_paths`; ``terms`` or ``terms.NAME`` (off, frozen, on); a
        whole number without a range (every value that the scenario can take); ``PATH=a,b,c`` (these). All numbers with
        a range if None.

    Raises
    ------
    UnknownName, RequestRefused, ScenarioError

    Examples
    --------
    >>> from scenarios import load
    >>> factors_of(load("toy"), ["client.hold", "terms.bargain", "coercer.rung=4,8"])
    {'client.hold': (), 'terms.bargain': ('off', 'frozen', 'on'), 'coercer.rung': (4.0, 8.0)}
    """
    if over is None:
        return dict.fromkeys(chosen_paths(scenario), ())
    named = {name: choices_named(scenario, name) for name in over}
    drawn = [name for name, found in named.items() if not found]
    choices = {path: values for found in named.values() for path, values in found.items()}
    return dict.fromkeys(chosen_paths(scenario, drawn) if drawn else [], ()) | choices


def choices_named(scenario: Scenario, name: str) -> dict[str, Choices]:
    """The choices of what a user names; nothing where it is a number with a range, or a group of them."""
    path, equals, words = (part.strip() for part in name.partition("="))
    if path in OTHER_OUTCOMES:
        raise RequestRefused(f"--over {path}: changes what an outcome is. Play each with --set {path}=V and compare.")
    if equals:
        return {path: checked_choices(scenario, path, [as_number(word.strip()) for word in words.split(",")])}
    if path == TERMS:
        return {f"{TERMS}.{term}": SETTINGS for term in Term.words()}
    if path.startswith(f"{TERMS}."):
        term = path.removeprefix(f"{TERMS}.")
        if term not in Term.words():
            raise UnknownName("term", term, list(Term.words()))
        return {path: SETTINGS}
    number = scenario.numbers.get(path)
    if number is None or number.is_uncertain or number.unit not in WHOLE_UNITS:
        return {}
    limits = number_at(path)
    whole = [float(value) for value in range(int(limits.low), int(limits.high) + 1)]
    return {path: checked_choices(scenario, path, [value for value in whole if can_be(scenario, path, value)])}


def can_be(scenario: Scenario, path: str, value: float) -> bool:
    """Whether a scenario can have been so all along."""
    try:
        believed(scenario, {path: value})
    except ScenarioError:
        return False
    return True


def checked_choices(scenario: Scenario, path: str, values: list[Any]) -> Choices:
    """Choices that the scenario can take, each once."""
    kept = tuple(dict.fromkeys(value_of(scenario, path, value) for value in values))
    for value in kept:
        believed(scenario, {path: value}, "--over")
    if len(kept) < 2:
        raise RequestRefused(f"--over {path}: has one choice, {kept[0]}; name two or more: --over {path}=a,b.")
    return kept


def chosen(choices: Choices, share: float) -> Any:
    """The choice at a share of the way through equally likely ones.

    Examples
    --------
    >>> chosen(("off", "on"), 0.49), chosen(("off", "on"), 1.0)
    ('off', 'on')
    """
    return choices[min(int(share * len(choices)), len(choices) - 1)]


def is_of_words(choices: Choices) -> bool:
    """Whether choices have words for values, which stand in no order but that of the list.

    Examples
    --------
    >>> is_of_words(("off", "on")), is_of_words((4.0, 8.0)), is_of_words(())
    (True, False, False)
    """
    return any(isinstance(each, str) for each in choices)


def as_values(scenario: Scenario, factors: Factors, cube: Floats) -> "DataFrame":
    """A design in the unit cube as a table of values.

    Parameters
    ----------
    scenario : Scenario
    factors : mapping of str to tuple
        Path -> choices; none for a number with a range. One a column of the cube.
    cube : ndarray of float64, shape (points, factors)
        Quantiles. [0-1]

    Returns
    -------
    DataFrame
        One row a point, one column a path.

    Examples
    --------
    >>> from scenarios import load
    >>> table = as_values(load("toy"), {"client.hold": (), "terms.bargain": SETTINGS}, np.array([[0.0, 0.5]]))
    >>> table["client.hold"].tolist() == [load("toy").numbers["client.hold"].low], table["terms.bargain"].tolist()
    (True, ['frozen'])
    """
    import pandas as pd

    columns: dict[str, Any] = {}
    for column, (path, choices) in zip(cube.T, factors.items(), strict=True):
        columns[path] = [chosen(choices, u) for u in column] if choices else as_drawn(scenario.numbers[path], column)
    return pd.DataFrame(columns)


def parted(scenario: Scenario, table: "DataFrame") -> "Iterator[tuple[Scenario, DataFrame, NDArray[np.int64]]]":
    """The rows of a table with the same switches, the scenario in which they are so, and the places of the rows.

    Notes
    -----
    Numbers of many rows lie in one plan; a switch is part of what a plan is.
    """
    switches = [path for path in table if path not in scenario.numbers]
    if not switches:
        yield scenario, table, np.arange(len(table))
        return
    for _, rows in table.reset_index(drop=True).groupby(switches, sort=False):
        switched = believed(scenario, {str(path): rows[path].iloc[0] for path in switches})
        yield switched, rows.drop(columns=switches), rows.index.to_numpy(dtype=np.int64)


def choices_line(factors: Factors) -> str:
    """What is varied by choice, as a reader is told of it.

    Examples
    --------
    >>> choices_line({"coercer.rung": (4.0, 8.0), "terms.words": ("off", "on")})
    'By choice, each equally likely: coercer.rung (4, 8); terms.words (off, on).'
    """
    return f"By choice, each equally likely: {'; '.join(map(choice_words, factors, factors.values()))}."


def choice_words(path: str, choices: Choices) -> str:
    """The choices of a factor, as a reader is told of them.

    Examples
    --------
    >>> choice_words("coercer.rung", (4.0, 8.0))
    'coercer.rung (4, 8)'
    """
    return f"{path} ({', '.join(f'{each:g}' if isinstance(each, float) else str(each) for each in choices)})"
