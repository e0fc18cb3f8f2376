"""How likely is it? `ask`: the chance of any event by a date, under settings, given a condition, frozen if wished."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenarios.cli.boundary import INTERRUPTED, command, say
from scenarios.cli.options import PlayAsked, Shown
from scenarios.cli.subject import RUNS_ASKED, SubjectAsked, folder_named, refuse_changes
from scenarios.cli.work import RunRequest, check_request, runs_of
from scenarios.errors import RequestRefused

if TYPE_CHECKING:
    from pandas import DataFrame

    from scenarios.results import Results

QuestionsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="QUESTION...", help='Such as "russia.step_back by 2026-03-01"; docs/how-to/ask.md.'),
]
GivenOption = Annotated[
    str | None, typer.Option("--given", metavar="QUESTION", help="Only runs in which this is so are counted.")
]
FileOption = Annotated[
    Path | None, typer.Option("--questions", metavar="FILE", help="More questions: CSV with columns id, question.")
]
FreezeOption = Annotated[
    Path | None, typer.Option("--freeze", metavar="DIR", help="Writes a forecast that `scenarios score` can judge.")
]
NoControlOption = Annotated[bool, typer.Option("--no-control", help="Without the control.")]


@dataclass(frozen=True)
class Put:
    """What is asked, and whether the answer is frozen."""

    questions: QuestionsArgument = None
    given: GivenOption = None
    file: FileOption = None
    freeze: FreezeOption = None


@command
def ask(*, subject: SubjectAsked, put: Put, no_control: NoControlOption = False, play: PlayAsked, shown: Shown) -> None:
    """Says how likely something is, by a date.

    Asks a scenario, which is played first unless it was before, or the runs of a result folder. Prints the chance with
    its interval, that of the control, the middle 80 % over what nobody knows, and the chance to publish.

    scenarios ask venezuela_2025 "russia.step_back by 2026-03-01" "rung >= 9 by 2026-02-01"
    """
    from scenarios.questions.chance.words import chance_answer
    from scenarios.questions.sealed import check_new

    asked, given, freeze = asked_questions(put.questions, put.file), put.given, put.freeze
    if freeze is not None:
        check_new(freeze)
    folder = runs_asked(subject, [*asked.values(), *([given] if given else [])], not no_control, play, shown)
    table, results = kept_chances(folder, list(asked.values()), given, not no_control)
    if freeze is not None:
        freeze_chances(freeze, asked, table, results, given)
        say(f"Forecast: {freeze}", shown.is_quiet)
    shown.show(chance_answer(table, results.scenario, results.manifest, folder, given))


def asked_questions(questions: list[str] | None, file: Path | None) -> dict[str, str]:
    """Id -> question: those of the command line are numbered, those of a file have their own."""
    from scenarios.questions.sealed import questions_in

    named = {f"q{place}": text for place, text in enumerate(questions or [], start=1)}
    found = questions_in(file) if file is not None else {}
    if both := [key for key in named if key in found]:
        raise RequestRefused(f"{file}: the id {both[0]!r} is that of a question of the command line. Give it another.")
    if not named and not found:
        raise RequestRefused(
            'Nothing is asked. Write a question, for instance "russia.step_back by 2026-03-01", or --questions FILE.'
        )
    return named | found


def runs_asked(subject: SubjectAsked, texts: list[str], with_control: bool, play: PlayAsked, shown: Shown) -> Path:
    """The folder with the runs that are asked: the one that is named, or that of a scenario, played if need be."""
    from scenarios.outcomes.outcome import CHANCE, checked
    from scenarios.store.aside import check_writable

    folder = folder_named(subject.name)
    if folder is not None:
        refuse_changes(
            subject, {"--replications": subject.replications, "--seed": None if play.seed == 1 else play.seed}
        )
        return folder
    size = RUNS_ASKED if subject.replications is None else subject.replications
    check_request(size, subject.points, play.seed, play.jobs)
    scenario = subject.scenario()
    checked(texts, scenario, kinds=[CHANCE])  # before anything is played
    check_writable(shown.out)
    request = RunRequest(scenario, size, subject.points, play, shown.is_quiet)
    return runs_of(request, shown.out, "scenario and control" if with_control else "scenario", with_control)[0]


def kept_chances(
    folder: Path, questions: list[str], given: str | None, with_control: bool
) -> "tuple[DataFrame, Results]":
    """The chances that the runs of a folder give."""
    from scenarios.questions.chance.ask import ask as chances_of
    from scenarios.store.folder import CONTROL, read

    results = read(folder)
    if results.manifest.get("interrupted"):
        say(f"Interrupted; the runs that were finished are kept in {folder}. The same command plays the rest.")
        raise typer.Exit(INTERRUPTED)
    is_there = with_control and results.manifest.get("control")
    return chances_of(results, questions, given=given, control=read(folder / CONTROL) if is_there else None), results


def freeze_chances(
    folder: Path, asked: dict[str, str], table: "DataFrame", results: "Results", given: str | None
) -> None:
    """Writes chances as a forecast; ids that ask the same have the same row."""
    from scenarios.outcomes.outcome import outcome_named
    from scenarios.questions.sealed import freeze
    from scenarios.store.answers import origin
    from scenarios.store.manifest import question_of

    scenario = results.scenario
    plain = [outcome_named(text, scenario).text for text in asked.values()]
    rows = table.set_index("question", drop=False).loc[plain].assign(id=list(asked))
    record = {**question_of(results.manifest, scenario), **origin(scenario), "given": given}
    freeze(folder, rows[["id", *table.columns]].reset_index(drop=True), record)
