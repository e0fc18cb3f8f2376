"""What is asked of one run over and over? Whether a patron is kept in, and by which numbers that may be changed."""

from collections.abc import Iterable
from dataclasses import dataclass

from scenarios.errors import RequestRefused, UnknownName
from scenarios.questions.explanation.ensemble import Ensemble, parsed_outcome
from scenarios.runs.replay import Bench, RunOutcome, clamped, with_number
from scenarios.scenario.arrays import ordered, uncertain_paths
from scenarios.scenario.dated import near_paths
from scenarios.scenario.scenario import Scenario

LEAVINGS = ("step_back", "step_back_further", "abandonment", "notch")
REFERENCE = ("opening", "feasible")  # they set what a step-back is measured against


@dataclass(frozen=True)
class Question:
    """Whether a patron is kept in, asked of one run over and over.

    Attributes
    ----------
    bench : Bench
    patron : int
        Place of the patron in the order of the arrays.
    event : str
    least : int
        How long a loss must have lasted to count when the client ends [steps].
    """

    bench: Bench
    patron: int
    event: str
    least: int

    @property
    def happened_at(self) -> float:
        """Step at which the event happened in the run as it was drawn; negative for never."""
        return self.bench.base.of(self.patron, f"{self.event}_at")

    def is_kept(self, found: RunOutcome) -> bool:
        """Whether the event is gone, and not because the client went before it could have counted."""
        never = found.of(self.patron, f"{self.event}_at") < 0.0
        return never and found.ended_at > self.happened_at + self.least

    def keeps(self, spot: int, value: float) -> bool:
        """Whether the patron is kept in with one number set from the first step on."""
        return self.is_kept(with_number(self.bench, spot, value))


def changeable(scenario: Scenario, patron: str, over: Iterable[str] | None = None) -> list[str]:
    """Paths of the numbers that may be changed.

    Parameters
    ----------
    patron : str
    over : iterable of str or None
        Paths, or beginnings of paths like ``coercer`` or ``patrons.china``; None for all numbers with a range save
        those of the other patrons.

    Notes
    -----
    Opening and feasible levels are left out: they set what a step-back is measured against. So is what the user set:
    it is what was asked about.

    Raises
    ------
    UnknownName, RequestRefused
        If a path names no number, or none with a range.
    """
    held = {setting.path for setting in scenario.settings}
    free = [path for path in uncertain_paths(scenario) if path not in held and path.rsplit(".", 1)[-1] not in REFERENCE]
    if not free:
        raise RequestRefused(
            f"{scenario.name}: no number has a range to search. Leave out --fixed, or give one a range."
        )
    if over is None:
        others = tuple(f"patrons.{name}." for name in scenario.patrons if name != patron)
        return [path for path in free if not path.startswith(others)]
    found: list[str] = []
    for wanted in over:
        below = [path for path in free if path == wanted or path.startswith(f"{wanted}.")]
        if not below and not any(path == wanted or path.startswith(f"{wanted}.") for path in scenario.numbers):
            raise UnknownName("path", wanted, near_paths(wanted, list(scenario.numbers)))
        if not below:
            raise RequestRefused(
                f"{wanted}: has no range to search, is set already, or sets the reference posture. Name another path."
            )
        found += [path for path in below if path not in found]
    return found


def question_of_run(ensemble: Ensemble, of: str, run: int, engine: str = "batch") -> Question:
    """The question of one run."""
    scenario = ensemble.scenario
    patron, event = parsed_outcome(scenario, of)
    if event not in LEAVINGS:
        raise RequestRefused(f"{of}: is no leaving. Allowed: {', '.join(LEAVINGS)}.")
    bench = clamped(scenario, ensemble.checked(run), ensemble.seed, ensemble.per_point, engine)
    return Question(bench, ordered(scenario, "patrons").index(patron), event, bench.plan.shape.least)
