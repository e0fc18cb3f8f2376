"""The live page: `page` serves it on this machine until Ctrl-C."""

from dataclasses import dataclass
from typing import Annotated

import typer

from scenarios.cli.boundary import command, say
from scenarios.cli.options import BeliefsOption, Engine, OutsideOption, OverlaysOption, QuietOption, SettingsOption
from scenarios.cli.work import announce_compiling
from scenarios.questions.extras import require

NameArgument = Annotated[str, typer.Argument(metavar="[NAME-or-FILE]", help="A library scenario or a scenario file.")]
PortOption = Annotated[int, typer.Option("--port", min=0, max=65535, metavar="P", help="Where; 0 = any that is free.")]
NoBrowserOption = Annotated[bool, typer.Option("--no-browser", help="Open no browser.")]


@dataclass(frozen=True)
class Opened:
    """What the page shows first."""

    name: NameArgument = "venezuela_2025"
    settings: SettingsOption = None
    beliefs: BeliefsOption = None
    overlays: OverlaysOption = None
    allow_outside: OutsideOption = False


@command
def page(
    *, opened: Opened, port: PortOption = 8501, no_browser: NoBrowserOption = False, is_quiet: QuietOption = False
) -> None:
    """Serves a live page on this machine.

    Sliders for the numbers that matter most; 2,000 matched runs are replayed as they are moved. Nothing leaves the
    machine and nothing is written. Ctrl-C ends it. Needs the extra page.
    """
    require("streamlit", "The page", "page")
    # imported here: --help must not wait
    from scenarios.page import serving, view

    overlays, settings, beliefs = (tuple(given or ()) for given in (opened.overlays, opened.settings, opened.beliefs))
    asked = view.View(opened.name, overlays, settings, beliefs, allow_outside=opened.allow_outside)
    asked.scenario()  # what is wrong with it is said here
    with serving.listening(port) as place:
        announce_compiling(Engine.BATCH, is_quiet)
        serving.serve_page(asked, place, say, with_browser=not no_browser)
