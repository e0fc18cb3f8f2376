"""How is the reason of a decision put into words? By the but-for rule: what would have kept it, had it stayed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scenarios.report.tables import label, words
from scenarios.vocabulary import Term

if TYPE_CHECKING:
    from scenarios.scenario.scenario import Scenario

Event = Mapping[Any, Any]
# what a term is, as the object of "had ... stayed as it was"
TERMS = {
    "survival": "what the survival of {client} is worth to it",
    "payment": "what {client} pays",
    "prestige": "the prestige of it",
    "refusal": "the weight of what {client} asks of it",
    "company": "what the other patrons give",
    "own_crisis": "its crisis at home",
    "material_cost": "what it costs",
    "bargain": "the risk to its bargain with {coercer}",
    "deal": "its deal with {coercer}",
    "secondary_sanctions": "the threat to its firms",
    "entrapment": "the risk of a clash with {coercer}",
    "backing_down": "the price of backing down",
}
CHANCE = "by chance: its luck was drawn anew, and with the old number it would have stayed"
JOINT = (
    "for joint reasons: no single term put back as it was when it chose that level would have kept it, several "
    "together moved it"
)
NEW_LEADER = "because of its new leader: under the old one it would have stayed"
SMALL = 0.005  # of utility; less does not show in two decimals
MOST_PLACES = 4


def two_worths(then: float, now: float) -> tuple[str, str]:
    """Two worths with as many decimals as it takes to tell them apart.

    Examples
    --------
    >>> two_worths(-0.31, -0.51), two_worths(-0.1901, -0.1922)
    (('-0.31', '-0.51'), ('-0.190', '-0.192'))
    """
    pairs = [(f"{then:+.{places}f}", f"{now:+.{places}f}") for places in range(2, MOST_PLACES + 1)]
    return next((pair for pair in pairs if pair[0] != pair[1]), pairs[0])


def because(scenario: "Scenario", event: Event) -> str:
    """Why a level changed, by the but-for rule, in words."""
    reason = event["reason"]
    special = {"chance": CHANCE, "joint": JOINT, "new_leader": NEW_LEADER}
    if reason in special:
        return special[reason]
    thing = TERMS[reason].format(client=label(scenario, "client"), coercer=label(scenario, "coercer"))
    then, now = two_worths(event[f"then.{reason}"], event[reason])
    return (
        f"because of {words(reason)} ({then} when it chose that level, {now} now): had {thing} stayed as it was then, "
        "it would have stayed"
    )


def worth_of_terms(event: Event) -> str:
    """What each term was worth when the old level was chosen and now; those of no weight are left out."""
    moved, still = [], []
    for term in Term.words():
        then, now = event[f"then.{term}"], event[term]
        if abs(then) < SMALL and abs(now) < SMALL:
            continue
        if abs(now - then) >= SMALL or term == event["reason"]:
            moved.append(" to ".join([f"{words(term)} {two_worths(then, now)[0]}", two_worths(then, now)[1]]))
        else:
            still.append(f"{words(term)} {now:+.2f}")
    said = [f"{what} {', '.join(found)}" for what, found in (("moved:", moved), ("as before:", still)) if found]
    return "Worth of level 3 to it since it chose that level; " + ("; ".join(said) or "nothing of weight")
