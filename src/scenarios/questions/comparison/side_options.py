"""Who is A, who is B? The sides of a comparison as the command line describes them."""

import os
import re
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from string import ascii_uppercase
from typing import TYPE_CHECKING

from scenarios.cli.options import ChangesAsked, assembled, changed
from scenarios.errors import RequestRefused

if TYPE_CHECKING:
    from scenarios.results import Results
    from scenarios.scenario.scenario import Scenario

MANIFEST = "manifest.json"
FOR_A_SIDE = re.compile(r"([A-Za-z]):(.+)", re.DOTALL)


@dataclass
class SideAsked:
    """One side: a result folder, or a scenario with its changes."""

    letter: str
    name: str
    settings: list[str] = field(default_factory=list)
    beliefs: list[str] = field(default_factory=list)
    overlays: list[str] = field(default_factory=list)
    is_copy: bool = False  # of the one scenario that was named
    allow_outside: bool = False

    @property
    def changes(self) -> ChangesAsked:
        """What is changed on this side."""
        return ChangesAsked(self.overlays, self.beliefs, self.settings, self.allow_outside)

    @property
    def is_folder(self) -> bool:
        """Whether the name is that of a result folder."""
        place = Path(self.name)
        return (place / MANIFEST).is_file() or (place.is_dir() and len(place.parts) > 1)


def sides_asked(names: list[str], asked: ChangesAsked) -> list[SideAsked]:
    """The sides of a comparison, each with its own changes.

    With one name, the other sides are the same scenario with their changes: changes without a letter are B's, unless
    some have a letter. With several names, changes without a letter are every side's.

    Raises
    ------
    RequestRefused
        If there is nothing to compare with, or a change belongs to no side.

    Examples
    --------
    >>> [(side.letter, side.settings) for side in sides_asked(["toy"], ChangesAsked(settings=["client.hold=0.4"]))]
    [('A', []), ('B', ['client.hold=0.4'])]
    >>> both = ChangesAsked(settings=["steps=26", "b:client.hold=0.4"])
    >>> [(side.letter, side.settings) for side in sides_asked(["toy"], both)]
    [('A', ['steps=26']), ('B', ['steps=26', 'client.hold=0.4'])]
    """
    said = asked._asdict()
    allow_outside = said.pop("allow_outside")
    changes = [(kind, *_split(text)) for kind, texts in said.items() for text in texts or ()]
    is_one, lettered = len(names) == 1, {letter for _, letter, _ in changes if letter}
    if is_one:
        # a letter beyond the next one is a slip: nobody means 26 sides by z:
        more = takewhile(lettered.__contains__, ascii_uppercase[2:])
        names = names * (2 + len(list(more)) if changes else 1)
    sides = [
        SideAsked(chr(ord("A") + place), name, is_copy=is_one and place > 0, allow_outside=allow_outside)
        for place, name in enumerate(names)
    ]
    known = [side.letter for side in sides]
    if len(sides) < 2:
        raise RequestRefused(
            f"Nothing to compare {names[0]} with. Name a second result or scenario, or change a number: "
            f"scenarios compare {names[0]} --set PATH=VALUE."
        )
    for kind, letter, text in changes:
        if letter and letter not in known:
            raise RequestRefused(f"{letter}:{text}: there is no side {letter}. Sides: {', '.join(known)}.")
        for side in sides:
            if letter == side.letter or (not letter and (side.letter != "A" or not is_one or lettered)):
                getattr(side, kind).append(text)
    return sides


def _split(text: str) -> tuple[str, str]:
    """The letter of a side, if there is one, and the change."""
    found = FOR_A_SIDE.fullmatch(text)
    # a drive letter is no side
    if found is None or os.path.lexists(text):
        return "", text
    return found[1].upper(), found[2]


def opened(side: SideAsked, is_fixed: bool, is_prior: bool = False) -> "Results | Scenario":
    """The results in a side's folder, or its scenario.

    Raises
    ------
    RequestRefused
        If results that were run already are to be changed.
    """
    if not side.is_folder:
        return assembled(side.name, side.changes, is_fixed, is_prior)
    from scenarios.store.folder import read

    results, changes = read(side.name), [*side.settings, *side.beliefs, *side.overlays]
    changes += [option for option, is_set in (("--fixed", is_fixed), ("--prior", is_prior)) if is_set]
    if not changes:
        return results
    if not side.is_copy or is_fixed or is_prior:
        change = changes[0]
        raise RequestRefused(
            f"{side.letter} is {side.name}, which was run already: {change} cannot change it. "
            "Name the scenario in its place."
        )
    return changed(results.scenario, side.changes)
