"""How does a figure reach whoever holds an answer in hand? Drawn in the look of all, and shown by a notebook."""

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from scenarios.glimpse import notebook
from scenarios.report.style import SETTINGS

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def as_shown(make: "Callable[[], Figure]") -> "Figure":
    """A figure in the look of all; the notebook in which it is drawn shows it."""
    import matplotlib

    shell = notebook()
    if shell is not None:
        show_figures(shell.display_formatter.formatters["image/png"])
    with matplotlib.rc_context(SETTINGS):
        return make()


def show_figures(formatter: Any) -> None:
    """Tells a notebook how to show a figure, unless it knows: it learns that from pyplot alone, which is not used."""
    from matplotlib.figure import Figure

    try:
        formatter.lookup_by_type(Figure)
    except KeyError:
        formatter.for_type(Figure, png_of)


def png_of(figure: "Figure") -> bytes:
    """A figure as PNG."""
    written = BytesIO()
    figure.savefig(written, format="png", facecolor="white")
    return written.getvalue()
