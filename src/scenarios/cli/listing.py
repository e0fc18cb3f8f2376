"""Which answers are there already? `results`."""

from pathlib import Path
from typing import Annotated

import typer

from scenarios.cli.boundary import command, put_made, tell_line
from scenarios.cli.options import FormatOption, OutOption
from scenarios.report.formats import Format, rows_text


@command
def list_results(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Name of a scenario; all if none.")] = None,
    out: OutOption = Path("results"),
    form: FormatOption = Format.TABLE,
) -> None:
    """Lists kept answers, the latest first: what was asked and set, size, date."""
    from scenarios.store.kept import kept_rows

    rows = kept_rows(out, name)
    if not rows and form in (Format.TABLE, Format.MARKDOWN):
        tell_line(f"{out}: no answers are kept here{f' about {name}' if name else ''}.")
        return
    put_made(rows_text(rows, form, f"Answers in {out}"))
