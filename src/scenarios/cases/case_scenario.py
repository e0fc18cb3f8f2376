"""What is a row of the cases to the simulation? A median patron with the row's covariates, pressed along its path.

The tables `SCALES`, `OPENING` and `RUNGS` say all that is taken from a row, and what each line means; all else stands
as in the base `general` and the library's patron `median`. None of it was chosen by, or changed after, a score.
"""

from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from scenarios.cases.library import ALL, coded_row, library_cases
from scenarios.cases.rows import COVARIATES, Cases, taken
from scenarios.rulebook.traits import TRAITS, numbers
from scenarios.scenario.blank import CHANNELS, MEDIAN, MEDIANS
from scenarios.scenario.load import GENERAL, LIBRARY, from_table, load, of_library, read_file
from scenarios.scenario.scenario import STEP_DAYS, Scenario

PATRON, OTHERS, KIND = "patron", "others", "case"
ANCHORS = (0.0, 0.25, 0.5, 0.75, 1.0)
LEVEL = "level"
NO_DATE = date(2000, 1, 1)  # start of a row whose days are only counted
BEFORE = 45  # days before the window: the middle of the 90 for which `support_start` is coded
SHORT_WINDOW, SHORT_END, LONG_END = 90, 7, 30  # [days] over which the codebook's `support_end` is coded
DAILY, WEEKLY = 180, 1826  # longest windows that are played by the day and by the week [days]
Entry = dict[str, Any]


class Scale(NamedTuple):
    """What a covariate says of a number."""

    covariate: str
    number: str  # field of the patron; with a dot, of the client or of one of the patron's channels
    values: tuple[float, float, float, float, float]  # at the covariate's `ANCHORS`; between them on a line
    source: str
    meaning: str


DERIVED, JUDGED = "derived", "judgement"
SCALES = (
    Scale("stake_with_presser", "bargain", (0.03, 0.06, 0.12, 0.24, 0.48), DERIVED, "scale of the median patron"),
    Scale("stake_with_presser", "exposure", (0.03, 0.08, 0.2, 0.3, 0.38), DERIVED, "as of patrons of 2025 coded so"),
    Scale("strategic_stake", "stake", (0.0, 0.25, 0.5, 0.75, 1.0), DERIVED, "the same scale"),
    Scale("patron_commitments", "war_drain", (0.0, 0.05, 0.4, 0.7, 0.97), DERIVED, "scale of the median patron"),
    Scale("patron_domestic_crisis", "own_crisis", (0.0, 0.1, 0.2, 0.35, 0.6), DERIVED, "scale of the median patron"),
    Scale("client_strength", "client.hold", (0.1, 0.3, 0.5, 0.7, 0.9), JUDGED, "ends within at .9 to .01 a year"),
    Scale("power_projection", "people.feasible", (1.0, 2.0, 3.0, 3.0, 3.0), JUDGED, "advisers need some aircraft"),
    Scale("power_projection", "troops.feasible", (0.0, 1.0, 2.0, 3.0, 3.0), JUDGED, "units need lift, to fight a base"),
    Scale("power_projection", "force.feasible", (0.0, 1.0, 2.0, 3.0, 3.0), JUDGED, "as for troops"),
)  # fmt: skip
# channel -> opening level at rung 0 to 6 of the codebook's support ladder; the median, rung 4, is the median patron's
OPENING = {
    "words": (0, 2, 2, 2, 2, 2, 2),  # 3, open alliance, where a defence treaty is in force
    "trade": (0, 0, 1, 1, 1, 1, 1),
    "finance": (0, 0, 0, 0, 0, 0, 0),  # the codebook's rung 3 is arms or finance: the commoner of the two is played
    "arms": (0, 0, 0, 1, 1, 1, 1),
    "people": (0, 0, 0, 0, 1, 1, 1),
    "force": (0, 0, 0, 0, 0, 0, 0),  # acts come and go and are no posture; units that stay are troops
    "troops": (0, 0, 0, 0, 0, 1, 3),  # 1 units as a signal or tripwire, 3 they fight
}
# rung of the model at rung 0 to 10 of the codebook: 3 sectoral sanctions, 4 secondary, 5 build-up, 6 limited strikes, 7
# blockade, 8 sustained air war lie one higher here; an invasion under way stays there, since 10 is its end
RUNGS = (0, 1, 2, 4, 5, 6, 7, 8, 9, 9, 10)
ALLIANCE = 3  # level of words


class Names(NamedTuple):
    """Who is who in a row."""

    client: str = "Client"
    coercer: str = "Coercer"
    patron: str = "Patron"


def load_case(name: str) -> Scenario:
    """A row of the cases as a scenario: a median patron with the row's covariates, pressed along its path.

    Parameters
    ----------
    name : str
        As `scenarios cases` lists them.

    Returns
    -------
    Scenario
        Its patron is called ``patron``; ``others`` stands for the others, where there were any.

    Raises
    ------
    UnknownName
        If there is no case of that name.

    Examples
    --------
    >>> case = load_case("SYR15R")
    >>> case.patrons, case.labels["client"], case.start.isoformat(), case.steps, case.step
    (('patron', 'others'), 'Syria', '2015-05-20', 33, 'week')
    """
    return load(f"{KIND}:{coded_row(name)['case_id']}")


def case_table(name: str) -> dict[str, Any]:
    """What the file of a case of the library would say."""
    row, cases = coded_row(name), library_cases(ALL)
    names = Names(row["client"], row["pressuring_power"], row["patron"])
    return row_file(taken(cases, np.array([cases.ids.index(row["case_id"])])), names)


def row_scenario(row: Cases) -> Scenario:
    """One row of any file as a scenario, blanks as in the median case."""
    return from_table(row_file(row, Names()), row.ids[0])


def row_file(row: Cases, names: Names) -> dict[str, Any]:
    """What the file of one row would say."""
    start = row.starts[0] or NO_DATE
    rungs = [RUNGS[rung] for _, rung in row.steps[0]]
    codes, ladder = _codes_of(row), general()["ladder"]
    now, before = (ladder[str(rung)] for rung in (rungs[0], max(rungs[0] - 1, 0)))
    return {
        "base": GENERAL,
        "title": f"{row.ids[0]}: {names.patron}, {names.client} pressed by {names.coercer}",
        "question": f"Would {names.patron} have stepped up, held, stepped back or left {names.client}?",
        "start": start,
        **_time_of(float(row.days[0])),
        "held": [condition_before(start, max(rungs[0] - 1, 0), before, now, has_others(codes))],
        "coercer": {
            "name": names.coercer,
            "mode": "scripted",
            "rung": number("coercer", "rung", float(rungs[0]), "derived: pressure at the start of the window"),
            "presence": number("coercer", "presence", now["presence"]["value"], "derived: ladder at that rung"),
        },
        "client": {"name": names.client, **scaled("client", codes, general()["client"])},
        "channels": {
            name: {"library": name, "weight": number("channels", "weight", weight, "judgement")}
            for name, (weight, _) in CHANNELS.items()
        },
        "patrons": patrons(codes, names.patron, now["threat"]["value"]),
        "paths": {"coercer.rung": script(start, row, rungs)},
    }


@cache
def general() -> Entry:
    """The base of all conflicts."""
    return read_file(LIBRARY / f"{GENERAL}.toml")


@cache
def median() -> Entry:
    """The patron of whom nothing is said."""
    return of_library("patrons", MEDIAN)


def _codes_of(row: Cases) -> dict[str, float]:
    """The covariates of a row, the medians of the cases where it is blank."""
    coded = dict(zip(COVARIATES, row.covariates[0].tolist(), strict=True))
    return {name: MEDIANS[name] if np.isnan(code) else code for name, code in coded.items()}


def has_others(codes: dict[str, float]) -> bool:
    """Whether another patron stands beside this one."""
    return codes["other_patrons"] >= 0.5


def _time_of(days: float) -> Entry:
    """Step and horizon of a window, and how long a change must last: as long as the codebook looks at the end."""
    step = "day" if days <= DAILY else "week" if days <= WEEKLY else "month"
    steps = int(np.ceil(days / STEP_DAYS[step] - 1e-9))
    lasts = min(SHORT_END if days < SHORT_WINDOW else LONG_END, steps * STEP_DAYS[step])
    return {"step": step, "steps": steps, "persistence_days": lasts, "notch_days": lasts}


def condition_before(start: date, rung: int, before: Entry, now: Entry, are_others: bool) -> Entry:
    """The posture was chosen before the window, which opens on a step of the coercer: one rung lower."""
    was, threatens = before["threat"]["value"], now["threat"]["value"]
    factor = was / threatens if threatens else 1.0
    return {
        "on": start - timedelta(days=BEFORE),
        "rung": float(rung),
        "presence": before["presence"]["value"],
        "threat": dict.fromkeys((PATRON, OTHERS) if are_others else (PATRON,), factor),
        "source": "derived: a window opens on an escalatory step, support_start is coded over the 90 days before it",
    }


def script(start: date, row: Cases, rungs: list[int]) -> Entry:
    """The path of pressure on the model's ladder."""
    return {
        "at": [start + timedelta(days=day) for day, _ in row.steps[0]],
        "values": [float(rung) for rung in rungs],
        "unit": "rung",
        "source": "derived: pressure path of the row on the model's ladder, 0 1 2 4 5 6 7 8 9 9 10 at rung 0 to 10",
    }


def patrons(codes: dict[str, float], name: str, threat: float) -> Entry:
    """The row's patron, and a median one in the place of any others."""
    share = 0.5 if has_others(codes) else 1.0
    weight, base = median()["threat_weight"]["value"], median()["threat"]
    both = {
        "library": MEDIAN,
        "visibility_weight": number("patrons", "visibility_weight", share, "judgement"),
        "threat": ranged("patrons", "threat", threat * weight, base, f"derived: ladder's {threat:g} x threat_weight"),
    }
    own = {**both, "name": name, **scaled("", codes, median()), "channels": reach(codes)}
    others = {**both, "name": "Others", "channels": reach(MEDIANS)}
    return {PATRON: own, **({OTHERS: others} if has_others(codes) else {})}


def reach(codes: dict[str, float]) -> Entry:
    """Opening and feasible levels of each channel."""
    rung = int(codes["support_start"])
    found: Entry = {name: {"opening": opening(float(levels[rung]))} for name, levels in OPENING.items()}
    if codes["defence_treaty"] >= 0.5 and rung:
        found["words"]["opening"] = opening(float(ALLIANCE))
    for name, pair in found.items():
        pair |= {
            field: {**entry, "value": max(round(entry["value"]), pair["opening"]["value"])}
            for field, entry in scaled(name, codes, median()["channels"][name]).items()
        }
    return found


def opening(level: float) -> Entry:
    """An opening level."""
    return number("pairs", "opening", level, "derived: support_start on the channels, rungs below it in use")


def scaled(section: str, codes: dict[str, float], base: Entry) -> Entry:
    """The numbers of a section that the covariates say something of; those of the patron itself have none."""
    kind = section if section in TRAITS else "pairs" if section else "patrons"
    found = {}
    for scale in SCALES:
        place, _, field = scale.number.rpartition(".")
        if place == section:
            value = round(float(np.interp(codes[scale.covariate], ANCHORS, scale.values)), 6)
            said = f"{scale.covariate} {codes[scale.covariate]:g}, {scale.meaning}"
            is_judged = scale.source == JUDGED
            found[field] = ranged(kind, field, value, base[field], scale.source if is_judged else f"derived: {said}")
            found[field] |= {"note": said} if is_judged else {}
    return found


def ranged(kind: str, field: str, value: float, base: Entry, source: str) -> Entry:
    """A number with the range that it has in the base: as wide on its scale, around the value of the row."""
    found = number(kind, field, value, source)
    domain, middle = numbers(TRAITS[kind])[field], base["value"]
    if "range" not in base or not value:
        return found
    # a hold is a place on a scale of its own, everything else a size
    ends = [value + end - middle if field == "hold" else value * end / middle for end in base["range"]]
    return {**found, "range": [round(min(max(end, domain.low), domain.high), 6) for end in ends]}


def number(kind: str, field: str, value: float, source: str) -> Entry:
    """A number of a file."""
    return {"value": value, "unit": numbers(TRAITS[kind])[field].unit, "source": source}
