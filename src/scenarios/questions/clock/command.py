"""What was seen since? `update`: the runs that agree with it are kept, and played on as a scenario of its own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from scenarios.cli import options
from scenarios.cli.boundary import command, put_made
from scenarios.cli.work import announce_compiling
from scenarios.errors import UserError
from scenarios.report.answer import Format, render

PLAYED_AFTER = 10_000  # as `run` plays unless told
ObservedOption = Annotated[Path, typer.Option("--observed", metavar="FILE", help="CSV: date, event (as `ask` asks).")]
ToOption = Annotated[str, typer.Option("--to", metavar="DATE", help="The later opening, as 2026-01-20.")]
RunsOption = Annotated[
    int, typer.Option("--runs", "--replications", metavar="N", help="Runs among which those that agree are sought.")
]
FileOption = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="FILE", help="File to write; must not exist. NAME_to_DATE.toml.")
]


@dataclass(frozen=True)
class News:
    """What was seen, by when, and where the scenario that knows it is written."""

    observed: ObservedOption
    to: ToOption
    runs: RunsOption = 20_000
    out: FileOption = None


@command
def update(
    *,
    name: options.NameArgument,
    news: News,
    allow_outside: options.OutsideOption = False,
    seed: options.SeedOption = 1,
    jobs: options.JobsOption = 0,
    form: options.FormatOption = Format.TABLE,
    is_quiet: options.QuietOption = False,
) -> None:
    """Moves the clock on: keeps the runs that agree with what was seen, and writes a scenario that goes on from there.

    A row of the file is an event by its date, in the words of `ask`. Prints how many runs agree, the chances before and
    after, and how the uncertain numbers moved.
    """
    from scenarios.questions.clock import ask, words
    from scenarios.runs.job import Play

    base = options.assembled(name, options.ChangesAsked(allow_outside=allow_outside), is_fixed=False)
    file = news.out or Path(f"{base.name}_to_{news.to}.toml")
    if file.exists():
        raise UserError(f"{file}: exists already and is left as it is. Choose another name with --out.")
    announce_compiling(options.Engine.BATCH, is_quiet)
    found = ask.update(base, news.observed, news.to, news.runs, seed, jobs)
    chances = ask.changed_chances(found, Play(PLAYED_AFTER, seed, jobs=jobs))
    words.write_updated(found.scenario, name, file)
    put_made(render(words.update_answer(found, chances, file), form))
