"""In which box of the numbers does an event happen most? PRIM, checked on other runs, and a tree as second opinion."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scenarios.errors import RequestRefused
from scenarios.moments import Floats, Truths
from scenarios.outcomes.outcome import answers
from scenarios.questions.extras import quiet_workbench
from scenarios.results import Results
from scenarios.tally import chance_names

RARE, COMMON, TOO_COMMON = 0.05, 0.5, 0.8  # boxes say most between the first two, and nothing beyond the last
FEWEST_CASES = 60
PEEL = 0.05  # share of the box taken off at a time
LEAST_MASS = 0.05  # share of the runs that a box must hold
ANY_DENSITY = 1e-9  # at 0 the workbench takes every run for a case
MOST_CANDIDATES = 12
LEVEL = 0.05  # of the test that lets a number in
MOST_CHANCE = 0.2  # quasi-p with which a limit may stay
DEPTH = 3


def checked_event(results: Results, of: str, values: Floats, is_absent: bool) -> Truths:
    """Whether the event (or its absence) happened in each run that has an answer."""
    known = values[~np.isnan(values)]
    if len(known) == 0:
        raise RequestRefused(
            f"{of}: no run has an answer, the patron gave nothing at the opening. Ask for another event."
        )
    happened: Truths = known < 0.5 if is_absent else known > 0.5
    base, n = float(happened.mean()), int(happened.sum())
    what = f"{'not ' if is_absent else ''}{of} happens in {base:.1%} of {len(known):,} runs"
    if n < FEWEST_CASES:
        raise RequestRefused(
            f"{what}, {n} cases, fewer than the {FEWEST_CASES} that a box needs. Ask for more --points, press harder "
            f"with --set, or ask for a milder event. {_others(results, of)}"
        )
    if base > TOO_COMMON:
        raise RequestRefused(
            f"{what}, more than {TOO_COMMON:.0%}: a box of where it happens would be nearly the whole space. Ask for "
            f"where it {'does (leave out --absent)' if is_absent else 'does not: --absent'}. {_others(results, of)}"
        )
    return happened


def _others(results: Results, of: str) -> str:
    """Events of the same actor that are neither rare nor common in these runs."""
    actor = of.partition(".")[0]
    names = [name for name in chance_names(results.scenario) if name.startswith(f"{actor}.") and name != of]
    fit = []
    for name, values in answers(results, names).items():
        rate = float(np.nanmean(values)) if not np.isnan(values).all() else np.nan
        fit += [f"{name} ({rate:.0%})"] if RARE <= rate <= COMMON else []
    return f"In 5 to 50 % of the runs: {', '.join(fit)}." if fit else ""


@dataclass(frozen=True)
class Limit:
    """One side of a box: ``path`` is at least (``above``) or at most a value."""

    path: str
    is_above: bool
    value: float

    def holds(self, numbers: pd.DataFrame) -> Truths:
        """Where the limit is kept, shape (runs,)."""
        column = numbers[self.path].to_numpy()
        kept: Truths = column >= self.value if self.is_above else column <= self.value
        return kept


Box = tuple[Limit, ...]


def ranges_of(box: Box) -> dict[str, tuple[float, float]]:
    """What a box leaves of each number that it limits; NaN for a side that is open."""
    sides: dict[str, dict[bool, float]] = {}
    for limit in box:
        sides.setdefault(limit.path, {})[limit.is_above] = limit.value
    return {path: (found.get(True, np.nan), found.get(False, np.nan)) for path, found in sides.items()}


def without(limit: Limit, box: Box) -> Box:
    """A box without one of its limits."""
    return tuple(other for other in box if other != limit)


def inside(box: Box, numbers: pd.DataFrame) -> Truths:
    """Which runs lie in a box, shape (runs,); all in a box without limits."""
    kept = np.ones(len(numbers), dtype=bool)
    for limit in box:
        kept &= limit.holds(numbers)
    return kept


def candidate_boxes(numbers: pd.DataFrame, happened: Truths) -> list[str]:
    """The numbers whose distribution differs between runs with and without the event, most certain first.

    Notes
    -----
    Two-sample Kolmogorov-Smirnov test at 5 % over all numbers together (Bonferroni). Left to itself, PRIM peels noise:
    among 260 numbers some limit always seems to help. A number that acts only together with another may be missed.
    """
    from scipy.stats import ks_2samp

    chance = {
        str(path): float(ks_2samp(column[happened], column[~happened], method="asymp").pvalue)
        for path, column in ((path, numbers[path].to_numpy()) for path in numbers)
    }
    ranked = sorted(chance, key=lambda path: (chance[path], path))
    return [path for path in ranked if chance[path] * len(chance) <= LEVEL][:MOST_CANDIDATES]


def trajectory(numbers: pd.DataFrame, happened: Truths) -> list[Box]:
    """The boxes that PRIM peels one after the other, the whole space first.

    References
    ----------
    J. H. Friedman and N. I. Fisher, Statistics and Computing 9 (1999) 123-143; B. P. Bryant and R. J. Lempert,
    Technological Forecasting and Social Change 77 (2010) 34-49.
    """
    with quiet_workbench():
        from ema_workbench.analysis.prim import Prim

        table = numbers.reset_index(drop=True).astype(np.float64)
        found = Prim(table, happened, threshold=ANY_DENSITY, peel_alpha=PEEL, mass_min=LEAST_MASS)
        box = found.find_box()
        sides = [] if box is None else list(box.box_lims)
        return [(), *(_as_box(lims, found.box_init) for lims in sides[1:])]


def _as_box(lims: Any, whole: Any) -> Box:
    """The workbench's limits, without those that limit nothing."""
    found = []
    for path in lims.columns:
        (low, high), (least, most) = lims[path], whole[path]
        found += [Limit(str(path), True, float(low))] if low > least else []
        found += [Limit(str(path), False, float(high))] if high < most else []
    return tuple(found)


def measures(box: Box, numbers: pd.DataFrame, happened: Truths) -> dict[str, float]:
    """Coverage (share of all cases inside), density (share of the box that are cases), mass, and the runs inside."""
    kept = inside(box, numbers)
    n, cases = int(kept.sum()), int((kept & happened).sum())
    return {
        "coverage": cases / max(1, int(happened.sum())),
        "density": cases / n if n else np.nan,
        "mass": n / len(numbers),
        "n": n,
    }


def quasi_p(limit: Limit, box: Box, numbers: pd.DataFrame, happened: Truths) -> float:
    """Chance of as many cases in the box if this limit did nothing (binomial tail; Bryant and Lempert 2010)."""
    from scipy.stats import binom

    around = inside(without(limit, box), numbers)
    within = around & limit.holds(numbers)
    n, cases = int(within.sum()), int((within & happened).sum())
    if n == 0 or not around.any():
        return 1.0
    return float(binom.sf(cases - 1, n, happened[around].mean()))


def gain(box: Box, numbers: pd.DataFrame, happened: Truths) -> float:
    """Mass x (density - base rate): cases in a box beyond those that chance would put there, as a share of all runs.

    References
    ----------
    N. Lavrac, P. Flach and B. Zupan, Inductive Logic Programming (1999) 174-185 (weighted relative accuracy).
    """
    kept = inside(box, numbers)
    return float((happened[kept] - happened.mean()).sum() / len(numbers))


def density(box: Box, numbers: pd.DataFrame, happened: Truths) -> float:
    """Share of the box that are cases; 0 for an empty box."""
    kept = inside(box, numbers)
    return float(happened[kept].mean()) if kept.any() else 0.0


Worth = Callable[[Box, pd.DataFrame, Truths], float]


def pruned(box: Box, numbers: pd.DataFrame, happened: Truths, worth: Worth = gain) -> Box:
    """A box without the limits that cost nothing to lose on other runs, or help there no more than luck may.

    Notes
    -----
    The limit with the largest quasi-p goes first. The bound on it is wide, because each limit of a good box helps a
    little and would be lost one by one; what stays is judged on runs that neither step has seen.
    """
    while box:
        now = worth(box, numbers, happened)
        chances = {limit: quasi_p(limit, box, numbers, happened) for limit in box}
        useless = [
            limit
            for limit in box
            if chances[limit] > MOST_CHANCE or worth(without(limit, box), numbers, happened) >= now
        ]
        if not useless:
            return box
        box = without(max(useless, key=lambda limit: (chances[limit], limit.path, limit.is_above)), box)
    return ()


def best_box(rows: "Sequence[Mapping[str, float]]", least_coverage: float | None = None) -> int:
    """The box to choose: the densest with a given coverage, or the one that gains most over the base rate.

    Notes
    -----
    The gain (see `gain`) needs no bound on coverage, at which a box over a noisy event can be far off.
    """
    coverage, dense, mass = (np.array([row[name] for row in rows]) for name in ("coverage", "density", "mass"))
    dense = np.nan_to_num(dense)
    gained = mass * (dense - dense[0])
    return int((gained if least_coverage is None else np.where(coverage >= least_coverage, dense, -1.0)).argmax())


def leaves(numbers: pd.DataFrame, happened: Truths) -> list[Box]:
    """The leaves of a tree of at most three splits, as boxes, densest first.

    References
    ----------
    L. Breiman and others, Classification and Regression Trees (1984).
    """
    from sklearn.tree import DecisionTreeClassifier

    least = max(2, int(LEAST_MASS * len(numbers)))
    grown = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=least, random_state=0)
    grown.fit(numbers.to_numpy(dtype=np.float64), happened)
    found = _below(grown.tree_, 0, (), [str(path) for path in numbers])
    return sorted(found, key=lambda box: -measures(box, numbers, happened)["density"])


def _below(tree: Any, node: int, box: Box, paths: list[str]) -> list[Box]:
    """The leaves below a node, each with the limits on the way to it."""
    if tree.children_left[node] < 0:
        return [tightest(box)]
    path, value = paths[tree.feature[node]], float(tree.threshold[node])
    left = _below(tree, tree.children_left[node], (*box, Limit(path, False, value)), paths)
    # the tree sends what lies above the threshold to the right, so the next number up is the limit
    right = _below(
        tree, tree.children_right[node], (*box, Limit(path, True, float(np.nextafter(value, np.inf)))), paths
    )
    return left + right


def tightest(box: Box) -> Box:
    """A box with only the tightest of several limits on the same side of a number."""
    kept: dict[tuple[str, bool], Limit] = {}
    for limit in box:
        key = (limit.path, limit.is_above)
        other = kept.get(key)
        if other is None or (limit.value > other.value) == limit.is_above:
            kept[key] = limit
    return tuple(kept.values())
