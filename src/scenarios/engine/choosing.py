"""How does a patron look at one channel? Terms, decision rule, chances: the same at the opening and at a review."""

from scenarios.engine.world import World, link_at, patron_inputs, terms_at, traits_of
from scenarios.rulebook.conditions import Link, Moment, Patron, Terms, View
from scenarios.rulebook.reasons import in_force
from scenarios.rulebook.reviewing import chooser_of, one_rung_higher
from scenarios.rulebook.rule import rule
from scenarios.rulebook.utility import terms_of
from scenarios.vocabulary import DecisionRule

STRATEGIC = int(DecisionRule.STRATEGIC_QUANTAL)


@rule
def raw_terms(world: World, moment: Moment, patron: Patron, link: Link, p: int) -> Terms:
    """Terms before the scenario's switches."""
    return terms_of(world.frame.model, traits_of(world, p), patron_inputs(world, moment.step, p), moment, patron, link)


@rule
def terms_now(world: World, moment: Moment, patron: Patron, link: Link, p: int, c: int) -> Terms:
    """Terms after the scenario's switches."""
    raw = raw_terms(world, moment, patron, link, p)
    if world.plan.is_switched == 0:
        return raw
    return in_force(raw, terms_at(world.desk.opening, world, p, c), world.plan.switches)


@rule
def view(world: World, moment: Moment, patron: Patron, p: int, c: int) -> View:
    """A channel as the patron sees it in this step."""
    link = link_at(world, moment.step, p, c)
    now = terms_now(world, moment, patron, link, p, c)
    above = now
    if world.rule == STRATEGIC:
        higher = moment._replace(coercer=one_rung_higher(moment.coercer))
        above = terms_now(world, higher, patron, link, p, c)
    return View(now=now, above=above, chooser=chooser_of(world.rule, world.frame, traits_of(world, p), link))
