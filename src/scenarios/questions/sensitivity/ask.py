"""Which numbers does an outcome hang on? Morris to find those that matter, Sobol to weigh them, luck beside both."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scenarios.glimpse import Glimpsed
from scenarios.outcomes.outcome import checked
from scenarios.questions.sensitivity.figure import drawn_tornado, foremost_of
from scenarios.questions.sensitivity.sizes import SPLIT_POINTS, SPLIT_RUNS, TOP, SampleDesign, designed
from scenarios.questions.sensitivity.split import variance_split
from scenarios.questions.sensitivity.stages import Progress, Stand, foremost, nothing, screened, weighed, with_chance
from scenarios.runs.job import Play, seed_of
from scenarios.scenario.overlay import fixed, prior
from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True, repr=False)
class Sensitivity(Glimpsed):
    """The answer of a sensitivity analysis; columns are described in docs/reference/tables.md.

    Attributes
    ----------
    scenario : Scenario
    design : Design
    manifest : dict
        Seed, size, method.
    split : DataFrame
        What we do not know against chance, all uncertain numbers drawn.
    screening : DataFrame
        Morris' elementary effects, largest first; empty if not made.
    indices : DataFrame
        Sobol indices, largest first; empty if not made.
    refused : dict of str to str
        Outcomes that were not answered, and why.
    """

    scenario: Scenario
    design: SampleDesign
    manifest: dict[str, Any]
    split: "DataFrame"
    screening: "DataFrame"
    indices: "DataFrame"
    refused: dict[str, str] = field(default_factory=dict)

    def glimpse(self) -> tuple[str, dict[str, str]]:
        """What each outcome hangs on most."""
        table, effect = (self.indices, "total_order") if len(self.indices) else (self.screening, "mu_star")
        facts = foremost_of(table, effect) | self.refused
        facts |= {"runs": f"{self.manifest['runs']:,}, seed {self.manifest['seed']}"}
        return "Sensitivity", facts | {"tables": "indices, screening, split", "figures": ".plot(OUTCOME)"}

    def plot(self, outcome: str | None = None) -> Any:
        """What moves an outcome, the largest first; the first outcome if none is named."""
        made = {"indices": self.indices, "screening": self.screening}
        tables = {name: table for name, table in made.items() if len(table)}
        return drawn_tornado(outcome, tables, self.scenario, self.manifest)


def sensitivity(
    scenario: Scenario,
    of: str | Iterable[str],
    over: Iterable[str] | None = None,
    method: str = "sobol",
    base_samples: int | None = None,
    replications: int | None = None,
    top: int = TOP,
    rest: str = "drawn",
    rng: Any = 1,
    engine: str = "batch",
    jobs: int = 0,
    progress: Progress | None = None,
) -> Sensitivity:
    """Sensitivity of outcomes to the uncertain numbers, with intervals and with what luck alone would give.

    Parameters
    ----------
    scenario : Scenario
    of : str or iterable of str
        Outcomes.
    over : iterable of str, optional
        Dotted paths or groups of them (``patrons.china``); also ``terms``, levels and rungs, and ``PATH=a,b,c``, as in
        `scenarios.questions.factors.factors_of`; all uncertain numbers if None.
    method : str
        ``sobol``: Sobol indices; if more than `top` numbers are varied, of those `top` that Morris' screening puts
        first. ``morris``: the screening alone.
    base_samples : int, optional
        Sobol: base samples, a power of two (256). Morris: trajectories (10).
    replications : int, optional
        Runs at each point (Sobol 100, Morris 50).
    top : int
        Most numbers to weigh by Sobol indices.
    rest : str
        ``drawn``: numbers that are not varied are drawn afresh in each run, the same in run r of every point;
        ``fixed``: they stay at their central values.
    rng : int, SeedSequence or None
        Base seed.
    engine, jobs
        As in `scenarios.simulate`.
    progress : callable or None
        Called with the stage, the number of finished runs and of all runs of the stage.

    Returns
    -------
    Sensitivity

    Raises
    ------
    UnknownName, RequestRefused
        If a name does not exist or the request makes no sense. An outcome whose indices would be noise is not
        answered; `Sensitivity.refused` says why.

    Notes
    -----
    All points share their luck (run r has the same at each), so a difference between points is an effect of the numbers
    on these very runs. Indices of one run at each point would be a statement about that run; the replications make it
    one about their mean, and the column of luck says what other runs could have made of nothing.
    """
    asked = [each.text for each in checked(of, scenario)]
    design = designed(scenario, over, method, base_samples, replications, top, rest)
    seed = seed_of(rng)
    # a design moves each number by itself over its own range, which what history ties together does not allow
    raw = prior(scenario)
    desk = Stand(
        raw if rest == "drawn" else fixed(raw), raw, design.factors, asked, Play(1, seed, engine, jobs), progress
    )
    split = variance_split(raw, asked, SPLIT_POINTS, SPLIT_RUNS, seed, engine, jobs, desk.told("split"))
    paths = design.paths
    screening, indices = nothing(), nothing()
    if design.trajectories:
        screening = screened(desk, design)
        paths = tuple(foremost(screening, design.top)) if len(screening) else ()
    if design.top and paths:
        indices = weighed(desk, design, paths)
    screening, indices = (with_chance(table, split) for table in (screening, indices))
    manifest = {"seed": seed, "method": method, "of": asked, "runs": design.runs, "rest": rest, "engine": engine}
    manifest |= {"numbers": "prior"} | ({"choices": design.choices} if design.choices else {})
    # an outcome that screening could not rank may still have been weighed
    answered = set(indices["outcome"]) if design.top else set(screening["outcome"])
    refused = {name: why for name, why in desk.refused.items() if name not in answered}
    return Sensitivity(scenario, design, manifest, split, screening, indices, refused)
