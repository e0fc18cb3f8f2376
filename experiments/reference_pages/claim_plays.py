"""What is played to test the claims of the article? Scenarios with a mechanism on and frozen, matched run by run."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reference_pages.claim_readings import (
    PAIR,
    Readings,
    autumn_claims,
    first_falls,
    long_readings,
    open_readings,
    steps_up,
)
from scenarios.history.ensembles import AUTUMN, HISTORY, WAR, war_readings
from scenarios.runs.courses import Courses, reduced
from scenarios.runs.job import Play, seed_of
from scenarios.runs.play import played as played_runs
from scenarios.scenario.load import load
from scenarios.scenario.scenario import Scenario

OPEN = "venezuela_2025"
OPENINGS = ("opening", "feasible")
Floats = NDArray[np.float64]
Changes = Callable[[Scenario], dict[str, Any]]


class Scene(NamedTuple):
    """A scenario, what is changed in it, and what is read off its runs.

    Attributes
    ----------
    changes : callable
        From the scenario to the values of paths.
    read : callable
        Of scenario and courses; or of the results, if `is_whole`.
    """

    scenario: str
    changes: Changes
    read: Callable[..., Readings]
    is_whole: bool = False


def setting(**values: Any) -> Changes:
    """The same values for every scenario; two underscores stand for a dot."""
    return lambda _: {path.replace("__", "."): value for path, value in values.items()}


def doubled_bargains(_: Scenario) -> dict[str, Any]:
    """Bargains of Russia and China with the coercer twice what each run drew, from the first step on."""
    return {f"patrons.{patron}.bargain": "x2" for patron in PAIR}


def out_of_reach(scenario: Scenario) -> dict[str, Any]:
    """Russia and China giving nothing."""
    fields = [f"patrons.{p}.channels.{c}.{f}" for p in PAIR for c in scenario.channels for f in ("opening", "feasible")]
    return dict.fromkeys(fields, 0.0)


PLAYS = {
    "history": Scene(HISTORY, setting(), long_readings),
    "unpressed": Scene(HISTORY, setting(freeze="pressure"), long_readings),
    "solvent": Scene(HISTORY, setting(freeze="solvency"), long_readings),
    "peaceful": Scene(HISTORY, setting(freeze="war"), long_readings),
    "unpaid": Scene(HISTORY, setting(freeze="solvency", terms__payment="frozen"), long_readings),
    "falls": Scene(HISTORY, setting(), first_falls, is_whole=True),
    "autumn": Scene(AUTUMN, setting(), autumn_claims),
    "iran": Scene(WAR, setting(), war_readings),
    "open": Scene(OPEN, setting(), open_readings),
    "chances": Scene(OPEN, setting(), steps_up, is_whole=True),
    "calm": Scene(OPEN, setting(freeze="pressure"), steps_up, is_whole=True),
    "bargain doubled": Scene(OPEN, doubled_bargains, open_readings),
    "bargain frozen": Scene(OPEN, setting(terms__bargain="frozen"), open_readings),
    "blind": Scene(OPEN, setting(coercer__isolation_sensitivity=0.0), open_readings),
    "alone": Scene(OPEN, out_of_reach, open_readings),
}


def staged(scene: Scene) -> Scenario:
    """The scenario of a play: openings have been so all along, the rest is set from the first step on."""
    base = load(scene.scenario)
    changes = scene.changes(base)
    past = {path: value for path, value in changes.items() if path.rpartition(".")[2] in OPENINGS}
    believed = base.believed(past) if past else base
    now = {path: value for path, value in changes.items() if path not in past}
    return believed.with_values(now) if now else believed


def played(name: str, replications: int, rng: Any, jobs: int) -> Readings:
    """The readings of one play, one row a run."""
    scene, play = PLAYS[name], Play(replications, seed_of(rng), jobs=jobs)
    scenario = staged(scene)
    if scene.is_whole:
        return scene.read(played_runs(scenario, play))
    chunks = reduced(scenario, lambda courses: read_chunk(scene, scenario, courses), play, with_events=True)
    names = list(dict.fromkeys(name for chunk in chunks for name in chunk))
    missing = [next(iter(chunk.values())) * np.nan for chunk in chunks]
    pairs = list(zip(chunks, missing, strict=True))
    return {name: np.concatenate([chunk.get(name, nothing) for chunk, nothing in pairs]) for name in names}


def read_chunk(scene: Scene, scenario: Scenario, courses: Courses) -> Readings:
    """The readings of a chunk of runs."""
    return scene.read(scenario, courses)


def all_readings(replications: int, rng: Any = 1, jobs: int = 0) -> dict[str, Floats]:
    """Every reading of every play as ``play:reading``, shape (runs,) each; run r has the same luck in all plays."""
    return dict(columns(replications, rng, jobs))


def columns(replications: int, rng: Any, jobs: int) -> Iterator[tuple[str, Floats]]:
    """Names and values of the readings, play by play."""
    for name in PLAYS:
        for reading, values in played(name, replications, rng, jobs).items():
            yield f"{name}:{reading}", values
