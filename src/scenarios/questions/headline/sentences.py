"""What does a run answer? When, why, what would change it and how sure: sentences worked out from its tables."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any, NamedTuple

import pandas as pd

from scenarios.outcomes.events import FIRST_ON, name_of
from scenarios.outcomes.grammar import spoken
from scenarios.questions.naming import listed
from scenarios.report.wording import ON_THE_EDGE, is_missing, words
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import Reason

BACK, FURTHER = FIRST_ON
EVENT_WORDS = {BACK: "steps back", FURTHER: "steps back further"}
MATTERS = 0.01  # chance of a step back further below which a patron is named with the others
CARRIES_WEIGHT = 0.05  # share of step-backs
MOST_REASONS = 3
TOGETHER = 1.005  # a sum of shares that is over 1 by more than rounding
MOST_WHAT_IFS = 3
A_YEAR = 365  # days
Rows = Mapping[str, Mapping[str, Any]]
LIMITS = (0.05, 0.20, 0.45, 0.55, 0.80, 0.95)
LIKELIHOODS = (
    "almost no chance",
    "very unlikely",
    "unlikely",
    "roughly even chance",
    "likely",
    "very likely",
    "almost certain",
)
SCALE = "ICD 203"


class Told(NamedTuple):
    """What is known of a run beyond its summary; None for what is not."""

    when: pd.DataFrame  # as `ask.chances_when` returns it
    further: pd.DataFrame  # as `ask.reasons_further` returns it
    what_ifs: pd.DataFrame | None = None  # as `what_ifs.what_ifs` returns it
    cases: pd.DataFrame | None = None  # as `cases.beside.reference_table` returns it
    patterns: pd.DataFrame | None = None  # those of history that the scenario can speak to
    beside: Sequence[str] = ()  # sentences that people must read beside the tables


def sentences(summary: pd.DataFrame, scenario: Scenario, told: Told) -> list[str]:
    """The answer of a run in sentences."""
    rows = by_name(summary)
    focus = patrons_that_matter(scenario, rows)
    said = {
        f"When, in the words of {SCALE}": [
            *(when(scenario, rows, told.when, patron) for patron in focus),
            *others(scenario, rows, focus),
        ],
        "Why": [why(scenario, rows, told.further, patron) for patron in focus],
        "What would change it": [change(rows, scenario, told.what_ifs, focus)],
        "How sure": [*(sure(scenario, rows, told, patron) for patron in focus), reference(scenario, told.cases, focus)],
    }
    return [f"{topic}. {' '.join(filter(None, lines))}" for topic, lines in said.items() if any(lines)]


def by_name(summary: pd.DataFrame) -> Rows:
    """The rows of a summary by their outcome."""
    return {str(row["outcome"]): row for row in summary.to_dict("records")}  # type: ignore[misc]


def patrons_that_matter(scenario: Scenario, rows: Rows) -> list[str]:
    """The patrons that may step back further; the one that is likeliest to step back at all if none may."""
    known = {patron: rows.get(f"{patron}.{BACK}", {}) for patron in scenario.patrons}
    at_risk = [patron for patron, row in known.items() if row.get("n", 0) > 0 and row["value"] > 0.0]
    found = [patron for patron in at_risk if rows[f"{patron}.{FURTHER}"]["value"] >= MATTERS]
    return found or sorted(at_risk, key=lambda patron: -rows[f"{patron}.{BACK}"]["value"])[:1]


def event_of(rows: Rows, patron: str) -> str:
    """The event by which a patron is judged: the step back further where it comes at all."""
    return FURTHER if rows[f"{patron}.{FURTHER}"]["value"] > 0.0 else BACK


def when(scenario: Scenario, rows: Rows, chances: pd.DataFrame, patron: str) -> str:
    """When a patron steps back, and further: chances with their words, and the median day."""
    said = []
    for event in (BACK, FURTHER):
        found = chances[chances["outcome"] == f"{patron}.{event}"].to_dict("records")
        if not any(row["chance"] > 0.0 for row in found):
            said.append(f"{EVENT_WORDS[event]} in none of {rows[f'{patron}.{event}']['n']:.0f} runs")
            continue
        day = median_day(scenario, rows.get(f"{patron}.{event}.at"))
        said.append(f"{EVENT_WORDS[event]}: {_in_words(found)}" + (f"; where it does, half by {day}" if day else ""))
    return f"{name_of(scenario, f'patrons.{patron}')} {'. It '.join(said)}."


def _in_words(chances: Iterable[Mapping[Any, Any]]) -> str:
    """Chances by their horizons, those of one likelihood together."""
    parts = []
    for word, rows in groupby(chances, key=lambda row: likelihood(row["chance"])):
        within = [f"{row['within']} ({amount(row['chance'])})" for row in rows]
        parts.append(f"{word} within {listed(within)}")
    return ", ".join(parts)


def median_day(scenario: Scenario, row: Mapping[str, Any] | None) -> str:
    """The day of the median of an event in words, among the runs in which it happens; empty if there are none."""
    if row is None or is_missing(row["q50"]):
        return ""
    return spoken(scenario.start + timedelta(days=scenario.step_days * row["q50"]))


def others(scenario: Scenario, rows: Rows, focus: list[str]) -> list[str]:
    """What there is to say of the other patrons: their chance by the horizon, or that nothing is at risk."""
    rest = [patron for patron in scenario.patrons if patron not in focus]
    idle = [patron for patron in rest if not rows.get(f"{patron}.{BACK}", {}).get("n", 0) > 0]
    named = [
        f"{name_of(scenario, f'patrons.{patron}')} {amount(rows[f'{patron}.{BACK}']['value'])} "
        f"(further {amount(rows[f'{patron}.{FURTHER}']['value'])})"
        for patron in rest
        if patron not in idle
    ]
    whole = f"By the horizon the others step back: {', '.join(named)}." if focus else "No patron steps back in any run."
    said = [whole] if named else []
    names = [name_of(scenario, f"patrons.{patron}") for patron in idle]
    verb = "gives" if len(idle) == 1 else "give"
    return said + ([f"{listed(names)} {verb} nothing material at the opening: not at risk."] if idle else [])


def why(scenario: Scenario, rows: Rows, further: pd.DataFrame, patron: str) -> str:
    """Why a patron steps back, and further: the reasons that carry weight, and what the pressure adds."""
    who = name_of(scenario, f"patrons.{patron}")
    names = {f"{patron}.reason.{word}": word for word in Reason.words()}
    first = {word: rows[name]["value"] for name, word in names.items() if name in rows}
    found = further[further["patron"] == patron]
    second = dict(zip(found["reason"], found["share"], strict=True))
    said = f"{who} steps back for {weights(first)}" + (f"; further for {weights(second)}" if second else "")
    said += ", in some runs several at once" if sum(second.values()) > TOGETHER else ""
    return f"{said}.{_frozen(rows[f'{patron}.{BACK}'])}"


def _frozen(row: Mapping[str, Any]) -> str:
    """What a patron does with the pressure frozen; empty if no control was run."""
    # imported here: it needs numpy, and ``scenarios --help`` must not wait for it
    from scenarios.significance import WITHIN

    if is_missing(row["control"]):
        return ""
    apart = f"{amount(row['control'])} of the runs, not {amount(row['value'])}"
    luck = ", a difference within luck" if row.get("verdict") == WITHIN else ""
    return f" With the pressure frozen it steps back in {apart}{luck}."


def weights(shares: Mapping[str, float]) -> str:
    """The reasons that carry weight with their shares of the cases, largest first, and how often there is none."""
    ranked = sorted(((share, word) for word, share in shares.items() if word != ON_THE_EDGE), reverse=True)
    parts = [f"{words(word)} ({amount(share)})" for share, word in ranked if share >= CARRIES_WEIGHT][:MOST_REASONS]
    edge = shares.get(ON_THE_EDGE, 0.0)
    parts += [f"no single reason ({amount(edge)})"] if edge >= CARRIES_WEIGHT else []
    return listed(parts) if parts else "no reason that carries weight"


def change(rows: Rows, scenario: Scenario, table: pd.DataFrame | None, focus: list[str]) -> str:
    """The what-ifs that move patrons that matter most, each by what it moves most; empty if none was played."""
    if table is None or not focus:
        return ""
    asked = [f"{patron}.{event_of(rows, patron)}" for patron in focus]
    tried = table[table["kind"] == "what_if"]
    moved = tried[(tried["verdict"] == "changed") & tried["outcome"].isin(asked)]
    # the end of the interval that lies nearer to no effect: what luck cannot have made
    moved = moved.assign(sure=moved[["low", "high"]].abs().min(axis=1)).sort_values(
        "sure", ascending=False, kind="stable"
    )
    best = moved.drop_duplicates("what").head(MOST_WHAT_IFS).to_dict("records")
    played = f"Of {tried['what'].nunique()} what-ifs, {tried['n'].max()} runs each with the same luck,"
    if not best:
        return f"{played} none moves it by more than luck."
    effects = [_effect(scenario, row) for row in best]
    return f"{played} {'this moves it' if len(best) == 1 else 'these move it'} most: {'; '.join(effects)}."


def _effect(scenario: Scenario, row: Mapping[Any, Any]) -> str:
    """One what-if with what it does."""
    patron, _, event = row["outcome"].rpartition(".")
    who = name_of(scenario, f"patrons.{patron}")
    return (
        f"if {row['what']}, {who} {EVENT_WORDS[event]} in {amount(row['value'])} instead of {amount(row['base'])} "
        f"({row['difference']:+.2f}, 95 % {row['low']:+.2f} to {row['high']:+.2f})"
    )


def sure(scenario: Scenario, rows: Rows, told: Told, patron: str) -> str:
    """How far a patron's chance hangs on what nobody knows, on the decision rule, and on the luck of the draw."""
    event = event_of(rows, patron)
    name = f"{patron}.{event}"
    last = told.when[told.when["outcome"] == name].iloc[-1]
    least, over = ("", "the pasts that agree") if scenario.observed else ("at least", "what nobody knows")
    found = [
        (least, (last["spread_low"], last["spread_high"]), f"over {over} (middle 80 %)"),
        ("", _over_rules(told.what_ifs, name), "over the three decision rules (played as the what-ifs)"),
        ("", (last["low"], last["high"]), "by the luck of the draw (95 %)"),
    ]
    # a spread without a width is one that luck hides
    known = [each for each in found if not any(map(is_missing, each[1])) and not (each[0] and each[1][0] == each[1][1])]
    if not known:
        return ""
    parts = [f"{least} {amount(ends[0])} to {amount(ends[1])} {where}".lstrip() for least, ends, where in known]
    widths = [high - low for _, (low, high), _ in known]
    is_least = known[-1] == found[-1] and min(widths[:-1], default=0.0) > widths[-1]
    who = name_of(scenario, f"patrons.{patron}")
    return (
        f"{who} {EVENT_WORDS[event]} in {amount(last['chance'])}: {', '.join(parts)}"
        f"{', which is the least of these' if is_least else ''}."
    )


def _over_rules(table: pd.DataFrame | None, outcome: str) -> tuple[float, float]:
    """The lowest and the highest chance of an outcome under the three decision rules; NaN if they were not played."""
    if table is None:
        return float("nan"), float("nan")
    found = table.loc[(table["kind"] == "rule") & (table["outcome"] == outcome), "value"]
    return float(found.min()), float(found.max())


def reference(scenario: Scenario, cases: pd.DataFrame | None, focus: Iterable[str]) -> str:
    """What the reference class says of the same patrons; empty if they are not coded."""
    if cases is None or not len(cases):
        return ""
    names = [name_of(scenario, f"patrons.{patron}") for patron in focus]
    found = cases[(cases["days"] == A_YEAR) & (cases["assumption"] == "") & cases["patron"].isin(names)]
    said = [
        f"{row['patron']} {row['chance']:.2f} ({row['low']:.2f} to {row['high']:.2f})"
        for row in found.to_dict("records")
    ]
    if not said:
        return ""
    return (
        f"In the reference class, whose step backs are wider, the first move is down within a year: {', '.join(said)}."
    )


def amount(chance: float) -> str:
    """A chance in a sentence: two decimals, three near its ends.

    Examples
    --------
    >>> amount(0.2234), amount(0.0364), amount(0.0002), amount(0.0)
    ('0.22', '0.036', 'under 0.001', '0')
    """
    if is_missing(chance):
        return "unknown"
    if chance in (0.0, 1.0):
        return f"{chance:.0f}"
    if chance < 0.001:
        return "under 0.001"
    return "over 0.999" if chance > 0.999 else f"{chance:.{2 if 0.1 <= chance <= 0.9 else 3}f}"


def likelihood(chance: float) -> str:
    """A chance in words.

    Examples
    --------
    >>> likelihood(0.03), likelihood(0.5)
    ('almost no chance', 'roughly even chance')
    """
    return LIKELIHOODS[bisect_right(LIMITS, chance)]
