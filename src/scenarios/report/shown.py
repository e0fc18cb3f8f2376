"""How does a figure reach whoever holds an answer in hand? Drawn in the look of all, and shown by a notebook."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from scenarios.glimpse import in_notebook
from scenarios.report.style import SETTINGS

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def drawn(make: "Callable[[], Figure]") -> "Figure":
    """A figure in the look of all; a notebook learns how to show it."""
    import matplotlib

    if in_notebook():
        import matplotlib.pyplot  # registers how figures are shown there
    with matplotlib.rc_context(SETTINGS):
        return make()
