"""Which runs are meant, and which outcome? What every question about runs begins with."""

from dataclasses import dataclass, replace
from typing import Any

from scenarios.engine.compiler import rulebook_hash
from scenarios.errors import RequestRefused, UnknownName
from scenarios.results import Results
from scenarios.runs.job import per_point_of
from scenarios.runs.replay import replay
from scenarios.scenario.scenario import Scenario


@dataclass(frozen=True)
class Ensemble:
    """Runs by their address: whoever knows scenario, seed and size can play any of them again.

    Attributes
    ----------
    scenario : Scenario
    seed, replications : int
        Base seed, and runs (of each point, if there are points).
    points : int or None
        Draws of the uncertain numbers; None for one a run.
    """

    scenario: Scenario
    seed: int = 1
    replications: int = 2000
    points: int | None = None

    @property
    def runs(self) -> int:
        """Number of runs."""
        return self.replications * (self.points or 1)

    @property
    def per_point(self) -> int:
        """Runs in each draw of the uncertain numbers."""
        return per_point_of(self.scenario, self.replications, self.points)

    def at_most(self, runs: int) -> "Ensemble":
        """The same runs from the first, no more than so many; whole points, at least one.

        Examples
        --------
        >>> from scenarios import load
        >>> Ensemble(load("toy"), points=20, replications=50).at_most(120).points
        2
        """
        if runs >= self.runs:
            return self
        if self.points is None and self.per_point == 1:
            return replace(self, replications=runs)
        return replace(self, replications=self.per_point, points=max(1, runs // self.per_point))

    def checked(self, run: int) -> int:
        """The number of a run, if there is such a run.

        Raises
        ------
        RequestRefused
            If there is none.
        """
        if isinstance(run, bool) or int(run) != run or not 0 <= run < self.runs:
            raise RequestRefused(
                f"run {run}: there is no such run. These are runs 0 to {self.runs - 1} of {self.scenario.name}, "
                f"seed {self.seed}. Choose one of them, or play more with --replications."
            )
        return int(run)


def ensemble_of(subject: Results | Ensemble) -> Ensemble:
    """The runs behind results.

    Raises
    ------
    RequestRefused
        If the results were made by another rule book: their runs cannot be played again.
    """
    if isinstance(subject, Ensemble):
        return subject
    said: dict[str, Any] = subject.manifest
    if said.get("rulebook_hash") != rulebook_hash():
        raise RequestRefused(
            f"These results were made by rule book {said.get('rulebook_hash')}, this is {rulebook_hash()}: their runs "
            "cannot be played again. Run the scenario again; the table of reasons needs no playing and still works."
        )
    replications, points = int(said["replications"]), said.get("points")
    per_point = per_point_of(subject.scenario, replications, points)
    if per_point > 1:
        replications, points = per_point, -(-len(subject.runs) // per_point)
    elif points is None:
        replications = len(subject.runs)  # fewer than asked for if the runs were interrupted
    ensemble = Ensemble(subject.scenario, int(said["seed"]), replications, points)
    check_addresses(subject, ensemble)
    return ensemble


def check_addresses(results: Results, ensemble: Ensemble) -> None:
    """Refuses results whose runs do not come again: numbers were given for each point, or a sample has changed."""
    last = len(results.runs) - 1
    for run in {0, last}:
        again = replay(ensemble.scenario, run, ensemble.seed, ensemble.per_point).runs.iloc[0]
        if again.astype(str).tolist() != results.runs.iloc[run].astype(str).tolist():
            raise RequestRefused(
                f"Run {run} of these results does not come again from their scenario and seed: its numbers were given "
                "for each point, or have changed since. Explain a simulation of one scenario, or run it again."
            )


def checked_patron(scenario: Scenario, patron: str) -> str:
    """The name of a patron, if there is one of that name."""
    if patron not in scenario.patrons:
        raise UnknownName("patron", patron, scenario.patrons)
    return patron
