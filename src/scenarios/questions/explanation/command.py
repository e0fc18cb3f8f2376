"""Why? Reasons over all runs, one run's story, what is left with a term frozen, and the nearest counterfactual."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from scenarios.cli.boundary import command, put_made, say
from scenarios.cli.options import Engine, FormatOption
from scenarios.cli.subject import Subject, SubjectPlayed
from scenarios.cli.work import announce_compiling, bar, duration
from scenarios.errors import RequestRefused
from scenarios.report.answer import Answer, Format, render, rows_text

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
SECONDS_A_TWIN = 0.00025  # a run, on one core
SECONDS_A_REPLAY = 0.0003
REPLAYS_A_NUMBER = 6  # both ends, and a search where they flip the run; a first guess
SOUGHT = 100  # runs whose counterfactuals are averaged


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
        put_made(story_of(subject, view.run, view, form))
        return
    if view.is_signs:
        answer = signs_of(subject, str(view.of), str(view.by))
    elif view.is_nearest:
        answer = nearest_answer(subject, view)
    else:
        answer = (frozen_answer if view.is_frozen else reasons_answer)(subject, view)
    put_made(render(answer, form))


def reasons_answer(subject: Subject, view: View) -> Answer:
    """The reasons over all runs, or what goes with something that has none."""
    from scenarios.questions.explanation import ask, words

    if view.of is not None:
        subject.asked_of(view.of)
    results = subject.results()
    table = ask.explain(results, view.patron, view.of)
    if "p" in table:  # numbers that tell runs apart, and no reasons
        return words.apart_said(table, results.scenario, str(view.of))
    return words.reasons_said(table, results.scenario, len(results.runs), view.of)


def signs_of(subject: Subject, of: str, by: str) -> Answer:
    """The early signs of something by a date."""
    from scenarios.questions.explanation import signs, words

    subject.asked_of(of)
    signs.step_of_date(subject.scenario, by)
    return words.signs_answer(signs.early_signs(subject.results(), of, by), subject.scenario, of, by)


def story_of(subject: Subject, run: int, view: View, form: Format) -> str:
    """One run's story."""
    from scenarios.questions.explanation import story, story_words

    told = story.story(subject.ensemble(), run, view.patron)
    if view.figure is not None:
        from scenarios.questions.explanation import figure

        for file in figure.write_story(told, view.figure):
            say(f"Figure: {file}", subject.asked.is_quiet)
    if form in (Format.JSON, Format.CSV):
        return rows_text(story_words.story_rows(told), form)
    return story_words.story_text(told, is_markdown=form is Format.MARKDOWN)


def frozen_answer(subject: Subject, view: View) -> Answer:
    """What is left with each term and input frozen."""
    from scenarios.questions.explanation import frozen, words

    ensemble = subject.ensemble().at_most(subject.size * (subject.asked.points or 1))
    n_twins, quiet = len(frozen.can_be_frozen(subject.scenario)), subject.asked.is_quiet
    seconds = (n_twins + 1) * ensemble.runs * SECONDS_A_TWIN
    say(f"{n_twins} twins of {ensemble.runs} runs: about {duration(seconds)} on one core.", quiet)
    with bar("twins", quiet, " twins") as progress:
        table = frozen.frozen(
            ensemble, view.of, view.patron, runs=ensemble.runs, jobs=subject.asked.jobs, progress=progress
        )
    scenario = subject.scenario
    return Answer(scenario.title, words.frozen_sections(table, scenario), words.FROZEN_NOTES, {"frozen": table})


def nearest_answer(subject: Subject, view: View) -> Answer:
    """The smallest changes of numbers that turn something round, in one run or on average."""
    from scenarios.questions.explanation import ask, counterfactual, words

    names = ask.patrons_asked(subject.scenario, view.patron)
    asked = subject.asked_of([f"{name}.step_back" for name in names] if view.of is None else [view.of])
    ensemble = subject.ensemble()
    if view.run is not None and view.of is None:
        asked = ask.happened_in(ensemble, asked, view.run)
    quiet, found = subject.asked.is_quiet, []
    for outcome in asked:
        n_tried = len(counterfactual.changeable(outcome, view.over))
        if view.run is not None:
            table = counterfactual.nearest(ensemble, outcome.text, view.run, view.over)
            found.append((table, words.nearest_said(table, outcome, view.run, n_tried)))
            continue
        seconds = SOUGHT * n_tried * REPLAYS_A_NUMBER * SECONDS_A_REPLAY
        say(f"{outcome.text}: {n_tried} numbers in up to {SOUGHT} runs: about {duration(seconds)} on one core.", quiet)
        with bar(outcome.text, quiet, " searches") as progress:
            table = counterfactual.nearest_on_average(
                ensemble, outcome.text, view.over, SOUGHT, ensemble.runs, subject.asked.jobs, progress
            )
        found.append((table, words.average_said(table, outcome, n_tried)))
    return words.nearest_of_all(found)
