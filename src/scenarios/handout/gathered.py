"""What is handed on? The runs of a result folder, or results in memory, with all that was kept beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.cases.forecast import reference_table
from scenarios.errors import RequestRefused
from scenarios.questions.comparison.ask import LETTERS
from scenarios.questions.headline.ask import chances_when, reasons_further
from scenarios.questions.headline.sentences import Told
from scenarios.results import Results
from scenarios.scenario.scenario import Scenario
from scenarios.store.folder import CONTROL, read, read_kept_table, read_summary
from scenarios.store.manifest import complete
from scenarios.summary import summarise

Side = Results | str | Path


@dataclass(frozen=True)
class Played:
    """The runs of one scenario and what was kept beside them.

    Attributes
    ----------
    letter : str
        A, B ... in a comparison.
    results, control : Results
        The scenario's runs, and the matched ones with the pressure frozen if there are any.
    summary : DataFrame
    told : Told
        What the sentences need.
    curve : DataFrame or None
        The curve over the rungs.
    manifest : mapping
        How the runs were come by, with versions and hashes.
    folder : Path or None
    """

    letter: str
    results: Results
    summary: pd.DataFrame
    manifest: Mapping[str, Any]
    told: Told
    control: Results | None = None
    curve: pd.DataFrame | None = None
    folder: Path | None = None

    @property
    def scenario(self) -> Scenario:
        """What was played."""
        return self.results.scenario


def gathered(sides: Sequence[Side], at_least: int = 1) -> list[Played]:
    """Every side with what was kept beside it."""
    if not at_least <= len(sides) <= len(LETTERS):
        raise RequestRefused(f"{len(sides)} results to report; allowed are 1 to {len(LETTERS)}.")
    letters = LETTERS if len(sides) > 1 else " "
    return [
        in_memory(letter.strip(), side) if isinstance(side, Results) else kept_in(letter.strip(), Path(side))
        for letter, side in zip(letters, sides, strict=False)
    ]


def in_memory(letter: str, results: Results) -> Played:
    """Results that were never saved, or were read before."""
    manifest = complete(results.manifest, results.scenario)
    return Played(letter, results, summarise(results), manifest, told_of(results, {}))


def kept_in(letter: str, folder: Path) -> Played:
    """The runs of a result folder."""
    results = read(folder)
    control = read(folder / CONTROL) if results.manifest.get("control") else None
    kept = {name: read_kept_table(folder, name) for name in ("when", "further", "what_ifs", "ladder")}
    told = told_of(results, kept)
    return Played(letter, results, read_summary(folder), results.manifest, told, control, kept["ladder"], folder)


def told_of(results: Results, kept: Mapping[str, pd.DataFrame | None]) -> Told:
    """What the sentences need, from the folder or from the runs; what-ifs would have to be played, so none are new."""
    when, further = kept.get("when"), kept.get("further")
    return Told(
        when=chances_when(results) if when is None else when,
        further=reasons_further(results) if further is None else further,
        what_ifs=kept.get("what_ifs"),
        cases=reference_table(results.scenario),
    )
