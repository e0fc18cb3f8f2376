"""Was the same question of an analysis answered before? Then that answer is shown, and nothing is run."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from scenarios.cli.boundary import say
from scenarios.cli.options import PlayAsked, Shown
from scenarios.cli.work import RunRequest, announce_compiling, played_to_disk, stage_bars
from scenarios.errors import Unvouched

if TYPE_CHECKING:
    from pandas import DataFrame

    from scenarios.cli.work import Progress as RunsProgress
    from scenarios.scenario.scenario import Scenario

Found = TypeVar("Found")
Answered = tuple[dict[str, Any], dict[str, Any], Path]  # tables, manifest, folder
Progress = Callable[[str, int, int], None]
Anew = Callable[[Progress], "tuple[Mapping[str, DataFrame], Mapping[str, Any]]"]


def trusted(look: "Callable[[], Found | None]", play: PlayAsked, is_quiet: bool) -> "Found | None":
    """What is found of an earlier answer; None if there is none, nobody can vouch for it, or it is to be played again.

    Raises
    ------
    StoreError
        If it is damaged.
    """
    if play.is_anew:
        return None
    try:
        return look()
    except Unvouched as fault:
        say_unvouched(fault, is_quiet)
        return None


def say_unvouched(fault: Unvouched, is_quiet: bool) -> None:
    """Says that an answer from before results had checksums is played anew."""
    say(f"{fault.folder}: written before results had checksums; nobody can vouch for it, it is played anew.", is_quiet)


def say_earlier(date: str, is_quiet: bool) -> None:
    """Says that an answer is an old one."""
    say(f"The same question was answered on {date}; this is that answer, nothing was run.", is_quiet)


def runs_of(
    request: RunRequest, out: Path, name: str, with_control: bool, then: "RunsProgress | None" = None
) -> tuple[Path, str | None]:
    """The folder with the runs of a request, and the date of an earlier answer; None if they are played now."""
    from scenarios.store.folder import find, read_manifest

    folder = trusted(lambda: find(out, request.question(), with_control), request.play, request.is_quiet)
    if folder is None:
        return played_to_disk(request, out, name, with_control, then), None
    return folder, read_manifest(folder)["date"]


def ask_once(
    scenario: "Scenario", question: dict[str, Any], anew: Anew, cost: str, play: PlayAsked, shown: Shown
) -> Answered:
    """The answer to a question: the one that is there already, or a new one, which is put there.

    Parameters
    ----------
    scenario : Scenario
    question : dict
        As `scenarios.store.answers.asked_of` makes it.
    anew : callable
        Gives tables and manifest of a new answer, and is told where to report progress.
    cost : str
        What a new answer will take, in words.
    play : Play
    shown : Shown
    """
    from scenarios.store.answers import find_answer, save_answer

    found = trusted(lambda: find_answer(shown.out, question), play, shown.is_quiet)
    if found is not None:
        folder, manifest, tables = found
        say_earlier(manifest["date"], shown.is_quiet)
        return tables, manifest, folder
    if cost:
        say(cost, shown.is_quiet)
    announce_compiling(play.engine, shown.is_quiet)
    with stage_bars(shown.is_quiet) as progress:
        made, said = anew(progress)
    filled = {name: table for name, table in made.items() if len(table)}
    return filled, dict(said), save_answer(shown.out, scenario, question, filled, said)
