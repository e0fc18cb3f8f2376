"""Which numbers does an outcome hang on? Morris to find those that matter, Sobol to weigh them, luck beside both."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from scenarios.errors import RequestRefused, UnknownName
from scenarios.legible import Glimpsed
from scenarios.moments import Floats
from scenarios.outcomes.outcome import checked
from scenarios.questions.at_points import outcomes_at
from scenarios.questions.extras import require
from scenarios.questions.factors import Factors, as_values, factors_of
from scenarios.questions.sensitivity.figure import drawn_tornado, foremost_of
from scenarios.questions.sensitivity.indices import (
    MOST_LUCK,
    check_power_of_two,
    checked_luck,
    complete_runs,
    morris_cube,
    morris_indices,
    quarter_middles,
    sobol_cube,
    sobol_indices,
)
from scenarios.questions.sensitivity.variance import split_over
from scenarios.runs.job import Play, seed_of
from scenarios.scenario.overlay import fixed, prior
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
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class SampleDesign:
    """What a sensitivity analysis will play."""

    method: str
    factors: Factors  # what is varied at first, with the choices of what is no number with a range
    trajectories: int  # of Morris, 0 if there is no screening
    screening_runs: int  # at each of their points
    top: int  # numbers weighed by Sobol; 0 for Morris alone
    base_samples: int
    replications: int  # at each point of the Sobol design
    rest: str  # the numbers that are not varied are drawn afresh in each run, or fixed at their central values

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
    """The design that a request comes to, checked; nothing is run."""
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


@dataclass
class Stand:
    """What every stage needs at hand."""

    played: Scenario
    scenario: Scenario
    factors: Factors
    asked: list[str]
    play: Play
    progress: Progress | None
    refused: dict[str, str] = field(default_factory=dict)

    def told(self, stage: str) -> Callable[[int, int], None] | None:
        """The progress of one stage."""
        tell = self.progress
        return None if tell is None else lambda done, total: tell(stage, done, total)

    def values(
        self, stage: str, paths: tuple[str, ...], cube: Floats, runs: int, most_luck: float = MOST_LUCK
    ) -> dict[str, Floats]:
        """Answers at every point of a design, of the outcomes that can be analysed; the others are refused."""
        table = as_values(self.scenario, {path: self.factors[path] for path in paths}, cube)
        play = self.play._replace(replications=runs, progress=self.told(stage))
        played = outcomes_at(self.played, table, self.asked, play)
        sound = {}
        for name, values in played.items():
            try:
                sound[name] = complete_runs(name, values)
                checked_luck(name, sound[name], most_luck)
            except RequestRefused as why:
                sound.pop(name, None)
                self.refused[name] = str(why)
        return sound


def nothing() -> pd.DataFrame:
    """A table of an analysis that was not made."""
    return pd.DataFrame({"outcome": pd.Series(dtype="str"), "path": pd.Series(dtype="str")})


def _weighed_by(index: str, values: dict[str, Floats], indices_of: Callable[[Floats], pd.DataFrame]) -> pd.DataFrame:
    """The indices of several outcomes as one table, the largest first, with a verdict."""
    made = []
    for outcome, found in values.items():
        rows = (
            indices_of(found)
            .sort_values([index, "path"], ascending=[False, True], kind="stable")
            .reset_index(drop=True)
        )
        is_sure = rows[index] > rows["luck"]
        rows.insert(0, "outcome", outcome)
        rows["verdict"] = is_sure.map({True: "moves it", False: "within luck"})
        made.append(rows.assign(points=found.shape[0], replications=found.shape[1]))
    return pd.concat(made, ignore_index=True) if made else nothing()


def with_chance(table: pd.DataFrame, split: pd.DataFrame) -> pd.DataFrame:
    """A table with the share of the variance between single runs that is pure luck beside each row."""
    return table.assign(chance_share=table["outcome"].map(split.set_index("outcome")["chance_share"]))


def screened(desk: Stand, design: SampleDesign) -> pd.DataFrame:
    """The stage of Morris' screening."""
    cube = morris_cube(design.paths, design.trajectories, desk.play.seed)
    # a screening that only says where to look closer may be noisy: what it lets through is weighed again
    most_luck = 1.0 if design.top else MOST_LUCK
    values = desk.values("screening", design.paths, quarter_middles(cube), design.screening_runs, most_luck)
    return _weighed_by("mu_star", values, lambda found: morris_indices(design.paths, cube, found, desk.play.seed))


def weighed(desk: Stand, design: SampleDesign, paths: tuple[str, ...]) -> pd.DataFrame:
    """The stage of the Sobol indices."""
    cube = sobol_cube(paths, design.base_samples, desk.play.seed)
    values = desk.values("indices", paths, cube, design.replications)
    return _weighed_by("total_order", values, lambda found: sobol_indices(paths, found, desk.play.seed))


def foremost(screening: pd.DataFrame, top: int) -> list[str]:
    """The numbers whose elementary effect, as a share of the largest on its outcome, is largest."""
    share = screening["mu_star"] / screening.groupby("outcome")["mu_star"].transform("max")
    ranked = share.groupby(screening["path"], sort=True).max().sort_values(ascending=False, kind="stable")
    return [str(path) for path in ranked.index[:top]]


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
    split: pd.DataFrame
    screening: pd.DataFrame
    indices: pd.DataFrame
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
    split = split_over(raw, asked, SPLIT_POINTS, Play(SPLIT_RUNS, seed, engine, jobs, desk.told("split")))
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
