"""What can be asked at the command line? The commands, in the order of ``scenarios --help``.

Nothing heavy is imported here: each command imports what it needs when it runs.
"""

import typer

from scenarios.cli.compare import compare
from scenarios.cli.discover import discover
from scenarios.cli.doctor import doctor
from scenarios.cli.explain import explain
from scenarios.cli.files import check, list_library, new, schema, show
from scenarios.cli.fit import fit
from scenarios.cli.run import run
from scenarios.cli.sensitivity import sensitivity
from scenarios.cli.sweep import sweep
from scenarios.cli.threshold import threshold

app = typer.Typer(
    name="scenarios",
    help="When would a patron step back from its client? Scenario simulation of coercers, clients and patrons.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("list")(list_library)
app.command()(show)
app.command()(check)
app.command()(schema)
app.command()(new)
app.command()(run)
app.command()(sensitivity)
app.command()(discover)
app.command()(sweep)
app.command()(explain)
app.command()(fit)
app.command()(compare)
app.command()(threshold)
app.command()(doctor)


def main() -> None:
    """Runs the command line; exits with 0 done, 1 a fault inside, 2 the user's input, 130 interrupted."""
    app()
