"""What will a sensitivity analysis play? Its design, checked and counted before anything runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from scenarios.errors import RequestRefused, UnknownName
from scenarios.questions.extras import require
from scenarios.questions.factors import Factors, factors_of
from scenarios.questions.sensitivity.sobol import check_power_of_two
from scenarios.scenario.scenario import Scenario

METHODS = ("sobol", "morris")
RESTS = ("drawn", "fixed")
TRAJECTORIES = 10
MORRIS_RUNS = 50
BASE_SAMPLES = 256
SOBOL_RUNS = 100
SPLIT_POINTS, SPLIT_RUNS = 500, 20
TOP = 8  # numbers that a Sobol design can afford
MOST_RUNS = 20_000_000


@dataclass(frozen=True)
class SampleDesign:
    """What a sensitivity analysis will play.

    Attributes
    ----------
    method : str
        ``sobol`` or ``morris``.
    factors : mapping of str to tuple
        What is varied at first, with the choices of what is no number with a range.
    trajectories, screening_runs : int
        Morris' trajectories, and runs at each of their points; 0 if there is no screening.
    top : int
        Numbers weighed by Sobol; 0 for Morris alone.
    base_samples, replications : int
        Of the Sobol design, and runs at each of its points.
    rest : str
        What becomes of the numbers that are not varied: ``drawn`` afresh in each run, or ``fixed`` at their central
        values.
    """

    method: str
    factors: Factors
    trajectories: int
    screening_runs: int
    top: int
    base_samples: int
    replications: int
    rest: str

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of what is varied at first."""
        return tuple(self.factors)

    @property
    def choices(self) -> dict[str, Any]:
        """What is varied by choices."""
        return {path: choices for path, choices in self.factors.items() if choices}

    @property
    def points(self) -> tuple[int, int]:
        """Points of the screening and of the Sobol design."""
        return self.trajectories * (len(self.paths) + 1), self.base_samples * (self.top + 2) if self.top else 0

    @property
    def runs(self) -> int:
        """Runs in all, those of the split included."""
        screened, weighed = self.points
        return screened * self.screening_runs + weighed * self.replications + SPLIT_POINTS * SPLIT_RUNS


def designed(
    scenario: Scenario,
    over: Iterable[str] | None = None,
    method: str = "sobol",
    base_samples: int | None = None,
    replications: int | None = None,
    top: int = TOP,
    rest: str = "drawn",
) -> SampleDesign:
    """The design that a request comes to, checked; nothing is run.

    Raises
    ------
    RequestRefused, UnknownName

    Examples
    --------
    >>> from scenarios import load
    >>> designed(load("toy"), ["client.hold"], base_samples=64, replications=10).points
    (0, 192)
    """
    require("SALib", "A sensitivity analysis")
    for kind, word, known in (("method", method, METHODS), ("choice for the rest", rest, RESTS)):
        if word not in known:
            raise UnknownName(kind, word, known)
    for option, count in (("--base-samples", base_samples), ("--replications", replications), ("--top", top)):
        if count is not None and count < (1 if option == "--top" else 2):
            raise RequestRefused(f"{option} {count}: must be at least {1 if option == '--top' else 2}.")
    factors = factors_of(scenario, over)
    is_sobol = method == "sobol"
    is_screened = not is_sobol or len(factors) > top
    design = SampleDesign(
        method=method,
        factors=factors,
        trajectories=0 if not is_screened else TRAJECTORIES if is_sobol else base_samples or TRAJECTORIES,
        screening_runs=0 if not is_screened else MORRIS_RUNS if is_sobol else replications or MORRIS_RUNS,
        top=min(top, len(factors)) if is_sobol else 0,
        base_samples=(base_samples or BASE_SAMPLES) if is_sobol else 0,
        replications=(replications or SOBOL_RUNS) if is_sobol else 0,
        rest=rest,
    )
    if is_sobol:
        check_power_of_two(design.base_samples)
    if design.runs > MOST_RUNS:
        raise RequestRefused(
            f"{design.runs:,} runs are more than {MOST_RUNS:,}. Ask for fewer base samples or replications."
        )
    return design
