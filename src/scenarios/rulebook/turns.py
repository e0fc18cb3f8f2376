"""The order of the rules: what happens in one step, turn by turn. READ THIS FIRST. (docs/model.md, section 3)

In a step the coercer moves (`coercer`), then the client earns, holds on or ends (`client`), then every patron takes
notice (here), perhaps reviews its posture (`reviewing`, `choice`) and delivers (`delivering`). Patrons see coercer and
client as of this step and each other as of the last. Chance arrives as numbers `u` in (0, 1). Who calls what, and on
which rows, stands in `scenarios.engine.steps`.
"""

from scenarios.rulebook.budget import budget_now, drain_now
from scenarios.rulebook.conditions import Client, Coercer, Outlook, Patron, PatronInputs
from scenarios.rulebook.notice import new_crisis, next_crisis, next_watch, seen_threat
from scenarios.rulebook.rule import large_rule, rule
from scenarios.rulebook.traits import ModelTraits, PatronTraits
from scenarios.rulebook.utility import outlook_of


@rule
def bargain_now(traits: PatronTraits, inputs: PatronInputs) -> float:
    """Worth of a patron's bargain with the coercer now [utility]."""
    return traits.bargain * inputs.bargain


@large_rule
def with_crisis(
    patron: Patron, traits: PatronTraits, client: Client, dt: float, t: float, luck: tuple[float, float]
) -> Patron:
    """A patron whose passing crisis fades, or begins."""
    crisis = next_crisis(patron.crisis, traits, client.lack, dt)
    if crisis.next_at <= t:
        crisis = new_crisis(crisis, traits, t, luck[0], luck[1])
    return patron._replace(crisis=crisis)


@rule
def with_budget(
    patron: Patron, traits: PatronTraits, opening: PatronTraits, inputs: PatronInputs, client: Client
) -> Patron:
    """A patron that knows what it is willing and able to spend now."""
    return patron._replace(budget=budget_now(traits, opening, inputs, client, patron.crisis.depth))


@rule
def with_notice(patron: Patron, bargain: float, is_stirred: bool) -> Patron:
    """A patron after the news of this step: perhaps alert, and it has seen its threat."""
    watch = next_watch(patron, bargain, is_stirred)
    return patron._replace(watch=watch, threat=seen_threat(patron.threat))


@rule
def outlook_now(
    model: ModelTraits, traits: PatronTraits, inputs: PatronInputs, coercer: Coercer, client: Client, patron: Patron
) -> Outlook:
    """What a patron sees on every channel alike, now."""
    bargain, drain = bargain_now(traits, inputs), drain_now(traits, inputs)
    return outlook_of(model, traits, coercer, client, patron, bargain, drain)
