"""How does a figure come into a page? As an image in an address: nothing has to be fetched."""

import base64
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from scenarios.report import style

COLOURS, SHADES = 64, 256  # of flat figures, so that ten results can be sent by mail; of maps and what was drawn before


class Picture(NamedTuple):
    """A figure as it stands in the page: its finding, and the image itself as a data address."""

    finding: str
    image: str
    is_titled: bool = False  # whether the image says it itself
    caption: str = ""


def pictures_drawn(makers: Sequence[Callable[[], style.Figure]], colours: int = COLOURS) -> list[Picture]:
    """Figures as pictures, heading and caption taken out of the image: in the page they are text."""
    found = []
    for make in makers:
        figure = make()
        image = style.drawn_as(figure, "png", dpi=style.DOTS, bbox_inches=style.between_texts(figure))
        found.append(picture_said(figure, image_address(Image.open(io.BytesIO(image)), colours)))
    return found


def picture_said(figure: style.Figure, address: str) -> Picture:
    """A drawn figure with its title and its caption as text."""
    finding, caption = (" ".join(said.split()) for said in (figure.get_suptitle(), figure.get_supxlabel()))
    return Picture(finding, address, caption=caption)


def kept_picture(file: Path) -> Picture:
    """A figure of a folder as it was drawn, its heading in the image."""
    return Picture(file.stem.replace("_", " "), image_address(Image.open(file), SHADES), is_titled=True)


def image_address(drawing: Image.Image, colours: int) -> str:
    """An image as an address."""
    image = io.BytesIO()
    drawing.convert("RGB").quantize(colours).save(image, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(image.getvalue()).decode()}"
