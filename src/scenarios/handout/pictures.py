"""What is shown? The figures of a run and of a comparison, each as one picture in the page with its finding."""

import base64
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scenarios.handout.gathered import Played
from scenarios.questions.comparison.figure import contrast, sides_of
from scenarios.questions.headline.figure import figures_of
from scenarios.report.style import DOTS, SETTINGS, below_title

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame
    from PIL import Image

    from scenarios.scenario.scenario import Scenario

FIRST = "step_back"
COLOURS, SHADES = 64, 256  # of flat figures, of maps and of what was drawn elsewhere
HEADLINE = ("step_back", "step_back_further")


class Picture(NamedTuple):
    """A figure as it stands in the page: its finding, and the image itself as a data address."""

    finding: str
    image: str
    is_titled: bool = False  # whether the image says it itself


def pictures(played: Played) -> list[Picture]:
    """The figures of a run, the one that answers the question first."""
    makers = figures_of(played.results, played.summary, played.control, played.curve)
    return pictures_drawn([makers[name] for name in sorted(makers, key=lambda name: name != FIRST)])


def comparison_pictures(compared: "DataFrame", sides: Sequence[Played], heading: str) -> list[Picture]:
    """The headline outcomes of every side; none if the sides share no patron that is at risk."""
    scenario = sides[0].scenario
    counts = compared[compared["n"] > 0].groupby("outcome")["b"].count()
    asked = [name for name in headline_names(scenario) if counts.get(name, 0) == len(sides) - 1]
    if not asked:
        return []
    table = sides_of(compared, [side.letter for side in sides], asked, scenario)
    return pictures_drawn([lambda: contrast(table, heading, scenario, sides[0].manifest)])


def headline_names(scenario: "Scenario") -> list[str]:
    """Both step-backs of each patron."""
    return [f"{patron}.{event}" for patron in scenario.patrons for event in HEADLINE]


def pictures_drawn(makers: "Sequence[Callable[[], Figure]]", colours: int = COLOURS) -> list[Picture]:
    """Figures as pictures, each heading taken out of the image: in the page it is text."""
    import matplotlib

    found = []
    with matplotlib.rc_context(SETTINGS):
        for make in makers:
            figure = make()
            found.append(Picture(" ".join(figure.get_suptitle().split()), image_address(figure, colours)))
    return found


def kept_picture(file: Path) -> Picture:
    """A figure of a folder as it was drawn, its heading in the image."""
    from PIL import Image

    return Picture(file.stem.replace("_", " "), address_in(Image.open(file), SHADES), is_titled=True)


def image_address(figure: "Figure", colours: int) -> str:
    """The image below the title as an address: nothing has to be fetched.

    Notes
    -----
    A figure of flat colours needs no more than 64; so ten results fit in a page that can be sent by mail.
    """
    from PIL import Image

    drawing = io.BytesIO()
    figure.savefig(drawing, format="png", dpi=DOTS, facecolor="white", bbox_inches=below_title(figure))
    return address_in(Image.open(drawing), colours)


def address_in(drawing: "Image.Image", colours: int) -> str:
    """An image as an address."""
    image = io.BytesIO()
    drawing.convert("RGB").quantize(colours).save(image, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(image.getvalue()).decode()}"
