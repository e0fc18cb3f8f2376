"""Which numbers have a range, and what are its quantiles?"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import RequestRefused, UnknownName
from scenarios.scenario.arrays import WHOLE_UNITS, uncertain_paths
from scenarios.scenario.finding import near_paths
from scenarios.scenario.priors import KINDS, drawn
from scenarios.scenario.scenario import Parameter, Scenario

Floats = NDArray[np.float64]


def chosen_paths(scenario: Scenario, over: Iterable[str] | None = None) -> list[str]:
    """The uncertain numbers that paths or groups of paths stand for, in the order of the file.

    Parameters
    ----------
    scenario : Scenario
    over : iterable of str, optional
        Dotted paths, or beginnings of them: ``patrons.china`` stands for all uncertain numbers of China. All if None.

    Raises
    ------
    UnknownName
        If there is no such number.
    RequestRefused
        If what is named has no range.

    Examples
    --------
    >>> from scenarios import load
    >>> chosen_paths(load("toy"), ["client.hold"])
    ['client.hold']
    """
    known = uncertain_paths(scenario)
    if over is None:
        found = set(known)
    else:
        found = set()
        for name in over:
            found |= _named(scenario, known, name)
    if not found:
        raise RequestRefused("No number is uncertain, so there is nothing to vary. Leave out --fixed, or give a range.")
    return [path for path in scenario.numbers if path in found]


def _named(scenario: Scenario, known: Sequence[str], name: str) -> set[str]:
    """The uncertain numbers that one path or group stands for."""
    found = {path for path in known if path == name or path.startswith(f"{name}.")}
    if found:
        return found
    if any(path == name or path.startswith(f"{name}.") for path in scenario.numbers):
        raise RequestRefused(
            f"{name}: has no range in {scenario.name}, so it cannot be varied. Name a number that has, or values to "
            f"choose from: {name}=a,b."
        )
    raise UnknownName("number or group", name, near_paths(name, [*scenario.numbers]))


def as_drawn(number: Parameter, u: Floats) -> Floats:
    """Quantiles of a number's own distribution, rounded where it is whole, in its unit."""
    kind, is_whole = KINDS[number.distribution], int(number.unit in WHOLE_UNITS)
    return np.array([drawn(kind, number.low, number.value, number.high, is_whole, float(share)) for share in u])
