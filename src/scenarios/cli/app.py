"""What can be asked at the command line? The commands, in the order of ``scenarios --help``.

Nothing heavy is imported here: each command imports what it needs when it runs.
"""

import gc
from typing import Annotated

import typer

from scenarios import __version__
from scenarios.cases.command import cases
from scenarios.cli.boundary import tell_line, to_its_end
from scenarios.cli.doctor import doctor
from scenarios.cli.examples import examples
from scenarios.cli.files import check, list_library, list_results, new, schema, show
from scenarios.handout.command import report
from scenarios.history.command import fit
from scenarios.page.command import page
from scenarios.questions.chance.command import ask
from scenarios.questions.clock.command import update
from scenarios.questions.comparison.command import compare
from scenarios.questions.discovery.command import discover
from scenarios.questions.explanation.command import explain
from scenarios.questions.forecast.command import score
from scenarios.questions.headline.command import run
from scenarios.questions.sensitivity.command import sensitivity
from scenarios.questions.sweep.command import sweep
from scenarios.questions.threshold.command import threshold

app = typer.Typer(name="scenarios", no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)


def tell_version(is_asked: bool) -> None:
    """Prints the version, and is done."""
    if is_asked:
        tell_line(f"scenarios {__version__}")
        raise typer.Exit


@app.callback()
def asked_of_all(
    is_version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=tell_version, help="Print the version.")
    ] = False,
) -> None:
    """When would a patron step back from its client? Scenario simulation of coercers, clients and patrons."""
    del is_version  # told before any command is looked at


COMMANDS = {
    "list": list_library,
    "show": show,
    "check": check,
    "schema": schema,
    "new": new,
    "run": run,
    "ask": ask,
    "score": score,
    "sensitivity": sensitivity,
    "discover": discover,
    "sweep": sweep,
    "explain": explain,
    "fit": fit,
    "cases": cases,
    "compare": compare,
    "threshold": threshold,
    "update": update,
    "report": report,
    "page": page,
    "results": list_results,
    "doctor": doctor,
}
for name, command in COMMANDS.items():
    app.command(name, epilog=examples(name))(command)


def main() -> None:
    """Runs the command line; exits with 0 done, 1 a fault inside, 2 the user's input, 130 or 143 interrupted."""
    gc.set_threshold(100_000, 20, 20)  # a command lives for seconds: looking for circles costs more than they hold
    try:
        to_its_end(app)
    finally:
        gc.freeze()  # or the end of the process looks for circles in all that was ever imported: most of a second
