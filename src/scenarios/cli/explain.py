"""Why? Reasons over all runs, one run's story, what is left with a term frozen, and the nearest counterfactual."""

from pathlib import Path
from typing import Annotated

import typer

from scenarios.cli.answers import frozen_text, nearest_text, reasons_text, story_of
from scenarios.cli.boundary import command
from scenarios.cli.options import (
    FixedOption,
    FormatOption,
    JobsOption,
    OverlaysOption,
    PointsOption,
    PriorOption,
    QuietOption,
    SettingsOption,
)
from scenarios.cli.subject import Asked, Subject, announce_compilation
from scenarios.errors import RequestRefused
from scenarios.report.formats import Format

SubjectArgument = Annotated[
    str, typer.Argument(metavar="NAME-or-RESULT", help="A scenario, a scenario file or a result folder.")
]
RunOption = Annotated[int | None, typer.Option("--run", metavar="K", help="Tell run K week by week.")]
OfOption = Annotated[
    str | None, typer.Option("--of", metavar="OUTCOME", help="PATRON.EVENT, for instance russia.step_back_further.")
]
PatronOption = Annotated[str | None, typer.Option("--patron", metavar="P", help="Of this patron only.")]
FrozenOption = Annotated[bool, typer.Option("--frozen", help="What is left with each term and input frozen.")]
NearestOption = Annotated[
    bool, typer.Option("--nearest", help="The smallest change of one number that would have kept the patron in.")
]
OverOption = Annotated[
    list[str] | None,
    typer.Option("--over", metavar="PATH", help="With --nearest: only numbers at or below this path; repeatable."),
]
FigureOption = Annotated[
    Path | None, typer.Option("--figure", metavar="DIR", help="With --run: draw the story too, as PNG and SVG.")
]
RunsOption = Annotated[
    int | None, typer.Option("--replications", "--runs", metavar="N", help="Runs (of each point); 2000 by default.")
]
SeedOption = Annotated[int | None, typer.Option("--seed", metavar="S", help="Base seed; 1 by default.")]


@command
def explain(
    name: SubjectArgument,
    run: RunOption = None,
    of: OfOption = None,
    patron: PatronOption = None,
    is_frozen: FrozenOption = False,
    is_nearest: NearestOption = False,
    over: OverOption = None,
    figure: FigureOption = None,
    replications: RunsOption = None,
    points: PointsOption = None,
    seed: SeedOption = None,
    settings: SettingsOption = None,
    overlays: OverlaysOption = None,
    is_fixed: FixedOption = False,
    is_prior: PriorOption = False,
    jobs: JobsOption = 0,
    form: FormatOption = Format.TABLE,
    is_quiet: QuietOption = False,
) -> None:
    """Says why patrons step back.

    Without further options: the reasons over all runs. With --run K: that run told week by week. With --frozen: what
    is left when a term or input is held as at the opening. With --nearest: the smallest change of one number that
    would have kept the patron in, on average or in run K.
    """
    check_views(run, is_frozen, is_nearest, over, figure)
    asked = Asked(name, replications, points, seed, settings, overlays, is_fixed, is_prior, jobs, is_quiet)
    subject = Subject(asked)
    announce_compilation(is_quiet)
    if is_nearest:
        text = nearest_text(subject, of, patron, run, over, form)
    elif run is not None:
        text = story_of(subject, run, patron, figure, form)
    elif is_frozen:
        text = frozen_text(subject, of, patron, form)
    else:
        text = reasons_text(subject, of, patron, form)
    typer.echo(text, nl=False)


def check_views(
    run: int | None, is_frozen: bool, is_nearest: bool, over: list[str] | None, figure: Path | None
) -> None:
    """Refuses options that do not go together."""
    if is_frozen and is_nearest:
        raise RequestRefused("--frozen and --nearest are two questions. Ask one at a time.")
    if is_frozen and run is not None:
        raise RequestRefused("--frozen counts over all runs. Leave out --run, or ask --nearest of the run.")
    if over and not is_nearest:
        raise RequestRefused("--over narrows the numbers of --nearest. Add --nearest, or leave out --over.")
    if figure is not None and (run is None or is_nearest):
        raise RequestRefused("--figure draws one run's story. Add --run K, and leave out --nearest.")
