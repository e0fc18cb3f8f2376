"""In which worlds does it happen? Ranges of the drawn numbers in which an event is common, and what a tree says of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios.engines.simulate import Progress, seed_of, simulate
from scenarios.errors import RequestRefused
from scenarios.explore.answers import answers, checked_outcomes, known_outcomes
from scenarios.explore.boxes import LEVEL, Box, Limit, best_box, candidates, measures, pruned, quasi_p, trajectory
from scenarios.explore.extras import require
from scenarios.explore.naming import event_words, limit_words, listed
from scenarios.explore.quantiles import chosen_paths
from scenarios.explore.tree import leaves
from scenarios.results import Results
from scenarios.scenario.arrays import WHOLE_UNITS
from scenarios.scenario.overlay import number_at
from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

RUNS = 20_000
RARE, COMMON, TOO_COMMON = 0.05, 0.5, 0.8  # boxes say most between the first two, and nothing beyond the last
FEWEST_CASES = 60
LIMIT_COLUMNS = ("path", "low", "high", "range_low", "range_high", "unit", "quasi_p", "is_in_tree", "meaning")
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True)
class Discovery:
    """Where an event happens; columns are described in docs/reference/tables.md.

    Attributes
    ----------
    scenario : Scenario
    outcome : str
    manifest : dict
        Seed, runs, cases, base rate, whether absence was asked for.
    sentence : str
        The box in plain words, with numbers from runs on which it was not found.
    notes : list of str
        What a reader must know beside it.
    boxes : DataFrame
        The trade-off: every box on the way and, last, the one chosen without its unconfirmed limits.
    limits : DataFrame
        The limits of the chosen box.
    tree : DataFrame
        The leaves of a tree over the same runs.
    """

    scenario: Scenario
    outcome: str
    manifest: dict[str, Any]
    sentence: str
    notes: list[str]
    boxes: "DataFrame"
    limits: "DataFrame"
    tree: "DataFrame"


@dataclass(frozen=True)
class _Part:
    """Some of the runs: numbers drawn, and whether the event happened."""

    numbers: "DataFrame"
    happened: Truths


def discover(
    scenario: Scenario,
    of: str,
    points: int = RUNS,
    replications: int = 1,
    over: Iterable[str] | None = None,
    coverage: float | None = None,
    is_absent: bool = False,
    rng: Any = 1,
    engine: str = "batch",
    jobs: int = 0,
    progress: Progress | None = None,
) -> Discovery:
    """Looks for the ranges of the uncertain numbers in which an event is common.

    Parameters
    ----------
    scenario : Scenario
    of : str
        An event, for instance ``china.abandonment.oil``.
    points, replications : int
        Draws of the uncertain numbers, and runs in each.
    over : iterable of str, optional
        Numbers or groups that a box may limit; all uncertain ones if None.
    coverage : float, optional
        Take the densest box that holds this share of the cases, instead of the one that gains most over the base rate. [0-1]
    is_absent : bool
        Look for where the event does not happen.
    rng : int, SeedSequence or None
        Base seed.
    engine, jobs, progress
        As in `scenarios.simulate`.

    Returns
    -------
    Discovery

    Raises
    ------
    UnknownName, RequestRefused
        If the event does not exist, is too common or too rare to look for, or has two outcomes only by a threshold.

    Notes
    -----
    Half of the points serve to find boxes, a quarter to take off the limits that do not hold there, and a quarter,
    seen by neither, to say how good the box is.

    References
    ----------
    B. P. Bryant and R. J. Lempert, Technological Forecasting and Social Change 77 (2010) 34-49.
    """
    for library in ("ema_workbench", "sklearn"):
        require(library, "Discovery")
    checked_outcomes(scenario, of)
    if coverage is not None and not 0.0 < coverage <= 1.0:
        raise RequestRefused(f"--coverage {coverage:g}: must lie above 0 and up to 1, the share of cases that a box holds.")
    paths = chosen_paths(scenario, over)
    results = simulate(scenario, replications, rng, engine, points, jobs, progress)
    values = answers(results, [of])[of]
    happened = checked_event(results, of, values, is_absent)
    is_known = ~np.isnan(values)
    numbers = results.runs.loc[is_known, paths].reset_index(drop=True)
    quarter = results.runs["scenario_id"].to_numpy()[is_known] % 4
    parts = [_Part(numbers[keep].reset_index(drop=True), happened[keep]) for keep in (quarter < 2, quarter == 2, quarter == 3)]
    manifest = {
        "seed": seed_of(rng), "of": of, "is_absent": is_absent, "points": points, "replications": replications,
        "coverage": coverage, "runs": len(values), "n": len(happened), "cases": int(happened.sum()),
        "base_rate": float(happened.mean()), "engine": engine,
    }  # fmt: skip
    return _found(scenario, of, manifest, parts, coverage)


def checked_event(results: Results, of: str, values: Floats, is_absent: bool) -> Truths:
    """Whether the event (or its absence) happened in each run that has an answer.

    Raises
    ------
    RequestRefused
        If it is no event, or happens so often or so seldom that no box could tell anything.
    """
    known = values[~np.isnan(values)]
    if len(known) == 0:
        raise RequestRefused(f"{of}: no run has an answer, the patron gave nothing at the opening. Ask for another event.")
    if not np.isin(known, (0.0, 1.0)).all() or of.split(".")[-1] in ("at", "support_end", "delivered_end", "support_min"):
        raise RequestRefused(f"{of}: is an amount, not an event that happens or not. {_others(results, of)}")
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
    names = [name for name in known_outcomes(results.scenario) if name.startswith(f"{actor}.") and name != of]
    names = [name for name in names if name.split(".")[-1] not in ("at", "support_end", "delivered_end", "support_min")]
    fit = []
    for name, values in answers(results, names).items():
        rate = float(np.nanmean(values)) if not np.isnan(values).all() else np.nan
        fit += [f"{name} ({rate:.0%})"] if RARE <= rate <= COMMON else []
    return f"In 5 to 50 % of the runs: {', '.join(fit)}." if fit else ""


def _found(
    scenario: Scenario, of: str, manifest: dict[str, Any], parts: list[_Part], coverage: float | None
) -> Discovery:
    """Box, tree and words, from the three parts of the runs: to find, to confirm, to say how good it is."""
    import pandas as pd

    find, confirm, aside = parts
    paths = candidates(find.numbers, find.happened)
    peeled = [whole(scenario, box) for box in trajectory(find.numbers[paths], find.happened)] if paths else [()]
    rows = [_row(box, "peeled", find, aside) for box in peeled]
    chosen = best_box(rows, coverage)
    box = pruned(peeled[chosen], confirm.numbers, confirm.happened)
    chances = {limit: quasi_p(limit, box, confirm.numbers, confirm.happened) for limit in box}
    rows[chosen]["kind"] = "picked"
    rows.append(_row(box, "chosen", find, aside))
    grown = [whole(scenario, box) for box in leaves(find.numbers[paths], find.happened)] if paths else []
    splits = {limit.path for leaf in grown for limit in leaf}
    limits = [_limit_row(scenario, path, box, chances, splits) for path in dict.fromkeys(limit.path for limit in box)]
    tree = [{"rule": words_of(scenario, leaf) or "all", **_row(leaf, "leaf", find, aside)} for leaf in grown]
    return Discovery(
        scenario,
        of,
        manifest | {"candidates": len(paths)},
        sentence_of(scenario, of, manifest, box, rows[-1]),
        notes_of(manifest, box, rows[-1], limits, len(paths)),
        pd.DataFrame(rows),
        pd.DataFrame(limits, columns=list(LIMIT_COLUMNS)),
        pd.DataFrame(tree, columns=["rule", *rows[-1]]),
    )


def whole(scenario: Scenario, box: Box) -> Box:
    """A box whose limits on levels and rungs are whole numbers; the same runs lie in it."""
    return tuple(
        Limit(limit.path, limit.is_above, float(np.ceil(limit.value) if limit.is_above else np.floor(limit.value)))
        if scenario.numbers[limit.path].unit in WHOLE_UNITS
        else limit
        for limit in box
    )


def _row(box: Box, kind: str, find: _Part, aside: _Part) -> dict[str, Any]:
    """A box with its measures where it was found and on the runs kept aside."""
    found, held = (measures(box, part.numbers, part.happened) for part in (find, aside))
    density, n = held["density"], held["n"]
    return {
        "kind": kind,
        "limited": len({limit.path for limit in box}),
        "coverage": found["coverage"],
        "density": found["density"],
        "mass": found["mass"],
        "held_out_coverage": held["coverage"],
        "held_out_density": density,
        "held_out_se": float(np.sqrt(density * (1.0 - density) / n)) if n else np.nan,
        "held_out_n": n,
    }


def _limit_row(scenario: Scenario, path: str, box: Box, chances: Any, splits: set[str]) -> dict[str, Any]:
    """The limits of a box on one number."""
    sides = {limit.is_above: limit for limit in box if limit.path == path}
    number, sheet = scenario.numbers[path], number_at(path)
    return {
        "path": path,
        "low": sides[True].value if True in sides else np.nan,
        "high": sides[False].value if False in sides else np.nan,
        "range_low": number.low,
        "range_high": number.high,
        "unit": number.unit,
        "quasi_p": max(chances[limit] for limit in sides.values()),
        "is_in_tree": path in splits,
        "meaning": sheet.meaning,
    }


def words_of(scenario: Scenario, box: Box) -> str:
    """The limits of a box in words; empty for the whole space."""
    parts = []
    for path in dict.fromkeys(limit.path for limit in box):
        sides = {limit.is_above: limit.value for limit in box if limit.path == path}
        parts.append(limit_words(scenario, path, sides.get(True, np.nan), sides.get(False, np.nan)))
    return listed(parts) if parts else ""


def sentence_of(scenario: Scenario, of: str, manifest: dict[str, Any], box: Box, row: dict[str, Any]) -> str:
    """The box in a sentence of plain words."""
    event = event_words(scenario, of, manifest["is_absent"])
    if not box:
        return (
            f"{event} in {manifest['base_rate']:.0%} of the worlds, and no range of the numbers drawn makes it markedly "
            "likelier on runs that were kept aside."
        )
    return (
        f"{event} in {row['held_out_density']:.0%} (± {row['held_out_se']:.0%}) of the worlds in which "
        f"{words_of(scenario, box)}, against {manifest['base_rate']:.0%} in all; these are "
        f"{row['held_out_coverage']:.0%} of all such worlds."
    )


def notes_of(
    manifest: dict[str, Any], box: Box, row: dict[str, Any], limits: list[dict[str, Any]], n_candidates: int
) -> list[str]:
    """What a reader must know beside the sentence."""
    base = manifest["base_rate"]
    said = [
        f"Base rate {base:.1%}: {manifest['cases']:,} cases in {manifest['n']:,} runs"
        + (", below 5 %: the box rests on few cases, ask for more points or a milder event." if base < RARE else ".")
        + (" Above 50 % a box says little; try where it does not happen (--absent)." if base > COMMON else "")
    ]
    if manifest["n"] < manifest["runs"]:
        said.append(f"{manifest['runs'] - manifest['n']:,} runs were left out: the patron gave nothing at the opening.")
    said.append(
        f"{n_candidates} numbers differ between runs with and without the event beyond luck; only these may be limited."
    )
    if box and row["held_out_density"] - 1.96 * row["held_out_se"] <= base:
        said.append("On the runs kept aside the box is no denser than all runs beyond luck: read it as no finding.")
    weak = [limit["path"] for limit in limits if limit["quasi_p"] > LEVEL]
    if weak:
        said.append(f"Taken alone, the limit on {listed(weak)} may be luck (quasi-p above 5 % on other runs).")
    lonely = [limit["path"] for limit in limits if not limit["is_in_tree"]]
    if lonely:
        said.append(f"The tree does not split on {listed(lonely)}: a limit that only one method finds is weak.")
    said.append(
        "Shares of worlds under these ranges, not probabilities of the real one; ± is one Monte Carlo standard error."
    )
    return said
