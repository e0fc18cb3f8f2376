"""How likely is it? `ask`: the chance of any event by a date, under settings, given a condition, frozen if wished."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from scenarios.cli.boundary import INTERRUPTED, command, say
from scenarios.cli.options import PlayAsked, Shown
from scenarios.cli.subject import RUNS_ASKED, SubjectAsked, folder_named, refuse_changes
from scenarios.cli.work import RunRequest, check_request, runs_of

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
    from scenarios.questions import sealed
    from scenarios.questions.chance import ask, words
    from scenarios.store.folder import CONTROL, read

    asked, given, freeze = sealed.asked_questions(put.questions, put.file), put.given, put.freeze
    if freeze is not None:
        sealed.check_new(freeze)
    folder = runs_asked(subject, [*asked.values(), *([given] if given else [])], not no_control, play, shown)
    results = read(folder)
    if results.manifest.get("interrupted"):
        say(f"Interrupted; the runs that were finished are kept in {folder}. The same command plays the rest.")
        raise typer.Exit(INTERRUPTED)
    control = read(folder / CONTROL) if not no_control and results.manifest.get("control") else None
    table = ask.ask(results, list(asked.values()), given=given, control=control)
    if freeze is not None:
        sealed.freeze_chances(freeze, asked, table, results, given)
        say(f"Forecast: {freeze}", shown.is_quiet)
    shown.show(words.chance_answer(table, results.scenario, results.manifest, folder, given))


def runs_asked(subject: SubjectAsked, texts: list[str], with_control: bool, play: PlayAsked, shown: Shown) -> Path:
    """The folder with the runs that are asked: the one that is named, or that of a scenario, played if need be."""
    from scenarios.outcomes.outcome import CHANCE, checked

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
    shown.check_place()
    request = RunRequest(scenario, size, subject.points, play, shown.is_quiet)
    return runs_of(request, shown.out, "scenario and control" if with_control else "scenario", with_control)[0]
