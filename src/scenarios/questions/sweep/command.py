"""What happens over many values of some numbers? `sweep` plays a design, part by part, and keeps the outcomes."""

import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenarios.cli import work
from scenarios.cli.boundary import FAULT_INSIDE, INTERRUPTED, command, put_made, say, tell_line
from scenarios.cli.options import Chosen, ExecutorOption, PlayAsked, ReplicationsOption, Shown
from scenarios.errors import RequestRefused, Unvouched
from scenarios.report.answer import Format, as_csv, page, rows_text
from scenarios.scenario.scenario import Scenario
from scenarios.store import aside

if TYPE_CHECKING:
    from scenarios.questions.sweep.ask import Sweep

SECONDS_A_POINT = 0.003
BYTES_A_POINT = 2_500


@dataclass(frozen=True)
class Points:
    """What is varied, and how."""

    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="PATH=low:high[:n]",
            help="What to set; or PATH=a,b,c for a list. believe:PATH=... believes. Repeatable.",
        ),
    ] = None
    design: Annotated[
        str, typer.Option("--design", metavar="KIND", help="grid, zip, lhs, sobol, morris or table=FILE.csv.")
    ] = "grid"
    points: Annotated[int | None, typer.Option("--points", metavar="P", help="Points of the design.")] = None
    replications: ReplicationsOption = 100
    of: Annotated[
        list[str] | None,
        typer.Option("--of", metavar="QUESTION", help="To print, like russia.step_back by 2026-06-30; repeatable."),
    ] = None


@dataclass(frozen=True)
class Begun:
    """What is done with a sweep that is there, and what is kept of this one."""

    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a sweep that was interrupted or damaged, or begin it.")
    ] = False
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Play again the parts that failed.")] = False
    keep_runs: Annotated[bool, typer.Option("--keep-runs", help="Keep the tables of the runs as well.")] = False


@command
def sweep(
    *, varied: Points, chosen: Chosen, play: PlayAsked, executor: ExecutorOption = None, begun: Begun, shown: Shown
) -> None:
    """Plays a scenario over many values of some numbers.

    Every point has the same luck, so that points differ by what is varied alone. Outcomes go to disk in parts as they
    come; csv and json print all of them.
    """
    from scenarios.outcomes.outcome import texts_asked
    from scenarios.questions.factors import parse_span
    from scenarios.questions.sweep import ask

    work.check_request(varied.replications, None, play.seed, play.jobs)
    scenario = chosen.scenario()
    spans = dict(parse_span(text) for text in varied.vary or [])
    names = texts_asked(varied.of, scenario) if varied.of else None
    drawn = ask.design_of(scenario, spans, varied.design, varied.points, play.seed)
    announce_points(len(drawn.rows), varied.replications, shown.is_quiet)
    work.announce_compiling(play.engine, shown.is_quiet)
    shown.check_place()
    aside.check_room(shown.out, len(drawn.rows) * BYTES_A_POINT, "the points")
    try:
        with work.under_way("points", executor, shown.is_quiet, " points") as (progress, pool):
            played = partial(
                ask.sweep, scenario, spans, varied.design, varied.points, varied.replications, executor=pool,
                out=shown.out, keep_runs=begun.keep_runs, of=names or (), **play.how(progress),
            )  # fmt: skip
            found = begun_or_anew(played, begun, play.is_anew, shown.is_quiet)
    except KeyboardInterrupt as stop:
        say(f"Interrupted; the parts that were finished are kept. Go on with: {resuming(sys.argv)}")
        raise typer.Exit(INTERRUPTED) from stop
    print_points(found, scenario, names, shown.form)
    conclude(found, begun, shown.is_quiet)


def begun_or_anew(played: "Callable[..., Sweep]", begun: Begun, is_anew: bool, is_quiet: bool) -> "Sweep":
    """The sweep that is asked for; all of it is played where nobody can vouch for what is there."""
    try:
        return played(resume=begun.resume, retry_failed=begun.retry_failed, again=is_anew)
    except Unvouched as fault:
        work.say_unvouched(fault, is_quiet)
        return played(again=True)


def announce_points(n_points: int, replications: int, is_quiet: bool) -> None:
    """Says what a sweep will take, and refuses one that is absurd."""
    runs = n_points * replications
    seconds, room = runs * work.SECONDS_A_RUN + n_points * SECONDS_A_POINT, n_points * BYTES_A_POINT
    cost = f"about {work.duration(seconds)} on one core and {work.memory_size(room)} on the disk"
    if runs > work.MOST_RUNS:
        raise RequestRefused(f"{runs:.4g} runs would take {cost}. At most {work.MOST_RUNS:,} are allowed.")
    say(f"{n_points:,} points x {replications:,} runs = {runs:,} runs: {cost}.", is_quiet)


def resuming(words: list[str]) -> str:
    """The command that goes on where this one was interrupted."""
    rest = [word for word in words[1:] if word not in ("--resume", "--again")]
    return shlex.join(["scenarios", *rest, "--resume"])


def print_points(found: "Sweep", scenario: Scenario, of: list[str] | None, form: Format) -> None:
    """Prints the points: all columns for programs, the headline of the first points for people."""
    from scenarios.questions.sweep.words import sweep_answer

    if form in (Format.TABLE, Format.MARKDOWN):
        answer = sweep_answer(found, scenario, of)
        put_made(page("", answer.sections, [], form))
        for line in answer.notes:
            tell_line(line)
        return
    rows: list[dict[str, Any]] = []
    varied, cells = found.varied, [f"{name}{end}" for name in of or () for end in ("", ".se", ".low", ".high")]
    for place, part in enumerate(found.parts("points")):
        table = part[["point", *varied, *cells]] if of else part
        if form is Format.CSV:
            put_made(as_csv(table, place == 0))
        else:
            rows += [{str(name): cell for name, cell in row.items()} for row in table.to_dict("records")]
    if form is Format.JSON:
        put_made(rows_text(rows, form))


def conclude(found: "Sweep", begun: Begun, is_quiet: bool) -> None:
    """Says where the sweep lies; where points could not be played, which, and how to try again."""
    if begun.resume and not found.was_there:
        say("There was nothing to resume: all of it was played from the start.", is_quiet)
    if not found.was_played:
        say("The same sweep was played before; this is that answer, nothing was run.", is_quiet)
    say(f"Results: {found.folder}", is_quiet)
    for failure in found.failed[:5]:
        say(f"Points {failure['first_point']} to {failure['last_point']} failed: {failure['error']}")
    if found.failed:
        say(f"Parts that failed: {len(found.failed)}; the others are kept. Try again with --retry-failed.")
        raise typer.Exit(FAULT_INSIDE)
