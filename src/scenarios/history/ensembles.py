"""What is played for the patterns of history, and what is read off each run? Quantities, one row a run.

Quantities are of what history left traces of: levels at dates, deliveries over years, acts, exits and recoveries. What
they must be stands in `patterns`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.runs.courses import Courses, reduced
from scenarios.runs.job import Play, seed_of
from scenarios.scenario.posterior import prior_of
from scenarios.scenario.priors import KINDS, drawn
from scenarios.scenario.scenario import Parameter, Scenario

POSTURE_DATES = (date(2010, 12, 31), date(2016, 12, 31), date(2020, 12, 31), date(2023, 12, 31), date(2025, 11, 30))
EXITS = {"china": date(2019, 8, 5), "russia": date(2020, 2, 18)}  # the order against third parties; Rosneft's trader
AUTUMN_END = date(2025, 11, 27)  # the last step of a week before what is open begins
LOW_RUNG, HIGH_RUNG = 4.0, 6.0
MILITARY = ("people", "arms")
LEAST_CHANCE = 1.0e-30  # of a posture; a smaller one has no logarithm that is fit to be averaged
ASKED = ("russia", "china", "iran")  # whom the letters of October 2025 asked for arms
INVASION = date(2022, 2, 24)  # of Ukraine
STANDS = 2.0  # level of Cuban people below which they no longer stand by the client
Floats = NDArray[np.float64]
HISTORY, AUTUMN, WAR, PRESENT = "venezuela_2005_2025", "venezuela_2025_august", "iran_2025", "venezuela_2025"
NO_POSTURES = np.zeros((0, 0, 0, 0, 0), dtype=np.int8)
POSTURES = "postures"
Readings = dict[str, Floats]  # shape (points, runs) each, or (runs,) of a chunk; postures have three axes more
Reader = Callable[[Scenario, Courses], Readings]


def nearest_step(scenario: Scenario, day: date) -> int:
    """The step nearest to a date."""
    return min(scenario.steps, round((day - scenario.start).days / scenario.step_days))


def window(scenario: Scenario, first: date, last: date) -> slice:
    """The steps from one date to another."""
    return slice(nearest_step(scenario, first), nearest_step(scenario, last) + 1)


def years(scenario: Scenario, first: int, last: int) -> slice:
    """The steps of whole years."""
    return window(scenario, date(first, 1, 1), date(last, 12, 31))


def place(scenario: Scenario, patron: str, channel: str) -> tuple[int, int]:
    """Where a patron and a channel lie in courses."""
    return scenario.patrons.index(patron), scenario.channels.index(channel)


def flow(scenario: Scenario, courses: Courses, patron: str, channel: str, when: slice) -> Floats:
    """Mean delivered quantity of a channel over some steps, over 3, of each run [share]."""
    p, c = place(scenario, patron, channel)
    return np.asarray(courses.delivered[:, when, p, c].mean(axis=1) / 3.0)


def military(scenario: Scenario, courses: Courses, when: slice) -> Floats:
    """Delivered people and arms of Russia over some steps [share]."""
    return np.asarray(np.sum([flow(scenario, courses, "russia", c, when) for c in MILITARY], axis=0))


def mean_where(values: Floats, mask: NDArray[np.bool_]) -> Floats:
    """Mean of each run over the steps of a mask; NaN where there are none."""
    counts = mask.sum(axis=1)
    sums = np.where(mask, values, 0.0).sum(axis=1)
    found: Floats = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return found


def exit_and_return(scenario: Scenario, courses: Courses, patron: str) -> tuple[Floats, Floats, Floats, Floats]:
    """Oil of a patron around a direct threat to its firms."""
    p, c = place(scenario, patron, "oil")
    oil, open_part = courses.delivered[:, :, p, c], 1.0 - courses.shielded[:, :, p, c]
    per_year = round(365.25 / scenario.step_days)
    at = nearest_step(scenario, EXITS[patron])
    quarter, year = max(1, per_year // 4), per_year
    soon = slice(at + 1, at + 1 + max(1, round(60 / scenario.step_days)))
    exposed = oil * open_part
    was = exposed[:, at - quarter + 1 : at + 1].mean(axis=1)
    left = np.where(was > 0.0, exposed[:, soon].min(axis=1) < 0.5 * was, np.nan)
    before = oil[:, at - quarter + 1 : at + 1].mean(axis=1)
    trough = oil[:, at + 1 : at + 1 + per_year // 2].min(axis=1)
    return left, before, trough, oil[:, at + year - quarter : at + year].max(axis=1)


def rises(scenario: Scenario, courses: Courses, patron: str, channel: str, when: slice) -> Floats:
    """Whether an intended level is at some step above that of the first of them [flag]."""
    p, c = place(scenario, patron, channel)
    levels = courses.intended[:, when, p, c]
    return np.asarray((levels > levels[:, :1]).any(axis=1), dtype=np.float64)


def cuba_stands(scenario: Scenario, courses: Courses) -> Floats:
    """Whether Cuban people stand at the level of an ally, on average, at every rung that was in force [flag]."""
    p, c = place(scenario, "cuba", "people")
    people = courses.intended[:, 1:, p, c]
    stands = np.ones(len(people))
    for rung in np.unique(courses.rung[:, 1:]):
        mean = mean_where(people, courses.rung[:, 1:] == rung)
        stands *= np.where(np.isnan(mean), 1.0, mean >= STANDS)
    return stands


def history_readings(scenario: Scenario, courses: Courses) -> Readings:
    """Quantities of the twenty years, of each run."""
    force = courses.intended[:, 1:, scenario.patrons.index("russia"), scenario.channels.index("force")] / 3.0
    rung, end = courses.rung[:, 1:], date(2025, 11, 30)
    found = {
        "arms_2006_13": flow(scenario, courses, "russia", "arms", years(scenario, 2006, 2013)),
        "arms_2015_on": flow(scenario, courses, "russia", "arms", window(scenario, date(2015, 7, 1), end)),
        "arms_2015_22": flow(scenario, courses, "russia", "arms", window(scenario, date(2015, 7, 1), INVASION)),
        "finance_2007_15": flow(scenario, courses, "china", "finance", years(scenario, 2007, 2015)),
        "finance_2017_on": flow(scenario, courses, "china", "finance", window(scenario, date(2017, 7, 1), end)),
        "oil_2007_15": flow(scenario, courses, "china", "oil", years(scenario, 2007, 2015)),
        "oil_2017_19": flow(scenario, courses, "china", "oil", years(scenario, 2017, 2019)),
        "acts_low": mean_where(force, rung <= LOW_RUNG),
        "acts_high": mean_where(force, rung >= HIGH_RUNG),
        "people_arms_2019_21": military(scenario, courses, years(scenario, 2019, 2021)),
        "people_arms_2022_24": military(scenario, courses, years(scenario, 2022, 2024)),
        "cuba_stands": cuba_stands(scenario, courses),
        "new_arms": rises(scenario, courses, "china", "arms", years(scenario, 2022, 2024)),
        "new_finance": rises(scenario, courses, "china", "finance", years(scenario, 2022, 2024)),
    }
    for patron in EXITS:
        names = [f"{patron}_{word}" for word in ("left", "before", "trough", "after")]
        found |= dict(zip(names, exit_and_return(scenario, courses, patron), strict=True))
    return found


def posture_readings(scenario: Scenario, courses: Courses) -> Floats:
    """Intended levels at the five dates, shape (runs, dates, patrons, channels)."""
    return courses.intended[:, [nearest_step(scenario, day) for day in POSTURE_DATES]]


def autumn_readings(scenario: Scenario, courses: Courses) -> Readings:
    """Quantities of autumn 2025, of each run, up to 27 November."""
    end = nearest_step(scenario, AUTUMN_END)
    words = scenario.channels.index("words")
    pair = [scenario.patrons.index(patron) for patron in ("russia", "china")]
    change = courses.intended[:, end][:, pair, words] - courses.intended[:, 0][:, pair, words]
    p, c = place(scenario, "china", "oil")
    arms, asked = scenario.channels.index("arms"), [scenario.patrons.index(patron) for patron in ASKED]
    added = courses.intended[:, end][:, asked, arms] - courses.intended[:, 0][:, asked, arms]
    begins = courses.step_back_at >= 0.0
    return {
        "arms_rise": np.asarray((added > 0.0).any(axis=1), dtype=np.float64),
        "words_rise": change.mean(axis=1),
        "oil_august": courses.delivered[:, 0, p, c],
        "oil_november": courses.delivered[:, end, p, c],
    } | {f"{patron}_back": begins[:, scenario.patrons.index(patron)].astype(np.float64) for patron in ASKED}


def war_readings(scenario: Scenario, courses: Courses) -> Readings:
    """Quantities of the twelve days of June 2025, of each run."""
    spots = [scenario.channels.index(c) for c in ("arms", "people", "force")]
    opening = courses.intended[:, :1][..., spots]
    arrived = np.floor(courses.delivered[..., spots] + 0.5) > opening
    meant = courses.intended[..., spots] > opening
    axes = (1, 2, 3)
    return {
        "none_delivered": np.asarray(~arrived.any(axis=axes), dtype=np.float64),
        "some_intended": np.asarray(meant.any(axis=axes), dtype=np.float64),
    }


def opening_readings(scenario: Scenario, courses: Courses) -> Readings:
    """Share of the held numbers that agree with the coded posture: mean logarithm over the material pairs in reach."""
    material = [name for name in scenario.channels if scenario.numbers[f"channels.{name}.material"].value > 0.5]
    pairs = [f"patrons.{patron}.channels.{name}.feasible" for patron in scenario.patrons for name in material]
    in_reach = sum(scenario.numbers[path].value >= 1.0 for path in pairs)
    chances = np.maximum(courses.opening_chance, LEAST_CHANCE)
    return {"opening_log_chance": np.log(chances).sum(axis=1) / in_reach}


def shared(one: Scenario, other: Scenario) -> list[str]:
    """Uncertain numbers that mean the same in two scenarios: equal value, range and distribution, no whole numbers."""
    mine, theirs = one.uncertain, other.uncertain
    same = [path for path in mine if path in theirs and prior_of(mine[path]) == prior_of(theirs[path])]
    return [path for path in same if mine[path].unit not in ("level", "rung")]


def quantiles_of_fit(number: Parameter, u: Floats) -> Floats:
    """Values of a number at some quantiles of its distribution."""
    kind = KINDS[number.distribution]
    return np.array([drawn(kind, number.low, number.value, number.high, 0, float(each)) for each in u])


def at_quantiles(scenario: Scenario, paths: list[str], cube: Floats) -> pd.DataFrame:
    """Numbers at quantiles of their distributions."""
    columns = {path: quantiles_of_fit(scenario.numbers[path], cube[:, i]) for i, path in enumerate(paths)}
    return pd.DataFrame(columns)


class HistoryRuns(NamedTuple):
    """Many runs of the history and of what it is compared with, as readings; a part that was not played is empty."""

    history: Readings  # the twenty years
    solvent: Readings  # with solvency frozen
    peaceful: Readings  # with the wars frozen
    autumn: Readings  # 2025
    war: Readings  # Iran in June 2025
    present: Readings  # the posture on which it opens
    postures: NDArray[np.int8]  # shape (points, runs, dates, patrons, channels)


def readings_of(scenario: Scenario, read: Reader, play: Play, numbers: pd.DataFrame | None) -> Readings:
    """Readings of many runs of one scenario, shape (points, runs, ...) each."""

    def copied(courses: Courses) -> Readings:
        # copies, so that no reading holds on to all courses of a chunk
        return {name: np.array(values, np.float64) for name, values in read(scenario, courses).items()}

    chunks = reduced(scenario, copied, play, numbers)
    joined = {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}
    size = 1 if numbers is None else len(numbers), play.replications
    return {name: values.reshape(*size, *values.shape[1:]) for name, values in joined.items()}


def meant_for(scenario: Scenario, base: Scenario, numbers: pd.DataFrame | None) -> pd.DataFrame | None:
    """The columns of a table of numbers that mean in one scenario what they mean in another."""
    if numbers is None or scenario is base:
        return numbers
    mine, theirs = scenario.numbers, base.numbers
    kept = [
        path for path in map(str, numbers.columns) if path in mine and prior_of(mine[path]) == prior_of(theirs[path])
    ]
    return numbers[kept]


def both_readings(scenario: Scenario, courses: Courses) -> Readings:
    """Quantities and postures of the twenty years side by side."""
    return history_readings(scenario, courses) | {POSTURES: posture_readings(scenario, courses)}


def _as_played(part: str, scenario: Scenario) -> Scenario:
    """What of a scenario is played for a part of history."""
    if part == AUTUMN:  # what began in it is played on until it has lasted, and nothing else
        return replace(scenario, steps=nearest_step(scenario, AUTUMN_END))
    if part == PRESENT:  # of its opening alone something is said: it opens on the coded levels
        coded = {path: number.value for path, number in scenario.numbers.items() if path.endswith(".opening")}
        return replace(scenario.believed(coded), steps=1)
    return scenario


def history_runs(
    scenarios: Mapping[str, Scenario], replications: int, rng: Any, numbers: pd.DataFrame | None = None, jobs: int = 0
) -> HistoryRuns:
    """Plays all that the patterns are read off."""
    play = Play(replications, seed_of(rng), jobs=jobs)
    history, solvent, peaceful, levels = Readings(), Readings(), Readings(), NO_POSTURES

    def part(name: str, read: Reader) -> Readings:
        if name not in scenarios:
            return {}
        scenario = _as_played(name, scenarios[name])
        given = meant_for(scenario, scenarios.get(HISTORY, scenario), numbers)
        return readings_of(scenario, read, play, given)

    if HISTORY in scenarios:
        base = scenarios[HISTORY]
        history = readings_of(base, both_readings, play, numbers)
        levels = history.pop(POSTURES).astype(np.int8)
        # what did not happen is compared in one number each, for which fewer runs will do
        half, quarter = (play._replace(replications=max(1, replications // part)) for part in (2, 4))
        solvent = readings_of(replace(base, freeze=base.freeze | {"solvency"}), history_readings, half, numbers)
        peaceful = readings_of(replace(base, freeze=base.freeze | {"war"}), history_readings, quarter, numbers)
    return HistoryRuns(
        history=history,
        solvent=solvent,
        peaceful=peaceful,
        autumn=part(AUTUMN, autumn_readings),
        war=part(WAR, war_readings),
        present=part(PRESENT, opening_readings),
        postures=levels,
    )


def bootstrap(ensemble: HistoryRuns, rng: np.random.Generator) -> HistoryRuns:
    """The same ensemble of one point with its runs drawn again, with replacement."""

    def again(readings: Readings) -> Readings:
        if not readings:
            return {}
        n = next(iter(readings.values())).shape[1]
        pick = rng.integers(0, n, n)
        return {name: values[:, pick] for name, values in readings.items()}

    n = ensemble.postures.shape[1]
    *parts, postures = ensemble
    return HistoryRuns._make([*map(again, parts), postures[:, rng.integers(0, n, n)] if n else NO_POSTURES])


def pooled(played: Iterable[HistoryRuns]) -> HistoryRuns:
    """Ensembles of one point each as one."""
    *parts, postures = zip(*played, strict=True)
    joined = [{name: np.concatenate([each[name] for each in part], axis=1) for name in part[0]} for part in parts]
    return HistoryRuns._make([*joined, np.concatenate(postures, axis=1)])
