"""What is a level of support worth to a patron? The named terms. (docs/model.md, section 7.4)"""

import math

from scenarios.rulebook.arithmetic import exponential, logarithm
from scenarios.rulebook.budget import shadow_price, war_markup
from scenarios.rulebook.conditions import Client, Link, Moment, Patron, PatronInputs, Terms
from scenarios.rulebook.perception import belief, in_time, marginal_survival, outlook
from scenarios.rulebook.rule import rule
from scenarios.rulebook.traits import ChannelTraits, ModelTraits, PatronTraits


@rule
def survival_term(stake: float, channel: ChannelTraits, need: float, client: Client) -> float:
    """Worth of helping the client survive, if the help is there [utility at level 3] (claims C11, C14).

    Notes
    -----
    stake x effect of the channel x need x marginal effect on survival; money helps in proportion to what is lacking in
    solvency. After Altfeld and Bueno de Mesquita (1979): marginal contribution times difference in utility.
    """
    effect = channel.hold_effect * channel.need + channel.solvency_effect * (1.0 - client.solvency)
    return stake * need * effect * marginal_survival(client.hold)


@rule
def survival_at(terms: Terms, root: float) -> float:
    """Worth of the client's survival at a level [utility]: what is in place counts in full, the rest if in time (C17).

    Parameters
    ----------
    root : float
        Square root of level / 3.
    """
    there = root if root < terms.in_place else terms.in_place
    return terms.survival * (there + (root - there) * terms.in_time)


@rule
def creditworthiness(solvency: float, years: float) -> float:
    """Share of a loan's worth on which a lender counts [share]: the client must pay year after year (claim C10).

    Notes
    -----
    Solvency to the power of the years, so that lending stops well before the client is broke: credit is rationed
    (Stiglitz and Weiss 1981), and the risk of default is convex in what is owed (Eaton and Gersovitz 1981).

    Examples
    --------
    >>> round(creditworthiness(0.5, 2.0), 12), creditworthiness(0.0, 2.0)
    (0.25, 0.0)
    """
    return exponential(years * logarithm(solvency)) if solvency > 0.0 else 0.0


@rule
def payment_term(weight: float, channel: ChannelTraits, need: float, client: Client, years: float) -> float:
    """Worth of what the client pays [utility at level 3]: later by its credit, at once by its goods (claim C10).

    Notes
    -----
    A client that has no need of this patron on this channel buys nothing there.
    """
    later = channel.credit * creditworthiness(client.solvency, years)
    return weight * need * channel.paid * (later + (1.0 - channel.credit) * client.goods)


@rule
def prestige_term(weight: float, channel: ChannelTraits, rung: float, presence: float) -> float:
    """Worth of being seen to stand by the client [utility at level 3]; goods lose it when the fleet is there (C05)."""
    height = channel.prestige_base + channel.rung_slope * rung / 10.0
    return weight * channel.visibility * height * (1.0 - channel.presence_effect * presence)


@rule
def cost_term(scale: float, cost: float, capacity: float, price: float, markup: float) -> float:
    """Utility given up by spending what level 3 costs [utility]."""
    return scale * (cost / capacity) * price * markup


@rule
def bargain_chance(provocation: float, floor: float, rung: float, followed: float) -> float:
    """Chance that full support on a channel costs the patron its bargain with the coercer [probability] (C08)."""
    return provocation * (floor + (1.0 - floor) * (rung / 10.0) * followed)


@rule
def clash_chance(top: float, exposure: float, rung: float, presence: float, followed: float) -> float:
    """Chance that full support on a channel leads to a clash with the coercer's forces [probability]."""
    height = rung / 10.0
    return top * height * height * (0.2 + 0.8 * presence) * followed * exposure


@rule
def excess(loss: float, tolerance: float) -> float:
    """How much worse a loss feels than its size when gambled with: e^(L/T) - 1 [index]."""
    return exponential(loss / tolerance) - 1.0 if loss > 0.0 else 0.0


@rule
def lottery_cost(probability: float, worse: float, tolerance: float) -> float:
    """Certainty equivalent of losing L with some probability [utility], at constant absolute risk aversion.

    Parameters
    ----------
    worse : float
        `excess` of the loss.

    Notes
    -----
    T ln(1 + p (e^(L/T) - 1)); as the tolerance T grows this is p L. Pratt (1964).

    Examples
    --------
    >>> round(lottery_cost(0.3, excess(1.0, 0.5), 0.5), 5)
    0.53523
    """
    risk = probability * worse
    return tolerance * logarithm(1.0 + risk) if risk > 0.0 else 0.0


@rule
def benefit_at(terms: Terms, u: float) -> float:
    """What support at u is good for, before the patron's own crisis [utility]: roots, but for the refusal spared."""
    root = math.sqrt(u)
    return survival_at(terms, root) + (terms.payment + terms.prestige + terms.company) * root + terms.refusal * u


@rule
def sure_utility(terms: Terms, u: float, u_now: float) -> float:
    """Utility of support at u when u_now is held, retaliation apart.

    Notes
    -----
    (1 - crisis) (benefits x sqrt u + refusal x u) - costs x u - audience x fall.
    """
    fall = u_now - u if u_now > u else 0.0
    return (1.0 - terms.crisis) * benefit_at(terms, u) - (terms.cost + terms.deal) * u - terms.audience * fall


@rule
def retaliation(terms: Terms, tolerance: float, bargain: float, sanction: float, clash: float, u: float) -> float:
    """Cost of the three retaliation lotteries at u [utility].

    Parameters
    ----------
    bargain, sanction, clash : float
        `excess` of the three losses.
    """
    return (
        lottery_cost(terms.bargain_chance * u, bargain, tolerance)
        + lottery_cost(terms.sanction_chance * u, sanction, tolerance)
        + lottery_cost(terms.clash_chance * u, clash, tolerance)
    )


@rule
def terms_of(
    model: ModelTraits, traits: PatronTraits, inputs: PatronInputs, moment: Moment, patron: Patron, link: Link
) -> Terms:
    """All terms of one channel as the patron sees them now."""
    coercer, client, channel, pair, need = moment.coercer, moment.client, link.channel, link.pair, link.need
    followed = belief(patron.beliefs.followed, patron.beliefs.bluffed)
    stake = traits.stake * patron.leader.stake + model.recovery * patron.purse.outstanding
    drain = drain_now(traits, inputs)
    price = shadow_price(patron.purse.money, traits.capacity, model.price_elasticity)
    return Terms(
        survival=survival_term(stake, channel, need, client),
        in_time=in_time(channel.lag, outlook(model.outlive, coercer.rung)),
        in_place=math.sqrt(pair.delivered / 3.0),
        payment=payment_term(traits.payment_weight, channel, need, client, model.credit_years),
        prestige=prestige_term(traits.prestige * patron.leader.prestige, channel, coercer.rung, coercer.presence),
        refusal=traits.refusal * pair.request.force,
        company=model.company * link.company * belief(patron.beliefs.helped, patron.beliefs.stood_by),
        crisis=crisis_now(traits, inputs, patron.crisis.depth),
        cost=cost_term(
            model.cost_scale,
            link.reach.cost,
            traits.capacity,
            price,
            war_markup(model.war_price, channel.war_competition, drain),
        ),
        bargain_chance=bargain_chance(channel.provocation, model.bargain_floor, coercer.rung, followed),
        bargain_loss=traits.bargain * inputs.bargain * patron.leader.bargain,
        deal=patron.deal.worth * channel.provocation * traits.trust,
        sanction_chance=(1.0 - pair.shielded) * patron.threat.height * channel.sanctionable,
        sanction_loss=traits.exposure * model.sanction_weight,
        clash_chance=clash_chance(model.clash_probability, channel.clash, coercer.rung, coercer.presence, followed),
        audience=traits.audience_cost * channel.visibility,
    )


@rule
def crisis_now(traits: PatronTraits, inputs: PatronInputs, depth: float) -> float:
    """The patron's domestic crisis, a passing one on top of the standing one [share]."""
    standing = traits.own_crisis * inputs.own_crisis
    standing = standing if standing < 0.95 else 0.95
    return 1.0 - (1.0 - standing) * (1.0 - depth)


@rule
def drain_now(traits: PatronTraits, inputs: PatronInputs) -> float:
    """Share of the support budget that the patron's own war takes now [share]."""
    drain = traits.war_drain * inputs.war_drain
    return drain if drain < 0.995 else 0.995
