"""What stands in a report? Its figures, what changed, the assumptions that matter most, what is said beside them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from scenarios.errors import RequestRefused
from scenarios.handout import gathered
from scenarios.handout.pictures import Picture, pictures_drawn
from scenarios.outcomes.outcome import headlines
from scenarios.questions.comparison import ask, figure, words
from scenarios.questions.headline.figure import figures_of
from scenarios.questions.headline.sentences import amount
from scenarios.questions.naming import number_words
from scenarios.questions.sensitivity.first_order import BEYOND, sensitivity_given
from scenarios.report.contrast import contrast
from scenarios.report.wording import NOTHING, Section, runs_line
from scenarios.results import Results
from scenarios.scenario import check_numbers, describe, finding
from scenarios.scenario.scenario import Parameter, Scenario
from scenarios.significance import CHANGED

MOST = 10  # that a reader will look at
REACHED = ("https://", "http://")
READING = (
    "Share: what knowing this number alone would explain of whether an outcome happens in a run, with its 95 % "
    "interval; the outcome of which it explains most is named. Most of the rest is luck within runs. Shares overlap "
    "where numbers go together. Numbers that explain no more than luck would are left out."
)
CHANGES = {"--set": "set", "--believe": "believed", "--fixed": "numbers", "--prior": "numbers"}
NUMBERS = {"--fixed": "all at their central values", "--prior": "the raw ranges"}
ALREADY_SAID = ("title", "question", "set")
CAVEATS = (
    "The chances are those of a model under ranges that people judged. They are no forecast that was held against what "
    "came after.",
    "The model knows no firms, factions, changes of leader, deals over the client's head, nor the domestic politics of "
    "the coercer.",
    "How sharply patrons tell better from worse sets the level of every chance and cannot be read off history.",
    "It can be misused by those who apply the pressure. It holds no more than public evidence and shows wide ranges.",
)
PAGES = (
    ("docs/model.md", "the model in words and equations; its limits in section 9"),
    ("docs/reference/health.md", "what is right and what is missed, sign by sign"),
    ("docs/reference/claims.md", "what stands and falls of published claims"),
    ("docs/reference/coverage.md", "how often the printed intervals hold the truth"),
    ("docs/reference/reference-class.md", "the cases, and what they can say"),
    ("docs/reference/tables.md", "every column"),
)


def pictures(played: gathered.Played) -> list[Picture]:
    """The figures of a run, the one that answers the question first."""
    makers = figures_of(played.results, played.summary, played.control, played.curve)
    return pictures_drawn([makers[name] for name in sorted(makers, key=lambda name: name != "step_back")])


def comparison_pictures(compared: pd.DataFrame, sides: Sequence[gathered.Played], heading: str) -> list[Picture]:
    """The headline outcomes of every side; none if the sides share no patron that is at risk."""
    scenario = sides[0].scenario
    counts = compared[compared["n"] > 0].groupby("outcome")["b"].count()
    asked = [name for name in headlines(scenario) if counts.get(name, 0) == len(sides) - 1]
    if not asked:
        return []
    table = figure.sides_of(compared, [side.letter for side in sides], asked, scenario)
    return pictures_drawn([lambda: contrast(table, heading, scenario, sides[0].manifest)])


class Compared(NamedTuple):
    """A comparison as it stands in the page."""

    said: list[str]
    pictures: list[Picture]
    sections: list[Section]
    tables: dict[words.Part, pd.DataFrame]


def compared(sides: Sequence[gathered.Played]) -> Compared:
    """Every side against the first, over matched runs."""
    results, scenario = [side.results for side in sides], sides[0].scenario
    found = ask.comparison_tables(results)
    tables = {part: found[part] for part in words.Part}
    outcomes = tables[words.Part.OUTCOMES]
    changed = outcomes[outcomes["verdict"] == CHANGED]
    shown = [_named(sides)]
    for part, table in (tables | {words.Part.OUTCOMES: changed}).items():
        shown += words.sections_of(part, table, scenario)
    n_same = int(outcomes["p_adjusted"].notna().sum()) - len(changed)
    counted = f"{len(changed)} outcomes change by more than luck; {n_same} differences are within Monte Carlo error."
    said = dict.fromkeys([counted, *outcomes.attrs.get("notes", []), *words.reading_notes(tables, scenario)])
    drawn = comparison_pictures(outcomes, sides, finding_of(outcomes, scenario))
    return Compared(list(said), drawn, shown, tables)


def finding_of(outcomes: pd.DataFrame, scenario: Scenario) -> str:
    """The largest change of a step back that is more than luck; what no figure shows may change more."""
    is_drawn = outcomes["outcome"].isin(headlines(scenario)) & (outcomes["verdict"] == CHANGED)
    changed = outcomes[is_drawn].to_dict("records")
    if not changed:
        return "No step back becomes more or less likely by more than luck"
    row = max(changed, key=lambda found: abs(found["difference"]))
    what = figure.side_name(str(row["outcome"]), scenario)
    ends = f"{amount(row['a'])} in A and {amount(row['b'])} in {row['versus']}"
    return f"Of the step backs this changes most: {what}, {ends}"


def _named(sides: Sequence[gathered.Played]) -> Section:
    """What each side is."""
    rows = tuple(
        (
            side.letter,
            side.scenario.title,
            "; ".join(side.scenario.overlays) or NOTHING,
            runs_line(side.manifest),
            str(side.manifest.get("seed", NOTHING)),
        )
        for side in sides
    )
    return Section("What is compared", ("side", "scenario", "changes", "runs", "seed"), rows)


class Assumption(NamedTuple):
    """One number that matters, as a reader needs it."""

    path: str
    name: str
    meaning: str
    value: str
    span: str
    unit: str
    share: float
    interval: str
    of: str
    source: str
    address: str
    note: str


class Weighty(NamedTuple):
    """The numbers that matter most, and what is to be said of them or of their absence."""

    found: list[Assumption]
    said: str


def weighty(played: gathered.Played) -> Weighty:
    """The drawn numbers that explain most of any headline outcome, the largest first."""
    scenario = played.scenario
    if not scenario.uncertain:
        return Weighty([], "Every number was held at its central value: the runs cannot tell which one matters.")
    try:
        shares = sensitivity_given(played.results).shares
    except RequestRefused as why:
        return Weighty([], f"The runs cannot tell which numbers matter. {why}")
    told = largest(shares)
    if not len(told):
        return Weighty([], "No single number explains more of an outcome than luck would.")
    return Weighty([assumption(scenario, row) for row in told.to_dict("records")], READING)


def largest(shares: pd.DataFrame) -> pd.DataFrame:
    """The largest share of each number that is more than luck, the largest first."""
    kept = shares[shares["verdict"] == BEYOND].sort_values("share", ascending=False, kind="stable")
    return kept.drop_duplicates("path").head(MOST)


def assumption(scenario: Scenario, row: Mapping[Any, Any]) -> Assumption:
    """A number with its pedigree and what it explains."""
    path, number = row["path"], scenario.numbers[row["path"]]
    limits = finding.number_at(path)
    source, address = cited(scenario, number)
    return Assumption(
        path,
        number_words(scenario, path),
        limits.meaning,
        describe.short(number.value),
        describe.fitted_range(scenario, path) or describe.range_of(number),
        number.unit,
        float(row["share"]),
        f"{100 * row['low']:.1f} to {100 * row['high']:.1f} %",
        figure.side_name(row["outcome"], scenario),
        source,
        address,
        number.note,
    )


def cited(scenario: Scenario, number: Parameter) -> tuple[str, str]:
    """A number's source in words, and its address if it is one of the web."""
    if number.pedigree != "sourced":
        return number.source, ""
    source = check_numbers.known_sources(scenario).get(number.source)
    if source is None:
        return number.source, ""
    said = f"{source.title}, {source.publisher} {source.year}, {number.where} (quality {source.quality})"
    return said, source.address if source.address.startswith(REACHED) else ""


def changes(scenario: Scenario) -> list[tuple[str, str]]:
    """What was laid over the scenario, believed or set, in order."""
    found = []
    for line in scenario.overlays:
        option, _, rest = line.partition(" ")
        found.append((CHANGES[option], rest or NUMBERS[option]) if option in CHANGES else ("overlaid", line))
    return found


def facts(scenario: Scenario) -> list[tuple[str, str]]:
    """What was played, before its numbers."""
    rows = describe.head_rows(scenario)
    return [(str(row["path"]), str(row["value"])) for row in rows if row["path"] not in ALREADY_SAID]


def caveats(played: gathered.Played) -> list[str]:
    """What the model cannot tell, and what these very runs lack."""
    own = [f"Numbers of this scenario by origin: {check_numbers.pedigree_words(played.scenario)}."]
    if played.manifest.get("interrupted"):
        own.append(f"The runs were interrupted: {runs_line(played.manifest)}. Chances of rare events suffer most.")
    if played.control is None:
        own.append("No control was run: how much of this is the pressure's doing remains open.")
    return [*CAVEATS, *own]


class Content(NamedTuple):
    """All that is handed on: runs with the numbers that matter most in them, their comparison, other answers."""

    sides: Sequence[tuple[gathered.Played, Weighty]]
    between: Compared | None = None
    answers: Sequence[gathered.Answered] = ()


def content_of(given: gathered.Side | Sequence[gathered.Side]) -> Content:
    """Runs, several of them compared with the first, and other answers, from their folders or from memory."""
    sides = [given] if isinstance(given, (Results, str, Path)) else given
    answers = [gathered.answered(Path(str(side)), kind) for side in sides if (kind := gathered.answer_kind(side))]
    runs = [side for side in sides if not gathered.answer_kind(side)]
    played = gathered.gathered(runs, at_least=0 if answers else 1)
    return Content([(side, weighty(side)) for side in played], compared(played) if len(played) > 1 else None, answers)
