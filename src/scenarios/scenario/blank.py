"""What does the file of a new conflict ask? Some thirty questions, each with its meaning, unit and a neutral default.

The defaults are those of the general base and of the median patron: medians of the cases where they say something. All
that is not asked is inherited from there.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from scenarios.errors import ScenarioError, known_names
from scenarios.rulebook.traits import TRAITS, numbers
from scenarios.scenario.check import NAME
from scenarios.scenario.describe import quoted, short
from scenarios.scenario.load import GENERAL, LIBRARY, of_library, read_file
from scenarios.scenario.reference_class import COVARIATES

Entry = dict[str, Any]
MEDIAN = "median"
COERCER = ("rung", "presence", "calm_years", "capture_chance")
CLIENT = (
    *("hold", "oil_output", "oil_price", "goods_half", "interdiction_reach", "other_revenue", "needs", "ease"),
    "solvency",
)
PATRON = ("support_budget", "risk_tolerance", "bargain", "stake", "war_drain", "own_crisis", "exposure", "threat")
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
MEANINGS = {
    "patron_commitments": "own wars: .25 a garrison, .5 large, .75 major, 1 absorbs the army",
    "patron_domestic_crisis": ".25 protest, recession, .5 deficit, sanctions, .75 default, mass unrest, 1 collapse",
    "economic_stake": ".25 some trade, debts, .5 debts that hurt, .75 main trade, 1 lives by the client",
    "strategic_stake": ".25 prestige, .5 useful base or ally, .75 core region, 1 border or survival",
    "power_projection": "in reach: .25 few lift assets, .5 fleet or air bridge, .75 bases near, 1 border, troops",
    "stake_with_presser": "to lose with the coercer: .25 little, .5 mixed, .75 major talks, market, 1 its first aim",
    "capability_vs_presser": "0 under 1:10, .25 1:4, .5 par, .75 3:1, 1 over 10:1",
    "client_strength": "0 nearly none, .25 losing, .5 contested, .75 firm, 1 very strong",
}
HEAD = """\
# {client} pressed by {coercer}: a file to fill in. Each question has its meaning, unit and a neutral default: the
# median of the 91 cases where they say something, else the middle of what the library's scenarios have: it says which.
# None of them is about {client}: answer what you can, give each answer its source, and leave the rest. Numbers that are
# not asked are inherited from the base "{base}" and the library; scenarios check FILE --full lists them.
# A number is {{ value, range, unit, source, note }}. Without a range it is the same in every run. Its source is
# "judgement", "derived: FORMULA", or the key of an entry under [sources] with where = "table, row or page"; formula and
# note cite by [key]. A level on a channel is 0 none, 1 some, 2 much, 3 as much as this patron can give.
base = "{base}"
title = {title}
question = "Which patron would step back, why, and what would change it?"
start = {start}  # the day on which the runs open
step = "week"  # day, week or month
steps = 104  # the horizon
persistence_days = 182  # how long a step-back must last to count; with steps of a day take less
notch_days = 56  # the same for a level lost on any one channel
"""
INSIDE = """\

# Pressure from inside (rebels, protest) acts on the hold, not on the rung. In the cases a client whose streets or
# country were contested fell at .13 a year (4 in 29.8 years: a hold of .43), one whose capital was entered at 8 a year
# (8 in 1.0 years: .012). What presses on the first day belongs in the hold above; what comes later is set from its day:
# [[settings]]
# path = "client.hold"
# on = {later}
# value = 0.2
# source = "judgement"
"""
COURSE = """\

# What the coercer did is scripted; without a script it decides, and so it does after the day in until.
# [paths."coercer.rung"]
# at = [{start}, {later}]
# values = [6.0, 7.0]
# until = {later}
# unit = "rung"
# source = "judgement"
"""
LADDER = """\
# rungs: 0 normal, 1 words, 2 measures against persons, 3 financial measures, 4 sanctions on main exports, 5 secondary
# sanctions, 6 build-up, 7 limited strikes or ultimatum, 8 blockade, 9 sustained strikes on land, 10 leader captured
"""
CODED = """\

# The patrons in the columns of the cases, at the start of the window, on anchors 0, .25, .5, .75, 1 (0 none, 1 most).
# The chances that the cases give are printed beside those of the model; no run reads this table. Rungs are those of the
# codebook: 3 sanctions, 5 build-up, 6 strikes, 7 blockade, 8 air campaign or offensive, 9 capital entered.
[reference_class]
client = {quoted_client}
since = {start}  # first step of the coercer in this crisis
at = [{start}]
values = [{pressure}]
source = "{source} at the start"
"""
SOURCES = """\

# [sources.report-{year}]
# title = "What it is"
# publisher = "Who says it"
# year = {year}
# address = "https://..."
# quality = "B"  # A primary or wire, B decent copy, C weak or one-sided, U remembered, unverified
"""
MODES = "adaptive: as it did in the cases; ramp: at a steady pace; scripted: as below"


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
    everybody, general, later = list(patrons), read_file(LIBRARY / f"{GENERAL}.toml"), start + timedelta(days=28)
    words = {"start": start, "later": later, "year": start.year, "base": GENERAL, "client": client, "coercer": coercer}
    return "".join(
        [
            HEAD.format(**words, title=quoted(f"{client}, {start.day} {start:%B %Y}")),
            _sheet_of(
                "coercer",
                COERCER,
                general["coercer"],
                f'name = {quoted(coercer)}\nmode = "adaptive"  # {MODES}\n{LADDER}',
            ),
            COURSE.format(**words),
            _sheet_of("client", CLIENT, general["client"], f"name = {quoted(client)}\n"),
            INSIDE.format(**words),
            channels_text(),
            *(patron_text(patron, len(everybody)) for patron in everybody),
            CODED.format(**words, quoted_client=quoted(client), source=FROM_CASES, pressure=MEDIAN_PRESSURE),
            *(coded_text(patron.name) for patron in everybody),
            SOURCES.format(**words),
        ]
    )


def _sheet_of(kind: str, fields: Iterable[str], entries: Entry, words: str) -> str:
    """The questions of one sheet."""
    return f"\n[{kind}]\n{words}" + "".join(_asked(kind, field, entries[field]) for field in fields)


def _asked(kind: str, field: str, entry: Entry) -> str:
    """One number with its meaning and its unit."""
    number = numbers(TRAITS[kind])[field]
    top = "" if number.high == float("inf") else f" to {short(number.high)}"
    return f"# {number.meaning} ({number.unit}, {short(number.low)}{top})\n{field} = {inline(entry)}\n"


def inline(entry: Entry) -> str:
    """A number as a line of a file has it."""
    said = {name: quoted(word) if isinstance(word, str) else repr(word) for name, word in entry.items()}
    return "{ " + ", ".join(f"{name} = {word}" for name, word in said.items()) + " }"


def judged(value: float, unit: str, note: str) -> str:
    """A number by judgement."""
    return inline({"value": value, "unit": unit, "source": "judgement", "note": note})


def channels_text() -> str:
    """How much the client needs each kind of support; a channel that nobody uses or needs may be deleted."""
    text = (
        "\n# How much the client needs each kind of support (share, 0 to 1). The weights add up to 1: who deletes a\n"
        "# channel, here and below every patron, shares its weight among the others.\n"
    )
    note = "convention of the support index, which the coercer watches; all add up to 1"
    for name, (weight, _) in CHANNELS.items():
        need = read_file(LIBRARY / "channels" / f"{name}.toml")["need"]
        text += f'\n[channels.{name}]\nlibrary = "{name}"\nneed = {inline(need)}\n'
        text += f"weight = {judged(weight, 'share', note)}\n"
    return text


def patron_text(patron: NewPatron, n: int) -> str:
    """The questions about one patron: its two traits, what binds and frightens it, and its opening levels."""
    own = read_file(LIBRARY / "patrons" / f"{patron.like}.toml") if patron.like != MEDIAN else {}
    whole = of_library("patrons", patron.like)
    inherited = [field for field in PATRON if field in own]
    words = f'library = "{patron.like}"\nname = {quoted(patron.name.replace("_", " ").title())}\n'
    if inherited:
        words += (
            f"# {', '.join(inherited)}: those of the library patron {patron.like}; write them here to change them\n"
        )
    text = _sheet_of(f"patrons.{patron.name}", (), {}, words)
    text += "".join(_asked("patrons", field, whole[field]) for field in PATRON if field not in own)
    share = judged(round(1 / n, 3), "share", "alike for all patrons; they add up to 1")
    text += f"# how much its support counts with the coercer (share of its attention)\nvisibility_weight = {share}\n"
    for channel, (_, levels) in CHANNELS.items():
        opening = inline(whole["channels"][channel]["opening"])
        text += f"\n[patrons.{patron.name}.channels.{channel}]  # {levels}\nopening = {opening}\n"
    return text


def coded_text(name: str) -> str:
    """The covariates of the codebook for one patron."""
    lines = [
        f'{covariate} = {{ value = {MEDIANS[covariate]}, source = "{FROM_CASES}" }}  # {said_of(covariate)}\n'
        for covariate in COVARIATES
    ]
    return f"\n[reference_class.patrons.{name}]\n" + "".join(lines)


def said_of(covariate: str) -> str:
    """What a covariate of the codebook means, from none to most."""
    return MEANINGS.get(covariate) or COVARIATES[covariate].meaning
