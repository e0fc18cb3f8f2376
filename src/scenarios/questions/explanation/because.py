"""How is the reason of a decision put into words? By the term that moved the choice most, if it weighs at all."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scenarios.report.tables import is_missing, label, words
from scenarios.vocabulary import Reason, Term

if TYPE_CHECKING:
    from scenarios.scenario.scenario import Scenario

Event = Mapping[Any, Any]
# what has moved, by the reason it is
TERMS = {
    "payment": "what {client} pays",
    "bargain": "the risk to its bargain with {coercer}",
    "secondary_sanctions": "the threat to its firms",
    "entrapment": "the risk of a clash with {coercer}",
    "material_cost": "what its support costs against its budget",
    "commitment": "its commitment: what others give and its own crisis",
}
SWINGS = tuple(Term.words()[: len(TERMS)])
ON_THE_EDGE = Reason.ON_THE_EDGE.word
MOVED = "because of {reason}: {thing} moved the choice by {swing}"
BY_RULE = {
    "budget": "because it can no longer pay: its support costs more than its budget, and its savings are gone",
    ON_THE_EDGE: "held by little: no single term has moved the choice by 0.05",
}
OF_WORDS = {True: "as the pressure reaches a new high", False: "as the occasion has passed"}
OF_ACTS = {
    True: "to show its ties while few of {coercer}'s forces are near",
    False: "as {coercer}'s forces are near, or it has no ties to show",
}
SMALL = 0.005  # of utility; less does not show in two decimals


def because(scenario: "Scenario", event: Event) -> str:
    """Why a level changed, in words."""
    reason = str(event["reason"])
    names = {"client": label(scenario, "client"), "coercer": label(scenario, "coercer")}
    if reason in TERMS:
        return MOVED.format(reason=words(reason), thing=TERMS[reason].format(**names), swing=f"{event[reason]:+.2f}")
    if reason in BY_RULE:
        return BY_RULE[reason]
    is_act = scenario.numbers[f"channels.{event['channel']}.acts"].value > 0.5
    said = (OF_ACTS if is_act else OF_WORDS)[bool(event["after"] > event["before"])]
    return "by rule, " + said.format(**names)


def swings_of(event: Event) -> str:
    """How far each term moved a choice of levels, the furthest first; empty where none was made."""
    if is_missing(event[SWINGS[0]]):
        return ""
    moved = sorted((term for term in SWINGS if abs(event[term]) >= SMALL), key=lambda term: -abs(event[term]))
    said = ", ".join(f"{words(term)} {event[term]:+.2f}" for term in moved) or "nothing of weight"
    return f"Moved the choice towards it since the posture was chosen [utility]: {said}"
