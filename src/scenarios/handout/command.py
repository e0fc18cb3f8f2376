"""How is an answer handed on? `report`: one page, and a workbook if asked for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from scenarios.cli.boundary import command, say, tell_line
from scenarios.cli.options import QuietOption

ResultsArgument = Annotated[
    list[Path], typer.Argument(metavar="RESULT [RESULT_B ...]", help="Folders of kept answers; of runs the first is A.")
]
PageOption = Annotated[Path, typer.Option("--out", metavar="FILE.html", help="The page; written over if it is there.")]
WorkbookOption = Annotated[
    Path | None, typer.Option("--xlsx", metavar="FILE", help="The tables as a workbook too; needs the extra xlsx.")
]


@dataclass(frozen=True)
class HandedOn:
    """What is handed on, and into which files."""

    results: ResultsArgument
    page: PageOption = Path("report.html")
    workbook: WorkbookOption = None
    is_quiet: QuietOption = False


@command
def report(*, asked: HandedOn) -> None:
    """Writes one page to hand on.

    Sentences, figures, tables, what was set, the assumptions that matter most with their sources, caveats, and the
    command that repeats it. The page fetches nothing when it is opened. With several runs their comparison stands
    first; a threshold, sensitivity, discovery, comparison or sweep has its sentences, figures and tables.
    """
    from scenarios.handout.ask import write_report

    say("Writing the page ...", asked.is_quiet)
    page = write_report(asked.results, asked.page, asked.workbook)
    tell_line(f"Report: {page} ({page.stat().st_size / 1e3:.0f} kB)")
    if asked.workbook is not None:
        tell_line(f"Workbook: {asked.workbook}")
