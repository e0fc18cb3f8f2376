"""What can be asked at the command line? The commands, in the order of ``scenarios --help``, and how each is typed.

Nothing heavy is imported here: each command imports what it needs when it runs.
"""

import gc
from typing import Annotated, Any

import typer

from scenarios import __version__
from scenarios.cases.command import cases
from scenarios.cli.boundary import tell_line, to_its_end
from scenarios.cli.doctor import doctor
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


# name -> command, and how it is typed: the lines below its --help
COMMANDS: dict[str, tuple[Any, ...]] = {
    "list": (list_library, "list"),
    "show": (show, "show venezuela_2025 patrons.russia.risk_tolerance", "show venezuela_2025 --find budget"),
    "check": (check, "check mine.toml"),
    "schema": (schema, "schema > scenario.schema.json"),
    "new": (
        new,
        "new mine.toml --from venezuela_2025",
        "new other.toml --client Cuba --coercer 'United States' --patrons russia:like=russia",
    ),
    "run": (run, "run venezuela_2025", "run venezuela_2025 --set patrons.russia.war_drain@2026-06-01=0.1"),
    "ask": (ask, "ask venezuela_2025 'russia.step_back by 2026-06-30'"),
    "score": (score, "score forecast --outcomes outcomes.csv"),
    "sensitivity": (
        sensitivity,
        "sensitivity venezuela_2025 --method sobol",
        "sensitivity venezuela_2025 --over-rules",
    ),
    "discover": (discover, "discover venezuela_2025 --of china.step_back"),
    "sweep": (
        sweep,
        "sweep venezuela_2025 --vary patrons.russia.risk_tolerance=0.2:0.9:8 --replications 500",
        "sweep venezuela_2025 --vary client.hold=0.3:0.6 --design lhs --points 200",
    ),
    "explain": (explain, "explain venezuela_2025 --run 31", "explain venezuela_2025 --nearest --of china.step_back"),
    "fit": (fit, "fit"),
    "cases": (cases, "cases"),
    "compare": (
        compare,
        "compare venezuela_2025 --set patrons.russia.war_drain=0.1 --name peace",
        "compare venezuela_2025 iran_2025 --patron russia",
    ),
    "threshold": (
        threshold,
        "threshold venezuela_2025 --of russia.step_back --over patrons.russia.risk_tolerance",
        "threshold venezuela_2025 --of china.step_back --over rung",
    ),
    "update": (update, "update venezuela_2025 --observed seen.csv --to 2026-03-01"),
    "report": (report, "report results/toy/HASH --out toy.html"),
    "page": (page, "page", "page mine.toml --port 8600 --no-browser"),
    "results": (list_results, "results venezuela_2025"),
    "doctor": (doctor, "doctor"),
}
for name, (command, *typed) in COMMANDS.items():
    examples = "\n".join(["\b", "Examples:", *(f"  scenarios {line}" for line in typed)])
    app.command(name, epilog=examples)(command)


def main() -> None:
    """Runs the command line; exits with 0 done, 1 a fault inside, 2 the user's input, 130 or 143 interrupted."""
    gc.set_threshold(100_000, 20, 20)  # a command lives for seconds: looking for circles costs more than they hold
    try:
        to_its_end(app)
    finally:
        gc.freeze()  # or the end of the process looks for circles in all that was ever imported: most of a second
