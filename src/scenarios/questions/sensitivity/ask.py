"""Which numbers does an outcome hang on? Morris to find those that matter, Sobol to weigh them, luck beside both."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pandas as pd

from scenarios.errors import RequestRefused, UnknownName
from scenarios.legible import Glimpsed
from scenarios.moments import Floats
from scenarios.outcomes.outcome import texts_asked
from scenarios.questions.design import as_values, morris_cube, outcomes_at, sobol_cube
from scenarios.questions.extras import require
from scenarios.questions.factors import Factors, factors_of
from scenarios.questions.sensitivity import indices
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
Weigh = Callable[[Floats], pd.DataFrame]


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

    @property
    def words(self) -> str:
        """What will be played."""
        screened, weighed = self.points
        parts = [f"split of the variance: {SPLIT_POINTS} points x {SPLIT_RUNS} runs"]
        if screened:
            parts.append(
                f"Morris over {len(self.paths)} numbers: {self.trajectories} trajectories, {screened:,} points x "
                f"{self.screening_runs} runs"
            )
        if weighed:
            parts.append(
                f"Sobol over {'the foremost ' if screened else ''}{self.top}: {self.base_samples} base samples, "
                f"{weighed:,} points x {self.replications} runs"
            )
        return "; ".join(parts)


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
    if method == "sobol":
        is_screened = len(factors) > top
        screening = (TRAJECTORIES, MORRIS_RUNS) if is_screened else (0, 0)
        weighing = (min(top, len(factors)), base_samples or BASE_SAMPLES, replications or SOBOL_RUNS)
        check_power_of_two(weighing[1])
    else:
        screening, weighing = (base_samples or TRAJECTORIES, replications or MORRIS_RUNS), (0, 0, 0)
    design = SampleDesign(method, factors, *screening, *weighing, rest)
    if design.runs > MOST_RUNS:
        raise RequestRefused(
            f"{design.runs:,} runs are more than {MOST_RUNS:,}. Ask for fewer base samples or replications."
        )
    return design


def check_power_of_two(base_samples: int) -> None:
    """Refuses a number of base samples at which a Sobol sequence is not balanced."""
    if base_samples < 2 or base_samples & (base_samples - 1):
        below = 1 << max(1, base_samples.bit_length() - 1)
        raise RequestRefused(
            f"--base-samples {base_samples}: must be a power of two, or a Sobol sequence loses its balance. "
            f"Nearest: {below}, {2 * below}."
        )


@dataclass
class Stand:
    """What every stage needs at hand."""

    played: Scenario
    scenario: Scenario
    asked: list[str]
    play: Play
    progress: Progress | None
    refused: dict[str, str] = field(default_factory=dict)

    def told(self, stage: str) -> Callable[[int, int], None] | None:
        """The progress of one stage."""
        return None if self.progress is None else partial(self.progress, stage)

    def table(
        self, stage: str, varied: Factors, cube: Floats, runs: int, weigh: Weigh, most_luck: float = indices.MOST_LUCK
    ) -> pd.DataFrame:
        """Indices of the outcomes that can be analysed, by answers at every point; the others are refused."""
        play = self.play._replace(replications=runs, progress=self.told(stage))
        points = as_values(self.scenario, varied, cube)
        made = []
        for name, values in outcomes_at(self.played, points, self.asked, play).items():
            try:
                found = indices.complete_runs(name, values)
                indices.checked_luck(name, found, most_luck)
            except RequestRefused as why:
                self.refused[name] = str(why)
                continue
            rows = indices.ranked(name, weigh(found), indices.LENGTHS[stage], ("moves it", "within luck"))
            made.append(rows.assign(points=found.shape[0], replications=found.shape[1]))
        return pd.concat(made, ignore_index=True) if made else nothing()


def nothing() -> pd.DataFrame:
    """A table of an analysis that was not made."""
    return pd.DataFrame({"outcome": pd.Series(dtype="str"), "path": pd.Series(dtype="str")})


def screened(desk: Stand, design: SampleDesign) -> pd.DataFrame:
    """The stage of Morris' screening."""
    paths, seed = design.paths, desk.play.seed
    cube = morris_cube(paths, design.trajectories, seed)
    # a screening that only says where to look closer may be noisy: what it lets through is weighed again
    most_luck = 1.0 if design.top else indices.MOST_LUCK
    middles = indices.quarter_middles(cube)

    def weigh(found: Floats) -> pd.DataFrame:
        return indices.morris_indices(paths, cube, found, seed)

    return desk.table("screening", design.factors, middles, design.screening_runs, weigh, most_luck)


def weighed(desk: Stand, design: SampleDesign, paths: list[str]) -> pd.DataFrame:
    """The stage of the Sobol indices."""
    seed = desk.play.seed
    cube, factors = sobol_cube(paths, design.base_samples, seed), {path: design.factors[path] for path in paths}

    def weigh(found: Floats) -> pd.DataFrame:
        return indices.sobol_indices(paths, found, seed)

    return desk.table("indices", factors, cube, design.replications, weigh)


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
        kind = "indices" if len(self.indices) else "screening"
        facts = indices.foremost_of(getattr(self, kind), indices.LENGTHS[kind]) | self.refused
        facts |= {"runs": f"{self.manifest['runs']:,}, seed {self.manifest['seed']}"}
        return "Sensitivity", facts | {"tables": "indices, screening, split", "figures": ".plot(OUTCOME)"}

    def plot(self, outcome: str | None = None) -> Any:
        """What moves an outcome, the largest first; the first outcome if none is named."""
        from scenarios.questions.sensitivity.figure import drawn_tornado

        made = {"indices": self.indices, "screening": self.screening}
        return drawn_tornado(outcome, made, self.scenario, self.manifest)


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
    asked = texts_asked(of, scenario)
    design = designed(scenario, over, method, base_samples, replications, top, rest)
    seed = seed_of(rng)
    # a design moves each number by itself over its own range, which what history ties together does not allow
    raw = prior(scenario)
    desk = Stand(raw if rest == "drawn" else fixed(raw), raw, asked, Play(1, seed, engine, jobs), progress)
    split = split_over(raw, asked, SPLIT_POINTS, Play(SPLIT_RUNS, seed, engine, jobs, desk.told("split")))
    paths = list(design.paths)
    screening, weights = nothing(), nothing()
    if design.trajectories:
        screening = screened(desk, design)
        paths = foremost(screening, design.top) if len(screening) else []
    if design.top and paths:
        weights = weighed(desk, design, paths)
    chance = split.set_index("outcome")["chance_share"]  # of the variance between single runs, beside each row
    screening, weights = (table.assign(chance_share=table["outcome"].map(chance)) for table in (screening, weights))
    manifest = {"seed": seed, "method": method, "of": asked, "runs": design.runs, "rest": rest, "engine": engine}
    manifest |= {"numbers": "prior"} | ({"choices": design.choices} if design.choices else {})
    # an outcome that screening could not rank may still have been weighed
    answered = set((weights if design.top else screening)["outcome"])
    refused = {name: why for name, why in desk.refused.items() if name not in answered}
    return Sensitivity(scenario, design, manifest, split, screening, weights, refused)
