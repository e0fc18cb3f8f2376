"""What does the file of a new conflict ask? Some thirty questions, each with its meaning, unit and a neutral default.

The defaults are those of the general base and of the median patron: medians of the cases where they say something. All
that is not asked is inherited from there.
"""

import math
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from scenarios.errors import ScenarioError, known_names
from scenarios.rulebook.traits import TRAITS, numbers
from scenarios.scenario.check import NAME
from scenarios.scenario.describe import inline, quoted, short
from scenarios.scenario.load import GENERAL, LIBRARY, of_library, read_file
from scenarios.scenario.reference_class import COVARIATES

MEDIAN = "median"
ASKED = {  # sheet -> the numbers that are asked
    kind: words.split()
    for kind, words in {
        "coercer": "rung presence calm_years capture_chance",
        "client": "hold oil_output oil_price goods_half interdiction_reach other_revenue needs ease solvency",
        "patrons": "support_budget risk_tolerance bargain stake war_drain own_crisis exposure threat",
    }.items()
}
# channel of the library -> its weight in the support index, and what its levels mean
CHANNELS = {
    "words": (0.1, "1 votes, 2 statements and visits, 3 open alliance"),
    "trade": (0.2, "1 some, 2 a main partner, 3 what the client lives by"),
    "finance": (0.15, "1 old loans run on, 2 new ones, 3 as much as in its best years"),
    "arms": (0.15, "1 spares and small arms, 2 deliveries, 3 as much as in its best years"),
    "people": (0.15, "1 some advisers, 2 hundreds, 3 thousands"),
    "force": (0.05, "shows of force, which come and go: by rule, no part of a step-back"),
    "troops": (0.2, "1 a base or garrison, 2 units on the spot, 3 they fight"),
}
# of the 91 cases; `tests/test_new_conflicts.py` holds them against the rows
MEDIANS = {
    **{"patron_commitments": 0.25, "patron_domestic_crisis": 0.25, "economic_stake": 0.25, "strategic_stake": 0.5},
    **{"power_projection": 0.5, "stake_with_presser": 0.5, "capability_vs_presser": 0.5, "client_strength": 0.5},
    **{"defence_treaty": 0.0, "other_patrons": 1.0, "support_start": 4.0},
}
MEDIAN_PRESSURE = 5.0  # at the start, on the codebook's ladder
FROM_CASES = "derived: median of the 91 cases"
TEMPLATE = LIBRARY / "new_conflict.toml.jinja"


class NewPatron(NamedTuple):
    """A patron of a new conflict, and the library patron whose numbers it takes."""

    name: str
    like: str


def new_patron(text: str) -> NewPatron:
    """A patron as an option gives it.

    Examples
    --------
    >>> new_patron("hezbollah:like=iran"), new_patron("russia")
    (NewPatron(name='hezbollah', like='iran'), NewPatron(name='russia', like='median'))
    """
    name, colon, rest = (part.strip() for part in text.partition(":"))
    word, _, like = rest.partition("=")
    if colon and word.strip() != "like":
        raise ScenarioError([f"--patrons {text}: must be NAME or NAME:like=LIBRARY_PATRON."])
    return NewPatron(name, like.strip() if colon else MEDIAN)


def new_patrons(text: str) -> list[NewPatron]:
    """The patrons in a comma list."""
    known = sorted(file.stem for file in (LIBRARY / "patrons").glob("*.toml"))
    found: list[NewPatron] = []
    faults: list[str] = []
    for each in text.split(","):
        try:
            patron = new_patron(each)
        except ScenarioError as error:
            faults += error.faults
            continue
        faults += [f"--patrons: {fault}" for fault in faults_of_patron(patron, known, [p.name for p in found])]
        found.append(patron)
    if faults:
        raise ScenarioError(faults)
    return found


def faults_of_patron(patron: NewPatron, known: list[str], before: list[str]) -> Iterator[str]:
    """A name that cannot stand in a path or stands twice, and an unknown library patron."""
    if not NAME.fullmatch(patron.name):
        yield f"name '{patron.name}' must be made of letters, digits, _ and - only."
    if patron.name in before:
        yield f"'{patron.name}' stands twice. Name each patron once."
    if patron.like not in known:
        yield f"{patron.name}:like={patron.like}: unknown library patron. {known_names(patron.like, known)}"


def blank_file(client: str, coercer: str, patrons: Iterable[NewPatron], start: date) -> str:
    """The text of the file of a new conflict; it is sound as it is.

    Examples
    --------
    >>> text = blank_file("Syria", "Israel", new_patrons("russia,hezbollah:like=iran"), date(2024, 11, 27))
    >>> [line for line in text.splitlines() if line.startswith("library")][-2:]
    ['library = "median"', 'library = "iran"']
    """
    from jinja2 import Environment, StrictUndefined

    everybody = list(patrons)
    places = Environment(undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True)
    places.filters |= {"quoted": quoted, "short": short, "inline": inline, "judged": judged}
    return places.from_string(TEMPLATE.read_text("utf-8")).render(
        client=client,
        coercer=coercer,
        title=f"{client}, {start.day} {start:%B %Y}",
        start=start,
        later=start + timedelta(days=28),
        year=start.year,
        base=GENERAL,
        general=read_file(LIBRARY / f"{GENERAL}.toml"),
        numbers={kind: numbers(sheet) for kind, sheet in TRAITS.items()},
        inf=math.inf,
        asked_of=ASKED,
        channels=CHANNELS,
        needs={name: read_file(LIBRARY / "channels" / f"{name}.toml")["need"] for name in CHANNELS},
        patrons=[(each, inherited(each.like), of_library("patrons", each.like)) for each in everybody],
        share=round(1 / len(everybody), 3),
        covariates=COVARIATES,
        medians=MEDIANS,
        pressure=MEDIAN_PRESSURE,
        from_cases=FROM_CASES,
    )


def inherited(like: str) -> list[str]:
    """What is not asked of a patron like another, since the library says it of that one."""
    own = read_file(LIBRARY / "patrons" / f"{like}.toml") if like != MEDIAN else {}
    return [field for field in ASKED["patrons"] if field in own]


def judged(value: float, note: str) -> str:
    """A share by judgement, as a line of a file has it."""
    return inline({"value": value, "unit": "share", "source": "judgement", "note": note})
