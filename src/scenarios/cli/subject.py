"""Which runs does a command speak of? Those of a result folder, or those of a scenario that is played now."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenarios.cli.options import Chosen, Engine, JobsOption, PointsOption, QuietOption
from scenarios.cli.work import announce_compiling, check_request
from scenarios.errors import RequestRefused

if TYPE_CHECKING:
    from scenarios.outcomes.outcome import Outcome
    from scenarios.questions.explanation.ask import Ensemble
    from scenarios.results import Results
    from scenarios.scenario.scenario import Scenario

RUNS, RUNS_ASKED = 2_000, 10_000
NOTHING: Mapping[str, object] = {}
SubjectArgument = Annotated[
    str, typer.Argument(metavar="NAME-or-RESULT", help="A scenario, a scenario file or a result folder.")
]
RunsOption = Annotated[
    int | None,
    typer.Option(
        "--replications",
        "--runs",
        metavar="N",
        help=f"Runs (of each point); by default {RUNS_ASKED} of ask and {RUNS} of explain.",
    ),
]
SeedOption = Annotated[int | None, typer.Option("--seed", metavar="S", help="Base seed; 1 by default.")]


@dataclass(frozen=True)
class SubjectAsked(Chosen):
    """Runs as they are described at the command line; None is what was not said."""

    name: SubjectArgument
    replications: RunsOption = None
    points: PointsOption = None


@dataclass(frozen=True)
class SubjectPlayed(SubjectAsked):
    """The same for commands that keep no folder."""

    seed: SeedOption = None
    jobs: JobsOption = 0
    is_quiet: QuietOption = False


def folder_named(name: str) -> Path | None:
    """The result folder that a name means; None if it means a scenario."""
    from scenarios.scenario.load import library

    return Path(name) if name not in library() and Path(name).is_dir() else None


class Subject:
    """The runs that a command speaks of; results are read, or played, only when they are needed."""

    def __init__(self, asked: SubjectPlayed) -> None:
        from scenarios.store.folder import read

        self.asked = asked
        self.size = asked.replications or RUNS
        check_request(self.size if asked.replications is None else asked.replications, asked.points, 1, asked.jobs)
        self._results: Results | None = None
        if folder_named(asked.name) is not None:
            refuse_changes(asked, {"--seed": asked.seed})
            self._results = read(asked.name)
            self.scenario: Scenario = self._results.scenario
        else:
            check_request(self.size, asked.points, self.seed, asked.jobs)
            self.scenario = asked.scenario()

    @property
    def seed(self) -> int:
        """The base seed."""
        return 1 if self.asked.seed is None else self.asked.seed

    def asked_of(self, of: str | list[str]) -> "list[Outcome]":
        """What can be asked of these runs, checked before any is played."""
        from scenarios.outcomes.outcome import CHANCE, checked

        return checked(of, self.scenario, [CHANCE])

    def ensemble(self) -> "Ensemble":
        """The addresses of the runs."""
        from scenarios.questions.explanation.ask import Ensemble, ensemble_of

        if self._results is not None:
            return ensemble_of(self._results)
        return Ensemble(self.scenario, self.seed, self.size, self.asked.points)

    def results(self) -> "Results":
        """The tables of the runs."""
        from scenarios.runs.play import simulate

        if self._results is None:
            announce_compiling(Engine.BATCH, self.asked.is_quiet)
            self._results = simulate(
                self.scenario, self.size, self.seed, points=self.asked.points, jobs=self.asked.jobs
            )
        return self._results


def refuse_changes(asked: SubjectAsked, more: Mapping[str, object] = NOTHING) -> None:
    """Refuses options that would make other runs of a result folder."""
    said = {
        **more,
        "--points": asked.points,
        "--set": asked.settings,
        "--believe": asked.beliefs,
        "--overlay": asked.overlays,
        "--fixed": asked.is_fixed or None,
        "--prior": asked.is_prior or None,
    }
    given = [option for option, value in said.items() if value is not None]
    if given:
        raise RequestRefused(
            f"{', '.join(given)}: {asked.name} is a result folder, whose runs have been played. Name the scenario to "
            "play others."
        )
