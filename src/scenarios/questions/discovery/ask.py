"""In which worlds does it happen? Ranges of the drawn numbers in which an event is common, and a second opinion."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from scenarios.errors import RequestRefused
from scenarios.intervals import estimated
from scenarios.legible import Glimpsed
from scenarios.moments import Integers, Truths
from scenarios.outcomes.outcome import CHANCE, answers, checked
from scenarios.questions.discovery import boxes
from scenarios.questions.discovery.words import notes_of, sentence_of, words_of
from scenarios.questions.extras import require
from scenarios.questions.factors import Choices, Factors, factors_of, is_of_words
from scenarios.results import Results
from scenarios.runs.job import Play, Progress, checked_size, seed_of
from scenarios.runs.play import played, played_in_turn
from scenarios.scenario import arrays, finding, overlay
from scenarios.scenario.scenario import Scenario
from scenarios.store.answers import origin

RUNS = 20_000
LIMIT_COLUMNS = ("path", "low", "high", "range_low", "range_high", "unit", "quasi_p", "is_in_tree", "meaning")


def played_worlds(scenario: Scenario, factors: Factors, points: int, play: Play) -> Results:
    """Runs at draws of the uncertain numbers, with a column in `runs` for each choice drawn beside them.

    Notes
    -----
    Each choice is as likely as the others; a column of words holds the place in their list. Every combination that is
    drawn is a world that has been so all along. Counts by step are left out: they would mix worlds.
    """
    choices = {path: values for path, values in factors.items() if values}
    if not choices:
        return played(scenario, play, points)
    rng = np.random.default_rng(play.seed)
    drawn = np.stack([rng.integers(len(values), size=points) for values in choices.values()], axis=1)
    worlds, sizes = np.unique(drawn, axis=0, return_counts=True)
    asked = []
    for spots, n in zip(worlds, sizes, strict=True):
        chosen = {path: values[spot] for (path, values), spot in zip(choices.items(), spots, strict=True)}
        asked.append((overlay.believed(scenario, chosen), int(n)))
    parts = played_in_turn(asked, play, points)
    for spots, part in zip(worlds, parts, strict=True):
        for (path, values), spot in zip(choices.items(), spots, strict=True):
            part.runs[path] = float(spot) if is_of_words(values) else float(values[spot])
    tables: dict[str, Any] = {
        name: pd.concat([getattr(part, name) for part in parts], ignore_index=True)
        for name in ("runs", "patrons", "events")
    }
    empty = {name: getattr(parts[0], name).iloc[:0] for name in ("levels", "support", "paths")}
    return replace(parts[0], **tables, **empty)


@dataclass(frozen=True, repr=False)
class Discovery(Glimpsed):
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
    boxes: pd.DataFrame
    limits: pd.DataFrame
    tree: pd.DataFrame

    def glimpse(self) -> tuple[str, dict[str, str]]:
        """The sentence, and what else it holds."""
        said = self.manifest
        facts = {"says": self.sentence, "runs": f"{said['n']:,}, cases {said['cases']:,}, seed {said['seed']}"}
        return f"Discovery: {self.outcome}", facts | {"tables": "limits, boxes, tree", "figure": ".plot()"}

    def plot(self) -> Any:
        """The trade-off of the boxes, and the limits of the one chosen."""
        from scenarios.questions.discovery.figure import tradeoff

        tables = {"boxes": self.boxes} | ({"limits": self.limits} if len(self.limits) else {})
        manifest = {**self.manifest, "sentence": self.sentence, **origin(self.scenario)}
        return tradeoff(tables, self.scenario, manifest)


@dataclass(frozen=True)
class _Part:
    """Some of the runs: numbers drawn, whether the event happened, and the draw that each belongs to."""

    numbers: pd.DataFrame
    happened: Truths
    points: Integers

    def once(self) -> tuple[pd.DataFrame, Truths]:
        """Each draw once, a case where more of its runs are than of all: shared numbers are no news twice."""
        _, first, place = np.unique(self.points, return_index=True, return_inverse=True)
        share = np.bincount(place, self.happened) / np.bincount(place)
        return self.numbers.iloc[first], share > self.happened.mean()


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
        Numbers or groups that a box may limit; also ``terms``, levels and rungs, and ``PATH=a,b,c``, drawn by choice
        (`scenarios.questions.factors.factors_of`); all uncertain numbers if None.
    coverage : float, optional
        Take the densest box that holds this share of the cases, instead of the one that gains most over the base
        rate. [0-1]
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
    of = checked(of, scenario, [CHANCE])[0].text
    if coverage is not None and not 0.0 < coverage <= 1.0:
        raise RequestRefused(
            f"--coverage {coverage:g}: must lie above 0 and up to 1, the share of cases that a box holds."
        )
    factors = factors_of(scenario, over)
    checked_size(replications, points)
    play = Play(replications, seed_of(rng), engine, jobs, progress)
    results = played_worlds(scenario, factors, points, play)
    values = answers(results, [of])[of]
    happened = boxes.checked_event(results, of, values, is_absent)
    is_known = ~np.isnan(values)
    numbers = results.runs.loc[is_known, list(factors)].reset_index(drop=True)
    point = results.runs["scenario_id"].to_numpy()[is_known]
    quarter = point % 4
    parts = [
        _Part(numbers[keep].reset_index(drop=True), happened[keep], point[keep])
        for keep in (quarter < 2, quarter == 2, quarter == 3)
    ]
    manifest = {
        "seed": play.seed, "of": of, "is_absent": is_absent, "points": points, "replications": replications,
        "coverage": coverage, "runs": len(values), "n": len(happened), "cases": int(happened.sum()),
        "base_rate": float(happened.mean()), "engine": engine,
    }  # fmt: skip
    choices = {path: values for path, values in factors.items() if values}
    return _found(scenario, of, manifest | ({"choices": choices} if choices else {}), parts)


def _found(scenario: Scenario, of: str, manifest: dict[str, Any], parts: list[_Part]) -> Discovery:
    """Box, tree and words, from the three parts of the runs: to find, to confirm, to say how good it is."""
    find, confirm, aside = parts
    choices: Factors = manifest.get("choices", {})
    coverage = manifest["coverage"]
    paths = boxes.candidate_boxes(*find.once())
    limited = find.numbers[paths]
    peeled = [whole(scenario, box) for box in boxes.trajectory(limited, find.happened)] if paths else [()]
    rows = [_row(box, "peeled", find, aside) for box in peeled]
    chosen = boxes.best_box(rows, coverage)
    worth = boxes.gain if coverage is None else boxes.density
    box = boxes.pruned(peeled[chosen], confirm.numbers, confirm.happened, worth)
    rows[chosen]["kind"] = "picked"
    rows.append(_row(box, "chosen", find, aside))
    grown = [whole(scenario, leaf) for leaf in boxes.leaves(limited, find.happened)] if paths else []
    splits = {limit.path for leaf in grown for limit in leaf}
    limits = [
        {
            "path": path,
            "low": low,
            "high": high,
            "quasi_p": max(
                boxes.quasi_p(limit, box, confirm.numbers, confirm.happened) for limit in box if limit.path == path
            ),
            "is_in_tree": path in splits,
            **_range_of(scenario, path, choices.get(path, ())),
        }
        for path, (low, high) in boxes.ranges_of(box).items()
    ]
    tree = [{"rule": words_of(scenario, leaf, choices) or "all", **_row(leaf, "leaf", find, aside)} for leaf in grown]
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


def whole(scenario: Scenario, box: boxes.Box) -> boxes.Box:
    """A box whose limits on levels and rungs are whole numbers; the same runs lie in it."""
    return tuple(
        replace(limit, value=float(np.ceil(limit.value) if limit.is_above else np.floor(limit.value)))
        if limit.path not in scenario.numbers or scenario.numbers[limit.path].unit in arrays.WHOLE_UNITS
        else limit
        for limit in box
    )


def _row(box: boxes.Box, kind: str, find: _Part, aside: _Part) -> dict[str, Any]:
    """A box with its measures where it was found and on the runs kept aside."""
    found, held = (boxes.measures(box, part.numbers, part.happened) for part in (find, aside))
    known = np.where(boxes.inside(box, aside.numbers), aside.happened.astype(np.float64), np.nan)
    del found["n"]
    return {
        "kind": kind,
        "limited": len(boxes.ranges_of(box)),
        **found,
        "held_out_coverage": held["coverage"],
        **estimated(known, aside.points).named("held_out_density", "held_out_"),
        "held_out_n": held["n"],
    }


def _range_of(scenario: Scenario, path: str, choices: Choices) -> dict[str, Any]:
    """What a limited number may be, and what it means."""
    if is_of_words(choices):
        listed = ", ".join(f"{place} {word}" for place, word in enumerate(choices))
        return {"range_low": 0.0, "range_high": len(choices) - 1.0, "unit": "choice", "meaning": listed}
    number = scenario.numbers[path]
    low, high = (min(choices), max(choices)) if choices else (number.low, number.high)
    return {"range_low": low, "range_high": high, "unit": number.unit, "meaning": finding.number_at(path).meaning}
