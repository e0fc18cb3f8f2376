"""What do runs that are there show of the numbers? ``scenarios sensitivity --given RESULT``."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenarios.cli.options import Chosen, Engine, PlayAsked, Shown
from scenarios.cli.work import Answered, StageProgress, ask_once
from scenarios.errors import RequestRefused

if TYPE_CHECKING:
    from scenarios.scenario.scenario import Scenario

KIND = "given"
NameOption = Annotated[
    str, typer.Argument(metavar="NAME-or-FILE", help="A library scenario, or a scenario file; none with --given.")
]
GivenOption = Annotated[
    Path | None,
    typer.Option(
        "--given", metavar="RESULT", help="Instead: what the runs of a result folder show; nothing is played."
    ),
]


@dataclass(frozen=True)
class ChosenOrGiven(Chosen):
    """Which scenario is played, or which runs are there."""

    name: NameOption = ""
    given: GivenOption = None

    def check(self, *played: str) -> None:
        """Refuses neither or both, and options that make runs or play them beside runs that are there."""
        if self.given is None and not self.name:
            raise RequestRefused("Name a scenario, as in scenarios sensitivity toy; or a result folder with --given.")
        changes: dict[str, object] = {"--set": self.settings, "--believe": self.beliefs, "--overlay": self.overlays}
        changes |= {"--fixed": self.is_fixed, "--prior": self.is_prior}
        said = [*filter(None, [self.name]), *[option for option, value in changes.items() if value], *played]
        if self.given is not None and said:
            raise RequestRefused(
                f"{', '.join(said)}: the runs of {self.given} have been played. Leave it out, or leave out --given."
            )


def given(
    folder: Path, of: list[str] | None, over: list[str] | None, play: PlayAsked, shown: Shown
) -> "tuple[Scenario, Answered]":
    """The scenario of some runs, and what they show: an old answer or a new one."""
    from scenarios.outcomes.outcome import checked, headlines
    from scenarios.questions.sensitivity.first_order import sensitivity_given
    from scenarios.store.answers import asked_of
    from scenarios.store.folder import read

    results = read(folder)
    scenario = results.scenario
    asked = [each.text for each in checked(of or headlines(scenario), scenario)]

    def anew(_: StageProgress) -> tuple[dict[str, Any], dict[str, Any]]:
        found = sensitivity_given(results, asked, over, play.seed)
        return {"given": found.shares}, found.manifest | {"refused": found.refused}

    rules = results.manifest["rulebook_hash"]
    size = {"result": results.manifest["id"], "runs": len(results.runs)}  # a result that was cut short has the same id
    question = asked_of(KIND, scenario, rules, **size, of=asked, over=over, luck_seed=play.seed)
    unplayed = replace(play, engine=Engine.AGENTS)  # nothing need be compiled
    return scenario, ask_once(scenario, question, anew, "", unplayed, shown)
