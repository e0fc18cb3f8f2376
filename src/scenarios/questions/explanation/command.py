"""Why? Reasons over all runs, one run's story, what is left with a term frozen, and the nearest counterfactual."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from scenarios.cli.boundary import command, put_made
from scenarios.cli.options import Engine, FormatOption
from scenarios.cli.subject import Subject, SubjectPlayed
from scenarios.cli.work import announce_compiling
from scenarios.errors import RequestRefused
from scenarios.questions.explanation.answering import frozen_answer, nearest_answer, reasons_answer, signs_of, story_of
from scenarios.report.answer import Format, render

RunOption = Annotated[int | None, typer.Option("--run", metavar="K", help="Tell run K week by week.")]
OfOption = Annotated[
    str | None, typer.Option("--of", metavar="QUESTION", help="As ask has it, for instance russia.step_back_further.")
]
PatronOption = Annotated[str | None, typer.Option("--patron", metavar="P", help="Of this patron only.")]
FrozenOption = Annotated[bool, typer.Option("--frozen", help="What is left with each term and input frozen.")]
NearestOption = Annotated[
    bool,
    typer.Option("--nearest", help="The smallest change to --set that turns it round: undoes it, or brings it about."),
]
OverOption = Annotated[
    list[str] | None,
    typer.Option("--over", metavar="PATH", help="With --nearest: only numbers at or below this path; repeatable."),
]
SignsOption = Annotated[bool, typer.Option("--signs", help="Which news by --by tells best whether --of will come.")]
ByOption = Annotated[str | None, typer.Option("--by", metavar="DATE", help="With --signs: the last day that counts.")]
FigureOption = Annotated[
    Path | None, typer.Option("--figure", metavar="DIR", help="With --run: draw the story too, as PNG and SVG.")
]


@dataclass(frozen=True)
class View:
    """What is told of the runs."""

    run: RunOption = None
    of: OfOption = None
    patron: PatronOption = None
    is_frozen: FrozenOption = False
    is_nearest: NearestOption = False
    is_signs: SignsOption = False
    by: ByOption = None
    over: OverOption = None
    figure: FigureOption = None

    def check(self) -> None:
        """Refuses options that do not go together."""
        if self.is_frozen and self.is_nearest:
            raise RequestRefused("--frozen and --nearest are two questions. Ask one at a time.")
        if self.is_frozen and self.run is not None:
            raise RequestRefused("--frozen counts over all runs. Leave out --run, or ask --nearest of the run.")
        if self.over and not self.is_nearest:
            raise RequestRefused("--over narrows the numbers of --nearest. Add --nearest, or leave out --over.")
        if self.figure is not None and (self.run is None or self.is_nearest):
            raise RequestRefused("--figure draws one run's story. Add --run K, and leave out --nearest.")
        self._check_signs()

    def _check_signs(self) -> None:
        """Refuses signs of nothing, and options that do not go with them."""
        others = self.run is not None or self.is_frozen or self.is_nearest or self.patron is not None
        if self.is_signs and (self.of is None or self.by is None):
            raise RequestRefused("--signs needs --of and --by: --signs --of russia.step_back --by 2026-03-01.")
        if self.is_signs and others:
            raise RequestRefused("--signs counts over all runs. Leave out --run, --frozen, --nearest and --patron.")
        if self.by is not None and not self.is_signs:
            raise RequestRefused("--by goes with --signs. Add --signs, or leave out --by.")


@command
def explain(*, view: View, asked: SubjectPlayed, form: FormatOption = Format.TABLE) -> None:
    """Says why patrons step back, or why anything else that can be asked comes.

    Without further options: the reasons over all runs; of a question with --of those of the patrons' moves in it, or
    the numbers that go with it. With --run K: that run told week by week. With --frozen: what is left when a term or
    input is held as at the opening. With --nearest: the smallest change of one number and of several, set from the
    first step on, that undoes it or brings it about in run K, or undoes it on average. With --signs: which news by a
    date tells best whether something will come, and by how much.
    """
    view.check()
    subject = Subject(asked)
    announce_compiling(Engine.BATCH, asked.is_quiet)
    if view.run is not None and not view.is_nearest:
        put_made(story_of(subject, view.run, view.patron, view.figure, form))
        return
    if view.is_signs:
        answer = signs_of(subject, str(view.of), str(view.by))
    elif view.is_nearest:
        answer = nearest_answer(subject, view.of, view.patron, view.run, view.over)
    else:
        answer = (frozen_answer if view.is_frozen else reasons_answer)(subject, view.of, view.patron)
    put_made(render(answer, form))
