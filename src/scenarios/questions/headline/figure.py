"""Which figures belong to a run? The list of them, drawn from tables into PNG and SVG files."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.history.ensembles import HISTORY
from scenarios.history.patterns import part_of
from scenarios.questions.headline.fan import fan
from scenarios.questions.headline.past import history
from scenarios.questions.headline.reason_bars import reasons
from scenarios.questions.headline.shares import shares
from scenarios.questions.headline.survival import survival
from scenarios.report.curves import ladder
from scenarios.report.shown import as_shown
from scenarios.report.style import write

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

    from scenarios.results import Results

FIGURES = ("support", "step_back", "levels", "reasons")
LADDER = "ladder"


def draw_run(folder: Path, figures: "Mapping[str, Callable[[], Figure]]") -> list[Path]:
    """Draws figures as `figures_of` makes them into a folder; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    return [file for name, make in figures.items() for file in write(make(), folder, name)]


def figures_of(
    results: "Results",
    summary: "DataFrame",
    control: "Results | None" = None,
    curve: "DataFrame | None" = None,
) -> "dict[str, Callable[[], Figure]]":
    """What draws each figure of a run, by its name; nothing is drawn before it is called. `svg_of` makes it text.

    Parameters
    ----------
    results, control : Results
        The scenario's runs and the matched control.
    summary : DataFrame
        As `scenarios.summary.summarise` returns it.
    curve : DataFrame, optional
        As `scenarios.runs.ladder.ladder_curve` returns it.

    Examples
    --------
    >>> from scenarios import load, simulate, summarise
    >>> played = simulate(load("toy"), 5, engine="agents")
    >>> list(figures_of(played, summarise(played)))
    ['support', 'step_back', 'levels', 'reasons']
    """
    made: dict[str, Callable[[], Figure]] = {
        "support": lambda: fan(results),
        "step_back": lambda: survival(results, control),
        "levels": lambda: shares(results),
        "reasons": lambda: reasons(summary, results.scenario, results.manifest),
    }
    if part_of(results.scenario) == HISTORY:
        made["history"] = lambda: history(results)
    drawn: dict[str, Callable[[], Figure]] = {name: partial(as_shown, make) for name, make in made.items()}
    return drawn if curve is None else drawn | ladder_figure(lambda: curve, results)


def ladder_figure(curve: "Callable[[], DataFrame]", results: "Results") -> "dict[str, Callable[[], Figure]]":
    """What draws the curve over the rungs, which is asked for when it is drawn."""
    return {LADDER: partial(as_shown, lambda: ladder(curve(), results.scenario, results.manifest))}


def figure_files(with_ladder: bool) -> list[str]:
    """Names of the files of every figure of a run."""
    names = [*FIGURES, LADDER] if with_ladder else FIGURES
    return [f"{name}.{ending}" for name in names for ending in ("png", "svg")]
