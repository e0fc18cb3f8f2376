"""Which runs does a command speak of? Those of a result folder, or those of a scenario that is played now."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.cli.boundary import say
from scenarios.cli.options import assembled, check_request
from scenarios.errors import RequestRefused

if TYPE_CHECKING:
    from scenarios.explore.ensemble import Ensemble
    from scenarios.results import Results
    from scenarios.scenario.scenario import Scenario

RUNS = 2000


@dataclass(frozen=True)
class Asked:
    """How a subject was described at the command line; None is what was not said."""

    name: str
    replications: int | None
    points: int | None
    seed: int | None
    settings: list[str] | None
    overlays: list[str] | None
    is_fixed: bool
    is_prior: bool
    jobs: int
    is_quiet: bool

    @property
    def is_folder(self) -> bool:
        """Whether the name is that of a result folder."""
        from scenarios.scenario.load import library

        return self.name not in library() and Path(self.name).is_dir()


class Subject:
    """The runs that a command speaks of; results are read, or played, only when they are needed."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.size = asked.replications or RUNS
        check_request(self.size if asked.replications is None else asked.replications, asked.points, 1, asked.jobs)
        self._results: Results | None = None
        if asked.is_folder:
            refuse_changes(asked)
            self._results = read_folder(asked.name)
            self.scenario: Scenario = self._results.scenario
        else:
            check_request(self.size, asked.points, self.seed, asked.jobs)
            self.scenario = assembled(asked.name, asked.overlays, asked.settings, asked.is_fixed, asked.is_prior)

    @property
    def seed(self) -> int:
        """The base seed."""
        return 1 if self.asked.seed is None else self.asked.seed

    def ensemble(self) -> "Ensemble":
        """The addresses of the runs."""
        from scenarios.explore.ensemble import Ensemble, ensemble_of

        if self._results is not None:
            return ensemble_of(self._results)
        return Ensemble(self.scenario, self.seed, self.size, self.asked.points)

    def results(self) -> "Results":
        """The tables of the runs."""
        from scenarios.engines.simulate import simulate

        if self._results is None:
            announce_compilation(self.asked.is_quiet)
            self._results = simulate(
                self.scenario, self.size, self.seed, points=self.asked.points, jobs=self.asked.jobs
            )
        return self._results


def read_folder(name: str) -> "Results":
    """The results in a folder."""
    from scenarios.store.folder import read

    return read(name)


def refuse_changes(asked: Asked) -> None:
    """Refuses options that would make other runs of a result folder."""
    said = {
        "--points": asked.points,
        "--seed": asked.seed,
        "--set": asked.settings,
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


def announce_compilation(is_quiet: bool) -> None:
    """Says that the first run takes some seconds longer, if it does."""
    from scenarios.engines.compiler import is_compiled, is_interpreted

    if not is_interpreted() and not is_compiled():
        say("Compiling the rule book; this happens once and takes some seconds ...", is_quiet)
