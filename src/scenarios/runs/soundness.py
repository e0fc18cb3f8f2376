"""What is said of a sound scenario file: where its numbers stand, what it draws from, and what its author may not want.

Whether the numbers would choose the posture on which the runs open is played, for one step only.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from scenarios.runs.courses import reduced
from scenarios.runs.job import Play
from scenarios.scenario.doubts import doubts_of
from scenarios.scenario.origins import by_section, origins
from scenarios.scenario.scenario import Scenario

RUNS = 50
LEAST = 0.05  # share of held numbers that should agree with a posture


def soundness(scenario: Scenario, file: str, full: bool = False, allow_outside: bool = False) -> Iterator[str]:
    """What is said of a sound file, line by line; the warnings come last.

    Parameters
    ----------
    file : str
        The name by which the scenario was loaded.
    full : bool
        Whether to list where each number stands.
    allow_outside : bool
        As for `load`.

    Examples
    --------
    >>> from scenarios import load
    >>> next(soundness(load("toy"), "toy"))
    'toy: sound, 228 numbers, 64 of them with a range'
    """
    yield f"{file}: sound, {len(scenario.numbers)} numbers, {len(scenario.uncertain)} of them with a range"
    found = origins(file, allow_outside=allow_outside)
    yield f"  numbers within reach: {counts_in_words(Counter(found.numbers.values()))}"
    yield from (f"    {section}: {counts_in_words(places)}" for section, places in by_section(found.numbers).items())
    if full:
        yield from (f"      {path}: {place}" for path, place in found.numbers.items())
    yield f"  posterior: {found.posterior}"
    yield from (f"  warning: {doubt}" for doubt in [*doubts_of(scenario), *hardly_chosen(scenario)])


def counts_in_words(counts: Counter[str]) -> str:
    """Counts with what was counted, the largest first; the channels of the library are one.

    Examples
    --------
    >>> counts_in_words(Counter({"toy": 1, "this file": 2}))
    '2 this file, 1 toy'
    """
    grouped: Counter[str] = Counter()
    for place, count in counts.items():
        grouped["library channels" if place.startswith("library channel ") else place] += count
    return ", ".join(f"{count} {place}" for place, count in grouped.most_common())


def opening_chances(scenario: Scenario, runs: int = RUNS) -> dict[str, float]:
    """How likely the numbers are to choose the posture on which each patron opens, over all that it decides: medians.

    Examples
    --------
    >>> from scenarios import load
    >>> all(chance > 0.3 for chance in opening_chances(load("toy"), 5).values())
    True
    """
    opened = replace(scenario, steps=1)
    found = reduced(opened, lambda courses: courses.opening_chance, Play(runs, engine="agents"))
    return dict(zip(scenario.patrons, np.median(np.concatenate(found), axis=0).tolist(), strict=True))


def hardly_chosen(scenario: Scenario) -> Iterator[str]:
    """Postures that the numbers would hardly choose, one line each."""
    for patron, chance in opening_chances(scenario).items():
        if chance < LEAST:
            yield (
                f"patrons.{patron}: the numbers would hardly choose the posture on which it opens (chance {chance:.2g} "
                f"in the median of {RUNS} draws): a step-back may have no other reason. Look at its opening levels, "
                "its budget, what it fears, and at [[held]]."
            )
