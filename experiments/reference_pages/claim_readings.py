"""What is read off one run to test the claims of the article? One column a quantity, one row a run."""

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reference_pages.requests import closed_requests
from scenarios.history.ensembles import (
    HIGH_RUNG,
    LOW_RUNG,
    exit_and_return,
    flow,
    mean_where,
    nearest_step,
    place,
    window,
    years,
)
from scenarios.recorded import EventRow, columns
from scenarios.runs.courses import Courses
from scenarios.scenario.arrays import ordered
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import EventKind, Fate, Reason

if TYPE_CHECKING:
    from scenarios.results import Results

PAIR = ("russia", "china")
LETTERS = ("arms", "people", "force")  # what the letters of October 2025 asked for
END = date(2025, 11, 30)
Floats = NDArray[np.float64]
Readings = dict[str, Floats]


def weights_of(scenario: Scenario) -> dict[str, float]:
    """Weight of each material channel in the support index, over their sum."""
    names = [name for name in scenario.channels if scenario.numbers[f"channels.{name}.material"].value > 0.5]
    weights = {name: scenario.numbers[f"channels.{name}.weight"].value for name in names}
    return {name: weight / sum(weights.values()) for name, weight in weights.items()}


def material(scenario: Scenario, courses: Courses, when: slice, patrons: tuple[str, ...] = PAIR) -> Floats:
    """Delivered material support of some patrons, weighted as in the support index, over some steps [share]."""
    weights = weights_of(scenario)
    each = [
        weight * flow(scenario, courses, patron, name, when) for patron in patrons for name, weight in weights.items()
    ]
    return np.asarray(np.sum(each, axis=0) / len(patrons))


def flows(scenario: Scenario, courses: Courses, pairs: list[tuple[str, str]], when: slice) -> Floats:
    """Sum of what some patrons deliver on some channels over some steps [share of a peak]."""
    return np.asarray(np.sum([flow(scenario, courses, patron, name, when) for patron, name in pairs], axis=0))


def acts_of(scenario: Scenario, courses: Courses) -> Readings:
    """Russian acts of force a year at low and at high rungs."""
    p, c = place(scenario, "russia", "force")
    force, rung = courses.intended[:, 1:, p, c] / 3.0, courses.rung[:, 1:]
    return {"acts_low": mean_where(force, rung <= LOW_RUNG), "acts_high": mean_where(force, rung >= HIGH_RUNG)}


def cuba_by_rung(scenario: Scenario, courses: Courses) -> Readings:
    """Mean level of Cuban people at each rung."""
    p, c = place(scenario, "cuba", "people")
    people, rungs = courses.intended[:, 1:, p, c], courses.rung[:, 1:]
    return {f"cuba_{int(r)}": mean_where(people, rungs == r) for r in np.unique(rungs)}


def long_readings(scenario: Scenario, courses: Courses) -> Readings:
    """The twenty years."""
    late = window(scenario, date(2025, 1, 1), END)
    gear = [(patron, name) for patron in PAIR for name in ("arms", "finance", "people")]
    russian = [("russia", name) for name in ("people", "arms", "finance")]
    bought = [("russia", "arms"), ("china", "finance")]
    found = {
        "material_2013": material(scenario, courses, years(scenario, 2013, 2013)),
        "material_2025": material(scenario, courses, late),
        "material_pressed": material(scenario, courses, window(scenario, date(2018, 11, 1), END)),
        "gear_then": flows(scenario, courses, gear, years(scenario, 2006, 2013)),
        "gear_2025": flows(scenario, courses, gear, late),
        "russia_at_war": flows(scenario, courses, russian, window(scenario, date(2022, 3, 1), END)),
        "bought_rich": flows(scenario, courses, bought, years(scenario, 2007, 2013)),
        "bought_poor": flows(scenario, courses, bought, years(scenario, 2017, 2021)),
        "bought_2015_19": flows(scenario, courses, bought, years(scenario, 2015, 2019)),
        "iran_arms": flow(scenario, courses, "iran", "arms", window(scenario, date(2020, 1, 1), END)),
    }
    for patron in PAIR:
        names = [f"{patron}_{word}" for word in ("left", "before", "trough", "after")]
        found |= dict(zip(names, exit_and_return(scenario, courses, patron), strict=True))
    return found | acts_of(scenario, courses) | cuba_by_rung(scenario, courses)


def counts(courses: Courses, which: Any) -> Floats:
    """Events of each run, of those asked for."""
    runs = columns(EventRow, courses.events).run[which].astype(np.int64) - courses.first
    return np.bincount(runs, minlength=len(courses.rung)).astype(np.float64)


def asked_both(scenario: Scenario, courses: Courses) -> Floats:
    """Whether Russia and China were both asked for arms, people or force by 30 November 2025 [flag]."""
    events, last = columns(EventRow, courses.events), nearest_step(scenario, END)
    letters = [ordered(scenario, "channels").index(name) for name in LETTERS]
    keep = (events.kind == float(EventKind.REQUEST)) & np.isin(events.channel, letters)
    keep &= events.step <= last
    flags = []
    for patron in PAIR:
        mine = keep & (events.actor == ordered(scenario, "patrons").index(patron))
        flags.append(counts(courses, mine) > 0.0)
    return np.asarray(flags[0] & flags[1], dtype=np.float64)


def added(levels: Any, at: int) -> Floats:
    """Levels added since the opening, of each run, over patrons."""
    return np.asarray(np.maximum(levels[:, at] - levels[:, 0], 0.0).sum(axis=1))


def autumn_claims(scenario: Scenario, courses: Courses) -> Readings:
    """Autumn 2025."""
    when, last = window(scenario, date(2025, 9, 1), END), nearest_step(scenario, END)
    names = list(weights_of(scenario))
    spots, arms = [scenario.patrons.index(patron) for patron in PAIR], scenario.channels.index("arms")
    china_met, china_lapsed = closed_requests(scenario, courses, "arms", "china")
    high_met, high_lapsed = closed_requests(scenario, courses, "arms", rung=7.0)
    return {
        "russia_oil": flow(scenario, courses, "russia", "oil", when),
        "russia_all": flows(scenario, courses, [("russia", name) for name in names], when),
        "asked_both": asked_both(scenario, courses),
        "china_met": china_met,
        "china_lapsed": china_lapsed,
        "high_met": high_met,
        "high_lapsed": high_lapsed,
        "arms_meant": added(courses.intended[:, :, spots, arms], last),
        "arms_come": added(courses.delivered[:, :, spots, arms], last),
    }


def open_readings(scenario: Scenario, courses: Courses) -> Readings:
    """From 30 November 2025 until the horizon or the client's end."""
    spots = [scenario.patrons.index(patron) for patron in PAIR]
    provocation = np.array([scenario.numbers[f"channels.{name}.provocation"].value for name in scenario.channels])
    levels = np.nanmean(courses.intended[:, :, spots], axis=1) / 3.0
    events = columns(EventRow, courses.events)
    is_removal = (events.kind == float(EventKind.CLIENT_END)) & (events.after == float(Fate.REMOVED))
    return {
        "provoking": (levels * provocation).sum(axis=2).mean(axis=1) / provocation.sum(),
        "removed": counts(courses, is_removal),
    }


def first_falls(results: "Results") -> Readings:
    """Channel and reason of the first step-back of Russia and China, as flags; NaN where there was none."""
    found = {}
    for patron in PAIR:
        rows = results.patrons[results.patrons["patron"] == patron]
        has_fallen = rows["step_back_at"].notna().to_numpy()
        for column, names in (("first_channel", results.scenario.channels), ("reason", Reason.words())):
            words = rows[column].astype(str).to_numpy()
            for name in names:
                found[f"{patron}.{column}.{name}"] = np.where(has_fallen, words == name, np.nan)
    return found


def steps_up(results: "Results") -> Readings:
    """Whether Russia steps up [flag]."""
    rows = results.patrons[results.patrons["patron"] == "russia"]
    return {"russia_up": rows["step_up_at"].notna().to_numpy().astype(np.float64)}
