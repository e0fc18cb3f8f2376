"""Which figure does a user mean who has results in hand? One by its name, ready for a notebook."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from scenarios.errors import UnknownName
from scenarios.questions.headline.fan import fan
from scenarios.questions.headline.reason_bars import reasons
from scenarios.questions.headline.shares import shares
from scenarios.questions.headline.survival import survival
from scenarios.report.shown import as_shown

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from scenarios.results import Results

FIGURES: "dict[str, Callable[[Results], Figure]]" = {
    "support": fan,
    "step_back": survival,
    "levels": shares,
    "reasons": lambda results: reasons(results.summary, results.scenario, results.manifest),
}


def figure_of(results: "Results", what: str) -> "Figure":
    """A figure of some runs by its name."""
    if what not in FIGURES:
        raise UnknownName("figure", what, FIGURES)
    return as_shown(lambda: FIGURES[what](results))
