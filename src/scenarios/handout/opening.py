"""What stands first? When, why, what would change it, how sure: four sentences out of the numbers of the runs."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from scenarios.handout.assumptions import Weighty
from scenarios.handout.gathered import Played
from scenarios.questions.headline.spread import spread_words
from scenarios.questions.naming import listed
from scenarios.report.tables import ON_THE_EDGE, label, words
from scenarios.report.wording import is_missing
from scenarios.vocabulary import Reason

if TYPE_CHECKING:
    from scenarios.scenario.scenario import Scenario

NAMED = 3  # reasons, and numbers, in a sentence
WORTH_NAMING = 0.05
Rows = dict[str, dict[str, Any]]
Sentence = tuple[str, str]


def sentences(played: Played, weighed: Weighty) -> list[Sentence]:
    """The answer of a run in four sentences, each with what it is about."""
    rows: Rows = {str(row["outcome"]): row for row in played.summary.to_dict("records")}  # type: ignore[misc]
    found = [
        ("When", when(rows, played.scenario)),
        ("Why", why(rows, played.scenario)),
        ("What it hangs on", hangs_on(weighed)),
        ("How sure", how_sure(rows, played)),
    ]
    return [(name, said) for name, said in found if said]


def at_risk(rows: Rows, scenario: "Scenario") -> list[str]:
    """Patrons with something to lose, the likeliest to step back first."""
    there = [patron for patron in scenario.patrons if rows.get(f"{patron}.step_back", {}).get("n", 0) > 0]
    return sorted(there, key=lambda patron: -float(rows[f"{patron}.step_back"]["value"]))


def when(rows: Rows, scenario: "Scenario") -> str:
    """The chance of a step back and of one that goes further by the horizon, with the median date."""
    said = [patron_when(rows, scenario, patron) for patron in at_risk(rows, scenario)]
    return f"By {day_of(scenario, scenario.steps)}: {'; '.join(said)}." if said else "No patron has anything to lose."


def patron_when(rows: Rows, scenario: "Scenario", patron: str) -> str:
    """One patron's chances, and the date by which half of its step-backs have come."""
    back, further = (rows[f"{patron}.{event}"]["value"] for event in ("step_back", "step_back_further"))
    middle = rows.get(f"{patron}.step_back.at", {}).get("q50")
    dated = "" if is_missing(middle) else f", half of these by {day_of(scenario, float(middle or 0.0))}"
    who = label(scenario, f"patrons.{patron}")
    return f"{who} steps back in {percent(back)} of runs{dated}, further in {percent(further)}"


def why(rows: Rows, scenario: "Scenario") -> str:
    """The reasons that carry most weight in each patron's step-backs."""
    said = []
    for patron in at_risk(rows, scenario):
        shares = {reason: rows.get(f"{patron}.reason.{reason}", {}).get("value") for reason in Reason.words()}
        known = {reason: float(share) for reason, share in shares.items() if not is_missing(share)}  # type: ignore[arg-type]
        named = sorted((r for r in known if r != ON_THE_EDGE and known[r] >= WORTH_NAMING), key=lambda r: -known[r])
        if named:
            reasons = listed([f"{words(reason)} ({percent(known[reason])})" for reason in named[:NAMED]])
            said.append(f"{label(scenario, f'patrons.{patron}')} for {reasons}")
    return f"They step back: {'; '.join(said)} of step-backs." if said else ""


def hangs_on(weighed: Weighty) -> str:
    """The numbers that explain most of it."""
    if not weighed.found:
        return weighed.said
    named = [f"{each.name} ({percent(each.share)} of {each.of})" for each in weighed.found[:NAMED]]
    return f"Of what nobody knows, these explain most: {'; '.join(named)}."


def how_sure(rows: Rows, played: Played) -> str:
    """The luck of the draw, which is the least of it; then what nobody knows."""
    errors = [rows[f"{patron}.step_back"]["se"] for patron in at_risk(rows, played.scenario)]
    known = [float(error) for error in errors if not is_missing(error)]
    luck = f"Luck of the draw: at most ± {100 * max(known):.1f} points." if known else ""
    return " ".join(filter(None, [luck, spread_words(played.results)]))


def percent(share: float) -> str:
    """A share of runs in a sentence.

    Examples
    --------
    >>> percent(0.144), percent(0.0004), percent(0.0)
    ('14 %', 'under 1 %', '0 %')
    """
    return "under 1 %" if 0.0 < share < 0.005 else f"{100 * share:.0f} %"


def day_of(scenario: "Scenario", step: float) -> date:
    """The day on which a step begins.

    Examples
    --------
    >>> from scenarios import load
    >>> str(day_of(load("toy"), 1.0))
    '2030-01-13'
    """
    return scenario.start + timedelta(days=scenario.step_days * step)
